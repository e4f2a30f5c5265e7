// Whether a test case can be put to those who take part in it.
#pragma once

#include <optional>
#include <string>

#include "harness/scenario/profile.h"
#include "harness/scenario/scenario.h"

namespace parley::scenario {

/// Why the test case does not apply, in one sentence: the scenario is meant for other versions of
/// the framework than the profile's, or a user of a partner that sends no media would have to send
/// some. nullopt where it applies.
std::optional<std::string> not_applicable(const Scenario& scenario, const TestCase& test_case,
                                          const Profile& profile);

}  // namespace parley::scenario
