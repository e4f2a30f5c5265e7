// Checks on how receivers deal with what nobody sends in earnest, or what they do not know.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "harness/judge/case_view.h"
#include "harness/judge/checks.h"
#include "harness/judge/finding.h"
#include "harness/judge/message_trace.h"

namespace parley::judge {
namespace {

using evidence::Direction;

/// Why a name is not one to show or to store a file under; empty where it is.
std::string unsafe(std::string_view name) {
  constexpr std::size_t kMostBytes = 255;
  if (name.empty()) return "is empty";
  if (name == "." || name == "..") return "is a folder";
  if (name.size() > kMostBytes) return "is over 255 bytes";
  if (name.find_first_of("/\\") != std::string_view::npos) return "is a path";
  if (std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20; }) ||
      name.find('\x7F') != std::string_view::npos) {
    return "has control characters";
  }
  // Embeddings, overrides and isolates: a reader sees another extension than the system does.
  constexpr std::array<std::string_view, 9> kDirections = {
      "\u202A", "\u202B", "\u202C", "\u202D", "\u202E", "\u2066", "\u2067", "\u2068", "\u2069"};
  const bool turned = std::ranges::any_of(kDirections, [name](std::string_view mark) {
    return name.find(mark) != std::string_view::npos;
  });
  return turned ? "changes the direction of its text" : "";
}

/// The record in which `who` refuses the message openly; null where there is none.
// What it says on the wire; what it tells its own user nobody else can see.
const Record* refusal_of(const CaseView& view, const std::string& who, const std::string& id) {
  for (const Record& record : view.records()) {
    if (record.kind != "stanza") continue;
    const bool sent = record.party == who && record.direction == Direction::kOut;
    const bool came = record.role == evidence::Role::kGatekeeperServer &&
                      record.direction == Direction::kIn && view.sender(record) == who;
    const json::object* node = sent || came ? get_object(record.facts, "node") : nullptr;
    const json::object* attributes = node == nullptr ? nullptr : get_object(*node, "attrs");
    if (attributes == nullptr || get_string(*node, "tag") != "ack") continue;
    if (get_string(*attributes, "id") == id && attributes->contains("error")) return &record;
  }
  return nullptr;
}

/// The first event at the receiver in which the message shows, whatever it was taken for.
const Record* rendered(const CaseView& view, const Message& message) {
  if (!message.shown.empty()) return message.shown.front();
  return event_of(view, message.at, "unsupported", message.id);
}

std::optional<Finding> cut_off(const CaseView& view, const std::string& expected) {
  if (view.ended()) return std::nullopt;
  return harness_error("case-cut-off", expected, "the case has no end on record");
}

}  // namespace

Finding judge_name_safe(const CheckInput& input) {
  const MessageCase found(input);
  if (found.trouble) return *found.trouble;
  const auto& [view, blame, message, trouble] = found;
  const std::string expected =
      message.at + " shows the file under a name that cannot lead anywhere else";
  const Evidence evidence = evidence_of(message);
  if (message.shown.empty()) {
    return undecided("not-shown", expected, message.at + " was not shown the file", evidence,
                     blame);
  }
  for (const Record* record : message.shown) {
    const auto name = get_string(record->facts, "name");
    const std::string why = name ? unsafe(*name) : std::string();
    if (why.empty()) continue;
    return failed("unsafe-name", expected,
                  "the name " + canonical(json::value(json::string(*name))) + " " + why + ", " +
                      cite({record->seq}),
                  evidence, blame);
  }
  return passed(expected, "shown, " + cite(evidence), evidence);
}

