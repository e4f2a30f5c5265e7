#include "mocks/gatekeeper/enlistment.h"

#include <array>
#include <utility>

namespace parley::mocks::gatekeeper {
namespace {

/// By TokenRefusal.
constexpr std::array<EnlistmentRefusal, 5> kTokenReasons = {
    EnlistmentRefusal::kBadToken, EnlistmentRefusal::kBadIntegrator,
    EnlistmentRefusal::kKeysUnavailable, EnlistmentRefusal::kBadToken,
    EnlistmentRefusal::kExpiredToken};

net::HttpResponse json_answer(std::string body) {
  net::HttpResponse response;
  response.headers = {{"Content-Type", "application/json"}};
  response.body = to_bytes(body);
  return response;
}

bool is_form(const net::HttpRequest& request) {
  return net::find_header(request.headers, "content-type")
      .starts_with("application/x-www-form-urlencoded");
}

}  // namespace

net::awaitable<net::HttpResponse> Enlistment::answer(net::HttpRequest request) {
  if (request.target != kEnlistmentPath) co_return plain_answer(404, "not found");
  if (request.method != "POST") co_return plain_answer(405, "method not allowed");
  const std::variant<const Account*, Refused> outcome = co_await enlist(std::move(request));
  if (const Refused* refused = std::get_if<Refused>(&outcome)) {
    backend_.events.push("enlist-refused",
                         {{"reason", reason_code(refused->refusal)}, {"detail", refused->detail}});
    co_return json_answer(enlistment_refused(refused->refusal));
  }
  const Account& account = *std::get<const Account*>(outcome);
  backend_.events.push("enlisted",
                       {{"jid", account.address()},
                        {"integrator", static_cast<std::int64_t>(account.jid.integrator)}});
  co_return json_answer(enlistment_accepted(account.address()));
}

net::awaitable<std::variant<const Account*, Enlistment::Refused>> Enlistment::enlist(
    net::HttpRequest request) {
  if (!is_form(request)) co_return Refused{EnlistmentRefusal::kBadParameter, "not a form"};
  const Result<EnlistmentForm> form = read_enlistment_form(as_text(request.body));
  if (!form.ok()) co_return Refused{EnlistmentRefusal::kBadParameter, form.error().text()};
  const std::variant<TokenIdentity, TokenTrouble> verdict =
      co_await verify_token(backend_, form->token);
  if (const TokenTrouble* trouble = std::get_if<TokenTrouble>(&verdict)) {
    co_return Refused{kTokenReasons[static_cast<std::size_t>(trouble->refusal)], trouble->detail};
  }
  const TokenIdentity& identity = std::get<TokenIdentity>(verdict);
  // Counted where the token holds, so that nobody uses up a partner's limit in its name.
  if (!backend_.limits.enlistments.admit(identity.partner->id, backend_.world.now()) &&
      !backend_.departs("rate-limits")) {
    co_return Refused{EnlistmentRefusal::kTooMany, "too many for this partner"};
  }
  if (!policy::identifier_is_the_tokens(form->identifier, identity.identifier) &&
      !backend_.departs("identifier")) {
    co_return Refused{EnlistmentRefusal::kIdentifierMismatch, "the token is another user's"};
  }
  if (!policy::signed_prekey_holds(form->identity, form->signed_prekey) &&
      !backend_.departs("prekey-signature")) {
    co_return Refused{EnlistmentRefusal::kBadPrekeySignature, "the signature does not hold"};
  }
  const Account* known = backend_.accounts.find_partner(identity.partner->id, identity.identifier);
  if (suspension_of(backend_, identity.partner->id, known == nullptr ? "" : known->address())) {
    co_return Refused{EnlistmentRefusal::kSuspended, "the user or the partner"};
  }
  if (policy::is_reserved_name(identity.identifier) && !backend_.departs("reserved-names")) {
    co_return Refused{EnlistmentRefusal::kReservedName, "a name of ours"};
  }
  if (known != nullptr && backend_.departs("enlisting-again")) {
    co_return Refused{EnlistmentRefusal::kTooMany, "once is enough"};
  }
  if (form->version && !speaks_version_now(backend_, *form->version)) {
    co_return Refused{EnlistmentRefusal::kBadVersion, *form->version};
  }
  co_return &enter(*form, identity);
}

const Account& Enlistment::enter(const EnlistmentForm& form, const TokenIdentity& identity) {
  Account* known = backend_.accounts.find_partner(identity.partner->id, identity.identifier);
  if (known != nullptr && backend_.departs("same-account")) {
    backend_.connections.end(known->address(), Ending::kReplaced);
    backend_.accounts.remove(*known);
    known = nullptr;
  }
  PartnerSettings partner = *identity.partner;
  partner.integrator = integrator_of(backend_, partner);
  Account& account =
      known != nullptr ? *known : backend_.accounts.create_partner(partner, identity.identifier);
  const bool same_device = account.chat_key == form.chat_key;
  const bool same_identity = account.keys.identity() == form.identity;
  const bool announces = account.keys.published() && !same_identity;
  if (!same_device) backend_.connections.end(account.address(), Ending::kReplaced);
  account.enlisted = true;
  account.chat_key = form.chat_key;
  if (!same_identity || account.keys.registration_id() != form.registration_id) {
    account.keys.replace(form.registration_id, form.identity, form.signed_prekey);
  } else {
    account.keys.sign_anew(form.signed_prekey);
  }
  if (announces) announce_identity_change(backend_, account);
  if (backend_.connections.find(account.address()) == nullptr) start_absence(backend_, account);
  return account;
}

}  // namespace parley::mocks::gatekeeper
