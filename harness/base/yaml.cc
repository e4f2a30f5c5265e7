#include "harness/base/yaml.h"

#include <yaml.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>
#include <memory>

namespace parley {
namespace {

// Why a tree cannot be built.
struct Refusal {
  SourceMark mark;
  std::string code;
  std::string message;
  std::string hint;
};
using MaybeRefusal = std::optional<Refusal>;

SourceMark mark_of(const yaml_mark_t& mark) {
  return {static_cast<int>(mark.line) + 1, static_cast<int>(mark.column) + 1};
}

std::string text_of(const yaml_char_t* text) {
  return text == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(text));
}

// Builds the tree from parser events. A frame per open collection; in a mapping, keys and values
// alternate.
class TreeBuilder {
 public:
  explicit TreeBuilder(const YamlLimits& limits) : limits_(limits) {}

  MaybeRefusal take_event(const yaml_event_t& event);
  YamlNode take() { return std::move(root_); }
  bool has_document() const { return documents_ > 0; }

 private:
  struct Frame {
    YamlNode node;
    bool key_pending = false;
    std::string key;
    SourceMark key_mark;
  };

  MaybeRefusal begin_document(SourceMark mark);
  MaybeRefusal scalar(const yaml_event_t& event);
  MaybeRefusal open(SourceMark mark, YamlNode::Kind kind);
  MaybeRefusal close();
  MaybeRefusal add(YamlNode node);
  static MaybeRefusal take_key(Frame& frame, YamlNode node);

