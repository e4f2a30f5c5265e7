#include "mocks/partner/partner_server.h"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <optional>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/crypto/hash.h"
#include "harness/crypto/jwt.h"
#include "mocks/cast/hosts.h"
#include "mocks/partner/partner_proxy.h"
#include "mocks/partner/token_keys.h"
#include "mocks/tap/http_tap.h"

namespace parley::mocks {
namespace {

using net::awaitable;
using net::HttpRequest;
using net::HttpResponse;

constexpr Duration kTokenLife = std::chrono::hours(1);
constexpr Duration kMediaRetention = std::chrono::hours(24 * 30);
constexpr Duration kSlowAnswer = std::chrono::seconds(60);  // longer than a caller waits
constexpr std::size_t kReferenceBytes = 24;                 // nobody guesses 192 bits
constexpr std::size_t kMaxStoredMedia = 1000;

// Deliberate defects. This one speaks no HTTP/2.
constexpr std::string_view kHttp1Only = "http1-only";

HttpResponse plain(unsigned status) {
  HttpResponse out;
  out.status = status;
  return out;
}

HttpResponse json_response(unsigned status, const json::object& body) {
  HttpResponse out;
  out.status = status;
  out.headers = {{"Content-Type", "application/json"}};
  out.body = to_bytes(canonical(body));
  return out;
}

struct StoredMedia {
  Bytes ciphertext;
  TimePoint stored;
};

class PartnerServer final : public driver::Party {
 public:
  PartnerServer(net::World& world, evidence::Recorder& recorder, const Cast& cast,
                const PartnerSettings& settings)
      : world_(world),
        cast_(cast),
        settings_(settings),
        observer_{&recorder, evidence::Role::kPartnerServer, settings.id},
        events_(world, recorder, settings.id, evidence::Role::kPartnerServer),
        random_(world.random(settings.id)),
        keys_(settings.id, settings.integrator, kTokenLife) {}

  Status start();

  const std::string& id() const override { return settings_.id; }
  evidence::Role role() const override { return evidence::Role::kPartnerServer; }
  driver::Hello hello() const override {
    return {"parley mock partner server", "1", driver::kProtocolVersion, {"rotate-keys", "set"}};
  }
  awaitable<Result<json::object>> perform(std::string operation, json::object arguments) override;
  driver::EventLog& events() override { return events_; }

 private:
  using Handler = awaitable<HttpResponse> (PartnerServer::*)(const HttpRequest&);
  struct Route {
    std::string_view method;
    std::string_view path;  ///< the whole target; empty: anything not named by another route
    bool for_gatekeeper;    ///< subject to `set endpoint`
    Handler handler;
  };
  static const std::array<Route, 5> kRoutes;

  awaitable<HttpResponse> answer(HttpRequest request);
  awaitable<HttpResponse> issue_token(const HttpRequest& request);
  awaitable<HttpResponse> publish_keys(const HttpRequest& request);
  awaitable<HttpResponse> store_media(const HttpRequest& request);
  awaitable<HttpResponse> serve_media(const HttpRequest& request);
  awaitable<HttpResponse> receive_push(const HttpRequest& request);

  /// The device that shows its credential, or null.
  const PartnerUserSettings* authenticated(const HttpRequest& request) const;
  awaitable<crypto::JwtVerdict> verify_push(std::string token);
  awaitable<Status> fetch_gatekeeper_keys();
  awaitable<void> wake(std::string user);
  void forget_expired_media();

