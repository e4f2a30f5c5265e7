// Keys and nonces that may serve once only.
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/judge/case_view.h"
#include "harness/judge/checks.h"
#include "harness/judge/finding.h"
#include "harness/judge/service_view.h"
#include "harness/wire/node_codec.h"
#include "harness/wire/operations.h"

namespace parley::judge {
namespace {

using evidence::Direction;
using evidence::Role;

// <user jid="…"> … <key><id/><value/></key> … </user>, wherever users stand in an answer.
struct HandedOut {
  std::string account;
  std::string id;
  std::string value;
};

void collect_prekeys(const wire::Node& node, std::vector<HandedOut>& found) {
  if (node.tag == "user" && node.has("jid")) {
    const wire::Node* holder = node.child("keys") == nullptr ? &node : node.child("keys");
    const wire::Node* key = holder->child("key");
    const wire::Node* value = key == nullptr ? nullptr : key->child("value");
    const wire::Node* id = key == nullptr ? nullptr : key->child("id");
    if (value != nullptr) {
      found.push_back({std::string(node.attribute("jid")), id == nullptr ? "" : hex(id->bytes()),
                       hex(value->bytes())});
    }
    return;
  }
  for (const wire::Node& child : node.children()) collect_prekeys(child, found);
}

// The bundle answers that the gatekeeper's server sent: seen at the server itself, or, where that
// is a product whose inside we do not see, at the clients that received them.
bool is_bundle_answer(const Record& record) {
  if (record.kind != "stanza" ||
      get_string(record.facts, "operation") != wire::op::kPrekeyFetchAnswer) {
    return false;
  }
  return record.role == Role::kGatekeeperServer ? record.direction == Direction::kOut
                                                : record.direction == Direction::kIn;
}

// A prekey message: {prekey_id, counter} of its sender towards its receiver.
struct PrekeyUse {
  std::string account;  ///< whose prekey it is
  std::int64_t prekey_id = 0;
  std::string user;  ///< who uses it
  std::int64_t counter = 0;
  std::string message_id;
};

std::optional<PrekeyUse> prekey_use(const Record& record) {
  if (record.tap != evidence::Tap::kMessage) return std::nullopt;
  const json::object* signal = get_object(record.facts, "signal");
  if (signal == nullptr || get_string(*signal, "type") != "pkmsg") return std::nullopt;
  const auto id = whole_number(*signal, "prekey_id");
  if (!id) return std::nullopt;
  PrekeyUse use;
  use.account = get_string(record.facts, "to").value_or("");
  use.user = get_string(record.facts, "from").value_or("");
  use.prekey_id = *id;
  use.counter = whole_number(*signal, "counter").value_or(0);
  use.message_id = get_string(record.facts, "id").value_or("");
  return use;
}

// Follows the uses of prekeys at one kind of observation (all senders, or all receivers). One
// session may send several prekey messages with one prekey, each with its own counter; a second
// user, or a second session of the same user, may not.
class PrekeyUses {
 public:
  /// What is wrong with this use; empty where nothing is.
  std::string add(const PrekeyUse& use) {
    Key key{use.account, use.prekey_id};
    const auto [owner, fresh] = users_.emplace(key, use.user);
    if (!fresh && owner->second != use.user) {
      return "prekey " + std::to_string(use.prekey_id) + " of " + use.account + " is used by " +
             owner->second + " and by " + use.user;
    }
    const auto [message, first] =
        messages_.emplace(std::make_pair(std::move(key), use.counter), use.message_id);
    if (!first && message->second != use.message_id) {
      return "prekey " + std::to_string(use.prekey_id) + " of " + use.account +
             " begins two sessions: messages " + message->second + " and " + use.message_id;
    }
    return {};
  }
  /// The account got new keys, whose numbers may begin anew.
  void forget(std::string_view account) {
    std::erase_if(users_, [&](const auto& entry) { return entry.first.first == account; });
    std::erase_if(messages_, [&](const auto& entry) { return entry.first.first.first == account; });
  }

