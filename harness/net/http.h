// HTTP/1.1 and HTTP/2 over any Stream. Beast parses the one, in http_message.cc alone, nghttp2 the
// other, in http2_session.cc alone. Which of them a connection speaks is agreed upon by ALPN.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/base/clock.h"
#include "harness/base/result.h"
#include "harness/net/world.h"

namespace parley::net {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

/// The first header of that name (any case), or empty.
std::string_view find_header(const HttpHeaders& headers, std::string_view name);

enum class HttpVersion { k1, k2 };
std::string_view to_string(HttpVersion version);  ///< "1.1" or "2"

/// The names by which ALPN knows those versions, the newest first; up to `newest`.
Protocols http_protocols(HttpVersion newest);
/// The same of a server: ours answers HTTP/1.0 too, and must not turn away who names only that.
Protocols http_served_protocols(HttpVersion newest);

struct HttpRequest {
  std::string method = "GET";
  std::string target = "/";
  HttpHeaders headers;  ///< Host, Connection and Content-Length are added where absent
  Bytes body;
  std::string remote_host;  ///< set by the server: who connected
  /// At a client the newest version that it offers, at a server the one that was spoken.
  HttpVersion version = HttpVersion::k1;
  TlsVersions tls_offer = {};                  ///< of a client
  std::optional<TlsVersion> tls_version = {};  ///< set by the server: that of the connection
};

struct HttpResponse {
  unsigned status = 200;
  HttpHeaders headers;  ///< Content-Length is added where absent
  Bytes body;
  /// A server's fault on purpose: the connection ends after so many bytes of the body.
  std::optional<std::size_t> cut_after = std::nullopt;
  /// False at a client where the connection ended within the body; see HttpLimits::keep_partial.
  bool whole = true;
  HttpVersion version = HttpVersion::k1;       ///< set by the client: the one that was spoken
  std::optional<TlsVersion> tls_version = {};  ///< set by the client: that of the connection
};

struct HttpLimits {
  std::size_t header_bytes = 16 * 1024;
  std::size_t body_bytes = 32 * 1024 * 1024;
  /// World time: for the client the whole exchange; for the server receiving a request, waiting
  /// for the next one on a kept-alive connection, and writing the response. Handlers may take
  /// longer.
  Duration timeout = std::chrono::seconds(30);
  /// Client: an answer whose connection ends within its body is returned as far as it came, with
  /// `whole` false, instead of kClosed.
  bool keep_partial = false;
};

/// One request on a connection of its own. kTimeout, kClosed, kLimit, kInvalid as they come.
awaitable<Result<HttpResponse>> http_fetch(World& world, std::string from, Address to,
                                           Security security, HttpRequest request,
                                           HttpLimits limits = {});

/// Answers one request. Runs once per request, any number at a time.
using HttpHandler = std::function<awaitable<HttpResponse>(HttpRequest)>;

/// Serves connections of `listener` until it is closed, each in the version that it agreed upon: in
/// HTTP/1.1 with keep-alive and one request after the other, in HTTP/2 up to 32 at a time. A
/// malformed request is answered 400, an oversized one 413 or 431, one that does not arrive in time
/// 408, and the connection closed. Closing the listener closes idle connections; requests that are
/// being handled are still answered.
awaitable<void> http_serve(World& world, std::shared_ptr<Listener> listener, HttpHandler handler,
                           HttpLimits limits = {});

/// "a=1&b=2" split and percent-decoded (application/x-www-form-urlencoded). kInvalid for a bad
/// escape or a repeated name, kLimit over 64 fields.
Result<std::vector<std::pair<std::string, std::string>>> parse_form(std::string_view body);
std::string encode_form(const std::vector<std::pair<std::string, std::string>>& fields);

}  // namespace parley::net
