// Partners' tokens, judged without a network.
#include "mocks/gatekeeper/token_check.h"

#include <gtest/gtest.h>

#include "harness/crypto/jwt.h"
#include "mocks/cast/hosts.h"

namespace parley::mocks::gatekeeper {
namespace {

constexpr TimePoint kNow{std::chrono::seconds(1'790'000'000)};

class TokenCheckTest : public testing::Test {
 protected:
  TokenCheckTest() {
    PartnerSettings bird;
    bird.id = "bird";
    bird.integrator = 7;
    cast_.partners = {bird};
    keys_.keys.push_back({"k", key_.public_key()});
  }

  std::string token(const std::function<void(json::object&)>& change = {}) {
    json::object claims = {{"iss", partner_base_url("bird")},
                           {"sub", "bob"},
                           {"aud", token_audience(whatsapp_hosts())},
                           {"integrator", 7},
                           {"exp", unix_seconds(kNow) + 60}};
    if (change) change(claims);
    return crypto::sign_jwt(key_, "k", claims);
  }
  std::optional<TokenRefusal> origin_refusal(std::string_view text) {
    const auto origin = claimed_origin(text, cast_);
    const auto* trouble = std::get_if<TokenTrouble>(&origin);
    return trouble == nullptr ? std::nullopt : std::optional(trouble->refusal);
  }
  std::optional<TokenRefusal> refusal(std::string_view text) {
    const auto verdict =
        judge_token(text, cast_.partners[0], token_audience(whatsapp_hosts()), keys_, kNow);
    const auto* trouble = std::get_if<TokenTrouble>(&verdict);
    return trouble == nullptr ? std::nullopt : std::optional(trouble->refusal);
  }

  Cast cast_;
  crypto::RsaPrivateKey key_ = crypto::RsaPrivateKey::test_key(1);
  crypto::JwkSet keys_;
};

TEST_F(TokenCheckTest, AGoodTokenNamesPartnerAndUser) {
  const auto origin = claimed_origin(token(), cast_);
  ASSERT_TRUE(std::holds_alternative<ClaimedOrigin>(origin));
  EXPECT_EQ(std::get<ClaimedOrigin>(origin).partner->id, "bird");
  EXPECT_EQ(std::get<ClaimedOrigin>(origin).kid, "k");
  const auto verdict =
      judge_token(token(), cast_.partners[0], token_audience(whatsapp_hosts()), keys_, kNow);
  ASSERT_TRUE(std::holds_alternative<TokenIdentity>(verdict));
  EXPECT_EQ(std::get<TokenIdentity>(verdict).identifier, "bob");
}

TEST_F(TokenCheckTest, TheOriginMustBeAPartner) {
  EXPECT_EQ(origin_refusal("nonsense"), TokenRefusal::kMalformed);
  EXPECT_EQ(origin_refusal(token([](json::object& c) { c.erase("iss"); })),
            TokenRefusal::kUnknownIntegrator);
  EXPECT_EQ(origin_refusal(token([](json::object& c) { c["iss"] = "https://crow.test"; })),
            TokenRefusal::kUnknownIntegrator);
  EXPECT_EQ(origin_refusal(token([](json::object& c) { c.erase("integrator"); })),
            TokenRefusal::kUnknownIntegrator);
  EXPECT_EQ(origin_refusal(token([](json::object& c) { c["integrator"] = 8; })),
            TokenRefusal::kUnknownIntegrator);
}

TEST_F(TokenCheckTest, ATokenForOneServiceIsNoneForTheOther) {
  const ServiceHosts& messenger = *find_service_hosts("messenger");
  const auto judged = [&](const std::string& text, const ServiceHosts& service) {
    return judge_token(text, cast_.partners[0], token_audience(service), keys_, kNow);
  };
  const auto refused = judged(token(), messenger);
  ASSERT_TRUE(std::holds_alternative<TokenTrouble>(refused));
  EXPECT_EQ(std::get<TokenTrouble>(refused).refusal, TokenRefusal::kInvalid);
  const std::string other =
      token([&](json::object& c) { c["aud"] = json::string(token_audience(messenger)); });
  EXPECT_TRUE(std::holds_alternative<TokenIdentity>(judged(other, messenger)));
  EXPECT_EQ(refusal(other), TokenRefusal::kInvalid);
}

TEST_F(TokenCheckTest, TheTokenMustHold) {
  EXPECT_EQ(refusal(token()), std::nullopt);
  EXPECT_EQ(refusal(token([](json::object& c) { c["exp"] = unix_seconds(kNow) - 600; })),
            TokenRefusal::kExpired);
  EXPECT_EQ(refusal(token([](json::object& c) { c["aud"] = "https://other.test"; })),
            TokenRefusal::kInvalid);
  EXPECT_EQ(refusal(token([](json::object& c) { c.erase("sub"); })), TokenRefusal::kInvalid);
  EXPECT_EQ(refusal(token([](json::object& c) { c["sub"] = ""; })), TokenRefusal::kInvalid);
  keys_.keys[0].key = crypto::RsaPrivateKey::test_key(2).public_key();
  EXPECT_EQ(refusal(token()), TokenRefusal::kInvalid);
}

}  // namespace
}  // namespace parley::mocks::gatekeeper
