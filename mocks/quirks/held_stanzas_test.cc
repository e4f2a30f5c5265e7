// A server's two connections, and a client's, whose taps come and go.
#include "mocks/quirks/held_stanzas.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::mocks::quirks {
namespace {

using evidence::Role;
using testing::IsEmpty;
using testing::SizeIs;

TEST(HeldStanzas, WaitForTheirOwnConnection) {
  const Observer one{nullptr, Role::kGatekeeperServer, "gatekeeper"};
  const Observer two = one;
  HeldStanzas held;
  held.hold(one, wire::Node("message", {{"id", "1"}}));
  held.hold(one, wire::Node("message", {{"id", "2"}}));
  EXPECT_THAT(held.release(two), IsEmpty());
  const auto late = held.release(one);
  ASSERT_THAT(late, SizeIs(2));
  EXPECT_EQ(late.front().attribute("id"), "1");
  EXPECT_THAT(held.release(one), IsEmpty());
}

// A stanza of the server once left as its client's, whose tap had taken the place of the server's.
TEST(HeldStanzas, NeverLeaveOnAnotherConnectionWhoseTapStandsInTheSamePlace) {
  Observer tap{nullptr, Role::kGatekeeperServer, "gatekeeper"};
  HeldStanzas held;
  held.hold(tap, wire::Node("stream:error"));
  tap = {nullptr, Role::kPartnerClient, "ben"};
  EXPECT_THAT(held.release(tap), IsEmpty());
  // Also where the same party has connected anew.
  held.hold(tap, wire::Node("message"));
  held.saw(tap, wire::Node("success"));
  EXPECT_THAT(held.release(tap), IsEmpty());
}

}  // namespace
}  // namespace parley::mocks::quirks
