// `--driver SEAT=COMMAND` as the user wrote it, or `SEAT=ws` for a driver that dials in.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/driver/dial_in.h"

namespace parley::cli {

/// Words as a shell splits them: white space between, quotes and backslashes to keep it. Nothing is
/// expanded, because no shell takes part. kInvalid for a quote that does not end.
Result<std::vector<std::string>> split_words(std::string_view text);

struct DriverOption {
  std::string seat;                      ///< one of driver::drivable_seats(): "partner-client"
  std::vector<std::string> command;      ///< empty where it dials in
  std::optional<net::Endpoint> place;    ///< where it dials in; port 0: the system chooses one
  std::shared_ptr<driver::DialIn> hall;  ///< there, once it was opened (dial_in_option.h)
};

/// The words for a seat with a driver: driver::drivable_seats(), "partner" among them.
std::vector<std::string> drivable_seat_names();

/// kInvalid, with the seats that there are, for anything else.
Result<DriverOption> parse_driver_option(std::string_view text);

/// All of them. kInvalid also for two drivers of one seat, a whole partner being in all of its
/// seats.
Result<std::vector<DriverOption>> parse_driver_options(const std::vector<std::string>& texts);

}  // namespace parley::cli
