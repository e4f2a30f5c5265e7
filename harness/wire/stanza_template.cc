#include "harness/wire/stanza_template.h"

#include <algorithm>
#include <utility>

namespace parley::wire {
namespace {

// Where in the node a match is, spelt out only when there is something to say about it.
struct Path {
  const Path* parent;
  std::string_view tag;
  std::size_t index;  // among the siblings of a repeating element
  bool indexed;

  std::string text() const {
    std::string out = parent ? parent->text() + "/" : std::string();
    out += tag;
    if (indexed) out += "[" + std::to_string(index) + "]";
    return out;
  }
};

class Matcher {
 public:
  explicit Matcher(MatchMode mode) : mode_(mode) {}

  void element(const ElementTemplate& wanted, const Node& node, const Path& path,
               json::object& values) {
    tag(wanted.tag, node, values);
    attributes(wanted, node, path, values);
    content(wanted, node, path, values);
    children(wanted, node, path, values);
  }

  MatchOutcome outcome;

 private:
  bool done() const { return mode_ == MatchMode::kQuick && !outcome.mismatches.empty(); }

  void mismatch(const Path& path, std::string_view where, std::string message) {
    outcome.mismatches.push_back({place(path, where), std::move(message)});
  }
  void surplus(const Path& path, std::string_view where, std::string message) {
    outcome.surplus.push_back({place(path, where), std::move(message)});
  }
  std::string place(const Path& path, std::string_view where) const {
    if (mode_ == MatchMode::kQuick) return {};
    return path.text() + std::string(where);
  }
  std::string attribute_place(std::string_view name) const {
    return mode_ == MatchMode::kQuick ? std::string() : "/@" + std::string(name);
  }

  void tag(const Slot& wanted, const Node& node, json::object& values) {
    ++outcome.agreements;  // the caller chose the node by its tag
    if (!wanted.is_literal() && mode_ == MatchMode::kFull) values[wanted.name] = node.tag;
  }

  void slot(const Slot& wanted, BytesView raw, const Path& path, std::string_view where,
            json::object& values) {
    const bool literal = wanted.is_literal() &&
                         std::find(wanted.literals.begin(), wanted.literals.end(), as_text(raw)) !=
                             wanted.literals.end();
    if (literal) {
      ++outcome.agreements;
      return;
    }
    if (mode_ == MatchMode::kQuick) {  // nobody asks for values or reasons
      if (wanted.is_literal() || !accepts(wanted.type, raw)) mismatch(path, where, {});
      return;
    }
    if (wanted.is_literal()) {
      ValueType fixed;
      fixed.kind = ValueType::Kind::kEnum;
      fixed.words = wanted.literals;
      return mismatch(path, where, read_value(fixed, raw).error().message);
    }
    Result<json::value> value = read_value(wanted.type, raw);
    if (!value.ok()) return mismatch(path, where, value.error().message);
    if (mode_ == MatchMode::kFull) values[wanted.name] = *std::move(value);
  }

  void attributes(const ElementTemplate& wanted, const Node& node, const Path& path,
                  json::object& values) {
    std::size_t known = 0;
    for (const ElementTemplate::Attribute& attribute : wanted.attributes) {
      if (done()) return;
      if (!node.has(attribute.name)) {
        if (!attribute.absent && !attribute.slot.optional) {
          mismatch(path, attribute_place(attribute.name), "missing");
        }
        continue;
      }
      ++known;
      if (attribute.absent) {
        mismatch(path, attribute_place(attribute.name), "must be absent");
      } else {
        slot(attribute.slot, as_bytes(node.attribute(attribute.name)), path,
             attribute_place(attribute.name), values);
      }
    }
    if (known == node.attributes.size()) return;
    for (const auto& [name, value] : node.attributes) {
      bool mentioned = std::any_of(wanted.attributes.begin(), wanted.attributes.end(),
                                   [&](const auto& a) { return a.name == name; });
      if (!mentioned) surplus(path, attribute_place(name), "not expected here");
    }
  }

