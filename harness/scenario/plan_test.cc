// Plans over a small library in memory: what is in them, in which order, and that their bytes
// change with anything that changes the test.
#include "harness/scenario/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/scenario/library_for_tests.h"

namespace parley::scenario {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string scenario_text(const std::string& text) {
  return "id: demo.one\ntitle: T\npurpose: P.\nrequirements: [MSG-001, MSG-002]\nsetup: pair\n"
         "matrix: {to: [alice]}\n"
         "steps:\n"
         "  - {do: send-text, actor: bob, with: {to: \"${matrix.to}\", text: " +
         text +
         "}, as: sent}\n"
         "checks:\n"
         "  - {id: intact, kind: content-intact, requirements: [MSG-001], message: sent, at: "
         "alice,\n"
         "     blames: partner}\n"
         "  - {id: once, kind: delivered-once, requirements: [MSG-002], message: sent, at: alice,\n"
         "     blames: partner}\n";
}

TEST(Plan, ListsDeclaredChecksAndThenTheInvariants) {
  const Library library = load_small(scenario_text("hello"));
  const Result<Plan> plan = make_plan(library, "base", {});
  ASSERT_TRUE(plan.ok()) << plan.error().text();
  ASSERT_EQ(plan->cases.size(), 1U);
  EXPECT_EQ(plan->check_count(), 3U);
  std::vector<std::string> ids;
  for (const PlannedCheck& check : plan->cases[0].checks) ids.push_back(check.id);
  EXPECT_THAT(ids, ElementsAre("demo.one[to=alice]/intact", "demo.one[to=alice]/once",
                               "demo.one[to=alice]/canary-contained"));
  EXPECT_FALSE(plan->cases[0].checks[0].invariant);
  EXPECT_TRUE(plan->cases[0].checks[2].invariant);
  EXPECT_THAT(plan->cases[0].checks[2].requirements, ElementsAre("MSG-001"));
  EXPECT_EQ(plan->profile->id, "base");
}

TEST(Plan, HasTheSameBytesForTheSameFiles) {
  const Library first = load_small(scenario_text("hello"));
  const Library second = load_small(scenario_text("hello"));
  EXPECT_EQ(canonical(to_json(*make_plan(first, "base", {}))),
            canonical(to_json(*make_plan(second, "base", {}))));
}

TEST(Plan, HasOtherBytesForAnotherStep) {
  const Library first = load_small(scenario_text("hello"));
  const Library second = load_small(scenario_text("hallo"));
  EXPECT_NE(canonical(to_json(*make_plan(first, "base", {}))),
            canonical(to_json(*make_plan(second, "base", {}))));
}

TEST(Plan, HasOtherBytesForAnotherSelection) {
  const Library library = load_small(scenario_text("hello"));
  const std::vector<Filter> filters = {*parse_filter("demo.*")};
  const Result<Plan> plan = make_plan(library, "base", filters);
  ASSERT_TRUE(plan.ok());
  EXPECT_THAT(plan->filters, ElementsAre("demo.*"));
  EXPECT_NE(canonical(to_json(*plan)), canonical(to_json(*make_plan(library, "base", {}))));
}

TEST(Plan, SaysWhatItDoes) {
  const Library library = load_small(scenario_text("hello"));
  const json::object plan = to_json(*make_plan(library, "base", {}));
  EXPECT_EQ(plan.at("profile"), "base");
  EXPECT_EQ(plan.at("wire"), "wa");
  const json::object& one = plan.at("cases").at(0).as_object();
  EXPECT_EQ(canonical(one.at("steps").at(1)),
            R"({"actor":"bob","as":"sent","do":"send-text","with":{"text":"hello","to":"alice"}})");
  EXPECT_EQ(canonical(one.at("checks").at(1)),
            R"({"arguments":{"at":"alice","blames":"partner","message":"sent"},)"
            R"("id":"demo.one[to=alice]/once","invariant":false,"kind":"delivered-once",)"
            R"("requirements":["MSG-002"]})");
}

TEST(Plan, RefusesUnknownProfilesAndFilters) {
  const Library library = load_small(scenario_text("hello"));
  EXPECT_THAT(make_plan(library, "bsae", {}).error().message, HasSubstr("did you mean \"base\"?"));
  const std::vector<Filter> filters = {*parse_filter("tag:none")};
  EXPECT_EQ(make_plan(library, "base", filters).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace parley::scenario
