#include "mocks/cast/test_root.h"

#include <string_view>

#include "harness/crypto/hash.h"

namespace parley::mocks {

crypto::XeddsaKeyPair chat_test_root() {
  constexpr std::string_view kSeed = "Parley chat test root, secret from nobody";
  // Derived once: every client of every World asks for it.
  static const crypto::XeddsaKeyPair root =
      crypto::XeddsaKeyPair::from_seed(crypto::sha256(as_bytes(kSeed)));
  return root;
}

crypto::PublicKey chat_test_root_public() { return chat_test_root().public_key(); }

}  // namespace parley::mocks
