// A gatekeeper that calls acme's endpoints, and acme's answers in one version of HTTP or another.
#include <gtest/gtest.h>

#include "harness/judge/staged_case.h"

namespace parley::judge {
namespace {

void answer(StagedCase& staged, std::string_view target, int status, std::string_view version,
            std::string_view host = "acme.partner.test") {
  staged.add(evidence::Tap::kHttp, "gatekeeper", "http.response",
             {{"method", "GET"},
              {"target", target},
              {"host", host},
              {"status", status},
              {"http_version", version}},
             evidence::Direction::kIn, std::string(host));
}

void silence(StagedCase& staged, std::string_view target) {
  staged.add(
      evidence::Tap::kHttp, "gatekeeper", "http.failure",
      {{"method", "GET"}, {"target", target}, {"host", "acme.partner.test"}, {"error", "refused"}},
      evidence::Direction::kIn, "acme.partner.test");
}

std::string judged(const StagedCase& staged, std::string_view version) {
  return told(staged.judge("served-over", {{"at", "acme"},
                                           {"version", version},
                                           {"targets", {"/jwks", "/push"}},
                                           {"blames", "partner"}}));
}

TEST(ServedOver, EveryTargetMustBeAnsweredInThatVersion) {
  StagedCase staged;
  answer(staged, "/jwks", 200, "2");
  answer(staged, "/push", 204, "2");
  staged.end();
  EXPECT_EQ(judged(staged, "2"), "pass/none/as-expected");
  EXPECT_EQ(judged(staged, "1.1"), "fail/peer/other-version");
}

TEST(ServedOver, OneTargetInAnotherVersionFails) {
  StagedCase staged({"acme"});
  answer(staged, "/jwks", 200, "2");
  answer(staged, "/push", 200, "1.1");
  staged.end();
  EXPECT_EQ(judged(staged, "2"), "fail/iut/other-version");
}

TEST(ServedOver, ErrorsAndSilenceAreNoService) {
  StagedCase staged;
  answer(staged, "/jwks", 200, "2");
  answer(staged, "/push", 500, "2");
  staged.end();
  EXPECT_EQ(judged(staged, "2"), "fail/peer/not-served");
  StagedCase refused;
  answer(refused, "/jwks", 200, "2");
  silence(refused, "/push");
  refused.end();
  EXPECT_EQ(judged(refused, "2"), "fail/peer/not-served");
}

TEST(ServedOver, AFailureBeforeSuccessIsForgiven) {
  StagedCase staged;
  answer(staged, "/jwks", 200, "2");
  silence(staged, "/push");
  answer(staged, "/push", 200, "2");
  staged.end();
  EXPECT_EQ(judged(staged, "2"), "pass/none/as-expected");
}

TEST(ServedOver, WhatNobodyAskedForIsUndecided) {
  StagedCase staged;
  answer(staged, "/jwks", 200, "2");
  answer(staged, "/push", 200, "2", "other.partner.test");
  staged.end();
  EXPECT_EQ(judged(staged, "2"), "inconclusive/unknown/never-asked");
}

}  // namespace
}  // namespace parley::judge
