// A partner client's enlistment request, right or deliberately wrong at one place.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/json.h"
#include "harness/base/result.h"
#include "harness/wire/signal/store.h"
#include "mocks/client/client_login.h"

namespace parley::mocks {

/// What is wrong with an enlistment.
enum class EnlistmentFault {
  kNone,
  kBadToken,            ///< one bit of the token's signature flipped
  kExpiredToken,        ///< a token that ended long ago
  kUnknownIntegrator,   ///< a token by an issuer that is no partner
  kWrongIdentifier,     ///< the form claims another identifier than the token
  kBadPrekeySignature,  ///< one bit of the signed prekey's signature flipped
  kMissingArgument,     ///< no e_regid
  kWrongSize,           ///< e_skey_id of two bytes
  kBadKeyType,          ///< e_keytype 0x06
  kFlawedToken,         ///< a token with a TokenFlaw, by the fault's name
};
/// "bad-token", ...; empty for kNone. kInvalid for an unknown one.
Result<EnlistmentFault> parse_enlistment_fault(std::string_view text);

struct EnlistmentRequest {
  crypto::PublicKey chat_key{};
  std::string token;
  std::string identifier;
  std::string version = client::kFrameworkVersion;  ///< of the framework
};

using FormFields = std::vector<std::pair<std::string, std::string>>;

/// The fields of the form, in the framework's order, then our surrogates.
FormFields enlistment_fields(const EnlistmentRequest& request, const signal::Store& keys,
                             EnlistmentFault fault);

/// The body of the token request that leads to that fault, or to a good token. `name` is the
/// fault's.
json::object token_request(std::string_view identifier, EnlistmentFault fault,
                           std::string_view name = {});

/// The same token with one bit of its signature flipped, still well-formed.
std::string with_damaged_signature(std::string_view token);

}  // namespace parley::mocks
