// Tokens that are wrong, or just right, at one place. Made by the partner's own server, which alone
// has the keys for it, so that a gatekeeper can be shown to look at that place.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mocks/cast/cast.h"
#include "mocks/partner/token_keys.h"

namespace parley::mocks {

enum class TokenFlaw {
  kAlgNone,            ///< unsigned
  kHmacWithPublicKey,  ///< HS256, keyed with the published key
  kUnknownKey,         ///< signed by a key that is not published
  kEmbeddedKey,        ///< signed by a key that the header brings along
  kNotYetValid,        ///< begins in a week
  kOtherPartner,       ///< names another partner as its issuer
  kOtherAudience,      ///< meant for somebody else
  kOtherService,       ///< meant for another service of the gatekeeper
  kNoExpiry,           ///< never ends
  kLongest,            ///< of 4096 bytes: no flaw
  kTooLong,            ///< of 4097 bytes
};
/// "alg-none", ...; nullopt for anything else.
std::optional<TokenFlaw> parse_token_flaw(std::string_view text);

/// `claims` are those of a good token. `other` is whom kOtherPartner names.
std::string flawed_token(TokenFlaw flaw, const TokenKeys& keys, json::object claims,
                         const PartnerSettings* other);

}  // namespace parley::mocks
