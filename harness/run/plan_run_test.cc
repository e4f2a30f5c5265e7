// The world: a small library of scenarios with scripted parties; some cases pass, one fails, one
// ends before its check can be judged. Threads and interruptions must not change what is said of a
// case.
#include "harness/run/plan_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <thread>

#include "harness/base/encoding.h"
#include "harness/base/file.h"
#include "harness/crypto/hash.h"
#include "harness/judge/check.h"
#include "harness/judge/result_json.h"
#include "harness/run/scripted_party.h"
#include "harness/wire/profile.h"

namespace parley::run {
namespace {

class NoProgress final : public Progress {
 public:
  void waiting(const std::string&, const std::string&) override {}
  void finished(const judge::CaseResult&, std::size_t done, std::size_t total) override {
    EXPECT_LE(done, total);
    ++finished_cases;
  }
  std::size_t finished_cases = 0;
};

wire::Profile wire_profile() {
  const std::string path = std::string(PARLEY_SOURCE_DIR) + "/schemas/wire/wa-public-1.0.3.yaml";
  std::vector<Diagnostic> diagnostics;
  return wire::Profile::parse(path, read_text_file(path).value(), diagnostics).value();
}

class PlanRunTest : public testing::Test {
 protected:
  PlanRunTest() : profile_(wire_profile()) {
    scenario::Requirement requirement;
    requirement.id = "REQ-001";
    requirement.statement = "What is sent arrives.";
    requirement.modality = scenario::Modality::kMust;
    requirement.binds = {"partner-client"};
    library_.requirements = {requirement};
    scenario::Obligation obligation;
    obligation.id = "art-7-2-a";
    obligation.article = "7(2)(a)";
    obligation.requirements = {"REQ-001", "REQ-999"};
    library_.obligations = {obligation};
    scenario::Profile profile;
    profile.id = "own";
    profile.version = "1";
    profile.wire = "wa-public-1.0.3";
    profile.scenarios = {"*"};
    library_.profiles = {profile};
  }

  // A scenario of one step and one check that the step's result is what it should be.
  void add(const std::string& id, const std::string& operation, std::string_view equals,
           const std::string& step = "said") {
    scenario::Operation act;
    act.actor = "bob";
    act.operation = operation;
    act.arguments["text"] = "hello";
    scenario::TestCase test_case;
    test_case.id = test_case.scenario = id;
    scenario::Actor bob;
    bob.id = "bob";
    bob.kind = scenario::ActorKind::kPartnerUser;
    test_case.actors = {bob};
    test_case.steps.resize(1);
    test_case.steps[0].act = act;
    test_case.steps[0].label = "said";
    scenario::Check check;
    check.id = "right";
    check.kind = "step-result";
    check.requirements = {"REQ-001"};
    check.arguments["step"] = step;
    check.arguments["equals"] = parse_json(equals).value();
    check.arguments["blames"] = "partner-user";
    test_case.checks = {check};
    scenario::Scenario scenario;
    scenario.id = id;
    scenario.title = id;
    scenario.requirements = {"REQ-001"};
    scenario.cases = {test_case};
    library_.scenarios.push_back(scenario);
  }

  RunOutcome run(std::size_t workers, const std::atomic<bool>* interrupted = nullptr) {
    auto plan = scenario::make_plan(library_, "own", {});
    EXPECT_TRUE(plan.ok());
    if (change_plan_) change_plan_(*plan);
    CaseEnvironment environment;
    environment.make_world =
        [this](const WorldSeeds& seeds) -> Result<std::unique_ptr<net::World>> {
      net::SimOptions options;
      options.seed = seeds.people;
      options.link_seed = seeds.links;
      options.start = from_unix_seconds(1767225600);
      return net::make_sim_world(options, log_);
    };
    environment.make_party = ScriptedParty::factory();
    environment.cannot_run = cannot_run_;
    environment.driven_seats = driven_seats_;
    environment.judging = judging_;
    RunOptions options;
    options.workers = workers;
    options.interrupted = interrupted;
    options.transcript = take_;
    judge::RunInfo info;
    info.id = "run-test";
    NoProgress progress;
    RunOutcome out = run_plan(library_, *plan, profile_, environment, info, options, progress);
    finished_ = progress.finished_cases;
    return out;
  }

