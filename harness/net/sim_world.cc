// The simulated World: one thread, and a clock that moves only when nothing else can happen.
#include <boost/asio/detail/concurrency_hint.hpp>
#include <memory>

#include "harness/net/scheduled_world.h"
#include "harness/net/sim_network.h"
#include "harness/net/world.h"

namespace parley::net {

namespace {

constexpr Duration kSettleLimit = std::chrono::seconds(60);
// More happenings than any scenario has at one instant: a coroutine that spins without waiting.
constexpr std::size_t kSpinLimit = 50'000'000;

class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(TimePoint start) : now_(start) {}
  TimePoint now() const override { return now_; }
  void move_to(TimePoint t) { now_ = t; }

 private:
  TimePoint now_;
};

class SimWorld final : public ScheduledWorld {
 public:
  SimWorld(const SimOptions& options, Log& log)
      : ScheduledWorld(options.seed, log, BOOST_ASIO_CONCURRENCY_HINT_UNSAFE),
        clock_(options.start),
        network_(scheduler(), clock_, options),
        rest_(scheduler()) {}
  ~SimWorld() override { shutdown(); }

  Clock& clock() override { return clock_; }
  Network& network() override { return network_; }

  awaitable<void> settle() override { co_await rest_.wait(now() + kSettleLimit); }

  awaitable<void> advance(Duration d) override {
    co_await settle();
    co_await wait_for(d);
  }

 protected:
  Status run_until(const bool& done) override {
    std::size_t at_this_instant = 0;
    while (!done && !scheduler()->failure()) {
      if (++at_this_instant > kSpinLimit) {
        return make_error(ErrorCode::kInternal, "time stands still: a coroutine never waits");
      }
      if (run_ready() || fire_due(clock_.now())) continue;
      if (at_rest() && rest_.waiting()) {
        rest_.notify();
        continue;
      }
      const std::optional<TimePoint> next = scheduler()->timers().next_deadline();
      if (!next) return make_error(ErrorCode::kInternal, "stalled: nothing is left to happen");
      clock_.move_to(*next);
      at_this_instant = 0;
    }
    return {};
  }

 private:
  bool at_rest() {
    const TimerQueue& timers = scheduler()->timers();
    const std::optional<TimePoint> next = timers.next_deadline();
    return timers.traffic() == 0 && (!next || *next > clock_.now() + kRestGrace);
  }

  VirtualClock clock_;
  SimNetwork network_;
  WaitList rest_;
};

}  // namespace

std::unique_ptr<World> make_sim_world(const SimOptions& options, Log& log) {
  return std::make_unique<SimWorld>(options, log);
}

}  // namespace parley::net
