// What `parley serve` leaves behind as a run: a result of one test case that nobody judged, so that
// everything that reads runs can show the record, and nothing can take it for a test.
#pragma once

#include <cstdint>
#include <string_view>

#include "harness/base/clock.h"
#include "harness/base/result.h"
#include "harness/cli/suite.h"
#include "harness/judge/result.h"
#include "reports/proof.h"

namespace parley::cli {

inline constexpr std::string_view kSessionProfile = "serve";
inline constexpr std::string_view kSessionCase = "session";

/// Whether a result is of `parley serve`.
bool is_served_session(const judge::RunResult& result);

/// Not tested, with the reason; how far the record goes.
judge::CaseResult session_case(TimePoint started, TimePoint ended, std::uint64_t records);

struct SessionFacts {
  std::uint64_t seed = 1;
  TimePoint started;
  std::string_view side;  ///< "gatekeeper" or "partner", which the mocks play
  std::string wire_profile;
  std::vector<judge::WireOverlay> wire_overlays{};
};

/// What result.json says of the session before it has begun: interrupted, no row judged.
judge::RunInfo session_info(const Suite& suite, const SessionFacts& facts,
                            const reports::Proof& proof);

/// Every row of the catalogue, none of which the session says anything about.
judge::RunResult session_result(const Suite& suite, judge::RunInfo info, judge::CaseResult session);

struct RecoveredSession {
  judge::RunResult result;
  std::string transcript;
  std::size_t left_out = 0;  ///< bytes that no checkpoint covers
};

/// A session that was killed: its record up to the last checkpoint, by the texts of its folder.
/// Errors of evidence::covered_prefix(); kInvalid where cases.jsonl is of something else.
Result<RecoveredSession> recover_session(judge::RunResult planned, std::string_view transcript,
                                         std::string_view cases, std::string_view checkpoints);

}  // namespace parley::cli
