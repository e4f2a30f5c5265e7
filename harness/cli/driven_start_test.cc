// A partner's server under test that says where it listens, truthfully or not, in a socket World
// with nobody else in it.
#include "harness/cli/driven_start.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>

#include "harness/cli/endpoint_address.h"
#include "harness/net/world.h"

namespace parley::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class RoutesTest : public testing::Test {
 protected:
  RoutesTest() {
    net::SocketOptions options;
    options.start = TimePoint(std::chrono::seconds(1'790'000'000));
    world_ = net::make_socket_world(options, log_).value();
    actor_.seat = "partner-server";
    actor_.actors = {{"gatekeeper", "gatekeeper", "", {}}, {"birdy", "partner", "", {}}};
    actor_.index = 1;
    actor_.cast = mocks::read_cast(actor_.actors).value();
    actor_.addressing = "interop";
  }
  ~RoutesTest() override { world_->shutdown(); }

  Status led_to(const std::string& place, const std::vector<std::string>& addresses) {
    return take_routes(*world_, actor_, {{"https", net::parse_endpoint(place).value()}}, addresses);
  }

  NullLog log_;
  std::unique_ptr<net::World> world_;
  DrivenActor actor_;
};

TEST_F(RoutesTest, WithoutAListThisMachineAloneIsContacted) {
  EXPECT_TRUE(led_to("127.0.0.1:8443", {}).ok());
  EXPECT_TRUE(led_to("[::1]:8443", {}).ok());
  for (const char* place : {"192.0.2.1:8443", "[2001:db8::1]:8443"}) {
    const Status refused = led_to(place, {});
    ASSERT_FALSE(refused.ok()) << place;
    EXPECT_THAT(refused.error().text(),
                AllOf(HasSubstr("https"), HasSubstr(place), HasSubstr("\"addresses\"")));
  }
}

TEST_F(RoutesTest, WhatAListLeavesOutIsNotContacted) {
  const std::vector<std::string> list = {"192.0.2.1", "[2001:db8::1]:8443"};
  EXPECT_TRUE(led_to("192.0.2.1:1", list).ok());
  EXPECT_TRUE(led_to("[2001:db8::1]:8443", list).ok());
  EXPECT_FALSE(led_to("[2001:db8::1]:8444", list).ok());
  EXPECT_FALSE(led_to("127.0.0.1:8443", list).ok()) << "a list is the whole list";
}

TEST(MayBeContacted, AHostStandsForAllItsPorts) {
  EXPECT_TRUE(may_be_contacted({"keys.example"}, "keys.example", 443));
  EXPECT_TRUE(may_be_contacted({"keys.example:443"}, "keys.example", 443));
  EXPECT_FALSE(may_be_contacted({"keys.example:443"}, "keys.example", 8443));
  EXPECT_FALSE(may_be_contacted({}, "keys.example", 443));
}

}  // namespace
}  // namespace parley::cli
