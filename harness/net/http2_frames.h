// For tests: HTTP/2 frames by hand, so that a peer can say what nghttp2 never would.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/bytes.h"

namespace parley::net::frames {

enum Type : std::uint8_t {
  kData = 0,
  kHeaders = 1,
  kReset = 3,
  kSettings = 4,
  kPing = 6,
  kGoAway = 7,
  kContinuation = 9
};
inline constexpr std::uint8_t kEndStream = 1;
inline constexpr std::uint8_t kEndHeaders = 4;

inline std::string word(std::uint32_t value) {
  std::string out;
  for (const int shift : {24, 16, 8, 0}) out.push_back(static_cast<char>(value >> shift));
  return out;
}

inline std::string frame(Type type, std::uint8_t flags, std::uint32_t stream,
                         std::string_view payload = {}) {
  std::string out = word(static_cast<std::uint32_t>(payload.size())).substr(1);
  out.push_back(static_cast<char>(type));
  out.push_back(static_cast<char>(flags));
  return out + word(stream) + std::string(payload);
}

/// Header fields as HPACK literals without indexing; each part up to 126 bytes.
inline std::string fields(const std::vector<std::pair<std::string, std::string>>& list) {
  std::string out;
  for (const auto& [name, value] : list) {
    out.push_back(0);
    out.push_back(static_cast<char>(name.size()));
    out += name;
    out.push_back(static_cast<char>(value.size()));
    out += value;
  }
  return out;
}

inline std::string request_fields(std::string_view method, std::string_view path) {
  return fields({{":method", std::string(method)},
                 {":scheme", "https"},
                 {":authority", "api.test"},
                 {":path", std::string(path)}});
}

/// What a client says first.
inline std::string greeting() {
  return "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(kSettings, 0, 0);
}

}  // namespace parley::net::frames
