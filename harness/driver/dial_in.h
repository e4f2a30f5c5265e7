// Where drivers dial in over WebSocket, for those that Parley cannot start: one address and one
// token for a run, listened to from a thread of its own, because test cases come and go.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "harness/base/log.h"
#include "harness/base/result.h"
#include "harness/net/outside.h"
#include "harness/net/program.h"

namespace parley::driver {

struct DialInOptions {
  net::Endpoint where{"127.0.0.1", 0};  ///< port 0: one that the system chooses
  std::string token;                    ///< a secret: shown by who dials in, and never recorded
  std::size_t most = 64;                ///< connections at one time
};

class DialIn {
 public:
  /// Listens from now on; kIo where it cannot, kInvalid where there is no token. `log` is told,
  /// from the other thread, of those who were turned away, and outlives it.
  static Result<std::unique_ptr<DialIn>> open(const DialInOptions& options, Log& log);
  /// Closes every connection.
  ~DialIn();
  DialIn(const DialIn&) = delete;
  DialIn& operator=(const DialIn&) = delete;

  /// "ws://127.0.0.1:41234/"
  const std::string& url() const { return url_; }

  /// The driver that has waited longest for somebody to speak to it; nullopt where none does. From
  /// any thread.
  std::optional<net::IdleProgram> take();
  /// Whether there is one by then, in real time.
  bool wait_for_one(std::chrono::milliseconds patience);
  /// The token is worth nothing any more, and whoever waits is let go.
  void close();

 private:
  struct Hall;
  explicit DialIn(std::shared_ptr<Hall> hall, std::string url);

  const std::shared_ptr<Hall> hall_;
  const std::string url_;
};

}  // namespace parley::driver
