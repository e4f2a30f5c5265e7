// Bytes from a peer that may or may not be text.
#include "harness/wire/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace parley::wire {
namespace {

TEST(Utf8, AcceptsEveryWellFormedLength) {
  for (std::string_view text :
       {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "Zo\xc3\xab \xf0\x9f\x99\x82"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
}

TEST(Utf8, RefusesAllElse) {
  for (std::string_view text :
       {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x41", "\xe0\x80\x80", "\xe0\x9f\xbf",
        "\xed\xa0\x80", "\xe2\x82", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80", "\xff", "a\xff"}) {
    EXPECT_FALSE(is_utf8(text)) << testing::PrintToString(text);
  }
}

TEST(Utf8, PrintableLeavesOutControlCharacters) {
  EXPECT_TRUE(is_printable_utf8("one\ttwo\r\nthree"));
  EXPECT_FALSE(is_printable_utf8(std::string_view("a\0b", 3)));
  EXPECT_FALSE(is_printable_utf8("\x1b[0m"));
  EXPECT_FALSE(is_printable_utf8("\x7f"));
  EXPECT_FALSE(is_printable_utf8("\xff"));
}

}  // namespace
}  // namespace parley::wire
