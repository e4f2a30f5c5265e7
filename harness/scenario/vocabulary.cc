#include "harness/scenario/vocabulary.h"

#include <algorithm>
#include <array>

#include "harness/scenario/vocabulary_spelling.h"

namespace parley::scenario {
namespace {

using namespace spelling;

/// As scenarios/catalogue/services.yaml has them.
constexpr std::string_view kServices = "whatsapp|messenger";

std::vector<ActorKindSpec> make_actor_kinds() {
  return {
      {ActorKind::kGatekeeper,
       "gatekeeper",
       "a service's servers, WhatsApp's as a rule: enlistment, chat, mailbox, media, push",
       {choice("service", kServices), choice("addressing", "interop|native"),
        choice("http", "1.1|2"), of_type("latency", ValueType::kDuration),
        of_type("jitter", ValueType::kDuration), integer("loss"), text("fault"),
        integer("ping_limit"), integer("lookup_limit"), integer("enlistment_limit"),
        integer("message_limit")}},
      {ActorKind::kWhatsappUser,
       "whatsapp-user",
       "a native WhatsApp client and its owner's choices",
       {required(text("number")), choice("service", kServices), boolean("third_party_chats"),
        of_type("apps", ValueType::kPartnerList), choice("inbox", "separate|combined"),
        boolean("read_receipts"), boolean("typing"), boolean("registered"), text("display_name"),
        of_type("contacts", ValueType::kTextList), text("fault")}},
      {ActorKind::kPartner,
       "partner",
       "a partner provider's servers: tokens, keys, media, push",
       {integer("integrator"), choice("identifier_kind", "phone|handle|email"), boolean("proxy"),
        boolean("sends_media"), of_type("key_rotation", ValueType::kDuration),
        of_type("key_overlap", ValueType::kDuration), text("fault")}},
      {ActorKind::kPartnerUser,
       "partner-user",
       "a partner's client and its owner",
       {choice("service", kServices), text("identifier"), choice("transport", "tcp|websocket"),
        boolean("auto_connect_on_push"), boolean("auto_reconnect"), boolean("read_receipts"),
        text("display_name"), of_type("contacts", ValueType::kTextList), text("fault"),
        choice("location", "eea|elsewhere"), boolean("bridged"), boolean("franking")}},
  };
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
      of_type("steps", ValueType::kLabelList),
      of_type("giving", ValueType::kLabelList),
      of_type("withdrawing", ValueType::kLabelList),
      of_type("fields", ValueType::kTextList),
      of_type("fresh", ValueType::kTextList),
      of_type("message", ValueType::kLabel),
      of_type("native", ValueType::kLabel),
      of_type("fits", ValueType::kLabel),
      of_type("exceeds", ValueType::kLabel),
      of_type("kept", ValueType::kLabel),
      of_type("gone", ValueType::kLabel),
      of_type("quoted", ValueType::kLabel),
      of_type("first", ValueType::kLabel),
      of_type("then", ValueType::kLabel),
      of_type("messages", ValueType::kLabelList),
      of_type("twins", ValueType::kLabelList),
      of_type("act", ValueType::kLabel),
      of_type("changed", ValueType::kLabelList),
      of_type("unchanged", ValueType::kLabelList),
      of_type("connections", ValueType::kLabelList),
      of_type("within", ValueType::kDuration),
      of_type("baseline", ValueType::kTextList),
      of_type("compared", ValueType::kTextList),
      integer("ratio"),
      of_type("slack", ValueType::kDuration),
      integer("loss"),
      integer("least"),
      integer("count"),
      integer("size"),
      integer("status"),
      boolean("aggregated"),
      choice("type", "delivery|read"),
      choice("direction", "in|out"),
      text("field"),
      of_type("native_users", ValueType::kTextList),
      of_type("interop_users", ValueType::kTextList),
      text("method"),
      text("target"),
      of_type("targets", ValueType::kTextList),
      choice("version", "1.1|2"),
      choice("tls", kTlsVersions),
      text("operation"),
      text("reason"),
      required(choice("blames", "gatekeeper|whatsapp-user|partner|partner-user")),
  };
}

constexpr std::array<std::string_view, 16> kTypeNames = {
    "text",
    "a whole number",
    "true or false",
    "a list of texts",
    "a mapping",
    "the id of an actor",
    "the id of a user",
    "the id of a partner",
    "a list of ids of partners",
    "the name of a file in scenarios/media, or a mapping of size and type",
    "a size such as 65537 or 64KiB",
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
