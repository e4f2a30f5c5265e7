#include "reports/console.h"

#include <algorithm>

#include "harness/judge/waivers.h"
#include "reports/plain_text.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

std::string painted(std::string text, judge::Verdict verdict, bool color) {
  if (!color) return text;
  const std::string_view code = verdict == judge::Verdict::kPass   ? "32"
                                : verdict == judge::Verdict::kFail ? "31"
                                                                   : "33";
  return "\x1b[" + std::string(code) + "m" + text + "\x1b[0m";
}

// Observed bytes may hold anything: what could steer a terminal is shown, not obeyed.
std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      out += "\\x";
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    } else {
      out += c;
    }
  }
  return out;
}

std::string evidence_text(const std::vector<std::uint64_t>& evidence) {
  constexpr std::size_t kMostShown = 8;
  if (evidence.empty()) return "none";
  std::string out = evidence.size() == 1 ? "record " : "records ";
  for (std::size_t i = 0; i < evidence.size() && i < kMostShown; ++i) {
    out += (i == 0 ? "" : ", ") + std::to_string(evidence[i]);
  }
  if (evidence.size() > kMostShown) {
    out += " and " + std::to_string(evidence.size() - kMostShown) + " more";
  }
  return out;
}

std::string finding_text(const judge::CheckResult& check, const std::string& note, bool color) {
  const judge::Finding& finding = check.finding;
  std::string out = "    " + painted(std::string(word(finding.verdict)), finding.verdict, color) +
                    ": " + check.id + " (" + finding.code + ")\n";
  out += "      expected: " + printable(finding.expected) + "\n";
  out += "      seen:     " + printable(finding.observed) + "\n";
  out += "      evidence: " + evidence_text(finding.evidence) + "\n";
  out += "      blamed:   " + blamed(finding) + "\n";
  if (!note.empty()) out += "      note:     " + note + "\n";
  return out;
}

std::string left_out_text(const judge::RunResult& result) {
  std::size_t count = 0;
  for (const judge::CaseResult& one : result.cases) count += one.left_out.size();
  return count == 0 ? "" : ", " + std::to_string(count) + " more left out as not observable";
}

}  // namespace

std::string render_seats(const judge::RunResult& result) {
  return printable(under_test(result.run)) + "\n";
}

std::string render_findings(const judge::RunResult& result, bool color) {
  std::string out;
  for (const judge::ExaminationResult& one : result.examinations) {
    if (one.finding.verdict != judge::Verdict::kFail) continue;
    out +=
        painted(
            std::string(symbol(one.finding.verdict)) + " " + std::string(word(one.finding.verdict)),
            one.finding.verdict, color) +
        "  " + one.id + " (document register)\n      expected: " + printable(one.finding.expected) +
        "\n      found:    " + printable(one.finding.observed) + "\n\n";
  }
  for (const judge::CaseResult& test_case : result.cases) {
    if (!test_case.verdict || *test_case.verdict == judge::Verdict::kPass) continue;
    out += painted(std::string(symbol(test_case)) + " " + std::string(word(test_case)),
                   *test_case.verdict, color) +
           "  " + test_case.id + "\n    " + printable(test_case.title) + "\n";
    if (!test_case.engine_error.empty()) {
      out += "    the engine stopped: " + printable(test_case.engine_error) + "\n";
    }
    for (const judge::CheckResult& check : test_case.checks) {
      if (check.finding.verdict == judge::Verdict::kPass) continue;
      out += finding_text(check, notes(result, test_case.id, check), color);
    }
    out += "\n";
  }
  return out;
}

std::string render_counts(const judge::RunResult& result, bool) {
  const judge::Summary& s = result.summary;
  std::string out = "test cases:   " + std::to_string(s.cases.total) + " (" +
                    std::to_string(s.cases.pass) + " pass, " + std::to_string(s.cases.fail) +
                    " fail, " + std::to_string(s.cases.inconclusive) + " inconclusive, " +
                    std::to_string(s.cases.error) + " error";
  if (s.cases.not_tested > 0) out += ", " + std::to_string(s.cases.not_tested) + " not tested";
  if (s.cases.not_applicable > 0) {
    out += ", " + std::to_string(s.cases.not_applicable) + " not applicable";
  }
  out += ")\nchecks:       " + std::to_string(s.checks.total) + " (" +
         std::to_string(s.checks.pass) + " pass" + left_out_text(result) + ")\n";
  out += "requirements: " + std::to_string(s.requirements.total) + " (" +
         std::to_string(s.requirements.satisfied) + " satisfied, " +
         (s.requirements.satisfied_with_waiver > 0
              ? std::to_string(s.requirements.satisfied_with_waiver) + " satisfied with waiver, "
              : "") +
         std::to_string(s.requirements.not_satisfied) + " not satisfied, " +
         std::to_string(s.requirements.undetermined) + " undetermined, " +
         std::to_string(s.requirements.not_applicable) + " not applicable)\n";
  std::size_t gaps = 0;
  for (const judge::RequirementResult& row : result.requirements) {
    gaps += row.coverage == scenario::Coverage::kGap ? 1 : 0;
  }
  if (gaps > 0) out += "gaps:         " + counted(gaps, "requirement") + " that no check judges\n";
  for (const judge::MilestoneResult& one : result.milestones) {
    out += "milestone " + one.id + ": " + std::string(judge::to_string(one.state)) +
           (one.reason.empty() ? "" : ", " + printable(one.reason)) + "\n";
  }
  if (result.run.mode == judge::Mode::kCertification) {
    out += "statement:    " + std::string(judge::to_string(result.statement)) + "\n";
    for (const std::string& one : result.obstacles) out += "  " + printable(one) + "\n";
  }
  if (s.recommendations_not_followed > 0) {
    out += "recommendations not followed: " + std::to_string(s.recommendations_not_followed) + "\n";
  }
  return out;
}

std::string summary_line(const judge::RunResult& result) {
  const judge::Counts& cases = result.summary.cases;
  std::string out = std::string(judge::to_string(result.verdict)) + ": " +
                    std::to_string(cases.pass) + " of " + counted(cases.total, "test case") +
                    " passed (profile " + result.run.profile_id + ", network " +
                    result.run.network + ", seed " + std::to_string(result.run.seed) + ")";
  if (result.run.state == judge::RunState::kInterrupted) out += ", interrupted";
  const auto waived = std::ranges::count_if(result.cases, [&](const judge::CaseResult& one) {
    return judge::wholly_waived(result, one);
  });
  if (waived > 0) {
    out += ", " + counted(static_cast<std::uint64_t>(waived), "failed test case") + " waived";
  }
  return out;
}

}  // namespace parley::reports
