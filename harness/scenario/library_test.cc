// The repository's own scenarios, profiles and catalogue, loaded as the program loads them, and
// libraries in memory with one thing wrong across files.
#include "harness/scenario/library.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "harness/scenario/library_for_tests.h"
#include "harness/scenario/plan.h"

namespace parley::scenario {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Field;

class RepositoryLibrary : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    files_ = new std::vector<NamedText>(repository_files());
    std::vector<Diagnostic> diagnostics;
    auto library = load_library(as_sources(*files_), repository_surroundings(), diagnostics);
    ASSERT_TRUE(library.has_value()) << render(diagnostics);
    library_ = new Library(std::move(*library));
  }
  static void TearDownTestSuite() {
    delete library_;
    delete files_;
    library_ = nullptr;
    files_ = nullptr;
  }
  void SetUp() override { ASSERT_NE(library_, nullptr); }

  /// By checks of scenarios and by invariants of profiles.
  static std::set<std::string> cited_requirements();

  static std::vector<NamedText>* files_;
  static Library* library_;
};
std::vector<NamedText>* RepositoryLibrary::files_ = nullptr;
Library* RepositoryLibrary::library_ = nullptr;

std::set<std::string> RepositoryLibrary::cited_requirements() {
  std::set<std::string> cited;
  for (const Scenario& scenario : library_->scenarios) {
    for (const TestCase& test_case : scenario.cases) {
      for (const Check& check : test_case.checks) {
        cited.insert(check.requirements.begin(), check.requirements.end());
      }
    }
  }
  for (const Profile& profile : library_->profiles) {
    for (const Invariant& invariant : profile.invariants) {
      cited.insert(invariant.requirements.begin(), invariant.requirements.end());
    }
  }
  return cited;
}

// Rows of the base phase that a test should look at and none does yet. Only to become shorter.
const std::vector<std::string> kKnownGaps = {
    "AUTH-008", "AUTH-009", "AUTH-010", "AUTH-013", "AVL-001",  "AVL-002",  "AVL-004",  "AVL-005",
    "AVL-006",  "AVL-008",  "AVL-009",  "AVL-010",  "AVL-011",  "CONS-002", "CONS-008", "CONS-009",
    "CONS-011", "CONS-013", "CONS-014", "CONS-015", "CONS-017", "CONS-018", "CONS-019", "DISC-003",
    "DISC-006", "DISC-008", "DISC-009", "DISC-010", "DISC-011", "DISC-012", "DISC-013", "DISC-014",
    "DISC-015", "E2E-001",  "E2E-005",  "E2E-007",  "E2E-010",  "E2E-011",  "E2E-012",  "E2E-015",
    "E2E-016",  "E2E-018",  "E2E-019",  "E2E-020",  "E2E-021",  "E2E-022",  "E2E-023",  "E2E-024",
    "E2E-025",  "ENL-003",  "ENL-007",  "ENL-008",  "ENL-016",  "ENL-017",  "ENL-018",  "MED-005",
    "MED-008",  "MED-011",  "MED-012",  "MED-013",  "MED-014",  "MED-015",  "MED-016",  "MED-018",
    "MED-019",  "MSG-012",  "MSG-018",  "MSG-019",  "MSG-020",  "MSG-021",  "MSG-022",  "MSG-023",
    "MSG-024",  "MSG-025",  "ONB-001",  "ONB-002",  "ONB-003",  "ONB-004",  "ONB-005",  "ONB-006",
    "ONB-007",  "ONB-008",  "ONB-009",  "ONB-011",  "ONB-012",  "ONB-013",  "ONB-014",  "ONB-015",
    "ONB-016",  "ONB-017",  "ONB-018",  "ONB-019",  "PRIV-001", "PRIV-002", "PRIV-004", "PRIV-005",
    "PRIV-006", "PRIV-007", "PRIV-010", "PRIV-011", "PRIV-012", "PRIV-013", "PRIV-014", "PRIV-015",
    "PRIV-016", "PUSH-004", "PUSH-010", "PUSH-011", "PUSH-012", "REP-001",  "REP-002",  "REP-003",
    "REP-004",  "REP-005",  "REP-006",  "REP-007",  "REP-008",  "REP-009",  "REP-010",  "REP-011",
    "REP-012",  "REP-013",  "REP-014",  "REP-015",  "SAFE-005", "SAFE-006", "SAFE-007", "SAFE-008",
    "SAFE-009", "SAFE-010", "SAFE-011", "SAFE-012", "SAFE-013", "SAFE-014", "SAFE-015", "SAFE-016",
    "SAFE-017", "TRN-001",  "TRN-003",  "TRN-005",  "TRN-007",  "TRN-010",  "TRN-012",  "TRN-013",
    "TRN-014",  "TRN-015",  "TRN-016",  "TRN-017",  "TRN-019",  "TRN-020",
};

