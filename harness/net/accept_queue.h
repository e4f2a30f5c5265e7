// Connections that have arrived at a listener and were not accepted yet. Included by .cc files of
// harness/net only.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <deque>
#include <memory>

#include "harness/net/network.h"
#include "harness/net/scheduler.h"

namespace parley::net {

class AcceptQueue {
 public:
  explicit AcceptQueue(std::shared_ptr<Scheduler> scheduler) : arrived_(std::move(scheduler)) {}

  bool closed() const { return closed_; }
  bool waiting() const { return arrived_.waiting(); }
  std::size_t size() const { return streams_.size(); }

  /// False, and the stream is gone, where the queue is closed or full.
  bool push(std::unique_ptr<Stream> stream);
  /// Resets what was not accepted; pending accepts end with kClosed.
  void close();

  /// The next connection of `queue`, which stays alive as long as the wait.
  static boost::asio::awaitable<Result<std::unique_ptr<Stream>>> accept(
      std::shared_ptr<AcceptQueue> queue);

 private:
  static constexpr std::size_t kBacklog = 1024;

  WaitList arrived_;
  std::deque<std::unique_ptr<Stream>> streams_;
  bool closed_ = false;
};

}  // namespace parley::net
