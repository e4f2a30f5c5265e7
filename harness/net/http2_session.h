// One HTTP/2 connection (RFC 9113) without its stream: bytes in, bytes out, whole requests and
// responses in between. nghttp2 frames and compresses, in http2_session.cc alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/net/http.h"

namespace parley::net {

/// What one connection may ask of us besides HttpLimits, which hold for each message.
struct Http2Limits {
  std::uint32_t concurrent_streams = 32;
  /// Of all requests of the connection that are not answered yet.
  std::size_t buffered_bytes = 40 * 1024 * 1024;
  /// Streams that the other end may reset, and frames that carry nothing of a message (PING,
  /// SETTINGS, PRIORITY, WINDOW_UPDATE, empty DATA) between two whole messages.
  std::size_t resets = 100;
  std::size_t idle_frames = 1000;
};

class Http2Session {
 public:
  enum class Role { kClient, kServer };

  Http2Session(Role role, const HttpLimits& limits, const Http2Limits& bounds = {});
  ~Http2Session();
  Http2Session(const Http2Session&) = delete;
  Http2Session& operator=(const Http2Session&) = delete;

  /// kInvalid or kLimit where the other end broke the protocol or a bound: what take_output() then
  /// gives tells it so, and the connection is over.
  Status receive(BytesView bytes);
  /// Up to about `limit` bytes to be written; empty where there is nothing to say now.
  Bytes take_output(std::size_t limit = 256 * 1024);
  /// Nothing will come of this connection any more, once the output is written.
  bool finished() const;
  /// Takes no new request and lets those under way finish (GOAWAY).
  void wind_up();

  /// As a client. kInvalid where a method, target or header cannot be written.
  Result<std::int32_t> submit(const HttpRequest& request, const std::string& authority);
  /// The final response, or why there is none: kRefused where the server had not begun with the
  /// request, kLimit where the response is too large, kInvalid, kClosed. Nothing while it is
  /// awaited.
  std::optional<Result<HttpResponse>> take_response(std::int32_t stream);

  /// As a server: what has arrived whole. A request that is too large is answered 413 or 431 here.
  struct Received {
    std::int32_t stream = 0;
    HttpRequest request;
  };
  std::vector<Received> take_requests();
  /// kInvalid where it cannot be written (500 is sent instead); nothing where the stream is gone.
  Status respond(std::int32_t stream, HttpResponse response);
  /// Streams that are open, in either direction.
  std::size_t open_streams() const;

  class State;  ///< nghttp2's side

 private:
  const std::unique_ptr<State> state_;
};

}  // namespace parley::net
