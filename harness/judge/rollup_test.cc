// Every small run there is: all combinations of a few verdicts, roles, modalities and dispositions.
// Making anything worse must never make anything above it better, the order must not matter, and
// nothing may pass for want of evidence.
#include "harness/judge/rollup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "harness/judge/finding.h"

namespace parley::judge {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::array kVerdicts = {Verdict::kPass, Verdict::kInconclusive, Verdict::kError,
                                  Verdict::kFail};
constexpr std::array kRoles = {CheckRole::kPurpose, CheckRole::kInvariant, CheckRole::kPreamble,
                               CheckRole::kPostamble};

CheckResult check(Verdict verdict, CheckRole role = CheckRole::kPurpose,
                  std::vector<std::string> requirements = {}) {
  CheckResult result;
  result.id = "check";
  result.role = role;
  result.requirements = std::move(requirements);
  result.finding.verdict = verdict;
  return result;
}

CaseResult executed(std::vector<CheckResult> checks,
                    std::vector<std::string> requirements = {"R"}) {
  CaseResult result;
  result.id = "case";
  result.disposition = Disposition::kExecuted;
  result.requirements = std::move(requirements);
  result.verdict = roll_up_checks(checks);
  result.attempts = {{*result.verdict, {}}};
  result.checks = std::move(checks);
  return result;
}

CaseResult skipped(Disposition disposition) {
  CaseResult result;
  result.id = "case";
  result.disposition = disposition;
  result.reason = "because";
  result.requirements = {"R"};
  return result;
}

RunInfo run_info(Mode mode = Mode::kNightly, RunState state = RunState::kComplete) {
  RunInfo run;
  run.mode = mode;
  run.state = state;
  return run;
}

RequirementPlan requirement(std::string id = "R", Modality modality = Modality::kMust) {
  RequirementPlan plan;
  plan.id = std::move(id);
  plan.modality = modality;
  return plan;
}

RunResult run_of(std::vector<CaseResult> cases, Mode mode = Mode::kCertification,
                 RequirementPlan plan = requirement(), RunState state = RunState::kComplete) {
  const std::array plans = {std::move(plan)};
  const std::array<ObligationPlan, 1> obligations = {{{"O", "7(1)", "title", {plans[0].id}}}};
  return roll_up(run_info(mode, state), std::move(cases), plans, obligations);
}

// Larger is worse.
int badness(RequirementStatus status) {
  switch (status) {
    case RequirementStatus::kNotApplicable:
    case RequirementStatus::kSatisfied:
      return 0;
    case RequirementStatus::kSatisfiedWithWaiver:
      return 1;
    case RequirementStatus::kUndetermined:
      return 2;
    case RequirementStatus::kNotSatisfied:
      return 3;
  }
  return 4;
}
int badness(Statement statement) {
  switch (statement) {
    case Statement::kConformant:
      return 0;
    case Statement::kConformantWithWaivers:
      return 1;
    case Statement::kNoStatement:
      return 2;
    case Statement::kNotConformant:
      return 3;
  }
  return 4;
}
// 0 < 2 < 3 < 1: a fail outranks a harness error.
int badness(int exit) { return exit == 1 ? 4 : exit; }

TEST(Worse, IsAnOrder) {
  for (const Verdict a : kVerdicts) {
    EXPECT_EQ(worse(a, a), a);
    EXPECT_EQ(worse(Verdict::kPass, a), a);
    EXPECT_EQ(worse(Verdict::kFail, a), Verdict::kFail);
    for (const Verdict b : kVerdicts) {
      EXPECT_EQ(worse(a, b), worse(b, a));
      for (const Verdict c : kVerdicts) EXPECT_EQ(worse(a, worse(b, c)), worse(worse(a, b), c));
    }
  }
  EXPECT_EQ(worse(Verdict::kInconclusive, Verdict::kError), Verdict::kError);
}

TEST(RollUpChecks, WorstWins) {
  for (const Verdict a : kVerdicts) {
    for (const Verdict b : kVerdicts) {
      const std::array both = {check(a), check(b, CheckRole::kInvariant)};
      EXPECT_EQ(roll_up_checks(both), worse(a, b));
    }
  }
}

TEST(RollUpChecks, NothingJudgedIsAnError) {
  EXPECT_EQ(roll_up_checks({}), Verdict::kError);
  const std::array preamble = {check(Verdict::kPass, CheckRole::kPreamble)};
  EXPECT_EQ(roll_up_checks(preamble), Verdict::kError);
}

TEST(RollUpChecks, AFailedPreambleSaysNothingAboutThePurpose) {
  for (const CheckRole role : {CheckRole::kPreamble, CheckRole::kPostamble}) {
    const std::array checks = {check(Verdict::kPass), check(Verdict::kFail, role)};
    EXPECT_EQ(roll_up_checks(checks), Verdict::kInconclusive);
    const std::array broken = {check(Verdict::kPass), check(Verdict::kError, role)};
    EXPECT_EQ(roll_up_checks(broken), Verdict::kError);
  }
}

TEST(RollUpAttempts, ALaterPassUndoesNothing) {
  EXPECT_EQ(roll_up_attempts({}), Verdict::kError);
  const std::array attempts = {AttemptResult{Verdict::kFail, "again"},
                               AttemptResult{Verdict::kPass, ""}};
  EXPECT_EQ(roll_up_attempts(attempts), Verdict::kFail);
}

RequirementStatus status_of(const std::vector<CaseResult>& cases) {
  return roll_up_requirement(requirement(), cases).status;
}

TEST(RollUpRequirement, FollowsTheChecksThatBearOnIt) {
  EXPECT_EQ(status_of({executed({check(Verdict::kPass)})}), RequirementStatus::kSatisfied);
  EXPECT_EQ(status_of({executed({check(Verdict::kInconclusive)})}),
            RequirementStatus::kUndetermined);
  EXPECT_EQ(status_of({executed({check(Verdict::kError)})}), RequirementStatus::kUndetermined);
  EXPECT_EQ(status_of({executed({check(Verdict::kFail)})}), RequirementStatus::kNotSatisfied);
  // A check that names another requirement does not bear on this one.
  EXPECT_EQ(status_of({executed({check(Verdict::kPass, CheckRole::kPurpose, {"R"}),
                                 check(Verdict::kFail, CheckRole::kPurpose, {"S"})},
                                {"R", "S"})}),
            RequirementStatus::kSatisfied);
  // One that names none bears on all of its case's.
  EXPECT_EQ(status_of({executed({check(Verdict::kPass, CheckRole::kPurpose, {"R"}),
                                 check(Verdict::kFail, CheckRole::kInvariant)},
                                {"R", "S"})}),
            RequirementStatus::kNotSatisfied);
}

TEST(RollUpRequirement, WithoutEvidenceItIsUndetermined) {
  EXPECT_EQ(status_of({}), RequirementStatus::kUndetermined);
  EXPECT_EQ(status_of({executed({check(Verdict::kPass)}, {"S"})}),
            RequirementStatus::kUndetermined);
  EXPECT_EQ(status_of({executed({check(Verdict::kPass, CheckRole::kPurpose, {"S"}),
                                 check(Verdict::kPass, CheckRole::kInvariant)})}),
            RequirementStatus::kUndetermined);
  EXPECT_EQ(status_of({executed({check(Verdict::kPass, CheckRole::kInvariant, {"R"})})}),
            RequirementStatus::kSatisfied);
  EXPECT_EQ(status_of({skipped(Disposition::kNotApplicable)}), RequirementStatus::kUndetermined);
  // An invariant that had nothing to judge is no evidence either; it needs one case that had.
  CheckResult idle = check(Verdict::kPass, CheckRole::kInvariant, {"R"});
  idle.finding.code = kNothingToJudge;
  EXPECT_EQ(status_of({executed({idle})}), RequirementStatus::kUndetermined);
  EXPECT_EQ(status_of({executed({idle}),
                       executed({check(Verdict::kPass, CheckRole::kInvariant, {"R"})})}),
            RequirementStatus::kSatisfied);
}

TEST(RollUpRequirement, AnUntestedCaseLeavesItOpen) {
  EXPECT_EQ(status_of({executed({check(Verdict::kPass)}), skipped(Disposition::kNotTested)}),
            RequirementStatus::kUndetermined);
  EXPECT_EQ(status_of({executed({check(Verdict::kPass)}), skipped(Disposition::kNotApplicable)}),
            RequirementStatus::kSatisfied);
  EXPECT_EQ(status_of({executed({check(Verdict::kFail)}), skipped(Disposition::kNotTested)}),
            RequirementStatus::kNotSatisfied);
}

TEST(RollUpRequirement, ACaseWorseThanItsChecksCountsAsAWhole) {
  CaseResult stopped = executed({check(Verdict::kPass)});
  stopped.verdict = Verdict::kError;
  stopped.engine_error = "stopped";
  const RequirementResult result = roll_up_requirement(requirement(), std::array{stopped});
  EXPECT_EQ(result.status, RequirementStatus::kUndetermined);
  ASSERT_EQ(result.checks.size(), 2U);
  EXPECT_EQ(result.checks[1].check_id, "");
  CaseResult flaky = executed({check(Verdict::kPass)});
  flaky.verdict = Verdict::kFail;
  EXPECT_EQ(status_of({flaky}), RequirementStatus::kNotSatisfied);
  CaseResult defective = executed({check(Verdict::kPass)});
  defective.verdict.reset();
  EXPECT_EQ(status_of({defective}), RequirementStatus::kUndetermined);
}

TEST(RollUpRequirement, CarriesTheWeakestBasis) {
  CheckResult surrogate = check(Verdict::kPass, CheckRole::kPurpose, {"R"});
  surrogate.basis = Basis::kSurrogate;
  EXPECT_EQ(roll_up_requirement(requirement(), std::array{executed({surrogate})}).basis,
            Basis::kSurrogate);
}

// What waivers do is in waivers_test.cc.
TEST(RollUpRequirement, AClaimDeselects) {
  RequirementPlan plan = requirement();
  plan.applicable = false;
  EXPECT_EQ(roll_up_requirement(plan, std::array{executed({check(Verdict::kFail)})}).status,
            RequirementStatus::kNotApplicable);
}

CheckResult failed_by(std::string_view party) {
  CheckResult result = check(Verdict::kFail);
  result.finding.blamed = party;
  return result;
}

RequirementResult binding(std::vector<std::string> sides, const std::vector<CaseResult>& cases) {
  RequirementPlan plan = requirement();
  plan.binds = std::move(sides);
  return roll_up_requirement(plan, cases);
}

TEST(RollUpRequirement, WhoIsNotBoundCannotFailIt) {
  const std::vector<CaseResult> partner = {executed({failed_by("partner-user")})};
  const RequirementResult others = binding({"gatekeeper"}, partner);
  EXPECT_EQ(others.status, RequirementStatus::kUndetermined);
  EXPECT_THAT(others.failed_by, IsEmpty());
  ASSERT_EQ(others.checks.size(), 1U);
  EXPECT_EQ(others.checks[0].verdict, Verdict::kFail);  // the finding stays what it is

  for (const std::vector<std::string>& sides :
       {std::vector<std::string>{"partner"}, std::vector<std::string>{"gatekeeper", "partner"}}) {
    const RequirementResult own = binding(sides, partner);
    EXPECT_EQ(own.status, RequirementStatus::kNotSatisfied);
    EXPECT_THAT(own.failed_by, ElementsAre("partner"));
  }
  EXPECT_EQ(binding({}, partner).status, RequirementStatus::kNotSatisfied);
}

TEST(RollUpRequirement, AFailOfNobodyKnownCountsAgainstWhoeverIsBound) {
  CaseResult flaky = executed({check(Verdict::kPass)});
  flaky.verdict = Verdict::kFail;  // an earlier attempt: nobody knows any more by whom
  for (const CaseResult& result :
       {executed({failed_by("")}), executed({failed_by("moon")}), flaky}) {
    const RequirementResult row = binding({"gatekeeper"}, {result});
    EXPECT_EQ(row.status, RequirementStatus::kNotSatisfied);
    EXPECT_THAT(row.failed_by, ElementsAre("unknown"));
  }
}

TEST(SideOf, EveryPartyAndSeat) {
  for (const char* party :
       {"gatekeeper", "gatekeeper-server", "gatekeeper-client", "whatsapp-user"}) {
    EXPECT_EQ(side_of(party), "gatekeeper") << party;
  }
  for (const char* party : {"partner", "partner-server", "partner-client", "partner-user"}) {
    EXPECT_EQ(side_of(party), "partner") << party;
  }
  for (const char* party : {"", "gatekeepers", "part", "commission"}) EXPECT_EQ(side_of(party), "");
}

TEST(RollUpObligation, ABindingOfOneSideIsNotBrokenByTheOther) {
  RequirementResult shared;
  shared.id = "R";
  const auto status = [&](RequirementStatus own, std::vector<std::string> failed_by) {
    shared.status = own;
    shared.failed_by = std::move(failed_by);
    return roll_up_obligation({"O", "7(3)", "title", {"R"}, "gatekeeper"}, std::array{shared})
        .status;
  };
  using S = RequirementStatus;
  EXPECT_EQ(status(S::kNotSatisfied, {"partner"}), S::kUndetermined);
  EXPECT_EQ(status(S::kSatisfiedWithWaiver, {"partner"}), S::kUndetermined);
  EXPECT_EQ(status(S::kNotSatisfied, {"gatekeeper", "partner"}), S::kNotSatisfied);
  EXPECT_EQ(status(S::kNotSatisfied, {"partner", "unknown"}), S::kNotSatisfied);
  EXPECT_EQ(status(S::kSatisfied, {}), S::kSatisfied);
}

ObligationResult obligation_of(
    const std::vector<std::pair<Modality, RequirementStatus>>& requirements) {
  std::vector<RequirementResult> results;
  ObligationPlan plan{"O", "7(1)", "title", {}};
  for (const auto& [modality, status] : requirements) {
    RequirementResult result;
    result.id = "R" + std::to_string(results.size());
    result.modality = modality;
    result.status = status;
    plan.requirements.push_back(result.id);
    results.push_back(std::move(result));
  }
  return roll_up_obligation(plan, results);
}

TEST(RollUpObligation, OnlyMustCounts) {
  using S = RequirementStatus;
  constexpr auto kMust = Modality::kMust;
  EXPECT_EQ(obligation_of({{kMust, S::kSatisfied}, {Modality::kShould, S::kNotSatisfied}}).status,
            S::kSatisfied);
  EXPECT_EQ(obligation_of({{kMust, S::kSatisfied}, {Modality::kMay, S::kUndetermined}}).status,
            S::kSatisfied);
  EXPECT_EQ(obligation_of({{Modality::kShould, S::kSatisfied}}).status, S::kUndetermined);
  EXPECT_EQ(obligation_of({}).status, S::kUndetermined);
  EXPECT_EQ(obligation_of({{kMust, S::kNotApplicable}}).status, S::kNotApplicable);
  EXPECT_EQ(obligation_of({{kMust, S::kNotApplicable}, {kMust, S::kSatisfied}}).status,
            S::kSatisfied);
  EXPECT_EQ(obligation_of({{kMust, S::kUndetermined}, {kMust, S::kSatisfiedWithWaiver}}).status,
            S::kUndetermined);
  EXPECT_EQ(obligation_of({{kMust, S::kSatisfied}, {kMust, S::kSatisfiedWithWaiver}}).status,
            S::kSatisfiedWithWaiver);
  EXPECT_EQ(obligation_of({{kMust, S::kUndetermined}, {kMust, S::kNotSatisfied}}).status,
            S::kNotSatisfied);
}

TEST(RollUpObligation, AnUnknownRequirementIsUndetermined) {
  EXPECT_EQ(roll_up_obligation({"O", "", "", {"missing"}}, {}).status,
            RequirementStatus::kUndetermined);
}

TEST(RollUp, NightlyRunsMakeNoStatement) {
  for (const Verdict verdict : kVerdicts) {
    EXPECT_EQ(run_of({executed({check(verdict)})}, Mode::kNightly).statement,
              Statement::kNoStatement);
  }
}

TEST(RollUp, ACertificationRunStates) {
  const auto result = run_of({executed({check(Verdict::kPass)})});
  EXPECT_EQ(result.statement, Statement::kConformant);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(run_of({executed({check(Verdict::kFail)})}).statement, Statement::kNotConformant);
  EXPECT_EQ(run_of({executed({check(Verdict::kError)})}).statement, Statement::kNoStatement);
}

TEST(RollUp, AnIncompleteRunNeverEndsWell) {
  const std::vector<CaseResult> good = {executed({check(Verdict::kPass)})};
  for (const Mode mode : {Mode::kNightly, Mode::kCertification}) {
    const auto interrupted = run_of(good, mode, requirement(), RunState::kInterrupted);
    EXPECT_EQ(interrupted.verdict, Verdict::kInconclusive);
    EXPECT_EQ(interrupted.exit_code, 2);
    EXPECT_EQ(interrupted.statement, Statement::kNoStatement);
    std::vector<CaseResult> partly = good;
    partly.push_back(skipped(Disposition::kNotTested));
    EXPECT_EQ(run_of(partly, mode).exit_code, 2);
    EXPECT_EQ(run_of({}, mode).exit_code, 3);
    EXPECT_EQ(run_of({}, mode).verdict, Verdict::kError);
    EXPECT_EQ(run_of({skipped(Disposition::kNotApplicable)}, mode).exit_code, 2);
  }
}

TEST(RollUp, AFailedRecommendationIsCountedAndForbidsNoStatement) {
  std::vector<CaseResult> cases = {executed({check(Verdict::kPass, CheckRole::kPurpose, {"R"}),
                                             check(Verdict::kFail, CheckRole::kPurpose, {"S"})},
                                            {"R", "S"})};
  const std::array plans = {requirement("R"), requirement("S", Modality::kShould)};
  const std::array<ObligationPlan, 1> obligations = {{{"O", "", "", {"R", "S"}}}};
  const auto result = roll_up(run_info(Mode::kCertification), cases, plans, obligations);
  EXPECT_EQ(result.statement, Statement::kConformant);
  EXPECT_EQ(result.summary.recommendations_not_followed, 1U);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(roll_up(run_info(), cases, plans, obligations).exit_code, 1);
}

TEST(RollUp, AMustOutsideEveryObligationStillCounts) {
  std::vector<CaseResult> cases = {executed({check(Verdict::kPass, CheckRole::kPurpose, {"R"}),
                                             check(Verdict::kFail, CheckRole::kPurpose, {"S"})},
                                            {"R", "S"})};
  const std::array plans = {requirement("R"), requirement("S")};
  const std::array<ObligationPlan, 1> obligations = {{{"O", "", "", {"R"}}}};
  EXPECT_EQ(roll_up(run_info(Mode::kCertification), cases, plans, obligations).statement,
            Statement::kNotConformant);
}

TEST(RollUp, AFailThatBearsOnNoRequirementForbidsAStatement) {
  std::vector<CaseResult> cases = {executed({check(Verdict::kPass)}),
                                   executed({check(Verdict::kFail)}, {})};
  cases[1].id = "other";
  EXPECT_EQ(run_of(cases).statement, Statement::kNoStatement);
}

TEST(RollUp, CountsEverythingOnce) {
  CaseResult unstable = executed({check(Verdict::kFail), check(Verdict::kPass)});
  unstable.unstable = true;
  unstable.records = 7;
  const auto result =
      run_of({executed({check(Verdict::kPass)}), unstable, skipped(Disposition::kNotTested),
              skipped(Disposition::kNotApplicable), executed({check(Verdict::kError)}),
              executed({check(Verdict::kInconclusive)})});
  const Counts& cases = result.summary.cases;
  EXPECT_THAT((std::vector{cases.total, cases.pass, cases.fail, cases.inconclusive, cases.error,
                           cases.not_tested, cases.not_applicable}),
              ElementsAre(6, 1, 1, 1, 1, 1, 1));
  EXPECT_EQ(result.summary.checks.total, 5U);
  EXPECT_EQ(result.summary.checks.pass, 2U);
  EXPECT_EQ(result.summary.unstable, 1U);
  EXPECT_EQ(result.summary.records, 7U);
  EXPECT_EQ(result.summary.requirements.not_satisfied, 1U);
  EXPECT_EQ(result.summary.obligations.total, 1U);
}

// All runs of two cases with two checks each, all verdicts and roles: 4^4 x 16 role pairs.
template <class Visit>
void for_every_small_run(const Visit& visit) {
  for (const CheckRole first : kRoles) {
    for (const CheckRole second : kRoles) {
      for (int code = 0; code < 256; ++code) {
        const auto verdict = [&](int place) { return kVerdicts[code >> (2 * place) & 3]; };
        CaseResult a = executed({check(verdict(0), first, {"R"}), check(verdict(1), second)});
        CaseResult b = executed({check(verdict(2), first), check(verdict(3), second, {"R"})});
        b.id = "b";
        visit(a, b);
      }
    }
  }
}

TEST(RollUpProperties, OrderDoesNotMatter) {
  for_every_small_run([](const CaseResult& a, const CaseResult& b) {
    for (const Mode mode : {Mode::kNightly, Mode::kCertification}) {
      const auto one = run_of({a, b}, mode);
      const auto other = run_of({b, a}, mode);
      ASSERT_EQ(one.verdict, other.verdict);
      ASSERT_EQ(one.statement, other.statement);
      ASSERT_EQ(one.exit_code, other.exit_code);
      ASSERT_EQ(one.requirements[0].status, other.requirements[0].status);
    }
  });
}

// Of a preamble or postamble a fail is no worse than inconclusive: it says nothing about the
// purpose.
int severity(CheckRole role, Verdict verdict) {
  const bool beside = role == CheckRole::kPreamble || role == CheckRole::kPostamble;
  return static_cast<int>(beside && verdict == Verdict::kFail ? Verdict::kInconclusive : verdict);
}

TEST(RollUpProperties, MakingACheckWorseImprovesNothing) {
  for_every_small_run([](const CaseResult& a, const CaseResult& b) {
    const auto before_nightly = run_of({a, b}, Mode::kNightly);
    const auto before = run_of({a, b});
    for (std::size_t i = 0; i < 2; ++i) {
      for (const Verdict verdict : kVerdicts) {
        std::vector<CheckResult> checks = a.checks;
        if (severity(checks[i].role, verdict) <=
            severity(checks[i].role, checks[i].finding.verdict)) {
          continue;
        }
        checks[i].finding.verdict = verdict;
        const CaseResult bent = executed(checks);
        const auto after_nightly = run_of({bent, b}, Mode::kNightly);
        const auto after = run_of({bent, b});
        ASSERT_GE(after.verdict, before.verdict);
        ASSERT_GE(badness(after.statement), badness(before.statement));
        ASSERT_GE(badness(after.requirements[0].status), badness(before.requirements[0].status));
        ASSERT_GE(badness(after_nightly.exit_code), badness(before_nightly.exit_code));
      }
    }
  });
}

TEST(RollUpProperties, TakingACaseAwayNeverMakesItConformant) {
  for_every_small_run([](const CaseResult& a, const CaseResult& b) {
    CaseResult untested = skipped(Disposition::kNotTested);
    untested.id = a.id;
    const auto result = run_of({untested, b});
    ASSERT_NE(result.statement, Statement::kConformant);
    ASSERT_NE(result.exit_code, 0);
  });
}

TEST(RollUpProperties, ZeroMeansThatEverythingPassed) {
  for_every_small_run([](const CaseResult& a, const CaseResult& b) {
    const auto result = run_of({a, b}, Mode::kNightly);
    const bool all_pass = a.verdict == Verdict::kPass && b.verdict == Verdict::kPass;
    ASSERT_EQ(result.exit_code == 0, all_pass);
    ASSERT_EQ(result.verdict == Verdict::kPass, all_pass);
  });
}

}  // namespace
}  // namespace parley::judge
