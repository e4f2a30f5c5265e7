// Token dictionary version 3: strings of the protocol that travel as one or two bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace parley::wire {

inline constexpr std::size_t kSingleTokens = 236;  ///< index 0 is the empty string and never sent
inline constexpr std::size_t kTokenDictionaries = 4;
inline constexpr std::size_t kDictionaryTokens = 256;

/// The single-byte token with that index; empty for 0 and for 236 and above.
std::string_view single_token(std::size_t index);

/// The two-byte token; empty where either index is out of range.
std::string_view double_token(std::size_t dictionary, std::size_t index);

/// Where a string stands in the dictionary.
struct TokenPlace {
  bool is_single = true;
  std::uint8_t dictionary = 0;  ///< 0..3, for two-byte tokens
  std::uint8_t index = 0;
};
std::optional<TokenPlace> find_token(std::string_view text);

}  // namespace parley::wire
