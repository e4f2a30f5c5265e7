// The world: the gate itself is broken. A check passes whatever it sees, stays silent, or says the
// opposite; a test case is missing. The quirks are those of the catalogue, the trials are real, and
// whatever is broken must surface.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "harness/cli/mock_cast.h"
#include "harness/cli/session.h"
#include "harness/cli/suite.h"
#include "harness/cli/suite_proof.h"
#include "harness/prove/kill_matrix.h"
#include "harness/prove/trials.h"
#include "harness/scenario/plan.h"

namespace parley::cli {
namespace {

using mocks::quirks::Quirk;
using testing::Contains;
using testing::ElementsAreArray;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Witnesses = std::map<std::string, std::set<std::string>, std::less<>>;

// The suite that the binary carries, ready for trials.
class Gate {
 public:
  Gate() {
    std::vector<Diagnostic> diagnostics;
    suite_ = load_suite({}, diagnostics);
    if (!suite_) throw std::runtime_error(render(diagnostics));
    quirks = suite_->quirks(diagnostics);
    plan = scenario::make_plan(suite_->library, "base", {}).value();
    profile_ = std::make_shared<const wire::Profile>(
        suite_->wire_profile(plan.profile->wire, diagnostics).value());
    witnesses = prove::witnesses(embedded_matrix(*suite_).value());
    environment.make_world =
        world_factory(SessionOptions(), start_of(SessionOptions()).value(), log_);
    environment.media = [this](std::string_view name) { return suite_->media(name); };
  }

  prove::Trials run(const scenario::Plan& of, std::span<const Quirk> with,
                    std::optional<Witnesses> only, std::size_t workers = 2) {
    prove::TrialOptions options;
    options.workers = workers;
    options.only = std::move(only);
    options.make_parties = [this](mocks::Interceptor& interceptor) {
      return make_parties(profile_, {}, &interceptor);
    };
    return prove::run_trials(suite_->library, of, *profile_, environment, with, options);
  }

  std::vector<prove::ImpostorRow> run_impostors() {
    std::vector<Diagnostic> diagnostics;
    prove::TrialOptions options;
    options.workers = 2;
    options.only.emplace();
    options.make_parties = [this](mocks::Interceptor& interceptor) {
      return make_parties(profile_, {}, &interceptor);
    };
    return prove::run_impostors(suite_->library, plan, *profile_, environment,
                                suite_->excuses(diagnostics), options);
  }

  std::vector<Quirk> quirks;
  scenario::Plan plan;
  Witnesses witnesses;  ///< of the accepted matrix
  run::CaseEnvironment environment;

