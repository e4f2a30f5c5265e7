// Two small scenarios with tags and requirements, chosen by people who type and mistype.
#include "harness/scenario/filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::scenario {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TestCase test_case(std::string id, std::vector<std::string> requirements) {
  TestCase out;
  out.id = std::move(id);
  out.checks.push_back({"c", "content-intact", std::move(requirements), {}, {}});
  return out;
}

std::vector<Scenario> scenarios() {
  Scenario media;
  media.id = "media.intact";
  media.tags = {"media", "smoke"};
  media.requirements = {"MSG-003", "MSG-005"};
  media.cases = {test_case("media.intact[kind=image]", {"MSG-003"}),
                 test_case("media.intact[kind=video]", {"MSG-005"})};
  Scenario text;
  text.id = "text.reply";
  text.tags = {"text"};
  text.requirements = {"MSG-011"};
  text.cases = {test_case("text.reply", {"MSG-011"})};
  return {media, text};
}

Result<std::vector<std::string>> chosen(std::vector<std::string> texts) {
  static const std::vector<Scenario> all = scenarios();
  std::vector<Filter> filters;
  for (const std::string& text : texts) {
    PARLEY_ASSIGN(Filter filter, parse_filter(text));
    EXPECT_EQ(filter.text(), text);
    filters.push_back(std::move(filter));
  }
  PARLEY_ASSIGN(const std::vector<const TestCase*> cases, select(all, filters));
  std::vector<std::string> ids;
  for (const TestCase* one : cases) ids.push_back(one->id);
  return ids;
}

std::string refusal(std::vector<std::string> texts) {
  const auto result = chosen(std::move(texts));
  return result.ok() ? "" : result.error().message;
}

TEST(Filter, SelectsEverythingWhereThereIsNone) { EXPECT_EQ(chosen({})->size(), 3U); }

TEST(Filter, SelectsByIdOfScenarioOrCase) {
  EXPECT_THAT(*chosen({"text.reply"}), ElementsAre("text.reply"));
  EXPECT_EQ(chosen({"media.intact"})->size(), 2U);
  EXPECT_THAT(*chosen({"media.intact[kind=video]"}), ElementsAre("media.intact[kind=video]"));
  EXPECT_THAT(*chosen({"*image*"}), ElementsAre("media.intact[kind=image]"));
}

TEST(Filter, SelectsByTag) {
  EXPECT_EQ(chosen({"tag:media"})->size(), 2U);
  EXPECT_EQ(chosen({"tag:*e*"})->size(), 3U);
}

TEST(Filter, SelectsCasesByTheRequirementsOfTheirChecks) {
  EXPECT_THAT(*chosen({"req:MSG-003"}), ElementsAre("media.intact[kind=image]"));
  EXPECT_EQ(chosen({"req:MSG-*"})->size(), 3U);
}

TEST(Filter, JoinsFiltersAndKeepsTheOrderOfTheScenarios) {
  EXPECT_THAT(*chosen({"text.*", "req:MSG-003", "req:MSG-003"}),
              ElementsAre("media.intact[kind=image]", "text.reply"));
}

TEST(Filter, TellsOfFiltersThatSelectNothing) {
  EXPECT_EQ(refusal({"tag:meida"}),
            "the filter \"tag:meida\" selects no test case; did you mean \"tag:media\"?");
  EXPECT_EQ(refusal({"text.repyl"}),
            "the filter \"text.repyl\" selects no test case; did you mean \"text.reply\"?");
  EXPECT_EQ(refusal({"req:MSG-012"}),
            "the filter \"req:MSG-012\" selects no test case; did you mean \"req:MSG-011\"?");
  EXPECT_EQ(refusal({"text.reply", "zzzzzzzzzz"}),
            "the filter \"zzzzzzzzzz\" selects no test case");
}

TEST(Filter, RefusesWhatIsNoFilter) {
  EXPECT_THAT(refusal({""}), HasSubstr("empty"));
  EXPECT_THAT(refusal({"tag:"}), HasSubstr("empty"));
  EXPECT_THAT(refusal({"seat:client"}), HasSubstr("neither tag: nor req:"));
}

}  // namespace
}  // namespace parley::scenario
