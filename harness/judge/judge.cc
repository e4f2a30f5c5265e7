#include "harness/judge/judge.h"

#include <algorithm>
#include <exception>
#include <map>
#include <utility>

#include "harness/judge/case_view.h"
#include "harness/judge/finding.h"
#include "harness/judge/foundations.h"
#include "harness/judge/other_end.h"
#include "harness/judge/refused_request.h"
#include "harness/judge/rollup.h"
#include "harness/judge/withheld_blame.h"
#include "harness/scenario/placeholder.h"

namespace parley::judge {
namespace {

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What is wrong with the arguments; empty where nothing is.
std::string wrong_arguments(const CheckKind& kind, const json::object& arguments) {
  for (const std::string_view name : kind.required) {
    if (!arguments.contains(name)) return "argument \"" + std::string(name) + "\" is missing";
  }
  for (const auto& argument : arguments) {
    const std::string_view name = argument.key();
    if (!contains(kind.required, name) && !contains(kind.optional, name)) {
      return "there is no argument \"" + std::string(name) + "\"";
    }
  }
  return {};
}

// The label of the first placeholder without a value.
std::string unresolved_label(const json::value& value, const scenario::Lookup& look) {
  if (const auto* text = value.if_string()) {
    const auto names = scenario::placeholders(std::string_view(text->data(), text->size()));
    if (!names.ok()) return {};
    for (const std::string& name : *names) {
      if (!look(name)) return name.substr(0, name.find('.'));
    }
  } else if (const auto* array = value.if_array()) {
    for (const json::value& item : *array) {
      if (std::string label = unresolved_label(item, look); !label.empty()) return label;
    }
  } else if (const auto* object = value.if_object()) {
    for (const auto& member : *object) {
      if (std::string label = unresolved_label(member.value(), look); !label.empty()) return label;
    }
  }
  return {};
}

Finding unresolved(const CaseView& view, const json::object& arguments,
                   const scenario::Lookup& look, const Error& error) {
  const std::string label = unresolved_label(arguments, look);
  if (label.empty())
    return harness_error("bad-arguments", "arguments that can be read", error.text());
  const StepView* step = view.step(label);
  if (step == nullptr) return view.not_reached(label);
  if (!step->ok()) return view.not_performed(*step);
  // A result that the scenario does not go on with need not have what a good one has.
  if (!get_bool(step->end->facts, "as_expected").value_or(true)) {
    return undecided("step-not-performed", "\"" + label + "\" has what the check asks for",
                     error.text(), {step->end->seq}, Attribution::kUnknown);
  }
  return harness_error("bad-arguments", "\"" + label + "\" has what the check asks for",
                       error.text(), {step->end->seq});
}

std::optional<Finding> judge_kind(const CheckKind& kind, const json::object& arguments,
                                  std::span<const Record> records, const wire::Profile& profile,
                                  const Judging& judging) {
  try {
    if (std::string wrong = wrong_arguments(kind, arguments); !wrong.empty()) {
      return harness_error("bad-arguments", std::string(kind.summary), std::move(wrong));
    }
    const CaseView view(records);
    const scenario::Lookup look = [&view](std::string_view name) { return look_up(view, name); };
    const Result<json::object> resolved = scenario::resolve(arguments, look);
    if (!resolved.ok()) return unresolved(view, arguments, look, resolved.error());
    const CheckInput input{records, *resolved, profile};
    return judging ? judging(kind, input) : kind.judge(input);
  } catch (const std::exception& e) {
    return harness_error("check-broke", std::string(kind.summary), e.what());
  }
}

const std::vector<std::string>* find_requirements(const CasePlan& plan, std::string_view kind) {
  const auto it = plan.invariant_requirements.find(kind);
  return it == plan.invariant_requirements.end() ? nullptr : &it->second;
}

CheckResult planned_result(const DeclaredCheck& check) {
  CheckResult result;
  result.id = check.id;
  result.kind = check.kind;
  result.role = check.role;
  result.requirements = check.requirements;
  return result;
}

CheckResult planned_result(const CasePlan& plan, const CheckKind& invariant) {
  CheckResult result;
  result.id = std::string(invariant.name);
  result.kind = result.id;
  result.role = CheckRole::kInvariant;
  if (const auto* requirements = find_requirements(plan, invariant.name)) {
    result.requirements = *requirements;
  }
  return result;
}

// What the plan demands, each with an error in place of its finding.
std::vector<CheckResult> demanded(const CasePlan& plan) {
  std::vector<CheckResult> results;
  for (const DeclaredCheck& check : plan.checks) results.push_back(planned_result(check));
  for (const CheckKind& kind : check_kinds()) {
    if (kind.invariant) results.push_back(planned_result(plan, kind));
  }
  for (CheckResult& result : results) {
    result.finding = harness_error("not-emitted", "the check gives one finding", "it gave none");
  }
  return results;
}

bool numbered(std::span<const Record> records) {
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (records[i].seq != i) return false;
  }
  return true;
}

// A driver that broke off leaves a silence that is not the implementation's: what a check found
// wanting may be due to it. What was found to be in order stays so.
void excuse_for_driver(std::span<const Record> records, CheckResult& check) {
  if (check.invariant() || check.finding.verdict == Verdict::kPass) return;
  for (const Record& record : records) {
    if (record.tap != evidence::Tap::kStep || record.kind != "driver.failed") continue;
    const std::string observed = std::string(get_string(record.facts, "actor").value_or("")) +
                                 ": " +
                                 std::string(get_string(record.facts, "message").value_or(""));
    check.finding = harness_error("driver-failed", check.finding.expected, observed, {record.seq});
    check.finding.attribution = Attribution::kDriver;
    return;
  }
}

// The records of a case, and as whoever is under test would have made them.
class BothEnds {
 public:
  explicit BothEnds(std::span<const Record> records)
      : records_(records), both_(seen_from_both_ends(records)) {}

