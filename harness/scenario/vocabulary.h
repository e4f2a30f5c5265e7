// The words that scenarios may use: kinds of actor and their settings, operations and their
// arguments and results, events and their facts. One table for the loader, for `lint` and for the
// reference in docs/scenarios.md; the driver contract uses the same words.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::scenario {

enum class ActorKind { kGatekeeper, kWhatsappUser, kPartner, kPartnerUser };
std::string_view to_string(ActorKind kind);  ///< "gatekeeper", "whatsapp-user", ...
std::optional<ActorKind> parse_actor_kind(std::string_view text);

/// A set of actor kinds, one bit each.
using KindSet = std::uint8_t;
inline constexpr KindSet kind_bit(ActorKind kind) {
  return static_cast<KindSet>(1U << static_cast<unsigned>(kind));
}

enum class ValueType {
  kText,
  kInteger,
  kBoolean,
  kTextList,
  kObject,
  kActor,        ///< id of any actor
  kUser,         ///< id of a whatsapp-user or partner-user
  kPartner,      ///< id of a partner
  kPartnerList,  ///< ids of partners
  kMedia,        ///< name of a file in scenarios/media, or a mapping as payload.h reads it
  kSize,         ///< of a payload: 65537, 64KiB, 16MiB
  kChoice,       ///< one of `choices`
  kDuration,     ///< "30s"
  kEvent,        ///< name of an event
  kLabel,        ///< label of a step: `as:`
  kLabelList,
};
std::string_view to_string(ValueType type);  ///< for people: "a whole number", "the id of an actor"

/// A setting, an argument, a field of a result, or a fact of an event.
struct Field {
  std::string_view name;
  ValueType type = ValueType::kText;
  bool required = false;
  std::string_view choices;  ///< kChoice: "composing|paused"
};

struct ActorKindSpec {
  ActorKind kind;
  std::string_view name;
  std::string_view summary;
  std::vector<Field> settings;
};

struct OperationSpec {
  std::string_view name;
  KindSet kinds;  ///< who performs it
  std::string_view summary;
  std::vector<Field> arguments;
  std::vector<Field> results;
};

struct EventSpec {
  std::string_view name;
  KindSet kinds;  ///< at whom it happens
  std::string_view summary;
  std::vector<Field> facts;
};

std::span<const ActorKindSpec> actor_kinds();  ///< in the order of the enumeration
std::span<const OperationSpec> operations();   ///< sorted by name, then by first kind
std::span<const EventSpec> events();           ///< sorted by name, then by first kind

/// The operation as that kind of actor performs it, or null. (`set` differs by kind.)
const OperationSpec* find_operation(std::string_view name, ActorKind kind);
const EventSpec* find_event(std::string_view name, ActorKind kind);
const Field* find_field(std::span<const Field> fields, std::string_view name);

/// What an argument of a check means, by its name alone: "message" is a label wherever it occurs.
/// Null for a name that has no fixed meaning.
const Field* find_check_argument(std::string_view name);

/// The choices of a kChoice field.
std::vector<std::string> split_choices(std::string_view choices);

}  // namespace parley::scenario
