// The cross product of small matrices: how many, in which order, under which ids.
#include "harness/scenario/expand.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace parley::scenario