Finding judge_quote_loop_free(const CheckInput& input) {
  const MessageCase found(input);
  if (found.trouble) return *found.trouble;
  const auto& [view, blame, message, trouble] = found;
  const std::string expected = message.at + " shows no message as an answer to itself";
  const json::array* ids = get_array(*message.step->outcome(), "ids");
  if (ids == nullptr || ids->empty()) {
    return harness_error("no-loop", expected, message.step->text() + " sent no loop of messages",
                         {message.step->end->seq});
  }
  std::map<std::string, std::string, std::less<>> quotes;
  Evidence evidence;
  for (const Record* record : view.events(message.at, "message")) {
    const std::string id(get_string(record->facts, "id").value_or(""));
    const bool one_of_them = std::ranges::any_of(*ids, [&id](const json::value& value) {
      return value.is_string() && std::string_view(value.get_string()) == id;
    });
    if (!one_of_them) continue;
    evidence.push_back(record->seq);
    if (const auto quote = get_string(record->facts, "quote")) quotes[id] = std::string(*quote);
  }
  if (evidence.empty()) {
    return undecided("not-shown", expected, "none of the messages was shown",
                     {message.step->end->seq}, blame);
  }
  for (const auto& [id, quoted] : quotes) {
    std::set<std::string, std::less<>> seen;
    for (std::string next = quoted; !next.empty() && seen.insert(next).second;) {
      if (next == id) {
        return failed("quote-loop", expected,
                      "message " + id + " answers itself by way of " +
                          plural(seen.size(), "message") + ", " + cite(evidence),
                      evidence, blame);
      }
      const auto further = quotes.find(next);
      next = further == quotes.end() ? "" : further->second;
    }
  }
  return passed(expected,
                plural(evidence.size(), "message") + " shown, no circle, " + cite(evidence),
                evidence);
}

Finding judge_unsupported_told(const CheckInput& input) {
  const MessageCase found(input);
  if (found.trouble) return *found.trouble;
  const auto& [view, blame, message, trouble] = found;
  const std::string expected = "message " + message.id + " is shown at " + message.at +
                               ", stands there as unsupported, or its sender learns that it is not";
  const std::pair<const Record*, std::string_view> signs[] = {
      {event_of(view, message.at, "unsupported", message.id), "a placeholder stands for it"},
      {message.shown.empty() ? nullptr : message.shown.front(), "it is shown"},
      {event_of(view, message.step->actor, "send-failed", message.id), "its sender was told"},
      {refusal_of(view, message.at, message.id), "it was refused openly"},
      {event_of(view, message.at, "undecryptable", message.id), "its user was told"},
  };
  for (const auto& [record, what] : signs) {
    if (record == nullptr) continue;
    return passed(expected, std::string(what) + ", " + cite({record->seq}), {record->seq});
  }
  if (auto finding = cut_off(view, expected)) return *finding;
  return failed("silent-loss", expected,
                message.decrypted.empty() ? "it never reached " + message.at
                                          : message.at + " decrypted it and says nothing of it",
                evidence_of(message), blame);
}

Finding judge_malformed_refused(const CheckInput& input) {
  const MessageCase found(input);
  if (found.trouble) return *found.trouble;
  const auto& [view, blame, message, trouble] = found;
  const std::vector<std::string> twins = texts_argument(input.arguments, "twins");
  const std::string expected =
      message.at + " refuses the malformed message, shows nothing of it, and goes on";
  if (twins.size() < 2) return harness_error("bad-arguments", expected, "two twins are needed");
  if (const Record* shown = rendered(view, message)) {
    return failed("malformed-shown", expected, "it was shown, " + cite({shown->seq}), {shown->seq},
                  blame);
  }
  if (auto finding = cut_off(view, expected)) return *finding;
  if (twin_not_shown(view, {twins.front()}, message.at)) {
    return undecided("twin-not-shown", expected, "the sound message before it was not shown either",
                     evidence_of(message), blame);
  }
  if (const auto missed = twin_not_shown(view, twins, message.at)) {
    return failed("did-not-survive", expected,
                  "the sound message \"" + *missed + "\" after it was not shown",
                  evidence_of(message), blame);
  }
  const Record* refusal = refusal_of(view, message.at, message.id);
  if (refusal == nullptr) {
    return undecided("no-refusal-seen", expected, message.at + " says nothing of it",
                     evidence_of(message), blame);
  }
  return passed(expected, "refused, " + cite({refusal->seq}) + ", and its twins shown",
                {refusal->seq});
}

