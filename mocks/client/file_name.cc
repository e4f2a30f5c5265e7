#include "mocks/client/file_name.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace parley::mocks::client {
namespace {

constexpr std::size_t kMostBytes = 255;

struct CodePointRange {
  char32_t first;
  char32_t last;
};
// Controls; marks, embeddings, overrides and isolates of direction (Unicode, UAX #9); separators.
constexpr std::array<CodePointRange, 7> kUnsafe = {{{0x00, 0x1F},
                                                    {0x7F, 0x9F},
                                                    {0x061C, 0x061C},
                                                    {0x200E, 0x200F},
                                                    {0x2028, 0x202E},
                                                    {0x2066, 0x2069},
                                                    {0xFEFF, 0xFEFF}}};

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// The first character's code point and length in bytes, in text that is known to be UTF-8.
std::pair<char32_t, std::size_t> first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  std::size_t length = 1;
  while (length < text.size() && is_continuation(text[length])) ++length;
  char32_t point = lead < 0x80 ? lead : lead & (0x7F >> length);
  for (std::size_t i = 1; i < length; ++i) {
    point = point << 6 | (static_cast<unsigned char>(text[i]) & 0x3F);
  }
  return {point, length};
}

bool is_unsafe(char32_t point) {
  return std::ranges::any_of(
      kUnsafe, [point](const auto& range) { return point >= range.first && point <= range.last; });
}

}  // namespace

std::string safe_file_name(std::string_view name) {
  name = name.substr(name.find_last_of("/\\") + 1);
  std::string safe;
  while (!name.empty()) {
    const auto [point, length] = first_character(name);
    if (!is_unsafe(point)) safe += name.substr(0, length);
    name.remove_prefix(length);
  }
  if (safe.size() > kMostBytes) {
    std::size_t end = kMostBytes;
    while (end > 0 && is_continuation(safe[end])) --end;
    safe.resize(end);
  }
  return safe.empty() || safe == "." || safe == ".." ? "file" : safe;
}

}  // namespace parley::mocks::client
