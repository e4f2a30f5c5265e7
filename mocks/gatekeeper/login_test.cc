// Logins on the chat channel in a simulated World: native and partner clients with good and bad
// credentials, over both doors.
#include "mocks/gatekeeper/login.h"

#include <gtest/gtest.h>

#include "mocks/gatekeeper/gatekeeper_rig.h"

namespace parley::mocks::gatekeeper {
namespace {

using namespace std::chrono_literals;

class LoginTest : public testing::Test {
 protected:
  /// "401 bad-token" for bob's login after `change`.
  std::string refusal_after(std::function<void(wire::pb::ClientPayload&)> change) {
    std::string refusal;
    rig_.run([&]() -> net::awaitable<void> {
      const std::string address = co_await rig_.enlist("bob");
      auto payload = rig_.interop_payload("bob", address);
      change(payload);
      refusal = co_await rig_.refusal(co_await rig_.open("bob", payload));
    });
    if (!rig_.events("login-refused").empty()) {
      EXPECT_TRUE(refusal.ends_with(rig_.last_reason("login-refused")));
    }
    return refusal;
  }

  GatekeeperRig rig_;
};

TEST_F(LoginTest, BothDoorsLeadToTheSameServer) {
  rig_.run([&]() -> net::awaitable<void> {
    const std::string address = co_await rig_.enlist("bob");
    for (const Door door : {Door::kTcp, Door::kWebSocket}) {
      const Chat bob = co_await rig_.open("bob", rig_.interop_payload("bob", address), door);
      EXPECT_TRUE((co_await bob->take_tag("success")).has_value());
      const auto preview = co_await bob->take_tag("ib");
      EXPECT_TRUE(preview && preview->child("offline_preview") != nullptr);
      const auto count = co_await bob->take_tag("ib");
      EXPECT_TRUE(count && count->child("offline") != nullptr);
      if (count) EXPECT_EQ(count->child("offline")->attribute("count"), "0");
    }
  });
}

TEST_F(LoginTest, TokensAreJudgedAtEveryLogin) {
  EXPECT_EQ(refusal_after([](auto& p) { p.mutable_interop_data()->clear_token(); }),
            "401 no-token");
  EXPECT_EQ(refusal_after([](auto& p) { p.mutable_interop_data()->set_token("eyJh.eyJi.c2ln"); }),
            "401 bad-token");
  EXPECT_EQ(refusal_after([&](auto& p) {
              p.mutable_interop_data()->set_token(rig_.bird->token(
                  "bob@bird.test",
                  [&](json::object& c) { c["exp"] = unix_seconds(rig_.world->now()) - 3600; }));
            }),
            "401 expired-token");
  EXPECT_EQ(refusal_after([&](auto& p) {
              p.mutable_interop_data()->set_token(rig_.bird->token("ben@bird.test"));
            }),
            "401 wrong-account");
}

TEST_F(LoginTest, AnotherStaticKeyIsRefused) {
  rig_.run([&]() -> net::awaitable<void> {
    const std::string address = co_await rig_.enlist("bob");
    // The handshake is ben's device's, with bob's token.
    const Chat chat = co_await rig_.open("ben", rig_.interop_payload("bob", address));
    EXPECT_EQ(co_await rig_.refusal(chat), "401 wrong-key");
  });
}

TEST_F(LoginTest, WhoIsNotEnlistedIsRefused) {
  rig_.run([&]() -> net::awaitable<void> {
    const auto payload = rig_.interop_payload("bob", "1-10000000000001@interop");
    EXPECT_EQ(co_await rig_.refusal(co_await rig_.open("bob", payload)), "404 not-enlisted");
  });
}

TEST_F(LoginTest, RefusesOtherProductsAndVersions) {
  EXPECT_EQ(refusal_after([](auto& p) { p.set_product(wire::pb::ClientPayload::MESSENGER); }),
            "400 bad-product");
  EXPECT_EQ(refusal_after([](auto& p) { p.set_surrogate_protocol_version("0.1"); }),
            "405 bad-version");
  EXPECT_EQ(refusal_after([](auto& p) { p.mutable_interop_data()->clear_account_id(); }),
            "400 bad-payload");
}

TEST_F(LoginTest, TheFirstNativeLoginBindsItsKey) {
  rig_.run([&]() -> net::awaitable<void> {
    const Chat alice = co_await rig_.connect_native("alice");
    // The same account from another device.
    const Chat thief = co_await rig_.open("anna", rig_.native_payload("alice"));
    EXPECT_EQ(co_await rig_.refusal(thief), "401 wrong-key");
    EXPECT_FALSE(alice->closed());
    wire::pb::ClientPayload nobody = rig_.native_payload("alice");
    nobody.set_username(4912345678);
    EXPECT_EQ(co_await rig_.refusal(co_await rig_.open("alice", nobody)), "404 not-enlisted");
  });
}

TEST_F(LoginTest, ASecondConnectionReplacesTheFirst) {
  rig_.run([&]() -> net::awaitable<void> {
    const std::string address = co_await rig_.enlist("bob");
    const Chat first = co_await rig_.connect_partner("bob", address);
    const Chat second = co_await rig_.connect_partner("bob", address);
    const auto error = co_await first->take_tag("stream:error");
    EXPECT_TRUE(error && error->child("conflict") != nullptr);
    if (error) EXPECT_EQ(error->child("conflict")->attribute("type"), "replaced");
    EXPECT_TRUE(co_await first->ended());
    const Node pong = co_await second->ask(iq("p1", "get", "w:p"));
    EXPECT_EQ(pong.attribute("type"), "result");
  });
}

TEST_F(LoginTest, ARefusedLoginDoesNotDisturbTheConnection) {
  rig_.run([&]() -> net::awaitable<void> {
    const std::string address = co_await rig_.enlist("bob");
    const Chat bob = co_await rig_.connect_partner("bob", address);
    auto payload = rig_.interop_payload("bob", address);
    payload.mutable_interop_data()->set_token("eyJh.eyJi.c2ln");
    EXPECT_EQ(co_await rig_.refusal(co_await rig_.open("bob", payload)), "401 bad-token");
    EXPECT_EQ((co_await bob->ask(iq("p1", "get", "w:p"))).attribute("type"), "result");
  });
}

TEST_F(LoginTest, ASilentClientIsClosed) {
  rig_.run([&]() -> net::awaitable<void> {
    auto stream = co_await rig_.world->network().connect("mute.device.test", whatsapp_hosts().chat,
                                                         net::Security::kPlain);
    EXPECT_TRUE(stream.ok());
    const TimePoint begin = rig_.world->now();
    const auto bytes = co_await (*stream)->read_some(100);
    EXPECT_FALSE(bytes.ok());
    EXPECT_GE(rig_.world->now() - begin, 20s);
    EXPECT_LT(rig_.world->now() - begin, 21s);
  });
}

}  // namespace
}  // namespace parley::mocks::gatekeeper
