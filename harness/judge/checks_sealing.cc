// Checks on how messages are sealed, as far as it can be seen from outside: what stands beside the
// ciphertext, how long it is, when the keys for it were had, how often it is asked for again.
#include <array>
#include <map>
#include <set>
#include <string>

#include "harness/judge/case_view.h"
#include "harness/judge/checks.h"
#include "harness/judge/finding.h"
#include "harness/judge/sealed_message.h"
#include "harness/wire/node_codec.h"
#include "harness/wire/operations.h"

namespace parley::judge {
namespace {

using evidence::Direction;

constexpr std::size_t kBlock = 16;
constexpr std::size_t kMostPadding = 16;
/// Odds against honest padding that never once changed the length.
constexpr double kUnlikely = 0.001;

std::string account_of(std::string_view address) {
  const auto jid = wire::Jid::parse(address);
  return jid ? jid->without_device().text() : std::string(address);
}

/// Of AES-CBC with its own padding, for so many bytes.
std::size_t sealed_size(std::size_t plain) { return (plain / kBlock + 1) * kBlock; }

struct Lengths {
  std::size_t shortest = 0;  ///< sealed messages that are as short as their content allows
  std::size_t longer = 0;
  double odds_shortest = 1;  ///< that honest padding would have made all of them the shortest
  double odds_longer = 1;
  std::map<std::size_t, std::size_t> histogram;
  Evidence evidence;
  Evidence out_of_range;
};

void add_length(Lengths& lengths, std::size_t content, const SentStanza& stanza) {
  const auto whisper = stanza.whisper();
  if (!whisper) return;
  const std::size_t sealed = whisper->ciphertext.size();
  ++lengths.histogram[sealed];
  const std::size_t low = sealed_size(content + 1);
  const std::size_t high = sealed_size(content + kMostPadding);
  if (sealed < low || sealed > high) lengths.out_of_range.push_back(stanza.record->seq);
  if (low == high) return;  // no padding could be seen in this one
  const double longer = static_cast<double>(content % kBlock + 1) / kMostPadding;
  lengths.odds_shortest *= 1 - longer;
  lengths.odds_longer *= longer;
  ++(sealed == low ? lengths.shortest : lengths.longer);
  lengths.evidence.push_back(stanza.record->seq);
}

/// How long the messages of the actor are without padding, by their ids: as the actor sealed them
/// or, where nobody looks into the actor, as those who opened them found.
std::map<std::string, std::size_t, std::less<>> content_sizes(const CaseView& view,
                                                              std::string_view actor) {
  std::map<std::string, std::size_t, std::less<>> sizes;
  for (const bool at_actor : {true, false}) {
    for (const Record& record : view.records()) {
      const bool here = at_actor ? record.party == actor && record.direction == Direction::kOut
                                 : record.peer == actor && record.direction == Direction::kIn;
      if (record.kind != "message" || !here) continue;
      sizes[std::string(get_string(record.facts, "id").value_or(""))] =
          static_cast<std::size_t>(record.body_size);
    }
    if (!sizes.empty()) break;
  }
  return sizes;
}

std::string histogram_text(const Lengths& lengths) {
  std::string text;
  for (const auto& [size, count] : lengths.histogram) {
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " of " + std::to_string(size) +
            " bytes";
  }
  return text.empty() ? "no message" : text;
}

}  // namespace

Finding judge_messages_unsigned(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string actor = text_argument(input.arguments, "at");
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  const std::string expected =
      "the messages of " + actor + " carry nothing that only " + actor + " could have made";
  const std::vector<SentStanza> sent = sent_messages(view, actor);
  Evidence evidence;
  for (const SentStanza& stanza : sent) {
    const std::string foreign = foreign_part(stanza);
    if (!foreign.empty()) {
      return failed("foreign-part", expected, cite({stanza.record->seq}) + ": " + foreign,
                    {stanza.record->seq}, blame);
    }
    evidence.push_back(stanza.record->seq);
  }
  if (sent.empty()) {
    return undecided("no-message", expected, "no message on record", {}, Attribution::kUnknown);
  }
  return passed(expected,
                plural(sent.size(), "message") + ": a shared-key MAC each, and no signature",
                evidence);
}

Finding judge_padding_varies(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string actor = text_argument(input.arguments, "at");
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  const std::string expected =
      "1 to 16 bytes of padding hide how long a message of " + actor + " is";
  const auto contents = content_sizes(view, actor);
  Lengths lengths;
  for (const SentStanza& stanza : sent_messages(view, actor)) {
    const auto content = contents.find(stanza.id);
    if (content != contents.end() && content->second > 0) {
      add_length(lengths, content->second, stanza);
    }
  }
  const std::string observed = histogram_text(lengths);
  if (!lengths.out_of_range.empty()) {
    return failed("padding-out-of-range", expected, observed, lengths.out_of_range, blame);
  }
  if (lengths.odds_shortest > kUnlikely || lengths.odds_longer > kUnlikely) {
    return undecided("too-few-messages", expected, observed + ": too few to tell", lengths.evidence,
                     Attribution::kUnknown);
  }
  if (lengths.shortest == 0 || lengths.longer == 0) {
    return failed("length-shows", expected, observed, lengths.evidence, blame);
  }
  return passed(expected, observed, lengths.evidence);
}

Finding judge_retries_bounded(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string label = text_argument(input.arguments, "message");
  const std::string actor = text_argument(input.arguments, "at");
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  const std::int64_t most = optional_count(input.arguments, "count").value_or(5);
  const std::string expected = actor + " asks for \"" + label + "\" again at most " +
                               plural(static_cast<std::size_t>(most), "time");
  const StepView* step = view.step(label);
  if (step == nullptr) return view.not_reached(label);
  if (!step->ok()) return view.not_performed(*step);
  Evidence evidence;
  for (const bool at_actor : {true, false}) {
    for (const Record& record : view.records()) {
      if (!evidence.empty() && !at_actor) break;
      if (record.kind != "stanza") continue;
      const auto operation = get_string(record.facts, "operation").value_or("");
      if (operation != wire::op::kReceiptRetrySend &&
          operation != wire::op::kReceiptRetryCompanionSend) {
        continue;
      }
      const bool here = at_actor ? record.party == actor && record.direction == Direction::kOut
                                 : record.peer == actor && record.direction == Direction::kIn;
      const auto node = wire::unpack_stanza(record.body);
      if (here && node.ok() && node->attribute("id") == step->message_id()) {
        evidence.push_back(record.seq);
      }
    }
  }
  const std::string observed = plural(evidence.size(), "retry receipt");
  if (evidence.size() > static_cast<std::size_t>(most)) {
    return failed("too-many-retries", expected, observed, evidence, blame);
  }
  if (evidence.empty()) {
    return undecided("nothing-asked", expected, "the message was never asked for again", {},
                     Attribution::kUnknown);
  }
  if (!view.ended()) {
    return harness_error("case-cut-off", expected, "the case has no end on record", evidence);
  }
  return passed(expected, observed, evidence);
}

Finding judge_keys_fetched_first(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string actor = text_argument(input.arguments, "at");
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  const std::string expected =
      actor + " fetches keys before the first message of every session that it starts";
  std::map<std::string, std::uint64_t, std::less<>> fetched;
  for (const Record& record : view.records()) {
    if (record.kind != "stanza" ||
        get_string(record.facts, "operation") != wire::op::kPrekeyFetchAnswer) {
      continue;
    }
    const bool here = record.party == actor ? record.direction == Direction::kIn
                                            : record.peer == actor && is_server(record.role);
    const auto node = wire::unpack_stanza(record.body);
    const wire::Node* list = here && node.ok() ? node->child("list") : nullptr;
    if (list == nullptr) continue;
    for (const wire::Node& user : list->children()) {
      fetched.emplace(account_of(user.attribute("jid")), record.seq);
    }
  }
  Evidence evidence;
  std::set<std::string> started;
  for (const SentStanza& stanza : sent_messages(view, actor)) {
    const std::string to = account_of(stanza.node.attribute("to"));
    if (stanza.type() != signal::MessageType::kPreKey || !started.insert(to).second) continue;
    const auto keys = fetched.find(to);
    if (keys == fetched.end() || keys->second > stanza.record->seq) {
      return failed("keys-not-fetched", expected,
                    "no keys of " + to + " before " + cite({stanza.record->seq}),
                    {stanza.record->seq}, blame);
    }
    evidence.push_back(keys->second);
    evidence.push_back(stanza.record->seq);
  }
  if (started.empty()) {
    return undecided("no-session-started", expected, actor + " started no session", {},
                     Attribution::kUnknown);
  }
  return passed(expected, plural(started.size(), "session") + ", " + cite(evidence), evidence);
}

}  // namespace parley::judge
