// HTTP/1.1 messages on a Stream: what client and server have in common. Beast parses, in
// http_message.cc alone.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "harness/net/http.h"

namespace parley::net {

/// Why no message came, and the status that a server answers with; 0 where there is nobody to
/// answer.
struct HttpFault {
  Error error;
  unsigned status = 0;
};

/// What has been read from a connection and belongs to the next message.
using HttpBacklog = Bytes;

/// A request, or the reason why there is none. The fault kClosed with status 0 is the regular end
/// of a connection.
struct ReceivedRequest {
  HttpRequest request;
  bool keep_alive = false;
  std::optional<HttpFault> fault;
};

/// Reads one request. Answers "Expect: 100-continue" itself. `started` is called at the first byte.
awaitable<ReceivedRequest> read_http_request(Stream& stream, HttpBacklog& backlog,
                                             const HttpLimits& limits,
                                             const std::function<void()>& started);

/// Reads one final response, past interim (1xx) ones. `to_head`: it answers HEAD and has no body.
awaitable<Result<HttpResponse>> read_http_response(Stream& stream, HttpBacklog& backlog,
                                                   const HttpLimits& limits, bool to_head);

/// The bytes of a message; kInvalid where a method, target or header would break its framing.
/// Content-Length is added unless the caller set it.
Result<Bytes> write_http_request(const HttpRequest& request, const std::string& host);
Result<Bytes> write_http_response(const HttpResponse& response, bool to_head, bool keep_alive);

}  // namespace parley::net
