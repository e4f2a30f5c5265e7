// What the file of excuses may say, and which impostor they excuse.
#include "harness/prove/impostor_trials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace parley::prove {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

std::vector<Excuse> excuses(std::string text, std::size_t wrong = 0) {
  std::vector<Diagnostic> diagnostics;
  auto out = read_excuses("impostors.yaml", std::move(text), diagnostics);
  EXPECT_THAT(diagnostics, SizeIs(wrong)) << render(diagnostics);
  return out;
}

TEST(ImpostorTrials, TenPretencesInFiveRoles) {
  std::set<std::string> ids;
  for (const auto& impostor : all_impostors()) ids.insert(id_of(impostor));
  EXPECT_THAT(ids, SizeIs(50));
}

TEST(ImpostorTrials, AnExcuseHoldsForWhomAndWhereItSays) {
  const auto read = excuses(R"(
excuses:
  - impostor: "*-client.accept-all"
    cases: ["e2e.downgrade*"]
    why: It does not show it.
)");
  const Excuse* found = find_excuse(read, "partner-client.accept-all", "e2e.downgrade[fault=x]");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->why, "It does not show it.");
  EXPECT_EQ(find_excuse(read, "partner-server.accept-all", "e2e.downgrade[fault=x]"), nullptr);
  EXPECT_EQ(find_excuse(read, "partner-client.accept-all", "e2e.replay"), nullptr);
}

TEST(ImpostorTrials, AnExcuseGivesItsReason) {
  EXPECT_THAT(excuses("excuses: []"), IsEmpty());
  (void)excuses("excuses:\n  - {impostor: x, cases: [y]}\n", 1);
  (void)excuses("excuses:\n  - {impostor: x, cases: [y], why: z, until: never}\n", 1);
  (void)excuses("reasons: []", 2);
}

}  // namespace
}  // namespace parley::prove