Finding judge_ids_unique(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string actor = text_argument(input.arguments, "actor");
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  const std::string expected = actor + " gives no id to two different messages";
  std::map<std::string, const Record*, std::less<>> first;
  Evidence evidence;
  for (const Record* record : view.select(actor, "message", [](const Record& candidate) {
         return candidate.direction == Direction::kOut;
       })) {
    evidence.push_back(record->seq);
    const auto [place, fresh] =
        first.emplace(std::string(get_string(record->facts, "id").value_or("")), record);
    if (fresh || place->second->body_sha256 == record->body_sha256) continue;
    return failed("id-reused", expected,
                  "id " + place->first + " stands for two messages, " +
                      cite({place->second->seq, record->seq}),
                  {place->second->seq, record->seq}, blame);
  }
  if (first.size() < 2) {
    return undecided("too-few", expected, plural(first.size(), "message") + " on record", evidence,
                     Attribution::kUnknown);
  }
  return passed(expected, plural(first.size(), "id") + " for " + plural(evidence.size(), "message"),
                evidence);
}

Finding judge_native_function(const CheckInput& input) {
  const CaseView view(input.records);
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  const std::string native_label = text_argument(input.arguments, "native");
  const StepView* native = view.step(native_label);
  if (native == nullptr) return view.not_reached(native_label);
  const std::string expected = "what native users have, partners' users have too";
  const auto to =
      native->arguments() == nullptr ? std::nullopt : get_string(*native->arguments(), "to");
  if (!to) return harness_error("no-probe", expected, native->text() + " probes nothing");
  const Record* probe =
      native->ok() ? event_of(view, *to, "message", native->message_id()) : nullptr;
  if (probe == nullptr) {
    return undecided("native-users-have-it-not", expected,
                     "the native probe was not shown at " + std::string(*to) +
                         ", so that there is nothing to demand",
                     {native->begin->seq}, Attribution::kUnknown);
  }
  auto found = find_message(view, input.arguments);
  if (auto* finding = std::get_if<Finding>(&found)) return *finding;
  const Message& message = std::get<Message>(found);
  if (!message.shown.empty()) {
    return passed(expected,
                  "shown natively and at " + message.at + ", " +
                      cite({probe->seq, message.shown.front()->seq}),
                  {probe->seq, message.shown.front()->seq});
  }
  if (auto finding = cut_off(view, expected)) return *finding;
  return failed("native-only", expected,
                std::string(*to) + " was shown the native message, " + message.at +
                    " not the interoperable one",
                evidence_of(message), blame);
}

Finding judge_timestamp_sane(const CheckInput& input) {
  constexpr std::int64_t kTolerance = 60;
  const MessageCase found(input);
  if (found.trouble) return *found.trouble;
  const auto& [view, blame, message, trouble] = found;
  const std::string expected =
      "message " + message.id + " bears the server's time, not the one that its sender claims";
  if (!message.step->arguments()->contains("skew")) {
    return harness_error("no-skew", expected, message.step->text() + " claims no other time",
                         {message.step->end->seq});
  }
  for (const Record* record : view.select(message.at, "stanza", [](const Record& candidate) {
         return candidate.direction == Direction::kIn;
       })) {
    const json::object* node = get_object(record->facts, "node");
    const json::object* attributes = node == nullptr ? nullptr : get_object(*node, "attrs");
    if (attributes == nullptr || get_string(*node, "tag") != "message") continue;
    if (get_string(*attributes, "id") != message.id) continue;
    const std::string claimed(get_string(*attributes, "t").value_or(""));
    const std::int64_t now = unix_seconds(record->time);
    const std::int64_t told = std::atoll(claimed.c_str());
    if (told >= now - kTolerance && told <= now + kTolerance) {
      return passed(expected, "t=" + claimed + ", " + cite({record->seq}), {record->seq});
    }
    return failed("foreign-time", expected,
                  "t=" + claimed + " at " + std::to_string(now) + ", " + cite({record->seq}),
                  {record->seq}, blame);
  }
  return undecided("no-stanza", expected, message.at + " left no record of the stanza",
                   evidence_of(message), blame);
}

}  // namespace parley::judge
