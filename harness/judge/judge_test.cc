// The plan says what must be judged; this is about what happens when records, checks or the plan
// itself are not as they should be. Whatever goes wrong, each planned check has one finding and
// none of them is a pass by accident.
#include "harness/judge/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "harness/judge/finding.h"
#include "harness/judge/rollup.h"
#include "harness/judge/staged_case.h"
#include "harness/scenario/vocabulary.h"

namespace parley::judge {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Direction = evidence::Direction;

std::size_t invariant_count() {
  return static_cast<std::size_t>(std::count_if(check_kinds().begin(), check_kinds().end(),
                                                [](const CheckKind& k) { return k.invariant; }));
}

DeclaredCheck seen(std::string id = "seen") {
  return {std::move(id),
          "event-seen",
          {{"actor", "bob"}, {"event", "message"}, {"blames", "gatekeeper"}},
          {"MSG-001"},
          CheckRole::kPurpose};
}

CasePlan plan_of(std::vector<DeclaredCheck> checks) {
  CasePlan plan;
  plan.id = "text[x=1]";
  plan.scenario = "text";
  plan.requirements = {"MSG-001"};
  plan.matrix = {{"x", "1"}};
  plan.checks = std::move(checks);
  return plan;
}

StagedCase good_case() {
  StagedCase staged;
  staged.now += std::chrono::seconds(3);
  staged.event("bob", "message", {{"text", "hi"}});
  staged.end();
  return staged;
}

TEST(CheckKinds, AreSortedAndKnowTheirArguments) {
  const auto kinds = check_kinds();
  EXPECT_TRUE(std::is_sorted(kinds.begin(), kinds.end(),
                             [](const auto& a, const auto& b) { return a.name < b.name; }));
  for (const CheckKind& kind : kinds) {
    EXPECT_EQ(find_check_kind(kind.name), &kind);
    ASSERT_NE(kind.judge, nullptr) << kind.name;
    EXPECT_TRUE(kind.summary.ends_with(".")) << kind.name;
    EXPECT_TRUE(!kind.invariant || (kind.required.empty() && kind.optional.empty())) << kind.name;
    for (const auto* names : {&kind.required, &kind.optional}) {
      for (const std::string_view name : *names) {
        EXPECT_NE(scenario::find_check_argument(name), nullptr) << kind.name << " " << name;
      }
    }
  }
  EXPECT_EQ(find_check_kind("no-such"), nullptr);
  EXPECT_EQ(find_check_kind(""), nullptr);
}

/// Some value that the argument may have.
json::value sample_argument(std::string_view name) {
  using scenario::ValueType;
  if (name == "operation") return "chatstate";  // one that the staged profile has
  if (name.ends_with("_users")) return json::array{"alice", "bob"};
  const scenario::Field* field = scenario::find_check_argument(name);
  if (field == nullptr) return "x";
  switch (field->type) {
    case ValueType::kInteger:
      return 1;
    case ValueType::kBoolean:
      return true;
    case ValueType::kObject:
      return json::object{};
    case ValueType::kTextList:
    case ValueType::kLabelList:
    case ValueType::kPartnerList:
      return json::array{"m", "n"};
    case ValueType::kActor:
    case ValueType::kUser:
      return "bob";
    case ValueType::kDuration:
      return "5s";
    case ValueType::kChoice:
      return json::string(scenario::split_choices(field->choices).front());
    default:
      return "m";
  }
}

TEST(CheckKinds, NoDeclaredKindPassesWithoutRecords) {
  for (const bool begun : {false, true}) {
    const StagedCase nothing({}, begun);
    for (const CheckKind& kind : check_kinds()) {
      if (kind.invariant) continue;
      json::object arguments;
      for (const std::string_view name : kind.required) arguments[name] = sample_argument(name);
      const Finding finding = nothing.judge(kind.name, arguments);
      EXPECT_NE(finding.verdict, Verdict::kPass) << kind.name;
      EXPECT_NE(finding.verdict, Verdict::kFail) << kind.name << ": nothing was observed";
      EXPECT_NE(finding.code, "check-broke") << kind.name << ": " << finding.observed;
      // Nor does a missing argument.
      if (kind.required.empty()) continue;
      arguments.erase(kind.required.front());
      EXPECT_EQ(told(nothing.judge(kind.name, arguments)), "error/harness/bad-arguments");
    }
  }
}

TEST(CheckKinds, EveryInvariantSaysWhereItHadNothingToJudge) {
  for (const CheckKind& kind : check_kinds()) {
    if (!kind.invariant) continue;
    const StagedCase nothing({}, false);
    EXPECT_EQ(told(nothing.judge(kind.name)), "pass/none/nothing-to-judge") << kind.name;
  }
}

TEST(JudgeCheck, RefusesUnknownKindsAndArguments) {
  const StagedCase staged = good_case();
  EXPECT_EQ(told(staged.judge("event-sen")), "error/harness/no-such-check");
  EXPECT_EQ(told(staged.judge("order", {{"first", "a"}, {"then", "b"}, {"thn", "c"}})),
            "error/harness/bad-arguments");
}

TEST(JudgeCheck, FillsPlaceholdersFromTheRecords) {
  StagedCase staged;
  staged.step("sent", "alice", "send-text", {{"id", "M1"}, {"deep", {{"er", 5}}}});
  staged.event("bob", "message", {{"id", "M1"}, {"n", 5}});
  staged.end();
  json::object arguments = seen().arguments;
  arguments["where"] = {{"id", "${sent.id}"}, {"n", "${sent.deep.er}"}};
  EXPECT_EQ(told(staged.judge("event-seen", arguments)), "pass/none/as-expected");
  arguments["where"] = {{"id", "${sent.di}"}};
  EXPECT_EQ(told(staged.judge("event-seen", arguments)), "error/harness/bad-arguments");
  arguments["where"] = {{"id", "${never.id}"}};
  EXPECT_EQ(told(staged.judge("event-seen", arguments)), "error/harness/no-such-label");
}

TEST(JudgeCheck, APlaceholderWhoseStepWasNeverReachedIsInconclusive) {
  StagedCase staged;
  staged.fail_await("first", "bob", "message");
  staged.end(false);
  json::object arguments = seen().arguments;
  arguments["where"] = {{"id", "${never.id}"}};
  EXPECT_EQ(told(staged.judge("event-seen", arguments)), "inconclusive/unknown/step-not-reached");
  arguments["where"] = {{"id", "${first.id}"}};
  EXPECT_EQ(told(staged.judge("event-seen", arguments)), "inconclusive/unknown/step-not-performed");
}

TEST(JudgeCase, GivesOneResultPerPlannedCheckAndInvariant) {
  StagedCase staged = good_case();
  CasePlan plan = plan_of({seen("one"), seen("two")});
  plan.invariant_requirements["canary-contained"] = {"SEC-001"};
  const CaseResult result = judge_case(plan, staged.records(), staged_profile());
  ASSERT_EQ(result.checks.size(), 2 + invariant_count());
  EXPECT_EQ(result.checks[0].id, "one");
  EXPECT_EQ(result.checks[1].id, "two");
  EXPECT_FALSE(result.checks[1].invariant());
  EXPECT_EQ(result.checks[2].id, "canary-contained");
  EXPECT_TRUE(result.checks[2].invariant());
  EXPECT_THAT(result.checks[2].requirements, ElementsAre("SEC-001"));
  EXPECT_EQ(result.verdict, Verdict::kPass);
  EXPECT_EQ(result.disposition, Disposition::kExecuted);
  EXPECT_EQ(result.records, 3U);
  EXPECT_EQ(result.duration, std::chrono::seconds(3));
  EXPECT_EQ(result.attempts.size(), 1U);
}

TEST(JudgeCase, GivesTheSameResultFromATranscript) {
  StagedCase staged = good_case();
  staged.step("sent", "alice", "send-text", {{"id", "M1"}, {"n", std::uint64_t{7}}});
  std::vector<evidence::Record> read;
  for (const evidence::Record& record : staged.records()) {
    const auto again = evidence::parse_line(evidence::to_line(record, "c"));
    ASSERT_TRUE(again.ok()) << again.error().text();
    read.push_back(*again);
  }
  const CasePlan plan = plan_of({seen()});
  const CaseResult live = judge_case(plan, staged.records(), staged_profile());
  const CaseResult later = judge_case(plan, read, staged_profile());
  ASSERT_EQ(live.checks.size(), later.checks.size());
  for (std::size_t i = 0; i < live.checks.size(); ++i) {
    EXPECT_EQ(told(live.checks[i].finding), told(later.checks[i].finding));
    EXPECT_EQ(live.checks[i].finding.observed, later.checks[i].finding.observed);
    EXPECT_EQ(live.checks[i].finding.evidence, later.checks[i].finding.evidence);
  }
}

TEST(JudgeCase, ACaseWithoutChecksOfItsPurposeIsAnError) {
  StagedCase staged = good_case();
  EXPECT_EQ(judge_case(plan_of({}), staged.records(), staged_profile()).verdict, Verdict::kError);
  DeclaredCheck preamble = seen();
  preamble.role = CheckRole::kPreamble;
  EXPECT_EQ(judge_case(plan_of({preamble}), staged.records(), staged_profile()).verdict,
            Verdict::kError);
}

TEST(JudgeCase, WhatStoppedTheEngineIsAtLeastAnError) {
  StagedCase staged = good_case();
  CaseResult result = judge_case(plan_of({seen()}), staged.records(), staged_profile(), "broke");
  EXPECT_EQ(result.verdict, Verdict::kError);
  EXPECT_EQ(result.engine_error, "broke");
  StagedCase silent;
  silent.end();
  result = judge_case(plan_of({seen()}), silent.records(), staged_profile(), "broke");
  EXPECT_EQ(result.verdict, Verdict::kFail);
}

TEST(JudgeCase, ADriverThatDiedIsToBlameForWhatIsMissing) {
  StagedCase staged({"alice"});
  staged.begin_step("sent", "alice", "send-text");
  staged.fail_step("sent", "alice", "send-text", "internal");
  staged.step_record("driver.failed", {{"actor", "alice"}, {"message", "it exited with code 3"}});
  staged.end(false);
  CasePlan plan = plan_of({seen()});
  const CaseResult result =
      judge_case(plan, staged.records(), staged_profile(), "alice: it exited");
  EXPECT_EQ(told(result.checks[0].finding), "error/driver/driver-failed");
  EXPECT_EQ(result.checks[0].finding.observed, "alice: it exited with code 3");
  EXPECT_THAT(result.checks[0].finding.evidence, ElementsAre(3U));
  EXPECT_EQ(result.verdict, Verdict::kError);
  for (const CheckResult& check : result.checks) {
    if (check.invariant()) EXPECT_EQ(check.finding.verdict, Verdict::kPass) << check.id;
  }
}

TEST(JudgeCase, WhatAProductCallsFailedIsNotTheHarnesss) {
  for (const char* iut : {"alice", "bob"}) {
    StagedCase staged({iut});
    staged.begin_step("sent", "alice", "send-text");
    staged.fail_step("sent", "alice", "send-text", "internal");
    staged.end(false);
    const Finding finding =
        staged.judge("content-intact", {{"message", "sent"}, {"at", "bob"}, {"blames", "alice"}});
    EXPECT_EQ(told(finding), std::string(iut) == "alice"
                                 ? "inconclusive/unknown/step-not-performed"
                                 : "inconclusive/harness/step-not-performed");
  }
}

TEST(JudgeCase, RecordsWithGapsAreAnError) {
  StagedCase staged = good_case();
  staged.records().erase(staged.records().begin() + 1);
  CaseResult result = judge_case(plan_of({seen()}), staged.records(), staged_profile());
  EXPECT_THAT(result.engine_error, HasSubstr("gaps"));
  staged.records()[1].seq = 1'000'000;
  result = judge_case(plan_of({seen()}), staged.records(), staged_profile());
  EXPECT_NE(result.verdict, Verdict::kPass);
}

TEST(JudgeCase, NoRecordsAtAllIsAnError) {
  EXPECT_EQ(judge_case(plan_of({seen()}), {}, staged_profile()).verdict, Verdict::kError);
}

TEST(JudgeCase, TellsWhichFindingsRestOnSurrogates) {
  StagedCase staged;
  const wire::Node composing("chatstate", {{"from", std::string(kAliceJid)}},
                             wire::Nodes{wire::Node("composing")});
  staged.stanza("bob", Direction::kIn, "gatekeeper", composing, "chatstate", "surrogate");
  staged.event("bob", "typing", {{"state", "composing"}});
  staged.event("alice", "message", {{"id", "1"}});
  staged.end();
  DeclaredCheck typing = seen("typing");
  typing.arguments["event"] = "typing";
  DeclaredCheck message = seen("message");
  message.arguments["actor"] = "alice";
  const CaseResult result =
      judge_case(plan_of({typing, message}), staged.records(), staged_profile());
  EXPECT_EQ(result.checks[0].basis, Basis::kSurrogate);
  EXPECT_THAT(result.checks[0].surrogates, ElementsAre("chatstate"));
  EXPECT_EQ(result.checks[1].basis, Basis::kPublic);
  EXPECT_THAT(result.checks[1].surrogates, ElementsAre());
}

std::vector<CheckResult> emitted(const CasePlan& plan) {
  StagedCase staged = good_case();
  return judge_case(plan, staged.records(), staged_profile()).checks;
}

TEST(HoldToPlan, ADroppedFindingIsAnErrorOfTheHarness) {
  const CasePlan plan = plan_of({seen("one"), seen("two")});
  const auto all = emitted(plan);
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto some = all;
    some.erase(some.begin() + static_cast<std::ptrdiff_t>(i));
    const auto held = hold_to_plan(plan, some);
    ASSERT_EQ(held.size(), all.size());
    EXPECT_EQ(held[i].id, all[i].id);
    EXPECT_EQ(told(held[i].finding), "error/harness/not-emitted");
    EXPECT_EQ(roll_up_checks(held), Verdict::kError);
  }
}

