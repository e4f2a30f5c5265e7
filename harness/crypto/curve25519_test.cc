// No world: key agreement and signatures against RFC 7748, RFC 8032 and Wycheproof; XEdDSA against
// signatures that libxeddsa made.
#include "harness/crypto/curve25519.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <set>
#include <utility>

#include "harness/crypto/hash.h"
#include "harness/crypto/test_vectors.h"

namespace parley::crypto {
namespace {

Signature flip(Signature signature, std::size_t bit) {
  signature[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
  return signature;
}

std::string agreed(std::string_view scalar, std::string_view u) {
  const auto pair = X25519KeyPair::from_private(array_from_hex<32>(scalar));
  return hex(pair.agree(array_from_hex<32>(u)).value());
}

TEST(X25519, MatchesRfc7748) {
  EXPECT_EQ(agreed("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
                   "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"),
            "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
  EXPECT_EQ(agreed("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
                   "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493"),
            "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957");
}

// RFC 7748, section 5.2: the result becomes the scalar, and the old scalar the point.
TEST(X25519, MatchesRfc7748Iterated) {
  PrivateKey scalar{9};
  PublicKey point{9};
  for (int i = 1; i <= 1000; ++i) {
    const SharedSecret next = X25519KeyPair::from_private(scalar).agree(point).value();
    point = std::exchange(scalar, next);
    if (i == 1) {
      EXPECT_EQ(hex(scalar), "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079");
    }
  }
  EXPECT_EQ(hex(scalar), "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
}

TEST(X25519, MatchesRfc7748DiffieHellman) {
  const auto alice = X25519KeyPair::from_private(
      array_from_hex<32>("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
  const auto bob = X25519KeyPair::from_private(
      array_from_hex<32>("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
  EXPECT_EQ(hex(alice.public_key()),
            "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
  EXPECT_EQ(hex(bob.public_key()),
            "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
  const std::string secret = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
  EXPECT_EQ(hex(alice.agree(bob.public_key()).value()), secret);
  EXPECT_EQ(hex(bob.agree(alice.public_key()).value()), secret);
}

TEST(X25519, MatchesWycheproof) {
  const json::object file = load_vectors("wycheproof_x25519.json");
  int agreements = 0;
  int low_order = 0;
  for (const json::value& value : file.at("tests").as_array()) {
    const json::object& vector = value.as_object();
    const auto pair = X25519KeyPair::from_private(array_from_hex<32>(text_of(vector, "private")));
    const Result<SharedSecret> secret = pair.agree(array_from_hex<32>(text_of(vector, "public")));
    if (has_flag(vector, "ZeroSharedSecret")) {
      ASSERT_FALSE(secret.ok()) << vector_name(vector);
      EXPECT_EQ(secret.error().code, ErrorCode::kInvalid);
      ++low_order;
    } else {
      ASSERT_TRUE(secret.ok()) << vector_name(vector);
      EXPECT_EQ(hex(*secret), text_of(vector, "shared")) << vector_name(vector);
      ++agreements;
    }
  }
  EXPECT_EQ(agreements, 487);
  EXPECT_EQ(low_order, 31);
  EXPECT_EQ(ERR_peek_error(), 0U) << "a refusal leaves nothing in OpenSSL's error queue";
}

TEST(X25519, KeysComeFromTheSeededRandomAlone) {
  SeededRandom one(1, "alice");
  SeededRandom same(1, "alice");
  SeededRandom other(1, "bob");
  const auto pair = X25519KeyPair::generate(one);
  EXPECT_EQ(pair.public_key(), X25519KeyPair::generate(same).public_key());
  EXPECT_NE(pair.public_key(), X25519KeyPair::generate(other).public_key());
  const X25519KeyPair copy = pair;
  EXPECT_EQ(copy.private_key(), pair.private_key());
  EXPECT_EQ(X25519KeyPair::from_private(pair.private_key()).public_key(), pair.public_key());
}

struct Rfc8032Case {
  std::string_view seed;
  std::string_view key;
  Bytes message;
  std::string_view signature;
};

TEST(Ed25519, MatchesRfc8032) {
  const Rfc8032Case cases[] = {
      {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
       "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
       {},
       "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
       "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
      {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
       "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
       {0x72},
       "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
       "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
      {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
       "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
       {0xaf, 0x82},
       "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
       "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
      {"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
       "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
       to_bytes(sha512(as_bytes("abc"))),
       "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
       "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"}};
  for (const Rfc8032Case& one : cases) {
    const auto pair = Ed25519KeyPair::from_seed(array_from_hex<32>(one.seed));
    EXPECT_EQ(hex(pair.public_key()), one.key);
    EXPECT_EQ(hex(pair.sign(one.message)), one.signature);
    EXPECT_TRUE(ed25519_verify(pair.public_key(), one.message, pair.sign(one.message)));
  }
}

TEST(Ed25519, MatchesWycheproof) {
  const json::object file = load_vectors("wycheproof_ed25519.json");
  int valid = 0;
  int refused = 0;
  for (const json::value& value : file.at("tests").as_array()) {
    const json::object& vector = value.as_object();
    const Bytes message = bytes_of(vector, "msg");
    const Bytes signature = bytes_of(vector, "sig");
    // The interface takes 64 bytes and nothing else; vectors with another length end here.
    const bool accepted =
        signature.size() == 64 &&
        ed25519_verify(array_from_hex<32>(text_of(vector, "pk")), message, to_array<64>(signature));
    EXPECT_EQ(accepted, text_of(vector, "result") == "valid") << vector_name(vector);
    ++(accepted ? valid : refused);
    if (!accepted) continue;
    const auto pair = Ed25519KeyPair::from_seed(array_from_hex<32>(text_of(vector, "sk")));
    EXPECT_EQ(to_bytes(pair.sign(message)), signature) << vector_name(vector);
  }
  EXPECT_EQ(valid, 84);
  EXPECT_EQ(refused, 61);
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(Xeddsa, AcceptsSignaturesOfLibxeddsa) {
  const json::object file = load_vectors("xeddsa.json");
  std::set<int> sign_bits;
  for (const json::value& value : file.at("signatures").as_array()) {
    const json::object& vector = value.as_object();
    const auto key = array_from_hex<32>(text_of(vector, "public"));
    const auto signature = array_from_hex<64>(text_of(vector, "signature"));
    const Bytes message = bytes_of(vector, "message");
    EXPECT_TRUE(xeddsa_verify(key, message, signature)) << text_of(vector, "public");
    EXPECT_FALSE(xeddsa_verify(key, message, flip(signature, 511))) << "the other sign bit";
    EXPECT_EQ(
        X25519KeyPair::from_private(array_from_hex<32>(text_of(vector, "private"))).public_key(),
        key);
    sign_bits.insert(signature.back() >> 7);
    EXPECT_EQ(signature.back() >> 7, vector.at("sign_bit").as_int64());
  }
  EXPECT_EQ(sign_bits, (std::set<int>{0, 1}));
}

TEST(Xeddsa, SignsAndVerifiesWithBothSignBits) {
  SeededRandom random(1, "xeddsa");
  int set_bits = 0;
  for (int i = 0; i < 200; ++i) {
    const auto pair = XeddsaKeyPair::generate(random);
    const Bytes message = random.bytes(random.below(100));
    const Signature signature = pair.sign(message);
    ASSERT_TRUE(xeddsa_verify(pair.public_key(), message, signature)) << i;
    set_bits += signature.back() >> 7;
    Bytes longer = message;
    longer.push_back(0);
    EXPECT_FALSE(xeddsa_verify(pair.public_key(), longer, signature));
    const auto stranger = XeddsaKeyPair::generate(random);
    EXPECT_FALSE(xeddsa_verify(stranger.public_key(), message, signature));
  }
  EXPECT_GT(set_bits, 60);
  EXPECT_LT(set_bits, 140);
}

TEST(Xeddsa, RefusesEveryFlippedBit) {
  SeededRandom random(2, "xeddsa");
  const auto pair = XeddsaKeyPair::generate(random);
  const Bytes message = to_bytes("signed pre-key");
  const Signature signature = pair.sign(message);
  for (std::size_t bit = 0; bit < 512; ++bit) {
    EXPECT_FALSE(xeddsa_verify(pair.public_key(), message, flip(signature, bit))) << bit;
  }
  for (std::size_t bit = 0; bit < 256; ++bit) {
    PublicKey key = pair.public_key();
    key[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    EXPECT_FALSE(xeddsa_verify(key, message, signature)) << bit;
  }
  EXPECT_TRUE(xeddsa_verify(pair.public_key(), message, signature));
}

// u = -1 would convert to y = 0, a point of order four: R = 0, s = 0 signs a quarter of all
// messages under it, were it let through.
TEST(Xeddsa, RefusesTheKeyWithoutAnEdwardsCounterpart) {
  PublicKey minus_one;
  minus_one.fill(0xff);
  minus_one[0] = 0xec;
  minus_one[31] = 0x7f;
  Signature forged{};
  forged[0] = 1;  // R is the neutral point
  int accepted_as_ed25519 = 0;
  for (std::uint8_t i = 0; i < 64; ++i) {
    const Bytes message{i};
    accepted_as_ed25519 += ed25519_verify(PublicKey{}, message, forged) ? 1 : 0;
    EXPECT_FALSE(xeddsa_verify(minus_one, message, forged));
  }
  EXPECT_GT(accepted_as_ed25519, 0) << "the forgery is real";
}

TEST(Xeddsa, OneKeyPairAgreesAndSigns) {
  SeededRandom random(3, "xeddsa");
  const auto one = XeddsaKeyPair::generate(random);
  const auto other = XeddsaKeyPair::from_seed(random.array<32>());
  EXPECT_EQ(one.agreement().agree(other.public_key()).value(),
            other.agreement().agree(one.public_key()).value());
  // RFC 7748, section 5: a clamped scalar.
  const PrivateKey& scalar = one.agreement().private_key();
  EXPECT_EQ(scalar[0] & 7, 0);
  EXPECT_EQ(scalar[31] & 0xc0, 0x40);
}

}  // namespace
}  // namespace parley::crypto
