// Keys of both kinds, the files they lie in, and signatures by others: published vectors, and what
// the openssl program makes of ours.
#include "harness/crypto/signing_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "harness/base/file.h"
#include "harness/crypto/hash.h"
#include "harness/crypto/pem.h"
#include "harness/crypto/rsa.h"
#include "harness/crypto/test_vectors.h"

namespace parley::crypto {
namespace {

using ::testing::HasSubstr;

constexpr KeyAlgorithm kBoth[] = {KeyAlgorithm::kEd25519, KeyAlgorithm::kEcdsaP256};

TEST(SigningKey, SignsWhatItsPublicKeyVerifies) {
  SeededRandom random(1, "keys");
  for (const KeyAlgorithm algorithm : kBoth) {
    for (const SigningKey& key :
         {SigningKey::generate(algorithm), SigningKey::generate(algorithm, random)}) {
      EXPECT_EQ(key.algorithm(), algorithm);
      for (const char* text : {"", "a", "a longer message"}) {
        Bytes signature = key.sign(as_bytes(text));
        EXPECT_TRUE(key.public_key().verify(as_bytes(text), signature));
        EXPECT_FALSE(key.public_key().verify(as_bytes("another"), signature));
        EXPECT_FALSE(key.public_key().verify(as_bytes(text), {}));
        EXPECT_FALSE(
            SigningKey::generate(algorithm).public_key().verify(as_bytes(text), signature));
        signature.push_back(0);
        EXPECT_FALSE(key.public_key().verify(as_bytes(text), signature)) << "trailing byte";
        signature.pop_back();
        signature[signature.size() / 2] ^= 1;
        EXPECT_FALSE(key.public_key().verify(as_bytes(text), signature));
      }
    }
  }
}

TEST(SigningKey, ComesFromTheWorldsRandomness) {
  for (const KeyAlgorithm algorithm : kBoth) {
    SeededRandom a(5, "lab");
    SeededRandom b(5, "lab");
    const SigningKey key = SigningKey::generate(algorithm, a);
    EXPECT_EQ(key.public_key(), SigningKey::generate(algorithm, b).public_key());
    EXPECT_NE(key.public_key(), SigningKey::generate(algorithm, a).public_key());
  }
}

TEST(SigningKey, AScalarThatIsNoneIsDrawnAgain) {
  /// All ones, which is above the order of P-256; then zero; then seven.
  struct Awkward final : Random {
    void fill(std::span<std::uint8_t> out) override {
      std::ranges::fill(out, draws == 0 ? 0xff : 0);
      if (draws == 2) out.back() = 7;
      ++draws;
    }
    int draws = 0;
  } random;
  const SigningKey key = SigningKey::generate(KeyAlgorithm::kEcdsaP256, random);
  EXPECT_EQ(random.draws, 3);
  EXPECT_TRUE(key.public_key().verify(as_bytes("x"), key.sign(as_bytes("x"))));
}

TEST(SigningKey, SurvivesItsFile) {
  for (const KeyAlgorithm algorithm : kBoth) {
    const SigningKey key = SigningKey::generate(algorithm);
    EXPECT_THAT(key.pem(), HasSubstr("-----BEGIN PRIVATE KEY-----\n"));
    const auto back = SigningKey::from_pem(key.pem());
    ASSERT_TRUE(back.ok()) << back.error().text();
    EXPECT_EQ(back->public_key(), key.public_key());
    EXPECT_TRUE(key.public_key().verify(as_bytes("x"), back->sign(as_bytes("x"))));
    const auto public_key = VerifyKey::from_pem(key.public_key().pem());
    ASSERT_TRUE(public_key.ok()) << public_key.error().text();
    EXPECT_EQ(*public_key, key.public_key());
  }
}

TEST(SigningKey, IsNamedByTheDigestOfItsPublicKey) {
  const SigningKey key = SigningKey::generate(KeyAlgorithm::kEd25519);
  EXPECT_EQ(key.public_key().key_id(), hex(sha256(key.public_key().spki())));
  EXPECT_EQ(VerifyKey::from_ed25519(*key.public_key().ed25519()), key.public_key());
  EXPECT_FALSE(SigningKey::generate(KeyAlgorithm::kEcdsaP256).public_key().ed25519());
}

// RFC 8410, section 10.3 and 10.1: a private key and its public key.
TEST(SigningKey, ReadsTheKeysOfTheStandard) {
  const auto key = SigningKey::from_pem(
      "-----BEGIN PRIVATE KEY-----\n"
      "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
      "-----END PRIVATE KEY-----\n");
  ASSERT_TRUE(key.ok()) << key.error().text();
  EXPECT_EQ(key->public_key().pem(),
            "-----BEGIN PUBLIC KEY-----\n"
            "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
            "-----END PUBLIC KEY-----\n");
}

TEST(SigningKey, AgreesWithWycheproofAboutEd25519) {
  const json::object vectors = load_vectors("wycheproof_ed25519.json");
  int seen = 0;
  for (const json::value& value : vectors.at("tests").as_array()) {
    const json::object& test = value.as_object();
    const Bytes point = bytes_of(test, "pk");
    const VerifyKey key = VerifyKey::from_ed25519(to_array<32>(point));
    EXPECT_EQ(key.verify(bytes_of(test, "msg"), bytes_of(test, "sig")),
              text_of(test, "result") == "valid")
        << vector_name(test);
    ++seen;
  }
  EXPECT_GT(seen, 50);
}

TEST(SigningKey, OtherFilesAreRefused) {
  const auto code = [](const std::string& pem) {
    const auto key = SigningKey::from_pem(pem);
    return key.ok() ? ErrorCode::kInternal : key.error().code;
  };
  const SigningKey key = SigningKey::generate(KeyAlgorithm::kEcdsaP256);
  EXPECT_EQ(code(""), ErrorCode::kInvalid);
  EXPECT_EQ(code("garbage"), ErrorCode::kInvalid);
  EXPECT_EQ(code(key.public_key().pem()), ErrorCode::kInvalid);
  EXPECT_EQ(code(key.pem() + key.pem()), ErrorCode::kInvalid);
  EXPECT_EQ(code(write_pem("PRIVATE KEY", Bytes{1, 2, 3})), ErrorCode::kInvalid);
  EXPECT_EQ(code(write_pem("ENCRYPTED PRIVATE KEY", Bytes{1})), ErrorCode::kUnsupported);
  Bytes longer = key.pkcs8();
  longer.push_back(0);
  EXPECT_EQ(code(write_pem("PRIVATE KEY", longer)), ErrorCode::kInvalid);
  // The last byte belongs to the public part, which then fits no more.
  Bytes bent = key.pkcs8();
  bent.back() ^= 1;
  EXPECT_EQ(code(write_pem("PRIVATE KEY", bent)), ErrorCode::kInvalid);
}

TEST(SigningKey, OtherKindsOfKeysAreUnsupported) {
  const std::string rsa = RsaPrivateKey::test_key(0).public_key().pem();
  const auto key = VerifyKey::from_pem(rsa);
  ASSERT_FALSE(key.ok());
  EXPECT_EQ(key.error().code, ErrorCode::kUnsupported);
  // X25519, which does not sign: RFC 8410's object identifier 1.3.101.110.
  Bytes x25519 = SigningKey::generate(KeyAlgorithm::kEd25519).public_key().spki();
  x25519[8] = 0x6e;
  EXPECT_EQ(VerifyKey::from_spki(x25519).error().code, ErrorCode::kUnsupported);
}

TEST(SigningKey, APublicKeyHasOneSpellingOnly) {
  const VerifyKey key = SigningKey::generate(KeyAlgorithm::kEcdsaP256).public_key();
  Bytes longer = key.spki();
  longer.push_back(0);
  EXPECT_FALSE(VerifyKey::from_spki(longer).ok());
  EXPECT_FALSE(VerifyKey::from_spki({}).ok());
  // The same point compressed: shorter by 32 bytes, told by its first byte.
  Bytes compressed = key.spki();
  const bool odd = compressed.back() % 2 != 0;
  compressed.resize(compressed.size() - 32);
  compressed[1] = static_cast<std::uint8_t>(compressed[1] - 32);
  compressed[24] = static_cast<std::uint8_t>(compressed[24] - 32);
  compressed[26] = odd ? 3 : 2;
  EXPECT_EQ(VerifyKey::from_spki(compressed).error().code, ErrorCode::kInvalid);
  Bytes off_curve = key.spki();
  off_curve.back() ^= 1;
  EXPECT_FALSE(VerifyKey::from_spki(off_curve).ok());
}

TEST(SigningKey, TheOpensslProgramAgrees) {
  if (std::system("openssl version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no openssl program";
  const auto folder = std::filesystem::path(::testing::TempDir()) / "parley_signing_key_test";
  std::filesystem::create_directories(folder);
  const auto write = [&](const char* name, BytesView bytes) {
    ASSERT_TRUE(write_file_atomically(folder / name, bytes).ok());
  };
  for (const KeyAlgorithm algorithm : kBoth) {
    const SigningKey key = SigningKey::generate(algorithm);
    write("public.pem", as_bytes(key.public_key().pem()));
    write("message", as_bytes("some message"));
    write("signature", key.sign(as_bytes("some message")));
    const std::string raw =
        algorithm == KeyAlgorithm::kEd25519 ? "-rawin" : "-rawin -digest sha256";
    const std::string verify = "cd '" + folder.string() + "' && openssl pkeyutl -verify -pubin " +
                               "-inkey public.pem " + raw +
                               " -sigfile signature -in message >/dev/null 2>&1";
    EXPECT_EQ(std::system(verify.c_str()), 0) << to_string(algorithm);
    write("message", as_bytes("other message"));
    EXPECT_NE(std::system(verify.c_str()), 0) << to_string(algorithm);
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace parley::crypto
