// The machine's own generator: it cannot be told what to say, only that it fills what it is given.
#include "harness/crypto/system_random.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace parley::crypto {
namespace {

TEST(SystemRandom, FillsAllOfWhatItIsGiven) {
  SystemRandom random;
  for (const std::size_t size : {std::size_t{0}, std::size_t{32}, std::size_t{(1 << 20) + 64}}) {
    const Bytes bytes = random.bytes(size);
    ASSERT_EQ(bytes.size(), size);
    // That 32 random bytes at either end are all zero happens once in 2^256 times.
    if (size < 32) continue;
    const auto zero = [](std::uint8_t byte) { return byte == 0; };
    EXPECT_FALSE(std::all_of(bytes.begin(), bytes.begin() + 32, zero));
    EXPECT_FALSE(std::all_of(bytes.end() - 32, bytes.end(), zero));
  }
}

TEST(SystemRandom, NeverRepeatsItself) {
  SystemRandom a;
  SystemRandom b;
  EXPECT_NE(a.array<32>(), b.array<32>());
  EXPECT_NE(a.array<32>(), a.array<32>());
}

}  // namespace
}  // namespace parley::crypto