TEST(HoldToPlan, SoAreFindingsTwiceOrUnplanned) {
  const CasePlan plan = plan_of({seen("one")});
  auto twice = emitted(plan);
  twice.push_back(twice.front());
  EXPECT_EQ(told(hold_to_plan(plan, twice).front().finding), "error/harness/emitted-twice");
  auto more = emitted(plan);
  more.push_back(more.front());
  more.back().id = "three";
  const auto held = hold_to_plan(plan, more);
  EXPECT_EQ(told(held.back().finding), "error/harness/not-planned");
  EXPECT_EQ(told(held.front().finding), "pass/none/as-expected");
  // A finding of another kind under a planned name is not the planned one.
  auto disguised = emitted(plan);
  disguised.front().kind = "order";
  EXPECT_EQ(told(hold_to_plan(plan, disguised).front().finding), "error/harness/not-emitted");
}

TEST(HoldToPlan, TheOrderOfThePlanIsRestored) {
  const CasePlan plan = plan_of({seen("one"), seen("two")});
  const auto all = emitted(plan);
  auto reversed = all;
  std::reverse(reversed.begin(), reversed.end());
  const auto held = hold_to_plan(plan, reversed);
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(held[i].id, all[i].id);
}

// What each kind of check says of the good case is lost or turned round on its way to the judge.
TEST(JudgeCase, ASilentCheckIsAnError) {
  StagedCase staged = good_case();
  const CasePlan plan = plan_of({seen("one"), seen("two")});
  for (const CheckKind& silent : check_kinds()) {
    if (!silent.invariant && silent.name != "event-seen") continue;
    const Judging judging = [&silent](const CheckKind& kind,
                                      const CheckInput& input) -> std::optional<Finding> {
      if (&kind == &silent) return std::nullopt;
      return kind.judge(input);
    };
    const CaseResult result = judge_case(plan, staged.records(), staged_profile(), {}, judging);
    EXPECT_EQ(result.verdict, Verdict::kError) << silent.name;
    ASSERT_EQ(result.checks.size(), 2 + invariant_count());
    for (const CheckResult& check : result.checks) {
      EXPECT_EQ(check.finding.code == "not-emitted", check.kind == silent.name) << check.id;
    }
  }
}

