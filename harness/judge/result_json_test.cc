// result.json goes out into the world and comes back. Unchanged it must read as what was written;
// with one member missing, renamed or of another type it must not be read at all.
#include "harness/judge/result_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <functional>

#include "harness/judge/rollup.h"

namespace parley::judge {
namespace {

using ::testing::HasSubstr;

RunResult sample() {
  CheckResult check;
  check.id = "seen";
  check.kind = "event-seen";
  check.requirements = {"MSG-001"};
  check.basis = Basis::kSurrogate;
  check.surrogates = {"reachability-ping"};
  check.finding = {Verdict::kFail, "not-seen",        "\"x\"",       "none – nothing",
                   {3, 9},         Attribution::kIut, "partner-user"};
  CaseResult executed;
  executed.id = "text[x=1]";
  executed.scenario = "text";
  executed.requirements = {"MSG-001"};
  executed.matrix = {{"x", "1"}};
  executed.disposition = Disposition::kExecuted;
  executed.verdict = Verdict::kFail;
  executed.attempts = {{Verdict::kPass, "again"}, {Verdict::kFail, ""}};
  executed.unstable = true;
  executed.checks = {check};
  executed.records = 12;
  executed.started = from_unix_seconds(1'700'000'000) + std::chrono::nanoseconds(5);
  executed.duration = std::chrono::milliseconds(1500);
  CaseResult skipped;
  skipped.id = "group";
  skipped.disposition = Disposition::kNotApplicable;
  skipped.reason = "A.3/2";
  RunInfo run;
  run.id = "01JD8Z0000000000000000000A";
  run.seed = UINT64_MAX;
  run.network = "sim";
  run.state = RunState::kComplete;
  run.seats = {{"gatekeeper-client", "baileys", "7", "an adapter", "1", true}};
  run.addressing = "native";
  run.suite.kill_matrix = {"ab", 269, 68};
  run.ledger = {"parley.example/lab", 7, 3};
  RequirementPlan requirement;
  requirement.id = "MSG-001";
  const ObligationPlan obligation{"art-7-2-a", "7(2)(a)", "title", {"MSG-001"}};
  ExaminationResult examination;
  examination.id = "ONB-001/document-present";
  examination.requirement = "ONB-001";
  examination.rows = {"MSG-001"};
  examination.finding = {Verdict::kPass, "as-expected", "", "", {}, Attribution::kNone};
  examination.documents = {{"Offer", "2024-03-06", "00", "head of compliance"}};
  return roll_up(run, {executed, skipped}, std::array{requirement}, std::array{obligation},
                 {examination});
}

json::object written() { return to_json(sample()); }

TEST(ResultJson, ComesBackUnchanged) {
  const std::string text = canonical(written());
  const auto parsed = parse_json(text, "result.json");
  ASSERT_TRUE(parsed.ok()) << parsed.error().text();
  const auto again = run_result_from_json(*parsed);
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_EQ(canonical(to_json(*again)), text);
  EXPECT_EQ(again->run.seed, UINT64_MAX);
  EXPECT_EQ(again->cases[0].duration, std::chrono::milliseconds(1500));
  EXPECT_EQ(again->cases[0].checks[0].finding.evidence[1], 9U);
  EXPECT_EQ(again->cases[0].checks[0].finding.blamed, "partner-user");
  EXPECT_THAT(again->requirements[0].failed_by, ::testing::ElementsAre("partner"));
  EXPECT_FALSE(again->cases[1].verdict.has_value());
}

TEST(ResultJson, SpellsTimesForPeopleToo) {
  const json::object object = written();
  const json::object& test_case = object.at("cases").at(0).as_object();
  EXPECT_EQ(test_case.at("started").as_string(), "2023-11-14T22:13:20Z");
  EXPECT_EQ(test_case.at("started_ns").as_int64(), 1'700'000'000'000'000'005);
  EXPECT_EQ(test_case.at("duration_ns").as_int64(), 1'500'000'000);
  EXPECT_EQ(object.at("format").as_string(), kResultFormat);
}

// Calls visit(parent object, member name) for every member of every object.
void for_every_member(json::value& value,
                      const std::function<void(json::object&, std::string)>& visit) {
  if (auto* array = value.if_array()) {
    for (json::value& item : *array) for_every_member(item, visit);
  } else if (auto* object = value.if_object()) {
    std::vector<std::string> names;
    for (const auto& member : *object) names.emplace_back(member.key());
    for (const std::string& name : names) {
      visit(*object, name);
      for_every_member(object->at(name), visit);
    }
  }
}

TEST(ResultJson, EveryMemberIsNeededAndTyped) {
  json::value whole = written();
  int members = 0;
  for_every_member(whole, [&](json::object& parent, const std::string& name) {
    if (&parent == &whole.at("cases").at(0).at("matrix").as_object()) return;
    ++members;
    const json::value kept = parent.at(name);
    parent.erase(name);
    EXPECT_FALSE(run_result_from_json(whole).ok()) << "without " << name;
    parent[name + "x"] = kept;
    EXPECT_FALSE(run_result_from_json(whole).ok()) << "renamed " << name;
    parent.erase(name + "x");
    json::array nested;
    nested.push_back(json::array());
    parent[name] = nested;
    EXPECT_FALSE(run_result_from_json(whole).ok()) << "as a list " << name;
    if (!kept.is_bool()) {
      parent[name] = true;
      EXPECT_FALSE(run_result_from_json(whole).ok()) << "as a boolean " << name;
    }
    parent[name] = kept;
  });
  EXPECT_GT(members, 100);
  EXPECT_TRUE(run_result_from_json(whole).ok());
}

// Results from before there was such a thing have no such member, and are what they were.
TEST(ResultJson, WhatWasLeftOutIsThereWhereSomethingWas) {
  EXPECT_FALSE(written().at("cases").at(0).as_object().contains("left_out"));
  RunResult result = sample();
  result.cases[0].left_out = {
      {"unread", "frames-unchanged", {"TRN-015"}, "not-observable: nobody saw it"}};
  const json::value with = to_json(result);
  const auto again = run_result_from_json(with);
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_EQ(again->cases[0].left_out, result.cases[0].left_out);
  EXPECT_EQ(canonical(to_json(*again)), canonical(with));
  for (const char* member : {"id", "kind", "requirements", "reason"}) {
    json::value less = with;
    less.at("cases").at(0).at("left_out").at(0).as_object().erase(member);
    EXPECT_FALSE(run_result_from_json(less).ok()) << "without " << member;
  }
  result = sample();
  result.cases[1].left_out = {{"unread", "frames-unchanged", {}, "not-observable: x"}};
  EXPECT_EQ(run_result_from_json(to_json(result)).error().where, "cases[1]") << "was not executed";
}

TEST(ResultJson, TellsWhereTheTroubleIs) {
  json::value value = written();
  value.at("cases").at(0).at("checks").at(0).at("finding").at("verdict") = "passed";
  auto result = run_result_from_json(value);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().where, "cases[0].checks[0].finding.verdict");
  value = written();
  value.at("summary").at("cases").as_object()["flaky"] = 1;
  result = run_result_from_json(value);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().where, "summary.cases.flaky");
}

TEST(ResultJson, RefusesWhatCannotBe) {
  json::value value = written();
  value.at("format") = "parley-result/2";
  EXPECT_EQ(run_result_from_json(value).error().code, ErrorCode::kUnsupported);
  value = written();
  value.at("cases").at(0).at("verdict") = nullptr;
  EXPECT_EQ(run_result_from_json(value).error().where, "cases[0]");
  value = written();
  value.at("cases").at(1).at("verdict") = "pass";
  EXPECT_EQ(run_result_from_json(value).error().where, "cases[1]");
  value = written();
  value.at("cases").at(1).at("reason") = "";
  EXPECT_FALSE(run_result_from_json(value).ok());
  value = written();
  value.at("cases").at(0).at("records") = -1;
  EXPECT_FALSE(run_result_from_json(value).ok());
  value = written();
  value.at("run").at("started") = "2020-01-01T00:00:00Z";
  EXPECT_THAT(run_result_from_json(value).error().text(), HasSubstr("run.started"));
  EXPECT_FALSE(run_result_from_json(json::array()).ok());
}

TEST(ResultJson, ATestCaseAlone) {
  const json::value whole = written();
  for (const json::value& one : whole.at("cases").as_array()) {
    const auto read = case_result_from_json(one);
    ASSERT_TRUE(read.ok()) << read.error().text();
    EXPECT_EQ(canonical(to_json(*read)), canonical(one));
  }
  json::value bent = whole.at("cases").at(0);
  bent.as_object()["verdict"] = nullptr;
  EXPECT_FALSE(case_result_from_json(bent).ok()) << "executed, without a verdict";
  bent.as_object().erase("verdict");
  EXPECT_EQ(case_result_from_json(bent).error().where, "verdict");
  EXPECT_FALSE(case_result_from_json(whole).ok());
}

// Whoever takes something out of a result, or turns it round, must also cook the books.
TEST(ResultJson, RefusesWhatItsSummaryDoesNotCount) {
  const std::vector<std::pair<const char*, std::function<void(json::value&)>>> changes = {
      {"a case is lost",
       [](json::value& value) {
         json::array& cases = value.at("cases").as_array();
         cases.erase(cases.begin() + 1);
       }},
      {"a check is lost",
       [](json::value& value) { value.at("cases").at(0).at("checks").as_array().clear(); }},
      {"a requirement is lost",
       [](json::value& value) { value.at("requirements").as_array().clear(); }},
      {"a case is turned round",
       [](json::value& value) { value.at("cases").at(0).at("verdict") = "pass"; }},
      {"a check is turned round",
       [](json::value& value) {
         value.at("cases").at(0).at("checks").at(0).at("finding").at("verdict") = "pass";
       }},
      {"a requirement is turned round",
       [](json::value& value) { value.at("requirements").at(0).at("status") = "satisfied"; }},
      {"records are lost", [](json::value& value) { value.at("cases").at(0).at("records") = 11; }}};
  for (const auto& [what, change] : changes) {
    json::value value = written();
    change(value);
    const auto read = run_result_from_json(value);
    ASSERT_FALSE(read.ok()) << what;
    EXPECT_EQ(read.error().where, "summary") << what;
  }
}

template <class Enum>
void expect_words(int count) {
  for (int i = 0; i < count; ++i) {
    const auto value = static_cast<Enum>(i);
    EXPECT_EQ(parse_enum<Enum>(to_string(value)), value);
  }
  EXPECT_FALSE(parse_enum<Enum>("").has_value());
  EXPECT_FALSE(parse_enum<Enum>("Pass").has_value());
}

TEST(ResultWords, EveryWordComesBack) {
  expect_words<Verdict>(4);
  expect_words<Attribution>(8);
  expect_words<Disposition>(3);
  expect_words<Basis>(3);
  expect_words<CheckRole>(4);
  expect_words<Modality>(3);
  expect_words<RequirementStatus>(5);
  expect_words<Statement>(4);
  expect_words<RunState>(2);
  expect_words<Mode>(2);
}

}  // namespace
}  // namespace parley::judge
