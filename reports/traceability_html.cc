#include "reports/traceability_html.h"

#include <fmt/format.h>

#include <iterator>
#include <map>
#include <string_view>
#include <utility>

#include "reports/anchors.h"
#include "reports/markup.h"
#include "reports/table_html.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

using judge::CheckReference;
using judge::CheckResult;
using judge::RequirementResult;

// The checks of a run, by where they stand. Looks into the run, which outlives it.
class Checks {
 public:
  explicit Checks(const judge::RunResult& result) {
    for (const judge::CaseResult& one : result.cases) {
      for (const CheckResult& check : one.checks)
        by_place_.emplace(Place(one.id, check.id), &check);
    }
  }
  const CheckResult* find(const CheckReference& reference) const {
    const auto found = by_place_.find(Place(reference.case_id, reference.check_id));
    return found == by_place_.end() ? nullptr : found->second;
  }

 private:
  using Place = std::pair<std::string_view, std::string_view>;

  std::map<Place, const CheckResult*> by_place_;
};

std::string verdict_symbol(const CheckReference& reference) {
  return reference.verdict ? std::string(symbol(*reference.verdict)) : "○";
}

void append_reference(std::string& out, const RequirementResult& row, std::size_t number,
                      const CheckReference& reference, const CheckResult* check) {
  const bool document = reference.case_id == judge::kRegister;
  fmt::format_to(std::back_inserter(out), "<li id=\"{}\">{} {}", evidence_anchor(row.id, number),
                 verdict_symbol(reference),
                 document ? "<a href=\"#documents\">register</a>"
                          : link_to(anchor(reference.case_id), reference.case_id));
  if (!reference.check_id.empty()) out += " " + escaped_content(reference.check_id);
  if (check != nullptr && !check->finding.evidence.empty()) {
    out += ": " + record_links(reference.case_id, check->finding.evidence, false);
  }
  out += "</li>";
}

// Checks that are held to every case are counted, not listed, as long as they pass.
void append_evidence(std::string& out, const RequirementResult& row, const Checks& checks) {
  std::map<std::string_view, std::size_t> upheld;
  std::string list;
  for (std::size_t i = 0; i < row.checks.size(); ++i) {
    const CheckReference& reference = row.checks[i];
    const CheckResult* check = checks.find(reference);
    if (check != nullptr && check->invariant() && reference.verdict == judge::Verdict::kPass) {
      ++upheld[check->id];
    } else {
      append_reference(list, row, i + 1, reference, check);
    }
  }
  for (const auto& [id, count] : upheld) {
    fmt::format_to(std::back_inserter(list), "<li>✓ <a href=\"#always\">{}</a> held in {}</li>",
                   escaped_content(id), counted(count, "test case"));
  }
  out += list.empty() ? "–" : "<ul class=\"refs\">" + list + "</ul>";
}

void append_forward(std::string& out, const judge::RunResult& result) {
  const Checks checks(result);
  out += table_begin("From requirement to test case, check and records",
                     {"Requirement", "Status", "Evidence"}, "trace");
  for (const RequirementResult& row : result.requirements) {
    fmt::format_to(std::back_inserter(out),
                   "<tr class=\"{}\" id=\"{}\"><th scope=\"row\">{} <small>{}</small></th><td "
                   "class=\"v\">{} {}</td><td>",
                   judge::to_string(row.status), anchor(row.id), escaped_content(row.id),
                   escaped_content(row.title), symbol(row.status), word(row.status));
    append_evidence(out, row, checks);
    out += "</td></tr>\n";
  }
  out += kTableEnd;
}

void append_backward(std::string& out, const judge::RunResult& result) {
  out += table_begin("From test case to requirements", {"Test case", "Verdict", "Requirements"},
                     "trace");
  for (const judge::CaseResult& one : result.cases) {
    fmt::format_to(
        std::back_inserter(out),
        "<tr class=\"{}\"><th scope=\"row\">{}</th><td class=\"v\">{} {}</td><td>{}</td></tr>\n",
        one.verdict ? judge::to_string(*one.verdict) : judge::to_string(one.disposition),
        link_to(anchor(one.id), one.id), symbol(one), word(one),
        requirement_links(one.requirements));
  }
  out += kTableEnd;
}

}  // namespace

std::string traceability_section(const judge::RunResult& result) {
  std::string out =
      "<p>Numbers behind a check are those of the test case's records. Each piece of evidence can "
      "be "
      "pointed at by the requirement's id and its number, as in <code>#MSG-003.4</code>.</p>";
  append_forward(out, result);
  append_backward(out, result);
  return out;
}

}  // namespace parley::reports
