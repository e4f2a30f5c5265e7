// The world: bob, a scripted party without a network, says two things. His driver fails or stays
// silent at one call after another, and one party of his kind breaks.
#include "harness/prove/sweep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/file.h"
#include "harness/run/scripted_party.h"
#include "harness/wire/profile.h"

namespace parley::prove {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

wire::Profile wire_profile() {
  const std::string path = std::string(PARLEY_SOURCE_DIR) + "/schemas/wire/wa-public-1.0.3.yaml";
  std::vector<Diagnostic> diagnostics;
  return wire::Profile::parse(path, read_text_file(path).value(), diagnostics).value();
}

// What a party does once a call has failed.
enum class Aftermath { kNone, kThrows, kHangs };

// Says things, until a driver call of its was failed: then it may break. A wrapper, as the fault
// itself never comes to the party.
class Fragile {
 public:
  explicit Fragile(Aftermath aftermath) : aftermath_(aftermath) {}

  driver::PartyFactory factory() const {
    return [aftermath = aftermath_](net::World& world, evidence::Recorder& recorder,
                                    const std::vector<driver::ActorSpec>& cast,
                                    std::size_t index) -> Result<std::unique_ptr<driver::Party>> {
      PARLEY_ASSIGN(auto party, run::ScriptedParty::factory()(world, recorder, cast, index));
      if (aftermath != Aftermath::kNone) world.spawn(break_later(world, aftermath));
      return party;
    };
  }

 private:
  // Without a fault the case is over before.
  static net::awaitable<void> break_later(net::World& world, Aftermath aftermath) {
    co_await world.wait_for(std::chrono::seconds(30));
    if (aftermath == Aftermath::kThrows) throw std::runtime_error("a party that is broken");
    for (;;) co_await world.wait_for(std::chrono::milliseconds(1));
  }

  const Aftermath aftermath_;
};

class SweepTest : public testing::Test {
 protected:
  SweepTest() : profile_(wire_profile()) {
    scenario::Requirement requirement;
    requirement.id = "REQ-001";
    requirement.statement = "What is sent arrives.";
    requirement.binds = {"partner-client"};
    library_.requirements = {requirement};
    scenario::Profile profile;
    profile.id = "own";
    profile.version = "1";
    profile.wire = "wa-public-1.0.3";
    profile.scenarios = {"*"};
    library_.profiles = {profile};
    scenario::Scenario scenario;
    scenario.id = scenario.title = "talk";
    scenario.requirements = {"REQ-001"};
    scenario.cases = {test_case()};
    library_.scenarios.push_back(scenario);
    environment_.make_world =
        [this](const run::WorldSeeds&) -> Result<std::unique_ptr<net::World>> {
      net::SimOptions options;
      options.start = from_unix_seconds(1767225600);
      return net::make_sim_world(options, log_);
    };
  }

  static scenario::TestCase test_case() {
    scenario::TestCase out;
    out.id = out.scenario = "talk";
    scenario::Actor bob;
    bob.id = "bob";
    bob.kind = scenario::ActorKind::kPartnerUser;
    out.actors = {bob};
    for (const std::string label : {"one", "two"}) {
      scenario::Operation act;
      act.actor = "bob";
      act.operation = "say";
      act.arguments["text"] = label;
      scenario::Step step;
      step.act = act;
      step.label = label;
      out.steps.push_back(step);
      scenario::Check check;
      check.id = "said-" + label;
      check.kind = "step-result";
      check.requirements = {"REQ-001"};
      check.arguments = {{"step", label}, {"equals", {{"text", label}}}, {"blames", "gatekeeper"}};
      out.checks.push_back(check);
    }
    return out;
  }

  SweepOutcome sweep_with(FaultKind kind, Aftermath aftermath = Aftermath::kNone,
                          std::size_t stride = 1, std::size_t workers = 2) {
    const auto plan = scenario::make_plan(library_, "own", {});
    EXPECT_TRUE(plan.ok());
    SweepBench bench{
        .library = library_,
        .plan = *plan,
        .profile = profile_,
        .environment = environment_,
        .make_parties = [aftermath](mocks::Interceptor&) { return Fragile(aftermath).factory(); }};
    bench.sharing.workers = workers;
    const std::vector<Scouted> scouted = scout(bench);
    EXPECT_THAT(scouted, SizeIs(1));
    EXPECT_EQ(scouted[0].trouble, "");
    return sweep(bench, scouted, kind, stride);
  }

