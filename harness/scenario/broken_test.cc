// Twenty-three scenario files with one fault each, in testdata/broken, and what `lint` says of
// them, in testdata/broken/expected.txt. schema_peer_test.cc shows that the JSON Schema refuses
// them too, but for those that are sound one actor at a time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "harness/scenario/library_for_tests.h"

namespace parley::scenario {
namespace {

TEST(BrokenScenarios, AreToldAboutInTheWordsOfTheGoldenFile) {
  const std::vector<NamedText> files = broken_files();
  ASSERT_EQ(files.size(), 23U);
  std::string said;
  std::set<std::string> codes;
  for (const NamedText& file : files) {
    const std::vector<Diagnostic> found = diagnose(file.text);
    EXPECT_FALSE(found.empty()) << file.path;
    said += "== " + file.path + "\n" + render(found);
    for (const Diagnostic& one : found) codes.insert(one.code);
  }
  std::ostringstream expected;
  expected << std::ifstream(std::string(PARLEY_SOURCE_DIR) +
                            "/harness/scenario/testdata/broken/expected.txt")
                  .rdbuf();
  EXPECT_EQ(said, expected.str());
  EXPECT_GE(codes.size(), 14U);
}

TEST(BrokenScenarios, EachIsSoundButForItsFault) {
  for (const NamedText& file : broken_files()) {
    const std::vector<Diagnostic> found = diagnose(file.text);
    EXPECT_EQ(found.size(), 1U) << file.path << "\n" << render(found);
  }
}

}  // namespace
}  // namespace parley::scenario
