// The World: everything outside a party. A clock, timers, randomness, a network and a log, passed
// explicitly. The same party code runs in simulation (virtual time, memory) and over real sockets.
//
// One World belongs to one thread: all its coroutines run on its executor, one at a time.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "harness/base/clock.h"
#include "harness/base/log.h"
#include "harness/base/random.h"
#include "harness/base/result.h"
#include "harness/net/network.h"

namespace parley::net {

namespace asio = boost::asio;
template <class T>
using awaitable = asio::awaitable<T>;

class World {
 public:
  virtual ~World() = default;

  virtual Clock& clock() = 0;
  virtual Network& network() = 0;
  virtual Log& log() = 0;
  virtual asio::any_io_executor executor() = 0;

  /// A random source of its own for `label`: "gatekeeper", "bob", ...; equal for equal seed and
  /// label.
  virtual std::unique_ptr<Random> random(std::string_view label) = 0;

  /// Calls `fire` once at `deadline` (World time), unless the handle is destroyed before.
  struct Timer {
    virtual ~Timer() = default;
  };
  [[nodiscard]] virtual std::unique_ptr<Timer> call_at(TimePoint deadline,
                                                       std::function<void()> fire) = 0;

  /// Suspends until World time has reached `deadline`.
  awaitable<void> wait_until(TimePoint deadline);
  awaitable<void> wait_for(Duration d) { return wait_until(now() + d); }

  /// Lets everything that is already under way come to rest: in simulation until nothing is ready
  /// without time moving on by more than `grace`; over sockets until nothing moved for a short
  /// while.
  virtual awaitable<void> settle() = 0;

  /// Moves World time on by `d`, firing the timers on the way in their order. In simulation this is
  /// waiting; over sockets the World's clock is set forward, so that thirty days take no time there
  /// either. Settles first.
  virtual awaitable<void> advance(Duration d) = 0;

  /// Starts a coroutine that nobody waits for. An exception that leaves it is a bug: it ends the
  /// run.
  void spawn(awaitable<void> task);

  TimePoint now() { return clock().now(); }

 protected:
  /// Where an exception of a spawned task goes.
  virtual void fail(std::exception_ptr error) = 0;
};

/// A condition for coroutines of one World: waiters are resumed by notify(), or by their deadline.
/// A wait may also end without cause; callers re-check what they wait for.
class Notifier {
 public:
  explicit Notifier(World& world);
  ~Notifier();
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;

  /// Resumes all present waiters.
  void notify();
  /// True where notified, false where the deadline came first.
  awaitable<bool> wait_until(TimePoint deadline);
  awaitable<void> wait();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

struct SimOptions {
  std::uint64_t seed = 1;
  TimePoint start;
  Duration latency_min = std::chrono::milliseconds(5);  ///< one way, drawn per link from the seed
  Duration latency_max = std::chrono::milliseconds(40);
};

/// A world in memory under a virtual clock that jumps to the next timer when nothing is ready.
std::unique_ptr<World> make_sim_world(const SimOptions& options, Log& log);

struct SocketOptions {
  std::uint64_t seed = 1;
  TimePoint start;  ///< World time at creation; it then runs with the machine's steady clock
};

/// A world over loopback sockets on ports that the system chooses; TLS with a test CA of its own.
Result<std::unique_ptr<World>> make_socket_world(const SocketOptions& options, Log& log);

/// Runs `main` and whatever it spawned, on the calling thread, until `main` returns. In simulation
/// an error where nothing is left to happen and `main` still waits (kInternal, "stalled"). Tasks
/// that are still running when `main` returns are destroyed with the World.
Status run(World& world, awaitable<Status> main);

}  // namespace parley::net
