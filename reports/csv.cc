#include "reports/csv.h"

#include <array>
#include <string_view>

#include "harness/base/join.h"
#include "harness/judge/waivers.h"
#include "reports/plain_text.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

constexpr std::string_view kHeader[] = {
    "run",    "profile", "case",       "scenario", "disposition",  "reason",   "case_verdict",
    "check",  "kind",    "role",       "verdict",  "code",         "expected", "observed",
    "blamed", "basis",   "surrogates", "evidence", "requirements", "waivers",  "file"};
using Row = std::array<std::string, std::size(kHeader)>;

// What spreadsheets read as the beginning of a formula, also behind blanks.
bool like_a_formula(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n\xc2\xa0");
  if (first == std::string_view::npos) return false;
  for (const std::string_view sign : {"=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠"}) {
    if (text.substr(first).starts_with(sign)) return true;
  }
  return false;
}

std::string cell(std::string_view text) {
  std::string out = "\"";
  if (like_a_formula(text)) out += '\'';
  for (const char c : one_line(text)) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

void append(std::string& out, std::span<const std::string> cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) out += (i == 0 ? "" : ",") + cell(cells[i]);
  out += "\r\n";
}

std::string numbers(const std::vector<std::uint64_t>& values) {
  std::vector<std::string> out;
  for (const std::uint64_t value : values) out.push_back(std::to_string(value));
  return joined(out, " ");
}

Row begun(const judge::RunResult& result, std::string case_id) {
  Row row;
  row[0] = result.run.id;
  row[1] = result.run.profile_id + "/" + result.run.profile_version;
  row[2] = std::move(case_id);
  return row;
}

Row row_of(const judge::RunResult& result, const judge::CaseResult& test_case) {
  Row row = begun(result, test_case.id);
  row[3] = test_case.scenario;
  row[4] = judge::to_string(test_case.disposition);
  row[5] = test_case.reason.empty() ? test_case.engine_error : test_case.reason;
  if (test_case.verdict) row[6] = judge::to_string(*test_case.verdict);
  row[18] = joined(test_case.requirements, " ");
  row[20] = test_case.file;
  return row;
}

void add(Row& row, const judge::Finding& finding) {
  row[10] = judge::to_string(finding.verdict);
  row[11] = finding.code;
  row[12] = finding.expected;
  row[13] = finding.observed;
  row[14] = blamed(finding);
  row[17] = numbers(finding.evidence);
}

}  // namespace

std::string render_csv(const judge::RunResult& result) {
  std::string out;
  append(out, std::vector<std::string>(std::begin(kHeader), std::end(kHeader)));
  for (const judge::CaseResult& test_case : result.cases) {
    const Row whole = row_of(result, test_case);
    if (test_case.checks.empty()) append(out, whole);
    for (const judge::CheckResult& check : test_case.checks) {
      Row row = whole;
      row[7] = check.id;
      row[8] = check.kind;
      row[9] = judge::to_string(check.role);
      add(row, check.finding);
      row[15] = judge::to_string(check.basis);
      row[16] = joined(check.surrogates, " ");
      if (!check.requirements.empty()) row[18] = joined(check.requirements, " ");
      row[19] = joined(judge::waivers_of(result, test_case.id, check.id), " ");
      append(out, row);
    }
    for (const judge::LeftOutCheck& check : test_case.left_out) {
      Row row = whole;
      row[5] = check.reason;
      row[7] = check.id;
      row[8] = check.kind;
      if (!check.requirements.empty()) row[18] = joined(check.requirements, " ");
      append(out, row);  // without a verdict
    }
  }
  for (const judge::ExaminationResult& one : result.examinations) {
    Row row = begun(result, std::string(judge::kRegister));
    row[4] = judge::to_string(judge::Disposition::kExecuted);
    row[7] = one.id;
    row[8] = one.kind;
    add(row, one.finding);
    row[18] = one.requirement;
    row[19] = joined(judge::waivers_of(result, judge::kRegister, one.id), " ");
    append(out, row);
  }
  return out;
}

}  // namespace parley::reports