  std::span<const Record> of(const CheckKind& kind) const {
    return goes_by_other_end(kind.name) ? all() : records_;
  }
  std::span<const Record> all() const { return both_.empty() ? records_ : both_; }

 private:
  std::span<const Record> records_;
  std::vector<Record> both_;
};

std::optional<Finding> judge_declared(const DeclaredCheck& check, const BothEnds& records,
                                      const wire::Profile& profile, const Judging& judging) {
  const CheckKind* kind = find_check_kind(check.kind);
  if (kind == nullptr) {
    return harness_error("no-such-check", "a kind of check that exists",
                         "there is no \"" + check.kind + "\"");
  }
  return judge_kind(*kind, check.arguments, records.of(*kind), profile, judging);
}

// What the declared checks and the invariants say, without those that stay silent.
std::vector<CheckResult> ask_all(const CasePlan& plan, const CaseView& view,
                                 const wire::Profile& profile, const Judging& judging) {
  const BothEnds records(view.records());
  const CaseView both(records.all());
  std::vector<CheckResult> emitted;
  const auto add = [&emitted](CheckResult result, std::optional<Finding> finding) {
    if (!finding) return false;
    result.finding = *std::move(finding);
    emitted.push_back(std::move(result));
    return true;
  };
  for (const DeclaredCheck& check : plan.checks) {
    if (add(planned_result(check), judge_declared(check, records, profile, judging))) {
      withhold_blame(both, check, emitted.back());
      blame_whose_request_was_refused(both, check, emitted.back());
    }
  }
  static const json::object kNoArguments;
  for (const CheckKind& kind : check_kinds()) {
    if (!kind.invariant) continue;
    add(planned_result(plan, kind),
        judge_kind(kind, kNoArguments, records.of(kind), profile, judging));
  }
  return emitted;
}

// The case is at least that bad, whatever its attempts say.
void worsen(CaseResult& result, Verdict verdict) {
  result.verdict = worse(result.verdict.value_or(Verdict::kError), verdict);
  if (result.attempts.empty()) result.attempts.push_back({*result.verdict, {}});
  result.attempts.back().verdict = worse(result.attempts.back().verdict, verdict);
}

CaseResult described(const CasePlan& plan) {
  CaseResult result;
  result.id = plan.id;
  result.scenario = plan.scenario;
  result.title = plan.title;
  result.purpose = plan.purpose;
  result.file = plan.file;
  result.requirements = plan.requirements;
  result.milestones = plan.milestones;
  result.matrix = plan.matrix;
  return result;
}

CaseResult executed(const CasePlan& plan) {
  CaseResult result = described(plan);
  result.disposition = Disposition::kExecuted;
  result.left_out = plan.left_out;
  return result;
}

}  // namespace

Finding judge_check(const DeclaredCheck& check, std::span<const evidence::Record> records,
                    const wire::Profile& profile) {
  return *judge_declared(check, BothEnds(records), profile,
                         {});  // checks themselves are never silent
}

