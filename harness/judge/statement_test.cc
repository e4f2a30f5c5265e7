// The world: certification runs of one test case that judges a duty of the partner's and one of the
// gatekeeper's, with a product in some of the seats and mocks in the others. Whatever the mocks do,
// it is of the product alone that something is stated.
#include "harness/judge/statement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "harness/judge/rollup.h"

namespace parley::judge {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::array<std::string_view, 5> kSeats{
    "gatekeeper-server", "gatekeeper-client", "partner-server", "partner-client", "partner-proxy"};

RunInfo certification(const std::vector<std::string_view>& under_test) {
  RunInfo run;
  run.mode = Mode::kCertification;
  run.state = RunState::kComplete;
  for (const std::string_view seat : kSeats) {
    SeatHolder holder;
    holder.seat = seat;
    holder.under_test = std::ranges::find(under_test, seat) != under_test.end();
    run.seats.push_back(holder);
  }
  return run;
}

bool concerns(const std::vector<std::string_view>& under_test,
              const std::vector<std::string>& binds) {
  return concerns_items(certification(under_test), binds);
}

TEST(ConcernsItems, GoesBySeatAndBySide) {
  EXPECT_TRUE(concerns({"partner-client"}, {"partner-client"}));
  EXPECT_TRUE(concerns({"partner-client"}, {"partner"}));
  EXPECT_TRUE(concerns({"partner-client"}, {"gatekeeper", "partner"}));
  EXPECT_FALSE(concerns({"partner-client"}, {"partner-server"}));
  EXPECT_FALSE(concerns({"partner-client"}, {"gatekeeper"}));
  EXPECT_FALSE(concerns({"partner-client"}, {"commission"}));
  EXPECT_TRUE(concerns({"gatekeeper-client"}, {"gatekeeper"}));
  EXPECT_FALSE(concerns({"gatekeeper-client"}, {"gatekeeper-server"}));
}

TEST(ConcernsItems, WithoutAProductTheMocksAreTheItems) {
  EXPECT_TRUE(concerns({}, {"gatekeeper"}));
  EXPECT_TRUE(concerns({}, {"partner-proxy"}));
}

TEST(ConcernsItems, WhatBindsNobodyInParticularBindsEverybody) {
  EXPECT_TRUE(concerns({"partner-client"}, {}));
}

RequirementPlan row(std::string id, std::string binds) {
  RequirementPlan plan;
  plan.id = std::move(id);
  plan.binds = {std::move(binds)};
  return plan;
}

CheckResult check(std::string requirement, Verdict verdict, std::string blamed) {
  CheckResult out;
  out.id = requirement;
  out.requirements = {std::move(requirement)};
  out.finding.verdict = verdict;
  out.finding.blamed = std::move(blamed);
  return out;
}

// One test case with a check of each row; `extra` is a row that nothing judges.
RunResult run_with(const std::vector<std::string_view>& under_test, Verdict of_partner,
                   Verdict of_gatekeeper, std::vector<RequirementPlan> extra = {}) {
  CaseResult one;
  one.id = "case";
  one.disposition = Disposition::kExecuted;
  one.requirements = {"P", "G"};
  one.checks = {check("P", of_partner, "partner"), check("G", of_gatekeeper, "gatekeeper")};
  one.verdict = roll_up_checks(one.checks);
  one.attempts = {{*one.verdict, {}}};
  std::vector<RequirementPlan> rows{row("P", "partner"), row("G", "gatekeeper-server")};
  rows.insert(rows.end(), extra.begin(), extra.end());
  const std::array<ObligationPlan, 1> duties = {{{"O", "7(1)", "title", {"G"}, "gatekeeper"}}};
  return roll_up(certification(under_test), {one}, rows, duties);
}

TEST(StatementAboutAProduct, RestsOnWhatBindsIt) {
  const auto pass = Verdict::kPass;
  const std::vector<RequirementPlan> unknown_of_gatekeeper{row("X", "gatekeeper")};
  const std::vector<RequirementPlan> unknown_of_partner{row("X", "partner-server")};
  EXPECT_EQ(run_with({"partner-server"}, pass, pass, unknown_of_gatekeeper).statement,
            Statement::kConformant);
  EXPECT_EQ(run_with({"partner-client"}, pass, pass, unknown_of_partner).statement,
            Statement::kConformant);
  EXPECT_EQ(run_with({"partner-server"}, pass, pass, unknown_of_partner).statement,
            Statement::kNoStatement);
  EXPECT_EQ(run_with({"gatekeeper-server"}, pass, pass, unknown_of_gatekeeper).statement,
            Statement::kNoStatement);
  EXPECT_EQ(run_with({}, pass, pass, unknown_of_gatekeeper).statement, Statement::kNoStatement);
}

TEST(StatementAboutAProduct, IsNotThatOfTheMocks) {
  // The product fails: of it that is said, and of nobody else.
  EXPECT_EQ(run_with({"partner-server"}, Verdict::kFail, Verdict::kPass).statement,
            Statement::kNotConformant);
  // A mock fails, which nothing accounts for that concerns the product.
  EXPECT_EQ(run_with({"partner-server"}, Verdict::kPass, Verdict::kFail).statement,
            Statement::kNoStatement);
  EXPECT_EQ(run_with({"gatekeeper-server"}, Verdict::kPass, Verdict::kFail).statement,
            Statement::kNotConformant);
}

TEST(StatementAboutAProduct, SaysWhatStandsAgainstIt) {
  const auto unknown = std::vector{row("X", "partner-server"), row("Y", "gatekeeper")};
  EXPECT_THAT(run_with({"partner-server"}, Verdict::kPass, Verdict::kPass, unknown).obstacles,
              ElementsAre("requirements undetermined: X"));
  EXPECT_THAT(run_with({"partner-server"}, Verdict::kFail, Verdict::kPass).obstacles,
              ElementsAre("requirements not satisfied: P"));
  EXPECT_THAT(run_with({"gatekeeper-server"}, Verdict::kPass, Verdict::kFail).obstacles,
              ElementsAre("requirements not satisfied: G", "points not satisfied: 7(1)"));
  EXPECT_THAT(run_with({"partner-server"}, Verdict::kPass, Verdict::kFail).obstacles,
              ElementsAre("not passed, and nothing that binds who is under test accounts for it: "
                          "case"));
  EXPECT_THAT(run_with({"partner-server"}, Verdict::kPass, Verdict::kPass).obstacles, IsEmpty());
}

TEST(StatementAboutAProduct, NeedsItsRunWhole) {
  CaseResult untested;
  untested.id = "other";
  untested.disposition = Disposition::kNotTested;
  RunInfo run = certification({"partner-server"});
  run.state = RunState::kInterrupted;
  const RunResult result = roll_up(run, {untested}, {}, {});
  EXPECT_EQ(result.statement, Statement::kNoStatement);
  EXPECT_THAT(result.obstacles, ElementsAre("the run was interrupted", "1 test case not tested",
                                            "nothing that binds who is under test was judged"));
  run.mode = Mode::kNightly;
  EXPECT_THAT(roll_up(run, {untested}, {}, {}).obstacles, IsEmpty());
}

TEST(StatementAboutAProduct, NeedsSomethingThatBindsIt) {
  const std::array rows = {row("G", "gatekeeper-server")};
  CaseResult one;
  one.id = "case";
  one.disposition = Disposition::kExecuted;
  one.requirements = {"G"};
  one.checks = {check("G", Verdict::kPass, "")};
  one.verdict = Verdict::kPass;
  one.attempts = {{Verdict::kPass, {}}};
  EXPECT_EQ(roll_up(certification({"partner-proxy"}), {one}, rows, {}).statement,
            Statement::kNoStatement);
}

TEST(StatusRollup, IsUndeterminedWithoutAnything) {
  EXPECT_EQ(StatusRollup().status(), RequirementStatus::kUndetermined);
  EXPECT_FALSE(StatusRollup().any());
}

}  // namespace
}  // namespace parley::judge
