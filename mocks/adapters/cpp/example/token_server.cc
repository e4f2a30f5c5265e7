#include "mocks/adapters/cpp/example/token_server.h"

#include <chrono>
#include <utility>

#include "harness/base/bytes.h"
#include "harness/base/json_members.h"
#include "mocks/adapters/cpp/start_world.h"
#include "mocks/cast/cast.h"

namespace parley::adapters {
namespace {

constexpr std::string_view kKeyId = "example-1";
constexpr std::string_view kKeysPath = "/.well-known/oauth/openid/jwks";
constexpr std::string_view kBearer = "Bearer ";
constexpr std::chrono::seconds kTokenLife = std::chrono::hours(1);

net::HttpResponse plain(unsigned status) {
  net::HttpResponse response;
  response.status = status;
  return response;
}

net::HttpResponse with_json(const json::object& body) {
  net::HttpResponse response;
  response.headers = {{"Content-Type", "application/json"}};
  response.body = to_bytes(canonical(body));
  return response;
}

std::optional<json::object> body_of(const net::HttpRequest& request) {
  const Result<json::value> body = parse_json(as_text(request.body));
  if (!body.ok() || !body->is_object()) return std::nullopt;
  return body->get_object();
}

/// "https://v.whatsapp.net" of "https://v.whatsapp.net/3p/interop_reg".
std::string origin_of(const std::string& url) {
  return url.substr(0, url.find('/', std::string("https://").size()));
}

std::string host_of(const std::string& url) {
  return origin_of(url).substr(std::string("https://").size());
}

}  // namespace

driver::DriverHello token_server_hello() {
  driver::DriverHello hello;
  hello.name = "parley example in C++";
  hello.version = "1";
  hello.implementation = {"token server in C++", "1.0"};
  hello.seats = {std::string(driver::kPartnerServerSeat)};
  hello.addressing = {"interop", "native"};
  hello.capabilities = {std::string(driver::kPassTime)};
  hello.many_sessions = true;
  return hello;
}

Result<std::unique_ptr<Seat>> TokenServer::open(const driver::DriverStart& start,
                                                const crypto::RsaPrivateKey& key, Log& log) {
  if (!start.partner || start.partner->services.empty()) {
    return make_error(ErrorCode::kInvalid, "\"partner\" with its services is missing", "start");
  }
  PARLEY_ASSIGN(const net::GuestOptions options, guest_options(start, 1));
  std::unique_ptr<TokenServer> server(new TokenServer(start, key));
  for (const driver::ActorSpec& one : start.cast) {
    if (one.kind != "partner-user" || one.of != start.actor.id) continue;
    const auto wanted = get_string(one.settings, "service").value_or("whatsapp");
    User user{std::string(get_string(one.settings, "identifier").value_or("")),
              start.partner->services.front()};
    for (const driver::DriverService& service : start.partner->services) {
      if (service.service == wanted) user.service = service;
    }
    // Devices of synthetic persons show what Parley's mocks make of their names.
    server->users_[std::string(kBearer) + mocks::device_credential(one.id)] = std::move(user);
  }
  PARLEY_ASSIGN(server->world_, net::make_guest_world(options, log));
  server->recorder_ = std::make_unique<evidence::Recorder>(server->world_->clock());
  server->events_ = std::make_unique<driver::EventLog>(
      *server->world_, *server->recorder_, start.actor.id, evidence::Role::kPartnerServer);
  return std::unique_ptr<Seat>(std::move(server));
}

TokenServer::~TokenServer() {
  if (world_) world_->shutdown();
}

net::awaitable<Status> TokenServer::begin() {
  const auto name = start_.partner->listen.find("https");
  if (name == start_.partner->listen.end()) {
    co_return make_error(ErrorCode::kInvalid, "\"https\" is missing", "start: listen");
  }
  PARLEY_CO_ASSIGN(const net::Address address, parse_host(name->second));
  PARLEY_CO_ASSIGN(auto listener, world_->network().listen(address, net::Security::kTls));
  world_->spawn(net::http_serve(*world_, std::move(listener), [this](net::HttpRequest request) {
    return answer(std::move(request));
  }));
  co_return Status();
}

json::object TokenServer::listening() const {
  json::object where;
  for (const auto& [name, endpoint] : net::outside_of(*world_)->listening()) {
    where["https"] = endpoint.text();
  }
  return where;
}

net::awaitable<Result<json::object>> TokenServer::perform(std::string operation, json::object) {
  co_return make_error(ErrorCode::kUnsupported, "the example does not perform " + operation);
}

net::awaitable<net::HttpResponse> TokenServer::answer(net::HttpRequest request) {
  if (request.method == "GET" && request.target == kKeysPath) co_return publish_key();
  if (request.method == "POST" && request.target == "/token") co_return issue_token(request);
  if (request.method == "POST" && request.target == "/push") {
    co_return co_await take_push(std::move(request));
  }
  co_return plain(404);
}

net::HttpResponse TokenServer::publish_key() {
  crypto::JwkSet set;
  set.keys.push_back({std::string(kKeyId), key_.public_key()});
  events_->push("jwks-served", {{"keys", 1}});
  return with_json(set.to_json());
}

net::HttpResponse TokenServer::issue_token(const net::HttpRequest& request) const {
  const auto user = users_.find(std::string(net::find_header(request.headers, "authorization")));
  if (user == users_.end()) return plain(401);
  const auto asked = body_of(request);
  if (!asked) return plain(400);
  if (get_string(*asked, "identifier") != user->second.identifier) return plain(403);
  const std::int64_t now = unix_seconds(world_->now());
  json::object claims;
  claims["iss"] = start_.partner->server;
  claims["sub"] = user->second.identifier;
  claims["aud"] = origin_of(user->second.service.enlistment);
  claims["integrator"] = get_int(start_.actor.settings, "integrator").value_or(0);
  claims["iat"] = now;
  claims["nbf"] = now;
  claims["exp"] = now + kTokenLife.count();
  return with_json({{"token", crypto::sign_jwt(key_, kKeyId, claims)}});
}

// Why the caller is not the gatekeeper; nothing where it is.
net::awaitable<std::optional<std::string>> TokenServer::refusal(const net::HttpRequest& request) {
  const std::string shown(net::find_header(request.headers, "authorization"));
  if (!shown.starts_with(kBearer)) co_return std::string("no-token");
  const std::string token = shown.substr(kBearer.size());
  const driver::DriverService& service = start_.partner->services.front();
  net::HttpRequest fetch;
  fetch.target = service.keys.substr(origin_of(service.keys).size());
  const Result<net::HttpResponse> answer = co_await net::http_fetch(
      *world_, host_of(start_.partner->server), net::Address{host_of(service.keys), 443},
      net::Security::kTls, std::move(fetch));
  const Result<crypto::JwkSet> keys =
      answer.ok() ? crypto::JwkSet::parse(as_text(answer->body)) : answer.error();
  if (!keys.ok()) co_return std::string("unknown-key");
  const crypto::JwtVerdict verdict = crypto::verify_jwt(
      token, *keys,
      {world_->now(), std::chrono::minutes(5), service.issuer, start_.partner->server});
  if (verdict.valid) co_return std::nullopt;
  co_return std::string(to_string(verdict.refusal));
}

net::awaitable<net::HttpResponse> TokenServer::take_push(net::HttpRequest request) {
  std::optional<std::string> reason = co_await refusal(request);
  const bool authentic = !reason;
  const auto body = body_of(request);
  const auto to = body ? get_string(*body, "to") : std::nullopt;
  if (!reason && !to) reason = "malformed-body";
  json::object facts{{"to", to.value_or("")}, {"accepted", !reason}};
  if (reason) facts["reason"] = *reason;
  events_->push("push", std::move(facts));
  co_return plain(!authentic ? 401 : reason ? 400 : 200);
}

}  // namespace parley::adapters
