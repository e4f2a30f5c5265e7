// The world: a run file's statements about a product, and who of it is told what; and timers that
// fit the test cases, or do not.
#include "harness/cli/stated_product.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/cli/stated_timers.h"
#include "harness/cli/suite.h"

namespace parley::cli {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

TEST(StatedProduct, IsToldToItsDriverAndAnAccountToItsClientAlone) {
  const StatedProducts stated =
      stated_products(std::vector<scenario::IxitAnswer>{{"endpoints.push", "https://h:1/push"},
                                                        {"timers.reconnect", "10s"},
                                                        {"accounts.bob", "bob@x, password env:P"}},
                      {{"bob", {"bob@x", "correct-horse", ""}}, {"ben", {"ben@x", "", "t-0815"}}});
  const driver::StatedProduct bob = stated.told_to("partner-client", "bob");
  EXPECT_THAT(bob.endpoints, ElementsAre(Pair("push", "https://h:1/push")));
  EXPECT_THAT(bob.timers, ElementsAre(Pair("reconnect", "10s")));
  ASSERT_TRUE(bob.account.has_value());
  EXPECT_EQ(bob.account->password, "correct-horse");
  EXPECT_FALSE(stated.told_to("partner-client", "bea").account.has_value());
  EXPECT_FALSE(stated.told_to("partner-server", "bob").account.has_value());
  EXPECT_TRUE(stated.told_to("gatekeeper-client", "ben").account.has_value());
  EXPECT_THAT(stated.secrets(), testing::UnorderedElementsAre("correct-horse", "t-0815"));
  EXPECT_TRUE(stated_products({}, {}).told_to("partner-client", "bob").empty());
}

TEST(StatedProduct, TimeoutsAreLimitsWithinBounds) {
  const auto limits = [](std::string_view start, std::string_view answer) {
    return stated_products(
               std::vector<scenario::IxitAnswer>{{"timeouts.start", std::string(start)},
                                                 {"timeouts.answer", std::string(answer)}},
               {})
        .limits;
  };
  EXPECT_EQ(limits("90s", "5s").hello, Duration(90s));
  EXPECT_EQ(limits("90s", "5s").start, Duration(90s));
  EXPECT_EQ(limits("90s", "5s").answer, Duration(5s));
  EXPECT_EQ(limits("30d", "1ms").start, scenario::kLongestTimeout);
  EXPECT_EQ(limits("30d", "1ms").answer, scenario::kShortestTimeout);
  const driver::SessionLimits usual;
  EXPECT_EQ(stated_products({}, {}).limits.hello, usual.hello);
  EXPECT_EQ(limits("soon", "").answer, usual.answer);
}

class StatedTimers : public testing::Test {
 protected:
  StatedTimers() {
    std::vector<Diagnostic> diagnostics;
    suite_ = load_suite({}, diagnostics);
    EXPECT_TRUE(suite_) << render(diagnostics);
  }
  // What is said of them in a plan of these cases.
  std::vector<driver::DoctorLine> look(const std::vector<scenario::IxitAnswer>& ixit,
                                       const std::vector<std::string>& seats,
                                       const std::string& cases = "*") {
    const std::vector<scenario::Filter> filters = {scenario::parse_filter(cases).value()};
    const auto plan = scenario::draft_plan(suite_->library, "base", filters);
    EXPECT_TRUE(plan.ok());
    return examine_timers(*plan, ixit, seats);
  }
  std::string seen(const std::string& timer, const std::string& value, const std::string& seat) {
    const auto lines = look({{"timers." + timer, value}}, {seat});
    return lines.size() == 1 ? lines[0].seen : "(not looked at)";
  }

  std::optional<Suite> suite_;
};

TEST_F(StatedTimers, ThatTheTestCasesGoByAreSound) {
  EXPECT_EQ(seen("mailbox", "30d", "gatekeeper-server"), "");
  EXPECT_EQ(seen("push-retry", "1h", "gatekeeper-server"), "");
  EXPECT_EQ(seen("token-lifetime", "1h", "partner-server"), "");
  EXPECT_EQ(seen("reconnect", "10s", "partner-client"), "");
}

TEST_F(StatedTimers, ThatContradictATestCaseAreNamedWithIt) {
  EXPECT_EQ(
      seen("mailbox", "14d", "gatekeeper-server"),
      "timers.mailbox is 14d, and mailbox.weeks lets 719h pass and expects it not to be over");
  EXPECT_THAT(seen("mailbox", "60d", "gatekeeper-server"),
              HasSubstr("mailbox.dropped-after-30-days lets 31d pass and expects it to be over"));
  EXPECT_THAT(seen("push-retry", "3h", "gatekeeper-server"), HasSubstr("push.retries lets 1h"));
  EXPECT_THAT(seen("token-lifetime", "5m", "partner-server"),
              HasSubstr("keys.rotation-overlap lets 50m"));
  EXPECT_THAT(seen("reconnect", "1h", "partner-client"), HasSubstr("transport.comes-back lets 2m"));
}

TEST_F(StatedTimers, AKeyMustOutliveItsTokens) {
  const auto lines =
      look({{"timers.token-lifetime", "2h"}, {"timers.key-overlap", "1h"}}, {"partner-server"});
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_THAT(lines[0].seen, AllOf(HasSubstr("timers.key-overlap is 1h"), HasSubstr("AUTH-012")));
}

TEST_F(StatedTimers, AreLookedAtWhereTheirKeeperIsTestedAndTheTestCaseIsPlanned) {
  EXPECT_EQ(seen("mailbox", "14d", "partner-server"), "(not looked at)");
  EXPECT_TRUE(look({}, {"gatekeeper-server"}).empty());
  const auto lines = look({{"timers.mailbox", "14d"}}, {"gatekeeper-server"}, "text.both-ways");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].outcome, driver::DoctorOutcome::kOk);
}

// A scenario that goes, or lets no time pass any more, would leave a timer without anybody.
TEST_F(StatedTimers, EveryExpectationRestsOnAScenario) {
  for (const TimerExpectation& one : timer_expectations()) {
    const std::string absurd = one.outlasts ? "1ms" : "36500d";
    for (const scenario::IxitItem& item : scenario::ixit_items()) {
      if (item.group != "timers" || item.name != one.timer) continue;
      EXPECT_THAT(seen(std::string(one.timer), absurd, std::string(item.seats.front())),
                  HasSubstr(std::string(one.scenario)));
    }
  }
}

}  // namespace
}  // namespace parley::cli
