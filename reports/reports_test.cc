// The world: a run of four test cases, one of each end (pass, fail with a hostile file name in its
// evidence, interrupted, not applicable), as the judge would hand it over. The golden files hold
// what every format makes of it; PARLEY_UPDATE_GOLDEN=1 rewrites them after a change that was
// meant.
#include <gtest/gtest.h>

#include "reports/console.h"
#include "reports/golden.h"
#include "reports/html.h"
#include "reports/junit.h"
#include "reports/markup.h"
#include "reports/run_for_tests.h"
#include "reports/sequence.h"
#include "reports/sequence_diagram.h"

namespace parley::reports {
namespace {

// A writer that loses a case or a check would make a run look better than it was.
TEST(Writers, LoseNoCaseAndNoCheck) {
  const judge::RunResult run = sample_run();
  const std::string html = render_html(run, {}, sample_proof());
  const std::string junit = render_junit(run);
  for (const judge::CaseResult& test_case : run.cases) {
    EXPECT_NE(html.find("<code>" + escaped(test_case.id) + "</code>"), std::string::npos);
    EXPECT_NE(junit.find("\"" + escaped(test_case.id) + "\""), std::string::npos);
    for (const judge::CheckResult& check : test_case.checks) {
      EXPECT_NE(html.find(escaped(check.id)), std::string::npos) << check.id;
      EXPECT_NE(render_case_html(test_case, run.run, {}).html.find(escaped(check.id)),
                std::string::npos);
    }
  }
}

TEST(Writers, TellWhatWasLeftOutAndWhy) {
  judge::RunResult run = sample_run();
  judge::CaseResult& one = run.cases.front();
  one.left_out = {
      {"unread", "frames-unchanged", {"TRN-015"}, "not-observable: <bob> is under test"}};
  const std::string reason = escaped(one.left_out[0].reason);
  EXPECT_NE(render_case_html(one, run.run, {}).html.find(reason), std::string::npos);
  EXPECT_NE(render_junit(run).find("left out: unread (" + reason + ")"), std::string::npos);
  EXPECT_NE(render_counts(run, false).find("1 more left out as not observable"), std::string::npos);
  judge::RunResult whole = run;
  whole.cases.front().left_out.clear();
  EXPECT_EQ(render_counts(whole, false).find("left out"), std::string::npos);
  EXPECT_EQ(render_case_html(whole.cases.front(), run.run, {}).html.find("Left out"),
            std::string::npos);
}

TEST(Junit, MatchesTheGoldenFile) { expect_golden("junit.xml", render_junit(sample_run())); }

TEST(Console, MatchesTheGoldenText) {
  const judge::RunResult run = sample_run();
  expect_golden("console.txt", render_seats(run) + render_findings(run, false) +
                                   render_counts(run, false) + summary_line(run) + "\n");
}

TEST(Console, SaysThatNobodyIsTestedWhereOnlyMocksPlay) {
  judge::RunResult run = sample_run();
  run.run.seats.pop_back();
  EXPECT_EQ(render_seats(run), "Every seat is held by a mock of Parley.\n");
}

TEST(Console, ColorsOnlyWhereAsked) {
  const judge::RunResult run = sample_run();
  EXPECT_NE(render_findings(run, true).find("\x1b[31m"), std::string::npos);
  EXPECT_EQ(render_findings(run, false).find('\x1b'), std::string::npos);
}

TEST(Sequence, ShowsEachActOnceBetweenTheRightParties) {
  const Sequence sequence = sequence_of(leak_records());
  const std::vector<std::string> parties = {"gatekeeper", "birdy", "bob"};
  EXPECT_EQ(sequence.parties, parties);
  std::vector<std::string> told;
  for (const Act& act : sequence.acts) told.push_back(act.from + ">" + act.to + " " + act.label);
  const std::vector<std::string> expected = {
      "bob>bob send-media",
      "bob>birdy POST /media",
      "birdy>bob 201, 0 bytes",
      "bob>bob encrypts image: café \"quoted\"",
      "bob>gatekeeper message type=media id=3EB0",
      "bob>bob receipt type=delivery",
  };
  EXPECT_EQ(told, expected);
  EXPECT_EQ(sequence.hidden, 4U);
}

TEST(Sequence, OfNothingIsEmpty) {
  EXPECT_TRUE(sequence_of({}).acts.empty());
  EXPECT_NE(render_sequence_svg({}, {}).svg.find("</svg>"), std::string::npos);
}

TEST(Sequence, ShowsWhatIsCitedAlsoAtTheOtherEnd) {
  const Sequence sequence = sequence_of(leak_records(), {3, 7, 8});
  std::vector<std::string> told;
  for (const Act& act : sequence.acts) {
    if (!act.seen_by.empty()) {
      told.push_back(act.from + ">" + act.to + " " + act.label + " seen by " + act.seen_by);
    }
  }
  const std::vector<std::string> expected = {
      "bob>birdy POST /media seen by birdy",
      "bob>gatekeeper noise.frame seen by bob",
      "bob>gatekeeper message type=media id=3EB0 seen by gatekeeper",
  };
  EXPECT_EQ(told, expected);
}

TEST(Sequence, ShowsWhatAProductDidAsItsPartnerSawIt) {
  std::vector<evidence::Record> records = leak_records();
  // bob is a product, of which nobody but the others has records.
  std::erase_if(records, [](const evidence::Record& one) { return one.party == "bob"; });
  const Sequence sequence = sequence_of(records);
  std::vector<std::string> told;
  for (const Act& act : sequence.acts) {
    told.push_back(act.from + ">" + act.to + " " + act.label + " seen by " + act.seen_by);
  }
  for (const char* act : {">gatekeeper message type=media id=3EB0 seen by gatekeeper",
                          ">birdy POST /media seen by birdy"}) {
    const auto found =
        std::ranges::find_if(told, [&](const std::string& one) { return one.ends_with(act); });
    ASSERT_NE(found, told.end()) << act;
    EXPECT_TRUE(found->starts_with("bob")) << *found;
  }
}

TEST(SequenceDiagram, ShowsAllOrStepsAndWhatIsCited) {
  const Sequence sequence = sequence_of(leak_records(), {3});
  EXPECT_EQ(render_sequence_svg(sequence, {{}, {3}, true}).acts, sequence.acts.size());
  const Diagram lean = render_sequence_svg(sequence, {{}, {3}, false});
  EXPECT_EQ(lean.acts, 2U);
  EXPECT_NE(lean.svg.find(">1 send-media<"), std::string::npos) << lean.svg;
  EXPECT_NE(lean.svg.find(">3 POST /media"), std::string::npos) << lean.svg;
  EXPECT_EQ(lean.svg.find("gatekeeper"), std::string::npos) << "a lane without acts";
}

TEST(SequenceDiagram, TellsWhatPassedBetweenCitedActs) {
  const std::string svg =
      render_sequence_svg(sequence_of(leak_records(), {2, 9}), {{}, {2, 9}, false}).svg;
  EXPECT_NE(svg.find(">4 201, 0 bytes<"), std::string::npos) << svg;
  EXPECT_NE(svg.find(">6 message type=media"), std::string::npos) << svg;
  EXPECT_EQ(svg.find("5 encrypts"), std::string::npos) << "a note that nothing cites";
}

TEST(SequenceDiagram, AFindingStandsOutWithoutColour) {
  const Sequence sequence = sequence_of(leak_records(), {3});
  const std::string svg = render_sequence_svg(sequence, {{3}, {3}, false}).svg;
  EXPECT_NE(svg.find("font-weight=\"bold\">▶ 3 POST"), std::string::npos) << svg;
  EXPECT_NE(svg.find("class=\"http mark\" stroke-width=\"3\""), std::string::npos) << svg;
}

TEST(SequenceDiagram, OfAFloodKeepsToWhatMatters) {
  Sequence flood;
  flood.parties = {"alice", "gatekeeper"};
  for (std::uint64_t i = 0; i < 5000; ++i) {
    flood.acts.push_back({i, i, Duration(0), "alice", "gatekeeper", "stanza", "x"});
  }
  EXPECT_EQ(render_sequence_svg(flood, {{}, {7, 4000}, true}).acts, 2U);
  for (Act& act : flood.acts) act.tap = "step";
  EXPECT_LE(render_sequence_svg(flood, {{}, {}, true}).acts, 200U);
}

TEST(Markup, EscapesAndRepairs) {
  EXPECT_EQ(escaped("<a href='x'>&\"é👍"), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;é👍");
  EXPECT_EQ(escaped(std::string_view("\0\x01\x1b\x7f", 4)), "\ufffd\ufffd\ufffd\ufffd");
  EXPECT_EQ(escaped("\xff\xc0\x80\xed\xa0\x80"), "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd");
  EXPECT_EQ(escaped("\xf0\x9f\x91"), "\ufffd\ufffd\ufffd");
  EXPECT_EQ(shortened("héllo", 2), "hé…");
  EXPECT_EQ(shortened("héllo", 5), "héllo");
  EXPECT_EQ(escaped_content("<\"it's\">"), "&lt;\"it's\"&gt;");
}

}  // namespace
}  // namespace parley::reports
