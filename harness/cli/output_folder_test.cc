// A run has ended, and something goes missing between its judge and its files.
#include "harness/cli/output_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "harness/base/file.h"
#include "harness/judge/result_json.h"
#include "harness/judge/rollup.h"

namespace parley::cli {
namespace {

using testing::HasSubstr;

judge::CaseResult passed(std::string id) {
  judge::CheckResult check;
  check.id = check.kind = "content-intact";
  check.finding.verdict = judge::Verdict::kPass;
  judge::CaseResult out;
  out.id = std::move(id);
  out.disposition = judge::Disposition::kExecuted;
  out.verdict = judge::Verdict::kPass;
  out.attempts = {{judge::Verdict::kPass, ""}};
  out.checks = {check, check};
  out.checks[1].id = "again";
  out.records = 3;
  return out;
}

judge::RunResult run_of_two() {
  judge::RunInfo info;
  info.id = "run-test";
  info.state = judge::RunState::kComplete;
  return judge::roll_up(info, {passed("a"), passed("b")}, {}, {});
}

class OutputFolderTest : public testing::Test {
 protected:
  OutputFolderTest()
      : path_(std::filesystem::path(testing::TempDir()) /
              ("parley-folder-" + std::to_string(::getpid()))) {}
  ~OutputFolderTest() override { std::filesystem::remove_all(path_); }

  Status write(const judge::RunResult& result) {
    judge::RunInfo info;
    auto folder = OutputFolder::open(path_);
    EXPECT_TRUE(folder.ok());
    EXPECT_TRUE(folder->begin(judge::roll_up(info, {}, {}, {}), {}, std::nullopt).ok());
    return folder->write(result, {}, reports::Proof());
  }
  std::string result_json() { return read_text_file(path_ / "result.json").value(); }

  std::filesystem::path path_;
};

TEST_F(OutputFolderTest, WritesWhatWasRolledUp) {
  ASSERT_TRUE(write(run_of_two()).ok());
  const auto read = judge::run_result_from_json(parse_json(result_json()).value());
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(read->run.state, judge::RunState::kComplete);
  EXPECT_EQ(read->cases.size(), 2U);
}

TEST_F(OutputFolderTest, WritesNoResultThatLostSomething) {
  const std::function<void(judge::RunResult&)> losses[] = {
      [](judge::RunResult& result) { result.cases.pop_back(); },
      [](judge::RunResult& result) { result.cases[0].checks.pop_back(); },
      [](judge::RunResult& result) { result.cases[1].checks.clear(); },
      [](judge::RunResult& result) { result.cases[0].verdict = judge::Verdict::kFail; }};
  for (const auto& lose : losses) {
    judge::RunResult result = run_of_two();
    lose(result);
    const Status written = write(result);
    ASSERT_FALSE(written.ok());
    EXPECT_THAT(written.error().text(), HasSubstr("summary"));
    EXPECT_THAT(result_json(), HasSubstr("\"interrupted\"")) << "as if the run had not ended";
  }
}

}  // namespace
}  // namespace parley::cli
