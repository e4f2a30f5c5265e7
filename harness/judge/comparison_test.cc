// Two runs, before and after: what fails newly must be said, whatever else has changed, and what
// disappeared must not look as if it had been mended.
#include "harness/judge/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::judge {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

CaseResult test_case(std::string id, std::optional<Verdict> verdict,
                     std::vector<std::string> checks = {"x"}) {
  CaseResult out;
  out.id = std::move(id);
  out.disposition = verdict ? Disposition::kExecuted : Disposition::kNotTested;
  out.verdict = verdict;
  if (!verdict) out.reason = "interrupted";
  for (std::string& name : checks) {
    CheckResult check;
    check.id = std::move(name);
    check.finding.verdict = verdict.value_or(Verdict::kError);
    check.finding.code = "code";
    out.checks.push_back(std::move(check));
  }
  return out;
}

RequirementResult row(std::string id, RequirementStatus status) {
  RequirementResult out;
  out.id = std::move(id);
  out.status = status;
  out.statement = "text";
  return out;
}

RunResult run(std::vector<CaseResult> cases, std::vector<RequirementResult> rows = {}) {
  RunResult out;
  out.run.id = "run";
  out.cases = std::move(cases);
  out.requirements = std::move(rows);
  return out;
}

std::vector<std::string> names(const std::vector<Difference>& list) {
  std::vector<std::string> out;
  for (const Difference& one : list) out.push_back(one.what);
  return out;
}

TEST(Comparison, PutsEveryCaseWhereItBelongs) {
  const Comparison out =
      compare(run({test_case("same", Verdict::kPass), test_case("breaks", Verdict::kPass),
                   test_case("mended", Verdict::kFail), test_case("broken", Verdict::kFail),
                   test_case("gone", Verdict::kFail), test_case("lost", Verdict::kPass),
                   test_case("unclear", Verdict::kFail), test_case("shown", std::nullopt)}),
              run({test_case("same", Verdict::kPass), test_case("breaks", Verdict::kFail),
                   test_case("mended", Verdict::kPass), test_case("broken", Verdict::kFail),
                   test_case("lost", std::nullopt), test_case("unclear", Verdict::kInconclusive),
                   test_case("shown", Verdict::kFail), test_case("new", Verdict::kPass),
                   test_case("new-and-bad", Verdict::kFail)}));
  EXPECT_THAT(names(out.cases.newly_failing), ElementsAre("breaks", "shown", "new-and-bad"));
  EXPECT_THAT(names(out.cases.fixed), ElementsAre("mended"));
  EXPECT_THAT(names(out.cases.still_failing), ElementsAre("broken"));
  EXPECT_THAT(names(out.cases.changed), ElementsAre("lost", "unclear"));
  EXPECT_THAT(names(out.cases.added), ElementsAre("new", "new-and-bad"));
  EXPECT_THAT(names(out.cases.removed), ElementsAre("gone"));
  EXPECT_TRUE(out.regressed());
  EXPECT_EQ(out.cases.newly_failing[0].before, "pass");
  EXPECT_EQ(out.cases.newly_failing[0].after, "fail");
  EXPECT_EQ(out.cases.newly_failing[0].detail, "x: code");
  EXPECT_EQ(out.cases.changed[0].detail, "interrupted");
}

TEST(Comparison, OfARunWithItselfIsEmpty) {
  const RunResult one = run({test_case("a", Verdict::kFail), test_case("b", Verdict::kPass)},
                            {row("R", RequirementStatus::kSatisfied)});
  const Comparison out = compare(one, one);
  EXPECT_FALSE(out.regressed());
  EXPECT_THAT(names(out.cases.still_failing), ElementsAre("a"));
  for (const auto* list : {&out.cases.newly_failing, &out.cases.fixed, &out.cases.changed,
                           &out.cases.added, &out.cases.removed, &out.tightened, &out.texts,
                           &out.environment, &out.requirements.changed}) {
    EXPECT_THAT(names(*list), IsEmpty());
  }
}

TEST(Comparison, KnowsRequirementsByTheirStatus) {
  using S = RequirementStatus;
  const Comparison out =
      compare(run({}, {row("A", S::kSatisfied), row("B", S::kNotSatisfied),
                       row("C", S::kNotSatisfied), row("D", S::kSatisfied)}),
              run({}, {row("A", S::kNotSatisfied), row("B", S::kSatisfied),
                       row("C", S::kSatisfiedWithWaiver), row("D", S::kUndetermined)}));
  EXPECT_THAT(names(out.requirements.newly_failing), ElementsAre("A"));
  EXPECT_THAT(names(out.requirements.fixed), ElementsAre("B"));
  EXPECT_THAT(names(out.requirements.changed), ElementsAre("C", "D"));  // a waiver mends nothing
  EXPECT_TRUE(out.regressed());
}

TEST(Comparison, SeesWhatIsAskedForMoreStrictly) {
  RequirementResult should = row("R", RequirementStatus::kSatisfied);
  should.modality = Modality::kShould;
  RequirementResult must = should;
  must.modality = Modality::kMust;
  must.statement = "other text";
  must.clause = "TD 2";
  const Comparison out = compare(run({test_case("a", Verdict::kPass)}, {should}),
                                 run({test_case("a", Verdict::kPass, {"x", "y"})}, {must}));
  ASSERT_EQ(out.tightened.size(), 2U);
  EXPECT_EQ(out.tightened[0].detail, "new check y");
  EXPECT_EQ(out.tightened[1].after, "must");
  EXPECT_EQ(out.texts.size(), 2U);
  EXPECT_FALSE(out.regressed());
  // The other way round nothing is tightened.
  EXPECT_THAT(compare(run({test_case("a", Verdict::kPass, {"x", "y"})}, {must}),
                      run({test_case("a", Verdict::kPass)}, {should}))
                  .tightened,
              IsEmpty());
}

TEST(Comparison, NamesWhatElseIsDifferent) {
  RunResult before = run({});
  RunResult after = run({});
  after.run.harness_version = "0.2.0";
  after.run.catalogue_digest = "cc";
  after.run.seats = {{"gatekeeper-client", "baileys", "7", "adapter", "1", true}};
  EXPECT_THAT(names(compare(before, after).environment),
              ElementsAre("harness", "catalogue", "seats"));
}

}  // namespace
}  // namespace parley::judge
