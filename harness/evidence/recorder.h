// Collects the records of one test case.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/base/clock.h"
#include "harness/evidence/record.h"
#include "harness/evidence/token_redaction.h"

namespace parley::evidence {

/// Not for use by two threads at a time: a recorder belongs to one World.
class Recorder {
 public:
  /// `keeps_tokens` makes one that leaves texts and bodies as they come, tokens and all: a defect,
  /// which the suite has to notice.
  explicit Recorder(const Clock& clock, bool keeps_tokens = false);

  /// Adds a record. Anything that looks like a JSON Web Token, in facts or body, is replaced by
  /// "jwt:" and the first 16 hex digits of its SHA-256, so that equality stays visible and the
  /// token does not; inside a body it is filled up with "*" to the token's length, so that binary
  /// formats with lengths in them still parse. Text that is no UTF-8 has U+FFFD in place of its bad
  /// bytes. A body over kMaxBodyBytes keeps its size and digest and loses its tail. Returns the
  /// record's sequence number.
  std::uint64_t record(Observation observation);

  const std::vector<Record>& records() const { return records_; }
  /// All records, moved out; the recorder then begins anew.
  std::vector<Record> take() { return std::exchange(records_, {}); }

 private:
  const Clock& clock_;
  const bool keeps_tokens_;
  std::vector<Record> records_;
};

}  // namespace parley::evidence
