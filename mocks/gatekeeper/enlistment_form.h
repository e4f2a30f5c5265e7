// The form of `POST /3p/interop_reg`: eight arguments of the framework, each base64url without
// padding and of an exact size, and two surrogates of ours.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/wire/signal/prekeys.h"

namespace parley::mocks::gatekeeper {

struct EnlistmentForm {
  crypto::PublicKey chat_key{};  ///< authkey
  std::uint32_t registration_id = 0;
  crypto::PublicKey identity{};
  signal::PublicSignedPreKey signed_prekey;
  std::string token;
  /// Surrogate: the user-visible identifier that the client claims. The framework has the server
  /// compare it with the token's, and names no argument for it.
  std::optional<std::string> identifier;
  /// Surrogate: the protocol version that the client speaks.
  std::optional<std::string> version;
};

/// Reads the body. The token may travel in its own compact form, which is base64url already, or be
/// encoded once more. Fields that the form does not know are passed over. kInvalid for a missing
/// argument, one that is not base64url or has another size, a key type other than 0x05 or a key
/// with bit 255 set; the message names the argument.
Result<EnlistmentForm> read_enlistment_form(std::string_view body);

/// Why an enlistment is refused.
enum class EnlistmentRefusal {
  kBadParameter,
  kBadIntegrator,
  kKeysUnavailable,
  kBadToken,
  kExpiredToken,
  kIdentifierMismatch,
  kBadPrekeySignature,
  kBadVersion,
  kTooMany,
  kReservedName,
  kSuspended,
};

/// The reason code in the answer. "bad_integrator" is the framework's; all others are ours.
std::string_view reason_code(EnlistmentRefusal refusal);

/// The bodies of the answers, which are always sent with status 200.
std::string enlistment_accepted(std::string_view login);
std::string enlistment_refused(EnlistmentRefusal refusal);

}  // namespace parley::mocks::gatekeeper
