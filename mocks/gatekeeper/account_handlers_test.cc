// What a user does about its own account, in a simulated World: blocklist, settings, contacts,
// reachability pings, deletion, and thirty days of absence.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mocks/gatekeeper/gatekeeper_rig.h"

namespace parley::mocks::gatekeeper {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class AccountTest : public testing::Test {
 protected:
  net::awaitable<void> everybody() {
    bob_address_ = co_await rig_.enlist("bob");
    bob_ = co_await rig_.connect_partner("bob", bob_address_);
    alice_ = co_await rig_.connect_native("alice");
  }
  static std::vector<std::string> blocked(const Node& answer) {
    std::vector<std::string> out;
    const Node* list = answer.child("list");
    if (list == nullptr) return {"no list"};
    for (const Node& item : list->children()) out.emplace_back(item.attribute("jid"));
    return out;
  }
  net::awaitable<Node> block(Chat chat, std::string action, std::string jid) {
    co_return co_await chat->ask(iq("b" + std::to_string(++asked_), "set", "blocklist",
                                    Node("item", {{"action", action}, {"jid", jid}})));
  }
  Node ping(const std::string& to) {
    Node node = iq("ping" + std::to_string(++asked_), "set",
                   std::string(wire::op::kReachabilityNamespace), Node("ping"));
    node.set("to", to);
    return node;
  }
  net::awaitable<bool> nothing_comes(Chat chat) {
    co_await rig_.world->settle();
    co_return chat->drain().empty();
  }

  GatekeeperRig rig_;
  std::string bob_address_;
  Chat bob_, alice_;
  int asked_ = 0;
};

TEST_F(AccountTest, BlocklistsAreKept) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    EXPECT_THAT(blocked(co_await bob_->ask(iq("b0", "get", "blocklist"))), IsEmpty());
    EXPECT_THAT(blocked(co_await block(bob_, "block", kAlice)), ElementsAre(kAlice));
    EXPECT_THAT(blocked(co_await block(bob_, "block", kAnna)), ElementsAre(kAlice, kAnna));
    EXPECT_THAT(blocked(co_await block(bob_, "unblock", kAlice)), ElementsAre(kAnna));
    bob_ = co_await rig_.connect_partner("bob", bob_address_);
    EXPECT_THAT(blocked(co_await bob_->ask(iq("b9", "get", "blocklist"))), ElementsAre(kAnna));
    EXPECT_THAT(blocked(co_await alice_->ask(iq("b9", "get", "blocklist"))), IsEmpty());
  });
}

TEST_F(AccountTest, SettingsAreKept) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    const std::string space(wire::op::kSettingsNamespace);
    Node settings = co_await alice_->ask(iq("s0", "get", space));
    EXPECT_EQ(settings.child("settings")->attribute("enabled"), "true") << "as in the cast";
    EXPECT_EQ(settings.child("settings")->children().size(), 1u);
    co_await alice_->ask(settings_set("s1", false, {}));
    settings = co_await alice_->ask(iq("s2", "get", space));
    EXPECT_EQ(settings.child("settings")->attribute("enabled"), "false");
    EXPECT_TRUE(settings.child("settings")->children().empty());
    const Node refused = co_await bob_->ask(iq("s3", "get", space));
    EXPECT_EQ(refused.attribute("type"), "error") << "not for partners' users";
  });
}

TEST_F(AccountTest, NativeClientsFindPartnersUsersByTheVisibleIdentifier) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    const auto lookup = [](const std::string& id, const std::string& who) {
      return iq(id, "get", std::string(wire::op::kContactNamespace),
                Node("contact", {{"integrator", "1"}, {"identifier", who}}));
    };
    const Node found = co_await alice_->ask(lookup("l1", "bob@bird.test"));
    EXPECT_EQ(found.child("contact")->attribute("jid"), bob_address_);
    const Node nobody = co_await alice_->ask(lookup("l2", "eve@bird.test"));
    EXPECT_EQ(nobody.child("error")->attribute("code"), "404");
  });
}

TEST_F(AccountTest, APingArrivesWithoutConsent) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    const Chat anna = co_await rig_.connect_native("anna");
    co_await bob_->ask(ping(kAnna));
    const auto got = co_await anna->take_tag("notification");
    EXPECT_TRUE(got && got->child("ping") != nullptr);
    if (got) EXPECT_EQ(got->attribute("from"), bob_address_);
  });
}

