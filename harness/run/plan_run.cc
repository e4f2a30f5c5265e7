#include "harness/run/plan_run.h"

#include <algorithm>
#include <exception>
#include <mutex>
#include <optional>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/base/share_out.h"
#include "harness/crypto/hash.h"
#include "harness/crypto/memo.h"
#include "harness/run/catalogue_plan.h"
#include "harness/run/observability.h"
#include "harness/wire/profile.h"

namespace parley::run {
namespace {

struct Judged {
  judge::CaseResult result;
  std::string lines;  // of the transcript
};

Judged work_on(const scenario::Library& library, const scenario::PlannedCase& planned,
               const wire::Profile& profile, const CaseEnvironment& environment, std::size_t index,
               const CaseObserver& observe) {
  if (std::string why = not_observable(planned, environment.driven_seats); !why.empty()) {
    return {judge::not_executed(case_plan(library, planned), judge::Disposition::kNotApplicable,
                                std::move(why)),
            {}};
  }
  if (environment.cannot_run) {
    if (std::string why = environment.cannot_run(*planned.test_case); !why.empty()) {
      return {judge::not_executed(case_plan(library, planned), judge::Disposition::kNotTested,
                                  std::move(why)),
              {}};
    }
  }
  JudgedCase judged = run_and_judge(library, planned, profile, environment);
  if (observe) observe(index, judged.result, judged.records);
  Judged out{std::move(judged.result), {}};
  for (const evidence::Record& record : judged.records) {
    out.lines += evidence::to_line(record, planned.test_case->id);
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
    const crypto::MemoScope remembering(memo_);
    for (;;) {
      const std::size_t index = next_.fetch_add(1);
      if (index >= plan_.cases.size() || interrupted()) return;
      const scenario::PlannedCase& planned = plan_.cases[index];
      CaseEnvironment environment = environment_;
      environment.waiting = [&](const std::string& what) {
        const std::lock_guard lock(mutex_);
        progress_.waiting(planned.test_case->id, what);
      };
      Judged judged = work_on(library_, planned, profile_, environment, index, options_.observe);
      const std::lock_guard lock(mutex_);
      progress_.finished(judged.result, ++done_, plan_.cases.size());
      judged_[index] = std::move(judged);
      while (told_ < judged_.size() && judged_[told_]) tell(*judged_[told_++]);
    }
  }

  /// After the work: what an interrupt left untold.
  void tell_rest() {
    for (; told_ < judged_.size(); ++told_) {
      if (judged_[told_]) tell(*judged_[told_]);
    }
  }

  std::vector<std::optional<Judged>> take() { return std::move(judged_); }
  std::string transcript() { return std::move(transcript_); }
  std::string transcript_digest() { return hex(transcript_hash_.finish()); }

 private:
  // The lines of the next case, which are then let go.
  void tell(Judged& judged) {
    transcript_hash_.update(as_bytes(judged.lines));
    if (options_.transcript) {
      options_.transcript(judged.result, judged.lines);
    } else {
      transcript_ += judged.lines;
    }
    judged.lines = {};
  }

  bool interrupted() const { return options_.interrupted != nullptr && *options_.interrupted; }

  const scenario::Library& library_;
  const scenario::Plan& plan_;
  const wire::Profile& profile_;
  const CaseEnvironment& environment_;
  const RunOptions& options_;
  Progress& progress_;
  crypto::Memo memo_;
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;
  std::size_t done_ = 0;
  std::vector<std::optional<Judged>> judged_;
  std::size_t told_ = 0;  ///< cases whose lines the transcript has
  std::string transcript_;
  crypto::Sha256 transcript_hash_;
};

// What the results are held to: what the library has, whatever became of the plan on its way here.
// Where that cannot be told, nothing was asked for, and every result is one too many.
std::vector<judge::CasePlan> demanded(const scenario::Library& library, const scenario::Plan& plan,
                                      std::span<const std::string> driven_seats) {
  std::vector<judge::CasePlan> out;
  const Result<scenario::Plan> whole = scenario::whole_plan(library, plan);
  if (!whole.ok()) return out;
  for (const scenario::PlannedCase& one : whole->cases) {
    out.push_back(case_plan(library, one, driven_seats));
  }
  return out;
}

}  // namespace

JudgedCase run_and_judge(const scenario::Library& library, const scenario::PlannedCase& planned,
                         const wire::Profile& profile, const CaseEnvironment& environment) {
  CaseRun run;
  try {
    run = run_case(*planned.test_case, environment);
  } catch (const std::exception& e) {
    run.engine_error = std::string("exception: ") + e.what();
  }
  judge::CaseResult result =
      judge::judge_case(case_plan(library, planned, environment.driven_seats), run.records, profile,
                        run.engine_error, environment.judging);
  return {std::move(result), std::move(run.records)};
}

judge::CasePlan case_plan(const scenario::Library& library, const scenario::PlannedCase& planned,
                          std::span<const std::string> driven_seats) {
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
    plan.milestones = scenario::milestones_of(*scenario);
  }
  const std::string prefix = test_case.id + "/";
  for (const scenario::PlannedCheck& check : planned.checks) {
    const std::string id = check.id.starts_with(prefix) ? check.id.substr(prefix.size()) : check.id;
    if (check.invariant) {
      plan.invariant_requirements[check.kind] = check.requirements;
    } else if (std::string why = why_left_out(planned, check, driven_seats); !why.empty()) {
      plan.left_out.push_back({id, check.kind, check.requirements, std::move(why)});
    } else {
      plan.checks.push_back(
          {id, check.kind, check.arguments, check.requirements, judge::CheckRole::kPurpose});
    }
  }
  return plan;
}

std::vector<judge::CaseResult> not_applicable_cases(const scenario::Library& library,
                                                    const scenario::Plan& plan) {
  std::vector<judge::CaseResult> out;
  for (const scenario::NotApplicable& one : plan.not_applicable) {
    out.push_back(judge::not_executed(case_plan(library, {one.test_case, {}}),
                                      judge::Disposition::kNotApplicable, one.reason));
  }
  return out;
}

RunOutcome run_plan(const scenario::Library& library, const scenario::Plan& plan,
                    const wire::Profile& profile, const CaseEnvironment& environment,
                    judge::RunInfo info, const RunOptions& options, Progress& progress) {
  Workshop workshop(library, plan, profile, environment, options, progress);
  run_on_threads(std::min(options.workers, plan.cases.size()), [&workshop] { workshop.work(); });
  workshop.tell_rest();
  std::vector<std::optional<Judged>> judged = workshop.take();

  RunOutcome out;
  out.transcript = workshop.transcript();
  std::vector<judge::CaseResult> cases;
  info.state = judge::RunState::kComplete;
  for (std::size_t i = 0; i < judged.size(); ++i) {
    if (judged[i]) {
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
  cases = judge::hold_to_plan(demanded(library, plan, environment.driven_seats), std::move(cases));
  for (judge::CaseResult& one : not_applicable_cases(library, plan)) {
    cases.push_back(std::move(one));
  }
  describe_plan(info, plan);
  info.wire_profile_id = profile.id();
  info.plan_digest = hex(crypto::sha256(as_bytes(canonical(scenario::to_json(plan)))));
  info.transcript_digest = workshop.transcript_digest();
  const TimePoint as_of = info.started;
  const CataloguePlan rows = catalogue_plan(library, plan, as_of);
  out.result =
      judge::roll_up(std::move(info), std::move(cases), rows.requirements, rows.obligations,
                     examine_rows(library, plan, rows, options.documents, as_of), options.waivers);
  return out;
}

}  // namespace parley::run
