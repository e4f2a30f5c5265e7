// Somebody answers for a known fail. The waiver must cover that fail and nothing else, on its days
// and no other, and must never make a run look better than the same run without the fail.
#include "harness/judge/waivers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "harness/judge/result_json.h"
#include "harness/judge/rollup.h"

namespace parley::judge {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::array kVerdicts = {Verdict::kPass, Verdict::kInconclusive, Verdict::kError,
                                  Verdict::kFail};

CheckResult check(std::string id, Verdict verdict, std::vector<std::string> requirements,
                  std::string code = "known") {
  CheckResult out;
  out.id = std::move(id);
  out.kind = "event-seen";
  out.requirements = std::move(requirements);
  out.finding.verdict = verdict;
  out.finding.code = std::move(code);
  return out;
}

CaseResult executed(std::string id, std::vector<CheckResult> checks) {
  CaseResult out;
  out.id = std::move(id);
  out.requirements = {"R", "S"};
  out.disposition = Disposition::kExecuted;
  out.verdict = roll_up_checks(checks);
  out.attempts = {{*out.verdict, ""}};
  out.checks = std::move(checks);
  return out;
}

Waiver waiver(std::string id = "W-1", std::string requirement = "R",
              std::string expires = "2026-12-31") {
  return {.id = std::move(id),
          .owner = "somebody",
          .reason = "known",
          .expires = std::move(expires),
          .requirement = std::move(requirement),
          .case_id = "a",
          .check_id = "x",
          .finding = "known"};
}

RunResult run_of(std::vector<CaseResult> cases, std::vector<Waiver> waivers,
                 Mode mode = Mode::kCertification, std::string day = "2026-06-01",
                 std::vector<std::string> sides = {}) {
  RunInfo info;
  info.mode = mode;
  info.state = RunState::kComplete;
  info.waivers_as_of = std::move(day);
  RequirementPlan r;
  r.id = "R";
  r.binds = std::move(sides);
  RequirementPlan s;
  s.id = "S";
  const std::array<ObligationPlan, 1> obligations = {{{"O", "7(1)", "title", {"R", "S"}}}};
  return roll_up(info, std::move(cases), std::array{r, s}, obligations, {}, std::move(waivers));
}

// One failing check of R, and one check of S that holds.
std::vector<CaseResult> known_fail() {
  return {executed("a", {check("x", Verdict::kFail, {"R"}), check("y", Verdict::kPass, {"S"})})};
}

TEST(Waivers, CoverExactlyOneFinding) {
  const RunResult without = run_of(known_fail(), {});
  EXPECT_EQ(without.statement, Statement::kNotConformant);
  EXPECT_EQ(without.exit_code, 1);
  const RunResult with = run_of(known_fail(), {waiver()});
  EXPECT_EQ(with.verdict, Verdict::kFail);  // a waiver changes no verdict
  EXPECT_EQ(with.cases[0].verdict, Verdict::kFail);
  EXPECT_EQ(with.requirements[0].status, RequirementStatus::kSatisfiedWithWaiver);
  EXPECT_THAT(with.requirements[0].waivers, ElementsAre("W-1"));
  EXPECT_THAT(with.requirements[0].failed_by, IsEmpty());
  EXPECT_EQ(with.requirements[0].checks[0].waiver, "W-1");
  EXPECT_EQ(with.obligations[0].status, RequirementStatus::kSatisfiedWithWaiver);
  EXPECT_EQ(with.statement, Statement::kConformantWithWaivers);
  EXPECT_EQ(with.waivers[0].state, WaiverState::kApplied);
  EXPECT_EQ(with.exit_code, 0);
  EXPECT_EQ(run_of(known_fail(), {waiver()}, Mode::kNightly).exit_code, 0);
  EXPECT_TRUE(wholly_waived(with, with.cases[0]));
  EXPECT_THAT(waivers_of(with, "a", "x"), ElementsAre("W-1"));
  EXPECT_THAT(waivers_of(with, "a", "y"), IsEmpty());
}

TEST(Waivers, OfAnythingElseCoverNothing) {
  const auto bent = [](auto Waiver::* member, const char* value) {
    Waiver out = waiver();
    out.*member = value;
    return out;
  };
  for (const Waiver& other :
       {bent(&Waiver::requirement, "S"), bent(&Waiver::case_id, "b"), bent(&Waiver::check_id, "y"),
        bent(&Waiver::finding, "other"), bent(&Waiver::case_id, "")}) {
    const RunResult result = run_of(known_fail(), {other});
    EXPECT_EQ(result.requirements[0].status, RequirementStatus::kNotSatisfied);
    EXPECT_EQ(result.statement, Statement::kNotConformant);
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_NE(result.waivers[0].state, WaiverState::kApplied);
    EXPECT_FALSE(wholly_waived(result, result.cases[0]));
  }
}

TEST(Waivers, HoldUntilTheirLastDay) {
  const auto on = [](const char* day) {
    return run_of(known_fail(), {waiver()}, Mode::kNightly, day);
  };
  EXPECT_EQ(on("2026-12-31").waivers[0].state, WaiverState::kApplied);
  const RunResult late = on("2027-01-01");
  EXPECT_EQ(late.waivers[0].state, WaiverState::kExpired);
  EXPECT_EQ(late.requirements[0].status, RequirementStatus::kNotSatisfied);
  EXPECT_EQ(late.exit_code, 1);
  EXPECT_EQ(on("").waivers[0].state, WaiverState::kExpired);  // on no day at all
}

TEST(Waivers, ThatAreStaleOrExpiredFailAnOtherwiseGoodRun) {
  const std::vector<CaseResult> good = {
      executed("a", {check("x", Verdict::kPass, {"R"}), check("y", Verdict::kPass, {"S"})})};
  EXPECT_EQ(run_of(good, {}).exit_code, 0);
  const RunResult stale = run_of(good, {waiver()});
  EXPECT_EQ(stale.waivers[0].state, WaiverState::kStale);
  EXPECT_EQ(stale.statement, Statement::kConformant);  // it waives nothing
  EXPECT_EQ(stale.exit_code, 1);
  EXPECT_EQ(run_of(good, {waiver("W-1", "R", "2026-05-31")}).exit_code, 1);
  EXPECT_TRUE(waivers_troubled(stale.waivers));
}

TEST(Waivers, OfWhatWasNotRunAreNotStale) {
  CaseResult untested = executed("a", {});
  untested.disposition = Disposition::kNotTested;
  untested.verdict.reset();
  untested.attempts.clear();
  untested.reason = "interrupted";
  EXPECT_EQ(run_of({untested}, {waiver()}).waivers[0].state, WaiverState::kNotJudged);
  EXPECT_EQ(run_of({}, {waiver()}).waivers[0].state, WaiverState::kNotJudged);
}

TEST(Waivers, DoNotHideWhatElseIsWrongWithTheRequirement) {
  for (const Verdict other : {Verdict::kInconclusive, Verdict::kError, Verdict::kFail}) {
    const RunResult result =
        run_of({executed("a", {check("x", Verdict::kFail, {"R"}), check("z", other, {"R"}, "new"),
                               check("y", Verdict::kPass, {"S"})})},
               {waiver()}, Mode::kNightly);
    EXPECT_EQ(result.requirements[0].status, other == Verdict::kFail
                                                 ? RequirementStatus::kNotSatisfied
                                                 : RequirementStatus::kUndetermined);
    EXPECT_NE(result.exit_code, 0);
    EXPECT_FALSE(wholly_waived(result, result.cases[0]));
  }
}

TEST(Waivers, MustCoverEveryRequirementThatAFailBearsOn) {
  const std::vector<CaseResult> both = {executed("a", {check("x", Verdict::kFail, {"R", "S"})})};
  const RunResult one = run_of(both, {waiver()});
  EXPECT_EQ(one.requirements[0].status, RequirementStatus::kSatisfiedWithWaiver);
  EXPECT_EQ(one.requirements[1].status, RequirementStatus::kNotSatisfied);
  EXPECT_EQ(one.exit_code, 1);
  EXPECT_FALSE(wholly_waived(one, one.cases[0]));
  const RunResult two = run_of(both, {waiver(), waiver("W-2", "S")}, Mode::kNightly);
  EXPECT_EQ(two.exit_code, 0);
  EXPECT_THAT(waivers_of(two, "a", "x"), ElementsAre("W-1", "W-2"));
}

// A fail by a side that is not bound shows nothing about the requirement; there is nothing to
// waive.
TEST(Waivers, OfFailsByOthersCoverNothing) {
  CheckResult by_partner = check("x", Verdict::kFail, {"R"});
  by_partner.finding.blamed = "partner-user";
  const RunResult result = run_of({executed("a", {by_partner, check("y", Verdict::kPass, {"S"})})},
                                  {waiver()}, Mode::kNightly, "2026-06-01", {"gatekeeper"});
  EXPECT_EQ(result.requirements[0].status, RequirementStatus::kUndetermined);
  EXPECT_EQ(result.waivers[0].state, WaiverState::kStale);
}

TEST(Waivers, CannotCoverAnEarlierAttemptOrAnEngineError) {
  std::vector<CaseResult> cases = {
      executed("a", {check("x", Verdict::kPass, {"R"}), check("y", Verdict::kPass, {"S"})})};
  cases[0].attempts = {{Verdict::kFail, "again"}, {Verdict::kPass, ""}};
  cases[0].verdict = Verdict::kFail;
  EXPECT_EQ(run_of(cases, {waiver()}).statement, Statement::kNotConformant);
}

TEST(Waivers, OfExaminationsWork) {
  ExaminationResult examination;
  examination.id = "R/renewed";
  examination.requirement = "R";
  examination.finding.verdict = Verdict::kFail;
  examination.finding.code = "known";
  Waiver one = waiver();
  one.case_id = kRegister;
  one.check_id = "R/renewed";
  RunInfo info;
  info.state = RunState::kComplete;
  info.waivers_as_of = "2026-06-01";
  RequirementPlan plan;
  plan.id = "R";
  plan.coverage = scenario::Coverage::kExamined;
  const std::vector<CaseResult> cases = {executed("b", {check("y", Verdict::kPass, {"S"})})};
  const RunResult result = roll_up(info, cases, std::array{plan}, {}, {examination}, {one});
  EXPECT_EQ(result.requirements[0].status, RequirementStatus::kSatisfiedWithWaiver);
  EXPECT_EQ(result.verdict, Verdict::kFail);
  EXPECT_EQ(result.exit_code, 0);
}

TEST(Waivers, ComeBackFromJson) {
  const json::object written = to_json(run_of(known_fail(), {waiver()}));
  const auto read = run_result_from_json(written);
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(to_json(*read), written);
  EXPECT_EQ(read->waivers[0].state, WaiverState::kApplied);
}

int badness(Statement statement) {
  constexpr std::array kOrder = {Statement::kConformant, Statement::kConformantWithWaivers,
                                 Statement::kNoStatement, Statement::kNotConformant};
  return static_cast<int>(std::ranges::find(kOrder, statement) - kOrder.begin());
}
int badness(RequirementStatus status) {
  constexpr std::array kOrder = {
      RequirementStatus::kSatisfied, RequirementStatus::kSatisfiedWithWaiver,
      RequirementStatus::kUndetermined, RequirementStatus::kNotSatisfied};
  return static_cast<int>(std::ranges::find(kOrder, status) - kOrder.begin());
}
int badness(int exit) { return exit == 1 ? 4 : exit; }

// All runs of two cases with two checks each, for R or S, with the code that is waived or another.
template <class Visit>
void for_every_small_run(const Visit& visit) {
  for (int code = 0; code < 256; ++code) {
    for (int names = 0; names < 4; ++names) {
      const auto verdict = [&](int place) { return kVerdicts[code >> (2 * place) & 3]; };
      const char* name = (names & 1) != 0 ? "known" : "new";
      const std::vector<std::string> other = {(names & 2) != 0 ? "R" : "S"};
      visit(std::vector{executed("a", {check("x", verdict(0), {"R"}, name),
                                       check("y", verdict(1), {"S"}, "new")}),
                        executed("b", {check("x", verdict(2), {"R"}, "known"),
                                       check("z", verdict(3), other, "known")})});
    }
  }
}

TEST(WaiverProperties, AddingOneTurnsNoOtherFailGreen) {
  for_every_small_run([](const std::vector<CaseResult>& cases) {
    const RunResult before = run_of(cases, {});
    const RunResult after = run_of(cases, {waiver()});
    ASSERT_EQ(after.verdict, before.verdict);
    ASSERT_EQ(to_json(after.cases[0]), to_json(before.cases[0]));
    ASSERT_EQ(after.requirements[1].status, before.requirements[1].status);  // not S's waiver
    const bool only_fail_of_r = [&] {
      int fails = 0;
      for (const CheckReference& one : before.requirements[0].checks) {
        fails += one.verdict == Verdict::kFail ? 1 : 0;
      }
      const CheckResult& x = cases[0].checks[0];
      return fails == 1 && x.finding.verdict == Verdict::kFail && x.finding.code == "known";
    }();
    const bool better =
        badness(after.requirements[0].status) < badness(before.requirements[0].status);
    ASSERT_TRUE(!better || only_fail_of_r);
    ASSERT_TRUE(after.statement == before.statement || only_fail_of_r);
    const bool satisfied = after.requirements[0].status == RequirementStatus::kSatisfied;
    ASSERT_EQ(satisfied, before.requirements[0].status == RequirementStatus::kSatisfied);
  });
}

// With the same waivers, a check that gets worse makes nothing better; but for the one step that
// the waiver was handed in for, from what is not known to exactly the fail that somebody answers
// for.
TEST(WaiverProperties, MakingACheckWorseImprovesNothing) {
  for_every_small_run([](const std::vector<CaseResult>& cases) {
    const RunResult before = run_of(cases, {waiver()});
    for (std::size_t place = 0; place < 4; ++place) {
      for (const Verdict verdict : kVerdicts) {
        std::vector<CheckResult> checks = cases[place / 2].checks;
        Finding& finding = checks[place % 2].finding;
        if (verdict <= finding.verdict) continue;
        const Verdict was = finding.verdict;
        finding.verdict = verdict;
        std::vector<CaseResult> bent = cases;
        bent[place / 2] = executed(cases[place / 2].id, checks);
        const RunResult after = run_of(bent, {waiver()});
        const bool into_the_waiver =
            place == 0 && verdict == Verdict::kFail && finding.code == "known";
        ASSERT_GE(after.verdict, before.verdict);
        if (into_the_waiver && was != Verdict::kPass) continue;
        ASSERT_GE(badness(after.statement), badness(before.statement));
        ASSERT_GE(badness(after.requirements[0].status), badness(before.requirements[0].status));
        ASSERT_GE(badness(after.requirements[1].status), badness(before.requirements[1].status));
        // A stale waiver fails the run; that is over once what it waives is there.
        if (into_the_waiver) continue;
        ASSERT_GE(badness(after.exit_code), badness(before.exit_code));
      }
    }
  });
}

}  // namespace
}  // namespace parley::judge
