// What the primitives cost, so that the costs of handshakes and messages can be stated in units of
// them.
#include <benchmark/benchmark.h>

#include "harness/base/random.h"
#include "harness/crypto/aes.h"
#include "harness/crypto/curve25519.h"
#include "harness/crypto/edwards.h"
#include "harness/crypto/hash.h"
#include "harness/crypto/jwt.h"

namespace parley::crypto {
namespace {

constexpr std::size_t kMessage = 200;  ///< a text message, padded

void x25519_keygen(benchmark::State& state) {
  SeededRandom random(1, "bench");
  for (auto _ : state) benchmark::DoNotOptimize(X25519KeyPair::generate(random));
}
BENCHMARK(x25519_keygen);

void x25519_agree(benchmark::State& state) {
  SeededRandom random(1, "bench");
  const auto own = X25519KeyPair::generate(random);
  const auto peer = X25519KeyPair::generate(random);
  for (auto _ : state) benchmark::DoNotOptimize(own.agree(peer.public_key()));
}
BENCHMARK(x25519_agree);

void ed25519_sign(benchmark::State& state) {
  SeededRandom random(1, "bench");
  const auto pair = Ed25519KeyPair::generate(random);
  const Bytes message = random.bytes(33);
  for (auto _ : state) benchmark::DoNotOptimize(pair.sign(message));
}
BENCHMARK(ed25519_sign);

void ed25519_verify_33(benchmark::State& state) {
  SeededRandom random(1, "bench");
  const auto pair = Ed25519KeyPair::generate(random);
  const Bytes message = random.bytes(33);
  const Signature signature = pair.sign(message);
  for (auto _ : state) {
    benchmark::DoNotOptimize(ed25519_verify(pair.public_key(), message, signature));
  }
}
BENCHMARK(ed25519_verify_33);

void xeddsa_keygen(benchmark::State& state) {
  SeededRandom random(1, "bench");
  for (auto _ : state) benchmark::DoNotOptimize(XeddsaKeyPair::generate(random));
}
BENCHMARK(xeddsa_keygen);

void xeddsa_sign(benchmark::State& state) {
  SeededRandom random(1, "bench");
  const auto pair = XeddsaKeyPair::generate(random);
  const Bytes message = random.bytes(33);
  for (auto _ : state) benchmark::DoNotOptimize(pair.sign(message));
}
BENCHMARK(xeddsa_sign);

void xeddsa_verify_33(benchmark::State& state) {
  SeededRandom random(1, "bench");
  const auto pair = XeddsaKeyPair::generate(random);
  const Bytes message = random.bytes(33);
  const Signature signature = pair.sign(message);
  for (auto _ : state) {
    benchmark::DoNotOptimize(xeddsa_verify(pair.public_key(), message, signature));
  }
}
BENCHMARK(xeddsa_verify_33);

void montgomery_to_edwards(benchmark::State& state) {
  SeededRandom random(1, "bench");
  const PublicKey key = X25519KeyPair::generate(random).public_key();
  for (auto _ : state) benchmark::DoNotOptimize(edwards_y(key));
}
BENCHMARK(montgomery_to_edwards);

void sha256_bytes(benchmark::State& state) {
  SeededRandom random(1, "bench");
  const auto size = static_cast<std::size_t>(state.range(0));
  const Bytes data = random.bytes(size);
  for (auto _ : state) benchmark::DoNotOptimize(sha256(data));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(sha256_bytes)->Arg(32)->Arg(kMessage)->Arg(16384);

void hmac_sha256_200(benchmark::State& state) {
  SeededRandom random(1, "bench");
  const Bytes key = random.bytes(32);
  const Bytes data = random.bytes(kMessage);
  for (auto _ : state) benchmark::DoNotOptimize(hmac_sha256(key, data));
}
BENCHMARK(hmac_sha256_200);

void hmac_sha256_1(benchmark::State& state) {
  SeededRandom random(1, "bench");
  const Bytes key = random.bytes(32);
  const Bytes data{1};
  for (auto _ : state) benchmark::DoNotOptimize(hmac_sha256(key, data));
}
BENCHMARK(hmac_sha256_1);

/// Message keys of the Double Ratchet: 80 bytes from a 32-byte seed.
void hkdf_sha256_80(benchmark::State& state) {
  SeededRandom random(1, "bench");
  const Bytes seed = random.bytes(32);
  const Bytes salt(32, 0);
  for (auto _ : state) {
    benchmark::DoNotOptimize(hkdf_sha256<80>(salt, seed, as_bytes("WhisperMessageKeys")));
  }
}
BENCHMARK(hkdf_sha256_80);

void gcm_seal(benchmark::State& state) {
  SeededRandom random(1, "bench");
  AesGcm cipher(random.array<32>());
  const auto nonce = random.array<12>();
  const Bytes data = random.bytes(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(cipher.seal(nonce, {}, data));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(gcm_seal)->Arg(kMessage)->Arg(16384);

void gcm_open(benchmark::State& state) {
  SeededRandom random(1, "bench");
  AesGcm cipher(random.array<32>());
  const auto nonce = random.array<12>();
  const Bytes sealed =
      cipher.seal(nonce, {}, random.bytes(static_cast<std::size_t>(state.range(0))));
  for (auto _ : state) benchmark::DoNotOptimize(cipher.open(nonce, {}, sealed));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(gcm_open)->Arg(kMessage)->Arg(16384);

/// A fresh key for every message, as the Double Ratchet has it.
void cbc_encrypt(benchmark::State& state) {
  SeededRandom random(1, "bench");
  auto key = random.array<32>();
  const auto iv = random.array<16>();
  const Bytes data = random.bytes(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    ++key[0];
    benchmark::DoNotOptimize(aes_cbc_encrypt(key, iv, data));
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(cbc_encrypt)->Arg(kMessage)->Arg(16384);

void cbc_decrypt(benchmark::State& state) {
  SeededRandom random(1, "bench");
  const auto key = random.array<32>();
  const auto iv = random.array<16>();
  const Bytes ciphertext =
      aes_cbc_encrypt(key, iv, random.bytes(static_cast<std::size_t>(state.range(0))));
  for (auto _ : state) benchmark::DoNotOptimize(aes_cbc_decrypt(key, iv, ciphertext));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(cbc_decrypt)->Arg(kMessage)->Arg(16384);

/// What one 200-byte message costs in symmetric cryptography: two chain steps, message keys, CBC
/// and the MAC.
void ratchet_step_200(benchmark::State& state) {
  SeededRandom random(1, "bench");
  Digest32 chain = random.array<32>();
  const Bytes salt(32, 0);
  const Bytes data = random.bytes(kMessage);
  const std::uint8_t one = 1;
  const std::uint8_t two = 2;
  for (auto _ : state) {
    const Digest32 seed = hmac_sha256(chain, BytesView(&one, 1));
    chain = hmac_sha256(chain, BytesView(&two, 1));
    const auto keys = hkdf_sha256<80>(salt, seed, as_bytes("WhisperMessageKeys"));
    const BytesView view(keys);
    const Bytes ciphertext =
        aes_cbc_encrypt(to_array<32>(view), to_array<16>(view.subspan(64)), data);
    benchmark::DoNotOptimize(hmac_sha256(view.subspan(32, 32), ciphertext));
  }
}
BENCHMARK(ratchet_step_200);

void jwt_sign(benchmark::State& state) {
  const RsaPrivateKey key = RsaPrivateKey::test_key(0);
  json::object claims;
  claims["exp"] = 1'800'000'000;
  for (auto _ : state) benchmark::DoNotOptimize(sign_jwt(key, "k1", claims));
}
BENCHMARK(jwt_sign);

void jwt_verify(benchmark::State& state) {
  const RsaPrivateKey key = RsaPrivateKey::test_key(0);
  const JwkSet set{{{"k1", key.public_key()}}};
  json::object claims;
  claims["exp"] = 1'800'000'000;
  const std::string token = sign_jwt(key, "k1", claims);
  JwtRules rules;
  rules.now = from_unix_seconds(1'799'999'999);
  if (!verify_jwt(token, set, rules).valid) state.SkipWithError("the token is refused");
  for (auto _ : state) benchmark::DoNotOptimize(verify_jwt(token, set, rules));
}
BENCHMARK(jwt_verify);

}  // namespace
}  // namespace parley::crypto
