// Public keys: upload, count, digest, fetch.
#include <utility>

#include "harness/base/encoding.h"
#include "harness/wire/operations.h"
#include "harness/wire/signal/identity.h"
#include "mocks/gatekeeper/stanza_handlers.h"
#include "mocks/gatekeeper/stanzas.h"

namespace parley::mocks::gatekeeper {
namespace {

namespace op = wire::op;

/// One fetch names at most this many users.
constexpr std::size_t kMaxFetchedUsers = 256;

/// A bytes value; the profile has checked its size.
Bytes bytes_value(const json::object& values, std::string_view name) {
  Result<Bytes> bytes = decode_base64(get_string(values, name).value_or(""));
  return bytes.ok() ? std::move(*bytes) : Bytes();
}

Result<crypto::PublicKey> key_value(const json::object& values, std::string_view name) {
  return signal::parse_raw_key(bytes_value(values, name));
}

signal::PreKeyId id_value(const json::object& values, std::string_view name) {
  return static_cast<signal::PreKeyId>(read_be(bytes_value(values, name)));
}

Result<signal::PublicSignedPreKey> read_signed_prekey(const json::object& values) {
  signal::PublicSignedPreKey prekey;
  prekey.id = id_value(values, "skey_id");
  PARLEY_ASSIGN(prekey.key, key_value(values, "skey_value"));
  const Bytes signature = bytes_value(values, "skey_signature");
  if (signature.size() != prekey.signature.size()) {
    return make_error(ErrorCode::kInvalid, "signature size");
  }
  prekey.signature = to_array<64>(signature);
  return prekey;
}

Result<PrekeyUpload> read_upload(const json::object& values) {
  PrekeyUpload upload;
  upload.registration_id = static_cast<std::uint32_t>(read_be(bytes_value(values, "registration")));
  PARLEY_ASSIGN(upload.identity, key_value(values, "identity"));
  PARLEY_ASSIGN(upload.signed_prekey, read_signed_prekey(values));
  const json::array* keys = get_array(values, "keys");
  for (const json::value& entry : keys == nullptr ? json::array() : *keys) {
    const json::object& key = entry.as_object();
    signal::PublicPreKey prekey;
    prekey.id = id_value(key, "id");
    PARLEY_ASSIGN(prekey.key, key_value(key, "value"));
    upload.one_time.push_back(prekey);
  }
  return upload;
}

std::string big_endian(std::uint64_t value, std::size_t size) {
  Bytes out;
  append_be(out, value, size);
  return base64(out);
}

json::object signed_prekey_values(const signal::PublicSignedPreKey& prekey) {
  return {{"id", big_endian(prekey.id, 3)},
          {"value", base64(prekey.key)},
          {"signature", base64(prekey.signature)}};
}

void ask_for_prekeys(Backend& backend, Account& account) {
  const std::size_t left = account.keys.one_time().size();
  Connection* connection = backend.connections.find(account.address());
  // Who is away counts its keys after the next login.
  if (left > kLowPrekeys || account.asked_for_prekeys || connection == nullptr) return;
  account.asked_for_prekeys = true;
  const std::string id = stanzas::fresh_id(*backend.random);
  deliver(backend, account, MailClass::kNotification, id, std::string(stanzas::kServer),
          stanzas::prekeys_low(*backend.profile, id, left, backend.world.now()), false);
}

/// The keys behind an address. A companion names devices, and device 0 of an account that has a
/// companion is its phone; everybody else names accounts, and means the client that is there.
PublishedKeys* keys_at(const Request& request, Account& owner, std::uint16_t device) {
  if (!request.account.has_companion() || device == owner.device) return &owner.keys;
  return device == 0 && owner.phone != nullptr ? &owner.phone->keys() : nullptr;
}

/// Whether another partner's user has asked for that native user's keys before.
bool is_second_asker(const Account& asker, Account& owner) {
  if (asker.native || !owner.native) return false;
  if (owner.first_asker.empty()) owner.first_asker = asker.address();
  return owner.first_asker != asker.address();
}

/// One user's part of the answer to a fetch.
json::object fetched_user(const Request& request, std::string_view address) {
  json::object user = {{"jid", address}};
  const std::optional<wire::Jid> jid = wire::Jid::parse(address);
  Account* owner = jid ? request.backend.accounts.find(*jid) : nullptr;
  PublishedKeys* published = owner != nullptr && policy::can_reach(request.account, *owner)
                                 ? keys_at(request, *owner, jid->device)
                                 : nullptr;
  if (published == nullptr || !published->published()) {
    user["error"] = json::object{{"code", 404}, {"text", "item-not-found"}};
    return user;
  }
  PublishedKeys& keys = *published;
  user["t"] = unix_seconds(request.now());
  user["registration"] = big_endian(keys.registration_id(), 4);
  user["type"] = json::object();
  user["identity"] = base64(*keys.identity());
  user["skey"] = signed_prekey_values(keys.signed_prekey());
  const bool keeps = request.backend.departs("one-time-prekeys");
  if (const auto prekey = keys.hand_out(keeps)) {
    user["key"] = json::object{{"id", big_endian(prekey->id, 3)}, {"value", base64(prekey->key)}};
  }
  if (published == &owner->keys) ask_for_prekeys(request.backend, *owner);
  if (is_second_asker(request.account, *owner) && request.backend.departs("one-identity")) {
    forge_keys(user, *request.backend.random);
  }
  disturb_keys(request.backend, request.account.actor, user);
  return user;
}

/// A partner's identity key is the enlisted one; a native client's is what it uploads, and a new
/// one is a new installation.
bool takes_identity(const Request& request, const crypto::PublicKey& identity) {
  const auto& known = request.account.keys.identity();
  return request.account.native || !known || *known == identity;
}

}  // namespace

void on_prekey_upload(const Request& request) {
  const Result<PrekeyUpload> upload = read_upload(request.values);
  if (!upload.ok()) return request.fail(400, "bad-key");
  Account& account = request.account;
  if (!takes_identity(request, upload->identity)) return request.fail(409, "other-identity");
  const bool announces = account.keys.published() && account.keys.identity() != upload->identity;
  if (announces) {
    if (!policy::signed_prekey_holds(upload->identity, upload->signed_prekey) &&
        !request.backend.departs("prekey-signature")) {
      return request.fail(406, "bad-prekey-signature");
    }
    account.keys.replace(upload->registration_id, upload->identity, upload->signed_prekey);
  }
  if (const Status taken = account.keys.upload(*upload); !taken.ok()) {
    const bool forged = taken.error().code == ErrorCode::kAuth;
    return request.fail(forged ? 406 : 409, forged ? "bad-prekey-signature" : "prekey-conflict");
  }
  account.asked_for_prekeys = false;
  if (announces) announce_identity_change(request.backend, account);
  request.succeed();
}

void on_signed_prekey_rotate(const Request& request) {
  const Result<signal::PublicSignedPreKey> prekey = read_signed_prekey(request.values);
  if (!prekey.ok()) return request.fail(400, "bad-key");
  const Status rotated = request.account.keys.rotate(*prekey);
  if (rotated.ok()) return request.succeed();
  const bool forged = rotated.error().code == ErrorCode::kAuth;
  request.fail(forged ? 406 : 404, forged ? "bad-prekey-signature" : "item-not-found");
}

void on_prekey_count(const Request& request) {
  request.answer(request.profile().render(
      op::kPrekeyCountAnswer,
      {{"id", request.text("id")}, {"count", request.account.keys.one_time().size()}}));
}

void on_prekey_digest(const Request& request) {
  const PublishedKeys& keys = request.account.keys;
  if (!keys.published()) return request.fail(404, "item-not-found");
  json::array ids;
  for (const signal::PublicPreKey& prekey : keys.one_time()) {
    ids.push_back(json::object{{"id", big_endian(prekey.id, 3)}});
  }
  const json::object prekey = signed_prekey_values(keys.signed_prekey());
  request.answer(request.profile().render(op::kPrekeyDigestAnswer,
                                          {{"id", request.text("id")},
                                           {"registration", big_endian(keys.registration_id(), 4)},
                                           {"identity", base64(*keys.identity())},
                                           {"skey_id", prekey.at("id")},
                                           {"skey_value", prekey.at("value")},
                                           {"skey_signature", prekey.at("signature")},
                                           {"keys", std::move(ids)},
                                           {"hash", base64(keys.digest())}}));
}

void on_prekey_fetch(const Request& request) {
  const json::array* asked = get_array(request.values, "users");
  if (asked == nullptr || asked->size() > kMaxFetchedUsers) return request.fail(400, "bad-request");
  for (std::size_t i = 0; !request.account.native && i < asked->size(); ++i) {
    if (request.backend.limits.lookups.admit(request.account.address(), request.now())) continue;
    return request.fail(429, "rate-overlimit");
  }
  json::array users;
  for (const json::value& user : *asked) {
    users.push_back(fetched_user(request, get_string(user.as_object(), "jid").value_or("")));
  }
  request.answer(request.profile().render(
      op::kPrekeyFetchAnswer, {{"id", request.text("id")}, {"users", std::move(users)}}));
}

}  // namespace parley::mocks::gatekeeper
