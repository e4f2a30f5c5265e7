// The world: a gatekeeper in whose seat there is a product, so that only alice's client, bob's
// client and the partner's server have written down what passed between them and it.
#include "harness/judge/other_end.h"

#include <gtest/gtest.h>

#include <tuple>

#include "harness/judge/staged_case.h"

namespace parley::judge {
namespace {

using Direction = evidence::Direction;
using evidence::Tap;

json::object call(std::string_view target) {
  return {{"method", "POST"}, {"target", target}, {"host", "x"}};
}

// Bob asks for an account, and a ping of his comes to nobody but the gatekeeper.
StagedCase enlisting(std::vector<std::string> iut, std::int64_t status = 200) {
  StagedCase staged(std::move(iut));
  staged.add(Tap::kHttp, "bob", "http.request", call("/reg"), Direction::kOut, "v.whatsapp.net");
  json::object answer = call("/reg");
  answer["status"] = status;
  staged.add(Tap::kHttp, "bob", "http.response", std::move(answer), Direction::kIn,
             "v.whatsapp.net");
  const wire::Node ping("iq", {{"id", "1"}, {"type", "get"}, {"xmlns", "w:p"}});
  staged.stanza("bob", Direction::kOut, "chat.whatsapp.net", ping, "server-ping");
  staged.end();
  return staged;
}

const json::object kEnlisted = {{"at", "gatekeeper"}, {"direction", "in"},
                                {"method", "POST"},   {"target", "/reg"},
                                {"status", 200},      {"blames", "gatekeeper"}};
const json::object kPinged = {{"at", "gatekeeper"},
                              {"direction", "in"},
                              {"operation", "server-ping"},
                              {"blames", "partner-user"}};

TEST(OtherEnd, AProductsExchangesAreSeenByWhoTheyWereWith) {
  const StagedCase staged = enlisting({"gatekeeper"});
  EXPECT_EQ(told(staged.judge("http-exchange", kEnlisted)), "pass/none/as-expected");
  EXPECT_EQ(told(staged.judge("stanza-seen", kPinged)), "pass/none/as-expected");
  json::object sent = kEnlisted;
  sent["direction"] = "out";
  EXPECT_EQ(told(staged.judge("http-exchange", sent)), "fail/iut/not-seen") << "it was the callee";
}

TEST(OtherEnd, WhatAProductAnsweredWrongIsItsOwn) {
  const StagedCase staged = enlisting({"gatekeeper"}, 500);
  EXPECT_EQ(told(staged.judge("http-exchange", kEnlisted)), "fail/iut/not-seen");
}

// What a client sent may never have come to a mock, which would have said so itself.
TEST(OtherEnd, AMockSpeaksForItself) {
  EXPECT_EQ(told(enlisting({}).judge("http-exchange", kEnlisted)), "fail/peer/not-seen");
  EXPECT_EQ(told(enlisting({"bob"}).judge("stanza-seen", kPinged)), "fail/iut/not-seen");
}

// A mock with a defect is called the one under test, and goes on writing.
TEST(OtherEnd, NothingIsCountedTwice) {
  StagedCase staged({"gatekeeper"});
  for (const auto& [party, direction, peer] :
       {std::tuple("bob", Direction::kOut, "v.whatsapp.net"),
        std::tuple("gatekeeper", Direction::kIn, "bob.device.test")}) {
    staged.add(Tap::kHttp, party, "http.request", call("/reg"), direction, peer);
  }
  staged.end();
  json::object once = kEnlisted;
  once.erase("status");
  once["count"] = 1;
  EXPECT_EQ(told(staged.judge("http-exchange", once)), "pass/none/as-expected");
}

TEST(OtherEnd, ARecordIsReadTheOtherWayRound) {
  StagedCase staged({"gatekeeper"});
  staged.add(Tap::kHttp, "acme", "http.request", call("/push"), Direction::kIn,
             "egress.whatsapp.net");
  staged.add(Tap::kHttp, "bob", "http.request", call("/token"), Direction::kOut,
             "acme.partner.test");
  staged.event("bob", "connected", {});
  const CaseView view(staged.records());
  const Sightings sightings(view);
  const auto& records = view.records();
  const auto push = sightings.at_gatekeeper(records[1]);
  ASSERT_TRUE(push.has_value());
  EXPECT_EQ(push->direction, Direction::kOut);
  EXPECT_EQ(push->peer, "acme");
  EXPECT_FALSE(sightings.at_gatekeeper(records[2]).has_value()) << "between bob and his partner";
  EXPECT_FALSE(sightings.at(records[3], "gatekeeper").has_value()) << "no exchange";
  EXPECT_EQ(sightings.at(records[2], "bob")->peer, "acme.partner.test");
}

}  // namespace
}  // namespace parley::judge
