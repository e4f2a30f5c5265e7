// The world: a partner's client under test, whose end of the chat connection nobody records, and
// the gatekeeper at the other end.
#include "harness/judge/other_end.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
  EXPECT_TRUE(seen_from_both_ends(pinged({"bob", "alice", "gatekeeper"}).records()).empty());
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

TEST(OtherEnd, OnlyKindsThatExistGoByIt) {
  std::size_t kinds = 0;
  for (const CheckKind& kind : check_kinds()) kinds += goes_by_other_end(kind.name) ? 1 : 0;
  EXPECT_EQ(kinds, 10U);
  EXPECT_FALSE(goes_by_other_end("frames-unchanged")) << "it compares both ends";
}

}  // namespace
}  // namespace parley::judge
