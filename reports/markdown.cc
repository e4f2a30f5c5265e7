#include "reports/markdown.h"

#include <fmt/format.h>

#include <iterator>
#include <vector>

#include "harness/base/join.h"
#include "harness/judge/waivers.h"
#include "reports/markup.h"
#include "reports/plain_text.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

constexpr std::size_t kMostFindings = 200;
constexpr std::size_t kLongest = 400;

using Cells = std::vector<std::string>;

void append_row(std::string& out, const Cells& cells) {
  for (const std::string& cell : cells) out += "| " + cell + " ";
  out += "|\n";
}

void append_head(std::string& out, const Cells& names) {
  append_row(out, names);
  append_row(out, Cells(names.size(), "---"));
}

std::string cell(std::string_view text) { return markdown_text(shortened(text, kLongest)); }

std::string status_text(judge::RequirementStatus status) { return std::string(word(status)); }

void append_counts(std::string& out, const judge::RunResult& result) {
  const judge::Summary& s = result.summary;
  append_head(out, {"", "total", "✓ pass", "✕ fail", "? inconclusive", "! error", "○ not tested",
                    "– not applicable"});
  const auto row = [&](const char* name, const judge::Counts& c) {
    append_row(out, {name, std::to_string(c.total), std::to_string(c.pass), std::to_string(c.fail),
                     std::to_string(c.inconclusive), std::to_string(c.error),
                     std::to_string(c.not_tested), std::to_string(c.not_applicable)});
  };
  row("Test cases", s.cases);
  row("Checks", s.checks);
  const auto statuses = [&](const char* name, const judge::StatusCounts& c) {
    fmt::format_to(std::back_inserter(out),
                   "\n{}: {} satisfied, {} satisfied with waiver, {} not satisfied, {} "
                   "undetermined, {} not applicable.\n",
                   name, c.satisfied, c.satisfied_with_waiver, c.not_satisfied, c.undetermined,
                   c.not_applicable);
  };
  statuses("Requirements", s.requirements);
  statuses("Obligations", s.obligations);
  out += "\n";
}

Cells finding_row(const judge::Finding& finding, const std::string& where,
                  const std::string& note) {
  return {std::string(symbol(finding.verdict)) + " " + std::string(word(finding.verdict)),
          where,
          cell(finding.code),
          cell(finding.expected),
          cell(finding.observed),
          cell(blamed(finding)),
          cell(note)};
}

// Everything that is no pass, in the order of the run.
std::vector<Cells> findings(const judge::RunResult& result) {
  std::vector<Cells> out;
  for (const judge::CaseResult& test_case : result.cases) {
    const std::string name = cell(test_case.id);
    if (test_case.verdict == judge::Verdict::kPass) continue;
    const std::size_t before = out.size();
    for (const judge::CheckResult& check : test_case.checks) {
      if (check.finding.verdict == judge::Verdict::kPass) continue;
      out.push_back(finding_row(check.finding, name + " " + cell(check.id),
                                notes(result, test_case.id, check)));
    }
    const bool silent = out.size() == before;
    if (!silent && test_case.engine_error.empty()) continue;
    const std::string& why =
        test_case.engine_error.empty() ? test_case.reason : test_case.engine_error;
    out.push_back({std::string(symbol(test_case)) + " " + std::string(word(test_case)), name, "",
                   "", cell(why), "", cell(surrogate_note(test_case))});
  }
  for (const judge::ExaminationResult& one : result.examinations) {
    if (one.finding.verdict == judge::Verdict::kPass) continue;
    out.push_back(finding_row(one.finding, cell(one.id) + " (document register)", {}));
  }
  return out;
}

void append_findings(std::string& out, const judge::RunResult& result) {
  const std::vector<Cells> rows = findings(result);
  if (rows.empty()) return;
  out += "### What did not pass\n\n";
  append_head(out, {"Verdict", "Where", "Finding", "Expected", "Seen", "Blamed", "Note"});
  for (std::size_t i = 0; i < rows.size() && i < kMostFindings; ++i) append_row(out, rows[i]);
  if (rows.size() > kMostFindings) {
    out += "\nand " + std::to_string(rows.size() - kMostFindings) + " more; see report.html.\n";
  }
  out += "\n";
}

