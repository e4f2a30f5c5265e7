#include "reports/uuid.h"

#include "harness/base/bytes.h"
#include "harness/base/encoding.h"
#include "harness/crypto/hash.h"

namespace parley::reports {
namespace {

// The namespace of DNS names (RFC 9562, 6.6); ours are below a domain. Part of the format.
constexpr ByteArray<16> kNamespace = {0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1,
                                      0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};
constexpr std::string_view kDomain = "parley.example/reports/";

}  // namespace

std::string name_uuid(std::string_view name) {
  const ByteArray<20> digest =
      crypto::sha1(concat({kNamespace, as_bytes(kDomain), as_bytes(name)}));
  Bytes bytes(digest.begin(), digest.begin() + 16);
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x50);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
  const std::string digits = hex(bytes);
  return digits.substr(0, 8) + "-" + digits.substr(8, 4) + "-" + digits.substr(12, 4) + "-" +
         digits.substr(16, 4) + "-" + digits.substr(20);
}

}  // namespace parley::reports
