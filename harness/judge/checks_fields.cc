// Checks that a stanza or a request carries nothing beyond a list of fields.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "harness/base/glob.h"
#include "harness/judge/case_view.h"
#include "harness/judge/checks.h"
#include "harness/judge/finding.h"
#include "harness/wire/profile.h"

namespace parley::judge {
namespace {

/// Every field of a node: "@id" for an attribute, "ping" for a child, "ping@x" and "ping/deep" for
/// what is in it, "#" behind a path for its content.
void collect(const json::object& node, const std::string& path, std::set<std::string>& fields) {
  if (const json::object* attributes = get_object(node, "attrs")) {
    for (const auto& attribute : *attributes) {
      fields.insert(path + "@" + std::string(attribute.key()));
    }
  }
  if (node.contains("text") || node.contains("bytes")) fields.insert(path + "#");
  const json::array* children = get_array(node, "children");
  if (children == nullptr) return;
  for (const json::value& child : *children) {
    const json::object* object = child.if_object();
    if (object == nullptr) continue;
    const std::string tag(get_string(*object, "tag").value_or(""));
    const std::string below = path.empty() ? tag : path + "/" + tag;
    fields.insert(below);
    collect(*object, below, fields);
  }
}

/// Every member of a JSON body, those of members as "outer.inner".
void collect_members(const json::value& value, const std::string& path,
                     std::set<std::string>& fields) {
  if (const json::object* object = value.if_object()) {
    for (const auto& member : *object) {
      const std::string below = (path.empty() ? "" : path + ".") + std::string(member.key());
      fields.insert(below);
      collect_members(member.value(), below, fields);
    }
  } else if (const json::array* array = value.if_array()) {
    for (const json::value& element : *array) collect_members(element, path, fields);
  }
}

}  // namespace

Finding judge_http_body_fields(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string at = text_argument(input.arguments, "at");
  const std::string target = text_argument(input.arguments, "target");
  const std::vector<std::string> listed = texts_argument(input.arguments, "fields");
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  const std::string expected = "requests for " + target + " at " + at + " with no field but the " +
                               std::to_string(listed.size()) + " listed";
  if (view.actor(at) == nullptr) {
    return harness_error("no-such-actor", expected, "the case has no actor \"" + at + "\"");
  }
  Evidence evidence;
  for (const Record* record : view.select(at, "http.request", [&](const Record& candidate) {
         return glob_match(target, get_string(candidate.facts, "target").value_or(""));
       })) {
    const Result<json::value> body = parse_json(as_text(record->body), "body");
    if (!body.ok() || !body->is_object()) {
      return failed("no-json-object", expected, "a body that is no JSON object", {record->seq},
                    blame);
    }
    std::set<std::string> fields;
    collect_members(*body, "", fields);
    for (const std::string& field : listed) fields.erase(field);
    if (!fields.empty()) {
      return failed("undeclared-field", expected, "carries " + *fields.begin(), {record->seq},
                    blame);
    }
    evidence.push_back(record->seq);
  }
  if (evidence.empty()) {
    return undecided("not-seen", expected, "there was no such request", {}, Attribution::kUnknown);
  }
  return passed(expected, plural(evidence.size(), "request") + ", " + cite(evidence), evidence);
}

Finding judge_stanza_fields(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string at = text_argument(input.arguments, "at");
  const std::string operation = text_argument(input.arguments, "operation");
  const std::vector<std::string> listed = texts_argument(input.arguments, "fields");
  const auto size = optional_count(input.arguments, "size");
  const auto direction = optional_text(input.arguments, "direction");
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  std::string expected = "\"" + operation + "\" at " + at + " with no field but the " +
                         std::to_string(listed.size()) + " listed";
  if (size) expected += ", in at most " + std::to_string(*size) + " bytes";
  if (input.profile.find(operation) == nullptr) {
    return harness_error("no-such-operation", expected,
                         "the wire profile has no operation \"" + operation + "\"");
  }
  if (view.actor(at) == nullptr) {
    return harness_error("no-such-actor", expected, "the case has no actor \"" + at + "\"");
  }
  Evidence evidence;
  for (const Record* record : view.select(at, "stanza", [&](const Record& candidate) {
         return get_string(candidate.facts, "operation") == operation &&
                (!direction || evidence::to_string(candidate.direction) == *direction);
       })) {
    std::set<std::string> fields;
    if (const json::object* node = get_object(record->facts, "node")) collect(*node, "", fields);
    for (const std::string& field : listed) fields.erase(field);
    if (!fields.empty()) {
      return failed("undeclared-field", expected, "carries " + *fields.begin(), {record->seq},
                    blame);
    }
    if (size && record->body_size > static_cast<std::uint64_t>(*size)) {
      return failed("too-large", expected, std::to_string(record->body_size) + " bytes",
                    {record->seq}, blame);
    }
    evidence.push_back(record->seq);
  }
  if (evidence.empty()) {
    return undecided("not-seen", expected, "there was no such stanza", {}, Attribution::kUnknown);
  }
  return passed(expected, plural(evidence.size(), "stanza") + ", " + cite(evidence), evidence);
}

}  // namespace parley::judge
