#include "harness/base/yaml.h"

#include <yaml-cpp/emitterstyle.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>
#include <sstream>

namespace parley {
namespace {

// Thrown inside the event handler to leave yaml-cpp's parser, and caught in parse_yaml.
struct Refusal {
  SourceMark mark;
  std::string code;
  std::string message;
  std::string hint;
};

SourceMark mark_of(const YAML::Mark& mark) {
  return mark.is_null() ? SourceMark{} : SourceMark{mark.line + 1, mark.column + 1};
}

// Builds the tree from parser events. A frame per open collection; in a mapping, keys and values
// alternate.
class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(const YamlLimits& limits) : limits_(limits) {}

  YamlNode take() { return std::move(root_); }
  bool has_document() const { return documents_ > 0; }
  SourceMark last_quoted() const { return last_quoted_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) {
      throw Refusal{mark_of(mark), "several-documents", "a second document begins here",
                    "put each document into a file of its own"};
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    YamlNode node;
    node.mark = mark_of(mark);
    add(std::move(node));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Refusal{mark_of(mark), "alias", "aliases are not supported", "write the value out"};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    // yaml-cpp marks quoted and block scalars with the non-specific tag "!", plain ones with "?".
    if (!tag.empty() && tag != "!" && tag != "?") refuse_tag(mark, tag);
    YamlNode node;
    node.mark = mark_of(mark);
    node.quoted = tag == "!";
    last_quoted_ = node.quoted ? node.mark : SourceMark{};
    if (!node.quoted && (value.empty() || value == "~" || value == "null")) {
      node.kind = YamlNode::Kind::kNull;
    } else {
      node.kind = YamlNode::Kind::kScalar;
      node.scalar = value;
    }
    add(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlNode::Kind::kSequence);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlNode::Kind::kMapping);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    YamlNode node;
    bool key_pending = false;
    std::string key;
    SourceMark key_mark;
  };

  static void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) {
      throw Refusal{mark_of(mark), "anchor", "anchors are not supported", "write the value out"};
    }
  }
  static void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    throw Refusal{mark_of(mark), "tag", "tags are not supported: " + tag, "remove the tag"};
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            YamlNode::Kind kind) {
    refuse_anchor(mark, anchor);
    if (!tag.empty() && tag != "!" && tag != "?") refuse_tag(mark, tag);
    if (frames_.size() >= limits_.depth) {
      throw Refusal{mark_of(mark), "too-deep",
                    "nested deeper than " + std::to_string(limits_.depth) + " levels", ""};
    }
    if (!frames_.empty() && frames_.back().node.is_mapping() && !frames_.back().key_pending) {
      throw Refusal{mark_of(mark), "wrong-type", "a key must be a plain word", ""};
    }
    Frame frame;
    frame.node.kind = kind;
    frame.node.mark = mark_of(mark);
    frames_.push_back(std::move(frame));
  }

  void close() {
    YamlNode node = std::move(frames_.back().node);
    frames_.pop_back();
    add(std::move(node));
  }

  void add(YamlNode node) {
    if (++nodes_ > limits_.nodes) {
      throw Refusal{node.mark, "too-large", "more than " + std::to_string(limits_.nodes) + " nodes",
                    ""};
    }
    if (frames_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = frames_.back();
    if (frame.node.is_sequence()) {
      frame.node.items.push_back(std::move(node));
    } else if (!frame.key_pending) {
      take_key(frame, std::move(node));
    } else {
      frame.key_pending = false;
      frame.node.entries.push_back({std::move(frame.key), frame.key_mark, std::move(node)});
    }
  }

  static void take_key(Frame& frame, YamlNode node) {
    if (!node.is_scalar()) {
      throw Refusal{node.mark, "wrong-type", "a key must be a plain word", ""};
    }
    if (node.scalar == "<<" && !node.quoted) {
      throw Refusal{node.mark, "merge-key", "merge keys are not supported", "write the keys out"};
    }
    for (const YamlNode::Entry& entry : frame.node.entries) {
      if (entry.key == node.scalar) {
        throw Refusal{node.mark, "duplicate-key", "the key \"" + node.scalar + "\" is given twice",
                      "the first one stands in line " + std::to_string(entry.mark.line)};
      }
    }
    frame.key_pending = true;
    frame.key = std::move(node.scalar);
    frame.key_mark = node.mark;
  }

  YamlLimits limits_;
  std::vector<Frame> frames_;
  YamlNode root_;
  std::size_t nodes_ = 0;
  int documents_ = 0;
  SourceMark last_quoted_;  // of the last scalar, where it was quoted
};

