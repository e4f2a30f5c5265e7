// A partner whose push endpoint is called with tokens of every make.
#include <gtest/gtest.h>

#include "harness/judge/staged_case.h"

namespace parley::judge {
namespace {

json::object good_token() {
  return {{"alg", "RS256"}, {"kid", "wa-1"},      {"iss", "WHATSAPP"},
          {"iat", 1000},    {"exp", 1000 + 3600}, {"aud", "https://acme.partner.test"}};
}

std::string judged(const std::vector<json::object>& tokens) {
  StagedCase staged;
  for (const json::object& token : tokens) {
    json::object facts = {{"method", "POST"}, {"target", "/push"}, {"host", "acme.partner.test"}};
    if (!token.empty()) facts["token"] = token;
    staged.add(evidence::Tap::kHttp, "acme", "http.request", std::move(facts),
               evidence::Direction::kIn, "egress.whatsapp.net");
  }
  staged.end();
  return told(staged.judge("push-token", {{"at", "acme"}, {"blames", "gatekeeper"}}));
}

json::object with(std::string_view name, json::value value) {
  json::object token = good_token();
  token[name] = std::move(value);
  return token;
}

TEST(PushToken, OfTheGatekeeperForThePartnerForAShortTime) {
  EXPECT_EQ(judged({good_token()}), "pass/none/as-expected");
  EXPECT_EQ(judged({good_token(), good_token()}), "pass/none/as-expected");
  EXPECT_EQ(judged({}), "inconclusive/unknown/no-push");
}

TEST(PushToken, AnythingElseIsTheGatekeepersFault) {
  const json::object bad[] = {
      {},
      with("alg", "HS256"),
      with("alg", "none"),
      with("kid", ""),
      with("iss", "someone"),
      with("aud", "https://other.partner.test"),
      with("aud", nullptr),
      with("exp", 1000 + 3601),
      with("exp", 1000),
      with("exp", "soon"),
      with("iat", nullptr),
  };
  for (const json::object& token : bad) {
    EXPECT_EQ(judged({good_token(), token}), "fail/peer/bad-push-token") << canonical(token);
  }
}

}  // namespace
}  // namespace parley::judge
