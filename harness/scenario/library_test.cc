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

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;

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
    "DISC-015",
    "PUSH-011",
    "TRN-020",
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
        row.phase == Phase::kBase && row.examinations.empty() && !row.exclusion;
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
                   "  - {id: MSG-001, title: Again, statement: S., binds: [partner], basis: I,\n"
                   "     source: [{document: DMA}], modality: may, voice: advisory}\n"});
  const std::vector<Diagnostic> found = load_files(files);
  ASSERT_EQ(codes(found), std::vector<std::string>{"duplicate-id"});
  EXPECT_EQ(found[0].file, "scenarios/catalogue/more.yaml");
}

TEST(Library, TellsOfObligationsAndProfilesThatNameUnknownRequirements) {
  std::vector<NamedText> files = small_library();
  files.push_back({"scenarios/catalogue/obligations.yaml",
                   "obligations:\n"
                   "  - {id: art-7-1, article: 7(1), title: T, statement: S., binds: gatekeeper,\n"
                   "     basis: F, phase: base, requirements: [MSG-003]}\n"});
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
  const std::vector<Diagnostic> found = load_files({small_library()[0],
                                                    {"scenarios/profiles/base.yaml",
                                                     "id: base\ntitle: T\nversion: v\nwire: w\n"
                                                     "service: whatsapp\nscenarios: [\"text.*\"]\n"
                                                     "invariants: []\n"}});
  EXPECT_THAT(codes(found), ElementsAre("unmatched-filter"));
}

// What the loader says about the repository's files after `change`.
template <class Change>
std::vector<Diagnostic> after(const Change& change) {
  std::vector<NamedText> files = repository_files();
  Surroundings surroundings = repository_surroundings();
  change(files, surroundings);
  std::vector<Diagnostic> diagnostics;
  EXPECT_FALSE(load_library(as_sources(files), surroundings, diagnostics).has_value());
  return diagnostics;
}

std::string& text_of(std::vector<NamedText>& files, const std::string& path) {
  const auto it = std::find_if(files.begin(), files.end(),
                               [&](const NamedText& file) { return file.path == path; });
  EXPECT_NE(it, files.end()) << path;
  return it->text;
}

TEST(Removal, OfARequirementIsToldByItsId) {
  const auto found = after([](std::vector<NamedText>& files, Surroundings&) {
    std::string& text = text_of(files, "scenarios/catalogue/discovery.yaml");
    const std::size_t begin = text.find("  - id: DISC-009");
    text.erase(begin, text.find("  - id: DISC-010") - begin);
  });
  EXPECT_THAT(found, Contains(AllOf(
                         Field(&Diagnostic::code, "missing-row"),
                         Field(&Diagnostic::message, "DISC-009 is missing from the catalogue"))));
}

TEST(Removal, OfTheLastRequirementAndOfItsCountIsToldByWhoeverNamesIt) {
  const auto found = after([](std::vector<NamedText>& files, Surroundings&) {
    std::string& text = text_of(files, "scenarios/catalogue/safety.yaml");
    text.erase(text.find("  - id: SAFE-017"));
  });
  EXPECT_THAT(found, Contains(Field(&Diagnostic::message, HasSubstr("SAFE-017 is missing"))));
}

TEST(Removal, OfAWholeAreaIsToldRowByRow) {
  const auto found = after([](std::vector<NamedText>& files, Surroundings&) {
    std::erase_if(files, [](const NamedText& file) {
      return file.path == "scenarios/catalogue/groups.yaml";
    });
  });
  EXPECT_EQ(std::count_if(found.begin(), found.end(),
                          [](const Diagnostic& one) { return one.code == "missing-row"; }),
            15);
}

TEST(Removal, OfTheCountsIsTold) {
  const auto found = after([](std::vector<NamedText>& files, Surroundings&) {
    std::erase_if(files, [](const NamedText& file) {
      return file.path == "scenarios/catalogue/manifest.yaml";
    });
  });
  EXPECT_THAT(found,
              Contains(Field(&Diagnostic::message, "no area of the catalogue counts DISC-009")));
}

TEST(Removal, OfAScenarioIsToldByItsId) {
  const auto found = after([](std::vector<NamedText>& files, Surroundings&) {
    std::erase_if(files, [](const NamedText& file) {
      return file.path == "scenarios/cases/text/reply.yaml";
    });
  });
  EXPECT_THAT(found, Contains(AllOf(Field(&Diagnostic::code, "unmatched-filter"),
                                    Field(&Diagnostic::message, HasSubstr("\"text.reply\"")),
                                    Field(&Diagnostic::file, "scenarios/profiles/base.yaml"))));
}

TEST(Removal, OfAScenarioFromItsProfileIsTold) {
  const auto found = after([](std::vector<NamedText>& files, Surroundings&) {
    std::string& text = text_of(files, "scenarios/profiles/base.yaml");
    const std::string line = "  - safety.block\n";
    text.erase(text.find(line), line.size());
    std::string& native = text_of(files, "scenarios/profiles/native-client.yaml");
    native.erase(native.find(line), line.size());
  });
  EXPECT_THAT(found, ElementsAre(AllOf(
                         Field(&Diagnostic::code, "unselected-scenario"),
                         Field(&Diagnostic::file, "scenarios/cases/safety/block.yaml"),
                         Field(&Diagnostic::message, "no profile selects \"safety.block\""))));
}