 private:
  NullLog log_;
  std::optional<Suite> suite_;
  std::shared_ptr<const wire::Profile> profile_;
};

// Loading takes as long as many trials.
Gate& gate() {
  static Gate kGate;
  kGate.environment.judging = {};
  kGate.environment.seed = 1;
  return kGate;
}

bool names(const Quirk& quirk, std::string_view check) {
  return std::ranges::find(quirk.kills, check, &mocks::quirks::Kill::check) != quirk.kills.end();
}

std::set<std::string> named_checks(std::span<const Quirk> quirks) {
  std::set<std::string> out;
  for (const Quirk& quirk : quirks) {
    for (const mocks::quirks::Kill& kill : quirk.kills) out.insert(kill.check);
  }
  return out;
}

void expect_every_quirk_found(const prove::KillMatrix& matrix) {
  EXPECT_THAT(prove::summary(matrix), HasSubstr("SURVIVED 0, VOID 0, KILLED_BY_OTHER 0"));
  for (const prove::Row& row : matrix.rows) EXPECT_THAT(row.complaints, IsEmpty()) << row.quirk;
  EXPECT_THAT(matrix.baseline.troubles, IsEmpty());
  EXPECT_THAT(matrix.unkilled, IsEmpty());
}

// As if the check's body were gone: every quirk that was made for it is missed, and the gate names
// the check.
void expect_constant_pass_noticed(std::span<const Quirk> quirks, const prove::KillMatrix& right,
                                  const prove::Trials& trials) {
  for (const std::string& check : named_checks(quirks)) {
    const auto broken = prove::evaluate(quirks, trials.baseline, trials.trials, check);
    EXPECT_FALSE(broken.sound()) << check;
    EXPECT_THAT(broken.unkilled, Contains(check));
    EXPECT_EQ(broken.unkilled.size(), right.unkilled.size() + 1) << check;
    std::size_t missed = 0;
    for (std::size_t i = 0; i < quirks.size(); ++i) {
      if (!names(quirks[i], check)) {
        EXPECT_EQ(broken.rows[i].status, right.rows[i].status) << check << " " << quirks[i].id;
        continue;
      }
      ++missed;
      EXPECT_NE(broken.rows[i].status, prove::RowStatus::kKilled) << check << " " << quirks[i].id;
      if (broken.rows[i].killed.empty()) {
        EXPECT_EQ(broken.rows[i].status, prove::RowStatus::kSurvived) << quirks[i].id;
      }
    }
    EXPECT_GT(missed, 0U) << check;
  }
}

// A plan or a run that loses a test case loses what that case was to show.
void expect_a_lost_case_noticed(std::span<const Quirk> quirks, const Witnesses& witnesses,
                                const prove::Trials& trials) {
  for (std::size_t i = 0; i < quirks.size(); ++i) {
    const auto of = witnesses.find(quirks[i].id);
    if (of == witnesses.end()) continue;
    for (const std::string& lost : of->second) {
      std::vector<prove::Trial> rest;  // of this quirk alone
      for (const prove::Trial& trial : trials.trials) {
        if (trial.quirk != i || trial.test_case == lost) continue;
        rest.push_back(trial);
        rest.back().quirk = 0;
      }
      const auto matrix = prove::evaluate(quirks.subspan(i, 1), trials.baseline, rest);
      EXPECT_NE(matrix.rows[0].status, prove::RowStatus::kKilled) << lost << " " << quirks[i].id;
      EXPECT_FALSE(matrix.sound());
    }
  }
}

// One run for each thing that the accepted matrix claims; the whole of it takes minutes. It is made
// once and looked at from all sides.
TEST(SampledMatrix, EveryQuirkIsFoundAndABrokenGateIsNoticed) {
  Gate& world = gate();
  const prove::Trials trials = world.run(world.plan, world.quirks, world.witnesses);
  const auto matrix = prove::evaluate(world.quirks, trials.baseline, trials.trials);
  expect_every_quirk_found(matrix);
  expect_constant_pass_noticed(world.quirks, matrix, trials);
  expect_a_lost_case_noticed(world.quirks, world.witnesses, trials);
}

// Some quirks that were made for a check, with their test cases.
std::pair<std::vector<Quirk>, Witnesses> made_for(const Gate& world, std::string_view check) {
  std::pair<std::vector<Quirk>, Witnesses> out;
  for (const Quirk& quirk : world.quirks) {
    const auto of = world.witnesses.find(quirk.id);
    if (!names(quirk, check) || of == world.witnesses.end()) continue;
    if (out.first.size() == 4) break;
    out.first.push_back(quirk);
    out.second.insert(*of);
  }
  return out;
}

// What evaluate() takes as passed comes out the same where the check itself passes everything.
TEST(SecondOrder, AConstantPassInTheRegistryIsWhatTheMatrixTakesItFor) {
  Gate& world = gate();
  const std::set<std::string> checks = named_checks(world.quirks);
  for (const std::string& check :
       {*checks.begin(), *std::next(checks.begin(), 7), *checks.rbegin()}) {
    const auto [quirks, witnesses] = made_for(world, check);
    ASSERT_THAT(quirks, Not(IsEmpty())) << check;
    world.environment.judging = {};
    const prove::Trials right = world.run(world.plan, quirks, witnesses);
    world.environment.judging = [&check](const judge::CheckKind& kind,
                                         const judge::CheckInput& input) {
      judge::Finding finding = kind.judge(input);
      if (kind.name == check) finding = {judge::Verdict::kPass, "as-expected", "", "", {}, {}};
      return std::optional(finding);
    };
    const prove::Trials broken = world.run(world.plan, quirks, witnesses);
    const auto taken = prove::evaluate(quirks, right.baseline, right.trials, check);
    const auto seen = prove::evaluate(quirks, broken.baseline, broken.trials);
    EXPECT_EQ(prove::to_json(seen), prove::to_json(taken)) << check;
    EXPECT_THAT(seen.unkilled, Contains(check));
    EXPECT_FALSE(seen.sound());
  }
}

// A few test cases of the plan that have every kind of check among them: each time the one with the
// most kinds that are new, of those the shortest.
scenario::Plan cover(const scenario::Plan& plan) {
  scenario::Plan out = plan;
  out.cases.clear();
  std::set<std::string> covered;
  const auto worth = [&covered](const scenario::PlannedCase& one) {
    std::set<std::string> fresh;
    for (const scenario::PlannedCheck& check : one.checks) {
      if (!covered.contains(check.kind)) fresh.insert(check.kind);
    }
    return std::pair(fresh.size(), -static_cast<std::ptrdiff_t>(one.test_case->steps.size()));
  };
  for (;;) {
    const auto best = std::ranges::max_element(plan.cases, {}, worth);
    if (best == plan.cases.end() || worth(*best).first == 0) return out;
    for (const scenario::PlannedCheck& check : best->checks) covered.insert(check.kind);
    out.cases.push_back(*best);
  }
}

// The kinds of those checks that did not pass without any quirk, by what the baseline says of them.
std::set<std::string> troubled_kinds(const scenario::Plan& plan, const prove::Baseline& baseline,
                                     const std::string& finding) {
  std::set<std::string> out;
  for (const scenario::PlannedCase& one : plan.cases) {
    for (const scenario::PlannedCheck& check : one.checks) {
      const std::string trouble = check.id + ": " + finding;
      if (std::ranges::find(baseline.troubles, trouble) != baseline.troubles.end()) {
        out.insert(check.kind);
      }
    }
  }
  return out;
}

// Each check is asked on its own, so that all may be broken at the same time.
TEST(SecondOrder, ASilentCheckOfAnyKindShowsInTheBaseline) {
  Gate& world = gate();
  const scenario::Plan plan = cover(world.plan);
  world.environment.judging = [](const judge::CheckKind&, const judge::CheckInput&) {
    return std::optional<judge::Finding>();
  };
  const prove::Trials trials = world.run(plan, {}, std::nullopt);
  const std::set<std::string> kinds = troubled_kinds(plan, trials.baseline, "not-emitted");
  EXPECT_THAT(trials.baseline.declared, ElementsAreArray(kinds));
  EXPECT_FALSE(prove::evaluate({}, trials.baseline, trials.trials).sound());
}

TEST(SecondOrder, AVerdictOfAnyKindThatIsTurnedRoundShowsInTheBaseline) {
  Gate& world = gate();
  const scenario::Plan plan = cover(world.plan);
  world.environment.judging = [](const judge::CheckKind& kind, const judge::CheckInput& input) {
    judge::Finding finding = kind.judge(input);
    if (finding.verdict == judge::Verdict::kPass) {
      finding.verdict = judge::Verdict::kFail;
      finding.code = "turned-round";
    } else if (finding.verdict == judge::Verdict::kFail) {
      finding.verdict = judge::Verdict::kPass;
    }
    return std::optional(finding);
  };
  const prove::Trials trials = world.run(plan, {}, std::nullopt);
  const std::set<std::string> kinds = troubled_kinds(plan, trials.baseline, "turned-round");
  EXPECT_THAT(trials.baseline.declared, ElementsAreArray(kinds));
  EXPECT_FALSE(prove::evaluate({}, trials.baseline, trials.trials).sound());
}

TEST(SecondOrder, APlanWithoutATestCaseLeavesItsQuirksUntried) {
  Gate& world = gate();
  const std::vector<Quirk> one = {world.quirks.front()};
  const auto of = world.witnesses.find(one[0].id);
  ASSERT_NE(of, world.witnesses.end());
  scenario::Plan truncated = world.plan;
  std::erase_if(truncated.cases, [&of](const scenario::PlannedCase& planned) {
    return of->second.contains(planned.test_case->id);
  });
  ASSERT_LT(truncated.cases.size(), world.plan.cases.size());
  const prove::Trials trials = world.run(truncated, one, world.witnesses);
  const auto matrix = prove::evaluate(one, trials.baseline, trials.trials);
  EXPECT_EQ(matrix.rows[0].status, prove::RowStatus::kVoid);
  EXPECT_FALSE(matrix.sound());
}

// Some ten quirks from all over the catalogue.
std::vector<Quirk> some(const std::vector<Quirk>& quirks) {
  std::vector<Quirk> out;
  for (std::size_t i = 0; i < quirks.size(); i += quirks.size() / 10 + 1) out.push_back(quirks[i]);
  return out;
}

TEST(SecondOrder, TheMatrixIsTheSameTwiceAndUnderOtherSeeds) {
  Gate& world = gate();
  const std::vector<Quirk> quirks = some(world.quirks);
  ASSERT_GE(quirks.size(), 8U);
  const auto matrix = [&](std::uint64_t seed, std::size_t workers) {
    world.environment.seed = seed;
    const prove::Trials trials = world.run(world.plan, quirks, world.witnesses, workers);
    return canonical(prove::to_json(prove::evaluate(quirks, trials.baseline, trials.trials)));
  };
  const std::string once = matrix(1, 2);
  EXPECT_THAT(once, HasSubstr("\"KILLED\""));
  EXPECT_EQ(matrix(1, 1), once) << "the same seed, another number of workers";
  EXPECT_EQ(matrix(2, 2), once) << "another seed";
  EXPECT_EQ(matrix(3, 2), once) << "a third seed";
}

// Some of the test cases that the whole matrix tries with each; which, differs from one to the
// next.
TEST(SampledImpostors, NoImpostorPassesWhatItViolates) {
  const auto rows = gate().run_impostors();
  EXPECT_EQ(rows.size(), 50U);
  std::size_t applied = 0;
  for (const prove::ImpostorRow& row : rows) {
    EXPECT_THAT(row.green, IsEmpty()) << row.impostor;
    EXPECT_THAT(row.stopped, IsEmpty()) << row.impostor;
    applied += row.applied;
  }
  EXPECT_GT(applied, 40U);
}

}  // namespace
}  // namespace parley::cli