TEST_F(RepositoryLibrary, HasTheBaseProfileWithItsTestCases) {
  const Profile* base = library_->find_profile("base");
  ASSERT_NE(base, nullptr);
  EXPECT_EQ(base->wire, "wa-public-1.0.3");
  const Result<Plan> plan = make_plan(*library_, "base", {});
  ASSERT_TRUE(plan.ok()) << plan.error().text();
  EXPECT_GE(plan->cases.size(), 60U);
  RecordProperty("cases", static_cast<int>(plan->cases.size()));
  RecordProperty("checks", static_cast<int>(plan->check_count()));
}

TEST_F(RepositoryLibrary, EveryTestCaseHasAStepOfItsOwnAndACheck) {
  for (const Scenario& scenario : library_->scenarios) {
    for (const TestCase& test_case : scenario.cases) {
      EXPECT_FALSE(test_case.checks.empty()) << test_case.id;
      EXPECT_TRUE(std::any_of(test_case.steps.begin(), test_case.steps.end(), [](const Step& step) {
        return !step.setup;
      })) << test_case.id;
    }
  }
}

TEST_F(RepositoryLibrary, EveryRowIsCitedOrLaterOrExaminedOrExcludedOrAKnownGap) {
  EXPECT_EQ(library_->requirements.size(), 274U);
  const std::set<std::string> cited = cited_requirements();
  for (const std::string& id : cited) EXPECT_NE(library_->find_requirement(id), nullptr) << id;
  int gaps = 0;
  for (const Requirement& row : library_->requirements) {
    const bool needs_a_check =
        row.phase == Phase::kBase && row.method == Method::kTest && row.excluded.empty();
    if (!needs_a_check || cited.contains(row.id)) continue;
    ++gaps;
    EXPECT_THAT(kKnownGaps, Contains(row.id)) << "is tested by nothing";
  }
  RecordProperty("gaps", gaps);
}

TEST_F(RepositoryLibrary, NegativeChecksHaveASentinel) {
  for (const Scenario& scenario : library_->scenarios) {
    for (const TestCase& test_case : scenario.cases) {
      for (const Check& check : test_case.checks) {
        if (check.kind != "event-absent") continue;
        EXPECT_TRUE(check.arguments.contains("sentinel")) << test_case.id << "/" << check.id;
      }
    }
  }
}

TEST_F(RepositoryLibrary, CaseIdsAreUniqueAndFindable) {
  std::set<std::string> ids;
  for (const Scenario& scenario : library_->scenarios) {
    for (const TestCase& test_case : scenario.cases) {
      EXPECT_TRUE(ids.insert(test_case.id).second) << test_case.id;
      EXPECT_EQ(library_->find_case(test_case.id), &test_case);
    }
  }
}

TEST_F(RepositoryLibrary, NoMatrixPlaceholderIsLeft) {
  for (const Scenario& scenario : library_->scenarios) {
    for (const TestCase& test_case : scenario.cases) {
      const std::string text = canonical(to_json(test_case));
      EXPECT_EQ(text.find("${matrix."), std::string::npos) << test_case.id;
      EXPECT_EQ(text.find("${actors."), std::string::npos) << test_case.id;
    }
  }
}

