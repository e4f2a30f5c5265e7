#include "harness/prove/sweep.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "harness/crypto/memo.h"
#include "harness/run/plan_run.h"
#include "mocks/quirks/quirk_switch.h"

namespace parley::prove {
namespace {

using mocks::quirks::QuirkSwitch;

// The same on every machine (FNV-1a).
std::size_t spread(std::string_view text) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return static_cast<std::size_t>(hash >> 16U);
}

Duration bound_of(const scenario::TestCase& test_case, const Epilogue* epilogue) {
  Duration bound = longest_course(test_case);
  if (epilogue != nullptr) bound += kEpilogueTime * static_cast<int>(test_case.actors.size());
  return bound;
}

run::JudgedCase run_with(const SweepBench& bench, const scenario::PlannedCase& planned,
                         FaultRig& rig, Epilogue* epilogue) {
  const run::CaseEnvironment own = rig.environment(
      bench.environment, bench.make_parties, bound_of(*planned.test_case, epilogue), epilogue);
  return run::run_and_judge(bench.library, planned, bench.profile, own);
}

Scouted scout_case(const SweepBench& bench, const scenario::PlannedCase& planned) {
  Scouted out;
  out.planned = &planned;
  FaultRig rig(*planned.test_case, std::nullopt);
  const run::JudgedCase judged = run_with(bench, planned, rig, nullptr);
  out.seen = rig.seen();
  out.unfaulted.course = course_of(judged.records);
  out.unfaulted.named = named_messages(*planned.test_case);
  out.trouble = judged.result.engine_error;
  if (!out.unfaulted.course.completed) out.trouble += "it does not come to its end";
  for (const judge::CheckResult& check : judged.result.checks) {
    if (check.finding.verdict != judge::Verdict::kPass) out.unfaulted.standing.insert(check.id);
  }
  return out;
}

// The kind of actor at which the fault happened; empty where it is nobody's.
std::string culprit(const scenario::TestCase& test_case, const Fault& fault,
                    const Opportunity& at) {
  if (is_nobodys(fault.kind)) return {};
  const scenario::Actor* actor = test_case.find_actor(at.at);
  return actor == nullptr ? std::string() : std::string(scenario::to_string(actor->kind));
}

struct OneRun {
  std::vector<Violation> violations;
  Opportunity at;
  bool replayed = false;
  std::size_t consequences = 0;
};

OneRun run_fault(const SweepBench& bench, const Scouted& scouted, const Fault& fault) {
  const scenario::PlannedCase& planned = *scouted.planned;
  const scenario::TestCase& test_case = *planned.test_case;
  OneRun out;
  out.at = scouted.seen.of(fault.kind)[fault.number];
  const auto run_once = [&](Epilogue* epilogue, bool* struck) {
    std::optional<QuirkSwitch> quirk;
    if (bench.quirk != nullptr) quirk.emplace(*bench.quirk);
    FaultRig rig(test_case, fault, quirk ? &*quirk : nullptr);
    run::JudgedCase judged = run_with(bench, planned, rig, epilogue);
    *struck = rig.struck() != nullptr && (quirk || *rig.struck() == out.at);
    return judged;
  };
  bool struck = false;
  const run::JudgedCase judged = run_once(nullptr, &struck);
  if (bench.observe) bench.observe(test_case.id, judged.records);
  // Up to the fault, the course is that of the run that counted.
  if (!struck)
    out.violations.push_back({"same-course", "the fault did not happen where it should"});
  const Course course = course_of(judged.records);
  const judge::CasePlan plan = run::case_plan(bench.library, planned);
  const SweptRun run{fault.kind, culprit(test_case, fault, out.at),
                     plan,       judged.result,
                     course,     scouted.unfaulted};
  out.consequences = consequences(run).size();
  for (Violation& broken : broken_rules(run)) out.violations.push_back(std::move(broken));
  const std::vector<Suspect> missing = suspects(course, scouted.unfaulted.course);
  if (missing.empty()) return out;
  Epilogue epilogue;
  out.replayed = true;
  const run::JudgedCase again = run_once(&epilogue, &struck);
  if (again.result.engine_error != judged.result.engine_error) {
    out.violations.push_back({"engine", "on coming back: " + again.result.engine_error});
  }
  for (Violation& lost : lost_messages(missing, epilogue)) {
    out.violations.push_back(std::move(lost));
  }
  return out;
}

std::vector<Fault> all_faults(const Scouted& scouted, FaultKind kind) {
  std::vector<Fault> out;
  const std::vector<Opportunity>& places = scouted.seen.of(kind);
  std::set<std::pair<std::string, std::string>> cut;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (kind != FaultKind::kCut) {
      out.push_back({kind, i, CutPlace::kBeforeFirst});
    } else if (cut.emplace(places[i].at, places[i].what).second) {
      for (const CutPlace place : kCutPlaces) out.push_back({kind, i, place});
    }
  }
  return out;
}

}  // namespace

std::vector<Scouted> scout(const SweepBench& bench) {
  std::vector<const scenario::PlannedCase*> cases;
  for (const scenario::PlannedCase& planned : bench.plan.cases) {
    if (!is_heavy(*planned.test_case)) cases.push_back(&planned);
  }
  std::vector<Scouted> out(cases.size());
  crypto::Memo memo;
  share_out(cases.size(), bench.sharing, memo,
            [&](std::size_t i) { out[i] = scout_case(bench, *cases[i]); });
  return out;
}

std::vector<Fault> faults(const Scouted& scouted, FaultKind kind, std::size_t stride) {
  std::vector<Fault> all = all_faults(scouted, kind);
  if (stride <= 1 || scouted.planned == nullptr) return all;
  const std::size_t offset = spread(scouted.planned->test_case->id) % stride;
  std::vector<Fault> out;
  for (std::size_t i = offset; i < all.size(); i += stride) out.push_back(all[i]);
  return out;
}

SweepOutcome sweep(const SweepBench& bench, std::span<const Scouted> scouted, FaultKind kind,
                   std::size_t stride, std::optional<Fault> only) {
  SweepOutcome out;
  out.kind = kind;
  std::vector<std::pair<const Scouted*, Fault>> work;
  for (const Scouted& one : scouted) {
    if (one.planned == nullptr || !one.trouble.empty()) continue;
    out.possible += all_faults(one, kind).size();
    std::vector<Fault> chosen = faults(one, kind, stride);
    if (only) {
      chosen.clear();
      if (only->number < one.seen.of(kind).size()) chosen.push_back(*only);
    }
    out.cases += chosen.empty() ? 0 : 1;
    for (const Fault& fault : chosen) work.emplace_back(&one, fault);
  }
  std::vector<std::optional<OneRun>> runs(work.size());
  crypto::Memo memo;
  share_out(work.size(), bench.sharing, memo,
            [&](std::size_t i) { runs[i] = run_fault(bench, *work[i].first, work[i].second); });
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (!runs[i]) continue;
    ++out.faults;
    out.replayed += runs[i]->replayed ? 1 : 0;
    out.consequences += runs[i]->consequences;
    for (Violation& violation : runs[i]->violations) {
      out.violations.push_back({work[i].first->planned->test_case->id, work[i].second, runs[i]->at,
                                std::move(violation)});
    }
  }
  return out;
}

}  // namespace parley::prove
