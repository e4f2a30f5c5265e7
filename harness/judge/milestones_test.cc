// The world: certification runs of three test cases, two of which belong to milestones; and the
// conformance statements that leave some of what must be unclaimed.
#include "harness/judge/milestones.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/judge/rollup.h"

namespace parley::judge {
namespace {

using ::testing::HasSubstr;

CaseResult executed(std::string id, Verdict verdict, std::vector<std::string> milestones) {
  CaseResult out;
  out.id = std::move(id);
  out.disposition = Disposition::kExecuted;
  out.verdict = verdict;
  out.milestones = std::move(milestones);
  return out;
}

CaseResult left_out(std::string id, Disposition disposition, std::string milestone) {
  CaseResult out;
  out.id = std::move(id);
  out.disposition = disposition;
  out.reason = "for a reason";
  out.milestones = {std::move(milestone)};
  return out;
}

RunInfo certification(std::vector<ClaimStated> ics = {}) {
  RunInfo out;
  out.mode = Mode::kCertification;
  out.state = RunState::kComplete;
  out.ics = std::move(ics);
  return out;
}

MilestoneResult of(std::string_view id, const RunInfo& run, std::vector<CaseResult> cases) {
  for (MilestoneResult& one : roll_up_milestones(run, cases)) {
    if (one.id == id) return one;
  }
  ADD_FAILURE() << id;
  return {};
}

TEST(Milestones, AreReachedByPassesAlone) {
  const auto pass = executed("a", Verdict::kPass, {"M1"});
  EXPECT_EQ(of("M1", certification(), {pass}).state, MilestoneState::kReached);
  EXPECT_EQ(of("M1", certification(), {pass}).reason, "");
  for (const Verdict verdict : {Verdict::kInconclusive, Verdict::kError}) {
    const auto one = of("M1", certification(), {pass, executed("b", verdict, {"M1"})});
    EXPECT_EQ(one.state, MilestoneState::kUndetermined);
    EXPECT_THAT(one.reason, HasSubstr("of 2 test cases: 1 "));
  }
  const auto failed = of("M1", certification(), {pass, executed("b", Verdict::kFail, {"M1"})});
  EXPECT_EQ(failed.state, MilestoneState::kNotReached);
  EXPECT_EQ(failed.cases.pass, 1U);
  EXPECT_EQ(failed.cases.fail, 1U);
}

TEST(Milestones, AreNotReachedByWhatWasNotTestedOrNotClaimed) {
  const auto pass = executed("a", Verdict::kPass, {"M2"});
  const auto untested =
      of("M2", certification(), {pass, left_out("b", Disposition::kNotTested, "M2")});
  EXPECT_EQ(untested.state, MilestoneState::kUndetermined);
  EXPECT_EQ(untested.reason, "of 2 test cases: 1 not tested");
  const std::vector<CaseResult> cases = {pass, left_out("b", Disposition::kNotApplicable, "M2")};
  const auto unclaimed = roll_up_milestones(certification(), cases, {"b"});
  EXPECT_EQ(unclaimed[1].state, MilestoneState::kUndetermined);
  EXPECT_EQ(unclaimed[1].reason,
            "of 2 test cases: 1 not applicable; what these need is not claimed (ICS): b");
  const auto empty = of("M3", certification(), {pass});
  EXPECT_EQ(empty.state, MilestoneState::kUndetermined);
  EXPECT_THAT(empty.reason, HasSubstr("no test case"));
}

TEST(Milestones, AreReachedWhereTheRestDoesNotApply) {
  const auto left = left_out("b", Disposition::kNotApplicable, "M2");
  const auto reached = of("M2", certification(), {executed("a", Verdict::kPass, {"M2"}), left});
  EXPECT_EQ(reached.state, MilestoneState::kReached);
  EXPECT_EQ(reached.reason, "of 2 test cases: 1 not applicable");
  EXPECT_EQ(of("M2", certification(), {left}).state, MilestoneState::kUndetermined);
  for (const Verdict verdict : {Verdict::kInconclusive, Verdict::kError}) {
    EXPECT_EQ(of("M2", certification(), {executed("a", verdict, {"M2"}), left}).state,
              MilestoneState::kUndetermined);
  }
}

TEST(Milestones, CountOnlyTheirOwnCases) {
  const std::vector<CaseResult> cases = {executed("a", Verdict::kPass, {"M1"}),
                                         executed("b", Verdict::kFail, {"M2"}),
                                         executed("c", Verdict::kFail, {})};
  EXPECT_EQ(of("M1", certification(), cases).state, MilestoneState::kReached);
  EXPECT_EQ(of("M2", certification(), cases).state, MilestoneState::kNotReached);
}

TEST(Milestones, MayBeUnclaimed) {
  const auto run = certification({{"milestones", "M5", false}, {"milestones", "M6", true}});
  EXPECT_EQ(of("M5", run, {}).state, MilestoneState::kNotClaimed);
  EXPECT_EQ(of("M6", run, {}).state, MilestoneState::kUndetermined);
  const auto failed = of("M5", run, {executed("a", Verdict::kFail, {"M5"})});
  EXPECT_EQ(failed.state, MilestoneState::kNotReached);
}

TEST(Milestones, OfNightlyRunsAreNotStated) {
  RunInfo nightly = certification();
  nightly.mode = Mode::kNightly;
  EXPECT_TRUE(
      roll_up_milestones(nightly, std::vector{executed("a", Verdict::kPass, {"M1"})}).empty());
  EXPECT_EQ(roll_up_milestones(certification(), {}).size(), 6U);
}

CheckResult passing_check() {
  CheckResult out;
  out.id = out.kind = "seen";
  out.requirements = {"MSG-001"};
  out.finding.verdict = Verdict::kPass;
  out.finding.code = "as-expected";
  return out;
}

RequirementPlan row(Modality modality, scenario::Coverage coverage,
                    std::vector<std::string> unclaimed) {
  RequirementPlan out;
  out.id = "MSG-001";
  out.modality = modality;
  out.coverage = coverage;
  out.reason = coverage == scenario::Coverage::kNotClaimed ? "not claimed (ICS): media.image" : "";
  out.unclaimed = std::move(unclaimed);
  return out;
}

TEST(Unclaimed, NobodySatisfiesAMustByNotClaiming) {
  const auto none =
      roll_up_requirement(row(Modality::kMust, scenario::Coverage::kNotClaimed, {"b"}), {});
  EXPECT_EQ(none.status, RequirementStatus::kUndetermined);
  EXPECT_EQ(none.disposition, Disposition::kNotTested);
  EXPECT_EQ(none.reason, "not claimed (ICS): media.image");
  CaseResult passed = executed("a", Verdict::kPass, {});
  passed.requirements = {"MSG-001"};
  passed.checks = {passing_check()};
  const std::vector<CaseResult> cases = {passed};
  const auto whole =
      roll_up_requirement(row(Modality::kMust, scenario::Coverage::kChecked, {}), cases);
  EXPECT_EQ(whole.status, RequirementStatus::kSatisfied);
  const auto part =
      roll_up_requirement(row(Modality::kMust, scenario::Coverage::kChecked, {"b"}), cases);
  EXPECT_EQ(part.status, RequirementStatus::kUndetermined);
  ASSERT_EQ(part.checks.size(), 2U);
  EXPECT_EQ(part.checks[1].case_id, "b");
  EXPECT_FALSE(part.checks[1].verdict.has_value());
  const ObligationPlan plan{"art", "Art.", "title", {"MSG-001"}};
  EXPECT_EQ(roll_up_obligation(plan, std::vector{part}).status, RequirementStatus::kUndetermined);
  EXPECT_EQ(roll_up_obligation(plan, std::vector{none}).status, RequirementStatus::kUndetermined);
}

TEST(Unclaimed, AFailCountsAllTheSame) {
  CaseResult failed = executed("a", Verdict::kFail, {});
  failed.requirements = {"MSG-001"};
  failed.checks = {passing_check()};
  failed.checks[0].finding.verdict = Verdict::kFail;
  failed.checks[0].finding.attribution = Attribution::kUnknown;
  const auto result = roll_up_requirement(row(Modality::kMust, scenario::Coverage::kChecked, {"b"}),
                                          std::vector{failed});
  EXPECT_EQ(result.status, RequirementStatus::kNotSatisfied);
}

TEST(Unclaimed, WhatIsOptionalDoesNotApply) {
  for (const Modality modality : {Modality::kShould, Modality::kMay}) {
    const auto none =
        roll_up_requirement(row(modality, scenario::Coverage::kNotClaimed, {"b"}), {});
    EXPECT_EQ(none.status, RequirementStatus::kNotApplicable);
    EXPECT_EQ(none.disposition, Disposition::kNotApplicable);
    EXPECT_NE(none.reason, "");
  }
}

}  // namespace
}  // namespace parley::judge
