// JSON Web Key sets: the half of jwt.h that holds keys.
#include <algorithm>
#include <string>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/crypto/jwt.h"

namespace parley::crypto {
namespace {

constexpr JsonLimits kSetLimits{.bytes = 256 * 1024, .depth = 8};
constexpr std::size_t kMaxKeys = 64;
constexpr std::size_t kMinModulusBits = 2048;  // RFC 7518, section 3.3

Error invalid(std::string message) { return make_error(ErrorCode::kInvalid, std::move(message)); }

/// Whether `object` holds the member with another value than `wanted`; absence is not another.
bool is_other(const json::object& object, std::string_view member, std::string_view wanted) {
  const json::value* value = object.if_contains(member);
  return value != nullptr && (!value->is_string() || value->get_string() != wanted);
}

/// RFC 7517, section 4.3: a key whose operations are listed without "verify" is not for us.
bool cannot_verify(const json::object& object) {
  const json::array* operations = get_array(object, "key_ops");
  return operations != nullptr && std::ranges::none_of(*operations, [](const json::value& value) {
           return value.is_string() && value.get_string() == "verify";
         });
}

/// Base64urlUInt of RFC 7518, section 2: big-endian in the fewest bytes.
Result<Bytes> read_number(const json::object& object, std::string_view member) {
  const auto text = get_string(object, member);
  if (!text) return invalid("RSA key without the text member '" + std::string(member) + "'");
  Result<Bytes> bytes = decode_base64url(*text);
  if (!bytes.ok()) return at(std::string("'") + std::string(member) + "'", bytes.error());
  if (bytes->empty() || bytes->front() == 0) {
    return invalid("'" + std::string(member) + "' is empty or starts with a zero byte");
  }
  return bytes;
}

Result<Jwk> read_key(const json::object& object) {
  const auto kid = get_string(object, "kid");
  if (!kid || kid->empty()) return invalid("RSA signature key without a 'kid'");
  if (object.contains("d")) return invalid("the set publishes a private key: member 'd'");
  PARLEY_ASSIGN(const Bytes modulus, read_number(object, "n"));
  PARLEY_ASSIGN(const Bytes exponent, read_number(object, "e"));
  PARLEY_ASSIGN(RsaPublicKey key, RsaPublicKey::from_components(modulus, exponent));
  if (key.bits() < kMinModulusBits) return invalid("RSA modulus is shorter than 2048 bits");
  return Jwk{std::string(*kid), std::move(key)};
}

}  // namespace

const Jwk* JwkSet::find(std::string_view kid) const {
  const auto found = std::ranges::find(keys, kid, &Jwk::kid);
  return found == keys.end() ? nullptr : &*found;
}

json::object JwkSet::to_json() const {
  json::array list;
  for (const Jwk& jwk : keys) {
    json::object object;
    object["kid"] = jwk.kid;
    object["kty"] = "RSA";
    object["alg"] = "RS256";
    object["use"] = "sig";
    object["n"] = base64url(jwk.key.modulus());
    object["e"] = base64url(jwk.key.exponent());
    list.push_back(std::move(object));
  }
  json::object set;
  set["keys"] = std::move(list);
  return set;
}

Result<JwkSet> JwkSet::parse(std::string_view text) {
  PARLEY_ASSIGN(const json::value document, parse_json(text, "jwks", kSetLimits));
  const json::object* object = document.if_object();
  const json::array* list = object == nullptr ? nullptr : get_array(*object, "keys");
  if (list == nullptr) return invalid("a JWK set is an object with an array 'keys'");
  if (list->size() > kMaxKeys) return make_error(ErrorCode::kLimit, "JWK set of over 64 keys");
  JwkSet set;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string place = "keys[" + std::to_string(i) + "]";
    const json::object* entry = (*list)[i].if_object();
    if (entry == nullptr) return at(place, invalid("a JWK is an object"));
    const auto kty = get_string(*entry, "kty");
    if (!kty) return at(place, invalid("a JWK needs a text member 'kty'"));
    if (*kty != "RSA" || is_other(*entry, "alg", "RS256") || is_other(*entry, "use", "sig") ||
        cannot_verify(*entry)) {
      continue;
    }
    Result<Jwk> key = read_key(*entry);
    if (!key.ok()) return at(place, std::move(key).error());
    if (set.find(key->kid) != nullptr) return at(place, invalid("'kid' is used twice"));
    set.keys.push_back(std::move(key).value());
  }
  return set;
}

}  // namespace parley::crypto
