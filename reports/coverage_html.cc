#include "reports/coverage_html.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "reports/anchors.h"
#include "reports/markup.h"
#include "reports/table_html.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

using scenario::Coverage;

struct GapGroup {
  std::string_view title;
  bool (*belongs)(const judge::RequirementResult&);
};

bool is(const judge::RequirementResult& row, Coverage coverage) { return row.coverage == coverage; }

// An examined row that no document has decided.
bool lacks_evidence(const judge::RequirementResult& row) {
  return is(row, Coverage::kExamined) && row.status == judge::RequirementStatus::kUndetermined;
}

// A row whose every check was left out, or belongs to test cases that do not apply.
bool was_not_seen(const judge::RequirementResult& row) {
  return is(row, Coverage::kChecked) && row.checks.empty() &&
         row.status == judge::RequirementStatus::kUndetermined;
}

// What a reader might take for shown and is not, most in need of attention first.
constexpr GapGroup kGroups[] = {
    {"No check judges them yet", [](const auto& row) { return is(row, Coverage::kGap); }},
    {"Checked, and not observed in this run", was_not_seen},
    {"Examined, without sufficient evidence in the document register", lacks_evidence},
    {"Functions of later phases, not tested",
     [](const auto& row) { return is(row, Coverage::kLater); }},
    {"Not in force on the day of this report",
     [](const auto& row) { return is(row, Coverage::kNotInForce); }},
    {"Excluded", [](const auto& row) { return is(row, Coverage::kExcluded); }},
    {"Not claimed by the items under test (ICS)",
     [](const auto& row) { return is(row, Coverage::kNotClaimed); }},
    {"Judged by another profile", [](const auto& row) { return is(row, Coverage::kOtherProfile); }},
    {"Not selected in this run", [](const auto& row) { return is(row, Coverage::kNotSelected); }}};

bool names(const std::vector<std::string>& requirements, const std::string& id) {
  return std::ranges::find(requirements, id) != requirements.end();
}

// Why nothing judged the row, each reason once.
std::string why_not_seen(const judge::RunResult& result, const std::string& id) {
  std::set<std::string> told;
  std::string out;
  const auto add = [&](const std::string& place, const std::string& reason) {
    if (told.insert(reason).second) out += (out.empty() ? "" : "; ") + place + ": " + reason;
  };
  for (const judge::CaseResult& one : result.cases) {
    if (one.disposition == judge::Disposition::kNotApplicable && names(one.requirements, id)) {
      add(one.id, one.reason);
    }
    for (const judge::LeftOutCheck& check : one.left_out) {
      if (names(check.requirements, id)) add(one.id + ", " + check.id, check.reason);
    }
  }
  return out;
}

std::string reason_of(const judge::RunResult& result, const judge::RequirementResult& row) {
  if (!row.reason.empty()) return row.reason;
  if (was_not_seen(row)) return why_not_seen(result, row.id);
  std::string out;
  for (const judge::ExaminationResult& one : result.examinations) {
    if (one.requirement != row.id || one.finding.verdict == judge::Verdict::kPass) continue;
    out += (out.empty() ? "" : "; ") + one.finding.expected + ": " + one.finding.observed;
  }
  return out;
}

void append_group(std::string& out, const judge::RunResult& result, const GapGroup& group) {
  std::string rows;
  std::size_t count = 0;
  for (const judge::RequirementResult& row : result.requirements) {
    if (!group.belongs(row)) continue;
    ++count;
    fmt::format_to(std::back_inserter(rows),
                   "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                   link_to(anchor(row.id), row.id), escaped_content(row.title),
                   escaped_content(row.clause), escaped_content(reason_of(result, row)));
  }
  if (count == 0) return;
  out += table_begin(std::string(group.title) + ": " + counted(count, "requirement"),
                     {"Id", "Subject", "Source", "Reason"}, "ids") +
         rows + std::string(kTableEnd);
}

void append_gaps(std::string& out, const judge::RunResult& result) {
  out += "<h3 id=\"gaps\">What this run does not show</h3>";
  const std::size_t before = out.size();
  for (const GapGroup& group : kGroups) append_group(out, result, group);
  if (out.size() == before) out += "<p>Every requirement of the catalogue was judged.</p>";
}

