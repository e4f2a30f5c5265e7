// What the parties of `parley serve` record, on its way to whoever looks on and to the folder:
// taken out of the recorder again and again, so that a long session needs no more memory than a
// short one.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/result.h"
#include "harness/cli/output_folder.h"
#include "harness/crypto/hash.h"
#include "harness/evidence/recorder.h"

namespace parley::cli {

/// A chat connection as the mocks' taps saw it.
struct SeenConnection {
  std::string name;   ///< "gatekeeper-1"
  std::string party;  ///< at which it was seen
  std::string peer;
  std::uint64_t frames = 0;
  TimePoint last;
};

class ServedRecord {
 public:
  using Show = std::function<void(const evidence::Record&)>;

  /// All must outlive it; `folder` is null where nothing is kept, and has begun where it is not.
  ServedRecord(const Clock& clock, evidence::Recorder& recorder, OutputFolder* folder, Show show);

  /// Shows and keeps what was recorded since the last time, under numbers that go on. The error of
  /// the folder where it cannot be kept; it stays, and what comes later is shown only.
  Status flush();

  TimePoint started() const { return started_; }
  std::uint64_t records() const { return records_; }
  std::string transcript_digest() const;  ///< hex, of what was handed to the folder
  /// The last hundred, by the time of their last frame.
  std::vector<SeenConnection> connections() const;

 private:
  void note(const evidence::Record& record);

  const Clock& clock_;
  evidence::Recorder& recorder_;
  OutputFolder* const folder_;
  const Show show_;
  const TimePoint started_;
  std::uint64_t records_ = 0;
  crypto::Sha256 digest_;
  Status kept_;
  std::map<std::string, SeenConnection> connections_;
};

}  // namespace parley::cli
