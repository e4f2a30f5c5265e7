// Messages, receipts and typing between a partner's users and WhatsApp users in a simulated World:
// with and without consent, blocked, offline, and after days.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mocks/gatekeeper/gatekeeper_rig.h"

namespace parley::mocks::gatekeeper {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class RelayTest : public testing::Test {
 protected:
  net::awaitable<void> everybody() {
    bob_address_ = co_await rig_.enlist("bob");
    bob_ = co_await rig_.connect_partner("bob", bob_address_);
    alice_ = co_await rig_.connect_native("alice");
    anna_ = co_await rig_.connect_native("anna");
  }

  GatekeeperRig rig_;
  std::string bob_address_;
  Chat bob_, alice_, anna_;
};

TEST_F(RelayTest, AMessageArrivesWithSenderAndTime) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    const Node ack = co_await bob_->acknowledged(message("m1", kAlice, "ciphertext"));
    EXPECT_EQ(ack.attribute("from"), kAlice);
    EXPECT_FALSE(ack.has("error"));
    const auto got = co_await alice_->take_tag("message");
    EXPECT_TRUE(got.has_value());
    if (!got) co_return;
    EXPECT_EQ(got->attribute("id"), "m1");
    EXPECT_EQ(got->attribute("from"), bob_address_);
    EXPECT_EQ(got->attribute("type"), "text");
    EXPECT_FALSE(got->has("offline"));
    EXPECT_FALSE(got->has("to"));
    EXPECT_NE(got->attribute("t"), "");
    EXPECT_EQ(as_text(got->child("enc")->bytes()), "ciphertext");
    co_await alice_->acknowledged(message("m2", bob_address_));
    EXPECT_TRUE((co_await bob_->take_tag("message")).has_value());
  });
}

TEST_F(RelayTest, WithoutConsentTheAckIsTheSameAndNothingArrives) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    Node refused = co_await bob_->acknowledged(message("m1", kAnna));
    Node taken = co_await bob_->acknowledged(message("m1", kAlice));
    refused.set("from", "x");
    taken.set("from", "x");
    refused.set("t", "0");
    taken.set("t", "0");
    EXPECT_EQ(refused, taken);
    EXPECT_TRUE(co_await anna_->nothing_comes());
    EXPECT_EQ(co_await rig_.mail_of("anna"), 0);
    EXPECT_EQ(rig_.last_reason("dropped"), "third-party-chats-off");
    co_await anna_->acknowledged(message("m2", bob_address_));
    EXPECT_TRUE(co_await bob_->nothing_comes());
  });
}

TEST_F(RelayTest, OneAppDoesNotOpenTheDoorForAnother) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    const std::string address = co_await rig_.enlist("hal");
    const Chat hal = co_await rig_.connect_partner("hal", address);
    co_await hal->acknowledged(message("m1", kAlice));
    EXPECT_TRUE(co_await alice_->nothing_comes());
    EXPECT_EQ(rig_.last_reason("dropped"), "app-off");
  });
}

TEST_F(RelayTest, ABlockIsNotRevealed) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    co_await alice_->ask(
        iq("b1", "set", "blocklist", Node("item", {{"action", "block"}, {"jid", bob_address_}})));
    EXPECT_FALSE((co_await bob_->acknowledged(message("m1", kAlice))).has("error"));
    EXPECT_FALSE((co_await alice_->acknowledged(message("m2", bob_address_))).has("error"));
    EXPECT_TRUE(co_await alice_->nothing_comes());
    EXPECT_TRUE(co_await bob_->nothing_comes());
    EXPECT_EQ(rig_.last_reason("dropped"), "blocked");
    co_await alice_->ask(
        iq("b2", "set", "blocklist", Node("item", {{"action", "unblock"}, {"jid", bob_address_}})));
    co_await bob_->acknowledged(message("m3", kAlice));
    EXPECT_TRUE((co_await alice_->take_tag("message")).has_value());
  });
}

