#include "harness/evidence/transcript.h"

#include <utility>

namespace parley::evidence {

TranscriptReader::TranscriptReader(RecordSink records, CorruptionSink& corruption)
    : records_(std::move(records)), corruption_(corruption) {}

void TranscriptReader::check_place(const std::string& test_case, const Record& record) {
  Position& position = positions_[test_case];
  if (record.seq != position.next_seq) {
    corruption_.corruption(
        lines_, 0,
        make_error(ErrorCode::kInvalid, "record " + std::to_string(record.seq) + " of \"" +
                                            test_case + "\" stands where " +
                                            std::to_string(position.next_seq) + " belongs"));
  }
  if (position.next_seq > 0 && record.time < position.time) {
    corruption_.corruption(
        lines_, 0,
        make_error(ErrorCode::kInvalid, "record " + std::to_string(record.seq) + " of \"" +
                                            test_case + "\" is older than the one before"));
  }
  position.next_seq = record.seq + 1;
  position.time = record.time;
}

void TranscriptReader::line(std::string_view text) {
  ++lines_;
  std::string test_case;
  Result<Record> record = parse_line(text, &test_case);
  if (!record) {
    corruption_.corruption(lines_, text.size(), record.error());
    return;
  }
  check_place(test_case, *record);
  records_(test_case, *std::move(record));
}

void TranscriptReader::text(std::string_view transcript) {
  while (!transcript.empty()) {
    const std::size_t end = transcript.find('\n');
    if (end == std::string_view::npos) {
      ++lines_;
      corruption_.corruption(
          lines_, transcript.size(),
          make_error(ErrorCode::kInvalid, "the last line was cut off: it has no newline"));
      return;
    }
    line(transcript.substr(0, end));
    transcript.remove_prefix(end + 1);
  }
}

}  // namespace parley::evidence
