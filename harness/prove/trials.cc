#include "harness/prove/trials.h"

#include <algorithm>
#include <set>
#include <string>

#include "harness/crypto/memo.h"
#include "harness/judge/judge.h"
#include "harness/prove/share_out.h"
#include "harness/run/plan_run.h"
#include "harness/wire/profile.h"
#include "mocks/quirks/quirk_switch.h"

namespace parley::prove {
namespace {

using mocks::quirks::Quirk;
using mocks::quirks::QuirkScout;
using mocks::quirks::QuirkSwitch;

/// The kind of actor that plays a role.
std::string kind_of(evidence::Role role) {
  switch (role) {
    case evidence::Role::kGatekeeperServer:
      return "gatekeeper";
    case evidence::Role::kGatekeeperClient:
      return "whatsapp-user";
    case evidence::Role::kPartnerClient:
      return "partner-user";
    default:
      return "partner";
  }
}

// Heavy cases are run for the sake of the checks that only they have.
bool is_worth_running(const scenario::PlannedCase& planned, const Quirk& quirk) {
  if (!is_heavy(*planned.test_case)) return true;
  return std::ranges::any_of(quirk.kills, [&planned](const mocks::quirks::Kill& kill) {
    return std::ranges::any_of(planned.checks, [&kill](const scenario::PlannedCheck& check) {
      return !check.invariant && check.kind == kill.check;
    });
  });
}

struct Scouted {
  judge::CaseResult result;
  std::set<std::size_t> quirks;
};

void add_to_baseline(const judge::CaseResult& result, Baseline& out) {
  ++out.cases;
  if (!result.engine_error.empty()) out.troubles.push_back(result.id + ": " + result.engine_error);
  for (const judge::CheckResult& check : result.checks) {
    out.emitted.insert(check.kind);
    if (check.finding.verdict == judge::Verdict::kPass) continue;
    out.troubles.push_back(result.id + "/" + check.id + ": " + check.finding.code);
  }
}

std::vector<std::string> declared_kinds(const scenario::Plan& plan) {
  std::set<std::string> kinds;
  for (const scenario::PlannedCase& planned : plan.cases) {
    for (const scenario::PlannedCheck& check : planned.checks) kinds.insert(check.kind);
  }
  for (const judge::CheckKind& kind : judge::check_kinds()) {
    if (kind.invariant) kinds.insert(std::string(kind.name));
  }
  return {kinds.begin(), kinds.end()};
}

// The cases of the plan that are run without any quirk: all, or those that some quirk wants.
std::vector<std::size_t> baseline_cases(const scenario::Plan& plan, std::span<const Quirk> quirks,
                                        const TrialOptions& options) {
  std::set<std::string, std::less<>> wanted;
  for (const Quirk& quirk : quirks) {
    if (!options.only) break;
    const auto cases = options.only->find(quirk.id);
    if (cases != options.only->end()) wanted.insert(cases->second.begin(), cases->second.end());
  }
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < plan.cases.size(); ++i) {
    if (!options.only || wanted.contains(plan.cases[i].test_case->id)) out.push_back(i);
  }
  return out;
}

bool is_wanted(const TrialOptions& options, const Quirk& quirk, const std::string& test_case) {
  if (!options.only) return true;
  const auto cases = options.only->find(quirk.id);
  return cases != options.only->end() && cases->second.contains(test_case);
}

Trial trial_of(std::size_t index, const Quirk& quirk, const judge::CaseResult& result,
               std::size_t applied) {
  Trial trial{index, result.id, applied, {}, result.engine_error};
  for (const judge::CheckResult& check : result.checks) {
    if (check.finding.verdict != judge::Verdict::kFail) continue;
    const bool right = check.finding.attribution == judge::Attribution::kIut &&
                       check.finding.blamed == kind_of(quirk.role);
    trial.failures.insert({check.kind, check.finding.code, right});
  }
  return trial;
}

}  // namespace

Trials run_trials(const scenario::Library& library, const scenario::Plan& plan,
                  const wire::Profile& profile, const run::CaseEnvironment& environment,
                  std::span<const Quirk> quirks, const TrialOptions& options) {
  Trials out;
  crypto::Memo memo;
  const std::vector<std::size_t> cases = baseline_cases(plan, quirks, options);
  std::vector<Scouted> scouted(cases.size());
  const Sharing sharing{options.workers, options.progress, options.interrupted};
  share_out(cases.size(), sharing, memo, [&](std::size_t i) {
    QuirkScout scout(quirks);
    run::CaseEnvironment own = environment;
    own.make_party = options.make_parties(scout);
    scouted[i] = {run::run_and_judge(library, plan.cases[cases[i]], profile, own).result,
                  scout.found()};
  });
  for (const Scouted& one : scouted) add_to_baseline(one.result, out.baseline);
  out.baseline.declared = declared_kinds(plan);
  // A sample says nothing of the checks that it leaves out.
  if (options.only) {
    out.baseline.emitted = {out.baseline.declared.begin(), out.baseline.declared.end()};
  }
  std::vector<std::pair<std::size_t, std::size_t>> pairs;  // quirk, case
  for (std::size_t quirk = 0; quirk < quirks.size(); ++quirk) {
    for (std::size_t i = 0; i < cases.size(); ++i) {
      const scenario::PlannedCase& planned = plan.cases[cases[i]];
      if (!scouted[i].quirks.contains(quirk)) continue;
      if (!is_wanted(options, quirks[quirk], planned.test_case->id)) continue;
      if (is_worth_running(planned, quirks[quirk])) pairs.emplace_back(quirk, cases[i]);
    }
  }
  out.trials.resize(pairs.size());
  share_out(pairs.size(), sharing, memo, [&](std::size_t i) {
    const auto [quirk, test_case] = pairs[i];
    QuirkSwitch in_force(quirks[quirk]);
    run::CaseEnvironment own = environment;
    own.make_party = options.make_parties(in_force);
    own.iut_kinds = {kind_of(quirks[quirk].role)};
    const judge::CaseResult result =
        run::run_and_judge(library, plan.cases[test_case], profile, own).result;
    out.trials[i] = trial_of(quirk, quirks[quirk], result, in_force.applied());
  });
  out.interrupted = options.interrupted != nullptr && *options.interrupted;
  return out;
}

}  // namespace parley::prove
