// Twenty-five texts from alice to anna within WhatsApp and as many from bob to alice: as fast,
// late, lost, few.
#include <gtest/gtest.h>

#include "harness/judge/staged_case.h"

namespace parley::judge {
namespace {

using namespace std::chrono_literals;
using Direction = evidence::Direction;

void texts_from(StagedCase& staged, std::string_view from, std::string_view to, int count,
                Duration latency, int lost = 0) {
  for (int i = 0; i < count; ++i) {
    const std::string id = std::string(from) + std::to_string(i);
    staged.add(evidence::Tap::kMessage, from, "message", {{"id", id}}, Direction::kOut,
               std::string(to));
    staged.now += latency + std::chrono::milliseconds(i % 5);
    if (i >= lost) {
      staged.add(evidence::Tap::kMessage, to, "message", {{"id", id}}, Direction::kIn,
                 std::string(from));
    }
  }
}

Finding judged(const StagedCase& staged, json::object more = {}) {
  json::object arguments = {
      {"baseline", {"alice", "anna"}}, {"compared", {"bob", "alice"}}, {"blames", "gatekeeper"}};
  for (auto& member : more) arguments[member.key()] = std::move(member.value());
  return staged.judge("not-degraded", std::move(arguments));
}

TEST(NotDegraded, EqualWaysPassAndSayWhatTheyMeasured) {
  StagedCase staged;
  texts_from(staged, "alice", "anna", 25, 50ms);
  texts_from(staged, "bob", "alice", 25, 60ms);
  staged.end();
  const Finding finding = judged(staged);
  EXPECT_EQ(told(finding), "pass/none/as-expected");
  EXPECT_EQ(finding.measures.at("p50_ratio_milli").to_number<int>(), 62'000 / 52);
  const json::object& native = finding.measures.at("native").as_object();
  EXPECT_EQ(native.at("sent").to_number<int>(), 25);
  EXPECT_EQ(native.at("loss_milli").to_number<int>(), 0);
  EXPECT_EQ(native.at("p50_us").to_number<int>(), 52'000);
  EXPECT_EQ(native.at("p50_low_us").to_number<int>(), 51'000);
  EXPECT_EQ(native.at("p50_high_us").to_number<int>(), 53'000);
  EXPECT_EQ(native.at("p95_us").to_number<int>(), 54'000);
  EXPECT_EQ(native.at("max_us").to_number<int>(), 54'000);
  EXPECT_EQ(native.at("latencies_us").as_array().size(), 25U);
}

TEST(NotDegraded, SlowerMessagesFailUnlessWithinTheSlack) {
  StagedCase staged({"gatekeeper"});
  texts_from(staged, "alice", "anna", 25, 50ms);
  texts_from(staged, "bob", "alice", 25, 150ms);
  staged.end();
  EXPECT_EQ(told(judged(staged)), "fail/iut/slower");
  EXPECT_EQ(told(judged(staged, {{"ratio", 4000}})), "pass/none/as-expected");
  EXPECT_EQ(told(judged(staged, {{"slack", "100ms"}})), "pass/none/as-expected");
  EXPECT_EQ(told(judged(staged, {{"slack", "99ms"}})), "fail/iut/slower");
}

TEST(NotDegraded, OneVeryLateMessageIsSeenInTheGreatest) {
  StagedCase staged;
  texts_from(staged, "alice", "anna", 25, 50ms);
  texts_from(staged, "bob", "alice", 24, 50ms);
  staged.add(evidence::Tap::kMessage, "bob", "message", {{"id", "late"}}, Direction::kOut, "alice");
  staged.now += 5s;
  staged.add(evidence::Tap::kMessage, "alice", "message", {{"id", "late"}}, Direction::kIn, "bob");
  staged.end();
  EXPECT_EQ(told(judged(staged)), "fail/peer/slower");
}

TEST(NotDegraded, LostMessagesFailUnlessNativeOnesAreLostToo) {
  StagedCase staged;
  texts_from(staged, "alice", "anna", 25, 50ms);
  texts_from(staged, "bob", "alice", 25, 50ms, 2);
  staged.end();
  const Finding finding = judged(staged);
  EXPECT_EQ(told(finding), "fail/peer/messages-lost");
  EXPECT_EQ(finding.evidence.size(), 2U);
  EXPECT_EQ(told(judged(staged, {{"loss", 80}})), "pass/none/as-expected");
  StagedCase both;
  texts_from(both, "alice", "anna", 25, 50ms, 2);
  texts_from(both, "bob", "alice", 25, 50ms, 2);
  both.end();
  EXPECT_EQ(told(judged(both)), "pass/none/as-expected");
}

TEST(NotDegraded, TooFewMessagesShowNothing) {
  StagedCase staged;
  texts_from(staged, "alice", "anna", 5, 50ms);
  texts_from(staged, "bob", "alice", 25, 50ms);
  staged.end();
  EXPECT_EQ(told(judged(staged)), "inconclusive/unknown/too-few");
  EXPECT_EQ(told(judged(staged, {{"least", 5}})), "pass/none/as-expected");
}

}  // namespace
}  // namespace parley::judge
