// Two small scenarios with tags and requirements, chosen by people who type and mistype.
#include "harness/scenario/filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/scenario/library.h"

namespace parley::scenario {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TestCase test_case(std::string id, std::vector<std::string> requirements) {
  TestCase out;
  out.id = std::move(id);
  out.checks.push_back({"c", "content-intact", std::move(requirements), {}, false, {}});
  return out;
}

Requirement row(std::string id, Citation citation, Phase phase, std::vector<std::string> seats) {
  Requirement out;
  out.id = std::move(id);
  out.citations = {std::move(citation)};
  out.phase = phase;
  out.seats = std::move(seats);
  return out;
}

Library library() {
  Scenario media;
  media.id = "media.intact";
  media.tags = {"media", "smoke", "m4-1"};
  media.requirements = {"MSG-003", "MSG-005"};
  media.cases = {test_case("media.intact[kind=image]", {"MSG-003"}),
                 test_case("media.intact[kind=video]", {"MSG-005"})};
  Scenario text;
  text.id = "text.reply";
  text.tags = {"text", "m3"};
  text.requirements = {"MSG-011"};
  text.cases = {test_case("text.reply", {"MSG-011"})};
  Library out;
  out.scenarios = {media, text};
  out.requirements = {
      row("GRP-001", {"DMA", "7(2)(b)(i)", "", {}}, Phase::kGroups, {"gatekeeper-server"}),
      row("MSG-003", {"DMA", "7(2)(a)(ii)", "", {}}, Phase::kBase, {"partner-client"}),
      row("MSG-005", {"DMA", "7(2)(a)(ii)", "", {}}, Phase::kBase, {"gatekeeper-client"}),
      row("MSG-011", {"TD", "5.2", "", {}}, Phase::kBase, {"partner-client"})};
  Obligation security;
  security.article = "7(3)";
  security.requirements = {"MSG-011"};
  out.obligations = {security};
  return out;
}

const Library kLibrary = library();

Result<std::vector<Filter>> parsed(const std::vector<std::string>& texts) {
  std::vector<Filter> filters;
  for (const std::string& text : texts) {
    PARLEY_ASSIGN(Filter filter, parse_filter(text));
    EXPECT_EQ(filter.text(), text);
    filters.push_back(std::move(filter));
  }
  return filters;
}

std::vector<std::string> ids(const Selection& selection) {
  std::vector<std::string> out;
  for (const TestCase* one : selection.cases()) out.push_back(one->id);
  return out;
}

Result<std::vector<std::string>> chosen(const std::vector<std::string>& texts) {
  PARLEY_ASSIGN(const std::vector<Filter> filters, parsed(texts));
  PARLEY_ASSIGN(const Selection selection, Selection::of(kLibrary, filters));
  return ids(selection);
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
  EXPECT_EQ(refusal({"clause:7(2)(a)(iii)"}),
            "the filter \"clause:7(2)(a)(iii)\" selects no test case; did you mean "
            "\"clause:7(2)(a)(ii)\"?");
  EXPECT_EQ(refusal({"text.reply", "zzzzzzzzzz"}),
            "the filter \"zzzzzzzzzz\" selects no test case");
}

TEST(Filter, RefusesWhatIsNoFilter) {
  EXPECT_THAT(refusal({""}), HasSubstr("empty"));
  EXPECT_THAT(refusal({"tag:"}), HasSubstr("empty"));
  EXPECT_THAT(refusal({"set:client"}), HasSubstr("begins with none of tag:, req:, clause:"));
  EXPECT_THAT(refusal({"seat:partner-cleint"}), HasSubstr("did you mean \"partner-client\"?"));
  EXPECT_THAT(refusal({"phase:group"}), HasSubstr("did you mean \"groups\"?"));
  EXPECT_THAT(refusal({"milestone:M7"}), HasSubstr("none of M1, M2, M3, M4, M5, M6"));
}

TEST(Filter, SelectsByWhatTheRequirementsAre) {
  EXPECT_EQ(chosen({"clause:7(2)(a)"})->size(), 2U);
  EXPECT_EQ(chosen({"clause:DMA 7(2)(a)(ii)"})->size(), 2U);
  EXPECT_THAT(*chosen({"clause:TD 5"}), ElementsAre("text.reply"));
  EXPECT_THAT(*chosen({"clause:7(3)"}), ElementsAre("text.reply"));  // of an obligation
  EXPECT_EQ(chosen({"seat:partner-client"})->size(), 2U);
  EXPECT_EQ(chosen({"phase:base"})->size(), 3U);
  EXPECT_THAT(*chosen({"phase:groups"}), IsEmpty());  // a row, without a test case
}

TEST(Filter, KnowsMilestonesAndTheirPartsByTheirTags) {
  EXPECT_EQ(chosen({"milestone:M4"})->size(), 2U);
  EXPECT_THAT(*chosen({"milestone:M3"}), ElementsAre("text.reply"));
}

TEST(Filter, TakesAClauseForWhatIsInIt) {
  EXPECT_TRUE(clause_matches("7(2)", "DMA", "7(2)(a)(i)"));
  EXPECT_TRUE(clause_matches("Art. 7(2)", "DMA", "7(2)(a)(i)"));
  EXPECT_TRUE(clause_matches("TD", "TD", ""));
  EXPECT_FALSE(clause_matches("7(2)", "DMA", "7(21)"));
  EXPECT_FALSE(clause_matches("7", "DMA", "71"));
  EXPECT_FALSE(clause_matches("TD 1.1", "ENG", "1.1"));
  EXPECT_FALSE(clause_matches("TD 1.1", "TD", "1.10"));
  EXPECT_FALSE(clause_matches("Art. 5", "TD", "5.2"));
}

Result<Selection> narrowed(std::vector<std::string> texts, Filter::Kind kind,
                           std::vector<std::string> patterns) {
  PARLEY_ASSIGN(std::vector<Filter> filters, parsed(texts));
  for (const std::string& pattern : patterns) {
    PARLEY_ASSIGN(Filter filter, make_filter(kind, pattern, true));
    filters.push_back(std::move(filter));
  }
  return Selection::of(kLibrary, filters);
}

TEST(Filter, NarrowsByEachKindOfOption) {
  EXPECT_THAT(ids(*narrowed({"tag:media"}, Filter::Kind::kSeat, {"partner-client"})),
              ElementsAre("media.intact[kind=image]"));
  EXPECT_THAT(ids(*narrowed({}, Filter::Kind::kRequirement, {"MSG-003", "MSG-011"})),
              ElementsAre("media.intact[kind=image]", "text.reply"));
  EXPECT_THAT(ids(*narrowed({"text.*"}, Filter::Kind::kRequirement, {"MSG-003"})), IsEmpty());
  EXPECT_THAT(narrowed({}, Filter::Kind::kTag, {"meida"}).error().message,
              HasSubstr("\"--tag meida\" selects no test case; did you mean \"--tag media\"?"));
}

TEST(Filter, SelectsRowsBesideCases) {
  const auto rows = [](const Result<Selection>& selection) {
    std::vector<std::string> out;
    for (const Requirement& one : kLibrary.requirements) {
      if (selection->has(one)) out.push_back(one.id);
    }
    return out;
  };
  EXPECT_EQ(rows(narrowed({}, Filter::Kind::kTag, {})).size(), 4U);
  EXPECT_THAT(rows(narrowed({}, Filter::Kind::kPhase, {"groups"})), ElementsAre("GRP-001"));
  EXPECT_THAT(rows(narrowed({"text.*"}, Filter::Kind::kTag, {})), ElementsAre("MSG-011"));
  EXPECT_THAT(rows(narrowed({"media.*"}, Filter::Kind::kSeat, {"partner-client"})),
              ElementsAre("MSG-003"));
}

}  // namespace
}  // namespace parley::scenario
