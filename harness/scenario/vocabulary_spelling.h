// Short spellings for the tables of the vocabulary.
#pragma once

#include <string_view>

#include "harness/scenario/vocabulary.h"

namespace parley::scenario::spelling {

inline constexpr std::string_view kTlsVersions = "1.1|1.2|1.3";
inline constexpr KindSet kGatekeeper = kind_bit(ActorKind::kGatekeeper);
inline constexpr KindSet kNative = kind_bit(ActorKind::kWhatsappUser);
inline constexpr KindSet kPartner = kind_bit(ActorKind::kPartner);
inline constexpr KindSet kGuest = kind_bit(ActorKind::kPartnerUser);
inline constexpr KindSet kUsers = kNative | kGuest;

inline Field text(std::string_view name) { return {name, ValueType::kText, false, {}}; }
inline Field integer(std::string_view name) { return {name, ValueType::kInteger, false, {}}; }
inline Field boolean(std::string_view name) { return {name, ValueType::kBoolean, false, {}}; }
inline Field choice(std::string_view name, std::string_view choices) {
  return {name, ValueType::kChoice, false, choices};
}
inline Field of_type(std::string_view name, ValueType type) { return {name, type, false, {}}; }
inline Field required(Field field) {
  field.required = true;
  return field;
}

}  // namespace parley::scenario::spelling