// Passes, too, say what they rest on.
void append_surrogates(std::string& out, const judge::RunResult& result) {
  std::size_t passed = 0;
  for (const judge::CaseResult& one : result.cases) {
    passed += one.verdict == judge::Verdict::kPass && !surrogates_of(one).empty() ? 1U : 0U;
  }
  if (passed == 0) return;
  out += "### Passed on a surrogate\n\n";
  append_head(out, {"Test case", "Note"});
  for (const judge::CaseResult& one : result.cases) {
    const std::string note = surrogate_note(one);
    if (one.verdict != judge::Verdict::kPass || note.empty()) continue;
    append_row(out, {cell(one.id), cell(note)});
  }
  out += "\n";
}

void append_waivers(std::string& out, const judge::RunResult& result) {
  if (result.waivers.empty()) return;
  out += "### Waivers on " + cell(result.run.waivers_as_of) + "\n\n";
  append_head(out, {"Waiver", "State", "Requirement", "Finding", "Owner", "Until", "Reason"});
  for (const judge::Waiver& one : result.waivers) {
    append_row(out, {cell(one.id), std::string(judge::to_string(one.state)), cell(one.requirement),
                     cell(one.case_id + " " + one.check_id + ": " + one.finding), cell(one.owner),
                     cell(one.expires), cell(one.reason)});
  }
  out += "\n";
}

void append_obligations(std::string& out, const judge::RunResult& result) {
  if (result.obligations.empty()) return;
  out += "### Obligations\n\n";
  append_head(out, {"Clause", "Title", "Status", "Remark"});
  for (const judge::ObligationResult& one : result.obligations) {
    append_row(out, {cell(one.clause), cell(one.title), status_text(one.status), cell(one.reason)});
  }
  out += "\n";
}

void append_unsatisfied(std::string& out, const judge::RunResult& result) {
  std::string rows;
  for (const judge::RequirementResult& one : result.requirements) {
    if (one.status != judge::RequirementStatus::kNotSatisfied &&
        one.status != judge::RequirementStatus::kSatisfiedWithWaiver) {
      continue;
    }
    append_row(rows, {cell(one.id), cell(one.statement.empty() ? one.title : one.statement),
                      cell(one.clause), cell(one.bound), status_text(one.status),
                      cell(joined(one.waivers)), cell(caveat(one.basis))});
  }
  if (rows.empty()) return;
  out += "### Requirements that are not satisfied, or by waiver only\n\n";
  append_head(out, {"Requirement", "What it asks", "Source", "Binds", "Status", "Waivers", "Note"});
  out += rows + "\n";
}

}  // namespace

std::string markdown_text(std::string_view text) {
  std::string out;
  char last = ' ';
  for (const char c : one_line(text)) {
    const bool of_host = c == '.' && (last == 'w' || last == 'W');  // "www." begins a link
    last = c;
    if (of_host) {
      out += "&#46;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '@') {
      out += "&#64;";
    } else if (c == ':') {
      out += "&#58;";  // no address becomes a link
    } else if (c == '#') {
      out += "&#35;";
    } else if (std::string_view("\\`*_{}[]()~|!$").find(c) != std::string_view::npos) {
      out += '\\';
      out += c;
    } else {
      out += c;
    }
  }
  return out;
}

std::string render_markdown(const judge::RunResult& result) {
  const judge::RunInfo& run = result.run;
  std::string out =
      fmt::format("## Parley: {} {} ({} {})\n\n", symbol(result.verdict), word(result.verdict),
                  cell(run.profile_id), cell(run.profile_version));
  if (run.state == judge::RunState::kInterrupted) {
    out += "**This run was interrupted: it shows nothing about what it did not reach.**\n\n";
  }
  out += statement_sentence(result) + " " + std::string(kWhatItIs) + "\n\n";
  out += cell(under_test(run)) + "\n\n";
  append_counts(out, result);
  append_findings(out, result);
  append_waivers(out, result);
  append_unsatisfied(out, result);
  append_obligations(out, result);
  append_surrogates(out, result);
  out += fmt::format("Run {}, seed {}, network {}, catalogue {}.\n", cell(run.id), run.seed,
                     cell(run.network), cell(run.catalogue_digest.substr(0, 16)));
  return out;
}

}  // namespace parley::reports
