#include "mocks/gatekeeper/login.h"

#include <array>
#include <utility>

namespace parley::mocks::gatekeeper {
namespace {

using Outcome = std::variant<Account*, LoginRefusal>;

// The codes are the native protocol's where it has one for the case: 400 not understood, 401 not
// who you say, 405 version too old, 503 try again. 404 for an account that must enlist (again) is a
// surrogate, as are all the words.
const LoginRefusal kBadPayload{400, "bad-payload"};
const LoginRefusal kBadProduct{400, "bad-product"};
const LoginRefusal kNoToken{401, "no-token"};
const LoginRefusal kWrongKey{401, "wrong-key"};
const LoginRefusal kWrongAccount{401, "wrong-account"};
const LoginRefusal kDeviceRemoved{401, "device-removed"};
const LoginRefusal kNotEnlisted{404, "not-enlisted"};
const LoginRefusal kBadVersion{405, "bad-version"};

/// By TokenRefusal.
const std::array<LoginRefusal, 5> kTokenRefusals = {
    LoginRefusal{401, "bad-token"}, LoginRefusal{401, "bad-integrator"},
    LoginRefusal{503, "keys-unavailable"}, LoginRefusal{401, "bad-token"},
    LoginRefusal{401, "expired-token"}};

Outcome admit_native(Backend& backend, const wire::pb::ClientPayload& payload,
                     const crypto::PublicKey& proved) {
  if (!payload.has_username()) return kBadPayload;
  Account* account = backend.accounts.find_native(std::to_string(payload.username()));
  if (account == nullptr) return kNotEnlisted;
  if (payload.device() != account->device) return kDeviceRemoved;
  if (!account->chat_key) account->chat_key = proved;
  if (!policy::chat_key_fits(*account, proved) && !backend.departs("chat-key")) return kWrongKey;
  return account;
}

net::awaitable<Outcome> admit_partner(Backend& backend, const wire::pb::ClientPayload& payload,
                                      const crypto::PublicKey& proved) {
  const auto& interop = payload.interop_data();
  if (!interop.has_account_id()) co_return kBadPayload;
  if (!interop.has_token()) co_return kNoToken;
  const std::variant<TokenIdentity, TokenTrouble> verdict =
      co_await verify_token(backend, interop.token());
  if (const TokenTrouble* trouble = std::get_if<TokenTrouble>(&verdict)) {
    co_return kTokenRefusals[static_cast<std::size_t>(trouble->refusal)];
  }
  const TokenIdentity& identity = std::get<TokenIdentity>(verdict);
  Account* account = backend.accounts.find_partner(integrator_of(backend, *identity.partner),
                                                   interop.account_id());
  if (account == nullptr || !account->enlisted) co_return kNotEnlisted;
  if (account->identifier != identity.identifier && !backend.departs("account-of-token")) {
    co_return kWrongAccount;
  }
  if (!policy::chat_key_fits(*account, proved) && !backend.departs("chat-key")) {
    co_return kWrongKey;
  }
  if (const auto* suspension = suspension_of(backend, identity.partner->id, account->address())) {
    co_return LoginRefusal{403, "suspended", *suspension};
  }
  account->shows_read_receipts =
      !interop.has_enable_read_receipts() || interop.enable_read_receipts();
  co_return account;
}

}  // namespace

net::awaitable<Outcome> admit(Backend& backend, wire::pb::ClientPayload payload,
                              crypto::PublicKey proved) {
  if (payload.has_surrogate_protocol_version() &&
      !speaks_version_now(backend, payload.surrogate_protocol_version())) {
    co_return kBadVersion;
  }
  switch (payload.product()) {
    case wire::pb::ClientPayload::WHATSAPP:
      co_return admit_native(backend, payload, proved);
    case wire::pb::ClientPayload::INTEROP:
      co_return co_await admit_partner(backend, payload, proved);
    default:
      co_return kBadProduct;
  }
}

}  // namespace parley::mocks::gatekeeper