TEST(Removal, OfAKindOfCheckIsToldWhereItIsUsed) {
  const auto found = after([](std::vector<NamedText>&, Surroundings& surroundings) {
    std::erase_if(surroundings.checks,
                  [](const CheckSpec& spec) { return spec.name == "quote-intact"; });
  });
  EXPECT_THAT(found, Contains(AllOf(Field(&Diagnostic::code, "unknown-check"),
                                    Field(&Diagnostic::file, "scenarios/cases/text/reply.yaml"),
                                    Field(&Diagnostic::message, HasSubstr("quote-intact")))));
}

TEST(Removal, OfAnInvariantIsToldByEveryProfile) {
  const auto found = after([](std::vector<NamedText>&, Surroundings& surroundings) {
    std::erase_if(surroundings.checks,
                  [](const CheckSpec& spec) { return spec.name == "tokens-redacted"; });
  });
  EXPECT_THAT(found, Contains(AllOf(Field(&Diagnostic::code, "unknown-check"),
                                    Field(&Diagnostic::file, "scenarios/profiles/base.yaml"),
                                    Field(&Diagnostic::message, HasSubstr("tokens-redacted")))));
}

TEST(Removal, OfADeclaredCheckLeavesItsRequirementUnjudged) {
  const auto found = after([](std::vector<NamedText>& files, Surroundings&) {
    std::string& text = text_of(files, "scenarios/cases/text/reply.yaml");
    text.erase(text.find("checks:"));
    text += "checks: []\n";
  });
  EXPECT_THAT(found, Contains(AllOf(Field(&Diagnostic::code, "unjudged-requirement"),
                                    Field(&Diagnostic::message, HasSubstr("MSG-011")))));
}

TEST(Library, TellsOfWhatTheCatalogueNamesInVain) {
  std::vector<NamedText> files = small_library();
  std::string& text = files[0].text;
  text.replace(text.find("[{document: DMA}]"), 17, "[{document: DNA}]");
  text += "extensions:\n  - {obligation: art-7-9, service: whatsap, until: 2026-01-01}\n";
  const std::vector<Diagnostic> found = load_files(files);
  EXPECT_THAT(found, Contains(AllOf(Field(&Diagnostic::code, "unknown-document"),
                                    Field(&Diagnostic::hint, "did you mean \"DMA\"?"))));
  EXPECT_THAT(found, Contains(Field(&Diagnostic::code, "unknown-obligation")));
  EXPECT_THAT(found, Contains(AllOf(Field(&Diagnostic::code, "unknown-service"),
                                    Field(&Diagnostic::hint, "did you mean \"whatsapp\"?"))));
}

TEST(Library, TellsOfAProfileForAnUnknownService) {
  std::vector<NamedText> files = small_library();
  files[1].text.replace(files[1].text.find("service: whatsapp"), 17, "service: telegraph");
  EXPECT_THAT(load_files(files), Contains(Field(&Diagnostic::code, "unknown-service")));
}

TEST(Library, TellsOfExaminationsThatDoNotExistOrLackArguments) {
  const auto with = [](const std::string& examination) {
    std::vector<NamedText> files = small_library();
    std::string& text = files[0].text;
    text.replace(text.find("voice: law"), 10,
                 "voice: law, method: examine, examine: [" + examination + "]");
    return load_files(files);
  };
  EXPECT_THAT(with("{kind: compleet, document: x, has: [y]}"),
              Contains(AllOf(Field(&Diagnostic::code, "unknown-check"),
                             Field(&Diagnostic::hint, "did you mean \"complete\"?"))));
  EXPECT_THAT(with("{kind: complete, document: x}"),
              Contains(Field(&Diagnostic::code, "missing-argument")));
  EXPECT_THAT(with("{kind: complete, document: x, has: [y], months: 3}"),
              Contains(Field(&Diagnostic::code, "unknown-argument")));
}

TEST_F(RepositoryLibrary, EveryRequirementOfTheLawBelongsToAnObligation) {
  std::set<std::string> listed;
  for (const Obligation& obligation : library_->obligations) {
    EXPECT_FALSE(obligation.requirements.empty()) << obligation.id;
    listed.insert(obligation.requirements.begin(), obligation.requirements.end());
  }
  for (const Requirement& row : library_->requirements) {
    if (row.voice != Voice::kLaw) continue;
    EXPECT_TRUE(listed.contains(row.id)) << row.id;
  }
}

TEST_F(RepositoryLibrary, RowsHaveSentencesOfTheirOwn) {
  std::set<std::string> statements;
  for (const Requirement& row : library_->requirements) {
    EXPECT_NE(row.statement, row.title + ".") << row.id;
    EXPECT_TRUE(row.statement.ends_with('.')) << row.id;
    EXPECT_GE(row.statement.size(), 30U) << row.id;
    EXPECT_LE(row.title.size(), 70U) << row.id;
    EXPECT_TRUE(statements.insert(row.statement).second) << row.id << " says what another says";
  }
}

TEST_F(RepositoryLibrary, BaseNamesItsScenariosOneByOne) {
  for (const std::string& one : library_->find_profile("base")->scenarios) {
    EXPECT_EQ(one.find_first_of("*?:"), std::string::npos)
        << one << " would not miss a scenario that disappears";
  }
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
