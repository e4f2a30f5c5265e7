#include "mocks/partner/gatekeeper_callers.h"

#include <utility>

#include "harness/base/json.h"
#include "mocks/cast/hosts.h"
#include "mocks/tap/http_tap.h"

namespace parley::mocks {

using net::awaitable;

GatekeeperCallers::GatekeeperCallers(net::World& world, Observer observer, const Cast& cast,
                                     std::string partner)
    : world_(world), observer_(std::move(observer)), partner_(std::move(partner)) {
  for (const GatekeeperSettings& gatekeeper : cast.gatekeepers) {
    services_.push_back(find_service_hosts(gatekeeper.service));
  }
  if (services_.empty()) services_.push_back(&cast.hosts());
}

awaitable<Status> GatekeeperCallers::fetch_keys(const ServiceHosts& service) {
  net::HttpRequest request;
  request.target = std::string(kGatekeeperKeysPath);
  Result<net::HttpResponse> answer =
      co_await tapped_fetch(world_, observer_, partner_host(partner_).host, service.keys,
                            net::Security::kTls, std::move(request));
  if (!answer.ok()) co_return std::move(answer).error();
  if (answer->status != 200) {
    co_return make_error(ErrorCode::kRefused, "status " + std::to_string(answer->status));
  }
  PARLEY_CO_ASSIGN(crypto::JwkSet keys, crypto::JwkSet::parse(as_text(answer->body)));
  keys_.insert_or_assign(std::string(service.service), std::move(keys));
  co_return Status();
}

// The keys are fetched once and again when a token names one that we do not have.
awaitable<crypto::JwtVerdict> GatekeeperCallers::verify(std::string token,
                                                        const ServiceHosts& service) {
  const crypto::JwtRules rules{world_.now(), std::chrono::minutes(5), std::string(service.issuer),
                               partner_base_url(partner_)};
  crypto::JwtVerdict verdict;
  verdict.refusal = crypto::JwtRefusal::kUnknownKey;
  auto known = keys_.find(service.service);
  if (known != keys_.end()) verdict = crypto::verify_jwt(token, known->second, rules);
  if (!verdict.valid && verdict.refusal == crypto::JwtRefusal::kUnknownKey) {
    const Status fetched = co_await fetch_keys(service);
    known = keys_.find(service.service);
    if (fetched.ok()) verdict = crypto::verify_jwt(token, known->second, rules);
  }
  co_return verdict;
}

awaitable<GatekeeperCallers::Caller> GatekeeperCallers::identify(std::string authorization) {
  constexpr std::string_view kScheme = "Bearer ";
  Caller caller{services_.front(), std::nullopt};
  if (!authorization.starts_with(kScheme)) {
    caller.refusal = "no-token";
    co_return caller;
  }
  std::string token = authorization.substr(kScheme.size());
  const Result<crypto::JwtParts> parts = crypto::decode_jwt(token);
  for (const ServiceHosts* service : services_) {
    if (parts.ok() && get_string(parts->claims, "iss") == service->issuer) caller.service = service;
  }
  const crypto::JwtVerdict verdict = co_await verify(std::move(token), *caller.service);
  if (!verdict.valid) caller.refusal = std::string(to_string(verdict.refusal));
  co_return caller;
}

}  // namespace parley::mocks
