// The world: a suite of three kinds of check, of which one was never shown to fail, and four
// quirks, of which one cannot be seen and one was not. The golden files hold what the pages make of
// it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/golden.h"
#include "reports/kill_matrix_html.h"
#include "reports/kill_matrix_md.h"
#include "reports/proof_for_tests.h"
#include "reports/proof_html.h"

namespace parley::reports {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string section(const Proof& proof) {
  std::string out;
  append_proof(out, proof);
  return out;
}

// Nothing is left of it where everything is as it should be.
Proof sound_proof() {
  Proof proof = sample_proof();
  proof.checks.pop_back();
  proof.quirks.pop_back();
  proof.alike.pop_back();
  proof.troubles.clear();
  return proof;
}

TEST(KillMatrixMd, MatchesTheGoldenFile) {
  expect_golden("kill-matrix.md", render_kill_matrix_md(sample_proof()));
}

TEST(KillMatrixHtml, MatchesTheGoldenFile) {
  expect_golden("kill-matrix.html", render_kill_matrix_html(sample_proof()));
}

TEST(KillMatrixMd, EveryRowOfATableHasItsCells) {
  std::istringstream lines(render_kill_matrix_md(sample_proof()));
  std::size_t cells = 0;
  for (std::string line; std::getline(lines, line);) {
    std::size_t bars = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
      bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\') ? 1 : 0;
    }
    if (bars > 0 && cells > 0) EXPECT_EQ(bars, cells) << line;
    cells = bars;
  }
}

TEST(KillMatrixHtml, IsCompleteWithoutScriptsOrNetwork) {
  const std::string html = render_kill_matrix_html(sample_proof());
  for (const char* absent : {"<script", "src=", "href=\"http", "@import", "url(", "<bit>"}) {
    EXPECT_THAT(html, Not(HasSubstr(absent)));
  }
  for (const char* present : {"default-src 'none'", "<html lang=\"en\">", "class=\"skip\"",
                              "id=\"main\"", "<caption>", "scope=\"col\"", "scope=\"row\""}) {
    EXPECT_THAT(html, HasSubstr(present));
  }
}

TEST(KillMatrixPages, HaveEveryCheckWithEveryQuirkThatItFound) {
  const Proof proof = sample_proof();
  for (const std::string& page : {render_kill_matrix_md(proof), render_kill_matrix_html(proof)}) {
    for (const ProofCheck& check : proof.checks) {
      EXPECT_THAT(page, HasSubstr(check.kind));
      for (const ProofFind& find : check.finds) {
        EXPECT_THAT(page, HasSubstr(find.quirk));
        EXPECT_THAT(page, HasSubstr(find.finding));
      }
    }
  }
}

TEST(ProofSection, NamesTheKindsThatWereNeverShownToFail) {
  const std::string text = section(sample_proof());
  EXPECT_THAT(text, HasSubstr("3 kinds of check. For 2 of them"));
  EXPECT_THAT(text, HasSubstr("Not shown to be able to fail:</strong> <code>size-limit</code>"));
  EXPECT_THAT(text, HasSubstr("not as it should be"));
  EXPECT_THAT(text, HasSubstr("4 such defects went into this"));
  EXPECT_THAT(text, HasSubstr("2 were caught"));
}

TEST(ProofSection, SpeaksOfEachWhereEachWasShown) {
  const std::string text = section(sound_proof());
  EXPECT_THAT(text, HasSubstr("2 kinds of check. For each of them"));
  EXPECT_THAT(text, Not(HasSubstr("Not shown to be able to fail")));
  EXPECT_THAT(text, Not(HasSubstr("not as it should be")));
}

TEST(ProofSection, ShowsTheDefectsThatWereMadeForACheckAndNotTheOthers) {
  const std::string text = section(sample_proof());
  EXPECT_THAT(text, HasSubstr("<code>server.alters</code> Turns a &lt;bit&gt; over in every "
                              "message. Finding: <em>content-differs</em>."));
  EXPECT_THAT(text, Not(HasSubstr("collateral")));
  EXPECT_THAT(text, HasSubstr(std::string(64, 'e')));
  EXPECT_THAT(text, HasSubstr("How long padding is nobody says."));
  EXPECT_THAT(text, HasSubstr("One is about what, the other about how often."));
  EXPECT_THAT(text, HasSubstr("Trials run in simulation."));
}

TEST(ProofSection, SaysNeitherCertifiedNorCompliant) {
  for (const std::string& text :
       {section(sample_proof()), section(sound_proof()), render_kill_matrix_md(sample_proof()),
        render_kill_matrix_html(sample_proof())}) {
    for (const char* word : {"certif", "Certif", "compliant", "violates"}) {
      EXPECT_THAT(text, Not(HasSubstr(word)));
    }
  }
}

}  // namespace
}  // namespace parley::reports
