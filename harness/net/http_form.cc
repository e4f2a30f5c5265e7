// application/x-www-form-urlencoded, as the WHATWG URL standard writes it.
#include <algorithm>

#include "harness/net/http.h"

namespace parley::net {

namespace {

constexpr std::size_t kMaxFields = 64;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Result<std::string> decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i] == '+' ? ' ' : text[i]);
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      return make_error(ErrorCode::kInvalid, "bad percent escape in form data");
    }
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

void encode(std::string_view text, std::string& out) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  static constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-._";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == ' ') {
      out.push_back('+');
    } else if (kPlain.find(c) != std::string_view::npos) {
      out.push_back(c);
    } else {
      out.push_back('%');
      out.push_back(kDigits[byte >> 4]);
      out.push_back(kDigits[byte & 15]);
    }
  }
}

}  // namespace

Result<std::vector<std::pair<std::string, std::string>>> parse_form(std::string_view body) {
  std::vector<std::pair<std::string, std::string>> fields;
  while (!body.empty()) {
    const std::string_view field = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(body.size(), field.size() + 1));
    if (field.empty()) continue;
    if (fields.size() == kMaxFields) {
      return make_error(ErrorCode::kLimit, "more than 64 form fields");
    }
    const std::size_t equals = field.find('=');
    PARLEY_ASSIGN(std::string name, decode(field.substr(0, equals)));
    PARLEY_ASSIGN(
        std::string value,
        decode(equals == std::string_view::npos ? std::string_view() : field.substr(equals + 1)));
    const bool repeated =
        std::ranges::any_of(fields, [&](const auto& other) { return other.first == name; });
    if (repeated) return make_error(ErrorCode::kInvalid, "form field repeated: " + name);
    fields.emplace_back(std::move(name), std::move(value));
  }
  return fields;
}

std::string encode_form(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    if (!out.empty()) out.push_back('&');
    encode(name, out);
    out.push_back('=');
    encode(value, out);
  }
  return out;
}

}  // namespace parley::net
