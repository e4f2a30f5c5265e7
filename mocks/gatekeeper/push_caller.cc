#include "mocks/gatekeeper/push_caller.h"

#include <iterator>
#include <utility>

#include "harness/base/json.h"
#include "mocks/cast/hosts.h"
#include "mocks/tap/http_tap.h"

namespace parley::mocks::gatekeeper {

PushCaller::PushCaller(net::World& world, Observer observer, driver::EventLog& events,
                       const OwnKeys& keys, net::HttpVersion http)
    : world_(world), observer_(std::move(observer)), events_(events), keys_(keys), http_(http) {}

void PushCaller::wake(std::string partner, std::string identifier, std::function<bool()> connected,
                      std::function<void()> gave_up) {
  if (!under_way_.emplace(partner, identifier).second) return;
  world_.spawn(
      call(std::move(partner), std::move(identifier), std::move(connected), std::move(gave_up)));
}

net::awaitable<void> PushCaller::call(std::string partner, std::string identifier,
                                      std::function<bool()> connected,
                                      std::function<void()> gave_up) {
  for (std::size_t retry = 0;; ++retry) {
    if (connected()) break;
    std::string token = keys_.push_token(partner_base_url(partner), world_.now());
    const unsigned status = co_await attempt(partner, identifier, std::move(token));
    events_.push("pushed", {{"partner", partner},
                            {"status", static_cast<std::int64_t>(status)},
                            {"attempt", static_cast<std::int64_t>(retry + 1)}});
    if (status != 0 && status < 500) break;
    if (retry == std::size(kPushPauses)) {
      gave_up();
      break;
    }
    co_await world_.wait_for(kPushPauses[retry]);
  }
  under_way_.erase({partner, identifier});
}

net::awaitable<unsigned> PushCaller::attempt(std::string partner, std::string identifier,
                                             std::string token, net::TlsVersions tls) {
  json::object body;
  body["to"] = identifier;
  co_return co_await post(std::move(partner), "/push", std::move(body), std::move(token), tls);
}

net::awaitable<unsigned> PushCaller::post(std::string partner, std::string path, json::object body,
                                          std::string token, net::TlsVersions tls) {
  net::HttpRequest request;
  request.tls_offer = tls;
  request.method = "POST";
  request.target = std::move(path);
  request.version = http_;
  request.headers = {{"Content-Type", "application/json"}};
  if (!token.empty()) request.headers.emplace_back("Authorization", "Bearer " + token);
  request.body = to_bytes(canonical(body));
  net::HttpLimits limits;
  limits.body_bytes = 64 * 1024;
  limits.timeout = std::chrono::seconds(10);
  const auto response =
      co_await tapped_fetch(world_, observer_, keys_.service().egress, partner_host(partner),
                            net::Security::kTls, std::move(request), limits);
  co_return response.ok() ? response->status : 0;
}

}  // namespace parley::mocks::gatekeeper
