// A client looks a sender up, by an operation that is our own invention, before it shows the
// sender's message. The message does not rest on that; an event that the invention itself brought
// does.
#include "harness/judge/foundations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/judge/staged_case.h"

namespace parley::judge {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Direction = evidence::Direction;

wire::Node node(std::string tag, std::vector<std::pair<std::string, std::string>> attributes) {
  return wire::Node(std::move(tag), std::move(attributes));
}

CheckResult described(StagedCase& staged, std::vector<std::uint64_t> evidence) {
  CheckResult check;
  check.finding.evidence = std::move(evidence);
  describe_foundations(CaseView(staged.records()), check);
  return check;
}

void look_up(StagedCase& staged, std::string_view party) {
  staged.stanza(party, Direction::kOut, "gatekeeper", node("iq", {{"id", "q"}}), "contact-lookup",
                "surrogate");
  staged.stanza(party, Direction::kIn, "gatekeeper", node("iq", {{"id", "q"}}),
                "contact-lookup-answer", "surrogate");
}

TEST(Foundations, AMessageRestsOnTheStanzaWithItsId) {
  StagedCase staged;
  staged.stanza("alice", Direction::kIn, "gatekeeper", node("message", {{"id", "M1"}}),
                "message-deliver", "native-derived");
  look_up(staged, "alice");
  const auto decrypted = staged.message("alice", Direction::kIn, {{"id", "M1"}});
  const auto shown = staged.event("alice", "message", {{"id", "M1"}});
  const auto receipt = staged.event("alice", "receipt", {{"ids", {"M0", "M1"}}});
  for (const auto seq : {decrypted, shown, receipt}) {
    const CheckResult check = described(staged, {seq});
    EXPECT_EQ(check.basis, Basis::kNativeDerived);
    EXPECT_THAT(check.surrogates, IsEmpty());
  }
}

TEST(Foundations, WhatAnOverlayShapedIsNamed) {
  StagedCase staged;
  const auto shaped = staged.stanza("alice", Direction::kOut, "gatekeeper",
                                    node("iq", {{"id", "1"}}), "account-delete", "public", "acme");
  const auto plain = staged.stanza("alice", Direction::kOut, "gatekeeper",
                                   node("iq", {{"id", "2"}}), "server-ping", "public");
  const CheckResult check = described(staged, {shaped, plain});
  EXPECT_EQ(check.basis, Basis::kPublic);
  EXPECT_THAT(check.overlaid, ElementsAre("account-delete"));
  EXPECT_THAT(described(staged, {plain}).overlaid, IsEmpty());
}

TEST(Foundations, AnEventWithoutAnIdRestsOnWhatItsSenderSent) {
  StagedCase staged;
  staged.stanza("alice", Direction::kIn, "gatekeeper",
                node("chatstate", {{"from", std::string(kBobJid)}}), "chatstate", "public");
  look_up(staged, "alice");
  EXPECT_EQ(described(staged, {staged.event("alice", "typing", {{"from", kBobJid}})}).basis,
            Basis::kPublic);
  // Nobody says who sent this: the last stanza that came in it is.
  const CheckResult check = described(staged, {staged.event("alice", "ping", {})});
  EXPECT_EQ(check.basis, Basis::kSurrogate);
  EXPECT_THAT(check.surrogates, ElementsAre("contact-lookup-answer"));
}

TEST(Foundations, AStepRestsOnWhatItSent) {
  StagedCase staged;
  staged.begin_step("sent", "alice", "send-text");
  look_up(staged, "alice");
  staged.stanza("alice", Direction::kOut, "gatekeeper", node("message", {{"id", "M1"}}),
                "message-send", "native-derived");
  staged.end_step("sent", "alice", "send-text", {{"id", "M1"}});
  EXPECT_EQ(described(staged, {staged.records().back().seq}).basis, Basis::kNativeDerived);
  staged.begin_step("pinged", "bob", "ping-user");
  look_up(staged, "alice");  // another party's
  staged.stanza("bob", Direction::kOut, "gatekeeper", node("iq", {{"id", "p"}}),
                "reachability-ping", "surrogate");
  staged.end_step("pinged", "bob", "ping-user", {});
  const CheckResult check = described(staged, {staged.records().back().seq});
  EXPECT_EQ(check.basis, Basis::kSurrogate);
  EXPECT_THAT(check.surrogates, ElementsAre("reachability-ping"));
}

TEST(Foundations, TheWeakestCountsAndNothingIsPublic) {
  StagedCase staged;
  const auto native =
      staged.stanza("bob", Direction::kIn, "gatekeeper", node("a", {}), "a", "native-derived");
  const auto own =
      staged.stanza("bob", Direction::kIn, "gatekeeper", node("b", {}), "b", "surrogate");
  EXPECT_EQ(described(staged, {native}).basis, Basis::kNativeDerived);
  EXPECT_EQ(described(staged, {native, own}).basis, Basis::kSurrogate);
  EXPECT_EQ(described(staged, {}).basis, Basis::kPublic);
  EXPECT_EQ(described(staged, {0, 99'999}).basis, Basis::kPublic);
}

}  // namespace
}  // namespace parley::judge
