// Timers that a product is said to keep, beside what the test cases of a plan let pass: who states
// thirty minutes where a test case waits for ten learns it before the run, and not from a fail.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/driver/doctor_line.h"
#include "harness/scenario/ixit.h"
#include "harness/scenario/plan.h"

namespace parley::cli {

/// The subject of its line.
inline constexpr std::string_view kRunFileSubject = "run file";

/// RUN-05.
driver::DoctorRule timers_rule();

/// One line, where a timer is stated whose keeper holds one of `seats` ("gatekeeper-server"); none
/// otherwise. It names every contradiction.
std::vector<driver::DoctorLine> examine_timers(const scenario::Plan& plan,
                                               std::span<const scenario::IxitAnswer> ixit,
                                               std::span<const std::string> seats);

/// What such a line needs of the scenarios, for the tests that hold it against them.
struct TimerExpectation {
  std::string_view timer;     ///< "mailbox"
  std::string_view scenario;  ///< in which the longest leap of time says how long
  bool outlasts = false;      ///< whether the timer must be longer than that, or must be over
};
std::span<const TimerExpectation> timer_expectations();

}  // namespace parley::cli
