// The World: everything outside a party. A clock, timers, randomness, a network and a log, passed
// explicitly. The same party code runs in simulation (virtual time, memory) and over real sockets.
//
// One World belongs to one thread: all its coroutines run on its executor, one at a time.
//
// Lifetime. Coroutines refer to the parties that spawned them, so parties must outlive their
// coroutines. The order that is always right:
//   1. run() returns; whatever else was spawned is still suspended somewhere;
//   2. world->shutdown() destroys every suspended coroutine without resuming it;
//   3. parties, streams, listeners, notifiers and timers are destroyed, before or after the World,
//      in any order.
// While suspended coroutines are destroyed, the destructors of their locals run and nothing else:
// these must not wait, but may touch the party and the World (closing a stream, notifying and
// spawning then do nothing). Destroying the World shuts it down. Without step 2 a party may still
// be destroyed before the World, provided that run() is not called again and that no local in its
// coroutines refers to the party in its destructor. A party that has to go in the middle of a run
// must first end its coroutines: close its streams and listeners, and wait for them.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <exception>
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

class Scheduler;
class WaitList;

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

  /// Suspends until World time has reached `deadline`; gives way once where it has already.
  awaitable<void> wait_until(TimePoint deadline);
  awaitable<void> wait_for(Duration d) { return wait_until(now() + d); }

  /// Lets everything that is already under way come to rest: until nothing is ready, no bytes are
  /// between parties that wait for them, and no timer is due within the next 20 ms of World time.
  /// In simulation time moves on only as far as that takes. Over sockets, once an external program
  /// takes part, nothing must have moved for 20 ms of real time either. Gives up on a world that
  /// never rests after 60 s of virtual or 2 s of real time.
  virtual awaitable<void> settle() = 0;

  /// Moves World time on by `d`, firing the timers on the way in their order. In simulation this is
  /// waiting; over sockets the World's clock is set forward from timer to timer, so that thirty
  /// days take no time there either. Settles first, and over sockets after each timer.
  virtual awaitable<void> advance(Duration d) = 0;

  /// Starts a coroutine that nobody waits for, once the caller gives way. An exception that leaves
  /// it is a bug: it ends the run.
  /// Beware of lambdas: a coroutine's captures live in the lambda object, which must outlive it;
  /// parameters live in the coroutine.
  void spawn(awaitable<void> task);

  /// Destroys every coroutine that has not finished, without resuming it. Afterwards the World only
  /// tells the time: nothing can be spawned, connected or waited for. May be called twice; not from
  /// within run().
  virtual void shutdown() = 0;

  TimePoint now() { return clock().now(); }

  /// For harness/net itself.
  virtual const std::shared_ptr<Scheduler>& scheduler() = 0;

 protected:
  /// Where an exception of a spawned task goes.
  virtual void fail(std::exception_ptr error) = 0;
  /// Runs what is ready and fires timers until `done`; an error where that cannot come.
  virtual Status run_until(const bool& done) = 0;
  friend Status run(World& world, awaitable<Status> main);
};

/// A condition for coroutines of one World: waiters are resumed by notify(), or by their deadline.
/// A wait may also end without cause; callers re-check what they wait for. Who still waits when the
/// Notifier is destroyed is never resumed, and destroyed with the World.
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
  std::unique_ptr<WaitList> waiters_;
};

struct SimOptions {
  std::uint64_t seed = 1;       ///< of World::random()
  std::uint64_t link_seed = 1;  ///< of latency, jitter and loss
  TimePoint start;
  Duration latency_min = std::chrono::milliseconds(5);  ///< one way, drawn per link
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
/// that are still running when `main` returns are destroyed by shutdown(), or with the World. May
/// be called again after it returned; not from within itself.
Status run(World& world, awaitable<Status> main);

}  // namespace parley::net
