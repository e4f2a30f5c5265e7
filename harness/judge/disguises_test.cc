// A text travels inside longer ones, encoded by whoever passes it on. Whatever stands around it,
// one of its disguises must be found in the result.
#include "harness/judge/disguises.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "harness/base/encoding.h"
#include "harness/base/random.h"

namespace parley::judge {
namespace {

bool found_in(std::string_view text, std::string_view haystack, std::string_view encoding) {
  const std::vector<Disguise> all = disguises(text);
  return std::any_of(all.begin(), all.end(), [&](const Disguise& disguise) {
    return disguise.encoding.starts_with(encoding) &&
           haystack.find(disguise.bytes) != std::string_view::npos;
  });
}

TEST(Disguises, Base64IsFoundAtEveryPlaceWithinALongerText) {
  SeededRandom random(1, "disguises");
  for (int round = 0; round < 500; ++round) {
    const Bytes text = random.bytes(8 + random.below(20));
    const Bytes haystack =
        concat({random.bytes(random.below(10)), text, random.bytes(random.below(10))});
    EXPECT_TRUE(found_in(as_text(text), base64(haystack), "base64"));
    EXPECT_TRUE(found_in(as_text(text), base64url(haystack), "base64"));
    EXPECT_TRUE(found_in(as_text(text), hex(haystack), "hex"));
  }
}

TEST(Disguises, SpellsOutTheOthers) {
  EXPECT_TRUE(found_in("canary/é", "x=canary%2F%C3%A9&", "percent"));
  EXPECT_TRUE(found_in("canary+1", "63616E6172792B31", "hex in capitals"));
  EXPECT_TRUE(found_in("caé", std::string("c\0a\0\xE9\0", 6), "UTF-16LE"));
  EXPECT_TRUE(found_in("caé", std::string("\0c\0a\0\xE9", 6), "UTF-16BE"));
  EXPECT_TRUE(found_in("👋", std::string("\x3D\xD8\x4B\xDC", 4), "UTF-16LE"));
}

TEST(Disguises, NoneTwiceAndNoneEmpty) {
  std::set<std::string> bytes;
  for (const Disguise& disguise : disguises("canary-0123456789abcdef")) {
    EXPECT_TRUE(bytes.insert(disguise.bytes).second) << disguise.encoding;
    EXPECT_GE(disguise.bytes.size(), 20U) << disguise.encoding;
  }
  EXPECT_GE(bytes.size(), 8U);
}

TEST(Disguises, BytesThatAreNoTextHaveNoUtf16Form) {
  for (const Disguise& disguise : disguises("\xFF\xFE\xFD\xFC")) {
    EXPECT_THAT(disguise.encoding, ::testing::Not(::testing::HasSubstr("UTF-16")));
  }
}

}  // namespace
}  // namespace parley::judge
