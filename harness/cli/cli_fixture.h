// For tests: the parley binary that was built beside them, run as a person or a nightly job runs
// it.
#pragma once

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/file.h"
#include "harness/base/json.h"
#include "harness/judge/result_json.h"

extern char** environ;

namespace parley::cli {

namespace fs = std::filesystem;

struct Finished {
  int code = -1;
  std::string out;
  std::string err;
};

class CliTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(testing::TempDir()) /
              ("parley-cli-" + std::string(info->name()) + "-" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    binary_ = fs::read_symlink("/proc/self/exe").parent_path() / "parley";
    ASSERT_TRUE(fs::exists(binary_)) << binary_;
  }
  void TearDown() override { fs::remove_all(folder_); }

  pid_t start(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), binary_.string());
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    const int flags = O_WRONLY | O_CREAT | O_TRUNC;
    const std::string out = (folder_ / "stdout").string();
    const std::string err = (folder_ / "stderr").string();
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, out.c_str(), flags, 0600);
    posix_spawn_file_actions_addopen(&files, 2, err.c_str(), flags, 0600);
    pid_t pid = -1;
    EXPECT_EQ(posix_spawn(&pid, binary_.c_str(), &files, nullptr, argv.data(), environ), 0);
    posix_spawn_file_actions_destroy(&files);
    return pid;
  }

  Finished wait(pid_t pid) {
    int status = 0;
    EXPECT_EQ(::waitpid(pid, &status, 0), pid);
    Finished out;
    out.code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    out.out = read_text_file(folder_ / "stdout").value();
    out.err = read_text_file(folder_ / "stderr").value();
    return out;
  }

  Finished parley(std::vector<std::string> arguments) { return wait(start(std::move(arguments))); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string content(const std::string& name) const {
    // Whatever its size: transcripts are larger than any file that the product reads.
    std::ostringstream text;
    std::ifstream file(folder_ / name, std::ios::binary);
    EXPECT_TRUE(file.is_open()) << name;
    text << file.rdbuf();
    return std::move(text).str();
  }

  judge::RunResult result(const std::string& out) const {
    const auto value = parse_json(content(out + "/result.json"), "result.json");
    EXPECT_TRUE(value.ok()) << (value.ok() ? "" : value.error().text());
    if (!value.ok()) return {};
    auto parsed = judge::run_result_from_json(*value);
    EXPECT_TRUE(parsed.ok()) << (parsed.ok() ? "" : parsed.error().text());
    return parsed.ok() ? *std::move(parsed) : judge::RunResult();
  }

  void write(const std::string& name, const std::string& text) {
    fs::create_directories((folder_ / name).parent_path());
    ASSERT_TRUE(write_file_atomically(folder_ / name, text).ok());
  }

  // Until the run has opened its folder.
  void wait_for_file(const std::string& name) {
    for (int i = 0; i < 2000 && !fs::exists(folder_ / name); ++i) {
      const timespec pause{0, 5'000'000};
      ::nanosleep(&pause, nullptr);
    }
    ASSERT_TRUE(fs::exists(folder_ / name));
  }

  fs::path folder_;
  fs::path binary_;
};

inline std::string last_line(const std::string& text) {
  const std::size_t end = text.find_last_not_of('\n');
  const std::size_t begin = text.rfind('\n', end);
  return text.substr(begin + 1, end - begin);
}

inline std::map<std::string, std::string> verdicts(const judge::RunResult& result) {
  std::map<std::string, std::string> out;
  for (const judge::CaseResult& test_case : result.cases) {
    out[test_case.id] = test_case.verdict ? judge::to_string(*test_case.verdict) : "none";
  }
  return out;
}

inline constexpr const char* kOwnProfile =
    "id: own\ntitle: Our own\nversion: 1.0.0\nwire: wa-public-1.0.3\nservice: whatsapp\n"
    "scenarios: [\"own.*\"]\n"
    "invariants:\n"
    "  - {check: canary-contained, requirements: [E2E-003]}\n"
    "  - {check: fields-declared, requirements: [PRIV-001]}\n"
    "  - {check: noise-nonces-unique, requirements: [TRN-006]}\n"
    "  - {check: one-time-prekeys-used-once, requirements: [E2E-008]}\n"
    "  - {check: personal-data-contained, requirements: [PRIV-006]}\n"
    "  - {check: push-body-minimal, requirements: [PRIV-003]}\n"
    "  - {check: tokens-redacted, requirements: [AUTH-015]}\n"
    "  - {check: whatsapp-client-address-hidden, requirements: [PRIV-008]}\n"
    "  - {check: wire-profile-valid, requirements: [TRN-008]}\n";

}  // namespace parley::cli
