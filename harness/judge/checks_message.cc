// Checks on end-to-end messages: what was sent, what the sender encrypted, what the receiver
// decrypted and showed.
#include <algorithm>
#include <array>
#include <string>
#include <variant>

#include "harness/judge/case_view.h"
#include "harness/judge/checks.h"
#include "harness/judge/finding.h"
#include "harness/judge/message_trace.h"
#include "harness/judge/other_end.h"

namespace parley::judge {
namespace {

using evidence::Direction;

// The downloads of the message's file that the media host answered in full.
Evidence downloads_of(const CaseView& view, const Message& message) {
  const Sightings sightings(view);
  Evidence evidence;
  for (const Record* sent : message.encrypted) {
    const auto path = get_string(sent->facts, "direct_path");
    if (!path || path->empty()) continue;
    for (const Record& record : view.records()) {
      if (record.kind != "http.response") continue;
      const auto sighting = sightings.at_gatekeeper(record);
      if (!sighting || sighting->direction != Direction::kOut) continue;
      const bool same = get_string(record.facts, "target").value_or("").starts_with(*path);
      if (same && whole_number(record.facts, "status") == 200) evidence.push_back(record.seq);
    }
  }
  return evidence;
}

// The step that had the sender damage this message's file; null where there is none.
const StepView* damage_of(const CaseView& view, const Message& message) {
  const StepView* found = nullptr;
  for (const StepView& step : view.steps()) {
    if (&step == message.step) return found;
    if (step.actor != message.step->actor || !step.ok()) continue;
    if (step.operation == "corrupt-next-media") found = &step;
    if (step.operation == "send-media") found = nullptr;
  }
  return found;
}

// What its sender did to a file, and what a receiver that shows it left out.
std::string_view unverified(std::string_view part) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kParts = {{
      {"mac", "had damaged its MAC: the MAC was not verified"},
      {"digest", "had announced another digest of it as it is stored: that was not verified"},
      {"plain-digest", "had announced another digest of it: that was not verified"},
      {"key", "had announced another key: the MAC was not verified"},
  }};
  for (const auto& [name, what] : kParts) {
    if (name == part) return what;
  }
  return "had damaged it under its digest: neither digest nor MAC was verified";
}

// Whether the user was shown the file, and not only told that there is one.
const Record* shown_file(const Message& message) {
  for (const Record* record : message.shown) {
    if (record->facts.contains("sha256")) return record;
  }
  return nullptr;
}

// Why the receiver may not have looked at the file at all; empty where it says that it did.
std::string no_refusal(const CaseView& view, const Message& message, Evidence& evidence) {
  for (const Record* record : view.events(message.at, "media-failed")) {
    if (get_string(record->facts, "id") != message.id) continue;
    evidence.push_back(record->seq);
    const std::string_view reason = get_string(record->facts, "reason").value_or("");
    const bool without_it = reason.starts_with("http-") || reason == "path-not-allowed";
    return without_it ? "the file could not be had: " + std::string(reason) : std::string();
  }
  return message.at + " neither shows the file nor says that it is damaged";
}

// Why the message was not shown at all; nullopt where it was.
std::optional<Finding> not_shown(const CaseView& view, const Message& message,
                                 const std::string& expected, const Blame& blame) {
  if (!message.shown.empty()) return std::nullopt;
  const Evidence evidence = evidence_of(message);
  if (!view.ended()) {
    return harness_error("case-cut-off", expected, "the case has no end on record", evidence);
  }
  return failed("not-delivered", expected,
                message.decrypted.empty()
                    ? "the message never reached " + message.at
                    : message.at + " decrypted the message and did not show it",
                evidence, blame);
}

// What an operation's arguments say that the message must carry. A file name travels with files
// only.
struct Field {
  std::string_view name;
  bool files_only = false;
};
constexpr std::array<Field, 7> kContentFields{
    {{"text"}, {"sha256"}, {"size"}, {"mime"}, {"caption"}, {"kind"}, {"name", true}}};

json::object sent_content(const StepView& step) {
  const json::object& arguments = *step.arguments();
  json::object content;
  for (const Field& field : kContentFields) {
    const json::value* value = arguments.if_contains(field.name);
    if (value == nullptr || (field.files_only && get_string(arguments, "kind") != "file")) continue;
    content[field.name] = *value;
  }
  if (step.operation == "send-text") content["kind"] = "text";
  return content;
}

std::string shortened(const json::value* value) {
  if (value == nullptr) return "nothing";
  std::string text = canonical(*value);
  constexpr std::size_t kShown = 80;
  if (text.size() <= kShown) return text;
  std::size_t end = kShown;  // not inside a character
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

// The names of the fields that are compared: "kind, text".
std::string named(const json::object& content) {
  std::string names;
  for (const auto& field : content) {
    if (!names.empty()) names += ", ";
    names += field.key();
  }
  return names;
}

// The first field in which a sighting of the message differs from what was sent; empty where none
// does. Content that was not sent must not appear either.
std::string difference(const json::object& content, const Record& seen) {
  for (const Field& field : kContentFields) {
    const json::value* wanted = content.if_contains(field.name);
    const json::value* found = seen.facts.if_contains(field.name);
    if (wanted == nullptr && field.files_only) continue;
    const bool empty = found == nullptr || (found->is_string() && found->get_string().empty());
    const bool none_wanted =
        wanted == nullptr || (wanted->is_string() && wanted->get_string().empty());
    if (none_wanted ? empty : found != nullptr && *found == *wanted) continue;
    return std::string(field.name) + " is " + shortened(found) + ", not " + shortened(wanted);
  }
  return {};
}

// The operation's own result must not contradict its arguments: the digest of what was encrypted
// is the digest of what was handed over.
std::string contradiction(const json::object& content, const json::object& result) {
  for (const std::string_view name : {"sha256", "size"}) {
    const json::value* told = result.if_contains(name);
    const json::value* wanted = content.if_contains(name);
    if (told != nullptr && wanted != nullptr && *told != *wanted) {
      return std::string(name) + " is " + shortened(told) + ", not " + shortened(wanted);
    }
  }
  return {};
}

// What is wrong where a twin was not shown as it was sent; else adds where they were shown.
std::optional<Finding> twins_missed(const CaseView& view, const std::vector<std::string>& twins,
                                    const std::string& at, const std::string& expected,
                                    const Blame& blame, Evidence& evidence) {
  for (const std::string& label : twins) {
    json::object arguments{{"message", label}, {"at", at}};
    auto twin = find_message(view, arguments);
    if (auto* finding = std::get_if<Finding>(&twin)) return *finding;
    const Record* shown = shown_file(std::get<Message>(twin));
    const json::object content = sent_content(*std::get<Message>(twin).step);
    if (shown != nullptr && difference(content, *shown).empty()) {
      evidence.push_back(shown->seq);
      continue;
    }
    return undecided("twin-not-shown", expected,
                     "the undamaged twin \"" + label + "\" was not shown as it was sent either",
                     evidence, blame);
  }
  return std::nullopt;
}

}  // namespace

Finding judge_content_intact(const CheckInput& input) {
  const MessageCase found(input);
  if (found.trouble) return *found.trouble;
  const auto& [view, blame, message, trouble] = found;
  const json::object content = sent_content(*message.step);
  const std::string expected =
      message.at + " gets what " + message.step->actor + " sent: " + named(content);
  if (content.size() < 2) {
    return harness_error("no-content", expected, message.step->text() + " carries no content",
                         {message.step->end->seq});
  }
  if (auto finding = not_shown(view, message, expected, blame)) return *finding;
  const Evidence evidence = evidence_of(message);

  std::string wrong = contradiction(content, *message.step->outcome());
  if (!wrong.empty()) {
    return failed("content-differs", expected, "in the sender's own result " + wrong, evidence,
                  blame);
  }
  for (const auto* list : {&message.encrypted, &message.decrypted, &message.shown}) {
    for (const Record* record : *list) {
      wrong = difference(content, *record);
      if (wrong.empty()) continue;
      return failed(
          "content-differs", expected,
          "in record " + std::to_string(record->seq) + " at " + record->party + " " + wrong,
          evidence, blame);
    }
  }
  // A product under test need not let us look behind its encryption; our own parties do.
  if (message.encrypted.empty() && !view.is_iut(message.step->actor)) {
    return undecided("no-record-of-sender", expected,
                     message.step->actor + " left no record of what it encrypted", evidence,
                     Attribution::kDriver);
  }
  if (message.decrypted.empty() && !view.is_iut(message.at)) {
    return undecided("no-record-of-receiver", expected,
                     message.at + " left no record of what it decrypted", evidence,
                     Attribution::kDriver);
  }
  return passed(expected, "the same at the sender and at the receiver, " + cite(evidence),
                evidence);
}

Finding judge_delivered_once(const CheckInput& input) {
  const MessageCase found(input);
  if (found.trouble) return *found.trouble;
  const auto& [view, blame, message, trouble] = found;
  const std::string expected = message.at + " shows message " + message.id + " exactly once";
  if (auto finding = not_shown(view, message, expected, blame)) return *finding;
  Evidence evidence;
  for (const Record* record : message.shown) evidence.push_back(record->seq);
  if (evidence.size() > 1) {
    return failed("delivered-more-than-once", expected,
                  plural(evidence.size(), "time") + ", " + cite(evidence), evidence, blame);
  }
  // A second delivery may still have been under way.
  if (!view.ended()) {
    return harness_error("case-cut-off", expected, "the case has no end on record", evidence);
  }
  return passed(expected, "once, " + cite(evidence), evidence);
}

Finding judge_quote_intact(const CheckInput& input) {
  const MessageCase found(input);
  if (found.trouble) return *found.trouble;
  const auto& [view, blame, message, trouble] = found;
  const std::string quoted_label = text_argument(input.arguments, "quoted");
  const StepView* quoted = view.step(quoted_label);
  if (quoted == nullptr) return view.not_reached(quoted_label);
  if (!quoted->ok()) return view.not_performed(*quoted);
  const std::string id(quoted->message_id());
  const std::string expected = message.at + " sees a reply to message " + id;
  if (id.empty() || get_string(*message.step->arguments(), "quote") != id) {
    return harness_error("no-quote", expected,
                         message.step->text() + " does not quote \"" + quoted_label + "\"",
                         {message.step->end->seq});
  }
  if (auto finding = not_shown(view, message, expected, blame)) return *finding;
  const Evidence evidence = evidence_of(message);
  for (const auto* list : {&message.encrypted, &message.decrypted, &message.shown}) {
    for (const Record* record : *list) {
      const json::value* quote = record->facts.if_contains("quote");
      if (quote != nullptr && quote->is_string() && std::string_view(quote->get_string()) == id) {
        continue;
      }
      return failed("quote-differs", expected,
                    "in record " + std::to_string(record->seq) + " at " + record->party +
                        " the quote is " + shortened(quote),
                    evidence, blame);
    }
  }
  return passed(expected, "the same reference everywhere, " + cite(evidence), evidence);
}

Finding judge_media_refused(const CheckInput& input) {
  const MessageCase found(input);
  if (found.trouble) return *found.trouble;
  const auto& [view, blame, message, trouble] = found;
  const std::vector<std::string> twins = texts_argument(input.arguments, "twins");
  const std::string expected = message.at + " does not show the damaged file of message " +
                               message.id + ", and shows its undamaged twins";
  if (twins.empty()) return harness_error("bad-arguments", expected, "no twin is named");
  const StepView* damage = damage_of(view, message);
  if (damage == nullptr) {
    return harness_error("not-damaged", expected,
                         message.step->actor + " was not told to damage the file",
                         {message.step->end->seq});
  }
  const std::string_view part = get_string(*damage->arguments(), "part").value_or("");

  Evidence evidence = evidence_of(message);
  evidence.push_back(damage->end->seq);
  const Evidence downloads = downloads_of(view, message);
  evidence.insert(evidence.end(), downloads.begin(), downloads.end());
  std::sort(evidence.begin(), evidence.end());
  if (const Record* shown = shown_file(message)) {
    return failed("damaged-file-shown", expected,
                  message.at + " shows it as a whole file, SHA-256 " +
                      std::string(get_string(shown->facts, "sha256").value_or("")) + ", though " +
                      message.step->actor + " " + std::string(unverified(part)) + ", " +
                      cite(evidence),
                  evidence, blame);
  }
  if (!view.ended()) {
    return harness_error("case-cut-off", expected, "the case has no end on record", evidence);
  }
  if (downloads.empty()) {
    return undecided("never-fetched", expected, "nobody fetched the damaged file", evidence, blame);
  }
  if (const std::string why = no_refusal(view, message, evidence); !why.empty()) {
    return undecided("not-put-to-the-test", expected, why, evidence, blame);
  }
  if (auto finding = twins_missed(view, twins, message.at, expected, blame, evidence)) {
    return *finding;
  }
  return passed(expected, "fetched and refused, its twins shown, " + cite(evidence), evidence);
}

Finding judge_receipt_for(const CheckInput& input) {
  const CaseView view(input.records);
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  const std::string at = text_argument(input.arguments, "at");
  const std::string type = text_argument(input.arguments, "type");
  const bool aggregated = get_bool(input.arguments, "aggregated").value_or(false);
  std::vector<std::string> ids;
  std::uint64_t from = UINT64_MAX;
  for (const std::string& label : texts_argument(input.arguments, "messages")) {
    const StepView* step = view.step(label);
    if (step == nullptr) return view.not_reached(label);
    if (!step->ok()) return view.not_performed(*step);
    if (step->message_id().empty()) {
      return harness_error("no-message", "\"" + label + "\" sends a message",
                           step->text() + " gave no message id", {step->end->seq});
    }
    ids.emplace_back(step->message_id());
    from = std::min(from, step->begin == nullptr ? step->end->seq : step->begin->seq);
  }
  const std::string expected = std::string(aggregated ? "one " : "a ") + type + " receipt at " +
                               at + " for " + plural(ids.size(), "message");
  if (ids.empty()) return harness_error("bad-arguments", expected, "no message is named");
  if (view.actor(at) == nullptr) {
    return harness_error("no-such-actor", expected, "the case has no actor \"" + at + "\"");
  }

  std::vector<std::string> missing = ids;
  Evidence evidence;
  for (const Record* record : view.events(at, "receipt")) {
    const json::array* covered = get_array(record->facts, "ids");
    if (record->seq < from || covered == nullptr || get_string(record->facts, "type") != type) {
      continue;
    }
    const auto covers = [&](const std::string& id) {
      return std::any_of(covered->begin(), covered->end(), [&](const json::value& value) {
        return value.is_string() && std::string_view(value.get_string()) == id;
      });
    };
    const bool all = std::all_of(ids.begin(), ids.end(), covers);
    if (std::none_of(ids.begin(), ids.end(), covers)) continue;
    evidence.push_back(record->seq);
    if (aggregated && !all) continue;
    std::erase_if(missing, covers);
  }
  if (missing.empty()) return passed(expected, "received, " + cite(evidence), evidence);
  if (!view.ended()) {
    return harness_error("case-cut-off", expected, "the case has no end on record", evidence);
  }
  if (aggregated && !evidence.empty()) {
    return failed("not-aggregated", expected,
                  "no single receipt covers all of them: " + cite(evidence), evidence, blame);
  }
  return failed("no-receipt", expected,
                "none for " + missing.front() +
                    (missing.size() > 1 ? " and " + std::to_string(missing.size() - 1) + " more"
                                        : std::string()),
                evidence, blame);
}

}  // namespace parley::judge
