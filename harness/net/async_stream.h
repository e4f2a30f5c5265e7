// Any Stream as what Beast calls an AsyncStream. Handlers are type-erased at once, so that Beast's
// operations are instantiated for this one type whatever carries the bytes.
//
// Asio-heavy: included by .cc files of harness/net only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/append.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/websocket/teardown.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <memory>
#include <utility>

#include "harness/base/bytes.h"
#include "harness/net/network.h"
#include "harness/net/scheduler.h"

namespace parley::net {

class AsyncStream {
 public:
  using executor_type = boost::asio::any_io_executor;
  using error_code = boost::system::error_code;

  AsyncStream(std::shared_ptr<Scheduler> scheduler, std::shared_ptr<Stream> stream)
      : scheduler_(std::move(scheduler)), stream_(std::move(stream)) {}

  executor_type get_executor() { return scheduler_->executor(); }
  void close() { stream_->close(); }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    auto start = [this](auto handler, const Buffers& into) {
      boost::asio::mutable_buffer target;
      const auto end = boost::asio::buffer_sequence_end(into);
      for (auto it = boost::asio::buffer_sequence_begin(into); it != end; ++it) {
        target = *it;
        if (target.size() > 0) break;
      }
      start_read(target, erase(std::move(handler)));
    };
    return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(start, token, buffers);
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    auto start = [this](auto handler, const Buffers& from) {
      // In one piece, so that a frame's header and payload travel together.
      Bytes data(std::min(boost::asio::buffer_size(from), kWriteSize));
      boost::asio::buffer_copy(boost::asio::buffer(data), from);
      start_write(std::move(data), erase(std::move(handler)));
    };
    return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(start, token, buffers);
  }

 private:
  static constexpr std::size_t kWriteSize = 256 * 1024;

  struct Completion {
    virtual ~Completion() = default;
    virtual void complete(error_code ec, std::size_t count) = 0;
  };
  template <class Handler>
  static std::unique_ptr<Completion> erase(Handler handler) {
    struct CompletionOf final : Completion {
      explicit CompletionOf(Handler&& h) : handler(std::move(h)) {}
      void complete(error_code ec, std::size_t count) override { std::move(handler)(ec, count); }
      Handler handler;
    };
    return std::make_unique<CompletionOf>(std::move(handler));
  }
  void start_read(boost::asio::mutable_buffer target, std::unique_ptr<Completion> completion);
  void start_write(Bytes data, std::unique_ptr<Completion> completion);

  struct Operation;

  std::shared_ptr<Scheduler> scheduler_;
  std::shared_ptr<Stream> stream_;
};

/// Beast's customisation points for its own way of ending a connection.
template <class Handler>
void async_teardown(boost::beast::role_type, AsyncStream& stream, Handler&& handler) {
  stream.close();
  boost::asio::post(stream.get_executor(), boost::asio::append(std::forward<Handler>(handler),
                                                               boost::system::error_code()));
}
inline void beast_close_socket(AsyncStream& stream) { stream.close(); }

}  // namespace parley::net
