#include "mocks/gatekeeper/native_client.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>
#include <utility>

#include "harness/base/encoding.h"
#include "mocks/cast/hosts.h"
#include "mocks/client/client.h"
#include "mocks/client/client_login.h"
#include "mocks/client/message_report.h"
#include "mocks/client/operation_arguments.h"
#include "mocks/client/stanzas.h"

namespace parley::mocks {
namespace {

using client::ClientCore;
using client::OperationEntry;
using net::awaitable;

class NativeClient final : public driver::Party {
 public:
  NativeClient(net::World& world, evidence::Recorder& recorder, const Cast& cast,
               const WhatsappUserSettings& settings, client::ClientFault fault,
               std::shared_ptr<const wire::Profile> profile)
      : cast_(cast),
        settings_(settings),
        core_(world, recorder, settings.id, evidence::Role::kGatekeeperClient, std::move(profile),
              fault, strategy(), cast_.interceptor),
        static_key_(crypto::X25519KeyPair::generate(*core_.context().random)) {
    core_.context().personal = {settings_.display_name, settings_.contacts};
    core_.context().media_host = cast_.hosts().media;
    core_.context().own = wire::Jid{settings_.number, std::string(client::kNativeServer)};
  }

  const std::string& id() const override { return settings_.id; }
  evidence::Role role() const override { return evidence::Role::kGatekeeperClient; }
  driver::Hello hello() const override;
  driver::EventLog& events() override { return core_.context().events; }
  awaitable<Result<json::object>> perform(std::string operation, json::object arguments) override;

 private:
  static std::span<const OperationEntry<NativeClient>> operations();
  client::Strategy strategy();

  awaitable<Result<json::object>> connect(json::object arguments);
  awaitable<Result<json::object>> set(json::object arguments);
  awaitable<Result<json::object>> show_settings(json::object arguments);
  awaitable<Result<json::object>> answer_ping(json::object arguments);
  awaitable<Result<json::object>> refuse_aloud(PartnerUserSettings user);
  awaitable<Result<json::object>> report(json::object arguments);

  awaitable<Status> publish_settings();
  awaitable<void> publish_unasked();
  awaitable<Result<wire::Jid>> resolve(std::string actor);
  awaitable<Result<wire::Jid>> look_up(PartnerUserSettings user);
  awaitable<void> meet(wire::Jid jid);
  awaitable<Result<std::string>> store_media(client::MediaUpload upload);
  std::string actor_of(const wire::Jid& jid) const;
  /// Whether the address is one of the gatekeeper's own users: in addressing mode `native`
  /// partners' users have addresses of the same kind.
  bool is_native_user(const wire::Jid& jid) const {
    return jid.server == client::kNativeServer && cast_.by_number(jid.user) != nullptr;
  }
  std::optional<client::Refusal> refuses_to_send(const std::string& actor) const;
  bool on_own_stanza(const wire::Node& node);
  void note_inbox(json::object& facts) const;
  void note_acquaintance(const json::object& arguments);
  void note_new_app(std::uint16_t integrator);
  bool enabled_app(std::string_view partner) const;

