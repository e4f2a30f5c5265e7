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
#include "harness/wire/media_policy.h"
#include "mocks/cast/hosts.h"
#include "mocks/cast/media_fault.h"
#include "mocks/partner/gatekeeper_callers.h"
#include "mocks/partner/partner_proxy.h"
#include "mocks/partner/token_claims.h"
#include "mocks/partner/token_flaw.h"
#include "mocks/partner/token_keys.h"
#include "mocks/partner/unasked_enlistment.h"
#include "mocks/tap/http_tap.h"
#include "mocks/tap/tls_probe.h"

namespace parley::mocks {
namespace {

using net::awaitable;
using net::HttpRequest;
using net::HttpResponse;

// A retired key stays until the last token that it signed has expired, with the clock skew that a
// verifier may allow for.
constexpr Duration kKeyOverlap = kTokenLife + std::chrono::minutes(5);
constexpr Duration kAbuseLimit = std::chrono::hours(24);
constexpr Duration kSlowAnswer = std::chrono::seconds(60);  // longer than a caller waits
constexpr std::size_t kReferenceBytes = 24;                 // nobody guesses 192 bits
// Deliberate defects: no HTTP/2, a version of TLS that is too old, not the newest.
constexpr std::string_view kHttp1Only = "http1-only";
constexpr std::string_view kOldTls = "old-tls";
constexpr std::string_view kGuessableReferences = "guessable-references";
constexpr std::string_view kNoNewTls = "no-new-tls";
constexpr std::array kFaults{kHttp1Only, kOldTls, kNoNewTls};
constexpr std::size_t kMaxStoredMedia = 1000;

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
  bool expired = false;  ///< its bytes are gone; that they were there is remembered
};

class PartnerServer final : public driver::Party {
 public:
  PartnerServer(net::World& world, evidence::Recorder& recorder, const Cast& cast,
                const PartnerSettings& settings)
      : world_(world),
        cast_(cast),
        settings_(settings),
        observer_{&recorder, evidence::Role::kPartnerServer, settings.id, cast.interceptor},
        events_(world, recorder, settings.id, evidence::Role::kPartnerServer),
        random_(world.random(settings.id)),
        keys_(settings.id, settings.integrator, settings.key_overlap.value_or(kKeyOverlap)),
        signs_since_(world.now()),
        callers_(world, observer_, cast_, settings_.id) {}

  Status start();

