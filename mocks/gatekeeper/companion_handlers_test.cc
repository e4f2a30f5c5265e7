// A companion device in mode `native` among a partner's user and another WhatsApp user, in a
// simulated World: addresses, devices, messages in parts, receipts, and the end of a connection.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mocks/gatekeeper/companion_rig.h"

namespace parley::mocks::gatekeeper {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class CompanionTest : public testing::Test {
 protected:
  net::awaitable<void> everybody() {
    bob_inside_ = co_await rig_.enlist("bob");
    bob_ = co_await rig_.connect_partner("bob", bob_inside_);
    const std::string number = wire::Jid::parse(bob_inside_)->user;
    bob_number_ = number + "@s.whatsapp.net";
    bob_lid_ = number + "@lid";
    anna_ = co_await rig_.connect_native("anna");
    co_await rig_.pair("laptop", "alice");
    laptop_ = co_await rig_.connect_companion("laptop", "alice");
  }

  CompanionRig rig_{WorldKind::kSim, Addressing::kNative};
  std::string bob_inside_, bob_number_, bob_lid_;
  Chat bob_, anna_, laptop_;
};

/// "{jid}: {devices with key indices} {lid}" per user.
std::vector<std::string> synced(const Node& answer) {
  std::vector<std::string> users;
  for (const Node& user : answer.child("usync")->child("list")->children()) {
    std::string line(user.attribute("jid"));
    line += ":";
    if (const Node* devices = user.child("devices")) {
      for (const Node& device : devices->child("device-list")->children()) {
        line += " " + std::string(device.attribute("id"));
        if (device.has("key-index")) line += "/" + std::string(device.attribute("key-index"));
      }
    }
    if (const Node* lid = user.child("lid")) line += " " + std::string(lid->attribute("val"));
    users.push_back(line);
  }
  return users;
}

TEST_F(CompanionTest, DevicesAndLidsAreToldUnderTheAddressThatWasAskedFor) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    const std::string own = wire::Jid::parse(rig_.lid)->without_device().text();
    const Node answer =
        co_await laptop_->ask(user_sync("u1", {kAlice, own, bob_number_, bob_lid_, kAnna}));
    const std::vector<std::string> users = synced(answer);
    EXPECT_EQ(users.size(), 5u);
    if (users.size() != 5) co_return;
    EXPECT_EQ(users[0], kAlice + ": 0 1/1 " + own);
    EXPECT_EQ(users[1], own + ": 0 1/1 " + own);
    EXPECT_EQ(users[2], bob_number_ + ": 0 " + bob_lid_);
    EXPECT_EQ(users[3], bob_lid_ + ": 0 " + bob_lid_);
    EXPECT_TRUE(users[4].starts_with(kAnna + ": 0 ")) << users[4];
    const Node nobody = co_await laptop_->ask(user_sync("u2", {"33699999999@s.whatsapp.net"}));
    EXPECT_THAT(synced(nobody), ElementsAre("33699999999@s.whatsapp.net:"));
  });
}

TEST_F(CompanionTest, PhoneNumbersAreSomebodysOrNot) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    wire::Nodes list;
    for (const std::string& number : {std::string("33622222222"), std::string("33699999999"),
                                      wire::Jid::parse(bob_number_)->user, std::string()}) {
      list.push_back(Node("user", {}, wire::Nodes{Node("contact", {}, to_bytes("+" + number))}));
    }
    const Node answer = co_await laptop_->ask(
        iq("u1", "get", "usync",
           Node("usync", {{"sid", "1"}, {"mode", "query"}, {"last", "true"}, {"index", "0"}},
                wire::Nodes{Node("query", {}, wire::Nodes{Node("contact")}),
                            Node("list", {}, std::move(list))})));
    std::vector<std::string> found;
    for (const Node& user : answer.child("usync")->child("list")->children()) {
      found.push_back(std::string(user.attribute("jid")) + " " +
                      std::string(user.child("contact")->attribute("type")));
    }
    EXPECT_THAT(found,
                ElementsAre(kAnna + " in", "33699999999@s.whatsapp.net out", bob_number_ + " in"));
  });
}

