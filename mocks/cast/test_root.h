// The test root of the mock chat servers: the key pair that signs their certificate chains, and
// that the mock clients pin. It is published with the source, secret from nobody, and stands for no
// real server. It lies here because both sides of the chat channel need it.
#pragma once

#include "harness/crypto/curve25519.h"

namespace parley::mocks {

crypto::XeddsaKeyPair chat_test_root();

/// What a client pins (ChatClientConfig::trust_root).
crypto::PublicKey chat_test_root_public();

}  // namespace parley::mocks
