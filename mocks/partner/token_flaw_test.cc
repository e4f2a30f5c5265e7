// A partner's server makes tokens with one flaw each; a verifier that looks refuses each for it,
// and a token of the greatest size not at all.
#include "mocks/partner/token_flaw.h"

#include <gtest/gtest.h>

#include <map>

namespace parley::mocks {
namespace {

const TimePoint kNow = from_unix_seconds(1'767'225'600);

json::object good_claims() {
  return {{"iss", "https://birdy.partner.test"}, {"sub", "bob@birdy.test"},
          {"aud", "https://v.whatsapp.net"},     {"integrator", 1},
          {"iat", unix_seconds(kNow)},           {"nbf", unix_seconds(kNow)},
          {"exp", unix_seconds(kNow) + 3600}};
}

crypto::JwtVerdict judged(TokenFlaw flaw) {
  TokenKeys keys("birdy", 1, std::chrono::hours(1));
  PartnerSettings other;
  other.id = "haiku";
  other.integrator = 2;
  const std::string token = flawed_token(flaw, keys, good_claims(), &other);
  const crypto::JwtRules rules{kNow, std::chrono::minutes(5), "https://birdy.partner.test",
                               "https://v.whatsapp.net"};
  return crypto::verify_jwt(token, keys.published(kNow), rules);
}

TEST(TokenFlaw, EachIsRefusedForWhatItIs) {
  const std::map<TokenFlaw, crypto::JwtRefusal> expected = {
      {TokenFlaw::kAlgNone, crypto::JwtRefusal::kAlgorithm},
      {TokenFlaw::kHmacWithPublicKey, crypto::JwtRefusal::kAlgorithm},
      {TokenFlaw::kUnknownKey, crypto::JwtRefusal::kUnknownKey},
      {TokenFlaw::kEmbeddedKey, crypto::JwtRefusal::kEmbeddedKey},
      {TokenFlaw::kNotYetValid, crypto::JwtRefusal::kNotYetValid},
      {TokenFlaw::kOtherPartner, crypto::JwtRefusal::kIssuer},
      {TokenFlaw::kOtherAudience, crypto::JwtRefusal::kAudience},
      {TokenFlaw::kOtherService, crypto::JwtRefusal::kAudience},
      {TokenFlaw::kNoExpiry, crypto::JwtRefusal::kNoExpiry},
      {TokenFlaw::kTooLong, crypto::JwtRefusal::kTooLong},
  };
  for (const auto& [flaw, refusal] : expected) {
    const crypto::JwtVerdict verdict = judged(flaw);
    EXPECT_FALSE(verdict.valid);
    EXPECT_EQ(to_string(verdict.refusal), to_string(refusal));
  }
}

TEST(TokenFlaw, TheLongestTokenIsGood) {
  EXPECT_TRUE(judged(TokenFlaw::kLongest).valid);
  TokenKeys keys("birdy", 1, std::chrono::hours(1));
  EXPECT_EQ(flawed_token(TokenFlaw::kLongest, keys, good_claims(), nullptr).size(), 4096U);
  EXPECT_EQ(flawed_token(TokenFlaw::kTooLong, keys, good_claims(), nullptr).size(), 4097U);
}

TEST(TokenFlaw, IsReadByItsName) {
  EXPECT_EQ(parse_token_flaw("alg-none"), TokenFlaw::kAlgNone);
  EXPECT_EQ(parse_token_flaw("too-long-token"), TokenFlaw::kTooLong);
  EXPECT_EQ(parse_token_flaw("nonsense"), std::nullopt);
}

}  // namespace
}  // namespace parley::mocks
