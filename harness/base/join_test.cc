// The world: lists of words that people read.
#include "harness/base/join.h"

#include <gtest/gtest.h>

#include <vector>

namespace parley {
namespace {

TEST(Joined, PutsTheSeparatorBetween) {
  const std::vector<std::string> words{"alice", "bob", ""};
  EXPECT_EQ(joined(words), "alice, bob, ");
  EXPECT_EQ(joined(words, " "), "alice bob ");
  EXPECT_EQ(joined(std::span(words).first(1)), "alice");
}

TEST(Joined, AnEmptyFirstPartIsAPart) {
  const std::vector<std::string> words{"", "bob"};
  EXPECT_EQ(joined(words), ", bob");
  EXPECT_EQ(joined(std::vector<std::string>{}), "");
}

}  // namespace
}  // namespace parley
