// The world: a run of four test cases, one of each end (run_for_tests.h), and its report as readers
// get it. The golden file holds the whole page; PARLEY_UPDATE_GOLDEN=1 rewrites it after a change
// that was meant.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "reports/anchors.h"
#include "reports/cover_html.h"
#include "reports/golden.h"
#include "reports/integrity_html.h"
#include "reports/markup.h"
#include "reports/obligations_html.h"
#include "reports/run_for_tests.h"

namespace parley::reports {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string section_of(const std::string& page, const std::string& id) {
  const std::size_t begin = page.find("aria-labelledby=\"" + id + "\"");
  if (begin == std::string::npos) return {};
  const std::size_t end = page.find("</section>", begin);
  return page.substr(begin, end - begin);
}

std::set<std::string> all_of(const std::string& page, const std::string& pattern) {
  std::set<std::string> out;
  const std::regex expression(pattern);
  for (std::sregex_iterator i(page.begin(), page.end(), expression), end; i != end; ++i) {
    out.insert((*i)[1]);
  }
  return out;
}

TEST(Html, MatchesTheGoldenReport) { expect_golden("report.html", sample_page(sample_run())); }

TEST(Html, IsAPureFunction) { EXPECT_EQ(sample_page(sample_run()), sample_page(sample_run())); }

TEST(Html, NothingThatPartiesSaidIsMarkup) {
  const judge::RunResult run = sample_run();
  const std::string page = sample_page(run);
  EXPECT_THAT(page, Not(HasSubstr("<b>")));
  EXPECT_THAT(page, HasSubstr("&lt;b&gt;secret"));
  EXPECT_EQ(page.find('\x1b'), std::string::npos);
}

TEST(Html, SaysHowToSeeAFailAgain) {
  EXPECT_THAT(sample_page(sample_run()),
              HasSubstr("parley run 'media.intact[kind=image]' --profile base --driver "
                        "gatekeeper-client=COMMAND --addressing native --seed 7 --out out"));
}

TEST(Html, IsCompleteWithoutScriptsOrNetwork) {
  const std::string page = sample_page(sample_run());
  for (const char* absent : {"<script", "src=", "href=\"http", "@import", "url("}) {
    EXPECT_THAT(page, Not(HasSubstr(absent)));
  }
  for (const char* present :
       {"default-src 'none'", "<html lang=\"en\">", "class=\"skip\"", "This run was interrupted",
        "It is not a decision under Regulation (EU) 2022/1925."}) {
    EXPECT_THAT(page, HasSubstr(present));
  }
  EXPECT_THAT(page,
              testing::EndsWith("End of report run-0123456789abcdef</p></footer></body></html>\n"));
}

TEST(Html, EveryLinkLeadsSomewhereAndEveryIdIsOne) {
  const std::string page = sample_page(sample_run());
  const std::set<std::string> ids = all_of(page, " id=\"([^\"]*)\"");
  for (const std::string& link : all_of(page, "href=\"#([^\"]*)\"")) {
    EXPECT_TRUE(ids.contains(link)) << link;
  }
  for (const std::string& id : ids) {
    EXPECT_EQ(page.find(" id=\"" + id + "\"", page.find(" id=\"" + id + "\"") + 1),
              std::string::npos)
        << id << " is there twice";
  }
}

TEST(Html, HasItsPartsInTheOrderOfATestReport) {
  const std::string page = sample_page(sample_run());
  std::size_t last = 0;
  for (const char* id : {"summary", "changes", "identification", "method", "scope", "obligations",
                         "findings", "waivers", "opinions", "cases", "indicators", "annex-a",
                         "annex-b", "annex-c", "annex-d", "annex-e", "annex-f", "annex-g"}) {
    const std::size_t at = page.find("<h2 id=\"" + std::string(id) + "\"");
    ASSERT_NE(at, std::string::npos) << id;
    EXPECT_GT(at, last) << id;
    last = at;
  }
  EXPECT_EQ(page.find("<h1"), page.rfind("<h1"));
}

TEST(Html, ShowsWhatChangedAndWhatIsWaived) {
  judge::RunResult run = sample_run();
  judge::Waiver waiver;
  waiver.id = "W-12";
  waiver.requirement = "MSG-001";
  waiver.reason = "known <until 3.2>";
  run.waivers = {waiver};
  const std::string page = render_html(run, {}, sample_proof(), "<p>3 newly failing</p>");
  EXPECT_THAT(section_of(page, "changes"), HasSubstr("3 newly failing"));
  EXPECT_THAT(section_of(page, "waivers"), HasSubstr("W-12"));
  EXPECT_THAT(section_of(page, "waivers"), HasSubstr("known &lt;until 3.2&gt;"));
  EXPECT_THAT(section_of(sample_page(sample_run()), "changes"), HasSubstr("Not compared"));
  EXPECT_THAT(section_of(sample_page(sample_run()), "waivers"), HasSubstr("No finding"));
}

TEST(Html, StatesWhoReportsToWhomAndThatNobodySaidSo) {
  judge::RunResult run = sample_run();
  EXPECT_THAT(section_of(sample_page(run), "identification"), HasSubstr("not stated"));
  EXPECT_THAT(section_of(sample_page(run), "opinions"), HasSubstr("None."));
  judge::Identification& stated = run.run.identification;
  stated.report = "CTR-2026-0117";
  stated.laboratory = "Example <Laboratory>";
  stated.party = "third";
  stated.opinions = {{"Its pauses are long.", "Ada Example"}};
  run.run.ledger = {"parley.example/lab", 7, 3};
  const std::string page = sample_page(run);
  EXPECT_THAT(section_of(page, "identification"), HasSubstr("CTR-2026-0117"));
  EXPECT_THAT(section_of(page, "identification"), HasSubstr("Example &lt;Laboratory&gt;"));
  EXPECT_THAT(section_of(page, "identification"), HasSubstr("3 earlier runs"));
  EXPECT_THAT(section_of(page, "opinions"), HasSubstr("Opinion of Ada Example"));
  EXPECT_THAT(page, HasSubstr("End of report CTR-2026-0117"));
}

TEST(Html, ListsWhatTheRunDoesNotShow) {
  const std::string page = sample_page(sample_run());
  const std::string scope = section_of(page, "scope");
  for (const char* present :
       {"No check judges them yet: 1 requirement", "PUSH-004",
        "without sufficient evidence in the document register: 1 requirement", "ONB-002",
        "an &lt;offer&gt;: found", "later phases, not tested", "later phase: groups",
        "A.3/2 is not supported", "the run was interrupted before this case"}) {
    EXPECT_THAT(scope, HasSubstr(present));
  }
  const std::string gaps = scope.substr(0, scope.find("Test cases that were not run"));
  for (const char* absent : {">ONB-001<", ">ONB-003<", ">MED-005<"}) {
    EXPECT_THAT(gaps, Not(HasSubstr(absent)));
  }
  EXPECT_THAT(scope, HasSubstr("Offer &amp; terms"));
  EXPECT_THAT(page, HasSubstr("not in force before 2027-09-06"));
}

TEST(Html, TellsWhyARowWasNotObserved) {
  judge::RunResult run = sample_run();
  judge::CaseResult& seen = run.cases.front();
  seen.left_out = {
      {"unread", "frames-unchanged", {"TRN-015"}, "not-observable: <bob> is under test"}};
  judge::RequirementResult row;
  row.id = "TRN-015";
  row.title = "Unread";
  row.coverage = scenario::Coverage::kChecked;
  run.requirements.push_back(row);
  row.id = "TRN-016";  // of a test case that does not apply
  run.requirements.push_back(row);
  judge::CaseResult& elsewhere = run.cases.back();
  ASSERT_EQ(elsewhere.disposition, judge::Disposition::kNotApplicable);
  elsewhere.requirements = {"TRN-016"};
  row.id = "TRN-017";  // something spoke about it
  row.checks = {{seen.id, "unread", judge::Verdict::kInconclusive}};
  run.requirements.push_back(row);
  const std::string scope = section_of(sample_page(run), "scope");
  EXPECT_THAT(scope, HasSubstr("Checked, and not observed in this run: 2 requirements"));
  EXPECT_THAT(scope,
              HasSubstr(escaped(seen.id) + ", unread: not-observable: &lt;bob&gt; is under test"));
  EXPECT_THAT(scope, HasSubstr("groups.text: A.3/2 is not supported"));
  EXPECT_THAT(scope, Not(HasSubstr(">TRN-017<")));
}

TEST(Html, NeverSpeaksOfTheLawAsALaboratoryMustNot) {
  const std::string page = sample_page(sample_run());
  for (const char* words : {"certified", "Certified", "DMA compliant", "DMA-compliant", "approved",
                            "violates", "breach"}) {
    EXPECT_THAT(page, Not(HasSubstr(words)));
  }
}

TEST(Html, ACardTellsWhyItFailed) {
  const std::string findings = section_of(sample_page(sample_run()), "findings");
  for (const char* present :
       {"id=\"media.intact(kind=image)/canary-contained\"", "no server sees what users wrote",
        "&lt;b&gt;secret&lt;/b&gt;.jpg\" in the clear",
        "partner-user: a peer of the implementation", "A partner's server holds ciphertext only.",
        "TD 5.1", "href=\"#media.intact(kind=image).3\"", "rests on a surrogate",
        "plaintext-at-server", "No deliberate defect of this suite's proof"}) {
    EXPECT_THAT(findings, HasSubstr(present));
  }
}

TEST(Html, ALikelyCauseIsADefectWithTheSameFinding) {
  judge::RunResult run = sample_run();
  judge::CheckResult& check = run.cases[1].checks[0];
  check.kind = "content-intact";
  check.finding.code = "content-differs";
  EXPECT_THAT(section_of(sample_page(run), "findings"),
              HasSubstr("Turns a &lt;bit&gt; over in every message."));
  check.finding.code = "delivered-more-than-once";
  EXPECT_THAT(section_of(sample_page(run), "findings"),
              Not(HasSubstr("This check found the same")));
}

TEST(Html, EvidenceOfARequirementHasANumberOfItsOwn) {
  const std::string annex = section_of(sample_page(sample_run()), "annex-b");
  EXPECT_THAT(annex, HasSubstr("id=\"MED-005\""));
  EXPECT_THAT(annex, HasSubstr("<li id=\"MED-005.2\">✕ <a href=\"#media.intact(kind=image)\">"));
  EXPECT_THAT(annex, HasSubstr("<li id=\"ONB-003.1\">✕ <a href=\"#documents\">"));
}

// The digest that a reader computes with sha256sum over result.json.
TEST(Html, NamesTheDigestOfItsResult) {
  const judge::RunResult run = sample_run();
  const std::string digest = result_digest(run);
  EXPECT_EQ(digest.size(), 64U);
  EXPECT_THAT(section_of(sample_page(run), "annex-e"), HasSubstr(digest));
  judge::RunResult other = run;
  other.run.seed = 8;
  EXPECT_NE(result_digest(other), digest);
}

std::size_t words_in(std::string html) {
  html = std::regex_replace(html, std::regex("<[^>]*>"), " ");
  const std::regex word("[^ \n]+");
  return static_cast<std::size_t>(
      std::distance(std::sregex_iterator(html.begin(), html.end(), word), std::sregex_iterator()));
}

TEST(Summary, IsShortWhateverHappened) {
  judge::RunResult run = sample_run();
  run.summary.cases = {600, 100, 100, 100, 100, 100, 100};
  EXPECT_LE(words_in(summary_words(run)), 250U);
  EXPECT_THAT(summary_words(run), HasSubstr("Under test: some &lt;client&gt; 7.0"));
  run.run.seats.pop_back();
  EXPECT_LE(words_in(summary_words(run)), 250U);
  EXPECT_THAT(summary_words(run), HasSubstr("says nothing about any product"));
}

TEST(Anchors, DifferForDifferentIdsAndStayReadable) {
  EXPECT_EQ(anchor("text.both-ways[to=partner]"), "text.both-ways(to=partner)");
  EXPECT_EQ(anchor("a b"), "a_20b");
  EXPECT_NE(anchor("a[b]"), anchor("a(b)"));
  EXPECT_NE(anchor("a_20b"), anchor("a b"));
  EXPECT_EQ(record_anchor("text.delivery", 34), "text.delivery.34");
  EXPECT_EQ(evidence_anchor("MSG-003", 4), "MSG-003.4");
}

// What the sheet of a point concludes, by its status.
class Conclusion : public testing::Test {
 protected:
  judge::RequirementResult& row(std::string id, judge::RequirementStatus status) {
    judge::RequirementResult one;
    one.id = std::move(id);
    one.status = status;
    point_.requirements.push_back(one.id);
    return run_.requirements.emplace_back(std::move(one));
  }
  std::string says(judge::RequirementStatus status) {
    point_.status = status;
    return conclusion(point_, run_);
  }

