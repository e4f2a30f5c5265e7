// One person of acme at two services, bob at WhatsApp and rob at Messenger, who write to alice and
// to anna. Somebody opts in or out at WhatsApp; what becomes of messages is told by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/judge/service_view.h"
#include "harness/judge/staged_services.h"

namespace parley::judge {
namespace {

using Direction = evidence::Direction;
using testing::HasSubstr;

enum class Seen { kArrived, kWithheld, kNowhere };

class ServicesTest : public testing::Test {
 protected:
  /// A message of that label, and what became of it.
  void send(std::string_view label, Seen seen) {
    const bool there = label.starts_with("there");
    const std::string from = there ? "rob" : "bob";
    const std::string to = there ? "anna" : "alice";
    const std::string gatekeeper = there ? "me" : "wa";
    const std::string id = "ID-" + std::string(label);
    staged_.step(label, from, "send-text", {{"id", id}}, {{"to", to}, {"text", "x"}});
    if (seen == Seen::kNowhere) return;
    const wire::Node message("message", {{"id", id}});
    staged_.stanza(gatekeeper, Direction::kIn, from, message);
    staged_.stanza(from, Direction::kIn, gatekeeper, wire::Node("ack", {{"id", id}}));
    if (seen == Seen::kWithheld) return;
    staged_.stanza(gatekeeper, Direction::kOut, to, message);
    staged_.stanza(to, Direction::kIn, gatekeeper, message);
  }
  Finding judge(const json::object& more = {}) {
    staged_.end();
    json::object arguments = {{"act", "act"},
                              {"changed", texts({"here-1", "here-2"})},
                              {"unchanged", texts({"there-1", "there-2"})},
                              {"sentinel", "there-3"},
                              {"blames", "gatekeeper"}};
    for (const auto& [key, value] : more) arguments[key] = value;
    return staged_.judge("services-independent", arguments);
  }
  void act() { staged_.step("act", "alice", "set"); }
  /// Two messages at WhatsApp, two at Messenger around the act, and a sentinel.
  Finding play(Seen here_1, Seen there_1, Seen here_2, Seen there_2, Seen there_3) {
    send("here-1", here_1);
    send("there-1", there_1);
    act();
    send("here-2", here_2);
    send("there-2", there_2);
    staged_.step("act-there", "anna", "set");
    send("there-3", there_3);
    return judge();
  }