class HoldRunToPlan : public testing::Test {
 protected:
  HoldRunToPlan() {
    for (const char* id : {"a", "b", "c"}) {
      CasePlan plan = plan_of({seen("one"), seen("two")});
      plan.id = id;
      plans_.push_back(plan);
      StagedCase staged = good_case();
      results_.push_back(judge_case(plan, staged.records(), staged_profile()));
    }
  }
  std::vector<CasePlan> plans_;
  std::vector<CaseResult> results_;
};

TEST_F(HoldRunToPlan, LeavesWhatIsCompleteAsItIs) {
  const auto held = hold_to_plan(plans_, results_);
  ASSERT_EQ(held.size(), 3U);
  for (const CaseResult& result : held) EXPECT_EQ(result.verdict, Verdict::kPass) << result.id;
  // Nor does it judge what was not executed.
  results_[1] = not_executed(plans_[1], Disposition::kNotTested, "interrupted");
  EXPECT_FALSE(hold_to_plan(plans_, results_)[1].verdict.has_value());
}

TEST_F(HoldRunToPlan, ALostCaseIsAnErrorInItsPlace) {
  for (std::size_t lost = 0; lost < 3; ++lost) {
    auto some = results_;
    some.erase(some.begin() + static_cast<std::ptrdiff_t>(lost));
    const auto held = hold_to_plan(plans_, some);
    ASSERT_EQ(held.size(), 3U);
    EXPECT_EQ(held[lost].id, plans_[lost].id);
    EXPECT_EQ(held[lost].verdict, Verdict::kError);
    EXPECT_THAT(held[lost].engine_error, HasSubstr("its result is missing"));
    RunInfo info;
    info.state = RunState::kComplete;
    EXPECT_EQ(roll_up(info, held, {}, {}).exit_code, 3);
  }
}

