// No world: the times that senders claim for their reactions.
#include "mocks/client/reaction_time.h"

#include <gtest/gtest.h>

namespace parley::mocks::client {
namespace {

constexpr std::int64_t kNow = 1'772'442'000'000;

TEST(ReactionTime, AReactionIsAsOldAsItsSenderSays) {
  EXPECT_EQ(believed_time(kNow - 60'000, kNow, 0), kNow - 60'000);
  EXPECT_EQ(believed_time(0, kNow, 0), kNow);
}

TEST(ReactionTime, AClockThatIsALittleAheadIsBelieved) {
  // Else a reaction that was taken back by it would not hold back an older one that comes late.
  EXPECT_EQ(believed_time(kNow + 3, kNow, 0), kNow + 3);
  EXPECT_EQ(believed_time(kNow + kClockToleranceMs, kNow, 0), kNow + kClockToleranceMs);
}

TEST(ReactionTime, WhatComesFromTheFutureHoldsNothingBack) {
  EXPECT_EQ(believed_time(kNow + kClockToleranceMs + 1, kNow, kNow - 5), kNow - 5);
  EXPECT_EQ(believed_time(kNow + kClockToleranceMs + 1, kNow, 0), 0);
}

}  // namespace
}  // namespace parley::mocks::client
