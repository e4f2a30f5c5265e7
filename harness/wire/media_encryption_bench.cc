// Media encryption against its two unavoidable parts, AES-256-CBC and one HMAC-SHA-256 over the
// ciphertext, measured in the same program: the same file, in the same pieces, into a buffer of the
// same size. `ratio` is our throughput divided by theirs, though we also take two SHA-256 digests,
// and a second HMAC for video (its sidecar). `ratio_same_work` divides by AES-CBC and all of those
// hashes, each by OpenSSL, one after the other.
#include <benchmark/benchmark.h>
#include <time.h>

#include <algorithm>
#include <vector>

#include "harness/base/random.h"
#include "harness/wire/media_encryption.h"

namespace parley::wire {
namespace {

constexpr std::size_t kFileSize = 1024 * 1024;  // a photograph
/// As in the engine: whatever is worked on stays in the nearest cache.
constexpr std::size_t kPiece = 8 * 1024;

const Bytes& file() {
  static const Bytes bytes = [] {
    SeededRandom random(1, "media bench");
    return random.bytes(kFileSize);
  }();
  return bytes;
}

/// This thread's processor time in seconds: other work on the machine does not count.
double cpu_now() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

/// Best of several runs, in seconds: what the machine can do when left alone.
template <class Work>
double best_seconds(Work work) {
  double best = 1e9;
  for (int i = 0; i < 200; ++i) {
    const double start = cpu_now();
    work();
    best = std::min(best, cpu_now() - start);
  }
  return best;
}

/// AES-CBC, then `hashes` HMACs over its output (over its input when decrypting), piece by piece.
double primitives_seconds(crypto::AesCbcStream::Mode mode, int hashes) {
  return best_seconds([mode, hashes] {
    crypto::AesCbcStream cipher(mode, {}, {});
    std::vector<crypto::HmacSha256> hmacs;
    for (int i = 0; i < hashes; ++i) hmacs.emplace_back(Bytes(32));
    static Bytes reused;
    Bytes fresh;
    Bytes& out = mode == crypto::AesCbcStream::Mode::kEncrypt ? reused : fresh;
    out.clear();
    out.reserve(kFileSize + 16);
    for (BytesView rest = file(); !rest.empty(); rest = rest.subspan(kPiece)) {
      const std::size_t before = out.size();
      cipher.update(rest.first(kPiece), out);
      const bool encrypting = mode == crypto::AesCbcStream::Mode::kEncrypt;
      const BytesView ciphertext = encrypting ? BytesView(out).subspan(before) : rest.first(kPiece);
      for (auto& hmac : hmacs) hmac.update(ciphertext);
    }
    for (auto& hmac : hmacs) benchmark::DoNotOptimize(hmac.finish());
    benchmark::DoNotOptimize(out);
  });
}

void report(benchmark::State& state, crypto::AesCbcStream::Mode mode, int hashes, double best) {
  const double one = primitives_seconds(mode, 1);
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * kFileSize));
  state.counters["MB/s"] = kFileSize / best / 1e6;
  state.counters["aes_hmac_MB/s"] = kFileSize / one / 1e6;
  state.counters["ratio"] = one / best;
  state.counters["ratio_same_work"] = primitives_seconds(mode, hashes) / best;
}

void BM_Encrypt(benchmark::State& state) {
  const auto kind = static_cast<MediaKind>(state.range(0));
  const MediaKey key{};
  Bytes out;
  const auto run = [&] {
    out.clear();
    MediaEncryptor encryptor(kind, key);
    encryptor.update(file(), out);
    benchmark::DoNotOptimize(encryptor.finish(out));
  };
  for (auto _ : state) run();
  const bool sidecar = kind == MediaKind::kVideo;
  report(state, crypto::AesCbcStream::Mode::kEncrypt, sidecar ? 4 : 3, best_seconds(run));
}
BENCHMARK(BM_Encrypt)
    ->ArgName("video")
    ->Arg(static_cast<int>(MediaKind::kImage))
    ->Arg(static_cast<int>(MediaKind::kVideo));

void BM_Decrypt(benchmark::State& state) {
  const MediaKey key{};
  const EncryptedMedia media = encrypt_media(MediaKind::kImage, key, file());
  const MediaExpectation expectation{
      media.summary.encrypted_sha256, media.summary.file_sha256, media.summary.file_length, {}};
  const auto run = [&] {
    auto plain = decrypt_media(MediaKind::kImage, key, media.file, expectation);
    if (!plain.ok()) state.SkipWithError("own file refused");
    benchmark::DoNotOptimize(plain);
  };
  for (auto _ : state) run();
  report(state, crypto::AesCbcStream::Mode::kDecrypt, 3, best_seconds(run));
}
BENCHMARK(BM_Decrypt);

}  // namespace
}  // namespace parley::wire
