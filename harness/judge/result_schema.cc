#include "harness/judge/result_schema.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "harness/base/clock.h"
#include "harness/judge/result_fields.h"
#include "harness/judge/result_json.h"
#include "harness/scenario/schema_words.h"

namespace parley::judge {
namespace {

using scenario::closed;
using scenario::list_of;
using scenario::one_of_words;
using scenario::pattern;
using scenario::reference;
using scenario::typed;

// The name of a struct among the definitions.
template <class T>
constexpr std::string_view kDefinition = "";
template <>
constexpr std::string_view kDefinition<Finding> = "finding";
template <>
constexpr std::string_view kDefinition<CheckResult> = "check";
template <>
constexpr std::string_view kDefinition<LeftOutCheck> = "left-out-check";
template <>
constexpr std::string_view kDefinition<AttemptResult> = "attempt";
template <>
constexpr std::string_view kDefinition<CaseResult> = "case";
template <>
constexpr std::string_view kDefinition<CheckReference> = "reference";
template <>
constexpr std::string_view kDefinition<RequirementResult> = "requirement";
template <>
constexpr std::string_view kDefinition<ObligationResult> = "obligation";
template <>
constexpr std::string_view kDefinition<DocumentReference> = "document";
template <>
constexpr std::string_view kDefinition<ExaminationResult> = "examination";
template <>
constexpr std::string_view kDefinition<Waiver> = "waiver";
template <>
constexpr std::string_view kDefinition<Counts> = "counts";
template <>
constexpr std::string_view kDefinition<StatusCounts> = "status-counts";
template <>
constexpr std::string_view kDefinition<Summary> = "summary";
template <>
constexpr std::string_view kDefinition<SeatHolder> = "seat";
template <>
constexpr std::string_view kDefinition<Opinion> = "opinion";
template <>
constexpr std::string_view kDefinition<Identification> = "identification";
template <>
constexpr std::string_view kDefinition<LedgerReference> = "ledger";
template <>
constexpr std::string_view kDefinition<KillMatrixReference> = "kill-matrix";
template <>
constexpr std::string_view kDefinition<SuiteInfo> = "suite";
template <>
constexpr std::string_view kDefinition<RunFileReference> = "run-file";
template <>
constexpr std::string_view kDefinition<ClaimStated> = "claim";
template <>
constexpr std::string_view kDefinition<IxitStated> = "ixit";
template <>
constexpr std::string_view kDefinition<MilestoneResult> = "milestone";
template <>
constexpr std::string_view kDefinition<WireOverlay> = "wire-overlay";
template <>
constexpr std::string_view kDefinition<RunInfo> = "run";

// What a member must look like, beyond its type.
struct Shape {
  std::string_view member;
  std::string_view pattern;
};
constexpr std::string_view kDigestOrNone = "^([0-9a-f]{64})?$";
constexpr std::string_view kDate = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
constexpr std::string_view kDateOrNone = "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$";
constexpr std::string_view kTime = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$";
constexpr std::string_view kFilled = "^.";
constexpr Shape kShapes[] = {
    {"addressing", "^(interop|native)$"},
    {"as_of", kDateOrNone},
    {"catalogue_sha256", kDigestOrNone},
    {"code", kFilled},
    {"date", kDate},
    {"ended", kTime},
    {"expires", kDate},
    {"harness_sha256", kDigestOrNone},
    {"id", kFilled},
    {"issued", kDateOrNone},
    {"kind", kFilled},
    {"method", "^(test|examine)$"},
    {"network", "^(sim|sockets)$"},
    {"party", "^(first|second|third)?$"},
    {"plan_sha256", kDigestOrNone},
    {"received", kDateOrNone},
    {"register_sha256", kDigestOrNone},
    {"seat", kFilled},
    {"sha256", kDigestOrNone},
    {"since", kDateOrNone},
    {"started", kTime},
    {"transcript_sha256", kDigestOrNone},
    {"waivers_as_of", kDateOrNone},
};

std::string_view shape_of(std::string_view member) {
  for (const Shape& one : kShapes) {
    if (one.member == member) return one.pattern;
  }
  return {};
}

// All words of an enumeration, in their order.
template <class Enum>
std::vector<std::string> words_of() {
  std::vector<std::string> out;
  if constexpr (std::is_same_v<Enum, scenario::Coverage>) {
    for (std::size_t i = 0; i < scenario::kCoverages; ++i) {
      out.emplace_back(scenario::to_string(static_cast<Enum>(i)));
    }
  } else {
    for (int i = 0; parse_enum<Enum>(to_string(static_cast<Enum>(i))) == static_cast<Enum>(i);
         ++i) {
      out.emplace_back(to_string(static_cast<Enum>(i)));
    }
  }
  return out;
}

json::object whole_number(std::optional<std::int64_t> least) {
  json::object out = typed("integer");
  if (least) out["minimum"] = *least;
  return out;
}

json::object constant(json::value value) {
  json::object out;
  out["const"] = std::move(value);
  return out;
}

json::object with(std::string_view key, json::value value) {
  json::object out;
  out[key] = std::move(value);
  return out;
}

// {"properties": {MEMBER: SCHEMA}}
json::object member_is(std::string_view member, json::object schema) {
  return with("properties", with(member, std::move(schema)));
}

json::object rule(json::object condition, json::object then) {
  json::object out;
  out["if"] = std::move(condition);
  out["then"] = std::move(then);
  return out;
}

json::object both(json::object a, const json::object& b) {
  json::object& properties = a["properties"].as_object();
  for (const auto& member : b.at("properties").as_object()) {
    properties[member.key()] = member.value();
  }
  return a;
}

json::object is(std::string_view member, json::value value) {
  return member_is(member, constant(std::move(value)));
}
json::object is_not(std::string_view member, json::value value) {
  return member_is(member, with("not", constant(std::move(value))));
}
json::object is_text(std::string_view member) { return member_is(member, with("minLength", 1)); }
json::object is_empty(std::string_view member) { return member_is(member, with("maxItems", 0)); }
json::object is_filled(std::string_view member) { return member_is(member, with("minItems", 1)); }

// What goes together in an object of that definition.
json::array rules_of(std::string_view definition) {
  json::array out;
  if (definition == "case") {
    json::object never =
        both(both(is("verdict", nullptr), is_text("reason")), is_empty("attempts"));
    never = both(both(std::move(never), is_empty("checks")), is("unstable", false));
    never = both(std::move(never), is_empty("left_out"));
    json::object ran =
        rule(is("disposition", "executed"),
             both(both(is_not("verdict", nullptr), is_filled("attempts")), is("reason", "")));
    ran["else"] = std::move(never);
    out.push_back(std::move(ran));
  } else if (definition == "finding") {
    json::object good =
        rule(is("verdict", "pass"), both(is("attribution", "none"), is("blamed", "")));
    good["else"] = is_not("attribution", "none");
    out.push_back(std::move(good));
  } else if (definition == "check") {
    out.push_back(rule(is_filled("surrogates"), is("basis", "surrogate")));
  } else if (definition == "requirement") {
    json::object judged = rule(is("disposition", "executed"), is("reason", ""));
    judged["else"] = both(is_text("reason"),
                          member_is("status", one_of_words({"undetermined", "not-applicable"})));
    out.push_back(std::move(judged));
    out.push_back(
        rule(is("status", "not-satisfied"), both(is_filled("failed_by"), is_filled("checks"))));
    out.push_back(
        rule(is("status", "satisfied"),
             both(both(is_empty("failed_by"), is_filled("checks")), is_empty("waivers"))));
    out.push_back(rule(is("status", "satisfied-with-waiver"),
                       both(is_empty("failed_by"), is_filled("waivers"))));
  } else if (definition == "milestone") {
    json::object reached = rule(is("state", "reached"), is("reason", ""));
    reached["else"] = is_text("reason");
    out.push_back(std::move(reached));
  } else if (definition == "obligation") {
    out.push_back(rule(is("in_force", false), is("status", "not-applicable")));
  } else if (definition == "reference") {
    out.push_back(rule(is_text("waiver"), is("verdict", "fail")));
  }
  return out;
}

json::array rules_of_result() {
  json::array out;
  out.push_back(rule(member_is("run", is("mode", "nightly")), is("statement", "no-statement")));
  out.push_back(rule(member_is("run", is("mode", "nightly")), is_empty("milestones")));
  out.push_back(rule(member_is("run", is("state", "interrupted")),
                     member_is("statement", one_of_words({"no-statement", "not-conformant"}))));
  // A waiver that has expired or is stale fails even a conformant run.
  json::object no_error = member_is("exit_code", with("enum", json::array{0, 1}));
  out.push_back(rule(is("statement", "conformant"), std::move(no_error)));
  out.push_back(rule(is_filled("waivers"), member_is("run", is_text("waivers_as_of"))));
  return out;
}

class Describer {
 public:
  explicit Describer(json::object& definitions) : definitions_(definitions) {}