TEST_F(RelayTest, AnAddressThatNobodyHasIsToldToBeOne) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    const Node ack = co_await bob_->acknowledged(message("m1", "33699999999@s.whatsapp.net"));
    EXPECT_EQ(ack.attribute("error"), "404");
    const std::string ben = co_await rig_.enlist("ben");
    EXPECT_EQ((co_await bob_->acknowledged(message("m2", ben))).attribute("error"), "404")
        << "partners' users do not reach each other";
    Node empty = message("m3", kAlice);
    empty.content = wire::Nodes{};
    EXPECT_EQ((co_await bob_->acknowledged(empty)).attribute("error"), "400");
  });
}

TEST_F(RelayTest, ReceiptsFindTheirWay) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    co_await bob_->acknowledged(message("m1", kAlice));
    co_await alice_->take_tag("message");
    co_await alice_->acknowledged(delivery_receipt("m1", bob_address_));
    const auto delivered = co_await bob_->take_tag("receipt");
    EXPECT_TRUE(delivered && !delivered->has("type"));
    co_await alice_->acknowledged(read_receipt("m1", bob_address_, {"m2", "m3"}));
    const auto read = co_await bob_->take_tag("receipt");
    EXPECT_TRUE(read && read->attribute("type") == "read");
    if (!read) co_return;
    EXPECT_EQ(read->attribute("id"), "m1");
    EXPECT_EQ(read->attribute("from"), kAlice);
    std::vector<std::string> more;
    for (const Node& item : read->child("list")->children()) {
      more.emplace_back(item.attribute("id"));
    }
    EXPECT_THAT(more, ElementsAre("m2", "m3"));
  });
}

TEST_F(RelayTest, ARetryReceiptCarriesItsChildrenToTheSender) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    co_await bob_->acknowledged(message("m1", kAlice));
    co_await alice_->take_tag("message");
    Node retry("receipt", {{"id", "m1"}, {"to", bob_address_}, {"type", "retry"}},
               wire::Nodes{Node("retry", {{"count", "1"}, {"id", "m1"}, {"t", "5"}, {"v", "1"}}),
                           Node("registration", {}, Bytes{0, 0, 1, 2})});
    const Node ack = co_await alice_->acknowledged(retry);
    EXPECT_EQ(ack.attribute("type"), "retry");
    const auto got = co_await bob_->take_tag("receipt");
    EXPECT_TRUE(got.has_value());
    if (!got) co_return;
    EXPECT_EQ(got->attribute("from"), kAlice);
    EXPECT_EQ(got->child("retry")->attribute("t"), "5");
    EXPECT_EQ(to_bytes(got->child("registration")->bytes()), (Bytes{0, 0, 1, 2}));
    EXPECT_EQ(co_await rig_.mail_of("alice"), 0) << "the unreadable copy is not kept";
  });
}

TEST_F(RelayTest, ReadReceiptsOfWhoDoesNotShowThemStay) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    auto payload = rig_.interop_payload("bob", bob_address_);
    payload.mutable_interop_data()->set_enable_read_receipts(false);
    bob_ = co_await rig_.open("bob", payload);
    EXPECT_TRUE((co_await bob_->take_tag("success")).has_value());
    co_await alice_->acknowledged(message("m1", bob_address_));
    EXPECT_TRUE((co_await bob_->take_tag("message")).has_value());
    co_await bob_->acknowledged(delivery_receipt("m1", kAlice));
    EXPECT_TRUE((co_await alice_->take_tag("receipt")).has_value()) << "delivery is no reading";
    co_await bob_->acknowledged(read_receipt("m1", kAlice));
    EXPECT_TRUE(co_await alice_->nothing_comes());
    EXPECT_EQ(rig_.last_reason("dropped"), "read-receipts-off");
  });
}

TEST_F(RelayTest, TypingIsForThePresentOnly) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    co_await bob_->send(chatstate(kAlice, "composing"));
    const auto typing = co_await alice_->take_tag("chatstate");
    EXPECT_TRUE(typing && typing->child("composing") != nullptr);
    if (typing) EXPECT_EQ(typing->attribute("from"), bob_address_);
    co_await bob_->send(chatstate(kAnna, "composing"));
    EXPECT_TRUE(co_await anna_->nothing_comes());
    alice_->close();
    co_await rig_.world->settle();
    co_await bob_->send(chatstate(kAlice, "paused"));
    co_await rig_.world->settle();
    alice_ = co_await rig_.connect_native("alice");
    EXPECT_TRUE(co_await alice_->nothing_comes());
  });
}