  const Cast cast_;
  WhatsappUserSettings settings_;
  std::map<std::string, std::string> contacts_;  ///< addresses of partners' users -> actor ids
  std::set<std::string> strangers_;              ///< addresses that no known contact has
  std::set<std::string> acquainted_;             ///< actors to whom the owner has written
  std::set<std::string> pings_;                  ///< actors whose ping was not answered yet
  ClientCore core_;
  crypto::X25519KeyPair static_key_;
};

client::Strategy NativeClient::strategy() {
  client::Strategy strategy;
  strategy.resolve = [this](std::string actor) { return resolve(std::move(actor)); };
  strategy.actor_of = [this](const wire::Jid& jid) { return actor_of(jid); };
  strategy.store_media = [this](client::MediaUpload upload) {
    return store_media(std::move(upload));
  };
  strategy.receiving.media_prefixes = {"/v/t", "/interop/whatsapp/download/"};
  strategy.receiving.decorate = [this](json::object& facts) { note_inbox(facts); };
  strategy.refuses_to_send = [this](const std::string& actor) { return refuses_to_send(actor); };
  strategy.shows_read_receipts = [this] { return settings_.read_receipts; };
  strategy.shows_typing = [this] { return settings_.typing; };
  strategy.meet = [this](wire::Jid jid) { return meet(std::move(jid)); };
  strategy.on_own_stanza = [this](const wire::Node& node) { return on_own_stanza(node); };
  strategy.on_end = [](const client::ChatEnding&) {};
  return strategy;
}

std::span<const OperationEntry<NativeClient>> NativeClient::operations() {
  static constexpr std::array<OperationEntry<NativeClient>, 5> kOperations = {{
      {"connect", &NativeClient::connect},
      {"set", &NativeClient::set},
      {"settings", &NativeClient::show_settings},
      {"answer-ping", &NativeClient::answer_ping},
      {"report", &NativeClient::report},
  }};
  return kOperations;
}

driver::Hello NativeClient::hello() const {
  driver::Hello hello{"parley mock WhatsApp client", "1", driver::kProtocolVersion, {}};
  client::append_names(operations(), hello.capabilities);
  client::append_names(ClientCore::operations(), hello.capabilities);
  return hello;
}

awaitable<Result<json::object>> NativeClient::perform(std::string operation,
                                                      json::object arguments) {
  if (const auto* own = client::find_operation(operations(), operation)) {
    co_return co_await (this->*own->perform)(std::move(arguments));
  }
  if (const auto* shared = client::find_operation(ClientCore::operations(), operation)) {
    if (operation.starts_with("send-") || operation == "react") note_acquaintance(arguments);
    co_return co_await (core_.*shared->perform)(std::move(arguments));
  }
  co_return make_error(ErrorCode::kUnsupported,
                       "a WhatsApp user's client has no operation \"" + operation + "\"");
}

awaitable<Result<json::object>> NativeClient::connect(json::object arguments) {
  PARLEY_CO_TRY(client::only_arguments(arguments, {"fresh_keys"}));
  PARLEY_CO_ASSIGN(const bool fresh, client::flag_argument_or(arguments, "fresh_keys", false));
  if (fresh) core_.renew_keys();
  client::LoginPlan plan{{device_host(settings_.id), cast_.hosts().chat, net::Security::kPlain, ""},
                         static_key_,
                         client::native_login(settings_.number, settings_.id)};
  PARLEY_CO_ASSIGN(const client::LoginAnswer answer, co_await core_.connect(std::move(plan)));
  auto result = co_await core_.finish_connect(answer);
  if (!result.ok() || !answer.accepted) co_return result;
  PARLEY_CO_TRY(co_await publish_settings());
  co_return result;
}

awaitable<Result<json::object>> NativeClient::set(json::object arguments) {
  PARLEY_CO_TRY(client::only_arguments(
      arguments, {"third_party_chats", "apps", "inbox", "read_receipts", "typing"}));
  WhatsappUserSettings changed = settings_;
  const std::array<std::pair<std::string_view, bool*>, 3> switches = {{
      {"third_party_chats", &changed.third_party_chats},
      {"read_receipts", &changed.read_receipts},
      {"typing", &changed.typing},
  }};
  for (const auto& [name, value] : switches) {
    PARLEY_CO_ASSIGN(*value, client::flag_argument_or(arguments, name, *value));
  }
  if (arguments.contains("inbox")) {
    PARLEY_CO_ASSIGN(changed.inbox,
                     client::word_argument(arguments, "inbox", {"separate", "combined"}));
  }
  if (arguments.contains("apps")) {
    PARLEY_CO_ASSIGN(changed.apps, client::ids_argument(arguments, "apps"));
    for (const std::string& app : changed.apps) {
      if (cast_.partner(app) == nullptr) {
        co_return make_error(ErrorCode::kInvalid, "the cast has no partner \"" + app + "\"");
      }
    }
  }
  settings_ = std::move(changed);
  if (core_.context().connected().ok()) PARLEY_CO_TRY(co_await publish_settings());
  if (!settings_.third_party_chats && core_.context().departs("reminds")) {
    core_.context().events.push(
        "app-available",
        {{"app", cast_.partners.empty() ? std::string() : cast_.partners.front().id}});
  }
  co_return json::object();
}

// As the server has them, not as they are remembered here.
awaitable<Result<json::object>> NativeClient::show_settings(json::object arguments) {
  PARLEY_CO_TRY(client::only_arguments(arguments, {}));
  client::ClientContext& context = core_.context();
  auto answer = co_await context.request(
      [&context](const std::string& id) { return client::settings_get(*context.profile, id); });
  if (!answer.ok()) co_return at("settings", std::move(answer).error());
  PARLEY_CO_ASSIGN(const client::ConsentSettings stored,
                   client::settings_in(*context.profile, *answer));
  json::array apps;
  for (const PartnerSettings& partner : cast_.partners) {
    const auto& chosen = stored.integrators;
    if (std::ranges::find(chosen, partner.integrator) == chosen.end()) continue;
    apps.emplace_back(json::string(partner.id));
  }
  json::object result;
  result["third_party_chats"] = stored.enabled;
  result["app_count"] = static_cast<std::int64_t>(stored.integrators.size());
  result["apps"] = std::move(apps);
  result["inbox"] = stored.inbox;
  result["read_receipts"] = stored.read_receipts;
  result["typing"] = stored.typing;
  co_return result;
}

// Who accepts wants the app that the ping came through, and no other that may still be on the list
// from before. Who refuses tells nobody.
awaitable<Result<json::object>> NativeClient::answer_ping(json::object arguments) {
  PARLEY_CO_TRY(client::only_arguments(arguments, {"from", "accept"}));
  PARLEY_CO_ASSIGN(const std::string actor, client::string_argument(arguments, "from"));
  PARLEY_CO_ASSIGN(const bool accept, client::flag_argument_or(arguments, "accept", false));
  const PartnerUserSettings* user = cast_.partner_user(actor);
  if (user == nullptr || pings_.erase(actor) == 0) {
    co_return make_error(ErrorCode::kInvalid, "no unanswered ping from \"" + actor + "\"");
  }
  if (!accept && core_.context().departs("refuses-aloud")) co_return co_await refuse_aloud(*user);
  if (!accept) co_return json::object();
  const bool takes_all = core_.context().departs("accepts-for-all");
  if (!settings_.third_party_chats && !takes_all) settings_.apps.clear();
  settings_.third_party_chats = true;
  for (const PartnerSettings& partner : cast_.partners) {
    if (takes_all && !enabled_app(partner.id)) settings_.apps.push_back(partner.id);
  }
  if (!enabled_app(user->partner)) settings_.apps.push_back(user->partner);
  acquainted_.insert(actor);
  PARLEY_CO_TRY(co_await publish_settings());
  co_return json::object();
}

// What no app must do: it switches the function on for as long as it takes to write back.
awaitable<Result<json::object>> NativeClient::refuse_aloud(PartnerUserSettings user) {
  const WhatsappUserSettings before = settings_;
  settings_.third_party_chats = true;
  settings_.apps = {user.partner};
  PARLEY_CO_TRY(co_await publish_settings());
  json::object message = {{"to", user.id}, {"text", "No, thank you."}};
  PARLEY_CO_TRY(co_await perform("send-text", std::move(message)));
  settings_ = before;
  PARLEY_CO_TRY(co_await publish_settings());
  co_return json::object();
}

awaitable<Result<json::object>> NativeClient::report(json::object arguments) {
  PARLEY_CO_ASSIGN(const client::ReportOrder order, client::report_order_in(arguments));
  PARLEY_CO_ASSIGN(const wire::Jid from, co_await resolve(order.from));
  client::ClientContext& context = core_.context();
  PARLEY_CO_ASSIGN(const client::ReportStanza report,
                   client::make_report(core_.held_messages(), order, from,
                                       context.departs(client::ClientFault::kReportChat)));
  auto answer = co_await context.request(
      [&](const std::string& id) { return client::message_report(*context.profile, id, report); });
  if (!answer.ok()) co_return at("report", std::move(answer).error());
  co_return client::report_outcome_in(*context.profile, *answer);
}

awaitable<Status> NativeClient::publish_settings() {
  client::ConsentSettings consent;
  consent.enabled = settings_.third_party_chats;
  for (const std::string& app : settings_.apps) {
    if (const auto* partner = cast_.partner(app))
      consent.integrators.push_back(partner->integrator);
  }
  consent.inbox = settings_.inbox;
  // Who does not know a choice does not tell the server of it either.
  const client::ClientContext& context = core_.context();
  consent.read_receipts = settings_.read_receipts || context.departs("ignores-receipt-setting");
  consent.typing = settings_.typing || context.departs("ignores-typing-setting");
  auto answer = co_await core_.context().request([this, &consent](const std::string& id) {
    return client::settings_set(*core_.context().profile, id, consent);
  });
  if (!answer.ok()) co_return at("settings", std::move(answer).error());
  co_return Status();
}

bool NativeClient::enabled_app(std::string_view partner) const {
  return std::find(settings_.apps.begin(), settings_.apps.end(), partner) != settings_.apps.end();
}

std::optional<client::Refusal> NativeClient::refuses_to_send(const std::string& actor) const {
  const PartnerUserSettings* user = cast_.partner_user(actor);
  if (user == nullptr) return std::nullopt;
  if (!settings_.third_party_chats) return client::Refusal{"third-party-chats-off"};
  if (!enabled_app(user->partner)) return client::Refusal{"app-off"};
  return std::nullopt;
}

awaitable<Result<wire::Jid>> NativeClient::resolve(std::string actor) {
  if (const auto* user = cast_.whatsapp_user(actor)) {
    co_return wire::Jid{user->number, std::string(client::kNativeServer)};
  }
  const PartnerUserSettings* user = cast_.partner_user(actor);
  if (user == nullptr) {
    co_return make_error(ErrorCode::kInvalid, "the cast has no user \"" + actor + "\"");
  }
  // Asked anew each time: a user who left and came back has another address.
  co_return co_await look_up(*user);
}

awaitable<Result<wire::Jid>> NativeClient::look_up(PartnerUserSettings user) {
  const PartnerSettings* partner = cast_.partner(user.partner);
  auto answer = co_await core_.context().request([&](const std::string& id) {
    return client::contact_lookup(*core_.context().profile, id, partner->integrator,
                                  user.identifier);
  });
  if (!answer.ok()) co_return at("contact lookup", std::move(answer).error());
  PARLEY_CO_ASSIGN(wire::Jid jid, client::contact_in(*core_.context().profile, *answer));
  contacts_[jid.without_device().text()] = user.id;
  strangers_.erase(jid.without_device().text());
  co_return jid;
}

std::string NativeClient::actor_of(const wire::Jid& jid) const {
  if (is_native_user(jid)) return cast_.by_number(jid.user)->id;
  const auto found = contacts_.find(jid.without_device().text());
  return found == contacts_.end() ? "" : found->second;
}

// The app shows who writes: it asks for the contacts that it does not know the address of.
awaitable<void> NativeClient::meet(wire::Jid jid) {
  const std::string address = jid.without_device().text();
  if (is_native_user(jid) || !strangers_.insert(address).second) co_return;
  for (const PartnerUserSettings& user : cast_.partner_users) {
    const bool tells_integrator = jid.server == client::kInteropServer;
    if (tells_integrator && cast_.partner(user.partner)->integrator != jid.integrator) continue;
    (void)(co_await look_up(user)).ok();
    if (contacts_.contains(address)) co_return;
  }
}

bool NativeClient::on_own_stanza(const wire::Node& node) {
  const wire::Profile& profile = *core_.context().profile;
  if (const auto integrator = client::announced_partner_in(profile, node)) {
    note_new_app(*integrator);
    return true;
  }
  const auto from = client::reachability_ping_in(profile, node);
  if (!from) return false;
  pings_.insert(actor_of(*from));
  json::object facts;
  client::add_address(facts, "from", from->without_device(), core_.context());
  core_.context().events.push("ping", std::move(facts));
  return true;
}

void NativeClient::note_acquaintance(const json::object& arguments) {
  if (const auto to = get_string(arguments, "to")) acquainted_.insert(std::string(*to));
}

// A reminder of the choice that there is; nothing is switched on.
void NativeClient::note_new_app(std::uint16_t integrator) {
  for (const PartnerSettings& partner : cast_.partners) {
    if (partner.integrator != integrator) continue;
    json::object facts;
    facts["app"] = partner.id;
    facts["chosen"] = enabled_app(partner.id);
    core_.context().events.push("app-available", std::move(facts));
    if (core_.context().departs("takes-new-apps") && !enabled_app(partner.id)) {
      settings_.apps.push_back(partner.id);
      core_.context().world.spawn(publish_unasked());
    }
  }
}

awaitable<void> NativeClient::publish_unasked() { (void)(co_await publish_settings()).ok(); }

void NativeClient::note_inbox(json::object& facts) const {
  const auto from = wire::Jid::parse(get_string(facts, "from").value_or(""));
  if (!from || is_native_user(*from)) return;
  facts["inbox"] = settings_.inbox;
  // What is shown beside the name: whose user that is, and whether the owner knows the sender.
  const std::string actor = actor_of(*from);
  if (const PartnerUserSettings* user = cast_.partner_user(actor))
    facts["provider"] = user->partner;
  facts["request"] = !acquainted_.contains(actor);
}

awaitable<Result<std::string>> NativeClient::store_media(client::MediaUpload upload) {
  client::ClientContext& context = core_.context();
  PARLEY_CO_ASSIGN(const wire::Node answer,
                   co_await context.request([&context](const std::string& id) {
                     return client::media_connection(*context.profile, id);
                   }));
  PARLEY_CO_ASSIGN(const client::MediaConnection host, client::media_connection_in(answer));
  const std::string token = base64url(upload.encrypted_sha256);
  net::HttpRequest request;
  request.method = "POST";
  request.target = "/mms/" + std::string(wire::to_string(wire::media_kind(upload.type))) + "/" +
                   token + "?" + net::encode_form({{"auth", host.auth}, {"token", token}});
  request.headers = std::move(upload.headers);
  request.headers.emplace_back("Content-Type", "application/octet-stream");
  request.body = std::move(upload.encrypted);
  const net::Address address{host.host, context.media_host.port};
  PARLEY_CO_ASSIGN(const net::HttpResponse response,
                   co_await client::device_fetch(context, address, std::move(request)));
  co_return client::answered_text(response, "direct_path");
}

}  // namespace

Result<std::unique_ptr<driver::Party>> make_native_client(
    net::World& world, evidence::Recorder& recorder, const Cast& cast, std::string id,
    std::shared_ptr<const wire::Profile> profile) {
  const WhatsappUserSettings* settings = cast.whatsapp_user(id);
  if (settings == nullptr) {
    return make_error(ErrorCode::kNotFound, "the cast has no WhatsApp user \"" + id + "\"");
  }
  PARLEY_ASSIGN(const client::ClientFault fault, client::parse_client_fault(settings->fault));
  return std::unique_ptr<driver::Party>(std::make_unique<NativeClient>(
      world, recorder, cast.seen_by(id), *settings, fault, std::move(profile)));
}

}  // namespace parley::mocks
