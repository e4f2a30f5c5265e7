// A ledger on a disk: several processes add to it at once, one falls in the middle of a line, and
// somebody cuts it, rewrites it, or takes its checkpoint away.
#include "harness/cli/ledger_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "harness/base/file.h"
#include "harness/base/random.h"

namespace parley::cli {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

LabKeys keys_of(const char* name, crypto::KeyAlgorithm algorithm = crypto::KeyAlgorithm::kEd25519) {
  SeededRandom random(1, name);
  return {crypto::SigningKey::generate(algorithm, random), "", "example.org/lab"};
}

evidence::RunOpened run(const std::string& id) {
  return {.run_id = id,
          .time = from_unix_seconds(1'800'000'000),
          .iut = "App@1",
          .iut_sha256 = crypto::sha256(as_bytes(std::string_view("App"))),
          .profile = "base/1",
          .plan_sha256 = crypto::sha256(as_bytes(std::string_view("plan")))};
}

class LedgerFolderTest : public testing::Test {
 protected:
  LedgerFolderTest()
      : path_(fs::path(testing::TempDir()) /
              ("parley-ledger-folder-" + std::to_string(::getpid()))) {
    fs::remove_all(path_);
  }
  ~LedgerFolderTest() override { fs::remove_all(path_); }

  Status add(const std::string& id) {
    PARLEY_ASSIGN(LedgerFolder folder, LedgerFolder::open(path_, lab_));
    PARLEY_ASSIGN(const std::uint64_t index, folder.append(run(id)));
    PARLEY_ASSIGN(const evidence::TlogProof proof, folder.prove(index));
    PARLEY_ASSIGN(const auto known,
                  evidence::NoteKey::create(lab_.ledger_origin, lab_.key.public_key()));
    PARLEY_TRY(evidence::verify_logged(as_bytes(evidence::to_line(run(id))), proof, known));
    return {};
  }
  std::string why_not() {
    const auto folder = LedgerFolder::open(path_, lab_);
    return folder.ok() ? "" : folder.error().text();
  }
  std::string text(const char* name) { return read_text_file(path_ / name).value(); }
  void write(const char* name, const std::string& content) {
    ASSERT_TRUE(write_file_atomically(path_ / name, content).ok());
  }

  const fs::path path_;
  const LabKeys lab_ = keys_of("lab");
};

TEST_F(LedgerFolderTest, IsMadeWhereItIsMissingAndProvesWhatItHas) {
  EXPECT_EQ(why_not(), "");
  EXPECT_TRUE(add("R1").ok());
  EXPECT_TRUE(add("R2").ok());
  const auto folder = LedgerFolder::open(path_, lab_);
  ASSERT_TRUE(folder.ok());
  EXPECT_EQ(folder->ledger().entries().size(), 2U);
  EXPECT_EQ(folder->ledger().opened("R2"), 1U);
  EXPECT_EQ(folder->checkpoint(), text(kCheckpointFile));
}

TEST_F(LedgerFolderTest, ManyWritersAtOnceLoseNothing) {
  constexpr int kWriters = 4;
  constexpr int kRuns = 10;
  std::vector<pid_t> writers;
  for (int i = 0; i < kWriters; ++i) {
    const pid_t pid = ::fork();
    if (pid == 0) {
      bool all = true;
      for (int k = 0; k < kRuns; ++k) {
        all = add("R" + std::to_string(i) + "-" + std::to_string(k)).ok() && all;
      }
      ::_exit(all ? 0 : 1);
    }
    writers.push_back(pid);
  }
  for (const pid_t pid : writers) {
    int status = 0;
    ASSERT_EQ(::waitpid(pid, &status, 0), pid);
    EXPECT_EQ(status, 0);
  }
  const auto folder = LedgerFolder::open(path_, lab_);
  ASSERT_TRUE(folder.ok()) << folder.error().text();
  EXPECT_EQ(folder->ledger().entries().size(), 40U);
}

TEST_F(LedgerFolderTest, AWriterThatFellLeavesNoHalfEntry) {
  ASSERT_TRUE(add("R1").ok());
  const std::string whole = text(kLedgerFile);
  const std::string next = evidence::to_line(run("R2")) + "\n";
  for (std::size_t bytes = 1; bytes < next.size(); bytes += 7) {
    write(kLedgerFile, whole + next.substr(0, bytes));
    EXPECT_EQ(why_not(), "") << bytes;
    EXPECT_EQ(text(kLedgerFile), whole) << bytes;
  }
  // Before it could sign: the entry counts.
  write(kLedgerFile, whole + next);
  const auto folder = LedgerFolder::open(path_, lab_);
  ASSERT_TRUE(folder.ok()) << folder.error().text();
  EXPECT_EQ(folder->ledger().entries().size(), 2U);
  EXPECT_EQ(folder->ledger().checkpoint("example.org/lab", lab_.key).value(),
            text(kCheckpointFile));
}

TEST_F(LedgerFolderTest, WhoeverCutOrRewroteItIsFoundOut) {
  for (const char* id : {"R1", "R2", "R3"}) ASSERT_TRUE(add(id).ok());
  const std::string whole = text(kLedgerFile);
  write(kLedgerFile, whole.substr(0, whole.find('\n') + 1));
  EXPECT_THAT(why_not(), HasSubstr("has 1 entries, where a checkpoint has 3"));
  std::string other = whole;
  other.replace(other.find("App@1"), 5, "App@2");
  write(kLedgerFile, other);
  EXPECT_THAT(why_not(), HasSubstr("it was rewritten"));
  write(kLedgerFile, whole + "{}\n");
  EXPECT_THAT(why_not(), HasSubstr("ledger line 4"));
  write(kLedgerFile, whole);
  EXPECT_EQ(why_not(), "");
  const std::string checkpoint = text(kCheckpointFile);
  fs::remove(path_ / kCheckpointFile);
  EXPECT_THAT(why_not(), HasSubstr("put it back"));
  write(kCheckpointFile, "rubbish");
  EXPECT_THAT(why_not(), HasSubstr("checkpoint"));
  write(kCheckpointFile, checkpoint);
  const auto stranger = LedgerFolder::open(path_, keys_of("stranger"));
  ASSERT_FALSE(stranger.ok());
  EXPECT_EQ(stranger.error().code, ErrorCode::kAuth);
}

TEST_F(LedgerFolderTest, RefusesWhatCannotBe) {
  ASSERT_TRUE(add("R1").ok());
  EXPECT_FALSE(add("R1").ok()) << "opened twice";
  EXPECT_EQ(std::ranges::count(text(kLedgerFile), '\n'), 1);
  const auto ecdsa = LedgerFolder::open(path_, keys_of("lab", crypto::KeyAlgorithm::kEcdsaP256));
  ASSERT_FALSE(ecdsa.ok());
  EXPECT_EQ(ecdsa.error().code, ErrorCode::kUnsupported);
  const auto nowhere = LedgerFolder::open("/proc/parley", lab_);
  ASSERT_FALSE(nowhere.ok());
  EXPECT_EQ(nowhere.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace parley::cli