 private:
  using Key = std::pair<std::string, std::int64_t>;
  std::map<Key, std::string> users_;
  std::map<std::pair<Key, std::int64_t>, std::string> messages_;
};

// Looks at what the servers handed out. Sets `finding` at the first key that went out twice.
std::size_t judge_handed_out(const CaseView& view, const std::string& expected,
                             std::optional<Finding>& finding) {
  std::size_t keys = 0;
  // One answer is on record at the server and at the client: counted per role.
  std::map<std::tuple<bool, std::string, std::string>, std::uint64_t> seen;
  for (const Record& record : view.records()) {
    if (!is_bundle_answer(record)) continue;
    const Result<wire::Node> node = wire::unpack_stanza(record.body);
    if (!node) {
      finding = harness_error("stanza-unreadable", expected,
                              "record " + std::to_string(record.seq) + ": " + node.error().message,
                              {record.seq});
      return keys;
    }
    std::vector<HandedOut> found;
    collect_prekeys(*node, found);
    for (const HandedOut& key : found) {
      ++keys;
      const auto [place, fresh] = seen.emplace(
          std::tuple(evidence::is_server(record.role), key.account, key.value), record.seq);
      if (fresh) continue;
      finding = failed("prekey-handed-out-twice", expected,
                       "prekey " + key.id + " of " + key.account + " was handed out twice, " +
                           cite({place->second, record.seq}),
                       {place->second, record.seq}, view.blame(sender_of(record)));
      return keys;
    }
  }
  return keys;
}

std::size_t judge_used(const CaseView& view, const std::string& expected,
                       std::optional<Finding>& finding) {
  // One number may have an account, and keys, at each of the gatekeeper's services.
  std::map<std::pair<std::string_view, Direction>, PrekeyUses> uses;
  std::map<std::string, std::string, std::less<>> account_of;  // party -> its address
  std::size_t count = 0;
  for (const Record& record : view.records()) {
    if (record.kind == "event.enlisted" && !evidence::is_server(record.role)) {
      const auto jid = get_string(record.facts, "jid");
      for (auto& [place, known] : uses) {
        if (place.first != service_of(view, record.party)) continue;
        if (jid) known.forget(*jid);
        if (const auto it = account_of.find(record.party); it != account_of.end()) {
          known.forget(it->second);
        }
      }
    }
    const auto use = prekey_use(record);
    if (!use) continue;
    ++count;
    account_of[record.party] = record.direction == Direction::kIn ? use->account : use->user;
    const std::string wrong = uses[{service_of(view, record.party), record.direction}].add(*use);
    if (wrong.empty()) continue;
    finding = failed("prekey-used-twice", expected,
                     wrong + " (record " + std::to_string(record.seq) + ")", {record.seq},
                     view.blame(sender_of(record)));
    return count;
  }
  return count;
}

}  // namespace

Finding judge_one_time_prekeys_used_once(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string expected = "each one-time prekey is handed out once and used once";
  std::optional<Finding> finding;
  const std::size_t handed_out = judge_handed_out(view, expected, finding);
  if (finding) return *finding;
  const std::size_t used = judge_used(view, expected, finding);
  if (finding) return *finding;
  return upheld(expected,
                plural(handed_out, "prekey") + " handed out and " + plural(used, "prekey message") +
                    " seen in " + plural(input.records.size(), "record") + ": none twice",
                handed_out + used);
}

Finding judge_noise_nonces_unique(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string expected = "no nonce is used twice with one key";
  std::map<std::tuple<Direction, std::string, std::int64_t>, std::uint64_t> seen;
  for (const Record& record : view.records()) {
    if (record.kind != "noise.frame") continue;
    const auto key = get_string(record.facts, "key");
    const auto nonce = whole_number(record.facts, "n");
    if (!key || !nonce) {
      return harness_error("frame-without-nonce", expected,
                           "record " + std::to_string(record.seq) + " names no key or no nonce",
                           {record.seq});
    }
    // Each frame is on record where it is sent and where it is received.
    const auto [place, fresh] =
        seen.emplace(std::tuple(record.direction, std::string(*key), *nonce), record.seq);
    if (fresh) continue;
    return failed("nonce-used-twice", expected,
                  "nonce " + std::to_string(*nonce) + " with key " + std::string(*key) + ", " +
                      cite({place->second, record.seq}),
                  {place->second, record.seq}, view.blame(sender_of(record)));
  }
  return upheld(expected,
                plural(seen.size(), "frame") + " in " + plural(input.records.size(), "record") +
                    ": none twice",
                seen.size());
}

}  // namespace parley::judge
