// JSON Web Keys (RFC 7517) and RS256 JSON Web Tokens (RFC 7515, RFC 7519), as the framework's proof
// of ownership and push authorisation use them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/json.h"
#include "harness/base/result.h"
#include "harness/crypto/rsa.h"

namespace parley::crypto {

struct Jwk {
  std::string kid;
  RsaPublicKey key;
};

/// A JWK set, restricted to what the framework publishes: kty RSA, alg RS256, use sig.
struct JwkSet {
  std::vector<Jwk> keys;

  const Jwk* find(std::string_view kid) const;
  json::object to_json() const;  ///< {"keys":[{kid,kty,alg,use,n,e}...]}

  /// Keys of another kty, alg or use are skipped, as RFC 7517 section 5 asks. kInvalid for a
  /// malformed set, a duplicate kid, or an RSA signature key without a kid, with a broken or short
  /// (< 2048 bits) modulus, or with its private part. kLimit over 256 KB or 64 keys.
  static Result<JwkSet> parse(std::string_view text);
};

/// Header and claims of a token, before any judgement.
struct JwtParts {
  json::object header;
  json::object claims;
  std::string signing_input;
  Bytes signature;
};

inline constexpr std::size_t kMaxTokenBytes = 4096;  ///< framework, part 1.2.2

/// header.claims.signature with {"alg":"RS256","kid":kid,"typ":"JWT"}.
std::string sign_jwt(const RsaPrivateKey& key, std::string_view kid, const json::object& claims);

/// Splits and decodes; verifies nothing. kLimit over 4 KB, kInvalid for anything malformed.
Result<JwtParts> decode_jwt(std::string_view token);

struct JwtRules {
  TimePoint now;
  Duration leeway = std::chrono::minutes(5);  ///< tolerated clock skew
  std::string issuer;                         ///< required `iss`, where not empty
  std::string audience;                       ///< required `aud`, where not empty
};

/// Why a token was refused; each has a stable spelling for records and findings.
enum class JwtRefusal {
  kMalformed,
  kTooLong,
  kAlgorithm,
  kEmbeddedKey,
  kCriticalExtension,
  kUnknownKey,
  kSignature,
  kExpired,
  kNotYetValid,
  kNoExpiry,
  kIssuer,
  kAudience,
};
std::string_view to_string(JwtRefusal refusal);

struct JwtVerdict {
  bool valid = false;
  JwtRefusal refusal = JwtRefusal::kMalformed;  ///< meaningful where not valid
  std::string kid;                              ///< from the header, where readable
  json::object claims;                          ///< empty where not valid
};

/// Accepts RS256 by a key of `keys`, named by `kid`, and nothing else: `alg` none, HS256 (also
/// keyed with the public key), an embedded `jwk`, `jku` or `x5c`, unknown `crit`, an unknown kid
/// are refused. `exp` is required; it and `nbf` are whole seconds in 64 bits. Judges in the order
/// of JwtRefusal, except that nothing of an overlong token is looked at.
JwtVerdict verify_jwt(std::string_view token, const JwkSet& keys, const JwtRules& rules);

}  // namespace parley::crypto
