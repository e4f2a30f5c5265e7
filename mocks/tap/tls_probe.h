// Asks a server whether it speaks a version of TLS: the operation `probe-tls`.
#pragma once

#include <string>

#include "harness/base/json.h"
#include "harness/base/result.h"
#include "harness/net/http.h"
#include "mocks/tap/observer.h"

namespace parley::mocks {

/// GET `target` with that one version on offer, recorded at the client. {status: "ok", tls_version,
/// http_status}, or {status: "fail", reason}: the name of the error, "refused" where the server
/// does not speak the version.
net::awaitable<json::object> probe_tls(net::World& world, Observer observer, std::string from,
                                       net::Address to, std::string target,
                                       net::TlsVersion version);

/// The argument `name`: "1.1", "1.2" or "1.3"; kInvalid otherwise.
Result<net::TlsVersion> tls_version_argument(const json::object& arguments, std::string_view name);

}  // namespace parley::mocks
