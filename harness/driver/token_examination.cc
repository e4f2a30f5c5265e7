#include "harness/driver/token_examination.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <chrono>
#include <utility>

#include "harness/base/json.h"

namespace parley::driver {
namespace {

using crypto::JwtRefusal;

constexpr Duration kTolerated = std::chrono::seconds(60);

constexpr std::array<DoctorRule, 7> kRules{{
    {"TOK-01", "its tokens can be read", "product",
     "issue JSON Web Tokens in compact form, of at most 4096 bytes, signed by RS256, without a key "
     "of their own"},
    {"TOK-02", "they are signed by a key of the key set", "product",
     "publish the signing key under the \"kid\" that the tokens name"},
    {"TOK-03", "their signature holds", "product",
     "sign with the private half of the key that is published"},
    {"TOK-04", "they are valid now", "product",
     "set \"exp\" in the future and \"nbf\" in the past, in seconds, and the clock by NTP"},
    {"TOK-05", "they name their issuer", "product",
     "put the partner's base URL into \"iss\", as start says it in \"server\""},
    {"TOK-06", "they are meant for the gatekeeper", "product",
     "put the gatekeeper's audience into \"aud\""},
    {"TOK-07", "they were issued now, by the clock of who issued them", "product",
     "set the token server's clock by NTP"},
}};
constexpr std::size_t kClockRule = 6;

// The rule that the refusal is about.
std::size_t rule_of(JwtRefusal refusal) {
  switch (refusal) {
    case JwtRefusal::kUnknownKey:
      return 1;
    case JwtRefusal::kSignature:
      return 2;
    case JwtRefusal::kExpired:
    case JwtRefusal::kNotYetValid:
    case JwtRefusal::kNoExpiry:
      return 3;
    case JwtRefusal::kIssuer:
      return 4;
    case JwtRefusal::kAudience:
      return 5;
    case JwtRefusal::kMalformed:
    case JwtRefusal::kTooLong:
    case JwtRefusal::kAlgorithm:
    case JwtRefusal::kEmbeddedKey:
    case JwtRefusal::kCriticalExtension:
      return 0;
  }
  return 0;
}

std::string claim_text(const json::object& claims, std::string_view name) {
  const json::value* value = claims.if_contains(name);
  return value == nullptr ? "absent" : canonical(*value);
}

std::string off_by(TimePoint then, TimePoint now) {
  return roughly(then - now) + (then < now ? " ago" : " ahead");
}

// Beside the refusal's name what it is about.
std::string details(const crypto::JwtVerdict& verdict, const Result<crypto::JwtParts>& parts,
                    const crypto::JwkSet& keys, const TokenExpectation& expected) {
  std::string text = "a token is refused: " + std::string(crypto::to_string(verdict.refusal));
  const std::size_t rule = rule_of(verdict.refusal);
  if (!parts.ok()) return text;
  if (verdict.refusal == JwtRefusal::kAlgorithm) {
    text += ", alg " + claim_text(parts->header, "alg");
  }
  if (rule == 1 || rule == 2) text += ", kid \"" + verdict.kid + "\"";
  if (rule == 1) {
    std::string known;
    for (const crypto::Jwk& key : keys.keys) known += (known.empty() ? "" : ", ") + key.kid;
    text += "; the key set has: " + (known.empty() ? "none" : known);
  }
  if (rule == 3) {
    for (const char* claim : {"exp", "nbf"}) {
      const auto at = get_int(parts->claims, claim);
      // What is beyond any time that there is says nothing about a clock.
      if (!at || *at < 0 || *at > 4'000'000'000) continue;
      text += std::string(", ") + claim + " " +
              off_by(TimePoint(std::chrono::seconds(*at)), expected.now);
    }
  }
  if (rule == 4) {
    text += ", iss " + claim_text(parts->claims, "iss") + ", expected " + expected.issuer;
  }
  if (rule == 5) {
    text += ", aud " + claim_text(parts->claims, "aud") + ", expected " + expected.audience;
  }
  return text;
}

// kUnsupported where that cannot be seen.
Status issued_now(const Result<crypto::JwtParts>& parts, TimePoint now) {
  if (!parts.ok()) return make_error(ErrorCode::kUnsupported, "needs TOK-01");
  const auto at = get_int(parts->claims, "iat");
  if (!at) return make_error(ErrorCode::kUnsupported, "they have no \"iat\"");
  if (*at < 0 || *at > 4'000'000'000) {
    return make_error(ErrorCode::kInvalid, "\"iat\" is no time of today in seconds");
  }
  const TimePoint issued(std::chrono::seconds{*at});
  if (issued - now <= kTolerated && now - issued <= kTolerated) return {};
  return make_error(
      ErrorCode::kInvalid,
      "a token was asked for just now, and says that it was issued " + off_by(issued, now));
}

}  // namespace

std::vector<DoctorRule> token_rules() { return {kRules.begin(), kRules.end()}; }

std::vector<DoctorLine> examine_token(std::string_view token, const crypto::JwkSet& keys,
                                      const TokenExpectation& expected) {
  crypto::JwtRules rules;
  rules.now = expected.now;
  rules.issuer = expected.issuer;
  rules.audience = expected.audience;
  const crypto::JwtVerdict verdict = crypto::verify_jwt(token, keys, rules);
  const Result<crypto::JwtParts> parts = crypto::decode_jwt(token);
  const std::size_t failing = verdict.valid ? kRules.size() : rule_of(verdict.refusal);
  std::vector<DoctorLine> lines;
  for (std::size_t i = 0; i < kRules.size(); ++i) {
    if (i == kClockRule) {
      lines.push_back(line_for(kRules[i], issued_now(parts, expected.now)));
    } else if (i < failing) {
      lines.push_back(line_for(kRules[i], Status()));
    } else if (i == failing) {
      std::string seen = details(verdict, parts, keys, expected);
      lines.push_back(line_for(kRules[i], make_error(ErrorCode::kInvalid, std::move(seen))));
    } else {
      lines.push_back(skipped_line(kRules[i], kRules[failing].id));
    }
  }
  return lines;
}

}  // namespace parley::driver
