// Our own native client in addressing mode `native`, between a raw partner's client and the server,
// in a simulated World: the mode changes addresses and nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mocks/gatekeeper/gatekeeper_rig.h"
#include "mocks/gatekeeper/native_client.h"

namespace parley::mocks::gatekeeper {
namespace {

class NativeAddressingTest : public testing::TestWithParam<Addressing> {
 protected:
  NativeAddressingTest() : rig_(WorldKind::kSim, GetParam()) {
    auto made = make_native_client(*rig_.world, rig_.recorder, rig_.cast, "alice", rig_.profile);
    EXPECT_TRUE(made.ok());
    alice_ = std::move(*made);
  }
  ~NativeAddressingTest() override { rig_.world->shutdown(); }

  net::awaitable<json::object> ok(std::string operation, json::object arguments = {}) {
    auto result = co_await alice_->perform(operation, std::move(arguments));
    EXPECT_TRUE(result.ok()) << operation << ": " << result.error().text();
    co_return result.ok() ? *result : json::object();
  }

  std::vector<json::object> events(std::string_view name) const {
    std::vector<json::object> found;
    for (const driver::Event& event : alice_->events().events()) {
      if (event.name == name) found.push_back(event.facts);
    }
    return found;
  }

  GatekeeperRig rig_;
  std::unique_ptr<driver::Party> alice_;
};

TEST_P(NativeAddressingTest, TheClientKnowsWhoWritesAndWhomItAnswers) {
  rig_.run([&]() -> net::awaitable<void> {
    const std::string inside = co_await rig_.enlist("bob");
    const Chat bob = co_await rig_.connect_partner("bob", inside);
    co_await bob->ask(rig_.prekey_upload("bob", 1, 5));
    co_await ok("connect");
    const std::string shown = GetParam() == Addressing::kNative
                                  ? wire::Jid::parse(inside)->user + "@s.whatsapp.net"
                                  : inside;
    co_await bob->send(message("m1", kAlice));
    co_await rig_.world->settle();
    const auto unreadable = events("undecryptable");
    EXPECT_EQ(unreadable.size(), 1u);
    if (unreadable.empty()) co_return;
    EXPECT_EQ(get_string(unreadable[0], "from"), shown);
    EXPECT_EQ(get_string(unreadable[0], "from_actor"), "bob");

    json::object text = {{"to", "bob"}, {"text", "Tea?"}};
    co_await ok("send-text", std::move(text));
    const auto got = co_await bob->take_tag("message");
    EXPECT_TRUE(got && got->attribute("from") == kAlice);

    json::object who = {{"who", "bob"}};
    co_await ok("block", std::move(who));
    const json::object blocked = co_await ok("blocklist");
    EXPECT_EQ(blocked.at("blocked").as_array(), json::array{"bob"});
  });
}

INSTANTIATE_TEST_SUITE_P(Modes, NativeAddressingTest,
                         testing::Values(Addressing::kInterop, Addressing::kNative),
                         [](const auto& info) {
                           return info.param == Addressing::kNative ? "Native" : "Interop";
                         });

}  // namespace
}  // namespace parley::mocks::gatekeeper
