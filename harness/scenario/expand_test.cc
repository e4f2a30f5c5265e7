// The cross product of small matrices: how many, in which order, under which ids.
#include "harness/scenario/expand.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace parley::scenario {
namespace {

using testing::ElementsAre;

Axis axis(std::string name, std::vector<std::string> values) {
  Axis out{std::move(name), {}};
  for (std::string& value : values) out.values.push_back({std::move(value), nullptr});
  return out;
}

std::vector<std::string> ids(std::span<const Axis> axes, std::span<const Exclusion> exclude = {}) {
  const auto all = combinations(axes, exclude);
  EXPECT_TRUE(all.ok());
  std::vector<std::string> out;
  for (const Combination& one : *all) out.push_back(case_id("s", one));
  return out;
}

TEST(Expand, GivesOneCaseWithoutAMatrix) { EXPECT_THAT(ids({}), ElementsAre("s")); }

TEST(Expand, VariesTheLastAxisFastest) {
  const Axis axes[] = {axis("to", {"a", "b"}), axis("kind", {"x", "y", "z"})};
  EXPECT_THAT(ids(axes), ElementsAre("s[to=a,kind=x]", "s[to=a,kind=y]", "s[to=a,kind=z]",
                                     "s[to=b,kind=x]", "s[to=b,kind=y]", "s[to=b,kind=z]"));
}

TEST(Expand, ExcludesWhatAgreesWithEveryPair) {
  const Axis axes[] = {axis("to", {"a", "b"}), axis("kind", {"x", "y"})};
  const Exclusion exclude[] = {{{"kind", "x"}, {"to", "b"}}};
  EXPECT_THAT(ids(axes, exclude),
              ElementsAre("s[to=a,kind=x]", "s[to=a,kind=y]", "s[to=b,kind=y]"));
  const Exclusion whole_axis[] = {{{"kind", "x"}}};
  EXPECT_THAT(ids(axes, whole_axis), ElementsAre("s[to=a,kind=y]", "s[to=b,kind=y]"));
}

// For all shapes of up to three axes with up to four values: as many cases as the product says,
// all different.
TEST(Expand, GivesEveryCombinationOnce) {
  for (std::size_t a = 1; a <= 4; ++a) {
    for (std::size_t b = 1; b <= 4; ++b) {
      for (std::size_t c = 1; c <= 4; ++c) {
        std::vector<Axis> axes;
        std::size_t number = 0;
        for (const std::size_t size : {a, b, c}) {
          std::vector<std::string> values;
          for (std::size_t i = 0; i < size; ++i) values.push_back("v" + std::to_string(i));
          axes.push_back(axis("axis" + std::to_string(number++), values));
        }
        const std::vector<std::string> all = ids(axes);
        EXPECT_EQ(all.size(), a * b * c);
        EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), a * b * c);
      }
    }
  }
}

TEST(Expand, RefusesMatricesThatExplode) {
  std::vector<std::string> values;
  for (int i = 0; i < 30; ++i) values.push_back(std::to_string(i));
  const Axis axes[] = {axis("a", values), axis("b", values)};
  const auto all = combinations(axes, {});
  ASSERT_FALSE(all.ok());
  EXPECT_EQ(all.error().code, ErrorCode::kLimit);
}

std::vector<Axis> axes_of(std::vector<std::size_t> sizes) {
  std::vector<Axis> axes;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    Axis axis{"axis" + std::to_string(i), {}};
    for (std::size_t j = 0; j < sizes[i]; ++j) axis.values.push_back({"v" + std::to_string(j), j});
    axes.push_back(std::move(axis));
  }
  return axes;
}

using Pair = std::pair<std::pair<std::string, std::string>, std::pair<std::string, std::string>>;

std::set<Pair> pairs_in(const std::vector<Combination>& combinations) {
  std::set<Pair> out;
  for (const Combination& one : combinations) {
    for (std::size_t i = 0; i < one.size(); ++i) {
      for (std::size_t j = i + 1; j < one.size(); ++j) out.insert({one[i], one[j]});
    }
  }
  return out;
}

// Counted independently of the implementation: the chosen combinations contain every pair that
// any combination contains, and are few.
TEST(Pairwise, CoversEveryPairInFewCombinations) {
  for (const auto& sizes : std::vector<std::vector<std::size_t>>{
           {2, 2}, {3, 4}, {2, 2, 2}, {3, 3, 3, 3}, {5, 2, 12}, {2, 2, 2, 2, 2, 2}, {1, 1}}) {
    const std::vector<Axis> axes = axes_of(sizes);
    const auto some = pairwise(axes, {});
    ASSERT_TRUE(some.ok());
    const std::set<Pair> all = pairs_in(*combinations(axes, {}));
    EXPECT_EQ(pairs_in(some->combinations), all);
    EXPECT_EQ(some->covered, all.size());
    EXPECT_EQ(some->total, all.size());
  }
  EXPECT_LE(pairwise(axes_of({3, 3, 3, 3}), {})->combinations.size(), 12U);       // of 81
  EXPECT_LE(pairwise(axes_of({2, 2, 2, 2, 2, 2}), {})->combinations.size(), 8U);  // of 64
}

TEST(Pairwise, LeavesOutWhatIsExcludedAndSaysWhatIsMissing) {
  const std::vector<Axis> axes = axes_of({2, 3, 2});
  const std::vector<Exclusion> exclude = {{{"axis0", "v0"}, {"axis1", "v1"}},
                                          {{"axis0", "v1"}, {"axis1", "v2"}, {"axis2", "v0"}}};
  const auto some = pairwise(axes, exclude);
  ASSERT_TRUE(some.ok());
  EXPECT_EQ(pairs_in(some->combinations), pairs_in(*combinations(axes, exclude)));
  EXPECT_EQ(some->total, 6U + 4U + 6U);
  EXPECT_EQ(some->covered, some->total - 1);
}

TEST(Pairwise, IsInMatrixOrderAndTheSameEachTime) {
  const std::vector<Axis> axes = axes_of({3, 2, 4});
  const auto once = pairwise(axes, {});
  const auto again = pairwise(axes, {});
  EXPECT_EQ(once->combinations, again->combinations);
  const auto all = *combinations(axes, {});
  auto from = all.begin();
  for (const Combination& one : once->combinations) {
    from = std::find(from, all.end(), one);
    ASSERT_NE(from, all.end());
    ++from;
  }
}

TEST(Pairwise, HasLimits) {
  EXPECT_EQ(pairwise(axes_of({64, 65}), {}).error().code, ErrorCode::kLimit);
  EXPECT_EQ(pairwise(axes_of({64, 64}), {}).error().code, ErrorCode::kLimit);  // 4,096 cases
  EXPECT_TRUE(pairwise(axes_of({16, 16, 16}), {}).ok());
}

}  // namespace
}  // namespace parley::scenario
