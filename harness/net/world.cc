#include "harness/net/world.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <string>
#include <utility>

#include "harness/net/scheduler.h"

namespace parley::net {

namespace {

std::string describe(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "an exception of unknown type";
  }
}

}  // namespace

awaitable<void> World::wait_until(TimePoint deadline) {
  WaitList never(scheduler());
  co_await never.wait(deadline);
}

void World::spawn(awaitable<void> task) {
  const std::shared_ptr<Scheduler>& owner = scheduler();
  if (owner->stopped()) return;
  // Posted, because co_spawn alone would run the task's beginning inside this call.
  asio::post(owner->context(), [this, task = std::move(task)]() mutable {
    asio::co_spawn(executor(), std::move(task), [this](std::exception_ptr error) {
      if (error) fail(std::move(error));
    });
  });
}

Notifier::Notifier(World& world) : waiters_(std::make_unique<WaitList>(world.scheduler())) {}
Notifier::~Notifier() = default;

void Notifier::notify() { waiters_->notify(); }
awaitable<bool> Notifier::wait_until(TimePoint deadline) { return waiters_->wait(deadline); }
awaitable<void> Notifier::wait() { co_await waiters_->wait(); }

Status run(World& world, awaitable<Status> main) {
  const std::shared_ptr<Scheduler>& owner = world.scheduler();
  if (owner->stopped()) return make_error(ErrorCode::kInternal, "the world has been shut down");
  if (owner->running) return make_error(ErrorCode::kInternal, "the world is running already");
  struct Outcome {
    bool done = false;
    std::optional<Status> status;
  };
  // Shared with the coroutine: a stalled one outlives this call, until shutdown().
  auto outcome = std::make_shared<Outcome>();
  asio::co_spawn(owner->executor(), std::move(main),
                 [owner, outcome](std::exception_ptr error, Status status) {
                   if (error) {
                     owner->fail(std::move(error));
                   } else {
                     outcome->status = std::move(status);
                   }
                   outcome->done = true;
                 });
  owner->running = true;
  Status ran = world.run_until(outcome->done);
  owner->running = false;
  if (owner->failure()) {
    return make_error(ErrorCode::kInternal, "uncaught exception: " + describe(owner->failure()));
  }
  PARLEY_TRY(ran);
  return std::move(*outcome->status);
}

}  // namespace parley::net