TEST_F(RepositoryLibrary, EveryFileNamesItsSchema) {
  for (const NamedText& file : *files_) {
    EXPECT_TRUE(file.text.starts_with("# yaml-language-server: $schema=../")) << file.path;
  }
}

std::vector<Diagnostic> load_files(const std::vector<NamedText>& files) {
  std::vector<Diagnostic> diagnostics;
  Surroundings surroundings{{}, test_checks()};
  std::erase_if(surroundings.checks, [](const CheckSpec& spec) { return spec.invariant; });
  EXPECT_FALSE(load_library(as_sources(files), surroundings, diagnostics).has_value());
  return diagnostics;
}

std::vector<std::string> codes(const std::vector<Diagnostic>& diagnostics) {
  std::vector<std::string> out;
  for (const Diagnostic& diagnostic : diagnostics) out.push_back(diagnostic.code);
  return out;
}

TEST(Library, TellsOfFilesThatItDoesNotKnow) {
  EXPECT_THAT(codes(load_files({{"scenarios/notes.yaml", "a: 1\n"}})),
              ElementsAre("misplaced-file"));
}

TEST(Library, TellsOfIdsThatExistTwice) {
  std::vector<NamedText> files = small_library();
  files.erase(files.begin() + 1);
  files.push_back({"scenarios/catalogue/more.yaml",
                   "requirements:\n"
                   "  - {id: MSG-001, title: Again, statement: S., binds: [partner], source: s,\n"
                   "     basis: I, modality: may, voice: advisory}\n"});
  const std::vector<Diagnostic> found = load_files(files);
  ASSERT_EQ(codes(found), std::vector<std::string>{"duplicate-id"});
  EXPECT_EQ(found[0].file, "scenarios/catalogue/more.yaml");
}

TEST(Library, TellsOfObligationsAndProfilesThatNameUnknownRequirements) {
  std::vector<NamedText> files = small_library();
  files.push_back({"scenarios/catalogue/obligations.yaml",
                   "obligations:\n"
                   "  - {id: art-7-1, article: 7(1), title: T, statement: S., binds: gatekeeper,\n"
                   "     basis: F, in_force: {whatsapp: 2024-03-07}, requirements: [MSG-003]}\n"});
  files[1].text += "  - {check: canary-contained, requirements: [MSG-009]}\n";
  const std::vector<Diagnostic> found = load_files(files);
  EXPECT_THAT(
      found, Contains(Field(&Diagnostic::message, "the catalogue has no requirement \"MSG-003\"")));
  EXPECT_THAT(
      found, Contains(Field(&Diagnostic::message, "the catalogue has no requirement \"MSG-009\"")));
  EXPECT_THAT(found,
              Contains(Field(&Diagnostic::message, "no invariant is called \"canary-contained\"")));
}

TEST(Library, TellsOfAProfileThatSelectsNothing) {
  const std::vector<Diagnostic> found = load_files({{"scenarios/profiles/base.yaml",
                                                     "id: base\ntitle: T\nversion: v\nwire: w\n"
                                                     "service: whatsapp\nscenarios: [\"text.*\"]\n"
                                                     "invariants: []\n"}});
  EXPECT_THAT(codes(found), ElementsAre("unmatched-filter"));
}

TEST(Library, SortsDiagnosticsByFileAndLine) {
  const std::vector<Diagnostic> found =
      load_files({{"scenarios/setups/b.yaml", "id: b\ntitle: 7\nactors: {}\n"},
                  {"scenarios/setups/a.yaml", "- no\n"}});
  ASSERT_GE(found.size(), 2U);
  EXPECT_EQ(found[0].file, "scenarios/setups/a.yaml");
  EXPECT_EQ(found[1].file, "scenarios/setups/b.yaml");
}

}  // namespace
}  // namespace parley::scenario