  static std::map<std::string, std::string> verdicts(const RunOutcome& outcome) {
    std::map<std::string, std::string> out;
    for (const judge::CaseResult& test_case : outcome.result.cases) {
      out[test_case.id] = test_case.verdict ? judge::to_string(*test_case.verdict) : "none";
    }
    return out;
  }

  NullLog log_;
  wire::Profile profile_;
  scenario::Library library_;
  std::size_t finished_ = 0;
  std::function<std::string(const scenario::TestCase&)> cannot_run_;
  std::function<void(const judge::CaseResult&, std::string_view)> take_;
  std::function<void(scenario::Plan&)> change_plan_;
  judge::Judging judging_;
  std::vector<std::string> driven_seats_;
};

TEST_F(PlanRunTest, WhatCannotBeRunIsNotTestedAndSaysWhy) {
  add("a.good", "say", R"({"text":"hello"})");
  add("b.beyond", "fly", R"({"text":"hello"})");
  cannot_run_ = [](const scenario::TestCase& test_case) -> std::string {
    return test_case.id == "b.beyond" ? "nobody can fly" : "";
  };
  const RunOutcome outcome = run(1);
  const std::map<std::string, std::string> expected = {{"a.good", "pass"}, {"b.beyond", "none"}};
  EXPECT_EQ(verdicts(outcome), expected);
  EXPECT_EQ(outcome.result.cases[1].disposition, judge::Disposition::kNotTested);
  EXPECT_EQ(outcome.result.cases[1].reason, "nobody can fly");
  EXPECT_EQ(outcome.result.run.state, judge::RunState::kComplete);
  EXPECT_EQ(outcome.result.exit_code, 2);
  EXPECT_EQ(finished_, 2U);
}

TEST_F(PlanRunTest, JudgesEveryCaseByItsRecords) {
  add("a.good", "say", R"({"text":"hello"})");
  add("b.bad", "say", R"({"text":"bye"})");
  add("c.unreached", "refuse", R"({"text":"${said.text}"})");
  const RunOutcome outcome = run(1);
  const std::map<std::string, std::string> expected = {
      {"a.good", "pass"}, {"b.bad", "fail"}, {"c.unreached", "inconclusive"}};
  EXPECT_EQ(verdicts(outcome), expected);
  EXPECT_EQ(outcome.result.exit_code, 1);
  EXPECT_EQ(outcome.result.run.state, judge::RunState::kComplete);
  EXPECT_EQ(outcome.result.run.plan_digest.size(), 64U);
  EXPECT_EQ(outcome.result.run.transcript_digest.size(), 64U);
  EXPECT_EQ(finished_, 3U);
}

TEST_F(PlanRunTest, ACheckThatStaysSilentIsAnErrorOfTheHarness) {
  add("a.good", "say", R"({"text":"hello"})");
  add("b.good", "say", R"({"text":"hello"})");
  judging_ = [](const judge::CheckKind& kind,
                const judge::CheckInput& input) -> std::optional<judge::Finding> {
    if (kind.name == "step-result") return std::nullopt;
    return kind.judge(input);
  };
  const RunOutcome outcome = run(1);
  const std::map<std::string, std::string> expected = {{"a.good", "error"}, {"b.good", "error"}};
  EXPECT_EQ(verdicts(outcome), expected);
  EXPECT_EQ(outcome.result.exit_code, 3);
}

TEST_F(PlanRunTest, APlanThatLacksATestCaseIsAnErrorOfTheHarness) {
  for (const char* id : {"a.good", "b.good", "c.good"}) add(id, "say", R"({"text":"hello"})");
  ASSERT_EQ(run(1).result.exit_code, 0);
  for (std::size_t lost = 0; lost < 3; ++lost) {
    std::string id;
    change_plan_ = [lost, &id](scenario::Plan& plan) {
      id = plan.cases[lost].test_case->id;
      plan.cases.erase(plan.cases.begin() + static_cast<std::ptrdiff_t>(lost));
    };
    const RunOutcome outcome = run(2);
    EXPECT_EQ(outcome.result.exit_code, 3);
    EXPECT_EQ(outcome.result.cases.size(), 3U);
    EXPECT_EQ(verdicts(outcome).at(id), "error");
    EXPECT_EQ(outcome.result.requirements[0].status, judge::RequirementStatus::kUndetermined);
  }
}

TEST_F(PlanRunTest, SoIsAPlanThatLacksACheck) {
  add("a.good", "say", R"({"text":"hello"})");
  add("b.bad", "say", R"({"text":"bye"})");
  change_plan_ = [](scenario::Plan& plan) { plan.cases[1].checks.clear(); };
  const RunOutcome outcome = run(1);
  EXPECT_EQ(verdicts(outcome).at("b.bad"), "error");
  EXPECT_EQ(outcome.result.exit_code, 3);
  ASSERT_FALSE(outcome.result.cases[1].checks.empty());
  EXPECT_EQ(outcome.result.cases[1].checks[0].finding.code, "not-emitted");
}

// One check goes by what bob reports, the other one would have to look into him.
class LeftOutRunTest : public PlanRunTest {
 protected:
  LeftOutRunTest() {
    scenario::Requirement unseen = library_.requirements[0];
    unseen.id = "REQ-002";
    library_.requirements.push_back(std::move(unseen));
    add("a.good", "think", R"({"text":"hello"})");
    scenario::Scenario& scenario = library_.scenarios[0];
    scenario.requirements.emplace_back("REQ-002");
    scenario::Check inside;
    inside.id = "unread";
    inside.kind = "frames-unchanged";
    inside.requirements = {"REQ-002"};
    inside.arguments = {{"at", "bob"}, {"blames", "partner-user"}};
    inside.when_observable = true;
    scenario.cases[0].checks.push_back(std::move(inside));
  }
  scenario::Check& inside() { return library_.scenarios[0].cases[0].checks[1]; }
};

TEST_F(LeftOutRunTest, WhatNobodyCanSeeIsLeftOutAndSatisfiesNothing) {
  driven_seats_ = {"partner-client"};
  const RunOutcome outcome = run(1);
  const judge::CaseResult& one = outcome.result.cases[0];
  EXPECT_EQ(one.verdict, judge::Verdict::kPass) << one.engine_error;
  EXPECT_EQ(one.checks[0].id, "right");
  EXPECT_NE(one.checks[1].id, "unread");
  ASSERT_EQ(one.left_out.size(), 1U);
  EXPECT_EQ(one.left_out[0].id, "unread");
  EXPECT_EQ(one.left_out[0].requirements, std::vector<std::string>{"REQ-002"});
  EXPECT_TRUE(one.left_out[0].reason.starts_with("not-observable: ")) << one.left_out[0].reason;
  ASSERT_EQ(outcome.result.requirements.size(), 2U);
  EXPECT_EQ(outcome.result.requirements[0].status, judge::RequirementStatus::kSatisfied);
  EXPECT_EQ(outcome.result.requirements[1].status, judge::RequirementStatus::kUndetermined);
  EXPECT_TRUE(outcome.result.requirements[1].checks.empty());
}

TEST_F(LeftOutRunTest, WithMocksInAllSeatsItIsJudged) {
  const judge::CaseResult one = run(1).result.cases[0];
  EXPECT_TRUE(one.left_out.empty());
  EXPECT_EQ(one.checks[1].id, "unread");
  EXPECT_EQ(one.verdict, judge::Verdict::kInconclusive) << "bob wrote no frames";
}

TEST_F(LeftOutRunTest, WithoutTheMarkTheCaseDoesNotApply) {
  driven_seats_ = {"partner-client"};
  inside().when_observable = false;
  const judge::CaseResult one = run(1).result.cases[0];
  EXPECT_EQ(one.disposition, judge::Disposition::kNotApplicable);
  EXPECT_TRUE(one.left_out.empty());
}

// Whoever marks a check in the plan alone has lost it.
TEST_F(LeftOutRunTest, APlanThatLeavesOutMoreIsAnErrorOfTheHarness) {
  driven_seats_ = {"partner-client"};
  inside().arguments["at"] = "alice";  // whom nobody drives: it can be judged
  inside().when_observable = false;
  change_plan_ = [](scenario::Plan& plan) {
    plan.cases[0].checks[1].arguments["at"] = "bob";
    plan.cases[0].checks[1].when_observable = true;
  };
  const judge::CaseResult one = run(1).result.cases[0];
  EXPECT_EQ(one.verdict, judge::Verdict::kError);
  EXPECT_TRUE(one.left_out.empty());
  EXPECT_EQ(one.checks[1].finding.code, "not-emitted");
}

TEST_F(PlanRunTest, RollsUpToTheCataloguesRequirementsAndObligations) {
  add("a.good", "say", R"({"text":"hello"})");
  const RunOutcome outcome = run(1);
  ASSERT_EQ(outcome.result.requirements.size(), 1U);
  EXPECT_EQ(outcome.result.requirements[0].status, judge::RequirementStatus::kSatisfied);
  ASSERT_EQ(outcome.result.obligations.size(), 1U);
  EXPECT_EQ(outcome.result.obligations[0].clause, "Art. 7(2)(a)");
  // What was not tested leaves the obligation open.
  EXPECT_EQ(outcome.result.obligations[0].requirements,
            (std::vector<std::string>{"REQ-001", "REQ-999"}));
  EXPECT_EQ(outcome.result.obligations[0].status, judge::RequirementStatus::kUndetermined);
  EXPECT_EQ(outcome.result.statement, judge::Statement::kNoStatement);
}

TEST_F(PlanRunTest, WorkersChangeNoByte) {
  for (int i = 0; i < 12; ++i) {
    add("case-" + std::to_string(i), "say", i % 3 == 0 ? R"({"text":"x"})" : R"({"text":"hello"})");
  }
  const RunOutcome one = run(1);
  for (const std::size_t workers : {2U, 5U, 64U}) {
    const RunOutcome many = run(workers);
    EXPECT_EQ(canonical(judge::to_json(one.result)), canonical(judge::to_json(many.result)));
    EXPECT_TRUE(one.transcript == many.transcript);
  }
}

TEST_F(PlanRunTest, ATranscriptThatSomebodyTakesComesInTheOrderOfThePlan) {
  for (int i = 0; i < 12; ++i) add("case-" + std::to_string(i), "say", R"({"text":"hello"})");
  const std::string whole = run(1).transcript;
  for (const std::size_t workers : {1U, 5U}) {
    std::string taken;
    std::vector<std::string> order;
    take_ = [&](const judge::CaseResult& result, std::string_view lines) {
      EXPECT_EQ(std::ranges::count(lines, '\n'), result.records);
      order.push_back(result.id);
      taken += lines;
    };
    const RunOutcome outcome = run(workers);
    ASSERT_EQ(order.size(), outcome.result.cases.size());
    for (std::size_t i = 0; i < order.size(); ++i) EXPECT_EQ(order[i], outcome.result.cases[i].id);
    EXPECT_EQ(outcome.transcript, "");
    EXPECT_TRUE(taken == whole) << workers;
    EXPECT_EQ(outcome.result.run.transcript_digest, hex(crypto::sha256(as_bytes(whole))));
  }
}

TEST_F(PlanRunTest, AnInterruptedRunSaysWhatWasNotTested) {
  add("a.good", "say", R"({"text":"hello"})");
  const std::atomic<bool> interrupted = true;
  const RunOutcome outcome = run(2, &interrupted);
  EXPECT_EQ(outcome.result.run.state, judge::RunState::kInterrupted);
  EXPECT_EQ(outcome.result.cases[0].disposition, judge::Disposition::kNotTested);
  EXPECT_EQ(outcome.result.exit_code, 2);
  EXPECT_EQ(outcome.transcript, "");
}

TEST_F(PlanRunTest, ABrokenPartyIsAnErrorOfTheHarnessAndHarmsNoOtherCase) {
  add("a.broken", "throw", R"({"text":"hello"})");
  add("b.good", "say", R"({"text":"hello"})");
  const std::map<std::string, std::string> found = verdicts(run(1));
  EXPECT_NE(found.at("a.broken"), "pass");
  EXPECT_EQ(found.at("b.good"), "pass");
}

}  // namespace
}  // namespace parley::run