TEST_F(AccountTest, AllPingsAreAnsweredAlike) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    const Chat anna = co_await rig_.connect_native("anna");
    co_await block(anna, "block", bob_address_);
    co_await alice_->ask(settings_set("s1", false, {}));
    std::vector<Node> answers;
    for (const std::string& to : {kAlice, kAnna, std::string("33699999999@s.whatsapp.net")}) {
      Node answer = co_await bob_->ask(ping(to));
      answer.set("id", "x");
      answers.push_back(std::move(answer));
    }
    EXPECT_EQ(answers[0].attribute("type"), "result");
    EXPECT_EQ(answers[0], answers[1]);
    EXPECT_EQ(answers[0], answers[2]);
    EXPECT_TRUE(co_await nothing_comes(anna)) << "blocked";
    EXPECT_TRUE(co_await nothing_comes(alice_)) << "opted out";
  });
}

TEST_F(AccountTest, DeletionRemovesEverything) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    co_await bob_->ask(rig_.prekey_upload("bob", 1, 3));
    co_await block(alice_, "block", bob_address_);
    co_await block(alice_, "unblock", bob_address_);
    co_await bob_->send(message("m1", kAlice));
    EXPECT_TRUE((co_await alice_->take_tag("message")).has_value());
    const Node answer = co_await bob_->ask(
        iq("d1", "set", std::string(wire::op::kAccountNamespace), Node("delete")));
    EXPECT_EQ(answer.attribute("type"), "result");
    EXPECT_TRUE(co_await bob_->ended());
    EXPECT_EQ(rig_.last_reason("unenlisted"), "deleted");
    EXPECT_EQ(co_await rig_.mail_of("alice"), 0) << "also what waited for others";
    EXPECT_EQ(fetched_prekey(co_await alice_->ask(prekey_fetch("f1", bob_address_))), 404);
    co_await alice_->send(message("m2", bob_address_));
    const auto ack = co_await alice_->take_tag("ack");
    EXPECT_TRUE(ack && ack->attribute("error") == "404");
    const Chat again = co_await rig_.open("bob", rig_.interop_payload("bob", bob_address_));
    EXPECT_EQ(co_await rig_.refusal(again), "404 not-enlisted");
    const std::string anew = co_await rig_.enlist("bob");
    EXPECT_NE(anew, bob_address_) << "nothing reminds of the old account";
  });
}

TEST_F(AccountTest, ThirtyDaysOfAbsenceEndTheEnlistment) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    co_await bob_->ask(rig_.prekey_upload("bob", 1, 3));
    co_await rig_.world->wait_for(40 * kDay);
    EXPECT_THAT(rig_.events("unenlisted"), IsEmpty()) << "connected all the time";
    bob_->close();
    co_await rig_.world->wait_for(29 * kDay);
    bob_ = co_await rig_.connect_partner("bob", bob_address_);
    bob_->close();
    co_await rig_.world->wait_for(29 * kDay);
    EXPECT_THAT(rig_.events("unenlisted"), IsEmpty());
    co_await alice_->send(message("m1", bob_address_));
    co_await rig_.world->wait_for(2 * kDay);
    EXPECT_EQ(rig_.last_reason("unenlisted"), "thirty-days");
    const Chat refused = co_await rig_.open("bob", rig_.interop_payload("bob", bob_address_));
    EXPECT_EQ(co_await rig_.refusal(refused), "404 not-enlisted");
    EXPECT_EQ(fetched_prekey(co_await alice_->ask(prekey_fetch("f1", bob_address_))), 404);
    EXPECT_EQ(co_await rig_.enlist("bob"), bob_address_);
    bob_ = co_await rig_.connect_partner("bob", bob_address_);
    EXPECT_TRUE(co_await nothing_comes(bob_)) << "the mailbox was emptied";
  });
}

TEST_F(AccountTest, AnEnlistmentWithoutAnyConnectionEndsToo) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await rig_.enlist("bob");
    co_await rig_.world->wait_for(31 * kDay);
    EXPECT_EQ(rig_.last_reason("unenlisted"), "thirty-days");
  });
}

TEST_F(AccountTest, NativeAccountsAreNotDeletedByASurrogate) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    co_await alice_->ask(iq("d1", "set", std::string(wire::op::kAccountNamespace), Node("delete")));
    EXPECT_FALSE(alice_->closed());
    EXPECT_THAT(rig_.events("unenlisted"), IsEmpty());
  });
}

}  // namespace
}  // namespace parley::mocks::gatekeeper
