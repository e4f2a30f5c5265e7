// The way from an X25519 public key to the Ed25519 key that verifies its XEdDSA signatures.
#pragma once

#include <optional>

#include "harness/crypto/curve25519.h"

namespace parley::crypto {

/// The Edwards y-coordinate (u - 1) / (u + 1) mod 2^255 - 19 of a Montgomery u-coordinate
/// (RFC 7748, section 4.1), little-endian with the sign bit clear. nullopt where u is not reduced,
/// which XEdDSA refuses, or is -1, which has no counterpart. Public data only: not constant-time.
std::optional<PublicKey> edwards_y(const PublicKey& u);

}  // namespace parley::crypto
