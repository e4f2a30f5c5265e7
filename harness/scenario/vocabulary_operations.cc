#include <algorithm>

#include "harness/scenario/vocabulary_spelling.h"

namespace parley::scenario {
namespace {

using namespace spelling;

constexpr std::string_view kMediaKinds = "image|video|voice|file";
constexpr std::string_view kEnlistFaults =
    "bad-token|expired-token|wrong-identifier|bad-prekey-signature|unknown-integrator";

std::vector<OperationSpec> make_operations() {
  const Field to = required(of_type("to", ValueType::kUser));
  const Field who = required(of_type("who", ValueType::kUser));
  std::vector<OperationSpec> table = {
      {"enlist",
       kGuest,
       "asks the gatekeeper for an account, with one thing wrong where `fault` says so",
       {choice("fault", kEnlistFaults), boolean("fresh_keys")},
       {required(choice("status", "ok|fail")), text("jid"), text("reason")}},
      {"connect",
       kGuest,
       "opens the chat connection; uploads keys the first time",
       {choice("static_key", "other"), choice("token", "expired|bad|absent")},
       {required(choice("status", "ok|failure")), integer("offline"), integer("code"),
        text("reason")}},
      {"connect",
       kNative,
       "opens the chat connection",
       {},
       {required(choice("status", "ok|failure")), integer("offline"), integer("code"),
        text("reason")}},
      {"disconnect", kUsers, "closes the chat connection", {}, {}},
      {"upload-keys",
       kUsers,
       "uploads that many fresh one-time prekeys",
       {required(integer("count"))},
       {}},
      {"key-count",
       kUsers,
       "asks how many one-time prekeys the gatekeeper still has",
       {},
       {required(integer("count"))}},
      {"fetch-keys",
       kUsers,
       "fetches a user's key bundle without using it",
       {to},
       {required(boolean("has_prekey")), integer("prekey_id")}},
      {"delete-account", kGuest, "asks the gatekeeper to delete the account", {}, {}},
      {"ping-user", kGuest, "sends a reachability ping", {to}, {}},
      {"server-ping", kUsers, "pings the gatekeeper on the chat connection", {}, {}},
      {"set",
       kNative,
       "changes the owner's choices",
       {boolean("third_party_chats"), of_type("apps", ValueType::kPartnerList),
        choice("inbox", "separate|combined"), boolean("read_receipts"), boolean("typing")},
       {}},
      {"send-text",
       kUsers,
       "sends a text, as a reply where `quote` names a message",
       {to, required(text("text")), text("quote")},
       {required(text("id"))}},
      {"send-media",
       kUsers,
       "encrypts, uploads and sends a file of scenarios/media, or one made to measure",
       {to, required(choice("kind", kMediaKinds)), required(of_type("media", ValueType::kMedia)),
        text("name"), text("mime"), text("caption"), text("quote")},
       {required(text("id")), required(text("sha256")), required(integer("size"))}},
      {"react",
       kUsers,
       "reacts to a message; an empty emoji takes the reaction back",
       {to, required(text("id")), required(text("emoji"))},
       {required(text("id"))}},
      {"typing",
       kUsers,
       "tells the other side that the owner types, or stopped",
       {to, required(choice("state", "composing|paused"))},
       {boolean("sent")}},
      {"read",
       kUsers,
       "marks messages as read: one receipt, however many ids",
       {to, required(of_type("ids", ValueType::kTextList))},
       {boolean("sent")}},
      {"block", kUsers, "puts a user on the blocklist", {who}, {}},
      {"unblock", kUsers, "takes a user off the blocklist", {who}, {}},
      {"blocklist",
       kUsers,
       "asks the gatekeeper for the blocklist",
       {},
       {required(of_type("blocked", ValueType::kTextList))}},
      {"corrupt-next",
       kUsers,
       "damages the MAC of the next message, so that it cannot be decrypted",
       {},
       {}},
      {"corrupt-next-media",
       kUsers,
       "damages the next file that is sent: its MAC alone, or the file after its digest was taken",
       {required(choice("part", "mac|file"))},
       {}},
      {"rotate-keys",
       kPartner,
       "signs tokens with a new key from now on, and publishes it",
       {},
       {}},
      {"set",
       kPartner,
       "changes how the servers answer the gatekeeper",
       {choice("endpoint", "up|down|slow|error")},
       {}},
      {"mailbox",
       kGatekeeper,
       "counts the messages that wait for a user",
       {required(of_type("of", ValueType::kUser))},
       {required(integer("count"))}},
      {"server-ping",
       kGatekeeper,
       "pings a client on its chat connection",
       {to},
       {required(boolean("answered"))}},
      {"stream-error",
       kGatekeeper,
       "ends a client's chat connection with 401 (logged out), 503 (try again) or 515 (restart)",
       {to, required(integer("code"))},
       {}},
  };
  std::stable_sort(table.begin(), table.end(),
                   [](const auto& a, const auto& b) { return a.name < b.name; });
  return table;
}

}  // namespace

std::span<const OperationSpec> operations() {
  static const std::vector<OperationSpec> table = make_operations();
  return table;
}

}  // namespace parley::scenario
