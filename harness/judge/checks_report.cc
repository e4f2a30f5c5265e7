// Checks on reports of messages: what a client hands to the gatekeeper when its user reports
// something, and whether the gatekeeper tells what was sent from what somebody made up.
#include <algorithm>
#include <optional>
#include <string>
#include <variant>

#include "harness/base/encoding.h"
#include "harness/judge/case_view.h"
#include "harness/judge/checks.h"
#include "harness/judge/finding.h"
#include "harness/judge/other_end.h"
#include "harness/judge/user_report.h"
#include "harness/wire/node_codec.h"
#include "harness/wire/operations.h"
#include "harness/wire/profile.h"

namespace parley::judge {
namespace {

namespace op = wire::op;
using evidence::Direction;

/// The values of the stanza, as the profile reads them.
std::optional<json::object> values_of(const CheckInput& input, const Record& record) {
  const Result<wire::Node> node = wire::unpack_stanza(record.body);
  if (!node.ok()) return std::nullopt;
  return input.profile.match(get_string(record.facts, "operation").value_or(""), *node);
}

std::string text_of(const json::object& object, std::string_view name) {
  return std::string(get_string(object, name).value_or(""));
}

/// The messages in the stanza of a report.
std::vector<json::object> messages_in(const std::optional<json::object>& report) {
  std::vector<json::object> messages;
  const json::array* list = report ? get_array(*report, "messages") : nullptr;
  for (const json::value& item : list == nullptr ? json::array() : *list) {
    if (const json::object* message = item.if_object()) messages.push_back(*message);
  }
  return messages;
}

/// What the message said, as its sender or its receiver saw it; null where nobody did.
const Record* written(const CaseView& view, std::string_view id) {
  for (const Record& record : view.records()) {
    if (record.kind == "message" && record.tap == evidence::Tap::kMessage &&
        get_string(record.facts, "id") == id) {
      return &record;
    }
  }
  return nullptr;
}

/// Whether the reported content is that of the message: its facts, without those of its envelope.
bool says_the_same(const json::object& reported, const Record& message) {
  const auto content = decode_base64(text_of(reported, "content"));
  const Result<json::value> parsed = content.ok()
                                         ? parse_json(as_text(*content), "content", {512 * 1024, 8})
                                         : Result<json::value>(content.error());
  const json::object* said = parsed.ok() ? parsed->if_object() : nullptr;
  if (said == nullptr) return false;
  json::object facts = message.facts;
  for (const std::string_view name :
       {"id", "from", "to", "direct_path", "encrypted_sha256", "signal"}) {
    facts.erase(name);
  }
  return canonical(*said) == canonical(facts);
}

std::string without_device(const std::string& address) {
  const auto jid = wire::Jid::parse(address);
  return jid ? jid->without_device().text() : address;
}

/// What the gatekeeper handed out with that id to the reporter.
std::optional<json::object> relayed(const CheckInput& input, const CaseView& view,
                                    const std::string& reporter, const std::string& id) {
  const Sightings sightings(view);
  for (const Record& record : view.records()) {
    if (record.kind != "stanza") continue;
    const auto sighting = sightings.at_gatekeeper(record);
    if (!sighting || sighting->direction != Direction::kOut || sighting->peer != reporter) continue;
    const std::string_view operation = get_string(record.facts, "operation").value_or("");
    if (operation != op::kMessageDeliver && operation != op::kMessageDeliverFranked) continue;
    auto values = values_of(input, record);
    if (values && get_string(*values, "id") == id) return values;
  }
  return std::nullopt;
}

/// In which way the report says something else than what the gatekeeper relayed; empty where it
/// does not.
std::string lie_in(const CheckInput& input, const CaseView& view, const UserReport& report) {
  const auto values = values_of(input, *report.stanza);
  const std::vector<json::object> messages = messages_in(values);
  if (messages.empty()) return "no message";
  for (const json::object& message : messages) {
    const std::string id = text_of(message, "id");
    const auto truth = relayed(input, view, report.step->actor, id);
    const Record* record = written(view, id);
    if (!truth || record == nullptr) return "a message that was not relayed";
    if (without_device(text_of(*values, "from")) != without_device(text_of(*truth, "from"))) {
      return "another sender";
    }
    if (!says_the_same(message, *record)) return "another content";
    for (const std::string_view name : {"commitment", "reporting_tag"}) {
      const std::string given = text_of(message, name);
      if (given.empty()) return "no " + std::string(name);
      if (given != text_of(*truth, name)) return "another " + std::string(name);
    }
  }
  return {};
}

/// The gatekeeper's word on a report.
struct Word {
  bool accepted = false;
  std::string reason;
};

std::optional<Word> word_on(const CheckInput& input, const UserReport& report) {
  if (report.answer == nullptr) return std::nullopt;
  const auto values = values_of(input, *report.answer);
  if (!values) return std::nullopt;
  if (get_string(report.answer->facts, "operation") == op::kServerError) {
    const std::string text = text_of(*values, "text");
    const auto code = whole_number(*values, "code");
    return Word{false, text.empty() && code ? std::to_string(*code) : text};
  }
  return Word{get_string(*values, "status") == "accepted", text_of(*values, "reason")};
}

/// The one report that the step sent, or what a check finds where there is none.
std::variant<UserReport, Finding> report_of(const CaseView& view, const std::string& label,
                                            const std::string& expected) {
  const StepView* step = view.step(label);
  if (step == nullptr) return view.not_reached(label);
  if (step->end == nullptr) return view.not_performed(*step);
  std::vector<UserReport> reports = user_reports(view, *step);
  if (reports.size() == 1) return reports.front();
  if (!step->ok()) return view.not_performed(*step);
  return undecided("no-report", expected,
                   plural(reports.size(), "report") + " came from \"" + label + "\"",
                   {step->end->seq}, view.blame(step->actor));
}

/// Where a report is not what the scenario needs it to be, nothing follows for the gatekeeper.
Finding unsuitable(const CaseView& view, const UserReport& report, const std::string& code,
                   const std::string& expected, const std::string& observed) {
  const Blame reporter = view.blame(report.step->actor);
  if (reporter.attribution == Attribution::kIut) {
    return undecided(code, expected, observed, {report.stanza->seq}, reporter);
  }
  return harness_error(code, expected, observed, {report.stanza->seq});
}

Evidence evidence_of(const UserReport& report) {
  Evidence evidence = {report.stanza->seq};
  if (report.answer != nullptr) evidence.push_back(report.answer->seq);
  return evidence;
}

/// Whether the gatekeeper had put its tag to all that is reported. A partner whose client commits
/// to nothing does no wrong, but nothing of it can be verified.
bool all_franked(const CheckInput& input, const CaseView& view, const UserReport& report) {
  const std::vector<json::object> messages = messages_in(values_of(input, *report.stanza));
  return std::all_of(messages.begin(), messages.end(), [&](const json::object& message) {
    const auto truth = relayed(input, view, report.step->actor, text_of(message, "id"));
    return !truth || !text_of(*truth, "reporting_tag").empty();
  });
}

/// Why the two kinds of report do not show what they have to; nullopt where they do.
std::optional<Finding> unsuitable_reports(const CheckInput& input, const CaseView& view,
                                          const UserReport& forged,
                                          const std::vector<UserReport>& twins,
                                          const std::string& expected) {
  for (const UserReport& twin : twins) {
    const std::string label = twin.step->label;
    if (!all_franked(input, view, twin)) {
      return undecided("not-franked", expected,
                       "\"" + label + "\" is about a message without reporting tag",
                       {twin.stanza->seq}, Attribution::kUnknown);
    }
    const std::string lie = lie_in(input, view, twin);
    if (lie.empty()) continue;
    return unsuitable(view, twin, "not-genuine", expected, "\"" + label + "\" has " + lie);
  }
  if (!lie_in(input, view, forged).empty()) return std::nullopt;
  return unsuitable(view, forged, "not-forged", expected,
                    "\"" + forged.step->label + "\" tells the truth");
}

/// Whether the gatekeeper refuses the forged report as it must; nullopt where it does.
std::optional<Finding> forged_trouble(const CheckInput& input, const UserReport& report,
                                      const std::string& reason, const std::string& expected,
                                      const Blame& blame) {
  const std::string label = "\"" + report.step->label + "\"";
  const Evidence evidence = evidence_of(report);
  const auto word = word_on(input, report);
  if (!word) return failed("no-answer", expected, label + " was not answered", evidence, blame);
  if (word->accepted) {
    return failed("forged-accepted", expected, label + " was accepted", evidence, blame);
  }
  if (word->reason == reason) return std::nullopt;
  return failed("refused-for-another-reason", expected,
                label + " was refused with \"" + word->reason + "\"", evidence, blame);
}

/// Whether the gatekeeper accepts the genuine report; nullopt where it does.
std::optional<Finding> genuine_trouble(const CheckInput& input, const UserReport& report,
                                       const std::string& expected, const Blame& blame) {
  const auto word = word_on(input, report);
  if (word && word->accepted) return std::nullopt;
  return failed(word ? "genuine-refused" : "no-answer", expected,
                "\"" + report.step->label + "\" was " +
                    (word ? "refused with \"" + word->reason + "\"" : std::string("not answered")),
                evidence_of(report), blame);
}

/// A message that the reporter had been shown and did not select: what the report has to leave out.
bool had_another_message(const CaseView& view, const UserReport& report) {
  const std::vector<const Record*> shown = view.events(report.step->actor, "message");
  return std::any_of(shown.begin(), shown.end(), [&](const Record* event) {
    return event->seq < report.stanza->seq && !report.selects(text_of(event->facts, "id"));
  });
}

}  // namespace

Finding judge_report_selected_only(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string label = text_argument(input.arguments, "step");
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  const std::string expected =
      "the report \"" + label + "\" holds the selected messages and nothing else of the chat";
  const StepView* step = view.step(label);
  if (step == nullptr) return view.not_reached(label);
  const std::vector<UserReport> reports = user_reports(view, *step);
  if (reports.empty() && !step->ok()) return view.not_performed(*step);
  if (reports.size() != 1) {
    return failed("not-one-report", expected, plural(reports.size(), "report") + " came in",
                  {step->end->seq}, blame);
  }
  const UserReport& report = reports.front();
  const Evidence evidence = {report.stanza->seq, step->end->seq};
  if (!had_another_message(view, report)) {
    return undecided("nothing-to-leave-out", expected,
                     report.step->actor + " had received no other message", evidence,
                     Attribution::kUnknown);
  }
  const Result<wire::Node> node = wire::unpack_stanza(report.stanza->body);
  const Status valid = node.ok() ? input.profile.validate(*node, wire::Direction::kClientToServer)
                                 : Status(node.error());
  if (!valid.ok()) {
    return failed("report-says-more", expected, valid.error().text(), evidence, blame);
  }
  std::size_t found = 0;
  for (const json::object& message : messages_in(values_of(input, *report.stanza))) {
    const std::string id = text_of(message, "id");
    if (!report.selects(id)) {
      return failed("unselected-message", expected, "message " + id + " was not selected", evidence,
                    blame);
    }
    const Record* record = written(view, id);
    if (record == nullptr || !says_the_same(message, *record)) {
      return failed("other-content", expected, "message " + id + " says something else", evidence,
                    blame);
    }
    ++found;
  }
  const std::size_t selected = report.selected.size();
  if (found != selected) {
    return failed("not-as-selected", expected,
                  plural(found, "message") + " of " + std::to_string(selected), evidence, blame);
  }
  return passed(expected, plural(found, "message") + " in " + cite({report.stanza->seq}), evidence);
}

Finding judge_report_verified(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string label = text_argument(input.arguments, "step");
  const std::string reason = text_argument(input.arguments, "reason");
  const std::vector<std::string> twins = texts_argument(input.arguments, "twins");
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  const std::string expected = "the forged report \"" + label + "\" is refused with \"" + reason +
                               "\", and genuine ones are accepted";
  if (twins.empty()) return harness_error("bad-arguments", expected, "no twin is named");
  const auto forged = report_of(view, label, expected);
  if (const Finding* finding = std::get_if<Finding>(&forged)) return *finding;
  const UserReport& attack = std::get<UserReport>(forged);
  std::vector<UserReport> genuine;
  for (const std::string& name : twins) {
    const auto twin = report_of(view, name, expected);
    if (const Finding* finding = std::get_if<Finding>(&twin)) return *finding;
    genuine.push_back(std::get<UserReport>(twin));
  }
  if (auto trouble = unsuitable_reports(input, view, attack, genuine, expected)) return *trouble;
  if (auto trouble = forged_trouble(input, attack, reason, expected, blame)) return *trouble;
  Evidence evidence = evidence_of(attack);
  for (const UserReport& twin : genuine) {
    if (auto trouble = genuine_trouble(input, twin, expected, blame)) return *trouble;
    for (const std::uint64_t seq : evidence_of(twin)) evidence.push_back(seq);
  }
  return passed(expected, "refused, and " + plural(twins.size(), "genuine report") + " accepted",
                evidence);
}

}  // namespace parley::judge
