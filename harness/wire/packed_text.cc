#include "harness/wire/packed_text.h"

#include <array>

namespace parley::wire {
namespace {

constexpr std::uint8_t kPad = 15;
constexpr std::uint8_t kOddFlag = 0x80;
constexpr std::string_view kNibbleAlphabet = "0123456789-.";
constexpr std::string_view kHexAlphabet = "0123456789ABCDEF";
constexpr std::uint8_t kOutside = 0xff;

using ValueTable = std::array<std::uint8_t, 256>;

consteval ValueTable values_of(std::string_view alphabet) {
  ValueTable table;
  table.fill(kOutside);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    table[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return table;
}

constexpr ValueTable kNibbleValues = values_of(kNibbleAlphabet);
constexpr ValueTable kHexValues = values_of(kHexAlphabet);

std::uint8_t value_of(Packing packing, char c) {
  return (packing == Packing::kNibble ? kNibbleValues : kHexValues)[static_cast<std::uint8_t>(c)];
}

}  // namespace

Packing packing_of(std::string_view text) {
  if (text.empty() || text.size() > kMaxPackedText) return Packing::kNone;
  bool nibble = true;
  bool hex = true;
  for (char c : text) {
    nibble = nibble && value_of(Packing::kNibble, c) != kOutside;
    hex = hex && value_of(Packing::kHex, c) != kOutside;
    if (!nibble && !hex) return Packing::kNone;
  }
  return nibble ? Packing::kNibble : Packing::kHex;
}

void append_packed(Bytes& out, Packing packing, std::string_view text) {
  std::size_t size = (text.size() + 1) / 2;
  bool odd = text.size() % 2 != 0;
  out.push_back(static_cast<std::uint8_t>(size | (odd ? kOddFlag : 0)));
  for (std::size_t i = 0; i < text.size(); i += 2) {
    std::uint8_t high = value_of(packing, text[i]);
    std::uint8_t low = i + 1 < text.size() ? value_of(packing, text[i + 1]) : kPad;
    out.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
}

Result<std::string> unpack(Packing packing, BytesView packed, bool odd) {
  if (odd && packed.empty()) return make_error(ErrorCode::kInvalid, "packed text: odd and empty");
  std::string_view alphabet = packing == Packing::kNibble ? kNibbleAlphabet : kHexAlphabet;
  std::size_t count = packed.size() * 2 - (odd ? 1 : 0);
  std::string text;
  text.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t half = i % 2 == 0 ? packed[i / 2] >> 4 : packed[i / 2] & 0x0f;
    if (half >= alphabet.size()) {
      return make_error(ErrorCode::kInvalid, "packed text: a half outside the alphabet");
    }
    text += alphabet[half];
  }
  return text;
}

}  // namespace parley::wire