std::vector<CheckResult> hold_to_plan(const CasePlan& plan, std::vector<CheckResult> emitted) {
  std::vector<CheckResult> results = demanded(plan);
  const std::size_t planned = results.size();
  std::vector<bool> filled(planned, false);
  for (CheckResult& result : emitted) {
    const auto end = results.begin() + static_cast<std::ptrdiff_t>(planned);
    const auto place = std::find_if(results.begin(), end, [&](const CheckResult& wanted) {
      return wanted.id == result.id && wanted.kind == result.kind && wanted.role == result.role;
    });
    if (place == end) {
      result.finding = harness_error("not-planned", "the plan knows every check",
                                     "it does not know \"" + result.id + "\"");
      results.push_back(std::move(result));
      continue;
    }
    const auto index = static_cast<std::size_t>(place - results.begin());
    if (filled[index]) {
      place->finding =
          harness_error("emitted-twice", "the check gives one finding", "it gave more than one");
      continue;
    }
    filled[index] = true;
    *place = std::move(result);
  }
  return results;
}

std::vector<CaseResult> hold_to_plan(std::span<const CasePlan> plan,
                                     std::vector<CaseResult> results) {
  std::vector<CaseResult> held;
  const auto add_stopped = [&held](CaseResult result, std::string engine_error) {
    result.disposition = Disposition::kExecuted;
    result.engine_error = std::move(engine_error);
    worsen(result, Verdict::kError);
    held.push_back(std::move(result));
  };
  std::multimap<std::string_view, std::size_t> places;  // of those not yet taken
  for (std::size_t i = 0; i < results.size(); ++i) places.emplace(results[i].id, i);
  for (const CasePlan& planned : plan) {
    const auto place = places.find(planned.id);
    if (place == places.end()) {
      CaseResult lost = executed(planned);
      lost.checks = hold_to_plan(planned, std::vector<CheckResult>());
      add_stopped(std::move(lost), "the plan has this test case, and its result is missing");
      continue;
    }
    const std::size_t index = place->second;
    places.erase(place);
    CaseResult result = std::move(results[index]);
    if (result.disposition == Disposition::kExecuted) {
      result.checks = hold_to_plan(planned, std::move(result.checks));
      result.left_out = planned.left_out;
      worsen(result, roll_up_checks(result.checks));
    }
    held.push_back(std::move(result));
  }
  for (const auto& [id, index] : places) {
    add_stopped(std::move(results[index]),
                "there is one result more than the plan has for this test case");
  }
  return held;
}

CaseResult judge_case(const CasePlan& plan, std::span<const evidence::Record> records,
                      const wire::Profile& profile, std::string_view engine_error,
                      const Judging& judging) {
  CaseResult result = executed(plan);
  result.engine_error = engine_error;
  result.records = records.size();
  if (!records.empty()) {
    result.started = records.front().time;
    result.duration = records.back().time - records.front().time;
  }

  if (result.engine_error.empty() && !numbered(records)) {
    result.engine_error = "the records of the test case are not numbered from 0 without gaps";
  }

  const CaseView view(records);
  std::vector<CheckResult> emitted = ask_all(plan, view, profile, judging);
  for (CheckResult& check : emitted) {
    excuse_for_driver(records, check);
    describe_foundations(view, check);
  }
  result.checks = hold_to_plan(plan, std::move(emitted));

  const bool has_purpose =
      std::any_of(plan.checks.begin(), plan.checks.end(),
                  [](const DeclaredCheck& check) { return check.role == CheckRole::kPurpose; });
  if (!has_purpose && result.engine_error.empty()) {
    result.engine_error = "the test case declares no check of its purpose";
  }
  Verdict verdict = roll_up_checks(result.checks);
  // What was to come after the step at which the case stopped is unknown.
  if (!view.completed()) verdict = worse(verdict, Verdict::kInconclusive);
  if (!result.engine_error.empty()) verdict = worse(verdict, Verdict::kError);
  result.verdict = verdict;
  result.attempts.push_back({verdict, {}});
  return result;
}

CaseResult not_executed(const CasePlan& plan, Disposition disposition, std::string reason) {
  CaseResult result = described(plan);
  // Only judge_case may say that a case was executed.
  result.disposition =
      disposition == Disposition::kExecuted ? Disposition::kNotTested : disposition;
  result.reason = reason.empty() ? "no reason given" : std::move(reason);
  return result;
}

CaseResult add_attempt(CaseResult earlier, CaseResult later, std::string reason) {
  if (!earlier.attempts.empty()) earlier.attempts.back().reason = std::move(reason);
  later.attempts.insert(later.attempts.begin(), earlier.attempts.begin(), earlier.attempts.end());
  later.verdict = roll_up_attempts(later.attempts);
  later.unstable = std::any_of(
      later.attempts.begin(), later.attempts.end(),
      [&](const AttemptResult& a) { return a.verdict != later.attempts.front().verdict; });
  return later;
}

}  // namespace parley::judge
