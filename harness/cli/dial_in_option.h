// Opens the doors for drivers that dial in, and tells the user where they are.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/base/log.h"
#include "harness/cli/cli.h"
#include "harness/cli/driver_option.h"

namespace parley::cli {

/// The tokens of drivers by their seats, as a run file has them; secrets.
using DriverTokens = std::map<std::string, std::string>;

/// Where an option names a place and no command: listens there from now on, writes address and
/// token to `streams.err`, and waits, five minutes in real time, for the first one to dial in. The
/// token is the one in `tokens`, which is not written, or a new one. kTimeout where nobody comes.
Status open_dial_ins(std::vector<DriverOption>& options, const DriverTokens& tokens, Log& log,
                     Streams& streams);

}  // namespace parley::cli
