#include "mocks/gatekeeper/backend.h"

#include <utility>

#include "harness/base/json.h"
#include "harness/crypto/jwt.h"
#include "harness/wire/node_codec.h"
#include "mocks/gatekeeper/stanzas.h"

namespace parley::mocks::gatekeeper {
namespace {

/// How much longer than others somebody who never deletes mail keeps it.
constexpr Duration kForGood = std::chrono::hours(24 * 365);
/// After which somebody who is in a hurry ends an enlistment.
constexpr Duration kShortPeriod = std::chrono::hours(24 * 20);

void note_stored(Backend& backend, Account& to) {
  json::object facts = {{"for", to.address()},
                        {"count", static_cast<std::int64_t>(
                                      to.mailbox.count(MailClass::kMessage, backend.world.now()))}};
  if (!to.actor.empty()) facts["for_actor"] = to.actor;
  backend.events.push("stored", std::move(facts));
}

void wake(Backend& backend, const Account& account) {
  const bool always = backend.departs("push-only-when-away");
  const auto connected = [&backend, always, address = account.address()] {
    return !always && backend.connections.find(address) != nullptr;
  };
  const auto gave_up = [&backend, jid = account.jid] {
    Account* asleep = backend.accounts.find(jid);
    if (asleep != nullptr && backend.departs("keeps-unpushed")) asleep->mailbox.clear();
  };
  backend.push.wake(account.partner, account.identifier, connected, gave_up);
}

}  // namespace

namespace {

/// Whom a token names, whoever signed it and whenever.
std::variant<TokenIdentity, TokenTrouble> unverified_identity(std::string_view token,
                                                              const PartnerSettings& partner) {
  const auto parts = crypto::decode_jwt(token);
  const auto subject = parts.ok() ? get_string(parts->claims, "sub") : std::nullopt;
  if (!subject) return TokenTrouble{TokenRefusal::kInvalid, "no subject"};
  return TokenIdentity{&partner, std::string(*subject)};
}

}  // namespace

net::awaitable<std::variant<TokenIdentity, TokenTrouble>> verify_token(Backend& backend,
                                                                       std::string token) {
  std::variant<ClaimedOrigin, TokenTrouble> origin = claimed_origin(token, backend.cast);
  if (const TokenTrouble* trouble = std::get_if<TokenTrouble>(&origin)) co_return *trouble;
  const ClaimedOrigin claimed = std::get<ClaimedOrigin>(origin);
  const Result<crypto::JwkSet> keys =
      co_await backend.partner_keys.keys(*claimed.partner, claimed.kid);
  if (!keys.ok()) {
    co_return TokenTrouble{TokenRefusal::kKeysUnavailable, keys.error().text()};
  }
  std::variant<TokenIdentity, TokenTrouble> verdict = judge_token(
      token, *claimed.partner, token_audience(backend.cast.hosts()), *keys, backend.world.now());
  if (std::holds_alternative<TokenTrouble>(verdict) && backend.departs("token")) {
    co_return unverified_identity(token, *claimed.partner);
  }
  co_return verdict;
}

const policy::Suspension* suspension_of(const Backend& backend, std::string_view partner,
                                        std::string_view address) {
  for (const std::string_view key : {partner, address}) {
    const auto found = backend.suspensions.find(key);
    if (found == backend.suspensions.end()) continue;
    const policy::Suspension& suspension = found->second;
    if (suspension.until == 0 || unix_seconds(backend.world.now()) < suspension.until) {
      return backend.departs("suspension") ? nullptr : &suspension;
    }
  }
  return nullptr;
}

std::uint16_t integrator_of(const Backend& backend, const PartnerSettings& partner) {
  const PartnerSettings& first = backend.cast.partners.front();
  const PartnerSettings& last = backend.cast.partners.back();
  if (first.id == last.id || !backend.departs("integrator")) return partner.integrator;
  return partner.id == last.id ? first.integrator : last.integrator;
}

bool speaks_version_now(const Backend& backend, std::string_view version) {
  const auto end = backend.version_ends.find(version);
  const bool over = end != backend.version_ends.end() && backend.world.now() >= end->second;
  if (policy::speaks_version(version) && end != backend.version_ends.end() &&
      backend.departs("version-overlap")) {
    return false;
  }
  return (!over && policy::speaks_version(version)) || backend.departs("protocol-version");
}

void deliver(Backend& backend, Account& to, MailClass kind, std::string id, std::string from,
             const Result<wire::Node>& stanza, bool urgent) {
  if (!stanza.ok()) {
    backend.world.log().error("the wire profile makes no stanza: " + stanza.error().text());
    return;
  }
  Mail mail;
  mail.kind = kind;
  mail.id = id;
  mail.from = std::move(from);
  mail.since = backend.world.now();
  const bool is_away = backend.connections.find(to.address()) == nullptr;
  if (is_away && backend.departs("mailbox-deletion")) mail.since += kForGood;
  mail.bytes = wire::encode_node(*stanza).size();
  mail.stanza = *stanza;
  const std::string sender = mail.from;
  if (!to.mailbox.put(std::move(mail), backend.world.now())) {
    note_drop(backend, id, policy::Drop::kMailboxFull);
    return;
  }
  if (Connection* connection = backend.connections.find(to.address())) {
    if (backend.departs("keeps-until-acknowledged")) {
      (void)to.mailbox.acknowledge(kind, id, sender);
    }
    if (urgent && !to.native && backend.departs("push-only-when-away")) wake(backend, to);
    if (kind != MailClass::kMessage) return connection->send(*stanza);
    return relay_message(backend, to, *connection, *stanza);
  }
  if (kind == MailClass::kMessage) note_stored(backend, to);
  if (urgent && !to.native) wake(backend, to);
}

void note_drop(Backend& backend, std::string_view id, policy::Drop reason) {
  backend.events.push("dropped", {{"id", id}, {"reason", policy::to_string(reason)}});
}

void announce_identity_change(Backend& backend, const Account& account) {
  for (const std::string& address : account.contacts) {
    const std::optional<wire::Jid> jid = wire::Jid::parse(address);
    Account* contact = jid ? backend.accounts.find(*jid) : nullptr;
    if (contact == nullptr || policy::refused_content(account, *contact)) continue;
    const std::string id = stanzas::fresh_id(*backend.random);
    deliver(backend, *contact, MailClass::kNotification, id, account.address(),
            stanzas::identity_changed(*backend.profile, id, account, backend.world.now()), false);
  }
}

void start_absence(Backend& backend, Account& account) {
  if (account.native || !account.enlisted) return;
  const Duration period = backend.departs("thirty-days") ? kShortPeriod : kEnlistmentPeriod;
  account.absence =
      backend.world.call_at(backend.world.now() + period, [&backend, jid = account.jid] {
        Account* absent = backend.accounts.find(jid);
        if (absent == nullptr || backend.connections.find(absent->address()) != nullptr) return;
        end_enlistment(backend, *absent, "thirty-days");
      });
}

void end_enlistment(Backend& backend, Account& account, std::string_view reason) {
  account.enlisted = false;
  account.chat_key.reset();
  account.keys.clear();
  if (account.mailbox.empty() || !backend.departs("mailbox-deletion")) account.mailbox.clear();
  account.blocked.clear();
  account.contacts.clear();
  backend.events.push("unenlisted", {{"jid", account.address()}, {"reason", reason}});
}

void delete_account(Backend& backend, Account& account) {
  const std::string address = account.address();
  if (backend.departs("deletion")) return;
  // The account stays as if its user had been away too long, and so does its mail.
  if (!account.mailbox.empty() && backend.departs("mailbox-deletion")) {
    return end_enlistment(backend, account, "deleted");
  }
  backend.events.push("unenlisted", {{"jid", address}, {"reason", "deleted"}});
  for (const Mail& mail : account.mailbox.waiting(backend.world.now())) {
    if (mail.kind != MailClass::kMessage) continue;
    note_drop(backend, mail.id, policy::Drop::kUnknownRecipient);
  }
  backend.accounts.remove(account);
}

}  // namespace parley::mocks::gatekeeper
