// The world: the pieces that bundles are made of, without a bundle: selections of a small library's
// test cases, results with and without what may not be shown.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/object.hpp>

#include "harness/attest/public_result.h"
#include "harness/attest/seal_run.h"
#include "harness/attest/selection.h"
#include "harness/attest/verify.h"
#include "harness/base/json.h"
#include "harness/judge/result_json.h"

namespace parley::attest {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

scenario::Library library() {
  scenario::Library out;
  scenario::Profile profile;
  profile.id = "own";
  out.profiles.push_back(profile);
  return out;
}

TEST(Selection, IsRefusedForATextOfAnotherKind) {
  const scenario::Library own = library();
  for (const char* text :
       {"", "[]", "{}", R"({"filters":[1],"profile":"own"})", R"({"filters":[""],"profile":"own"})",
        R"({"filters":["--"],"profile":"own"})", R"({"filters":["--tag"],"profile":"own"})",
        R"({"filters":["--nonsense x"],"profile":"own"})",
        R"({"filters":[],"more":1,"profile":"own"})"}) {
    EXPECT_FALSE(plan_of_selection(text, own).ok()) << text;
  }
  const auto unknown = plan_of_selection(R"({"filters":[],"profile":"other"})", own);
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code, ErrorCode::kNotFound);
}

judge::RunResult telling_result() {
  judge::RunResult result;
  result.run.id = "R1";
  result.run.identification.laboratory = "Example Test Laboratory";
  result.run.identification.contact = "canary-10";
  result.run.identification.opinions = {{"canary-11", "canary-12"}};
  judge::CaseResult one;
  one.id = "own.case";
  one.disposition = judge::Disposition::kExecuted;
  one.verdict = judge::Verdict::kFail;
  one.attempts = {{judge::Verdict::kFail, "canary-1"}};
  one.engine_error = "canary-2";
  judge::CheckResult check;
  check.finding.verdict = judge::Verdict::kFail;
  check.finding.code = "content-differs";
  check.finding.expected = "canary-3";
  check.finding.observed = "canary-4";
  check.finding.evidence = {7};
  check.finding.measures = {{"ms", 12}, {"who", "canary-5"}, {"all", json::array{"canary-6"}}};
  one.checks = {check};
  result.cases = {one};
  judge::ExaminationResult examined;
  examined.finding.observed = "canary-7";
  examined.documents = {{"canary-8", "2026-01-01", "aa", "canary-9"}};
  result.examinations = {examined};
  return result;
}

TEST(PublicResult, HasVerdictsCodesAndNumbersAndNoTexts) {
  const judge::RunResult shown = public_result(telling_result());
  EXPECT_THAT(canonical(judge::to_json(shown)), Not(HasSubstr("canary")));
  EXPECT_EQ(shown.run.identification.laboratory, "Example Test Laboratory");
  EXPECT_EQ(shown.run.identification.opinions.size(), 1U) << "that there is one stays";
  const judge::CaseResult& one = shown.cases.front();
  EXPECT_EQ(one.verdict, judge::Verdict::kFail);
  EXPECT_FALSE(one.engine_error.empty()) << "that it was stopped stays";
  const judge::Finding& finding = one.checks.front().finding;
  EXPECT_EQ(finding.verdict, judge::Verdict::kFail);
  EXPECT_EQ(finding.code, "content-differs");
  EXPECT_EQ(finding.evidence, std::vector<std::uint64_t>{7});
  EXPECT_EQ(canonical(finding.measures), R"({"ms":12})");
}

TEST(PublicResult, OfAPublicResultIsTheSame) {
  const judge::RunResult once = public_result(telling_result());
  EXPECT_EQ(judge::to_json(public_result(once)), judge::to_json(once));
}

TEST(StatementOf, WhatDidNotPassHasFailedAndWhatDoesNotApplyIsNotListed) {
  judge::RunResult result = telling_result();
  judge::CaseResult passed;
  passed.id = "own.passed";
  passed.disposition = judge::Disposition::kExecuted;
  passed.verdict = judge::Verdict::kPass;
  judge::CaseResult left_out;
  left_out.id = "own.left-out";
  left_out.disposition = judge::Disposition::kNotApplicable;
  judge::CaseResult untested;
  untested.id = "own.untested";
  untested.disposition = judge::Disposition::kNotTested;
  result.cases.insert(result.cases.end(), {passed, left_out, untested});
  const evidence::TestStatement statement = statement_of(result, "N");
  EXPECT_THAT(statement.passed, testing::ElementsAre("own.passed"));
  EXPECT_THAT(statement.failed, testing::ElementsAre("own.case", "own.untested"));
  EXPECT_EQ(statement.nonce, "N");
}

