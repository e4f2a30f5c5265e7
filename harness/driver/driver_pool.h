// Drivers whose processes take several sessions, between these: one run's, for all of its workers.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/driver/driver_session.h"
#include "harness/net/child_process.h"

namespace parley::driver {

/// How long all drivers together may take to leave at the end of a run.
inline constexpr std::chrono::milliseconds kLeavingTime{5000};

/// May be used from any thread. Destroying it kills whoever is in it.
class DriverPool {
 public:
  /// No more than that many are kept; of those over it the ones that were used last.
  explicit DriverPool(std::size_t most = 64) : most_(most) {}
  DriverPool(const DriverPool&) = delete;
  DriverPool& operator=(const DriverPool&) = delete;

  /// Whether one more would be kept.
  bool has_room() const;
  void put(const net::Command& command, IdleDriver driver);
  /// The one of that command that was put last; nullopt where there is none.
  std::optional<IdleDriver> take(const net::Command& command);

  /// Lets all of them leave, and waits for them, in real time. One text for each that did not leave
  /// in order.
  std::vector<std::string> dismiss();

 private:
  using Kept = std::vector<std::pair<std::vector<std::string>, IdleDriver>>;

  const std::size_t most_;
  mutable std::mutex mutex_;
  Kept kept_;  ///< by the words of their commands, the last one used last
};

}  // namespace parley::driver
