// Who tested what, where and when, as ISO/IEC 17025 asks for it.
#pragma once

#include <string>
#include <string_view>

#include "harness/judge/result.h"

namespace parley::reports {

/// The report's own id, or the run's where it has none.
std::string_view report_id(const judge::RunInfo& run);

/// How many earlier runs of the same items the laboratory's ledger has, and the run's place in it.
std::string ledger_text(const judge::RunInfo& run);

/// Opinions and interpretations, each marked as that of the person who holds it (7.8.7).
std::string opinions_section(const judge::Identification& stated);

/// What the run does not say is printed as "not stated", never left out.
std::string identification_section(const judge::RunResult& result);

}  // namespace parley::reports
