// What can be judged when an implementation of somebody else holds a seat: nothing is recorded
// inside of it, so that a check which needs to look there has nothing to go by. Settled from the
// plan alone, before the run.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/judge/result.h"
#include "harness/scenario/plan.h"

namespace parley::run {

/// Why the test case does not apply where drivers hold those seats ("partner-client", ...):
/// it is about who holds other seats, or "not-observable: " with the check and what it would have
/// to see; empty where all of its declared checks, but for those that may be left out
/// (`when-observable`), can be judged from the other seats and from what the driver reports.
std::string not_observable(const scenario::PlannedCase& planned,
                           std::span<const std::string> driven_seats);

/// Why a check that may be left out is, in the same words; empty where it is judged.
std::string why_left_out(const scenario::PlannedCase& planned, const scenario::PlannedCheck& check,
                         std::span<const std::string> driven_seats);

/// The seats that drivers held in a run, as its result says.
std::vector<std::string> driven_seats_of(const judge::RunInfo& run);

/// The seat of an actor of that kind: "partner-user" -> "partner-client"; empty for another word.
std::string_view seat_of_kind(std::string_view actor_kind);

}  // namespace parley::run
