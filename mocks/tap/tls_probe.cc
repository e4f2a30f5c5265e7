#include "mocks/tap/tls_probe.h"

#include <optional>
#include <utility>

#include "mocks/tap/http_tap.h"

namespace parley::mocks {

net::awaitable<json::object> probe_tls(net::World& world, Observer observer, std::string from,
                                       net::Address to, std::string target,
                                       net::TlsVersion version) {
  net::HttpRequest request;
  request.target = std::move(target);
  request.tls_offer = net::TlsVersions::only(version);
  const auto response =
      co_await tapped_fetch(world, std::move(observer), std::move(from), std::move(to),
                            net::Security::kTls, std::move(request));
  json::object result;
  result["status"] = response.ok() ? "ok" : "fail";
  if (!response.ok()) {
    result["reason"] = to_string(response.error().code);
    co_return result;
  }
  result["http_status"] = static_cast<std::int64_t>(response->status);
  if (response->tls_version) result["tls_version"] = net::to_string(*response->tls_version);
  co_return result;
}

Result<net::TlsVersion> tls_version_argument(const json::object& arguments, std::string_view name) {
  const auto version = net::parse_tls_version(get_string(arguments, name).value_or(""));
  if (version) return *version;
  return make_error(ErrorCode::kInvalid, "argument \"" + std::string(name) +
                                             "\" must be a version of TLS: 1.1, 1.2, 1.3");
}

}  // namespace parley::mocks