TEST_F(RelayTest, TheMailboxKeepsOrderAndForgetsWhatIsAcknowledged) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    alice_->close();
    co_await rig_.world->settle();
    for (const char* id : {"m1", "m2", "m3"}) co_await bob_->acknowledged(message(id, kAlice));
    EXPECT_EQ(co_await rig_.mail_of("alice"), 3);
    EXPECT_EQ(get_int(rig_.events("stored").back(), "count"), 3);

    alice_ = co_await rig_.open("alice", rig_.native_payload("alice"));
    co_await rig_.world->settle();
    std::vector<std::string> order;
    for (const Node& node : alice_->drain()) {
      if (node.tag == "message") {
        EXPECT_TRUE(node.has("offline"));
        order.emplace_back(node.attribute("id"));
      } else if (node.child("offline_preview") != nullptr) {
        order.push_back("preview " +
                        std::string(node.child("offline_preview")->attribute("message")));
      } else if (node.child("offline") != nullptr) {
        order.push_back("count " + std::string(node.child("offline")->attribute("count")));
      } else {
        order.push_back(node.tag);
      }
    }
    EXPECT_THAT(order, ElementsAre("success", "preview 3", "m1", "m2", "m3", "count 3"));

    co_await alice_->acknowledged(delivery_receipt("m1", bob_address_));
    co_await alice_->send(client_ack("message", "m2", bob_address_));
    co_await rig_.world->settle();
    EXPECT_EQ(co_await rig_.mail_of("alice"), 1);
    alice_->close();
    co_await rig_.world->settle();
    alice_ = co_await rig_.open("alice", rig_.native_payload("alice"));
    const auto again = co_await alice_->take_tag("message");
    EXPECT_TRUE(again && again->attribute("id") == "m3") << "not acknowledged, so handed out again";
  });
}

TEST_F(RelayTest, ReceiptsWaitTooAndAreAcknowledgedByType) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    co_await bob_->acknowledged(message("m1", kAlice));
    co_await alice_->take_tag("message");
    bob_->close();
    co_await rig_.world->settle();
    co_await alice_->acknowledged(delivery_receipt("m1", bob_address_));
    co_await alice_->acknowledged(read_receipt("m1", bob_address_));
    bob_ = co_await rig_.open("bob", rig_.interop_payload("bob", bob_address_));
    EXPECT_TRUE((co_await bob_->take_tag("receipt")).has_value());
    EXPECT_TRUE((co_await bob_->take_tag("receipt")).has_value());
    co_await bob_->send(client_ack("receipt", "m1", kAlice, "read"));
    co_await rig_.world->settle();
    bob_->close();
    co_await rig_.world->settle();
    bob_ = co_await rig_.open("bob", rig_.interop_payload("bob", bob_address_));
    const auto left = co_await bob_->take_tag("receipt");
    EXPECT_TRUE(left && !left->has("type"));
    EXPECT_FALSE((co_await bob_->take_tag("receipt")).has_value());
    EXPECT_TRUE(rig_.bird->pushes.empty()) << "a receipt wakes nobody";
  });
}

TEST_F(RelayTest, MailIsKeptForThirtyDays) {
  for (const int days : {29, 31}) {
    GatekeeperRig rig;
    rig.run([&]() -> net::awaitable<void> {
      const std::string address = co_await rig.enlist("bob");
      const Chat bob = co_await rig.connect_partner("bob", address);
      co_await bob->send(message("m1", kAlice));
      EXPECT_TRUE((co_await bob->take_tag("ack")).has_value());
      co_await rig.world->wait_for(days * kDay);
      EXPECT_EQ(co_await rig.mail_of("alice"), days == 29 ? 1 : 0);
      const Chat alice = co_await rig.open("alice", rig.native_payload("alice"));
      EXPECT_EQ((co_await alice->take_tag("message")).has_value(), days == 29) << days;
    });
  }
}

