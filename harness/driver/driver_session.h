// One conversation with a driver's process, from its hello to its end. Whatever the driver does
// against the contract ends the conversation with one error, which names the fault and carries the
// process's exit code and last words.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/driver/contract.h"
#include "harness/driver/json_rpc.h"
#include "harness/net/child_process.h"
#include "harness/net/program.h"
#include "harness/net/world.h"

namespace parley::driver {

inline constexpr Duration kHelloDeadline = std::chrono::seconds(20);
inline constexpr Duration kStopDeadline = std::chrono::seconds(5);

/// How long a driver may take to say hello, to take up its part, and to answer any other request:
/// the contract's times, unless whoever knows the product has stated others.
struct SessionLimits {
  Duration hello = kHelloDeadline;
  Duration start = kOperationDeadline;
  Duration answer = kOperationDeadline;
};

/// A driver between two sessions of one process, which takes several.
struct IdleDriver {
  net::IdleProgram program;
  DriverHello hello;
  std::int64_t next_request = 1;  ///< ids go on: no late answer is taken for another one's
  unsigned sessions = 0;          ///< that it had
};

class DriverSession final : public std::enable_shared_from_this<DriverSession> {
 public:
  struct Handlers {
    std::function<void(DriverEvent)> event;
    /// The owner's phone scans the code; empty where there is no phone.
    std::function<net::awaitable<Result<json::object>>(std::string code)> pair;
    std::function<void(const Error&)> failed;  ///< told once
  };

  /// Starts the process, or waits for one to come, as long as hello() does. Errors as
  /// Network::start_process has them.
  static Result<std::shared_ptr<DriverSession>> open(net::World& world, const net::Command& command,
                                                     Handlers handlers,
                                                     const SessionLimits& limits = {});
  /// The next session of a driver that had others, and has said hello; errors as net::take_in has
  /// them.
  static Result<std::shared_ptr<DriverSession>> resume(net::World& world, IdleDriver driver,
                                                       Handlers handlers,
                                                       const SessionLimits& limits = {});
  DriverSession(net::World& world, std::unique_ptr<net::Program> program, Handlers handlers,
                const SessionLimits& limits, std::int64_t first_request = 1);

  /// Waits for the driver's introduction, until SessionLimits::hello after the start.
  net::awaitable<Result<DriverHello>> hello();
  /// Tells the driver its part; afterwards it may report events and ask for the phone. Returns what
  /// the driver answered. The secrets of an account in it stand in no error of the session's.
  net::awaitable<Result<json::object>> start(json::object params);
  /// Errors that the driver answers are returned with the contract's meaning; no answer in time
  /// fails the session.
  net::awaitable<Result<json::object>> perform(std::string operation, json::object arguments);
  /// Any other request, also one that the contract does not have; as perform.
  net::awaitable<Result<json::object>> call(std::string method, json::object params);
  /// Ends the standard input without a word, and waits for the process; an error says that it did
  /// not leave by itself, or how it left.
  net::awaitable<Status> hang_up();
  /// Says stop, ends the standard input, and waits for the process; kills it where it does not end
  /// in time. An error says what was not in order, and is no failure of the session.
  net::awaitable<Status> stop();
  /// Says stop; a driver that takes many sessions is then given back, to be resumed, where all of
  /// this one was in order. Any other one leaves as with stop(). An error also where such a driver
  /// wrote something after its answer.
  net::awaitable<Result<std::optional<IdleDriver>>> pause();

  /// Ends the session for a fault that the caller has found; returns once failure() tells it.
  net::awaitable<void> fail(Error why);
  /// Kills the process, if it still runs, without a word. The handlers are not called any more.
  void abandon();

  /// Always kInternal, so that no test step that expects an error takes this one for it.
  const std::optional<Error>& failure() const { return failure_; }

 private:
  enum class Phase { kBeforeHello, kBeforeStart, kPlaying, kStopping, kStopped };

  static net::awaitable<void> read_all(std::shared_ptr<DriverSession> self);
  static net::awaitable<void> write_all(std::shared_ptr<DriverSession> self);
  static net::awaitable<void> serve_pair(std::shared_ptr<DriverSession> self, std::int64_t id,
                                         std::string code);

  Status handle(RpcMessage message);
  Status handle(RpcNotification notification);
  Status handle(RpcRequest request);
  Status handle(RpcAnswer answer);
  /// The driver's answer; nullopt where none came. The session goes on.
  net::awaitable<std::optional<Result<json::object>>> ask(std::string method, json::object params,
                                                          Duration within);
  /// The same, and no answer is a failure.
  net::awaitable<Result<json::object>> request(std::string method, json::object params,
                                               std::string what, Duration within);
  /// Ends the standard input and waits for the process, which has given this answer to stop.
  net::awaitable<Status> leave(std::optional<Result<json::object>> answer);
  /// kInvalid where it may not be given another session, and kClosed where it is no fault of its.
  Result<IdleDriver> let_go();
  void run();
  void send(std::string line);
  std::string last_words() const;
  /// Fit for records and terminals.
  std::string presentable(std::string_view text) const;

  net::World& world_;
  const std::unique_ptr<net::Program> program_;
  Handlers handlers_;
  const SessionLimits limits_;
  const TimePoint started_;
  Phase phase_ = Phase::kBeforeHello;
  JsonRpcPeer peer_;
  std::optional<DriverHello> hello_;
  unsigned session_ = 1;       ///< its number among those of the process
  std::int64_t start_id_ = 0;  ///< of the request; 0 until it is sent
  std::int64_t stop_id_ = 0;
  std::uint64_t next_event_ = 0;
  std::size_t received_ = 0;  ///< bytes
  std::deque<std::string> outbox_;
  std::map<std::int64_t, std::optional<Result<json::object>>> answers_;  ///< empty: awaited
  bool writing_ = false;
  bool failing_ = false;       ///< fail() has begun
  bool output_ended_ = false;  ///< nothing more is read
  bool spoke_after_stop_ = false;
  std::vector<std::string> secrets_;  ///< that start() told
  std::string trouble_;               ///< what was wrong with the output while stopping
  std::optional<Error> failure_;
  net::Notifier changed_;
};

/// Starts the driver once, reads its hello and lets it go: what a run must know of it beforehand.
net::awaitable<Result<DriverHello>> introduce(net::World& world, const net::Command& command,
                                              const SessionLimits& limits = {});

}  // namespace parley::driver
