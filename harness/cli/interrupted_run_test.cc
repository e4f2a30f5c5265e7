// Runs that do not get to their end: killed at any moment, told to stop, out of disk. A run is a
// process of its own here; what it leaves behind is taken to the lab, signed and verified.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <set>
#include <sstream>
#include <thread>

#include "harness/attest/recover_run.h"
#include "harness/attest/selection.h"
#include "harness/attest/verify.h"
#include "harness/base/file.h"
#include "harness/base/random.h"
#include "harness/cli/lab_keys.h"
#include "harness/cli/output_folder.h"
#include "harness/cli/session.h"
#include "harness/cli/suite.h"
#include "harness/cli/suite_proof.h"
#include "harness/evidence/bundle.h"
#include "harness/judge/result_json.h"

namespace parley::cli {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;
using Filters = std::vector<std::string>;

const Suite& suite() {
  static const Suite loaded = [] {
    std::vector<Diagnostic> diagnostics;
    return load_suite({}, diagnostics).value();
  }();
  return loaded;
}

struct Ended {
  int code = -1;  ///< minus the signal, where one ended it
  std::string err;
};

class InterruptedRun : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / ("parley-interrupted-" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    std::ostringstream out;
    std::ostringstream err;
    ASSERT_EQ(main({"keys", "init", path("lab")}, {out, err}), 0) << err.str();
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string text(const std::string& name) const {
    return read_text_file(folder_ / name, std::size_t{1} << 30).value();
  }

  /// In a process of its own; no file of it grows beyond `most`.
  pid_t start(const Filters& filters, const std::string& out, rlim_t most = RLIM_INFINITY) {
    suite();
    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    const rlimit limit{most, RLIM_INFINITY};
    if (most != RLIM_INFINITY) ::setrlimit(RLIMIT_FSIZE, &limit);
    std::ostringstream said;
    std::ostringstream err;
    SessionOptions options;
    options.selection.filters = filters;
    options.out = path(out);
    options.keys = path("lab");
    Streams streams{said, err};
    const int code = run_session(suite(), options, streams).exit_code;
    const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &unlimited);
    static_cast<void>(write_file_atomically(path(out + ".err"), err.str()));
    ::_exit(code);
  }

  Ended wait(pid_t pid, const std::string& out) {
    int status = 0;
    EXPECT_EQ(::waitpid(pid, &status, 0), pid);
    Ended ended;
    ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    if (fs::exists(folder_ / (out + ".err"))) ended.err = text(out + ".err");
    return ended;
  }

  judge::RunResult result_in(const std::string& out) const {
    const auto value = parse_json(text(out + "/result.json"), "r", {.bytes = 1 << 28});
    return judge::run_result_from_json(value.value()).value();
  }

  attest::RecoveredRun recovered(const std::string& out) const {
    attest::RunFiles planned{result_in(out), text(out + "/selection.json"),
                             text(out + "/transcript.jsonl")};
    EXPECT_TRUE(attest::was_killed(planned.result.run));
    auto run = attest::recover_run(std::move(planned), text(out + "/" + kCasesFile),
                                   text(out + "/" + kCheckpointsFile), suite().library,
                                   suite().digest, lab().key.public_key());
    EXPECT_TRUE(run.ok()) << run.error().text();
    return run.ok() ? *std::move(run) : attest::RecoveredRun();
  }

  LabKeys lab() const { return load_lab_keys(path("lab")).value(); }

