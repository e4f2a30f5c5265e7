#include "harness/wire/template_reader.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

namespace parley::wire {
namespace {

const std::array<std::string, 6> kKeys = {"tag",      "attributes", "content",
                                          "children", "repeat",     "as"};

struct CardinalityName {
  std::string_view name;
  Cardinality cardinality;
};
constexpr std::array<CardinalityName, 4> kCardinalities = {{{"one", Cardinality::kOne},
                                                            {"optional", Cardinality::kOptional},
                                                            {"many", Cardinality::kMany},
                                                            {"some", Cardinality::kSome}}};

class Reader {
 public:
  Reader(const YamlFile& file, std::vector<Diagnostic>& diagnostics)
      : file_(file), diagnostics_(diagnostics), before_(diagnostics.size()) {}

  bool ok() const { return diagnostics_.size() == before_; }

  ElementTemplate element(const YamlNode& yaml) {
    ElementTemplate out;
    if (!yaml.is_mapping()) {
      complain(yaml.mark, "wrong-type", "an element is a mapping with a tag");
      return out;
    }
    check_keys(yaml);
    tag(yaml, out);
    repetition(yaml, out);
    attributes(yaml, out);
    if (const YamlNode* content = yaml.find("content")) out.content = slot(*content);
    children(yaml, out);
    check_names(yaml.mark, out);
    return out;
  }

 private:
  void complain(SourceMark mark, std::string code, std::string message, std::string hint = {}) {
    diagnostics_.push_back(
        file_.diagnostic(mark, std::move(code), std::move(message), std::move(hint)));
  }

  void check_keys(const YamlNode& yaml) {
    for (const YamlNode::Entry& entry : yaml.entries) {
      if (std::find(kKeys.begin(), kKeys.end(), entry.key) != kKeys.end()) continue;
      complain(entry.mark, "unknown-key", "no such key \"" + entry.key + "\" in an element",
               did_you_mean(entry.key, kKeys));
    }
  }

  Slot slot(const YamlNode& yaml) {
    if (!yaml.is_scalar()) {
      complain(yaml.mark, "wrong-type", "a value here is text or a placeholder");
      return {};
    }
    Result<Slot> parsed = parse_slot(yaml.scalar);
    if (parsed.ok()) return *std::move(parsed);
    complain(yaml.mark, "bad-value", parsed.error().message);
    return {};
  }

  void tag(const YamlNode& yaml, ElementTemplate& out) {
    const YamlNode* found = yaml.find("tag");
    if (!found) {
      complain(yaml.mark, "missing-key", "an element needs a tag");
      return;
    }
    out.tag = slot(*found);
    bool choice = !out.tag.is_literal() && out.tag.type.kind == ValueType::Kind::kEnum;
    if (out.tag.optional || (!choice && out.tag.literals.size() != 1)) {
      complain(found->mark, "bad-value", "a tag is one word, or a placeholder of type enum");
    }
  }

  void repetition(const YamlNode& yaml, ElementTemplate& out) {
    if (const YamlNode* as = yaml.find("as")) {
      out.as = as->scalar;
      if (!as->is_scalar() || out.as.empty()) {
        complain(as->mark, "wrong-type", "\"as\" is the name of a value");
      }
    }
    const YamlNode* repeat = yaml.find("repeat");
    if (!repeat) return;
    for (const CardinalityName& known : kCardinalities) {
      if (repeat->scalar != known.name) continue;
      out.cardinality = known.cardinality;
      return;
    }
    complain(repeat->mark, "bad-value", "repeat is one, optional, many or some");
  }

  void attributes(const YamlNode& yaml, ElementTemplate& out) {
    const YamlNode* found = yaml.find("attributes");
    if (!found) return;
    if (!found->is_mapping()) {
      complain(found->mark, "wrong-type", "attributes are a mapping of names to values");
      return;
    }
    for (const YamlNode::Entry& entry : found->entries) {
      ElementTemplate::Attribute attribute;
      attribute.name = entry.key;
      attribute.absent = entry.value.is_scalar() && entry.value.scalar == "!";
      if (!attribute.absent) attribute.slot = slot(entry.value);
      out.attributes.push_back(std::move(attribute));
    }
  }

  void children(const YamlNode& yaml, ElementTemplate& out) {
    const YamlNode* found = yaml.find("children");
    if (!found) return;
    if (!found->is_sequence()) {
      complain(found->mark, "wrong-type", "children are a list of elements");
      return;
    }
    if (out.content) complain(found->mark, "bad-value", "an element has content or children");
    std::set<std::string> tags;
    for (const YamlNode& item : found->items) {
      ElementTemplate child = element(item);
      const std::vector<std::string>& words =
          child.tag.is_literal() ? child.tag.literals : child.tag.type.words;
      for (const std::string& word : words) {
        if (!tags.insert(word).second) {
          complain(item.mark, "repeated-name", "two children with the tag \"" + word + "\"");
        }
      }
      check_scope(item.mark, child);
      out.children.push_back(std::move(child));
    }
  }

  // Whether it is clear which values make this child come and go.
  void check_scope(SourceMark mark, const ElementTemplate& child) {
    if (!child.as.empty() || child.cardinality == Cardinality::kOne) return;
    std::vector<std::string> names;
    child.collect_names(names);
    if (child.repeats() || names.empty()) {
      complain(mark, "missing-key", "a child that may come more or less than once needs \"as\"",
               child.repeats() ? "" : "or a placeholder inside it");
    }
  }

  void check_names(SourceMark mark, const ElementTemplate& element) {
    std::vector<std::string> names;
    element.collect_names(names);
    std::sort(names.begin(), names.end());
    auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) {
      complain(mark, "repeated-name", "two values named \"" + *twice + "\"",
               "give one of them another name, or their element an \"as\"");
    }
  }

  const YamlFile& file_;
  std::vector<Diagnostic>& diagnostics_;
  std::size_t before_;
};

}  // namespace

std::optional<ElementTemplate> read_template(const YamlFile& file, const YamlNode& yaml,
                                             std::vector<Diagnostic>& diagnostics) {
  Reader reader(file, diagnostics);
  ElementTemplate element = reader.element(yaml);
  if (!reader.ok()) return std::nullopt;
  return element;
}

}  // namespace parley::wire
