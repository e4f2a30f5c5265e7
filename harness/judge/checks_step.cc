// Checks on how steps ended: with a given result, or with a refusal.
#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "harness/judge/case_view.h"
#include "harness/judge/checks.h"
#include "harness/judge/finding.h"
#include "harness/scenario/match.h"
#include "harness/wire/operations.h"

namespace parley::judge {
namespace {

// An explicit no, with the reason that was given.
struct Refusal {
  std::string reason;
  std::uint64_t seq = 0;
};

std::string text_or_number(const json::object& object, std::string_view name) {
  if (const auto text = get_string(object, name)) return std::string(*text);
  if (const auto number = whole_number(object, name)) return std::to_string(*number);
  return {};
}

// The first of the members that give a reason.
std::string reason_in(const json::object& object) {
  for (const std::string_view name : {"reason", "code", "error"}) {
    std::string reason = text_or_number(object, name);
    if (!reason.empty()) return reason;
  }
  return {};
}

// Results of enlist and connect say "ok", or "fail" and why.
std::optional<Refusal> refusal_in_result(const StepView& step) {
  const json::object* result = step.outcome();
  if (result == nullptr) return std::nullopt;
  const auto status = get_string(*result, "status");
  if (status != "fail" && status != "failure") return std::nullopt;
  return Refusal{reason_in(*result), step.end->seq};
}

// Events that are a refusal by themselves, with the operation that each answers; "send-failed"
// answers whatever sent the message with its id.
struct RefusalEvent {
  std::string_view kind;
  std::string_view operation;
};
constexpr std::array<RefusalEvent, 3> kRefusalEvents{{{"event.enlist-failed", "enlist"},
                                                      {"event.connection-refused", "connect"},
                                                      {"event.send-failed", ""}}};

std::optional<Refusal> refusal_in_events(const CaseView& view, const StepView& step) {
  for (const Record& record : view.records()) {
    if (record.tap != evidence::Tap::kEvent || record.party != step.actor) continue;
    if (step.begin != nullptr && record.seq < step.begin->seq) continue;
    for (const RefusalEvent& event : kRefusalEvents) {
      if (record.kind != event.kind) continue;
      const bool answers =
          event.operation.empty()
              ? !step.message_id().empty() && get_string(record.facts, "id") == step.message_id()
              : step.operation == event.operation && record.seq <= step.end->seq;
      if (answers) return Refusal{reason_in(record.facts), record.seq};
    }
  }
  return std::nullopt;
}

// <failure reason/>, <iq type="error"><error code text/></iq>, <ack error/>.
std::optional<std::string> reason_of_stanza(const json::object& node, std::string_view reason) {
  const json::object* attributes = get_object(node, "attrs");
  const auto tag = get_string(node, "tag");
  if (attributes != nullptr && tag == "failure") return text_or_number(*attributes, "reason");
  if (attributes != nullptr && tag == "ack" && attributes->contains("error")) {
    return text_or_number(*attributes, "error");
  }
  const json::array* children = get_array(node, "children");
  if (tag != "iq" || children == nullptr) return std::nullopt;
  for (const json::value& child : *children) {
    const json::object* error = child.if_object();
    if (error == nullptr || get_string(*error, "tag") != "error") continue;
    const json::object* details = get_object(*error, "attrs");
    if (details == nullptr) return std::string();
    const std::string text = text_or_number(*details, "text");
    return text == reason ? text : text_or_number(*details, "code");
  }
  return std::nullopt;
}

// An answer of the HTTP kind: {"status":"fail","reason":…} in the body, whatever the status code.
std::optional<std::string> reason_of_response(const Record& record) {
  const Result<json::value> body = parse_json(as_text(record.body), "body", {64 * 1024, 16});
  const json::object* object = body.ok() ? body->if_object() : nullptr;
  if (object != nullptr) {
    const auto status = get_string(*object, "status");
    if (status == "fail" || status == "failure" || object->contains("error")) {
      return reason_in(*object);
    }
  }
  const auto code = whole_number(record.facts, "status");
  if (code && *code >= 400) return std::to_string(*code);
  return std::nullopt;
}

// Whether the stanza refuses the message that the step sent.
bool is_ack_of(const json::object& node, std::string_view message_id) {
  const json::object* attributes = get_object(node, "attrs");
  return !message_id.empty() && attributes != nullptr && get_string(node, "tag") == "ack" &&
         get_string(*attributes, "id") == message_id;
}

// What came in at the actor while the operation was under way. Of an operation that ended well,
// only the refusal of the message that it sent counts: anything else answers something else.
std::optional<Refusal> refusal_on_the_wire(const CaseView& view, const StepView& step,
                                           std::string_view reason) {
  std::optional<Refusal> last;
  for (const Record& record : view.records()) {
    if (record.party != step.actor || record.direction != evidence::Direction::kIn) continue;
    if (step.begin == nullptr || record.seq < step.begin->seq) continue;
    const bool during = record.seq <= step.end->seq && !step.ok();
    std::optional<std::string> given;
    if (record.kind == "http.response" && during) given = reason_of_response(record);
    if (record.kind == "stanza") {
      const json::object* node = get_object(record.facts, "node");
      if (node != nullptr && (during || is_ack_of(*node, step.message_id()))) {
        given = reason_of_stanza(*node, reason);
      }
    }
    if (!given) continue;
    last = Refusal{*given, record.seq};
    if (*given == reason) break;
  }
  return last;
}

std::optional<Refusal> find_refusal(const CaseView& view, const StepView& step,
                                    std::string_view reason) {
  std::optional<Refusal> other;
  for (auto refusal : {refusal_in_result(step), refusal_in_events(view, step),
                       refusal_on_the_wire(view, step, reason)}) {
    if (!refusal) continue;
    if (refusal->reason == reason) return refusal;
    if (!other) other = refusal;
  }
  return other;
}

// Whether a twin went through: performed, not refused.
bool succeeded(const CaseView& view, const StepView& twin) {
  return twin.ok() && !refusal_in_result(twin) && !refusal_in_events(view, twin) &&
         !refusal_on_the_wire(view, twin, {});
}

// What left the actor in this step although it must not: a message, or a login.
std::optional<std::uint64_t> sent_in(const CaseView& view, const StepView& step) {
  for (const Record& record : view.records()) {
    if (record.party != step.actor || record.direction != evidence::Direction::kOut) continue;
    if (step.begin == nullptr || record.seq < step.begin->seq || record.seq > step.end->seq) {
      continue;
    }
    const std::string_view operation = get_string(record.facts, "operation").value_or("");
    const bool message = record.kind == "stanza" && (operation == wire::op::kMessageSend ||
                                                     operation == wire::op::kMessageSendFranked);
    if (message || record.kind == "login.payload") return record.seq;
  }
  return std::nullopt;
}

// Whether all twins succeeded; else why not. Appends what shows it.
std::optional<Finding> twin_trouble(const CaseView& view, const std::vector<std::string>& twins,
                                    const std::string& expected, const Blame& blame,
                                    std::vector<std::uint64_t>& evidence) {
  for (const std::string& label : twins) {
    const StepView* twin = view.step(label);
    if (twin == nullptr) return view.not_reached(label);
    if (twin->end == nullptr) return view.not_performed(*twin);
    evidence.push_back(twin->end->seq);
    if (succeeded(view, *twin)) continue;
    return undecided("twin-refused", expected, "the twin \"" + label + "\" did not succeed either",
                     evidence, blame);
  }
  return std::nullopt;
}

}  // namespace

Finding judge_step_result(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string label = text_argument(input.arguments, "step");
  const json::object& wanted = object_argument(input.arguments, "equals");
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  const StepView* step = view.step(label);
  if (step == nullptr) return view.not_reached(label);
  const std::string expected = "\"" + label + "\" ends with " + canonical(wanted);
  if (step->end == nullptr) return view.not_performed(*step);
  const Evidence evidence = {step->end->seq};
  if (const json::object* outcome = step->outcome()) {
    if (scenario::matches(wanted, *outcome)) {
      return passed(expected, canonical(*outcome), evidence);
    }
    return failed("result-differs", expected, canonical(*outcome), evidence, blame);
  }
  // An error is a result only for those who ask for one: equals: {error: {code: refused}}.
  const json::object* error = get_object(step->end->facts, "error");
  if (error != nullptr && wanted.contains("error") &&
      scenario::matches(wanted, json::object{{"error", *error}})) {
    return passed(expected, canonical(*error), evidence);
  }
  if (view.broke_off(*step)) return view.not_performed(*step);
  return failed("no-result", expected, error == nullptr ? "no result" : canonical(*error), evidence,
                blame);
}

Finding judge_refused_with(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string label = text_argument(input.arguments, "step");
  const std::string reason = text_argument(input.arguments, "reason");
  const std::vector<std::string> twins = texts_argument(input.arguments, "twins");
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  const std::string expected =
      "\"" + label + "\" is refused with \"" + reason + "\", its twins succeed";
  if (twins.empty()) return harness_error("bad-arguments", expected, "no twin is named");
  const StepView* step = view.step(label);
  if (step == nullptr) return view.not_reached(label);
  if (step->end == nullptr) return view.not_performed(*step);

  const std::optional<Refusal> refusal = find_refusal(view, *step, reason);
  Evidence evidence = {step->end->seq};
  if (refusal && refusal->seq != step->end->seq) evidence.push_back(refusal->seq);
  if (!refusal) {
    if (step->ok()) {
      return failed("accepted", expected, "the request went through", evidence, blame);
    }
    if (view.broke_off(*step)) return view.not_performed(*step);
    return failed("no-explicit-refusal", expected,
                  "no answer that refuses; the step ended with " +
                      (step->error_code().empty() ? "nothing" : std::string(step->error_code())),
                  evidence, blame);
  }
  if (refusal->reason != reason) {
    return failed("refused-for-another-reason", expected,
                  "refused with \"" + refusal->reason + "\"", evidence, blame);
  }
  if (auto trouble = twin_trouble(view, twins, expected, blame, evidence)) return *trouble;
  return passed(expected, "refused with \"" + reason + "\", " + cite(evidence), evidence);
}

Finding judge_client_refuses(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string label = text_argument(input.arguments, "step");
  const std::string reason = text_argument(input.arguments, "reason");
  const std::vector<std::string> twins = texts_argument(input.arguments, "twins");
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  const std::string expected = "\"" + label + "\" ends with the error \"" + reason +
                               "\" and sends nothing, its twins succeed";
  if (twins.empty()) return harness_error("bad-arguments", expected, "no twin is named");
  const StepView* step = view.step(label);
  if (step == nullptr) return view.not_reached(label);
  if (step->end == nullptr) return view.not_performed(*step);
  Evidence evidence = {step->end->seq};
  if (const auto sent = sent_in(view, *step)) {
    return failed("sent-all-the-same", expected, step->actor + " sent " + cite({*sent}),
                  {*sent, step->end->seq}, blame);
  }
  if (step->ok()) return failed("accepted", expected, "the step succeeded", evidence, blame);
  if (step->error_code() != reason) {
    // A client that has no reason to give says "invalid"; the other words of this kind are its
    // driver's.
    if (view.broke_off(*step) && step->error_code() != "invalid") return view.not_performed(*step);
    return failed("refused-for-another-reason", expected,
                  "the step ended with \"" + std::string(step->error_code()) + "\"", evidence,
                  blame);
  }
  if (auto trouble = twin_trouble(view, twins, expected, blame, evidence)) return *trouble;
  return passed(expected, "the step ended with \"" + reason + "\", and nothing was sent", evidence);
}

}  // namespace parley::judge