  const std::string& id() const override { return settings_.id; }
  evidence::Role role() const override { return evidence::Role::kPartnerServer; }
  driver::Hello hello() const override {
    return {"parley mock partner server",
            "1",
            driver::kProtocolVersion,
            {"rotate-keys", "set", "relocate", "probe-tls"}};
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
  static const std::array<Route, 6> kRoutes;

  awaitable<HttpResponse> answer(HttpRequest request);
  awaitable<HttpResponse> issue_token(const HttpRequest& request);
  awaitable<HttpResponse> publish_keys(const HttpRequest& request);
  awaitable<HttpResponse> store_media(const HttpRequest& request);
  awaitable<HttpResponse> serve_media(const HttpRequest& request);
  awaitable<HttpResponse> receive_push(const HttpRequest& request);
  awaitable<HttpResponse> receive_abuse_notice(const HttpRequest& request);

  /// The device that shows its credential, or null.
  const PartnerUserSettings* authenticated(const HttpRequest& request) const;
  /// Whether the partner vouches for the user: a user of its own, in the EEA, not limited for
  /// abuse.
  bool vouches_for(const PartnerUserSettings& user) const;
  const PartnerSettings* another_partner() const;
  void enlist_others(const PartnerUserSettings& chooser);
  Status start_proxies(const std::string& host);
  Result<json::object> relocate(const json::object& arguments);
  Result<json::object> set(const json::object& arguments);
  /// Whether the server has that defect: by its setting, or because somebody interferes.
  bool departs(std::string_view what) const {
    return settings_.fault == what || observer_.departs(what);
  }
  awaitable<Result<json::object>> probe(json::object arguments);
  /// The user with that identifier at that service, or null.
  const PartnerUserSettings* user_at(std::string_view service, std::string_view identifier) const;
  awaitable<void> wake(std::string user, std::string path);
  void forget_expired_media();
  /// Where the partner changes its key by itself: as if it had done so when the time was over.
  void rotate_where_due();

  net::World& world_;
  Cast cast_;
  PartnerSettings settings_;
  Observer observer_;
  driver::EventLog events_;
  std::unique_ptr<Random> random_;
  TokenKeys keys_;
  TimePoint signs_since_;  ///< when the key that signs began to, by the partner's own habit
  std::shared_ptr<net::Listener> listener_;
  std::map<std::string, StoredMedia, std::less<>> media_;
  GatekeeperCallers callers_;
  std::string endpoint_ = "up";
  std::vector<std::unique_ptr<PartnerProxy>> proxies_;
  MediaFault media_fault_ = MediaFault::kNone;
  Duration clock_skew_{};                                      ///< of the token server
  bool enlisted_others_ = false;                               ///< or had the occasion to
  std::map<std::string, std::string, std::less<>> locations_;  ///< of users who have moved
  std::map<std::string, TimePoint, std::less<>> limited_until_;
};

const std::array<PartnerServer::Route, 6> PartnerServer::kRoutes{{
    {"POST", "/token", false, &PartnerServer::issue_token},
    {"POST", "/media", false, &PartnerServer::store_media},
    {"GET", kPartnerKeysPath, true, &PartnerServer::publish_keys},
    {"POST", "/push", true, &PartnerServer::receive_push},
    {"POST", "/abuse", true, &PartnerServer::receive_abuse_notice},
    {"GET", "", true, &PartnerServer::serve_media},
}};

Status PartnerServer::start() {
  const net::Address address = partner_host(settings_.id);
  const auto newest = departs(kHttp1Only) ? net::HttpVersion::k1 : net::HttpVersion::k2;
  net::TlsOffer speaks = net::http_served_protocols(newest);
  if (departs(kOldTls)) speaks.versions.oldest = net::TlsVersion::k1_1;
  if (departs(kNoNewTls)) speaks.versions.newest = net::TlsVersion::k1_2;
  PARLEY_ASSIGN(listener_, world_.network().listen(address, net::Security::kTls, speaks));
  const net::HttpHandler handler = [this](HttpRequest request) {
    return answer(std::move(request));
  };
  net::HttpLimits limits;
  limits.body_bytes = wire::kLargestStoredFile * (departs("takes-any-size") ? 2 : 1);
  world_.spawn(net::http_serve(world_, listener_,
                               tapped_handler(world_, observer_, address.host, handler), limits));
  return settings_.proxy ? start_proxies(address.host) : Status();
}

Status PartnerServer::start_proxies(const std::string& host) {
  Observer proxy = observer_;
  proxy.role = evidence::Role::kPartnerProxy;
  for (const ServiceHosts* service : callers_.services()) {
    proxies_.push_back(
        std::make_unique<PartnerProxy>(world_, proxy, host, *service, settings_.fault));
    PARLEY_TRY(proxies_.back()->start());
  }
  return {};
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

bool PartnerServer::vouches_for(const PartnerUserSettings& user) const {
  const auto moved = locations_.find(user.id);
  const std::string& location = moved == locations_.end() ? user.location : moved->second;
  const auto limited = limited_until_.find(user.id);
  const bool abusive = limited != limited_until_.end() && world_.now() < limited->second;
  return (location == "eea" && !user.bridged && !abusive) || departs("tokens-for-all");
}

const PartnerSettings* PartnerServer::another_partner() const {
  for (const PartnerSettings& partner : cast_.partners) {
    if (partner.id != settings_.id) return &partner;
  }
  return nullptr;
}

// What no partner must do: where one of its users has chosen the function, it enlists all of them,
// with keys of its own.
void PartnerServer::enlist_others(const PartnerUserSettings& chooser) {
  for (const PartnerUserSettings& user : cast_.partner_users) {
    if (user.partner != settings_.id || user.id == chooser.id) continue;
    if (!observer_.departs("enlists-others")) continue;
    const std::int64_t now = unix_seconds(world_.now());
    UnaskedEnlistment enlistment{
        user.identifier, keys_.sign(token_claims(cast_, settings_, user, now)),
        partner_host(settings_.id).host, service_of(cast_, user).enlistment};
    world_.spawn(enlist_unasked(world_, observer_, *random_, std::move(enlistment)));
  }
}

// A token for the device's own identifier, as of now (framework, part 1.1). Three members of the
// request exist for tests alone: `issued_at_offset_seconds` moves the token's life, `issuer:
// "unknown"` names an integrator that nobody has an agreement with, and `flaw` is a TokenFlaw.
awaitable<HttpResponse> PartnerServer::issue_token(const HttpRequest& request) {
  const PartnerUserSettings* user = authenticated(request);
  if (user == nullptr) co_return plain(401);
  const Result<json::value> body = parse_json(as_text(request.body), "token request");
  if (!body.ok() || !body->is_object()) co_return plain(400);
  const json::object& asked = body->get_object();
  if (get_string(asked, "identifier") != user->identifier) co_return plain(403);
  if (!vouches_for(*user)) co_return plain(403);

  const std::int64_t offset = get_int(asked, "issued_at_offset_seconds").value_or(0);
  constexpr std::int64_t kLongestOffset = 10LL * 365 * 86400;
  if (offset < -kLongestOffset || offset > kLongestOffset) co_return plain(400);
  const std::int64_t now = unix_seconds(world_.now() + clock_skew_);
  json::object claims = token_claims(cast_, settings_, *user, now + offset);
  if (get_string(asked, "issuer") == "unknown") {
    claims["iss"] = "https://unknown.partner.test";
    claims["integrator"] = 65535;
  }
  rotate_where_due();
  if (!std::exchange(enlisted_others_, true)) enlist_others(*user);
  const auto flaw = parse_token_flaw(get_string(asked, "flaw").value_or(""));
  json::object out;
  out["token"] =
      flaw ? flawed_token(*flaw, keys_, std::move(claims), another_partner()) : keys_.sign(claims);
  co_return json_response(200, out);
}

awaitable<HttpResponse> PartnerServer::publish_keys(const HttpRequest&) {
  rotate_where_due();
  const crypto::JwkSet set = keys_.published(world_.now());
  json::object facts;
  facts["keys"] = set.keys.size();
  events_.push("jwks-served", std::move(facts));
  co_return json_response(200, set.to_json());
}

void PartnerServer::rotate_where_due() {
  const Duration habit = settings_.key_rotation.value_or(Duration::zero());
  if (habit <= Duration::zero() || world_.now() - signs_since_ < habit) return;
  signs_since_ += habit * ((world_.now() - signs_since_) / habit);
  keys_.rotate(signs_since_);
}

void PartnerServer::forget_expired_media() {
  const TimePoint now = world_.now();
  for (auto& [reference, media] : media_) {
    if (media.stored + wire::kMediaRetention > now) continue;
    media.expired = true;
    media.ciphertext = {};
  }
}

awaitable<HttpResponse> PartnerServer::store_media(const HttpRequest& request) {
  if (authenticated(request) == nullptr) co_return plain(401);
  forget_expired_media();
  if (media_.size() >= kMaxStoredMedia) co_return plain(507);
  const std::string reference = departs(kGuessableReferences)
                                    ? "file-" + std::to_string(1000 + media_.size())
                                    : base64url(random_->bytes(kReferenceBytes));
  media_[reference] = {request.body, world_.now(), false};
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
  if (found->second.expired) co_return plain(410);
  HttpResponse whole;
  whole.headers = {{"Content-Type", "application/octet-stream"}};
  whole.body = found->second.ciphertext;
  HttpResponse out = co_await faulty_file_answer(world_, media_fault_, request, std::move(whole));
  if (out.status == 200 || out.status == 206) {
    json::object facts;
    facts["reference"] = reference;
    facts["to"] = request.remote_host;
    events_.push("media-served", std::move(facts));
  }
  co_return out;
}

const PartnerUserSettings* PartnerServer::user_at(std::string_view service,
                                                  std::string_view identifier) const {
  for (const PartnerUserSettings& user : cast_.partner_users) {
    if (user.partner != settings_.id || user.identifier != identifier) continue;
    if (user.service == service || user.service.empty()) return &user;
  }
  return nullptr;
}

// Surrogate: how the gatekeeper tells a partner that a user of its misbehaves is not public. The
// user gets no tokens for a day.
awaitable<HttpResponse> PartnerServer::receive_abuse_notice(const HttpRequest& request) {
  const GatekeeperCallers::Caller caller =
      co_await callers_.identify(std::string(net::find_header(request.headers, "Authorization")));
  const Result<json::value> body = parse_json(as_text(request.body), "notice");
  const auto about = body.ok() && body->is_object() ? get_string(body->get_object(), "user")
                                                    : std::optional<std::string_view>();
  json::object facts;
  facts["about"] = json::string(about.value_or(""));
  facts["accepted"] = !caller.refusal && about.has_value();
  events_.push("abuse-notice", std::move(facts));
  if (caller.refusal) co_return plain(401);
  if (!about) co_return plain(400);
  if (const PartnerUserSettings* user = user_at(caller.service->service, *about)) {
    limited_until_[user->id] = world_.now() + kAbuseLimit;
  }
  co_return plain(200);
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
  const GatekeeperCallers::Caller caller =
      co_await callers_.identify(std::string(net::find_header(request.headers, "Authorization")));
  if (caller.refusal) co_return refuse(401, "", *caller.refusal);

  const Result<json::value> body = parse_json(as_text(request.body), "push");
  const auto to = body.ok() && body->is_object() ? get_string(body->get_object(), "to")
                                                 : std::optional<std::string_view>();
  if (!to) co_return refuse(400, "", "malformed-body");
  json::object facts;
  facts["to"] = json::string(*to);
  facts["accepted"] = true;
  events_.push("push", std::move(facts));
  const PartnerUserSettings* user = user_at(caller.service->service, *to);
  if (user != nullptr && user->auto_connect_on_push) world_.spawn(wake(user->id, "/wake"));
  if (user != nullptr && departs("wakes-all")) {
    for (const PartnerUserSettings& other : cast_.partner_users) {
      if (other.partner != settings_.id || other.id == user->id) continue;
      if (other.auto_connect_on_push) world_.spawn(wake(other.id, "/wake"));
    }
  }
  if (user == nullptr && departs("tells-unknown")) co_return plain(404);
  // The same answer for users that we do not know: the caller learns nothing.
  co_return plain(200);
}

awaitable<void> PartnerServer::wake(std::string user, std::string path) {
  HttpRequest request;
  request.method = "POST";
  request.target = std::move(path);
  // A device that does not answer stays asleep; the mailbox keeps the message.
  (void)co_await tapped_fetch(world_, observer_, partner_host(settings_.id).host, wake_host(user),
                              net::Security::kTls, std::move(request));
}

// Who has left the EEA gets no tokens any more, and the device is told to give the account back.
Result<json::object> PartnerServer::relocate(const json::object& arguments) {
  const auto who = get_string(arguments, "who");
  const auto location = get_string(arguments, "location");
  const PartnerUserSettings* user = cast_.partner_user(who.value_or(""));
  if (user == nullptr || user->partner != settings_.id) {
    return make_error(ErrorCode::kInvalid, "who is a user of " + settings_.id);
  }
  if (location != "eea" && location != "elsewhere") {
    return make_error(ErrorCode::kInvalid, "location is eea or elsewhere");
  }
  locations_[user->id] = *location;
  if (location == "elsewhere" && !departs("keeps-leavers")) {
    world_.spawn(wake(user->id, "/leave"));
  }
  return json::object();
}

awaitable<Result<json::object>> PartnerServer::probe(json::object arguments) {
  const ServiceHosts& service = cast_.hosts();
  const std::map<std::string_view, std::pair<net::Address, std::string_view>> hosts = {
      {"enlistment", {service.enlistment, "/"}},
      {"keys", {service.keys, kGatekeeperKeysPath}},
      {"media", {service.media, "/"}}};
  const auto host = hosts.find(get_string(arguments, "host").value_or(""));
  if (host == hosts.end()) {
    co_return make_error(ErrorCode::kInvalid, "host is one of enlistment, keys, media");
  }
  PARLEY_CO_ASSIGN(const net::TlsVersion version, tls_version_argument(arguments, "tls"));
  const auto& [address, target] = host->second;
  co_return co_await probe_tls(world_, observer_, partner_host(settings_.id).host, address,
                               std::string(target), version);
}

// How the endpoints answer; each argument stands for itself.
Result<json::object> PartnerServer::set(const json::object& arguments) {
  if (arguments.empty()) {
    return make_error(ErrorCode::kInvalid, "set takes endpoint, media or clock_skew");
  }
  if (const auto media = get_string(arguments, "media")) {
    PARLEY_ASSIGN(media_fault_, parse_media_fault(*media));
  }
  if (const auto skew = get_int(arguments, "clock_skew")) {
    if (*skew < -86400 || *skew > 86400) {
      return make_error(ErrorCode::kInvalid, "clock_skew is at most 86400 seconds");
    }
    clock_skew_ = std::chrono::seconds(*skew);
  }
  if (const auto endpoint = get_string(arguments, "endpoint")) {
    if (endpoint != "up" && endpoint != "down" && endpoint != "slow" && endpoint != "error") {
      return make_error(ErrorCode::kInvalid, "endpoint is one of up, down, slow, error");
    }
    if (endpoint != "up" || !departs("stays-down")) endpoint_ = *endpoint;
  }
  return json::object();
}

awaitable<Result<json::object>> PartnerServer::perform(std::string operation,
                                                       json::object arguments) {
  if (operation == "rotate-keys") {
    keys_.rotate(world_.now());
    if (departs("drops-old-keys")) keys_.retire_old();
    json::object out;
    out["kid"] = keys_.kid();
    co_return out;
  }
  if (operation == "relocate") co_return relocate(arguments);
  if (operation == "set") co_return set(arguments);
  if (operation == "probe-tls") co_return co_await probe(std::move(arguments));
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
  if (!settings->fault.empty() && std::ranges::find(kFaults, settings->fault) == kFaults.end() &&
      !(settings->proxy && is_proxy_fault(settings->fault))) {
    return make_error(ErrorCode::kInvalid,
                      "the mock partner server has no fault \"" + settings->fault + "\"");
  }
  auto server = std::make_unique<PartnerServer>(world, recorder, cast, *settings);
  PARLEY_TRY(server->start());
  return std::unique_ptr<driver::Party>(std::move(server));
}

}  // namespace parley::mocks
