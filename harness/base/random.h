// Randomness as the World hands it out. In a run everything random comes from one seed, so that the
// same seed gives the same keys, ids and transcripts.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "harness/base/bytes.h"

namespace parley {

/// A source of random bytes.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;

  template <std::size_t N>
  ByteArray<N> array() {
    ByteArray<N> out;
    fill(out);
    return out;
  }
  Bytes bytes(std::size_t count) {
    Bytes out(count);
    fill(out);
    return out;
  }
  std::uint64_t next_u64();
  /// Uniform in [0, bound); `bound` > 0.
  std::uint64_t below(std::uint64_t bound);
};

/// xoshiro256** over a seed and a label: reproducible, fast, and not for the secrets of real
/// persons. Every party of every test case gets its own label, so that one party's use of
/// randomness does not shift another's.
class SeededRandom final : public Random {
 public:
  SeededRandom(std::uint64_t seed, std::string_view label);
  void fill(std::span<std::uint8_t> out) override;

 private:
  std::uint64_t step();
  std::array<std::uint64_t, 4> state_;
};

}  // namespace parley
