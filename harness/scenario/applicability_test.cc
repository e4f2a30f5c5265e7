// Scenarios for some versions of the framework, and partners whose users send no media.
#include "harness/scenario/applicability.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/scenario/library_for_tests.h"
#include "harness/scenario/plan.h"

namespace parley::scenario {
namespace {

using testing::HasSubstr;

TEST(SpecWindow, HoldsBothEnds) {
  const SpecWindow window{"1.0.1", "1.0.2"};
  EXPECT_TRUE(window.excludes("1.0.0").has_value());
  EXPECT_FALSE(window.excludes("1.0.1").has_value());
  EXPECT_FALSE(window.excludes("1.0.2").has_value());
  EXPECT_THAT(window.excludes("1.0.3").value_or(""), HasSubstr("until version 1.0.2"));
  EXPECT_FALSE(window.excludes("").has_value());
  EXPECT_FALSE(SpecWindow{}.excludes("1.0.0").has_value());
  EXPECT_TRUE((SpecWindow{"1.0.3", ""}).excludes("1.0.2").has_value());
  EXPECT_TRUE((SpecWindow{"", "1.0.0"}).excludes("1.0.1").has_value());
}

std::string scenario(const std::string& more, const std::string& step = "settle") {
  return "id: demo.one\ntitle: T\npurpose: P.\nrequirements: [MSG-001]\nsetup: pair\n" + more +
         "steps:\n  - " + step +
         "\nchecks:\n"
         "  - {id: c, kind: event-seen, requirements: [MSG-001], actor: bob, event: message,\n"
         "     blames: gatekeeper}\n";
}

std::optional<std::string> reason(const std::string& text, const std::string& spec = "1.0.2") {
  const Library library = load_small(text);
  Profile profile;
  profile.spec = spec;
  const Scenario& one = library.scenarios.at(0);
  return not_applicable(one, one.cases.at(0), profile);
}

TEST(Applicability, FollowsTheWindowOfTheScenario) {
  EXPECT_EQ(reason(scenario("")), std::nullopt);
  EXPECT_EQ(reason(scenario("spec: {since: \"1.0.1\"}\n")), std::nullopt);
  EXPECT_THAT(reason(scenario("spec: {since: \"1.0.3\"}\n")).value_or(""), HasSubstr("1.0.3"));
}

TEST(Applicability, AsksNoMediaOfThoseWhoSendNone) {
  const std::string none = "actors:\n  birdy: {sends_media: false}\n";
  const std::string bob =
      "{do: send-media, actor: bob, with: {to: alice, kind: image, media: photo.jpg}";
  const std::string alice =
      "{do: send-media, actor: alice, with: {to: bob, kind: image, media: photo.jpg}}";
  EXPECT_THAT(reason(scenario(none, bob + "}")).value_or(""), HasSubstr("birdy"));
  EXPECT_EQ(reason(scenario("", bob + "}")), std::nullopt);
  EXPECT_EQ(reason(scenario(none, alice)), std::nullopt);
  // A scenario that wants the refusal applies.
  EXPECT_EQ(reason(scenario(none, bob + ", expect-error: unsupported}")), std::nullopt);
}

TEST(Applicability, LeavesCasesOutOfThePlanWithTheirReasons) {
  Library library = load_small(scenario("matrix: {a: [x, y]}\nspec: {until: \"1.0.0\"}\n"));
  const auto whole = make_plan(library, "base", {});
  ASSERT_TRUE(whole.ok());  // the small profile names no version
  EXPECT_EQ(whole->cases.size(), 2U);
  EXPECT_TRUE(whole->not_applicable.empty());
  Scenario other = library.scenarios[0];
  other.id = "demo.two";
  other.spec = {};
  other.cases.resize(1);
  other.cases[0].id = "demo.two";
  other.cases[0].scenario = "demo.two";
  library.scenarios.push_back(other);
  library.profiles.at(0).spec = "1.0.3";
  const auto plan = make_plan(library, "base", {});
  ASSERT_TRUE(plan.ok()) << plan.error().text();
  EXPECT_EQ(plan->cases.size(), 1U);
  ASSERT_EQ(plan->not_applicable.size(), 2U);
  EXPECT_EQ(plan->not_applicable[0].test_case->id, "demo.one[a=x]");
  EXPECT_THAT(plan->not_applicable[0].reason, HasSubstr("1.0.0"));
  EXPECT_THAT(canonical(to_json(*plan)), HasSubstr(R"("not_applicable":[{"id":"demo.one[a=x]")"));
}

TEST(Head, WindowsSeatsTagsAndPairsAreChecked) {
  const std::vector<std::pair<std::string, std::string>> faults = {
      {"spec: {since: \"1.0.9\"}\n", "unknown-word"},
      {"spec: {since: \"1.0.2\", until: \"1.0.1\"}\n", "contradiction"},
      {"spec: {sinse: \"1.0.2\"}\n", "unknown-key"},
      {"spec: [\"1.0.2\"]\n", "wrong-type"},
      {"seats: [partner-user]\n", "unknown-word"},
      {"tags: [Big]\n", "bad-id"},
      {"pairs: true\n", "misplaced-pairs"},
      {"matrix: {a: [x, y]}\npairs: true\n", "misplaced-pairs"},
      {"matrix: {a: [x, y], b: [x, y]}\npairs: maybe\n", "wrong-type"},
  };
  for (const auto& [head, code] : faults) {
    const std::vector<Diagnostic> found = diagnose(scenario(head));
    ASSERT_EQ(found.size(), 1U) << head << render(found);
    EXPECT_EQ(found[0].code, code) << head;
  }
  const Library library = load_small(scenario("seats: [partner-client, gatekeeper-server]\n"));
  EXPECT_THAT(library.scenarios.at(0).seats,
              testing::ElementsAre("partner-client", "gatekeeper-server"));
  const std::string defined = canonical(to_json(library.scenarios.at(0).cases.at(0)));
  EXPECT_THAT(defined, HasSubstr(R"("seats":["partner-client","gatekeeper-server"])"));
}

TEST(Head, TellsHowManyPairsAreCovered) {
  const Library library =
      load_small(scenario("matrix: {a: [x, y], b: [x, y], c: [x, y]}\npairs: true\n"
                          "exclude: [{a: x, b: x}]\n"));
  const Scenario& one = library.scenarios.at(0);
  EXPECT_EQ(one.pairs_total, 12U);
  EXPECT_EQ(one.pairs_covered, 11U);
  EXPECT_LT(one.cases.size(), 6U);
}

TEST(Head, EditorsAreToldTheSchema) {
  const std::vector<std::pair<std::string, bool>> headers = {
      {"", false},
      {"# a comment\n", false},
      {"# yaml-language-server: $schema=../../../schemas/setup.schema.json\n", false},
      {"# yaml-language-server: $schema=my-scenario.schema.json\n", false},
      {"# yaml-language-server: $schema=scenario.schema.json\n", true},
      {"# yaml-language-server: $schema=../../../schemas/scenario.schema.json\n", true},
  };
  for (const auto& [header, good] : headers) {
    std::vector<NamedText> files = small_library();
    files.erase(files.begin() + 2);  // its set-up has no header either
    std::string text = scenario("");
    text.replace(text.find("setup: pair\n"), 12, "");
    text.insert(text.find("steps:"),
                "actors:\n  gatekeeper: {kind: gatekeeper}\n  birdy: {kind: partner}\n"
                "  bob: {kind: partner-user, of: birdy}\n");
    files.push_back({"scenarios/cases/demo/one.yaml", header + text});
    Surroundings around = small_surroundings();
    std::vector<Diagnostic> found;
    EXPECT_TRUE(load_library(as_sources(files), around, found).has_value()) << render(found);
    around.headers = true;
    EXPECT_EQ(load_library(as_sources(files), around, found).has_value(), good) << header;
    if (good) continue;
    ASSERT_EQ(found.size(), 1U) << render(found);
    EXPECT_EQ(found[0].code, "missing-header");
  }
}

}  // namespace
}  // namespace parley::scenario
