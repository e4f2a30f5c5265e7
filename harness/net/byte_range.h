// Byte ranges of HTTP (RFC 9110, section 14): a part of a file for who has the rest already.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/net/http.h"

namespace parley::net {

/// Bytes `first` to `last` of a file of `size` bytes, both included.
struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::uint64_t size = 0;
  bool operator==(const ByteRange&) const = default;

  std::string text() const;  ///< "bytes 0-99/1000"
};

/// The range that a Content-Range header tells; nullopt for any other text, and for an impossible
/// range.
std::optional<ByteRange> parse_content_range(std::string_view text);

/// "bytes=N-": all from byte N on.
std::string range_from(std::uint64_t first);

/// `whole`, an answer with status 200, as the request's Range header asks for it: 206 with one part
/// and its Content-Range, or 416 where the file has no such part. A Range that is malformed or asks
/// for several parts is passed over, as a server may.
HttpResponse with_range(const HttpRequest& request, HttpResponse whole);

}  // namespace parley::net
