// A program beside the World: started without a shell, spoken to in lines, and never left behind.
// Worlds over sockets have them; a virtual clock is nothing that an outside program could follow.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/result.h"

namespace parley::net {

/// What to start. The program is looked up in PATH where its name has no slash.
struct Command {
  std::vector<std::string> arguments;    ///< the program first; never empty
  std::vector<std::string> environment;  ///< "NAME=value", all of it

  std::string text() const;  ///< for people: the arguments with spaces between
};

struct ProcessLimits {
  std::size_t line_bytes = 16 * 1024 * 1024;  ///< of one line of its output
  std::size_t log_bytes = 16 * 1024;          ///< how much of its standard error is kept
};

/// How a process ended.
struct ProcessEnd {
  int exit_code = 0;
  int signal = 0;  ///< that killed it; 0 where it exited by itself

  std::string text() const;  ///< "exited with code 3", "was killed by signal 9"
};

/// Destroying it kills the process with everything in its process group, and waits until the
/// process is gone. One read and one write at a time.
class ChildProcess {
 public:
  virtual ~ChildProcess() = default;

  /// The next line of its standard output, without the newline. kClosed at the end of the output,
  /// kLimit for a line that is too long.
  virtual boost::asio::awaitable<Result<std::string>> read_line() = 0;
  /// Writes `line` and a newline to its standard input; kClosed where nobody reads there any more.
  virtual boost::asio::awaitable<Status> write_line(std::string line) = 0;
  /// Ends its standard input.
  virtual void close_input() = 0;

  /// Waits for the process to end, and for the last of its log; kTimeout at `deadline`.
  virtual boost::asio::awaitable<Result<ProcessEnd>> wait(TimePoint deadline) = 0;
  /// Kills the process group; wait() then tells the end.
  virtual void kill() = 0;

  /// The last of what it wrote to standard error, whatever bytes those are.
  virtual const std::string& log_tail() const = 0;
};

}  // namespace parley::net
