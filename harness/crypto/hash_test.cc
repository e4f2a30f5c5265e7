// No world: digests, MACs and derived keys against published vectors (FIPS 180-4, RFC 4231,
// RFC 5869, Wycheproof), and the piecewise forms against the one-shot forms.
#include "harness/crypto/hash.h"

#include <gtest/gtest.h>

#include <numeric>
#include <utility>

#include "harness/base/random.h"
#include "harness/crypto/test_vectors.h"

namespace parley::crypto {
namespace {

Bytes counting(std::uint8_t first, std::size_t count) {
  Bytes bytes(count);
  std::iota(bytes.begin(), bytes.end(), first);
  return bytes;
}

TEST(Sha, MatchesPublishedDigests) {
  EXPECT_EQ(hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256(as_bytes("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha512(as_bytes("abc"))),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
  EXPECT_EQ(hex(sha512({})),
            "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
            "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e");
  EXPECT_EQ(hex(sha1(as_bytes("abc"))), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hex(sha1({})), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  const Bytes million(1'000'000, 'a');
  EXPECT_EQ(hex(sha256(million)),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  EXPECT_EQ(hex(sha1(million)), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

TEST(Sha, PartsAndPiecesGiveTheDigestOfTheWhole) {
  SeededRandom random(1, "hash_test");
  for (std::size_t size = 0; size < 200; ++size) {
    const Bytes data = random.bytes(size);
    const std::size_t cut = random.below(size + 1);
    const BytesView head = BytesView(data).first(cut);
    const BytesView tail = BytesView(data).subspan(cut);
    const Digest32 whole = sha256(data);
    EXPECT_EQ(sha256({head, tail}), whole);
    Sha256 pieces;
    pieces.update(head);
    Sha256 copy(pieces);
    pieces.update(tail);
    EXPECT_EQ(pieces.finish(), whole);
    copy.update(tail);
    EXPECT_EQ(copy.finish(), whole) << "a copy goes on from where it was taken";
    EXPECT_EQ(pieces.finish(), sha256({})) << "after finish() it starts afresh";
  }
}

TEST(Sha, CopyAssignmentAndMoveKeepTheState) {
  Sha256 first;
  first.update(as_bytes("ab"));
  Sha256 second;
  second.update(as_bytes("something else"));
  second = first;
  second.update(as_bytes("c"));
  EXPECT_EQ(second.finish(), sha256(as_bytes("abc")));
  Sha256 third(std::move(first));
  third.update(as_bytes("c"));
  EXPECT_EQ(third.finish(), sha256(as_bytes("abc")));
}

struct HmacCase {
  Bytes key;
  Bytes data;
  std::string_view digest;
};

TEST(Hmac, MatchesRfc4231) {
  const HmacCase cases[] = {
      {Bytes(20, 0x0b), to_bytes("Hi There"),
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {to_bytes("Jefe"), to_bytes("what do ya want for nothing?"),
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {Bytes(20, 0xaa), Bytes(50, 0xdd),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {counting(1, 25), Bytes(50, 0xcd),
       "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
      {Bytes(131, 0xaa), to_bytes("Test Using Larger Than Block-Size Key - Hash Key First"),
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {Bytes(131, 0xaa),
       to_bytes("This is a test using a larger than block-size key and a larger than block-size "
                "data. The key needs to be hashed before being used by the HMAC algorithm."),
       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"}};
  for (const HmacCase& one : cases) EXPECT_EQ(hex(hmac_sha256(one.key, one.data)), one.digest);
}

TEST(Hmac, MatchesWycheproof) {
  const json::object file = load_vectors("wycheproof_hmac_sha256.json");
  int accepted = 0;
  int refused = 0;
  for (const json::value& value : file.at("tests").as_array()) {
    const json::object& vector = value.as_object();
    const Bytes tag = bytes_of(vector, "tag");  // some are truncated to 16 bytes
    const Digest32 digest = hmac_sha256(bytes_of(vector, "key"), bytes_of(vector, "msg"));
    const bool equal = equal_constant_time(BytesView(digest).first(tag.size()), tag);
    EXPECT_EQ(equal, text_of(vector, "result") == "valid") << vector_name(vector);
    ++(equal ? accepted : refused);
  }
  EXPECT_EQ(accepted, 66);
  EXPECT_EQ(refused, 108);
}

TEST(Hmac, PartsAndPiecesGiveTheMacOfTheWhole) {
  SeededRandom random(2, "hash_test");
  for (const std::size_t key_size : {0U, 1U, 32U, 63U, 64U, 65U, 200U}) {
    const Bytes key = random.bytes(key_size);
    HmacSha256 pieces(key);
    for (const std::size_t size : {0U, 1U, 55U, 56U, 64U, 200U, 1000U}) {
      const Bytes data = random.bytes(size);
      const BytesView head = BytesView(data).first(size / 3);
      const BytesView tail = BytesView(data).subspan(size / 3);
      const Digest32 whole = hmac_sha256(key, data);
      EXPECT_EQ(hmac_sha256(key, {head, tail}), whole);
      pieces.update(head);
      pieces.update(tail);
      EXPECT_EQ(pieces.finish(), whole) << "the same object serves one message after the other";
    }
  }
}

TEST(Hkdf, MatchesRfc5869) {
  EXPECT_EQ(hex(*hkdf_sha256(counting(0, 13), Bytes(22, 0x0b), counting(0xf0, 10), 42)),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  EXPECT_EQ(hex(*hkdf_sha256(counting(0x60, 80), counting(0, 80), counting(0xb0, 80), 82)),
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
            "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
            "cc30c58179ec3e87c14c01d5c1f3434f1d87");
  EXPECT_EQ(hex(hkdf_sha256<42>({}, Bytes(22, 0x0b), {})),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(Hkdf, MatchesWycheproof) {
  const json::object file = load_vectors("wycheproof_hkdf_sha256.json");
  int matched = 0;
  int refused = 0;
  for (const json::value& value : file.at("tests").as_array()) {
    const json::object& vector = value.as_object();
    const auto size = static_cast<std::size_t>(vector.at("size").as_int64());
    const Result<Bytes> derived = hkdf_sha256(bytes_of(vector, "salt"), bytes_of(vector, "ikm"),
                                              bytes_of(vector, "info"), size);
    if (text_of(vector, "result") == "valid") {
      ASSERT_TRUE(derived.ok()) << vector_name(vector);
      EXPECT_EQ(*derived, bytes_of(vector, "okm")) << vector_name(vector);
      ++matched;
    } else {
      ASSERT_FALSE(derived.ok()) << vector_name(vector);
      EXPECT_EQ(derived.error().code, ErrorCode::kLimit);
      ++refused;
    }
  }
  EXPECT_EQ(matched, 102);
  EXPECT_EQ(refused, 3);
}

TEST(Hkdf, LongestAndShortestOutput) {
  const Bytes ikm = to_bytes("input keying material");
  const Result<Bytes> longest = hkdf_sha256({}, ikm, {}, 8160);
  ASSERT_TRUE(longest.ok());
  EXPECT_EQ(longest->size(), 8160U);
  const Result<Bytes> shorter = hkdf_sha256({}, ikm, {}, 33);
  ASSERT_TRUE(shorter.ok());
  EXPECT_TRUE(std::equal(shorter->begin(), shorter->end(), longest->begin()));
  EXPECT_TRUE(hkdf_sha256({}, ikm, {}, 0)->empty());
  EXPECT_EQ(hkdf_sha256({}, ikm, {}, 8161).error().code, ErrorCode::kLimit);
}

// The prepared key for zero salts is used where, and only where, the salt pads to zeros.
TEST(Hkdf, ZeroSaltsAreTheEmptySaltUpToOneBlock) {
  const Bytes ikm = to_bytes("ikm");
  const auto empty = hkdf_sha256<64>({}, ikm, as_bytes("info"));
  EXPECT_EQ(hkdf_sha256<64>(Bytes(32, 0), ikm, as_bytes("info")), empty);
  EXPECT_EQ(hkdf_sha256<64>(Bytes(64, 0), ikm, as_bytes("info")), empty);
  EXPECT_NE(hkdf_sha256<64>(Bytes(65, 0), ikm, as_bytes("info")), empty);
  Bytes nearly(32, 0);
  nearly.back() = 1;
  EXPECT_NE(hkdf_sha256<64>(nearly, ikm, as_bytes("info")), empty);
}

TEST(EqualConstantTime, ComparesContentAndLength) {
  EXPECT_TRUE(equal_constant_time({}, {}));
  EXPECT_TRUE(equal_constant_time(as_bytes("abc"), as_bytes("abc")));
  EXPECT_FALSE(equal_constant_time(as_bytes("abc"), as_bytes("abd")));
  EXPECT_FALSE(equal_constant_time(as_bytes("abc"), as_bytes("ab")));
  EXPECT_FALSE(equal_constant_time(as_bytes("abc"), {}));
}

TEST(Wipe, OverwritesWithZeros) {
  Bytes secret = to_bytes("secret");
  wipe(secret);
  EXPECT_EQ(secret, Bytes(6, 0));
  wipe({});
}

}  // namespace
}  // namespace parley::crypto
