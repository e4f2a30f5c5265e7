#include "harness/scenario/vocabulary.h"

#include <algorithm>
#include <array>

namespace parley::scenario {
namespace {

constexpr KindSet kGatekeeper = kind_bit(ActorKind::kGatekeeper);
constexpr KindSet kNative = kind_bit(ActorKind::kWhatsappUser);
constexpr KindSet kPartner = kind_bit(ActorKind::kPartner);
constexpr KindSet kGuest = kind_bit(ActorKind::kPartnerUser);
constexpr KindSet kUsers = kNative | kGuest;

// Short spellings for the tables below.
Field text(std::string_view name) { return {name, ValueType::kText, false, {}}; }
Field integer(std::string_view name) { return {name, ValueType::kInteger, false, {}}; }
Field boolean(std::string_view name) { return {name, ValueType::kBoolean, false, {}}; }
Field choice(std::string_view name, std::string_view choices) {
  return {name, ValueType::kChoice, false, choices};
}
Field of_type(std::string_view name, ValueType type) { return {name, type, false, {}}; }
Field required(Field field) {
  field.required = true;
  return field;
}

constexpr std::string_view kMessageKinds = "text|image|video|voice|file";
constexpr std::string_view kMediaKinds = "image|video|voice|file";
constexpr std::string_view kEnlistFaults =
    "bad-token|expired-token|wrong-identifier|bad-prekey-signature|unknown-integrator";

std::vector<ActorKindSpec> make_actor_kinds() {
  return {
      {ActorKind::kGatekeeper,
       "gatekeeper",
       "WhatsApp's servers: enlistment, chat, mailbox, media, push",
       {choice("addressing", "interop|native")}},
      {ActorKind::kWhatsappUser,
       "whatsapp-user",
       "a native WhatsApp client and its owner's choices",
       {required(text("number")), boolean("third_party_chats"),
        of_type("apps", ValueType::kPartnerList), choice("inbox", "separate|combined"),
        boolean("read_receipts"), boolean("typing")}},
      {ActorKind::kPartner,
       "partner",
       "a partner provider's servers: tokens, keys, media, push",
       {integer("integrator"), choice("identifier_kind", "phone|handle|email"), text("fault")}},
      {ActorKind::kPartnerUser,
       "partner-user",
       "a partner's client and its owner",
       {text("identifier"), choice("transport", "tcp|websocket"), boolean("auto_connect_on_push"),
        boolean("read_receipts"), text("fault")}},
  };
}

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
       "encrypts, uploads and sends a file of scenarios/media",
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
        choice("inbox", "separate|combined"), boolean("resent")}},
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
      {"undecryptable", kUsers, "a message could not be decrypted", {id, from, from_actor}},
      {"retry-requested",
       kUsers,
       "the other side asks for a message again",
       {id, from, from_actor}},
      {"media-failed", kUsers, "a message's file could not be had", {id, reason}},
      {"ping", kNative, "a partner user asks to be reachable", {from, from_actor}},
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
      {"dropped", kGatekeeper, "a message is not delivered", {id, reason}},
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

std::vector<Field> make_check_arguments() {
  return {
      of_type("actor", ValueType::kActor),
      of_type("at", ValueType::kActor),
      of_type("event", ValueType::kEvent),
      of_type("where", ValueType::kObject),
      of_type("equals", ValueType::kObject),
      of_type("after", ValueType::kLabel),
      of_type("before", ValueType::kLabel),
      of_type("sentinel", ValueType::kLabel),
      of_type("step", ValueType::kLabel),
      of_type("message", ValueType::kLabel),
      of_type("quoted", ValueType::kLabel),
      of_type("first", ValueType::kLabel),
      of_type("then", ValueType::kLabel),
      of_type("messages", ValueType::kLabelList),
      of_type("twins", ValueType::kLabelList),
      of_type("within", ValueType::kDuration),
      integer("count"),
      integer("status"),
      boolean("aggregated"),
      choice("type", "delivery|read"),
      choice("direction", "in|out"),
      text("method"),
      text("target"),
      text("operation"),
      text("reason"),
      required(choice("blames", "gatekeeper|whatsapp-user|partner|partner-user")),
  };
}

constexpr std::array<std::string_view, 15> kTypeNames = {
    "text",
    "a whole number",
    "true or false",
    "a list of texts",
    "a mapping",
    "the id of an actor",
    "the id of a user",
    "the id of a partner",
    "a list of ids of partners",
    "the name of a file in scenarios/media",
    "one of a few words",
    "a duration such as 30s",
    "the name of an event",
    "the label of a step",
    "a list of labels of steps",
};

}  // namespace

std::string_view to_string(ActorKind kind) {
  return actor_kinds()[static_cast<std::size_t>(kind)].name;
}

std::optional<ActorKind> parse_actor_kind(std::string_view text) {
  for (const ActorKindSpec& spec : actor_kinds()) {
    if (spec.name == text) return spec.kind;
  }
  return std::nullopt;
}

std::string_view to_string(ValueType type) { return kTypeNames[static_cast<std::size_t>(type)]; }

std::span<const ActorKindSpec> actor_kinds() {
  static const std::vector<ActorKindSpec> table = make_actor_kinds();
  return table;
}

std::span<const OperationSpec> operations() {
  static const std::vector<OperationSpec> table = make_operations();
  return table;
}

std::span<const EventSpec> events() {
  static const std::vector<EventSpec> table = make_events();
  return table;
}

const OperationSpec* find_operation(std::string_view name, ActorKind kind) {
  for (const OperationSpec& spec : operations()) {
    if (spec.name == name && (spec.kinds & kind_bit(kind)) != 0) return &spec;
  }
  return nullptr;
}

const EventSpec* find_event(std::string_view name, ActorKind kind) {
  for (const EventSpec& spec : events()) {
    if (spec.name == name && (spec.kinds & kind_bit(kind)) != 0) return &spec;
  }
  return nullptr;
}

const Field* find_field(std::span<const Field> fields, std::string_view name) {
  const auto it =
      std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.name == name; });
  return it == fields.end() ? nullptr : &*it;
}

const Field* find_check_argument(std::string_view name) {
  static const std::vector<Field> table = make_check_arguments();
  return find_field(table, name);
}

std::vector<std::string> split_choices(std::string_view choices) {
  std::vector<std::string> words;
  while (!choices.empty()) {
    const std::size_t bar = choices.find('|');
    words.emplace_back(choices.substr(0, bar));
    choices = bar == std::string_view::npos ? std::string_view() : choices.substr(bar + 1);
  }
  return words;
}

}  // namespace parley::scenario