  template <class T>
  void operator()(std::string_view name, const T& value) {
    json::object schema = schema_of(value);
    if (const std::string_view shape = shape_of(name); !shape.empty() && schema.contains("type")) {
      if (schema.at("type") == "string") schema["pattern"] = shape;
    }
    add(name, std::move(schema));
  }
  void operator()(std::string_view name, const TimePoint&) {
    add(name, pattern(kTime));
    add(std::string(name) + "_ns", whole_number({}));
  }
  void operator()(std::string_view name, const Duration&) {
    add(std::string(name) + "_ns", whole_number(0));
  }
  template <class T>
  void if_any(std::string_view name, const std::vector<T>& values) {
    json::object list = schema_of(values);
    list["minItems"] = 1;
    properties_[name] = std::move(list);
  }
  void add(std::string_view name, json::object schema) {
    required_.emplace_back(name);
    properties_[name] = std::move(schema);
  }
  json::object object() && { return closed(std::move(properties_), required_); }

 private:
  static json::object schema_of(const std::string&) { return typed("string"); }
  static json::object schema_of(bool) { return typed("boolean"); }
  static json::object schema_of(std::uint64_t) { return whole_number(0); }
  static json::object schema_of(int) {
    json::object out = whole_number(0);
    out["maximum"] = 3;
    return out;
  }
  static json::object schema_of(const json::object&) { return reference("facts"); }
  template <Enumeration T>
  static json::object schema_of(T) {
    return one_of_words(words_of<T>());
  }
  template <class T>
  json::object schema_of(const std::optional<T>&) {
    json::object out = schema_of(T{});
    if constexpr (std::is_enum_v<T>) {
      out.at("enum").as_array().push_back(nullptr);
      return out;
    } else {
      return with("anyOf", json::array{std::move(out), typed("null")});
    }
  }
  template <class T>
  json::object schema_of(const std::vector<T>&) {
    return list_of(schema_of(T{}));
  }
  template <class T>
  json::object schema_of(const T& value)
    requires std::is_class_v<T>
  {
    constexpr std::string_view kName = kDefinition<T>;
    static_assert(!kName.empty());
    if (!definitions_.contains(kName)) {
      Describer describer(definitions_);
      T one = value;
      fields(describer, one);
      json::object described = std::move(describer).object();
      if (json::array rules = rules_of(kName); !rules.empty())
        described["allOf"] = std::move(rules);
      definitions_[kName] = std::move(described);
    }
    return reference(kName);
  }

