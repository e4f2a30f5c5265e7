// Pushes that say too much, stanzas that no operation of the wire profile allows; and who is to
// blame for them: a product, a mock that was told to misbehave, or we ourselves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/judge/staged_case.h"

namespace parley::judge {
namespace {

using ::testing::HasSubstr;
using Direction = evidence::Direction;
using Tap = evidence::Tap;

Finding judge_push(std::string_view body, std::vector<std::string> iut = {},
                   std::string_view target = "/v1/push?x=1") {
  StagedCase staged(std::move(iut));
  staged.add(Tap::kHttp, "acme", "http.request", {{"method", "POST"}, {"target", target}},
             Direction::kIn, "egress.whatsapp.net", to_bytes(body));
  return staged.judge("push-body-minimal");
}

TEST(PushBodyMinimal, OnlyToAndNothingElse) {
  EXPECT_EQ(told(judge_push(R"({"to":"bob"})")), "pass/none/as-expected");
  for (const std::string_view body :
       {R"({"to":"bob","from":"alice"})", R"({"from":"alice"})", R"({"to":7})", "{}", "[]", "",
        R"({"to":"bob"} x)", R"({"to":"bob","to":"bob"})"}) {
    EXPECT_EQ(told(judge_push(body)), "fail/peer/push-says-more") << body;
  }
  EXPECT_EQ(told(judge_push("{}", {"gatekeeper"})), "fail/iut/push-says-more");
}

TEST(PushBodyMinimal, OtherRequestsAreNoPushes) {
  const Finding finding = judge_push("{}", {}, "/media");
  EXPECT_EQ(told(finding), "pass/none/nothing-to-judge");
  EXPECT_THAT(finding.observed, HasSubstr("0 push records"));
}

TEST(PushBodyMinimal, IsJudgedWhereItIsSentToo) {
  StagedCase staged({"gatekeeper"});
  staged.add(Tap::kHttp, "gatekeeper", "http.request", {{"method", "POST"}, {"target", "/push"}},
             Direction::kOut, "acme.partner.test", to_bytes("{}"));
  EXPECT_EQ(told(staged.judge("push-body-minimal")), "fail/iut/push-says-more");
}

wire::Node ping(std::string_view xmlns) {
  return wire::Node("iq", {{"id", "1"}, {"type", "get"}, {"xmlns", std::string(xmlns)}});
}

TEST(WireProfileValid, ValidStanzasPass) {
  StagedCase staged;
  staged.stanza("bob", Direction::kOut, "gatekeeper", ping("w:p"));
  staged.stanza("gatekeeper", Direction::kIn, "bob", ping("w:p"));
  const Finding finding = staged.judge("wire-profile-valid");
  EXPECT_EQ(told(finding), "pass/none/as-expected") << finding.observed;
  EXPECT_THAT(finding.observed, HasSubstr("1 stanza in"));
}

TEST(WireProfileValid, AnInvalidStanzaIsTheFaultOfWhoSentIt) {
  const auto judge = [](std::string_view sender, std::vector<std::string> iut) {
    StagedCase staged(std::move(iut));
    staged.stanza(sender, Direction::kOut, "gatekeeper", ping("w:q"));
    staged.stanza("gatekeeper", Direction::kIn, sender, ping("w:q"));
    return told(staged.judge("wire-profile-valid"));
  };
  EXPECT_EQ(judge("bob", {}), "error/harness/invalid-stanza");
  EXPECT_EQ(judge("mallory", {}), "fail/peer/invalid-stanza");
  EXPECT_EQ(judge("bob", {"bob"}), "fail/iut/invalid-stanza");
}

TEST(WireProfileValid, TheRightStanzaTheWrongWayIsInvalid) {
  StagedCase staged;
  staged.stanza("gatekeeper", Direction::kOut, "bob", ping("w:p"));
  EXPECT_EQ(told(staged.judge("wire-profile-valid")), "error/harness/invalid-stanza");
}

TEST(WireProfileValid, SurplusIsInvalidAndSoIsWhatCannotBeRead) {
  StagedCase staged;
  wire::Node node = ping("w:p");
  node.set("text", "hello");
  staged.stanza("bob", Direction::kOut, "gatekeeper", node);
  EXPECT_EQ(told(staged.judge("wire-profile-valid")), "error/harness/invalid-stanza");
  StagedCase unreadable({"bob"});
  unreadable.stanza("gatekeeper", Direction::kIn, "bob", ping("w:p"));
  unreadable.records().back().body.resize(3);
  EXPECT_EQ(told(unreadable.judge("wire-profile-valid")), "fail/iut/invalid-stanza");
}

TEST(WireProfileValid, ANativeProductMaySayMoreButNotMisspellWhatWeKnow) {
  const auto judge = [](const wire::Node& node, Direction direction = Direction::kIn) {
    StagedCase staged({"alice"});
    staged.stanza("gatekeeper", direction, "alice", node);
    return staged.judge("wire-profile-valid");
  };
  wire::Node more = ping("w:p");
  more.set("text", "hello");
  EXPECT_EQ(told(judge(more)), "pass/none/as-expected");
  const Finding foreign = judge(ping("w:stats"));
  EXPECT_EQ(told(foreign), "pass/none/nothing-to-judge");
  EXPECT_THAT(foreign.observed, HasSubstr("passed over: 1 stanza of native talk"));
  const wire::Node nameless("iq", {{"type", "get"}, {"xmlns", "w:p"}});
  EXPECT_EQ(told(judge(nameless)), "fail/iut/invalid-stanza");
  // What we say to it has to be right to the letter.
  for (const wire::Node& ours :
       {more, ping("w:stats"), wire::Node("ib"),
        wire::Node("chatstate", {}, wire::Nodes{wire::Node("composing")})}) {
    EXPECT_EQ(told(judge(ours, Direction::kOut)), "error/harness/invalid-stanza") << ours.tag;
  }
}

TEST(WireProfileValid, ALoginPayloadIsNoStanza) {
  StagedCase staged;
  staged.add(Tap::kStanza, "bob", "login.payload", {{"product", 2}}, Direction::kOut);
  EXPECT_THAT(staged.judge("wire-profile-valid").observed, HasSubstr("0 stanzas"));
}

TEST(WireProfileValid, WhatTheHarnessMadeWrongOnPurposeIsNobodysFault) {
  const auto judge = [](std::string_view id, bool malformed, std::vector<std::string> iut) {
    StagedCase staged(std::move(iut));
    staged.event("gatekeeper", "disturbed",
                 {{"kind", "unknown-stanza"}, {"to", "bob"}, {"id", id}, {"malformed", malformed}});
    staged.stanza("gatekeeper", Direction::kOut, "bob", wire::Node("novelty", {{"id", "7"}}));
    staged.stanza("bob", Direction::kIn, "gatekeeper", wire::Node("novelty", {{"id", "7"}}));
    staged.end();
    return told(staged.judge("wire-profile-valid"));
  };
  EXPECT_EQ(judge("7", true, {}), "pass/none/nothing-to-judge");
  EXPECT_EQ(judge("8", true, {}), "error/harness/invalid-stanza");
  EXPECT_EQ(judge("7", false, {}), "error/harness/invalid-stanza");
  // A product cannot excuse itself.
  EXPECT_EQ(judge("7", true, {"gatekeeper"}), "fail/iut/invalid-stanza");
}

// Where a server under test sends something is seen at our client, which knows its host alone.
TEST(WireProfileValid, AServerUnderTestIsJudgedByWhatArrives) {
  StagedCase staged({"gatekeeper"});
  staged.stanza("bob", Direction::kIn, "chat.whatsapp.net", wire::Node("novelty", {{"id", "7"}}));
  EXPECT_EQ(told(staged.judge("wire-profile-valid")), "fail/iut/invalid-stanza");
}

TEST(WireProfileValid, AProductThatDoesWhatItIsToldIsNotToBlame) {
  StagedCase staged({"bob"});
  staged.step("injected", "bob", "inject", {{"what", "unknown-stanza"}});
  staged.event("bob", "disturbed",
               {{"kind", "unknown-stanza"}, {"to", "bob"}, {"id", "7"}, {"malformed", true}});
  staged.stanza("gatekeeper", Direction::kIn, "bob", wire::Node("novelty", {{"id", "7"}}));
  EXPECT_EQ(told(staged.judge("wire-profile-valid")), "pass/none/nothing-to-judge");
  staged.stanza("gatekeeper", Direction::kIn, "bob", wire::Node("novelty", {{"id", "8"}}));
  EXPECT_EQ(told(staged.judge("wire-profile-valid")), "fail/iut/invalid-stanza");
}

}  // namespace
}  // namespace parley::judge
