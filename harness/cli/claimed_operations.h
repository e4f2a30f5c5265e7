// What a conformance statement (ICS) asks of a driver: the operations of everything that it claims.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "harness/driver/first_meeting.h"
#include "harness/scenario/claim.h"

namespace parley::cli {

/// Of the questions that were answered with true, the operations that the actors in one of those
/// seats perform, each once. What was not answered is tested, and was not said.
std::vector<driver::ClaimedOperation> claimed_operations(const scenario::Claim& claim,
                                                         std::span<const std::string_view> seats);

}  // namespace parley::cli
