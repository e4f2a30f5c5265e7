// The world: a nightly job that runs the whole base profile against the mocks, in simulation and
// over sockets. These are the longest runs of all tests, so each is made once and looked at from
// all sides.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/cli/cli_fixture.h"

namespace parley::cli {
namespace {

using testing::HasSubstr;

constexpr const char* kFiles[] = {"result.json", "transcript.jsonl", "report.html", "junit.xml"};
constexpr std::size_t kFewestCases = 250;

// A JSON Web Token begins like this; in the base64 of a key set the same letters are followed by no
// dot.
bool holds_token(const std::string& text) {
  constexpr std::string_view kStart = "eyJhbGciOi";
  for (std::size_t at = text.find(kStart); at != std::string::npos;
       at = text.find(kStart, at + 1)) {
    const std::size_t end = text.find_first_not_of(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", at);
    if (end != std::string::npos && text[end] == '.') return true;
  }
  return false;
}

class BaseProfileTest : public CliTest {
 protected:
  void expect_all_pass(const Finished& run, const std::string& folder) {
    EXPECT_EQ(run.code, 0) << run.out << run.err;
    EXPECT_EQ(run.err, "");
    const judge::RunResult parsed = result(folder);
    EXPECT_GE(parsed.summary.cases.pass, kFewestCases);
    EXPECT_EQ(parsed.summary.cases.pass + parsed.summary.cases.not_applicable, parsed.cases.size());
    EXPECT_EQ(parsed.run.state, judge::RunState::kComplete);
    EXPECT_EQ(parsed.statement, judge::Statement::kNoStatement);
    EXPECT_EQ(parsed.requirements.size(), 274U);
    EXPECT_THAT(last_line(run.out), HasSubstr("pass: "));
  }

  void expect_harmless_words(const std::string& folder) {
    for (const char* file : kFiles) {
      const std::string text = content(folder + "/" + file);
      EXPECT_GT(text.size(), 1000U) << file;
      EXPECT_FALSE(holds_token(text)) << file;
      for (const char* word : {"certified", "DMA compliant", "violates Article"}) {
        EXPECT_TRUE(text.find(word) == std::string::npos) << file << " says " << word;
      }
    }
  }
};

TEST_F(BaseProfileTest, PassesInSimulationWithTheSameBytesWhateverTheWorkers) {
  const Finished one =
      parley({"run", "--profile", "base", "--network", "sim", "--out", path("one")});
  expect_all_pass(one, "one");
  EXPECT_TRUE(holds_token("x eyJhbGciOiJSUzI1NiJ9.eyJ9.c2ln"));
  expect_harmless_words("one");
  const Finished two = parley({"run", "--workers", "2", "--out", path("two")});
  EXPECT_EQ(two.code, 0) << two.err;
  for (const char* file : kFiles) {
    const std::string name = std::string("/") + file;
    EXPECT_TRUE(content("one" + name) == content("two" + name)) << file << " differs";
  }
}

TEST_F(BaseProfileTest, PassesOverSockets) {
  const Finished run =
      parley({"run", "--network", "sockets", "--workers", "2", "--out", path("out")});
  expect_all_pass(run, "out");
}

}  // namespace
}  // namespace parley::cli
