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
  Opening opening{4, key.salt(4), to_bytes("meet me at noon")};
  const Commitment commitment = commit(opening.salt, opening.body);
  EXPECT_TRUE(opening.check(commitment).ok());

  Opening bent = opening;
  bent.body.back() = 'm';
  EXPECT_EQ(bent.check(commitment).error().code, ErrorCode::kAuth);
  bent = opening;
  bent.body.push_back(0);
  EXPECT_FALSE(bent.check(commitment).ok());
  bent = opening;
  bent.salt = key.salt(5);
  EXPECT_FALSE(bent.check(commitment).ok());
  // A byte must not pass from the salt to the body.
  bent = opening;
  bent.body.insert(bent.body.begin(), bent.salt.back());
  EXPECT_FALSE(bent.check(commitment).ok());
}

TEST(Commitment, OpeningsSurviveTheirLine) {
  SeededRandom random(3, "salts");
  for (std::size_t size : {0U, 1U, 2U, 3U, 1000U}) {
    const Opening opening{size, random.array<32>(), random.bytes(size)};
    const Result<Opening> back = parse_opening(to_line(opening));
    ASSERT_TRUE(back.ok()) << back.error().text();
    EXPECT_EQ(*back, opening);
  }
}

TEST(Commitment, LinesThatAreNoOpeningsAreRefused) {
  const std::string salt(64, 'a');
  const auto line = [&](std::string body, std::string text, std::string seq) {
    return "{\"body\":\"" + body + "\",\"salt\":\"" + text + "\",\"seq\":" + seq + "}";
  };
  ASSERT_TRUE(parse_opening(line("AA==", salt, "1")).ok());
  const std::string bad[] = {"",
                             "[]",
                             "{}",
                             line("AA=", salt, "1"),
                             line("AA==", salt.substr(1), "1"),
                             line("AA==", salt + "aa", "1"),
                             line("AA==", salt, "-1"),
                             line("AA==", salt, "1.0"),
                             line("AA==", salt, "1,\"seq\":2"),
                             line("AA==", salt, "1,\"x\":2"),
                             line("AA==", std::string(64, 'A'), "1"),
                             line("AA==", salt, "1") + " ",
                             line("AA==", salt, "\"1\""),
                             line("AB==", salt, "1")};
  for (const std::string& text : bad) EXPECT_FALSE(parse_opening(text).ok()) << text;
}

}  // namespace
}  // namespace parley::evidence
