// The world: a simulated World with scripted parties that say, refuse, hang or break, and test
// cases built by hand.
#include "harness/run/case_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <stdexcept>

#include "harness/base/encoding.h"
#include "harness/run/scripted_party.h"

namespace parley::run {
namespace {

using scenario::Await;
using scenario::Operation;
using scenario::Step;
using scenario::TestCase;

CaseEnvironment environment(std::uint64_t seed = 1) {
  static NullLog log;
  CaseEnvironment out;
  out.seed = seed;
  out.make_world = [](const WorldSeeds& seeds) -> Result<std::unique_ptr<net::World>> {
    net::SimOptions options;
    options.seed = seeds.people;
    options.link_seed = seeds.links;
    options.start = from_unix_seconds(1767225600);
    return net::make_sim_world(options, log);
  };
  out.make_party = ScriptedParty::factory();
  out.media = [](std::string_view name) -> std::optional<BytesView> {
    static const Bytes photo = to_bytes("not really a photo, but long enough");
    if (name == "photo.jpg") return photo;
    return std::nullopt;
  };
  return out;
}

Step operation(std::string name, std::string_view arguments = "{}", std::string label = {}) {
  Operation act;
  act.actor = "bob";
  act.operation = std::move(name);
  act.arguments = parse_json(arguments).value().get_object();
  Step step;
  step.act = std::move(act);
  step.label = std::move(label);
  return step;
}

Step await(std::string event, std::string_view where = "{}", std::string label = {}) {
  Await act;
  act.actor = "bob";
  act.event = std::move(event);
  act.where = parse_json(where).value().get_object();
  Step step;
  step.act = std::move(act);
  step.label = std::move(label);
  return step;
}

TestCase test_case(std::vector<Step> steps) {
  TestCase out;
  out.id = out.scenario = "t";
  scenario::Actor bob;
  bob.id = "bob";
  bob.kind = scenario::ActorKind::kPartnerUser;
  out.actors = {bob};
  out.steps = std::move(steps);
  return out;
}

const evidence::Record* find(const CaseRun& run, std::string_view kind, std::size_t nth = 0) {
  for (const evidence::Record& record : run.records) {
    if (record.kind == kind && nth-- == 0) return &record;
  }
  return nullptr;
}

bool completed(const CaseRun& run) {
  const evidence::Record* end = find(run, "case.end");
  return end != nullptr && get_bool(end->facts, "completed") == true;
}

TEST(CaseRun, RecordsStepsResultsAndAwaitedEvents) {
  const CaseRun run = run_case(test_case({operation("say", R"({"text":"hello"})", "said"),
                                          await("message", R"({"id":"${said.id}"})", "heard")}),
                               environment());
  EXPECT_EQ(run.engine_error, "");
  EXPECT_TRUE(completed(run));
  EXPECT_EQ(run.records.front().kind, "case.begin");
  EXPECT_EQ(run.records.back().kind, "case.end");
  EXPECT_EQ(get_string(run.labels.at("heard"), "text"), "hello");
  const evidence::Record* end = find(run, "await.end");
  ASSERT_NE(end, nullptr);
  EXPECT_EQ(get_bool(end->facts, "ok"), true);
}

TEST(CaseRun, AnEventIsAwaitedOnce) {
  const CaseRun run =
      run_case(test_case({operation("say"), await("message"), await("message")}), environment());
  EXPECT_FALSE(completed(run));
  EXPECT_EQ(get_bool(find(run, "await.end", 1)->facts, "ok"), false);
}

TEST(CaseRun, AnErrorThatNobodyExpectsEndsTheCase) {
  const CaseRun run = run_case(test_case({operation("refuse"), operation("say")}), environment());
  EXPECT_EQ(run.engine_error, "");
  EXPECT_FALSE(completed(run));
  EXPECT_EQ(find(run, "step.begin", 1), nullptr);
}

TEST(CaseRun, AnExpectedErrorLetsItGoOnAndOnlyThatOne) {
  Step refuse = operation("refuse");
  std::get<Operation>(refuse.act).expect_error = ErrorCode::kRefused;
  EXPECT_TRUE(completed(run_case(test_case({refuse, operation("say")}), environment())));
  std::get<Operation>(refuse.act).expect_error = ErrorCode::kTimeout;
  EXPECT_FALSE(completed(run_case(test_case({refuse, operation("say")}), environment())));
  Step say = operation("say");
  std::get<Operation>(say.act).expect_error = ErrorCode::kRefused;
  EXPECT_FALSE(completed(run_case(test_case({say}), environment())));
}

TEST(CaseRun, AResultMustContainWhatIsExpected) {
  Step say = operation("say", R"({"text":"hello"})");
  std::get<Operation>(say.act).expect = parse_json(R"({"text":"hello"})").value().get_object();
  EXPECT_TRUE(completed(run_case(test_case({say}), environment())));
  std::get<Operation>(say.act).expect = parse_json(R"({"text":"bye"})").value().get_object();
  EXPECT_FALSE(completed(run_case(test_case({say}), environment())));
}

TEST(CaseRun, APartyThatHangsMeetsItsDeadline) {
  const CaseRun run = run_case(test_case({operation("hang")}), environment());
  EXPECT_EQ(run.engine_error, "");
  const json::object* error = get_object(find(run, "step.end")->facts, "error");
  ASSERT_NE(error, nullptr);
  EXPECT_EQ(get_string(*error, "code"), "timeout");
  EXPECT_EQ(get_bool(find(run, "step.end")->facts, "unanswered"), true);
}

// Whoever answers, and be it with an error, has not left the call without an answer.
TEST(CaseRun, OnlyACallWithoutAnyAnswerIsUnanswered) {
  for (const std::string answered : {"say", "refuse", "die", "fly"}) {
    const CaseRun run = run_case(test_case({operation(answered)}), environment());
    ASSERT_NE(find(run, "step.end"), nullptr) << answered;
    EXPECT_FALSE(find(run, "step.end")->facts.contains("unanswered")) << answered;
  }
}

TEST(CaseRun, APartyThatBreaksIsAnErrorOfTheEngine) {
  std::string error;
  try {
    error = run_case(test_case({operation("throw")}), environment()).engine_error;
  } catch (const std::exception& e) {
    error = e.what();
  }
  EXPECT_THAT(error, testing::HasSubstr("a party that is broken"));
}

TEST(CaseRun, AnActorWithoutAPartyIsNamed) {
  TestCase with_nobody = test_case({});
  with_nobody.actors.front().id = "nobody";
  EXPECT_THAT(run_case(with_nobody, environment()).engine_error, testing::HasSubstr("nobody"));
}

TEST(CaseRun, APlaceholderWithoutValueIsNamed) {
  const CaseRun run =
      run_case(test_case({operation("say", R"({"text":"${nothing.id}"})")}), environment());
  EXPECT_THAT(run.engine_error, testing::HasSubstr("nothing.id"));
  EXPECT_THAT(run.engine_error, testing::HasSubstr("step 1"));
}

// An implementation that leaves a value out must not look like a harness that is broken.
TEST(CaseRun, AStepWithoutWhatAnEarlierOneShouldHaveBroughtEndsTheCase) {
  const CaseRun run = run_case(
      test_case({operation("say", "{}", "said"), operation("say", R"({"text":"${said.jid}"})")}),
      environment());
  EXPECT_EQ(run.engine_error, "");
  EXPECT_FALSE(completed(run));
  const evidence::Record* unready = find(run, "step.unready");
  ASSERT_NE(unready, nullptr);
  EXPECT_EQ(get_string(unready->facts, "actor"), "bob");
  EXPECT_EQ(find(run, "step.begin", 1), nullptr);
}

TEST(CaseRun, CanariesAreUniqueToTheStepAndRecorded) {
  const CaseRun run =
      run_case(test_case({operation("send-text", R"({"text":"a ${canary} b ${canary}"})", "one"),
                          operation("send-text", R"({"text":"${canary}"})", "two"),
                          operation("send-text", R"({"text":"no token in here"})", "three"),
                          operation("send-text", R"({"text":"short"})", "four")}),
               environment());
  std::vector<std::string> values;
  for (std::size_t i = 0; const evidence::Record* canary = find(run, "canary", i); ++i) {
    values.emplace_back(*get_string(canary->facts, "value"));
  }
  ASSERT_EQ(values.size(), 3U);
  EXPECT_NE(values[0], values[1]);
  EXPECT_EQ(get_string(run.labels.at("one"), "text"), "a " + values[0] + " b " + values[0]);
  EXPECT_EQ(values[2], "no token in here");
}

TEST(CaseRun, FilesStandInRecordsAsSizeAndDigest) {
  const CaseRun run =
      run_case(test_case({operation("send-media", R"({"kind":"image","media":"photo.jpg"})")}),
               environment());
  const json::object* arguments = get_object(find(run, "step.begin")->facts, "arguments");
  ASSERT_NE(arguments, nullptr);
  EXPECT_EQ(arguments->if_contains("content"), nullptr);
  EXPECT_EQ(get_string(*arguments, "name"), "photo.jpg");
  EXPECT_EQ(get_string(*arguments, "mime"), "image/jpeg");
  EXPECT_EQ(arguments->at("size").to_number<int>(), 35);
  EXPECT_EQ(get_string(*arguments, "sha256")->size(), 64U);
}

TEST(CaseRun, ThirtyDaysPassInNoTime) {
  Step advance;
  advance.act = scenario::Advance{std::chrono::hours(24 * 30)};
  const CaseRun run = run_case(test_case({advance, operation("say")}), environment());
  EXPECT_TRUE(completed(run));
  EXPECT_GE(run.records.back().time - run.records.front().time, std::chrono::hours(24 * 30));
}

TEST(CaseRun, TheSeedDecidesThePeopleAndTheCaseItsLinks) {
  const TestCase say = test_case({operation("say", "{}", "said")});
  const auto id = [](const CaseRun& run) {
    return std::string(*get_string(run.labels.at("said"), "id"));
  };
  EXPECT_EQ(id(run_case(say, environment(1))), id(run_case(say, environment(1))));
  EXPECT_NE(id(run_case(say, environment(1))), id(run_case(say, environment(2))));
  TestCase other = say;
  other.id = "u";
  EXPECT_EQ(id(run_case(say, environment(1))), id(run_case(other, environment(1))));
  EXPECT_EQ(world_seeds(1, "t").links, world_seeds(1, "t").links);
  EXPECT_NE(world_seeds(1, "t").links, world_seeds(1, "u").links);
  EXPECT_NE(world_seeds(1, "t").links, world_seeds(2, "t").links);
}

// What the case has recorded, and nothing of the farewell after its end.
TEST(CaseRun, APartyThatFailsEndsTheCaseAndIsNamed) {
  Step die = operation("die");
  std::get<Operation>(die.act).expect_error = ErrorCode::kInternal;
  const CaseRun run = run_case(test_case({die, operation("say")}), environment());
  EXPECT_THAT(run.engine_error, testing::HasSubstr("bob: its driver died"));
  EXPECT_FALSE(completed(run));
  EXPECT_EQ(run.records.back().kind, "case.end");
  EXPECT_EQ(find(run, "step.begin", 1), nullptr);
  const evidence::Record* failed = find(run, "driver.failed");
  ASSERT_NE(failed, nullptr);
  EXPECT_EQ(get_string(failed->facts, "actor"), "bob");
  EXPECT_EQ(get_string(failed->facts, "message"), "its driver died");
}

TEST(CaseRun, APartyThatCannotBeginEndsTheCaseBeforeItsFirstStep) {
  TestCase late = test_case({operation("say")});
  late.actors[0].id = "late";
  const CaseRun run = run_case(late, environment());
  EXPECT_THAT(run.engine_error, testing::HasSubstr("late: its driver cannot start"));
  EXPECT_EQ(run.records.front().kind, "case.begin");
  EXPECT_NE(find(run, "driver.failed"), nullptr);
  EXPECT_EQ(find(run, "step.begin"), nullptr);
  EXPECT_EQ(run.records.back().kind, "case.end");
}

TEST(CaseRun, FarewellsAreNotRecorded) {
  const CaseRun run = run_case(test_case({operation("say")}), environment());
  EXPECT_EQ(run.engine_error, "");
  EXPECT_EQ(find(run, "event.left"), nullptr);
}

// Of a driver alone: what a mock of ours tells has happened.
TEST(CaseRun, ADriverThatInventsAMessageSpoilsTheCase) {
  CaseEnvironment driven = environment();
  driven.driven_seats = {"partner-client"};
  const TestCase lie = test_case({operation("lie"), await("message")});
  const CaseRun run = run_case(lie, driven);
  EXPECT_EQ(run.engine_error,
            "bob: the driver told of a message \"LIE-1\", of which nobody else in the test case "
            "knows");
  EXPECT_FALSE(completed(run));
  const evidence::Record* failed = find(run, "driver.failed");
  ASSERT_NE(failed, nullptr);
  EXPECT_EQ(get_string(failed->facts, "actor"), "bob");
  EXPECT_EQ(run.records.back().kind, "case.end");

  // Not even where a step goes on from it.
  EXPECT_NE(run_case(test_case({operation("lie"), await("message", "{}", "heard"),
                                operation("say", R"({"text":"${heard.id}"})")}),
                     driven)
                .engine_error,
            "");
  EXPECT_EQ(run_case(lie, environment()).engine_error, "");
}

TEST(CaseRun, AnOperationHasTheTimeThatTheRunGivesIt) {
  CaseEnvironment patient = environment();
  patient.patience = std::chrono::minutes(2);
  const CaseRun run = run_case(test_case({operation("hang")}), patient);
  EXPECT_EQ(run.records.back().time - run.records.front().time >= std::chrono::minutes(2), true);
  const evidence::Record* end = find(run, "step.end");
  ASSERT_NE(end, nullptr);
  EXPECT_EQ(get_bool(end->facts, "unanswered"), true);
  EXPECT_THAT(canonical(end->facts), testing::HasSubstr("no answer within 2m"));
}

TEST(CaseRun, WhatAPartyWasToldInConfidenceIsNotKept) {
  CaseEnvironment discreet = environment();
  discreet.secrets = {"correct-horse"};
  const CaseRun run = run_case(
      test_case({operation("say", R"({"text":"it is correct-horse"})", "said")}), discreet);
  EXPECT_TRUE(completed(run));
  for (const evidence::Record& record : run.records) {
    EXPECT_THAT(canonical(record.facts), testing::Not(testing::HasSubstr("correct-horse")));
  }
  EXPECT_EQ(get_string(run.labels.at("said"), "text"), "it is [secret]");
}

TEST(CaseRun, SettingsOfARunStandBelowThoseOfTheScenario) {
  CaseEnvironment all = environment();
  all.iut_kinds = {"partner-user"};
  all.settings["partner-user"] = parse_json(R"({"mood":"good","hat":"none"})")->get_object();
  all.settings["gatekeeper"] = parse_json(R"({"addressing":"native"})")->get_object();
  TestCase dressed = test_case({operation("say")});
  dressed.actors[0].settings["hat"] = "red";
  const CaseRun run = run_case(dressed, all);
  const json::object& facts = find(run, "case.begin")->facts;
  EXPECT_EQ(canonical(facts.at("actors").at("bob")),
            R"({"hat":"red","kind":"partner-user","mood":"good","role":"partner-client"})");
  EXPECT_EQ(canonical(facts.at("iut")), R"(["bob"])");
}

}  // namespace
}  // namespace parley::run
