#include "mocks/gatekeeper/gatekeeper.h"

#include <algorithm>
#include <array>
#include <utility>

#include "harness/base/json.h"
#include "harness/net/http.h"
#include "mocks/cast/hosts.h"
#include "mocks/gatekeeper/backend.h"
#include "mocks/gatekeeper/chat_server.h"
#include "mocks/gatekeeper/chat_session.h"
#include "mocks/gatekeeper/enlistment.h"
#include "mocks/gatekeeper/fault_operations.h"
#include "mocks/gatekeeper/media_host.h"
#include "mocks/gatekeeper/world_acts.h"
#include "mocks/tap/http_tap.h"

namespace parley::mocks {
namespace {

using gatekeeper::Account;

struct StreamError {
  std::int64_t code;
  gatekeeper::Ending ending;
};
constexpr std::array<StreamError, 3> kStreamErrors = {{
    {401, gatekeeper::Ending::kRemoved},
    {503, gatekeeper::Ending::kUnavailable},
    {515, gatekeeper::Ending::kRestart},
}};

struct FaultOperation {
  std::string_view name;
  Result<json::object> (*perform)(gatekeeper::Backend&, const json::object&);
};
constexpr std::array<FaultOperation, 3> kFaultOperations = {{
    {"fault", gatekeeper::order_fault},
    {"cut-connection", gatekeeper::cut_connection},
    {"inject", gatekeeper::inject},
}};

std::vector<std::string> others_of(const Cast& cast, std::string_view id) {
  std::vector<std::string> others;
  for (const GatekeeperSettings& one : cast.gatekeepers) {
    if (one.id != id) others.push_back(one.id);
  }
  return others;
}

class Gatekeeper final : public driver::Party {
 public:
  Gatekeeper(net::World& world, evidence::Recorder& recorder, const Cast& cast, std::string id,
             std::shared_ptr<const wire::Profile> profile)
      : id_(std::move(id)),
        others_(others_of(cast, id_)),
        backend_(world,
                 Observer{&recorder, evidence::Role::kGatekeeperServer, id_, cast.interceptor},
                 cast.seen_by(id_), std::move(profile)),
        enlistment_(backend_),
        media_(world, backend_.observer, backend_.cast, backend_.own_keys),
        chat_(backend_) {}

  /// Takes the host names and serves on them.
  Status open();
  net::awaitable<Status> begin(driver::Stage stage) override;

  const std::string& id() const override { return id_; }
  evidence::Role role() const override { return evidence::Role::kGatekeeperServer; }
  driver::Hello hello() const override {
    driver::Hello hello;
    hello.name = "parley mock gatekeeper";
    hello.version = "0.1.0";
    hello.capabilities = {"mailbox", "server-ping", "set", "stream-error"};
    for (const FaultOperation& fault : kFaultOperations) {
      hello.capabilities.emplace_back(fault.name);
    }
    for (const gatekeeper::WorldAct& act : gatekeeper::world_acts()) {
      hello.capabilities.emplace_back(act.operation);
    }
    return hello;
  }
  net::awaitable<Result<json::object>> perform(std::string operation,
                                               json::object arguments) override;
  driver::EventLog& events() override { return backend_.events; }

 private:
  Status serve_http(const net::Address& address, net::HttpHandler handler,
                    net::HttpLimits limits = {});
  Result<Account*> account_argument(const json::object& arguments, std::string_view name);
  Result<json::object> count_mail(const json::object& arguments);
  Result<gatekeeper::ChatSession*> session_of(const Account& account);
  net::awaitable<Result<json::object>> ping(json::object arguments);
  Result<json::object> set(const json::object& arguments);
  Result<json::object> end_stream(const json::object& arguments);
  net::awaitable<Result<json::object>> pair(json::object arguments);

