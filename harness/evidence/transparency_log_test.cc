// A log of thirteen entries, readers who have only files from it, and a log keeper who would like
// to have said something else.
#include "harness/evidence/transparency_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/encoding.h"

namespace parley::evidence {
namespace {

using crypto::KeyAlgorithm;
using crypto::SigningKey;
using ::testing::HasSubstr;

const std::string kOrigin = "parley.example/lab/example-test-lab";

struct Log {
  explicit Log(std::uint64_t seed = 1)
      : random(seed, "log"),
        key(SigningKey::generate(KeyAlgorithm::kEd25519, random)),
        known(NoteKey::create(kOrigin, key.public_key()).value()) {
    for (int i = 0; i < 13; ++i) tree.append(as_bytes(entry(i)));
  }

  static std::string entry(int i) { return "entry " + std::to_string(i); }
  std::string checkpoint(std::uint64_t size) const {
    return sign_checkpoint({kOrigin, head(size)}, key).value();
  }
  TreeHead head(std::uint64_t size) const { return {size, tree.root_at(size).value()}; }
  TlogProof proof(std::uint64_t index, std::uint64_t size) const {
    return {entry(static_cast<int>(index)), index, tree.inclusion_proof(index, size).value(),
            checkpoint(size)};
  }
  ConsistencyProof growth(std::uint64_t from, std::uint64_t to) const {
    return {from, tree.consistency_proof(from, to).value(), checkpoint(to)};
  }

