// Requests that are granted, refused, refused for the wrong reason, met with silence or a closed
// connection. Only an open refusal with the right reason beside twins that succeed is a rejection.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/judge/staged_case.h"

namespace parley::judge {
namespace {

using Direction = evidence::Direction;

TEST(StepResult, ComparesASubset) {
  StagedCase staged;
  staged.step("counted", "bob", "key-count", {{"count", 30}, {"more", 1}});
  staged.end();
  const auto judge = [&](json::object equals) {
    return told(staged.judge("step-result",
                             {{"step", "counted"}, {"equals", equals}, {"blames", "gatekeeper"}}));
  };
  EXPECT_EQ(judge({{"count", 30}}), "pass/none/as-expected");
  EXPECT_EQ(judge({{"count", 31}}), "fail/peer/result-differs");
  EXPECT_EQ(judge({{"cuont", 30}}), "fail/peer/result-differs");
}

TEST(StepResult, AwaitedEventsHaveResultsToo) {
  StagedCase staged;
  staged.event("bob", "connected", {{"offline", 1}});
  staged.await("online", "bob", "connected", {{"offline", 1}}, 0);
  staged.end();
  EXPECT_EQ(told(staged.judge(
                "step-result",
                {{"step", "online"}, {"equals", {{"offline", 1}}}, {"blames", "gatekeeper"}})),
            "pass/none/as-expected");
}

TEST(StepResult, ErrorsAreResultsOnlyWhereAskedFor) {
  const auto judge = [](std::string_view code, json::object equals) {
    StagedCase staged({"gatekeeper"});
    staged.begin_step("s", "bob", "key-count");
    staged.fail_step("s", "bob", "key-count", code);
    staged.end(false);
    return told(
        staged.judge("step-result", {{"step", "s"}, {"equals", equals}, {"blames", "gatekeeper"}}));
  };
  EXPECT_EQ(judge("refused", {{"error", {{"code", "refused"}}}}), "pass/none/as-expected");
  EXPECT_EQ(judge("timeout", {{"error", {{"code", "refused"}}}}), "fail/iut/no-result");
  EXPECT_EQ(judge("timeout", {{"count", 1}}), "fail/iut/no-result");
  EXPECT_EQ(judge("closed", json::object{}), "fail/iut/no-result");
  EXPECT_EQ(judge("unsupported", {{"count", 1}}), "inconclusive/driver/step-not-performed");
  EXPECT_EQ(judge("internal", {{"count", 1}}), "inconclusive/harness/step-not-performed");
}

TEST(StepResult, WithoutTheStepThereIsNoVerdict) {
  StagedCase staged;
  staged.fail_await("x", "bob", "message");
  staged.end(false);
  const json::object arguments = {
      {"step", "s"}, {"equals", json::object{}}, {"blames", "gatekeeper"}};
  EXPECT_EQ(told(staged.judge("step-result", arguments)), "inconclusive/unknown/step-not-reached");
  StagedCase cut_off;
  cut_off.begin_step("s", "bob", "key-count");
  EXPECT_EQ(told(cut_off.judge("step-result", arguments)), "error/harness/case-cut-off");
}

// An enlistment between two that succeed.
struct Answer {
  std::optional<json::object> result;
  std::string_view error;
  std::optional<json::object> event;
  bool twins_succeed = true;
};

Finding judge_enlistment(const Answer& answer, std::vector<std::string> iut = {"gatekeeper"}) {
  StagedCase staged(std::move(iut));
  const json::object ok = {{"status", "ok"}, {"jid", kBobJid}};
  const json::object refused = {{"status", "fail"}, {"reason", "bad_token"}};
  staged.step("before", "bob", "enlist", answer.twins_succeed ? ok : refused);
  staged.begin_step("attack", "bob", "enlist", {{"fault", "bad-token"}});
  if (answer.event) staged.event("bob", "enlist-failed", *answer.event);
  if (answer.result) {
    staged.end_step("attack", "bob", "enlist", *answer.result);
  } else {
    staged.fail_step("attack", "bob", "enlist", answer.error);
  }
  staged.step("after", "bob", "enlist", answer.twins_succeed ? ok : refused);
  staged.end();
  return staged.judge("refused-with", {{"step", "attack"},
                                       {"reason", "bad_token"},
                                       {"twins", {"before", "after"}},
                                       {"blames", "gatekeeper"}});
}

TEST(RefusedWith, PassesOnAnOpenRefusalWithTheRightReasonBetweenTwins) {
  EXPECT_EQ(told(judge_enlistment(
                {json::object{{"status", "fail"}, {"reason", "bad_token"}}, "", std::nullopt})),
            "pass/none/as-expected");
  EXPECT_EQ(
      told(judge_enlistment({std::nullopt, "refused", json::object{{"reason", "bad_token"}}})),
      "pass/none/as-expected");
}

TEST(RefusedWith, FailsForEveryImpostor) {
  const json::object ok = {{"status", "ok"}};
  const json::object wrong = {{"status", "fail"}, {"reason", "bad_integrator"}};
  EXPECT_EQ(told(judge_enlistment({ok, "", std::nullopt})), "fail/iut/accepted");
  EXPECT_EQ(told(judge_enlistment({wrong, "", std::nullopt})),
            "fail/iut/refused-for-another-reason");
  for (const std::string_view error : {"timeout", "closed", "io", "refused", "kaput"}) {
    EXPECT_EQ(told(judge_enlistment({std::nullopt, error, std::nullopt})),
              "fail/iut/no-explicit-refusal")
        << error;
  }
  EXPECT_EQ(told(judge_enlistment({ok, "", std::nullopt}, {})), "fail/peer/accepted");
}

TEST(RefusedWith, WhoRefusesEverythingDoesNotPass) {
  const Finding finding = judge_enlistment(
      {json::object{{"status", "fail"}, {"reason", "bad_token"}}, "", std::nullopt, false});
  EXPECT_EQ(told(finding), "inconclusive/iut/twin-refused");
}

TEST(RefusedWith, AnOperationThatCannotBePerformedSaysNothing) {
  EXPECT_EQ(told(judge_enlistment({std::nullopt, "unsupported", std::nullopt})),
            "inconclusive/driver/step-not-performed");
}

TEST(RefusedWith, AnEventOfAnotherOperationIsNoAnswer) {
  StagedCase staged;
  staged.step("twin", "bob", "connect", {{"status", "ok"}});
  staged.begin_step("attack", "bob", "connect");
  staged.event("bob", "enlist-failed", {{"reason", "401"}});
  staged.fail_step("attack", "bob", "connect", "closed");
  staged.end();
  const json::object arguments = {
      {"step", "attack"}, {"reason", "401"}, {"twins", {"twin"}}, {"blames", "gatekeeper"}};
  EXPECT_EQ(told(staged.judge("refused-with", arguments)), "fail/peer/no-explicit-refusal");
  // The connection's refusal is one only while the operation runs.
  staged.event("bob", "connection-refused", {{"code", "401"}});
  EXPECT_EQ(told(staged.judge("refused-with", arguments)), "fail/peer/no-explicit-refusal");
}

Finding judge_stanza(const wire::Node& answer, std::string_view reason) {
  StagedCase staged;
  staged.step("twin", "bob", "connect", {{"status", "ok"}});
  staged.begin_step("attack", "bob", "connect");
  staged.stanza("bob", Direction::kIn, "gatekeeper", answer);
  staged.fail_step("attack", "bob", "connect", "refused");
  staged.end();
  return staged.judge(
      "refused-with",
      {{"step", "attack"}, {"reason", reason}, {"twins", {"twin"}}, {"blames", "gatekeeper"}});
}

TEST(RefusedWith, ReadsTheAnswersOfTheChatProtocol) {
  const wire::Node failure("failure", {{"reason", "401"}});
  EXPECT_EQ(told(judge_stanza(failure, "401")), "pass/none/as-expected");
  EXPECT_EQ(told(judge_stanza(failure, "403")), "fail/peer/refused-for-another-reason");
  const wire::Node error(
      "iq", {{"type", "error"}},
      wire::Nodes{wire::Node("error", {{"code", "404"}, {"text", "item-not-found"}})});
  EXPECT_EQ(told(judge_stanza(error, "404")), "pass/none/as-expected");
  EXPECT_EQ(told(judge_stanza(error, "item-not-found")), "pass/none/as-expected");
  EXPECT_EQ(told(judge_stanza(error, "405")), "fail/peer/refused-for-another-reason");
  EXPECT_EQ(told(judge_stanza(wire::Node("success"), "401")), "fail/peer/no-explicit-refusal");
}

TEST(RefusedWith, ReadsTheAnswersOfHttp) {
  const auto judge = [](int status, std::string_view body) {
    StagedCase staged;
    staged.step("twin", "bob", "enlist", {{"status", "ok"}});
    staged.begin_step("attack", "bob", "enlist");
    staged.add(evidence::Tap::kHttp, "bob", "http.response", {{"status", status}}, Direction::kIn,
               "v.whatsapp.net", to_bytes(body));
    staged.fail_step("attack", "bob", "enlist", "refused");
    staged.end();
    return told(staged.judge("refused-with", {{"step", "attack"},
                                              {"reason", "bad_token"},
                                              {"twins", {"twin"}},
                                              {"blames", "gatekeeper"}}));
  };
  EXPECT_EQ(judge(200, R"({"status":"fail","reason":"bad_token"})"), "pass/none/as-expected");
  EXPECT_EQ(judge(400, R"({"error":"x","reason":"bad_token"})"), "pass/none/as-expected");
  EXPECT_EQ(judge(500, "crash"), "fail/peer/refused-for-another-reason");
  EXPECT_EQ(judge(200, R"({"status":"ok"})"), "fail/peer/no-explicit-refusal");
}

TEST(RefusedWith, AMessageIsRefusedByItsOwnAnswerOnly) {
  const auto judge = [](std::string_view acked) {
    StagedCase staged;
    staged.step("twin", "bob", "send-text", {{"id", "1"}}, {{"text", "x"}});
    staged.begin_step("attack", "bob", "send-text", {{"text", "y"}});
    staged.stanza(
        "bob", Direction::kIn, "gatekeeper",
        wire::Node("iq", {{"type", "error"}}, wire::Nodes{wire::Node("error", {{"code", "463"}})}));
    staged.end_step("attack", "bob", "send-text", {{"id", "2"}});
    staged.stanza("bob", Direction::kIn, "gatekeeper",
                  wire::Node("ack", {{"id", std::string(acked)}, {"error", "463"}}));
    staged.end();
    return told(staged.judge(
        "refused-with",
        {{"step", "attack"}, {"reason", "463"}, {"twins", {"twin"}}, {"blames", "gatekeeper"}}));
  };
  EXPECT_EQ(judge("2"), "pass/none/as-expected");
  EXPECT_EQ(judge("3"), "fail/peer/accepted");
}

TEST(RefusedWith, TwinsAreNotOptional) {
  StagedCase staged;
  staged.step("attack", "bob", "enlist", {{"status", "fail"}, {"reason", "r"}});
  staged.end();
  json::object arguments = {
      {"step", "attack"}, {"reason", "r"}, {"twins", json::array()}, {"blames", "gatekeeper"}};
  EXPECT_EQ(told(staged.judge("refused-with", arguments)), "error/harness/bad-arguments");
  arguments["twins"] = json::array{"missing"};
  EXPECT_EQ(told(staged.judge("refused-with", arguments)), "error/harness/no-such-label");
}

// ---- client-refuses

struct Attempt {
  std::string_view error = "auth";  ///< empty: the step succeeds
  bool sends = false;
  bool twin_succeeds = true;
};

Finding judge_refusal(const Attempt& attempt, std::vector<std::string> iut = {}) {
  StagedCase staged(std::move(iut));
  staged.begin_step("attack", "bob", "send-text");
  if (attempt.sends) {
    staged.stanza("bob", Direction::kOut, "chat.whatsapp.net", wire::Node("message", {{"id", "1"}}),
                  "message-send");
  }
  if (attempt.error.empty()) {
    staged.end_step("attack", "bob", "send-text", {{"id", "1"}});
  } else {
    staged.fail_step("attack", "bob", "send-text", attempt.error);
  }
  staged.begin_step("twin", "bob", "send-text");
  if (attempt.twin_succeeds) {
    staged.end_step("twin", "bob", "send-text", {{"id", "2"}});
  } else {
    staged.fail_step("twin", "bob", "send-text", "auth");
  }
  staged.end();
  return staged.judge(
      "client-refuses",
      {{"step", "attack"}, {"reason", "auth"}, {"twins", {"twin"}}, {"blames", "partner-user"}});
}

TEST(ClientRefuses, PassesWhereNothingWasSentAndTheTwinWas) {
  EXPECT_EQ(told(judge_refusal({})), "pass/none/as-expected");
}

TEST(ClientRefuses, FailsWhereItWasDoneAllTheSame) {
  EXPECT_EQ(told(judge_refusal({.error = ""}, {"bob"})), "fail/iut/accepted");
  EXPECT_EQ(told(judge_refusal({.sends = true})), "fail/peer/sent-all-the-same");
  EXPECT_EQ(told(judge_refusal({.error = "timeout"})), "fail/peer/refused-for-another-reason");
}

TEST(ClientRefuses, SaysNothingWithoutATwinOrAnAttempt) {
  EXPECT_EQ(told(judge_refusal({.twin_succeeds = false})), "inconclusive/peer/twin-refused");
  EXPECT_EQ(told(judge_refusal({.error = "unsupported"})),
            "inconclusive/driver/step-not-performed");
  EXPECT_EQ(told(judge_refusal({.error = "internal"})), "inconclusive/harness/step-not-performed");
  EXPECT_EQ(told(judge_refusal({.error = "invalid"})), "fail/peer/refused-for-another-reason");
}

}  // namespace
}  // namespace parley::judge
