#include "mocks/partner/partner_client.h"

#include <algorithm>
#include <array>
#include <utility>

#include "harness/base/encoding.h"
#include "mocks/cast/hosts.h"
#include "mocks/client/client.h"
#include "mocks/client/client_login.h"
#include "mocks/client/operation_arguments.h"
#include "mocks/client/stanzas.h"
#include "mocks/partner/enlistment_request.h"
#include "mocks/partner/token_flaw.h"
#include "mocks/tap/http_tap.h"

namespace parley::mocks {
namespace {

using client::ClientCore;
using client::OperationEntry;
using net::awaitable;

/// After that the user has to ask for it.
constexpr unsigned kMostReconnects = 50;

class PartnerClient final : public driver::Party {
 public:
  PartnerClient(net::World& world, evidence::Recorder& recorder, const Cast& cast,
                const PartnerUserSettings& settings, client::ClientFault fault,
                std::shared_ptr<const wire::Profile> profile)
      : world_(world),
        cast_(cast),
        settings_(settings),
        core_(world, recorder, settings.id, evidence::Role::kPartnerClient, std::move(profile),
              fault, strategy(), cast_.interceptor),
        static_key_(crypto::X25519KeyPair::generate(*core_.context().random)) {
    core_.context().personal = {settings_.display_name, settings_.contacts};
    core_.context().media_host = cast_.hosts().media;
    core_.context().franking = settings_.franking;
  }

  /// Listens for wake-ups where the device has push.
  Status start();

  const std::string& id() const override { return settings_.id; }
  evidence::Role role() const override { return evidence::Role::kPartnerClient; }
  driver::Hello hello() const override;
  driver::EventLog& events() override { return core_.context().events; }
  awaitable<Result<json::object>> perform(std::string operation, json::object arguments) override;

 private:
  static std::span<const OperationEntry<PartnerClient>> operations();
  client::Strategy strategy();
  bool sends_media() const;
  /// As it tells the server.
  bool shows_read_receipts() {
    return settings_.read_receipts || core_.context().departs("ignores-receipt-setting");
  }

  awaitable<Result<json::object>> enlist(json::object arguments);
  awaitable<Result<json::object>> connect(json::object arguments);
  awaitable<Result<json::object>> delete_account(json::object arguments);
  awaitable<Result<json::object>> ping_user(json::object arguments);
  awaitable<Result<json::object>> request_token(json::object arguments);

  awaitable<Result<std::string>> fetch_token(EnlistmentFault fault, std::string name = {});
  awaitable<Result<std::string>> login_token(std::string kind);
  Result<wire::Jid> account_argument(const json::object& arguments);
  awaitable<Result<json::object>> answered_enlistment(net::HttpResponse response);
  json::object believed();
  awaitable<Result<wire::Jid>> resolve(std::string actor);
  awaitable<Result<std::string>> store_media(client::MediaUpload upload);
  awaitable<net::HttpResponse> wake(net::HttpRequest request);
  awaitable<void> connect_unasked();
  awaitable<void> come_back();
  Duration pause_before(unsigned attempt);
  awaitable<void> leave_unasked();
  std::string credential() const { return "Bearer " + device_credential(settings_.id); }
  std::string actor_of(const wire::Jid& jid) const;
  client::ChatEndpoint endpoint() const;

