// The world: documents that must have one spelling, and documents written by people or by enemies.
#include "harness/base/json.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <stdexcept>

namespace parley {
namespace {

TEST(Canonical, SortsMembersAndWritesNoSpace) {
  const json::value value =
      parse_json("{ \"b\" : [1, true, null], \"a\": {\"z\":-2,\"y\":\"x\"} }").value();
  EXPECT_EQ(canonical(value), R"({"a":{"y":"x","z":-2},"b":[1,true,null]})");
}

TEST(Canonical, EscapesOnlyWhatMustBe) {
  const json::value value = json::string("q\" b\\ n\n \x01 é 👍");
  EXPECT_EQ(canonical(value), "\"q\\\" b\\\\ n\\n \\u0001 é 👍\"");
  EXPECT_EQ(parse_json(canonical(value)).value(), value);
}

TEST(Canonical, FloatingPointIsABug) {
  EXPECT_THROW((void)canonical(json::value(0.5)), std::logic_error);
}

TEST(ParseJson, NamesThePlace) {
  const auto result = parse_json("{\n  \"a\": 1,\n  \"b\": oops\n}", "claims.json");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().where, "claims.json:3:8");
  EXPECT_EQ(result.error().code, ErrorCode::kInvalid);
}

TEST(ParseJson, RefusesARepeatedMember) {
  const auto result = parse_json(R"({"alg":"RS256","x":{"alg":1},"alg":"none"})");
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().message.find("\"alg\" is repeated"), std::string::npos);
  // The same name in two objects is no repetition.
  EXPECT_TRUE(parse_json(R"({"a":{"x":1},"b":{"x":2}})").ok());
}

TEST(ParseJson, RefusesARepeatedMemberSpelledWithEscapes) {
  EXPECT_FALSE(parse_json(R"({"alg":1,"\u0061lg":2})").ok());
}

TEST(ParseJson, RefusesARepeatedMemberInObjectsOfEverySize) {
  for (int size = 1; size < 60; ++size) {
    std::string members;
    for (int i = 0; i < size; ++i) {
      // Objects inside, with the same names, so that names of several are kept at once.
      members += "\"m" + std::to_string(i) + "\":{\"m0\":{\"m1\":1},\"m1\":2},";
    }
    EXPECT_TRUE(parse_json("{" + members + "\"x\":1}").ok()) << size;
    for (int i = 0; i < size; ++i) {
      const auto result = parse_json("{" + members + "\"m" + std::to_string(i) + "\":1}");
      ASSERT_FALSE(result.ok()) << size;
      EXPECT_NE(result.error().message.find("is repeated"), std::string::npos);
    }
  }
}

TEST(ParseJson, KeepsItsLimits) {
  EXPECT_EQ(parse_json("[[[[1]]]]", "x", {.bytes = 100, .depth = 3}).error().code,
            ErrorCode::kLimit);
  EXPECT_EQ(parse_json("[1,2,3]", "x", {.bytes = 3, .depth = 3}).error().code, ErrorCode::kLimit);
  EXPECT_TRUE(parse_json("[[[1]]]", "x", {.bytes = 100, .depth = 3}).ok());
}

TEST(ParseJson, RefusesTrailingAndMissingText) {
  for (const char* bad : {"", "{", "{}x", "{} {}", "[1,]", "\"\xff\"", "nul", "01", "{\"a\"}"}) {
    EXPECT_FALSE(parse_json(bad).ok()) << bad;
  }
}

TEST(ParseJson, TypedAccessNeverThrows) {
  const json::value value = parse_json(R"({"s":"x","i":5,"b":true,"o":{},"a":[]})").value();
  const json::object& object = value.get_object();
  EXPECT_EQ(get_string(object, "s"), "x");
  EXPECT_EQ(get_int(object, "i"), 5);
  EXPECT_EQ(get_bool(object, "b"), true);
  EXPECT_NE(get_object(object, "o"), nullptr);
  EXPECT_NE(get_array(object, "a"), nullptr);
  EXPECT_EQ(get_string(object, "i"), std::nullopt);
  EXPECT_EQ(get_int(object, "missing"), std::nullopt);
  EXPECT_EQ(get_object(object, "a"), nullptr);
}

}  // namespace
}  // namespace parley
