// The world: test cases alone, some of which have the gatekeeper do what only the harness does.
#include "harness/cli/gatekeeper_acts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;

scenario::Actor actor(const char* id, scenario::ActorKind kind) {
  scenario::Actor out;
  out.id = id;
  out.kind = kind;
  return out;
}

scenario::TestCase case_of(const char* who, const char* operation, const char* arguments = "{}") {
  scenario::TestCase out;
  out.actors = {actor("wa", scenario::ActorKind::kGatekeeper),
                actor("birdy", scenario::ActorKind::kPartner),
                actor("bob", scenario::ActorKind::kPartnerUser)};
  scenario::Operation act;
  act.actor = who;
  act.operation = operation;
  act.arguments = parse_json(arguments).value().get_object();
  scenario::Step step;
  step.act = act;
  out.steps.push_back(step);
  return out;
}

TEST(GatekeeperActs, AttacksAndFaultsAreTheHarnesss) {
  EXPECT_THAT(needs_harness_act(case_of("wa", "fault")),
              AllOf(HasSubstr("\"fault\" in the place of wa"), HasSubstr("sealed")));
  for (const char* operation : {"inject", "set", "probe-tls"}) {
    EXPECT_NE(needs_harness_act(case_of("wa", operation)), "") << operation;
    EXPECT_TRUE(is_harness_act(operation)) << operation;
  }
}

TEST(GatekeeperActs, WhatAGatekeeperDoesItselfIsAskedOfIt) {
  for (const char* operation : {"announce-partner", "mailbox", "reinstate", "report-abuse",
                                "retire-version", "server-ping", "stream-error", "suspend"}) {
    EXPECT_EQ(needs_harness_act(case_of("wa", operation)), "") << operation;
    EXPECT_FALSE(is_harness_act(operation)) << operation;
  }
}

TEST(GatekeeperActs, AConnectionIsCutOnTheHarnesssOwnLine) {
  EXPECT_TRUE(is_harness_act("cut-connection")) << "it is not asked of a product";
  scenario::TestCase cut = case_of("wa", "cut-connection", R"({"to":"bob"})");
  cut.actors[2].of = "birdy";
  EXPECT_EQ(needs_harness_act(cut), "");
  cut.actors[1].settings["proxy"] = true;
  EXPECT_THAT(needs_harness_act(cut), HasSubstr("its partner's proxy"));
  cut.actors[1].settings["proxy"] = false;
  cut.actors[2].settings["transport"] = "websocket";
  EXPECT_THAT(needs_harness_act(cut), HasSubstr("TLS is around"));
}

TEST(GatekeeperActs, OthersHaveOperationsOfTheSameName) {
  EXPECT_EQ(needs_harness_act(case_of("bob", "inject")), "");
  EXPECT_EQ(needs_harness_act(case_of("birdy", "set")), "");
  EXPECT_EQ(needs_harness_act(case_of("birdy", "probe-tls")), "");
}

TEST(GatekeeperActs, APushIsTheGatekeepersUnlessItIsForged) {
  EXPECT_EQ(needs_harness_act(case_of("wa", "send-push", R"({"to":"bob"})")), "");
  EXPECT_FALSE(is_harness_act("send-push"));
  for (const char* arguments : {R"({"to":"bob","token":"forged"})", R"({"to":"bob","tls":"1.2"})",
                                R"({"to":"bob","identifier":"nobody"})"}) {
    EXPECT_THAT(needs_harness_act(case_of("wa", "send-push", arguments)), HasSubstr("no sound"));
  }
}

TEST(GatekeeperActs, AProductIsNotToldToMisbehave) {
  scenario::TestCase told = case_of("bob", "connect");
  EXPECT_EQ(needs_harness_act(told), "");
  told.actors[0].settings["fault"] = "trusts-reports";
  EXPECT_THAT(needs_harness_act(told), HasSubstr("has wa misbehave"));
}

}  // namespace
}  // namespace parley::cli
