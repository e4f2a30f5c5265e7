#include "reports/plain_text.h"

#include <set>

#include "harness/base/join.h"
#include "harness/base/utf8.h"
#include "harness/judge/waivers.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

std::string without_controls(std::string_view text, bool keep_lines) {
  std::string out;
  for (const char c : as_utf8(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n' && keep_lines) {
      out += c;
    } else if (c == '\n' || c == '\t' || c == '\r') {
      out += ' ';
    } else if (byte < 0x20 || byte == 0x7f) {
      out += kReplacement;
    } else {
      out += c;
    }
  }
  return out;
}

// " What stands against it: a; b.", a sentence more; empty without any.
std::string because(const std::vector<std::string>& obstacles) {
  return obstacles.empty() ? ""
                           : " What stands against it: " + one_line(joined(obstacles, "; ")) + ".";
}

}  // namespace

std::string one_line(std::string_view text) { return without_controls(text, false); }
std::string plain_lines(std::string_view text) { return without_controls(text, true); }

std::string expected_and_seen(const judge::Finding& finding) {
  return "expected: " + one_line(finding.expected) + "; seen: " + one_line(finding.observed);
}

std::string notes(const judge::RunResult& result, std::string_view case_id,
                  const judge::CheckResult& check) {
  std::vector<std::string> out;
  if (!caveat(check.basis).empty()) {
    std::string note(caveat(check.basis));
    if (!check.surrogates.empty()) note += " (" + joined(check.surrogates) + ")";
    out.push_back(std::move(note));
  }
  for (const std::string& id : judge::waivers_of(result, case_id, check.id)) {
    out.push_back("[" + id + "] waived");
  }
  return one_line(joined(out, "; "));
}

std::vector<std::string> surrogates_of(const judge::CaseResult& test_case) {
  std::set<std::string> out;
  bool any = false;
  for (const judge::CheckResult& check : test_case.checks) {
    any = any || check.basis == judge::Basis::kSurrogate;
    out.insert(check.surrogates.begin(), check.surrogates.end());
  }
  if (any && out.empty()) out.insert("unnamed");
  return {out.begin(), out.end()};
}

std::string surrogate_note(const judge::CaseResult& test_case) {
  const std::vector<std::string> names = surrogates_of(test_case);
  if (names.empty()) return {};
  return one_line(std::string(caveat(judge::Basis::kSurrogate)) + " (" + joined(names) + ")");
}

std::string left_out_note(const judge::CaseResult& test_case) {
  std::vector<std::string> out;
  for (const judge::LeftOutCheck& one : test_case.left_out) {
    out.push_back("left out: " + one.id + " (" + one.reason + ")");
  }
  return one_line(joined(out, "; "));
}

std::string statement_sentence(const judge::RunResult& result) {
  switch (result.statement) {
    case judge::Statement::kConformant:
      return "Statement: conformant. No non-conformity was observed in the tested requirements.";
    case judge::Statement::kConformantWithWaivers:
      return "Statement: conformant with waivers. Every non-conformity that was observed is "
             "waived.";
    case judge::Statement::kNotConformant:
      return "Statement: not conformant." + because(result.obstacles);
    case judge::Statement::kNoStatement:
      break;
  }
  if (result.run.mode == judge::Mode::kNightly) {
    return "Statement: none. Only runs in certification mode make one.";
  }
  return "Statement: none. The evidence does not suffice for one." + because(result.obstacles);
}

}  // namespace parley::reports
