#include "harness/attest/replay.h"

#include <algorithm>

#include "harness/base/json.h"
#include "harness/judge/judge.h"
#include "harness/judge/result_json.h"
#include "harness/run/plan_run.h"

namespace parley::attest {
namespace {

std::string said(const judge::Finding& finding) {
  return std::string(judge::to_string(finding.verdict)) + " (" + finding.code + ")";
}

std::string difference(const judge::CheckResult& stated, const judge::CheckResult& judged) {
  const judge::Finding& was = stated.finding;
  const judge::Finding& is = judged.finding;
  if (was.verdict != is.verdict || was.code != is.code) {
    return stated.id + ": stated as " + said(was) + ", the records give " + said(is);
  }
  if (canonical(judge::to_json(was)) != canonical(judge::to_json(is))) {
    return stated.id + ": " + said(is) + " as stated, with other texts, evidence or blame";
  }
  if (stated.basis != judged.basis || stated.surrogates != judged.surrogates ||
      stated.requirements != judged.requirements || stated.role != judged.role) {
    return stated.id + ": " + said(is) + " as stated, on another basis or for other requirements";
  }
  return {};
}

// Which checks nobody had to judge, and why.
std::string difference(const std::vector<judge::LeftOutCheck>& stated,
                       const std::vector<judge::LeftOutCheck>& judged) {
  const auto said = [](const std::vector<judge::LeftOutCheck>& checks) {
    std::string out;
    for (const judge::LeftOutCheck& one : checks) {
      out += (out.empty() ? "" : ", ") + one.id + " (" + one.reason + ")";
    }
    return out.empty() ? std::string("nothing") : out;
  };
  if (stated == judged) return {};
  return "left out is stated as " + said(stated) + "; the plan and the seats give " + said(judged);
}

const judge::CheckResult* find(const std::vector<judge::CheckResult>& checks,
                               const std::string& id) {
  const auto it = std::ranges::find(checks, id, &judge::CheckResult::id);
  return it == checks.end() ? nullptr : &*it;
}

}  // namespace

Replayed replay_case(const judge::CaseResult& stated, const scenario::PlannedCase& planned,
                     std::span<const evidence::Record> records, const scenario::Library& library,
                     const wire::Profile& profile, std::span<const std::string> driven_seats) {
  Replayed out;
  out.judged = judge::judge_case(run::case_plan(library, planned, driven_seats), records, profile,
                                 stated.engine_error);
  for (const judge::CheckResult& was : stated.checks) {
    const judge::CheckResult* is = find(out.judged.checks, was.id);
    std::string line = is == nullptr ? was.id + ": stated as " + said(was.finding) +
                                           ", this catalogue has no such check"
                                     : difference(was, *is);
    if (!line.empty()) out.differences.push_back(std::move(line));
  }
  for (const judge::CheckResult& is : out.judged.checks) {
    if (find(stated.checks, is.id) != nullptr) continue;
    out.differences.push_back(is.id + ": not stated, the records give " + said(is.finding));
  }
  if (std::string line = difference(stated.left_out, out.judged.left_out); !line.empty()) {
    out.differences.push_back(std::move(line));
  }
  // Of several attempts the worst counts, and only the last one has records.
  const bool once = stated.attempts.size() <= 1;
  if (once && stated.verdict != out.judged.verdict && out.differences.empty()) {
    out.differences.push_back(
        "the verdict is stated as " + std::string(judge::to_string(*stated.verdict)) +
        ", the records give " + std::string(judge::to_string(*out.judged.verdict)));
  }
  if (out.differences.empty() && stated.records != out.judged.records) {
    out.differences.push_back("has " + std::to_string(out.judged.records) +
                              " records, stated are " + std::to_string(stated.records));
  }
  return out;
}

}  // namespace parley::attest