  net::World& world_;
  const Cast cast_;
  const PartnerUserSettings settings_;
  ClientCore core_;
  crypto::X25519KeyPair static_key_;
  std::string last_token_;  ///< the last good one
  bool deleted_ = false;    ///< who enlists again is somebody else, with other keys
  std::shared_ptr<net::Listener> wake_listener_;
};

client::Strategy PartnerClient::strategy() {
  client::Strategy strategy;
  strategy.resolve = [this](std::string actor) { return resolve(std::move(actor)); };
  strategy.actor_of = [this](const wire::Jid& jid) { return actor_of(jid); };
  strategy.store_media = [this](client::MediaUpload upload) {
    return store_media(std::move(upload));
  };
  strategy.receiving.media_prefixes = {"/v/t"};
  strategy.refuses_to_send = [](const std::string&) { return std::nullopt; };
  strategy.shows_read_receipts = [this] { return settings_.read_receipts; };
  strategy.shows_typing = [] { return true; };
  strategy.meet = [](wire::Jid) -> awaitable<void> { co_return; };
  strategy.on_own_stanza = [](const wire::Node&) { return false; };
  strategy.on_end = [this](const client::ChatEnding& ending) {
    const bool unasked = ending.reason != "requested" && ending.reason != "replaced";
    if (settings_.auto_reconnect && unasked) world_.spawn(come_back());
  };
  return strategy;
}

std::span<const OperationEntry<PartnerClient>> PartnerClient::operations() {
  static constexpr std::array<OperationEntry<PartnerClient>, 5> kOperations = {{
      {"enlist", &PartnerClient::enlist},
      {"connect", &PartnerClient::connect},
      {"delete-account", &PartnerClient::delete_account},
      {"ping-user", &PartnerClient::ping_user},
      {"request-token", &PartnerClient::request_token},
  }};
  return kOperations;
}

driver::Hello PartnerClient::hello() const {
  driver::Hello hello{"parley mock partner client", "1", driver::kProtocolVersion, {}};
  client::append_names(operations(), hello.capabilities);
  client::append_names(ClientCore::operations(), hello.capabilities);
  return hello;
}

bool PartnerClient::sends_media() const {
  const PartnerSettings* partner = cast_.partner(settings_.partner);
  return partner == nullptr || partner->sends_media;
}

awaitable<Result<json::object>> PartnerClient::perform(std::string operation,
                                                       json::object arguments) {
  if (operation == "send-media" && !sends_media()) {
    co_return make_error(ErrorCode::kUnsupported,
                         "users of " + settings_.partner + " send no media");
  }
  if (const auto* own = client::find_operation(operations(), operation)) {
    co_return co_await (this->*own->perform)(std::move(arguments));
  }
  if (const auto* shared = client::find_operation(ClientCore::operations(), operation)) {
    co_return co_await (core_.*shared->perform)(std::move(arguments));
  }
  co_return make_error(ErrorCode::kUnsupported,
                       "a partner user's client has no operation \"" + operation + "\"");
}

Status PartnerClient::start() {
  if (!settings_.auto_connect_on_push) return {};
  const net::Address address = wake_host(settings_.id);
  PARLEY_ASSIGN(wake_listener_, world_.network().listen(address, net::Security::kTls));
  const net::HttpHandler handler = [this](net::HttpRequest request) {
    return wake(std::move(request));
  };
  world_.spawn(
      net::http_serve(world_, wake_listener_,
                      tapped_handler(world_, core_.context().observer, address.host, handler)));
  return {};
}

// The operating system's push service carries no content, so neither does its stand-in.
awaitable<net::HttpResponse> PartnerClient::wake(net::HttpRequest request) {
  net::HttpResponse response;
  if (request.method == "POST" && request.target == "/leave") {
    if (core_.busy()) world_.spawn(leave_unasked());
  } else if (request.method != "POST" || request.target != "/wake") {
    response.status = 404;
  } else if (!request.body.empty()) {
    response.status = 400;
  } else {
    if (!core_.busy() && !core_.context().own.user.empty()) world_.spawn(connect_unasked());
  }
  co_return response;
}

awaitable<void> PartnerClient::connect_unasked() {
  // What becomes of it is told by events.
  (void)(co_await connect(json::object())).ok();
}

/// Doubles with every attempt up to a minute, and is drawn from half of that to one and a half, so
/// that clients which lost their server together do not come back together.
Duration PartnerClient::pause_before(unsigned attempt) {
  using std::chrono::milliseconds;
  if (core_.context().departs(client::ClientFault::kHastyReconnect)) return milliseconds(1000);
  const std::uint64_t longest = std::min<std::uint64_t>(60'000, 1'000ULL << std::min(attempt, 6U));
  return milliseconds(longest / 2 + core_.context().random->below(longest));
}

awaitable<void> PartnerClient::come_back() {
  for (unsigned attempt = 0; attempt < kMostReconnects; ++attempt) {
    co_await world_.wait_for(pause_before(attempt));
    if (core_.busy()) co_return;
    const Result<json::object> answer = co_await connect(json::object());
    if (!answer.ok()) continue;
    const std::int64_t code = get_int(*answer, "code").value_or(0);
    // Whatever else the server says no to, it will say no to again.
    if (code != 429 && code != 503) co_return;
  }
}

// The account is given back where the device can; where it cannot, the gatekeeper ends it in time.
awaitable<void> PartnerClient::leave_unasked() {
  (void)(co_await delete_account(json::object())).ok();
}

awaitable<Result<std::string>> PartnerClient::fetch_token(EnlistmentFault fault, std::string name) {
  if (fault == EnlistmentFault::kNone && !last_token_.empty() &&
      core_.context().departs("keeps-token")) {
    co_return last_token_;
  }
  net::HttpRequest request;
  request.method = "POST";
  request.target = "/token";
  request.headers = {{"Authorization", credential()}, {"Content-Type", "application/json"}};
  request.body = to_bytes(canonical(token_request(settings_.identifier, fault, name)));
  auto response = co_await client::device_fetch(core_.context(), partner_host(settings_.partner),
                                                std::move(request));
  if (!response.ok()) co_return at("token", std::move(response).error());
  auto token = client::answered_text(*response, "token");
  if (!token.ok()) co_return at("token", std::move(token).error());
  if (fault == EnlistmentFault::kBadToken) co_return with_damaged_signature(*token);
  if (fault == EnlistmentFault::kNone) last_token_ = *token;
  co_return token;
}

awaitable<Result<json::object>> PartnerClient::enlist(json::object arguments) {
  PARLEY_CO_TRY(client::only_arguments(arguments, {"fault", "fresh_keys", "version"}));
  PARLEY_CO_ASSIGN(const std::string name, client::string_argument_or(arguments, "fault", ""));
  PARLEY_CO_ASSIGN(const EnlistmentFault fault, parse_enlistment_fault(name));
  PARLEY_CO_ASSIGN(const bool fresh, client::flag_argument_or(arguments, "fresh_keys", false));
  if (fresh || std::exchange(deleted_, false)) {
    core_.renew_keys();
    static_key_ = crypto::X25519KeyPair::generate(*core_.context().random);
  }
  EnlistmentRequest enlistment;
  enlistment.chat_key = static_key_.public_key();
  enlistment.identifier = settings_.identifier;
  PARLEY_CO_ASSIGN(enlistment.version,
                   client::string_argument_or(arguments, "version", client::kFrameworkVersion));
  PARLEY_CO_ASSIGN(enlistment.token, co_await fetch_token(fault, name));
  net::HttpRequest request;
  request.method = "POST";
  request.target = "/3p/interop_reg";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.body =
      to_bytes(net::encode_form(enlistment_fields(enlistment, core_.account().store(), fault)));
  if (core_.context().departs("enlists-twice")) {
    (void)co_await client::device_fetch(core_.context(), cast_.hosts().enlistment, request);
  }
  const bool by_server = core_.context().departs(client::ClientFault::kServerEnlists);
  auto response = by_server
                      ? co_await tapped_fetch(
                            world_, core_.context().observer, partner_host(settings_.partner).host,
                            cast_.hosts().enlistment, net::Security::kTls, std::move(request))
                      : co_await client::device_fetch(core_.context(), cast_.hosts().enlistment,
                                                      std::move(request));
  if (!response.ok()) co_return at("enlist", std::move(response).error());
  co_return co_await answered_enlistment(std::move(*response));
}

// What follows where nobody looks at more than the HTTP status: an address that nobody gave.
json::object PartnerClient::believed() {
  const PartnerSettings* partner = cast_.partner(settings_.partner);
  wire::Jid& own = core_.context().own;
  own = {"10000000000000", std::string(client::kInteropServer)};
  own.integrator = partner == nullptr ? 0 : partner->integrator;
  core_.context().events.push("enlisted", {{"jid", own.text()}});
  return {{"status", "ok"}, {"jid", own.text()}};
}

// Success and failure are both HTTP 200 (framework, part 1.2): the member `status` decides.
awaitable<Result<json::object>> PartnerClient::answered_enlistment(net::HttpResponse response) {
  PARLEY_CO_ASSIGN(const json::value answer, parse_json(as_text(response.body), "enlistment"));
  const json::object members = answer.is_object() ? answer.get_object() : json::object();
  const auto status = get_string(members, "status");
  json::object result;
  if (status == "fail" && core_.context().departs("believes-200")) co_return believed();
  if (status == "fail") {
    const std::string reason(get_string(members, "reason").value_or(""));
    json::object facts;
    facts["reason"] = reason;
    core_.context().events.push("enlist-failed", std::move(facts));
    result["status"] = "fail";
    result["reason"] = reason;
    co_return result;
  }
  const auto login = wire::Jid::parse(get_string(members, "login").value_or(""));
  if (status != "ok" || !login || login->server != client::kInteropServer) {
    co_return make_error(ErrorCode::kInvalid, "not an answer to an enlistment", "enlist");
  }
  core_.context().own = *login;
  json::object facts;
  facts["jid"] = login->text();
  core_.context().events.push("enlisted", std::move(facts));
  result["status"] = "ok";
  result["jid"] = login->text();
  co_return result;
}

client::ChatEndpoint PartnerClient::endpoint() const {
  const std::string from = device_host(settings_.id);
  const ServiceHosts& hosts = cast_.hosts();
  if (settings_.transport == "websocket") {
    return {from, hosts.web_chat, net::Security::kTls, std::string(kWebChatPath)};
  }
  const PartnerSettings* partner = cast_.partner(settings_.partner);
  const bool proxied = partner != nullptr && partner->proxy;
  return {from, proxied ? partner_proxy_host(partner->id, hosts) : hosts.chat,
          net::Security::kPlain, ""};
}

// A fresh token for every connection; the other kinds are for showing that the server looks at it.
awaitable<Result<std::string>> PartnerClient::login_token(std::string kind) {
  if (core_.context().departs("login-without-token")) co_return std::string();
  if (kind == "absent") co_return std::string();
  if (kind == "expired") co_return co_await fetch_token(EnlistmentFault::kExpiredToken);
  if (kind == "bad") co_return co_await fetch_token(EnlistmentFault::kBadToken);
  if (kind == "held") co_return last_token_;
  if (parse_token_flaw(kind)) co_return co_await fetch_token(EnlistmentFault::kFlawedToken, kind);
  co_return co_await fetch_token(EnlistmentFault::kNone);
}

// Its own, or one that somebody else was given: to show that the server looks at whose it is.
Result<wire::Jid> PartnerClient::account_argument(const json::object& arguments) {
  if (!arguments.contains("account")) return core_.context().own;
  PARLEY_ASSIGN(const std::string address, client::string_argument(arguments, "account"));
  const std::optional<wire::Jid> account = wire::Jid::parse(address);
  if (!account || account->server != client::kInteropServer) {
    return make_error(ErrorCode::kInvalid, "\"" + address + "\" is no address of a partner's user");
  }
  return *account;
}

awaitable<Result<json::object>> PartnerClient::connect(json::object arguments) {
  PARLEY_CO_TRY(client::only_arguments(arguments, {"static_key", "token", "version", "account"}));
  if (core_.context().own.user.empty()) {
    co_return make_error(ErrorCode::kInvalid, settings_.id + " is not enlisted");
  }
  std::string kind = "fresh";
  if (arguments.contains("token")) {
    PARLEY_CO_ASSIGN(kind, client::string_argument(arguments, "token"));
    const bool known =
        kind == "fresh" || kind == "expired" || kind == "bad" || kind == "absent" || kind == "held";
    if (!known && !parse_token_flaw(kind)) {
      co_return make_error(ErrorCode::kInvalid, "unknown kind of token \"" + kind + "\"");
    }
  }
  crypto::X25519KeyPair key = static_key_;
  if (arguments.contains("static_key")) {
    PARLEY_CO_TRY(client::word_argument(arguments, "static_key", {"other"}));
    key = crypto::X25519KeyPair::generate(*core_.context().random);
  }
  PARLEY_CO_ASSIGN(const wire::Jid account, account_argument(arguments));
  PARLEY_CO_ASSIGN(const std::string token, co_await login_token(std::move(kind)));
  client::LoginPlan plan{endpoint(), std::move(key),
                         client::interop_login(account, token, shows_read_receipts())};
  PARLEY_CO_ASSIGN(const std::string version,
                   client::string_argument_or(arguments, "version", client::kFrameworkVersion));
  if (version == "absent") {
    plan.payload.clear_surrogate_protocol_version();
  } else {
    plan.payload.set_surrogate_protocol_version(version);
  }
  if (core_.context().departs(client::ClientFault::kBareLogin)) {
    plan.payload.clear_surrogate_protocol_version();
    plan.payload.clear_product();
  }
  PARLEY_CO_ASSIGN(const client::LoginAnswer answer, co_await core_.connect(std::move(plan)));
  if (answer.unenlisted) core_.context().events.push("unenlisted", {});
  co_return co_await core_.finish_connect(answer);
}

// What a device could try at its own server: without a credential, with another's, or for another's
// identifier.
awaitable<Result<json::object>> PartnerClient::request_token(json::object arguments) {
  PARLEY_CO_TRY(client::only_arguments(arguments, {"credential", "identifier_of"}));
  std::string shown = "own";
  if (arguments.contains("credential")) {
    PARLEY_CO_ASSIGN(shown,
                     client::word_argument(arguments, "credential", {"own", "absent", "wrong"}));
  }
  PARLEY_CO_ASSIGN(const std::string whose,
                   client::string_argument_or(arguments, "identifier_of", settings_.id));
  const PartnerUserSettings* user = cast_.partner_user(whose);
  if (user == nullptr) co_return make_error(ErrorCode::kInvalid, "no partner user " + whose);
  net::HttpRequest request;
  request.method = "POST";
  request.target = "/token";
  request.headers = {{"Content-Type", "application/json"}};
  if (shown == "own") request.headers.emplace_back("Authorization", credential());
  if (shown == "wrong") {
    request.headers.emplace_back("Authorization", "Bearer " + device_credential("nobody"));
  }
  request.body = to_bytes(canonical(token_request(user->identifier, EnlistmentFault::kNone)));
  auto response = co_await client::device_fetch(core_.context(), partner_host(settings_.partner),
                                                std::move(request));
  if (!response.ok()) co_return at("token", std::move(response).error());
  json::object result;
  const bool given = client::answered_text(*response, "token").ok();
  result["status"] = given ? "ok" : "fail";
  if (response->status != 200) {
    result["reason"] = std::to_string(response->status);
  } else if (!given) {
    result["reason"] = "no-token";
  }
  co_return result;
}

awaitable<Result<json::object>> PartnerClient::delete_account(json::object arguments) {
  PARLEY_CO_TRY(client::only_arguments(arguments, {}));
  client::ClientContext& context = core_.context();
  if (context.departs("leaves-by-degrees")) {
    for (int i = 0; i < 12; ++i) {
      (void)co_await core_.account().count();
    }
  }
  auto answer = co_await context.request(
      [&context](const std::string& id) { return client::account_delete(*context.profile, id); });
  if (!answer.ok()) co_return at("delete account", std::move(answer).error());
  deleted_ = true;
  if (const auto held = context.connection) co_await held->disconnect();
  co_return json::object();
}

awaitable<Result<json::object>> PartnerClient::ping_user(json::object arguments) {
  PARLEY_CO_TRY(client::only_arguments(arguments, {"to"}));
  PARLEY_CO_ASSIGN(std::string actor, client::string_argument(arguments, "to"));
  PARLEY_CO_ASSIGN(const wire::Jid to, co_await resolve(std::move(actor)));
  client::ClientContext& context = core_.context();
  auto answer = co_await context.request([&context, &to](const std::string& id) {
    return client::reachability_ping(*context.profile, id, to);
  });
  if (!answer.ok()) co_return at("reachability ping", std::move(answer).error());
  co_return json::object();
}

awaitable<Result<wire::Jid>> PartnerClient::resolve(std::string actor) {
  const WhatsappUserSettings* user = cast_.whatsapp_user(actor);
  if (user == nullptr) {
    co_return make_error(ErrorCode::kInvalid, "the cast has no WhatsApp user \"" + actor + "\"");
  }
  co_return wire::Jid{user->number, std::string(client::kNativeServer)};
}

std::string PartnerClient::actor_of(const wire::Jid& jid) const {
  if (jid.server != client::kNativeServer) return "";
  const WhatsappUserSettings* user = cast_.by_number(jid.user);
  return user == nullptr ? "" : user->id;
}

awaitable<Result<std::string>> PartnerClient::store_media(client::MediaUpload upload) {
  net::HttpRequest request;
  request.method = "POST";
  request.target = "/media";
  request.headers = std::move(upload.headers);
  request.headers.emplace_back("Authorization", credential());
  request.headers.emplace_back("Content-Type", "application/octet-stream");
  request.body = std::move(upload.encrypted);
  auto response = co_await client::device_fetch(core_.context(), partner_host(settings_.partner),
                                                std::move(request));
  if (!response.ok()) co_return at("media upload", std::move(response).error());
  auto reference = client::answered_text(*response, "storage_reference");
  if (!reference.ok()) co_return at("media upload", std::move(reference).error());
  const PartnerSettings* partner = cast_.partner(settings_.partner);
  co_return "/interop/whatsapp/download/" + std::to_string(partner->integrator) + "/" + *reference +
      "/";
}

}  // namespace

Result<std::unique_ptr<driver::Party>> make_partner_client(
    net::World& world, evidence::Recorder& recorder, const Cast& cast, std::string id,
    std::shared_ptr<const wire::Profile> profile) {
  const PartnerUserSettings* settings = cast.partner_user(id);
  if (settings == nullptr) {
    return make_error(ErrorCode::kNotFound, "the cast has no partner user \"" + id + "\"");
  }
  PARLEY_ASSIGN(const client::ClientFault fault, client::parse_client_fault(settings->fault));
  auto client = std::make_unique<PartnerClient>(world, recorder, cast.seen_by(id), *settings, fault,
                                                std::move(profile));
  PARLEY_TRY(client->start());
  return std::unique_ptr<driver::Party>(std::move(client));
}

}  // namespace parley::mocks
