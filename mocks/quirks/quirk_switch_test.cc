// Stanzas and requests pass two gatekeeper's servers and a partner's, while one quirk is in force.
#include "mocks/quirks/quirk_switch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::mocks::quirks {
namespace {

using evidence::Direction;
using evidence::Role;
using testing::ElementsAre;
using testing::IsEmpty;

Observer gatekeeper(std::string party = "gatekeeper") {
  return {nullptr, Role::kGatekeeperServer, std::move(party)};
}

Quirk quirk(std::variant<WireQuirk, PolicyQuirk> deviation) {
  Quirk out;
  out.id = "q";
  out.role = Role::kGatekeeperServer;
  out.deviation = std::move(deviation);
  return out;
}

WireQuirk on_messages(Action act, std::string path = {}, std::string value = {}) {
  WireQuirk wire;
  wire.at = Point::kStanzaOut;
  wire.match = "message-*";
  wire.act = act;
  wire.path = std::move(path);
  wire.value = std::move(value);
  return wire;
}

// The ids of what passes in place of a message with that id.
std::vector<std::string> passed(Interceptor& in, const Observer& at, std::string id,
                                std::string_view operation = "message-deliver",
                                Direction direction = Direction::kOut) {
  std::vector<std::string> out;
  for (const wire::Node& node :
       in.stanza(at, direction, operation, wire::Node("message", {{"id", std::move(id)}}))) {
    out.emplace_back(node.attribute("id"));
  }
  return out;
}

TEST(QuirkSwitch, DropsDuplicatesAndHolds) {
  const Quirk drops = quirk(on_messages(Action::kDrop));
  QuirkSwitch drop(drops);
  EXPECT_THAT(passed(drop, gatekeeper(), "1"), IsEmpty());
  EXPECT_EQ(drop.applied(), 1U);
  const Quirk duplicates = quirk(on_messages(Action::kDuplicate));
  QuirkSwitch duplicate(duplicates);
  EXPECT_THAT(passed(duplicate, gatekeeper(), "1"), ElementsAre("1", "1"));
  WireQuirk hold = on_messages(Action::kHold);
  hold.count = 1;
  const Quirk holds = quirk(hold);
  QuirkSwitch holding(holds);
  const Observer one = gatekeeper();
  const Observer other = gatekeeper();
  EXPECT_THAT(passed(holding, one, "1"), IsEmpty());
  EXPECT_THAT(passed(holding, other, "9", "ack"), ElementsAre("9"));
  EXPECT_THAT(passed(holding, one, "2"), ElementsAre("2", "1"));
  EXPECT_THAT(passed(holding, one, "3"), ElementsAre("3"));
  EXPECT_EQ(holding.applied(), 1U);
}

TEST(QuirkSwitch, WhatIsHeldIsLostWithItsConnection) {
  WireQuirk hold = on_messages(Action::kHold);
  hold.count = 1;
  const Quirk holds = quirk(hold);
  QuirkSwitch holding(holds);
  const Observer at = gatekeeper();
  EXPECT_THAT(passed(holding, at, "1"), IsEmpty());
  EXPECT_EQ(holding.stanza(at, Direction::kOut, "success", wire::Node("success")).size(), 1U);
  EXPECT_THAT(passed(holding, at, "2"), ElementsAre("2"));
}

TEST(QuirkSwitch, LeavesOtherRolesPointsAndOperationsAlone) {
  const Quirk edits = quirk(on_messages(Action::kSet, "@id", "0"));
  QuirkSwitch in_force(edits);
  const Observer partner{nullptr, Role::kPartnerServer, "birdy"};
  EXPECT_THAT(passed(in_force, partner, "1"), ElementsAre("1"));
  EXPECT_THAT(passed(in_force, gatekeeper(), "1", "receipt"), ElementsAre("1"));
  EXPECT_THAT(passed(in_force, gatekeeper(), "1", "message-deliver", Direction::kIn),
              ElementsAre("1"));
  EXPECT_EQ(in_force.applied(), 0U);
  EXPECT_THAT(passed(in_force, gatekeeper(), "1"), ElementsAre("0"));
  EXPECT_EQ(in_force.applied(), 1U);
}

TEST(QuirkSwitch, AppliesToTheMatchesThatItNames) {
  WireQuirk wire = on_messages(Action::kDrop);
  wire.first = 2;
  wire.count = 2;
  const Quirk some = quirk(wire);
  QuirkSwitch in_force(some);
  EXPECT_THAT(passed(in_force, gatekeeper(), "1"), ElementsAre("1"));
  EXPECT_THAT(passed(in_force, gatekeeper(), "2"), IsEmpty());
  EXPECT_THAT(passed(in_force, gatekeeper(), "3"), IsEmpty());
  EXPECT_THAT(passed(in_force, gatekeeper(), "4"), ElementsAre("4"));
  EXPECT_THAT(passed(in_force, gatekeeper("another"), "5"), ElementsAre("5"));
}

TEST(QuirkSwitch, RequestsAndAnswers) {
  WireQuirk wire;
  wire.at = Point::kRequestOut;
  wire.match = "POST /push";
  wire.host = "*.partner.test";
  wire.act = Action::kDrop;
  const Quirk drops = quirk(wire);
  QuirkSwitch in_force(drops);
  net::HttpRequest push;
  push.method = "POST";
  push.target = "/push";
  EXPECT_TRUE(in_force.request(gatekeeper(), Direction::kOut, "elsewhere.test", push));
  EXPECT_TRUE(in_force.request(gatekeeper(), Direction::kIn, "birdy.partner.test", push));
  EXPECT_FALSE(in_force.request(gatekeeper(), Direction::kOut, "birdy.partner.test", push));
  EXPECT_EQ(in_force.applied(), 1U);
  wire.at = Point::kResponseIn;
  wire.act = Action::kSet;
  wire.path = "status";
  wire.value = "500";
  const Quirk misreads = quirk(wire);
  QuirkSwitch misreading(misreads);
  net::HttpResponse answer;
  EXPECT_TRUE(
      misreading.response(gatekeeper(), Direction::kIn, "birdy.partner.test", push, answer));
  EXPECT_EQ(answer.status, 500U);
  EXPECT_EQ(misreading.applied(), 1U);
}

TEST(QuirkSwitch, ARuleIsBrokenByTheRoleThatHasTheQuirk) {
  const Quirk breaks = quirk(PolicyQuirk{"consent"});
  QuirkSwitch in_force(breaks);
  const Observer partner{nullptr, Role::kPartnerServer, "birdy"};
  EXPECT_FALSE(in_force.departs(gatekeeper(), "blocks"));
  EXPECT_FALSE(in_force.departs(partner, "consent"));
  EXPECT_EQ(in_force.applied(), 0U);
  EXPECT_TRUE(in_force.departs(gatekeeper(), "consent"));
  EXPECT_EQ(in_force.applied(), 1U);
}

TEST(QuirkScout, NotesWhatWouldBeChangedAndChangesNothing) {
  WireQuirk interop = on_messages(Action::kDrop);
  interop.where = "@id";
  interop.where_is = "x*";
  const std::vector<Quirk> quirks = {quirk(on_messages(Action::kDrop)), quirk(interop),
                                     quirk(PolicyQuirk{"consent"}), quirk(PolicyQuirk{"blocks"})};
  QuirkScout scout(quirks);
  EXPECT_THAT(passed(scout, gatekeeper(), "1"), ElementsAre("1"));
  EXPECT_FALSE(scout.departs(gatekeeper(), "blocks"));
  EXPECT_THAT(scout.found(), ElementsAre(0U, 3U));
  EXPECT_THAT(passed(scout, gatekeeper(), "x1"), ElementsAre("x1"));
  EXPECT_THAT(scout.found(), ElementsAre(0U, 1U, 3U));
}

}  // namespace
}  // namespace parley::mocks::quirks
