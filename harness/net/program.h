// A program beside the World that is spoken to in lines, whoever started it. It belongs to one
// World at a time, and may go from one to the next.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/result.h"

namespace parley::net {

class World;
struct Spawned;

struct ProcessLimits {
  std::size_t line_bytes = 32 * 1024 * 1024;  ///< of one line of its output
  std::size_t log_bytes = 16 * 1024;          ///< how much of its standard error is kept
};

/// How a program ended.
struct ProcessEnd {
  int exit_code = 0;
  int signal = 0;    ///< that killed it; 0 where it exited by itself
  bool ours = true;  ///< false: somebody else's process; what ended is its connection

  bool in_order() const { return exit_code == 0 && signal == 0; }
  std::string text() const;  ///< "exited with code 3", "was killed by signal 9"
};

/// A program that no World has: it runs on, and nothing that it writes is read. Destroying it ends
/// it as destroying a Program does.
class IdleProgram {
 public:
  explicit IdleProgram(std::unique_ptr<Spawned> program);
  ~IdleProgram();
  IdleProgram(IdleProgram&&) noexcept;
  IdleProgram& operator=(IdleProgram&&) noexcept;

  /// For harness/net itself; nothing is left in here.
  std::unique_ptr<Spawned> take();

 private:
  std::unique_ptr<Spawned> program_;
};

/// Destroying it kills the program with everything in its process group, and waits until it is
/// gone. One read and one write at a time.
class Program {
 public:
  virtual ~Program() = default;

  /// The next line of its standard output, without the newline. kClosed at the end of the output,
  /// kLimit for a line that is too long.
  virtual boost::asio::awaitable<Result<std::string>> read_line() = 0;
  /// Writes `line` and a newline to its standard input; kClosed where nobody reads there any more.
  virtual boost::asio::awaitable<Status> write_line(std::string line) = 0;
  /// Ends its standard input.
  virtual void close_input() = 0;

  /// Waits for the program to end, and for the last of its log; kTimeout at `deadline`.
  virtual boost::asio::awaitable<Result<ProcessEnd>> wait(TimePoint deadline) = 0;
  /// Kills the process group; wait() then tells the end.
  virtual void kill() = 0;

  /// The last of what it wrote to standard error, whatever bytes those are.
  virtual const std::string& log_tail() const = 0;

  /// Takes it out of its World. What waits for it ends with kClosed, and nothing else may be done
  /// with this any more. An error, and nothing has changed, where it has written what was not read,
  /// or its input has been ended. One that has ended by itself is given as that.
  virtual Result<IdleProgram> release() = 0;
};

/// Takes it into a World over sockets, with an empty log; kUnsupported in simulation.
Result<std::unique_ptr<Program>> take_in(World& world, IdleProgram program,
                                         const ProcessLimits& limits);

/// Ends the standard input of each, waits for all of them, and kills who is still there when that
/// much real time has passed. How each of them ended, in their order.
std::vector<ProcessEnd> dismiss(std::vector<IdleProgram> programs,
                                std::chrono::milliseconds patience);

}  // namespace parley::net
