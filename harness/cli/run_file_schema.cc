#include "harness/cli/run_file_schema.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <utility>

#include "harness/cli/driver_option.h"
#include "harness/cli/run_file_keys.h"
#include "harness/scenario/claim.h"
#include "harness/scenario/ixit.h"
#include "harness/scenario/schema_words.h"

namespace parley::cli {
namespace {

using scenario::closed;
using scenario::list_of;
using scenario::one_of_words;
using scenario::pattern;
using scenario::typed;

constexpr std::string_view kSecret = "^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$";
constexpr std::string_view kDuration = "^[0-9]+(ms|s|m|h|d)$";
constexpr std::string_view kDay = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
constexpr std::string_view kAddress = "^(\\[[0-9a-fA-F:.]+\\]|[A-Za-z0-9._-]+)(:[0-9]+)?$";
constexpr std::string_view kEndpoint =
    "^([a-z]+://)?(\\[[0-9a-fA-F:.]+\\]|[A-Za-z0-9._-]+)(:[0-9]+)?(/.*)?$";

json::object about(json::object schema, std::string_view text) {
  schema["description"] = text;
  return schema;
}

json::object filled_text() {
  json::object out = typed("string");
  out["minLength"] = 1;
  return out;
}

json::object schema_of(const RunFileKey& key) {
  switch (key.shape) {
    case RunFileShape::kWord:
      return one_of_words({key.words.begin(), key.words.end()});
    case RunFileShape::kCount: {
      json::object out = typed("integer");
      out["minimum"] = key.name == "workers" ? 1 : 0;
      if (key.name == "workers") out["maximum"] = 256;
      return out;
    }
    case RunFileShape::kDate:
      return pattern(kDay);
    case RunFileShape::kPaths:
      return list_of(filled_text());
    case RunFileShape::kTexts:
      return list_of(pattern(kAddress));
    case RunFileShape::kPath:
    case RunFileShape::kText:
      break;
  }
  return filled_text();
}

json::object seats_schema() {
  json::object driver = closed(
      {{"command", filled_text()}, {"websocket", filled_text()}, {"token", pattern(kSecret)}}, {});
  json::object started;
  started["required"] = json::array{"command"};
  json::object dials_in;
  dials_in["required"] = json::array{"websocket", "token"};
  driver["oneOf"] = json::array{std::move(started), std::move(dials_in)};
  json::object properties;
  for (const std::string& seat : drivable_seat_names()) {
    properties[seat] = closed({{"driver", driver}}, {"driver"});
  }
  return about(
      closed(std::move(properties), {}),
      "The seats that the items under test hold, \"partner\" being all of a partner's; mocks "
      "hold the others.");
}

json::object ics_schema() {
  json::object groups;
  for (const std::string_view group : scenario::claim_groups()) {
    json::object items;
    for (const scenario::ClaimItem& item : scenario::claim_items()) {
      if (item.group == group) items[item.name] = about(typed("boolean"), item.about);
    }
    groups[group] = closed(std::move(items), {});
    if (group != scenario::kOtherClaims) continue;
    json::object any = typed("object");
    any["additionalProperties"] = typed("boolean");
    groups[group] = about(std::move(any), "Filters of test cases: \"req:MSG-015\".");
  }
  return about(closed(std::move(groups), {}),
               "Implementation conformance statement: what is claimed is tested.");
}

json::object ixit_schema() {
  json::object groups;
  for (const scenario::IxitItem& item : scenario::ixit_items()) {
    const bool endpoint = item.group == "endpoints";
    if (!groups.contains(item.group)) {
      groups[item.group] = about(closed({}, {}), scenario::ixit_group_about(item.group));
    }
    groups[item.group].as_object()["properties"].as_object()[item.name] =
        about(pattern(endpoint ? kEndpoint : kDuration), item.about);
  }
  json::object account = closed({{"id", pattern(scenario::kSlug)},
                                 {"identifier", filled_text()},
                                 {"password", pattern(kSecret)},
                                 {"token", pattern(kSecret)}},
                                {"id", "identifier"});
  groups["accounts"] = about(list_of(std::move(account)), scenario::ixit_group_about("accounts"));
  return about(closed(std::move(groups), {}), "Extra information for testing.");
}

}  // namespace

std::string run_schema_text() {
  json::object properties;
  for (const RunFileKey& key : run_file_keys()) {
    properties[key.name] = about(schema_of(key), key.about);
  }
  properties["seats"] = seats_schema();
  properties["ics"] = ics_schema();
  properties["ixit"] = ixit_schema();
  json::object out;
  out["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  out["title"] = "Parley run file";
  out["description"] =
      "run.yaml: how to run, against what. Paths are relative to it; secrets are env:NAME or "
      "file:PATH.";
  json::object described = closed(std::move(properties), {});
  for (auto& member : described) out[member.key()] = std::move(member.value());
  return scenario::pretty(out);
}

}  // namespace parley::cli
