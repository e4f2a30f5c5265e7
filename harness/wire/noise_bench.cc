// What a Noise handshake costs, next to the curve operations that nobody can do without. The
// counter "of_primitives" is the share of the handshake's time that those operations alone take:
// both are measured in turns, in processor time, so that a busy machine disturbs both alike.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <ctime>

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

double processor_seconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
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

// Both sides together make `agreements`, two ephemeral keys, and two signature checks.
void run_handshake(benchmark::State& state, NoisePattern pattern, int agreements) {
  double handshakes = 0;
  double primitives = 0;
  for (auto _ : state) {
    double start = processor_seconds();
    handshake(pattern);
    double end = processor_seconds();
    handshakes += end - start;
    state.SetIterationTime(end - start);
    for (int i = 0; i < agreements; ++i) agree_once();
    for (int i = 0; i < 2; ++i) generate_once();
    for (int i = 0; i < 2; ++i) verify_once();
    primitives += processor_seconds() - end;
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["of_primitives"] = primitives / handshakes;
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
BENCHMARK(BM_NoiseXxBothSides)->UseManualTime();
BENCHMARK(BM_NoiseIkBothSides)->UseManualTime();
BENCHMARK(BM_TransportFrame)->Arg(200)->Arg(64 * 1024);

}  // namespace
}  // namespace parley::wire
