// The part of a World that simulation and sockets have in common: all but the clock, the network
// and the run loop. Included by .cc files of harness/net only.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string_view>

#include "harness/net/scheduler.h"
#include "harness/net/world.h"

namespace parley::net {

/// No timer may be due within this time of a world at rest.
inline constexpr Duration kRestGrace = std::chrono::milliseconds(20);

class ScheduledWorld : public World {
 public:
  ScheduledWorld(std::uint64_t seed, Log& log, int concurrency_hint);
  ~ScheduledWorld() override;

  Log& log() override { return log_; }
  asio::any_io_executor executor() override { return scheduler_->executor(); }
  std::unique_ptr<Random> random(std::string_view label) override;
  std::unique_ptr<Timer> call_at(TimePoint deadline, std::function<void()> fire) override;
  void shutdown() override { scheduler_->shutdown(); }
  const std::shared_ptr<Scheduler>& scheduler() override { return scheduler_; }

 protected:
  void fail(std::exception_ptr error) override { scheduler_->fail(std::move(error)); }

  /// Runs one ready handler; false where none is ready.
  bool run_ready();
  /// Waits for one handler to be ready, and runs it; at most until `deadline`.
  void run_ready_until(std::chrono::steady_clock::time_point deadline);
  /// Fires one timer that is due at `now`; false where none is.
  bool fire_due(TimePoint now);

 private:
  const std::uint64_t seed_;
  Log& log_;
  const std::shared_ptr<Scheduler> scheduler_;
};

}  // namespace parley::net
