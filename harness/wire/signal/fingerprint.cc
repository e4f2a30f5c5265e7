#include "harness/wire/signal/fingerprint.h"

#include <algorithm>
#include <array>

#include "harness/base/bytes.h"
#include "harness/crypto/hash.h"
#include "harness/wire/signal/identity.h"

namespace parley::signal {
namespace {

constexpr std::array<std::uint8_t, 2> kVersion = {0, 0};
constexpr std::size_t kGroups = 6;
constexpr std::size_t kGroupBytes = 5;
constexpr std::uint64_t kGroupModulus = 100'000;

}  // namespace

std::string half_fingerprint(std::string_view name, const crypto::PublicKey& identity,
                             unsigned iterations) {
  const TypedKey key = typed_key(identity);
  Bytes hash = to_bytes(kVersion);
  append(hash, key);
  append(hash, as_bytes(name));
  for (unsigned i = 0; i < iterations; ++i) {
    append(hash, key);
    const auto digest = crypto::sha512(hash);
    hash.assign(digest.begin(), digest.end());
  }
  std::string digits;
  for (std::size_t group = 0; group < kGroups; ++group) {
    const BytesView bytes = BytesView(hash).subspan(group * kGroupBytes, kGroupBytes);
    const std::string number = std::to_string(read_be(bytes) % kGroupModulus);
    digits += std::string(5 - number.size(), '0') + number;
  }
  return digits;
}

std::string fingerprint(std::string_view own_half, std::string_view peer_half) {
  return std::string(std::min(own_half, peer_half)) + std::string(std::max(own_half, peer_half));
}

}  // namespace parley::signal