  net::World& world_;
  Cast cast_;
  PartnerSettings settings_;
  Observer observer_;
  driver::EventLog events_;
  std::unique_ptr<Random> random_;
  TokenKeys keys_;
  std::shared_ptr<net::Listener> listener_;
  std::map<std::string, StoredMedia, std::less<>> media_;
  std::optional<crypto::JwkSet> gatekeeper_keys_;
  std::string endpoint_ = "up";
  std::unique_ptr<PartnerProxy> proxy_;
};

const std::array<PartnerServer::Route, 5> PartnerServer::kRoutes{{
    {"POST", "/token", false, &PartnerServer::issue_token},
    {"POST", "/media", false, &PartnerServer::store_media},
    {"GET", kPartnerKeysPath, true, &PartnerServer::publish_keys},
    {"POST", "/push", true, &PartnerServer::receive_push},
    {"GET", "", true, &PartnerServer::serve_media},
}};

Status PartnerServer::start() {
  const net::Address address = partner_host(settings_.id);
  const auto newest = settings_.fault == kHttp1Only ? net::HttpVersion::k1 : net::HttpVersion::k2;
  PARLEY_ASSIGN(listener_,
                world_.network().listen(address, net::Security::kTls, net::http_protocols(newest)));
  const net::HttpHandler handler = [this](HttpRequest request) {
    return answer(std::move(request));
  };
  world_.spawn(
      net::http_serve(world_, listener_, tapped_handler(observer_, address.host, handler)));
  if (!settings_.proxy) return {};
  proxy_ = std::make_unique<PartnerProxy>(world_, observer_, address.host, settings_.fault);
  return proxy_->start();
}

awaitable<HttpResponse> PartnerServer::answer(HttpRequest request) {
  for (const Route& route : kRoutes) {
    if (route.method != request.method) continue;
    if (!route.path.empty() && route.path != request.target) continue;
    if (route.for_gatekeeper) {
      if (endpoint_ == "down") co_return plain(503);
      if (endpoint_ == "error") co_return plain(500);
      if (endpoint_ == "slow") co_await world_.wait_for(kSlowAnswer);
    }
    co_return co_await (this->*route.handler)(request);
  }
  co_return plain(404);
}

const PartnerUserSettings* PartnerServer::authenticated(const HttpRequest& request) const {
  const std::string_view header = net::find_header(request.headers, "Authorization");
  for (const PartnerUserSettings& user : cast_.partner_users) {
    if (user.partner != settings_.id) continue;
    const std::string expected = "Bearer " + device_credential(user.id);
    if (crypto::equal_constant_time(as_bytes(expected), as_bytes(header))) return &user;
  }
  return nullptr;
}

// A token for the device's own identifier, as of now (framework, part 1.1). Two members of the
// request exist for tests alone: `issued_at_offset_seconds` moves the token's life, and `issuer:
// "unknown"` names an integrator that nobody has an agreement with.
awaitable<HttpResponse> PartnerServer::issue_token(const HttpRequest& request) {
  const PartnerUserSettings* user = authenticated(request);
  if (user == nullptr) co_return plain(401);
  const Result<json::value> body = parse_json(as_text(request.body), "token request");
  if (!body.ok() || !body->is_object()) co_return plain(400);
  const json::object& asked = body->get_object();
  if (get_string(asked, "identifier") != user->identifier) co_return plain(403);

  const std::int64_t offset = get_int(asked, "issued_at_offset_seconds").value_or(0);
  constexpr std::int64_t kLongestOffset = 10LL * 365 * 86400;
  if (offset < -kLongestOffset || offset > kLongestOffset) co_return plain(400);
  const std::int64_t issued = unix_seconds(world_.now()) + offset;
  const bool unknown = get_string(asked, "issuer") == "unknown";
  json::object claims;
  claims["iss"] = unknown ? "https://unknown.partner.test" : partner_base_url(settings_.id);
  claims["sub"] = user->identifier;
  claims["aud"] = "https://" + enlistment_host().host;
  claims["integrator"] = unknown ? 65535 : settings_.integrator;
  claims["iat"] = issued;
  claims["nbf"] = issued;
  claims["exp"] = issued + std::chrono::duration_cast<std::chrono::seconds>(kTokenLife).count();
  json::object out;
  out["token"] = keys_.sign(claims);
  co_return json_response(200, out);
}

awaitable<HttpResponse> PartnerServer::publish_keys(const HttpRequest&) {
  const crypto::JwkSet set = keys_.published(world_.now());
  json::object facts;
  facts["keys"] = set.keys.size();
  events_.push("jwks-served", std::move(facts));
  co_return json_response(200, set.to_json());
}

void PartnerServer::forget_expired_media() {
  const TimePoint now = world_.now();
  std::erase_if(media_,
                [&](const auto& entry) { return entry.second.stored + kMediaRetention <= now; });
}

awaitable<HttpResponse> PartnerServer::store_media(const HttpRequest& request) {
  if (authenticated(request) == nullptr) co_return plain(401);
  forget_expired_media();
  if (media_.size() >= kMaxStoredMedia) co_return plain(507);
  const std::string reference = base64url(random_->bytes(kReferenceBytes));
  media_[reference] = {request.body, world_.now()};
  json::object facts;
  facts["reference"] = reference;
  facts["size"] = request.body.size();
  events_.push("media-stored", std::move(facts));
  json::object out;
  out["storage_reference"] = reference;
  co_return json_response(201, out);
}

awaitable<HttpResponse> PartnerServer::serve_media(const HttpRequest& request) {
  forget_expired_media();
  const std::string reference = request.target.substr(1);
  const auto found = media_.find(reference);
  if (found == media_.end()) co_return plain(404);
  json::object facts;
  facts["reference"] = reference;
  facts["to"] = request.remote_host;
  events_.push("media-served", std::move(facts));
  HttpResponse out;
  out.headers = {{"Content-Type", "application/octet-stream"}};
  out.body = found->second.ciphertext;
  co_return out;
}

awaitable<Status> PartnerServer::fetch_gatekeeper_keys() {
  HttpRequest request;
  request.target = std::string(kGatekeeperKeysPath);
  Result<HttpResponse> answer =
      co_await tapped_fetch(world_, observer_, partner_host(settings_.id).host, key_host(),
                            net::Security::kTls, std::move(request));
  if (!answer.ok()) co_return std::move(answer).error();
  if (answer->status != 200) {
    co_return make_error(ErrorCode::kRefused, "status " + std::to_string(answer->status));
  }
  PARLEY_CO_ASSIGN(gatekeeper_keys_, crypto::JwkSet::parse(as_text(answer->body)));
  co_return Status();
}

// The keys are fetched once and again when a token names one that we do not have.
awaitable<crypto::JwtVerdict> PartnerServer::verify_push(std::string token) {
  const crypto::JwtRules rules{world_.now(), std::chrono::minutes(5), "WHATSAPP",
                               partner_base_url(settings_.id)};
  crypto::JwtVerdict verdict;
  verdict.refusal = crypto::JwtRefusal::kUnknownKey;
  if (gatekeeper_keys_) verdict = crypto::verify_jwt(token, *gatekeeper_keys_, rules);
  if (!verdict.valid && verdict.refusal == crypto::JwtRefusal::kUnknownKey) {
    const Status fetched = co_await fetch_gatekeeper_keys();
    if (fetched.ok()) verdict = crypto::verify_jwt(token, *gatekeeper_keys_, rules);
  }
  co_return verdict;
}

awaitable<HttpResponse> PartnerServer::receive_push(const HttpRequest& request) {
  const auto refuse = [this](unsigned status, std::string_view to, std::string_view reason) {
    json::object facts;
    facts["to"] = json::string(to);
    facts["accepted"] = false;
    facts["reason"] = json::string(reason);
    events_.push("push", std::move(facts));
    return plain(status);
  };
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view header = net::find_header(request.headers, "Authorization");
  if (!header.starts_with(kScheme)) co_return refuse(401, "", "no-token");
  const crypto::JwtVerdict verdict =
      co_await verify_push(std::string(header.substr(kScheme.size())));
  if (!verdict.valid) co_return refuse(401, "", to_string(verdict.refusal));

  const Result<json::value> body = parse_json(as_text(request.body), "push");
  const auto to = body.ok() && body->is_object() ? get_string(body->get_object(), "to")
                                                 : std::optional<std::string_view>();
  if (!to) co_return refuse(400, "", "malformed-body");
  json::object facts;
  facts["to"] = json::string(*to);
  facts["accepted"] = true;
  events_.push("push", std::move(facts));
  for (const PartnerUserSettings& user : cast_.partner_users) {
    if (user.partner == settings_.id && user.identifier == *to && user.auto_connect_on_push) {
      world_.spawn(wake(user.id));
    }
  }
  // The same answer for users that we do not know: the caller learns nothing.
  co_return plain(200);
}

awaitable<void> PartnerServer::wake(std::string user) {
  HttpRequest request;
  request.method = "POST";
  request.target = "/wake";
  // A device that does not answer stays asleep; the mailbox keeps the message.
  (void)co_await tapped_fetch(world_, observer_, partner_host(settings_.id).host, wake_host(user),
                              net::Security::kTls, std::move(request));
}

awaitable<Result<json::object>> PartnerServer::perform(std::string operation,
                                                       json::object arguments) {
  if (operation == "rotate-keys") {
    keys_.rotate(world_.now());
    json::object out;
    out["kid"] = keys_.kid();
    co_return out;
  }
  if (operation == "set") {
    const auto endpoint = get_string(arguments, "endpoint");
    if (endpoint != "up" && endpoint != "down" && endpoint != "slow" && endpoint != "error") {
      co_return make_error(ErrorCode::kInvalid, "endpoint is one of up, down, slow, error");
    }
    endpoint_ = *endpoint;
    co_return json::object();
  }
  co_return make_error(ErrorCode::kUnsupported,
                       "the mock partner server does not perform \"" + operation + "\"");
}

}  // namespace

Result<std::unique_ptr<driver::Party>> make_partner_server(net::World& world,
                                                           evidence::Recorder& recorder,
                                                           const Cast& cast, std::string id) {
  const PartnerSettings* settings = cast.partner(id);
  if (settings == nullptr) {
    return make_error(ErrorCode::kNotFound, "the cast has no partner \"" + id + "\"");
  }
  if (!settings->fault.empty() && settings->fault != kHttp1Only &&
      !(settings->proxy && is_proxy_fault(settings->fault))) {
    return make_error(ErrorCode::kInvalid,
                      "the mock partner server has no fault \"" + settings->fault + "\"");
  }
  auto server = std::make_unique<PartnerServer>(world, recorder, cast, *settings);
  PARLEY_TRY(server->start());
  return std::unique_ptr<driver::Party>(std::move(server));
}

}  // namespace parley::mocks
