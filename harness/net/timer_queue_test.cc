// Timers of a World: the order in which they fire must depend on deadlines and on the order of
// creation alone, and a cancelled timer must be gone, whatever happened to its slot since.
#include "harness/net/timer_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/random.h"

namespace parley::net {
namespace {

using std::chrono::seconds;

TimePoint second(int n) { return TimePoint(seconds(n)); }

// Fires all that is due at `now`, in order.
void fire_all(TimerQueue& queue, TimePoint now) {
  while (auto fire = queue.take_due(now)) fire();
}

TEST(TimerQueueTest, FiresByDeadlineAndThenByCreation) {
  TimerQueue queue;
  std::string fired;
  queue.add(second(2), [&] { fired += 'c'; });
  queue.add(second(1), [&] { fired += 'a'; });
  queue.add(second(2), [&] { fired += 'd'; });
  queue.add(second(1), [&] { fired += 'b'; });
  EXPECT_EQ(queue.next_deadline(), second(1));
  fire_all(queue, second(1));
  EXPECT_EQ(fired, "ab");
  fire_all(queue, second(3));
  EXPECT_EQ(fired, "abcd");
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.next_deadline(), std::nullopt);
}

TEST(TimerQueueTest, NothingIsDueBeforeItsTime) {
  TimerQueue queue;
  queue.add(second(5), [] {});
  EXPECT_FALSE(queue.take_due(second(5) - Duration(1)));
  EXPECT_TRUE(queue.take_due(second(5)));
}

TEST(TimerQueueTest, CancellingIsExactEvenWhenASlotIsReused) {
  TimerQueue queue;
  int fired = 0;
  const TimerId first = queue.add(second(1), [&] { fired += 1; });
  queue.cancel(first);
  EXPECT_TRUE(queue.empty());
  const TimerId second_timer = queue.add(second(1), [&] { fired += 10; });
  EXPECT_EQ(first.slot, second_timer.slot);
  queue.cancel(first);  // names a timer that is gone
  EXPECT_EQ(queue.size(), 1U);
  fire_all(queue, second(1));
  EXPECT_EQ(fired, 10);
  queue.cancel(second_timer);
  queue.cancel(TimerId{});
  EXPECT_TRUE(queue.empty());
}

TEST(TimerQueueTest, TimersMayAddAndCancelTimers) {
  TimerQueue queue;
  std::string fired;
  TimerId victim;
  queue.add(second(1), [&] {
    fired += 'a';
    queue.cancel(victim);
    queue.add(second(1), [&] { fired += 'b'; });
  });
  victim = queue.add(second(1), [&] { fired += 'x'; });
  fire_all(queue, second(1));
  EXPECT_EQ(fired, "ab");
}

TEST(TimerQueueTest, CancellingDestroysWhatTheTimerHolds) {
  TimerQueue queue;
  auto held = std::make_shared<int>(0);
  const TimerId id = queue.add(second(1), [held] { ++*held; });
  queue.add(second(2), [held] { ++*held; });
  EXPECT_EQ(held.use_count(), 3);
  queue.cancel(id);
  EXPECT_EQ(held.use_count(), 2);
  queue.clear();
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_EQ(*held, 0);
}

TEST(TimerQueueTest, CountsTraffic) {
  TimerQueue queue;
  const TimerId id = queue.add(second(1), [] {}, TimerKind::kTraffic);
  queue.add(second(2), [] {}, TimerKind::kTraffic);
  queue.add(second(3), [] {});
  EXPECT_EQ(queue.traffic(), 2U);
  queue.cancel(id);
  EXPECT_EQ(queue.traffic(), 1U);
  EXPECT_TRUE(queue.take_due(second(2)));
  EXPECT_EQ(queue.traffic(), 0U);
}

// Against the plainest model: a list that is sorted each time.
TEST(TimerQueueTest, AgreesWithASortedListUnderRandomUse) {
  struct Entry {
    TimePoint deadline;
    int label;
    TimerId id;
  };
  SeededRandom random(7, "timers");
  TimerQueue queue;
  std::vector<Entry> model;
  std::vector<int> fired;
  std::vector<int> expected;
  TimePoint now;
  for (int step = 0; step < 20'000; ++step) {
    const std::uint64_t choice = random.below(10);
    if (choice < 5) {
      const TimePoint deadline = now + Duration(random.below(50));
      model.push_back(
          {deadline, step, queue.add(deadline, [&fired, step] { fired.push_back(step); })});
    } else if (choice < 7 && !model.empty()) {
      const auto victim = model.begin() + static_cast<std::ptrdiff_t>(random.below(model.size()));
      queue.cancel(victim->id);
      model.erase(victim);
    } else {
      now += Duration(random.below(10));
      fire_all(queue, now);
      std::ranges::stable_sort(model, {}, &Entry::deadline);
      while (!model.empty() && model.front().deadline <= now) {
        expected.push_back(model.front().label);
        model.erase(model.begin());
      }
    }
    ASSERT_EQ(queue.size(), model.size());
  }
  EXPECT_EQ(fired, expected);
  EXPECT_GT(fired.size(), 1000U);
}

}  // namespace
}  // namespace parley::net