TEST_F(HoldRunToPlan, ALostCheckIsAnErrorOfItsCase) {
  for (std::size_t lost = 0; lost < results_[1].checks.size(); ++lost) {
    auto some = results_;
    some[1].checks.erase(some[1].checks.begin() + static_cast<std::ptrdiff_t>(lost));
    const auto held = hold_to_plan(plans_, some);
    EXPECT_EQ(held[1].verdict, Verdict::kError);
    EXPECT_EQ(held[1].attempts.back().verdict, Verdict::kError);
    EXPECT_EQ(told(held[1].checks[lost].finding), "error/harness/not-emitted");
    EXPECT_EQ(held[0].verdict, Verdict::kPass);
  }
}

TEST_F(HoldRunToPlan, OnlyThePlanSaysWhatIsLeftOut) {
  const LeftOutCheck unseen{"three", "frames-unchanged", {"TRN-015"}, "not-observable: x"};
  plans_[0].left_out = plans_[2].left_out = {unseen};
  results_[1].left_out = {unseen};  // by the result alone
  results_[1].checks.erase(results_[1].checks.begin());
  results_.erase(results_.begin() + 2);
  const auto held = hold_to_plan(plans_, results_);
  ASSERT_EQ(held.size(), 3U);
  EXPECT_EQ(held[0].left_out, plans_[0].left_out);
  EXPECT_TRUE(held[1].left_out.empty());
  EXPECT_EQ(held[1].verdict, Verdict::kError);
  EXPECT_EQ(held[2].left_out, plans_[2].left_out) << "of a case that was lost, too";
}