  json::object& definitions_;
  json::object properties_;
  std::vector<std::string> required_;
};

// Any JSON without fractions: what a check measured, the point of a matrix.
json::object fact_schema() {
  json::array either;
  either.push_back(with("type", json::array{"string", "integer", "boolean", "null"}));
  either.push_back(list_of(reference("fact")));
  json::object object = typed("object");
  object["additionalProperties"] = reference("fact");
  either.push_back(std::move(object));
  return with("anyOf", std::move(either));
}

json::object facts_schema() {
  json::object out = typed("object");
  out["additionalProperties"] = reference("fact");
  return out;
}

}  // namespace

std::string result_schema_text() {
  json::object definitions;
  definitions["fact"] = fact_schema();
  definitions["facts"] = facts_schema();
  Describer describer(definitions);
  describer.add("format", constant(json::string(kResultFormat)));
  RunResult result;
  fields(describer, result);
  json::object out;
  out["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  out["title"] = "Parley result";
  out["description"] =
      "result.json of a run: the one source of every report. Numbers are whole; every member is "
      "always there, but for lists that are left away where nothing is in them.";
  json::object described = std::move(describer).object();
  for (auto& member : described) out[member.key()] = std::move(member.value());
  out["allOf"] = rules_of_result();
  out["$defs"] = std::move(definitions);
  return scenario::pretty(out);
}

}  // namespace parley::judge
