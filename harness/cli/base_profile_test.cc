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
constexpr std::size_t kFewestCases = 550;

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

template <class Row>
std::optional<judge::RequirementStatus> status_in(const std::vector<Row>& rows,
                                                  std::string_view id) {
  for (const Row& row : rows) {
    if (row.id == id) return row.status;
  }
  return std::nullopt;
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

  void expect_leak_caught(const Finished& demo) {
    EXPECT_EQ(demo.code, 0) << demo.out << demo.err;
    EXPECT_THAT(demo.out, HasSubstr("canary-contained"));
    EXPECT_THAT(demo.out, HasSubstr("How to read a finding"));
    EXPECT_THAT(last_line(demo.out), HasSubstr("the leaking app was caught"));
    const judge::RunResult leak = result("demo/leaking-partner");
    ASSERT_EQ(leak.cases.size(), 2U);
    EXPECT_EQ(leak.exit_code, 1);
    for (const judge::CaseResult& test_case : leak.cases) {
      for (const judge::CheckResult& check : test_case.checks) {
        if (check.kind != "canary-contained") continue;
        EXPECT_EQ(check.finding.verdict, judge::Verdict::kFail) << test_case.id;
        EXPECT_FALSE(check.finding.evidence.empty()) << test_case.id;
        EXPECT_EQ(check.finding.blamed, "partner-user") << test_case.id;
      }
    }
    // A partner's leak is no failure of the gatekeeper, who alone is bound by Art. 7(3).
    EXPECT_EQ(status_in(leak.requirements, "E2E-003"), judge::RequirementStatus::kUndetermined);
    EXPECT_EQ(status_in(leak.requirements, "E2E-004"), judge::RequirementStatus::kNotSatisfied);
    EXPECT_EQ(status_in(leak.obligations, "art-7-3"), judge::RequirementStatus::kUndetermined);
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

// The demonstration is a run of the base profile by one worker, and one of a leaking app.
TEST_F(BaseProfileTest, TheDemoPassesWithTheSameBytesWhateverTheWorkersAndCatchesTheLeakingApp) {
  const Finished demo = parley({"demo", "--out", path("demo")});
  expect_leak_caught(demo);
  EXPECT_TRUE(holds_token("x eyJhbGciOiJSUzI1NiJ9.eyJ9.c2ln"));
  expect_harmless_words("demo");
  const Finished two = parley(
      {"run", "--profile", "base", "--network", "sim", "--workers", "2", "--out", path("two")});
  expect_all_pass(two, "two");
  for (const char* file : kFiles) {
    const std::string name = std::string("/") + file;
    EXPECT_TRUE(content("demo" + name) == content("two" + name)) << file << " differs";
  }
}

TEST_F(BaseProfileTest, PassesOverSockets) {
  const Finished run =
      parley({"run", "--network", "sockets", "--workers", "2", "--out", path("out")});
  expect_all_pass(run, "out");
}

}  // namespace
}  // namespace parley::cli
