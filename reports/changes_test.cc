// The world: the run of sample_run.h, and the same product a night later: one thing broke, one was
// mended, one test case came and one went, and the suite asks for more.
#include "reports/changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/json.h"
#include "reports/changes_html.h"
#include "reports/golden.h"
#include "reports/sample_run.h"

namespace parley::reports {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

judge::Comparison sample_comparison() {
  const judge::RunResult before = sample_exports_run();
  judge::RunResult after = before;
  after.run.id = "run-a-night-later";
  after.run.harness_version = "0.2.0";
  after.cases[0].verdict = judge::Verdict::kFail;
  after.cases[0].checks[0].finding.verdict = judge::Verdict::kFail;
  after.cases[0].checks[0].finding.code = "<b>lost</b> | @all";
  after.cases[2].verdict = judge::Verdict::kPass;
  after.cases[1].checks.push_back(after.cases[3].checks[0]);
  after.cases[9].id = "groups.image";
  after.requirements[1].modality = judge::Modality::kMust;
  after.requirements[1].statement = "Says <more>\nthan before.";
  after.requirements[2].status = judge::RequirementStatus::kNotSatisfied;
  return judge::compare(before, after);
}

TEST(Changes, MatchTheirGoldenFiles) {
  const judge::Comparison comparison = sample_comparison();
  expect_golden("changes.txt", render_changes_text(comparison));
  expect_golden("changes.json", render_changes_json(comparison));
  expect_golden("changes.md", render_changes_md(comparison));
  expect_golden("changes.html", render_changes_html(comparison));
}

TEST(Changes, NothingThatRunsSaidIsMarkup) {
  const judge::Comparison comparison = sample_comparison();
  for (const std::string& page : {render_changes_html(comparison), render_changes_md(comparison)}) {
    EXPECT_THAT(page, Not(HasSubstr("<b>")));
    EXPECT_THAT(page, Not(HasSubstr("<more>")));
    EXPECT_THAT(page, HasSubstr("&lt;b&gt;lost"));
  }
  EXPECT_THAT(render_changes_md(comparison), Not(HasSubstr("@all")));
  EXPECT_THAT(render_changes_html(comparison), Not(HasSubstr("<script")));
}

TEST(Changes, SayWhatNewlyFailsInTheLastLine) {
  EXPECT_THAT(render_changes_text(sample_comparison()),
              ::testing::EndsWith("newly failing: 1 test case, 1 requirement\n"));
  const judge::RunResult run = sample_exports_run();
  EXPECT_EQ(changes_sentence(judge::compare(run, run)), "nothing newly fails");
  const auto parsed = parse_json(render_changes_json(sample_comparison()));
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->at("regressed"), true);
  EXPECT_EQ(parsed->at("cases").at("newly_failing").at(0).at("what"), "text.plain");
  EXPECT_EQ(parsed->at("cases").at("removed").at(0).at("what"), "groups.text");
}

}  // namespace
}  // namespace parley::reports
