// The world: a partner's client under test, whose end of the chat connection nobody records, and
// the gatekeeper at the other end; and a gatekeeper in whose seat there is a product, so that only
// alice's client, bob's client and the partner's server have written down what passed.
#include "harness/judge/other_end.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>

#include "harness/judge/check.h"
#include "harness/judge/staged_case.h"
#include "harness/judge/staged_services.h"

namespace parley::judge {
namespace {

using evidence::Direction;
using evidence::Tap;

wire::Node ping() { return wire::Node("iq", {{"id", "1"}, {"type", "get"}, {"xmlns", "w:p"}}); }

// What the gatekeeper saw of a client that pinged it, while alice did the same.
StagedCase pinged(std::vector<std::string> iut) {
  StagedCase staged(std::move(iut));
  staged.stanza("gatekeeper", Direction::kIn, "bob", ping(), "server-ping");
  staged.stanza("gatekeeper", Direction::kIn, "alice", ping(), "server-ping");
  staged.end();
  return staged;
}

TEST(OtherEnd, AnActorUnderTestHasWhatItsPeerRecorded) {
  StagedCase staged = pinged({"bob"});
  const auto both = seen_from_both_ends(staged.records());
  ASSERT_EQ(both.size(), staged.records().size() + 1);
  const evidence::Record& own = both[2];
  EXPECT_EQ(own.party, "bob");
  EXPECT_EQ(own.role, evidence::Role::kPartnerClient);
  EXPECT_EQ(own.peer, "gatekeeper");
  EXPECT_EQ(own.direction, Direction::kOut);
  EXPECT_EQ(own.seq, both[1].seq) << "findings cite what was recorded";
  EXPECT_EQ(own.body, both[1].body);
}

TEST(OtherEnd, HostsAreTheirActors) {
  StagedCase staged({"acme"});
  staged.add(Tap::kHttp, "gatekeeper", "http.request", {{"target", "/push"}}, Direction::kOut,
             "acme.partner.test");
  staged.end();
  const auto both = seen_from_both_ends(staged.records());
  ASSERT_EQ(both.size(), 4U);
  EXPECT_EQ(both[2].party, "acme");
  EXPECT_EQ(both[2].direction, Direction::kIn);
}

TEST(OtherEnd, MocksHaveRecordsOfTheirOwn) {
  EXPECT_TRUE(seen_from_both_ends(pinged({}).records()).empty());
  EXPECT_TRUE(seen_from_both_ends({}).empty());
}

TEST(OtherEnd, OfTwoProductsNothingIsInvented) {
  StagedCase staged({"bob", "gatekeeper"});
  staged.event("alice", "connected", {});
  staged.end();
  EXPECT_TRUE(seen_from_both_ends(staged.records()).empty());
}

TEST(OtherEnd, EventsAndFramesStayWhereTheyWereSeen) {
  StagedCase staged({"bob"});
  staged.event("gatekeeper", "enlisted", {{"jid", kBobJid}});
  staged.add(Tap::kNoise, "gatekeeper", "noise.frame", {{"n", 0}}, Direction::kIn, "bob");
  staged.end();
  EXPECT_TRUE(seen_from_both_ends(staged.records()).empty());
}

TEST(OtherEnd, AChecksActorMayBeUnderTest) {
  const json::object arguments = {{"at", "bob"},
                                  {"operation", "server-ping"},
                                  {"direction", "out"},
                                  {"count", 1},
                                  {"blames", "partner-user"}};
  EXPECT_EQ(told(pinged({"bob"}).judge("stanza-seen", arguments)), "pass/none/as-expected");

  StagedCase silent({"bob"});
  silent.end();
  EXPECT_EQ(told(silent.judge("stanza-seen", arguments)), "fail/iut/not-seen");

  StagedCase cut_off({"bob"});
  EXPECT_EQ(told(cut_off.judge("stanza-seen", arguments)), "error/harness/case-cut-off");
}

TEST(OtherEnd, ItsServiceIsThatOfTheActor) {
  const auto pushed = [](std::string_view issuer) {
    StagedCase staged = two_services({"acme"});
    staged.add(Tap::kHttp, "me", "http.request",
               {{"target", "/push"},
                {"host", "acme.partner.test"},
                {"token",
                 {{"alg", "RS256"},
                  {"kid", "k-1"},
                  {"iss", issuer},
                  {"iat", 1000},
                  {"exp", 2000},
                  {"aud", "https://acme.partner.test"}}}},
               Direction::kOut, "acme.partner.test");
    staged.end();
    return told(staged.judge("push-token", {{"at", "acme"}, {"blames", "gatekeeper"}}));
  };
  EXPECT_EQ(pushed("MESSENGER"), "pass/none/as-expected");
  EXPECT_EQ(pushed("WHATSAPP"), "fail/peer/bad-push-token");
}

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
  const auto both = seen_from_both_ends(staged.records());
  ASSERT_EQ(both.size(), staged.records().size() + 1) << "the others are none of the gatekeeper's";
  EXPECT_EQ(both[2].party, "gatekeeper");
  EXPECT_EQ(both[2].role, evidence::Role::kGatekeeperServer);
  EXPECT_EQ(both[2].direction, Direction::kOut);
  EXPECT_EQ(both[2].peer, "acme");
}

TEST(OtherEnd, OnlyKindsThatExistGoByIt) {
  std::size_t kinds = 0;
  for (const CheckKind& kind : check_kinds()) kinds += goes_by_other_end(kind.name) ? 1 : 0;
  EXPECT_EQ(kinds, 22U);
  EXPECT_FALSE(goes_by_other_end("frames-unchanged")) << "it compares both ends";
}

}  // namespace
}  // namespace parley::judge