TEST(SealRun, RefusesAResultWithoutPlanAndAnotherTranscript) {
  RunFiles files;
  files.result.run.id = "R1";
  const auto seal = [&] {
    return seal_run(files, evidence::Confidentiality::kPublic, "", evidence::SaltKey({}), {});
  };
  ASSERT_FALSE(seal().ok());
  EXPECT_THAT(seal().error().text(), HasSubstr("names no plan"));
  files.result.run.plan_digest = std::string(64, 'a');
  files.result.run.transcript_digest = std::string(64, 'a');
  ASSERT_FALSE(seal().ok());
  EXPECT_THAT(seal().error().text(), HasSubstr("is not the transcript"));
}

TEST(IutDigest, ChangesWithWhateverIsKnownOfASeat) {
  judge::RunInfo run;
  run.seats = {{"gatekeeper-client", "App", "1", "driver", "2", true}};
  const auto before = iut_digest(run);
  judge::RunInfo other = run;
  other.seats[0].version = "3";
  EXPECT_NE(iut_digest(other), before);
  other = run;
  other.seats[0].under_test = false;
  EXPECT_NE(iut_digest(other), before);
}

evidence::BundleContent small_content() {
  evidence::BundleContent content;
  content.files = {{"result.json", "{}", "application/json", evidence::Confidentiality::kPublic},
                   {"a.txt", "secret", "text/plain", evidence::Confidentiality::kConfidential}};
  content.statement.sentence = "no-statement";
  content.statement.run_id = "R1";
  content.statement.profile = "own/1";
  return content;
}

TEST(WriteBundle, LeavesWhatIsConfidentialOutOfThePublicEdition) {
  const auto key = crypto::SigningKey::generate(crypto::KeyAlgorithm::kEd25519);
  evidence::BundleContent content = small_content();
  const Bytes whole = evidence::write_bundle(content, key).value();
  EXPECT_THAT(std::string(as_text(whole)), HasSubstr("secret"));
  EXPECT_TRUE(evidence::write_bundle(content, key).value() == whole) << "the same bytes again";
  content.edition = evidence::Confidentiality::kPublic;
  const Bytes open = evidence::write_bundle(content, key).value();
  EXPECT_THAT(std::string(as_text(open)), Not(HasSubstr("secret")));
  EXPECT_THAT(std::string(as_text(open)), Not(HasSubstr("a.txt")));
}

TEST(WriteBundle, NeedsAResult) {
  const auto key = crypto::SigningKey::generate(crypto::KeyAlgorithm::kEd25519);
  evidence::BundleContent content = small_content();
  content.files.erase(content.files.begin());
  const auto made = evidence::write_bundle(content, key);
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, ErrorCode::kInvalid);
}

TEST(Verify, GarbageIsNoBundleAndEverythingElseIsSkipped) {
  const scenario::Library own = library();
  const OwnCatalogue catalogue{.library = own, .digest = "", .wire_profile = {}};
  for (const std::string& bytes : {std::string(), std::string("PK"), std::string(5000, '\xff')}) {
    const auto lines = verify_bundle(as_bytes(bytes), catalogue, {});
    ASSERT_EQ(lines.size(), 20U);
    EXPECT_EQ(lines[0].outcome, Outcome::kFail);
    for (std::size_t i = 1; i < lines.size(); ++i) {
      EXPECT_EQ(lines[i].outcome, Outcome::kSkipped) << lines[i].id;
      EXPECT_FALSE(lines[i].why.empty()) << lines[i].id;
    }
    EXPECT_FALSE(sound(lines));
  }
}

TEST(Verify, WithoutASignatureNothingIsSound) {
  EXPECT_FALSE(sound(std::vector<CheckLine>{{"V02", "", Outcome::kSkipped, ""}}));
  EXPECT_TRUE(sound(std::vector<CheckLine>{{"V02", "", Outcome::kOk, ""}}));
  EXPECT_FALSE(sound(
      std::vector<CheckLine>{{"V02", "", Outcome::kOk, ""}, {"V20", "", Outcome::kFail, ""}}));
}

}  // namespace
}  // namespace parley::attest
