#include "harness/base/encoding.h"

#include <array>
#include <cstdint>

namespace parley {
namespace {

constexpr std::string_view kStandard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::array<std::int8_t, 256> reverse(std::string_view alphabet) {
  std::array<std::int8_t, 256> table{};
  for (auto& entry : table) entry = -1;
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  }
  return table;
}

constexpr auto kStandardReverse = reverse(kStandard);
constexpr auto kUrlReverse = reverse(kUrl);

// Written in place: transcripts are full of base64, and sanitized builds check every push_back.
std::string encode64(BytesView bytes, std::string_view alphabet, bool padded) {
  const std::size_t whole = bytes.size() / 3;
  const std::size_t rest = bytes.size() % 3;
  std::string out(whole * 4 + (rest == 0 ? 0 : padded ? 4 : rest + 1), '=');
  const char* const letters = alphabet.data();
  const std::uint8_t* in = bytes.data();
  char* to = out.data();
  for (std::size_t i = 0; i < whole; ++i, in += 3, to += 4) {
    const std::uint32_t group =
        static_cast<std::uint32_t>(in[0]) << 16 | static_cast<std::uint32_t>(in[1]) << 8 | in[2];
    to[0] = letters[group >> 18];
    to[1] = letters[group >> 12 & 63];
    to[2] = letters[group >> 6 & 63];
    to[3] = letters[group & 63];
  }
  if (rest == 0) return out;
  const std::uint32_t second = rest == 2 ? in[1] : 0;
  to[0] = letters[in[0] >> 2];
  to[1] = letters[(in[0] & 3) << 4 | second >> 4];
  if (rest == 2) to[2] = letters[(second & 15) << 2];
  return out;
}

Result<Bytes> decode64(std::string_view text, const std::array<std::int8_t, 256>& table,
                       std::string_view what) {
  if (text.size() % 4 == 1) {
    return make_error(ErrorCode::kInvalid, std::string(what) + " has an impossible length");
  }
  Bytes out(text.size() * 3 / 4);
  std::uint8_t* to = out.data();
  std::size_t i = 0;
  for (; i + 4 <= text.size(); i += 4, to += 3) {  // the bulk of it; the rest also finds faults
    const auto at = [&](std::size_t k) {
      return static_cast<std::int32_t>(table[static_cast<unsigned char>(text[i + k])]);
    };
    const std::int32_t whole = at(0) << 18 | at(1) << 12 | at(2) << 6 | at(3);
    if (whole < 0) break;
    to[0] = static_cast<std::uint8_t>(whole >> 16);
    to[1] = static_cast<std::uint8_t>(whole >> 8);
    to[2] = static_cast<std::uint8_t>(whole);
  }
  std::uint32_t group = 0;
  std::size_t bits = 0;
  for (; i < text.size(); ++i) {
    const int digit = table[static_cast<unsigned char>(text[i])];
    if (digit < 0) {
      return make_error(ErrorCode::kInvalid, "not a digit of " + std::string(what) +
                                                 " at character " + std::to_string(i + 1));
    }
    group = group << 6 | static_cast<std::uint32_t>(digit);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      *to++ = static_cast<std::uint8_t>(group >> bits);
      group &= (1U << bits) - 1;
    }
  }
  if (group != 0) {
    return make_error(ErrorCode::kInvalid, std::string(what) + " has bits set behind its end");
  }
  return out;
}

constexpr std::array<std::int8_t, 256> hex_digits() {
  std::array<std::int8_t, 256> table = reverse("0123456789abcdef");
  for (char c = 'A'; c <= 'F'; ++c) {
    table[static_cast<unsigned char>(c)] = static_cast<std::int8_t>(c - 'A' + 10);
  }
  return table;
}

constexpr auto kHexReverse = hex_digits();

int hex_digit(char c) { return kHexReverse[static_cast<unsigned char>(c)]; }

}  // namespace

std::string hex(BytesView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out(bytes.size() * 2, '0');
  char* to = out.data();
  for (std::uint8_t byte : bytes) {
    *to++ = kDigits[byte >> 4];
    *to++ = kDigits[byte & 15];
  }
  return out;
}

std::string base64(BytesView bytes) { return encode64(bytes, kStandard, true); }

std::string base64url(BytesView bytes) { return encode64(bytes, kUrl, false); }

Result<Bytes> decode_hex(std::string_view text) {
  if (text.size() % 2 != 0) {
    return make_error(ErrorCode::kInvalid, "hex has an odd number of digits");
  }
  Bytes out(text.size() / 2);
  std::uint8_t* to = out.data();
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) {
      return make_error(ErrorCode::kInvalid,
                        "not a hex digit near character " + std::to_string(i + 1));
    }
    *to++ = static_cast<std::uint8_t>(high << 4 | low);
  }
  return out;
}

Result<Bytes> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) {
    return make_error(ErrorCode::kInvalid, "base64 without its padding");
  }
  if (text.ends_with("==")) {
    text.remove_suffix(2);
  } else if (text.ends_with("=")) {
    text.remove_suffix(1);
  }
  return decode64(text, kStandardReverse, "base64");
}

Result<Bytes> decode_base64url(std::string_view text) {
  return decode64(text, kUrlReverse, "base64url");
}

}  // namespace parley
