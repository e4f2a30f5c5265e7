// Keys that one user asks for, as a hostile directory would answer.
#include <array>

#include "harness/base/encoding.h"
#include "harness/wire/signal/prekeys.h"
#include "mocks/gatekeeper/backend.h"
#include "mocks/gatekeeper/disturbances.h"

namespace parley::mocks::gatekeeper {
namespace {

/// Points with which every agreement is all zero: the neutral element, and one of order eight.
constexpr crypto::PublicKey kZeroPoint{};
constexpr crypto::PublicKey kLowOrderPoint = {
    0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4, 0x6a,
    0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00};

void put(json::object& user, std::string_view key, std::string_view field, BytesView bytes) {
  if (json::value* found = user.if_contains(key)) found->as_object()[field] = base64(bytes);
}

void flip_signature(json::object& user, Random&) {
  json::object& skey = user.at("skey").as_object();
  Result<Bytes> signature = decode_base64(get_string(skey, "signature").value_or(""));
  if (!signature.ok() || signature->empty()) return;
  signature->front() ^= 1;
  skey["signature"] = base64(*signature);
}

/// The attacker's own identity and keys, all of which fit together.
void put_identity(json::object& user, const crypto::PublicKey& signed_key, Random& random) {
  const auto identity = signal::IdentityKeyPair::generate(random);
  user["identity"] = base64(identity.public_key());
  put(user, "skey", "value", signed_key);
  put(user, "skey", "signature", identity.sign(signal::typed_key(signed_key)));
}

void other_identity(json::object& user, Random& random) {
  put_identity(user, crypto::X25519KeyPair::generate(random).public_key(), random);
  put(user, "key", "value", crypto::X25519KeyPair::generate(random).public_key());
}

void zero_signed_prekey(json::object& user, Random& random) {
  put_identity(user, kZeroPoint, random);
}

void zero_prekey(json::object& user, Random&) { put(user, "key", "value", kZeroPoint); }
void low_order_prekey(json::object& user, Random&) { put(user, "key", "value", kLowOrderPoint); }

struct Change {
  std::string_view kind;
  void (*apply)(json::object&, Random&);
};
constexpr std::array<Change, 5> kChanges = {{
    {"bad-prekey-signature", flip_signature},
    {"other-identity", other_identity},
    {"zero-prekey", zero_prekey},
    {"low-order-prekey", low_order_prekey},
    {"zero-signed-prekey", zero_signed_prekey},
}};

}  // namespace

void forge_keys(json::object& user, Random& random) { other_identity(user, random); }

void disturb_keys(Backend& backend, const std::string& asker, json::object& user) {
  if (user.contains("error")) return;
  const auto order = backend.disturbances.take(asker, Stage::kKeys);
  if (!order) return;
  note_disturbance(backend, *order->kind, asker, "");
  for (const Change& change : kChanges) {
    if (change.kind == order->kind->name) change.apply(user, *backend.random);
  }
}

}  // namespace parley::mocks::gatekeeper
