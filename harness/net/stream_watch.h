// Faults of the network itself: whoever watches a simulated World's connections decides what
// becomes of the bytes on their way.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "harness/base/clock.h"
#include "harness/net/network.h"

namespace parley::net {

class Scheduler;
class World;

class StreamWatch {
 public:
  /// What becomes of one write.
  struct Fate {
    /// So much later the bytes set out, and what the same end writes behind them.
    Duration held{0};
    /// So many of the bytes pass, and with the last of them the connection ends for both.
    std::optional<std::size_t> cut_after;
  };

  virtual ~StreamWatch() = default;
  /// The end at host `from` is about to write `size` bytes to the one at host `to`.
  virtual Fate writes(const std::string& from, const std::string& to, std::size_t size) = 0;
};

/// For connections that are opened afterwards. `watch` outlives them. Does nothing over sockets.
void watch_streams(World& world, StreamWatch& watch);

/// The end at host `own_host`, watched. For SimNetwork.
std::unique_ptr<Stream> watched_stream(std::unique_ptr<Stream> stream, std::string own_host,
                                       std::shared_ptr<Scheduler> scheduler, const Clock& clock,
                                       StreamWatch& watch);

}  // namespace parley::net
