#include "harness/net/scheduler.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace parley::net {

namespace asio = boost::asio;

namespace {

template <class CompletionHandler>
struct ContinuationOf final : Scheduler::Continuation {
  explicit ContinuationOf(CompletionHandler&& h) : handler(std::move(h)) {}
  void resume(bool value) override { std::move(handler)(value); }
  CompletionHandler handler;
};

}  // namespace

Scheduler::Scheduler(int concurrency_hint)
    : context_(concurrency_hint), work_(context_.get_executor()) {}

Scheduler::~Scheduler() { shutdown(); }

Scheduler::Parked Scheduler::park(Handler handler, std::optional<TimePoint> deadline,
                                  TimerKind kind) {
  if (stopped_) return {};  // the handler is dropped, and with it the coroutine
  std::size_t index = slots_.size();
  if (free_.empty()) {
    slots_.emplace_back();
  } else {
    index = free_.back();
    free_.pop_back();
  }
  Slot& slot = slots_[index];
  ++slot.generation;
  slot.handler = std::move(handler);
  // The timer goes when the slot is emptied, so that the slot number alone names the right waiter.
  if (deadline) {
    slot.timer = timers_.add(
        *deadline, [this, index] { resume({index, slots_[index].generation}, false); }, kind);
  }
  return {index, slot.generation};
}

bool Scheduler::waits(Parked parked) const {
  return parked.generation != 0 && parked.slot < slots_.size() &&
         slots_[parked.slot].generation == parked.generation;
}

Scheduler::Handler Scheduler::take(Parked parked) {
  Slot& slot = slots_[parked.slot];
  Handler handler = std::move(slot.handler);
  timers_.cancel(slot.timer);
  slot.timer = {};
  ++slot.generation;
  free_.push_back(parked.slot);
  return handler;
}

void Scheduler::resume(Parked parked, bool value) {
  if (stopped_ || !waits(parked)) return;
  asio::post(context_, [handler = take(parked), value] { handler->resume(value); });
}

void Scheduler::orphan(Parked parked) {
  if (!waits(parked)) return;
  timers_.cancel(slots_[parked.slot].timer);
  slots_[parked.slot].timer = {};
}

void Scheduler::shutdown() {
  stopped_ = true;
  // Destructors of coroutine frames run in here. They cannot park or post (stopped_), but Asio
  // unwinds a dropped coroutine through its executor, hence the order: first all that waits, then
  // the executor's queue.
  timers_.clear();
  for (std::size_t index = 0; index < slots_.size(); ++index) {
    if (slots_[index].generation % 2 == 1) Handler dropped = take({index, 0});
  }
  context_.abandon();
}

void Scheduler::fail(std::exception_ptr error) {
  if (!failure_) failure_ = std::move(error);
}

WaitList::~WaitList() {
  for (Scheduler::Parked parked : parked_) scheduler_->orphan(parked);
}

void WaitList::notify() {
  for (Scheduler::Parked parked : std::exchange(parked_, {})) scheduler_->resume(parked, true);
}

bool WaitList::waiting() const {
  return std::ranges::any_of(parked_, [&](auto parked) { return scheduler_->waits(parked); });
}

asio::awaitable<bool> WaitList::wait(std::optional<TimePoint> deadline, TimerKind kind) {
  auto start = [this, deadline, kind](auto handler) {
    // Waits that ended by their deadline leave their names behind.
    std::erase_if(parked_, [&](auto parked) { return !scheduler_->waits(parked); });
    using Waiting = ContinuationOf<decltype(handler)>;
    parked_.push_back(
        scheduler_->park(std::make_unique<Waiting>(std::move(handler)), deadline, kind));
  };
  return asio::async_initiate<const asio::use_awaitable_t<>, void(bool)>(start,
                                                                         asio::use_awaitable);
}

}  // namespace parley::net