  const std::string id_;
  const std::vector<std::string> others_;  ///< gatekeepers of other services
  gatekeeper::Backend backend_;
  gatekeeper::Enlistment enlistment_;
  gatekeeper::MediaHost media_;
  gatekeeper::ChatServer chat_;
};

Status Gatekeeper::open() {
  if (backend_.cast.links) net::set_link_conditions(backend_.world, *backend_.cast.links);
  net::HttpLimits form_limits;
  form_limits.body_bytes = 16 * 1024;
  const ServiceHosts& hosts = backend_.cast.hosts();
  PARLEY_TRY(serve_http(
      hosts.enlistment,
      [this](net::HttpRequest request) { return enlistment_.answer(std::move(request)); },
      form_limits));
  PARLEY_TRY(serve_http(
      hosts.media, [this](net::HttpRequest request) { return media_.answer(std::move(request)); },
      gatekeeper::MediaHost::limits()));
  PARLEY_TRY(
      serve_http(hosts.keys, [this](net::HttpRequest request) -> net::awaitable<net::HttpResponse> {
        co_return backend_.own_keys.publish(request);
      }));
  net::World& world = backend_.world;
  PARLEY_ASSIGN(std::shared_ptr<net::Listener> tcp,
                world.network().listen(hosts.chat, net::Security::kPlain));
  PARLEY_ASSIGN(std::shared_ptr<net::Listener> websocket,
                world.network().listen(hosts.web_chat, net::Security::kTls));
  world.spawn(chat_.serve_tcp(std::move(tcp)));
  world.spawn(chat_.serve_websocket(std::move(websocket)));
  return {};
}

// Services are strangers to each other, but for those that share their users' consent.
net::awaitable<Status> Gatekeeper::begin(driver::Stage stage) {
  if (!backend_.cast.gatekeeper.shares_consent && !backend_.departs("consent-per-service")) {
    co_return Status();
  }
  for (const std::string& id : others_) {
    auto* other = dynamic_cast<Gatekeeper*>(stage(id));
    if (other != nullptr) backend_.followers.push_back(&other->backend_);
  }
  co_return Status();
}

Status Gatekeeper::serve_http(const net::Address& address, net::HttpHandler handler,
                              net::HttpLimits limits) {
  net::TlsOffer speaks = net::http_served_protocols(net::HttpVersion::k1);
  if (backend_.departs("old-tls")) speaks.versions.oldest = net::TlsVersion::k1_1;
  PARLEY_ASSIGN(std::shared_ptr<net::Listener> listener,
                backend_.world.network().listen(address, net::Security::kTls, speaks));
  backend_.world.spawn(net::http_serve(
      backend_.world, std::move(listener),
      tapped_handler(backend_.world, backend_.observer, address.host, std::move(handler)), limits));
  return {};
}

net::awaitable<Result<json::object>> Gatekeeper::perform(std::string operation,
                                                         json::object arguments) {
  if (const auto* act = gatekeeper::find_world_act(operation)) {
    co_return co_await act->perform(backend_, std::move(arguments));
  }
  if (operation == "mailbox") co_return count_mail(arguments);
  if (operation == "server-ping") co_return co_await ping(std::move(arguments));
  if (operation == "set") co_return set(arguments);
  if (operation == "stream-error") co_return end_stream(arguments);
  if (operation == "pair") co_return co_await pair(std::move(arguments));
  const auto fault = std::ranges::find(kFaultOperations, operation, &FaultOperation::name);
  if (fault != kFaultOperations.end()) co_return fault->perform(backend_, arguments);
  co_return make_error(ErrorCode::kUnsupported,
                       "the mock gatekeeper performs no operation \"" + operation + "\"");
}

Result<Account*> Gatekeeper::account_argument(const json::object& arguments,
                                              std::string_view name) {
  const auto actor = get_string(arguments, name);
  if (!actor) {
    return make_error(ErrorCode::kInvalid, "argument \"" + std::string(name) + "\" is missing");
  }
  Account* account = backend_.accounts.find_actor(*actor);
  if (account == nullptr) {
    return make_error(ErrorCode::kNotFound, std::string(*actor) + " has no account");
  }
  return account;
}

Result<json::object> Gatekeeper::count_mail(const json::object& arguments) {
  PARLEY_ASSIGN(Account * account, account_argument(arguments, "of"));
  const std::size_t count =
      account->mailbox.count(gatekeeper::MailClass::kMessage, backend_.world.now());
  return json::object{{"count", static_cast<std::int64_t>(count)}};
}

net::awaitable<Result<json::object>> Gatekeeper::ping(json::object arguments) {
  PARLEY_CO_ASSIGN(const Account* account, account_argument(arguments, "to"));
  PARLEY_CO_ASSIGN(gatekeeper::ChatSession * session, session_of(*account));
  PARLEY_CO_TRY(co_await session->ping());
  co_return json::object{{"answered", true}};
}

Result<json::object> Gatekeeper::set(const json::object& arguments) {
  if (!arguments.contains("media") && !arguments.contains("chat")) {
    return make_error(ErrorCode::kInvalid, "argument \"media\" or \"chat\" is missing");
  }
  if (const auto media = get_string(arguments, "media")) {
    PARLEY_ASSIGN(const MediaFault fault, parse_media_fault(*media));
    media_.set_fault(fault);
  }
  if (const auto chat = get_string(arguments, "chat")) {
    PARLEY_TRY(gatekeeper::set_chat_service(backend_, *chat));
  }
  return json::object();
}

Result<json::object> Gatekeeper::end_stream(const json::object& arguments) {
  PARLEY_ASSIGN(Account * account, account_argument(arguments, "to"));
  const std::int64_t code = get_int(arguments, "code").value_or(0);
  const auto* fault = std::ranges::find(kStreamErrors, code, &StreamError::code);
  if (fault == kStreamErrors.end()) {
    return make_error(ErrorCode::kInvalid,
                      "argument \"code\" must be 401, 503 or 515, not " + std::to_string(code));
  }
  PARLEY_ASSIGN(gatekeeper::ChatSession * session, session_of(*account));
  session->end(fault->ending);
  if (fault->ending == gatekeeper::Ending::kRemoved) gatekeeper::remove_companion(*account);
  return json::object();
}

// For whoever starts external clients, not for scenarios: the code holds a secret, which must not
// get into a record.
net::awaitable<Result<json::object>> Gatekeeper::pair(json::object arguments) {
  PARLEY_CO_ASSIGN(Account * account, account_argument(arguments, "of"));
  if (!account->native) {
    co_return make_error(ErrorCode::kInvalid, account->actor + " is no user of the gatekeeper's");
  }
  PARLEY_CO_ASSIGN(gatekeeper::PairingCode code,
                   gatekeeper::parse_pairing_code(get_string(arguments, "code").value_or("")));
  PARLEY_CO_ASSIGN(const std::shared_ptr<gatekeeper::ChatSession> session,
                   backend_.pairings.claim(code.ref));
  co_return co_await session->pair(*account, std::move(code));
}

Result<gatekeeper::ChatSession*> Gatekeeper::session_of(const Account& account) {
  auto* session =
      dynamic_cast<gatekeeper::ChatSession*>(backend_.connections.find(account.address()));
  if (session == nullptr) {
    return make_error(ErrorCode::kClosed, account.address() + " is not connected");
  }
  return session;
}

}  // namespace

Result<std::unique_ptr<driver::Party>> make_gatekeeper(
    net::World& world, evidence::Recorder& recorder, const Cast& cast, std::string id,
    std::shared_ptr<const wire::Profile> profile) {
  auto party = std::make_unique<Gatekeeper>(world, recorder, cast, id, std::move(profile));
  PARLEY_TRY(party->open());
  return std::unique_ptr<driver::Party>(std::move(party));
}

}  // namespace parley::mocks
