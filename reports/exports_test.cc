// The world: the run of sample_run.h, in which everything happened that can happen, told in every
// format that other programs read. Golden files hold what each makes of it; the tests beside them
// say what no golden file may ever hold.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "harness/base/json.h"
#include "harness/judge/result_json.h"
#include "harness/judge/waivers.h"
#include "reports/csv.h"
#include "reports/ctrf.h"
#include "reports/gitb.h"
#include "reports/github.h"
#include "reports/golden.h"
#include "reports/junit.h"
#include "reports/markdown.h"
#include "reports/openmetrics.h"
#include "reports/oscal.h"
#include "reports/sample_run.h"
#include "reports/uuid.h"
#include "reports/waivers_html.h"

namespace parley::reports {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

json::value parsed(const std::string& text) {
  const auto value = parse_json(text, "report");
  EXPECT_TRUE(value.ok()) << (value.ok() ? "" : value.error().text());
  return value.ok() ? *value : json::value();
}

struct Written {
  const char* file;
  std::string text;
};

std::vector<Written> all_formats(const judge::RunResult& run) {
  return {{"exports.csv", render_csv(run)},
          {"exports.ctrf.json", render_ctrf(run)},
          {"exports.github.txt", render_github(run)},
          {"exports.gitb.xml", render_gitb(run)},
          {"exports.junit.xml", render_junit(run)},
          {"exports.gitlab.xml", render_junit(run, JunitDialect::kGitlab)},
          {"exports.md", render_markdown(run)},
          {"exports.prom", render_openmetrics(run)},
          {"exports.oscal-catalog.json", render_oscal_catalog(run)},
          {"exports.oscal-plan.json", render_oscal_plan(run)},
          {"exports.oscal.json", render_oscal_results(run)},
          {"exports.waivers.html", waivers_section(run)}};
}

TEST(Exports, MatchTheirGoldenFiles) {
  for (const Written& one : all_formats(sample_exports_run())) expect_golden(one.file, one.text);
}

TEST(Exports, TheSampleHasEverything) {
  const judge::RunResult run = sample_exports_run();
  const judge::Counts& cases = run.summary.cases;
  EXPECT_THAT((std::vector{cases.pass, cases.fail, cases.inconclusive, cases.error,
                           cases.not_tested, cases.not_applicable}),
              ElementsAre(2, 3, 2, 1, 1, 1));
  std::vector<std::string_view> states;
  for (const judge::Waiver& one : run.waivers) states.push_back(judge::to_string(one.state));
  EXPECT_THAT(states, ElementsAre("applied", "expired", "stale", "not-judged"));
  EXPECT_TRUE(judge::run_result_from_json(judge::to_json(run)).ok());
}

// Neither what parties sent nor what waivers say may end a line, begin an element or steer a
// terminal.
TEST(Exports, NothingThatPartiesSaidIsObeyed) {
  for (const Written& one : all_formats(sample_exports_run())) {
    EXPECT_EQ(one.text.find('\x1b'), std::string::npos) << one.file;
    EXPECT_THAT(one.text, Not(HasSubstr("\n::error::"))) << one.file;
    const bool json = std::string_view(one.file).ends_with(".json");
    const bool plain = json || std::string_view(one.file).ends_with(".csv") ||
                       std::string_view(one.file).ends_with(".txt");
    if (!plain) EXPECT_THAT(one.text, Not(HasSubstr("<script"))) << one.file;
    if (!json && !plain) EXPECT_THAT(one.text, Not(HasSubstr("<interoperability>"))) << one.file;
  }
}

// A writer that loses a case would make a run look better than it was.
TEST(Exports, LoseNoCase) {
  const judge::RunResult run = sample_exports_run();
  for (const Written& one : all_formats(run)) {
    const std::string_view name = one.file;
    const bool of_cases = name == "exports.csv" || name.find("ctrf") != name.npos ||
                          name.find("gitb.") != name.npos || name.find(".xml") != name.npos;
    if (!of_cases) continue;
    for (const judge::CaseResult& test_case : run.cases) {
      EXPECT_THAT(one.text, HasSubstr(test_case.id)) << name;
    }
  }
}

TEST(Exports, SayWhatIsWaivedAndNeverHideTheFail) {
  const judge::RunResult run = sample_exports_run();
  EXPECT_THAT(render_junit(run), HasSubstr("<failure type=\"verdict.fail\" message=\"[waived] "
                                           "text-arrives: too-late\">"));
  EXPECT_THAT(render_markdown(run), HasSubstr("\\[W-1\\] waived"));
  EXPECT_THAT(render_csv(run), HasSubstr("\"W-1\""));
  EXPECT_THAT(render_github(run), HasSubstr("::warning file=scenarios/cases/text.late.yaml"));
  EXPECT_THAT(render_github(run), HasSubstr("::error title=waiver W-2::expired"));
  const json::value ctrf = parsed(render_ctrf(run));
  for (const json::value& test : ctrf.at("results").at("tests").as_array()) {
    if (test.at("name") != "text.late") continue;
    EXPECT_EQ(test.at("status"), "failed");
    EXPECT_EQ(test.at("labels").at("waiver").at(0), "W-1");
  }
  EXPECT_THAT(render_gitb(run),
              HasSubstr("<testCase optional=\"true\" disabled=\"false\" ref=\"text.late\">"));
  EXPECT_THAT(render_gitb(run), HasSubstr("<failedIgnored>1</failedIgnored>"));
  EXPECT_THAT(render_oscal_results(run), HasSubstr("deviation-approved"));
}

TEST(Exports, MarkWhatRestsOnASurrogateInEveryFormatForPeople) {
  const judge::RunResult run = sample_exports_run();
  for (const std::string& text : {render_junit(run), render_markdown(run), render_gitb(run),
                                  render_junit(run, JunitDialect::kGitlab)}) {
    EXPECT_THAT(text, HasSubstr("surrogate"));
    EXPECT_THAT(text, HasSubstr("reachability-ping"));
  }
  for (const std::string& text : {render_csv(run), render_ctrf(run), render_oscal_results(run)}) {
    EXPECT_THAT(text, HasSubstr("reachability-ping"));
  }
}

TEST(Exports, SayNothingThatNobodyMaySay) {
  for (const Written& one : all_formats(sample_exports_run())) {
    for (const char* word : {"certified", "Certified", "DMA compliant", "DMA-compliant",
                             "violates Article 7", "approved by"}) {
      EXPECT_THAT(one.text, Not(HasSubstr(word))) << one.file;
    }
  }
}

std::vector<std::string> csv_line(const std::string& text, std::size_t index) {
  std::vector<std::vector<std::string>> rows(1);
  std::string cell;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      cell += text[i++];
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && (text[i] == ',' || text[i] == '\r')) {
      rows.back().push_back(std::exchange(cell, {}));
    } else if (!quoted && text[i] == '\n') {
      rows.emplace_back();
    } else {
      cell += text[i];
    }
  }
  return rows.at(index);
}

