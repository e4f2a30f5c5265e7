// Placeholders filled in as at run time: a step has sent a message, and its texts refer to it.
#include "harness/scenario/placeholder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "harness/scenario/match.h"

namespace parley::scenario {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::optional<json::value> look_up(std::string_view name) {
  if (name == "canary") return json::value("c4nary");
  if (name == "sent.size") return json::value(42);
  if (name == "sent.ok") return json::value(true);
  if (name == "sent.ids") return json::value(json::array{"a", "b"});
  return std::nullopt;
}

json::value value(std::string_view text) { return *parse_json(text); }

TEST(Placeholder, FillsTextsInObjectsAndLists) {
  const auto result = resolve(
      value(R"({"text":"<${canary}> ${sent.size}","list":["${canary}",7],"no":null})"), look_up);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(canonical(*result), R"({"list":["c4nary",7],"no":null,"text":"<c4nary> 42"})");
}

TEST(Placeholder, KeepsTheTypeOfAWholeValue) {
  EXPECT_EQ(canonical(*resolve(json::value("${sent.size}"), look_up)), "42");
  EXPECT_EQ(canonical(*resolve(json::value("${sent.ok}"), look_up)), "true");
  EXPECT_EQ(canonical(*resolve(json::value("${sent.ids}"), look_up)), R"(["a","b"])");
}

TEST(Placeholder, LeavesEscapedOnesAlone) {
  EXPECT_EQ(canonical(*resolve(json::value("$${canary} costs $5 ${canary}"), look_up)),
            R"("${canary} costs $5 c4nary")");
}

TEST(Placeholder, RefusesWhatHasNoValue) {
  EXPECT_EQ(resolve(json::value("${lost.id}"), look_up).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(resolve(json::value("x ${sent.ids}"), look_up).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(resolve(json::value("${canary"), look_up).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(resolve(json::value("${a b}"), look_up).error().code, ErrorCode::kInvalid);
}

TEST(Placeholder, ListsNames) {
  EXPECT_THAT(*placeholders("${a.b} and ${c}, not $${d}"), ElementsAre("a.b", "c"));
  EXPECT_THAT(*placeholders("nothing"), IsEmpty());
  for (const std::string_view bad : {"${}", "${.}", "${a..b}", "${a.}", "${"}) {
    EXPECT_FALSE(placeholders(bad).ok()) << bad;
  }
}

TEST(Match, ComparesObjectsAsSubsetsAndListsWithoutOrder) {
  EXPECT_TRUE(matches(value(R"({"a":1})"), value(R"({"a":1,"b":2})")));
  EXPECT_FALSE(matches(value(R"({"a":1,"c":3})"), value(R"({"a":1,"b":2})")));
  EXPECT_TRUE(matches(value(R"({"ids":["y","x"]})"), value(R"({"ids":["x","y","z"]})")));
  EXPECT_FALSE(matches(value(R"({"ids":["x","q"]})"), value(R"({"ids":["x","y","z"]})")));
  EXPECT_TRUE(matches(value(R"({"o":{"x":1}})"), value(R"({"o":{"x":1,"y":2}})")));
  EXPECT_FALSE(matches(value(R"({"a":"1"})"), value(R"({"a":1})")));
  EXPECT_FALSE(matches(value(R"({"a":[]})"), value(R"({"a":1})")));
  EXPECT_TRUE(matches(json::value(std::int64_t{5}), json::value(std::uint64_t{5})));
  EXPECT_TRUE(matches(value("{}"), value(R"({"a":1})")));
}

}  // namespace
}  // namespace parley::scenario
