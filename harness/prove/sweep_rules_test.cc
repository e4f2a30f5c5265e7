// Bob sends alice two texts; in one run something is not as it should be. Each rule finds its own
// breach, and only that.
#include "harness/prove/sweep_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::prove {
namespace {

using judge::Attribution;
using judge::CheckResult;
using judge::Verdict;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

SentMessage message(std::size_t step, std::size_t shown, bool acknowledged = true) {
  SentMessage out{step, "bob", "M" + std::to_string(step), acknowledged, false, {}};
  if (shown > 0) out.shown["alice"] = shown;
  return out;
}

CheckResult check(std::string id, Verdict verdict, std::string code, std::string blamed = {}) {
  CheckResult out;
  out.id = out.kind = std::move(id);
  out.finding.verdict = verdict;
  out.finding.code = std::move(code);
  out.finding.blamed = std::move(blamed);
  out.finding.attribution = out.finding.blamed.empty() ? Attribution::kNone : Attribution::kIut;
  return out;
}

// A case that passes.
struct Story {
  Story() {
    unfaulted.course = course = {true, {message(0, 1), message(2, 1)}};
    unfaulted.named = {0};
    plan.checks.push_back({"intact", "intact", {}, {}, judge::CheckRole::kPurpose});
    result.checks = {check("intact", Verdict::kPass, "as-expected")};
    result.verdict = Verdict::kPass;
  }
  std::vector<std::string> broken() const {
    std::vector<std::string> out;
    for (const Violation& violation :
         broken_rules({kind, culprit, plan, result, course, unfaulted})) {
      out.push_back(violation.rule);
    }
    return out;
  }
  std::size_t followed() const {
    return consequences({kind, culprit, plan, result, course, unfaulted}).size();
  }

