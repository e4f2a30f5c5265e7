#include "harness/net/scheduled_world.h"

#include <utility>

namespace parley::net {

namespace {

class ScheduledTimer final : public World::Timer {
 public:
  ScheduledTimer(std::shared_ptr<Scheduler> scheduler, TimerId id)
      : scheduler_(std::move(scheduler)), id_(id) {}
  ~ScheduledTimer() override { scheduler_->timers().cancel(id_); }
  ScheduledTimer(const ScheduledTimer&) = delete;
  ScheduledTimer& operator=(const ScheduledTimer&) = delete;

 private:
  const std::shared_ptr<Scheduler> scheduler_;
  const TimerId id_;
};

}  // namespace

ScheduledWorld::ScheduledWorld(std::uint64_t seed, Log& log, int concurrency_hint)
    : seed_(seed), log_(log), scheduler_(std::make_shared<Scheduler>(concurrency_hint)) {}

ScheduledWorld::~ScheduledWorld() { scheduler_->shutdown(); }

std::unique_ptr<Random> ScheduledWorld::random(std::string_view label) {
  return std::make_unique<SeededRandom>(seed_, label);
}

std::unique_ptr<World::Timer> ScheduledWorld::call_at(TimePoint deadline,
                                                      std::function<void()> fire) {
  TimerId id;
  if (!scheduler_->stopped()) id = scheduler_->timers().add(deadline, std::move(fire));
  return std::make_unique<ScheduledTimer>(scheduler_, id);
}

bool ScheduledWorld::run_ready() {
  try {
    return scheduler_->context().poll_one() > 0;
  } catch (...) {
    fail(std::current_exception());
    return true;
  }
}

void ScheduledWorld::run_ready_until(std::chrono::steady_clock::time_point deadline) {
  try {
    scheduler_->context().run_one_until(deadline);
  } catch (...) {
    fail(std::current_exception());
  }
}

bool ScheduledWorld::fire_due(TimePoint now) {
  std::function<void()> fire = scheduler_->timers().take_due(now);
  if (!fire) return false;
  try {
    fire();
  } catch (...) {
    fail(std::current_exception());
  }
  return true;
}

}  // namespace parley::net
