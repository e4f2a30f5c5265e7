// The world: a document register with one thing in it, or one thing wrong with it, on a given day;
// and the register of docs/examples, with which every examination of the catalogue passes.
#include "harness/judge/examine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "harness/base/file.h"
#include "harness/judge/calendar.h"
#include "harness/judge/rollup.h"
#include "harness/scenario/examination_kinds.h"
#include "harness/scenario/in_force.h"

namespace parley::judge {
namespace {

using testing::ElementsAreArray;
using testing::HasSubstr;

namespace fs = std::filesystem;

TimePoint day(std::string_view text) { return parse_date(text).value(); }

scenario::Library repository() {
  const fs::path root = PARLEY_SOURCE_DIR;
  std::vector<std::pair<std::string, std::string>> files;
  for (const auto& entry : fs::directory_iterator(root / "scenarios/catalogue")) {
    files.emplace_back(fs::relative(entry.path(), root).generic_string(),
                       read_text_file(entry.path()).value());
  }
  std::vector<scenario::SourceFile> sources;
  for (const auto& [path, text] : files) sources.push_back({path, text});
  std::vector<Diagnostic> diagnostics;
  auto library = scenario::load_library(sources, {}, diagnostics);
  EXPECT_TRUE(library.has_value()) << render(diagnostics);
  return library ? std::move(*library) : scenario::Library{};
}

const scenario::Library& catalogue() {
  static const scenario::Library kLibrary = repository();
  return kLibrary;
}

std::vector<scenario::RegisterEntry> sample() {
  const std::string path = std::string(PARLEY_SOURCE_DIR) + "/docs/examples/register.yaml";
  std::vector<Diagnostic> diagnostics;
  const auto file = parse_yaml(path, read_text_file(path).value(), diagnostics);
  std::vector<scenario::RegisterEntry> out;
  if (file) scenario::read_register(*file, catalogue(), out, diagnostics);
  EXPECT_TRUE(diagnostics.empty()) << render(diagnostics);
  return out;
}

std::vector<ExaminationResult> examined(const std::string& id,
                                        const std::vector<scenario::RegisterEntry>& entries,
                                        std::string_view as_of = "2026-01-01") {
  return examine(catalogue(), *catalogue().find_requirement(id), entries, "whatsapp", day(as_of));
}

/// The worst of the row's findings.
Finding finding(const std::string& id, const std::vector<scenario::RegisterEntry>& entries,
                std::string_view as_of = "2026-01-01") {
  Finding worst;
  worst.verdict = Verdict::kPass;
  for (const ExaminationResult& one : examined(id, entries, as_of)) {
    if (worse(worst.verdict, one.finding.verdict) != worst.verdict || worst.code.empty()) {
      worst = one.finding;
    }
  }
  return worst;
}

scenario::RegisterEntry& entry(std::vector<scenario::RegisterEntry>& entries,
                               std::string_view document) {
  const auto it = std::find_if(entries.begin(), entries.end(),
                               [&](const auto& one) { return one.document == document; });
  EXPECT_NE(it, entries.end()) << document;
  return *it;
}

TEST(Examine, HasAFunctionForEveryKindOfTheLanguage) {
  std::vector<std::string_view> names;
  for (const auto& kind : scenario::examination_kinds()) names.push_back(kind.name);
  EXPECT_THAT(examined_kinds(), ElementsAreArray(names));
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
}

TEST(Examine, EveryExaminationPassesWithTheSampleRegister) {
  const auto entries = sample();
  int passes = 0;
  for (const scenario::Requirement& row : catalogue().requirements) {
    for (const ExaminationResult& one : examined(row.id, entries)) {
      if (one.kind == "rows-satisfied") continue;  // looks at a run, not at documents
      EXPECT_EQ(one.finding.verdict, Verdict::kPass)
          << one.id << ": " << one.finding.code << ", " << one.finding.observed;
      EXPECT_FALSE(one.documents.empty()) << one.id;
      ++passes;
    }
  }
  EXPECT_GE(passes, 50);
}

TEST(Examine, NothingIsShownByAnEmptyRegister) {
  for (const scenario::Requirement& row : catalogue().requirements) {
    for (const ExaminationResult& one : examined(row.id, {})) {
      if (one.kind == "rows-satisfied") continue;
      EXPECT_EQ(one.finding.verdict, Verdict::kInconclusive) << one.id;
      EXPECT_EQ(one.finding.code, "no-document") << one.id;
      EXPECT_TRUE(one.documents.empty()) << one.id;
    }
  }
}

TEST(Examine, ADocumentOfTomorrowIsNotThereYet) {
  EXPECT_EQ(finding("ONB-001", sample(), "2024-03-05").code, "no-document");
  EXPECT_EQ(finding("ONB-001", sample(), "2024-03-06").verdict, Verdict::kPass);
}

TEST(Examine, ADocumentOfAnotherServiceShowsNothing) {
  auto entries = sample();
  for (auto& one : entries) one.service = "messenger";
  EXPECT_EQ(finding("ONB-001", entries).code, "no-document");
}

TEST(Examine, ADocumentMustSayThatItSupportsTheRow) {
  auto entries = sample();
  for (auto& one : entries) one.supports.clear();
  EXPECT_EQ(finding("ONB-001", entries).code, "not-said-to-support");
  EXPECT_EQ(finding("ONB-001", entries).verdict, Verdict::kInconclusive);
  entry(entries, "Reference offer 1.0.3").supports = {"DMA 7(4)"};
  EXPECT_EQ(finding("ONB-001", entries).verdict, Verdict::kPass);
  entry(entries, "Reference offer 1.0.3").supports = {"DMA 7(5)"};
  EXPECT_EQ(finding("ONB-001", entries).verdict, Verdict::kInconclusive);
}

TEST(Examine, AFactThatContradictsFailsAndAMissingOneDoesNot) {
  auto entries = sample();
  entry(entries, "Reference offer 1.0.3").facts["fee"] = "per message";
  const Finding charged = finding("ONB-006", entries);
  EXPECT_EQ(charged.verdict, Verdict::kFail);
  EXPECT_EQ(charged.code, "contradicted");
  EXPECT_EQ(charged.blamed, "gatekeeper");
  EXPECT_THAT(charged.observed, HasSubstr("Reference offer 1.0.3"));
  for (const char* offer : {"Reference offer 1.0.0", "Reference offer 1.0.3"}) {
    entry(entries, offer).facts.erase("fee");
  }
  EXPECT_EQ(finding("ONB-006", entries).code, "fact-missing");
  EXPECT_EQ(finding("ONB-006", entries).verdict, Verdict::kInconclusive);
}

TEST(Examine, AFailIsBlamedOnWhoIsBound) {
  auto entries = sample();
  entry(entries, "Agreement with Birdy Ltd").facts["onward_bridging"] = true;
  EXPECT_EQ(finding("ONB-011", entries).verdict, Verdict::kFail);
  EXPECT_EQ(finding("ONB-011", entries).blamed, "partner");
}

TEST(Examine, ALogWithAGapFails) {
  auto entries = sample();
  entry(entries, "Refusal of Crow GmbH").facts.erase("evidence");
  EXPECT_EQ(finding("ONB-009", entries).code, "incomplete");
  EXPECT_THAT(finding("ONB-009", entries).observed, HasSubstr("\"evidence\""));
  entry(entries, "Request of Magpie SA").facts["state"] = "";
  EXPECT_EQ(finding("REP-009", entries).code, "incomplete");
}

TEST(Examine, AnAttestationThatThereIsNoneCountsAloneOnly) {
  auto entries = sample();
  EXPECT_EQ(finding("ONB-008", entries).verdict, Verdict::kPass);
  auto second = entry(entries, "Attestation on extensions");
  second.facts = {{"obligation", "art-7-5"}, {"until", "2026-03-01"}};
  entries.push_back(second);
  EXPECT_EQ(finding("ONB-008", entries).verdict, Verdict::kFail);
}

TEST(Examine, ARefusalForAForbiddenReasonFails) {
  auto entries = sample();
  auto& request = entry(entries, "Request of Magpie SA");
  request.facts["refused_for"] = "no-users-in-the-union";
  EXPECT_EQ(finding("ONB-007", entries).verdict, Verdict::kFail);
  EXPECT_EQ(finding("ONB-005", entries).verdict, Verdict::kPass);
  request.facts["refused_for"] = "partial-request";
  EXPECT_EQ(finding("ONB-007", entries).verdict, Verdict::kPass);
  EXPECT_EQ(finding("ONB-005", entries).verdict, Verdict::kFail);
}

TEST(Examine, TheFirstReportIsDueOnADay) {
  auto entries = sample();
  auto& report = entry(entries, "Compliance report 2024");
  report.date = day("2024-03-07");
  EXPECT_EQ(finding("REP-001", entries).verdict, Verdict::kPass);
  report.date = day("2024-03-08");
  EXPECT_EQ(finding("REP-001", entries).code, "late");
  EXPECT_EQ(finding("REP-001", entries).verdict, Verdict::kFail);
}

TEST(Examine, ReportsAreRenewedWithinAYear) {
  auto entries = sample();
  EXPECT_EQ(finding("REP-003", entries, "2026-03-06").verdict, Verdict::kPass);
  EXPECT_EQ(finding("REP-003", entries, "2026-03-07").code, "late");
  entry(entries, "Compliance report 2025").date = day("2025-03-07");
  EXPECT_EQ(finding("REP-003", entries).code, "late");
  EXPECT_EQ(finding("REP-002", entries).code, "not-together");
}

TEST(Examine, EachServiceHasItsAnnex) {
  auto entries = sample();
  std::erase_if(entries, [](const auto& one) {
    return one.kind == "compliance-annex" && one.service == "messenger";
  });
  EXPECT_EQ(finding("REP-004", entries).verdict, Verdict::kInconclusive);
  EXPECT_THAT(finding("REP-004", entries).observed, HasSubstr("Messenger"));
}

TEST(Examine, VersionsRiseAsNumbers) {
  auto entries = sample();
  entry(entries, "Reference offer 1.0.0").facts["version"] = "1.0.10";
  EXPECT_EQ(finding("ONB-003", entries).code, "version-falls");
  entry(entries, "Reference offer 1.0.0").facts["version"] = "1.0.2";
  EXPECT_EQ(finding("ONB-003", entries).verdict, Verdict::kPass);
  entry(entries, "Reference offer 1.0.0").facts["version"] = "first";
  EXPECT_EQ(finding("ONB-003", entries).code, "fact-missing");
}

TEST(Examine, MilestonesAndChangesHaveAnOrder) {
  auto entries = sample();
  entry(entries, "Milestones of Birdy Ltd").facts["m3"] = "2024-12-01";
  EXPECT_EQ(finding("ONB-012", entries).code, "out-of-order");
  entry(entries, "Milestones of Birdy Ltd").facts.erase("m3");
  EXPECT_EQ(finding("ONB-012", entries).code, "fact-missing");
  entry(entries, "Change 1.0.3").facts["announced"] = "2025-09-27";
  EXPECT_EQ(finding("AVL-004", entries).verdict, Verdict::kFail);
  entry(entries, "Notice of abuse 1").facts["acted"] = "2025-10-06";
  EXPECT_EQ(finding("SAFE-013", entries).verdict, Verdict::kFail);
}

TEST(Examine, AvailabilityMayDifferByTheTolerance) {
  auto entries = sample();
  auto& facts = entry(entries, "Availability in November 2025").facts;
  facts["interop_available_ppm"] = 998630;
  EXPECT_EQ(finding("AVL-001", entries).verdict, Verdict::kPass);
  facts["interop_available_ppm"] = 998629;
  EXPECT_EQ(finding("AVL-001", entries).code, "worse");
  facts.erase("native_available_ppm");
  EXPECT_EQ(finding("AVL-001", entries).code, "fact-missing");
}

// Documents as quirks: each is one defect of the sample register, and the kind that must notice it.
struct Defect {
  const char* kind;
  const char* code;
  const char* row;
  void (*make)(std::vector<scenario::RegisterEntry>&);
};

constexpr Defect kDefects[] = {
    {"complete", "incomplete", "ONB-009",
     [](auto& all) { entry(all, "Refusal of Crow GmbH").facts.erase("evidence"); }},
    {"document-present", "contradicted", "ONB-006",
     [](auto& all) { entry(all, "Reference offer 1.0.3").facts["fee"] = "per message"; }},
    {"in-order", "out-of-order", "ONB-012",
     [](auto& all) { entry(all, "Milestones of Birdy Ltd").facts["m3"] = "2024-12-01"; }},
    {"in-time", "late", "REP-001",
     [](auto& all) { entry(all, "Compliance report 2024").date = day("2024-03-08"); }},
    {"never", "contradicted", "ONB-007",
     [](auto& all) {
       entry(all, "Request of Magpie SA").facts["refused_for"] = "no-users-in-the-union";
     }},
    {"no-worse", "worse", "AVL-001",
     [](auto& all) {
       entry(all, "Availability in November 2025").facts["interop_available_ppm"] = 998629;
     }},
    {"published-together", "not-together", "REP-002",
     [](auto& all) { entry(all, "Compliance report 2025").date = day("2025-03-07"); }},
    {"renewed", "late", "REP-003",
     [](auto& all) { entry(all, "Compliance report 2025").date = day("2025-03-07"); }},
    {"requests-operational", "late", "ONB-004",
     [](auto& all) {
       entry(all, "Request of Birdy Ltd").facts["operational"].as_object()["image"] = "2025-02-05";
     }},
    {"versions-rise", "version-falls", "ONB-003",
     [](auto& all) { entry(all, "Reference offer 1.0.0").facts["version"] = "1.0.10"; }},
};

TEST(Examine, EveryKindNoticesItsOwnDefect) {
  std::vector<std::string_view> shown;
  for (const Defect& defect : kDefects) {
    auto entries = sample();
    defect.make(entries);
    bool noticed = false;
    for (const ExaminationResult& one : examined(defect.row, entries)) {
      if (one.finding.verdict != Verdict::kFail) continue;
      noticed = noticed || (one.kind == defect.kind && one.finding.code == defect.code);
      EXPECT_EQ(one.kind + "/" + one.finding.code, std::string(defect.kind) + "/" + defect.code);
    }
    EXPECT_TRUE(noticed) << defect.kind;
    shown.push_back(defect.kind);
  }
  // A service without its annex leaves the row undetermined, so the one never fails; the other looks
  // at the run (ExamineRows).
  shown.push_back("each-service");
  shown.push_back("rows-satisfied");
  EXPECT_THAT(shown, testing::UnorderedElementsAreArray(examined_kinds()));
}

// The clock of Art. 7(5): the request of Birdy was received on 2024-11-04 and is due on 2025-02-04.
TEST(ThreeMonths, RunPerRequestAndPerFunction) {
  auto entries = sample();
  auto& facts = entry(entries, "Request of Birdy Ltd").facts;
  facts["operational"].as_object()["image"] = "2025-02-04";
  EXPECT_EQ(finding("ONB-004", entries).verdict, Verdict::kPass);
  facts["operational"].as_object()["image"] = "2025-02-05";
  const Finding late = finding("ONB-004", entries);
  EXPECT_EQ(late.verdict, Verdict::kFail);
  EXPECT_EQ(late.blamed, "gatekeeper");
  EXPECT_THAT(late.observed, HasSubstr("due 2025-02-04, operational 2025-02-05"));
  facts["operational"].as_object().erase("image");  // one function never came
  EXPECT_EQ(finding("ONB-004", entries).verdict, Verdict::kFail);
}

TEST(ThreeMonths, AreExtendedByADecisionOnly) {
  auto entries = sample();
  auto& facts = entry(entries, "Request of Birdy Ltd").facts;
  facts["operational"] = "2025-03-01";
  facts["extended_until"] = "2025-05-01";
  EXPECT_EQ(finding("ONB-004", entries).verdict, Verdict::kFail);
  facts["decision"] = "C(2025) 1";
  EXPECT_EQ(finding("ONB-004", entries).verdict, Verdict::kPass);
  facts["operational"] = "2025-05-02";
  EXPECT_EQ(finding("ONB-004", entries).verdict, Verdict::kFail);
}

TEST(ThreeMonths, OpenRequestsFailWhenTheTimeIsUpAndShowNothingBefore) {
  auto entries = sample();
  EXPECT_EQ(finding("ONB-004", entries, "2026-02-10").verdict, Verdict::kPass);
  EXPECT_EQ(finding("ONB-004", entries, "2026-02-11").verdict, Verdict::kFail);
  std::erase_if(entries, [](const auto& one) { return one.document == "Request of Birdy Ltd"; });
  EXPECT_EQ(finding("ONB-004", entries, "2026-02-10").code, "still-open");
  entry(entries, "Request of Magpie SA").facts["reasonable"] = false;
  EXPECT_EQ(finding("ONB-004", entries, "2026-02-11").verdict, Verdict::kInconclusive);
  entry(entries, "Request of Magpie SA").facts = {{"functions", json::array{"text"}}};
  EXPECT_EQ(finding("ONB-004", entries).code, "fact-missing");
}

TEST(Calendar, EndsWithTheMonth) {
  const auto later = [](std::string_view from, int months) {
    return scenario::date_text(add_months(day(from), months));
  };
  EXPECT_EQ(later("2024-11-30", 3), "2025-02-28");
  EXPECT_EQ(later("2023-11-30", 3), "2024-02-29");
  EXPECT_EQ(later("2025-10-31", 3), "2026-01-31");
  EXPECT_EQ(later("2024-02-29", 12), "2025-02-28");
}

RequirementResult row(std::string id, RequirementStatus status, std::string by = {}) {
  RequirementResult out;
  out.id = std::move(id);
  out.status = status;
  if (!by.empty()) out.failed_by = {std::move(by)};
  return out;
}

Finding of_rows(const std::vector<RequirementResult>& rows) {
  ExaminationResult one;
  one.kind = "rows-satisfied";
  one.rows = {"A-001", "A-002"};
  std::vector<ExaminationResult> all = {one};
  judge_rows(all, rows);
  return all[0].finding;
}

TEST(ExamineRows, LooksAtOtherRequirementsOfTheRun) {
  using Status = RequirementStatus;
  EXPECT_EQ(of_rows({row("A-001", Status::kSatisfied), row("A-002", Status::kSatisfied)}).verdict,
            Verdict::kPass);
  EXPECT_EQ(of_rows({row("A-001", Status::kSatisfied)}).code, "row-undetermined");
  const Finding failed = of_rows(
      {row("A-001", Status::kUndetermined), row("A-002", Status::kNotSatisfied, "partner")});
  EXPECT_EQ(failed.verdict, Verdict::kFail);
  EXPECT_EQ(failed.blamed, "partner");
}

RunResult rolled(const ExaminationResult& examination, scenario::Coverage coverage) {
  RequirementPlan requirement;
  requirement.id = "A-001";
  requirement.coverage = coverage;
  requirement.method = "examine";
  requirement.reason = coverage == scenario::Coverage::kExamined ? "" : "because";
  ObligationPlan obligation{"o", "Art. 7(4)", "Offer", {"A-001"}};
  CaseResult passing;
  passing.id = "a";
  passing.disposition = Disposition::kExecuted;
  CheckResult check;
  check.requirements = {"B-001"};
  check.finding = {Verdict::kPass, "as-expected", "", "", {}, Attribution::kNone};
  passing.checks = {check};
  passing.verdict = Verdict::kPass;
  passing.attempts = {{Verdict::kPass, ""}};
  RunInfo run;
  run.state = RunState::kComplete;
  return roll_up(run, {passing}, std::array{requirement}, std::array{obligation}, {examination});
}

ExaminationResult with(Verdict verdict) {
  ExaminationResult out;
  out.id = "A-001/complete";
  out.kind = "complete";
  out.requirement = "A-001";
  out.finding.verdict = verdict;
  out.finding.code = "code";
  return out;
}

TEST(ExamineRollUp, DecidesTheRowItsObligationAndTheRun) {
  const auto examined = scenario::Coverage::kExamined;
  const RunResult pass = rolled(with(Verdict::kPass), examined);
  EXPECT_EQ(pass.requirements[0].status, RequirementStatus::kSatisfied);
  EXPECT_EQ(pass.requirements[0].checks[0].case_id, "register");
  EXPECT_EQ(pass.obligations[0].status, RequirementStatus::kSatisfied);
  EXPECT_EQ(pass.verdict, Verdict::kPass);

  const RunResult none = rolled(with(Verdict::kInconclusive), examined);
  EXPECT_EQ(none.requirements[0].status, RequirementStatus::kUndetermined);
  EXPECT_EQ(none.obligations[0].status, RequirementStatus::kUndetermined);
  EXPECT_EQ(none.verdict, Verdict::kPass);  // no product has done anything wrong

  const RunResult fail = rolled(with(Verdict::kFail), examined);
  EXPECT_EQ(fail.requirements[0].status, RequirementStatus::kNotSatisfied);
  EXPECT_EQ(fail.obligations[0].status, RequirementStatus::kNotSatisfied);
  EXPECT_EQ(fail.exit_code, 1);
  EXPECT_EQ(rolled(with(Verdict::kError), examined).exit_code, 3);
}

TEST(ExamineRollUp, ATestedRowNeedsNoDocumentsButIsContradictedByThem) {
  const auto tested = [](ExaminationResult examination) {
    RequirementPlan requirement;
    requirement.id = "B-001";
    CheckResult check;
    check.requirements = {"B-001"};
    check.finding = {Verdict::kPass, "as-expected", "", "", {}, Attribution::kNone};
    CaseResult passing;
    passing.disposition = Disposition::kExecuted;
    passing.checks = {check};
    passing.verdict = Verdict::kPass;
    examination.requirement = "B-001";
    return roll_up_requirement(requirement, std::array{passing}, std::array{examination}).status;
  };
  ExaminationResult none = with(Verdict::kInconclusive);
  none.finding.code = kNoDocument;
  EXPECT_EQ(tested(none), RequirementStatus::kSatisfied);
  EXPECT_EQ(tested(with(Verdict::kInconclusive)), RequirementStatus::kUndetermined);
  EXPECT_EQ(tested(with(Verdict::kFail)), RequirementStatus::kNotSatisfied);
}

TEST(ExamineRollUp, ARowThatNobodyJudgesIsNotTestedOrNotApplicable) {
  ExaminationResult other = with(Verdict::kPass);
  other.requirement = "C-001";
  const RunResult later = rolled(other, scenario::Coverage::kLater);
  EXPECT_EQ(later.requirements[0].disposition, Disposition::kNotTested);
  EXPECT_EQ(later.requirements[0].status, RequirementStatus::kUndetermined);
  EXPECT_EQ(later.obligations[0].status, RequirementStatus::kUndetermined);
  EXPECT_EQ(later.obligations[0].reason, "not tested: later phase");
  const RunResult not_yet = rolled(other, scenario::Coverage::kNotInForce);
  EXPECT_EQ(not_yet.requirements[0].disposition, Disposition::kNotApplicable);
  EXPECT_EQ(not_yet.requirements[0].status, RequirementStatus::kNotApplicable);
  EXPECT_EQ(rolled(other, scenario::Coverage::kGap).requirements[0].status,
            RequirementStatus::kUndetermined);
}

}  // namespace
}  // namespace parley::judge
