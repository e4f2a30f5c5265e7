// No world: point conversions against values computed by libxeddsa, and the few inputs that have no
// result.
#include "harness/crypto/edwards.h"

#include <gtest/gtest.h>

#include "harness/crypto/test_vectors.h"

namespace parley::crypto {
namespace {

TEST(EdwardsY, MatchesLibxeddsa) {
  const json::object file = load_vectors("xeddsa.json");
  const json::array& conversions = file.at("conversions").as_array();
  ASSERT_EQ(conversions.size(), 47U);
  for (const json::value& value : conversions) {
    const std::string_view u = text_of(value.as_object(), "u");
    const std::optional<PublicKey> y = edwards_y(array_from_hex<32>(u));
    ASSERT_TRUE(y.has_value()) << u;
    EXPECT_EQ(hex(*y), text_of(value.as_object(), "y")) << u;
  }
}

// 2^255 - 20 is -1, and from 2^255 - 19 on numbers are not reduced. Just below, all is well.
TEST(EdwardsY, RefusesMinusOneAndUnreducedNumbers) {
  PublicKey u;
  u.fill(0xff);
  u[31] = 0x7f;
  for (int low = 0xec; low <= 0xff; ++low) {
    u[0] = static_cast<std::uint8_t>(low);
    EXPECT_FALSE(edwards_y(u).has_value()) << low;
  }
  u[0] = 0xeb;
  EXPECT_TRUE(edwards_y(u).has_value());
  PublicKey high_bit{9};
  EXPECT_TRUE(edwards_y(high_bit).has_value());
  high_bit[31] = 0x80;
  EXPECT_FALSE(edwards_y(high_bit).has_value());
}

// The two base points stand for each other (RFC 7748, section 4.1): u = 9 is y = 4/5.
TEST(EdwardsY, MapsTheBasePoint) {
  const std::optional<PublicKey> y = edwards_y(PublicKey{9});
  ASSERT_TRUE(y.has_value());
  EXPECT_EQ(hex(*y), "5866666666666666666666666666666666666666666666666666666666666666");
}

}  // namespace
}  // namespace parley::crypto