TEST(JudgeCase, SaysWhatThePlanLeavesOutAndJudgesItNot) {
  StagedCase staged = good_case();
  CasePlan plan = plan_of({seen("one")});
  plan.left_out = {{"two", "frames-unchanged", {"TRN-015"}, "not-observable: x"}};
  const CaseResult result = judge_case(plan, staged.records(), staged_profile());
  EXPECT_EQ(result.verdict, Verdict::kPass);
  EXPECT_EQ(result.left_out, plan.left_out);
  EXPECT_EQ(result.checks.size(), 1 + invariant_count());
  EXPECT_TRUE(not_executed(plan, Disposition::kNotTested, "interrupted").left_out.empty());
}

TEST_F(HoldRunToPlan, ACaseThatIsThereTwiceOrUnplannedIsAnError) {
  results_.push_back(results_[0]);
  auto held = hold_to_plan(plans_, results_);
  ASSERT_EQ(held.size(), 4U);
  EXPECT_EQ(held[3].verdict, Verdict::kError);
  results_.back().id = "d";
  EXPECT_EQ(hold_to_plan(plans_, results_)[3].verdict, Verdict::kError);
  EXPECT_EQ(hold_to_plan({}, results_).size(), 4U);
}

TEST(NotExecuted, HasAReasonAndNoVerdict) {
  const CasePlan plan = plan_of({seen()});
  const CaseResult result = not_executed(plan, Disposition::kNotApplicable, "A.3/2");
  EXPECT_EQ(result.disposition, Disposition::kNotApplicable);
  EXPECT_FALSE(result.verdict.has_value());
  EXPECT_EQ(not_executed(plan, Disposition::kNotTested, "").reason, "no reason given");
  EXPECT_EQ(not_executed(plan, Disposition::kExecuted, "x").disposition, Disposition::kNotTested);
}

