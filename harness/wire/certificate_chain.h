// The server's certificate chain inside the Noise handshake: a pinned root key signs an
// intermediate certificate, whose key signs the leaf, whose key is the server's static Noise key.
// Signatures are XEdDSA over the raw bytes of the details.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "harness/base/bytes.h"
#include "harness/base/clock.h"
#include "harness/crypto/curve25519.h"

namespace parley::wire {

struct CertificateDetails {
  std::uint32_t serial = 0;
  std::uint32_t issuer_serial = 0;
  crypto::PublicKey key{};
  std::uint64_t not_before = 0;  ///< seconds since 1970
  std::uint64_t not_after = 0;
};

/// The serialized chain, as it goes into the server hello's payload. Written as given, right or
/// wrong: the caller states both certificates' details.
Bytes build_certificate_chain(const crypto::XeddsaKeyPair& root,
                              const crypto::XeddsaKeyPair& intermediate,
                              const CertificateDetails& intermediate_details,
                              const CertificateDetails& leaf_details);

/// A chain that passes every check: intermediate serial 1 under root serial 0, leaf serial 2, valid
/// from one day before `now` to `validity` after it.
Bytes build_valid_certificate_chain(const crypto::XeddsaKeyPair& root,
                                    const crypto::XeddsaKeyPair& intermediate,
                                    const crypto::PublicKey& server_static, TimePoint now,
                                    Duration validity = std::chrono::hours(24 * 3650));

/// What is wrong with a chain; judged in this order, each with a stable spelling for records.
enum class CertificateFault {
  kMalformed,              ///< no such protobuf, or a details field with a wrong size
  kMissingPart,            ///< no leaf, no intermediate, no details or no signature
  kIntermediateIssuer,     ///< intermediate not issued under the root's serial, 0
  kIntermediateSignature,  ///< does not hold under the pinned root
  kLeafIssuer,             ///< leaf's issuer serial is not the intermediate's serial
  kLeafSignature,          ///< does not hold under the intermediate's key
  kLeafKey,                ///< leaf's key is not the server's static key
  kIntermediateNotYetValid,
  kIntermediateExpired,
  kLeafNotYetValid,
  kLeafExpired,
};
std::string_view to_string(CertificateFault fault);

struct CertificateRules {
  crypto::PublicKey root;
  crypto::PublicKey server_static;  ///< as the handshake gave it
  TimePoint now;
};

/// The first fault, or nullopt for a chain that holds.
std::optional<CertificateFault> check_certificate_chain(BytesView chain,
                                                        const CertificateRules& rules);

}  // namespace parley::wire
