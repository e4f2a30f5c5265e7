// The world: bob enlists through his partner acme, and our mock of the gatekeeper says no. The
// product under test is acme's server, or bob's client, or nobody's.
#include "harness/judge/refused_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/judge/staged_case.h"

namespace parley::judge {
namespace {

using testing::HasSubstr;

struct Refused {
  std::string event = "enlist-refused";
  std::string reason = "bad_token";
  json::object arguments{};
  std::string blames = "gatekeeper";
};

Finding judged(const std::vector<std::string>& iut, const Refused& refused) {
  StagedCase staged(iut);
  staged.begin_step("enlisted", "bob", "enlist", refused.arguments);
  staged.event("gatekeeper", refused.event,
               {{"reason", refused.reason}, {"detail", "unknown-key, kid \"other-1\""}});
  staged.end_step("enlisted", "bob", "enlist", {{"status", "fail"}, {"reason", refused.reason}});
  staged.end();
  const DeclaredCheck declared{"accepted",
                               "step-result",
                               {{"step", "enlisted"},
                                {"equals", json::object{{"status", "ok"}}},
                                {"blames", refused.blames}},
                               {},
                               CheckRole::kPurpose};
  CheckResult result;
  result.finding = judge_check(declared, staged.records(), staged_profile());
  blame_whose_request_was_refused(CaseView(staged.records()), declared, result);
  EXPECT_EQ(result.finding.verdict, Verdict::kFail);
  return result.finding;
}

std::string blamed(const std::vector<std::string>& iut, const Refused& refused = {}) {
  const Finding finding = judged(iut, refused);
  return std::string(to_string(finding.attribution)) + "/" + finding.blamed;
}

TEST(RefusedRequest, ATokenIsItsIssuers) {
  for (const char* reason : {"bad_token", "expired_token", "keys_unavailable", "bad_integrator"}) {
    EXPECT_EQ(blamed({"acme"}, {.reason = reason}), "iut/partner") << reason;
    EXPECT_EQ(blamed({"acme", "bob"}, {.reason = reason}), "iut/partner") << reason;
  }
  EXPECT_EQ(blamed({"acme"}, {.event = "login-refused", .reason = "bad-token"}), "iut/partner");
  EXPECT_EQ(blamed({"acme"}, {.event = "login-refused", .reason = "keys-unavailable"}),
            "iut/partner");
}

TEST(RefusedRequest, ARequestIsItsSenders) {
  EXPECT_EQ(blamed({"bob"}), "iut/partner-user");  // who may have spoilt a good token
  EXPECT_EQ(blamed({"bob"}, {.reason = "bad_param"}), "iut/partner-user");
  EXPECT_EQ(blamed({"acme", "bob"}, {.reason = "bad_param"}), "iut/partner-user");
}

TEST(RefusedRequest, SaysWhyAndShowsWhere) {
  const Finding finding = judged({"acme"}, {});
  EXPECT_THAT(finding.observed, HasSubstr("refused what acme, who is under test, is answerable "
                                          "for: bad_token (unknown-key, kid \"other-1\")"));
  EXPECT_EQ(finding.evidence.size(), 2U);
}

TEST(RefusedRequest, NotEveryCheckIsAboutAStep) {
  StagedCase staged({"acme"});
  staged.end();
  const DeclaredCheck declared{
      "seen", "event-seen", {{"blames", "gatekeeper"}}, {}, CheckRole::kPurpose};
  CheckResult result;
  result.finding.verdict = Verdict::kFail;
  result.finding.attribution = Attribution::kPeer;
  result.finding.blamed = "gatekeeper";
  blame_whose_request_was_refused(CaseView(staged.records()), declared, result);
  EXPECT_EQ(result.finding.attribution, Attribution::kPeer);
}

TEST(RefusedRequest, OtherwiseTheCheckSaysWhoIsToBlame) {
  EXPECT_EQ(blamed({}), "peer/gatekeeper");
  EXPECT_EQ(blamed({"alice"}), "peer/gatekeeper");
  EXPECT_EQ(blamed({"bob"}, {.reason = "suspended"}), "peer/gatekeeper");
  EXPECT_EQ(blamed({"acme"}, {.reason = "bad_param"}), "peer/gatekeeper");
  EXPECT_EQ(blamed({"gatekeeper", "acme"}), "iut/gatekeeper");
  EXPECT_EQ(blamed({"acme"}, {.blames = "partner-user"}), "peer/partner-user");
  // What the test case spoils on purpose is nobody's fault.
  EXPECT_EQ(blamed({"acme"}, {.arguments = {{"fault", "alg-none"}}}), "peer/gatekeeper");
  EXPECT_EQ(blamed({"acme"}, {.arguments = {{"token", "expired"}}}), "peer/gatekeeper");
}

}  // namespace
}  // namespace parley::judge