  /// The checks of a bundle of it that fail; and those that speak of V06.
  std::vector<attest::CheckLine> verified(const attest::RunFiles& files) const {
    const LabKeys keys = lab();
    auto content = attest::seal_run(files, evidence::Confidentiality::kConfidential, "",
                                    attest::salts_of(keys.key, files.result.run), {});
    EXPECT_TRUE(content.ok()) << content.error().text();
    if (!content.ok()) return {};
    content->chain_pem = keys.chain_pem;
    const Bytes archive = evidence::write_bundle(*std::move(content), keys.key).value();
    const attest::OwnCatalogue own{
        .library = suite().library,
        .digest = suite().digest,
        .wire_profile = [](const std::string& id) -> attest::OwnProfile {
          std::vector<Diagnostic> diagnostics;
          auto profile = suite().wire_profile(id, diagnostics);
          return {std::make_shared<const wire::Profile>(*std::move(profile))};
        }};
    return attest::verify_bundle(
        archive, own,
        {.roots_pem = text("lab/roots.pem"),
         .when = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now())});
  }

  void expect_sound(const attest::RunFiles& files) const {
    const auto lines = verified(files);
    EXPECT_TRUE(attest::sound(lines));
    for (const attest::CheckLine& line : lines) {
      EXPECT_NE(line.outcome, attest::Outcome::kFail) << line.id << ": " << line.why;
      if (line.id == "V06") EXPECT_THAT(line.why, HasSubstr("interrupted"));
    }
  }

  /// That the first `cases` are there as the whole run has them, and the others are not tested.
  void expect_prefix(const attest::RecoveredRun& run, const judge::RunResult& whole,
                     const std::string& transcript) const {
    const judge::RunResult& result = run.files.result;
    EXPECT_EQ(result.run.state, judge::RunState::kInterrupted);
    EXPECT_EQ(result.statement, judge::Statement::kNoStatement);
    EXPECT_TRUE(run.is_signed || run.cases == 0);
    EXPECT_TRUE(transcript.starts_with(run.files.transcript));
    ASSERT_EQ(result.cases.size(), whole.cases.size());
    for (std::size_t i = 0; i < whole.cases.size(); ++i) {
      const judge::CaseResult& one = result.cases[i];
      if (i < run.cases) {
        EXPECT_EQ(canonical(judge::to_json(one)), canonical(judge::to_json(whole.cases[i])));
      } else {
        EXPECT_EQ(one.id, whole.cases[i].id);
        EXPECT_EQ(one.disposition, judge::Disposition::kNotTested);
        EXPECT_THAT(one.reason, HasSubstr("interrupted"));
      }
    }
  }

  /// Kills the run at moments between its begin and a little behind its end. Each test case that
  /// may be the last one is signed and verified once: what is left then is the same to the byte.
  void kill_at_random_moments(const Filters& filters, int times, Random& random) {
    const auto begin = std::chrono::steady_clock::now();
    ASSERT_LE(wait(start(filters, "whole"), "whole").code, kExitInconclusive);
    const auto took = std::chrono::steady_clock::now() - begin;
    const judge::RunResult whole = result_in("whole");
    const std::string transcript = text("whole/transcript.jsonl");
    std::set<std::size_t> seen;
    for (int i = 0; i < times; ++i) {
      fs::remove_all(folder_ / "killed");
      const pid_t pid = start(filters, "killed");
      std::this_thread::sleep_for(took * (static_cast<int>(random.below(1050))) / 1000);
      ::kill(pid, SIGKILL);
      const int code = wait(pid, "killed").code;
      if (!fs::exists(folder_ / "killed/result.json")) {
        EXPECT_EQ(code, -SIGKILL);  // before it could say anything
        continue;
      }
      const judge::RunResult left = result_in("killed");
      if (!attest::was_killed(left.run)) {
        EXPECT_EQ(canonical(judge::to_json(left)), canonical(judge::to_json(whole)));
        continue;
      }
      const attest::RecoveredRun run = recovered("killed");
      expect_prefix(run, whole, transcript);
      if (seen.insert(run.cases).second) expect_sound(run.files);
    }
    // Of a few kills on a busy machine all may come too early; RunJournal's tests cut everywhere.
    if (times > 50) EXPECT_GT(seen.size(), 2U) << "moments that are no different show nothing";
  }

  fs::path folder_;
};

// A sanitized binary takes seconds where the release takes a moment.
#if defined(__has_feature) && __has_feature(address_sanitizer)
constexpr int kShortRuns = 8;
constexpr int kLongRuns = 2;
#else
constexpr int kShortRuns = 85;
constexpr int kLongRuns = 15;
#endif

