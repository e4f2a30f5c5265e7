// A mailbox alone, with times given by hand.
#include "mocks/gatekeeper/mailbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::mocks::gatekeeper {
namespace {

constexpr TimePoint kNow{std::chrono::seconds(1'790'000'000)};
constexpr Duration kDay = std::chrono::hours(24);

Mail mail(std::string id, TimePoint since, MailClass kind = MailClass::kMessage,
          std::string from = "a@interop") {
  Mail made;
  made.kind = kind;
  made.id = std::move(id);
  made.from = std::move(from);
  made.since = since;
  made.bytes = 10;
  return made;
}

std::vector<std::string> ids(Mailbox& box, TimePoint now) {
  std::vector<std::string> out;
  for (const Mail& waiting : box.waiting(now)) out.push_back(waiting.id);
  return out;
}

TEST(Mailbox, KeepsOrder) {
  Mailbox box;
  EXPECT_TRUE(box.put(mail("1", kNow), kNow));
  EXPECT_TRUE(box.put(mail("2", kNow), kNow));
  EXPECT_TRUE(box.put(mail("3", kNow), kNow));
  EXPECT_THAT(ids(box, kNow), testing::ElementsAre("1", "2", "3"));
}

TEST(Mailbox, KnowsWhatItHolds) {
  Mailbox box;
  ASSERT_TRUE(box.put(mail("1", kNow), kNow));
  EXPECT_TRUE(box.holds(MailClass::kMessage, "1", "a@interop"));
  EXPECT_FALSE(box.holds(MailClass::kReceipt, "1", "a@interop"));
  EXPECT_FALSE(box.holds(MailClass::kMessage, "1", "b@interop"));
  EXPECT_TRUE(box.acknowledge(MailClass::kMessage, "1", "a@interop"));
  EXPECT_FALSE(box.holds(MailClass::kMessage, "1", "a@interop"));
}

TEST(Mailbox, ForgetsAfterThirtyDays) {
  Mailbox box;
  ASSERT_TRUE(box.put(mail("old", kNow), kNow));
  ASSERT_TRUE(box.put(mail("new", kNow + kDay), kNow + kDay));
  EXPECT_THAT(ids(box, kNow + 30 * kDay), testing::ElementsAre("old", "new"));
  EXPECT_THAT(ids(box, kNow + 30 * kDay + Duration(1)), testing::ElementsAre("new"));
  EXPECT_THAT(ids(box, kNow + 31 * kDay + Duration(1)), testing::IsEmpty());
}

TEST(Mailbox, AcknowledgementNamesClassIdAndSender) {
  Mailbox box;
  ASSERT_TRUE(box.put(mail("1", kNow), kNow));
  ASSERT_TRUE(box.put(mail("1", kNow, MailClass::kReceipt), kNow));
  EXPECT_FALSE(box.acknowledge(MailClass::kMessage, "2", "a@interop"));
  EXPECT_FALSE(box.acknowledge(MailClass::kMessage, "1", "b@interop"));
  EXPECT_TRUE(box.acknowledge(MailClass::kMessage, "1", "a@interop"));
  EXPECT_FALSE(box.acknowledge(MailClass::kMessage, "1", "a@interop"));
  EXPECT_EQ(box.count(MailClass::kReceipt, kNow), 1u);
}

TEST(Mailbox, TakesNoMoreThanItsLimits) {
  Mailbox by_count(Mailbox::Limits{2, 1000});
  EXPECT_TRUE(by_count.put(mail("1", kNow), kNow));
  EXPECT_TRUE(by_count.put(mail("2", kNow), kNow));
  EXPECT_FALSE(by_count.put(mail("3", kNow), kNow));
  Mailbox by_size(Mailbox::Limits{100, 25});
  EXPECT_TRUE(by_size.put(mail("1", kNow), kNow));
  EXPECT_TRUE(by_size.put(mail("2", kNow), kNow));
  EXPECT_FALSE(by_size.put(mail("3", kNow), kNow));
  EXPECT_TRUE(by_size.acknowledge(MailClass::kMessage, "1", "a@interop"));
  EXPECT_TRUE(by_size.put(mail("3", kNow), kNow));
  EXPECT_EQ(by_size.purge([](const Mail&) { return true; }), 2u);
  EXPECT_TRUE(by_size.put(mail("4", kNow), kNow));
  EXPECT_TRUE(by_size.put(mail("5", kNow + 31 * kDay), kNow + 31 * kDay)) << "expiry frees room";
}

TEST(Mailbox, PurgesWhatMatches) {
  Mailbox box;
  ASSERT_TRUE(box.put(mail("1", kNow, MailClass::kMessage, "a@interop"), kNow));
  ASSERT_TRUE(box.put(mail("2", kNow, MailClass::kMessage, "b@interop"), kNow));
  EXPECT_EQ(box.purge([](const Mail& m) { return m.from == "a@interop"; }), 1u);
  EXPECT_THAT(ids(box, kNow), testing::ElementsAre("2"));
}

}  // namespace
}  // namespace parley::mocks::gatekeeper
