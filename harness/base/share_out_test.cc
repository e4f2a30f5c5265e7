// Several threads that share one piece of work: each part is done once, whatever their number.
#include "harness/base/share_out.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <vector>

namespace parley {
namespace {

using testing::Each;

TEST(ShareOut, DoesEachPartOnce) {
  for (const std::size_t workers : {0U, 1U, 2U, 7U, 300U}) {
    std::vector<std::atomic<int>> done(200);
    share_out(done.size(), workers, [&](std::size_t i) { ++done[i]; });
    const std::vector<int> counts(done.begin(), done.end());
    EXPECT_THAT(counts, Each(1)) << workers << " workers";
  }
}

TEST(ShareOut, HasNothingToDoForNothing) {
  share_out(0, 4, [](std::size_t) { FAIL(); });
}

TEST(ShareOut, RunsOnAsManyThreadsAsAsked) {
  std::atomic<int> runs = 0;
  run_on_threads(5, [&] { ++runs; });
  EXPECT_EQ(runs, 5);
}

TEST(ShareOut, AlwaysRunsOnTheCallersThread) {
  std::atomic<int> runs = 0;
  run_on_threads(0, [&] { ++runs; });
  EXPECT_EQ(runs, 1);
}

}  // namespace
}  // namespace parley
