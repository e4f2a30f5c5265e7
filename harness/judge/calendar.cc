#include "harness/judge/calendar.h"

namespace parley::judge {

TimePoint add_months(TimePoint day, int months) {
  const auto midnight = std::chrono::floor<std::chrono::days>(day);
  const std::chrono::year_month_day from(midnight);
  std::chrono::year_month_day to = from + std::chrono::months(months);
  if (!to.ok()) to = to.year() / to.month() / std::chrono::last;
  return TimePoint(std::chrono::sys_days(to)) + (day - midnight);
}

}  // namespace parley::judge