TEST(Csv, EveryRowHasAllCellsAndNoneIsAFormula) {
  const std::string text = render_csv(sample_exports_run());
  const std::size_t columns = csv_line(text, 0).size();
  EXPECT_EQ(csv_line(text, 0)[0], "run");
  for (std::size_t row = 1; row <= 12; ++row) {
    const auto cells = csv_line(text, row);
    EXPECT_EQ(cells.size(), columns) << row;
    for (const std::string& cell : cells) {
      EXPECT_TRUE(cell.empty() || std::string_view("=+-@").find(cell[0]) == std::string_view::npos)
          << cell;
    }
  }
  EXPECT_EQ(csv_line(text, 2)[7], "unread");
  EXPECT_EQ(csv_line(text, 2)[10], "") << "what was left out has no verdict";
  EXPECT_THAT(csv_line(text, 2)[5], ::testing::StartsWith("not-observable: "));
  EXPECT_THAT(csv_line(text, 4)[13], ::testing::StartsWith("'=HYPERLINK"));
  EXPECT_EQ(csv_line(text, 6)[13], "'-1 greetings");
  EXPECT_EQ(csv_line(text, 12)[2], "register");
}

TEST(Github, EscapesWhatWouldEndACommand) {
  judge::RunResult run = sample_exports_run();
  run.cases[2].file = "a,b:c%d.yaml";
  const std::string text = render_github(
      run, [](const judge::CaseResult&, std::string_view check) { return check.empty() ? 1 : 12; });
  EXPECT_THAT(text, HasSubstr("::error file=a%2Cb%3Ac%25d.yaml,line=12,title=text.lost "
                              "text-arrives::Fail (not-seen)%0Aexpected: "));
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    EXPECT_EQ(text.substr(at, 2), "::");
  }
}

TEST(Junit, NamesNoTwoTestCasesAlike) {
  judge::RunResult run = sample_exports_run();
  run.cases.push_back(run.cases[0]);
  const std::string text = render_junit(run);
  EXPECT_THAT(text, HasSubstr("name=\"text.plain\""));
  EXPECT_THAT(text, HasSubstr("name=\"text.plain (2)\""));
  EXPECT_THAT(text, Not(HasSubstr(" file=\"")));
  EXPECT_THAT(render_junit(run, JunitDialect::kGitlab),
              HasSubstr(" file=\"scenarios/cases/text.plain.yaml\""));
}

