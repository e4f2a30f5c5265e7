#include "harness/net/accept_queue.h"

#include <utility>

namespace parley::net {

bool AcceptQueue::push(std::unique_ptr<Stream> stream) {
  if (closed_ || streams_.size() >= kBacklog) return false;
  streams_.push_back(std::move(stream));
  arrived_.notify();
  return true;
}

void AcceptQueue::close() {
  if (std::exchange(closed_, true)) return;
  streams_.clear();
  arrived_.notify();
}

boost::asio::awaitable<Result<std::unique_ptr<Stream>>> AcceptQueue::accept(
    std::shared_ptr<AcceptQueue> queue) {
  while (queue->streams_.empty()) {
    if (queue->closed_ || queue->arrived_.scheduler()->stopped()) {
      co_return make_error(ErrorCode::kClosed, "the listener is closed");
    }
    co_await queue->arrived_.wait();
  }
  std::unique_ptr<Stream> stream = std::move(queue->streams_.front());
  queue->streams_.pop_front();
  co_return stream;
}

}  // namespace parley::net
