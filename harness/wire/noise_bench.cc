// What a Noise handshake costs, next to the curve operations that nobody can do without. The
// counter "of_primitives" is the share of the handshake's time that those operations alone would
// take, measured in this same run.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "harness/base/random.h"
#include "harness/crypto/curve25519.h"
#include "harness/wire/certificate_chain.h"
#include "harness/wire/chat_channel.h"

namespace parley::wire {
namespace {

struct Keys {
  SeededRandom random{1, "noise bench"};
  crypto::XeddsaKeyPair root = crypto::XeddsaKeyPair::generate(random);
  crypto::XeddsaKeyPair signer = crypto::XeddsaKeyPair::generate(random);
  crypto::X25519KeyPair server = crypto::X25519KeyPair::generate(random);
  crypto::X25519KeyPair client = crypto::X25519KeyPair::generate(random);
  TimePoint now = from_unix_seconds(1'800'000'000);
  Bytes chain = build_valid_certificate_chain(root, signer, server.public_key(), now);
  crypto::Signature signature = root.sign(chain);
};

Keys& keys() {
  static Keys instance;
  return instance;
}

void agree_once() { benchmark::DoNotOptimize(keys().client.agree(keys().server.public_key())); }
void generate_once() { benchmark::DoNotOptimize(crypto::X25519KeyPair::generate(keys().random)); }
void verify_once() {
  benchmark::DoNotOptimize(
      crypto::xeddsa_verify(keys().root.public_key(), keys().chain, keys().signature));
}

// Seconds for one call, the best of several rounds, so that a busy machine does not flatter us.
template <class Call>
double seconds_of(Call call) {
  double best = 1;
  for (int round = 0; round < 7; ++round) {
    constexpr int kCalls = 200;
    auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < kCalls; ++i) call();
    std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    best = std::min(best, took.count() / kCalls);
  }
  return best;
}

// Both sides of one handshake over memory, certificates checked.
void handshake(NoisePattern pattern) {
  ChatClientConfig client_config(keys().client);
  client_config.pattern = pattern;
  client_config.known_server_static = keys().server.public_key();
  client_config.payload = [] { return Bytes(400, 1); };
  client_config.trust_root = keys().root.public_key();
  client_config.now = keys().now;
  ChatServerConfig server_config(keys().server);
  server_config.certificate_chain = keys().chain;
  auto client = ChatClient::create(std::move(client_config), keys().random).value();
  auto server = ChatServer::create(std::move(server_config), keys().random);
  for (int flight = 0; flight < 2; ++flight) {
    if (!server->feed(client->take_output()).ok() || !client->feed(server->take_output()).ok()) {
      std::abort();
    }
  }
  if (!client->established() || !server->established()) std::abort();
}

// Agreements, generations and verifications of both sides together.
void run_handshake(benchmark::State& state, NoisePattern pattern, double agreements) {
  double primitives = agreements * seconds_of(agree_once) + 2 * seconds_of(generate_once) +
                      2 * seconds_of(verify_once);
  double best = 1;
  for (auto _ : state) {
    auto start = std::chrono::steady_clock::now();
    handshake(pattern);
    std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    best = std::min(best, took.count());
  }
  state.counters["per_second"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
  state.counters["of_primitives"] = primitives / best;
}

void BM_NoiseXxBothSides(benchmark::State& state) { run_handshake(state, NoisePattern::kXX, 6); }
void BM_NoiseIkBothSides(benchmark::State& state) { run_handshake(state, NoisePattern::kIK, 8); }

template <void (*kCall)()>
void BM_Primitive(benchmark::State& state) {
  for (auto _ : state) kCall();
  state.SetItemsProcessed(state.iterations());
}

void BM_TransportFrame(benchmark::State& state) {
  TransportCipher sender(crypto::AesKey{1}), receiver(crypto::AesKey{1});
  Bytes plaintext(static_cast<std::size_t>(state.range(0)), 1);
  for (auto _ : state) {
    benchmark::DoNotOptimize(receiver.open(sender.seal(plaintext).value()).value());
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

BENCHMARK(BM_Primitive<agree_once>)->Name("BM_X25519Agree");
BENCHMARK(BM_Primitive<generate_once>)->Name("BM_X25519Generate");
BENCHMARK(BM_Primitive<verify_once>)->Name("BM_XeddsaVerify");
BENCHMARK(BM_NoiseXxBothSides);
BENCHMARK(BM_NoiseIkBothSides);
BENCHMARK(BM_TransportFrame)->Arg(200)->Arg(64 * 1024);

}  // namespace
}  // namespace parley::wire
