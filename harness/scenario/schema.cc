#include "harness/scenario/schema.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <set>

#include "harness/scenario/expand.h"
#include "harness/scenario/fragment.h"
#include "harness/scenario/load.h"
#include "harness/scenario/schema_words.h"
#include "harness/scenario/spec_version.h"
#include "harness/scenario/vocabulary.h"

namespace parley::scenario {
namespace {

constexpr std::string_view kRequirement = "^[A-Z0-9]{2,5}-[0-9]{3}$";

json::object described(json::object schema, std::string_view text) {
  schema["description"] = text;
  return schema;
}

json::object limited(json::object list, std::size_t least, std::size_t most) {
  if (least > 0) list["minItems"] = least;
  list["maxItems"] = most;
  return list;
}

json::object texts(json::object items) {
  json::object out = list_of(std::move(items));
  out["uniqueItems"] = true;
  return out;
}

json::object filled_text() {
  json::object out = typed("string");
  out["minLength"] = 1;
  return out;
}

/// {if: {properties: {KEY: {const: WORD}}, required: [KEY]}, then: THEN}
json::object where_it_is(std::string_view key, std::string_view word, json::object then) {
  json::object constant;
  constant["const"] = word;
  json::object properties;
  properties[key] = std::move(constant);
  json::object condition;
  condition["properties"] = std::move(properties);
  condition["required"] = json::array{json::string(key)};
  json::object out;
  out["if"] = std::move(condition);
  out["then"] = std::move(then);
  return out;
}

json::object only_keys(const std::vector<std::string>& names) {
  json::object out;
  if (names.empty()) {
    out["maxProperties"] = 0;
  } else {
    out["propertyNames"] = one_of_words(names);
  }
  return out;
}

std::vector<std::string> names_of(const std::vector<Field>& fields) {
  std::vector<std::string> out;
  for (const Field& field : fields) out.emplace_back(field.name);
  return out;
}

/// Words that differ by the kind of actor, taken together: what one of the kinds may say.
void merge_fields(std::vector<Field>& into, const std::vector<Field>& more, bool also_required) {
  for (Field& known : into) {
    if (find_field(more, known.name) == nullptr) known.required = false;
  }
  for (Field field : more) {
    if (find_field(into, field.name) != nullptr) continue;
    field.required = field.required && also_required;
    into.push_back(field);
  }
}

struct Words {
  std::vector<Field> arguments;  ///< or facts
  std::vector<Field> results;
};

std::map<std::string, Words> operation_words() {
  std::map<std::string, Words> out;
  for (const OperationSpec& spec : operations()) {
    const bool first = !out.contains(std::string(spec.name));
    Words& words = out[std::string(spec.name)];
    merge_fields(words.arguments, spec.arguments, first);
    merge_fields(words.results, spec.results, first);
  }
  return out;
}

std::map<std::string, Words> event_words() {
  std::map<std::string, Words> out;
  for (const EventSpec& spec : events()) {
    merge_fields(out[std::string(spec.name)].arguments, spec.facts, false);
  }
  return out;
}

std::vector<std::string> keys_of(const std::map<std::string, Words>& words) {
  std::vector<std::string> out;
  for (const auto& [name, fields] : words) out.push_back(name);
  return out;
}

json::object actor_schema() {
  json::object properties;
  std::vector<std::string> kinds;
  json::array rules;
  for (const ActorKindSpec& spec : actor_kinds()) kinds.emplace_back(spec.name);
  properties["kind"] = one_of_words(kinds);
  properties["of"] = described(pattern(kSlugOrPlaceholder), "partner-user: its partner.");
  properties["preset"] = described(pattern("^[a-z0-9]+([.-][a-z0-9]+)*$|\\$\\{.+\\}"),
                                   "partner: a file of scenarios/presets.");
  for (const ActorKindSpec& spec : actor_kinds()) {
    std::vector<std::string> names = names_of(spec.settings);
    names.insert(names.begin(), "kind");
    if (spec.kind == ActorKind::kPartnerUser) names.emplace_back("of");
    if (spec.kind == ActorKind::kPartner) names.emplace_back("preset");
    rules.push_back(where_it_is("kind", spec.name, only_keys(names)));
    for (const Field& field : spec.settings) {
      if (!properties.contains(field.name)) properties[field.name] = value_schema(field);
    }
  }
  json::object out = closed(std::move(properties), {});
  out["description"] =
      "An actor of the scenario's own needs a kind; one of the set-up gets only the settings that "
      "differ.";
  out["allOf"] = std::move(rules);
  return out;
}

json::object actors_schema() {
  json::object out = typed("object");
  out["maxProperties"] = kMaxActors;
  out["propertyNames"] = pattern(kSlug);
  out["additionalProperties"] = reference("actor");
  return out;
}

/// What `do` says about `with` and `expect`.
json::object arguments_schema() {
  json::array rules;
  for (const auto& [name, words] : operation_words()) {
    json::object properties;
    properties["with"] = or_placeholder(fields_schema(words.arguments, true));
    properties["expect"] = or_placeholder(only_keys(names_of(words.results)));
    json::object then;
    then["properties"] = std::move(properties);
    if (std::any_of(words.arguments.begin(), words.arguments.end(),
                    [](const Field& field) { return field.required; })) {
      then["required"] = json::array{"with"};
    }
    rules.push_back(where_it_is("do", name, std::move(then)));
  }
  json::object out;
  out["allOf"] = std::move(rules);
  return out;
}

json::object operation_schema(bool act) {
  json::object properties;
  properties["do"] = one_of_words(keys_of(operation_words()));
  properties["actor"] = pattern(kSlugOrPlaceholder);
  properties["with"] = described(or_placeholder(typed("object")), "The operation's arguments.");
  if (!act) {
    json::object repeat = typed("integer");
    repeat["minimum"] = 1;
    repeat["maximum"] = kMaxRepeat;
    properties["repeat"] = or_placeholder(std::move(repeat));
    properties["as"] = described(reference("slug"), "A label for the result.");
    properties["expect"] = described(or_placeholder(typed("object")),
                                     "The result must contain this, or the test case ends here.");
    std::vector<std::string> codes;
    for (int code = 0; code <= static_cast<int>(ErrorCode::kInternal); ++code) {
      codes.emplace_back(to_string(static_cast<ErrorCode>(code)));
    }
    properties["expect-error"] = or_placeholder(one_of_words(codes));
  }
  json::object out = closed(std::move(properties), {"do", "actor"});
  out["allOf"] = json::array{reference("arguments")};
  return out;
}

json::array rules_for_events(std::string_view key) {
  json::array rules;
  for (const auto& [name, words] : event_words()) {
    json::object properties;
    properties["where"] = or_placeholder(only_keys(names_of(words.arguments)));
    json::object then;
    then["properties"] = std::move(properties);
    rules.push_back(where_it_is(key, name, std::move(then)));
  }
  return rules;
}

json::object await_schema() {
  json::object properties;
  properties["await"] = reference("event");
  properties["actor"] = pattern(kSlugOrPlaceholder);
  properties["where"] = described(or_placeholder(typed("object")), "The facts must contain this.");
  properties["within"] = or_placeholder(reference("duration"));
  properties["as"] = described(reference("slug"), "A label for the facts.");
  json::object out = closed(std::move(properties), {"await", "actor"});
  out["allOf"] = rules_for_events("await");
  return out;
}

json::object use_schema() {
  json::object properties;
  properties["use"] = described(pattern(kDottedSlug), "A file of scenarios/fragments.");
  properties["with"] = described(typed("object"), "The fragment's parameters.");
  properties["as"] = described(reference("slug"), "Goes before the fragment's labels.");
  return closed(std::move(properties), {"use"});
}

json::object step_schema() {
  json::object advance;
  advance["advance"] = or_placeholder(reference("duration"));
  json::object settle;
  settle["const"] = "settle";
  json::array either;
  either.push_back(std::move(settle));
  for (const char* kind : {"operation", "await", "use"}) either.push_back(reference(kind));
  either.push_back(closed(std::move(advance), {"advance"}));
  json::object out;
  out["anyOf"] = std::move(either);
  return out;
}

json::object requirements_schema() {
  json::array either;
  either.push_back(pattern(kRequirement));
  either.push_back(pattern("\\$\\{.+\\}"));
  json::object item;
  item["anyOf"] = std::move(either);
  json::object list = list_of(std::move(item));
  list["minItems"] = 1;
  return or_placeholder(std::move(list));
}

json::object check_schema(std::span<const CheckSpec> given) {
  std::vector<CheckSpec> checks(given.begin(), given.end());
  std::sort(checks.begin(), checks.end(),
            [](const CheckSpec& a, const CheckSpec& b) { return a.name < b.name; });
  json::object properties;
  std::vector<std::string> kinds;
  std::set<std::string_view> arguments;
  json::array rules;
  for (const CheckSpec& spec : checks) {
    if (spec.invariant) continue;
    kinds.emplace_back(spec.name);
    std::vector<std::string> names = {"id", "kind", "requirements", std::string(kWhenObservable)};
    names.insert(names.end(), spec.required.begin(), spec.required.end());
    names.insert(names.end(), spec.optional.begin(), spec.optional.end());
    json::object then = only_keys(names);
    then["required"] = json::array(spec.required.begin(), spec.required.end());
    rules.push_back(where_it_is("kind", spec.name, std::move(then)));
  }
  for (const CheckSpec& spec : checks) {
    arguments.insert(spec.required.begin(), spec.required.end());
    arguments.insert(spec.optional.begin(), spec.optional.end());
  }
  properties["id"] = reference("slug");
  properties["kind"] = one_of_words(kinds);
  properties["requirements"] = reference("requirements");
  properties[kWhenObservable] =
      described(or_placeholder(typed("boolean")), "May be left out where it cannot be judged.");
  for (const std::string_view name : arguments) {
    const Field* field = find_check_argument(name);
    properties[name] = field == nullptr ? json::object() : value_schema(*field);
  }
  json::object out = closed(std::move(properties), {"id", "kind", "requirements"});
  for (json::value& rule : rules_for_events("event")) rules.push_back(std::move(rule));
  out["allOf"] = std::move(rules);
  return out;
}

json::object negative_schema() {
  json::object properties;
  properties["id"] = described(reference("slug"), "Name of the check; labels begin with it.");
  properties["requirements"] = reference("requirements");
  properties["blames"] = value_schema(*find_check_argument("blames"));
  properties["prepare"] = described(list_of(reference("step")), "Comes before each of the three.");
  properties["act"] = described(reference("act"), "Done rightly, before and after.");
  json::object attack = typed("object");
  attack["minProperties"] = 1;
  properties["attack"] = described(or_placeholder(std::move(attack)), "The arguments that differ.");
  properties["reason"] = described(filled_text(), "How the attack must be refused.");
  properties["expect"] =
      described(or_placeholder(typed("object")), "What the act must answer, done rightly.");
  return closed(std::move(properties), {"id", "requirements", "blames", "act", "attack", "reason"});
}

json::object matrix_schema() {
  json::array scalars = {"string", "integer", "boolean"};
  json::object scalar;
  scalar["type"] = scalars;
  json::object value;
  value["type"] = json::array{"string", "integer", "boolean", "array", "object"};
  json::object names = typed("object");
  names["minProperties"] = 1;
  names["maxProperties"] = kMaxAxisValues;
  names["propertyNames"] = pattern(kDottedSlug);
  names["additionalProperties"] = std::move(value);
  json::array either;
  either.push_back(limited(list_of(std::move(scalar)), 1, kMaxAxisValues));
  either.push_back(std::move(names));
  json::object axis;
  axis["anyOf"] = std::move(either);
  json::object out = typed("object");
  out["minProperties"] = 1;
  out["maxProperties"] = kMaxAxes;
  out["propertyNames"] = pattern(kSlug);
  out["additionalProperties"] = std::move(axis);
  return described(std::move(out), "Axes; the scenario becomes one test case per combination.");
}

json::object spec_schema() {
  const auto versions = spec_versions();
  json::object properties;
  for (const char* end : {"since", "until"}) {
    properties[end] = one_of_words({versions.begin(), versions.end()});
  }
  return described(closed(std::move(properties), {}),
                   "The versions of the framework for which the scenario is meant.");
}

json::object definitions(std::span<const CheckSpec> checks) {
  json::object out;
  out["slug"] = pattern(kSlug);
  out["duration"] = described(pattern("^[0-9]+(ms|s|m|h|d)$"),
                              "A whole number and a unit: 250ms, 30s, 5m, 12h, 29d.");
  out["event"] = one_of_words(keys_of(event_words()));
  out["requirements"] = requirements_schema();
  out["actors"] = actors_schema();
  out["actor"] = actor_schema();
  out["step"] = step_schema();
  out["operation"] = operation_schema(false);
  out["act"] = operation_schema(true);
  out["arguments"] = arguments_schema();
  out["await"] = await_schema();
  out["use"] = use_schema();
  out["check"] = check_schema(checks);
  out["negative"] = negative_schema();
  return out;
}

json::object begun(std::string_view title, std::string_view description) {
  json::object out;
  out["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  out["title"] = title;
  out["description"] = description;
  return out;
}

void add_all(json::object& to, json::object from) {
  for (auto& member : from) to[member.key()] = std::move(member.value());
}

/// Each of the keys brings the other with it.
json::object needs(std::initializer_list<std::string_view> keys, std::string_view other) {
  json::object out;
  for (const std::string_view key : keys) out[key] = json::array{json::string(other)};
  return out;
}

json::object either_key(std::string_view one, std::string_view other) {
  json::array either;
  for (const std::string_view key : {one, other}) {
    json::object has;
    has["required"] = json::array{json::string(key)};
    either.push_back(std::move(has));
  }
  json::object out;
  out["anyOf"] = std::move(either);
  return out;
}

json::object scenario_schema(std::span<const CheckSpec> checks) {
  json::object keys;
  keys["id"] = described(pattern(kDottedSlug),
                         "The path below scenarios/cases, with dots for slashes: text.both-ways.");
  keys["title"] = described(filled_text(), "One line, for lists and reports.");
  keys["purpose"] = described(filled_text(), "What must hold, in one or two sentences.");
  json::object requirements = texts(pattern(kRequirement));
  requirements["minItems"] = 1;
  keys["requirements"] =
      described(std::move(requirements), "Every requirement that a check of this scenario judges.");
  keys["tags"] =
      described(texts(pattern(kSlug)),
                "For filters: tag:media. Milestones of the reference offer are m1 to m6.");
  keys["spec"] = spec_schema();
  keys["seats"] = described(texts(one_of_words({seat_names().begin(), seat_names().end()})),
                            "Whose holders it is about: with products in other seats alone it does "
                            "not apply; default: any.");
  keys["setup"] = described(pattern(kDottedSlug),
                            "A file of scenarios/setups whose actors and steps come first.");
  keys["matrix"] = matrix_schema();
  keys["pairs"] = described(typed("boolean"),
                            "Few combinations that contain every pair of values of two axes.");
  json::object exclusion = typed("object");
  exclusion["minProperties"] = 1;
  keys["exclude"] = described(list_of(std::move(exclusion)), "Combinations to leave out.");
  keys["actors"] = reference("actors");
  keys["steps"] = limited(list_of(reference("step")), 0, kMaxSteps);
  keys["negative"] = limited(list_of(reference("negative")), 1, kMaxChecks);
  keys["checks"] = limited(list_of(reference("check")), 1, kMaxChecks);
  json::object out =
      begun("Parley scenario",
            "One file of scenarios/cases. The whole language is described in "
            "docs/scenarios.md; `parley lint` checks more than this schema can say.");
  add_all(out, closed(std::move(keys), {"id", "title", "purpose", "requirements"}));
  json::array rules;
  rules.push_back(either_key("steps", "negative"));
  rules.push_back(either_key("checks", "negative"));
  out["allOf"] = std::move(rules);
  out["dependentRequired"] = needs({"pairs", "exclude"}, "matrix");
  out["$defs"] = definitions(checks);
  return out;
}

json::object in_scenario(std::string_view definition) {
  json::object out;
  out["$ref"] = "scenario.schema.json#/$defs/" + std::string(definition);
  return out;
}

json::object head_keys(std::string_view folder) {
  json::object keys;
  keys["id"] = described(pattern(kDottedSlug), "The path below scenarios/" + std::string(folder) +
                                                   ", with dots for slashes.");
  keys["title"] = described(filled_text(), "One line.");
  return keys;
}

json::object setup_schema() {
  json::object keys = head_keys("setups");
  keys["actors"] = in_scenario("actors");
  keys["steps"] = limited(list_of(in_scenario("step")), 0, kMaxSteps);
  json::object out = begun("Parley set-up", "One file of scenarios/setups.");
  add_all(out, closed(std::move(keys), {"id", "title", "actors"}));
  return out;
}

json::object fragment_schema() {
  json::object keys = head_keys("fragments");
  keys["parameters"] = limited(texts(pattern(kSlug)), 0, kMaxParameters);
  keys["steps"] = limited(list_of(in_scenario("step")), 1, kMaxSteps);
  json::object out = begun("Parley fragment", "One file of scenarios/fragments.");
  add_all(out, closed(std::move(keys), {"id", "title", "steps"}));
  return out;
}

json::object preset_schema() {
  const ActorKindSpec& partner = actor_kinds()[static_cast<std::size_t>(ActorKind::kPartner)];
  json::object keys = head_keys("presets");
  json::object settings;
  for (const Field& field : partner.settings) {
    settings[field.name] =
        field.type == ValueType::kDuration ? in_scenario("duration") : value_schema(field);
  }
  keys["settings"] = closed(std::move(settings), {});
  json::object out = begun("Parley preset", "One file of scenarios/presets.");
  add_all(out, closed(std::move(keys), {"id", "title", "settings"}));
  return out;
}

}  // namespace

std::span<const std::string_view> schema_names() {
  static constexpr std::array<std::string_view, 4> kNames = {"scenario", "setup", "fragment",
                                                             "preset"};
  return kNames;
}

std::optional<std::string> schema_text(std::string_view name, std::span<const CheckSpec> checks) {
  if (name == "scenario") return pretty(scenario_schema(checks));
  if (name == "setup") return pretty(setup_schema());
  if (name == "fragment") return pretty(fragment_schema());
  if (name == "preset") return pretty(preset_schema());
  return std::nullopt;
}

}  // namespace parley::scenario
