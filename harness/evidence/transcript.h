// Reads transcript.jsonl. Damage is told to a sink and reading goes on behind it, so that a
// transcript with one bad line still shows everything else that it holds.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/evidence/record.h"

namespace parley::evidence {

/// Told of everything in a transcript that is not as it should be.
class CorruptionSink {
 public:
  virtual ~CorruptionSink() = default;
  /// `line` counts from 1; `dropped` says how many bytes were passed over, 0 where the line was
  /// sound but something is missing before it.
  virtual void corruption(std::size_t line, std::size_t dropped, const Error& error) = 0;
};

/// Takes transcript text line by line and keeps no record itself.
class TranscriptReader {
 public:
  using RecordSink = std::function<void(std::string_view test_case, Record record)>;

  TranscriptReader(RecordSink records, CorruptionSink& corruption);

  /// One line without its newline. Reports lines that are no records, gaps and repetitions in a
  /// case's sequence numbers, time that goes backwards within a case. The last two do not stop the
  /// record from being delivered.
  void line(std::string_view text);

  /// A whole file. A last line without a newline was cut off: it is reported and not delivered.
  void text(std::string_view transcript);

  std::size_t lines() const { return lines_; }

 private:
  struct Position {
    std::uint64_t next_seq = 0;
    TimePoint time;
  };
  void check_place(const std::string& test_case, const Record& record);

  RecordSink records_;
  CorruptionSink& corruption_;
  std::map<std::string, Position, std::less<>> positions_;
  std::size_t lines_ = 0;
};

}  // namespace parley::evidence
