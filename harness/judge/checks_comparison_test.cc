// Made-up cases in which a sender asks twice and is answered alike, or is not: by another stanza,
// by one more, by another result, or later. And cases in which leaving is harder than joining.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/judge/staged_case.h"

namespace parley::judge {
namespace {

using ::testing::HasSubstr;
using wire::Node;
using Direction = evidence::Direction;

constexpr Duration kAnswerTime = std::chrono::milliseconds(20);

Node question(std::string id) { return Node("iq", {{"id", std::move(id)}, {"type", "set"}}); }
Node answer(std::string id, std::string type = "result") {
  return Node("iq", {{"id", std::move(id)}, {"type", std::move(type)}});
}

void ask(StagedCase& staged, std::string_view label, const Node& reply,
         Duration takes = kAnswerTime) {
  staged.begin_step(label, "bob", "ping-user");
  staged.stanza("bob", Direction::kOut, "gatekeeper", question(std::string(label)));
  staged.now += takes;
  staged.stanza("bob", Direction::kIn, "gatekeeper", reply);
  staged.end_step(label, "bob", "ping-user", {});
}

const json::object kAlike = {
    {"steps", json::array{"one", "two"}}, {"at", "bob"}, {"blames", "gatekeeper"}};

TEST(Indistinguishable, PassesWhereOnlyNamesAndTimesDiffer) {
  StagedCase staged;
  ask(staged, "one", answer("a"));
  staged.now += std::chrono::hours(5);
  ask(staged, "two", answer("bcd"), kAnswerTime + std::chrono::milliseconds(5));
  staged.end();
  const Finding finding = staged.judge("indistinguishable", kAlike);
  EXPECT_EQ(told(finding), "pass/none/as-expected");
  EXPECT_EQ(finding.evidence.size(), 2U);
}

TEST(Indistinguishable, FailsOnAnotherAnswerAndBlamesWhomTheScenarioBlames) {
  StagedCase staged({"gatekeeper"});
  ask(staged, "one", answer("a"));
  ask(staged, "two", answer("b", "error"));
  staged.end();
  const Finding finding = staged.judge("indistinguishable", kAlike);
  EXPECT_EQ(told(finding), "fail/iut/distinguishable");
  EXPECT_EQ(finding.blamed, "gatekeeper");
  EXPECT_THAT(finding.observed, HasSubstr("error"));
}

// A refusal ends the case there and then: nothing after it is compared, and nothing needs to be.
TEST(Indistinguishable, FailsWhereOneIsRefusedAndAnEarlierOneWasNot) {
  StagedCase staged({"gatekeeper"});
  ask(staged, "one", answer("a"));
  staged.begin_step("two", "bob", "ping-user");
  staged.fail_step("two", "bob", "ping-user", "refused");
  staged.end(false);
  json::object arguments = kAlike;
  arguments["before"] = "never-reached";
  EXPECT_EQ(told(staged.judge("indistinguishable", arguments)), "fail/iut/distinguishable");
}

TEST(Indistinguishable, FailsOnWhatComesLaterForOneAlone) {
  StagedCase staged;
  ask(staged, "one", answer("a"));
  staged.stanza("bob", Direction::kIn, "gatekeeper", Node("receipt", {{"id", "a"}}));
  ask(staged, "two", answer("b"));
  staged.end();
  EXPECT_EQ(told(staged.judge("indistinguishable", kAlike)), "fail/peer/distinguishable");
}

TEST(Indistinguishable, FailsOnALongerContentAndOnALaterAnswer) {
  StagedCase longer;
  ask(longer, "one", Node("iq", {{"id", "a"}}, to_bytes(std::string_view("1234"))));
  ask(longer, "two", Node("iq", {{"id", "b"}}, to_bytes(std::string_view("12345"))));
  longer.end();
  EXPECT_EQ(told(longer.judge("indistinguishable", kAlike)), "fail/peer/distinguishable");

  StagedCase later;
  ask(later, "one", answer("a"));
  ask(later, "two", answer("b"), std::chrono::seconds(2));
  later.end();
  EXPECT_EQ(told(later.judge("indistinguishable", kAlike)), "fail/peer/distinguishable");
  json::object patient = kAlike;
  patient["within"] = "3s";
  EXPECT_EQ(told(later.judge("indistinguishable", patient)), "pass/none/as-expected");
}

TEST(Indistinguishable, ContentsOfOneSizeAreAlikeWhateverTheirBytes) {
  StagedCase staged;
  ask(staged, "one", Node("iq", {{"id", "a"}}, to_bytes(std::string_view("1234"))));
  ask(staged, "two", Node("iq", {{"id", "b"}}, Bytes{0xff, 0, 1, 2}));
  staged.end();
  EXPECT_EQ(told(staged.judge("indistinguishable", kAlike)), "pass/none/as-expected");
}

TEST(Indistinguishable, FailsOnAnotherResult) {
  StagedCase staged;
  staged.step("one", "bob", "ping-user");
  staged.begin_step("two", "bob", "ping-user");
  staged.fail_step("two", "bob", "ping-user", "refused");
  staged.end();
  EXPECT_EQ(told(staged.judge("indistinguishable", kAlike)), "fail/peer/distinguishable");
}

TEST(Indistinguishable, LooksNoFurtherThanItIsTold) {
  StagedCase staged;
  ask(staged, "one", answer("a"));
  ask(staged, "two", answer("b"));
  staged.step("later", "bob", "server-ping");
  staged.stanza("bob", Direction::kIn, "gatekeeper", answer("c"));
  staged.end();
  EXPECT_EQ(told(staged.judge("indistinguishable", kAlike)), "fail/peer/distinguishable");
  json::object bounded = kAlike;
  bounded["before"] = "later";
  EXPECT_EQ(told(staged.judge("indistinguishable", bounded)), "pass/none/as-expected");
}

TEST(Indistinguishable, NeverPassesForWantOfRecords) {
  StagedCase silent;
  silent.step("one", "bob", "ping-user");
  silent.step("two", "bob", "ping-user");
  silent.end();
  EXPECT_EQ(told(silent.judge("indistinguishable", kAlike)),
            "inconclusive/unknown/nothing-to-compare");

  StagedCase cut_off;
  ask(cut_off, "one", answer("a"));
  ask(cut_off, "two", answer("b"));
  EXPECT_EQ(told(cut_off.judge("indistinguishable", kAlike)), "error/harness/case-cut-off");

  StagedCase half;
  ask(half, "one", answer("a"));
  half.end();
  EXPECT_NE(half.judge("indistinguishable", kAlike).verdict, Verdict::kPass);

  json::object lonely = kAlike;
  lonely["steps"] = json::array{"one"};
  EXPECT_EQ(told(half.judge("indistinguishable", lonely)), "error/harness/bad-arguments");
}

const json::object kEasy = {{"giving", json::array{"join"}},
                            {"withdrawing", json::array{"leave"}},
                            {"blames", "whatsapp-user"}};

void act(StagedCase& staged, std::string_view label, int requests) {
  staged.begin_step(label, "alice", "set");
  for (int i = 0; i < requests; ++i) {
    staged.stanza("alice", Direction::kOut, "gatekeeper", question("q" + std::to_string(i)));
  }
  staged.end_step(label, "alice", "set", {});
}

TEST(WithdrawalAsEasy, PassesAndTellsTheNumbers) {
  StagedCase staged;
  act(staged, "join", 2);
  act(staged, "leave", 1);
  staged.end();
  const Finding finding = staged.judge("withdrawal-as-easy", kEasy);
  EXPECT_EQ(told(finding), "pass/none/as-expected");
  EXPECT_EQ(finding.observed, "giving: 1 act and 2 requests; withdrawing: 1 act and 1 request");
}

TEST(WithdrawalAsEasy, FailsOnMoreRequestsOrMoreActs) {
  StagedCase requests({"alice"});
  act(requests, "join", 1);
  act(requests, "leave", 2);
  requests.end();
  EXPECT_EQ(told(requests.judge("withdrawal-as-easy", kEasy)), "fail/iut/more-requests");

  StagedCase acts;
  act(acts, "join", 1);
  act(acts, "leave", 0);
  act(acts, "confirm", 0);
  acts.end();
  json::object arguments = kEasy;
  arguments["withdrawing"] = json::array{"leave", "confirm"};
  EXPECT_EQ(told(acts.judge("withdrawal-as-easy", arguments)), "fail/peer/more-acts");
}

// A product's requests, as the gatekeeper got them.
TEST(WithdrawalAsEasy, OfAProductTheGatekeeperSawTheRequests) {
  const auto judge = [](int joining, int leaving) {
    StagedCase staged({"alice"});
    for (const auto& [label, requests] :
         {std::pair("join", joining), std::pair("leave", leaving)}) {
      staged.begin_step(label, "alice", "set");
      for (int i = 0; i < requests; ++i) {
        staged.stanza("gatekeeper", Direction::kIn, "alice", question("q" + std::to_string(i)));
      }
      staged.end_step(label, "alice", "set", {});
    }
    staged.end();
    return told(staged.judge("withdrawal-as-easy", kEasy));
  };
  EXPECT_EQ(judge(2, 1), "pass/none/as-expected");
  EXPECT_EQ(judge(1, 2), "fail/iut/more-requests");
  EXPECT_EQ(judge(0, 0), "inconclusive/unknown/nothing-seen");
}

// Whoever only says that it did both has made neither easy.
TEST(WithdrawalAsEasy, SaysNothingWhereNoRequestWasSeen) {
  StagedCase staged({"alice"});
  act(staged, "join", 0);
  act(staged, "leave", 0);
  staged.end();
  EXPECT_EQ(told(staged.judge("withdrawal-as-easy", kEasy)), "inconclusive/unknown/nothing-seen");
}

TEST(WithdrawalAsEasy, SaysNothingOfActsThatDidNotHappen) {
  StagedCase staged;
  act(staged, "join", 1);
  staged.begin_step("leave", "alice", "set");
  staged.fail_step("leave", "alice", "set", "timeout");
  staged.end();
  EXPECT_NE(staged.judge("withdrawal-as-easy", kEasy).verdict, Verdict::kPass);
  json::object arguments = kEasy;
  arguments["giving"] = json::array{};
  EXPECT_EQ(told(staged.judge("withdrawal-as-easy", arguments)), "error/harness/bad-arguments");
}

}  // namespace
}  // namespace parley::judge
