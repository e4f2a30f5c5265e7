// Time as the World tells it. Nothing below the command line reads the machine's clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "harness/base/result.h"

namespace parley {

using Duration = std::chrono::nanoseconds;

/// A point in time: nanoseconds since 1970-01-01T00:00:00Z. In simulation it is virtual.
using TimePoint = std::chrono::sys_time<Duration>;

/// The source of "now". Never goes backwards within one World.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
};

inline std::int64_t unix_seconds(TimePoint t) {
  return std::chrono::duration_cast<std::chrono::seconds>(t.time_since_epoch()).count();
}
inline std::int64_t unix_nanos(TimePoint t) { return t.time_since_epoch().count(); }
inline TimePoint from_unix_seconds(std::int64_t s) { return TimePoint(std::chrono::seconds(s)); }

/// RFC 3339 in UTC, to the second: "2026-01-02T03:04:05Z".
std::string utc_text(TimePoint t);

/// Reads "250ms", "30s", "5m", "12h", "30d": a whole non-negative number and one unit; up to 100
/// years.
Result<Duration> parse_duration(std::string_view text);
std::string duration_text(Duration d);  ///< the reverse, in the largest unit that divides it

/// Reads a calendar date "2026-11-22" as midnight UTC.
Result<TimePoint> parse_date(std::string_view text);

}  // namespace parley
