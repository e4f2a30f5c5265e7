#include "harness/attest/recover_run.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "harness/attest/selection.h"
#include "harness/base/encoding.h"
#include "harness/crypto/hash.h"
#include "harness/evidence/run_journal.h"
#include "harness/judge/result_json.h"
#include "harness/judge/rollup.h"
#include "harness/run/catalogue_plan.h"

namespace parley::attest {
namespace {

Result<scenario::Plan> plan_of_run(const RunFiles& planned, const scenario::Library& library,
                                   const std::string& catalogue_digest) {
  const judge::RunInfo& run = planned.result.run;
  if (run.catalogue_digest != catalogue_digest) {
    return make_error(ErrorCode::kInvalid,
                      "rests on another catalogue than the one here: take the version of Parley "
                      "that made the run, and its --scenarios",
                      "result.json");
  }
  PARLEY_ASSIGN(scenario::Plan plan, plan_of_selection(planned.selection, library));
  if (plan_digest(plan) == run.plan_digest) return plan;
  return make_error(ErrorCode::kInvalid, "is not the selection of the plan that result.json names",
                    std::string(kSelectionFile));
}

// Puts a test case in the place that it was planned for.
Status put(std::vector<judge::CaseResult>& cases, const json::value& written) {
  Result<judge::CaseResult> read = judge::case_result_from_json(written);
  if (!read.ok()) return at("cases.jsonl", std::move(read).error());
  const auto place = std::ranges::find(cases, read->id, &judge::CaseResult::id);
  if (place == cases.end()) {
    return make_error(ErrorCode::kInvalid, "\"" + read->id + "\" was not planned", "cases.jsonl");
  }
  *place = *std::move(read);
  return {};
}

}  // namespace

Result<RecoveredRun> recover_run(RunFiles planned, std::string_view cases,
                                 std::string_view checkpoints, const scenario::Library& library,
                                 const std::string& catalogue_digest,
                                 const crypto::VerifyKey& lab) {
  PARLEY_ASSIGN(const scenario::Plan plan, plan_of_run(planned, library, catalogue_digest));
  PARLEY_ASSIGN(const evidence::JournalPrefix prefix,
                evidence::covered_prefix(planned.result.run.id,
                                         {planned.transcript, cases, checkpoints}, lab));
  RecoveredRun out{.files = {},
                   .cases = prefix.results.size(),
                   .is_signed = prefix.is_signed,
                   .left_out = prefix.left_out};
  judge::RunInfo info = planned.result.run;
  std::vector<judge::CaseResult> all = std::move(planned.result.cases);
  for (const json::value& one : prefix.results) PARLEY_TRY(put(all, one));
  for (const judge::CaseResult& one : all) {
    if (one.disposition != judge::Disposition::kExecuted) continue;
    info.ended = std::max(info.ended, one.started + one.duration);
  }
  info.state = judge::RunState::kInterrupted;
  info.transcript_digest = hex(crypto::sha256(as_bytes(prefix.transcript)));
  out.files.selection = std::move(planned.selection);
  out.files.transcript = std::string(prefix.transcript);
  const run::CataloguePlan rows = run::catalogue_plan(library, plan, info.started);
  out.files.result = judge::roll_up(std::move(info), std::move(all), rows.requirements,
                                    rows.obligations, std::move(planned.result.examinations));
  return out;
}

}  // namespace parley::attest
