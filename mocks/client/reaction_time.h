// When a reaction counts as made. Of a sender's reactions to one message the latest counts, in
// whatever order they arrive, and the only witness is the sender's own clock.
#pragma once

#include <cstdint>

namespace parley::mocks::client {

/// How far two clocks that are right may be apart.
inline constexpr std::int64_t kClockToleranceMs = 60'000;

/// Milliseconds since 1970. `claimed` is what the sender says, 0 for nothing; `shown` when the
/// reaction was made that is shown now, 0 for none. A clock is believed where it says that a
/// reaction is old. What it puts into the future counts at once, and holds back nothing that
/// follows.
constexpr std::int64_t believed_time(std::int64_t claimed, std::int64_t now, std::int64_t shown) {
  if (claimed == 0) return now;
  return claimed > now + kClockToleranceMs ? shown : claimed;
}

}  // namespace parley::mocks::client
