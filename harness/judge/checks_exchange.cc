// Checks on what passed over the wires.
#include <string>
#include <vector>

#include "harness/base/glob.h"
#include "harness/judge/case_view.h"
#include "harness/judge/checks.h"
#include "harness/judge/finding.h"
#include "harness/scenario/match.h"
#include "harness/wire/node_codec.h"
#include "harness/wire/profile.h"

namespace parley::judge {
namespace {

using evidence::Direction;

std::optional<Direction> direction_argument(const json::object& arguments) {
  const auto text = optional_text(arguments, "direction");
  if (!text) return std::nullopt;
  return *text == "in" ? Direction::kIn : Direction::kOut;
}

// The judgement that both kinds share: `count` sightings exactly, or at least one.
Finding judge_count(const CaseView& view, const json::object& arguments, std::string expected,
                    const Evidence& evidence, std::size_t sightings, std::string_view noun) {
  const Blame blame = view.blame(text_argument(arguments, "blames"));
  const auto count = optional_count(arguments, "count");
  if (count) expected += ", " + plural(static_cast<std::size_t>(*count), "time");
  const std::string observed =
      sightings == 0 ? "none" : plural(sightings, noun) + ", " + cite(evidence);
  const std::string at = text_argument(arguments, "at");
  if (view.actor(at) == nullptr) {
    return harness_error("no-such-actor", expected, "the case has no actor \"" + at + "\"");
  }
  // Neither too few nor exactly enough can be told from a case that was cut off.
  const bool enough = count ? sightings == static_cast<std::size_t>(*count) : sightings > 0;
  const bool may_grow = count ? sightings <= static_cast<std::size_t>(*count) : sightings == 0;
  if (!view.ended() && may_grow) {
    return harness_error("case-cut-off", expected, observed + "; the case has no end on record",
                         evidence);
  }
  // Demanding that something does not pass proves nothing in a case that did not get that far.
  if (enough && sightings == 0 && !view.completed()) {
    return undecided("case-ended-early", expected, "none, but the case ended early", {},
                     Attribution::kUnknown);
  }
  if (enough) return passed(expected, observed, evidence);
  return failed(sightings == 0 ? "not-seen" : "wrong-count", expected, observed, evidence, blame);
}

// The response to the request at `index`: the next one at the same party from the same peer the
// other way that names the same request and that no earlier request has taken.
const Record* response_to(const CaseView& view, std::size_t index, std::vector<bool>& taken) {
  const Record& request = view.records()[index];
  for (std::size_t i = index + 1; i < view.records().size(); ++i) {
    const Record& record = view.records()[i];
    if (taken[i] || record.kind != "http.response" || record.party != request.party ||
        record.peer != request.peer || record.direction == request.direction) {
      continue;
    }
    if (get_string(record.facts, "target") != get_string(request.facts, "target") ||
        get_string(record.facts, "method") != get_string(request.facts, "method")) {
      continue;
    }
    taken[i] = true;
    return &record;
  }
  return nullptr;
}

}  // namespace

Finding judge_http_exchange(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string at = text_argument(input.arguments, "at");
  const auto direction = direction_argument(input.arguments);
  const auto method = optional_text(input.arguments, "method");
  const auto target = optional_text(input.arguments, "target");
  const auto status = optional_count(input.arguments, "status");
  std::string expected = method.value_or("HTTP") + " " + target.value_or("exchange");
  if (direction) expected += *direction == Direction::kIn ? " received by" : " sent by";
  expected += (direction ? " " : " at ") + at;
  if (status) expected += ", answered " + std::to_string(*status);

  Evidence evidence;
  std::size_t sightings = 0;
  std::size_t asked = 0;  // whatever the answer was
  std::vector<bool> taken(view.records().size(), false);
  for (std::size_t i = 0; i < view.records().size(); ++i) {
    const Record& request = view.records()[i];
    if (request.kind != "http.request" || request.party != at) continue;
    const Record* response = response_to(view, i, taken);
    if (direction && request.direction != *direction) continue;
    if (method && get_string(request.facts, "method") != *method) continue;
    const auto path = get_string(request.facts, "target");
    if (target && !(path && glob_match(*target, *path))) continue;
    ++asked;
    if (status && (response == nullptr || whole_number(response->facts, "status") != *status)) {
      continue;
    }
    ++sightings;
    evidence.push_back(request.seq);
    if (response != nullptr) evidence.push_back(response->seq);
  }
  // Whoever is to answer cannot be held to a question that was never put.
  const Blame asker = view.blame(at);
  const bool owed = optional_count(input.arguments, "count") != 0;
  if (owed && asked == 0 && direction == Direction::kOut && view.ended() &&
      view.actor(at) != nullptr &&
      asker.party != view.blame(text_argument(input.arguments, "blames")).party) {
    return undecided("not-asked", expected, at + " made no such request", {}, asker);
  }
  return judge_count(view, input.arguments, expected, evidence, sightings, "exchange");
}

Finding judge_stanza_seen(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string at = text_argument(input.arguments, "at");
  const std::string operation = text_argument(input.arguments, "operation");
  const auto direction = direction_argument(input.arguments);
  const json::object& where = optional_object(input.arguments, "where");
  std::string expected = "a stanza \"" + operation + "\"";
  if (direction) expected += *direction == Direction::kIn ? " received by" : " sent by";
  expected += (direction ? " " : " at ") + at;
  if (!where.empty()) expected += " where " + canonical(where);
  if (input.profile.find(operation) == nullptr) {
    return harness_error("no-such-operation", expected,
                         "the wire profile has no operation \"" + operation + "\"");
  }

  Evidence evidence;
  for (const Record* record : view.select(at, "stanza", [&](const Record& candidate) {
         return get_string(candidate.facts, "operation") == operation &&
                (!direction || candidate.direction == *direction);
       })) {
    const json::object* node = get_object(record->facts, "node");
    bool matches = where.empty() || (node != nullptr && scenario::matches(where, *node));
    if (!matches) {
      const Result<wire::Node> decoded = wire::unpack_stanza(record->body);
      const auto values = decoded.ok() ? input.profile.match(operation, *decoded) : std::nullopt;
      matches = values && scenario::matches(where, *values);
    }
    if (matches) evidence.push_back(record->seq);
  }
  return judge_count(view, input.arguments, expected, evidence, evidence.size(), "stanza");
}

}  // namespace parley::judge
