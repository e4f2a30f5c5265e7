#include "reports/sequence.h"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "harness/base/json.h"
#include "harness/base/json_order.h"
#include "reports/markup.h"

namespace parley::reports {
namespace {

using evidence::Direction;
using evidence::Record;
using evidence::Role;
using evidence::Tap;

constexpr std::array<Role, 6> kLaneOrder{Role::kGatekeeperClient, Role::kGatekeeperServer,
                                         Role::kPartnerServer,    Role::kPartnerProxy,
                                         Role::kPartnerClient,    Role::kHarness};
constexpr std::size_t kLabelLength = 60;
/// How names of devices end, and what a program is called of which nobody knows whose it is.
constexpr std::string_view kDevice = ".device.test";
constexpr std::string_view kProgram = "external";

bool is_chat(Tap tap) { return tap == Tap::kNoise || tap == Tap::kStanza; }

// Which party stands behind a host name. Parties are known from their own records: whoever answered
// HTTP for a host is that host; a device's name begins with its owner's id.
class Addresses {
 public:
  explicit Addresses(std::span<const Record> records) {
    for (const Record& record : records) {
      if (record.role != Role::kHarness) roles_.emplace(record.party, record.role);
      eyes_.emplace(record.party, record.tap);
      if (record.tap == Tap::kHttp && record.kind == "http.request" &&
          record.direction == Direction::kIn) {
        if (const auto host = get_string(record.facts, "host")) {
          hosts_.emplace(std::string(*host), record.party);
        }
      }
    }
  }

  std::string party_of(const Record& seen, const std::string& peer) const {
    if (roles_.contains(peer)) return peer;
    const auto host = hosts_.find(peer);
    if (host != hosts_.end()) return host->second;
    const std::string first = peer.substr(0, peer.find('.'));
    if (roles_.contains(first) || peer.ends_with(kDevice)) return first;
    // On a chat connection a client's other end is the gatekeeper, whatever it is called; and so is
    // a caller at a partner's server that is no device. At the gatekeeper's it is somebody of whom
    // there are no records.
    const bool at_client = is_chat(seen.tap) && seen.role != Role::kGatekeeperServer;
    const bool at_partner = seen.role == Role::kPartnerServer && peer != kProgram;
    if (at_client || at_partner) {
      for (const auto& [party, role] : roles_) {
        if (role == Role::kGatekeeperServer) return party;
      }
    }
    return peer.empty() ? seen.party : peer;
  }

  /// Whether acts of that tap are recorded at the other end, too. A product behind a driver, or one
  /// that somebody develops, has no taps of ours.
  bool is_seen_by_peer(const Record& record) const {
    return eyes_.contains({party_of(record, record.peer), record.tap});
  }

  std::vector<std::string> lanes() const {
    std::vector<std::string> out;
    for (const Role role : kLaneOrder) {
      for (const auto& [party, its_role] : roles_) {
        if (its_role == role) out.push_back(party);
      }
    }
    return out;
  }

