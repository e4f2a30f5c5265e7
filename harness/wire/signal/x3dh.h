// X3DH (Signal's specification, revision 1; X25519, SHA-256, info "WhisperText"): the secret that
// two accounts agree on while one of them is offline.
#pragma once

#include "harness/base/result.h"
#include "harness/crypto/curve25519.h"
#include "harness/wire/signal/identity.h"
#include "harness/wire/signal/prekeys.h"
#include "harness/wire/signal/ratchet.h"

namespace parley::signal {

/// The side that fetched a bundle. `base` is its ephemeral key. kInvalid where an agreement is all
/// zero. The caller has verified the bundle.
Result<RootKey> agree_as_initiator(const IdentityKeyPair& own, const crypto::X25519KeyPair& base,
                                   const PreKeyBundle& bundle);

/// The side that published the prekeys. `one_time` is null where the initiator had none.
Result<RootKey> agree_as_responder(const IdentityKeyPair& own, const SignedPreKey& signed_prekey,
                                   const OneTimePreKey* one_time,
                                   const crypto::PublicKey& peer_identity,
                                   const crypto::PublicKey& peer_base);

}  // namespace parley::signal