  StagedCase staged_ = two_services({"wa", "me"});
};

constexpr Seen kYes = Seen::kArrived;
constexpr Seen kNo = Seen::kWithheld;

TEST_F(ServicesTest, ConsentAtOneIsNoneAtTheOther) {
  const Finding finding = play(kNo, kNo, kYes, kNo, kYes);
  EXPECT_EQ(told(finding), "pass/none/as-expected");
  EXPECT_THAT(finding.observed, HasSubstr("\"there-2\" was withheld"));
  EXPECT_FALSE(finding.evidence.empty());
}

TEST_F(ServicesTest, WithdrawalAtOneIsNoneAtTheOther) {
  EXPECT_EQ(told(play(kYes, kYes, kNo, kYes, kNo)), "pass/none/as-expected");
}

TEST_F(ServicesTest, ConsentThatCrossesOverIsTheGatekeepersFault) {
  const Finding finding = play(kNo, kNo, kYes, kYes, kYes);
  EXPECT_EQ(told(finding), "fail/iut/crossed-over");
  EXPECT_EQ(finding.blamed, "gatekeeper");
  EXPECT_THAT(finding.observed, HasSubstr("nobody acted there"));
}

TEST_F(ServicesTest, WithdrawalThatCrossesOverIsTheGatekeepersFault) {
  EXPECT_EQ(told(play(kYes, kYes, kNo, kNo, kNo)), "fail/iut/crossed-over");
}

TEST_F(ServicesTest, AClientThatCarriesItOverItselfIsBlamedForIt) {
  send("here-1", kYes);
  send("there-1", kYes);
  act();
  staged_.stanza("me", Direction::kIn, "rob.device.test", wire::Node("iq", {{"id", "1"}}),
                 "blocklist-set");
  send("here-2", kNo);
  send("there-2", kNo);
  send("there-3", kNo);
  const Finding finding = judge();
  EXPECT_EQ(told(finding), "fail/peer/carried-over");
  EXPECT_EQ(finding.blamed, "partner-user");
  EXPECT_THAT(finding.observed, HasSubstr("rob asked for it"));
}

// A frame that is held up on its way meets with the consent that the next step gives.
TEST_F(ServicesTest, AMessageThatComesOnlyAfterALaterActTellsNothing) {
  send("here-1", kNo);
  send("there-1", kNo);
  act();
  send("here-2", kYes);
  staged_.step("there-2", "rob", "send-text", {{"id", "ID-there-2"}},
               {{"to", "anna"}, {"text", "x"}});
  staged_.stanza("me", Direction::kIn, "anna.device.test", wire::Node("iq", {{"id", "1"}}),
                 "settings-set");
  const wire::Node message("message", {{"id", "ID-there-2"}});
  staged_.stanza("me", Direction::kIn, "rob", message);
  staged_.stanza("me", Direction::kOut, "anna", message);
  staged_.stanza("anna", Direction::kIn, "me", message);
  send("there-3", kYes);
  EXPECT_EQ(told(judge()), "inconclusive/unknown/came-late");
}

TEST_F(ServicesTest, ARequestAtTheServiceOfTheActExcusesNobody) {
  send("here-1", kYes);
  send("there-1", kYes);
  act();
  staged_.stanza("wa", Direction::kIn, "alice.device.test", wire::Node("iq", {{"id", "1"}}),
                 "settings-set");
  send("here-2", kNo);
  send("there-2", kNo);
  send("there-3", kNo);
  EXPECT_EQ(told(judge()), "fail/iut/crossed-over");
}

TEST_F(ServicesTest, WhatStopsTheTestCaseIsSeenToHaveCrossedOver) {
  send("here-1", kYes);
  send("there-1", kYes);
  act();
  staged_.begin_step("there-2", "rob", "send-text", {{"to", "anna"}});
  staged_.fail_step("there-2", "rob", "send-text", "refused");
  staged_.end(false);
  EXPECT_EQ(told(judge()), "fail/iut/crossed-over");
}

TEST_F(ServicesTest, AnActWithoutEffectTellsNothing) {
  EXPECT_EQ(told(play(kNo, kNo, kNo, kNo, kYes)), "inconclusive/unknown/act-without-effect");
}

TEST_F(ServicesTest, SilenceThatNothingEndsTellsNothing) {
  EXPECT_EQ(told(play(kNo, kNo, kYes, kNo, kNo)), "inconclusive/unknown/sentinel-alike");
  EXPECT_EQ(told(two_services().judge("services-independent", {{"act", "act"},
                                                               {"changed", texts({"a", "b"})},
                                                               {"unchanged", texts({"c", "d"})},
                                                               {"sentinel", "e"},
                                                               {"blames", "gatekeeper"}})),
            "error/harness/case-cut-off");
}

TEST_F(ServicesTest, AMessageThatNoServerTookTellsNothing) {
  EXPECT_EQ(told(play(kNo, kNo, kYes, Seen::kNowhere, kYes)),
            "inconclusive/unknown/message-not-taken");
}

TEST_F(ServicesTest, AReceiverWhoHasGoneTellsNothing) {
  staged_.event("anna", "connected", {});
  send("here-1", kYes);
  send("there-1", kYes);
  act();
  staged_.event("anna", "disconnected", {});
  send("here-2", kNo);
  send("there-2", kNo);
  send("there-3", kNo);
  EXPECT_EQ(told(judge()), "inconclusive/unknown/receiver-away");
}

TEST_F(ServicesTest, WhatComparesNothingIsAFaultOfTheScenario) {
  send("here-1", kNo);
  send("there-1", kNo);
  act();
  send("here-2", kYes);
  send("there-2", kNo);
  send("there-3", kYes);
  EXPECT_EQ(told(judge({{"unchanged", texts({"here-1", "here-2"})}})),
            "error/harness/senseless-comparison");
  EXPECT_EQ(told(judge({{"unchanged", texts({"there-2", "there-1"})}})),
            "error/harness/senseless-comparison");
  EXPECT_EQ(told(judge({{"unchanged", texts({"there-1"})}})), "error/harness/wrong-count");
  EXPECT_EQ(told(judge({{"sentinel", "act"}})), "error/harness/no-message");
}

TEST_F(ServicesTest, WithoutTheActThereIsNoVerdict) {
  send("here-1", kNo);
  staged_.begin_step("act", "alice", "set");
  staged_.fail_step("act", "alice", "set", "timeout");
  staged_.end(false);
  EXPECT_EQ(told(judge()), "inconclusive/network/step-not-performed");
}

TEST(ServiceView, EveryHostIsOfTheServicesOwnGatekeeper) {
  const StagedCase staged = two_services();
  StagedCase copy = staged;
  const CaseView view(copy.records());
  EXPECT_EQ(view.actor_at("egress.whatsapp.net"), "wa");
  EXPECT_EQ(view.actor_at("whatsapp.com"), "wa");
  EXPECT_EQ(view.actor_at("chat.messenger.test"), "me");
  EXPECT_EQ(service_of(view, "bob"), "whatsapp");
  EXPECT_EQ(service_of(view, "rob"), "messenger");
  EXPECT_EQ(service_of(view, "acme"), "");
  EXPECT_EQ(service_of(view, "nobody"), "");
  EXPECT_EQ(gatekeeper_of(view, "messenger"), "me");
  EXPECT_EQ(gatekeeper_of(view, "other"), "");
}

TEST(ServiceView, UsersAreOfTheOnlyServiceThereIs) {
  StagedCase staged({}, false);
  staged.step_record("case.begin", {{"case", "staged"},
                                    {"actors",
                                     {{"me", {{"kind", "gatekeeper"}, {"service", "messenger"}}},
                                      {"anna", {{"kind", "whatsapp-user"}}}}}});
  const CaseView view(staged.records());
  EXPECT_EQ(service_of(view, "anna"), "messenger");
  EXPECT_EQ(view.actor_at("egress.whatsapp.net"), "");
}

}  // namespace
}  // namespace parley::judge