  void content(const ElementTemplate& wanted, const Node& node, const Path& path,
               json::object& values) {
    if (done()) return;
    const Bytes* bytes = std::get_if<Bytes>(&node.content);
    if (!wanted.content) {
      if (bytes && !bytes->empty()) surplus(path, "", "content not expected here");
    } else if (bytes) {
      slot(*wanted.content, *bytes, path, "", values);
    } else if (!wanted.content->optional) {
      mismatch(path, "", "content missing");
    }
  }

  void children(const ElementTemplate& wanted, const Node& node, const Path& path,
                json::object& values) {
    std::size_t known = 0;
    for (const ElementTemplate& child : wanted.children) {
      if (done()) return;
      known += occurrences(child, node, path, values);
    }
    if (known == node.children().size()) return;
    for (const Node& child : node.children()) {
      bool mentioned = std::any_of(wanted.children.begin(), wanted.children.end(),
                                   [&](const auto& c) { return c.accepts_tag(child.tag); });
      if (!mentioned) surplus(path, attribute_free("/" + child.tag), "not expected here");
    }
  }

  std::string attribute_free(std::string text) const {
    return mode_ == MatchMode::kQuick ? std::string() : std::move(text);
  }

  // Matches all children that `wanted` speaks of; how many there were.
  std::size_t occurrences(const ElementTemplate& wanted, const Node& node, const Path& path,
                          json::object& values) {
    std::size_t count = 0;
    json::array list;
    for (const Node& child : node.children()) {
      if (!wanted.accepts_tag(child.tag)) continue;
      Path here{&path, child.tag, count, wanted.repeats()};
      ++count;
      if (count == 2 && !wanted.repeats()) mismatch(here, "", "more than one");
      if (done()) return count;
      if (wanted.as.empty()) {
        element(wanted, child, here, values);
      } else {
        json::object own;
        element(wanted, child, here, own);
        if (mode_ == MatchMode::kFull) list.push_back(std::move(own));
      }
    }
    bool required =
        wanted.cardinality == Cardinality::kOne || wanted.cardinality == Cardinality::kSome;
    if (count == 0 && required) {
      std::string_view tag = wanted.tag.is_literal()
                                 ? std::string_view(wanted.tag.literals.front())
                                 : std::string_view(wanted.tag.type.words.front());
      mismatch(Path{&path, tag, 0, false}, "", "missing");
    }
    if (mode_ == MatchMode::kFull && !wanted.as.empty()) {
      if (wanted.repeats()) {
        values[wanted.as] = std::move(list);
      } else if (!list.empty()) {
        values[wanted.as] = std::move(list.front());
      }
    }
    return count;
  }

