// HTTP exchanges and stanzas at one party, with others around that must not be taken for them.
#include <gtest/gtest.h>

#include "harness/judge/staged_case.h"

namespace parley::judge {
namespace {

using Direction = evidence::Direction;
using Tap = evidence::Tap;

void exchange(StagedCase& staged, std::string_view target, int status,
              std::string_view peer = "egress.whatsapp.net") {
  staged.add(Tap::kHttp, "acme", "http.request", {{"method", "GET"}, {"target", target}},
             Direction::kIn, std::string(peer));
  if (status == 0) return;
  staged.add(Tap::kHttp, "acme", "http.response",
             {{"method", "GET"}, {"target", target}, {"status", status}}, Direction::kOut,
             std::string(peer));
}

json::object exchange_arguments(json::object more = {}) {
  json::object arguments = {{"at", "acme"}, {"blames", "gatekeeper"}};
  for (auto& member : more) arguments[member.key()] = std::move(member.value());
  return arguments;
}

TEST(HttpExchange, MatchesWhatIsAskedFor) {
  StagedCase staged;
  exchange(staged, "/keys?x=1", 200);
  exchange(staged, "/media/1", 404);
  staged.end();
  const auto judge = [&](json::object more) {
    return told(staged.judge("http-exchange", exchange_arguments(std::move(more))));
  };
  EXPECT_EQ(judge({{"target", "/keys*"}}), "pass/none/as-expected");
  EXPECT_EQ(judge({{"target", "/keys*"}, {"status", 200}, {"method", "GET"}, {"direction", "in"}}),
            "pass/none/as-expected");
  EXPECT_EQ(judge({{"target", "/keys"}}), "fail/peer/not-seen");
  EXPECT_EQ(judge({{"target", "/keys*"}, {"status", 404}}), "fail/peer/not-seen");
  EXPECT_EQ(judge({{"target", "/media/*"}, {"status", 200}}), "fail/peer/not-seen");
  EXPECT_EQ(judge({{"target", "/media/*"}, {"status", 404}}), "pass/none/as-expected");
  EXPECT_EQ(judge({{"method", "POST"}}), "fail/peer/not-seen");
  EXPECT_EQ(judge({{"direction", "out"}}), "inconclusive/peer/not-asked") << "by acme itself";
  EXPECT_EQ(judge({{"direction", "out"}, {"count", 0}}), "pass/none/as-expected");
  EXPECT_EQ(judge({{"count", 2}}), "pass/none/as-expected");
  EXPECT_EQ(judge({{"count", 1}}), "fail/peer/wrong-count");
  EXPECT_EQ(judge({{"count", 3}}), "fail/peer/wrong-count");
  EXPECT_EQ(told(staged.judge("http-exchange",
                              exchange_arguments({{"at", "bob"}, {"target", "/keys*"}}))),
            "fail/peer/not-seen");
}

// A partner answers for what it serves, not for a media host that never asks.
TEST(HttpExchange, WhoIsToAnswerIsToBlameForABadAnswerOnly) {
  const auto judge = [](int status, std::vector<std::string> iut, std::string_view blames) {
    StagedCase staged(std::move(iut));
    json::object facts = {{"method", "GET"}, {"target", "/REF"}};
    if (status != 0) {
      staged.add(Tap::kHttp, "gatekeeper", "http.request", facts, Direction::kOut,
                 "acme.partner.test");
      facts["status"] = status;
      staged.add(Tap::kHttp, "gatekeeper", "http.response", facts, Direction::kIn,
                 "acme.partner.test");
    }
    staged.end();
    return told(staged.judge("http-exchange", {{"at", "gatekeeper"},
                                               {"direction", "out"},
                                               {"target", "/REF"},
                                               {"status", 200},
                                               {"count", 1},
                                               {"blames", blames}}));
  };
  EXPECT_EQ(judge(200, {"acme"}, "partner"), "pass/none/as-expected");
  EXPECT_EQ(judge(404, {"acme"}, "partner"), "fail/iut/not-seen");
  EXPECT_EQ(judge(0, {"acme"}, "partner"), "inconclusive/peer/not-asked");
  EXPECT_EQ(judge(0, {"gatekeeper"}, "partner"), "inconclusive/iut/not-asked");
  EXPECT_EQ(judge(0, {"gatekeeper"}, "gatekeeper"), "fail/iut/not-seen");
}

TEST(HttpExchange, AResponseBelongsToOneRequestOnly) {
  StagedCase staged;
  exchange(staged, "/a", 0);
  exchange(staged, "/a", 0, "other.host");
  exchange(staged, "/a", 200);
  staged.end();
  EXPECT_EQ(
      told(staged.judge("http-exchange", exchange_arguments({{"status", 200}, {"count", 1}}))),
      "pass/none/as-expected");
  EXPECT_EQ(told(staged.judge("http-exchange", exchange_arguments({{"count", 3}}))),
            "pass/none/as-expected");
}

TEST(HttpExchange, NoneIsProvenByACompletedCaseOnly) {
  for (const bool completed : {true, false}) {
    StagedCase staged;
    staged.end(completed);
    EXPECT_EQ(told(staged.judge("http-exchange", exchange_arguments({{"count", 0}}))),
              completed ? "pass/none/as-expected" : "inconclusive/unknown/case-ended-early");
  }
  const StagedCase cut_off;
  EXPECT_EQ(told(cut_off.judge("http-exchange", exchange_arguments({{"count", 0}}))),
            "error/harness/case-cut-off");
  EXPECT_EQ(told(cut_off.judge("http-exchange", exchange_arguments())),
            "error/harness/case-cut-off");
  StagedCase staged;
  staged.end();
  EXPECT_EQ(told(staged.judge("http-exchange", exchange_arguments({{"at", "carol"}}))),
            "error/harness/no-such-actor");
}

wire::Node composing(std::string_view from) {
  return wire::Node("chatstate", {{"from", std::string(from)}},
                    wire::Nodes{wire::Node("composing")});
}

TEST(StanzaSeen, MatchesOperationDirectionAndContent) {
  StagedCase staged;
  staged.stanza("bob", Direction::kIn, "gatekeeper", composing(kAliceJid), "chatstate");
  staged.stanza("gatekeeper", Direction::kOut, "bob", composing(kAliceJid), "chatstate");
  staged.end();
  const auto judge = [&](json::object more) {
    json::object arguments = {{"at", "bob"}, {"operation", "chatstate"}, {"blames", "gatekeeper"}};
    for (auto& member : more) arguments[member.key()] = std::move(member.value());
    return told(staged.judge("stanza-seen", std::move(arguments)));
  };
  EXPECT_EQ(judge({}), "pass/none/as-expected");
  EXPECT_EQ(judge({{"direction", "in"}, {"count", 1}}), "pass/none/as-expected");
  EXPECT_EQ(judge({{"direction", "out"}}), "fail/peer/not-seen");
  EXPECT_EQ(judge({{"count", 2}}), "fail/peer/wrong-count");
  EXPECT_EQ(judge({{"count", 0}}), "fail/peer/wrong-count");
  EXPECT_EQ(judge({{"where", {{"attrs", {{"from", kAliceJid}}}}}}), "pass/none/as-expected");
  EXPECT_EQ(judge({{"where", {{"from", kAliceJid}}}}), "pass/none/as-expected");
  EXPECT_EQ(judge({{"where", {{"from", kBobJid}}}}), "fail/peer/not-seen");
  EXPECT_EQ(judge({{"operation", "server-ping"}}), "fail/peer/not-seen");
  EXPECT_EQ(judge({{"operation", "sever-ping"}}), "error/harness/no-such-operation");
  EXPECT_EQ(judge({{"at", "alice"}}), "fail/peer/not-seen");
}

}  // namespace
}  // namespace parley::judge
