#include "harness/prove/trials.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "harness/crypto/memo.h"
#include "harness/judge/judge.h"
#include "harness/prove/share_out.h"
#include "harness/prove/twins.h"
#include "harness/run/plan_run.h"
#include "harness/wire/profile.h"
#include "mocks/quirks/quirk_switch.h"

namespace parley::prove {
namespace {

using mocks::quirks::Quirk;
using mocks::quirks::QuirkScout;
using mocks::quirks::QuirkSwitch;

/// The hook of the harness' own quirk: the recorder keeps tokens.
constexpr std::string_view kKeepsTokens = "keep-tokens";

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
  std::vector<TwinDifference> twins;
};

void add_to_baseline(const judge::CaseResult& result, Baseline& out) {
  ++out.cases;
  if (!result.engine_error.empty()) out.troubles.push_back(result.id + ": " + result.engine_error);
  for (const judge::CheckResult& check : result.checks) {
    if (check.finding.code != "not-emitted") out.emitted.insert(check.kind);
    if (check.finding.verdict == judge::Verdict::kPass) continue;
    out.troubles.push_back(result.id + "/" + check.id + ": " + check.finding.code);
  }
}

void add_twins(const Scouted& scouted, Baseline& out) {
  for (const TwinDifference& twin : scouted.twins) {
    out.twins[twin.check].insert(twin.differs.begin(), twin.differs.end());
    if (!twin.differs.empty()) continue;
    out.troubles.push_back(scouted.result.id + ": no twin of " + twin.check + " is on record");
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

// "<scenario>/<check>", whatever the variant.
std::string declared_name(const std::string& scenario, const std::string& check_id) {
  return scenario + "/" + check_id.substr(check_id.rfind('/') + 1);
}

std::set<std::string, std::less<>> declared_checks(const scenario::Plan& plan) {
  std::set<std::string, std::less<>> out;
  for (const scenario::PlannedCase& planned : plan.cases) {
    for (const scenario::PlannedCheck& check : planned.checks) {
      if (!check.invariant) out.insert(declared_name(planned.test_case->scenario, check.id));
    }
  }
  return out;
}

// A faultless product passes in whichever seat: what is judged more strictly of a product under
// test than of a mock must hold for a faultless one.
void try_seats(const scenario::Library& library, const scenario::Plan& plan,
               const wire::Profile& profile, const run::CaseEnvironment& environment,
               const TrialOptions& options, const Sharing& sharing, crypto::Memo& memo,
               Baseline& baseline) {
  static constexpr std::array kSeats{
      evidence::Role::kGatekeeperServer, evidence::Role::kGatekeeperClient,
      evidence::Role::kPartnerServer, evidence::Role::kPartnerClient};
  const std::size_t cases = plan.cases.size();
  std::vector<std::vector<std::string>> troubles(kSeats.size() * cases);
  share_out(troubles.size(), sharing, memo, [&](std::size_t i) {
    const scenario::PlannedCase& planned = plan.cases[i % cases];
    if (is_heavy(*planned.test_case)) return;
    QuirkScout nobody({});
    run::CaseEnvironment own = environment;
    own.make_party = options.make_parties(nobody);
    own.iut_kinds = {kind_of(kSeats[i / cases])};
    Baseline one;
    add_to_baseline(run::run_and_judge(library, planned, profile, own).result, one);
    for (const std::string& trouble : one.troubles) {
      troubles[i].push_back("with a faultless " + own.iut_kinds.front() +
                            " under test: " + trouble);
    }
  });
  for (auto& of_case : troubles) {
    baseline.troubles.insert(baseline.troubles.end(), of_case.begin(), of_case.end());
  }
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

// At most that many variants of each scenario; which ones differs from quirk to quirk, so that
// together they see all. `found` is in the plan's order.
std::vector<std::size_t> some_variants(const scenario::Plan& plan,
                                       const std::vector<std::size_t>& found, std::size_t quirk) {
  std::vector<std::size_t> out;
  for (std::size_t begin = 0; begin < found.size();) {
    const std::string& scenario = plan.cases[found[begin]].test_case->scenario;
    std::size_t end = begin;
    while (end < found.size() && plan.cases[found[end]].test_case->scenario == scenario) ++end;
    const std::size_t count = end - begin;
    std::set<std::size_t> chosen;
    for (std::size_t i = 0; i < std::min(count, kVariants); ++i) {
      chosen.insert(found[begin + (quirk + i * count / kVariants) % count]);
    }
    out.insert(out.end(), chosen.begin(), chosen.end());
    begin = end;
  }
  return out;
}

bool is_wanted(const TrialOptions& options, const Quirk& quirk, const std::string& test_case) {
  if (!options.only) return true;
  const auto cases = options.only->find(quirk.id);
  return cases != options.only->end() && cases->second.contains(test_case);
}

// Whether the finding lays the failure where the quirk is: at the party that has it. What is wrong
// with the harness itself is no failure but an error.
bool is_failure(const Quirk& quirk, const judge::Finding& finding) {
  return finding.verdict ==
         (quirk.role == evidence::Role::kHarness ? judge::Verdict::kError : judge::Verdict::kFail);
}

bool blames(const Quirk& quirk, const judge::Finding& finding) {
  if (quirk.role == evidence::Role::kHarness) {
    return finding.attribution == judge::Attribution::kHarness;
  }
  return finding.attribution == judge::Attribution::kIut && finding.blamed == kind_of(quirk.role);
}

Trial trial_of(std::size_t index, const Quirk& quirk, const judge::CaseResult& result,
               std::size_t applied) {
  Trial trial{index, result.id, applied, {}, result.engine_error, {}, {}};
  if (result.verdict) trial.verdict = judge::to_string(*result.verdict);
  for (const judge::CheckResult& check : result.checks) {
    if (!is_failure(quirk, check.finding)) continue;
    const bool right = blames(quirk, check.finding);
    trial.failures.insert({check.kind, check.finding.code, right});
    if (right) trial.failed.insert(declared_name(result.scenario, check.id));
  }
  return trial;
}

// The test cases in which that quirk is tried, in the plan's order.
std::vector<std::size_t> cases_for(const scenario::Plan& plan, const Quirk& quirk,
                                   std::size_t index, const std::vector<std::size_t>& cases,
                                   const std::vector<Scouted>& scouted,
                                   const TrialOptions& options) {
  std::vector<std::size_t> found;
  std::set<std::size_t> chosen;
  const auto always = options.always.find(quirk.id);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const scenario::PlannedCase& planned = plan.cases[cases[i]];
    const bool applies =
        quirk.role == evidence::Role::kHarness || scouted[i].quirks.contains(index);
    if (!applies || !is_wanted(options, quirk, planned.test_case->id)) continue;
    if (!is_worth_running(planned, quirk)) continue;
    found.push_back(cases[i]);
    if (always != options.always.end() && always->second.contains(planned.test_case->id)) {
      chosen.insert(cases[i]);
    }
  }
  if (options.all_variants || options.only) return found;
  for (const std::size_t each : some_variants(plan, found, index)) chosen.insert(each);
  return {chosen.begin(), chosen.end()};
}

run::CaseEnvironment with_quirk(const run::CaseEnvironment& environment, const Quirk& quirk,
                                QuirkSwitch& in_force, const TrialOptions& options) {
  run::CaseEnvironment own = environment;
  own.make_party = options.make_parties(in_force);
  if (quirk.role == evidence::Role::kHarness) {
    own.keeps_tokens = in_force.departs({nullptr, quirk.role, "harness"}, kKeepsTokens);
  } else {
    own.iut_kinds = {kind_of(quirk.role)};
  }
  return own;
}

}  // namespace

std::string kind_of(evidence::Role role) {
  switch (role) {
    case evidence::Role::kHarness:
      return "";
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
    const run::JudgedCase judged = run::run_and_judge(library, plan.cases[cases[i]], profile, own);
    scouted[i] = {judged.result, scout.found(),
                  twin_differences(plan.cases[cases[i]], judged.records)};
  });
  for (const Scouted& one : scouted) {
    add_to_baseline(one.result, out.baseline);
    add_twins(one, out.baseline);
  }
  out.baseline.declared = declared_kinds(plan);
  if (!options.only) {
    out.baseline.checks = declared_checks(plan);
  }
  if (options.seats) {
    try_seats(library, plan, profile, environment, options, sharing, memo, out.baseline);
  }
  // A sample says nothing of the checks that it leaves out.
  if (options.only) {
    out.baseline.emitted = {out.baseline.declared.begin(), out.baseline.declared.end()};
  }
  std::vector<std::pair<std::size_t, std::size_t>> pairs;  // quirk, case
  for (std::size_t quirk = 0; quirk < quirks.size(); ++quirk) {
    for (const std::size_t test_case :
         cases_for(plan, quirks[quirk], quirk, cases, scouted, options)) {
      pairs.emplace_back(quirk, test_case);
    }
  }
  out.trials.resize(pairs.size());
  share_out(pairs.size(), sharing, memo, [&](std::size_t i) {
    const auto [quirk, test_case] = pairs[i];
    QuirkSwitch in_force(quirks[quirk]);
    const run::CaseEnvironment own = with_quirk(environment, quirks[quirk], in_force, options);
    const judge::CaseResult result =
        run::run_and_judge(library, plan.cases[test_case], profile, own).result;
    out.trials[i] = trial_of(quirk, quirks[quirk], result, in_force.applied());
  });
  out.interrupted = options.interrupted != nullptr && *options.interrupted;
  return out;
}

}  // namespace parley::prove
