// Documents by somebody who hopes that one reader sees what another does not.
#include "harness/base/json_members.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace parley {
namespace {

const json::value kDocument =
    parse_json(
        R"({"name":"x","size":3,"digest":"00ff","files":[1,2],"inner":{"a":"b"},"flag":true})")
        .value();

TEST(JsonMembers, ReadsByNameAndType) {
  JsonMembers members = JsonMembers::of(kDocument, "doc").value();
  EXPECT_EQ(members.text("name").value(), "x");
  EXPECT_EQ(members.count("size").value(), 3U);
  EXPECT_EQ(members.hex_bytes("digest", 2).value(), (Bytes{0, 255}));
  EXPECT_EQ(members.array("files", 2).value()->size(), 2U);
  JsonMembers inner = members.object("inner").value();
  EXPECT_EQ(inner.text("a").value(), "b");
  EXPECT_TRUE(inner.end().ok());
  EXPECT_EQ(members.end().error().text(), "doc.flag: is no member of this format");
  EXPECT_TRUE(members.has("flag"));
  EXPECT_FALSE(members.has("none"));
}

TEST(JsonMembers, WrongTypesAndSizesSayWhere) {
  JsonMembers members = JsonMembers::of(kDocument, "doc").value();
  EXPECT_EQ(members.text("none").error().text(), "doc.none: is missing");
  EXPECT_EQ(members.text("size").error().text(), "doc.size: must be a string");
  EXPECT_EQ(members.text("digest", 3).error().code, ErrorCode::kLimit);
  EXPECT_FALSE(members.count("name").ok());
  EXPECT_FALSE(members.count("none").ok());
  EXPECT_FALSE(members.array("name", 9).ok());
  EXPECT_EQ(members.array("files", 1).error().code, ErrorCode::kLimit);
  EXPECT_EQ(members.object("files").error().text(), "doc.files: must be an object");
  EXPECT_FALSE(members.hex_bytes("digest", 3).ok());
  EXPECT_FALSE(JsonMembers::of(json::value(3), "doc").ok());
}

TEST(JsonMembers, TextIsPrintableAndNumbersAreWholeAndPositive) {
  const json::value value =
      parse_json(
          "{\"a\":\"x\\ny\",\"b\":\"\\u001b[31m\",\"c\":-1,\"d\":1.5,\"e\":\"FF\","
          "\"f\":9223372036854775808}")
          .value();
  JsonMembers members = JsonMembers::of(value, "doc").value();
  EXPECT_FALSE(members.text("a").ok());
  EXPECT_FALSE(members.text("b").ok());
  EXPECT_EQ(members.raw_text("a", 3).value(), "x\ny");
  EXPECT_EQ(members.raw_text("a", 2).error().code, ErrorCode::kLimit);
  EXPECT_FALSE(members.raw_text("c", 9).ok());
  EXPECT_FALSE(members.raw_text("none", 9).ok());
  EXPECT_FALSE(members.count("c").ok());
  EXPECT_FALSE(members.count("d").ok());
  EXPECT_FALSE(members.hex_bytes("e", 1).ok());
  EXPECT_FALSE(members.count("f").ok());
}

}  // namespace
}  // namespace parley