  NullLog log_;
  wire::Profile profile_;
  scenario::Library library_;
  run::CaseEnvironment environment_;
};

TEST_F(SweepTest, EveryCallFailsOnceAndNobodyIsToBlame) {
  for (const FaultKind kind : {FaultKind::kCallFails, FaultKind::kCallUnanswered}) {
    const SweepOutcome outcome = sweep_with(kind);
    EXPECT_EQ(outcome.possible, 2U);
    EXPECT_EQ(outcome.faults, 2U);
    EXPECT_EQ(outcome.cases, 1U);
    EXPECT_THAT(outcome.violations, IsEmpty()) << outcome.violations[0].violation.detail;
  }
}

TEST_F(SweepTest, WhereNothingIsSentNothingIsDropped) {
  for (const FaultKind kind : {FaultKind::kDrop, FaultKind::kCut, FaultKind::kUnavailable}) {
    EXPECT_EQ(sweep_with(kind).faults, 0U);
  }
}

TEST_F(SweepTest, APartyThatBreaksInTheAftermathIsReported) {
  // Only a call that goes unanswered lets the case last until the party breaks.
  const SweepOutcome broken = sweep_with(FaultKind::kCallUnanswered, Aftermath::kThrows);
  EXPECT_EQ(broken.faults, 2U);
  ASSERT_THAT(broken.violations, SizeIs(2));
  for (const FoundViolation& found : broken.violations) {
    EXPECT_EQ(found.violation.rule, "engine");
    EXPECT_EQ(found.at.at, "bob");
    EXPECT_EQ(found.at.what, "say");
  }
  EXPECT_THAT(sweep_with(FaultKind::kCallFails, Aftermath::kThrows).violations, IsEmpty());
}

TEST_F(SweepTest, AStrideLeavesFaultsOut) {
  const SweepOutcome half = sweep_with(FaultKind::kCallFails, Aftermath::kNone, 2);
  EXPECT_EQ(half.possible, 2U);
  EXPECT_EQ(half.faults, 1U);
}

// As many places as the four of a cut, for the first write of each name only.
TEST(Faults, CutsAreASampleAndTheRestIsNot) {
  const scenario::TestCase test_case;
  const scenario::PlannedCase planned{&test_case, {}};
  Scouted scouted;
  scouted.planned = &planned;
  scouted.seen.writes = {{"a", "ack"}, {"b", "ack"}, {"a", "ack"}};
  EXPECT_THAT(faults(scouted, FaultKind::kDelay), SizeIs(3));
  const std::vector<Fault> cuts = faults(scouted, FaultKind::kCut);
  ASSERT_THAT(cuts, SizeIs(8));
  EXPECT_EQ(cuts[7].number, 1U);
  EXPECT_EQ(cuts[7].place, CutPlace::kBeforeLast);
  EXPECT_THAT(faults(scouted, FaultKind::kDrop), IsEmpty());
}

TEST(Faults, PlacesOfACut) {
  EXPECT_EQ(passing(CutPlace::kBeforeFirst, 10), 0U);
  EXPECT_EQ(passing(CutPlace::kInHeader, 10), 2U);
  EXPECT_EQ(passing(CutPlace::kInHeader, 1), 1U);
  EXPECT_EQ(passing(CutPlace::kMiddle, 10), 5U);
  EXPECT_EQ(passing(CutPlace::kBeforeLast, 10), 9U);
  for (const FaultKind kind : fault_kinds()) {
    EXPECT_EQ(parse_fault_kind(to_string(kind)), kind);
  }
  EXPECT_EQ(parse_fault_kind("meteor"), std::nullopt);
}

// A party that never lets a case end is stopped by the World's time.
TEST_F(SweepTest, ACaseThatDoesNotEndIsStopped) {
  const scenario::TestCase endless = test_case();
  FaultRig rig(endless, std::nullopt);
  const auto make = [](mocks::Interceptor&) -> driver::PartyFactory {
    return Fragile(Aftermath::kHangs).factory();
  };
  scenario::TestCase waits = endless;
  scenario::Step step;
  step.act = scenario::Advance{std::chrono::hours(24)};
  waits.steps = {step};
  const run::CaseRun run =
      run::run_case(waits, rig.environment(environment_, make, std::chrono::seconds(35), nullptr));
  EXPECT_NE(run.engine_error.find("did not end within 35s"), std::string::npos) << run.engine_error;
}

}  // namespace
}  // namespace parley::prove
