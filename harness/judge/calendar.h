// Periods of months, as laws and contracts count them.
#pragma once

#include "harness/base/clock.h"

namespace parley::judge {

/// The same day so many months later; the last day of the month where it has no such day.
TimePoint add_months(TimePoint day, int months);

}  // namespace parley::judge
