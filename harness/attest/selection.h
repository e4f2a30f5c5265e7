// selection.json of a run: which test cases were asked for. With the catalogue it gives the plan,
// so that whoever verifies a bundle can plan for themselves.
#pragma once

#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/scenario/plan.h"

namespace parley::attest {

inline constexpr std::string_view kSelectionFile = "selection.json";

/// {"filters":[...],"ics":{...},"profile":"base"}, canonical, with a newline; without "ics" where
/// nobody stated what the items under test offer.
std::string selection_text(const scenario::Plan& plan);

/// The plan that a selection means in `library`, which must outlive it. kInvalid for a text that
/// selection_text would not have written, kLimit for more than 1000 filters, kNotFound where the
/// library knows no such profile or test cases.
Result<scenario::Plan> plan_of_selection(std::string_view text, const scenario::Library& library);

/// Hex SHA-256 of the whole plan, as result.json has it.
std::string plan_digest(const scenario::Plan& plan);

}  // namespace parley::attest