TEST_F(CompanionTest, ACompanionFetchesKeysOfDevices) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    const auto identity_at = [&](const std::string& id,
                                 const std::string& jid) -> net::awaitable<Bytes> {
      const Node answer = co_await laptop_->ask(prekey_fetch(id, jid));
      const Node* user = answer.child("list")->child("user");
      EXPECT_EQ(user->attribute("jid"), jid);
      const Node* identity = user->child("identity");
      co_return identity == nullptr ? Bytes() : to_bytes(identity->bytes());
    };
    const std::string own = wire::Jid::parse(rig_.lid)->without_device().text();
    const Bytes phone = co_await identity_at("f1", own);
    const Bytes laptop = co_await identity_at("f2", rig_.lid);
    EXPECT_EQ(laptop, to_bytes(BytesView(rig_.device("laptop").identity.public_key())));
    EXPECT_FALSE(phone.empty());
    EXPECT_NE(phone, laptop);
    EXPECT_EQ(co_await identity_at("f3", bob_lid_),
              to_bytes(BytesView(rig_.device("bob").identity.public_key())));
    EXPECT_EQ(
        fetched_prekey(co_await laptop_->ask(prekey_fetch("f4", "33611111111:7@s.whatsapp.net"))),
        404);
  });
}

TEST_F(CompanionTest, OfAMessageInPartsThePartnerGetsItsOwnAndNothingElse) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    const Node ack =
        co_await laptop_->acknowledged(fanout("m1", bob_number_, {kAlice, bob_number_}));
    EXPECT_EQ(ack.attribute("from"), bob_number_);
    EXPECT_FALSE(ack.has("error"));
    const auto got = co_await bob_->take_tag("message");
    EXPECT_TRUE(got.has_value());
    if (!got) co_return;
    EXPECT_EQ(got->attribute("from"), kAlice) << "partners address accounts";
    EXPECT_EQ(got->children().size(), 1u);
    EXPECT_FALSE(got->has("sender_lid"));
    EXPECT_EQ(as_text(got->child("enc")->bytes()), "sealed");
    const Status valid = rig_.profile->validate(*got, wire::Direction::kServerToClient);
    EXPECT_TRUE(valid.ok()) << valid.error().text();
  });
}

TEST_F(CompanionTest, AMessageWithoutAPartForTheRecipientIsTheSendersFault) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    const Node ack = co_await laptop_->acknowledged(
        fanout("m1", bob_number_, {kAlice, "33622222222@s.whatsapp.net"}));
    EXPECT_EQ(ack.attribute("error"), "479");
    EXPECT_TRUE(co_await bob_->nothing_comes());
    EXPECT_EQ(rig_.last_reason("dropped"), "no-part-for-device");
  });
}

TEST_F(CompanionTest, APartnersMessageComesFromANumberWithItsLid) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    co_await bob_->acknowledged(message("m1", kAlice));
    const auto got = co_await laptop_->take_tag("message");
    EXPECT_TRUE(got.has_value());
    if (!got) co_return;
    EXPECT_EQ(got->attribute("from"), bob_number_);
    EXPECT_EQ(got->attribute("sender_lid"), bob_lid_);
    const Status valid = rig_.profile->validate(*got, wire::Direction::kServerToClient);
    EXPECT_TRUE(valid.ok()) << valid.error().text();
    // A companion that nobody looks at says so; the sender learns of the delivery alone.
    Node inactive = delivery_receipt("m1", bob_number_);
    inactive.set("type", "inactive");
    EXPECT_EQ((co_await laptop_->acknowledged(inactive)).attribute("type"), "inactive");
    const auto delivered = co_await bob_->take_tag("receipt");
    EXPECT_TRUE(delivered && !delivered->has("type"));
    EXPECT_EQ(co_await rig_.mail_of("alice"), 0);
    co_await laptop_->acknowledged(read_receipt("m1", bob_number_, {"m0"}));
    const auto read = co_await bob_->take_tag("receipt");
    EXPECT_TRUE(read && read->attribute("type") == "read" && read->attribute("from") == kAlice);
  });
}