 private:
  std::map<std::string, Role, std::less<>> roles_;
  std::map<std::string, std::string, std::less<>> hosts_;
  std::set<std::pair<std::string, Tap>> eyes_;
};

std::string text(const json::object& object, std::string_view key) {
  return std::string(get_string(object, key).value_or(""));
}

std::string http_label(const Record& record) {
  if (record.kind == "http.request") {
    return text(record.facts, "method") + " " + text(record.facts, "target");
  }
  if (record.kind == "http.response") {
    return std::to_string(get_int(record.facts, "status").value_or(0)) + ", " +
           std::to_string(record.body_size) + " bytes";
  }
  return record.kind.substr(record.kind.find('.') + 1) + " " + text(record.facts, "target");
}

// The operation says what the stanza is; of its attributes, only what tells it from others of its
// kind. Namespace and class, and the type of a query, say no more than the operation does, where
// there is one.
std::string stanza_label(const Record& record) {
  const json::object* node = get_object(record.facts, "node");
  if (node == nullptr) return record.kind;
  const std::string operation = text(record.facts, "operation");
  std::string out = operation.empty() ? "<" + text(*node, "tag") + ">" : operation;
  if (const json::object* attributes = get_object(*node, "attrs")) {
    for (const std::string_view name : {"type", "class", "xmlns", "id"}) {
      if (!operation.empty() &&
          (name == "class" || name == "xmlns" || (name == "type" && text(*node, "tag") == "iq"))) {
        continue;
      }
      const std::string value = text(*attributes, name);
      if (!value.empty()) out += " " + std::string(name) + "=" + value;
    }
  }
  return out;
}

std::string message_label(const Record& record) {
  std::string out =
      (record.direction == Direction::kIn ? "decrypts " : "encrypts ") + text(record.facts, "kind");
  const std::string body = text(record.facts, "text");
  return body.empty() ? out : out + ": " + body;
}

std::string event_label(const Record& record) {
  std::string out = record.kind.substr(record.kind.find('.') + 1);
  for (const auto* fact : in_canonical_order(record.facts)) {
    if (!fact->value().is_string() || fact->value().get_string().empty()) continue;
    out += " " + std::string(fact->key()) + "=" + std::string(fact->value().get_string());
  }
  return out;
}

// What the harness itself did; canaries and the bookkeeping of steps are left to the transcript.
std::optional<std::string> step_label(const Record& record) {
  if (record.kind == "step.begin") return text(record.facts, "operation");
  if (record.kind == "step.end" && get_bool(record.facts, "as_expected") == false) {
    const json::object* error = get_object(record.facts, "error");
    return "did not go as demanded" + (error ? ": " + text(*error, "message") : std::string());
  }
  if (record.kind == "await.end" && get_bool(record.facts, "ok") == false) {
    return "waited in vain for " + text(record.facts, "event");
  }
  if (record.kind == "advance") return text(record.facts, "by") + " pass";
  return std::nullopt;
}

// What a step led to, for one that a finding cites.
std::string result_label(const Record& record) {
  std::string out = record.kind;
  for (const std::string_view name : {"operation", "event"}) {
    const std::string value = text(record.facts, name);
    if (!value.empty()) out += " " + value;
  }
  return out;
}

bool seen_at_the_told_end(const Record& record) {
  if (record.tap == Tap::kHttp) {
    const bool request = record.kind == "http.request";
    return record.kind == "http.failure" ||
           record.direction == (request ? Direction::kOut : Direction::kIn);
  }
  if (record.tap == Tap::kStanza || record.tap == Tap::kMessage) {
    return record.direction == Direction::kOut;
  }
  return record.tap != Tap::kNoise;
}

std::string label_of(const Record& record) {
  switch (record.tap) {
    case Tap::kHttp:
      return http_label(record);
    case Tap::kStanza:
      return stanza_label(record);
    case Tap::kMessage:
      return message_label(record);
    case Tap::kEvent:
      return event_label(record);
    case Tap::kStep:
      return step_label(record).value_or(result_label(record));
    case Tap::kNoise:
      return record.kind;
  }
  return record.kind;
}

// Nothing for a record that is left to the transcript.
std::optional<Act> act_of(const Record& record, const Addresses& addresses, bool cited) {
  const bool at_the_told_end = seen_at_the_told_end(record);
  const bool told =
      at_the_told_end || (record.tap != Tap::kNoise && !addresses.is_seen_by_peer(record));
  if (!cited && (!told || (record.tap == Tap::kStep && !step_label(record)))) return std::nullopt;
  Act act;
  act.seq = record.seq;
  act.tap = std::string(evidence::to_string(record.tap));
  act.from = act.to = record.party;
  if (record.tap == Tap::kStep) {
    const std::string actor = text(record.facts, "actor");
    if (!actor.empty()) act.from = act.to = actor;
  } else if (record.tap == Tap::kHttp || is_chat(record.tap)) {
    const std::string peer = addresses.party_of(record, record.peer);
    (record.direction == Direction::kIn ? act.from : act.to) = peer;
  }
  if (!at_the_told_end) act.seen_by = record.party;
  act.label = shortened(label_of(record), kLabelLength);
  return act;
}

}  // namespace

Sequence sequence_of(std::span<const Record> records, const std::set<std::uint64_t>& cited) {
  Sequence out;
  if (records.empty()) return out;
  const Addresses addresses(records);
  out.parties = addresses.lanes();
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Record& record = records[i];
    std::optional<Act> act = act_of(record, addresses, cited.contains(record.seq));
    if (!act) {
      ++out.hidden;
      continue;
    }
    act->index = i;
    act->at = record.time - records.front().time;
    for (const std::string& party : {act->from, act->to}) {
      if (std::find(out.parties.begin(), out.parties.end(), party) == out.parties.end()) {
        out.parties.push_back(party);
      }
    }
    out.acts.push_back(*std::move(act));
  }
  return out;
}

}  // namespace parley::reports
