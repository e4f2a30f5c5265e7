// Header values and form fields of a hostile peer: a transcript that took them as they are could
// not be read back.
#include "harness/base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace parley {
namespace {

TEST(Utf8, KnowsWellFormedText) {
  for (const std::string_view text :
       {"", "plain", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEF\xBF\xBF",
        "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "\x7F", "Zo\xC3\xAB \xF0\x9F\x99\x82",
        "eight bytes of ASCII, and more", "seven\xC3\xAB straddles a word",
        "שלום 👩‍👩‍👧"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
    EXPECT_EQ(as_utf8(text), text);
  }
}

TEST(Utf8, RefusesWhatIsNone) {
  for (const std::string_view text :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xC2", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xE2\x82",
        "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "a\xC2z", "\xBF",
        "\xC2\x41", "\xE0\x80\x80", "\xF0\x80\x80\x80", "a\xFF", "eight of\xFF"}) {
    EXPECT_FALSE(is_utf8(text)) << text;
    EXPECT_TRUE(is_utf8(as_utf8(text)));
  }
}

TEST(Utf8, ReplacesBadBytesAndKeepsTheRest) {
  EXPECT_EQ(as_utf8("a\xFFz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(as_utf8("\xE2\x82"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(as_utf8(std::string_view("\0é\xC3", 4)), std::string("\0é\xEF\xBF\xBD", 6));
}

TEST(Utf8, PrintableLeavesOutControlCharacters) {
  EXPECT_TRUE(is_printable_utf8("one\ttwo\r\nthree"));
  EXPECT_FALSE(is_printable_utf8(std::string_view("a\0b", 3)));
  EXPECT_FALSE(is_printable_utf8("\x1b[0m"));
  EXPECT_FALSE(is_printable_utf8("\x7f"));
  EXPECT_FALSE(is_printable_utf8("\xff"));
}

}  // namespace
}  // namespace parley
