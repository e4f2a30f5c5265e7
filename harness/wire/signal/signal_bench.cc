// Signal sessions against the curve operations that they cannot do without, measured in the same
// program: `ratio` is our rate divided by the rate that X25519 and XEdDSA alone would allow.
// Initiator: 1 signature verified, 2 keys generated, 4 + 1 agreements. Responder: 4 + 1 agreements.
// Ping-pong: per message 1 agreement to receive, 1 key and 1 agreement to send.
#include <benchmark/benchmark.h>
#include <time.h>

#include <algorithm>
#include <cstdlib>

#include "harness/wire/signal/store.h"

namespace parley::signal {
namespace {

/// This thread's processor time in seconds: other work on the machine does not count.
double cpu_now() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

/// Seconds per call, best of several batches.
template <class Work>
double best_seconds(int calls, Work work) {
  double best = 1e9;
  for (int batch = 0; batch < 15; ++batch) {
    const double start = cpu_now();
    for (int i = 0; i < calls; ++i) work();
    best = std::min(best, (cpu_now() - start) / calls);
  }
  return best;
}

struct CurveCosts {
  double agree;
  double generate;
  double verify;
};

CurveCosts measure_curve() {
  SeededRandom random(1, "curve bench");
  const auto own = crypto::X25519KeyPair::generate(random);
  const auto peer = crypto::X25519KeyPair::generate(random);
  const auto signer = crypto::XeddsaKeyPair::generate(random);
  const Bytes message(33, 5);
  const auto signature = signer.sign(message);
  return {
      best_seconds(300, [&] { benchmark::DoNotOptimize(own.agree(peer.public_key())); }),
      best_seconds(300, [&] { benchmark::DoNotOptimize(crypto::X25519KeyPair::generate(random)); }),
      best_seconds(300, [&] {
        benchmark::DoNotOptimize(crypto::xeddsa_verify(signer.public_key(), message, signature));
      })};
}

void report(benchmark::State& state, double seconds, double curve_seconds) {
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
  state.counters["per_s"] = 1 / seconds;
  if (curve_seconds > 0) {
    state.counters["curve_alone_per_s"] = 1 / curve_seconds;
    state.counters["ratio"] = curve_seconds / seconds;
  }
}

template <class T>
T must(Result<T> result) {
  if (!result.ok()) std::abort();
  return std::move(result).value();
}

struct Pair {
  SeededRandom random{1, "signal bench"};
  Store alice = Store::create(random);
  Store bob = Store::create(random);
  Bytes text = Bytes(200, 'x');

  Pair() { bob.add_one_time_prekeys(1, random); }
  PreKeyBundle bundle() const { return bob.bundle(bob.one_time_prekeys().front()); }
  EncryptedMessage to_bob() { return must(alice.encrypt("bob", text, random)); }
  EncryptedMessage to_alice() { return must(bob.encrypt("alice", text, random)); }
  void receive(Store& at, std::string_view from, const EncryptedMessage& message) {
    must(at.decrypt(from, message.type, message.bytes));
  }
  void settle() {
    must(alice.start_session("bob", bundle(), random));
    receive(bob, "alice", to_bob());
    receive(alice, "bob", to_alice());
    receive(bob, "alice", to_bob());
    receive(alice, "bob", to_alice());
  }
};

void BM_InitiatorSetUpAndFirstEncrypt(benchmark::State& state) {
  Pair pair;
  const PreKeyBundle bundle = pair.bundle();
  const auto run = [&] {
    pair.alice.delete_session("bob");
    must(pair.alice.start_session("bob", bundle, pair.random));
    benchmark::DoNotOptimize(pair.to_bob());
  };
  for (auto _ : state) run();
  const double seconds = best_seconds(50, run);
  const CurveCosts curve = measure_curve();
  report(state, seconds, curve.verify + 2 * curve.generate + 5 * curve.agree);
}
BENCHMARK(BM_InitiatorSetUpAndFirstEncrypt);

void BM_ResponderFirstDecrypt(benchmark::State& state) {
  Pair pair;
  must(pair.alice.start_session("bob", pair.bundle(), pair.random));
  const EncryptedMessage first = pair.to_bob();
  const Store fresh = pair.bob;
  const auto run = [&] {
    Store bob = fresh;
    pair.receive(bob, "alice", first);
  };
  for (auto _ : state) run();
  const double seconds = best_seconds(50, run);
  const CurveCosts curve = measure_curve();
  report(state, seconds, 5 * curve.agree);
}
BENCHMARK(BM_ResponderFirstDecrypt);

void BM_SteadyEncrypt200(benchmark::State& state) {
  Pair pair;
  pair.settle();
  const auto run = [&] { benchmark::DoNotOptimize(pair.to_bob()); };
  for (auto _ : state) run();
  report(state, best_seconds(1000, run), 0);
}
BENCHMARK(BM_SteadyEncrypt200);

void BM_SteadyDecrypt200(benchmark::State& state) {
  constexpr int kBatch = 1000;
  Pair pair;
  pair.settle();
  double best = 1e9;
  for (auto _ : state) {
    std::vector<EncryptedMessage> messages;
    for (int i = 0; i < kBatch; ++i) messages.push_back(pair.to_bob());
    const double start = cpu_now();
    for (const auto& message : messages) pair.receive(pair.bob, "alice", message);
    const double spent = cpu_now() - start;
    state.SetIterationTime(spent);
    best = std::min(best, spent / kBatch);
  }
  report(state, best, 0);
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * kBatch);
}
BENCHMARK(BM_SteadyDecrypt200)->UseManualTime();

void BM_PingPong(benchmark::State& state) {
  Pair pair;
  pair.settle();
  bool from_alice = true;
  const auto run = [&] {
    if (from_alice) {
      pair.receive(pair.bob, "alice", pair.to_bob());
    } else {
      pair.receive(pair.alice, "bob", pair.to_alice());
    }
    from_alice = !from_alice;
  };
  for (auto _ : state) run();
  const double seconds = best_seconds(100, run);
  const CurveCosts curve = measure_curve();
  report(state, seconds, curve.generate + 2 * curve.agree);
}
BENCHMARK(BM_PingPong);

}  // namespace
}  // namespace parley::signal