  SeededRandom random;
  SigningKey key;
  NoteKey known;
  MerkleTree tree;
};

// The text of c2sp.org/tlog-checkpoint's example.
TEST(TransparencyLog, CheckpointsHaveThePublishedForm) {
  const std::string text =
      "example.com/behind-the-sofa\n"
      "20852163\n"
      "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  const auto checkpoint = parse_checkpoint(text);
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().text();
  EXPECT_EQ(checkpoint->origin, "example.com/behind-the-sofa");
  EXPECT_EQ(checkpoint->head.size, 20852163U);
  EXPECT_EQ(to_text(*checkpoint), text);
  EXPECT_TRUE(parse_note(text +
                         "\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/"
                         "5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n")
                  .ok());
}

// The parts of c2sp.org/tlog-proof's example that it prints in full.
TEST(TransparencyLog, ProofsHaveThePublishedForm) {
  const std::string text =
      "c2sp.org/tlog-proof@v1\n"
      "index 73894\n"
      "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\n"
      "B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=\n"
      "\n"
      "example.com/fancylog\n"
      "109482\n"
      "sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=\n"
      "\n";
  const auto proof = parse_tlog_proof(text);
  ASSERT_TRUE(proof.ok()) << proof.error().text();
  EXPECT_EQ(proof->index, 73894U);
  EXPECT_EQ(proof->path.size(), 2U);
  EXPECT_EQ(to_text(*proof), text);
}

TEST(TransparencyLog, EveryEntryCanBeShownToBeInIt) {
  const Log log;
  for (std::uint64_t size = 1; size <= 13; ++size) {
    for (std::uint64_t index = 0; index < size; ++index) {
      const auto proof = parse_tlog_proof(to_text(log.proof(index, size)));
      ASSERT_TRUE(proof.ok()) << proof.error().text();
      EXPECT_EQ(*proof, log.proof(index, size));
      const std::string entry = Log::entry(static_cast<int>(index));
      const auto logged = verify_logged(as_bytes(entry), *proof, log.known);
      ASSERT_TRUE(logged.ok()) << logged.error().text();
      EXPECT_EQ(logged->index, index);
      EXPECT_EQ(logged->checkpoint.head, log.head(size));
      EXPECT_EQ(verify_logged(as_bytes("another entry"), *proof, log.known).error().code,
                ErrorCode::kInvalid);
      TlogProof bare = *proof;
      bare.entry.clear();
      EXPECT_EQ(parse_tlog_proof(to_text(bare)).value(), bare);
      EXPECT_TRUE(verify_logged(as_bytes(entry), bare, log.known).ok());
      EXPECT_EQ(verify_logged(as_bytes("another entry"), bare, log.known).error().code,
                ErrorCode::kAuth);
      TlogProof forged = *proof;
      forged.entry = "another entry";
      EXPECT_EQ(verify_logged(as_bytes("another entry"), forged, log.known).error().code,
                ErrorCode::kAuth)
          << "the entry that comes along vouches for nothing";
    }
  }
}

TEST(TransparencyLog, WitnessesMaySignBelow) {
  const Log log;
  SignedNote note = parse_note(log.checkpoint(13)).value();
  ASSERT_TRUE(sign_note(note, "witness.example", Log(7).key).ok());
  const auto checkpoint = verify_checkpoint(to_text(note), log.known);
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().text();
  EXPECT_EQ(checkpoint->head, log.head(13));
}

TEST(TransparencyLog, OthersCannotSpeakForIt) {
  const Log log;
  const Log other(2);
  EXPECT_EQ(verify_checkpoint(other.checkpoint(13), log.known).error().code, ErrorCode::kAuth);
  TlogProof proof = log.proof(3, 13);
  proof.checkpoint = other.checkpoint(13);
  EXPECT_EQ(verify_logged(as_bytes(Log::entry(3)), proof, log.known).error().code,
            ErrorCode::kAuth);
  // The key signs for another log, under its own name.
  SignedNote note{to_text(Checkpoint{"another.example", log.head(13)}), {}};
  ASSERT_TRUE(sign_note(note, kOrigin, log.key).ok());
  EXPECT_THAT(verify_checkpoint(to_text(note), log.known).error().message,
              HasSubstr("a checkpoint of \"another.example\""));
}

TEST(TransparencyLog, AnEntryCannotBeShownElsewhere) {
  const Log log;
  TlogProof proof = log.proof(3, 13);
  proof.index = 4;
  EXPECT_FALSE(verify_logged(as_bytes(Log::entry(3)), proof, log.known).ok());
  proof = log.proof(3, 13);
  proof.checkpoint = log.checkpoint(12);
  EXPECT_FALSE(verify_logged(as_bytes(Log::entry(3)), proof, log.known).ok());
  proof = log.proof(3, 13);
  proof.path.pop_back();
  EXPECT_FALSE(verify_logged(as_bytes(Log::entry(3)), proof, log.known).ok());
}

TEST(TransparencyLog, GrowthCanBeShownToAWitness) {
  const Log log;
  for (std::uint64_t to = 0; to <= 13; ++to) {
    for (std::uint64_t from = 0; from <= to; ++from) {
      const auto proof = parse_consistency_proof(to_text(log.growth(from, to)));
      ASSERT_TRUE(proof.ok()) << proof.error().text();
      const auto newer = verify_growth({kOrigin, log.head(from)}, *proof, log.known);
      ASSERT_TRUE(newer.ok()) << newer.error().text();
      EXPECT_EQ(newer->head, log.head(to));
    }
  }
}

TEST(TransparencyLog, RewrittenHistoryIsNoticed) {
  const Log log;
  Log rewritten;  // the same key, another past
  rewritten.tree = MerkleTree();
  for (int i = 0; i < 13; ++i) rewritten.tree.append(as_bytes(Log::entry(i == 2 ? 99 : i)));
  const Checkpoint seen{kOrigin, log.head(7)};
  EXPECT_EQ(verify_growth(seen, rewritten.growth(7, 13), log.known).error().code, ErrorCode::kAuth);
  EXPECT_EQ(verify_growth(seen, log.growth(6, 13), log.known).error().code, ErrorCode::kInvalid);
  EXPECT_FALSE(verify_growth({"another", log.head(7)}, log.growth(7, 13), log.known).ok());
  ConsistencyProof shrunk{7, {}, log.checkpoint(5)};
  EXPECT_FALSE(verify_growth(seen, shrunk, log.known).ok());
}

TEST(TransparencyLog, MalformedTextsAreRefusedWithTheLine) {
  const std::string root = base64(TreeHash{});
  const auto checkpoint = [](const std::string& text) {
    const auto parsed = parse_checkpoint(text);
    return parsed.ok() ? std::string("accepted") : parsed.error().text();
  };
  ASSERT_EQ(checkpoint("a\n0\n" + root + "\n"), "accepted");
  EXPECT_THAT(checkpoint("a\n00\n" + root + "\n"), HasSubstr("line 2"));
  EXPECT_THAT(checkpoint("a\n-1\n" + root + "\n"), HasSubstr("line 2"));
  EXPECT_THAT(checkpoint("a\n+1\n" + root + "\n"), HasSubstr("line 2"));
  EXPECT_THAT(checkpoint("a\n18446744073709551616\n" + root + "\n"), HasSubstr("line 2"));
  EXPECT_THAT(checkpoint("\n0\n" + root + "\n"), HasSubstr("line 1"));
  EXPECT_THAT(checkpoint("a\n0\n" + root), HasSubstr("line 3"));
  EXPECT_THAT(checkpoint("a\n0\n" + root.substr(4) + "\n"), HasSubstr("line 3"));
  EXPECT_THAT(checkpoint("a\n0\n" + root + "\nmore\n"), HasSubstr("extension lines"));
  const auto proof = [](const std::string& text) {
    const auto parsed = parse_tlog_proof(text);
    return parsed.ok() ? std::string("accepted") : parsed.error().text();
  };
  const std::string head = "c2sp.org/tlog-proof@v1\n";
  ASSERT_EQ(proof(head + "index 0\n\nx"), "accepted");
  EXPECT_THAT(proof("c2sp.org/tlog-proof@v2\nindex 0\n\n"), HasSubstr("line 1"));
  EXPECT_THAT(proof(head + "extra AAAA\nindex 0\n\n"), HasSubstr("accepted"));
  EXPECT_THAT(proof(head + "extra AAA\nindex 0\n\n"), HasSubstr("line 2"));
  EXPECT_THAT(proof(head + "extra \nindex 0\n\n"), HasSubstr("line 2"));
  EXPECT_THAT(proof(head + "extra AAAA\nextra AAAA\nindex 0\n\n"), HasSubstr("line 3"));
  EXPECT_THAT(proof(head + "index 01\n\n"), HasSubstr("line 2"));
  EXPECT_THAT(proof(head + "index 0\nAAAA\n\n"), HasSubstr("line 3"));
  EXPECT_THAT(proof(head + "index 0\n" + root + "\n"), HasSubstr("too early"));
  std::string path;
  for (int i = 0; i < 65; ++i) path += root + "\n";
  EXPECT_THAT(proof(head + "index 0\n" + path + "\n"), HasSubstr("at most 64"));
  EXPECT_EQ(parse_tlog_proof(std::string(2 << 20, '\n')).error().code, ErrorCode::kLimit);
  EXPECT_FALSE(parse_consistency_proof("new 0\n\nx").ok());
  EXPECT_FALSE(parse_consistency_proof("old 0\nzz\n\nx").ok());
}

}  // namespace
}  // namespace parley::evidence
