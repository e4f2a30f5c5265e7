// The driver's side of the contract (docs/driver-contract.md) on two descriptors of this process:
// hello, then one session after the other until the input ends. What plays in a seat is handed in.
#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>

#include "harness/base/json.h"
#include "harness/base/result.h"
#include "harness/driver/contract.h"
#include "harness/driver/party.h"
#include "harness/net/world.h"

namespace parley::adapters {

/// An implementation in one seat, for one session.
class Seat {
 public:
  virtual ~Seat() = default;

  /// Where it lives: run by the loop, and shut down before the seat goes.
  virtual net::World& world() = 0;
  /// Gets ready; an error is the answer to start.
  virtual net::awaitable<Status> begin() = 0;
  /// Where it listens, by the names of start's `listen`: {"https": "127.0.0.1:4711"}.
  virtual json::object listening() const = 0;
  /// One operation; any number of them may be under way. kUnsupported for what it does not have.
  virtual net::awaitable<Result<json::object>> perform(std::string operation,
                                                       json::object arguments) = 0;
  /// What happens at it is told in that order; what came before an answer, before it.
  virtual driver::EventLog& events() = 0;
};

/// Takes up everything that start says; an error is the answer to it, and ends the driver.
using SeatFactory = std::function<Result<std::unique_ptr<Seat>>(const driver::DriverStart&)>;

/// Introduces itself as `hello` and serves sessions until the input ends, which is no error. With
/// hello.many_sessions false it leaves after the first one. Seats that hello does not list are
/// refused here. `output` gets nothing but lines of the contract.
Status drive(const driver::DriverHello& hello, const SeatFactory& open_seat, int input,
             std::ostream& output);

}  // namespace parley::adapters
