// Somebody explains why a check is not seen failing, rightly and wrongly.
#include "mocks/quirks/unshown.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace parley::mocks::quirks {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

TEST(Unshown, IsReadWithItsReason) {
  std::vector<Diagnostic> diagnostics;
  const auto read = read_unshown(
      "u.yaml", "unshown:\n  - {check: text/once, why: It takes two defects.}\n", diagnostics);
  ASSERT_THAT(diagnostics, IsEmpty()) << render(diagnostics);
  ASSERT_THAT(read, SizeIs(1));
  EXPECT_EQ(read[0].check, "text/once");
  EXPECT_EQ(read[0].why, "It takes two defects.");
}

TEST(Unshown, MayBeNothing) {
  std::vector<Diagnostic> diagnostics;
  EXPECT_THAT(read_unshown("u.yaml", "unshown: []\n", diagnostics), IsEmpty());
  EXPECT_THAT(diagnostics, IsEmpty()) << render(diagnostics);
}

TEST(Unshown, IsReportedWhereItIsNone) {
  const std::pair<const char*, const char*> bad[] = {
      {"unshown:\n  - {check: text/once}\n", "missing-key"},
      {"unshown:\n  - {why: So it is.}\n", "missing-key"},
      {"unshown:\n  - {check: a/b, why: x}\n  - {check: a/b, why: y}\n", "repeated-entry"},
      {"unshown:\n  - {check: a/b, why: x, wy: y}\n", "unknown-key"},
      {"not-shown: []\n", "unknown-key"},
      {"[]\n", "wrong-type"}};
  for (const auto& [text, code] : bad) {
    std::vector<Diagnostic> diagnostics;
    (void)read_unshown("u.yaml", text, diagnostics);
    ASSERT_THAT(diagnostics, testing::Not(IsEmpty())) << text;
    EXPECT_EQ(diagnostics[0].code, code) << text;
  }
}

}  // namespace
}  // namespace parley::mocks::quirks
