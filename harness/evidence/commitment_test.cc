// A run whose bodies are published as commitments only, and somebody who is later shown one of them
// and does not take our word for it.
#include "harness/evidence/commitment.h"

#include <gtest/gtest.h>

#include <set>
#include <type_traits>

#include "harness/base/encoding.h"

namespace parley::evidence {
namespace {

TEST(Commitment, IsTheDigestOfSaltAndBody) {
  CommitmentSalt salt{};
  // printf '%064d' 0 | xxd -r -p | sha256sum, and the same with "hello" behind it
  EXPECT_EQ(hex(commit(salt, {})),
            "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925");
  EXPECT_EQ(commit(salt, as_bytes("hello")), crypto::sha256(concat({salt, as_bytes("hello")})));
}

TEST(Commitment, SaltsFollowFromTheSecretAndDifferForEveryRecord) {
  ByteArray<32> secret{};
  secret[0] = 1;
  const SaltKey key(secret);
  EXPECT_EQ(key.salt(7), SaltKey(secret).salt(7));
  // RFC 2104 by other means: HMAC-SHA-256 over label and big-endian number.
  EXPECT_EQ(key.salt(258),
            crypto::hmac_sha256(secret, concat({as_bytes("parley commitment salt v1"),
                                                Bytes{0, 0, 0, 0, 0, 0, 1, 2}})));
  std::set<CommitmentSalt> seen;
  for (std::uint64_t i = 0; i < 1000; ++i) seen.insert(key.salt(i));
  EXPECT_EQ(seen.size(), 1000U);
  secret[0] = 2;
  EXPECT_NE(SaltKey(secret).salt(7), key.salt(7));
}

TEST(Commitment, EqualBodiesLookDifferent) {
  SeededRandom random(1, "salts");
  const SaltKey key = SaltKey::draw(random);
  EXPECT_NE(commit(key.salt(0), as_bytes("ok")), commit(key.salt(1), as_bytes("ok")));
  SeededRandom again(1, "salts");
  EXPECT_EQ(SaltKey::draw(again).salt(5), key.salt(5)) << "a simulated run is reproducible";
}

TEST(Commitment, AMovedKeyStillGivesItsSalts) {
  SeededRandom random(1, "salts");
  SaltKey key = SaltKey::draw(random);
  const CommitmentSalt salt = key.salt(3);
  const SaltKey moved = std::move(key);
  EXPECT_EQ(moved.salt(3), salt);
  static_assert(!std::is_copy_constructible_v<SaltKey>);
}

TEST(Commitment, OpensForItsBodyOnly) {
  SeededRandom random(2, "salts");
  const SaltKey key = SaltKey::draw(random);
  const CommitmentSalt salt = key.salt(4);
  const Bytes body = to_bytes("meet me at noon");
  const Commitment commitment = commit(salt, body);
  EXPECT_TRUE(check_opening(commitment, salt, body).ok());

  Bytes bent = body;
  bent.back() = 'm';
  EXPECT_EQ(check_opening(commitment, salt, bent).error().code, ErrorCode::kAuth);
  bent = body;
  bent.push_back(0);
  EXPECT_FALSE(check_opening(commitment, salt, bent).ok());
  EXPECT_FALSE(check_opening(commitment, key.salt(5), body).ok());
  // A byte must not pass from the salt to the body.
  bent = body;
  bent.insert(bent.begin(), salt.back());
  EXPECT_FALSE(check_opening(commitment, salt, bent).ok());
}

}  // namespace
}  // namespace parley::evidence
