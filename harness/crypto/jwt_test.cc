// The world: an issuer with two test keys, a verifier that knows the first one as "k1", and an
// attacker who has the published key set and one valid token. The clock stands at kNow.
#include "harness/crypto/jwt.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <set>

#include "harness/crypto/hash.h"
#include "harness/crypto/test_vectors.h"

namespace parley::crypto {
namespace {

constexpr std::int64_t kNow = 1'800'000'000;

JwkSet known_keys() { return {{{"k1", RsaPrivateKey::test_key(0).public_key()}}}; }

JwtRules rules() {
  JwtRules result;
  result.now = from_unix_seconds(kNow);
  result.issuer = "partner";
  result.audience = "https://gatekeeper.test";
  return result;
}

json::object good_claims() {
  json::object claims;
  claims["iss"] = "partner";
  claims["aud"] = "https://gatekeeper.test";
  claims["sub"] = "alice";
  claims["exp"] = kNow + 3600;
  claims["nbf"] = kNow - 60;
  claims["iat"] = kNow - 60;
  return claims;
}

/// `json` as a token part.
std::string part(std::string_view text) { return base64url(as_bytes(text)); }

/// A token with exactly these bytes as header and claims, signed by test key 0.
std::string forge(std::string_view header, std::string_view claims) {
  std::string token = part(header) + "." + part(claims);
  const Bytes signature = RsaPrivateKey::test_key(0).sign_rs256(as_bytes(token));
  return token + "." + base64url(signature);
}

std::string with_header(std::string_view header) { return forge(header, canonical(good_claims())); }

std::string with_claims(std::string_view claims) {
  return forge(R"({"alg":"RS256","kid":"k1","typ":"JWT"})", claims);
}

/// The good claims with one member replaced by the JSON text `value`, or removed where it is empty.
std::string with_claim(std::string_view name, std::string_view value) {
  json::object claims = good_claims();
  claims.erase(name);
  std::string text = canonical(claims);
  if (!value.empty()) {
    text.pop_back();
    text += ",\"" + std::string(name) + "\":" + std::string(value) + "}";
  }
  return with_claims(text);
}

/// "valid", or the reason for the refusal.
std::string judged(std::string_view token, const JwtRules& by = rules()) {
  const JwtVerdict verdict = verify_jwt(token, known_keys(), by);
  if (!verdict.valid) EXPECT_TRUE(verdict.claims.empty()) << "no claims of a refused token";
  EXPECT_EQ(ERR_peek_error(), 0U);
  return verdict.valid ? "valid" : std::string(to_string(verdict.refusal));
}

TEST(Jwt, AcceptsWhatTheIssuerSigned) {
  const std::string token = sign_jwt(RsaPrivateKey::test_key(0), "k1", good_claims());
  const JwtVerdict verdict = verify_jwt(token, known_keys(), rules());
  EXPECT_TRUE(verdict.valid) << to_string(verdict.refusal);
  EXPECT_EQ(verdict.kid, "k1");
  EXPECT_EQ(verdict.claims, good_claims());
  EXPECT_EQ(token, sign_jwt(RsaPrivateKey::test_key(0), "k1", good_claims())) << "deterministic";
  const Result<JwtParts> parts = decode_jwt(token);
  ASSERT_TRUE(parts.ok());
  EXPECT_EQ(canonical(parts->header), R"({"alg":"RS256","kid":"k1","typ":"JWT"})");
  EXPECT_EQ(parts->signature.size(), 256U);
  EXPECT_EQ(parts->signing_input, token.substr(0, token.rfind('.')));
}

TEST(Jwt, RefusesOtherAlgorithms) {
  const std::string claims = part(canonical(good_claims()));
  for (const std::string_view alg :
       {"none", "None", "NONE", "RS384", "RS512", "PS256", "ES256", "HS256", "rs256", ""}) {
    const std::string header = R"({"alg":")" + std::string(alg) + R"(","kid":"k1"})";
    EXPECT_EQ(judged(with_header(header)), "algorithm") << alg << " with a valid RS256 signature";
    EXPECT_EQ(judged(part(header) + "." + claims + "."), "algorithm") << alg << " unsigned";
  }
  EXPECT_EQ(judged(with_header(R"({"alg":null,"kid":"k1"})")), "malformed");
  EXPECT_EQ(judged(with_header(R"({"alg":["RS256"],"kid":"k1"})")), "malformed");
  EXPECT_EQ(judged(with_header(R"({"kid":"k1"})")), "malformed");
}

// The attacker signs with HMAC and takes the public key's PEM, which everybody has, as the secret.
TEST(Jwt, RefusesAnHmacKeyedWithThePublicKey) {
  const std::string pem = known_keys().find("k1")->key.pem();
  const std::string body = "." + part(canonical(good_claims()));
  for (const std::string_view header :
       {R"({"alg":"HS256","kid":"k1","typ":"JWT"})", R"({"alg":"RS256","kid":"k1","typ":"JWT"})"}) {
    const std::string input = part(header) + body;
    const Digest32 mac = hmac_sha256(as_bytes(pem), as_bytes(input));
    const std::string expected = std::string_view(header).find("HS256") != std::string_view::npos
                                     ? "algorithm"
                                     : "signature";
    EXPECT_EQ(judged(input + "." + base64url(mac)), expected);
  }
}

TEST(Jwt, RefusesKeysThatTheTokenBrings) {
  const std::string own = canonical(
      JwkSet{{{"k1", RsaPrivateKey::test_key(1).public_key()}}}.to_json().at("keys").as_array().at(
          0));
  const std::string members[] = {"\"jwk\":" + own, R"("jku":"https://attacker.test/jwks")",
                                 R"("x5c":["MIIB"])", R"("x5u":"https://attacker.test/cert")"};
  for (const std::string& member : members) {
    const std::string header = R"({"alg":"RS256","kid":"k1",)" + member + "}";
    EXPECT_EQ(judged(with_header(header)), "embedded-key") << "although the signature is right";
    std::string token = part(header) + "." + part(canonical(good_claims()));
    token += "." + base64url(RsaPrivateKey::test_key(1).sign_rs256(as_bytes(token)));
    EXPECT_EQ(judged(token), "embedded-key") << "signed with the attacker's own key";
  }
}

TEST(Jwt, RefusesCriticalExtensions) {
  for (const std::string_view crit : {R"(["b64"])", R"(["exp"])", "[]", "null", "\"b64\""}) {
    const std::string header = R"({"alg":"RS256","kid":"k1","b64":true,"crit":)";
    EXPECT_EQ(judged(with_header(header + std::string(crit) + "}")), "critical-extension") << crit;
  }
}

TEST(Jwt, RefusesUnknownKeys) {
  EXPECT_EQ(judged(with_header(R"({"alg":"RS256","kid":"k2"})")), "unknown-key");
  EXPECT_EQ(judged(with_header(R"({"alg":"RS256","kid":""})")), "unknown-key");
  EXPECT_EQ(judged(with_header(R"({"alg":"RS256"})")), "unknown-key");
  EXPECT_EQ(judged(with_header(R"({"alg":"RS256","kid":1})")), "malformed");
  const JwtVerdict verdict =
      verify_jwt(with_header(R"({"alg":"RS256","kid":"k2"})"), known_keys(), rules());
  EXPECT_EQ(verdict.kid, "k2") << "named, so that a finding can name it";
}

TEST(Jwt, RefusesForeignAndDamagedSignatures) {
  EXPECT_EQ(judged(sign_jwt(RsaPrivateKey::test_key(1), "k1", good_claims())), "signature");
  const std::string token = sign_jwt(RsaPrivateKey::test_key(0), "k1", good_claims());
  const std::string input = token.substr(0, token.rfind('.'));
  EXPECT_EQ(judged(input + "."), "signature");
  json::object more = good_claims();
  more["sub"] = "bob";
  const std::string other = sign_jwt(RsaPrivateKey::test_key(0), "k1", more);
  EXPECT_EQ(judged(other.substr(0, other.rfind('.')) + token.substr(token.rfind('.'))), "signature")
      << "another token's signature";
  const Bytes signature = decode_base64url(token.substr(token.rfind('.') + 1)).value();
  for (std::size_t byte = 0; byte < signature.size(); byte += 15) {
    Bytes damaged = signature;
    damaged[byte] ^= 1;
    EXPECT_EQ(judged(input + "." + base64url(damaged)), "signature") << byte;
  }
}

TEST(Jwt, JudgesTheClockToTheSecond) {
  const auto after = [](std::int64_t exp, Duration leeway, Duration past = {}) {
    JwtRules by = rules();
    by.now += past;
    by.leeway = leeway;
    return judged(with_claim("exp", std::to_string(exp)), by);
  };
  using std::chrono::seconds;
  EXPECT_EQ(after(kNow + 1, seconds(0)), "valid");
  EXPECT_EQ(after(kNow + 1, seconds(0), std::chrono::milliseconds(999)), "valid");
  EXPECT_EQ(after(kNow, seconds(0)), "expired") << "RFC 7519: the time must be before exp";
  EXPECT_EQ(after(kNow - 299, seconds(300)), "valid");
  EXPECT_EQ(after(kNow - 300, seconds(300)), "expired");
  const auto before = [](std::int64_t nbf, Duration leeway) {
    JwtRules by = rules();
    by.leeway = leeway;
    return judged(with_claim("nbf", std::to_string(nbf)), by);
  };
  EXPECT_EQ(before(kNow, seconds(0)), "valid");
  EXPECT_EQ(before(kNow + 1, seconds(0)), "not-yet-valid");
  EXPECT_EQ(before(kNow + 300, seconds(300)), "valid");
  EXPECT_EQ(before(kNow + 301, seconds(300)), "not-yet-valid");
}

TEST(Jwt, RequiresAnExpiryInWholeSeconds) {
  EXPECT_EQ(judged(with_claim("exp", "")), "no-expiry");
  EXPECT_EQ(judged(with_claim("nbf", "")), "valid") << "nbf is optional";
  for (const std::string_view name : {"exp", "nbf"}) {
    for (const std::string_view value :
         {"1800003600.5", "1800003600.0", "1.8e9", "\"1800003600\"", "null", "true", "[]", "{}",
          "9223372036854775808", "18446744073709551615", "18446744073709551616", "1e400",
          "-9223372036854775809"}) {
      EXPECT_EQ(judged(with_claim(name, value)), "malformed") << name << " " << value;
    }
  }
  EXPECT_EQ(judged(with_claim("exp", "9223372036854775807")), "valid");
  EXPECT_EQ(judged(with_claim("exp", "-9223372036854775808")), "expired");
  EXPECT_EQ(judged(with_claim("exp", "-1")), "expired");
  EXPECT_EQ(judged(with_claim("exp", "0")), "expired");
  EXPECT_EQ(judged(with_claim("nbf", "9223372036854775807")), "not-yet-valid");
  EXPECT_EQ(judged(with_claim("nbf", "-9223372036854775808")), "valid");
  EXPECT_EQ(judged(with_claim("iat", "1800000000.25")), "valid") << "iat is not judged";
  EXPECT_EQ(judged(with_claim("iat", "\"now\"")), "malformed");
}

TEST(Jwt, JudgesIssuerAndAudience) {
  EXPECT_EQ(judged(with_claim("iss", R"("somebody")")), "issuer");
  EXPECT_EQ(judged(with_claim("iss", "")), "issuer");
  EXPECT_EQ(judged(with_claim("iss", "7")), "malformed");
  EXPECT_EQ(judged(with_claim("aud", R"("https://gatekeeper.test/")")), "audience");
  EXPECT_EQ(judged(with_claim("aud", "")), "audience");
  EXPECT_EQ(judged(with_claim("aud", "[]")), "audience");
  EXPECT_EQ(judged(with_claim("aud", R"(["a","b"])")), "audience");
  EXPECT_EQ(judged(with_claim("aud", R"(["a","https://gatekeeper.test"])")), "valid");
  EXPECT_EQ(judged(with_claim("aud", R"(["https://gatekeeper.test",1])")), "malformed");
  EXPECT_EQ(judged(with_claim("aud", "{}")), "malformed");
  JwtRules open = rules();
  open.issuer.clear();
  open.audience.clear();
  EXPECT_EQ(judged(with_claim("iss", ""), open), "valid");
  EXPECT_EQ(judged(with_claim("aud", ""), open), "valid");
}

TEST(Jwt, NamesTheFirstReasonInOrder) {
  json::object claims = good_claims();
  claims["iss"] = "somebody";
  claims["exp"] = kNow - 9999;
  EXPECT_EQ(judged(sign_jwt(RsaPrivateKey::test_key(1), "k1", claims)), "signature");
  EXPECT_EQ(judged(sign_jwt(RsaPrivateKey::test_key(1), "k2", claims)), "unknown-key");
  EXPECT_EQ(judged(sign_jwt(RsaPrivateKey::test_key(0), "k1", claims)), "expired");
}

TEST(Jwt, RefusesMalformedTokens) {
  const std::string good = sign_jwt(RsaPrivateKey::test_key(0), "k1", good_claims());
  const std::string bad[] = {"",
                             ".",
                             "..",
                             "...",
                             "a.b",
                             good + ".",
                             good + "=",
                             " " + good,
                             good + "\n",
                             good.substr(0, good.rfind('.')),
                             good.substr(0, good.find('.')) + ".." + part("x"),
                             part("{}") + "." + part("{}") + "." + part("x") + "." + part("x"),
                             "e30+." + part("{}") + ".",
                             part("{}") + "=." + part("{}") + "."};
  for (const std::string& token : bad) EXPECT_EQ(judged(token), "malformed") << token;
  std::string standard = good;
  standard[standard.rfind('.') + 5] = '/';  // a digit of base64, but not of base64url
  EXPECT_EQ(judged(standard), "malformed");
}

TEST(Jwt, RefusesMalformedJson) {
  for (const std::string_view claims :
       {"", "null", "1", "\"x\"", "[]", "[{}]", "{", "{}x", "{'exp':1}", "{\"exp\":1,}",
        "{\"sub\":\"\xff\"}", R"({"exp":1,"exp":1800003600})", R"({"exp":1800003600,"\u0065xp":1})",
        R"({"a":{"b":1,"b":2}})", "{\"a\":NaN}"}) {
    EXPECT_EQ(judged(with_claims(claims)), "malformed") << claims;
    EXPECT_EQ(decode_jwt(with_claims(claims)).error().code, ErrorCode::kInvalid) << claims;
  }
  for (const std::string_view header :
       {"[]", R"({"alg":"RS256","alg":"RS256","kid":"k1"})",
        R"({"alg":"RS256","kid":"k1","typ":1})", R"({"alg":"none","alg":"RS256","kid":"k1"})"}) {
    EXPECT_EQ(judged(with_header(header)), "malformed") << header;
  }
  const std::string deep = "{\"a\":" + std::string(1000, '[') + std::string(1000, ']') + "}";
  EXPECT_EQ(judged(with_claims(deep)), "malformed");
}

TEST(Jwt, LimitsTheLength) {
  // The space after the last member brings the fixed parts to a length from which 4096 is reached.
  const auto padded = [](std::size_t pad) {
    json::object claims = good_claims();
    claims["pad"] = std::string(pad, 'x');
    return forge(R"({"alg":"RS256","kid":"k1","typ":"JWT" })", canonical(claims));
  };
  const std::size_t pad = (kMaxTokenBytes - padded(0).size()) * 3 / 4 - 2;
  std::string longest;
  for (std::size_t more = 0; longest.size() < kMaxTokenBytes; ++more) longest = padded(pad + more);
  ASSERT_EQ(longest.size(), kMaxTokenBytes);
  EXPECT_EQ(judged(longest), "valid");
  const std::string over = padded(kMaxTokenBytes);
  EXPECT_EQ(judged(over), "too-long");
  EXPECT_EQ(decode_jwt(over).error().code, ErrorCode::kLimit);
  EXPECT_EQ(judged(std::string(kMaxTokenBytes + 1, '!')), "too-long");
  EXPECT_EQ(judged(std::string(kMaxTokenBytes, '!')), "malformed");
}

// RFC 7515, appendix A.2, and RFC 7520, section 4.1: the signatures hold, yet neither is a token
// for us: one names no key, the other signs text.
TEST(Jwt, DecodesTheJoseExamples) {
  const json::object file = load_vectors("jose.json");
  const json::array& signatures = file.at("signatures").as_array();
  const std::string rfc7515(text_of(signatures.at(0).as_object(), "compact"));
  const Result<JwtParts> parts = decode_jwt(rfc7515);
  ASSERT_TRUE(parts.ok()) << parts.error().text();
  EXPECT_EQ(get_string(parts->claims, "iss"), "joe");
  EXPECT_EQ(get_int(parts->claims, "exp"), 1300819380);
  EXPECT_EQ(judged(rfc7515), "unknown-key");
  EXPECT_EQ(judged(text_of(signatures.at(1).as_object(), "compact")), "malformed");
  EXPECT_EQ(judged(text_of(file, "hs256")), "algorithm") << "RFC 7515, appendix A.1";
}

TEST(Jwt, EveryRefusalHasItsOwnSpelling) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(JwtRefusal::kAudience); ++i) {
    names.insert(to_string(static_cast<JwtRefusal>(i)));
  }
  EXPECT_EQ(names.size(), 12U);
  EXPECT_EQ(to_string(JwtRefusal::kUnknownKey), "unknown-key");
  EXPECT_EQ(to_string(JwtRefusal::kAudience), "audience");
}

}  // namespace
}  // namespace parley::crypto
