// Somebody quotes us. Whatever Parley prints, writes, or carries inside itself may be quoted in
// front of a regulator: that it certifies, that somebody complies with the law, that a partner
// violates Article 7 is nothing that a test harness can say. And what rests on a stand-in must say
// so wherever a person reads it.
#include <algorithm>
#include <cctype>

#include "harness/cli/cli_fixture.h"

namespace parley::cli {
namespace {

using ::testing::HasSubstr;

// In small letters. Only the gatekeeper is bound by Article 7, and only the Commission says whether
// it complies.
constexpr const char* kForbidden[] = {"certified",
                                      "dma compliant",
                                      "dma-compliant",
                                      "complies with the dma",
                                      "compliant with the dma",
                                      "violates article 7",
                                      "violates the dma",
                                      "infringes article 7",
                                      "breaks the law",
                                      "certificate of conformity"};

std::string small(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string forbidden_in(const std::string& text) {
  const std::string letters = small(text);
  for (const char* words : kForbidden) {
    if (letters.find(words) != std::string::npos) return words;
  }
  return {};
}

TEST(Wording, TheLintSeesWhatItLooksFor) {
  EXPECT_EQ(forbidden_in("This product is Certified."), "certified");
  EXPECT_EQ(forbidden_in("The partner violates Article 7."), "violates article 7");
  EXPECT_EQ(forbidden_in("a certification run; a certificate chain"), "");
}

TEST(Wording, OfEverythingThatIsWrittenHere) {
  const fs::path root = PARLEY_SOURCE_DIR;
  std::size_t files = 0;
  for (const char* folder : {"README.md", "docs", "scenarios", "schemas", "mocks/quirks"}) {
    const fs::path place = root / folder;
    std::vector<fs::path> paths;
    if (fs::is_regular_file(place)) {
      paths.push_back(place);
    } else {
      for (const auto& entry : fs::recursive_directory_iterator(place)) {
        const std::string kind = entry.path().extension().string();
        const bool is_text = kind == ".md" || kind == ".yaml" || kind == ".json";
        if (entry.is_regular_file() && is_text) paths.push_back(entry.path());
      }
    }
    for (const fs::path& path : paths) {
      const std::string name = fs::relative(path, root).string();
      ++files;
      EXPECT_EQ(forbidden_in(read_text_file(path).value()), "") << name;
    }
  }
  EXPECT_GT(files, 200U);
}

// Whether a line that names the case, or one of the next few, says that it rests on a surrogate.
bool says_so(const std::string& text, const std::string& id) {
  for (std::size_t at = text.find(id); at != std::string::npos; at = text.find(id, at + 1)) {
    std::size_t end = at;
    for (int lines = 0; lines < 5 && end != std::string::npos; ++lines) {
      end = text.find('\n', end == at ? at : end + 1);
    }
    if (text.substr(at, end - at).find("surrogate") != std::string::npos) return true;
  }
  return false;
}

class WordingTest : public CliTest {
 protected:
  void expect_clean(const std::string& run) {
    for (const char* file : {"/report.html", "/junit.xml", "/result.json"}) {
      EXPECT_EQ(forbidden_in(content(run + file)), "") << run << file;
    }
    for (const char* format : {"csv", "ctrf", "github", "gitb", "gitlab", "md", "openmetrics",
                               "oscal", "oscal-catalog", "oscal-plan"}) {
      const Finished report = parley({"report", path(run), "--format", format});
      EXPECT_EQ(report.code, 0) << report.err;
      EXPECT_EQ(forbidden_in(report.out), "") << run << " " << format;
    }
  }
};

TEST_F(WordingTest, OfEveryFormatOfRunsThatEndDifferently) {
  const Finished leak = parley({"run", "--profile", "demo-leak", "--out", path("leak")});
  EXPECT_EQ(leak.code, 1);
  EXPECT_EQ(forbidden_in(leak.out + leak.err), "");
  expect_clean("leak");
  const Finished good = parley({"run", "text.both-ways", "--out", path("good")});
  EXPECT_EQ(forbidden_in(good.out + good.err), "");
  expect_clean("good");
}

TEST_F(WordingTest, EveryCommandSaysOfItselfNothingMore) {
  EXPECT_EQ(forbidden_in(parley({"--help"}).out), "");
  for (const char* command : {"bundle", "demo", "diff", "explain", "keys", "lint", "list",
                              "mutants", "plan", "replay", "report", "run", "schema", "verify"}) {
    EXPECT_EQ(forbidden_in(parley({command, "--help"}).out), "") << command;
  }
}

// Case by case: where some check rests on a surrogate, the case says so in every format that people
// read.
TEST_F(WordingTest, WhatRestsOnASurrogateSaysSoToPeople) {
  ASSERT_EQ(
      parley({"run", "consent.reachability-ping*", "text.both-ways", "--out", path("out")}).code,
      0);
  const judge::RunResult run = result("out");
  std::size_t surrogates = 0;
  for (const char* format : {"html", "md", "junit", "gitlab", "gitb", "csv"}) {
    const std::string text = parley({"report", path("out"), "--format", format}).out;
    for (const judge::CaseResult& one : run.cases) {
      const bool rests = std::ranges::any_of(one.checks, [](const judge::CheckResult& check) {
        return check.basis == judge::Basis::kSurrogate;
      });
      if (!rests) continue;
      ++surrogates;
      EXPECT_TRUE(says_so(text, one.id)) << format << ": " << one.id;
    }
  }
  EXPECT_GE(surrogates, 6U);
}

}  // namespace
}  // namespace parley::cli
