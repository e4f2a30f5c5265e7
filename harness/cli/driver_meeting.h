// The first meeting of a driver that the user has named, in a World in which nobody else is.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/log.h"
#include "harness/cli/stated_product.h"
#include "harness/driver/first_meeting.h"
#include "harness/net/child_process.h"
#include "harness/scenario/claim.h"

namespace parley::cli {

struct MeetingPlace {
  std::vector<std::string_view> seats;  ///< that it must drive; it is met in the first
  std::string addressing;               ///< empty: one that it can live with
  scenario::Claim claim;                ///< ICS
  StatedProducts stated = {};           ///< IXIT
};

/// Errors are those of the harness; what is wrong with the driver stands in the lines.
Result<driver::FirstMeeting> meet_at(const net::Command& command, const MeetingPlace& place,
                                     Log& log);

/// A text for whoever starts a run: the lines that speak against it; empty where none does.
std::string against_a_run(const std::vector<driver::DoctorLine>& lines);

/// The lines that failed.
std::vector<driver::DoctorLine> failed_lines(const std::vector<driver::DoctorLine>& lines);

}  // namespace parley::cli
