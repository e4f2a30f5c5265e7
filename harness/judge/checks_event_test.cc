// Made-up cases in which events come, do not come, come late, too often, or in the wrong order; and
// cases that stop before anything can be said. Each check is shown to fail, and never to pass for
// want of records.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/judge/staged_case.h"

namespace parley::judge {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const json::object kSeen = {
    {"actor", "bob"}, {"event", "message"}, {"blames", "gatekeeper"}, {"where", {{"text", "hi"}}}};

json::object with(json::object arguments, std::string_view name, json::value value) {
  arguments[name] = std::move(value);
  return arguments;
}

TEST(EventSeen, PassesAndCitesTheEvent) {
  StagedCase staged;
  staged.event("bob", "message", {{"text", "other"}});
  const auto seq = staged.event("bob", "message", {{"text", "hi"}, {"id", "1"}});
  staged.end();
  const Finding finding = staged.judge("event-seen", kSeen);
  EXPECT_EQ(told(finding), "pass/none/as-expected");
  EXPECT_THAT(finding.evidence, ElementsAre(seq));
}

TEST(EventSeen, FailsWithoutTheEventAndBlamesWhomTheScenarioBlames) {
  StagedCase staged;
  staged.event("bob", "message", {{"text", "other"}});
  staged.event("alice", "message", {{"text", "hi"}});
  staged.end();
  EXPECT_EQ(told(staged.judge("event-seen", kSeen)), "fail/peer/not-seen");
  StagedCase product({"gatekeeper"});
  product.end();
  EXPECT_EQ(told(product.judge("event-seen", kSeen)), "fail/iut/not-seen");
}

TEST(EventSeen, BlamesAnIutByItsIdToo) {
  StagedCase staged({"bob"});
  staged.end();
  EXPECT_EQ(told(staged.judge("event-seen", with(kSeen, "blames", "bob"))), "fail/iut/not-seen");
  EXPECT_EQ(told(staged.judge("event-seen", with(kSeen, "blames", "partner-user"))),
            "fail/iut/not-seen");
  EXPECT_EQ(told(staged.judge("event-seen", with(kSeen, "blames", "alice"))), "fail/peer/not-seen");
}

TEST(EventSeen, CountsExactly) {
  for (const int times : {0, 1, 2, 3}) {
    StagedCase staged;
    for (int i = 0; i < times; ++i) staged.event("bob", "message", {{"text", "hi"}});
    staged.end();
    const Finding finding = staged.judge("event-seen", with(kSeen, "count", 2));
    EXPECT_EQ(finding.verdict, times == 2 ? Verdict::kPass : Verdict::kFail) << times;
    EXPECT_EQ(finding.code, times == 2 ? "as-expected" : times == 0 ? "not-seen" : "wrong-count");
  }
}

TEST(EventSeen, AnEventThatComesWhileTheOperationStillRunsCounts) {
  StagedCase staged;
  staged.begin_step("sent", "alice", "send-text");
  staged.event("bob", "message", {{"text", "hi"}});
  staged.end_step("sent", "alice", "send-text", {{"id", "1"}});
  staged.end();
  EXPECT_EQ(told(staged.judge("event-seen", with(kSeen, "after", "sent"))),
            "pass/none/as-expected");
}

TEST(EventSeen, AnEventBeforeTheStepDoesNotCount) {
  StagedCase staged;
  staged.event("bob", "message", {{"text", "hi"}});
  staged.step("sent", "alice", "send-text", {{"id", "1"}});
  staged.end();
  EXPECT_EQ(told(staged.judge("event-seen", with(kSeen, "after", "sent"))), "fail/peer/not-seen");
}

TEST(EventSeen, AnAwaitedEventIsNotItsOwnConsequence) {
  StagedCase staged;
  staged.event("bob", "message", {{"text", "hi"}});
  staged.await("first", "bob", "message", {{"text", "hi"}}, 0);
  staged.end();
  EXPECT_EQ(told(staged.judge("event-seen", with(kSeen, "after", "first"))), "fail/peer/not-seen");
}

TEST(EventSeen, TooLateIsNotSeen) {
  for (const int seconds : {5, 6}) {
    StagedCase staged;
    staged.step("sent", "alice", "send-text", {{"id", "1"}});
    staged.now += std::chrono::seconds(seconds);
    staged.event("bob", "message", {{"text", "hi"}});
    staged.end();
    const Finding finding =
        staged.judge("event-seen", with(with(kSeen, "after", "sent"), "within", "5s"));
    EXPECT_EQ(told(finding), seconds == 5 ? "pass/none/as-expected" : "fail/peer/too-late");
  }
}

TEST(EventSeen, SaysNothingAboutACaseThatEndedEarlier) {
  StagedCase staged;
  staged.begin_step("enlisted", "bob", "enlist");
  staged.fail_step("enlisted", "bob", "enlist", "unsupported");
  staged.end(false);
  const Finding finding = staged.judge("event-seen", with(kSeen, "after", "sent"));
  EXPECT_EQ(told(finding), "inconclusive/driver/step-not-reached");
  EXPECT_THAT(finding.observed, HasSubstr("bob performs enlist"));
  EXPECT_EQ(told(staged.judge("event-seen", with(kSeen, "after", "enlisted"))),
            "inconclusive/driver/step-not-performed");
}

TEST(EventSeen, ErrorsOfTheHarness) {
  StagedCase cut_off;
  EXPECT_EQ(told(cut_off.judge("event-seen", kSeen)), "error/harness/case-cut-off");
  EXPECT_EQ(told(cut_off.judge("event-seen", with(kSeen, "after", "sent"))),
            "error/harness/case-cut-off");
  StagedCase staged;
  staged.end();
  EXPECT_EQ(told(staged.judge("event-seen", with(kSeen, "after", "sent"))),
            "error/harness/no-such-label");
  EXPECT_EQ(told(staged.judge("event-seen", with(kSeen, "actor", "carol"))),
            "error/harness/no-such-actor");
  EXPECT_EQ(told(staged.judge("event-seen", with(kSeen, "within", "soon"))),
            "error/harness/bad-arguments");
  EXPECT_EQ(told(staged.judge("event-seen", with(kSeen, "count", -1))),
            "error/harness/check-broke");
  const StagedCase nothing({}, false);
  EXPECT_EQ(nothing.judge("event-seen", kSeen).verdict, Verdict::kError);
}

const json::object kAbsent = {
    {"actor", "bob"},       {"event", "message"},  {"where", {{"text", "secret"}}},
    {"after", "opted-out"}, {"sentinel", "alive"}, {"blames", "gatekeeper"}};

StagedCase absent_case(bool leaks, bool sentinel) {
  StagedCase staged;
  staged.event("bob", "message", {{"text", "secret"}});  // before the window
  staged.step("opted-out", "alice", "set");
  if (leaks) staged.event("bob", "message", {{"text", "secret"}});
  if (sentinel) {
    staged.event("bob", "message", {{"text", "alive"}, {"id", "9"}});
    staged.await("alive", "bob", "message", {{"text", "alive"}, {"id", "9"}}, leaks ? 2 : 1);
  } else {
    staged.fail_await("alive", "bob", "message");
  }
  staged.end(sentinel);
  return staged;
}

TEST(EventAbsent, PassesOnlyWithASentinelThatArrived) {
  EXPECT_EQ(told(absent_case(false, true).judge("event-absent", kAbsent)), "pass/none/as-expected");
  EXPECT_EQ(told(absent_case(false, false).judge("event-absent", kAbsent)),
            "inconclusive/unknown/sentinel-missing");
  json::object without = kAbsent;
  without.erase("sentinel");
  EXPECT_EQ(told(absent_case(false, true).judge("event-absent", without)),
            "inconclusive/harness/no-sentinel");
}

TEST(EventAbsent, FailsWhenTheEventComesWhateverElseHappens) {
  EXPECT_EQ(told(absent_case(true, true).judge("event-absent", kAbsent)), "fail/peer/seen");
  EXPECT_EQ(told(absent_case(true, false).judge("event-absent", kAbsent)), "fail/peer/seen");
}

TEST(EventAbsent, ASentMessageIsASentinelOnceItIsShown) {
  for (const bool shown : {true, false}) {
    StagedCase staged;
    staged.step("opted-out", "alice", "set");
    staged.step("alive", "alice", "send-text", {{"id", "7"}});
    if (shown) staged.event("bob", "message", {{"id", "7"}, {"text", "x"}});
    staged.end();
    EXPECT_EQ(told(staged.judge("event-absent", kAbsent)),
              shown ? "pass/none/as-expected" : "inconclusive/unknown/sentinel-missing");
  }
}

TEST(EventAbsent, ASentinelBeforeTheWindowProvesNothing) {
  StagedCase staged;
  staged.event("bob", "message", {{"text", "alive"}});
  staged.await("alive", "bob", "message", {{"text", "alive"}}, 0);
  staged.step("opted-out", "alice", "set");
  staged.end();
  EXPECT_EQ(told(staged.judge("event-absent", kAbsent)), "inconclusive/harness/sentinel-too-early");
}

TEST(EventAbsent, LooksNoFurtherThanBefore) {
  StagedCase staged;
  staged.step("opted-out", "alice", "set");
  staged.event("bob", "message", {{"text", "alive"}});
  staged.await("alive", "bob", "message", {{"text", "alive"}}, 0);
  staged.step("opted-in", "alice", "set");
  staged.event("bob", "message", {{"text", "secret"}});
  staged.end();
  EXPECT_EQ(told(staged.judge("event-absent", with(kAbsent, "before", "opted-in"))),
            "pass/none/as-expected");
  EXPECT_EQ(told(staged.judge("event-absent", kAbsent)), "fail/peer/seen");
  EXPECT_EQ(told(staged.judge("event-absent", with(kAbsent, "before", "nowhere"))),
            "error/harness/no-such-label");
}

// Whoever lets in what must be refused may end the case there.
TEST(EventAbsent, WhatComesBeforeAStepThatWasNotReachedIsSeenAllTheSame) {
  for (const bool seen : {true, false}) {
    StagedCase staged({"bob"});
    staged.step("opted-out", "alice", "set");
    if (seen) staged.event("bob", "message", {{"text", "secret"}});
    staged.begin_step("attack", "bob", "enlist");
    staged.fail_step("attack", "bob", "enlist", "timeout");
    staged.end(false);
    json::object arguments = with(kAbsent, "before", "opted-in");
    arguments["blames"] = "partner-user";
    const Finding finding = staged.judge("event-absent", arguments);
    if (seen) {
      EXPECT_EQ(told(finding), "fail/iut/seen");
    } else {
      EXPECT_EQ(finding.verdict, Verdict::kInconclusive) << told(finding);
    }
  }
}

TEST(EventAbsent, NoRecordsAreNoProof) {
  const StagedCase nothing({}, false);
  EXPECT_EQ(nothing.judge("event-absent", kAbsent).verdict, Verdict::kError);
}

TEST(Order, FollowsTheEventsNotTheSteps) {
  for (const bool swapped : {false, true}) {
    StagedCase staged;
    staged.event("bob", "message", {{"id", "1"}});
    staged.event("bob", "message", {{"id", "2"}});
    staged.await("a", "bob", "message", {{"id", "1"}}, swapped ? 1 : 0);
    staged.await("b", "bob", "message", {{"id", "2"}}, swapped ? 0 : 1);
    staged.end();
    const Finding finding =
        staged.judge("order", {{"first", "a"}, {"then", "b"}, {"blames", "gatekeeper"}});
    EXPECT_EQ(told(finding), swapped ? "fail/peer/wrong-order" : "pass/none/as-expected");
  }
}

TEST(Order, NeedsBoth) {
  StagedCase staged;
  staged.step("a", "alice", "typing");
  staged.fail_await("b", "bob", "typing");
  staged.end(false);
  EXPECT_EQ(told(staged.judge("order", {{"first", "a"}, {"then", "b"}})),
            "inconclusive/unknown/step-not-performed");
  EXPECT_EQ(told(staged.judge("order", {{"first", "a"}, {"then", "c"}})),
            "inconclusive/unknown/step-not-reached");
  EXPECT_EQ(told(staged.judge("order", {{"first", "a"}, {"then", "a"}})),
            "fail/unknown/wrong-order");
}

}  // namespace
}  // namespace parley::judge
