// The matrix and the catalogue that the binary carries, and some that do not agree with each other.
#include "harness/cli/suite_proof.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/encoding.h"
#include "harness/crypto/hash.h"
#include "harness/judge/check.h"
#include "reports/proof_html.h"

namespace parley::cli {
namespace {

using mocks::quirks::Quirk;
using mocks::quirks::Separation;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::size_t kMostBytesOfTheSection = 150'000;

std::vector<Quirk> two_quirks() {
  std::vector<Quirk> out(2);
  out[0].id = "server.alters";
  out[0].role = evidence::Role::kGatekeeperServer;
  out[0].summary = "Turns a bit over.";
  out[0].kills = {{"content-intact", "content-differs"}};
  out[1].id = "server.waits";
  out[1].role = evidence::Role::kGatekeeperServer;
  out[1].equivalent = "Nobody can tell.";
  return out;
}

json::object matrix(std::string_view text) { return parse_json(text).value().get_object(); }

constexpr std::string_view kMatrix = R"({
  "columns": ["content-intact", "delivered-once"],
  "rows": [
    {"quirk": "server.alters", "status": "KILLED",
     "killed": {"content-intact": ["content-differs", "odd"], "delivered-once": ["not-shown"]},
     "shown_by": {"content-intact/content-differs": "text.both-ways"}},
    {"quirk": "server.waits", "status": "EQUIVALENT", "killed": {}, "shown_by": {}}]})";

TEST(SuiteProof, SaysWhatTheMatrixAndTheCatalogueSayTogether) {
  const reports::Proof proof = proof_of(matrix(kMatrix), two_quirks(), {});
  EXPECT_THAT(proof.troubles, IsEmpty());
  EXPECT_EQ(proof.digest, hex(crypto::sha256(as_bytes(canonical(matrix(kMatrix))))));
  ASSERT_THAT(proof.checks, SizeIs(2));
  EXPECT_EQ(proof.checks[0].demands, judge::find_check_kind("content-intact")->summary);
  ASSERT_THAT(proof.checks[0].finds, SizeIs(2));
  EXPECT_TRUE(proof.checks[0].finds[0].named);
  EXPECT_EQ(proof.checks[0].finds[0].shown_by, "text.both-ways");
  EXPECT_FALSE(proof.checks[0].finds[1].named) << "another finding than the one it was made for";
  EXPECT_TRUE(proof.checks[0].shown());
  EXPECT_FALSE(proof.checks[1].shown()) << "collateral shows nothing";
  EXPECT_EQ(proof.count("EQUIVALENT"), 1U);
  EXPECT_EQ(proof.quirks[1].equivalent, "Nobody can tell.");
  EXPECT_EQ(suite_info(proof).kill_matrix.quirks, 2U);
  EXPECT_EQ(suite_info(proof).kill_matrix.checks, 2U);
}

TEST(SuiteProof, ListsWhoWasFoundAlikeWithTheReasonForIt) {
  const auto alone = proof_of(matrix(kMatrix), two_quirks(), {});
  ASSERT_THAT(alone.alike, SizeIs(1));
  EXPECT_EQ(alone.alike[0].what, "content-intact, delivered-once");
  EXPECT_EQ(alone.alike[0].why, "");
  const std::vector<Separation> apart = {{{"content-intact", "delivered-once"}, "They differ."}};
  EXPECT_EQ(proof_of(matrix(kMatrix), two_quirks(), apart).alike[0].why, "They differ.");
}

TEST(SuiteProof, TellsWhereTheMatrixIsNotOfThisCatalogue) {
  std::vector<Quirk> other = two_quirks();
  other[0].id = "server.changes";
  EXPECT_THAT(proof_of(matrix(kMatrix), other, {}).troubles,
              ElementsAre("the matrix does not have server.changes",
                          "the catalogue does not have server.alters"));
  EXPECT_THAT(proof_of(matrix(R"({"columns": ["content-intct"], "rows": []})"), {}, {}).troubles,
              ElementsAre("there is no check of the kind content-intct"));
  EXPECT_THAT(proof_of(json::object(), {}, {}).checks, IsEmpty());
}

