#include "harness/evidence/token_redaction.h"

#include <array>

#include "harness/base/bytes.h"
#include "harness/base/encoding.h"
#include "harness/crypto/hash.h"

namespace parley::evidence {
namespace {

constexpr std::string_view kStart = "eyJ";  // base64url of `{"`, the first bytes of any header
constexpr std::size_t kShortestHeader = 10;
constexpr std::size_t kShortestPayload = 2;

bool is_digit64(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

struct Escape {
  std::string_view upper;
  std::string_view lower;
  char plain;
};
constexpr std::array<Escape, 3> kEscapes{
    {{"%2D", "%2d", '-'}, {"%2E", "%2e", '.'}, {"%5F", "%5f", '_'}}};

struct Letter {
  char plain = '\0';  ///< '\0' where the text ends or holds something else
  std::size_t size = 0;
};

Letter letter_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return {};
  if (text[at] != '%') return {text[at], 1};
  const std::string_view three = text.substr(at, 3);
  for (const Escape& escape : kEscapes) {
    if (three == escape.upper || three == escape.lower) return {escape.plain, 3};
  }
  return {};
}

// The number of digits in the segment that begins at `at`; moves `at` behind it.
std::size_t skip_segment(std::string_view text, std::size_t& at) {
  std::size_t digits = 0;
  for (;;) {
    const Letter letter = letter_at(text, at);
    if (letter.size == 0 || !is_digit64(letter.plain)) return digits;
    at += letter.size;
    ++digits;
  }
}

bool skip_dot(std::string_view text, std::size_t& at) {
  const Letter letter = letter_at(text, at);
  if (letter.plain != '.') return false;
  at += letter.size;
  return true;
}

std::string plain_spelling(std::string_view token) {
  std::string plain;
  plain.reserve(token.size());
  for (std::size_t at = 0; at < token.size();) {
    const Letter letter = letter_at(token, at);
    plain.push_back(letter.plain);
    at += letter.size;
  }
  return plain;
}

}  // namespace

std::optional<TokenSpan> find_token(std::string_view text, std::size_t from) {
  for (std::size_t begin = text.find(kStart, from); begin != std::string_view::npos;
       begin = text.find(kStart, begin + 1)) {
    std::size_t at = begin;
    if (skip_segment(text, at) < kShortestHeader) continue;
    if (!skip_dot(text, at)) {
      begin = at > begin ? at - 1 : begin;  // no token can begin inside this dotless run either
      continue;
    }
    if (skip_segment(text, at) < kShortestPayload || !skip_dot(text, at)) continue;
    skip_segment(text, at);
    // Further segments belong to an encrypted token (RFC 7516); a dot that ends a sentence does
    // not.
    for (std::size_t more = at; skip_dot(text, more) && skip_segment(text, more) > 0;) at = more;
    return TokenSpan{begin, at - begin};
  }
  return std::nullopt;
}

std::string redact_tokens(std::string_view text) {
  std::string out;
  std::size_t copied = 0;
  for (auto token = find_token(text); token; token = find_token(text, copied)) {
    out.append(text.substr(copied, token->begin - copied));
    const std::string plain = plain_spelling(text.substr(token->begin, token->size));
    out.append("jwt:");
    out.append(hex(BytesView(crypto::sha256(as_bytes(plain))).first(8)));
    copied = token->begin + token->size;
  }
  out.append(text.substr(copied));
  return out;
}

}  // namespace parley::evidence
