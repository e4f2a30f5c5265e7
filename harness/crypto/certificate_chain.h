// Who signed a bundle: an X.509 certificate for signing documents (RFC 9336) and the way from it to
// a root that the reader trusts (RFC 5280). A lab without an authority makes a root of its own.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/base/clock.h"
#include "harness/base/random.h"
#include "harness/base/result.h"
#include "harness/crypto/signing_key.h"

namespace parley::crypto {

/// In whole seconds; the last one is already over, as OpenSSL reads notAfter.
struct ValidityPeriod {
  TimePoint from;
  TimePoint until;
};

struct LabRoot {
  SigningKey key;
  std::string certificate_pem;
};

/// A self-signed root that may sign certificates of signers and nothing else. `name` is its common
/// name, 1 to 64 bytes of printable UTF-8 in one line; kInvalid for another, or for a period that
/// ends before it begins. Reproducible from `random` where the key is Ed25519.
Result<LabRoot> make_lab_root(SigningKey key, const std::string& name, ValidityPeriod period,
                              Random& random);

/// A certificate in PEM for whoever signs documents with `signer`: digitalSignature, extended key
/// usage documentSigning (1.3.6.1.5.5.7.3.36), no authority. Errors as above.
Result<std::string> issue_signer(const LabRoot& root, const VerifyKey& signer,
                                 const std::string& name, ValidityPeriod period, Random& random);

/// Why a chain was refused; each has a stable spelling for reports.
enum class ChainFault {
  kNone,
  kMalformed,    ///< no PEM, no certificates, too many of them
  kExpired,      ///< one of them at the time asked for
  kNotYetValid,  ///< likewise
  kForeignRoot,  ///< it does not lead to a trusted root
  kSignature,    ///< one was not signed by the next
  kWrongUse,     ///< the signer may not sign documents, or an authority may not sign certificates
  kWeak,         ///< a key or digest that is too weak, or a signer's key of an unknown kind
  kRefused,      ///< any other reason of RFC 5280
};
std::string_view to_string(ChainFault fault);  ///< "none", "malformed", "expired", ...

struct ChainVerdict {
  ChainFault fault = ChainFault::kMalformed;
  std::string reason{};               ///< for people; empty where there is no fault
  std::optional<VerifyKey> signer{};  ///< whose signatures count: only where there is no fault
  std::string subject{};              ///< the signer's name (RFC 2253), where it could be read

  bool valid() const { return fault == ChainFault::kNone; }
};

/// Judges `chain_pem`, the signer's certificate first, up to eight in all, at the time `when`
/// against the certificates in `roots_pem`. Only the roots are believed: one that comes with the
/// chain makes no difference. Revocation is not looked at.
ChainVerdict verify_chain(std::string_view chain_pem, std::string_view roots_pem, TimePoint when);

}  // namespace parley::crypto
