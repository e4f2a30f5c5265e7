// Somebody explains why two kinds of check are two, rightly and wrongly.
#include "mocks/quirks/separation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace parley::mocks::quirks {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Separations, AreReadWithTheirReason) {
  std::vector<Diagnostic> diagnostics;
  const auto read = read_separations(
      "s.yaml", "separation:\n  - {checks: [once, order], why: One is the cause.}\n", diagnostics);
  ASSERT_THAT(diagnostics, IsEmpty()) << render(diagnostics);
  ASSERT_THAT(read, SizeIs(1));
  EXPECT_THAT(read[0].checks, ElementsAre("once", "order"));
  EXPECT_EQ(read[0].why, "One is the cause.");
}

TEST(Separations, AreReportedWhereTheyAreNone) {
  const std::pair<const char*, const char*> bad[] = {
      {"separation:\n  - {checks: [once, order]}\n", "missing-key"},
      {"separation:\n  - {checks: [once], why: Alone.}\n", "missing-key"},
      {"separation:\n  - {checks: [once, order], why: x, wy: y}\n", "unknown-key"},
      {"separations: []\n", "unknown-key"},
      {"[]\n", "wrong-type"}};
  for (const auto& [text, code] : bad) {
    std::vector<Diagnostic> diagnostics;
    (void)read_separations("s.yaml", text, diagnostics);
    ASSERT_THAT(diagnostics, testing::Not(IsEmpty())) << text;
    EXPECT_EQ(diagnostics[0].code, code) << text;
  }
}

}  // namespace
}  // namespace parley::mocks::quirks
