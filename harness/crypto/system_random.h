// Randomness that nobody can repeat, for secrets that outlive a run: a lab's keys, the salts of
// what a real partner said. Only the command line makes one; everything below is handed a Random.
#pragma once

#include "harness/base/random.h"

namespace parley::crypto {

/// OpenSSL's generator, seeded by the operating system. Throws std::runtime_error where that fails.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

}  // namespace parley::crypto
