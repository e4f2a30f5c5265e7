// Bob sends alice a text through the gatekeeper, and she is not shown it. On each leg of the way it
// gets lost in turn: who is blamed, and who is not.
#include "harness/judge/withheld_blame.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/judge/other_end.h"
#include "harness/judge/staged_case.h"

namespace parley::judge {
namespace {

using ::testing::HasSubstr;
using Direction = evidence::Direction;
using evidence::Tap;

// How far the message came.
enum class Leg { kNowhere, kSealed, kSent, kTaken, kPassedOn, kArrived };

struct Story {
  Leg leg = Leg::kNowhere;
  std::string blames = "gatekeeper";
  bool server_on_record = true;
  bool refused = false;
  bool receiver_there = true;
  bool receiver_returned = false;  ///< it lost its connection and came back
};

void stanza(StagedCase& staged, std::string_view party, Direction direction, std::string_view tag,
            json::object attributes, std::string peer) {
  staged.add(Tap::kStanza, party, "stanza",
             {{"node", {{"tag", tag}, {"attrs", std::move(attributes)}}}}, direction,
             std::move(peer));
}

StagedCase staged(const Story& story) {
  StagedCase out({"gatekeeper", "alice", "bob"});
  if (story.receiver_there) out.event("alice", "connected", {});
  stanza(out, "alice", Direction::kIn, "success", {}, "gatekeeper");
  stanza(out, "bob", Direction::kIn, "success", {}, "gatekeeper");
  if (story.server_on_record) stanza(out, "gatekeeper", Direction::kOut, "success", {}, "bob");
  out.begin_step("sent", "bob", "send-text", {{"to", "alice"}, {"text", "hi"}});
  if (story.leg >= Leg::kSealed) out.message("bob", Direction::kOut, {{"id", "M1"}});
  const json::object message = {{"id", "M1"}};
  if (story.leg >= Leg::kSent) {
    stanza(out, "bob", Direction::kOut, "message", message, "gatekeeper");
  }
  out.end_step("sent", "bob", "send-text", {{"id", "M1"}});
  if (story.leg >= Leg::kTaken) {
    stanza(out, "gatekeeper", Direction::kIn, "message", message, "bob");
  }
  if (story.refused) {
    stanza(out, "gatekeeper", Direction::kOut, "ack", {{"id", "M1"}, {"error", "405"}}, "bob");
  }
  if (story.leg >= Leg::kPassedOn) {
    stanza(out, "gatekeeper", Direction::kOut, "message", message, "alice");
  }
  if (story.receiver_returned) out.event("alice", "connected", {});
  if (story.leg >= Leg::kArrived) {
    stanza(out, "alice", Direction::kIn, "message", message, "gatekeeper");
  }
  out.end();
  return out;
}

CheckResult judged(StagedCase staged, const DeclaredCheck& declared) {
  CheckResult result;
  result.finding = judge_check(declared, staged.records(), staged_profile());
  const std::vector<Record> both = seen_from_both_ends(staged.records());
  withhold_blame(CaseView(both.empty() ? staged.records() : both), declared, result);
  return result;
}

std::string outcome(const Story& story) {
  const DeclaredCheck declared{"intact",
                               "content-intact",
                               {{"message", "sent"}, {"at", "alice"}, {"blames", story.blames}},
                               {},
                               CheckRole::kPurpose};
  const Finding finding = judged(staged(story), declared).finding;
  return std::string(to_string(finding.verdict)) + "/" +
         std::string(to_string(finding.attribution)) + "/" + finding.blamed;
}

TEST(WithheldBlame, ASenderThatSealsAndDoesNotSendIsNotTheServersFault) {
  EXPECT_EQ(outcome({Leg::kSealed}), "inconclusive/iut/partner-user");
  EXPECT_EQ(outcome({Leg::kSealed, "partner-user"}), "fail/iut/partner-user");
  // Without keys nothing can be sealed, and these the server hands out.
  EXPECT_EQ(outcome({Leg::kNowhere}), "fail/iut/gatekeeper");
}

TEST(WithheldBlame, WhatVanishesBetweenTwoPartiesIsNeithers) {
  for (const Leg leg : {Leg::kSent, Leg::kPassedOn}) {
    EXPECT_EQ(outcome({leg}), "inconclusive/network/");
    EXPECT_EQ(outcome({leg, "whatsapp-user"}), "inconclusive/network/");
  }
  // A server without records is not excused by its silence.
  EXPECT_EQ(outcome({Leg::kSent, "gatekeeper", false}), "fail/iut/gatekeeper");
}

// Between two mocks who are there, only the product can have kept it.
TEST(WithheldBlame, AServerUnderTestIsTheOnlyOneBetweenTwoMocks) {
  Story story{Leg::kSent, "whatsapp-user", false};
  EXPECT_EQ(outcome(story), "inconclusive/iut/gatekeeper");
  story.receiver_there = false;
  EXPECT_EQ(outcome(story), "fail/iut/whatsapp-user");
}

TEST(WithheldBlame, AServerThatKeepsAMessageWithoutAWordIsBlamedAloneForIt) {
  EXPECT_EQ(outcome({Leg::kTaken}), "fail/iut/gatekeeper");
  EXPECT_EQ(outcome({Leg::kTaken, "partner-user"}), "inconclusive/iut/gatekeeper");
  // It may have a reason that the sender or the receiver gave it.
  EXPECT_EQ(outcome({Leg::kTaken, "partner-user", true, true}), "fail/iut/partner-user");
  EXPECT_EQ(outcome({Leg::kTaken, "partner-user", true, false, false}), "fail/iut/partner-user");
}

// What was not acknowledged before the connection broke is due on the next one.
TEST(WithheldBlame, WhoCameBackWasOwedTheMessageOnceMore) {
  Story story{Leg::kPassedOn};
  story.receiver_returned = true;
  EXPECT_EQ(outcome(story), "fail/iut/gatekeeper");
  story.blames = "whatsapp-user";
  EXPECT_EQ(outcome(story), "inconclusive/iut/gatekeeper");
}

TEST(WithheldBlame, WhatArrivedIsWhoeversTheCheckSays) {
  EXPECT_EQ(outcome({Leg::kArrived, "whatsapp-user"}), "fail/iut/whatsapp-user");
  EXPECT_EQ(outcome({Leg::kArrived, "gatekeeper"}), "fail/iut/gatekeeper");
}

TEST(WithheldBlame, AnEventIsTracedToItsMessage) {
  const DeclaredCheck declared{"shown",
                               "event-seen",
                               {{"actor", "alice"},
                                {"event", "message"},
                                {"where", {{"id", "${sent.id}"}}},
                                {"blames", "gatekeeper"}},
                               {},
                               CheckRole::kPurpose};
  const Finding lost = judged(staged({Leg::kSent}), declared).finding;
  EXPECT_EQ(lost.verdict, Verdict::kInconclusive);
  EXPECT_EQ(lost.code, "not-seen");
  EXPECT_THAT(lost.observed, HasSubstr("did not come to the server"));
  EXPECT_EQ(judged(staged({Leg::kTaken}), declared).finding.verdict, Verdict::kFail);
}

// Two texts, shown the wrong way round. `turned` is the first place at which they are: 0 with the
// sender, 1 on their way to the server, 2 with it, 3 on their way to the receiver, 4 with her.
StagedCase disorder(int turned, bool server_on_record = true) {
  StagedCase out({"gatekeeper", "alice", "bob"});
  const auto both = [&](std::string_view party, Direction direction, int place, std::string peer) {
    const bool swapped = place >= turned;
    for (const std::string_view id : {swapped ? "M2" : "M1", swapped ? "M1" : "M2"}) {
      stanza(out, party, direction, "message", {{"id", id}}, peer);
    }
  };
  for (const std::string label : {"one", "two"}) {
    out.begin_step(label, "bob", "send-text", {{"to", "alice"}, {"text", label}});
    out.end_step(label, "bob", "send-text", {{"id", label == "one" ? "M1" : "M2"}});
  }
  both("bob", Direction::kOut, 0, "gatekeeper");
  if (server_on_record) {
    both("gatekeeper", Direction::kIn, 1, "bob");
    both("gatekeeper", Direction::kOut, 2, "alice");
  }
  both("alice", Direction::kIn, 3, "gatekeeper");
  out.event("alice", "message", {{"id", "M2"}});
  out.event("alice", "message", {{"id", "M1"}});
  out.await("one-shown", "alice", "message", {{"id", "M1"}}, 1);
  out.await("two-shown", "alice", "message", {{"id", "M2"}}, 0);
  out.end();
  return out;
}

std::string order_outcome(StagedCase out, const std::string& blames, bool reversed = false) {
  const DeclaredCheck declared{"order",
                               "order",
                               {{"first", reversed ? "two-shown" : "one-shown"},
                                {"then", reversed ? "one-shown" : "two-shown"},
                                {"blames", blames}},
                               {},
                               CheckRole::kPurpose};
  const Finding finding = judged(std::move(out), declared).finding;
  return std::string(to_string(finding.verdict)) + "/" +
         std::string(to_string(finding.attribution)) + "/" + finding.blamed;
}

TEST(WithheldBlame, WhoeverTurnsTwoMessagesRoundIsBlamedForItAndNobodyElse) {
  EXPECT_EQ(order_outcome(disorder(0), "gatekeeper"), "inconclusive/iut/partner-user");
  EXPECT_EQ(order_outcome(disorder(1), "gatekeeper"), "inconclusive/network/");
  EXPECT_EQ(order_outcome(disorder(2), "gatekeeper"), "fail/iut/gatekeeper");
  EXPECT_EQ(order_outcome(disorder(3), "gatekeeper"), "inconclusive/network/");
  EXPECT_EQ(order_outcome(disorder(4), "gatekeeper"), "inconclusive/iut/whatsapp-user");
  EXPECT_EQ(order_outcome(disorder(4), "whatsapp-user"), "fail/iut/whatsapp-user");
  // A server without records is known by what the two ends saw: it got them as they were sent.
  EXPECT_EQ(order_outcome(disorder(0, false), "gatekeeper"), "inconclusive/iut/partner-user");
  EXPECT_EQ(order_outcome(disorder(2, false), "gatekeeper"), "fail/iut/gatekeeper");
}

TEST(WithheldBlame, AnOrderOtherThanThatOfSendingIsWhoeversTheCheckSays) {
  StagedCase out({"gatekeeper", "alice", "bob"});
  for (const std::string id : {"M1", "M2"}) {
    out.begin_step(id, "bob", "send-text", {{"to", "alice"}});
    out.end_step(id, "bob", "send-text", {{"id", id}});
    stanza(out, "bob", Direction::kOut, "message", {{"id", id}}, "gatekeeper");
    stanza(out, "gatekeeper", Direction::kIn, "message", {{"id", id}}, "bob");
    stanza(out, "gatekeeper", Direction::kOut, "message", {{"id", id}}, "alice");
    stanza(out, "alice", Direction::kIn, "message", {{"id", id}}, "gatekeeper");
    out.event("alice", "message", {{"id", id}});
  }
  out.await("one-shown", "alice", "message", {{"id", "M1"}}, 0);
  out.await("two-shown", "alice", "message", {{"id", "M2"}}, 1);
  out.end();
  EXPECT_EQ(order_outcome(std::move(out), "gatekeeper", true), "fail/iut/gatekeeper");
}

// A driver that does not take a value says so to nobody but the harness.
TEST(WithheldBlame, ASettingThatTheDriverDoesNotTakeIsTheDrivers) {
  const DeclaredCheck declared{
      "stored",
      "event-seen",
      {{"actor", "acme"}, {"event", "media-stored"}, {"blames", "gatekeeper"}},
      {},
      CheckRole::kPurpose};
  StagedCase out({"acme"});
  out.begin_step("missing", "acme", "set", {{"media", "missing"}});
  out.fail_step("missing", "acme", "set", "invalid");
  out.end(false);
  const Finding finding = judged(std::move(out), declared).finding;
  EXPECT_EQ(finding.verdict, Verdict::kInconclusive);
  EXPECT_EQ(finding.attribution, Attribution::kDriver);
}

// What should have followed the call was never asked for.
TEST(WithheldBlame, AfterADriverBrokeOffNothingIsMissed) {
  const DeclaredCheck declared{"shown",
                               "event-seen",
                               {{"actor", "alice"}, {"event", "message"}, {"blames", "gatekeeper"}},
                               {},
                               CheckRole::kPurpose};
  for (const std::string code : {"internal", "unsupported", "timeout", "refused", "invalid"}) {
    for (const bool unanswered : {false, true}) {
      StagedCase out({"gatekeeper"});
      out.begin_step("sent", "bob", "send-text", {});
      out.fail_step("sent", "bob", "send-text", code);
      if (unanswered) out.records().back().facts["unanswered"] = true;
      out.end(false);
      const bool drivers =
          code == "internal" || code == "unsupported" || (unanswered && code != "invalid");
      EXPECT_EQ(judged(std::move(out), declared).finding.verdict,
                drivers ? Verdict::kInconclusive : Verdict::kFail)
          << code << unanswered;
    }
  }
}

TEST(WithheldBlame, WhatSomebodyDidIsNoOmission) {
  EXPECT_TRUE(is_omission("not-delivered"));
  EXPECT_FALSE(is_omission("content-differs"));
  EXPECT_FALSE(is_omission("plaintext-at-server"));
}

}  // namespace
}  // namespace parley::judge
