// HTTP/2 on a Stream: one exchange of a client, and one connection of a server.
#pragma once

#include <memory>
#include <string>

#include "harness/net/http2_session.h"
#include "harness/net/world.h"

namespace parley::net {

/// Sends `request` and awaits its response, on a connection of its own. The caller keeps the time.
awaitable<Result<HttpResponse>> http2_exchange(Stream& stream, const HttpRequest& request,
                                               std::string authority, HttpLimits limits);

/// Serves one connection: several requests at a time, answered as their handlers end. A connection
/// on which no handler is at work and for HttpLimits::timeout no request becomes whole, nor a
/// response taken, is closed.
class Http2Connection {
 public:
  Http2Connection(World& world, std::shared_ptr<Stream> stream, HttpHandler handler,
                  HttpLimits limits);

  /// Ends with the connection; handlers that are still at work are then answered into the void.
  static awaitable<void> serve(std::shared_ptr<Http2Connection> self);
  /// Takes no new request, and closes the connection once what is under way is answered.
  void wind_up();

 private:
  static awaitable<void> write_output(std::shared_ptr<Http2Connection> self);
  static awaitable<void> handle(std::shared_ptr<Http2Connection> self,
                                Http2Session::Received received);
  void begin_requests(const std::shared_ptr<Http2Connection>& self);
  /// Something went forward: the time runs anew.
  void keep_time();
  bool over() const;

  World& world_;
  const std::shared_ptr<Stream> stream_;
  const HttpHandler handler_;
  const HttpLimits limits_;
  Http2Session session_;
  Notifier output_;
  std::unique_ptr<World::Timer> timer_;
  std::size_t handling_ = 0;
  bool winding_up_ = false;
  bool ended_ = false;
};

}  // namespace parley::net
