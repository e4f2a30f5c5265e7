// A small alphabet makes every coincidence likely: overlapping needles, needles within needles,
// hits at both ends. A scan by hand must agree everywhere.
#include "harness/judge/multi_search.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/base/random.h"

namespace parley::judge {
namespace {

std::optional<MultiSearch::Hit> scan(const std::vector<std::string>& needles, std::string_view text,
                                     std::size_t from) {
  for (std::size_t at = from; at < text.size(); ++at) {
    for (std::size_t i = 0; i < needles.size(); ++i) {
      if (text.substr(at).starts_with(needles[i])) return MultiSearch::Hit{i, at};
    }
  }
  return std::nullopt;
}

std::string random_text(Random& random, std::size_t shortest, std::size_t longest) {
  std::string text(shortest + random.below(longest - shortest + 1), ' ');
  for (char& c : text) c = static_cast<char>('a' + random.below(2));
  return text;
}

TEST(MultiSearch, AgreesWithAPlainScan) {
  SeededRandom random(7, "multi-search");
  int hits = 0;
  for (int round = 0; round < 4'000; ++round) {
    std::vector<std::string> needles;
    const std::size_t count = 1 + random.below(5);
    for (std::size_t i = 0; i < count; ++i) needles.push_back(random_text(random, 2, 9));
    const std::string text = random_text(random, 0, 30);
    const std::size_t from = random.below(4);
    const MultiSearch search(needles);
    const auto found = search.find(text, from);
    const auto expected = scan(needles, text, from);
    ASSERT_EQ(found.has_value(), expected.has_value()) << text;
    if (!found) continue;
    ++hits;
    EXPECT_EQ(found->offset, expected->offset) << text;
    EXPECT_EQ(found->needle, expected->needle) << text;
  }
  EXPECT_GT(hits, 1'000);
}

TEST(MultiSearch, FindsAtBothEndsAndAcrossZeroBytes) {
  const std::string needle("a\0b\xFF", 4);
  const MultiSearch search({needle});
  EXPECT_EQ(search.find(needle)->offset, 0U);
  EXPECT_EQ(search.find("xx" + needle)->offset, 2U);
  EXPECT_FALSE(search.find(needle.substr(0, 3)).has_value());
  EXPECT_FALSE(search.find(needle, 1).has_value());
}

TEST(MultiSearch, NothingIsFoundWithoutNeedlesOrText) {
  EXPECT_FALSE(MultiSearch({}).find("text").has_value());
  EXPECT_FALSE(MultiSearch({"needle"}).find("").has_value());
}

TEST(MultiSearch, RefusesNeedlesThatAreTooShort) {
  EXPECT_THROW(MultiSearch({"long enough", "x"}), std::invalid_argument);
}

TEST(MultiSearch, FindsNeedlesLongerThanTheWindow) {
  const std::string needle(5'000, 'q');
  const MultiSearch search({needle});
  EXPECT_FALSE(search.find(std::string(4'999, 'q')).has_value());
  EXPECT_EQ(search.find("p" + needle)->offset, 1U);
}

}  // namespace
}  // namespace parley::judge
