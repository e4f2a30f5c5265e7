// A user's own affairs: blocklist, settings, contacts, media permit, reachability, deletion.
#include <limits>
#include <utility>

#include "harness/wire/operations.h"
#include "mocks/cast/hosts.h"
#include "mocks/gatekeeper/media_store.h"
#include "mocks/gatekeeper/stanza_handlers.h"
#include "mocks/gatekeeper/stanzas.h"

namespace parley::mocks::gatekeeper {
namespace {

namespace op = wire::op;

constexpr std::size_t kMaxBlocked = 10'000;

std::string_view flag_text(bool flag) { return flag ? "true" : "false"; }

std::int64_t whole_seconds(Duration d) {
  return std::chrono::duration_cast<std::chrono::seconds>(d).count();
}

void answer_blocklist(const Request& request) {
  json::array items;
  for (const std::string& address : request.account.blocked) {
    items.push_back(json::object{{"jid", address}});
  }
  request.answer(request.profile().render(
      op::kBlocklistAnswer, {{"id", request.text("id")}, {"items", std::move(items)}}));
}

std::set<std::uint16_t> enabled_apps(const json::object& values) {
  std::set<std::uint16_t> apps;
  const json::array* list = get_array(values, "apps");
  for (const json::value& app : list == nullptr ? json::array() : *list) {
    const std::int64_t integrator = get_int(app.as_object(), "integrator").value_or(0);
    if (integrator > 0 && integrator <= std::numeric_limits<std::uint16_t>::max()) {
      apps.insert(static_cast<std::uint16_t>(integrator));
    }
  }
  return apps;
}

/// An external program knows no host names of this World.
std::string media_host_for(const Request& request) {
  const Backend& backend = request.backend;
  const net::Address& media = backend.cast.hosts().media;
  return request.session.external() ? backend.world.network().external_address(media) : media.host;
}

/// Content that the user does not want any more is not kept for later.
void purge_refused_mail(const Request& request) {
  Backend& backend = request.backend;
  Account& account = request.account;
  account.mailbox.purge([&](const Mail& mail) {
    const std::optional<wire::Jid> jid = wire::Jid::parse(mail.from);
    Account* from = jid && mail.from != stanzas::kServer ? backend.accounts.find(*jid) : nullptr;
    if (from == nullptr || from->native) return false;
    const auto refusal = policy::refused_by_consent(account, *from);
    if (backend.departs("purge-on-withdrawal")) return false;
    if (refusal) note_drop(backend, mail.id, *refusal);
    return refusal.has_value();
  });
}

}  // namespace

void on_blocklist_get(const Request& request) { answer_blocklist(request); }

void on_blocklist_set(const Request& request) {
  const std::optional<wire::Jid> jid = wire::Jid::parse(request.text("jid"));
  if (!jid) return request.fail(400, "bad-request");
  const std::string address = jid->without_device().text();
  std::set<std::string>& blocked = request.account.blocked;
  if (request.text("action") == "unblock") {
    blocked.erase(address);
  } else if (blocked.size() >= kMaxBlocked) {
    return request.fail(406, "too-many");
  } else {
    blocked.insert(address);
  }
  answer_blocklist(request);
}

void on_settings_get(const Request& request) {
  const Account& account = request.account;
  json::array apps;
  for (const std::uint16_t integrator : account.third_party.apps) {
    apps.push_back(json::object{{"integrator", integrator}});
  }
  request.answer(request.profile().render(
      op::kSettingsAnswer, {{"id", request.text("id")},
                            {"enabled", flag_text(account.third_party.enabled)},
                            {"inbox", account.third_party.inbox},
                            {"read_receipts", flag_text(account.shows_read_receipts)},
                            {"typing", flag_text(account.shows_typing)},
                            {"apps", std::move(apps)}}));
}

void on_settings_set(const Request& request) {
  Account& account = request.account;
  ThirdPartySettings& chosen = account.third_party;
  const bool enabled = request.text("enabled") == "true";
  chosen.opted_out = !enabled && (chosen.enabled || chosen.opted_out);
  chosen.enabled = enabled;
  chosen.apps = enabled_apps(request.values);
  chosen.inbox = request.text("inbox");
  account.shows_read_receipts = request.text("read_receipts") == "true";
  account.shows_typing = request.text("typing") == "true";
  for (Backend* follower : request.backend.followers) {
    Account* same = follower->accounts.find_native(account.identifier);
    if (same != nullptr) same->third_party = chosen;
  }
  purge_refused_mail(request);
  request.succeed();
}

void on_media_connection(const Request& request) {
  const std::int64_t life = whole_seconds(kUploadPermitLife);
  const std::string permit =
      request.backend.own_keys.upload_permit(request.account.address(), request.now());
  request.answer(request.profile().render(
      op::kMediaConnectionAnswer,
      {{"id", request.text("id")},
       {"auth", permit},
       {"ttl", life},
       {"auth_ttl", life},
       {"max_buckets", 12},
       {"hosts", json::array{json::object{{"hostname", media_host_for(request)},
                                          {"max_bytes", kMaxMediaFile}}}}}));
}

void on_contact_lookup(const Request& request) {
  const std::int64_t integrator = get_int(request.values, "integrator").value_or(0);
  const std::string identifier = request.text("identifier");
  const Account* found = nullptr;
  for (const PartnerSettings& partner : request.backend.cast.partners) {
    if (partner.integrator == integrator) {
      found = request.backend.accounts.find_partner(partner.id, identifier);
    }
  }
  if (found == nullptr || !found->enlisted) return request.fail(404, "item-not-found");
  request.answer(request.profile().render(op::kContactLookupAnswer, {{"id", request.text("id")},
                                                                     {"integrator", integrator},
                                                                     {"identifier", identifier},
                                                                     {"jid", found->address()}}));
}

// The answer is the same whoever is asked for, so that pings cannot be used to find out who exists,
// who has opted out and who has blocked whom. The limits know addresses only, for the same reason.
void on_reachability_ping(const Request& request) {
  Limits& limits = request.backend.limits;
  const std::string sender = request.account.address();
  if (!request.backend.departs("rate-limits") &&
      (!limits.lookups.admit(sender, request.now()) ||
       !limits.pings.admit(sender + " " + request.text("to"), request.now()))) {
    note_drop(request.backend, request.text("id"), policy::Drop::kTooMany);
    return request.fail(429, "rate-overlimit");
  }
  Account* to = request.peer("to");
  const auto refusal = policy::refused_ping(request.account, to);
  if (refusal && request.backend.departs("same-answer")) {
    note_drop(request.backend, request.text("id"), *refusal);
    return request.fail(403, "forbidden");
  }
  request.succeed();
  const std::string id = stanzas::fresh_id(*request.backend.random);
  if (refusal && !(to != nullptr && request.backend.departs("ping-refusal"))) {
    note_drop(request.backend, request.text("id"), *refusal);
    return;
  }
  deliver(
      request.backend, *to, MailClass::kNotification, id, request.account.address(),
      request.profile().render(
          op::kReachabilityPingDeliver,
          {{"id", id}, {"from", request.account.address()}, {"t", unix_seconds(request.now())}}),
      false);
}

void on_account_delete(const Request& request) {
  request.succeed();
  Backend& backend = request.backend;
  Account& account = request.account;
  backend.connections.end(account.address(), Ending::kDeleted);
  delete_account(backend, account);
}

}  // namespace parley::mocks::gatekeeper
