#include "harness/net/websocket.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <utility>

#include "harness/net/async_stream.h"
#include "harness/net/message_socket.h"
#include "harness/net/stream_deadline.h"

namespace parley::net {

namespace {

namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kMessageLimit = 16 * 1024 * 1024;
constexpr std::size_t kReadSize = 16 * 1024;
constexpr Duration kHandshakeTime = std::chrono::seconds(30);
constexpr Duration kCloseTime = std::chrono::seconds(5);
constexpr std::uint32_t kUpgradeBytes = 8 * 1024;

Error closed() { return make_error(ErrorCode::kClosed, "the stream is closed"); }

Error error_of(error_code ec) {
  ErrorCode code = ErrorCode::kInvalid;  // the other end broke the protocol
  if (ec == websocket::error::closed || ec == asio::error::eof ||
      ec == asio::error::operation_aborted || ec == asio::error::connection_aborted) {
    code = ErrorCode::kClosed;
  } else if (ec == websocket::error::upgrade_declined) {
    code = ErrorCode::kRefused;
  } else if (ec == websocket::error::message_too_big || ec == websocket::error::buffer_overflow ||
             ec == boost::beast::http::error::header_limit) {
    code = ErrorCode::kLimit;
  }
  return make_error(code, "WebSocket: " + ec.message());
}

class WebSocket {
 public:
  WebSocket(World& world, std::shared_ptr<Stream> below)
      : world_(world),
        scheduler_(world.scheduler()),
        below_(std::move(below)),
        socket_(AsyncStream(scheduler_, below_)) {
    socket_.binary(true);
    socket_.auto_fragment(false);
    socket_.read_message_max(kMessageLimit);
  }

  Stream& below() { return *below_; }
  websocket::stream<AsyncStream>& socket() { return socket_; }

  static awaitable<Result<Bytes>> read(std::shared_ptr<WebSocket> self, std::size_t limit) {
    Bytes bytes(std::min(limit, kReadSize));
    for (;;) {
      if (self->closed_ || self->scheduler_->stopped()) co_return closed();
      const auto [ec, count] = co_await self->socket_.async_read_some(asio::buffer(bytes), kAwait);
      if (self->closed_) co_return closed();
      if (ec) co_return error_of(ec);
      if (count == 0) continue;  // an empty message
      bytes.resize(count);
      co_return bytes;
    }
  }

  // One whole message.
  static awaitable<Result<std::string>> read_text(std::shared_ptr<WebSocket> self) {
    std::string text;
    auto buffer = asio::dynamic_buffer(text);
    if (self->closed_ || self->scheduler_->stopped()) co_return closed();
    const auto [ec, count] = co_await self->socket_.async_read(buffer, kAwait);
    if (self->closed_) co_return closed();
    if (ec) co_return error_of(ec);
    if (self->socket_.got_text()) co_return text;
    co_return make_error(ErrorCode::kInvalid,
                         "WebSocket: a binary message, where every message is a text");
  }

  static awaitable<Status> write(std::shared_ptr<WebSocket> self, BytesView data) {
    if (self->closed_ || self->scheduler_->stopped()) co_return closed();
    const auto buffer = asio::buffer(data.data(), data.size());
    const auto [ec, count] = co_await self->socket_.async_write(buffer, kAwait);
    if (ec) co_return error_of(ec);
    co_return Status();
  }

  static void close(const std::shared_ptr<WebSocket>& self) {
    if (std::exchange(self->closed_, true)) return;
    if (self->scheduler_->stopped()) return self->below_->close();
    self->world_.spawn(say_goodbye(self));
  }

  void reset() {
    if (!std::exchange(closed_, true)) below_->close();
  }

 private:
  // The closing handshake, within its time.
  static awaitable<void> say_goodbye(std::shared_ptr<WebSocket> self) {
    const StreamDeadline deadline(self->world_, *self->below_, self->world_.now() + kCloseTime);
    co_await self->socket_.async_close(websocket::close_code::normal, kAwait);
    self->below_->close();
  }

  World& world_;
  const std::shared_ptr<Scheduler> scheduler_;  // outlives the socket's timers
  const std::shared_ptr<Stream> below_;
  websocket::stream<AsyncStream> socket_;
  bool closed_ = false;
};

class WebSocketStream final : public Stream {
 public:
  explicit WebSocketStream(std::shared_ptr<WebSocket> socket) : socket_(std::move(socket)) {}
  ~WebSocketStream() override { socket_->reset(); }
  WebSocketStream(const WebSocketStream&) = delete;
  WebSocketStream& operator=(const WebSocketStream&) = delete;

  awaitable<Result<Bytes>> read_some(std::size_t limit) override {
    return WebSocket::read(socket_, limit);
  }
  awaitable<Status> write(BytesView data) override { return WebSocket::write(socket_, data); }
  void close() override { WebSocket::close(socket_); }
  const std::string& remote_host() const override { return socket_->below().remote_host(); }

