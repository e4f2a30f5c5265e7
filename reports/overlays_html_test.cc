// A run for which somebody laid a private file over the wire profile; its id is what they wrote.
#include "reports/overlays_html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/sample_run.h"

namespace parley::reports {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

judge::RunResult overlaid_run() {
  judge::RunResult result;
  result.run = sample_info();
  result.cases = sample_cases();
  return result;
}

TEST(OverlaysHtml, NamesTheFilesAndWhatRestsOnThem) {
  const std::string html = overlays_section(overlaid_run());
  EXPECT_THAT(
      html, AllOf(HasSubstr("a&lt;c&gt;me"), Not(HasSubstr("a<c>me")),
                  HasSubstr(std::string(64, 'd')), HasSubstr("account-delete, reachability-ping")));
  EXPECT_THAT(html, AllOf(HasSubstr("consent.reachability[to=partner]"), HasSubstr("reachable"),
                          Not(HasSubstr("text.lost"))));
}

TEST(OverlaysHtml, SaysWhereNothingRestsOnThem) {
  judge::RunResult result = overlaid_run();
  for (judge::CaseResult& one : result.cases) {
    for (judge::CheckResult& check : one.checks) check.overlaid.clear();
  }
  EXPECT_THAT(overlays_section(result), HasSubstr("No result rests on them"));
  result.run.wire_overlays.clear();
  EXPECT_EQ(overlays_section(result), "");
}

}  // namespace
}  // namespace parley::reports
