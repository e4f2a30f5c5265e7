// The gatekeeper's decisions, on accounts made by hand.
#include "mocks/gatekeeper/policy.h"

#include <gtest/gtest.h>

#include "mocks/gatekeeper/accounts.h"

namespace parley::mocks::gatekeeper {
namespace {

using policy::Drop;

class PolicyTest : public testing::Test {
 protected:
  PolicyTest() {
    alice_.native = true;
    alice_.identifier = "33611111111";
    alice_.jid = *wire::Jid::parse("33611111111@s.whatsapp.net");
    alice_.third_party.enabled = true;
    alice_.third_party.apps = {1};
    bob_.jid = *wire::Jid::parse("1-10000000000001@interop");
    hal_.jid = *wire::Jid::parse("2-10000000000002@interop");
  }
  Account alice_, bob_, hal_;
};

TEST_F(PolicyTest, ContentFlowsBothWaysWithConsent) {
  EXPECT_EQ(policy::refused_content(bob_, alice_), std::nullopt);
  EXPECT_EQ(policy::refused_content(alice_, bob_), std::nullopt);
}

TEST_F(PolicyTest, NothingFlowsWhileThirdPartyChatsAreOff) {
  alice_.third_party.enabled = false;
  EXPECT_EQ(policy::refused_content(bob_, alice_), Drop::kThirdPartyChatsOff);
  EXPECT_EQ(policy::refused_content(alice_, bob_), Drop::kThirdPartyChatsOff);
}

TEST_F(PolicyTest, ConsentIsPerApp) {
  EXPECT_EQ(policy::refused_content(hal_, alice_), Drop::kAppOff);
  EXPECT_EQ(policy::refused_content(alice_, hal_), Drop::kAppOff);
}

TEST_F(PolicyTest, ABlockWorksBothWaysFromEitherSide) {
  alice_.blocked = {bob_.address()};
  EXPECT_EQ(policy::refused_content(bob_, alice_), Drop::kBlocked);
  EXPECT_EQ(policy::refused_content(alice_, bob_), Drop::kBlocked);
  alice_.blocked.clear();
  bob_.blocked = {alice_.address()};
  EXPECT_EQ(policy::refused_content(bob_, alice_), Drop::kBlocked);
  EXPECT_EQ(policy::refused_content(alice_, bob_), Drop::kBlocked);
}

TEST_F(PolicyTest, ReadReceiptsNeedBothToShowThem) {
  EXPECT_EQ(policy::refused_read_receipt(bob_, alice_), std::nullopt);
  bob_.shows_read_receipts = false;
  EXPECT_EQ(policy::refused_read_receipt(bob_, alice_), Drop::kReadReceiptsOff);
  EXPECT_EQ(policy::refused_read_receipt(alice_, bob_), Drop::kReadReceiptsOff);
  EXPECT_EQ(policy::refused_content(bob_, alice_), std::nullopt);
}

TEST_F(PolicyTest, TypingNeedsTheSenderToShowIt) {
  alice_.shows_typing = false;
  EXPECT_EQ(policy::refused_typing(alice_, bob_), Drop::kTypingOff);
  EXPECT_EQ(policy::refused_typing(bob_, alice_), std::nullopt);
}

TEST_F(PolicyTest, PartnersUsersDoNotReachEachOther) {
  EXPECT_FALSE(policy::can_reach(bob_, hal_));
  EXPECT_TRUE(policy::can_reach(bob_, alice_));
  bob_.enlisted = false;
  EXPECT_FALSE(policy::can_reach(alice_, bob_));
}

TEST_F(PolicyTest, TheFunctionIsForNumbersOfTheEea) {
  EXPECT_TRUE(policy::is_eligible("35311111111"));
  EXPECT_FALSE(policy::is_eligible("44770090012"));
  EXPECT_FALSE(policy::is_eligible("14155550100"));
  alice_.identifier = "44770090012";
  EXPECT_FALSE(policy::can_reach(bob_, alice_));
  EXPECT_FALSE(policy::can_reach(alice_, bob_));
  Account carl;
  carl.native = true;
  EXPECT_TRUE(policy::can_reach(alice_, carl));
}

TEST_F(PolicyTest, NobodyIsCalledLikeTheGatekeeper) {
  for (const std::string_view name :
       {"WhatsApp", "whatsapp support", "W.h.a.t.s.A.p.p", "Wh\u0430tsA\u0440\u0440", "META"}) {
    EXPECT_TRUE(policy::is_reserved_name(name)) << name;
  }
  for (const std::string_view name : {"whatsapp-fan@birdy.test", "bob@birdy.test", "", "\u2713"}) {
    EXPECT_FALSE(policy::is_reserved_name(name)) << name;
  }
}

TEST_F(PolicyTest, APingArrivesWithoutConsentButNotAgainstTheUsersWill) {
  alice_.third_party.enabled = false;
  EXPECT_EQ(policy::refused_ping(bob_, &alice_), std::nullopt);
  alice_.third_party.opted_out = true;
  EXPECT_EQ(policy::refused_ping(bob_, &alice_), Drop::kOptedOut);
  alice_.blocked = {bob_.address()};
  EXPECT_EQ(policy::refused_ping(bob_, &alice_), Drop::kBlocked);
  EXPECT_EQ(policy::refused_ping(bob_, nullptr), Drop::kUnknownRecipient);
}

TEST_F(PolicyTest, AChatKeyFitsOnlyWhereThereIsOne) {
  SeededRandom random(1, "chat");
  const auto key = random.array<32>();
  EXPECT_FALSE(policy::chat_key_fits(bob_, key));
  bob_.chat_key = key;
  EXPECT_TRUE(policy::chat_key_fits(bob_, key));
  EXPECT_FALSE(policy::chat_key_fits(bob_, random.array<32>()));
}

TEST_F(PolicyTest, SpeaksThePublishedVersions) {
  EXPECT_TRUE(policy::speaks_version("1.0.3"));
  EXPECT_TRUE(policy::speaks_version("1.0.0"));
  EXPECT_FALSE(policy::speaks_version("1.0.4"));
  EXPECT_FALSE(policy::speaks_version(""));
}

TEST_F(PolicyTest, EveryDropHasAName) {
  EXPECT_EQ(policy::to_string(Drop::kThirdPartyChatsOff), "third-party-chats-off");
  EXPECT_EQ(policy::to_string(Drop::kUnknownRecipient), "unknown-recipient");
}

}  // namespace
}  // namespace parley::mocks::gatekeeper
