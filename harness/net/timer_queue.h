// Timers in World time: a heap ordered by (deadline, order of creation), so that equal deadlines
// fire in the order in which they were asked for, on every run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "harness/base/clock.h"

namespace parley::net {

/// What a timer is for. Settling waits for traffic, and not for timeouts that lie far ahead.
enum class TimerKind : std::uint8_t { kWait, kTraffic };

/// Names one timer for good: a slot is reused, a sequence number is not.
struct TimerId {
  std::size_t slot = 0;
  std::uint64_t sequence = 0;  ///< 0 names no timer
};

class TimerQueue {
 public:
  TimerId add(TimePoint deadline, std::function<void()> fire, TimerKind kind = TimerKind::kWait);
  /// Nothing happens where the timer has fired or was cancelled.
  void cancel(TimerId id);

  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  std::size_t traffic() const { return traffic_; }  ///< how many are of kind kTraffic
  std::optional<TimePoint> next_deadline() const;

  /// Removes the first timer and returns what it calls; empty where none is due at `now`. The
  /// caller calls it, so that a timer may add and cancel timers.
  std::function<void()> take_due(TimePoint now);

  /// Removes all timers without firing them.
  void clear();

 private:
  struct Slot {
    TimePoint deadline;
    std::uint64_t sequence = 0;  ///< 0 where the slot is free
    std::size_t position = 0;    ///< in heap_
    TimerKind kind = TimerKind::kWait;
    std::function<void()> fire;
  };

  bool before(std::size_t slot_a, std::size_t slot_b) const;
  void place(std::size_t position, std::size_t slot);
  void sift_up(std::size_t position);
  void sift_down(std::size_t position);
  std::function<void()> remove(std::size_t slot);

  std::vector<Slot> slots_;
  std::vector<std::size_t> free_;
  std::vector<std::size_t> heap_;  ///< slot numbers
  std::uint64_t next_sequence_ = 1;
  std::size_t traffic_ = 0;
};

}  // namespace parley::net
