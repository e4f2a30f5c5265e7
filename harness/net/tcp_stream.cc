#include "harness/net/tcp_stream.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace parley::net {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kReadSize = 16 * 1024;

Error error_of(error_code ec) {
  const bool ended = ec == asio::error::eof || ec == asio::error::connection_reset ||
                     ec == asio::error::broken_pipe || ec == asio::error::operation_aborted ||
                     ec == asio::error::bad_descriptor || ec == asio::error::connection_aborted ||
                     ec == asio::error::not_connected || ec == asio::error::shut_down;
  return make_error(ended ? ErrorCode::kClosed : ErrorCode::kIo, ec.message());
}

Error closed() { return make_error(ErrorCode::kClosed, "the stream is closed"); }

class TcpConnection {
 public:
  TcpConnection(std::shared_ptr<Scheduler> scheduler, asio::ip::tcp::socket socket, TcpEnd end)
      : scheduler_(std::move(scheduler)), socket_(std::move(socket)), end_(std::move(end)) {
    error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  }

  const std::string& remote_host() const { return end_.remote_host; }

  // Static, so that the operation keeps the connection alive when its stream is destroyed.
  static asio::awaitable<Result<Bytes>> read(std::shared_ptr<TcpConnection> self,
                                             std::size_t limit) {
    if (self->closed_ || self->scheduler_->stopped()) co_return closed();
    Bytes bytes(std::min(limit, kReadSize));
    self->set_reading(true);
    const auto [ec, count] = co_await self->socket_.async_read_some(asio::buffer(bytes), kAwait);
    self->set_reading(false);
    if (ec) co_return error_of(ec);
    self->end_.traffic->touch();
    if (self->end_.pair) self->end_.pair->read[self->end_.end] += count;
    bytes.resize(count);
    co_return bytes;
  }

  static asio::awaitable<Status> write(std::shared_ptr<TcpConnection> self, BytesView data) {
    if (self->closed_ || self->scheduler_->stopped()) co_return closed();
    // Counted before they are written: the reader may have them before this coroutine goes on.
    if (self->end_.pair) self->end_.pair->written[self->end_.end] += data.size();
    self->end_.traffic->touch();
    const auto buffer = asio::buffer(data.data(), data.size());
    const auto [ec, count] = co_await asio::async_write(self->socket_, buffer, kAwait);
    if (ec) co_return error_of(ec);
    co_return Status();
  }

  void close_write() {
    if (closed_) return;
    if (end_.pair) end_.pair->ended[end_.end] = true;
    error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  }

  void close() {
    if (std::exchange(closed_, true)) return;
    if (end_.pair) end_.pair->ended[end_.end] = true;
    error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    socket_.close(ignored);
  }

 private:
  void set_reading(bool reading) {
    if (end_.pair) end_.pair->reading[end_.end] = reading;
  }

  const std::shared_ptr<Scheduler> scheduler_;  // outlives the socket
  asio::ip::tcp::socket socket_;
  const TcpEnd end_;
  bool closed_ = false;
};

class TcpStream final : public Stream {
 public:
  explicit TcpStream(std::shared_ptr<TcpConnection> connection)
      : connection_(std::move(connection)) {}
  ~TcpStream() override { connection_->close(); }
  TcpStream(const TcpStream&) = delete;
  TcpStream& operator=(const TcpStream&) = delete;

  asio::awaitable<Result<Bytes>> read_some(std::size_t limit) override {
    return TcpConnection::read(connection_, limit);
  }
  asio::awaitable<Status> write(BytesView data) override {
    return TcpConnection::write(connection_, data);
  }
  void close() override { connection_->close(); }
  void close_write() override { connection_->close_write(); }
  const std::string& remote_host() const override { return connection_->remote_host(); }

 private:
  const std::shared_ptr<TcpConnection> connection_;
};

}  // namespace

std::unique_ptr<Stream> make_tcp_stream(std::shared_ptr<Scheduler> scheduler,
                                        asio::ip::tcp::socket socket, TcpEnd end) {
  return std::make_unique<TcpStream>(
      std::make_shared<TcpConnection>(std::move(scheduler), std::move(socket), std::move(end)));
}

}  // namespace parley::net
