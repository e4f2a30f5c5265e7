// The world: files that people write by hand, with slips in them, and files made to hurt the
// reader.
#include "harness/base/yaml.h"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>

namespace parley {
namespace {

std::vector<Diagnostic> errors_of(std::string text, YamlLimits limits = {}) {
  std::vector<Diagnostic> diagnostics;
  EXPECT_FALSE(parse_yaml("t.yaml", std::move(text), diagnostics, limits).has_value());
  return diagnostics;
}

TEST(Yaml, KeepsOrderMarksAndTypes) {
  std::vector<Diagnostic> diagnostics;
  const auto file = parse_yaml("t.yaml",
                               "id: text.basic\n"
                               "count: 3\n"
                               "on: true\n"
                               "quoted: \"3\"\n"
                               "none:\n"
                               "list:\n"
                               "  - a\n"
                               "  - {x: -1}\n",
                               diagnostics);
  ASSERT_TRUE(file.has_value());
  EXPECT_TRUE(diagnostics.empty());
  EXPECT_EQ(
      canonical(file->root.to_json()),
      R"({"count":3,"id":"text.basic","list":["a",{"x":-1}],"none":null,"on":true,"quoted":"3"})");
  const YamlNode* list = file->root.find("list");
  ASSERT_NE(list, nullptr);
  EXPECT_EQ(list->items[1].mark.line, 8);
  EXPECT_EQ(file->root.entries[1].mark.line, 2);
  EXPECT_EQ(file->root.entries[1].value.mark.column, 8);
  EXPECT_EQ(file->root.find("quoted")->as_int(), std::nullopt);
}

struct BadCase {
  const char* text;
  const char* code;
  int line;
};

TEST(Yaml, RefusesWithTheRightCodeAndPlace) {
  const BadCase cases[] = {
      {"a: 1\nb: 2\na: 3\n", "duplicate-key", 3},
      {"a: &x 1\nb: 2\n", "anchor", 1},
      {"a: !!int 1\n", "tag", 1},
      {"a: {<<: {b: 1}}\n", "merge-key", 1},
      {"a: 1\n---\nb: 2\n", "several-documents", 2},
      {"a: [1, 2\nb: 3\n", "no-yaml", 0},
      {"? [1]\n: 2\n", "wrong-type", 1},
      {"a: \"unfinished\n", "no-yaml", 0},
  };
  for (const BadCase& bad : cases) {
    const auto found = errors_of(bad.text);
    ASSERT_EQ(found.size(), 1U) << bad.text;
    EXPECT_EQ(found[0].code, bad.code) << bad.text;
    if (bad.line > 0) {
      EXPECT_EQ(found[0].mark.line, bad.line) << bad.text;
    }
  }
  EXPECT_EQ(errors_of("").at(0).code, "empty");
}

TEST(Yaml, KeepsItsLimits) {
  EXPECT_EQ(errors_of("a: [[[1]]]", {.depth = 3}).at(0).code, "too-deep");
  EXPECT_EQ(errors_of("[1, 2, 3, 4, 5]", {.nodes = 4}).at(0).code, "too-large");
  EXPECT_EQ(errors_of("a: 123456789", {.bytes = 5}).at(0).code, "too-large");
  EXPECT_FALSE(errors_of(std::string(100'000, '[')).empty());
  EXPECT_FALSE(errors_of(std::string(100'000, '{')).empty());
}

TEST(Yaml, DiagnosticShowsLineAndCaret) {
  const auto found = errors_of("a: 1\na: 3\n");
  EXPECT_EQ(render(found.at(0)),
            "t.yaml:2:1: error[duplicate-key]: the key \"a\" is given twice\n"
            "    a: 3\n"
            "    ^\n"
            "  hint: the first one stands in line 1\n");
}

}  // namespace
}  // namespace parley
