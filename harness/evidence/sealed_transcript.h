// A transcript that can be published. Each line shows when, where and by whom something was
// observed, and commits to the rest of the record, which stands in an opening of its own. Both
// editions of a bundle hold the same lines and so have the same Merkle root; the confidential one
// has the openings, too. What is public is this list, not what is left when something was taken
// out.
//
//   {"event":"run.begin","harness_sha256":…,"iut_sha256":…,"ledger_index":7,"n":0,"nonce":…,
//    "plan_sha256":…,"run":…,"t":…,"utc":…}
//   {"c":…,"case":…,"direction":…,"kind":…,"n":1,"party":…,"role":…,"run":…,"seq":0,"t":…,"tap":…,
//    "utc":…}
//   {"cases":1,"event":"run.end","n":2,"records":1,"run":…,"t":…,"utc":…}
//
// An opening is {"n":1,"record":{…},"salt":…}, where the record is a line as record.h has it, and c
// is SHA-256(salt || record). All numbers are integers, t is in nanoseconds, digests are in hex.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "harness/base/clock.h"
#include "harness/base/result.h"
#include "harness/evidence/commitment.h"
#include "harness/evidence/merkle_tree.h"
#include "harness/evidence/record.h"

namespace parley::evidence {

/// What a run was about, before anything happened.
struct RunBegin {
  std::string run_id;
  TimePoint time{};
  crypto::Digest32 iut_sha256{};
  crypto::Digest32 harness_sha256{};
  crypto::Digest32 plan_sha256{};
  std::string nonce{};                          ///< of who asked for the run; may be empty
  std::optional<std::uint64_t> ledger_index{};  ///< of its entry run.open, where there is a ledger

  bool operator==(const RunBegin&) const = default;
};

/// Writes one run, line by line; what it returns has no newline. Not for use by two threads at a
/// time.
class TranscriptSealer {
 public:
  struct Sealed {
    std::string line;
    std::string opening;
  };

  TranscriptSealer(const RunBegin& begin, SaltKey salts);

  /// The first line; call it first, once.
  std::string begin();
  Sealed seal(const Record& record, std::string_view test_case);
  /// The last line. A transcript without it is that of an interrupted run.
  std::string end(TimePoint time);

  /// Of the lines so far: what a checkpoint has.
  TreeHead head() const { return {tree_.size(), tree_.root()}; }

 private:
  const RunBegin begin_;
  const SaltKey salts_;
  MerkleAccumulator tree_;
  std::set<std::string, std::less<>> cases_;
};

struct RecordFace;  ///< the visible part of a record

/// Checks a sealed transcript line by line and says at which one it breaks. Keeps two hashes a
/// line.
class TranscriptVerifier {
 public:
  /// The next line, without its newline. kInvalid, with "transcript line N", for what
  /// TranscriptSealer would not have written there: another spelling, a gap in the numbers, another
  /// run, a case's records out of order or with time running backwards, a wrong count at the end,
  /// anything behind it. After an error nothing more is taken.
  Status line(std::string_view text);
  /// A whole file. A last line without its newline was cut off, which is kInvalid; the lines before
  /// it have been taken.
  Status text(std::string_view transcript);

  struct Opened {
    std::string test_case;
    Record record;
  };
  /// The record behind a line that was taken. kAuth, with "opening of line N", where it is not what
  /// the line committed to, or where line and record tell different things; kInvalid where it is no
  /// opening, or there is no such line.
  Result<Opened> open(std::string_view opening) const;
  /// line() and open() in one, for a reader who has both editions' parts side by side: twice as
  /// fast, because a line that follows from its record need not be parsed. The errors of either.
  Result<Opened> opened_line(std::string_view text, std::string_view opening);

  /// The first half of opened_line(), for any thread, before the lines in front are taken: the
  /// record that opens `text`, the line `number` of a transcript of that run. The errors of open(),
  /// and kAuth where the line does not follow from its record.
  static Result<Opened> open_beside(std::string_view text, std::string_view opening,
                                    std::uint64_t number, const std::string& run_id);
  /// The other half: takes a line that open_beside() has given `opened` for. The errors of line().
  Status line(std::string_view text, const Opened& opened);

  const std::optional<RunBegin>& begin() const { return begin_; }
  bool ended() const { return ended_; }
  std::uint64_t records() const { return records_; }
  TreeHead head() const { return {tree_.size(), tree_.root()}; }
  /// Whether the transcript, or its first lines where it has grown since, has this head. kAuth or
  /// kInvalid.
  Status had(const TreeHead& head) const;

 private:
  struct CasePosition {
    std::uint64_t next_seq = 0;
    TimePoint time{};
  };
  Status take(std::string_view text);
  Status place(std::string_view test_case, std::uint64_t seq, TimePoint time);
  Status take_begin(std::string_view text, const json::object& object);
  Status take_record(std::string_view text, const json::object& object);
  Status take_end(std::string_view text, const json::object& object);

  std::optional<RunBegin> begin_;
  bool ended_ = false;
  bool broken_ = false;
  std::uint64_t records_ = 0;
  MerkleTree tree_;
  std::map<std::string, CasePosition, std::less<>> cases_;
};

}  // namespace parley::evidence
