// For the .cc files of this folder: a bundle in the middle of its verification. Each check fills in
// what it vouches for, and later ones build on that only.
#pragma once

#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/attest/verify.h"
#include "harness/crypto/certificate_chain.h"
#include "harness/crypto/time_stamp.h"
#include "harness/evidence/bundle_manifest.h"
#include "harness/evidence/dsse.h"
#include "harness/evidence/ledger.h"
#include "harness/evidence/sealed_transcript.h"
#include "harness/evidence/statement.h"
#include "harness/evidence/zip_archive.h"
#include "harness/judge/result.h"
#include "harness/scenario/plan.h"
#include "reports/html.h"

namespace parley::attest {

/// An opened record with the case that it belongs to, in the order of the transcript.
using OpenedRecord = evidence::TranscriptVerifier::Opened;

struct Inspection {
  BytesView archive;
  const OwnCatalogue& own;
  const VerifyOptions& options;

  std::vector<evidence::ZipEntry> entries{};           // V01
  std::optional<crypto::ChainVerdict> chain{};         // V02, V03
  std::string payload{};                               // V02
  std::optional<evidence::TestStatement> statement{};  // V04
  std::optional<evidence::BundleManifest> manifest{};  // V04
  /// Of the transcript's whole lines, begun in V05 for V07; not valid where there is no transcript.
  std::future<evidence::TreeHead> tree{};
  std::optional<judge::RunResult> result{};   // V06
  json::object result_json{};                 ///< what `result` was read from
  evidence::TranscriptVerifier transcript{};  // V08
  std::optional<scenario::Plan> plan{};       // V09
  /// Read in V08, where there are openings, and vouched for by V20: a record that does not open its
  /// line as it should is not `opened`.
  std::vector<OpenedRecord> records{};
  std::vector<std::uint8_t> opened{};
  std::string records_digest{};  ///< hex SHA-256 of all records as lines
  /// Of the envelope, where there is a time stamp and somebody to believe; before V03.
  std::optional<Result<crypto::TimeStamp>> stamp{};
  std::optional<evidence::Ledger> ledger{};  ///< V15: the verifier's copy of the whole, found good
  std::optional<TimePoint> closed{};         ///< V15: when the ledger closed the run
  /// V11, where reports are to be rendered anew: of report.html, by case; empty otherwise.
  std::vector<reports::CaseSection> sections{};

  std::optional<std::string_view> file(std::string_view name) const;
  bool is_public() const;
};

struct Verdict {
  Outcome outcome = Outcome::kFail;
  std::string why{};
};
inline Verdict holds(std::string why = {}) { return {Outcome::kOk, std::move(why)}; }
inline Verdict fails(std::string why) { return {Outcome::kFail, std::move(why)}; }
inline Verdict skipped(std::string why) { return {Outcome::kSkipped, std::move(why)}; }
/// OK, or the error's text.
Verdict verdict_of(const Status& status, std::string why_ok = {});

using Check = Verdict (*)(Inspection&);

// Of the container and who signed it (inspect_envelope.cc).
Verdict check_archive(Inspection& in);
Verdict check_envelope(Inspection& in);
Verdict check_chain(Inspection& in);
Verdict check_statement(Inspection& in);
Verdict check_files(Inspection& in);
Verdict check_nonce(Inspection& in);

// Of the transcript (inspect_transcript.cc).
void begin_tree(Inspection& in);  ///< on a thread of its own
Verdict check_root(Inspection& in);
Verdict check_records(Inspection& in);
Verdict check_openings(Inspection& in);

// Of the result (inspect_result.cc).
Verdict check_result(Inspection& in);
Verdict check_plan(Inspection& in);
Verdict check_cases(Inspection& in);
Verdict check_roll_up(Inspection& in);
Verdict check_reports(Inspection& in);

// Of its waivers (inspect_waivers.cc).
Verdict check_waivers(Inspection& in);

// Judging again (rejudge.cc).
Verdict check_verdicts(Inspection& in);

// Of the lab's ledger (inspect_ledger.cc).
Verdict check_ledger(Inspection& in);
Verdict check_previous_runs(Inspection& in);

// Of things that a bundle may have (inspect_extras.cc).
void read_time_stamp(Inspection& in);
Verdict check_time_stamp(Inspection& in);
Verdict check_harness(Inspection& in);

}  // namespace parley::attest
