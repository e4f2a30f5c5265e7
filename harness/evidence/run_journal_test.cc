// A run of four test cases that writes three files as it goes on, and is killed after any byte; and
// somebody who changes what it left behind.
#include "harness/evidence/run_journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "harness/base/random.h"

namespace parley::evidence {
namespace {

using crypto::KeyAlgorithm;
using crypto::SigningKey;
using ::testing::HasSubstr;

SigningKey key_of(const char* name, KeyAlgorithm algorithm = KeyAlgorithm::kEd25519) {
  SeededRandom random(1, name);
  return SigningKey::generate(algorithm, random);
}

/// What is appended, to which of the three files, in the order in which it is.
struct Append {
  std::size_t file;
  std::string text;
};

class Files {
 public:
  JournalTexts texts() const { return {text[0], text[1], text[2]}; }
  std::array<std::string, 3> text;
};

struct KilledRun {
  std::vector<Append> appends;
  std::vector<std::string> results;      ///< canonical
  std::vector<std::string> transcripts;  ///< after each test case

  Files whole() const {
    Files out;
    for (const Append& one : appends) out.text[one.file] += one.text;
    return out;
  }
};

/// The third case has no records.
KilledRun run_of(std::optional<SigningKey> key) {
  RunJournal journal("run-1", std::move(key));
  KilledRun run;
  std::string transcript;
  for (int i = 0; i < 4; ++i) {
    std::string lines;
    for (int k = 0; k < (i == 2 ? 0 : i + 2); ++k) {
      lines += "record " + std::to_string(k) + " of " + std::to_string(i) + "\n";
    }
    const json::object result{{"id", "case " + std::to_string(i)}, {"verdict", "pass"}};
    const RunJournal::Entry entry = journal.add(lines, result).value();
    run.appends.push_back({0, lines});
    run.appends.push_back({1, entry.case_line});
    run.appends.push_back({2, entry.checkpoint_line});
    run.results.push_back(canonical(result));
    run.transcripts.push_back(transcript += lines);
  }
  return run;
}

/// That the prefix is that of the first `cases` of the run.
void expect_prefix(const JournalPrefix& prefix, const KilledRun& run, std::size_t cases) {
  ASSERT_EQ(prefix.results.size(), cases);
  for (std::size_t i = 0; i < cases; ++i) EXPECT_EQ(canonical(prefix.results[i]), run.results[i]);
  EXPECT_EQ(prefix.transcript, cases == 0 ? "" : run.transcripts[cases - 1]);
}

TEST(RunJournal, AWholeRunIsCovered) {
  const SigningKey lab = key_of("lab");
  for (const bool with_key : {false, true}) {
    const KilledRun run = run_of(with_key ? std::optional(lab) : std::nullopt);
    const Files files = run.whole();
    const auto prefix = covered_prefix("run-1", files.texts(), lab.public_key());
    ASSERT_TRUE(prefix.ok()) << prefix.error().text();
    expect_prefix(*prefix, run, 4);
    EXPECT_EQ(prefix->is_signed, with_key);
    EXPECT_EQ(prefix->left_out, 0U);
  }
}

// Every moment at which the process can end: after any byte of any append.
TEST(RunJournal, ARunKilledAfterAnyByteKeepsWhatItsLastCheckpointCovers) {
  const SigningKey lab = key_of("lab");
  for (const bool with_key : {false, true}) {
    const KilledRun run = run_of(with_key ? std::optional(lab) : std::nullopt);
    Files files;
    std::size_t checkpoints = 0;
    for (const Append& one : run.appends) {
      for (std::size_t bytes = 0; bytes < one.text.size(); ++bytes) {
        Files killed = files;
        killed.text[one.file] += one.text.substr(0, bytes);
        const auto prefix = covered_prefix("run-1", killed.texts(), lab.public_key());
        ASSERT_TRUE(prefix.ok()) << prefix.error().text();
        expect_prefix(*prefix, run, checkpoints);
      }
      files.text[one.file] += one.text;
      if (one.file == 2) ++checkpoints;
    }
    EXPECT_EQ(checkpoints, 4U);
  }
}

// The system falls: appends that came later may be there, and earlier ones not.
TEST(RunJournal, ACheckpointOfWhatIsNotThereIsPassedOver) {
  const SigningKey lab = key_of("lab");
  const KilledRun run = run_of(lab);
  for (std::size_t file = 0; file < 2; ++file) {
    const Files whole = run.whole();
    for (std::size_t size = 0; size <= whole.text[file].size(); ++size) {
      Files cut = whole;
      cut.text[file].resize(size);
      const auto prefix = covered_prefix("run-1", cut.texts(), lab.public_key());
      ASSERT_TRUE(prefix.ok()) << prefix.error().text();
      ASSERT_LE(prefix->results.size(), 4U);
      expect_prefix(*prefix, run, prefix->results.size());
    }
  }
}

TEST(RunJournal, WhatWasChangedIsLeftOutAndCounted) {
  const SigningKey lab = key_of("lab");
  const KilledRun run = run_of(lab);
  const struct {
    std::size_t file;
    const char* from;
    const char* to;
    std::size_t cases;
  } changes[] = {{0, "record 1 of 1", "record 7 of 1", 1},
                 {0, "record 0 of 0\n", "", 0},
                 {1, "case 2\",\"verdict\":\"pass", "case 2\",\"verdict\":\"fail", 2},
                 {1, "\"lines\":5", "\"lines\":4", 3},
                 {1, "{\"lines\":3", "{ \"lines\":3", 1}};
  for (const auto& change : changes) {
    Files files = run.whole();
    std::string& text = files.text[change.file];
    ASSERT_NE(text.find(change.from), std::string::npos) << change.from;
    text.replace(text.find(change.from), std::string_view(change.from).size(), change.to);
    const auto prefix = covered_prefix("run-1", files.texts(), lab.public_key());
    ASSERT_TRUE(prefix.ok()) << prefix.error().text();
    EXPECT_EQ(prefix->results.size(), change.cases) << change.from;
    EXPECT_GT(prefix->left_out, 0U) << change.from;
  }
}

TEST(RunJournal, CheckpointsOfOthersAreRefused) {
  const SigningKey lab = key_of("lab");
  const KilledRun run = run_of(lab);
  const auto stranger =
      covered_prefix("run-1", run.whole().texts(), key_of("stranger").public_key());
  ASSERT_FALSE(stranger.ok());
  EXPECT_EQ(stranger.error().code, ErrorCode::kAuth);
  EXPECT_THAT(stranger.error().text(), HasSubstr("checkpoints.jsonl line 1"));

  const KilledRun plain = run_of(std::nullopt);
  EXPECT_FALSE(covered_prefix("run-2", plain.whole().texts(), lab.public_key()).ok());
  Files mixed = run.whole();
  mixed.text[2] += plain.whole().text[2];
  const auto both = covered_prefix("run-1", mixed.texts(), lab.public_key());
  ASSERT_FALSE(both.ok());
  EXPECT_THAT(both.error().text(), HasSubstr("signed checkpoints stand beside others"));
}

TEST(RunJournal, SignsWithEd25519Only) {
  RunJournal journal("run-1", key_of("lab", KeyAlgorithm::kEcdsaP256));
  const auto entry = journal.add("", {});
  ASSERT_FALSE(entry.ok());
  EXPECT_EQ(entry.error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace parley::evidence
