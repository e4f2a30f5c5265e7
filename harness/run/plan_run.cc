#include "harness/run/plan_run.h"

#include <algorithm>
#include <exception>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/crypto/hash.h"
#include "harness/wire/profile.h"

namespace parley::run {
namespace {

judge::Modality modality_of(scenario::Modality modality) {
  switch (modality) {
    case scenario::Modality::kMust:
      return judge::Modality::kMust;
    case scenario::Modality::kShould:
      return judge::Modality::kShould;
    case scenario::Modality::kMay:
      return judge::Modality::kMay;
  }
  return judge::Modality::kMust;
}

// A requirement that we inferred rests on our own design until a partner's private overlay says
// more.
judge::Basis basis_of(scenario::Basis basis) {
  return basis == scenario::Basis::kInference ? judge::Basis::kNativeDerived
                                              : judge::Basis::kPublic;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

struct Judged {
  judge::CaseResult result;
  std::string lines;  // of the transcript
};

Judged run_and_judge(const scenario::Library& library, const scenario::PlannedCase& planned,
                     const wire::Profile& profile, const CaseEnvironment& environment,
                     std::size_t index, const CaseObserver& observe) {
  const judge::CasePlan plan = case_plan(library, planned);
  if (environment.cannot_run) {
    if (std::string why = environment.cannot_run(*planned.test_case); !why.empty()) {
      return {judge::not_executed(plan, judge::Disposition::kNotTested, std::move(why)), {}};
    }
  }
  CaseRun run;
  try {
    run = run_case(*planned.test_case, environment);
  } catch (const std::exception& e) {
    run.engine_error = std::string("exception: ") + e.what();
  }
  Judged out;
  out.result = judge::judge_case(plan, run.records, profile, run.engine_error);
  if (observe) observe(index, out.result, run.records);
  for (const evidence::Record& record : run.records) {
    out.lines += evidence::to_line(record, plan.id);
    out.lines += '\n';
  }
  return out;
}

// The shared part of the workers: which case is next, and where results go.
class Workshop {
 public:
  Workshop(const scenario::Library& library, const scenario::Plan& plan,
           const wire::Profile& profile, const CaseEnvironment& environment,
           const RunOptions& options, Progress& progress)
      : library_(library),
        plan_(plan),
        profile_(profile),
        environment_(environment),
        options_(options),
        progress_(progress),
        judged_(plan.cases.size()) {}

  void work() {
    for (;;) {
      const std::size_t index = next_.fetch_add(1);
      if (index >= plan_.cases.size() || interrupted()) return;
      const scenario::PlannedCase& planned = plan_.cases[index];
      CaseEnvironment environment = environment_;
      environment.waiting = [&](const std::string& what) {
        const std::lock_guard lock(mutex_);
        progress_.waiting(planned.test_case->id, what);
      };
      Judged judged =
          run_and_judge(library_, planned, profile_, environment, index, options_.observe);
      const std::lock_guard lock(mutex_);
      progress_.finished(judged.result, ++done_, plan_.cases.size());
      judged_[index] = std::move(judged);
    }
  }

  std::vector<std::optional<Judged>> take() { return std::move(judged_); }

 private:
  bool interrupted() const { return options_.interrupted != nullptr && *options_.interrupted; }

  const scenario::Library& library_;
  const scenario::Plan& plan_;
  const wire::Profile& profile_;
  const CaseEnvironment& environment_;
  const RunOptions& options_;
  Progress& progress_;
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;
  std::size_t done_ = 0;
  std::vector<std::optional<Judged>> judged_;
};

}  // namespace

judge::CasePlan case_plan(const scenario::Library& library, const scenario::PlannedCase& planned) {
  const scenario::TestCase& test_case = *planned.test_case;
  judge::CasePlan plan;
  plan.id = test_case.id;
  plan.scenario = test_case.scenario;
  plan.matrix = test_case.matrix;
  if (const scenario::Scenario* scenario = library.find_scenario(test_case.scenario)) {
    plan.title = scenario->title;
    plan.purpose = scenario->purpose;
    plan.file = scenario->file;
    plan.requirements = scenario->requirements;
  }
  const std::string prefix = test_case.id + "/";
  for (const scenario::PlannedCheck& check : planned.checks) {
    const std::string id = check.id.starts_with(prefix) ? check.id.substr(prefix.size()) : check.id;
    if (check.invariant) {
      plan.invariant_requirements[check.kind] = check.requirements;
    } else {
      plan.checks.push_back(
          {id, check.kind, check.arguments, check.requirements, judge::CheckRole::kPurpose});
    }
  }
  return plan;
}

std::vector<judge::RequirementPlan> requirement_plans(const scenario::Library& library,
                                                      const scenario::Plan& plan) {
  std::set<std::string> cited;
  for (const scenario::PlannedCase& planned : plan.cases) {
    for (const scenario::PlannedCheck& check : planned.checks) {
      cited.insert(check.requirements.begin(), check.requirements.end());
    }
  }
  std::vector<judge::RequirementPlan> out;
  for (const scenario::Requirement& requirement : library.requirements) {
    if (!cited.contains(requirement.id)) continue;
    judge::RequirementPlan row;
    row.id = requirement.id;
    row.statement = requirement.statement;
    row.clause = requirement.source;
    row.bound = joined(requirement.binds);
    for (const std::string& bound : requirement.binds) {
      row.sides.emplace_back(judge::side_of(bound));
    }
    row.modality = modality_of(requirement.modality);
    row.basis = basis_of(requirement.basis);
    row.method = std::string(scenario::to_string(requirement.method));
    out.push_back(std::move(row));
  }
  return out;
}

std::vector<judge::ObligationPlan> obligation_plans(
    const scenario::Library& library, const std::vector<judge::RequirementPlan>& requirements) {
  std::vector<judge::ObligationPlan> out;
  for (const scenario::Obligation& obligation : library.obligations) {
    judge::ObligationPlan row{obligation.id,
                              "Art. " + obligation.article,
                              obligation.title,
                              {},
                              std::string(judge::side_of(obligation.binds))};
    for (const std::string& id : obligation.requirements) {
      const bool tested =
          std::any_of(requirements.begin(), requirements.end(),
                      [&](const auto& requirement) { return requirement.id == id; });
      if (tested) row.requirements.push_back(id);
    }
    if (!row.requirements.empty()) out.push_back(std::move(row));
  }
  return out;
}

RunOutcome run_plan(const scenario::Library& library, const scenario::Plan& plan,
                    const wire::Profile& profile, const CaseEnvironment& environment,
                    judge::RunInfo info, const RunOptions& options, Progress& progress) {
  Workshop workshop(library, plan, profile, environment, options, progress);
  const std::size_t workers = std::clamp<std::size_t>(options.workers, 1, plan.cases.size());
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < workers; ++i) {
      threads.emplace_back([&workshop] { workshop.work(); });
    }
    workshop.work();
  }
  std::vector<std::optional<Judged>> judged = workshop.take();

