// Ends whatever a stream is doing when World time has come: the stream is closed, and its pending
// operation finishes with kClosed, which the caller then reports as kTimeout.
#pragma once

#include <memory>
#include <string>

#include "harness/net/world.h"

namespace parley::net {

/// Lives no longer than `stream`.
class StreamDeadline {
 public:
  StreamDeadline(World& world, Stream& stream, TimePoint deadline)
      : timer_(world.call_at(deadline, [this, &stream] {
          expired_ = true;
          stream.close();
        })) {}
  StreamDeadline(const StreamDeadline&) = delete;
  StreamDeadline& operator=(const StreamDeadline&) = delete;

  bool expired() const { return expired_; }

 private:
  bool expired_ = false;
  std::unique_ptr<World::Timer> timer_;
};

/// Network::connect, given up at `deadline` with kTimeout.
awaitable<Result<std::unique_ptr<Stream>>> connect_by(World& world, TimePoint deadline,
                                                      std::string from, Address to,
                                                      Security security, TlsOffer offered = {});

}  // namespace parley::net
