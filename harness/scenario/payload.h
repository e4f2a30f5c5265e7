// Files that scenarios describe instead of naming them: `media: {size: 64KiB, type: image/jpeg}`.
//
// The bytes are those of SplitMix64, eight at a time, least significant first. Its state begins as
// the 64-bit FNV-1a hash of "SIZE|TYPE|SEED" with both numbers in decimal, so that anybody can make
// the same file again. The type's magic number, where payload_types() has one and the file is long
// enough for it, stands in the place of the first bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "harness/base/bytes.h"
#include "harness/base/json.h"
#include "harness/base/result.h"

namespace parley::scenario {

inline constexpr std::uint64_t kMaxPayloadBytes = 32 * 1024 * 1024;

struct Payload {
  std::uint64_t size = 0;
  std::string type;  ///< a media type: "image/jpeg"
  std::string name;
  std::uint64_t seed = 0;
};

/// What is known about a media type; others may be asked for, they have no magic number.
struct PayloadType {
  std::string_view type;
  std::string_view extension;
  std::string_view magic;  ///< may be empty
};
std::span<const PayloadType> payload_types();

/// "65537", "64KiB" or "16MiB" in bytes: kInvalid for another spelling, kLimit over the limit.
Result<std::uint64_t> parse_size(std::string_view text);

/// The mapping behind `media:`: `size` and `type`, and where they are given `name` (default
/// "payload" with the type's extension) and `seed` (default 0).
Result<Payload> read_payload(const json::object& mapping);

Bytes payload_bytes(const Payload& payload);

}  // namespace parley::scenario
