// Extra information for testing (IXIT): what a laboratory must be told about an item under test and
// cannot find out: where it listens, which timers it keeps.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"

namespace parley::scenario {

/// What a run makes of a timeout: no driver has less time, and none keeps a run waiting for longer.
inline constexpr Duration kShortestTimeout = std::chrono::seconds(1);
inline constexpr Duration kLongestTimeout = std::chrono::minutes(5);

struct IxitItem {
  std::string_view group;               ///< "endpoints", "timers" or "timeouts"
  std::string_view name;                ///< "jwks"
  std::string_view about;               ///< "Where the partner publishes its keys"
  std::vector<std::string_view> seats;  ///< whose holder must state it
  std::string_view example;
};

/// Every question, group by group.
std::span<const IxitItem> ixit_items();

/// What a group is for, in a sentence or two: "accounts", too.
std::string_view ixit_group_about(std::string_view group);

/// What was stated, with secrets left as the references that they are.
struct IxitAnswer {
  std::string name;   ///< "endpoints.jwks", "accounts.bob"
  std::string value;  ///< "https://partner.example/jwks"
  friend bool operator==(const IxitAnswer&, const IxitAnswer&) = default;
};

/// What the holder of a seat must state and does not: "timers.push-retry". A client's seat needs an
/// account, too.
std::vector<std::string> ixit_missing(std::string_view seat, std::span<const IxitAnswer> answers);

}  // namespace parley::scenario
