// The built-in RSA keys of the mock parties, published with the source and therefore secret from
// nobody.
#pragma once

#include <span>
#include <string_view>

namespace parley::crypto {

/// PKCS #8 PEM, 2048 bits each.
std::span<const std::string_view> rsa_test_keys();

/// One more that RsaPrivateKey::test_key() never gives out.
std::string_view spare_rsa_test_key();

}  // namespace parley::crypto