TEST_F(CompanionTest, RetriesGoBothWaysWithoutThePhonesWord) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    const auto bytes = [](std::size_t size) { return Bytes(size, 1); };
    const Node skey("skey", {},
                    wire::Nodes{Node("id", {}, bytes(3)), Node("value", {}, bytes(32)),
                                Node("signature", {}, bytes(64))});
    const Node keys("keys", {},
                    wire::Nodes{Node("type", {}, Bytes{5}), Node("identity", {}, bytes(32)), skey,
                                Node("device-identity", {}, to_bytes("vouched"))});
    const Node retry(
        "receipt", {{"id", "m1"}, {"to", bob_number_}, {"type", "retry"}},
        wire::Nodes{
            Node("retry", {{"count", "2"}, {"id", "m1"}, {"t", "5"}, {"v", "1"}, {"error", "0"}}),
            Node("registration", {}, bytes(4)), keys});
    co_await laptop_->acknowledged(retry);
    const auto got = co_await bob_->take_tag("receipt");
    EXPECT_TRUE(got && got->attribute("type") == "retry");
    if (!got) co_return;
    EXPECT_EQ(got->attribute("from"), kAlice);
    EXPECT_EQ(got->child("keys")->child("device-identity"), nullptr);
    const Status valid = rig_.profile->validate(*got, wire::Direction::kServerToClient);
    EXPECT_TRUE(valid.ok()) << valid.error().text();

    Node back("receipt", {{"id", "m2"}, {"to", kAlice}, {"type", "retry"}},
              wire::Nodes{Node("retry", {{"count", "1"}, {"id", "m2"}, {"t", "5"}, {"v", "1"}}),
                          Node("registration", {}, bytes(4))});
    co_await bob_->acknowledged(std::move(back));
    const auto asked = co_await laptop_->take_tag("receipt");
    EXPECT_TRUE(asked && asked->attribute("from") == bob_number_);
  });
}

TEST_F(CompanionTest, TypingComesWithoutTheDeviceAndTheKindOfWriting) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    co_await laptop_->send(Node("chatstate", {{"from", kCompanionOfAlice}, {"to", bob_number_}},
                                wire::Nodes{Node("composing", {{"media", "audio"}})}));
    const auto got = co_await bob_->take_tag("chatstate");
    EXPECT_TRUE(got && got->attribute("from") == kAlice);
    if (!got) co_return;
    EXPECT_TRUE(got->child("composing")->attributes.empty());
    co_await bob_->send(chatstate(kAlice, "paused"));
    const auto back = co_await laptop_->take_tag("chatstate");
    EXPECT_TRUE(back && back->attribute("from") == bob_number_);
  });
}

TEST_F(CompanionTest, ContactsAndBlocksAreInTheClientsAddresses) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    const Node contact = co_await laptop_->ask(
        iq("c1", "get", std::string(wire::op::kContactNamespace),
           Node("contact", {{"integrator", "1"}, {"identifier", "bob@bird.test"}})));
    EXPECT_EQ(contact.child("contact")->attribute("jid"), bob_number_);
    const Node blocked = co_await laptop_->ask(
        iq("b1", "set", "blocklist",
           Node("item", {{"action", "block"}, {"jid", bob_lid_}, {"pn_jid", bob_number_}})));
    EXPECT_EQ(blocked.child("list")->children().size(), 1u);
    co_await bob_->acknowledged(message("m1", kAlice));
    EXPECT_TRUE(co_await laptop_->nothing_comes());
    EXPECT_EQ(rig_.last_reason("dropped"), "blocked");
    const Node list = co_await laptop_->ask(iq("b2", "get", "blocklist"));
    EXPECT_EQ(list.child("list")->children()[0].attribute("jid"), bob_number_);
  });
}

