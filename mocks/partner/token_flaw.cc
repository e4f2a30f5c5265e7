#include "mocks/partner/token_flaw.h"

#include <array>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/crypto/hash.h"
#include "mocks/cast/hosts.h"

namespace parley::mocks {
namespace {

constexpr std::array<std::string_view, 11> kNames = {
    "alg-none",      "hmac-with-public-key", "unknown-key",    "embedded-key",
    "not-yet-valid", "other-partner",        "other-audience", "other-service",
    "no-expiry",     "longest-token",        "too-long-token"};

constexpr std::int64_t kWeekSeconds = 7 * 86400;

std::string part(const json::object& object) { return base64url(as_bytes(canonical(object))); }

/// A key that nobody publishes: partners are given the test keys from 1 on.
crypto::RsaPrivateKey stranger() {
  return crypto::RsaPrivateKey::test_key(crypto::RsaPrivateKey::test_key_count() - 1);
}

json::object header_for(std::string_view algorithm, const TokenKeys& keys) {
  return {{"alg", algorithm}, {"kid", keys.kid()}, {"typ", "JWT"}};
}

std::string signed_by(const crypto::RsaPrivateKey& key, const json::object& header,
                      const json::object& claims) {
  const std::string input = part(header) + "." + part(claims);
  return input + "." + base64url(key.sign_rs256(as_bytes(input)));
}

std::string hmac_token(const TokenKeys& keys, const json::object& claims) {
  const std::string pem = keys.public_key().pem();
  const std::string input = part(header_for("HS256", keys)) + "." + part(claims);
  return input + "." + base64url(crypto::hmac_sha256(as_bytes(pem), as_bytes(input)));
}

std::string with_embedded_key(const TokenKeys& keys, const json::object& claims) {
  const crypto::RsaPublicKey brought = stranger().public_key();
  json::object header = header_for("RS256", keys);
  header["jwk"] = json::object{
      {"kty", "RSA"}, {"n", base64url(brought.modulus())}, {"e", base64url(brought.exponent())}};
  return signed_by(stranger(), header, claims);
}

std::string audience_of_another_service(std::string_view audience) {
  for (const ServiceHosts& service : service_hosts()) {
    if (token_audience(service) != audience) return token_audience(service);
  }
  return {};
}

/// Padded to exactly `size` bytes. Base64 has no text of every length, so the header helps where
/// the claims alone do not get there.
std::string of_size(std::size_t size, const TokenKeys& keys, json::object claims) {
  for (std::size_t in_header = 0; in_header < 3; ++in_header) {
    json::object header = header_for("RS256", keys);
    header["pad"] = std::string(in_header, 'p');
    claims["pad"] = "";
    const std::size_t bare = keys.sign(claims, header).size();
    // Four characters for three bytes; the last step is taken one by one.
    for (std::size_t pad = (size - bare) * 3 / 4 - 4; pad < size; ++pad) {
      claims["pad"] = std::string(pad, 'p');
      std::string token = keys.sign(claims, header);
      if (token.size() == size) return token;
      if (token.size() > size) break;
    }
  }
  return {};
}

}  // namespace

std::optional<TokenFlaw> parse_token_flaw(std::string_view text) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == text) return static_cast<TokenFlaw>(i);
  }
  return std::nullopt;
}

std::string flawed_token(TokenFlaw flaw, const TokenKeys& keys, json::object claims,
                         const PartnerSettings* other) {
  switch (flaw) {
    case TokenFlaw::kAlgNone:
      return part({{"alg", "none"}, {"typ", "JWT"}}) + "." + part(claims) + ".";
    case TokenFlaw::kHmacWithPublicKey:
      return hmac_token(keys, claims);
    case TokenFlaw::kUnknownKey:
      return crypto::sign_jwt(stranger(), keys.kid() + "-unpublished", claims);
    case TokenFlaw::kEmbeddedKey:
      return with_embedded_key(keys, claims);
    case TokenFlaw::kNotYetValid:
      for (const std::string_view name : {"iat", "nbf", "exp"}) {
        claims[name] = get_int(claims, name).value_or(0) + kWeekSeconds;
      }
      break;
    case TokenFlaw::kOtherPartner:
      if (other != nullptr) {
        claims["iss"] = partner_base_url(other->id);
        claims["integrator"] = other->integrator;
      }
      break;
    case TokenFlaw::kOtherAudience:
      claims["aud"] = "https://elsewhere.test";
      break;
    case TokenFlaw::kOtherService:
      claims["aud"] = audience_of_another_service(get_string(claims, "aud").value_or(""));
      break;
    case TokenFlaw::kNoExpiry:
      claims.erase("exp");
      break;
    case TokenFlaw::kLongest:
      return of_size(crypto::kMaxTokenBytes, keys, std::move(claims));
    case TokenFlaw::kTooLong:
      return of_size(crypto::kMaxTokenBytes + 1, keys, std::move(claims));
  }
  return keys.sign(claims);
}

}  // namespace parley::mocks
