#include "mocks/gatekeeper/world_acts.h"

#include <algorithm>
#include <array>
#include <string>

#include "harness/wire/operations.h"
#include "mocks/cast/hosts.h"
#include "mocks/gatekeeper/stanzas.h"
#include "mocks/tap/tls_probe.h"

namespace parley::mocks::gatekeeper {
namespace {

namespace op = wire::op;

using Performed = net::awaitable<Result<json::object>>;

Result<std::string> text_argument(const json::object& arguments, std::string_view name) {
  const auto text = get_string(arguments, name);
  if (!text)
    return make_error(ErrorCode::kInvalid, "argument \"" + std::string(name) + "\" is missing");
  return std::string(*text);
}

Result<const PartnerSettings*> partner_argument(const Backend& backend,
                                                const json::object& arguments) {
  PARLEY_ASSIGN(const std::string id, text_argument(arguments, "partner"));
  const PartnerSettings* partner = backend.cast.partner(id);
  if (partner == nullptr) {
    return make_error(ErrorCode::kInvalid, "the cast has no partner \"" + id + "\"");
  }
  return partner;
}

// All native users are told, once; what they chose stays as it is.
Performed announce_partner(Backend& backend, json::object arguments) {
  PARLEY_CO_ASSIGN(const PartnerSettings* partner, partner_argument(backend, arguments));
  std::int64_t told = 0;
  for (const WhatsappUserSettings& user : backend.cast.whatsapp_users) {
    Account* account = backend.accounts.find_native(user.number);
    if (account == nullptr || !policy::is_eligible(user.number)) continue;
    const std::string id = stanzas::fresh_id(*backend.random);
    deliver(
        backend, *account, MailClass::kNotification, id, std::string(stanzas::kServer),
        backend.profile->render(op::kPartnerAnnounced, {{"id", id},
                                                        {"t", unix_seconds(backend.world.now())},
                                                        {"integrator", partner->integrator}}),
        false);
    ++told;
  }
  co_return json::object{{"told", told}};
}

Account* account_of(Backend& backend, const PartnerUserSettings& user) {
  return backend.accounts.find_partner(user.partner, user.identifier);
}

Result<const PartnerUserSettings*> user_argument(const Backend& backend,
                                                 const json::object& arguments,
                                                 std::string_view name) {
  PARLEY_ASSIGN(const std::string id, text_argument(arguments, name));
  const PartnerUserSettings* user = backend.cast.partner_user(id);
  if (user == nullptr) {
    return make_error(ErrorCode::kInvalid, "the cast has no partner user \"" + id + "\"");
  }
  return user;
}

/// Whom a suspension is about: the address of a user, or the id of a partner.
Result<std::string> suspended_argument(Backend& backend, const json::object& arguments) {
  if (arguments.contains("partner")) {
    PARLEY_ASSIGN(const PartnerSettings* partner, partner_argument(backend, arguments));
    return partner->id;
  }
  PARLEY_ASSIGN(const PartnerUserSettings* user, user_argument(backend, arguments, "who"));
  const Account* account = account_of(backend, *user);
  if (account == nullptr) return make_error(ErrorCode::kNotFound, user->id + " has no account");
  return account->address();
}

Performed suspend(Backend& backend, json::object arguments) {
  PARLEY_CO_ASSIGN(const std::string whom, suspended_argument(backend, arguments));
  policy::Suspension suspension;
  PARLEY_CO_ASSIGN(suspension.reason, text_argument(arguments, "reason"));
  PARLEY_CO_ASSIGN(suspension.appeal, text_argument(arguments, "appeal"));
  suspension.scope = arguments.contains("partner") ? "partner" : "user";
  if (const auto length = get_string(arguments, "lasts")) {
    PARLEY_CO_ASSIGN(const Duration lasts, parse_duration(*length));
    suspension.until = unix_seconds(backend.world.now() + lasts);
  }
  backend.suspensions[whom] = std::move(suspension);
  for (const PartnerUserSettings& user : backend.cast.partner_users) {
    const Account* account = account_of(backend, user);
    if (account == nullptr || (user.partner != whom && account->address() != whom)) continue;
    backend.connections.end(account->address(), Ending::kUnavailable);
  }
  co_return json::object();
}

Performed reinstate(Backend& backend, json::object arguments) {
  PARLEY_CO_ASSIGN(const std::string whom, suspended_argument(backend, arguments));
  if (backend.suspensions.erase(whom) == 0) {
    co_return make_error(ErrorCode::kNotFound, whom + " is not suspended");
  }
  co_return json::object();
}

/// The last character of a signature stands for bits that count.
std::string with_forged_signature(std::string token) {
  const std::size_t place = token.rfind('.') + 1;
  token[place] = token[place] == 'A' ? 'B' : 'A';
  return token;
}

Result<std::string> push_token_of_kind(const Backend& backend, std::string_view kind,
                                       const std::string& partner) {
  const TimePoint now = backend.world.now();
  const OwnKeys& keys = backend.own_keys;
  const std::string audience = partner_base_url(partner);
  if (kind == "good") return keys.push_token(audience, now);
  if (kind == "absent") return std::string();
  if (kind == "forged") return with_forged_signature(keys.push_token(audience, now));
  if (kind == "other-audience") return keys.push_token("https://elsewhere.test", now);
  if (kind == "expired") return keys.push_token(audience, now - 3 * kPushTokenLife);
  if (kind == "expired-lately") {
    return keys.push_token(audience, now - kPushTokenLife - std::chrono::minutes(4));
  }
  if (kind == "early") return keys.push_token(audience, now + std::chrono::minutes(4));
  if (kind == "too-early") return keys.push_token(audience, now + std::chrono::minutes(6));
  return make_error(ErrorCode::kInvalid, "no such kind of push token: " + std::string(kind));
}

Performed send_push(Backend& backend, json::object arguments) {
  PARLEY_CO_ASSIGN(const PartnerUserSettings* user, user_argument(backend, arguments, "to"));
  const std::string kind(get_string(arguments, "token").value_or("good"));
  const std::string identifier(get_string(arguments, "identifier").value_or(user->identifier));
  PARLEY_CO_ASSIGN(std::string token, push_token_of_kind(backend, kind, user->partner));
  net::TlsVersions tls;
  if (arguments.contains("tls")) {
    PARLEY_CO_ASSIGN(const net::TlsVersion only, tls_version_argument(arguments, "tls"));
    tls = net::TlsVersions::only(only);
  }
  const unsigned status =
      co_await backend.push.attempt(user->partner, identifier, std::move(token), tls);
  json::object result = {{"http_status", static_cast<std::int64_t>(status)}};
  result["status"] = status == 200 ? "ok" : "fail";
  if (status != 200) result["reason"] = std::to_string(status);
  co_return result;
}

Performed probe_partner_tls(Backend& backend, json::object arguments) {
  PARLEY_CO_ASSIGN(const PartnerSettings* partner, partner_argument(backend, arguments));
  PARLEY_CO_ASSIGN(const net::TlsVersion version, tls_version_argument(arguments, "tls"));
  co_return co_await probe_tls(backend.world, backend.observer, backend.cast.hosts().egress,
                               partner_host(partner->id), std::string(kPartnerKeysPath), version);
}

// Says who and why, and nothing of what was written.
Performed report_abuse(Backend& backend, json::object arguments) {
  PARLEY_CO_ASSIGN(const PartnerUserSettings* user, user_argument(backend, arguments, "about"));
  PARLEY_CO_ASSIGN(const std::string reason, text_argument(arguments, "reason"));
  PARLEY_CO_ASSIGN(std::string token, push_token_of_kind(backend, "good", user->partner));
  json::object body;
  body["user"] = user->identifier;
  body["reason"] = reason;
  const unsigned status =
      co_await backend.push.post(user->partner, "/abuse", std::move(body), std::move(token));
  co_return json::object{{"http_status", static_cast<std::int64_t>(status)}};
}

Performed retire_version(Backend& backend, json::object arguments) {
  PARLEY_CO_ASSIGN(std::string version, text_argument(arguments, "version"));
  PARLEY_CO_ASSIGN(const std::string after, text_argument(arguments, "after"));
  PARLEY_CO_ASSIGN(const Duration overlap, parse_duration(after));
  backend.version_ends[std::move(version)] = backend.world.now() + overlap;
  co_return json::object();
}

}  // namespace

std::span<const WorldAct> world_acts() {
  static constexpr std::array<WorldAct, 7> kActs = {{
      {"announce-partner", announce_partner},
      {"suspend", suspend},
      {"reinstate", reinstate},
      {"send-push", send_push},
      {"probe-tls", probe_partner_tls},
      {"report-abuse", report_abuse},
      {"retire-version", retire_version},
  }};
  return kActs;
}

const WorldAct* find_world_act(std::string_view operation) {
  const auto found = std::ranges::find(world_acts(), operation, &WorldAct::operation);
  return found == world_acts().end() ? nullptr : &*found;
}

}  // namespace parley::mocks::gatekeeper
