// Tokens of a partner's server, good and bad in one thing each, and a gatekeeper that knows the
// server's keys.
#include "harness/driver/token_examination.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>

#include "harness/base/json.h"

namespace parley::driver {
namespace {

using testing::HasSubstr;

constexpr TimePoint kNow = TimePoint(std::chrono::seconds(1'790'000'000));

crypto::JwkSet key_set() { return {{{"key-1", crypto::RsaPrivateKey::test_key(0).public_key()}}}; }

std::string token(std::size_t key, std::string_view kid,
                  const std::function<void(json::object&)>& change = {}) {
  json::object claims;
  claims["sub"] = "bob";
  claims["iss"] = "https://birdy.test";
  claims["aud"] = "gatekeeper";
  claims["iat"] = unix_seconds(kNow);
  claims["exp"] = unix_seconds(kNow) + 3600;
  if (change) change(claims);
  return crypto::sign_jwt(crypto::RsaPrivateKey::test_key(key), kid, claims);
}

std::vector<DoctorLine> examine(const std::string& text) {
  return examine_token(text, key_set(), {kNow, "https://birdy.test", "gatekeeper"});
}

TEST(TokenExamination, AGoodOneKeepsEveryRule) {
  const std::vector<DoctorLine> lines = examine(token(0, "key-1"));
  EXPECT_EQ(lines.size(), token_rules().size());
  for (const DoctorLine& line : lines) EXPECT_EQ(line.outcome, DoctorOutcome::kOk) << line.seen;
}

TEST(TokenExamination, TheFirstFaultIsToldAndTheRestSkipped) {
  const auto with = [](const char* claim, json::value value) {
    return token(0, "key-1", [&](json::object& claims) { claims[claim] = value; });
  };
  const std::int64_t now = unix_seconds(kNow);
  const struct {
    std::string token;
    std::size_t failing;  ///< index of the line
    std::string seen;
  } rows[] = {{"no token at all", 0, "a token is refused: "},
              {token(0, "key-2"), 1, "kid \"key-2\"; the key set has: key-1"},
              {token(1, "key-1"), 2, "signature"},
              {with("exp", now - 3600), 3, "expired, exp 60 min ago"},
              {with("nbf", now + 1800), 3, "nbf 30 min ahead"},
              {with("iss", "https://else.test"), 4,
               "iss \"https://else.test\", expected https://birdy.test"},
              {with("aud", "somebody"), 5, "aud \"somebody\", expected gatekeeper"}};
  for (const auto& row : rows) {
    const std::vector<DoctorLine> lines = examine(row.token);
    ASSERT_EQ(lines.size(), 7U);
    EXPECT_FALSE(healthy(lines));
    for (std::size_t i = 0; i < 6; ++i) {
      const DoctorOutcome expected = i < row.failing    ? DoctorOutcome::kOk
                                     : i == row.failing ? DoctorOutcome::kFail
                                                        : DoctorOutcome::kSkipped;
      EXPECT_EQ(lines[i].outcome, expected) << lines[i].id << lines[i].seen;
    }
    EXPECT_THAT(lines[row.failing].seen, HasSubstr(row.seen));
    EXPECT_EQ(lines[row.failing].seen.find("eyJ"), std::string::npos) << "no token in it";
  }
}

TEST(TokenExamination, TheIssuersClockIsSeenBesideEverythingElse) {
  const auto issued = [](std::int64_t off) {
    return examine(token(
        0, "key-1", [&](json::object& claims) { claims["iat"] = unix_seconds(kNow) + off; }))[6];
  };
  EXPECT_EQ(issued(45).outcome, DoctorOutcome::kOk);
  EXPECT_EQ(issued(600).outcome, DoctorOutcome::kFail);
  EXPECT_THAT(issued(600).seen, HasSubstr("10 min ahead"));
  EXPECT_THAT(issued(-600).seen, HasSubstr("10 min ago"));
  EXPECT_THAT(issued(9'000'000'000).seen, HasSubstr("no time of today"));
  const std::vector<DoctorLine> without =
      examine(token(0, "key-1", [](json::object& claims) { claims.erase("iat"); }));
  EXPECT_EQ(without[6].outcome, DoctorOutcome::kSkipped);
  EXPECT_TRUE(healthy(without));
}

}  // namespace
}  // namespace parley::driver
