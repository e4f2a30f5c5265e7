// The world: holders of seats that have told a laboratory some of what it must know.
#include "harness/scenario/ixit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "harness/scenario/catalogue.h"

namespace parley::scenario {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Ixit, NamesWhatTheHolderOfASeatMustState) {
  EXPECT_THAT(ixit_missing("partner-proxy", {}), ElementsAre("endpoints.proxy"));
  const std::vector<IxitAnswer> told = {{"endpoints.proxy", "proxy.example:443"}};
  EXPECT_THAT(ixit_missing("partner-proxy", told), IsEmpty());
  const std::vector<IxitAnswer> empty = {{"endpoints.proxy", ""}};
  EXPECT_THAT(ixit_missing("partner-proxy", empty), ElementsAre("endpoints.proxy"));
}

TEST(Ixit, AsksClientsForAnAccount) {
  EXPECT_THAT(ixit_missing("partner-client", {}), ElementsAre("timers.reconnect", "accounts"));
  const std::vector<IxitAnswer> told = {{"timers.reconnect", "10s"}, {"accounts.bob", "bob"}};
  EXPECT_THAT(ixit_missing("partner-client", told), IsEmpty());
}

TEST(Ixit, AsksSomethingOfEverySeatAndOfNoOtherOne) {
  for (const std::string& seat : seat_names()) EXPECT_FALSE(ixit_missing(seat, {}).empty()) << seat;
  for (const IxitItem& item : ixit_items()) {
    for (const std::string_view seat : item.seats) {
      EXPECT_EQ(std::ranges::count(seat_names(), seat), 1) << item.name;
    }
  }
}

TEST(Ixit, SaysWhatEveryGroupIsFor) {
  for (const IxitItem& item : ixit_items()) {
    EXPECT_FALSE(ixit_group_about(item.group).empty()) << item.group;
  }
  EXPECT_FALSE(ixit_group_about("accounts").empty());
  EXPECT_TRUE(ixit_group_about("account").empty());
}

}  // namespace
}  // namespace parley::scenario