TEST_F(CompanionTest, NativeUsersSeeDevicesOfEachOther) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    co_await rig_.pair("tablet", "anna");
    const Chat tablet = co_await rig_.connect_companion("tablet", "anna");
    co_await laptop_->acknowledged(
        fanout("m1", kAnna, {kAlice, kAnna, "33622222222:1@s.whatsapp.net"}));
    const auto got = co_await tablet->take_tag("message");
    EXPECT_TRUE(got && got->attribute("from") == kCompanionOfAlice);
    if (!got) co_return;
    EXPECT_NE(got->child("device-identity"), nullptr);
    Node resend = message("m1", "33622222222:1@s.whatsapp.net");
    resend.set("device_fanout", "false");
    EXPECT_FALSE((co_await laptop_->acknowledged(resend)).has("error"));
    EXPECT_TRUE((co_await tablet->take_tag("message")).has_value());
    resend.set("to", kAnna);
    EXPECT_EQ((co_await laptop_->acknowledged(resend)).attribute("error"), "479")
        << "anna's phone has no client";
  });
}

TEST_F(CompanionTest, TheOwnPhoneTakesWhatIsForItAndNobodyElse) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    Node peer = message("p1", kAlice);
    peer.set("category", "peer");
    peer.set("push_priority", "high_force");
    EXPECT_FALSE((co_await laptop_->acknowledged(peer)).has("error"));
    EXPECT_FALSE((co_await laptop_->acknowledged(fanout("n1", kAlice, {kAlice}))).has("error"));
    EXPECT_TRUE(co_await laptop_->nothing_comes());
    EXPECT_EQ(co_await rig_.mail_of("alice"), 0);
  });
}

TEST_F(CompanionTest, PrivacyAndSwitchesAreAnswered) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    const auto read_receipts = [](const Node& answer) {
      for (const Node& category : answer.child("privacy")->children()) {
        if (category.attribute("name") == "readreceipts") {
          return std::string(category.attribute("value"));
        }
      }
      return std::string("absent");
    };
    EXPECT_EQ(read_receipts(co_await laptop_->ask(iq("p1", "get", "privacy", Node("privacy")))),
              "all");
    const Node off("privacy", {},
                   wire::Nodes{Node("category", {{"name", "readreceipts"}, {"value", "none"}})});
    EXPECT_EQ(read_receipts(co_await laptop_->ask(iq("p2", "set", "privacy", off))), "none");
    co_await laptop_->acknowledged(read_receipt("m1", bob_number_));
    EXPECT_TRUE(co_await bob_->nothing_comes());
    const Node props =
        co_await laptop_->ask(iq("a1", "get", "abt", Node("props", {{"protocol", "1"}})));
    EXPECT_NE(props.child("props"), nullptr);
    const Node mode = co_await laptop_->ask(iq("a2", "set", "passive", Node("active")));
    EXPECT_EQ(mode.attribute("type"), "result");
  });
}

TEST_F(CompanionTest, MailWaitsForTheCompanionInItsOwnAddresses) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    laptop_->close();
    co_await rig_.world->settle();
    co_await bob_->acknowledged(message("m1", kAlice));
    EXPECT_EQ(co_await rig_.mail_of("alice"), 1);
    laptop_ = co_await rig_.connect_companion("laptop", "alice");
    const auto got = co_await laptop_->take_tag("message");
    EXPECT_TRUE(got && got->attribute("from") == bob_number_ && got->has("offline"));
    co_await laptop_->send(client_ack("message", "m1", bob_number_));
    co_await rig_.world->settle();
    EXPECT_EQ(co_await rig_.mail_of("alice"), 0);
  });
}

