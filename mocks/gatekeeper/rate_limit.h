// Limits against flooding and enumeration: so many of something, per key, in a sliding period.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "harness/base/clock.h"

namespace parley::mocks::gatekeeper {

class RateLimit {
 public:
  RateLimit(std::size_t count, Duration period) : count_(count), period_(period) {}

  /// Whether one more is within the limit at `now`; it counts only where it is.
  bool admit(std::string_view key, TimePoint now);

 private:
  void forget_expired(TimePoint now);

  std::size_t count_;
  Duration period_;
  std::map<std::string, std::deque<TimePoint>, std::less<>> admitted_;
};

}  // namespace parley::mocks::gatekeeper