  YamlLimits limits_;
  std::vector<Frame> frames_;
  YamlNode root_;
  std::size_t nodes_ = 0;
  int documents_ = 0;
};

// What a person may not write, whatever the node is.
MaybeRefusal refuse_extras(SourceMark mark, const yaml_char_t* anchor, const yaml_char_t* tag) {
  if (anchor != nullptr) {
    return Refusal{mark, "anchor", "anchors are not supported", "write the value out"};
  }
  if (tag != nullptr) {
    return Refusal{mark, "tag", "tags are not supported: " + text_of(tag), "remove the tag"};
  }
  return std::nullopt;
}

MaybeRefusal TreeBuilder::take_event(const yaml_event_t& event) {
  const SourceMark mark = mark_of(event.start_mark);
  switch (event.type) {
    case YAML_DOCUMENT_START_EVENT:
      return begin_document(mark);
    case YAML_ALIAS_EVENT:
      return Refusal{mark, "alias", "aliases are not supported", "write the value out"};
    case YAML_SCALAR_EVENT: {
      auto refusal = refuse_extras(mark, event.data.scalar.anchor, event.data.scalar.tag);
      return refusal ? refusal : scalar(event);
    }
    case YAML_SEQUENCE_START_EVENT: {
      auto refusal =
          refuse_extras(mark, event.data.sequence_start.anchor, event.data.sequence_start.tag);
      return refusal ? refusal : open(mark, YamlNode::Kind::kSequence);
    }
    case YAML_MAPPING_START_EVENT: {
      auto refusal =
          refuse_extras(mark, event.data.mapping_start.anchor, event.data.mapping_start.tag);
      return refusal ? refusal : open(mark, YamlNode::Kind::kMapping);
    }
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
      return close();
    default:
      return std::nullopt;
  }
}

MaybeRefusal TreeBuilder::begin_document(SourceMark mark) {
  if (++documents_ > 1) {
    return Refusal{mark, "several-documents", "a second document begins here",
                   "put each document into a file of its own"};
  }
  return std::nullopt;
}

MaybeRefusal TreeBuilder::scalar(const yaml_event_t& event) {
  YamlNode node;
  node.mark = mark_of(event.start_mark);
  node.quoted = event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
  std::string value(reinterpret_cast<const char*>(event.data.scalar.value),
                    event.data.scalar.length);
  if (!node.quoted && (value.empty() || value == "~" || value == "null")) {
    node.kind = YamlNode::Kind::kNull;
  } else {
    node.kind = YamlNode::Kind::kScalar;
    node.scalar = std::move(value);
  }
  return add(std::move(node));
}

MaybeRefusal TreeBuilder::open(SourceMark mark, YamlNode::Kind kind) {
  if (frames_.size() >= limits_.depth) {
    return Refusal{mark, "too-deep",
                   "nested deeper than " + std::to_string(limits_.depth) + " levels", ""};
  }
  if (!frames_.empty() && frames_.back().node.is_mapping() && !frames_.back().key_pending) {
    return Refusal{mark, "wrong-type", "a key must be a plain word", ""};
  }
  Frame frame;
  frame.node.kind = kind;
  frame.node.mark = mark;
  frames_.push_back(std::move(frame));
  return std::nullopt;
}

MaybeRefusal TreeBuilder::close() {
  YamlNode node = std::move(frames_.back().node);
  frames_.pop_back();
  return add(std::move(node));
}

MaybeRefusal TreeBuilder::add(YamlNode node) {
  if (++nodes_ > limits_.nodes) {
    return Refusal{node.mark, "too-large", "more than " + std::to_string(limits_.nodes) + " nodes",
                   ""};
  }
  if (frames_.empty()) {
    root_ = std::move(node);
    return std::nullopt;
  }
  Frame& frame = frames_.back();
  if (frame.node.is_sequence()) {
    frame.node.items.push_back(std::move(node));
  } else if (!frame.key_pending) {
    return take_key(frame, std::move(node));
  } else {
    frame.key_pending = false;
    frame.node.entries.push_back({std::move(frame.key), frame.key_mark, std::move(node)});
  }
  return std::nullopt;
}

MaybeRefusal TreeBuilder::take_key(Frame& frame, YamlNode node) {
  if (!node.is_scalar()) {
    return Refusal{node.mark, "wrong-type", "a key must be a plain word", ""};
  }
  if (node.scalar == "<<" && !node.quoted) {
    return Refusal{node.mark, "merge-key", "merge keys are not supported", "write the keys out"};
  }
  for (const YamlNode::Entry& entry : frame.node.entries) {
    if (entry.key == node.scalar) {
      return Refusal{node.mark, "duplicate-key", "the key \"" + node.scalar + "\" is given twice",
                     "the first one stands in line " + std::to_string(entry.mark.line)};
    }
  }
  frame.key_pending = true;
  frame.key = std::move(node.scalar);
  frame.key_mark = node.mark;
  return std::nullopt;
}

// libyaml's parser and events, released on every way out.
class EventSource {
 public:
  explicit EventSource(std::string_view text) {
    if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  ~EventSource() { yaml_parser_delete(&parser_); }
  EventSource(const EventSource&) = delete;
  EventSource& operator=(const EventSource&) = delete;

  struct Release {
    void operator()(yaml_event_t* event) const {
      yaml_event_delete(event);
      delete event;
    }
  };
  using Event = std::unique_ptr<yaml_event_t, Release>;

  /// Null where the text is no YAML: see refusal().
  Event next() {
    auto event = std::make_unique<yaml_event_t>();
    if (yaml_parser_parse(&parser_, event.get()) == 0) return nullptr;
    return Event(event.release());
  }
  Refusal refusal() const {
    const bool placed = parser_.problem_mark.line > 0 || parser_.problem_mark.column > 0;
    const std::string context = parser_.context == nullptr ? "" : parser_.context;
    const std::string problem = parser_.problem == nullptr ? "no YAML" : parser_.problem;
    // The end of the file says little; where the unfinished thing began says more.
    const yaml_mark_t& mark =
        parser_.context != nullptr ? parser_.context_mark : parser_.problem_mark;
    return {placed ? mark_of(mark) : SourceMark{1, 1}, "no-yaml",
            context.empty() ? problem : context + ": " + problem, ""};
  }

 private:
  yaml_parser_t parser_{};
};

MaybeRefusal build(std::string_view text, TreeBuilder& builder) {
  EventSource source(text);
  for (;;) {
    const EventSource::Event event = source.next();
    if (event == nullptr) return source.refusal();
    if (event->type == YAML_STREAM_END_EVENT) return std::nullopt;
    if (auto refusal = builder.take_event(*event)) return refusal;
  }
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
  if (const MaybeRefusal refusal = build(file.text, builder)) {
    diagnostics.push_back(
        file.diagnostic(refusal->mark, refusal->code, refusal->message, refusal->hint));
    return std::nullopt;
  }
  if (!builder.has_document()) {
    diagnostics.push_back(file.diagnostic({}, "empty", "the file holds no document"));
    return std::nullopt;
  }
  file.root = builder.take();
  return file;
}

}  // namespace parley
