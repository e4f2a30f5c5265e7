#include "reports/coverage_html.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "reports/markup.h"
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

// What a reader might take for shown and is not, most in need of attention first.
constexpr GapGroup kGroups[] = {
    {"No check judges them yet", [](const auto& row) { return is(row, Coverage::kGap); }},
    {"Examined, without sufficient evidence in the document register", lacks_evidence},
    {"Functions of later phases, not tested",
     [](const auto& row) { return is(row, Coverage::kLater); }},
    {"Not in force on the day of this report",
     [](const auto& row) { return is(row, Coverage::kNotInForce); }},
    {"Excluded", [](const auto& row) { return is(row, Coverage::kExcluded); }},
    {"Judged by another profile", [](const auto& row) { return is(row, Coverage::kOtherProfile); }},
    {"Not selected in this run", [](const auto& row) { return is(row, Coverage::kNotSelected); }}};

std::string reason_of(const judge::RunResult& result, const judge::RequirementResult& row) {
  if (!row.reason.empty()) return row.reason;
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
                   "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>",
                   escaped(row.id), escaped(row.title), escaped(row.clause),
                   escaped(reason_of(result, row)));
  }
  if (count == 0) return;
  fmt::format_to(std::back_inserter(out),
                 "<table><caption>{}: {}</caption><thead><tr><th scope=\"col\">Id</th><th "
                 "scope=\"col\">Subject</th><th scope=\"col\">Source</th><th "
                 "scope=\"col\">Reason</th></tr></thead><tbody>{}</tbody></table>",
                 escaped(group.title), counted(count, "requirement"), rows);
}

}  // namespace

void append_gaps(std::string& out, const judge::RunResult& result) {
  out += "<section aria-labelledby=\"gaps\"><h2 id=\"gaps\">What this run does not show</h2>";
  const std::size_t before = out.size();
  for (const GapGroup& group : kGroups) append_group(out, result, group);
  if (out.size() == before) out += "<p>Every requirement of the catalogue was judged.</p>";
  out += "</section>";
}

void append_examinations(std::string& out, const judge::RunResult& result) {
  if (result.run.register_digest.empty()) return;
  out +=
      "<section aria-labelledby=\"documents\"><h2 id=\"documents\">Document register</h2><p>What "
      "is "
      "not on the wire is judged by what a register says of documents. Parley computes with what "
      "was "
      "attested; it has not read the "
      "documents.</p><table><caption>Examinations</caption><thead><tr>"
      "<th scope=\"col\">Examination</th><th scope=\"col\">Result</th><th "
      "scope=\"col\">Expected</th>"
      "<th scope=\"col\">Found</th><th scope=\"col\">Documents</th></tr></thead><tbody>";
  for (const judge::ExaminationResult& one : result.examinations) {
    std::string documents;
    for (const judge::DocumentReference& document : one.documents) {
      documents += "<p>" + escaped(document.document) + ", " + escaped(document.date) +
                   ", attested by " + escaped(document.attested_by) + "<br><code>" +
                   escaped(document.digest) + "</code></p>";
    }
    fmt::format_to(std::back_inserter(out),
                   "<tr><th scope=\"row\">{}</th><td>{} {}</td><td>{}</td><td>{}</td><td>{}</td>"
                   "</tr>",
                   escaped(one.id), symbol(one.finding.verdict), word(one.finding.verdict),
                   escaped(one.finding.expected), escaped(one.finding.observed), documents);
  }
  out += "</tbody></table></section>";
}

}  // namespace parley::reports
