// Made-up cases with a thief, with keys in the traffic, and with numbers that two people compare.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/judge/staged_case.h"

namespace parley::judge {
namespace {

using ::testing::HasSubstr;
using Direction = evidence::Direction;
using Tap = evidence::Tap;

// ---- closed-to-thief

const json::object kClosed = {{"step", "attempt"},
                              {"messages", {"early"}},
                              {"twins", {"during"}},
                              {"blames", "partner-user"}};

Finding judge_theft(const std::vector<std::string>& opened, const std::vector<std::string>& closed,
                    std::vector<std::string> iut = {}) {
  StagedCase staged(std::move(iut));
  staged.step("early", "alice", "send-text", {{"id", "E"}});
  staged.step("during", "alice", "send-text", {{"id", "D"}});
  staged.step("attempt", "bob", "try-decrypt",
              {{"opened", texts(opened)}, {"closed", texts(closed)}});
  staged.end();
  return staged.judge("closed-to-thief", kClosed);
}

TEST(ClosedToThief, PassesWhereOnlyTheTwinWasOpened) {
  EXPECT_EQ(told(judge_theft({"D"}, {"E"})), "pass/none/as-expected");
}

TEST(ClosedToThief, FailsWhereTheMessageWasOpened) {
  EXPECT_EQ(told(judge_theft({"D", "E"}, {})), "fail/peer/opened-by-thief");
  const Finding product = judge_theft({"D", "E"}, {}, {"bob"});
  EXPECT_EQ(told(product), "fail/iut/opened-by-thief");
  EXPECT_EQ(product.blamed, "partner-user");
}

TEST(ClosedToThief, SaysNothingWhereTheTheftHadNoEffect) {
  EXPECT_EQ(told(judge_theft({}, {"D", "E"})), "inconclusive/unknown/theft-without-effect");
}

TEST(ClosedToThief, AMessageThatWasNotTriedIsOurError) {
  EXPECT_EQ(told(judge_theft({"D"}, {})), "error/harness/not-tried");
}

TEST(ClosedToThief, AProductThatCannotBeBrokenIntoIsNotJudged) {
  StagedCase staged({"bob"});
  staged.begin_step("attempt", "bob", "try-decrypt");
  staged.fail_step("attempt", "bob", "try-decrypt", "unsupported");
  staged.end(false);
  EXPECT_EQ(told(staged.judge("closed-to-thief", kClosed)),
            "inconclusive/driver/step-not-performed");
}

// ---- private-keys-absent

json::object digest(std::string_view of, BytesView bytes, bool is_public) {
  json::object out = {{"of", of},
                      {"form", "raw"},
                      {"size", static_cast<std::int64_t>(bytes.size())},
                      {"mark", static_cast<std::int64_t>(read_be(bytes.first(2)))},
                      {"sha256", hex(crypto::sha256(bytes))}};
  if (is_public) out["public"] = true;
  return out;
}

Finding judge_traffic(const std::vector<Bytes>& bodies, std::string_view fact = {},
                      std::vector<std::string> iut = {}) {
  StagedCase staged(std::move(iut));
  const Bytes text = to_bytes(as_bytes("c2VjcmV0IGtleSBvZiBib2Igb25seQ"));
  staged.step("digests", "bob", "secret-digests",
              {{"digests",
                {digest("identity", Bytes(32, 7), false), digest("identity", text, false),
                 digest("public identity", Bytes(32, 9), true)}}});
  for (const Bytes& body : bodies) {
    staged.add(Tap::kHttp, "acme", "http.request", {}, Direction::kIn, "bob.device.test", body);
  }
  if (!fact.empty()) staged.event("bob", "message", {{"text", fact}});
  staged.end();
  return staged.judge("private-keys-absent", {{"step", "digests"}, {"blames", "partner-user"}});
}

Bytes surrounded(std::uint8_t byte) {
  Bytes bytes(5, 1);
  append(bytes, Bytes(32, byte));
  append(bytes, Bytes(5, 2));
  return bytes;
}

TEST(PrivateKeysAbsent, PassesWhereOnlyThePublicKeyIsFound) {
  EXPECT_EQ(told(judge_traffic({surrounded(9), surrounded(8)})), "pass/none/as-expected");
  EXPECT_EQ(told(judge_traffic({surrounded(9), Bytes(31, 7)})), "pass/none/as-expected");
}

TEST(PrivateKeysAbsent, FailsOnAPrivateKeyInABodyOrAFact) {
  const Finding body = judge_traffic({surrounded(9), surrounded(7)}, {}, {"bob"});
  EXPECT_EQ(told(body), "fail/iut/private-key-leaves");
  EXPECT_THAT(body.observed, HasSubstr("identity (raw)"));
  EXPECT_EQ(told(judge_traffic({surrounded(9)}, "x c2VjcmV0IGtleSBvZiBib2Igb25seQ= y")),
            "fail/peer/private-key-leaves");
}

TEST(PrivateKeysAbsent, SaysNothingWhereNotEvenThePublicKeyIsFound) {
  EXPECT_EQ(told(judge_traffic({surrounded(8)})), "inconclusive/unknown/public-key-not-found");
  EXPECT_EQ(told(judge_traffic({})), "inconclusive/unknown/public-key-not-found");
}

// ---- results-differ

Finding judge_digits(json::object first, json::object then) {
  StagedCase staged({"bob"});
  staged.step("a", "bob", "fingerprint", std::move(first));
  staged.step("b", "alice", "fingerprint", std::move(then));
  staged.end();
  return staged.judge(
      "results-differ",
      {{"first", "a"}, {"then", "b"}, {"field", "digits"}, {"blames", "partner-user"}});
}

TEST(ResultsDiffer, ComparesTheField) {
  EXPECT_EQ(told(judge_digits({{"digits", "1"}}, {{"digits", "2"}})), "pass/none/as-expected");
  EXPECT_EQ(told(judge_digits({{"digits", "1"}}, {{"digits", "1"}})), "fail/iut/results-equal");
  EXPECT_EQ(told(judge_digits({{"digits", "1"}}, {})), "inconclusive/driver/no-such-field");
}

TEST(ResultsDiffer, SaysNothingWhereAStepIsMissing) {
  StagedCase staged;
  staged.begin_step("a", "bob", "fingerprint");
  staged.fail_step("a", "bob", "fingerprint", "unsupported");
  staged.end(false);
  const json::object arguments = {
      {"first", "a"}, {"then", "b"}, {"field", "digits"}, {"blames", "partner-user"}};
  EXPECT_EQ(told(staged.judge("results-differ", arguments)),
            "inconclusive/driver/step-not-performed");
}

}  // namespace
}  // namespace parley::judge
