// A sender who asks more often than the limit allows, over time and beside others.
#include "mocks/gatekeeper/rate_limit.h"

#include <gtest/gtest.h>

namespace parley::mocks::gatekeeper {
namespace {

const TimePoint kStart = from_unix_seconds(1'700'000'000);

TEST(RateLimit, AdmitsUpToTheCountAndAgainAfterThePeriod) {
  RateLimit limit(2, std::chrono::minutes(1));
  EXPECT_TRUE(limit.admit("bob", kStart));
  EXPECT_TRUE(limit.admit("bob", kStart + std::chrono::seconds(30)));
  EXPECT_FALSE(limit.admit("bob", kStart + std::chrono::seconds(59)));
  EXPECT_TRUE(limit.admit("bob", kStart + std::chrono::seconds(60)));
  EXPECT_FALSE(limit.admit("bob", kStart + std::chrono::seconds(61)));
}

TEST(RateLimit, CountsEachKeyForItself) {
  RateLimit limit(1, std::chrono::minutes(1));
  EXPECT_TRUE(limit.admit("bob", kStart));
  EXPECT_TRUE(limit.admit("ben", kStart));
  EXPECT_FALSE(limit.admit("bob", kStart));
}

TEST(RateLimit, WhatWasRefusedDoesNotProlongTheWait) {
  RateLimit limit(1, std::chrono::minutes(1));
  EXPECT_TRUE(limit.admit("bob", kStart));
  for (int second = 1; second < 60; ++second) {
    EXPECT_FALSE(limit.admit("bob", kStart + std::chrono::seconds(second)));
  }
  EXPECT_TRUE(limit.admit("bob", kStart + std::chrono::seconds(60)));
}

TEST(RateLimit, ManyKeysDoNotResetALimitThatStillCounts) {
  RateLimit limit(1, std::chrono::hours(1));
  EXPECT_TRUE(limit.admit("bob", kStart));
  for (int i = 0; i < 3000; ++i) limit.admit("key " + std::to_string(i), kStart);
  EXPECT_FALSE(limit.admit("bob", kStart + std::chrono::minutes(59)));
}

}  // namespace
}  // namespace parley::mocks::gatekeeper
