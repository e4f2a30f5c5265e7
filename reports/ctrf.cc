#include "reports/ctrf.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>

#include "harness/base/json.h"
#include "harness/judge/waivers.h"
#include "reports/plain_text.h"
#include "reports/uuid.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

std::string_view status(const judge::CaseResult& test_case) {
  if (!test_case.verdict) {
    return test_case.disposition == judge::Disposition::kNotApplicable ? "skipped" : "pending";
  }
  switch (*test_case.verdict) {
    case judge::Verdict::kPass:
      return "passed";
    case judge::Verdict::kFail:
      return "failed";
    default:
      return "other";
  }
}

std::string_view raw_status(const judge::CaseResult& test_case) {
  return test_case.verdict ? judge::to_string(*test_case.verdict)
                           : judge::to_string(test_case.disposition);
}

// What was wrong, in one line for lists and in several for the details.
struct Trouble {
  std::string message;
  std::string trace;
};

Trouble trouble_of(const judge::RunResult& result, const judge::CaseResult& test_case) {
  Trouble out;
  out.message =
      one_line(test_case.engine_error.empty() ? test_case.reason : test_case.engine_error);
  for (const judge::CheckResult& check : test_case.checks) {
    if (check.finding.verdict == judge::Verdict::kPass) continue;
    const std::string line =
        check.id + ": " + check.finding.code + "; " + expected_and_seen(check.finding);
    if (out.message.empty() && check.finding.verdict == test_case.verdict) out.message = line;
    const std::string note = notes(result, test_case.id, check);
    out.trace += line + "; blamed: " + blamed(check.finding) +
                 (note.empty() ? "" : "; note: " + note) + "\n";
  }
  return out;
}

json::array strings(const std::vector<std::string>& values) {
  json::array out;
  for (const std::string& value : values) out.push_back(json::string(one_line(value)));
  return out;
}

json::object labels_of(const judge::RunResult& result, const judge::CaseResult& test_case) {
  json::object out;
  if (!test_case.requirements.empty()) out["requirement"] = strings(test_case.requirements);
  const std::vector<std::string> surrogates = surrogates_of(test_case);
  if (!surrogates.empty()) {
    out["basis"] = "surrogate";
    out["surrogate"] = strings(surrogates);
  }
  std::set<std::string> waivers;
  for (const judge::CheckResult& check : test_case.checks) {
    for (std::string& id : judge::waivers_of(result, test_case.id, check.id)) {
      waivers.insert(std::move(id));
    }
  }
  if (!waivers.empty()) out["waiver"] = strings({waivers.begin(), waivers.end()});
  return out;
}

json::object test_of(const judge::RunResult& result, const judge::CaseResult& test_case) {
  json::object out;
  out["name"] = one_line(test_case.id);
  out["testId"] = one_line(test_case.id);
  out["status"] = status(test_case);
  out["rawStatus"] = raw_status(test_case);
  out["duration"] = millis(test_case.duration);
  out["suite"] = json::array{json::string(one_line(result.run.profile_id)),
                             json::string(one_line(test_case.scenario))};
  if (!test_case.file.empty()) out["filePath"] = one_line(test_case.file);
  if (json::object labels = labels_of(result, test_case); !labels.empty()) {
    out["labels"] = std::move(labels);
  }
  Trouble trouble = trouble_of(result, test_case);
  if (!trouble.message.empty()) out["message"] = std::move(trouble.message);
  if (!trouble.trace.empty()) out["trace"] = std::move(trouble.trace);
  if (test_case.unstable) out["retries"] = test_case.attempts.size() - 1;
  return out;
}

json::object summary_of(const judge::RunResult& result) {
  const judge::Counts& counts = result.summary.cases;
  std::set<std::string_view> suites;
  for (const judge::CaseResult& one : result.cases) suites.insert(one.scenario);
  return {{"tests", counts.total},           {"passed", counts.pass},
          {"failed", counts.fail},           {"skipped", counts.not_applicable},
          {"pending", counts.not_tested},    {"other", counts.inconclusive + counts.error},
          {"suites", suites.size()},         {"start", millis(result.run.started)},
          {"stop", millis(result.run.ended)}};
}

}  // namespace

std::string render_ctrf(const judge::RunResult& result) {
  json::array tests;
  for (const judge::CaseResult& one : result.cases) tests.push_back(test_of(result, one));
  json::object extra{{"exitCode", result.exit_code},
                     {"statement", judge::to_string(result.statement)},
                     {"under_test", one_line(under_test(result.run))},
                     {"verdict", judge::to_string(result.verdict)},
                     {"state", judge::to_string(result.run.state)}};
  json::object results{
      {"tool", {{"name", result.run.harness_name}, {"version", result.run.harness_version}}},
      {"summary", summary_of(result)},
      {"tests", std::move(tests)},
      {"extra", std::move(extra)}};
  return canonical(json::object{{"reportFormat", "CTRF"},
                                {"specVersion", "0.0.0"},
                                {"reportId", name_uuid(result.run.id + " ctrf")},
                                {"runId", result.run.id},
                                {"timestamp", utc_text(result.run.ended)},
                                {"generatedBy", "parley"},
                                {"results", std::move(results)}}) +
         "\n";
}

}  // namespace parley::reports
