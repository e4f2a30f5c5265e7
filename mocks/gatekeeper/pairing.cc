#include "mocks/gatekeeper/pairing.h"

#include <utility>

#include "mocks/gatekeeper/backend.h"

namespace parley::mocks::gatekeeper {
namespace {

Result<std::uint64_t> read_number(const std::string& bytes, std::size_t size,
                                  std::string_view name) {
  if (bytes.size() == size) return read_be(as_bytes(bytes));
  return make_error(ErrorCode::kInvalid, "registration: " + std::string(name) + " of " +
                                             std::to_string(bytes.size()) + " bytes, expected " +
                                             std::to_string(size));
}

Result<crypto::PublicKey> read_key(const std::string& bytes, std::string_view name) {
  Result<crypto::PublicKey> key = signal::parse_raw_key(as_bytes(bytes));
  if (!key.ok()) return at("registration: " + std::string(name), std::move(key).error());
  return key;
}

}  // namespace

Phone& phone_of(Backend& backend, Account& account) {
  if (account.phone == nullptr) {
    const auto random = backend.world.random(backend.observer.party + " phone " + account.actor);
    account.phone = std::make_unique<Phone>(*random);
  }
  return *account.phone;
}

Result<Registration> read_registration(const wire::pb::ClientPayload& payload,
                                       const crypto::PublicKey& proved) {
  const auto& data = payload.device_pairing_data();
  Registration registration;
  registration.chat_key = proved;
  PARLEY_ASSIGN(const std::uint64_t id, read_number(data.e_regid(), 4, "e_regid"));
  registration.registration_id = static_cast<std::uint32_t>(id);
  PARLEY_ASSIGN(const std::uint64_t type, read_number(data.e_keytype(), 1, "e_keytype"));
  if (type != signal::kCurveType) {
    return make_error(ErrorCode::kInvalid, "registration: e_keytype is not Curve25519");
  }
  PARLEY_ASSIGN(registration.identity, read_key(data.e_ident(), "e_ident"));
  PARLEY_ASSIGN(const std::uint64_t prekey_id, read_number(data.e_skey_id(), 3, "e_skey_id"));
  registration.signed_prekey.id = static_cast<signal::PreKeyId>(prekey_id);
  PARLEY_ASSIGN(registration.signed_prekey.key, read_key(data.e_skey_val(), "e_skey_val"));
  if (data.e_skey_sig().size() != registration.signed_prekey.signature.size()) {
    return make_error(ErrorCode::kInvalid, "registration: e_skey_sig is not 64 bytes");
  }
  registration.signed_prekey.signature = to_array<64>(as_bytes(data.e_skey_sig()));
  if (!policy::signed_prekey_holds(registration.identity, registration.signed_prekey)) {
    return make_error(ErrorCode::kAuth, "registration: the identity did not sign the prekey");
  }
  return registration;
}

void PairingDesk::enter(const std::string& ref, std::weak_ptr<ChatSession> session) {
  waiting_[ref] = std::move(session);
}

void PairingDesk::leave(const std::vector<std::string>& refs) {
  for (const std::string& ref : refs) waiting_.erase(ref);
}

Result<std::shared_ptr<ChatSession>> PairingDesk::claim(const std::string& ref) {
  if (used_.contains(ref)) {
    return make_error(ErrorCode::kReplay, "that pairing code has been used");
  }
  const auto found = waiting_.find(ref);
  std::shared_ptr<ChatSession> session = found == waiting_.end() ? nullptr : found->second.lock();
  if (session == nullptr) {
    return make_error(ErrorCode::kNotFound,
                      "no companion waits with that pairing code: it is another server's, or has "
                      "run out");
  }
  used_.insert(ref);
  waiting_.erase(found);
  return session;
}

void enter_companion(Backend& backend, Account& account, const Registration& registration,
                     std::uint16_t device) {
  backend.connections.end(account.address(), Ending::kRemoved);
  const bool announces =
      account.keys.published() && account.keys.identity() != registration.identity;
  if (account.keys.published()) account.mailbox.clear();
  account.device = device;
  account.chat_key = registration.chat_key;
  account.routing_info.clear();
  account.asked_for_prekeys = false;
  account.keys.replace(registration.registration_id, registration.identity,
                       registration.signed_prekey);
  if (announces) announce_identity_change(backend, account);
  backend.events.push("paired",
                      {{"jid", account.device_jid().text()}, {"for_actor", account.actor}});
}

void remove_companion(Account& account) {
  if (account.device == 0) return;
  account.device = 0;
  account.chat_key.reset();
  account.routing_info.clear();
  account.keys.clear();
  account.mailbox.clear();
}

}  // namespace parley::mocks::gatekeeper