TEST(SuiteProof, OfASeenMatrixHasWhatItsRulesSay) {
  prove::Trial survived{0, "a", 1, {}, ""};
  prove::Baseline baseline;
  baseline.declared = {"content-intact"};
  baseline.emitted = {"content-intact"};
  baseline.troubles = {"a/x: odd"};
  baseline.cases = 1;
  const std::vector<Quirk> quirks = {two_quirks()[0]};
  const auto seen = prove::evaluate(quirks, baseline, std::vector{survived});
  EXPECT_THAT(
      proof_of(seen, quirks, {}).troubles,
      ElementsAre("server.alters: SURVIVED",
                  "server.alters: not found by content-intact/content-differs",
                  "without any defect: a/x: odd", "content-intact: no defect shows it failing"));
  EXPECT_EQ(proof_of(seen, quirks, {}).runs, 2U);
}

TEST(SuiteProof, TellsWhatImpostorsPassAndWhetherTheyMay) {
  const auto seen =
      matrix(R"({"columns": [], "rows": [], "scenario_checks": 3, "unshown": ["text/once"],
    "impostors": [{"impostor": "client.mute", "excused": ["text[to=alice]"]}]})");
  const std::vector<prove::Excuse> excuses = {{"*.mute", {"text*"}, "It is not asked."}};
  const reports::Proof proof = proof_of(seen, {}, {}, excuses);
  EXPECT_EQ(proof.impostors, 1U);
  EXPECT_EQ(proof.excused[0].what, "client.mute: text[to=alice]");
  EXPECT_EQ(proof.excused[0].why, "It is not asked.");
  EXPECT_EQ(proof.scenario_checks, 3U);
  ASSERT_THAT(proof.unshown, testing::SizeIs(1));
  EXPECT_EQ(proof.unshown[0].what, "text/once");
  EXPECT_EQ(proof.unshown[0].why, "") << "nobody has said";
  const std::vector<mocks::quirks::Unshown> declared = {{"text/once", "It takes two."}};
  EXPECT_EQ(proof_of(seen, {}, {}, excuses, declared).unshown[0].why, "It takes two.");
  EXPECT_THAT(proof.troubles, IsEmpty());
  EXPECT_THAT(proof_of(seen, {}, {}).troubles, ElementsAre("client.mute passes text[to=alice]"));
}

class CarriedProof : public testing::Test {
 protected:
  // Loaded once: it takes longer than the tests.
  CarriedProof() : suite_(loaded()) {}
  static const std::optional<Suite>& loaded() {
    static const std::optional<Suite> kSuite = [] {
      std::vector<Diagnostic> diagnostics;
      return load_suite({}, diagnostics);
    }();
    return kSuite;
  }
  std::vector<Diagnostic> diagnostics_;
  std::optional<Suite> suite_;
};

TEST_F(CarriedProof, IsOfTheCarriedCatalogueAndShortEnoughForEveryReport) {
  ASSERT_TRUE(suite_);
  const auto proof = accepted_proof(*suite_, diagnostics_);
  ASSERT_TRUE(proof) << render(diagnostics_);
  EXPECT_THAT(proof->troubles, IsEmpty());
  EXPECT_GE(proof->quirks.size(), 200U);
  EXPECT_EQ(proof->quirks.size(), proof->count("KILLED") + proof->count("EQUIVALENT"));
  for (const reports::ProofReason& alike : proof->alike) EXPECT_NE(alike.why, "") << alike.what;
  std::string section;
  reports::append_proof(section, *proof);
  EXPECT_LT(section.size(), kMostBytesOfTheSection);
  for (const reports::ProofCheck& check : proof->checks) {
    EXPECT_THAT(section, testing::HasSubstr(check.kind));
  }
}

TEST_F(CarriedProof, SeparationsNameKindsThatExist) {
  ASSERT_TRUE(suite_);
  for (const Separation& one : suite_->separations(diagnostics_)) {
    for (const std::string& kind : one.checks) {
      EXPECT_NE(judge::find_check_kind(kind), nullptr) << kind;
    }
  }
  EXPECT_THAT(diagnostics_, IsEmpty());
}

TEST_F(CarriedProof, AMatrixThatCannotBeReadIsToldAsOne) {
  ASSERT_TRUE(suite_);
  const std::string text = "[]";
  for (NamedFile& file : suite_->files) {
    if (file.path == "mocks/quirks/kill-matrix.json") file.content = as_bytes(text);
  }
  EXPECT_FALSE(accepted_proof(*suite_, diagnostics_));
  EXPECT_THAT(diagnostics_,
              Contains(testing::Field(&Diagnostic::file, "mocks/quirks/kill-matrix.json")));
  std::erase_if(suite_->files,
                [](const NamedFile& file) { return file.path == "mocks/quirks/kill-matrix.json"; });
  EXPECT_FALSE(accepted_proof(*suite_, diagnostics_));
}

}  // namespace
}  // namespace parley::cli
