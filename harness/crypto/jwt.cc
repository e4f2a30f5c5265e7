#include "harness/crypto/jwt.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "harness/base/encoding.h"

namespace parley::crypto {
namespace {

constexpr JsonLimits kPartLimits{.bytes = kMaxTokenBytes, .depth = 8};

Error invalid(std::string message) { return make_error(ErrorCode::kInvalid, std::move(message)); }

Result<json::object> decode_object(std::string_view part, std::string_view name) {
  Result<Bytes> bytes = decode_base64url(part);
  if (!bytes.ok()) return at(name, bytes.error());
  PARLEY_ASSIGN(json::value value, parse_json(as_text(*bytes), name, kPartLimits));
  if (!value.is_object()) return at(name, invalid("not a JSON object"));
  return std::move(value.get_object());
}

bool has(const json::object& object, std::string_view member) { return object.contains(member); }

bool absent_or_text(const json::object& object, std::string_view member) {
  const json::value* value = object.if_contains(member);
  return value == nullptr || value->is_string();
}

/// RFC 7519 allows fractions of a second. They are refused here, as are numbers beyond 64 bits:
/// both are read differently by different libraries, and an expiry must mean one thing.
bool absent_or_seconds(const json::object& object, std::string_view member) {
  return !has(object, member) || get_int(object, member).has_value();
}

bool absent_or_number(const json::object& object, std::string_view member) {
  const json::value* value = object.if_contains(member);
  return value == nullptr || value->is_number();
}

bool is_audience(const json::object& claims) {
  const json::value* value = claims.if_contains("aud");
  if (value == nullptr || value->is_string()) return true;
  const json::array* list = value->if_array();
  return list != nullptr &&
         std::ranges::all_of(*list, [](const json::value& entry) { return entry.is_string(); });
}

/// Whether the members that are judged have the types that RFC 7515 and RFC 7519 give them.
bool is_well_typed(const JwtParts& parts) {
  return get_string(parts.header, "alg").has_value() && absent_or_text(parts.header, "kid") &&
         absent_or_text(parts.header, "typ") && absent_or_text(parts.claims, "iss") &&
         absent_or_text(parts.claims, "sub") && absent_or_text(parts.claims, "jti") &&
         absent_or_seconds(parts.claims, "exp") && absent_or_seconds(parts.claims, "nbf") &&
         absent_or_number(parts.claims, "iat") && is_audience(parts.claims);
}

/// A header that brings its own key, or says where to fetch one, lets the sender choose who is
/// trusted.
bool brings_key(const json::object& header) {
  constexpr std::array<std::string_view, 4> kMembers = {"jwk", "jku", "x5c", "x5u"};
  return std::ranges::any_of(kMembers, [&](std::string_view name) { return has(header, name); });
}

/// Expired at the very second of `exp`: RFC 7519, section 4.1.4, asks for a time before it. The
/// leeway moves the clock, not the claim, so that a huge claim cannot overflow.
bool is_expired(std::int64_t exp, const JwtRules& rules) {
  return std::chrono::floor<std::chrono::seconds>(rules.now - rules.leeway).time_since_epoch() >=
         std::chrono::seconds(exp);
}

bool is_early(std::int64_t nbf, const JwtRules& rules) {
  return std::chrono::floor<std::chrono::seconds>(rules.now + rules.leeway).time_since_epoch() <
         std::chrono::seconds(nbf);
}

bool names_audience(const json::object& claims, std::string_view audience) {
  if (const json::array* list = get_array(claims, "aud")) {
    return std::ranges::any_of(
        *list, [&](const json::value& entry) { return entry.get_string() == audience; });
  }
  return get_string(claims, "aud") == audience;
}

/// The first reason against the claims of a token whose signature holds.
std::optional<JwtRefusal> judge_claims(const json::object& claims, const JwtRules& rules) {
  const auto exp = get_int(claims, "exp");
  const auto nbf = get_int(claims, "nbf");
  if (exp && is_expired(*exp, rules)) return JwtRefusal::kExpired;
  if (nbf && is_early(*nbf, rules)) return JwtRefusal::kNotYetValid;
  if (!exp) return JwtRefusal::kNoExpiry;
  if (!rules.issuer.empty() && get_string(claims, "iss") != rules.issuer) {
    return JwtRefusal::kIssuer;
  }
  if (!rules.audience.empty() && !names_audience(claims, rules.audience)) {
    return JwtRefusal::kAudience;
  }
  return std::nullopt;
}

std::optional<JwtRefusal> judge(const JwtParts& parts, const JwkSet& keys, const JwtRules& rules) {
  if (!is_well_typed(parts)) return JwtRefusal::kMalformed;
  if (get_string(parts.header, "alg") != "RS256") return JwtRefusal::kAlgorithm;
  if (brings_key(parts.header)) return JwtRefusal::kEmbeddedKey;
  if (has(parts.header, "crit")) return JwtRefusal::kCriticalExtension;
  const auto kid = get_string(parts.header, "kid");
  const Jwk* jwk = kid ? keys.find(*kid) : nullptr;
  if (jwk == nullptr) return JwtRefusal::kUnknownKey;
  if (!jwk->key.verify_rs256(as_bytes(parts.signing_input), parts.signature)) {
    return JwtRefusal::kSignature;
  }
  return judge_claims(parts.claims, rules);
}

}  // namespace

std::string sign_jwt(const RsaPrivateKey& key, std::string_view kid, const json::object& claims) {
  json::object header;
  header["alg"] = "RS256";
  header["kid"] = kid;
  header["typ"] = "JWT";
  std::string token = base64url(as_bytes(canonical(header)));
  token += '.';
  token += base64url(as_bytes(canonical(claims)));
  const Bytes signature = key.sign_rs256(as_bytes(token));
  token += '.';
  token += base64url(signature);
  return token;
}

Result<JwtParts> decode_jwt(std::string_view token) {
  if (token.size() > kMaxTokenBytes) {
    return make_error(ErrorCode::kLimit, "token is longer than 4096 bytes");
  }
  const std::size_t first = token.find('.');
  const std::size_t last = token.rfind('.');
  // A third dot would lie in the claims, where it is no digit of base64url.
  if (first == last) return invalid("a token has three parts, joined by two dots");
  JwtParts parts;
  PARLEY_ASSIGN(parts.header, decode_object(token.substr(0, first), "header"));
  PARLEY_ASSIGN(parts.claims, decode_object(token.substr(first + 1, last - first - 1), "claims"));
  PARLEY_ASSIGN(parts.signature, decode_base64url(token.substr(last + 1)));
  parts.signing_input = token.substr(0, last);
  return parts;
}

std::string_view to_string(JwtRefusal refusal) {
  constexpr std::array<std::string_view, 12> kNames = {
      "malformed",          "too-long",    "algorithm", "embedded-key",
      "critical-extension", "unknown-key", "signature", "expired",
      "not-yet-valid",      "no-expiry",   "issuer",    "audience"};
  static_assert(kNames.size() == static_cast<std::size_t>(JwtRefusal::kAudience) + 1);
  return kNames[static_cast<std::size_t>(refusal)];
}

JwtVerdict verify_jwt(std::string_view token, const JwkSet& keys, const JwtRules& rules) {
  JwtVerdict verdict;
  Result<JwtParts> parts = decode_jwt(token);
  if (!parts.ok()) {
    verdict.refusal = token.size() > kMaxTokenBytes ? JwtRefusal::kTooLong : JwtRefusal::kMalformed;
    return verdict;
  }
  verdict.kid = get_string(parts->header, "kid").value_or("");
  if (const auto refusal = judge(*parts, keys, rules)) {
    verdict.refusal = *refusal;
    return verdict;
  }
  verdict.valid = true;
  verdict.claims = std::move(parts->claims);
  return verdict;
}

}  // namespace parley::crypto
