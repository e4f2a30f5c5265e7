#include "harness/scenario/substitute.h"

#include <algorithm>
#include <optional>

namespace parley::scenario {
namespace {

/// Splits off the part before the first dot.
std::string_view take_part(std::string_view& name) {
  const std::size_t dot = name.find('.');
  const std::string_view part = name.substr(0, dot);
  name = dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
  return part;
}

YamlNode scalar_node(std::string text, bool quoted) {
  YamlNode node;
  node.kind = YamlNode::Kind::kScalar;
  node.scalar = std::move(text);
  node.quoted = quoted;
  return node;
}

std::optional<YamlNode> from_json(const json::value& value) {
  if (value.is_string()) return scalar_node(std::string(value.get_string()), true);
  if (value.is_int64()) return scalar_node(std::to_string(value.get_int64()), false);
  if (value.is_bool()) return scalar_node(value.get_bool() ? "true" : "false", false);
  return std::nullopt;
}

/// The value behind a name, or nullopt after a report.
class Resolver {
 public:
  Resolver(const Bindings& bindings, YamlReader& in, SourceMark mark)
      : bindings_(bindings), in_(in), mark_(mark) {}

  std::optional<YamlNode> value(std::string_view name) const {
    std::string_view rest = name;
    const std::string_view source = take_part(rest);
    if (source == "matrix") return from_matrix(name, rest);
    return source == "param" ? from_parameters(name, rest) : from_actors(name, rest);
  }

 private:
  std::optional<YamlNode> unknown(std::string_view name, std::string hint) const {
    in_.error(mark_, "unknown-placeholder", "nothing is known as ${" + std::string(name) + "}",
              std::move(hint));
    return std::nullopt;
  }

  std::optional<YamlNode> from_matrix(std::string_view name, std::string_view rest) const {
    const std::string_view axis = take_part(rest);
    std::vector<std::string> axes;
    for (const Binding& binding : bindings_.matrix) {
      axes.emplace_back(binding.axis);
      if (binding.axis != axis) continue;
      if (rest.empty()) {
        if (binding.value->is_mapping()) return scalar_node(std::string(binding.name), true);
        return *binding.value;
      }
      if (const YamlNode* field = binding.value->find(rest)) return *field;
      std::vector<std::string> fields;
      for (const YamlNode::Entry& entry : binding.value->entries) fields.push_back(entry.key);
      return unknown(name, did_you_mean(rest, fields));
    }
    return unknown(name, axes.empty() ? "there is no matrix here" : did_you_mean(axis, axes));
  }

  std::optional<YamlNode> from_parameters(std::string_view name, std::string_view rest) const {
    for (const Binding& binding : bindings_.parameters) {
      if (binding.axis == rest) return *binding.value;
    }
    return unknown(name, "parameters are known in the steps of a fragment");
  }

  std::optional<YamlNode> from_actors(std::string_view name, std::string_view rest) const {
    const std::string_view id = take_part(rest);
    std::vector<std::string> ids;
    for (const Actor& actor : bindings_.actors) {
      ids.push_back(actor.id);
      if (actor.id != id) continue;
      if (const json::value* setting = actor.settings.if_contains(rest)) {
        if (std::optional<YamlNode> node = from_json(*setting)) return node;
      }
      return unknown(name, "an actor's settings can be used where the scenario sets them");
    }
    return unknown(name, did_you_mean(id, ids));
  }

  const Bindings& bindings_;
  YamlReader& in_;
  SourceMark mark_;
};

void substitute_text(YamlNode& node, const Bindings& bindings, YamlReader& in) {
  const Resolver resolver(bindings, in, node.mark);
  const std::string text = std::move(node.scalar);
  node.scalar.clear();
  std::size_t i = 0;
  while (i < text.size()) {
    const std::size_t end = text.compare(i, 2, "${") == 0 ? text.find('}', i) : std::string::npos;
    if (text.compare(i, 3, "$${") == 0) {
      node.scalar += "$${";
      i += 3;
    } else if (end == std::string::npos ||
               !is_known_early(std::string_view(text).substr(i + 2, end - i - 2))) {
      node.scalar += text[i++];
    } else {
      std::optional<YamlNode> value =
          resolver.value(std::string_view(text).substr(i + 2, end - i - 2));
      if (i == 0 && end + 1 == text.size() && value) {
        const SourceMark mark = node.mark;
        node = std::move(*value);
        node.mark = mark;
        return;
      }
      if (value && !value->is_scalar()) {
        in.error(node.mark, "wrong-type", "a list or mapping cannot be part of a text");
      }
      // What has no value stays as it was written; value.cc does not report it again.
      node.scalar += value ? value->scalar : text.substr(i, end + 1 - i);
      node.quoted = true;
      i = end + 1;
    }
  }
}

}  // namespace

bool is_known_early(std::string_view name) {
  return name.starts_with("matrix.") || name.starts_with("actors.") || name.starts_with("param.");
}

YamlNode substitute(const YamlNode& node, const Bindings& bindings, YamlReader& in) {
  YamlNode out = node;
  if (out.is_scalar() && out.scalar.find("${") != std::string::npos) {
    substitute_text(out, bindings, in);
  }
  for (YamlNode& item : out.items) item = substitute(item, bindings, in);
  for (YamlNode::Entry& entry : out.entries) entry.value = substitute(entry.value, bindings, in);
  return out;
}

}  // namespace parley::scenario