TEST_F(InterruptedRun, KilledAtAnyMomentItLeavesWhatVerifies) {
  SeededRandom random(7, "kills");
  kill_at_random_moments({"text.both-ways", "text.reply"}, kShortRuns, random);
  kill_at_random_moments({"text.*"}, kLongRuns, random);
}

TEST_F(InterruptedRun, ToldToStopItEndsInOrder) {
  for (const int signal : {SIGINT, SIGTERM}) {
    fs::remove_all(folder_ / "out");
    const pid_t pid = start({"text.*"}, "out");
    for (int i = 0; i < 5000 && !fs::exists(folder_ / "out/result.json"); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    ::kill(pid, signal);
    EXPECT_EQ(wait(pid, "out").code, kExitInconclusive);
    const judge::RunResult result = result_in("out");
    EXPECT_EQ(result.run.state, judge::RunState::kInterrupted);
    EXPECT_FALSE(attest::was_killed(result.run)) << "it says itself what it has done";
    EXPECT_GT(result.summary.cases.not_tested, 0U);
    expect_sound({result, text("out/selection.json"), text("out/transcript.jsonl")});
  }
}

// As on a full disk: a write fails, and everything behind it.
TEST_F(InterruptedRun, OutOfDiskItSaysSoAndKeepsWhatItHas) {
  ASSERT_LE(wait(start({"text.*"}, "whole"), "whole").code, kExitInconclusive);
  const judge::RunResult whole = result_in("whole");
  const std::string transcript = text("whole/transcript.jsonl");
  const auto planned = text("whole/result.json").size();
  ASSERT_GT(transcript.size(), planned) << "the plan must fit, and the transcript must not";
  const Ended ended = wait(start({"text.*"}, "full", (transcript.size() + planned) / 2), "full");
  EXPECT_EQ(ended.code, kExitHarness);
  EXPECT_THAT(ended.err, HasSubstr("--out: "));
  EXPECT_THAT(ended.err, HasSubstr("transcript.jsonl: File too large"));
  EXPECT_THAT(ended.err, HasSubstr("the run was interrupted"));
  const attest::RecoveredRun run = recovered("full");
  EXPECT_GT(run.cases, 0U);
  EXPECT_LT(run.cases, whole.cases.size());
  EXPECT_GT(run.left_out, 0U) << "a piece of the record that did not fit";
  expect_prefix(run, whole, transcript);
  expect_sound(run.files);
}

TEST_F(InterruptedRun, AFolderThatVanishesIsAnErrorOfTheHarness) {
  const pid_t pid = start({"text.*"}, "gone");
  for (int i = 0; i < 5000 && !fs::exists(folder_ / "gone/result.json"); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  fs::remove_all(folder_ / "gone");
  const Ended ended = wait(pid, "gone");
  EXPECT_EQ(ended.code, kExitHarness);
  EXPECT_THAT(ended.err, HasSubstr("No such file or directory"));
}

TEST_F(InterruptedRun, IsRecoveredByItsOwnCatalogueOnly) {
  const pid_t pid = start({"text.reply"}, "out");
  for (int i = 0; i < 5000 && !fs::exists(folder_ / "out/result.json"); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ::kill(pid, SIGKILL);
  wait(pid, "out");
  attest::RunFiles planned{result_in("out"), text("out/selection.json"),
                           text("out/transcript.jsonl")};
  ASSERT_TRUE(attest::was_killed(planned.result.run));
  const auto other = attest::recover_run(planned, "", "", suite().library, std::string(64, 'a'),
                                         lab().key.public_key());
  ASSERT_FALSE(other.ok());
  EXPECT_THAT(other.error().text(), HasSubstr("another catalogue"));
  planned.selection = "{\"filters\":[\"text.both-ways\"],\"profile\":\"base\"}\n";
  const auto smaller =
      attest::recover_run(planned, "", "", suite().library, suite().digest, lab().key.public_key());
  ASSERT_FALSE(smaller.ok());
  EXPECT_THAT(smaller.error().text(), HasSubstr("selection.json"));
}

}  // namespace
}  // namespace parley::cli
