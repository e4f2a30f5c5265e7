#include "harness/scenario/value.h"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>

#include "harness/scenario/load.h"
#include "harness/scenario/payload.h"
#include "harness/scenario/placeholder.h"
#include "harness/scenario/substitute.h"

namespace parley::scenario {
namespace {

bool is_text(const YamlNode& node) { return node.is_scalar() && !node.as_int() && !node.as_bool(); }

/// Whether the run will put something else here: nothing can be said about it now.
bool is_placeholder(const YamlNode& node) {
  return node.is_scalar() && node.scalar.starts_with("${") &&
         node.scalar.find('}') == node.scalar.size() - 1;
}

void wrong_type(YamlReader& in, const YamlNode& node, const Field& field) {
  std::string message =
      "\"" + std::string(field.name) + "\" must be " + std::string(to_string(field.type));
  const bool wants_text = field.type == ValueType::kText && node.is_scalar();
  in.error(node.mark, "wrong-type", std::move(message), wants_text ? "put it in quotes" : "");
}

std::string wanted_kind(ValueType type) {
  switch (type) {
    case ValueType::kUser:
      return "whatsapp-user or partner-user";
    case ValueType::kPartner:
    case ValueType::kPartnerList:
      return "partner";
    default:
      return {};
  }
}

bool is_of_type(const Actor& actor, ValueType type) {
  switch (type) {
    case ValueType::kUser:
      return actor.kind == ActorKind::kWhatsappUser || actor.kind == ActorKind::kPartnerUser;
    case ValueType::kPartner:
    case ValueType::kPartnerList:
      return actor.kind == ActorKind::kPartner;
    default:
      return true;
  }
}

void check_actor(YamlReader& in, const YamlNode& node, ValueType type, const Scope& scope) {
  const Actor* actor = find_actor(scope.actors, node.scalar);
  if (actor == nullptr) {
    in.error(node.mark, "unknown-actor", "no actor is called \"" + node.scalar + "\"",
             did_you_mean(node.scalar, ids_of(scope.actors)));
  } else if (!is_of_type(*actor, type)) {
    in.error(node.mark, "wrong-actor",
             "\"" + node.scalar + "\" is a " + std::string(to_string(actor->kind)) + ", not a " +
                 wanted_kind(type));
  }
}

void check_label(YamlReader& in, const YamlNode& node, std::string_view label, const Scope& scope) {
  if (scope.labels.find(label) != scope.labels.end()) return;
  const bool unread = std::any_of(
      scope.unread.begin(), scope.unread.end(),
      [&](const auto& prefix) { return prefix.empty() || label.starts_with(prefix + "-"); });
  if (unread) return;
  std::vector<std::string> known;
  for (const auto& [name, fields] : scope.labels) known.push_back(name);
  in.error(node.mark, "unknown-label",
           "no step up to here is labelled \"" + std::string(label) + "\"",
           did_you_mean(label, known));
}

void check_word(YamlReader& in, const YamlNode& node, const Field& field, const Scope& scope) {
  switch (field.type) {
    case ValueType::kActor:
    case ValueType::kUser:
    case ValueType::kPartner:
    case ValueType::kPartnerList:
      return check_actor(in, node, field.type, scope);
    case ValueType::kLabel:
    case ValueType::kLabelList:
      return check_label(in, node, node.scalar, scope);
    case ValueType::kMedia:
      if (std::find(scope.media.begin(), scope.media.end(), node.scalar) == scope.media.end()) {
        in.error(node.mark, "missing-media",
                 "there is no file \"" + node.scalar + "\" in scenarios/media",
                 did_you_mean(node.scalar, {scope.media.begin(), scope.media.end()}));
      }
      return;
    case ValueType::kSize:
      if (const Result<std::uint64_t> size = parse_size(node.scalar); !size.ok()) {
        in.error(node.mark, "bad-size", size.error().message,
                 "write it like 65537, 64KiB or 16MiB");
      }
      return;
    case ValueType::kDuration:
      if (const Result<Duration> duration = parse_duration(node.scalar); !duration.ok()) {
        in.error(node.mark, "bad-duration", duration.error().message, "write it like 30s or 29d");
      }
      return;
    case ValueType::kChoice: {
      const std::vector<std::string> words = split_choices(field.choices);
      if (std::find(words.begin(), words.end(), node.scalar) == words.end()) {
        std::string list;
        for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
        in.error(node.mark, "unknown-word",
                 "\"" + std::string(field.name) + "\" must be one of " + list,
                 did_you_mean(node.scalar, words));
      }
      return;
    }
    default:
      return;
  }
}

bool is_list(ValueType type) {
  return type == ValueType::kTextList || type == ValueType::kPartnerList ||
         type == ValueType::kLabelList;
}

/// What stands in the place of a file's name.
constexpr std::array<Field, 4> kPayloadFields = {{
    {"size", ValueType::kSize, true, {}},
    {"type", ValueType::kText, true, {}},
    {"name", ValueType::kText, false, {}},
    {"seed", ValueType::kInteger, false, {}},
}};

void check_payload(YamlReader& in, const YamlNode& node, const Scope& scope) {
  read_fields(in, &node, node.mark, kPayloadFields, scope, {"media", "unknown-argument", false});
  const YamlNode* seed = node.find("seed");
  if (seed != nullptr && seed->as_int().value_or(0) < 0) {
    in.error(seed->mark, "wrong-type", "a seed is a whole number from 0 on");
  }
}

}  // namespace

const Actor* find_actor(std::span<const Actor> actors, std::string_view id) {
  const auto it =
      std::find_if(actors.begin(), actors.end(), [&](const Actor& a) { return a.id == id; });
  return it == actors.end() ? nullptr : &*it;
}

std::vector<std::string> ids_of(std::span<const Actor> actors) {
  std::vector<std::string> ids;
  for (const Actor& actor : actors) ids.push_back(actor.id);
  return ids;
}

void check_value(YamlReader& in, const YamlNode& node, const Field& field, const Scope& scope) {
  if (node.is_scalar() && node.scalar.size() > kMaxTextBytes) {
    return in.error(node.mark, "too-long",
                    "longer than " + std::to_string(kMaxTextBytes) + " bytes");
  }
  if (is_placeholder(node)) return;
  if (is_list(field.type)) {
    if (!node.is_sequence()) return wrong_type(in, node, field);
    for (const YamlNode& item : node.items) {
      if (!is_text(item)) {
        wrong_type(in, item, field);
      } else if (!is_placeholder(item)) {
        check_word(in, item, field, scope);
      }
    }
    return;
  }
  if (field.type == ValueType::kMedia && node.is_mapping()) return check_payload(in, node, scope);
  const bool fits = field.type == ValueType::kInteger   ? node.as_int().has_value()
                    : field.type == ValueType::kBoolean ? node.as_bool().has_value()
                    : field.type == ValueType::kSize    ? node.is_scalar()
                    : field.type == ValueType::kObject  ? node.is_mapping()
                                                        : is_text(node);
  if (!fits) return wrong_type(in, node, field);
  check_word(in, node, field, scope);
}

void check_placeholders(YamlReader& in, const YamlNode& node, const Scope& scope) {
  for (const YamlNode& item : node.items) check_placeholders(in, item, scope);
  for (const YamlNode::Entry& entry : node.entries) check_placeholders(in, entry.value, scope);
  if (!node.is_scalar()) return;
  const Result<std::vector<std::string>> names = placeholders(node.scalar);
  if (!names.ok()) {
    return in.error(node.mark, "bad-placeholder", names.error().message,
                    "a literal ${ is written $${");
  }
  for (const std::string& name : *names) {
    if (name == "canary") {
      if (!scope.canary) {
        in.error(node.mark, "misplaced-canary",
                 "${canary} has a meaning only in the arguments of an operation");
      }
      continue;
    }
    if (is_known_early(name)) continue;  // reported before
    const std::size_t dot = name.find('.');
    const std::string_view label = std::string_view(name).substr(0, dot);
    const auto found = scope.labels.find(label);
    if (found == scope.labels.end()) {
      check_label(in, node, label, scope);
      continue;
    }
    const std::string_view field =
        dot == std::string::npos ? std::string_view() : std::string_view(name).substr(dot + 1);
    if (found->second && find_field(*found->second, field) == nullptr) {
      std::vector<std::string> fields;
      for (const Field& one : *found->second) fields.emplace_back(one.name);
      in.error(node.mark, "unknown-field",
               "the step \"" + std::string(label) + "\" gives no \"" + std::string(field) + "\"",
               did_you_mean(field, fields));
    }
  }
}

json::object read_fields(YamlReader& in, const YamlNode* node, SourceMark mark,
                         std::span<const Field> fields, const Scope& scope,
                         const FieldRules& rules) {
  json::object out;
  if (node != nullptr && !node->is_mapping()) {
    in.error(node->mark, "wrong-type", std::string(rules.what) + " takes a mapping");
    return out;
  }
  std::vector<std::string> meant;  // required fields that a misspelt key stands for
  for (const YamlNode::Entry& entry :
       node == nullptr ? std::span<const YamlNode::Entry>() : std::span(node->entries)) {
    const Field* field = find_field(fields, entry.key);
    if (field == nullptr) {
      std::vector<std::string> names;
      for (const Field& one : fields) names.emplace_back(one.name);
      in.error(entry.mark, std::string(rules.unknown_code),
               std::string(rules.what) + " has no \"" + entry.key + "\"",
               did_you_mean(entry.key, names));
      meant.push_back(nearest(entry.key, names));
      continue;
    }
    check_value(in, entry.value, *field, scope);
    check_placeholders(in, entry.value, scope);
    out[entry.key] = entry.value.to_json();
  }
  for (const Field& field : fields) {
    if (rules.partial || !field.required || out.contains(field.name)) continue;
    if (node != nullptr && node->find(field.name) != nullptr) continue;
    if (std::find(meant.begin(), meant.end(), field.name) != meant.end()) continue;
    in.error(node == nullptr ? mark : node->mark, "missing-argument",
             std::string(rules.what) + " needs \"" + std::string(field.name) + "\"");
  }
  return out;
}

}  // namespace parley::scenario
