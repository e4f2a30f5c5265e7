// Checks on what happened at the parties, and in which order.
#include <string>

#include "harness/base/clock.h"
#include "harness/judge/case_view.h"
#include "harness/judge/checks.h"
#include "harness/judge/finding.h"
#include "harness/scenario/match.h"

namespace parley::judge {
namespace {

// Where a step's consequences begin. An event may be on record before the operation that caused it
// has ended, so an operation counts from its beginning; an await counts from the event it saw.
std::uint64_t consequences_from(const StepView& step) {
  if (step.is_await()) return step.arrived == nullptr ? step.end->seq : step.arrived->seq + 1;
  return step.begin == nullptr ? step.end->seq : step.begin->seq;
}

// Where a step's outcome stands in the transcript.
std::uint64_t place_of(const StepView& step) {
  return step.arrived == nullptr ? step.end->seq : step.arrived->seq;
}

// The seq of the record that shows the outcome, and of the event itself where there is one.
Evidence evidence_of(const StepView& step) {
  if (step.arrived == nullptr) return {step.end->seq};
  return {step.arrived->seq, step.end->seq};
}

std::string described(const json::object& arguments, std::string_view actor,
                      std::string_view event) {
  std::string text = "\"" + std::string(event) + "\" at " + std::string(actor);
  const json::object& where = optional_object(arguments, "where");
  if (!where.empty()) text += " where " + canonical(where);
  return text;
}

std::vector<const Record*> matching_events(const CaseView& view, const json::object& arguments,
                                           std::uint64_t from, std::uint64_t until) {
  const json::object& where = optional_object(arguments, "where");
  std::vector<const Record*> found;
  for (const Record* record :
       view.events(text_argument(arguments, "actor"), text_argument(arguments, "event"))) {
    if (record->seq < from || record->seq >= until) continue;
    if (scenario::matches(where, record->facts)) found.push_back(record);
  }
  return found;
}

Evidence sequence_numbers(const std::vector<const Record*>& records) {
  Evidence evidence;
  for (const Record* record : records) evidence.push_back(record->seq);
  return evidence;
}

// Whether the sentinel proves that `actor` could have shown the absent event: an awaited event at
// that actor, a message that reached it, or an operation that it performed with success.
bool sentinel_arrived(const CaseView& view, const StepView& sentinel, std::string_view actor,
                      Evidence& evidence) {
  if (!sentinel.ok()) return false;
  evidence.push_back(place_of(sentinel));
  if (sentinel.actor == actor) return true;
  if (sentinel.message_id().empty()) return false;
  for (const Record* record : view.events(actor, "message")) {
    if (get_string(record->facts, "id") != sentinel.message_id()) continue;
    evidence.push_back(record->seq);
    return true;
  }
  return false;
}

}  // namespace

Finding judge_event_seen(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string actor = text_argument(input.arguments, "actor");
  const std::string event = text_argument(input.arguments, "event");
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  const auto count = optional_count(input.arguments, "count");
  std::string expected = described(input.arguments, actor, event);
  if (count) expected += ", " + plural(static_cast<std::size_t>(*count), "time");

  std::uint64_t from = 0;
  std::optional<TimePoint> deadline;
  TimePoint start = input.records.empty() ? TimePoint() : input.records.front().time;
  if (const auto after = optional_text(input.arguments, "after")) {
    const StepView* step = view.step(*after);
    if (step == nullptr) return view.not_reached(*after);
    if (!step->ok()) return view.not_performed(*step);
    from = consequences_from(*step);
    start = step->arrived == nullptr ? step->end->time : step->arrived->time;
    expected += ", after \"" + *after + "\"";
  }
  if (const auto within = optional_text(input.arguments, "within")) {
    const Result<Duration> duration = parse_duration(*within);
    if (!duration) return harness_error("bad-arguments", expected, duration.error().message);
    deadline = start + *duration;
    expected += ", within " + *within;
  }
  // Without the actor or an end there is nothing that could have shown the event.
  if (view.actor(actor) == nullptr) {
    return harness_error("no-such-actor", expected, "the case has no actor \"" + actor + "\"");
  }
  std::vector<const Record*> found = matching_events(view, input.arguments, from, UINT64_MAX);
  std::size_t late = 0;
  if (deadline) late = std::erase_if(found, [&](const Record* r) { return r->time > *deadline; });

  const Evidence evidence = sequence_numbers(found);
  std::string observed =
      found.empty() ? "not seen" : plural(found.size(), "time") + ", " + cite(evidence);
  if (late > 0) observed += ", and " + plural(late, "time") + " too late";
  const bool enough = count ? found.size() == static_cast<std::size_t>(*count) : !found.empty();
  if (enough) return passed(expected, observed, evidence);
  // A case that was cut off cannot show that something never happened.
  if (!view.ended() && (!count || found.size() < static_cast<std::size_t>(*count))) {
    return harness_error("case-cut-off", expected, observed + "; the case has no end on record",
                         evidence);
  }
  const std::string code = found.empty() ? (late > 0 ? "too-late" : "not-seen") : "wrong-count";
  return failed(code, expected, observed, evidence, blame);
}

Finding judge_event_absent(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string actor = text_argument(input.arguments, "actor");
  const std::string event = text_argument(input.arguments, "event");
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  const std::string expected = "no " + described(input.arguments, actor, event);

  std::uint64_t from = 0;
  std::uint64_t until = UINT64_MAX;
  std::optional<Finding> unreached;
  if (const auto after = optional_text(input.arguments, "after")) {
    const StepView* step = view.step(*after);
    if (step == nullptr) return view.not_reached(*after);
    if (!step->ok()) return view.not_performed(*step);
    from = consequences_from(*step);
  }
  if (const auto before = optional_text(input.arguments, "before")) {
    if (const StepView* step = view.step(*before)) {
      until = step->begin == nullptr ? step->end->seq : step->begin->seq;
      if (step->arrived != nullptr) until = std::min(until, step->arrived->seq);
    } else {
      unreached = view.not_reached(*before);  // so all that happened came before it
      if (unreached->verdict == Verdict::kError) return *std::move(unreached);
    }
  }
  const Evidence evidence = sequence_numbers(matching_events(view, input.arguments, from, until));
  if (!evidence.empty()) {
    return failed("seen", expected, plural(evidence.size(), "time") + ", " + cite(evidence),
                  evidence, blame);
  }
  if (unreached) return *std::move(unreached);
  const auto label = optional_text(input.arguments, "sentinel");
  if (!label) {
    return undecided("no-sentinel", expected, "not seen, but nothing shows that it could have been",
                     {}, Attribution::kHarness);
  }
  const StepView* sentinel = view.step(*label);
  if (sentinel == nullptr) return view.not_reached(*label);
  Evidence shown;
  if (!sentinel_arrived(view, *sentinel, actor, shown)) {
    return undecided("sentinel-missing", expected,
                     "not seen, but the sentinel \"" + *label + "\" did not arrive either", shown,
                     Attribution::kUnknown);
  }
  if (shown.back() < from) {
    return undecided("sentinel-too-early", expected,
                     "not seen, but the sentinel \"" + *label + "\" came before the window opened",
                     shown, Attribution::kHarness);
  }
  return passed(expected, "not seen, while the sentinel arrived: " + cite(shown), shown);
}

Finding judge_order(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string first_label = text_argument(input.arguments, "first");
  const std::string then_label = text_argument(input.arguments, "then");
  const auto who = optional_text(input.arguments, "blames");
  const std::string expected = "\"" + first_label + "\" comes before \"" + then_label + "\"";
  const StepView* first = view.step(first_label);
  if (first == nullptr) return view.not_reached(first_label);
  if (!first->ok()) return view.not_performed(*first);
  const StepView* then = view.step(then_label);
  if (then == nullptr) return view.not_reached(then_label);
  if (!then->ok()) return view.not_performed(*then);
  Evidence evidence = evidence_of(*first);
  for (const std::uint64_t seq : evidence_of(*then)) evidence.push_back(seq);
  const std::string observed = "\"" + first_label + "\" at record " +
                               std::to_string(place_of(*first)) + ", \"" + then_label +
                               "\" at record " + std::to_string(place_of(*then));
  if (place_of(*first) < place_of(*then)) return passed(expected, observed, evidence);
  return failed("wrong-order", expected, observed, evidence, who ? view.blame(*who) : Blame());
}

}  // namespace parley::judge