  FaultKind kind = FaultKind::kDrop;
  std::string culprit = "gatekeeper";
  judge::CasePlan plan;
  judge::CaseResult result;
  Course course;
  Unfaulted unfaulted;
};

TEST(SweepRules, ACleanRunBreaksNone) { EXPECT_THAT(Story().broken(), IsEmpty()); }

TEST(SweepRules, ACaseEndsAndTheEngineStands) {
  Story story;
  story.result.engine_error = "uncaught exception: the test case did not end within 9m";
  EXPECT_THAT(story.broken(), ElementsAre("ends"));
  story.result.engine_error = "stalled: nothing is left to happen";
  EXPECT_THAT(story.broken(), ElementsAre("ends"));
  story.result.engine_error = "uncaught exception: a party that is broken";
  EXPECT_THAT(story.broken(), ElementsAre("engine"));
}

TEST(SweepRules, EveryDeclaredCheckHasOneVerdict) {
  Story none;
  none.result.checks.clear();
  EXPECT_THAT(none.broken(), ElementsAre("verdicts"));
  Story twice;
  twice.result.checks.push_back(twice.result.checks[0]);
  EXPECT_THAT(twice.broken(), ElementsAre("verdicts"));
  Story error;
  error.result.checks[0] = check("intact", Verdict::kError, "check-broke");
  EXPECT_THAT(error.broken(), ElementsAre("verdicts"));
  Story undecided;
  undecided.result.verdict.reset();
  EXPECT_THAT(undecided.broken(), ElementsAre("verdicts"));
}

TEST(SweepRules, AFalsePassIsFound) {
  Story stopped;
  stopped.course.completed = false;
  EXPECT_THAT(stopped.broken(), ElementsAre("false-pass"));
  stopped.result.verdict = Verdict::kInconclusive;
  EXPECT_THAT(stopped.broken(), IsEmpty());
  for (const std::size_t times : {0U, 2U}) {
    Story shown;
    shown.course.messages[0] = message(0, times);
    EXPECT_THAT(shown.broken(), ElementsAre("false-pass")) << times;
    // One that no check names stands for a sample.
    Story other;
    other.course.messages[1] = message(2, times);
    EXPECT_THAT(other.broken(), IsEmpty()) << times;
  }
  Story never;
  never.course.messages.clear();
  EXPECT_THAT(never.broken(), ElementsAre("false-pass"));
}

TEST(SweepRules, WhoDidNothingWrongIsNotBlamedForADeed) {
  Story story;
  story.result.verdict = Verdict::kFail;
  story.result.checks[0] = check("intact", Verdict::kFail, "content-differs", "partner-user");
  EXPECT_THAT(story.broken(), ElementsAre("blame"));
  story.culprit = "partner-user";
  EXPECT_THAT(story.broken(), IsEmpty());
  story.culprit = "";
  EXPECT_THAT(story.broken(), ElementsAre("blame"));
  story.result.checks[0].finding.attribution = Attribution::kUnknown;
  EXPECT_THAT(story.broken(), IsEmpty());
}

TEST(SweepRules, WhatFollowsFromTheFaultIsCountedUnlessADriverFailed) {
  Story story;
  story.result.verdict = Verdict::kFail;
  story.result.checks[0] = check("intact", Verdict::kFail, "not-delivered", "partner-user");
  EXPECT_THAT(story.broken(), IsEmpty());
  EXPECT_EQ(story.followed(), 1U);
  story.result.checks[0].role = judge::CheckRole::kInvariant;
  EXPECT_THAT(story.broken(), ElementsAre("blame"));
  EXPECT_EQ(story.followed(), 0U);
  story.result.checks[0].role = judge::CheckRole::kPurpose;
  story.kind = FaultKind::kCallFails;
  EXPECT_THAT(story.broken(), ElementsAre("blame"));
  EXPECT_EQ(story.followed(), 0U);
  // What fails without any fault says nothing of it.
  story.unfaulted.standing = {"intact"};
  EXPECT_THAT(story.broken(), IsEmpty());
}

TEST(SweepRules, OfAConnectionItselfTheNetworkDecides) {
  Story story;
  story.result.verdict = Verdict::kFail;
  story.result.checks[0] = check("intact", Verdict::kFail, "frames-changed", "partner");
  EXPECT_THAT(story.broken(), ElementsAre("blame"));
  story.kind = FaultKind::kCut;
  story.culprit = "";
  EXPECT_THAT(story.broken(), IsEmpty());
  EXPECT_EQ(story.followed(), 1U);
}

TEST(SweepRules, WhatWasAcknowledgedMustBeTold) {
  Story story;
  story.course.messages = {message(0, 0), message(2, 0, false)};
  const auto missing = suspects(story.course, story.unfaulted.course);
  ASSERT_EQ(missing.size(), 1U);
  EXPECT_EQ(missing[0].receiver, "alice");
  Epilogue epilogue;
  EXPECT_THAT(lost_messages(missing, epilogue), IsEmpty()) << "alice did not come back";
  epilogue.back = {"alice"};
  const auto lost = lost_messages(missing, epilogue);
  ASSERT_EQ(lost.size(), 1U);
  EXPECT_THAT(lost[0].detail, HasSubstr("step 1 was acknowledged to bob"));
  epilogue.told["alice"] = {"M0"};
  EXPECT_THAT(lost_messages(missing, epilogue), IsEmpty());
  story.course.messages[0].withheld = true;
  EXPECT_THAT(suspects(story.course, story.unfaulted.course), IsEmpty());
}

TEST(SweepRules, MessagesAreNamedByChecksAndAwaits) {
  scenario::TestCase test_case;
  test_case.steps.resize(4);
  for (std::size_t i = 0; i < 3; ++i) test_case.steps[i].label = "m" + std::to_string(i);
  test_case.steps[3].act =
      scenario::Await{"alice", "message", {{"id", "${m1.id}"}}, std::chrono::seconds(1)};
  scenario::Check intact;
  intact.arguments = {{"message", "m0"}};
  scenario::Check sample;
  sample.arguments = {{"messages", {"m2"}}};
  test_case.checks = {intact, sample};
  EXPECT_THAT(named_messages(test_case), ElementsAre(0, 1));
}

}  // namespace
}  // namespace parley::prove
