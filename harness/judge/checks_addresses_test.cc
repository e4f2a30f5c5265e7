// Made-up cases in which stanzas are addressed by internal addresses, by what people see, or by
// something that is no address here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/judge/staged_case.h"

namespace parley::judge {
namespace {

using wire::Node;
using Direction = evidence::Direction;

const json::object kAtBob = {{"at", "bob"}, {"blames", "partner-user"}};

std::string told_of(std::string_view kind, const Node& node, std::vector<std::string> iut = {}) {
  StagedCase staged(std::move(iut));
  json::object& actors = staged.records()[0].facts["actors"].as_object();
  actors["bob"].as_object()["identifier"] = "bob@acme.test";
  staged.stanza("bob", Direction::kOut, "gatekeeper", node);
  staged.stanza("gatekeeper", Direction::kIn, "bob", node);
  staged.end();
  return told(staged.judge(kind, kAtBob));
}

TEST(AddressesInternal, PassesWithInternalAddresses) {
  EXPECT_EQ(told_of("addresses-internal", Node("message", {{"to", std::string(kAliceJid)}})),
            "pass/none/as-expected");
  EXPECT_EQ(
      told_of("addresses-internal",
              Node("iq", {{"to", "s.whatsapp.net"}},
                   {Node("user", {{"jid", std::string(kBobJid)}, {"name", "bob@acme.test"}})})),
      "pass/none/as-expected");
}

TEST(AddressesInternal, FailsOnWhatPeopleSeeAndOnStrangers) {
  EXPECT_EQ(told_of("addresses-internal", Node("message", {{"to", "bob@acme.test"}}), {"bob"}),
            "fail/iut/visible-identifier");
  EXPECT_EQ(told_of("addresses-internal", Node("message", {{"to", "alice@mail.test"}})),
            "fail/peer/foreign-address");
  EXPECT_EQ(told_of("addresses-internal", Node("iq", {}, {Node("user", {{"jid", "nobody"}})})),
            "fail/peer/foreign-address");
}

// What others write to it is no merit of its own, and no fault.
TEST(AddressesInternal, JudgesWhatThePartySendsAndNothingElse) {
  StagedCase staged;
  staged.stanza("bob", Direction::kIn, "gatekeeper",
                Node("message", {{"from", std::string(kAliceJid)}}));
  staged.end();
  EXPECT_EQ(told(staged.judge("addresses-internal", kAtBob)),
            "inconclusive/unknown/nothing-to-judge");
}

TEST(AddressesInternal, NeverPassesForWantOfAnAddress) {
  EXPECT_EQ(told_of("addresses-internal", Node("presence", {{"type", "available"}})),
            "inconclusive/unknown/nothing-to-judge");
  StagedCase staged;
  staged.end();
  EXPECT_EQ(told(staged.judge("addresses-internal", {{"at", "zed"}, {"blames", "partner-user"}})),
            "error/harness/no-such-actor");
}

TEST(AddressesRoundTrip, PassesWithWellFormedInteropAddresses) {
  EXPECT_EQ(told_of("addresses-round-trip", Node("message", {{"from", std::string(kBobJid)}})),
            "pass/none/as-expected");
}

TEST(AddressesRoundTrip, FailsOnAMalformedOne) {
  EXPECT_EQ(told_of("addresses-round-trip", Node("message", {{"from", "100@interop"}}), {"bob"}),
            "fail/iut/malformed-address");
  EXPECT_EQ(told_of("addresses-round-trip", Node("message", {{"from", "0-100@interop"}})),
            "fail/peer/malformed-address");
}

TEST(AddressesRoundTrip, NeverPassesForWantOfAnAddress) {
  EXPECT_EQ(told_of("addresses-round-trip", Node("message", {{"to", std::string(kAliceJid)}})),
            "inconclusive/unknown/nothing-to-judge");
}

}  // namespace
}  // namespace parley::judge