  MatchMode mode_;
};

Error at_value(const std::string& name, Error error) {
  error.message = "value \"" + name + "\": " + error.message;
  return error;
}

// The text for a slot; nullopt where it is optional and there is no value for it.
Result<std::optional<std::string>> fill(const Slot& slot, const json::object& values) {
  if (slot.is_literal()) return std::optional(slot.literals.front());
  const json::value* value = values.if_contains(slot.name);
  if (!value) {
    if (slot.optional) return std::optional<std::string>();
    return make_error(ErrorCode::kInvalid, "value \"" + slot.name + "\": missing");
  }
  Result<std::string> text = write_value(slot.type, *value);
  if (!text.ok()) return at_value(slot.name, std::move(text).error());
  return std::optional(*std::move(text));
}

Status check_names(const ElementTemplate& element, const json::object& values) {
  std::vector<std::string> names;
  element.collect_names(names);
  for (const auto& [key, value] : values) {
    if (std::find(names.begin(), names.end(), std::string_view(key)) == names.end()) {
      return make_error(ErrorCode::kInvalid, "value \"" + std::string(key) + "\": no such name");
    }
  }
  return {};
}

Result<Node> render_element(const ElementTemplate& element, const json::object& values);

// An element with values of its own.
Status render_own(const ElementTemplate& child, const json::value& value, Nodes& out) {
  const json::object* own = value.if_object();
  if (!own) return make_error(ErrorCode::kInvalid, "value \"" + child.as + "\": no object");
  if (Status known = check_names(child, *own); !known) {
    return at("in \"" + child.as + "\"", known.error());
  }
  Result<Node> node = render_element(child, *own);
  if (!node.ok()) return at("in \"" + child.as + "\"", std::move(node).error());
  out.push_back(*std::move(node));
  return {};
}

Status render_list(const ElementTemplate& child, const json::value* value, Nodes& out) {
  const json::array* list = value ? value->if_array() : nullptr;
  if (value && !list) return make_error(ErrorCode::kInvalid, "value \"" + child.as + "\": no list");
  if (child.cardinality == Cardinality::kSome && (!list || list->empty())) {
    return make_error(ErrorCode::kInvalid, "value \"" + child.as + "\": at least one is needed");
  }
  if (!list) return {};
  for (const json::value& entry : *list) PARLEY_TRY(render_own(child, entry, out));
  return {};
}

Status render_child(const ElementTemplate& child, const json::object& values, Nodes& out) {
  if (!child.as.empty()) {
    const json::value* value = values.if_contains(child.as);
    if (child.repeats()) return render_list(child, value, out);
    if (value) return render_own(child, *value, out);
    if (child.cardinality == Cardinality::kOptional) return {};
    return make_error(ErrorCode::kInvalid, "value \"" + child.as + "\": missing");
  }
  if (child.cardinality == Cardinality::kOptional) {
    std::vector<std::string> names;
    child.collect_names(names);
    bool wanted = std::any_of(names.begin(), names.end(),
                              [&](const std::string& n) { return values.contains(n); });
    if (!wanted) return {};
  }
  PARLEY_ASSIGN(Node node, render_element(child, values));
  out.push_back(std::move(node));
  return {};
}

Result<Node> render_element(const ElementTemplate& element, const json::object& values) {
  Node node;
  PARLEY_ASSIGN(std::optional<std::string> tag, fill(element.tag, values));
  if (!tag) return make_error(ErrorCode::kInvalid, "a tag cannot be optional");
  node.tag = *std::move(tag);
  for (const ElementTemplate::Attribute& attribute : element.attributes) {
    if (attribute.absent) continue;
    PARLEY_ASSIGN(std::optional<std::string> text, fill(attribute.slot, values));
    if (text) node.attributes.emplace_back(attribute.name, *std::move(text));
  }
  if (element.content) {
    PARLEY_ASSIGN(std::optional<std::string> text, fill(*element.content, values));
    if (text) node.content = to_bytes(std::string_view(*text));
  }
  if (!element.children.empty()) {
    Nodes children;
    for (const ElementTemplate& child : element.children) {
      PARLEY_TRY(render_child(child, values, children));
    }
    if (!children.empty()) node.content = std::move(children);
  }
  return node;
}

}  // namespace

bool ElementTemplate::accepts_tag(std::string_view text) const {
  const std::vector<std::string>& words = tag.is_literal() ? tag.literals : tag.type.words;
  return std::find(words.begin(), words.end(), text) != words.end();
}

void ElementTemplate::collect_names(std::vector<std::string>& names) const {
  auto add = [&](const Slot& slot) {
    if (!slot.is_literal()) names.push_back(slot.name);
  };
  add(tag);
  for (const Attribute& attribute : attributes) {
    if (!attribute.absent) add(attribute.slot);
  }
  if (content) add(*content);
  for (const ElementTemplate& child : children) {
    if (child.as.empty()) {
      child.collect_names(names);
    } else {
      names.push_back(child.as);
    }
  }
}

MatchOutcome match_template(const ElementTemplate& element, const Node& node, MatchMode mode) {
  Matcher matcher(mode);
  Path path{nullptr, node.tag, 0, false};
  if (!element.accepts_tag(node.tag)) {
    matcher.outcome.mismatches.push_back({node.tag, "another element"});
    return std::move(matcher.outcome);
  }
  json::object values;
  matcher.element(element, node, path, values);
  matcher.outcome.values = std::move(values);
  return std::move(matcher.outcome);
}

Result<Node> render_template(const ElementTemplate& element, const json::object& values) {
  PARLEY_TRY(check_names(element, values));
  return render_element(element, values);
}

}  // namespace parley::wire
