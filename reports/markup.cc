#include "reports/markup.h"

#include <cstdint>

namespace parley::reports {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// The length of the UTF-8 sequence at the front of `text`, and its character; length 0 where it is
// none.
struct Decoded {
  std::size_t length = 0;
  std::uint32_t character = 0;
};

Decoded decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {1, lead};
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return {};
  std::uint32_t character = lead & (0xff >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    character = character << 6 | (byte(i) & 0x3f);
  }
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (character < kLeast[length] || character > 0x10ffff ||
      (character >= 0xd800 && character <= 0xdfff)) {
    return {};
  }
  return {length, character};
}

bool allowed(std::uint32_t character) {
  if (character < 0x20) return character == '\t' || character == '\n' || character == '\r';
  return character != 0xfffe && character != 0xffff && character != 0x7f;
}

std::string escape(std::string_view text, bool quotes) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  while (!text.empty()) {
    const Decoded next = decode(text);
    if (next.length == 0 || !allowed(next.character)) {
      out += kReplacement;
      text.remove_prefix(next.length == 0 ? 1 : next.length);
      continue;
    }
    switch (next.character) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += quotes ? "&quot;" : "\"";
        break;
      case '\'':
        out += quotes ? "&#39;" : "'";
        break;
      default:
        out += text.substr(0, next.length);
    }
    text.remove_prefix(next.length);
  }
  return out;
}

}  // namespace

std::string escaped(std::string_view text) { return escape(text, true); }
std::string escaped_content(std::string_view text) { return escape(text, false); }

std::string shortened(std::string_view text, std::size_t characters) {
  std::size_t at = 0;
  for (std::size_t count = 0; at < text.size(); ++count) {
    if (count == characters) return std::string(text.substr(0, at)) + "…";
    const Decoded next = decode(text.substr(at));
    at += next.length == 0 ? 1 : next.length;
  }
  return std::string(text);
}

}  // namespace parley::reports
