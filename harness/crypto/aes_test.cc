// No world: AES-256-GCM and AES-256-CBC against Wycheproof, every single-bit damage to a sealed
// message, and the piecewise CBC against the one-shot CBC.
#include "harness/crypto/aes.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>
#include <vector>

#include "harness/base/random.h"
#include "harness/crypto/test_vectors.h"

namespace parley::crypto {
namespace {

TEST(AesGcm, MatchesWycheproof) {
  const json::object file = load_vectors("wycheproof_aes_256_gcm.json");
  int opened = 0;
  int refused = 0;
  for (const json::value& value : file.at("tests").as_array()) {
    const json::object& vector = value.as_object();
    AesGcm cipher(array_from_hex<32>(text_of(vector, "key")));
    const auto nonce = array_from_hex<12>(text_of(vector, "iv"));
    const Bytes aad = bytes_of(vector, "aad");
    const Bytes message = bytes_of(vector, "msg");
    const Bytes sealed = concat({bytes_of(vector, "ct"), bytes_of(vector, "tag")});
    const Result<Bytes> plaintext = cipher.open(nonce, aad, sealed);
    if (text_of(vector, "result") == "valid") {
      EXPECT_EQ(cipher.seal(nonce, aad, message), sealed) << vector_name(vector);
      ASSERT_TRUE(plaintext.ok()) << vector_name(vector);
      EXPECT_EQ(*plaintext, message) << vector_name(vector);
      ++opened;
    } else {
      ASSERT_FALSE(plaintext.ok()) << vector_name(vector);
      EXPECT_EQ(plaintext.error().code, ErrorCode::kAuth);
      ++refused;
    }
  }
  EXPECT_EQ(opened, 21);
  EXPECT_EQ(refused, 27);
}

TEST(AesGcm, OneObjectServesBothDirectionsInAnyOrder) {
  SeededRandom random(1, "aes_test");
  const auto key = random.array<32>();
  AesGcm one(key);
  AesGcm other(key);
  for (int i = 0; i < 50; ++i) {
    const auto nonce = random.array<12>();
    const Bytes aad = random.bytes(random.below(40));
    const Bytes message = random.bytes(random.below(300));
    const Bytes sealed = one.seal(nonce, aad, message);
    ASSERT_EQ(sealed.size(), message.size() + 16);
    EXPECT_EQ(one.open(nonce, aad, sealed).value(), message);
    EXPECT_EQ(other.open(nonce, aad, sealed).value(), message);
    EXPECT_EQ(one.seal(nonce, aad, message), sealed);
  }
  AesGcm moved(std::move(one));
  const auto nonce = random.array<12>();
  EXPECT_EQ(moved.seal(nonce, {}, as_bytes("x")), other.seal(nonce, {}, as_bytes("x")));
}

TEST(AesGcm, RefusesEverySingleBitOfDamage) {
  SeededRandom random(2, "aes_test");
  AesGcm cipher(random.array<32>());
  const auto nonce = random.array<12>();
  const Bytes message = to_bytes("twenty-one characters");
  const Bytes sealed = cipher.seal(nonce, as_bytes("head"), message);
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    Bytes damaged = sealed;
    damaged[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    const Result<Bytes> opened = cipher.open(nonce, as_bytes("head"), damaged);
    ASSERT_FALSE(opened.ok()) << "bit " << bit;
    EXPECT_EQ(opened.error().code, ErrorCode::kAuth);
  }
  GcmNonce wrong = nonce;
  wrong[11] ^= 1;
  EXPECT_FALSE(cipher.open(wrong, as_bytes("head"), sealed).ok());
  EXPECT_FALSE(cipher.open(nonce, as_bytes("heaD"), sealed).ok());
  EXPECT_FALSE(cipher.open(nonce, {}, sealed).ok());
  EXPECT_EQ(cipher.open(nonce, as_bytes("head"), sealed).value(), message) << "still in order";
  EXPECT_EQ(ERR_peek_error(), 0U) << "a refusal leaves nothing in OpenSSL's error queue";
}

TEST(AesGcm, RefusesWhatHasNoRoomForATag) {
  AesGcm cipher(AesKey{});
  for (std::size_t size = 0; size < 16; ++size) {
    const Result<Bytes> opened = cipher.open(GcmNonce{}, {}, Bytes(size));
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code, ErrorCode::kInvalid);
  }
  const Bytes empty = cipher.seal(GcmNonce{}, {}, {});
  EXPECT_EQ(empty.size(), 16U);
  EXPECT_TRUE(cipher.open(GcmNonce{}, {}, empty).value().empty());
}

TEST(AesCbc, MatchesWycheproof) {
  const json::object file = load_vectors("wycheproof_aes_256_cbc.json");
  int matched = 0;
  int refused = 0;
  for (const json::value& value : file.at("tests").as_array()) {
    const json::object& vector = value.as_object();
    const auto key = array_from_hex<32>(text_of(vector, "key"));
    const auto iv = array_from_hex<16>(text_of(vector, "iv"));
    const Bytes ciphertext = bytes_of(vector, "ct");
    const Result<Bytes> plaintext = aes_cbc_decrypt(key, iv, ciphertext);
    if (text_of(vector, "result") == "valid") {
      EXPECT_EQ(aes_cbc_encrypt(key, iv, bytes_of(vector, "msg")), ciphertext);
      ASSERT_TRUE(plaintext.ok()) << vector_name(vector);
      EXPECT_EQ(*plaintext, bytes_of(vector, "msg")) << vector_name(vector);
      ++matched;
    } else {
      ASSERT_FALSE(plaintext.ok()) << vector_name(vector);
      EXPECT_EQ(plaintext.error().code, ErrorCode::kInvalid);
      ++refused;
    }
  }
  EXPECT_EQ(matched, 24);
  EXPECT_EQ(refused, 37);
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(AesCbc, RefusesLengthsThatAreNoWholeBlocks) {
  for (const std::size_t size : {0U, 1U, 15U, 17U, 31U, 33U}) {
    const Result<Bytes> plaintext = aes_cbc_decrypt(AesKey{}, CbcIv{}, Bytes(size));
    ASSERT_FALSE(plaintext.ok()) << size;
    EXPECT_EQ(plaintext.error().code, ErrorCode::kInvalid);
    EXPECT_NE(plaintext.error().message.find("multiple of 16"), std::string::npos);
  }
}

/// Runs `data` through a stream in pieces of `step` bytes.
Result<Bytes> stream(AesCbcStream::Mode mode, const AesKey& key, const CbcIv& iv, BytesView data,
                     std::size_t step) {
  AesCbcStream cipher(mode, key, iv);
  Bytes out = to_bytes("kept");
  while (!data.empty()) {
    const BytesView piece = data.first(std::min(step, data.size()));
    cipher.update(piece, out);
    data = data.subspan(piece.size());
  }
  PARLEY_TRY(cipher.finish(out));
  EXPECT_EQ(as_text(BytesView(out).first(4)), "kept");
  out.erase(out.begin(), out.begin() + 4);
  return out;
}

TEST(AesCbcStream, PiecesGiveTheSameAsTheWhole) {
  SeededRandom random(3, "aes_test");
  const auto key = random.array<32>();
  const auto iv = random.array<16>();
  for (std::size_t size = 0; size < 70; ++size) {
    const Bytes message = random.bytes(size);
    const Bytes ciphertext = aes_cbc_encrypt(key, iv, message);
    EXPECT_EQ(ciphertext.size(), (size / 16 + 1) * 16);
    EXPECT_EQ(aes_cbc_decrypt(key, iv, ciphertext).value(), message);
    for (const std::size_t step : {1U, 7U, 16U, 17U, 64U}) {
      EXPECT_EQ(stream(AesCbcStream::Mode::kEncrypt, key, iv, message, step).value(), ciphertext);
      EXPECT_EQ(stream(AesCbcStream::Mode::kDecrypt, key, iv, ciphertext, step).value(), message);
    }
  }
}

TEST(AesCbcStream, RefusesBadPaddingAndHalfBlocks) {
  SeededRandom random(4, "aes_test");
  const auto key = random.array<32>();
  const auto iv = random.array<16>();
  Bytes ciphertext = aes_cbc_encrypt(key, iv, as_bytes("sixteen bytes..."));
  ciphertext[15] ^= 0x40;  // turns the last byte of the padding block
  for (const Bytes& bad : {ciphertext, Bytes(ciphertext.begin(), ciphertext.end() - 1), Bytes()}) {
    const Result<Bytes> out = stream(AesCbcStream::Mode::kDecrypt, key, iv, bad, 16);
    ASSERT_FALSE(out.ok());
    EXPECT_EQ(out.error().code, ErrorCode::kInvalid);
  }
}

// One-shot CBC keeps a context per thread; threads must not see each other's keys.
TEST(AesCbc, ThreadsDoNotDisturbEachOther) {
  std::atomic<int> wrong = 0;
  std::vector<std::jthread> threads;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    threads.emplace_back([seed, &wrong] {
      SeededRandom random(seed, "aes_test threads");
      for (int i = 0; i < 500; ++i) {
        const auto key = random.array<32>();
        const auto iv = random.array<16>();
        const Bytes message = random.bytes(random.below(100));
        const Result<Bytes> back = aes_cbc_decrypt(key, iv, aes_cbc_encrypt(key, iv, message));
        if (!back.ok() || *back != message) ++wrong;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace parley::crypto
