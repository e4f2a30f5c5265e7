// What the gatekeeper makes of a partner's token: whose it is, and whether it holds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "harness/crypto/jwt.h"
#include "mocks/cast/cast.h"

namespace parley::mocks::gatekeeper {

enum class TokenRefusal { kMalformed, kUnknownIntegrator, kKeysUnavailable, kInvalid, kExpired };

/// A user as the partner's server vouches for it.
struct TokenIdentity {
  const PartnerSettings* partner = nullptr;
  std::string identifier;  ///< user-visible
};

/// A token before its signature is checked: which partner must have signed it, and with which key.
struct ClaimedOrigin {
  const PartnerSettings* partner = nullptr;
  std::string kid;
};

struct TokenTrouble {
  TokenRefusal refusal = TokenRefusal::kMalformed;
  std::string detail;  ///< for records; no part of the token
};

/// The partner that the token names as its issuer, and, where it says so, by its integrator number.
std::variant<ClaimedOrigin, TokenTrouble> claimed_origin(std::string_view token, const Cast& cast);

/// Verifies the token with that partner's keys. `audience` is what it must be meant for.
std::variant<TokenIdentity, TokenTrouble> judge_token(std::string_view token,
                                                      const PartnerSettings& partner,
                                                      const std::string& audience,
                                                      const crypto::JwkSet& keys, TimePoint now);

}  // namespace parley::mocks::gatekeeper