TEST_F(RelayTest, OptingOutPurgesWhatWaits) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    co_await bob_->acknowledged(message("m1", kAlice));
    EXPECT_EQ(co_await rig_.mail_of("alice"), 1) << "not acknowledged yet";
    co_await alice_->ask(settings_set("s1", true, {2}));
    EXPECT_EQ(co_await rig_.mail_of("alice"), 0);
    EXPECT_EQ(rig_.last_reason("dropped"), "app-off");
    co_await bob_->acknowledged(message("m2", kAlice));
    alice_->drain();
    co_await alice_->ask(settings_set("s2", false, {1}));
    EXPECT_EQ(co_await rig_.mail_of("alice"), 0);
    co_await alice_->ask(settings_set("s3", true, {1}));
    co_await bob_->acknowledged(message("m3", kAlice));
    const auto got = co_await alice_->take_tag("message");
    EXPECT_TRUE(got && got->attribute("id") == "m3");
  });
}

TEST_F(RelayTest, AnAbsentPartnerUserIsWoken) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    co_await alice_->acknowledged(message("m0", bob_address_));
    co_await rig_.world->settle();
    EXPECT_TRUE(rig_.bird->pushes.empty()) << "never while connected";
    bob_->close();
    co_await rig_.world->settle();
    co_await alice_->acknowledged(message("m1", bob_address_));
    co_await rig_.world->settle();
    EXPECT_EQ(rig_.bird->pushes.size(), 1u);
    if (rig_.bird->pushes.empty()) co_return;
    const net::HttpRequest& push = rig_.bird->pushes[0];
    EXPECT_EQ(push.method, "POST");
    EXPECT_EQ(as_text(push.body), R"({"to":"bob@bird.test"})");
    EXPECT_EQ(push.remote_host, whatsapp_hosts().egress);
    net::HttpRequest request;
    request.target = kGatekeeperKeysPath;
    const net::HttpResponse keys = co_await rig_.fetch(whatsapp_hosts().keys, request);
    const auto set = crypto::JwkSet::parse(as_text(keys.body));
    EXPECT_TRUE(set.ok());
    crypto::JwtRules rules;
    rules.now = rig_.world->now();
    rules.issuer = "WHATSAPP";
    rules.audience = partner_base_url("bird");
    const std::string_view authorization = net::find_header(push.headers, "authorization");
    EXPECT_TRUE(authorization.starts_with("Bearer "));
    const auto verdict = crypto::verify_jwt(authorization.substr(7), *set, rules);
    EXPECT_TRUE(verdict.valid);
    EXPECT_EQ(
        get_int(verdict.claims, "exp").value_or(0) - get_int(verdict.claims, "iat").value_or(0),
        3600);
    EXPECT_EQ(get_int(rig_.events("pushed").back(), "status"), 200);
  });
}

TEST_F(RelayTest, APushIsRepeatedThreeTimesAtMost) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    bob_->close();
    co_await rig_.world->settle();
    rig_.bird->push_failures = 100;
    co_await alice_->acknowledged(message("m1", bob_address_));
    co_await alice_->acknowledged(message("m2", bob_address_));
    co_await rig_.world->wait_for(5min);
    EXPECT_EQ(rig_.bird->pushes.size(), 3u);
    rig_.bird->push_failures = 1;
    co_await alice_->acknowledged(message("m3", bob_address_));
    co_await rig_.world->wait_for(5min);
    EXPECT_EQ(rig_.bird->pushes.size(), 5u);
    EXPECT_EQ(get_int(rig_.events("pushed").back(), "attempt"), 2);
  });
}

TEST_F(RelayTest, NobodyIsWokenWhoCameInTheMeantime) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    bob_->close();
    co_await rig_.world->settle();
    rig_.bird->push_failures = 100;
    co_await alice_->acknowledged(message("m1", bob_address_));
    co_await rig_.world->wait_for(1s);
    bob_ = co_await rig_.connect_partner("bob", bob_address_);
    co_await rig_.world->wait_for(5min);
    EXPECT_EQ(rig_.bird->pushes.size(), 1u);
  });
}

}  // namespace
}  // namespace parley::mocks::gatekeeper
