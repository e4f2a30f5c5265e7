#include "harness/judge/disguises.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "harness/base/bytes.h"
#include "harness/base/encoding.h"

namespace parley::judge {
namespace {

// The digits that encode `text` wherever `shift` other bytes come before it within its group of
// three, less those that also encode a neighbour's bits.
std::string inner_base64(std::string_view text, std::size_t shift, bool url) {
  const Bytes shifted = concat({Bytes(shift, 0), as_bytes(text)});
  const std::string digits = url ? base64url(shifted) : base64(shifted);
  const std::size_t begin = (shift * 8 + 5) / 6;
  const std::size_t end = shifted.size() * 8 / 6;
  return end > begin ? digits.substr(begin, end - begin) : std::string();
}

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

// The code point that begins at `at`, and moves `at` behind it; nullopt for what is no UTF-8.
std::optional<std::uint32_t> next_code_point(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  if (lead < 0x80) return lead;
  const std::size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  if (lead < 0xC2 || lead > 0xF4 || at + more > text.size()) return std::nullopt;
  std::uint32_t point = lead & (0x3FU >> more);
  for (std::size_t i = 0; i < more; ++i) {
    const auto byte = static_cast<unsigned char>(text[at++]);
    if ((byte & 0xC0) != 0x80) return std::nullopt;
    point = point << 6 | (byte & 0x3F);
  }
  return point;
}

std::string utf16(std::string_view text, bool little_endian) {
  std::string out;
  const auto put = [&](std::uint32_t unit) {
    const char high = static_cast<char>(unit >> 8);
    const char low = static_cast<char>(unit & 0xFF);
    out.push_back(little_endian ? low : high);
    out.push_back(little_endian ? high : low);
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto point = next_code_point(text, at);
    if (!point) return {};
    if (*point < 0x10000) {
      put(*point);
    } else {
      put(0xD800 + ((*point - 0x10000) >> 10));
      put(0xDC00 + ((*point - 0x10000) & 0x3FF));
    }
  }
  return out;
}

// RFC 3986: all but unreserved characters.
std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out.push_back(c);
    } else {
      out += '%';
      out += upper(hex(as_bytes(std::string_view(&c, 1))));
    }
  }
  return out;
}

void add(std::vector<Disguise>& all, std::string encoding, std::string bytes) {
  const bool known = std::any_of(all.begin(), all.end(),
                                 [&](const Disguise& other) { return other.bytes == bytes; });
  if (!known && !bytes.empty()) all.push_back({std::move(encoding), std::move(bytes)});
}

}  // namespace

std::vector<Disguise> disguises(std::string_view text) {
  std::vector<Disguise> all;
  add(all, "plain text", std::string(text));
  for (std::size_t shift = 0; shift < 3; ++shift) {
    const std::string place = shift == 0 ? "" : ", shifted by " + std::to_string(shift);
    add(all, "base64" + place, inner_base64(text, shift, false));
    add(all, "base64url" + place, inner_base64(text, shift, true));
  }
  add(all, "hex", hex(as_bytes(text)));
  add(all, "hex in capitals", upper(hex(as_bytes(text))));
  add(all, "UTF-16LE", utf16(text, true));
  add(all, "UTF-16BE", utf16(text, false));
  add(all, "percent-encoding", percent_encoded(text));
  return all;
}

}  // namespace parley::judge