TEST(Gitb, NeverBlamesTheProductForTheHarness) {
  const std::string text = render_gitb(sample_exports_run());
  const std::size_t at = text.find("<testCase id=\"media.broken\">");
  ASSERT_NE(at, std::string::npos);
  const std::string part = text.substr(at, text.find("</testCase>", at) - at);
  EXPECT_THAT(part, HasSubstr("<result>UNDEFINED</result>"));
  EXPECT_THAT(part, HasSubstr("<message>Error: step 3: a hang of the harness</message>"));
  EXPECT_THAT(part, Not(HasSubstr("FAILURE")));
  // A recommendation that is not followed is a warning.
  EXPECT_THAT(text, HasSubstr("<warning xsi:type=\"BAR\">"));
}

// SUCCESS of a conformance statement is a statement: nightly runs make none.
TEST(Gitb, StatesSuccessOnlyWhereTheRunDoes) {
  std::vector<judge::CaseResult> cases = {sample_cases()[0]};
  const std::vector<judge::RequirementPlan> rows = {sample_row("MSG-001", "Text messages")};
  const std::vector<judge::ObligationPlan> obligations = {{"o", "Art. 7(1)", "All", {"MSG-001"}}};
  for (const auto& [mode, status] : {std::pair{judge::Mode::kNightly, "UNDEFINED"},
                                     std::pair{judge::Mode::kCertification, "SUCCESS"}}) {
    judge::RunInfo info = sample_info();
    info.mode = mode;
    EXPECT_THAT(render_gitb(judge::roll_up(info, cases, rows, obligations)),
                HasSubstr("<summary>\n   <status>" + std::string(status)));
  }
}

TEST(Oscal, NamesTheSameThingsInAllDocuments) {
  const judge::RunResult run = sample_exports_run();
  const json::value results = parsed(render_oscal_results(run));
  const json::value& one = results.at("assessment-results").at("results").at(0);
  std::set<std::string> observations;
  for (const json::value& observation : one.at("observations").as_array()) {
    EXPECT_TRUE(observations.emplace(observation.at("uuid").as_string()).second);
  }
  const std::string catalog = render_oscal_catalog(run);
  for (const json::value& finding : one.at("findings").as_array()) {
    EXPECT_THAT(catalog, HasSubstr("\"id\":\"" +
                                   std::string(finding.at("target").at("target-id").as_string())));
    const json::value* related = finding.as_object().if_contains("related-observations");
    if (related == nullptr) continue;
    for (const json::value& reference : related->as_array()) {
      EXPECT_TRUE(observations.contains(std::string(reference.at("observation-uuid").as_string())));
    }
  }
  EXPECT_EQ(one.at("findings").as_array().size(), 4U);  // CALL-001 does not apply
  EXPECT_EQ(one.at("findings").at(0).at("target").at("status").at("state"), "not-satisfied");
}

// What Python's uuid.uuid5(NAMESPACE_DNS, "parley.example/reports/x") gives.
TEST(Uuid, IsOfVersionFiveAndFollowsFromTheName) {
  const std::string uuid = name_uuid("x");
  EXPECT_EQ(uuid, "12b9124c-fbe6-5373-94b3-c8f6a5d3c521");
  EXPECT_NE(uuid, name_uuid("y"));
  EXPECT_THAT(uuid, ::testing::MatchesRegex(
                        "[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
}

TEST(OpenMetrics, KeepsTheRunIdInOneSeries) {
  const std::string text = render_openmetrics(sample_exports_run());
  const std::size_t first = text.find("run-0123456789abcdef");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(text.find("run-0123456789abcdef", first + 1), std::string::npos);
  EXPECT_TRUE(text.ends_with("\n# EOF\n"));
  EXPECT_THAT(text, HasSubstr("parley_scenarios{profile=\"base\",network=\"sim\",service="
                              "\"whatsapp\",verdict=\"fail\"} 3\n"));
}

TEST(Markdown, OfNothingIsStillAPage) {
  const std::string text = render_markdown(judge::roll_up(sample_info(), {}, {}, {}));
  EXPECT_THAT(text, HasSubstr("It is not a decision"));
  EXPECT_EQ(markdown_text("a|b\n`c` @d <e> [f](g) www.h"),
            "a\\|b \\`c\\` &#64;d &lt;e&gt; \\[f\\]\\(g\\) www&#46;h");
}

}  // namespace
}  // namespace parley::reports
