// What both worlds share below the surface: the executor, the timers, and every coroutine that
// waits for something. All of it is owned here, so that shutting down destroys suspended coroutines
// wherever they wait, without resuming any.
//
// Asio-heavy: included by .cc files of harness/net only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "harness/base/clock.h"
#include "harness/net/timer_queue.h"

namespace parley::net {

class Scheduler {
 public:
  /// A suspended coroutine, type-erased; destroying it destroys the coroutine. (Asio 1.26's
  /// any_completion_handler would do, but wraps itself without end when it is copied by reference.)
  struct Continuation {
    virtual ~Continuation() = default;
    virtual void resume(bool value) = 0;
  };
  using Handler = std::unique_ptr<Continuation>;

  /// Names one waiting coroutine for good; 0 as generation names none.
  struct Parked {
    std::size_t slot = 0;
    std::uint64_t generation = 0;
  };

  explicit Scheduler(int concurrency_hint);
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  boost::asio::io_context& context() { return context_; }
  boost::asio::any_io_executor executor() { return context_.get_executor(); }
  TimerQueue& timers() { return timers_; }

  /// Keeps `handler` until resume(), or until `deadline`, which resumes it with false.
  Parked park(Handler handler, std::optional<TimePoint> deadline,
              TimerKind kind = TimerKind::kWait);
  /// Lets the handler run with `value`, after what is ready already. Nothing where it is gone.
  void resume(Parked parked, bool value);
  bool waits(Parked parked) const;
  /// Nobody will resume it any more: its deadline is dropped, and shutdown() destroys it.
  void orphan(Parked parked);

  /// Destroys all that waits or is ready, running nothing of it but destructors. Afterwards nothing
  /// can wait any more. May be called twice.
  void shutdown();
  bool stopped() const { return stopped_; }

  /// Remembers the first bug that left a coroutine or a timer; the run loop ends on it.
  void fail(std::exception_ptr error);
  const std::exception_ptr& failure() const { return failure_; }

  bool running = false;  ///< inside run()

 private:
  // Asio destroys pending operations on shutdown() and keeps the services alive for objects that
  // are destroyed later, such as sockets; the function is protected there.
  struct Context : boost::asio::io_context {
    using io_context::io_context;
    void abandon() { shutdown(); }
  };
  struct Slot {
    std::uint64_t generation = 0;  ///< odd where taken
    Handler handler;
    TimerId timer;
  };
  Handler take(Parked parked);

  Context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  TimerQueue timers_;
  std::vector<Slot> slots_;
  std::vector<std::size_t> free_;
  std::exception_ptr failure_;
  bool stopped_ = false;
};

/// The coroutines that wait for one condition.
class WaitList {
 public:
  explicit WaitList(std::shared_ptr<Scheduler> scheduler) : scheduler_(std::move(scheduler)) {}
  ~WaitList();
  WaitList(const WaitList&) = delete;
  WaitList& operator=(const WaitList&) = delete;

  /// Resumes all present waiters with true.
  void notify();
  bool waiting() const;
  /// True where notified, false where the deadline came first. The list may be destroyed while
  /// somebody waits: that waiter is then never resumed.
  boost::asio::awaitable<bool> wait(std::optional<TimePoint> deadline = std::nullopt,
                                    TimerKind kind = TimerKind::kWait);

  const std::shared_ptr<Scheduler>& scheduler() const { return scheduler_; }

 private:
  std::shared_ptr<Scheduler> scheduler_;
  std::vector<Scheduler::Parked> parked_;
};

}  // namespace parley::net
