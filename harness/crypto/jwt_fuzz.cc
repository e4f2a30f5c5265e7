// One input as a token and, behind the first line break, as a key set: nothing may crash, and what
// was accepted must be what the issuer could have signed.
#include <cstdint>
#include <cstdlib>

#include "harness/crypto/jwt.h"

namespace {

using namespace parley;
using namespace parley::crypto;

void require_consistent(bool holds) {
  if (!holds) std::abort();
}

void try_token(std::string_view token) {
  static const JwkSet known{{{"k1", RsaPrivateKey::test_key(0).public_key()}}};
  JwtRules rules;
  rules.now = from_unix_seconds(1'800'000'000);
  const JwtVerdict verdict = verify_jwt(token, known, rules);
  const Result<JwtParts> parts = decode_jwt(token);
  if (!verdict.valid) {
    require_consistent(verdict.claims.empty());
    return;
  }
  require_consistent(parts.ok() && token.size() <= kMaxTokenBytes && verdict.kid == "k1");
  require_consistent(get_string(parts->header, "alg") == "RS256");
  require_consistent(get_int(verdict.claims, "exp").has_value());
  require_consistent(RsaPrivateKey::test_key(0).sign_rs256(as_bytes(parts->signing_input)) ==
                     parts->signature);
}

void try_set(std::string_view text) {
  const Result<JwkSet> set = JwkSet::parse(text);
  if (!set.ok()) return;
  for (const Jwk& jwk : set->keys) {
    require_consistent(jwk.key.bits() >= 2048 && set->find(jwk.kid) == &jwk);
    require_consistent(!jwk.key.verify_rs256(as_bytes(text), Bytes(jwk.key.modulus().size())));
  }
  const Result<JwkSet> again = JwkSet::parse(canonical(set->to_json()));
  require_consistent(again.ok() && again->keys.size() == set->keys.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = as_text({data, size});
  const std::size_t line = input.find('\n');
  try_token(input.substr(0, line));
  if (line != std::string_view::npos) try_set(input.substr(line + 1));
  return 0;
}