TEST_F(CompanionTest, RoutingInformationIsRecognisedWhenItComesBack) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    EXPECT_FALSE(rig_.routing_info.empty());
    EXPECT_THAT(rig_.events("routed"), IsEmpty());
    const Bytes given = rig_.routing_info;
    laptop_->close();
    co_await rig_.world->settle();
    rig_.next_routing_info = given;
    laptop_ = co_await rig_.connect_companion("laptop", "alice");
    EXPECT_EQ(rig_.routing_info, given);
    const auto routed = rig_.events("routed");
    EXPECT_EQ(routed.size(), 1u);
    if (routed.empty()) co_return;
    EXPECT_EQ(get_string(routed[0], "jid"), kCompanionOfAlice);
    laptop_->close();
    co_await rig_.world->settle();
    rig_.next_routing_info = to_bytes("another");
    laptop_ = co_await rig_.connect_companion("laptop", "alice");
    EXPECT_EQ(rig_.events("routed").size(), 1u) << "somebody else's is no harm";
  });
}

TEST_F(CompanionTest, StreamErrorsSayWhatTheClientShallDo) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    for (const std::int64_t code : {503, 515}) {
      json::object arguments = {{"to", "alice"}, {"code", code}};
      EXPECT_TRUE((co_await rig_.party->perform("stream-error", std::move(arguments))).ok());
      const auto error = co_await laptop_->take_tag("stream:error");
      EXPECT_TRUE(error && error->attribute("code") == std::to_string(code));
      EXPECT_TRUE(co_await laptop_->ended());
      laptop_ = co_await rig_.connect_companion("laptop", "alice");
    }
    json::object arguments = {{"to", "alice"}, {"code", 401}};
    EXPECT_TRUE((co_await rig_.party->perform("stream-error", std::move(arguments))).ok());
    const auto error = co_await laptop_->take_tag("stream:error");
    EXPECT_TRUE(error && error->attribute("code") == "401");
    if (!error) co_return;
    EXPECT_EQ(error->child("conflict")->attribute("type"), "device_removed");
    EXPECT_TRUE(co_await laptop_->ended());
    const Chat again = co_await rig_.open("laptop", rig_.login("alice", 1));
    EXPECT_EQ(co_await rig_.refusal(again), "401 device-removed");
    EXPECT_EQ((co_await anna_->ask(iq("p", "get", "w:p"))).attribute("type"), "result");
  });
}

TEST_F(CompanionTest, StreamErrorsOfOtherKindsAreRefused) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    const auto code_of = [&](json::object arguments) -> net::awaitable<ErrorCode> {
      const auto result = co_await rig_.party->perform("stream-error", std::move(arguments));
      co_return result.ok() ? ErrorCode::kInternal : result.error().code;
    };
    json::object unknown_code = {{"to", "alice"}, {"code", 500}};
    EXPECT_EQ(co_await code_of(std::move(unknown_code)), ErrorCode::kInvalid);
    json::object nobody = {{"to", "carol"}, {"code", 503}};
    EXPECT_EQ(co_await code_of(std::move(nobody)), ErrorCode::kNotFound);
    laptop_->close();
    co_await rig_.world->settle();
    json::object away = {{"to", "alice"}, {"code", 503}};
    EXPECT_EQ(co_await code_of(std::move(away)), ErrorCode::kClosed);
  });
}

TEST_F(CompanionTest, ACompanionMayLogOutAndTheAccountIsLeftWithoutAClient) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await everybody();
    const auto removal = [](const std::string& jid) {
      return iq("r-" + jid, "set", "md",
                Node("remove-companion-device", {{"jid", jid}, {"reason", "user_initiated"}}));
    };
    EXPECT_EQ((co_await laptop_->ask(removal("33622222222@s.whatsapp.net"))).attribute("type"),
              "error");
    EXPECT_EQ((co_await laptop_->ask(removal(kCompanionOfAlice))).attribute("type"), "result");
    EXPECT_TRUE(co_await laptop_->ended());
    const Node answer = co_await bob_->ask(prekey_fetch("f1", kAlice));
    EXPECT_EQ(fetched_prekey(answer), 404);
    const Chat again = co_await rig_.open("laptop", rig_.login("alice", 1));
    EXPECT_EQ(co_await rig_.refusal(again), "401 device-removed");
  });
}

}  // namespace
}  // namespace parley::mocks::gatekeeper
