// The world: names of files that others chose.
#include "mocks/client/file_name.h"

#include <gtest/gtest.h>

namespace parley::mocks::client {
namespace {

TEST(SafeFileName, HonestNamesStayToTheByte) {
  for (const char* name :
       {"notes.txt", "caf\u00e9 \u65e5\u672c.pdf", "\u0645\u0631.pdf", ".profile", "a b (1).tar.gz",
        "\U0001F468\u200D\U0001F469.jpg", "con", "x."}) {
    EXPECT_EQ(safe_file_name(name), name);
  }
}

TEST(SafeFileName, PathsAndTricksLeaveTheLastPart) {
  const std::pair<std::string, std::string> rows[] = {
      {"../../etc/passwd", "passwd"},
      {"C:\\Windows\\system32\\x.dll", "x.dll"},
      {"/", "file"},
      {"", "file"},
      {"..", "file"},
      {"a/..", "file"},
      {"gpj.\u202Eexe", "gpj.exe"},
      {"\u2066x\u2069\u200F.pdf", "x.pdf"},
      {std::string("a\0b", 3), "ab"},
      {"line\nbreak\x7F.txt", "linebreak.txt"},
  };
  for (const auto& [name, safe] : rows) EXPECT_EQ(safe_file_name(name), safe) << name;
}

TEST(SafeFileName, LongNamesAreCutBetweenCharacters) {
  EXPECT_EQ(safe_file_name(std::string(255, 'n')).size(), 255U);
  EXPECT_EQ(safe_file_name(std::string(256, 'n')).size(), 255U);
  std::string wide;
  for (int i = 0; i < 200; ++i) wide += "\u00e9";
  EXPECT_EQ(safe_file_name(wide).size(), 254U);
}

}  // namespace
}  // namespace parley::mocks::client
