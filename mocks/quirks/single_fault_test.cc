// Stanzas of two connections of a gatekeeper and of one client, and answers of a server: one fault
// at one of them, counted at the sender.
#include "mocks/quirks/single_fault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mocks/quirks/quirk_switch.h"

namespace parley::mocks::quirks {
namespace {

using evidence::Direction;
using evidence::Role;
using testing::ElementsAre;
using testing::IsEmpty;

const Observer kToBob{nullptr, Role::kGatekeeperServer, "gatekeeper"};
const Observer kToAlice{nullptr, Role::kGatekeeperServer, "gatekeeper"};
const Observer kAlice{nullptr, Role::kGatekeeperClient, "alice"};

// The ids of what leaves in place of a stanza with that id.
std::vector<std::string> sent(SingleFault& fault, const Observer& at, std::string id,
                              std::string tag = "message", Direction direction = Direction::kOut) {
  std::vector<std::string> out;
  for (const wire::Node& node :
       fault.stanza(at, direction, "message-deliver", wire::Node(tag, {{"id", std::move(id)}}))) {
    out.emplace_back(node.attribute("id"));
  }
  return out;
}

TEST(SingleFault, AScoutCountsAndChangesNothing) {
  SingleFault scout(FaultAct::kNone, std::nullopt);
  EXPECT_THAT(sent(scout, kToBob, "1"), ElementsAre("1"));
  EXPECT_THAT(sent(scout, kAlice, "2"), ElementsAre("2"));
  EXPECT_THAT(sent(scout, kAlice, "1", "message", Direction::kIn), ElementsAre("1"));
  EXPECT_THAT(scout.stanzas().seen(), ElementsAre(Opportunity{"gatekeeper", "message-deliver"},
                                                  Opportunity{"alice", "message-deliver"}));
  EXPECT_EQ(scout.stanzas().struck(), nullptr);
}

TEST(SingleFault, StrikesOnceAtThatNumber) {
  SingleFault drop(FaultAct::kDrop, 1);
  EXPECT_THAT(sent(drop, kToBob, "1"), ElementsAre("1"));
  EXPECT_EQ(drop.stanzas().struck(), nullptr);
  EXPECT_THAT(sent(drop, kAlice, "2"), IsEmpty());
  EXPECT_THAT(sent(drop, kAlice, "3"), ElementsAre("3"));
  ASSERT_NE(drop.stanzas().struck(), nullptr);
  EXPECT_EQ(drop.stanzas().struck()->at, "alice");
  SingleFault duplicate(FaultAct::kDuplicate, 0);
  EXPECT_THAT(sent(duplicate, kToBob, "1"), ElementsAre("1", "1"));
  EXPECT_THAT(sent(duplicate, kToBob, "2"), ElementsAre("2"));
}

TEST(SingleFault, WhatIsHeldFollowsTheNextOfItsOwnConnection) {
  SingleFault reorder(FaultAct::kReorder, 0);
  EXPECT_THAT(sent(reorder, kToBob, "1"), IsEmpty());
  EXPECT_THAT(sent(reorder, kToAlice, "2"), ElementsAre("2"));
  EXPECT_THAT(sent(reorder, kToBob, "3"), ElementsAre("3", "1"));
  EXPECT_THAT(sent(reorder, kToBob, "4"), ElementsAre("4"));
}

TEST(SingleFault, WhatIsHeldDoesNotPassToANewConnection) {
  SingleFault reorder(FaultAct::kReorder, 0);
  EXPECT_THAT(sent(reorder, kToBob, "1"), IsEmpty());
  EXPECT_THAT(sent(reorder, kToBob, "2", "success"), ElementsAre("2"));
  EXPECT_THAT(sent(reorder, kToBob, "3"), ElementsAre("3"));
}

TEST(SingleFault, AnAnswerSaysThatTheServiceIsUnavailable) {
  SingleFault fault(FaultAct::kUnavailable, 1);
  net::HttpRequest request;
  request.target = "/keys";
  for (const unsigned expected : {200U, 503U, 200U}) {
    net::HttpResponse response;
    response.status = 200;
    response.body = to_bytes(std::string_view("keys"));
    EXPECT_TRUE(fault.response(kToBob, Direction::kOut, "host", request, response));
    EXPECT_EQ(response.status, expected);
    EXPECT_EQ(response.body.empty(), expected == 503);
    // The same answer where it comes in is no other opportunity.
    EXPECT_TRUE(fault.response(kAlice, Direction::kIn, "host", request, response));
  }
  EXPECT_EQ(fault.answers().seen().size(), 3U);
  EXPECT_EQ(fault.answers().struck()->what, "GET /keys");
  EXPECT_THAT(sent(fault, kToBob, "1"), ElementsAre("1"));
}

TEST(SingleFault, AQuirkBeneathIsInForceToo) {
  Quirk drops;
  drops.role = Role::kGatekeeperServer;
  WireQuirk wire;
  wire.match = "message-*";
  drops.deviation = wire;
  QuirkSwitch quirk(drops);
  SingleFault fault(FaultAct::kDuplicate, 0, &quirk);
  EXPECT_THAT(sent(fault, kToBob, "1"), IsEmpty());
  EXPECT_THAT(sent(fault, kAlice, "2"), ElementsAre("2", "2"));
  drops.deviation = PolicyQuirk{"rule"};
  QuirkSwitch policy(drops);
  SingleFault over(FaultAct::kNone, std::nullopt, &policy);
  EXPECT_TRUE(over.departs(kToBob, "rule"));
  EXPECT_FALSE(over.departs(kToBob, "other"));
}

}  // namespace
}  // namespace parley::mocks::quirks