struct CoverageWords {
  Coverage coverage;
  std::string_view words;
};
constexpr CoverageWords kCoverageWords[] = {
    {Coverage::kChecked, "Tested: checks of test cases judge them"},
    {Coverage::kExamined, "Examined: a register of documents judges them"},
    {Coverage::kNotInForce, "Not applicable: not in force on the day of this report"},
    {Coverage::kLater, "Not tested: functions of later phases"},
    {Coverage::kExcluded, "Not tested: excluded by the catalogue, with its reason"},
    {Coverage::kOtherProfile, "Not tested here: another profile judges them"},
    {Coverage::kNotClaimed, "Not tested: not claimed by the items under test (ICS)"},
    {Coverage::kNotSelected, "Not tested: not selected in this run"},
    {Coverage::kGap, "Not tested: no check judges them yet"}};

void append_coverage(std::string& out, const judge::RunResult& result) {
  out += scroll_begin("Requirements by treatment") +
         table_begin("The catalogue's requirements by how this run treats them",
                     {"Treatment", "Requirements", "Satisfied", "Not satisfied", "Undetermined"},
                     "nums");
  for (const CoverageWords& one : kCoverageWords) {
    std::size_t rows = 0;
    std::map<judge::RequirementStatus, std::size_t> by_status;
    for (const judge::RequirementResult& row : result.requirements) {
      if (row.coverage != one.coverage) continue;
      ++rows;
      ++by_status[row.status];
    }
    using enum judge::RequirementStatus;
    if (rows == 0) continue;
    fmt::format_to(std::back_inserter(out),
                   "<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td><td class=\"n\">{}</td><td "
                   "class=\"n\">{}</td><td class=\"n\">{}</td></tr>\n",
                   one.words, rows, by_status[kSatisfied] + by_status[kSatisfiedWithWaiver],
                   by_status[kNotSatisfied], by_status[kUndetermined]);
  }
  out += std::string(kTableEnd) + std::string(kScrollEnd);
}

void append_cases_not_run(std::string& out, const judge::RunResult& result) {
  std::string rows;
  for (const judge::CaseResult& one : result.cases) {
    if (one.disposition == judge::Disposition::kExecuted) continue;
    fmt::format_to(
        std::back_inserter(rows), "<tr><th scope=\"row\">{}</th><td>{} {}</td><td>{}</td></tr>\n",
        link_to(anchor(one.id), one.id), symbol(one), word(one), escaped_content(one.reason));
  }
  if (rows.empty()) return;
  out += table_begin("Test cases that were not run", {"Test case", "Disposition", "Reason"}) +
         rows + std::string(kTableEnd);
}

void append_examinations(std::string& out, const judge::RunResult& result) {
  if (result.examinations.empty()) return;
  if (result.run.register_digest.empty()) {
    out +=
        "<h3 id=\"documents\">Document register</h3><p>No register was given to this run. What is "
        "not on the wire, and would be judged by documents, could not be examined.</p>";
    return;
  }
  out +=
      "<h3 id=\"documents\">Document register</h3><p>What is not on the wire is judged by what a "
      "register says of documents. Parley computes with what was attested; it has not read the "
      "documents.</p>" +
      scroll_begin("Examinations") +
      table_begin("Examinations", {"Examination", "Result", "Expected", "Found", "Documents"});
  for (const judge::ExaminationResult& one : result.examinations) {
    std::string documents;
    for (const judge::DocumentReference& document : one.documents) {
      documents += "<p>" + escaped_content(document.document) + ", " +
                   escaped_content(document.date) + ", attested by " +
                   escaped_content(document.attested_by) + "<br><code>" +
                   escaped_content(document.digest) + "</code></p>";
    }
    fmt::format_to(std::back_inserter(out),
                   "<tr class=\"{}\" id=\"{}\"><th scope=\"row\">{}</th><td class=\"v\">{} "
                   "{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                   judge::to_string(one.finding.verdict), finding_anchor(judge::kRegister, one.id),
                   escaped_content(one.id), symbol(one.finding.verdict), word(one.finding.verdict),
                   escaped_content(one.finding.expected), escaped_content(one.finding.observed),
                   documents);
  }
  out += std::string(kTableEnd) + std::string(kScrollEnd);
}

}  // namespace

std::string scope_section(const judge::RunResult& result) {
  std::string out =
      "<p>What a test suite does not look at is as important as what it does. Every requirement of "
      "the catalogue is counted here once.</p>";
  append_coverage(out, result);
  append_gaps(out, result);
  append_cases_not_run(out, result);
  append_examinations(out, result);
  return out;
}

}  // namespace parley::reports
