// Waivers: what they cover, what became of them, and what they leave open. A waiver never changes a
// verdict, and covers nothing but the one finding that it names.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/judge/result.h"

namespace parley::judge {

/// The waiver for exactly that requirement, case, check and code, or null.
const Waiver* find_waiver(std::span<const Waiver> waivers, std::string_view requirement,
                          std::string_view case_id, std::string_view check_id,
                          std::string_view code);

/// Those whose last day is not over on `day` ("2026-11-22"); none where there is no day.
std::vector<Waiver> unexpired(std::span<const Waiver> waivers, std::string_view day);

/// Fills in what became of each waiver, from the cases, examinations and requirements of `result`.
void set_waiver_states(RunResult& result);

/// Whether one has expired or is stale. Such a run fails.
bool waivers_troubled(std::span<const Waiver> waivers);
inline constexpr int kTroubledExit = 1;

/// The run's verdict as it would be without the fails that are waived for every requirement that
/// they fail. A requirement whose evidence such a fail spoils, without failing it, is undetermined;
/// that is told by its status.
Verdict open_verdict(const RunResult& result);

/// Ids of the waivers that cover a fail of that check, sorted; empty where none does.
std::vector<std::string> waivers_of(const RunResult& result, std::string_view case_id,
                                    std::string_view check_id);

/// Whether the case failed, and waivers cover all of it.
bool wholly_waived(const RunResult& result, const CaseResult& test_case);

}  // namespace parley::judge
