#include <algorithm>

#include "harness/scenario/vocabulary_spelling.h"

namespace parley::scenario {
namespace {

using namespace spelling;

constexpr std::string_view kMessageKinds = "text|image|video|voice|file";

std::vector<EventSpec> make_events() {
  const Field id = required(text("id"));
  const Field from = required(text("from"));
  const Field from_actor = of_type("from_actor", ValueType::kUser);
  const Field jid = required(text("jid"));
  const Field reason = required(text("reason"));
  std::vector<EventSpec> table = {
      {"enlisted", kGuest, "the gatekeeper gave an account", {jid}},
      {"enlist-failed", kGuest, "the gatekeeper refused the enlistment", {reason}},
      {"connected", kUsers, "the chat connection is open", {required(integer("offline"))}},
      {"connection-refused",
       kUsers,
       "the gatekeeper refused the login",
       {required(integer("code")), text("reason")}},
      {"disconnected", kUsers, "the chat connection ended", {reason}},
      {"message",
       kUsers,
       "a message was decrypted and shown",
       {id, from, from_actor, required(choice("kind", kMessageKinds)), text("text"),
        text("caption"), text("quote"), text("sha256"), integer("size"), text("mime"), text("name"),
        choice("inbox", "separate|combined"), boolean("resent"), text("provider"),
        boolean("request")}},
      {"receipt",
       kUsers,
       "the other side received or read messages",
       {required(of_type("ids", ValueType::kTextList)), required(choice("type", "delivery|read")),
        from, from_actor}},
      {"reaction",
       kUsers,
       "a reaction to the message `id`; an empty emoji takes it back",
       {id, required(text("emoji")), from, from_actor}},
      {"typing",
       kUsers,
       "the other side types, or stopped",
       {required(choice("state", "composing|paused")), from, from_actor}},
      {"undecryptable",
       kUsers,
       "a message could not be decrypted, or what was in it is no message",
       {id, from, from_actor, text("reason")}},
      {"retry-requested",
       kUsers,
       "the other side asks for a message again",
       {id, from, from_actor}},
      {"media-failed", kUsers, "a message's file could not be had", {id, reason}},
      {"unsupported",
       kUsers,
       "a placeholder is shown for a message of a kind that the client does not know",
       {id, from, from_actor}},
      {"ping", kNative, "a partner user asks to be reachable", {from, from_actor}},
      {"app-available",
       kNative,
       "another app can be chosen",
       {required(text("app")), required(boolean("chosen"))}},
      {"identity-changed",
       kUsers,
       "the other side has a new identity key",
       {required(text("of")), of_type("of_actor", ValueType::kUser)}},
      {"send-failed",
       kUsers,
       "a message was not sent, or not taken",
       {id, integer("code"), text("reason")}},
      {"unenlisted", kGuest, "the gatekeeper has ended the account", {}},
      {"push",
       kPartner,
       "the gatekeeper asks to wake a user",
       {required(text("to")), required(boolean("accepted")), text("reason")}},
      {"abuse-notice",
       kPartner,
       "the gatekeeper says that a user misbehaves",
       {required(text("about")), required(boolean("accepted"))}},
      {"media-stored",
       kPartner,
       "a client stored a file",
       {required(text("reference")), required(integer("size"))}},
      {"media-served", kPartner, "a file was fetched", {required(text("reference")), text("to")}},
      {"jwks-served", kPartner, "the token keys were fetched", {integer("keys")}},
      {"enlisted",
       kGatekeeper,
       "an account was given to a partner user",
       {jid, required(integer("integrator"))}},
      {"enlist-refused", kGatekeeper, "an enlistment was refused", {reason}},
      {"login-refused", kGatekeeper, "a login was refused", {reason}},
      {"stored",
       kGatekeeper,
       "a message went into the mailbox",
       {required(text("for")), of_type("for_actor", ValueType::kUser), required(integer("count"))}},
      {"reported",
       kGatekeeper,
       "a user reported messages, and the report was accepted or refused",
       {required(text("about")), of_type("about_actor", ValueType::kUser),
        of_type("by_actor", ValueType::kUser), required(integer("count")),
        required(boolean("accepted")), text("reason")}},
      {"dropped", kGatekeeper, "a message is not delivered", {id, reason}},
      {"disturbed",
       kUsers | kGatekeeper,
       "the harness disturbed what passes between a user and the gatekeeper",
       {required(text("kind")), required(of_type("to", ValueType::kUser)), text("id"),
        boolean("malformed")}},
      {"turned-away",
       kGatekeeper,
       "a new chat connection was closed, because the scenario has the service down",
       {required(text("from")), of_type("from_actor", ValueType::kUser)}},
      {"paired",
       kGatekeeper,
       "a phone vouched for a companion device of its owner",
       {jid, of_type("for_actor", ValueType::kUser)}},
      {"routed",
       kGatekeeper,
       "a companion device connected with the routing information that it was given",
       {jid, of_type("for_actor", ValueType::kUser)}},
      {"pushed",
       kGatekeeper,
       "a partner was asked to wake a user",
       {required(text("partner")), required(integer("status")), integer("attempt")}},
      {"proxied",
       kGatekeeper,
       "a partner's proxy opened a chat connection for the client with that address",
       {required(text("partner")), required(text("address")), required(text("connection"))}},
      {"proxied-end",
       kGatekeeper,
       "a chat connection that a proxy opened has ended",
       {required(text("partner")), required(text("address")), required(text("connection"))}},
      {"proxy-refused",
       kGatekeeper,
       "a partner's proxy did not say for whom it connects",
       {required(text("partner")), reason}},
      {"unenlisted", kGatekeeper, "an account was ended", {jid, reason}},
      {"jwks-fetched",
       kGatekeeper,
       "a partner's token keys were fetched",
       {required(text("partner")), required(integer("keys"))}},
  };
  std::stable_sort(table.begin(), table.end(),
                   [](const auto& a, const auto& b) { return a.name < b.name; });
  return table;
}

}  // namespace

std::span<const EventSpec> events() {
  static const std::vector<EventSpec> table = make_events();
  return table;
}

}  // namespace parley::scenario