// Whether the quoted scalar that begins at `mark` has its closing quote. yaml-cpp takes the end of
// the file for one.
bool quote_is_closed(std::string_view text, SourceMark mark) {
  for (int line = 1; line < mark.line; ++line) text.remove_prefix(text.find('\n') + 1);
  text.remove_prefix(std::min(text.size(), static_cast<std::size_t>(mark.column - 1)));
  if (text.empty() || (text[0] != '"' && text[0] != '\'')) return true;  // a block scalar
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[0] == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == text[0]) {
      return true;  // '' inside single quotes is two quotes; the last one still closes
    }
  }
  return false;
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

std::optional<std::int64_t> YamlNode::as_int() const {
  if (!is_scalar() || quoted) return std::nullopt;
  std::int64_t value = 0;
  const char* first = scalar.data();
  const char* last = first + scalar.size();
  if (first != last && *first == '+') ++first;
  const auto [end, ec] = std::from_chars(first, last, value);
  if (ec != std::errc() || end != last) return std::nullopt;
  return value;
}

std::optional<bool> YamlNode::as_bool() const {
  if (!is_scalar() || quoted) return std::nullopt;
  if (scalar == "true") return true;
  if (scalar == "false") return false;
  return std::nullopt;
}

json::value YamlNode::to_json() const {
  switch (kind) {
    case Kind::kNull:
      return nullptr;
    case Kind::kScalar:
      if (const auto number = as_int()) return *number;
      if (const auto flag = as_bool()) return *flag;
      return json::string(scalar);
    case Kind::kSequence: {
      json::array out;
      for (const YamlNode& item : items) out.push_back(item.to_json());
      return out;
    }
    case Kind::kMapping: {
      json::object out;
      for (const Entry& entry : entries) out[entry.key] = entry.value.to_json();
      return out;
    }
  }
  return nullptr;
}

Diagnostic YamlFile::diagnostic(SourceMark mark, std::string code, std::string message,
                                std::string hint) const {
  return {name,
          mark,
          std::move(code),
          std::move(message),
          std::move(hint),
          std::string(line_of(text, mark.line))};
}

std::optional<YamlFile> parse_yaml(std::string name, std::string text,
                                   std::vector<Diagnostic>& diagnostics, YamlLimits limits) {
  YamlFile file{std::move(name), std::move(text), {}};
  if (file.text.size() > limits.bytes) {
    diagnostics.push_back(
        file.diagnostic({}, "too-large", "larger than " + std::to_string(limits.bytes) + " bytes"));
    return std::nullopt;
  }
  TreeBuilder builder(limits);
  try {
    std::istringstream stream(file.text);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Refusal& refusal) {
    diagnostics.push_back(
        file.diagnostic(refusal.mark, refusal.code, refusal.message, refusal.hint));
    return std::nullopt;
  } catch (const YAML::Exception& e) {
    diagnostics.push_back(file.diagnostic(mark_of(e.mark), "no-yaml", e.msg));
    return std::nullopt;
  }
  if (!builder.has_document()) {
    diagnostics.push_back(file.diagnostic({}, "empty", "the file holds no document"));
    return std::nullopt;
  }
  if (const SourceMark mark = builder.last_quoted();
      mark.line > 0 && !quote_is_closed(file.text, mark)) {
    diagnostics.push_back(file.diagnostic(mark, "no-yaml", "this quote is never closed"));
    return std::nullopt;
  }
  file.root = builder.take();
  return file;
}

}  // namespace parley
