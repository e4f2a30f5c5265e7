// The world: small texts that people type (durations, dates, patterns, misspelt words), files that
// come and go under a writer, and seeds that must mean the same tomorrow.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "harness/base/clock.h"
#include "harness/base/diagnostic.h"
#include "harness/base/encoding.h"
#include "harness/base/file.h"
#include "harness/base/glob.h"
#include "harness/base/random.h"

namespace parley {
namespace {

TEST(Clock, DurationsRoundTrip) {
  for (const char* text : {"250ms", "30s", "5m", "12h", "30d", "36500d"}) {
    const auto parsed = parse_duration(text);
    ASSERT_TRUE(parsed.ok()) << text;
    EXPECT_EQ(duration_text(*parsed), text);
  }
  EXPECT_EQ(duration_text(std::chrono::seconds(90)), "90s");
  EXPECT_EQ(duration_text(Duration(0)), "0s");
}

TEST(Clock, BadDurationsAreRefused) {
  for (const char* text :
       {"", "30", "s", "-1s", "1.5s", "30 s", "30x", "36501d", "99999999999999d", "5ns", "30S"}) {
    EXPECT_FALSE(parse_duration(text).ok()) << text;
  }
}

TEST(Clock, DatesAndUtcText) {
  const auto day = parse_date("2026-11-22");
  ASSERT_TRUE(day.ok());
  EXPECT_EQ(utc_text(*day + std::chrono::hours(13) + std::chrono::seconds(61)),
            "2026-11-22T13:01:01Z");
  for (const char* text : {"2026-02-30", "2026-13-01", "26-01-01", "2026/01/01", "2026-1-1",
                           "1969-12-31", "9999-01-01", "2026-11-2x", ""}) {
    EXPECT_FALSE(parse_date(text).ok()) << text;
  }
}

TEST(Random, SeedAndLabelDecideEverything) {
  EXPECT_EQ(SeededRandom(1, "bob").bytes(64), SeededRandom(1, "bob").bytes(64));
  EXPECT_NE(SeededRandom(1, "bob").bytes(64), SeededRandom(2, "bob").bytes(64));
  EXPECT_NE(SeededRandom(1, "bob").bytes(64), SeededRandom(1, "alice").bytes(64));
  // Pinned, so that a recorded seed keeps its meaning.
  EXPECT_EQ(hex(SeededRandom(1, "bob").bytes(8)), "d08aecbb9848e6e1");
}

TEST(Random, BelowCoversItsRangeOnly) {
  SeededRandom random(3, "below");
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 500; ++i) seen.insert(random.below(7));
  EXPECT_EQ(seen.size(), 7U);
  EXPECT_EQ(*seen.rbegin(), 6U);
  EXPECT_EQ(random.below(1), 0U);
}

// Every pattern over {a, *, ?} up to length 4 against every text over {a, b} up to length 4, held
// against the definition written as recursion.
bool glob_by_definition(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') {
    return glob_by_definition(pattern.substr(1), text) ||
           (!text.empty() && glob_by_definition(pattern, text.substr(1)));
  }
  return !text.empty() && (pattern[0] == '?' || pattern[0] == text[0]) &&
         glob_by_definition(pattern.substr(1), text.substr(1));
}

void all_words(std::string_view alphabet, std::size_t longest, std::vector<std::string>& out) {
  out.emplace_back();
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (out[i].size() == longest) continue;
    for (const char c : alphabet) out.push_back(out[i] + c);
  }
}

TEST(Glob, AgreesWithItsDefinition) {
  std::vector<std::string> patterns;
  std::vector<std::string> texts;
  all_words("a*?", 4, patterns);
  all_words("ab", 4, texts);
  for (const auto& pattern : patterns) {
    for (const auto& text : texts) {
      ASSERT_EQ(glob_match(pattern, text), glob_by_definition(pattern, text))
          << pattern << " against " << text;
    }
  }
}

TEST(DidYouMean, FindsSlipsAndLeavesStrangersAlone) {
  const std::vector<std::string> keys = {"requirements", "purpose", "steps", "checks"};
  EXPECT_EQ(did_you_mean("requirments", keys), "did you mean \"requirements\"?");
  EXPECT_EQ(did_you_mean("stpes", keys), "did you mean \"steps\"?");
  EXPECT_EQ(did_you_mean("banana", keys), "");
  EXPECT_EQ(did_you_mean(std::string(5000, 'x'), keys), "");
}

class FileTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("parley-file-" +
               std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_;
};

TEST_F(FileTest, WritesWholeAndLeavesNothingBehind) {
  ASSERT_TRUE(write_file_atomically(folder_ / "a.txt", "one").ok());
  ASSERT_TRUE(write_file_atomically(folder_ / "a.txt", "two").ok());
  EXPECT_EQ(read_text_file(folder_ / "a.txt").value(), "two");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(FileTest, AFailedWriteLeavesNoFile) {
  std::filesystem::create_directories(folder_ / "taken" / "x");
  EXPECT_FALSE(write_file_atomically(folder_ / "taken", "one").ok());
  EXPECT_EQ(write_file_atomically(folder_ / "no" / "such" / "a.txt", "one").error().code,
            ErrorCode::kNotFound);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(FileTest, ReadingHasItsErrors) {
  EXPECT_EQ(read_file(folder_ / "none").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(read_file(folder_).error().code, ErrorCode::kIo);
  ASSERT_TRUE(write_file_atomically(folder_ / "big", std::string(1000, 'x')).ok());
  EXPECT_EQ(read_file(folder_ / "big", 999).error().code, ErrorCode::kLimit);
  EXPECT_TRUE(read_file(folder_ / "big", 1000).ok());
}

}  // namespace
}  // namespace parley
