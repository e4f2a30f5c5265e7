// The gatekeeper acts at a scenario's word, in a simulated World: it suspends, retires versions,
// counts enlistments and messages, pushes with bad tokens. And it refuses what it is not told
// properly.
#include "mocks/gatekeeper/world_acts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mocks/gatekeeper/gatekeeper_rig.h"

namespace parley::mocks::gatekeeper {
namespace {

class WorldActsTest : public testing::Test {
 protected:
  net::awaitable<std::string> enlisted_status(std::string actor, std::string version = "1.0.3") {
    FormFields fields = rig_.form(actor);
    std::erase_if(fields, [](const auto& field) { return field.first == "protocol_version"; });
    fields.emplace_back("protocol_version", version);
    const json::object answer = co_await rig_.enlist(std::move(fields));
    co_return std::string(get_string(answer, "reason").value_or("ok"));
  }
  net::awaitable<ErrorCode> error_of(std::string operation, json::object arguments) {
    const auto result = co_await rig_.party->perform(std::move(operation), std::move(arguments));
    EXPECT_FALSE(result.ok());
    co_return result.ok() ? ErrorCode::kInternal : result.error().code;
  }

  GatekeeperRig rig_;
};

TEST_F(WorldActsTest, ASuspendedUserIsToldWhyAtEveryDoor) {
  rig_.run([&]() -> net::awaitable<void> {
    const std::string address = co_await rig_.enlist("bob");
    const Chat bob = co_await rig_.connect_partner("bob", address);
    json::object about = {
        {"who", "bob"}, {"reason", "spam"}, {"appeal", "https://appeal.test"}, {"lasts", "7d"}};
    EXPECT_TRUE((co_await rig_.party->perform("suspend", std::move(about))).ok());
    EXPECT_TRUE(co_await bob->ended());
    const Chat again = co_await rig_.open("bob", rig_.interop_payload("bob", address));
    const auto failure = co_await again->take_tag("failure");
    EXPECT_TRUE(failure.has_value());
    if (failure) {
      const Node* detail = failure->child("detail");
      EXPECT_EQ(failure->attribute("reason"), "403");
      EXPECT_EQ(detail->attribute("code"), "suspended");
      EXPECT_EQ(detail->attribute("cause"), "spam");
      EXPECT_EQ(detail->attribute("scope"), "user");
      EXPECT_EQ(detail->attribute("appeal"), "https://appeal.test");
      EXPECT_FALSE(detail->attribute("until").empty());
    }
    EXPECT_EQ(co_await enlisted_status("bob"), "suspended");
    EXPECT_EQ(co_await enlisted_status("ben"), "ok");
    co_await rig_.world->advance(8 * kDay);
    EXPECT_EQ(co_await enlisted_status("bob"), "ok");
  });
}

TEST_F(WorldActsTest, APartnersSuspensionIsForAllItsUsersUntilReinstated) {
  rig_.run([&]() -> net::awaitable<void> {
    json::object about = {{"partner", "bird"}, {"reason", "spam"}, {"appeal", "x"}};
    EXPECT_TRUE((co_await rig_.party->perform("suspend", std::move(about))).ok());
    EXPECT_EQ(co_await enlisted_status("bob"), "suspended");
    EXPECT_EQ(co_await enlisted_status("ben"), "suspended");
    json::object bird = {{"partner", "bird"}};
    EXPECT_TRUE((co_await rig_.party->perform("reinstate", bird)).ok());
    EXPECT_EQ(co_await enlisted_status("ben"), "ok");
    EXPECT_EQ(co_await error_of("reinstate", bird), ErrorCode::kNotFound);
  });
}

TEST_F(WorldActsTest, ARetiredVersionIsSpokenUntilItsEnd) {
  rig_.run([&]() -> net::awaitable<void> {
    json::object about = {{"version", "1.0.2"}, {"after", "10d"}};
    EXPECT_TRUE((co_await rig_.party->perform("retire-version", std::move(about))).ok());
    EXPECT_EQ(co_await enlisted_status("bob", "1.0.2"), "ok");
    co_await rig_.world->advance(10 * kDay);
    EXPECT_EQ(co_await enlisted_status("bob", "1.0.2"), "bad_version");
    EXPECT_EQ(co_await enlisted_status("bob", "1.0.3"), "ok");
  });
}

TEST_F(WorldActsTest, EnlistmentsOfOnePartnerAreLimited) {
  rig_.run([&]() -> net::awaitable<void> {
    for (int i = 0; i < 100; ++i) EXPECT_EQ(co_await enlisted_status("bob"), "ok");
    EXPECT_EQ(co_await enlisted_status("ben"), "rate_limited");
    co_await rig_.world->advance(std::chrono::minutes(1));
    EXPECT_EQ(co_await enlisted_status("ben"), "ok");
  });
}

TEST_F(WorldActsTest, AnnouncementsAndPushesReachWhomTheyAreFor) {
  rig_.run([&]() -> net::awaitable<void> {
    const Chat alice = co_await rig_.connect_native("alice");
    json::object hike = {{"partner", "hike"}};
    EXPECT_TRUE((co_await rig_.party->perform("announce-partner", std::move(hike))).ok());
    const auto told = co_await alice->take_tag("notification");
    EXPECT_TRUE(told.has_value());
    if (told) EXPECT_EQ(told->child("app")->attribute("integrator"), "2");
    json::object push = {{"to", "bob"}, {"token", "absent"}};
    EXPECT_TRUE((co_await rig_.party->perform("send-push", std::move(push))).ok());
    EXPECT_EQ(rig_.bird->pushes.size(), 1U);
  });
}

TEST_F(WorldActsTest, BadArgumentsAreInvalid) {
  rig_.run([&]() -> net::awaitable<void> {
    const json::object nobody = {{"who", "nobody"}, {"reason", "x"}, {"appeal", "x"}};
    EXPECT_EQ(co_await error_of("suspend", nobody), ErrorCode::kInvalid);
    const json::object stranger = {{"who", "bob"}, {"reason", "x"}, {"appeal", "x"}};
    EXPECT_EQ(co_await error_of("suspend", stranger), ErrorCode::kNotFound);
    const json::object unknown = {{"partner", "zed"}};
    EXPECT_EQ(co_await error_of("announce-partner", unknown), ErrorCode::kInvalid);
    const json::object kind = {{"to", "bob"}, {"token", "odd"}};
    EXPECT_EQ(co_await error_of("send-push", kind), ErrorCode::kInvalid);
    const json::object version = {{"version", "1.0.2"}, {"after", "soon"}};
    EXPECT_EQ(co_await error_of("retire-version", version), ErrorCode::kInvalid);
    const json::object reasonless = {{"about", "bob"}};
    EXPECT_EQ(co_await error_of("report-abuse", reasonless), ErrorCode::kInvalid);
  });
}

}  // namespace
}  // namespace parley::mocks::gatekeeper
