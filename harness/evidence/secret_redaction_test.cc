// The world: an account's password that a driver, or a server of its, repeats where it is kept.
#include "harness/evidence/secret_redaction.h"

#include <gtest/gtest.h>

#include <vector>

#include "harness/base/encoding.h"
#include "harness/crypto/hash.h"

namespace parley::evidence {
namespace {

const std::vector<std::string> kSecrets = {"correct-horse", "1234", ""};

TEST(SecretRedaction, NoTextRepeatsALongOne) {
  EXPECT_EQ(without_secrets("bob/correct-horse, correct-horse!", kSecrets),
            "bob/[secret], [secret]!");
  EXPECT_EQ(without_secrets("correct-hors", kSecrets), "correct-hors");
  EXPECT_EQ(without_secrets("", kSecrets), "");
}

TEST(SecretRedaction, AShortOneIsHiddenWhereItStandsAlone) {
  EXPECT_EQ(without_secrets("1234", kSecrets), "[secret]");
  EXPECT_EQ(without_secrets("message 12345", kSecrets), "message 12345");
}

TEST(SecretRedaction, OneThatHoldsTheMarkDoesNotGoOnForEver) {
  EXPECT_EQ(without_secrets("a[secret]b", std::vector<std::string>{"[secret]"}), "a[secret]b");
}

TEST(SecretRedaction, ARecordKeepsItsShape) {
  Record record;
  record.facts = {{"error", {{"message", "no login as correct-horse"}}},
                  {"tries", {"1234", "other"}},
                  {"count", 1234}};
  record.body = to_bytes(std::string_view("p=correct-horse&q=1"));
  record.body_size = record.body.size();
  record.body_sha256 = "before";
  hide_secrets(record, kSecrets);
  EXPECT_EQ(
      canonical(record.facts),
      R"({"count":1234,"error":{"message":"no login as [secret]"},"tries":["[secret]","other"]})");
  EXPECT_EQ(as_text(record.body), "p=*************&q=1");
  EXPECT_EQ(record.body_sha256, hex(crypto::sha256(record.body)));
}

TEST(SecretRedaction, ABodyThatWasCutKeepsTheDigestOfTheWhole) {
  Record record;
  record.body = to_bytes(std::string_view("correct-horse"));
  record.body_size = 2000;
  record.body_sha256 = "of the whole";
  hide_secrets(record, kSecrets);
  EXPECT_EQ(as_text(record.body), "*************");
  EXPECT_EQ(record.body_sha256, "of the whole");
}

}  // namespace
}  // namespace parley::evidence
