#include "harness/net/http2_exchange.h"

#include <optional>
#include <utility>

namespace parley::net {

namespace {

constexpr std::size_t kReadSize = 64 * 1024;

}  // namespace

awaitable<Result<HttpResponse>> http2_exchange(Stream& stream, const HttpRequest& request,
                                               std::string authority, HttpLimits limits) {
  Http2Session session(Http2Session::Role::kClient, limits);
  PARLEY_CO_ASSIGN(const std::int32_t id, session.submit(request, authority));
  Status broken;
  for (;;) {
    for (Bytes out = session.take_output(); !out.empty(); out = session.take_output()) {
      // A server may answer and hang up before it has taken the whole request.
      if (const Status written = co_await stream.write(out); !written.ok()) break;
    }
    if (auto response = session.take_response(id)) co_return std::move(*response);
    PARLEY_CO_TRY(broken);
    if (session.finished()) {
      co_return make_error(ErrorCode::kClosed, "the HTTP/2 connection ended without a response");
    }
    Result<Bytes> more = co_await stream.read_some(kReadSize);
    if (!more.ok()) co_return std::move(more).error();
    broken = session.receive(*more);
  }
}

Http2Connection::Http2Connection(World& world, std::shared_ptr<Stream> stream, HttpHandler handler,
                                 HttpLimits limits)
    : world_(world),
      stream_(std::move(stream)),
      handler_(std::move(handler)),
      limits_(limits),
      session_(Http2Session::Role::kServer, limits_),
      output_(world) {}

bool Http2Connection::over() const {
  return session_.finished() || (winding_up_ && handling_ == 0 && session_.open_streams() == 0);
}

void Http2Connection::keep_time() {
  timer_.reset();
  if (handling_ > 0 || ended_) return;
  timer_ = world_.call_at(world_.now() + limits_.timeout, [this] { stream_->close(); });
}

awaitable<void> Http2Connection::serve(std::shared_ptr<Http2Connection> self) {
  self->world_.spawn(write_output(self));
  self->keep_time();
  while (!self->over()) {
    const Result<Bytes> more = co_await self->stream_->read_some(kReadSize);
    if (!more.ok()) break;
    const Status taken = self->session_.receive(*more);
    if (!taken.ok()) {
      self->world_.log().debug("http/2 from " + self->stream_->remote_host() + ": " +
                               taken.error().text());
    }
    self->begin_requests(self);
    self->output_.notify();
    if (!taken.ok()) break;
  }
  self->ended_ = true;
  self->timer_.reset();
  self->output_.notify();
}

void Http2Connection::begin_requests(const std::shared_ptr<Http2Connection>& self) {
  for (Http2Session::Received& received : session_.take_requests()) {
    ++handling_;
    keep_time();
    received.request.remote_host = stream_->remote_host();
    received.request.tls_version = stream_->tls_version();
    world_.spawn(handle(self, std::move(received)));
  }
}

awaitable<void> Http2Connection::handle(std::shared_ptr<Http2Connection> self,
                                        Http2Session::Received received) {
  const std::int32_t stream = received.stream;
  HttpResponse response = co_await self->handler_(std::move(received.request));
  --self->handling_;
  self->keep_time();
  const Status written = self->session_.respond(stream, std::move(response));
  if (!written.ok()) self->world_.log().error("http response: " + written.error().text());
  self->output_.notify();
}

// One writer, so that frames do not interleave. It closes the stream, once all is said.
awaitable<void> Http2Connection::write_output(std::shared_ptr<Http2Connection> self) {
  for (bool broken = false; !broken;) {
    const Bytes out = self->session_.take_output();
    if (!out.empty()) {
      const std::size_t open = self->session_.open_streams();
      broken = !(co_await self->stream_->write(out)).ok();
      if (self->session_.open_streams() < open) self->keep_time();
      continue;
    }
    if (self->ended_ || self->over()) break;
    co_await self->output_.wait();
  }
  self->stream_->close();
}

void Http2Connection::wind_up() {
  if (std::exchange(winding_up_, true)) return;
  session_.wind_up();
  output_.notify();
}

}  // namespace parley::net
