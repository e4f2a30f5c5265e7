// What becomes of a row of the catalogue in a plan and in a result.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace parley::scenario {

/// What becomes of a row.
enum class Coverage : std::uint8_t {
  kChecked,       ///< test cases of the plan judge it
  kExamined,      ///< the document register judges it
  kNotSelected,   ///< the profile judges it, but not what the filters left of it
  kOtherProfile,  ///< only another profile judges it
  kNotClaimed,    ///< what its test cases need is not claimed by the items under test (ICS)
  kLater,         ///< a function of a later phase, not tested yet
  kNotInForce,    ///< not asked of the service on that day
  kExcluded,      ///< the catalogue says why nobody judges it
  kGap,           ///< it should be tested, and nothing tests it
};
inline constexpr std::size_t kCoverages = 9;
std::string_view to_string(Coverage coverage);                  ///< "checked", "not-in-force", ...
std::optional<Coverage> parse_coverage(std::string_view word);  ///< the reverse

}  // namespace parley::scenario
