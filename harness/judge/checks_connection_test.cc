// Made-up connections: handshakes with fresh and with used keys, logins that say too little,
// clients that come back too fast or in lockstep.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/judge/staged_case.h"
#include "schemas/chat.pb.h"

namespace parley::judge {
namespace {

using ::testing::HasSubstr;
using Direction = evidence::Direction;
using Tap = evidence::Tap;

// ---- ephemerals-fresh

Bytes hello(char ephemeral) {
  wire::pb::HandshakeMessage message;
  message.mutable_client_hello()->set_ephemeral(std::string(32, ephemeral));
  return to_bytes(as_bytes(message.SerializeAsString()));
}

Finding judge_hellos(std::string_view ephemerals, std::string_view peer = "bob.device.test",
                     std::vector<std::string> iut = {}) {
  StagedCase staged(std::move(iut));
  for (const char ephemeral : ephemerals) {
    staged.add(Tap::kNoise, "gatekeeper", "noise.handshake", {}, Direction::kIn, std::string(peer),
               hello(ephemeral));
    staged.add(Tap::kNoise, "gatekeeper", "noise.handshake", {}, Direction::kOut, std::string(peer),
               Bytes(40, 0));
  }
  staged.end();
  return staged.judge("ephemerals-fresh",
                      {{"at", "bob"}, {"count", 3}, {"blames", "partner-user"}});
}

TEST(EphemeralsFresh, PassesWhereAllDiffer) {
  EXPECT_EQ(told(judge_hellos("abc")), "pass/none/as-expected");
}

TEST(EphemeralsFresh, FailsOnAKeyThatWasUsedBefore) {
  EXPECT_EQ(told(judge_hellos("aba")), "fail/peer/ephemeral-key-reused");
  EXPECT_EQ(told(judge_hellos("abca", "bob.device.test", {"bob"})),
            "fail/iut/ephemeral-key-reused");
}

TEST(EphemeralsFresh, SaysNothingAboutTooFewOrOtherPeoplesConnections) {
  EXPECT_EQ(told(judge_hellos("ab")), "inconclusive/unknown/too-few-connections");
  EXPECT_EQ(told(judge_hellos("aaa", "alice.device.test")),
            "inconclusive/unknown/too-few-connections");
}

// ---- login-payload

Finding judge_logins(std::vector<json::object> logins, std::vector<std::string> iut = {}) {
  StagedCase staged(std::move(iut));
  for (json::object& facts : logins) {
    staged.add(Tap::kStanza, "gatekeeper", "login.payload", std::move(facts), Direction::kIn,
               "bob.device.test");
  }
  staged.end();
  return staged.judge("login-payload", {{"at", "bob"},
                                        {"equals", {{"product", "INTEROP"}}},
                                        {"fields", {"token"}},
                                        {"blames", "partner-user"}});
}

TEST(LoginPayload, EveryLoginMustSayIt) {
  const json::object right = {{"product", "INTEROP"}, {"token", "jwt:1"}};
  EXPECT_EQ(told(judge_logins({right, right})), "pass/none/as-expected");
  EXPECT_EQ(told(judge_logins({right, {{"product", "WHATSAPP"}, {"token", "jwt:1"}}})),
            "fail/peer/login-differs");
  EXPECT_EQ(told(judge_logins({{{"product", "INTEROP"}}}, {"bob"})), "fail/iut/field-missing");
  EXPECT_EQ(told(judge_logins({})), "inconclusive/unknown/no-login");
}

TEST(LoginPayload, WhatMustBeFreshIsNeverTheSame) {
  const auto judge = [](const std::vector<std::string>& tokens, std::vector<std::string> iut) {
    StagedCase staged(std::move(iut));
    for (const std::string& token : tokens) {
      staged.add(Tap::kStanza, "gatekeeper", "login.payload", {{"token", token}}, Direction::kIn,
                 "bob.device.test");
    }
    staged.end();
    return told(staged.judge("login-payload",
                             {{"at", "bob"}, {"fresh", {"token"}}, {"blames", "partner-user"}}));
  };
  EXPECT_EQ(judge({"jwt:1", "jwt:2", "jwt:3"}, {}), "pass/none/as-expected");
  EXPECT_EQ(judge({"jwt:1", "jwt:2", "jwt:1"}, {"bob"}), "fail/iut/field-reused");
  EXPECT_EQ(judge({"jwt:1", "jwt:1"}, {}), "fail/peer/field-reused");
  EXPECT_EQ(judge({"jwt:1"}, {}), "inconclusive/unknown/too-few-logins");
  EXPECT_EQ(judge({}, {}), "inconclusive/unknown/no-login");
}

// ---- reconnects-spread

Finding judge_pauses(const std::vector<std::vector<int>>& outages,
                     std::vector<std::string> iut = {}) {
  StagedCase staged(std::move(iut));
  for (const auto& pauses : outages) {
    staged.step("", "gatekeeper", "set", {}, {{"chat", "down"}});
    staged.event("gatekeeper", "turned-away", {{"from_actor", "bob"}});
    for (const int pause : pauses) {
      staged.now += std::chrono::milliseconds(pause);
      staged.event("gatekeeper", "turned-away", {{"from_actor", "bob"}});
      staged.event("gatekeeper", "turned-away", {{"from_actor", "alice"}});
    }
    staged.step("", "gatekeeper", "set", {}, {{"chat", "up"}});
    staged.now += std::chrono::hours(1);
  }
  staged.end();
  return staged.judge("reconnects-spread", {{"at", "bob"}, {"blames", "partner-user"}});
}

TEST(ReconnectsSpread, GrowingAndUnevenPausesPass) {
  const Finding finding = judge_pauses({{1500, 2500, 6000, 9000}, {1200, 3900, 4500, 13000}});
  EXPECT_EQ(told(finding), "pass/none/as-expected");
  EXPECT_THAT(finding.observed, HasSubstr("1.5 s, 2.5 s"));
}

TEST(ReconnectsSpread, EqualPausesAreNoBackoff) {
  EXPECT_EQ(told(judge_pauses({{1000, 1000, 1000, 1000}, {1000, 1000, 1000, 1000}}, {"bob"})),
            "fail/iut/no-backoff");
}

TEST(ReconnectsSpread, TheSamePausesTwiceAreLockstep) {
  EXPECT_EQ(told(judge_pauses({{1000, 2000, 4000, 8000}, {1000, 2001, 4000, 8000}})),
            "fail/peer/no-jitter");
}

TEST(ReconnectsSpread, SaysNothingAboutTooFewAttempts) {
  EXPECT_EQ(told(judge_pauses({{1000, 2000, 4000, 8000}})),
            "inconclusive/unknown/too-few-attempts");
  EXPECT_EQ(told(judge_pauses({{1000, 2000, 4000}, {900, 2500, 5000, 7000}})),
            "inconclusive/unknown/too-few-attempts");
}

}  // namespace
}  // namespace parley::judge