  RunOutcome out;
  std::size_t size = 0;
  for (const auto& one : judged) size += one ? one->lines.size() : 0;
  out.transcript.reserve(size);
  std::vector<judge::CaseResult> cases;
  info.state = judge::RunState::kComplete;
  for (std::size_t i = 0; i < judged.size(); ++i) {
    if (judged[i]) {
      out.transcript += judged[i]->lines;
      judged[i]->lines = {};
      // Every case begins at the run's World time: the run ends with its longest case.
      info.ended = std::max(info.ended, judged[i]->result.started + judged[i]->result.duration);
      cases.push_back(std::move(judged[i]->result));
    } else {
      info.state = judge::RunState::kInterrupted;
      cases.push_back(judge::not_executed(case_plan(library, plan.cases[i]),
                                          judge::Disposition::kNotTested,
                                          "the run was interrupted before this case"));
    }
  }
  info.profile_id = plan.profile->id;
  info.profile_version = plan.profile->version;
  info.wire_profile_id = profile.id();
  info.plan_digest = hex(crypto::sha256(as_bytes(canonical(scenario::to_json(plan)))));
  info.transcript_digest = hex(crypto::sha256(as_bytes(out.transcript)));
  const std::vector<judge::RequirementPlan> requirements = requirement_plans(library, plan);
  out.result = judge::roll_up(std::move(info), std::move(cases), requirements,
                              obligation_plans(library, requirements));
  return out;
}

}  // namespace parley::run