TEST(AddAttempt, KeepsTheWorstAndSaysSo) {
  StagedCase good = good_case();
  StagedCase bad;
  bad.end();
  const CasePlan plan = plan_of({seen()});
  const CaseResult first = judge_case(plan, bad.records(), staged_profile());
  const CaseResult second = judge_case(plan, good.records(), staged_profile());
  ASSERT_EQ(second.verdict, Verdict::kPass);
  const CaseResult joined = add_attempt(first, second, "the network was cut");
  EXPECT_EQ(joined.verdict, Verdict::kFail);
  EXPECT_TRUE(joined.unstable);
  ASSERT_EQ(joined.attempts.size(), 2U);
  EXPECT_EQ(joined.attempts[0].reason, "the network was cut");
  EXPECT_EQ(joined.checks[0].finding.verdict, Verdict::kPass);
  const CaseResult third = add_attempt(joined, second, "again");
  EXPECT_EQ(third.verdict, Verdict::kFail);
  EXPECT_EQ(third.attempts.size(), 3U);
  EXPECT_FALSE(add_attempt(second, second, "x").unstable);
}

TEST(JudgeCase, WhatDidNotComeToItsEndDoesNotPass) {
  for (const bool completed : {true, false}) {
    StagedCase staged;
    staged.event("bob", "message", {{"text", "hi"}});
    staged.end(completed);
    const CaseResult result = judge_case(plan_of({seen()}), staged.records(), staged_profile());
    EXPECT_EQ(result.checks[0].finding.verdict, Verdict::kPass);
    EXPECT_EQ(result.verdict, completed ? Verdict::kPass : Verdict::kInconclusive);
  }
}

TEST(JudgeCheck, AResultThatTheScenarioDoesNotGoOnWithNeedNotHaveWhatTheCheckAsksFor) {
  const DeclaredCheck check{"seen",
                            "event-seen",
                            {{"actor", "bob"},
                             {"event", "message"},
                             {"where", {{"to", "${enlisted.jid}"}}},
                             {"blames", "gatekeeper"}},
                            {},
                            CheckRole::kPurpose};
  for (const bool as_expected : {true, false}) {
    StagedCase staged;
    staged.step("enlisted", "bob", "enlist", {{"status", "fail"}});
    staged.records().back().facts["as_expected"] = as_expected;
    staged.end(false);
    const Finding finding = judge_check(check, staged.records(), staged_profile());
    EXPECT_EQ(finding.verdict, as_expected ? Verdict::kError : Verdict::kInconclusive);
    EXPECT_EQ(finding.code, as_expected ? "bad-arguments" : "step-not-performed");
  }
}

}  // namespace
}  // namespace parley::judge
