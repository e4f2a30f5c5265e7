// Files with certificates as people paste them together: comments between the blocks, lines lost,
// lines from another block.
#include "harness/crypto/pem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/random.h"

namespace parley::crypto {
namespace {

using ::testing::HasSubstr;

TEST(Pem, SurvivesEveryLength) {
  SeededRandom random(7468, "pem");
  for (std::size_t size = 0; size < 200; ++size) {
    const Bytes der = random.bytes(size);
    const auto blocks = read_pem(write_pem("CERTIFICATE", der));
    ASSERT_TRUE(blocks.ok()) << blocks.error().text();
    ASSERT_EQ(blocks->size(), 1U);
    EXPECT_EQ((*blocks)[0].label, "CERTIFICATE");
    EXPECT_EQ((*blocks)[0].der, der);
  }
}

TEST(Pem, BreaksLinesWhereTheStandardDoes) {
  EXPECT_EQ(write_pem("X", Bytes(49, 0)),
            "-----BEGIN X-----\n" + std::string(64, 'A') + "\nAA==\n-----END X-----\n");
}

TEST(Pem, TextBetweenBlocksIsPassedOver) {
  const std::string text = "Our root, of 2026\n" + write_pem("A", Bytes{1}) + "\n# and\r\n" +
                           "-----BEGIN B-----\r\nAg==\r\n-----END B-----\r\nthe end";
  const auto blocks = read_pem(text);
  ASSERT_TRUE(blocks.ok()) << blocks.error().text();
  ASSERT_EQ(blocks->size(), 2U);
  EXPECT_EQ((*blocks)[1].label, "B");
  EXPECT_EQ((*blocks)[1].der, Bytes{2});
  EXPECT_TRUE(read_pem("nothing here").value().empty());
}

TEST(Pem, BrokenBlocksAreRefusedAndNeverQuoted) {
  const auto refused = [](const std::string& text, const std::string& says) {
    const auto blocks = read_pem(text);
    ASSERT_FALSE(blocks.ok()) << text;
    EXPECT_EQ(blocks.error().code, ErrorCode::kInvalid);
    EXPECT_THAT(blocks.error().text(), HasSubstr(says));
    EXPECT_EQ(blocks.error().text().find("SECRET"), std::string::npos);
  };
  refused("-----BEGIN A-----\nSECRET==\n", "does not end");
  refused("-----BEGIN A-----\nSECRET==", "does not end");
  refused("-----BEGIN A-----\nSECRETxx\n-----END B-----\n", "different labels");
  refused("-----BEGIN A-----\nSECRET\n-----END A-----\n", "PEM line 3");
  refused("-----BEGIN A-----\nSECRET==\nAAAA\n-----END A-----\n", "strict base64");
  refused("-----BEGIN A-----\n SECRET=\n-----END A-----\n", "strict base64");
  refused("-----BEGIN A-----\nSECRETxx\n\nAAAA\n-----END A-----\n", "does not end");
  refused("-----BEGIN A-----\nSECRETxx\n-----BEGIN A-----\nAAAA\n-----END A-----\n", "PEM line 3");
  refused("-----BEGIN A-----\nProc-Type: 4,SECRET\n-----END A-----\n", "strict base64");
  EXPECT_EQ(read_pem(std::string(300'000, 'x')).error().code, ErrorCode::kLimit);
}

}  // namespace
}  // namespace parley::crypto
