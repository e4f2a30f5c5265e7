// A partner changes its signing keys over time: what is published when, and what still verifies.
#include "mocks/partner/token_keys.h"

#include <gtest/gtest.h>

namespace parley::mocks {
namespace {

const TimePoint kStart = from_unix_seconds(1'767'225'600);

TEST(TokenKeys, ARetiredKeyStaysForTheOverlapAndNoLonger) {
  TokenKeys keys("birdy", 1, std::chrono::minutes(65));
  const std::string retired = keys.kid();
  keys.rotate(kStart);
  EXPECT_NE(keys.kid(), retired);
  EXPECT_EQ(keys.published(kStart).keys.front().kid, keys.kid());
  EXPECT_NE(keys.published(kStart + std::chrono::minutes(65)).find(retired), nullptr);
  EXPECT_EQ(keys.published(kStart + std::chrono::minutes(66)).find(retired), nullptr);
}

TEST(TokenKeys, WithoutAnOverlapATokenLosesItsKeyAtOnce) {
  TokenKeys keys("birdy", 1, Duration::zero());
  const std::string token = keys.sign({{"exp", unix_seconds(kStart) + 3600}});
  crypto::JwtRules rules;
  rules.now = kStart;
  EXPECT_TRUE(crypto::verify_jwt(token, keys.published(kStart), rules).valid);
  keys.rotate(kStart);
  const auto verdict =
      crypto::verify_jwt(token, keys.published(kStart + std::chrono::seconds(1)), rules);
  EXPECT_FALSE(verdict.valid);
  EXPECT_EQ(verdict.refusal, crypto::JwtRefusal::kUnknownKey);
}

}  // namespace
}  // namespace parley::mocks
