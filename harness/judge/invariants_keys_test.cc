// Keys and nonces that serve twice: a server that hands one prekey to two askers, two sessions that
// begin with one prekey, a nonce that comes back. Beside them everything that looks similar and is
// right: the same act seen from both ends, several messages of one session, an account that begins
// anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/judge/staged_case.h"

namespace parley::judge {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Direction = evidence::Direction;

wire::Node bundle(std::string_view jid, std::uint8_t id, std::uint8_t value, bool wrapped = false) {
  wire::Node key("key", {},
                 wire::Nodes{wire::Node("id", {}, Bytes{0, 0, id}),
                             wire::Node("value", {}, Bytes(32, value))});
  wire::Node holder = wrapped ? wire::Node("keys", {}, wire::Nodes{key}) : key;
  return wire::Node("iq", {{"type", "result"}},
                    wire::Nodes{wire::Node(
                        "list", {},
                        wire::Nodes{wire::Node("user", {{"jid", std::string(jid)}},
                                               wire::Nodes{wire::Node("registration"), holder})})});
}

void answer(StagedCase& staged, const wire::Node& node, std::string_view to) {
  staged.stanza("gatekeeper", Direction::kOut, to, node, "prekey-fetch-answer");
  staged.stanza(to, Direction::kIn, "gatekeeper", node, "prekey-fetch-answer");
}

TEST(PrekeysUsedOnce, EachHandedOutOnce) {
  StagedCase staged;
  answer(staged, bundle(kBobJid, 1, 0xA1), "alice");
  answer(staged, bundle(kBobJid, 2, 0xA2), "alice");
  answer(staged, bundle(kAliceJid, 1, 0xA3), "bob");
  const Finding finding = staged.judge("one-time-prekeys-used-once");
  EXPECT_EQ(told(finding), "pass/none/as-expected");
  EXPECT_THAT(finding.observed, HasSubstr("6 prekeys handed out"));
}

TEST(PrekeysUsedOnce, HandedOutTwiceFails) {
  for (const bool wrapped : {false, true}) {
    StagedCase staged({"gatekeeper"});
    const auto first = staged.stanza("gatekeeper", Direction::kOut, "alice",
                                     bundle(kBobJid, 1, 0xA1, wrapped), "prekey-fetch-answer");
    const auto second = staged.stanza("gatekeeper", Direction::kOut, "mallory",
                                      bundle(kBobJid, 1, 0xA1), "prekey-fetch-answer");
    const Finding finding = staged.judge("one-time-prekeys-used-once");
    EXPECT_EQ(told(finding), "fail/iut/prekey-handed-out-twice");
    EXPECT_THAT(finding.evidence, ElementsAre(first, second));
  }
}

TEST(PrekeysUsedOnce, HandedOutTwiceIsSeenFromTheClientsToo) {
  StagedCase staged({"gatekeeper"});
  for (const std::string_view client : {"alice", "mallory"}) {
    staged.stanza(client, Direction::kIn, "gatekeeper", bundle(kBobJid, 1, 0xA1),
                  "prekey-fetch-answer");
  }
  EXPECT_EQ(told(staged.judge("one-time-prekeys-used-once")), "fail/iut/prekey-handed-out-twice");
}

TEST(PrekeysUsedOnce, ANewKeyMayTakeAnOldNumber) {
  StagedCase staged;
  answer(staged, bundle(kBobJid, 1, 0xA1), "alice");
  answer(staged, bundle(kBobJid, 1, 0xB7), "alice");
  EXPECT_EQ(told(staged.judge("one-time-prekeys-used-once")), "pass/none/as-expected");
}

TEST(PrekeysUsedOnce, AnAnswerThatCannotBeReadIsAnError) {
  StagedCase staged;
  answer(staged, bundle(kBobJid, 1, 0xA1), "alice");
  staged.records()[1].body.pop_back();
  EXPECT_EQ(told(staged.judge("one-time-prekeys-used-once")), "error/harness/stanza-unreadable");
}

json::object prekey_message(std::string_view id, std::string_view from, std::string_view to,
                            int prekey, int counter) {
  return {{"id", id},
          {"from", from},
          {"to", to},
          {"signal", {{"type", "pkmsg"}, {"prekey_id", prekey}, {"counter", counter}}}};
}

TEST(PrekeysUsedOnce, OneSessionMaySendSeveralPrekeyMessages) {
  StagedCase staged;
  for (int counter = 0; counter < 3; ++counter) {
    const auto facts =
        prekey_message("m" + std::to_string(counter), kAliceJid, kBobJid, 1, counter);
    staged.message("alice", Direction::kOut, facts);
    staged.message("bob", Direction::kIn, facts);
  }
  const Finding finding = staged.judge("one-time-prekeys-used-once");
  EXPECT_EQ(told(finding), "pass/none/as-expected");
  EXPECT_THAT(finding.observed, HasSubstr("6 prekey messages"));
}

TEST(PrekeysUsedOnce, TwoUsersOrTwoSessionsMayNotShareAPrekey) {
  StagedCase users;
  users.message("bob", Direction::kIn, prekey_message("1", kAliceJid, kBobJid, 1, 0));
  users.message("bob", Direction::kIn, prekey_message("2", "2-9@interop", kBobJid, 1, 1));
  EXPECT_EQ(told(users.judge("one-time-prekeys-used-once")), "fail/unknown/prekey-used-twice");
  users.records().back().peer = "alice";
  EXPECT_EQ(told(users.judge("one-time-prekeys-used-once")), "fail/peer/prekey-used-twice");
  StagedCase sessions({"alice"});
  sessions.message("alice", Direction::kOut, prekey_message("1", kAliceJid, kBobJid, 1, 0));
  sessions.message("alice", Direction::kOut, prekey_message("2", kAliceJid, kBobJid, 1, 0));
  EXPECT_EQ(told(sessions.judge("one-time-prekeys-used-once")), "fail/iut/prekey-used-twice");
}

TEST(PrekeysUsedOnce, AnAccountThatEnlistsAgainBeginsAnew) {
  for (const bool enlists : {true, false}) {
    StagedCase staged;
    staged.message("bob", Direction::kIn, prekey_message("1", kAliceJid, kBobJid, 1, 0));
    if (enlists) staged.event("bob", "enlisted", {{"jid", kBobJid}});
    staged.message("bob", Direction::kIn, prekey_message("2", kAliceJid, kBobJid, 1, 0));
    EXPECT_EQ(staged.judge("one-time-prekeys-used-once").verdict,
              enlists ? Verdict::kPass : Verdict::kFail);
  }
}

TEST(PrekeysUsedOnce, SaysHowLittleItSaw) {
  const StagedCase nothing({}, false);
  const Finding finding = nothing.judge("one-time-prekeys-used-once");
  EXPECT_EQ(told(finding), "pass/none/nothing-to-judge");
  EXPECT_THAT(finding.observed, HasSubstr("0 prekeys handed out and 0 prekey messages"));
}

void frame(StagedCase& staged, std::string_view party, Direction direction, std::string_view key,
           std::int64_t n) {
  staged.add(evidence::Tap::kNoise, party, "noise.frame", {{"conn", "c"}, {"key", key}, {"n", n}},
             direction);
}

TEST(NoncesUnique, BothEndsOfOneFrameAreOneUse) {
  StagedCase staged;
  for (int n = 0; n < 3; ++n) {
    frame(staged, "bob", Direction::kOut, "aaaa", n);
    frame(staged, "gatekeeper", Direction::kIn, "aaaa", n);
    frame(staged, "gatekeeper", Direction::kOut, "bbbb", n);
  }
  const Finding finding = staged.judge("noise-nonces-unique");
  EXPECT_EQ(told(finding), "pass/none/as-expected");
  EXPECT_THAT(finding.observed, HasSubstr("9 frames"));
}

TEST(NoncesUnique, ASecondUseFailsAtTheSamePartyAndAtAnother) {
  for (const std::string_view second : {"bob", "mallory"}) {
    StagedCase staged({std::string(second)});
    frame(staged, "bob", Direction::kOut, "aaaa", 7);
    frame(staged, second, Direction::kOut, "aaaa", 7);
    const Finding finding = staged.judge("noise-nonces-unique");
    EXPECT_EQ(told(finding), "fail/iut/nonce-used-twice");
    EXPECT_THAT(finding.evidence, ElementsAre(1, 2));
  }
}

TEST(NoncesUnique, AFrameWithoutNonceOrKeyIsAnError) {
  StagedCase staged;
  staged.add(evidence::Tap::kNoise, "bob", "noise.frame", {{"key", "aaaa"}}, Direction::kOut);
  EXPECT_EQ(told(staged.judge("noise-nonces-unique")), "error/harness/frame-without-nonce");
}

}  // namespace
}  // namespace parley::judge
