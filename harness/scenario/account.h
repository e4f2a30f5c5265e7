// The whole catalogue, row by row, against what a plan does: nothing is passed over in silence.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/scenario/in_force.h"
#include "harness/scenario/plan.h"

namespace parley::scenario {

/// What becomes of a row.
enum class Coverage : std::uint8_t {
  kChecked,       ///< test cases of the plan judge it
  kExamined,      ///< the document register judges it
  kNotSelected,   ///< the profile judges it, but not what the filters left of it
  kOtherProfile,  ///< only another profile judges it
  kLater,         ///< a function of a later phase, not tested yet
  kNotInForce,    ///< not asked of the service on that day
  kExcluded,      ///< the catalogue says why nobody judges it
  kGap,           ///< it should be tested, and nothing tests it
};
inline constexpr std::size_t kCoverages = 8;
std::string_view to_string(Coverage coverage);  ///< "checked", "not-in-force", ...

/// A check that judges the row, and in how many test cases of the plan.
struct CheckAccount {
  std::string id;    ///< "text.reply/quotes-the-question"; of an invariant its kind
  std::string kind;  ///< of the check
  bool invariant = false;
  std::size_t cases = 0;
};

struct RowAccount {
  const Requirement* row = nullptr;  ///< points into the library
  Coverage coverage = Coverage::kGap;
  std::string reason;  ///< for anything but checked and examined; never empty there
  InForce in_force;
  std::vector<CheckAccount> checks;  ///< of the plan, also where the row is not in force
};

/// One account for every row of the catalogue, in its order. An excluded row, or one of a later
/// phase, that is checked all the same counts as checked.
std::vector<RowAccount> account(const Library& library, const Plan& plan, TimePoint as_of);

std::array<std::size_t, kCoverages> count(const std::vector<RowAccount>& accounts);

}  // namespace parley::scenario
