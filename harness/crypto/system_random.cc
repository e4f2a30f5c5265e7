#include "harness/crypto/system_random.h"

#include <openssl/rand.h>

#include <algorithm>

#include "harness/crypto/openssl_handle.h"

namespace parley::crypto {

void SystemRandom::fill(std::span<std::uint8_t> out) {
  constexpr std::size_t kPiece = 1 << 20;  // RAND_bytes counts in int
  while (!out.empty()) {
    const std::span<std::uint8_t> piece = out.first(std::min(kPiece, out.size()));
    require(RAND_bytes(piece.data(), static_cast<int>(piece.size())) == 1,
            "the system's random generator failed");
    out = out.subspan(piece.size());
  }
}

}  // namespace parley::crypto
