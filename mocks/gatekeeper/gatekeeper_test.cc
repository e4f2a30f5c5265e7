// The gatekeeper as a party: its operations, its manners towards hostile clients, and the same
// exchange over both networks.
#include "mocks/gatekeeper/gatekeeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/wire/frame.h"
#include "mocks/gatekeeper/gatekeeper_rig.h"

namespace parley::mocks::gatekeeper {
namespace {

using namespace std::chrono_literals;

class GatekeeperTest : public testing::Test {
 protected:
  net::awaitable<std::string> ping_while(Chat chat, bool answers) {
    Result<json::object> result = make_error(ErrorCode::kInternal, "not done");
    bool done = false;
    auto ping = [&]() -> net::awaitable<void> {
      result = co_await rig_.party->perform("server-ping", {{"to", "alice"}});
      done = true;
    };
    rig_.world->spawn(ping());
    const auto asked = co_await chat->take([](const Node& n) {
      return n.tag == "iq" && n.attribute("type") == "get" &&
             n.attribute("xmlns") == "urn:xmpp:ping";
    });
    EXPECT_TRUE(asked.has_value());
    if (asked && answers) {
      co_await chat->send(
          Node("iq", {{"id", std::string(asked->attribute("id"))}, {"type", "result"}}));
    }
    while (!done) co_await rig_.world->wait_for(1s);
    co_return result.ok() ? canonical(*result) : std::string(to_string(result.error().code));
  }

  /// Whether the server closes a connection on which these bytes come first.
  net::awaitable<bool> closes_on(Bytes bytes) {
    auto stream = co_await rig_.world->network().connect("evil.device.test", whatsapp_hosts().chat,
                                                         net::Security::kPlain);
    EXPECT_TRUE(stream.ok());
    EXPECT_TRUE((co_await (*stream)->write(bytes)).ok());
    const TimePoint begin = rig_.world->now();
    for (;;) {
      const auto more = co_await (*stream)->read_some(1000);
      if (!more.ok()) co_return rig_.world->now() - begin < 10s;
    }
  }

