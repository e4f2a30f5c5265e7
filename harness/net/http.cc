#include "harness/net/http.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "harness/net/http2_exchange.h"
#include "harness/net/http_message.h"
#include "harness/net/stream_deadline.h"

namespace parley::net {

namespace {

// After a refusal the rest of the request is read and dropped, so that the client gets to read the
// answer instead of a reset.
constexpr Duration kDrainTime = std::chrono::seconds(2);
constexpr std::size_t kDrainBytes = 64 * 1024 * 1024;

Error timed_out(const char* what) { return make_error(ErrorCode::kTimeout, what); }

std::string host_header(const Address& to, Security security) {
  const bool standard = to.port == (security == Security::kTls ? 443 : 80);
  return standard ? to.host : to.text();
}

// What serves all connections of one listener.
struct Server {
  Server(World& w, HttpHandler h, HttpLimits l) : world(w), handler(std::move(h)), limits(l) {}

  World& world;
  const HttpHandler handler;
  const HttpLimits limits;
  bool closing = false;
  std::uint64_t next_connection = 0;
  std::map<std::uint64_t, Stream*> idle;  // waiting for the first byte of a request
  std::map<std::uint64_t, std::shared_ptr<Http2Connection>> http2;
};

// Ends our side, and reads until the peer has ended its own, so that it gets to read what was
// written instead of a reset.
awaitable<void> hang_up(std::shared_ptr<Server> server, std::shared_ptr<Stream> stream) {
  stream->close_write();
  StreamDeadline deadline(server->world, *stream, server->world.now() + kDrainTime);
  for (std::size_t dropped = 0; dropped < kDrainBytes;) {
    const Result<Bytes> more = co_await stream->read_some(64 * 1024);
    if (!more.ok()) break;
    dropped += more->size();
  }
}

// Writes `response`, within the time limit; false where that failed, or where it is cut off.
awaitable<bool> answer(std::shared_ptr<Server> server, std::shared_ptr<Stream> stream,
                       HttpResponse response, bool to_head, bool keep_alive) {
  Result<Bytes> bytes = write_http_response(response, to_head, keep_alive);
  if (!bytes.ok()) {
    server->world.log().error("http response: " + bytes.error().text());
    bytes = write_http_response(HttpResponse{500, {}, {}}, to_head, keep_alive);
  }
  StreamDeadline deadline(server->world, *stream, server->world.now() + server->limits.timeout);
  const bool cut = response.cut_after.has_value();
  const std::size_t kept = std::min(response.cut_after.value_or(0), response.body.size());
  if (cut) bytes->resize(bytes->size() - (response.body.size() - kept));
  const Status written = co_await stream->write(*bytes);
  if (cut && written.ok()) co_await hang_up(server, stream);
  co_return written.ok() && !cut;
}

// Tells why the connection ends, and ends it.
awaitable<void> refuse(std::shared_ptr<Server> server, std::shared_ptr<Stream> stream,
                       unsigned status) {
  if (co_await answer(server, stream, HttpResponse{status, {}, {}}, false, false)) {
    co_await hang_up(server, stream);
  }
  stream->close();
}

awaitable<void> time_out_request(std::shared_ptr<Server> server, std::shared_ptr<Stream> stream) {
  co_await answer(server, stream, HttpResponse{408, {}, {}}, false, false);
  stream->close();
}

// Waits for a request, which must be whole within the time limit. At the limit a connection without
// any byte is just closed, and one with a part of a request is answered 408 while reading goes on;
// either way the fault is kTimeout, and the stream is no longer the caller's business.
awaitable<ReceivedRequest> await_request(std::shared_ptr<Server> server,
                                         std::shared_ptr<Stream> stream, std::uint64_t connection,
                                         HttpBacklog& backlog) {
  bool begun = false;
  bool expired = false;
  const std::function<void()> started = [&] {
    begun = true;
    server->idle.erase(connection);
  };
  server->idle[connection] = stream.get();
  const auto expire = [&] {
    expired = true;
    if (begun) {
      server->world.spawn(time_out_request(server, stream));
    } else {
      stream->close();
    }
  };
  const auto timer =
      server->world.call_at(server->world.now() + server->limits.timeout, std::cref(expire));
  ReceivedRequest received = co_await read_http_request(*stream, backlog, server->limits, started);
  server->idle.erase(connection);
  if (expired) received.fault = HttpFault{timed_out("no request in time"), 0};
  co_return received;
}

awaitable<void> serve_http2(std::shared_ptr<Server> server, std::shared_ptr<Stream> stream) {
  const std::uint64_t id = server->next_connection++;
  auto connection = std::make_shared<Http2Connection>(server->world, std::move(stream),
                                                      server->handler, server->limits);
  server->http2[id] = connection;
  co_await Http2Connection::serve(connection);
  server->http2.erase(id);
}

awaitable<void> serve_connection(std::shared_ptr<Server> server, std::shared_ptr<Stream> stream) {
  if (stream->protocol() == http_protocols(HttpVersion::k2).front()) {
    co_return co_await serve_http2(std::move(server), std::move(stream));
  }
  const std::uint64_t connection = server->next_connection++;
  HttpBacklog backlog;
  for (bool keep_alive = true; keep_alive && !server->closing;) {
    ReceivedRequest received = co_await await_request(server, stream, connection, backlog);
    if (received.fault && received.fault->status != 0) {
      server->world.log().debug("http request refused: " + received.fault->error.text());
      co_await refuse(server, stream, received.fault->status);
      co_return;
    }
    if (received.fault && received.fault->error.code == ErrorCode::kTimeout) co_return;
    if (received.fault) break;
    const bool to_head = received.request.method == "HEAD";
    HttpResponse response = co_await server->handler(std::move(received.request));
    keep_alive = received.keep_alive && !server->closing;
    keep_alive =
        co_await answer(server, stream, std::move(response), to_head, keep_alive) && keep_alive;
  }
  stream->close();
}

awaitable<Result<HttpResponse>> exchange(Stream& stream, BytesView request, HttpLimits limits,
                                         bool to_head) {
  const Status written = co_await stream.write(request);
  // A server may answer and hang up before it has taken the whole request.
  HttpBacklog backlog;
  Result<HttpResponse> response = co_await read_http_response(stream, backlog, limits, to_head);
  if (!response.ok() && !written.ok()) co_return written.error();
  co_return response;
}

}  // namespace

std::string_view to_string(HttpVersion version) { return version == HttpVersion::k2 ? "2" : "1.1"; }

Protocols http_protocols(HttpVersion newest) {
  if (newest == HttpVersion::k2) return {"h2", "http/1.1"};
  return {"http/1.1"};
}

Protocols http_served_protocols(HttpVersion newest) {
  Protocols protocols = http_protocols(newest);
  protocols.emplace_back("http/1.0");
  return protocols;
}

awaitable<Result<HttpResponse>> http_fetch(World& world, std::string from, Address to,
                                           Security security, HttpRequest request,
                                           HttpLimits limits) {
  const std::string where = request.method + " " + to.text() + request.target;
  const std::string host = host_header(to, security);
  Result<Bytes> bytes = write_http_request(request, host);
  if (!bytes.ok()) co_return at(where, std::move(bytes).error());
  const TimePoint deadline = world.now() + limits.timeout;
  Protocols offered;
  if (request.version != HttpVersion::k1) offered = http_protocols(request.version);
  auto stream = co_await connect_by(world, deadline, std::move(from), std::move(to), security,
                                    TlsOffer(std::move(offered), request.tls_offer));
  if (!stream.ok()) co_return at(where, std::move(stream).error());
  const std::unique_ptr<Stream> connection = std::move(*stream);
  StreamDeadline guard(world, *connection, deadline);
  const bool http2 = connection->protocol() == http_protocols(HttpVersion::k2).front();
  Result<HttpResponse> response =
      http2 ? co_await http2_exchange(*connection, request, host, limits)
            : co_await exchange(*connection, *bytes, limits, request.method == "HEAD");
  if (response.ok()) response->tls_version = connection->tls_version();
  connection->close();
  if (guard.expired()) co_return at(where, timed_out("no response in time"));
  if (!response.ok()) co_return at(where, std::move(response).error());
  co_return response;
}

awaitable<void> http_serve(World& world, std::shared_ptr<Listener> listener, HttpHandler handler,
                           HttpLimits limits) {
  auto server = std::make_shared<Server>(world, std::move(handler), limits);
  for (;;) {
    Result<std::unique_ptr<Stream>> accepted = co_await listener->accept();
    if (!accepted.ok()) break;
    world.spawn(serve_connection(server, std::shared_ptr<Stream>(std::move(*accepted))));
  }
  server->closing = true;
  for (const auto& [connection, stream] : std::exchange(server->idle, {})) stream->close();
  for (const auto& [id, connection] : server->http2) connection->wind_up();
}

}  // namespace parley::net
