// The dictionary as a peer knows it: only its digest is given here, so that a slip in the table
// cannot be copied into the test.
#include "harness/wire/token_table.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "harness/base/encoding.h"
#include "harness/crypto/hash.h"

namespace parley::wire {
namespace {

TEST(TokenTable, HoldsToTheKnownDigest) {
  std::string joined;
  for (std::size_t i = 0; i < kSingleTokens; ++i) {
    joined += single_token(i);
    joined += '\n';
  }
  for (std::size_t d = 0; d < kTokenDictionaries; ++d) {
    for (std::size_t i = 0; i < kDictionaryTokens; ++i) {
      joined += double_token(d, i);
      joined += '\n';
    }
  }
  joined.pop_back();
  EXPECT_EQ(hex(crypto::sha256(as_bytes(joined))),
            "cfe8fcd3ef24f232ec7df9824e1baa277f6a736543efc0e5f48aa46abb0f8cd0");
}

TEST(TokenTable, FindsEveryTokenWhereItStands) {
  for (std::size_t i = 1; i < kSingleTokens; ++i) {
    std::optional<TokenPlace> place = find_token(single_token(i));
    ASSERT_TRUE(place.has_value()) << i;
    EXPECT_TRUE(place->is_single) << i;
    EXPECT_EQ(place->index, i);
  }
  for (std::size_t d = 0; d < kTokenDictionaries; ++d) {
    for (std::size_t i = 0; i < kDictionaryTokens; ++i) {
      std::optional<TokenPlace> place = find_token(double_token(d, i));
      ASSERT_TRUE(place.has_value()) << d << "/" << i;
      EXPECT_FALSE(place->is_single);
      EXPECT_EQ(place->dictionary, d);
      EXPECT_EQ(place->index, i);
    }
  }
}

TEST(TokenTable, FindsNothingElse) {
  EXPECT_FALSE(find_token("").has_value());
  EXPECT_FALSE(find_token("no such token").has_value());
  EXPECT_FALSE(find_token("Receipt").has_value());
  EXPECT_FALSE(find_token(std::string(10'000, 'x')).has_value());
  EXPECT_EQ(single_token(236), "");
  EXPECT_EQ(double_token(4, 0), "");
  EXPECT_EQ(double_token(0, 256), "");
}

}  // namespace
}  // namespace parley::wire
