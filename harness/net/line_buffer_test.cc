// A program writes lines as it likes: in pieces, many at once, without end. However they are cut,
// the same lines come out, and none that is too long.
#include "harness/net/line_buffer.h"

#include <gtest/gtest.h>

#include <vector>

namespace parley::net {
namespace {

std::vector<std::string> lines_of(std::string_view text, std::size_t piece) {
  LineBuffer buffer(1000);
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    buffer.feed(text.substr(at, piece));
    for (;;) {
      auto line = buffer.next();
      EXPECT_TRUE(line.ok());
      if (!line.ok() || !*line) break;
      out.push_back(**std::move(line));
    }
  }
  return out;
}

TEST(LineBuffer, GivesTheSameLinesHoweverTheBytesAreCut) {
  const std::string text = "one\n\ntwo two\n" + std::string(300, 'x') + "\nno end";
  const std::vector<std::string> expected = {"one", "", "two two", std::string(300, 'x')};
  for (std::size_t piece = 1; piece < 20; ++piece) EXPECT_EQ(lines_of(text, piece), expected);
  EXPECT_EQ(lines_of(text, text.size()), expected);
}

TEST(LineBuffer, KnowsWhenALineHasBegun) {
  LineBuffer buffer(10);
  EXPECT_FALSE(buffer.partial());
  buffer.feed("ab\nc");
  EXPECT_EQ(buffer.next().value(), "ab");
  EXPECT_FALSE(buffer.next().value().has_value());
  EXPECT_TRUE(buffer.partial());
  buffer.feed("\n");
  EXPECT_EQ(buffer.next().value(), "c");
  EXPECT_FALSE(buffer.partial());
}

TEST(LineBuffer, GivesBackWhatItDidNotCut) {
  LineBuffer buffer(10);
  buffer.feed("one\ntwo\nth");
  EXPECT_EQ(buffer.next().value(), "one");
  EXPECT_EQ(buffer.take_rest(), "two\nth");
  EXPECT_FALSE(buffer.partial());
  buffer.feed("ree\n");
  EXPECT_EQ(buffer.next().value(), "ree");
}

TEST(LineBuffer, RefusesALineOverTheLimitWithOrWithoutItsEnd) {
  LineBuffer exact(5);
  exact.feed("12345\n");
  EXPECT_EQ(exact.next().value(), "12345");
  for (const char* text : {"123456\nx\n", "123456"}) {
    LineBuffer buffer(5);
    buffer.feed(text);
    for (int i = 0; i < 2; ++i) {
      const auto line = buffer.next();
      ASSERT_FALSE(line.ok()) << text;
      EXPECT_EQ(line.error().code, ErrorCode::kLimit);
    }
  }
}

}  // namespace
}  // namespace parley::net
