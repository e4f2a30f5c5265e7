// Whether a chat with a partner's user is as well protected as one between two users of the
// gatekeeper: the same properties are looked for in both.
#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>

#include "harness/judge/case_view.h"
#include "harness/judge/checks.h"
#include "harness/judge/finding.h"
#include "harness/judge/sealed_message.h"

namespace parley::judge {
namespace {

using evidence::Direction;

/// Two users of one chat. Properties are looked for in what `sender` sends `receiver`.
struct Chat {
  std::string sender;
  std::string receiver;
};

/// nullopt: the case does not show it.
using Shown = std::optional<bool>;

std::vector<SentStanza> stanzas_of(const CaseView& view, const Chat& chat) {
  std::set<std::string, std::less<>> shown;
  for (const Record* record : view.events(chat.receiver, "message")) {
    if (get_string(record->facts, "from_actor") != chat.sender) continue;
    shown.emplace(get_string(record->facts, "id").value_or(""));
  }
  std::vector<SentStanza> all = sent_messages(view, chat.sender);
  std::erase_if(all, [&](const SentStanza& stanza) { return !shown.contains(stanza.id); });
  return all;
}

Shown sealed(const CaseView& view, const Chat& chat) {
  const std::vector<SentStanza> stanzas = stanzas_of(view, chat);
  if (stanzas.empty()) return std::nullopt;
  return std::all_of(stanzas.begin(), stanzas.end(),
                     [](const SentStanza& stanza) { return stanza.whisper().has_value(); });
}

Shown without_signature(const CaseView& view, const Chat& chat) {
  const std::vector<SentStanza> stanzas = stanzas_of(view, chat);
  if (stanzas.empty()) return std::nullopt;
  return std::all_of(stanzas.begin(), stanzas.end(),
                     [](const SentStanza& stanza) { return foreign_part(stanza).empty(); });
}

Shown one_time_prekey(const CaseView& view, const Chat& chat) {
  for (const SentStanza& stanza : stanzas_of(view, chat)) {
    if (stanza.type() != signal::MessageType::kPreKey) continue;
    const auto outer = signal::PreKeyMessage::parse(stanza.enc()->bytes());
    return outer.ok() && outer->one_time_prekey_id.has_value();
  }
  return std::nullopt;
}

/// When the receiver was broken into, when it and then the sender had spoken since, and what the
/// thief got.
struct Theft {
  std::uint64_t at = 0;
  std::uint64_t healed = UINT64_MAX;
  const json::object* outcome = nullptr;
};

std::optional<Theft> theft_at(const CaseView& view, const Chat& chat) {
  Theft theft;
  for (const StepView& step : view.steps()) {
    if (step.actor != chat.receiver || !step.ok()) continue;
    if (step.operation == "steal-state") theft.at = step.end->seq;
    if (step.operation == "try-decrypt") theft.outcome = step.outcome();
  }
  if (theft.at == 0 || theft.outcome == nullptr) return std::nullopt;
  for (const Record* record : view.events(chat.sender, "message")) {
    if (record->seq < theft.at || get_string(record->facts, "from_actor") != chat.receiver)
      continue;
    theft.healed = std::min(theft.healed, record->seq);
  }
  return theft;
}

bool opened(const Theft& theft, std::string_view id) {
  const json::array* list = get_array(*theft.outcome, "opened");
  return list != nullptr && std::any_of(list->begin(), list->end(), [&](const json::value& each) {
           return each.is_string() && std::string_view(each.get_string()) == id;
         });
}

bool tried(const Theft& theft, std::string_view id) {
  const json::array* list = get_array(*theft.outcome, "closed");
  return opened(theft, id) ||
         (list != nullptr && std::any_of(list->begin(), list->end(), [&](const json::value& each) {
            return each.is_string() && std::string_view(each.get_string()) == id;
          }));
}

/// Whether all messages of the window that the thief tried stayed closed.
Shown closed_within(const CaseView& view, const Chat& chat, bool before) {
  const auto theft = theft_at(view, chat);
  if (!theft) return std::nullopt;
  Shown closed;
  for (const Record* record : view.events(chat.receiver, "message")) {
    const std::string_view id = get_string(record->facts, "id").value_or("");
    const bool inside = before ? record->seq < theft->at : record->seq > theft->healed;
    if (!inside || !tried(*theft, id)) continue;
    closed = closed.value_or(true) && !opened(*theft, id);
  }
  return closed;
}

Shown forward_secrecy(const CaseView& view, const Chat& chat) {
  return closed_within(view, chat, true);
}
Shown post_compromise(const CaseView& view, const Chat& chat) {
  return closed_within(view, chat, false);
}

Shown verifiable(const CaseView& view, const Chat& chat) {
  std::optional<std::string> one;
  std::optional<std::string> other;
  for (const StepView& step : view.steps()) {
    if (step.operation != "fingerprint" || !step.ok() || step.arguments() == nullptr) continue;
    const auto of = get_string(*step.arguments(), "of");
    const auto digits = get_string(*step.outcome(), "digits");
    if (step.actor == chat.sender && of == chat.receiver && digits) one = *digits;
    if (step.actor == chat.receiver && of == chat.sender && digits) other = *digits;
  }
  if (!one || !other) return std::nullopt;
  return *one == *other;
}

/// Nothing that came twice was shown twice.
Shown replay_proof(const CaseView& view, const Chat& chat) {
  const auto gatekeepers = view.actors_of_kind("gatekeeper");
  if (gatekeepers.empty()) return std::nullopt;
  Shown proof;
  for (const Record* record : view.events(gatekeepers.front(), "disturbed")) {
    const auto kind = get_string(record->facts, "kind");
    if (kind != "duplicate" && kind != "replay-renamed") continue;
    if (get_string(record->facts, "to") != chat.receiver) continue;
    std::size_t shown = 0;
    for (const Record* message : view.events(chat.receiver, "message")) {
      const std::string_view id = get_string(message->facts, "id").value_or("");
      if (id.starts_with(get_string(record->facts, "id").value_or("-"))) ++shown;
    }
    // What never arrived, not even once, puts nobody to the test.
    if (shown > 0) proof = proof.value_or(true) && shown == 1;
  }
  return proof;
}

struct Property {
  std::string_view name;
  Shown (*shown)(const CaseView&, const Chat&);
};
constexpr std::array<Property, 7> kProperties = {{
    {"sealed", sealed},
    {"deniable", without_signature},
    {"one-time-prekey", one_time_prekey},
    {"forward-secrecy", forward_secrecy},
    {"post-compromise", post_compromise},
    {"verifiable", verifiable},
    {"replay-proof", replay_proof},
}};

Chat chat_argument(const json::object& arguments, std::string_view name) {
  std::vector<std::string> users = texts_argument(arguments, name);
  if (users.size() != 2) throw std::invalid_argument(std::string(name) + " must name two users");
  return {std::move(users[0]), std::move(users[1])};
}

std::string_view word(const Shown& shown) { return !shown ? "not shown" : *shown ? "yes" : "no"; }

}  // namespace

Finding judge_no_weaker_than_native(const CheckInput& input) {
  const CaseView view(input.records);
  const Chat native = chat_argument(input.arguments, "native_users");
  const Chat interop = chat_argument(input.arguments, "interop_users");
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  const std::string expected = "what protects " + native.sender + " and " + native.receiver +
                               " protects " + interop.sender + " and " + interop.receiver + " too";
  std::string table;
  std::string missing;
  std::string unseen;
  for (const Property& property : kProperties) {
    const Shown there = property.shown(view, native);
    const Shown here = property.shown(view, interop);
    table += (table.empty() ? "" : "; ") + std::string(property.name) + ": native " +
             std::string(word(there)) + ", interop " + std::string(word(here));
    if (there == true && here == false) missing += " " + std::string(property.name);
    if (!there || !here) unseen += " " + std::string(property.name);
  }
  Evidence evidence;
  for (const Chat& chat : {native, interop}) {
    for (const SentStanza& stanza : stanzas_of(view, chat)) evidence.push_back(stanza.record->seq);
  }
  if (!missing.empty()) return failed("weaker-than-native", expected, table, evidence, blame);
  if (!unseen.empty()) {
    return undecided("not-all-shown", expected, table, evidence, Attribution::kUnknown);
  }
  return passed(expected, table, evidence);
}

}  // namespace parley::judge
