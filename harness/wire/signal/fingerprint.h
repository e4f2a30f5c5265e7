// The number by which two people compare their keys out of band: the numeric fingerprint of
// Signal's clients, version 0. Equal on both sides exactly where both know the same two identities.
#pragma once

#include <string>
#include <string_view>

#include "harness/crypto/curve25519.h"

namespace parley::signal {

inline constexpr unsigned kFingerprintIterations = 5200;

/// Thirty digits for one identity; `name` is what both sides call its owner.
std::string half_fingerprint(std::string_view name, const crypto::PublicKey& identity,
                             unsigned iterations = kFingerprintIterations);

/// Sixty digits, in an order that does not depend on who computes them.
std::string fingerprint(std::string_view own_half, std::string_view peer_half);

}  // namespace parley::signal