  judge::RunResult run_;
  judge::ObligationResult point_{"art-7-3", "Art. 7(3)", "Security"};
};

using enum judge::RequirementStatus;

TEST_F(Conclusion, OfASatisfiedPointSpeaksOfTestedRequirementsOnly) {
  row("E2E-001", kSatisfied);
  EXPECT_EQ(says(kSatisfied),
            "No non-conformity was observed in the tested requirements mapped to Art. 7(3). This "
            "speaks of those requirements and items alone.");
}

TEST_F(Conclusion, OfANonConformityNamesTheRequirements) {
  row("E2E-001", kNotSatisfied).failed_by = {"gatekeeper"};
  row("E2E-002", kSatisfied);
  EXPECT_THAT(says(kNotSatisfied), HasSubstr("mapped to Art. 7(3): E2E-001. This"));
}

TEST_F(Conclusion, PartnersNeverTouchAPoint) {
  row("E2E-001", kNotSatisfied).failed_by = {"partner"};
  EXPECT_THAT(says(kUndetermined), HasSubstr("its own conduct could not be shown"));
  row("E2E-002", kNotSatisfied).failed_by = {"gatekeeper"};
  EXPECT_THAT(says(kNotSatisfied), Not(HasSubstr("E2E-001")));
}

TEST_F(Conclusion, OfWhatIsOpenSaysWhy) {
  row("E2E-001", kUndetermined);
  row("E2E-002", kSatisfied);
  EXPECT_EQ(
      says(kUndetermined),
      "Nothing can be said of Art. 7(3) as a whole; undetermined: E2E-001. In the other tested "
      "ones no non-conformity was observed.");
  point_.reason = "not tested: later phase";
  EXPECT_EQ(says(kUndetermined),
            "Nothing can be said of Art. 7(3) as a whole: not tested: later phase.");
  EXPECT_EQ(says(kNotApplicable), "Nothing was asked: not tested: later phase.");
}

TEST_F(Conclusion, WaivedStaysVisible) {
  row("E2E-001", kSatisfiedWithWaiver);
  EXPECT_THAT(says(kSatisfiedWithWaiver), HasSubstr("is waived: E2E-001."));
}

}  // namespace
}  // namespace parley::reports