  GatekeeperRig rig_;
};

TEST_F(GatekeeperTest, AnswersUnknownOperationsWithUnsupported) {
  rig_.run([&]() -> net::awaitable<void> {
    const auto result = co_await rig_.party->perform("dance", {});
    EXPECT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, ErrorCode::kUnsupported);
    const auto missing = co_await rig_.party->perform("mailbox", {});
    EXPECT_EQ(missing.error().code, ErrorCode::kInvalid);
    const auto nobody = co_await rig_.party->perform("mailbox", {{"of", "nobody"}});
    EXPECT_EQ(nobody.error().code, ErrorCode::kNotFound);
    const auto away = co_await rig_.party->perform("server-ping", {{"to", "alice"}});
    EXPECT_EQ(away.error().code, ErrorCode::kClosed);
  });
}

TEST_F(GatekeeperTest, PingsItsClients) {
  rig_.run([&]() -> net::awaitable<void> {
    const Chat alice = co_await rig_.connect_native("alice");
    EXPECT_EQ(co_await ping_while(alice, true), R"({"answered":true})");
    EXPECT_EQ(co_await ping_while(alice, false), "timeout");
    EXPECT_EQ(co_await ping_while(alice, true), R"({"answered":true})") << "also afterwards";
  });
}

TEST_F(GatekeeperTest, UnknownRequestsStallNobody) {
  rig_.run([&]() -> net::awaitable<void> {
    const std::string address = co_await rig_.enlist("bob");
    const Chat bob = co_await rig_.connect_partner("bob", address);
    const Chat alice = co_await rig_.connect_native("alice");
    const Node native = co_await alice->ask(iq("u1", "get", "abt", Node("props")));
    EXPECT_EQ(native.attribute("type"), "result");
    const Node partner = co_await bob->ask(iq("u1", "get", "abt", Node("props")));
    EXPECT_EQ(partner.attribute("type"), "error");
    co_await alice->send(Node("presence", {{"type", "available"}}));
    EXPECT_EQ((co_await alice->ask(iq("p1", "get", "w:p"))).attribute("type"), "result");
  });
}

TEST_F(GatekeeperTest, AHostileClientLosesItsConnectionAndNobodyElseDoes) {
  rig_.run([&]() -> net::awaitable<void> {
    const std::string address = co_await rig_.enlist("bob");
    const Chat alice = co_await rig_.connect_native("alice");
    Chat bob = co_await rig_.connect_partner("bob", address);
    co_await bob->send(Node("gibberish"));
    EXPECT_EQ((co_await bob->ask(iq("p0", "get", "w:p"))).attribute("type"), "result")
        << "what is merely unknown is passed over";

    EXPECT_TRUE(bob->channel().send_raw(Bytes{0x00, 0xff, 0xff, 0xff}).ok());
    co_await bob->send_bytes(bob->channel().take_output());
    EXPECT_TRUE(co_await bob->ended()) << "no node";

    bob = co_await rig_.connect_partner("bob", address);
    EXPECT_TRUE(bob->channel().send(iq("p", "get", "w:p")).ok());
    Bytes frame = bob->channel().take_output();
    frame.back() ^= 1;
    co_await bob->send_bytes(frame);
    EXPECT_TRUE(co_await bob->ended()) << "a forged tag";

    bob = co_await rig_.connect_partner("bob", address);
    EXPECT_EQ((co_await bob->ask(iq("p", "get", "w:p"))).attribute("type"), "result");
    EXPECT_EQ((co_await alice->ask(iq("p", "get", "w:p"))).attribute("type"), "result");
  });
}

TEST_F(GatekeeperTest, ABadOpeningIsClosedAtOnce) {
  rig_.run([&]() -> net::awaitable<void> {
    EXPECT_TRUE(co_await closes_on(to_bytes(std::string_view("GET / HTTP/1.1\r\n\r\n"))));
    Bytes huge = to_bytes(BytesView(wire::kChatHeader));
    append(huge, Bytes{0xff, 0xff, 0xff});
    EXPECT_TRUE(co_await closes_on(huge)) << "a handshake frame of 16 MB";
    Bytes garbage = to_bytes(BytesView(wire::kChatHeader));
    append(garbage, Bytes{0, 0, 4, 1, 2, 3, 4});
    EXPECT_TRUE(co_await closes_on(garbage));
    EXPECT_TRUE(rig_.events("login-refused").empty());
  });
}

TEST_F(GatekeeperTest, AFullMailboxTakesNoMore) {
  rig_.run([&]() -> net::awaitable<void> {
    const std::string address = co_await rig_.enlist("bob");
    const Chat bob = co_await rig_.connect_partner("bob", address);
    for (int i = 0; i < 5100; ++i) co_await bob->send(message("m" + std::to_string(i), kAlice));
    co_await rig_.world->settle();
    EXPECT_EQ(co_await rig_.mail_of("alice"), 5000);
    EXPECT_EQ(rig_.last_reason("dropped"), "mailbox-full");
    EXPECT_EQ(bob->drain().size(), 5100u) << "acknowledged all the same";
  });
}

TEST_F(GatekeeperTest, RecordsWhatItSawAndNoMore) {
  std::string permit;
  rig_.run([&]() -> net::awaitable<void> {
    const std::string address = co_await rig_.enlist("bob");
    const Chat bob = co_await rig_.connect_partner("bob", address);
    const Chat alice = co_await rig_.connect_native("alice");
    const Node answer = co_await alice->ask(iq("mc", "set", "w:m", Node("media_conn")));
    permit = answer.child("media_conn")->attribute("auth");
    co_await bob->send(message("m1", kAlice));
    co_await alice->take_tag("message");
  });
  std::map<std::string, int> kinds;
  std::map<std::string, int> operations;
  for (const evidence::Record& record : rig_.recorder.records()) {
    ++kinds[record.kind];
    if (record.kind == "stanza") {
      ++operations[std::string(get_string(record.facts, "operation").value_or("none"))];
      EXPECT_TRUE(record.facts.contains("basis")) << canonical(record.facts);
    }
    if (record.kind == "noise.frame") {
      EXPECT_TRUE(get_int(record.facts, "n").has_value());
      EXPECT_EQ(get_string(record.facts, "key").value_or("").size(), 16u);
    }
    EXPECT_EQ(evidence::to_line(record, "case").find(permit), std::string::npos);
  }
  EXPECT_EQ(kinds["login.payload"], 2);
  EXPECT_EQ(kinds["noise.handshake"], 6);
  EXPECT_EQ(operations["success"], 2);
  EXPECT_EQ(operations["message-send"], 1);
  EXPECT_EQ(operations["message-deliver"], 1);
  EXPECT_EQ(operations["message-ack"], 1);
  EXPECT_EQ(operations["none"], 0);
  EXPECT_GT(kinds["http.request"], 1);
  EXPECT_EQ(kinds["event.enlisted"], 1);
}

/// The exchange that everything is for, on both networks.
class GatekeeperOnBothNetworks : public testing::TestWithParam<WorldKind> {};

TEST_P(GatekeeperOnBothNetworks, EnlistsConnectsRelaysAndStores) {
  GatekeeperRig rig(GetParam());
  rig.run([&]() -> net::awaitable<void> {
    const std::string address = co_await rig.enlist("bob");
    Chat bob = co_await rig.open("bob", rig.interop_payload("bob", address), Door::kWebSocket);
    EXPECT_TRUE((co_await bob->take_tag("success")).has_value());
    Chat alice = co_await rig.connect_native("alice");
    co_await bob->send(message("m1", kAlice, "sealed"));
    const auto got = co_await alice->take_tag("message");
    EXPECT_TRUE(got && got->attribute("from") == address);
    bob->close();
    co_await rig.world->settle();
    co_await alice->send(message("m2", address));
    EXPECT_TRUE((co_await alice->take_tag("ack")).has_value());
    co_await rig.world->settle();
    EXPECT_EQ(co_await rig.mail_of("bob"), 1);
    EXPECT_EQ(rig.bird->pushes.size(), 1u);
    bob = co_await rig.open("bob", rig.interop_payload("bob", address));
    const auto waited = co_await bob->take_tag("message");
    EXPECT_TRUE(waited && waited->attribute("id") == "m2");
    bob->close();
    co_await rig.world->settle();
    co_await rig.world->advance(31 * kDay);
    EXPECT_EQ(rig.last_reason("unenlisted"), "thirty-days");
  });
}

INSTANTIATE_TEST_SUITE_P(Networks, GatekeeperOnBothNetworks,
                         testing::Values(WorldKind::kSim, WorldKind::kSockets),
                         [](const auto& network) {
                           return network.param == WorldKind::kSim ? "sim" : "sockets";
                         });

}  // namespace
}  // namespace parley::mocks::gatekeeper
