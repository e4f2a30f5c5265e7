#include "harness/wire/sha256_lanes.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <utility>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace parley::wire {
namespace {

constexpr std::size_t kBlock = 64;

/// The hash words of up to four streams and where their next blocks lie.
struct Lanes {
  std::array<SHA_LONG*, kMaxHashLanes> words;
  std::array<const std::uint8_t*, kMaxHashLanes> data;
};

#if defined(__x86_64__)

/// FIPS 180-4, section 4.2.2.
alignas(16) constexpr std::array<std::uint32_t, 64> kRoundConstants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

#define PARLEY_SHA_TARGET __attribute__((target("sha,sse4.1")))

/// One lane's variables in the order that the SHA instructions want: (A,B,E,F) and (C,D,G,H).
struct Variables {
  __m128i abef;
  __m128i cdgh;
};

PARLEY_SHA_TARGET inline Variables load(const SHA_LONG* words) {
  const __m128i dcba = _mm_loadu_si128(reinterpret_cast<const __m128i*>(words));
  const __m128i hgfe = _mm_loadu_si128(reinterpret_cast<const __m128i*>(words + 4));
  const __m128i cdab = _mm_shuffle_epi32(dcba, 0xB1);
  const __m128i efgh = _mm_shuffle_epi32(hgfe, 0x1B);
  return {_mm_alignr_epi8(cdab, efgh, 8), _mm_blend_epi16(efgh, cdab, 0xF0)};
}

PARLEY_SHA_TARGET inline void store(const Variables& v, SHA_LONG* words) {
  const __m128i feba = _mm_shuffle_epi32(v.abef, 0x1B);
  const __m128i dchg = _mm_shuffle_epi32(v.cdgh, 0xB1);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(words), _mm_blend_epi16(feba, dchg, 0xF0));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(words + 4), _mm_alignr_epi8(dchg, feba, 8));
}

/// Compresses `blocks` blocks of each of N lanes; the lanes take turns every four rounds.
template <std::size_t N>
PARLEY_SHA_TARGET void compress(Lanes& lanes, std::size_t blocks) {
  const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  Variables state[N];
  for (std::size_t l = 0; l < N; ++l) state[l] = load(lanes.words[l]);
  for (; blocks > 0; --blocks) {
    Variables v[N];
    __m128i w[N][4];  // the last 16 words of the message schedule
    for (std::size_t l = 0; l < N; ++l) {
      v[l] = state[l];
      const auto* block = reinterpret_cast<const __m128i*>(lanes.data[l]);
#pragma clang loop unroll(full)
      for (std::size_t i = 0; i < 4; ++i) {
        w[l][i] = _mm_shuffle_epi8(_mm_loadu_si128(block + i), big_endian);
      }
      lanes.data[l] += kBlock;
    }
#pragma clang loop unroll(full)
    for (std::size_t group = 0; group < 16; ++group) {
      const __m128i k =
          _mm_load_si128(reinterpret_cast<const __m128i*>(&kRoundConstants[4 * group]));
#pragma clang loop unroll(full)
      for (std::size_t l = 0; l < N; ++l) {
        __m128i& now = w[l][group % 4];
        __m128i sum = _mm_add_epi32(now, k);
        v[l].cdgh = _mm_sha256rnds2_epu32(v[l].cdgh, v[l].abef, sum);
        sum = _mm_shuffle_epi32(sum, 0x0E);
        v[l].abef = _mm_sha256rnds2_epu32(v[l].abef, v[l].cdgh, sum);
        if (group < 12) {  // these four words are spent: put the ones for group + 4 in their place
          const __m128i next = w[l][(group + 1) % 4];
          const __m128i last = w[l][(group + 3) % 4];
          const __m128i seven_back = _mm_alignr_epi8(last, w[l][(group + 2) % 4], 4);
          now = _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(now, next), seven_back),
                                     last);
        }
      }
    }
    for (std::size_t l = 0; l < N; ++l) {
      state[l].abef = _mm_add_epi32(state[l].abef, v[l].abef);
      state[l].cdgh = _mm_add_epi32(state[l].cdgh, v[l].cdgh);
    }
  }
  for (std::size_t l = 0; l < N; ++l) store(state[l], lanes.words[l]);
}

