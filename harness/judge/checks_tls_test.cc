// A gatekeeper that calls acme's endpoints over one version of TLS or another.
#include <gtest/gtest.h>

#include "harness/judge/staged_case.h"

namespace parley::judge {
namespace {

void answer(StagedCase& staged, std::string_view version, std::string_view target = "/keys",
            int status = 200) {
  json::object facts = {{"method", "GET"},
                        {"target", target},
                        {"host", "acme.partner.test"},
                        {"status", status},
                        {"http_version", "1.1"}};
  if (!version.empty()) facts["tls_version"] = version;
  staged.add(evidence::Tap::kHttp, "gatekeeper", "http.response", std::move(facts),
             evidence::Direction::kIn, "acme.partner.test");
}

void failure(StagedCase& staged, std::string_view offer, std::string_view error = "refused") {
  json::object facts = {
      {"method", "GET"}, {"target", "/keys"}, {"host", "acme.partner.test"}, {"error", error}};
  if (!offer.empty()) facts["tls_offer"] = offer;
  staged.add(evidence::Tap::kHttp, "gatekeeper", "http.failure", std::move(facts),
             evidence::Direction::kIn, "acme.partner.test");
}

std::string judged_old(const StagedCase& staged) {
  return told(
      staged.judge("old-tls-refused", {{"at", "acme"}, {"tls", "1.2"}, {"blames", "partner"}}));
}

std::string judged_new(const StagedCase& staged) {
  return told(
      staged.judge("tls-accepted",
                   {{"at", "acme"}, {"target", "/keys"}, {"tls", "1.3"}, {"blames", "partner"}}));
}

TEST(OldTlsRefused, ARefusalBetweenAnswersIsOne) {
  StagedCase staged;
  answer(staged, "1.2");
  failure(staged, "1.1");
  answer(staged, "1.3");
  staged.end();
  EXPECT_EQ(judged_old(staged), "pass/none/as-expected");
}

TEST(OldTlsRefused, AnAnswerOverAnOldVersionFails) {
  StagedCase staged({"acme"});
  answer(staged, "1.2");
  answer(staged, "1.1");
  failure(staged, "1.1");
  answer(staged, "1.2");
  staged.end();
  EXPECT_EQ(judged_old(staged), "fail/iut/old-version");
}

TEST(OldTlsRefused, AnAnswerWithoutTlsFails) {
  StagedCase staged;
  answer(staged, "");
  failure(staged, "1.1");
  answer(staged, "1.2");
  staged.end();
  EXPECT_EQ(judged_old(staged), "fail/peer/no-tls");
}

// A server that answers nobody would look as strict as the strictest one.
TEST(OldTlsRefused, WithoutAnAnswerAfterTheRefusalNothingIsShown) {
  StagedCase dead;
  answer(dead, "1.2");
  failure(dead, "1.1");
  dead.end();
  EXPECT_EQ(judged_old(dead), "inconclusive/unknown/no-answer-after");
  StagedCase other_cause;
  failure(other_cause, "1.1", "timeout");
  answer(other_cause, "1.2");
  other_cause.end();
  EXPECT_EQ(judged_old(other_cause), "inconclusive/unknown/never-offered");
  StagedCase untried;
  answer(untried, "1.3");
  failure(untried, "1.2");
  untried.end();
  EXPECT_EQ(judged_old(untried), "inconclusive/unknown/never-offered");
}

TEST(TlsAccepted, AnAnswerOverThatVersionIsEnough) {
  StagedCase staged;
  answer(staged, "1.2");
  answer(staged, "1.3");
  staged.end();
  EXPECT_EQ(judged_new(staged), "pass/none/as-expected");
}

TEST(TlsAccepted, ACallThatOfferedOnlyItAndFailedIsARefusal) {
  StagedCase staged({"acme"});
  answer(staged, "1.2");
  failure(staged, "1.3");
  staged.end();
  EXPECT_EQ(judged_new(staged), "fail/iut/not-accepted");
}

TEST(TlsAccepted, OtherVersionsTargetsAndErrorsShowNothing) {
  StagedCase staged;
  answer(staged, "1.2");
  answer(staged, "1.3", "/elsewhere");
  answer(staged, "1.3", "/keys", 500);
  staged.end();
  EXPECT_EQ(judged_new(staged), "inconclusive/unknown/never-asked");
}

}  // namespace
}  // namespace parley::judge
