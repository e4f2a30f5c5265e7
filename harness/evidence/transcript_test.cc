// A transcript file that has been through a bad day: lines bent, lost, repeated, swapped, the end
// cut off. The reader must say so for each and still deliver everything else.
#include "harness/evidence/transcript.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/evidence/recorder.h"

namespace parley::evidence {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SteppingClock final : public Clock {
 public:
  TimePoint now() const override { return time += std::chrono::milliseconds(1); }
  mutable TimePoint time = from_unix_seconds(1'700'000'000);
};

struct Collected final : CorruptionSink {
  void corruption(std::size_t line, std::size_t dropped, const Error& error) override {
    lines.push_back(line);
    bytes.push_back(dropped);
    messages.push_back(error.message);
  }
  std::vector<std::size_t> lines;
  std::vector<std::size_t> bytes;
  std::vector<std::string> messages;
};

std::vector<std::string> sample_lines(const std::string& test_case, int count) {
  SteppingClock clock;
  Recorder recorder(clock);
  std::vector<std::string> lines;
  for (int i = 0; i < count; ++i) {
    recorder.record({.kind = "event.n", .body = to_bytes(std::to_string(i))});
    lines.push_back(to_line(recorder.records().back(), test_case));
  }
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

struct Outcome {
  std::vector<std::string> delivered;  ///< "case:seq"
  Collected corruption;
};

Outcome read(std::string_view text) {
  Outcome outcome;
  TranscriptReader reader(
      [&](std::string_view test_case, const Record& record) {
        outcome.delivered.push_back(std::string(test_case) + ":" + std::to_string(record.seq));
      },
      outcome.corruption);
  reader.text(text);
  return outcome;
}

TEST(TranscriptReader, DeliversASoundTranscriptInSilence) {
  std::vector<std::string> lines = sample_lines("a", 2);
  for (const std::string& line : sample_lines("b", 2)) lines.push_back(line);
  const Outcome outcome = read(joined(lines));
  EXPECT_THAT(outcome.delivered, ElementsAre("a:0", "a:1", "b:0", "b:1"));
  EXPECT_THAT(outcome.corruption.messages, IsEmpty());
}

TEST(TranscriptReader, ReadsOnBehindABentLine) {
  std::vector<std::string> lines = sample_lines("a", 3);
  lines[1].back() = '!';
  const Outcome outcome = read(joined(lines));
  EXPECT_THAT(outcome.delivered, ElementsAre("a:0", "a:2"));
  // The bent line itself, and the gap that it leaves.
  EXPECT_THAT(outcome.corruption.lines, ElementsAre(2, 3));
  EXPECT_THAT(outcome.corruption.bytes, ElementsAre(lines[1].size(), 0));
}

TEST(TranscriptReader, TellsOfALostLine) {
  std::vector<std::string> lines = sample_lines("a", 3);
  lines.erase(lines.begin());
  const Outcome outcome = read(joined(lines));
  EXPECT_THAT(outcome.delivered, ElementsAre("a:1", "a:2"));
  EXPECT_THAT(outcome.corruption.messages, ElementsAre(HasSubstr("record 1")));
}

TEST(TranscriptReader, TellsOfSwappedAndRepeatedLines) {
  std::vector<std::string> lines = sample_lines("a", 2);
  std::swap(lines[0], lines[1]);
  EXPECT_EQ(read(joined(lines)).corruption.messages.size(), 3U);  // two places, one clock
  lines = sample_lines("a", 1);
  lines.push_back(lines[0]);
  EXPECT_EQ(read(joined(lines)).corruption.messages.size(), 1U);
}

TEST(TranscriptReader, TellsOfACutEnd) {
  const std::vector<std::string> lines = sample_lines("a", 2);
  std::string text = joined(lines);
  text.pop_back();
  const Outcome outcome = read(text);
  EXPECT_THAT(outcome.delivered, ElementsAre("a:0"));
  EXPECT_THAT(outcome.corruption.messages, ElementsAre(HasSubstr("cut off")));
}

TEST(TranscriptReader, AnEmptyTranscriptHoldsNothing) {
  const Outcome outcome = read("");
  EXPECT_THAT(outcome.delivered, IsEmpty());
  EXPECT_THAT(outcome.corruption.messages, IsEmpty());
}

}  // namespace
}  // namespace parley::evidence
