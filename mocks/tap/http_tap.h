// Records HTTP at either end: "http.request" and "http.response" with {method, target, host,
// status, headers, form, http_version}, the raw body beside them. The client sees a request go out
// and a response come in, the server the reverse. Tokens are shortened by the recorder; an
// Authorization header that holds no token is replaced by "redacted" here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/base/json.h"
#include "harness/net/http.h"
#include "mocks/tap/observer.h"

namespace parley::mocks {

/// {method, target, host, headers:{lower-case name: value}, form?:{name: value}}. `form` is there
/// where the body says that it is one and is well-formed. Repeated headers are joined by ", ".
json::object request_facts(const net::HttpRequest& request, std::string_view host);

/// The connection of an exchange.
struct Spoken {
  net::HttpVersion http;
  std::optional<net::TlsVersion> tls;
};

/// {method, target, host, http_version, tls_version?, status, headers, cut?}: the request that it
/// answers, and the answer. `cut` is there where the connection ended within the body.
json::object response_facts(const net::HttpRequest& request, const net::HttpResponse& response,
                            const Spoken& spoken, std::string_view host);

/// net::http_fetch, recorded at the client. An exchange without an answer leaves a record
/// "http.failure" with {method, target, host, error, tls_offer?}; `tls_offer` is there where it was
/// not the usual one.
net::awaitable<Result<net::HttpResponse>> tapped_fetch(net::World& world, Observer observer,
                                                       std::string from, net::Address to,
                                                       net::Security security,
                                                       net::HttpRequest request,
                                                       net::HttpLimits limits = {});

/// A handler that records what `handler` is asked and answers, at the server whose name is `host`.
net::HttpHandler tapped_handler(net::World& world, Observer observer, std::string host,
                                net::HttpHandler handler);

}  // namespace parley::mocks
