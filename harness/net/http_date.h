// The time in an HTTP header (RFC 9110, 5.6.7).
#pragma once

#include <string_view>

#include "harness/base/clock.h"
#include "harness/base/result.h"

namespace parley::net {

/// Reads "Sun, 06 Nov 1994 08:49:37 GMT", the one form in which HTTP writes a date now; kInvalid
/// for the two obsolete ones and for everything else, also for a day of the week that is not the
/// date's.
Result<TimePoint> parse_http_date(std::string_view text);

}  // namespace parley::net
