// No world: the arguments of driver operations, right and wrong.
#include "mocks/client/operation_arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::mocks::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(OperationArguments, UnknownOnesAreNamed) {
  EXPECT_TRUE(only_arguments({{"to", "bob"}}, {"to", "text"}).ok());
  const Status status = only_arguments({{"to", "bob"}, {"txet", "hi"}}, {"to", "text"});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(status.error().message, HasSubstr("\"txet\""));
}

TEST(OperationArguments, TypesAreHeld) {
  const json::object arguments{{"text", "x"}, {"number", 7}, {"flag", true}, {"list", {"a", "b"}}};
  EXPECT_EQ(string_argument(arguments, "text").value(), "x");
  EXPECT_FALSE(string_argument(arguments, "number").ok());
  EXPECT_FALSE(string_argument(arguments, "absent").ok());
  EXPECT_EQ(string_argument_or(arguments, "absent", "y").value(), "y");
  EXPECT_FALSE(string_argument_or(arguments, "number", "y").ok());
  EXPECT_EQ(count_argument(arguments, "number", 7).value(), 7);
  EXPECT_FALSE(count_argument(arguments, "number", 6).ok());
  EXPECT_FALSE(count_argument({{"number", -1}}, "number", 6).ok());
  EXPECT_EQ(flag_argument_or(arguments, "flag", false).value(), true);
  EXPECT_EQ(flag_argument_or(arguments, "absent", true).value(), true);
  EXPECT_FALSE(flag_argument_or(arguments, "text", false).ok());
  EXPECT_THAT(strings_argument(arguments, "list").value(), ElementsAre("a", "b"));
}

TEST(OperationArguments, ListsAreBounded) {
  EXPECT_FALSE(strings_argument({{"list", json::array()}}, "list").ok());
  EXPECT_TRUE(ids_argument({{"list", json::array()}}, "list").ok());
  EXPECT_FALSE(ids_argument({{"list", {"a", 1}}}, "list").ok());
  EXPECT_FALSE(ids_argument({{"list", "a"}}, "list").ok());
  EXPECT_TRUE(ids_argument({{"list", json::array(1000, "a")}}, "list").ok());
  EXPECT_FALSE(ids_argument({{"list", json::array(1001, "a")}}, "list").ok());
}

TEST(OperationArguments, WordsAreOneOfThoseAllowed) {
  EXPECT_EQ(word_argument({{"state", "paused"}}, "state", {"composing", "paused"}).value(),
            "paused");
  const auto other = word_argument({{"state", "typing"}}, "state", {"composing", "paused"});
  ASSERT_FALSE(other.ok());
  EXPECT_THAT(other.error().message, HasSubstr("composing, paused"));
}

}  // namespace
}  // namespace parley::mocks::client
