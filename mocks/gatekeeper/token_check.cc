#include "mocks/gatekeeper/token_check.h"

#include "harness/base/json.h"
#include "mocks/cast/hosts.h"

namespace parley::mocks::gatekeeper {

std::variant<ClaimedOrigin, TokenTrouble> claimed_origin(std::string_view token, const Cast& cast) {
  const Result<crypto::JwtParts> parts = crypto::decode_jwt(token);
  if (!parts.ok()) return TokenTrouble{TokenRefusal::kMalformed, parts.error().message};
  const auto issuer = get_string(parts->claims, "iss");
  const auto integrator = get_int(parts->claims, "integrator");
  ClaimedOrigin origin;
  for (const PartnerSettings& partner : cast.partners) {
    if (issuer == partner_base_url(partner.id)) origin.partner = &partner;
  }
  if (origin.partner == nullptr) {
    return TokenTrouble{TokenRefusal::kUnknownIntegrator, "no partner has that issuer name"};
  }
  if (integrator != origin.partner->integrator) {
    return TokenTrouble{TokenRefusal::kUnknownIntegrator, "the issuer has another integrator id"};
  }
  origin.kid = get_string(parts->header, "kid").value_or("");
  return origin;
}

std::variant<TokenIdentity, TokenTrouble> judge_token(std::string_view token,
                                                      const PartnerSettings& partner,
                                                      const std::string& audience,
                                                      const crypto::JwkSet& keys, TimePoint now) {
  crypto::JwtRules rules;
  rules.now = now;
  rules.issuer = partner_base_url(partner.id);
  rules.audience = audience;
  const crypto::JwtVerdict verdict = crypto::verify_jwt(token, keys, rules);
  if (!verdict.valid) {
    const bool expired = verdict.refusal == crypto::JwtRefusal::kExpired;
    return TokenTrouble{expired ? TokenRefusal::kExpired : TokenRefusal::kInvalid,
                        std::string(crypto::to_string(verdict.refusal))};
  }
  const auto subject = get_string(verdict.claims, "sub");
  if (!subject || subject->empty()) return TokenTrouble{TokenRefusal::kInvalid, "no subject"};
  return TokenIdentity{&partner, std::string(*subject)};
}

}  // namespace parley::mocks::gatekeeper
