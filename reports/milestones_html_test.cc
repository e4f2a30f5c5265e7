// The world: a certification run of an item that says hostile things about itself, and a nightly
// one.
#include "reports/milestones_html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/plain_text.h"

namespace parley::reports {
namespace {

using testing::HasSubstr;
using testing::Not;

judge::RunResult certification() {
  judge::RunResult out;
  out.run.mode = judge::Mode::kCertification;
  judge::Counts all;
  all.total = all.pass = 3;
  judge::Counts some;
  some.total = 3;
  some.pass = 2;
  some.fail = 1;
  out.milestones = {{"M1", judge::MilestoneState::kReached, all, ""},
                    {"M2", judge::MilestoneState::kNotReached, some, "of 3 test cases: 1 failed"},
                    {"M3", judge::MilestoneState::kUndetermined, {}, "no <test> case"},
                    {"M4", judge::MilestoneState::kNotClaimed, {}, "not claimed (ICS)"}};
  out.run.ics = {
      {"media", "image", true}, {"features", "typing", false}, {"others", "req:<MSG>", false}};
  out.run.ixit = {{"endpoints.jwks", "https://h/<b>"}, {"accounts.bob", "bob, password env:BOB"}};
  return out;
}

TEST(MilestonesHtml, SaysWhereTheItemsStand) {
  const std::string html = milestones_part(certification());
  for (const char* text : {"✓ Reached", "✕ Not reached", "? Undetermined", "– Not claimed",
                           "of 3 test cases: 1 failed", "no &lt;test&gt; case",
                           "Texts, encrypted, in both directions"}) {
    EXPECT_THAT(html, HasSubstr(text));
  }
  EXPECT_THAT(html, Not(HasSubstr("<test>")));
}

TEST(MilestonesHtml, SaysWhatStandsAgainstAStatement) {
  judge::RunResult run = certification();
  EXPECT_EQ(obstacles_part(run), "");
  run.obstacles = {"requirements undetermined: <b>"};
  const std::string none = obstacles_part(run);
  EXPECT_THAT(none, HasSubstr("Why there is no statement"));
  EXPECT_THAT(none, HasSubstr("<li>requirements undetermined: &lt;b&gt;</li>"));
  EXPECT_THAT(statement_sentence(run), HasSubstr("against it: requirements undetermined: <b>."));
  run.statement = judge::Statement::kNotConformant;
  EXPECT_THAT(obstacles_part(run), HasSubstr("Why the statement is not conformant"));
  EXPECT_THAT(statement_sentence(run), HasSubstr("not conformant. What stands against it"));
}

TEST(MilestonesHtml, IsSilentAboutNightlyRuns) {
  EXPECT_EQ(milestones_part(judge::RunResult()), "");
  EXPECT_EQ(claims_table(judge::RunInfo()), "");
  EXPECT_EQ(ixit_table(judge::RunInfo()), "");
}

TEST(MilestonesHtml, ShowsWhatWasStated) {
  const judge::RunInfo run = certification().run;
  const std::string claims = claims_table(run);
  EXPECT_THAT(claims, HasSubstr("media.image: Images"));
  EXPECT_THAT(claims, HasSubstr("not claimed"));
  EXPECT_THAT(claims, HasSubstr("req:&lt;MSG&gt;"));
  const std::string ixit = ixit_table(run);
  EXPECT_THAT(ixit, HasSubstr("endpoints.jwks: The published keys"));
  EXPECT_THAT(ixit, HasSubstr("https://h/&lt;b&gt;"));
  EXPECT_THAT(ixit, HasSubstr("password env:BOB"));
}

}  // namespace
}  // namespace parley::reports
