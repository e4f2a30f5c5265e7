#include "harness/cli/served_session.h"

#include <algorithm>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/cli/mock_cast.h"
#include "harness/cli/program_digest.h"
#include "harness/cli/suite_proof.h"
#include "harness/cli/version.h"
#include "harness/crypto/hash.h"
#include "harness/crypto/signing_key.h"
#include "harness/evidence/run_journal.h"
#include "harness/judge/result_json.h"
#include "harness/judge/rollup.h"
#include "harness/run/catalogue_plan.h"

namespace parley::cli {
namespace {

// Whose rows the report lists.
constexpr std::string_view kRows = "base";

scenario::Plan no_plan(const Suite& suite) {
  scenario::Plan plan;
  plan.profile = suite.library.find_profile(kRows);
  return plan;
}

}  // namespace

bool is_served_session(const judge::RunResult& result) {
  return result.run.profile_id == kSessionProfile && result.cases.size() == 1 &&
         result.cases.front().id == kSessionCase &&
         result.cases.front().disposition == judge::Disposition::kNotTested;
}

judge::CaseResult session_case(TimePoint started, TimePoint ended, std::uint64_t records) {
  judge::CaseResult out;
  out.id = kSessionCase;
  out.scenario = kSessionCase;
  out.title = "what passed while the mocks stood by";
  out.purpose =
      "To keep a record of what a product under development and the mocks said to each other.";
  out.disposition = judge::Disposition::kNotTested;
  out.reason =
      "this is the record of \"parley serve\", which judges nothing: it makes no statement about "
      "any requirement";
  out.records = records;
  out.started = started;
  out.duration = ended - started;
  return out;
}

judge::RunInfo session_info(const Suite& suite, const SessionFacts& facts,
                            const reports::Proof& proof) {
  judge::RunInfo info;
  run::describe_plan(info, no_plan(suite));
  info.started = facts.started;
  info.ended = facts.started;
  info.as_of = utc_text(facts.started).substr(0, 10);
  info.profile_id = kSessionProfile;
  info.profile_version = kVersion;
  info.seed = facts.seed;
  info.network = "sockets";
  info.harness_version = std::string(kVersion);
  info.harness_digest = program_digest();
  info.catalogue_digest = suite.digest;
  info.wire_profile_id = facts.wire_profile;
  info.wire_overlays = facts.wire_overlays;
  info.suite = suite_info(proof);
  for (judge::SeatHolder& holder : seat_holders({})) {
    if (!holder.seat.starts_with(facts.side)) {
      // Nobody asked it who it is.
      holder = {holder.seat, "a product", "under development", "", "", true};
    }
    info.seats.push_back(std::move(holder));
  }
  const std::string question = std::string(kSessionProfile) + "\n" + std::string(facts.side) +
                               "\n" + suite.digest + "\n" + std::to_string(facts.seed) + "\n" +
                               std::to_string(unix_nanos(facts.started));
  info.plan_digest = hex(crypto::sha256(as_bytes(question)));
  info.id = "run-" + info.plan_digest.substr(0, 26);
  info.state = judge::RunState::kInterrupted;
  return info;
}

judge::RunResult session_result(const Suite& suite, judge::RunInfo info,
                                judge::CaseResult session) {
  const scenario::Plan plan = no_plan(suite);
  const run::CataloguePlan rows = run::catalogue_plan(suite.library, plan, info.started);
  std::vector<judge::CaseResult> cases;
  cases.push_back(std::move(session));
  return judge::roll_up(std::move(info), std::move(cases), rows.requirements, rows.obligations);
}

Result<RecoveredSession> recover_session(judge::RunResult planned, std::string_view transcript,
                                         std::string_view cases, std::string_view checkpoints) {
  // Checkpoints of a session are signed by nobody, so that any key will do.
  const crypto::VerifyKey nobody = crypto::VerifyKey::from_ed25519(crypto::PublicKey{});
  PARLEY_ASSIGN(const evidence::JournalPrefix prefix,
                evidence::covered_prefix(planned.run.id, {transcript, cases, checkpoints}, nobody));
  RecoveredSession out{std::move(planned), std::string(prefix.transcript), prefix.left_out};
  if (!prefix.results.empty()) {
    PARLEY_ASSIGN(judge::CaseResult last, judge::case_result_from_json(prefix.results.back()));
    out.result.cases.front() = std::move(last);
    if (!is_served_session(out.result)) {
      return make_error(ErrorCode::kInvalid, "is of no session", "cases.jsonl");
    }
  }
  const judge::CaseResult& session = out.result.cases.front();
  out.result.run.ended = session.started + session.duration;
  out.result.run.transcript_digest = hex(crypto::sha256(as_bytes(out.transcript)));
  out.result.summary = judge::summarise(out.result);
  return out;
}

}  // namespace parley::cli
