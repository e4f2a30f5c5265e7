// Streams hashed side by side must give what each gives alone, whatever their lengths and cuts.
#include "harness/wire/sha256_lanes.h"

#include <gtest/gtest.h>

#include <vector>

#include "harness/base/random.h"

namespace parley::wire {
namespace {

TEST(Sha256Lanes, AStreamIsSha256OrHmac) {
  HashStream plain = HashStream::sha256();
  plain.update(as_bytes("ab"));
  plain.update(as_bytes("c"));
  EXPECT_EQ(plain.finish(), crypto::sha256(as_bytes("abc")));
  for (const std::size_t key_size : {0u, 1u, 32u, 64u, 65u, 200u}) {
    const Bytes key(key_size, 0x0b);
    HashStream keyed = HashStream::hmac(key);
    keyed.update(as_bytes("Hi There"));
    EXPECT_EQ(keyed.finish(), crypto::hmac_sha256(key, as_bytes("Hi There"))) << key_size;
  }
}

TEST(Sha256Lanes, TogetherGivesTheSameAsApart) {
  SeededRandom random(1, "lanes");
  for (int round = 0; round < 400; ++round) {
    const std::size_t count = 1 + random.below(kMaxHashLanes);
    const Bytes key = random.bytes(32);
    std::vector<HashStream> streams;
    std::vector<Bytes> fed(count);
    for (std::size_t l = 0; l < count; ++l) {
      streams.push_back(l % 2 == 0 ? HashStream::sha256() : HashStream::hmac(key));
    }
    for (std::uint64_t piece = random.below(5); piece > 0; --piece) {
      std::vector<HashLane> lanes;
      const std::size_t common = random.below(2) == 0 ? random.below(2000) : 0;
      std::vector<std::size_t> before;
      for (std::size_t l = 0; l < count; ++l) {
        before.push_back(fed[l].size());
        append(fed[l], random.bytes(common + random.below(300)));
      }
      for (std::size_t l = 0; l < count; ++l) {
        lanes.push_back({&streams[l], BytesView(fed[l]).subspan(before[l])});
      }
      update_together(lanes);
    }
    for (std::size_t l = 0; l < count; ++l) {
      const auto expected = l % 2 == 0 ? crypto::sha256(fed[l]) : crypto::hmac_sha256(key, fed[l]);
      EXPECT_EQ(streams[l].finish(), expected) << "round " << round << " lane " << l;
    }
  }
}

TEST(Sha256Lanes, LengthsBeyondThirtyTwoBitsOfBitsAreCounted) {
  // 2^29 bytes are 2^32 bits, where the low half of the length overflows: come near it alone, and
  // cross it together.
  const Bytes mebibyte(1 << 20, 0x5a);
  HashStream stream = HashStream::sha256();
  for (int i = 0; i < 511; ++i) stream.update(mebibyte);
  const Bytes near(mebibyte.size() - 100, 0x5a);
  stream.update(near);
  HashStream expected = stream;
  HashStream other = stream;
  const Bytes across(8192, 0xa5);
  expected.update(across);
  update_together(std::vector<HashLane>{{&stream, across}, {&other, across}});
  const auto digest = expected.finish();
  EXPECT_EQ(stream.finish(), digest);
  EXPECT_EQ(other.finish(), digest);
}

}  // namespace
}  // namespace parley::wire
