// Another implementation in a process of its own, for tests. The two talk in lines of JSON over the
// child's standard input and output: the child says hello first, then answers one request at a
// time. Its standard error is the test's.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/json.h"
#include "harness/base/result.h"

namespace parley::peers {

class PeerProcess {
 public:
  /// Starts `arguments` (the program's path first) with the variables `environment` ("NAME=value")
  /// besides the test's own, and reads the hello line, {"peer": "libsignal 6.0.0, node 22.23.3"},
  /// which it prints to standard output. kNotFound where the program cannot be started or ends
  /// without a word: `hint` tells people how to get it.
  static Result<PeerProcess> start(std::vector<std::string> arguments, std::string_view hint,
                                   std::vector<std::string> environment = {});

  PeerProcess(PeerProcess&& other) noexcept;
  PeerProcess& operator=(PeerProcess&& other) noexcept;
  /// Closes the child's standard input, upon which it ends; kills it after 5 s.
  ~PeerProcess();

  /// What the child says it is, with versions.
  const std::string& peer() const { return peer_; }

  /// The answer to one request. {"error": {"name": ..., "message": ...}} becomes kRefused with the
  /// text "name: message". kClosed where the child ended, kInvalid where its answer is no JSON
  /// object, kTimeout after 60 s; after any of these three the process is of no more use.
  Result<json::object> call(const json::object& request);

 private:
  PeerProcess(pid_t child, int socket);
  Result<std::string> read_line(std::chrono::steady_clock::time_point deadline);
  Status write_line(std::string_view line, std::chrono::steady_clock::time_point deadline);
  Result<short> wait_for(short events, std::chrono::steady_clock::time_point deadline);
  Status read_some();
  void end();

  pid_t child_ = -1;
  int socket_ = -1;  ///< standard input and output of the child
  std::string peer_;
  std::string unread_;
};

/// Runs a program to its end and returns its exit status and what it wrote. kNotFound as start(),
/// kTimeout after `patience` (the program is killed), kLimit over 16 MiB of output.
struct ProgramOutput {
  int status = -1;  ///< exit status; 128 + signal where a signal ended it
  std::string out;  ///< standard output and standard error, as they came
};
Result<ProgramOutput> run_program(std::vector<std::string> arguments, std::string_view hint,
                                  std::chrono::seconds patience = std::chrono::seconds(60));

}  // namespace parley::peers