bool detect() {
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & bit_SSE4_1) == 0) return false;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & bit_SHA) != 0;
}

void compress_lanes(Lanes& lanes, std::size_t count, std::size_t blocks) {
  switch (count) {
    case 2:
      return compress<2>(lanes, blocks);
    case 3:
      return compress<3>(lanes, blocks);
    default:
      return compress<4>(lanes, blocks);
  }
}

#else

bool detect() { return false; }
void compress_lanes(Lanes&, std::size_t, std::size_t) {}

#endif

/// Adds to the message length that the context keeps, in bits, in two halves.
void count_bytes(SHA256_CTX& context, std::size_t bytes) {
  const std::uint64_t bits =
      (std::uint64_t{context.Nh} << 32 | context.Nl) + std::uint64_t{bytes} * 8;
  context.Nl = static_cast<SHA_LONG>(bits);
  context.Nh = static_cast<SHA_LONG>(bits >> 32);
}

void feed(SHA256_CTX& context, BytesView data) {
  if (!data.empty()) SHA256_Update(&context, data.data(), data.size());
}

}  // namespace

HashStream HashStream::sha256() {
  HashStream stream;
  SHA256_Init(&stream.inner_);
  return stream;
}

HashStream HashStream::hmac(BytesView key) {
  ByteArray<kBlock> block{};
  if (key.size() > kBlock) {
    std::ranges::copy(crypto::sha256(key), block.begin());
  } else {
    std::ranges::copy(key, block.begin());
  }
  HashStream stream = sha256();
  stream.keyed_ = true;
  SHA256_Init(&stream.outer_);
  for (std::uint8_t& byte : block) byte ^= 0x36;
  feed(stream.inner_, block);
  for (std::uint8_t& byte : block) byte ^= 0x36 ^ 0x5c;
  feed(stream.outer_, block);
  crypto::wipe(block);
  return stream;
}

HashStream::~HashStream() {
  if (!keyed_) return;
  OPENSSL_cleanse(&inner_, sizeof inner_);
  OPENSSL_cleanse(&outer_, sizeof outer_);
}

void HashStream::update(BytesView data) { feed(inner_, data); }

crypto::Digest32 HashStream::finish() {
  crypto::Digest32 digest;
  SHA256_Final(digest.data(), &inner_);
  if (keyed_) {
    feed(outer_, digest);
    SHA256_Final(digest.data(), &outer_);
  }
  return digest;
}

bool hash_lanes_interleave() {
  static const bool interleave = detect();
  return interleave;
}

void update_together(std::span<const HashLane> lanes) {
  if (lanes.size() < 2 || !hash_lanes_interleave()) {
    for (const HashLane& lane : lanes) lane.stream->update(lane.data);
    return;
  }
  Lanes bulk{};
  std::array<BytesView, kMaxHashLanes> rest;
  std::size_t blocks = lanes[0].data.size() / kBlock;
  for (std::size_t l = 0; l < lanes.size(); ++l) {
    SHA256_CTX& context = lanes[l].stream->inner_;
    BytesView data = lanes[l].data;
    if (context.num != 0) {  // fill up the block that was begun
      const std::size_t missing = std::min<std::size_t>(kBlock - context.num, data.size());
      feed(context, data.first(missing));
      data = data.subspan(missing);
    }
    bulk.words[l] = context.h;
    bulk.data[l] = data.data();
    rest[l] = data;
    blocks = std::min(blocks, data.size() / kBlock);
  }
  if (blocks > 0) compress_lanes(bulk, lanes.size(), blocks);
  for (std::size_t l = 0; l < lanes.size(); ++l) {
    count_bytes(lanes[l].stream->inner_, blocks * kBlock);
    feed(lanes[l].stream->inner_, rest[l].subspan(blocks * kBlock));
  }
}

}  // namespace parley::wire