 private:
  const std::shared_ptr<WebSocket> socket_;
};

class TextSocket final : public MessageSocket {
 public:
  explicit TextSocket(std::shared_ptr<WebSocket> socket) : socket_(std::move(socket)) {}
  ~TextSocket() override { socket_->reset(); }
  TextSocket(const TextSocket&) = delete;
  TextSocket& operator=(const TextSocket&) = delete;

  awaitable<Result<std::string>> read() override { return WebSocket::read_text(socket_); }
  awaitable<Status> write(std::string text) override { return write_all(socket_, std::move(text)); }
  void close() override { WebSocket::close(socket_); }

 private:
  // Keeps the text as long as it is written.
  static awaitable<Status> write_all(std::shared_ptr<WebSocket> socket, std::string text) {
    co_return co_await WebSocket::write(std::move(socket), as_bytes(text));
  }

  const std::shared_ptr<WebSocket> socket_;
};

// Turns a client away.
awaitable<void> refuse(Stream& stream, unsigned status) {
  std::string reason(http::obsolete_reason(static_cast<http::status>(status)));
  std::string answer = "HTTP/1.1 " + std::to_string(status) + " " + reason +
                       "\r\nConnection: close\r\nContent-Length: 0\r\n" +
                       (status == 401 ? "WWW-Authenticate: Bearer\r\n\r\n" : "\r\n");
  (void)(co_await stream.write(as_bytes(answer))).ok();
  stream.close();
}

Result<std::unique_ptr<Stream>> finish(std::shared_ptr<WebSocket> socket, bool expired,
                                       error_code ec) {
  if (expired) return make_error(ErrorCode::kTimeout, "WebSocket: no handshake in time");
  if (ec) return error_of(ec);
  std::unique_ptr<Stream> stream = std::make_unique<WebSocketStream>(std::move(socket));
  return stream;
}

}  // namespace

awaitable<Result<std::unique_ptr<Stream>>> websocket_connect(World& world, std::string from,
                                                             Address to, Security security,
                                                             std::string target) {
  const TimePoint limit = world.now() + kHandshakeTime;
  const std::string host = to.host;
  PARLEY_CO_ASSIGN(std::shared_ptr<Stream> below,
                   co_await connect_by(world, limit, std::move(from), std::move(to), security));
  auto socket = std::make_shared<WebSocket>(world, std::move(below));
  const StreamDeadline deadline(world, socket->below(), limit);
  const auto [ec] = co_await socket->socket().async_handshake(host, target, kAwait);
  co_return finish(std::move(socket), deadline.expired(), ec);
}

awaitable<Result<std::unique_ptr<MessageSocket>>> accept_messages(World& world,
                                                                  std::unique_ptr<Stream> stream,
                                                                  Admission admission,
                                                                  std::size_t limit) {
  auto socket = std::make_shared<WebSocket>(world, std::move(stream));
  const StreamDeadline deadline(world, socket->below(), world.now() + kHandshakeTime);
  boost::beast::flat_buffer buffer;
  http::request_parser<http::empty_body> parser;
  parser.header_limit(kUpgradeBytes);
  auto [ec, count] =
      co_await http::async_read(socket->socket().next_layer(), buffer, parser, kAwait);
  if (deadline.expired()) co_return make_error(ErrorCode::kTimeout, "WebSocket: no request");
  if (ec) co_return error_of(ec);
  if (!websocket::is_upgrade(parser.get())) {
    co_await refuse(socket->below(), 400);
    co_return make_error(ErrorCode::kInvalid, "WebSocket: no upgrade was asked for");
  }
  const std::string authorization(parser.get()[http::field::authorization]);
  if (const unsigned status = admission(authorization); status != 0) {
    co_await refuse(socket->below(), status);
    co_return make_error(ErrorCode::kAuth, "turned away with " + std::to_string(status));
  }
  socket->socket().text(true);
  socket->socket().read_message_max(limit);
  const auto [failed] = co_await socket->socket().async_accept(parser.get(), kAwait);
  if (deadline.expired()) co_return make_error(ErrorCode::kTimeout, "WebSocket: no handshake");
  if (failed) co_return error_of(failed);
  std::unique_ptr<MessageSocket> messages = std::make_unique<TextSocket>(std::move(socket));
  co_return messages;
}

awaitable<Result<std::unique_ptr<Stream>>> websocket_accept(World& world,
                                                            std::unique_ptr<Stream> stream) {
  auto socket = std::make_shared<WebSocket>(world, std::move(stream));
  const StreamDeadline deadline(world, socket->below(), world.now() + kHandshakeTime);
  const auto [ec] = co_await socket->socket().async_accept(kAwait);
  co_return finish(std::move(socket), deadline.expired(), ec);
}

}  // namespace parley::net
