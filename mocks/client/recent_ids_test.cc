// No world: a memory of ids that forgets the oldest.
#include "mocks/client/recent_ids.h"

#include <gtest/gtest.h>

namespace parley::mocks::client {
namespace {

TEST(RecentIds, TellsTheSecondTimeFromTheFirst) {
  RecentIds ids(10);
  EXPECT_FALSE(ids.contains("a"));
  EXPECT_TRUE(ids.insert("a"));
  EXPECT_FALSE(ids.insert("a"));
  EXPECT_TRUE(ids.contains("a"));
  EXPECT_EQ(ids.size(), 1U);
}

TEST(RecentIds, ForgetsTheOldestBeyondItsBound) {
  RecentIds ids(3);
  for (const char* id : {"a", "b", "c", "d"}) EXPECT_TRUE(ids.insert(id));
  EXPECT_EQ(ids.size(), 3U);
  EXPECT_FALSE(ids.contains("a"));
  EXPECT_TRUE(ids.contains("b"));
  EXPECT_TRUE(ids.contains("d"));
}

}  // namespace
}  // namespace parley::mocks::client
