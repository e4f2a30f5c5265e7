// An account's long-term identity key and the 33-byte form in which Signal messages carry keys.
#pragma once

#include <cstdint>

#include "harness/base/bytes.h"
#include "harness/base/random.h"
#include "harness/base/result.h"
#include "harness/crypto/curve25519.h"

namespace parley::signal {

/// Public keys inside Signal messages are 33 bytes: this type byte, then the X25519 key. In
/// stanzas and enlistment forms they are the 32 bytes alone.
inline constexpr std::uint8_t kCurveType = 0x05;
using TypedKey = ByteArray<33>;

TypedKey typed_key(const crypto::PublicKey& key);

/// kInvalid for another length or type byte, or for a key with bit 255 set: X25519 ignores that
/// bit, so that two spellings of one key would get past every comparison.
Result<crypto::PublicKey> parse_typed_key(BytesView bytes);

/// The same check for a 32-byte key from a stanza or form.
Result<crypto::PublicKey> parse_raw_key(BytesView bytes);

/// The long-term key: agrees (X25519) and signs (XEdDSA).
using IdentityKeyPair = crypto::XeddsaKeyPair;

/// Who an account is towards its peers. The registration id names the installation: a new one
/// means that the account was set up afresh.
struct Identity {
  IdentityKeyPair key;
  std::uint32_t registration_id = 0;  ///< 1..16380

  static Identity generate(Random& random);

  const crypto::PublicKey& public_key() const { return key.public_key(); }
};

}  // namespace parley::signal
