#include "harness/judge/comparison.h"

#include <functional>
#include <map>
#include <set>
#include <string_view>

namespace parley::judge {
namespace {

template <class T>
using ById = std::map<std::string_view, const T*>;

template <class T>
ById<T> by_id(const std::vector<T>& list) {
  ById<T> out;
  for (const T& one : list) out.emplace(one.id, &one);
  return out;
}

template <class T>
const T* find(const ById<T>& index, std::string_view id) {
  const auto it = index.find(id);
  return it == index.end() ? nullptr : it->second;
}

// How one side of a comparison stands.
struct Standing {
  std::string word;
  bool fails = false;
  bool good = false;
  std::string detail{};
};

// The first check that made the case what it is.
std::string decisive(const CaseResult& test_case) {
  for (const CheckResult& check : test_case.checks) {
    if (check.finding.verdict == test_case.verdict) return check.id + ": " + check.finding.code;
  }
  return {};
}

Standing standing(const CaseResult& one) {
  if (!one.verdict) return {std::string(to_string(one.disposition)), false, false, one.reason};
  Standing out{std::string(to_string(*one.verdict)), one.verdict == Verdict::kFail,
               one.verdict == Verdict::kPass};
  if (!out.good) out.detail = one.engine_error.empty() ? decisive(one) : one.engine_error;
  return out;
}

Standing standing(const RequirementResult& one) {
  Standing out{std::string(to_string(one.status)), one.status == RequirementStatus::kNotSatisfied,
               one.status == RequirementStatus::kSatisfied};
  for (const CheckReference& reference : one.checks) {
    if (reference.verdict != Verdict::kFail || !reference.waiver.empty()) continue;
    out.detail = reference.case_id;
    if (!reference.check_id.empty()) out.detail += ": " + reference.check_id;
    break;
  }
  return out;
}

template <class T>
Changes changes(const std::vector<T>& before, const std::vector<T>& after) {
  Changes out;
  const ById<T> earlier = by_id(before);
  const ById<T> later = by_id(after);
  for (const T& one : after) {
    const Standing now = standing(one);
    const T* old = find(earlier, one.id);
    const Standing was = old == nullptr ? Standing{} : standing(*old);
    const Difference difference{one.id, was.word, now.word, now.detail};
    if (old == nullptr) out.added.push_back(difference);
    if (now.fails) {
      (was.fails ? out.still_failing : out.newly_failing).push_back(difference);
    } else if (was.fails && now.good) {
      out.fixed.push_back(difference);
    } else if (old != nullptr && was.word != now.word) {
      out.changed.push_back(difference);
    }
  }
  for (const T& one : before) {
    if (find(later, one.id) != nullptr) continue;
    const Standing was = standing(one);
    out.removed.push_back({one.id, was.word, "", was.detail});
  }
  return out;
}

void tightened_cases(const RunResult& before, const RunResult& after, Comparison& out) {
  const ById<CaseResult> earlier = by_id(before.cases);
  for (const CaseResult& one : after.cases) {
    const CaseResult* old = find(earlier, one.id);
    // What was not executed has no checks to compare with.
    if (old == nullptr || !old->verdict || !one.verdict) continue;
    std::set<std::string_view> known;
    for (const CheckResult& check : old->checks) known.insert(check.id);
    for (const CheckResult& check : one.checks) {
      if (known.contains(check.id)) continue;
      out.tightened.push_back(
          {one.id, "", std::string(to_string(check.finding.verdict)), "new check " + check.id});
    }
  }
}

void rows(const RunResult& before, const RunResult& after, Comparison& out) {
  const ById<RequirementResult> earlier = by_id(before.requirements);
  for (const RequirementResult& one : after.requirements) {
    const RequirementResult* old = find(earlier, one.id);
    if (old == nullptr) continue;
    // The strongest modality comes first.
    if (one.modality < old->modality) {
      out.tightened.push_back({one.id, std::string(to_string(old->modality)),
                               std::string(to_string(one.modality)), "modality"});
    }
    if (one.statement != old->statement) {
      out.texts.push_back({one.id, old->statement, one.statement, "statement"});
    }
    if (one.clause != old->clause) {
      out.texts.push_back({one.id, old->clause, one.clause, "source"});
    }
  }
}

std::string seats_text(const RunInfo& run) {
  std::string out;
  for (const SeatHolder& one : run.seats) {
    out += (out.empty() ? "" : "; ") + one.seat + "=" + one.implementation + " " + one.version;
    if (one.under_test) out += " (under test)";
  }
  return out;
}

std::string wire_text(const RunInfo& run) {
  std::string out = run.wire_profile_id;
  for (const WireOverlay& one : run.wire_overlays) out += " (" + one.id + " " + one.digest + ")";
  return out;
}

void environment(const RunResult& before, const RunResult& after, Comparison& out) {
  using Text = std::function<std::string(const RunInfo&)>;
  const std::pair<const char*, Text> parts[] = {
      {"harness", [](const RunInfo& run) { return run.harness_name + " " + run.harness_version; }},
      {"catalogue", [](const RunInfo& run) { return run.catalogue_digest; }},
      {"profile", [](const RunInfo& run) { return run.profile_id + " " + run.profile_version; }},
      {"wire profile", wire_text},
      {"service", [](const RunInfo& run) { return run.service; }},
      {"day", [](const RunInfo& run) { return run.as_of; }},
      {"document register", [](const RunInfo& run) { return run.register_digest; }},
      {"seats", seats_text},
      {"addressing", [](const RunInfo& run) { return run.addressing; }},
      {"network", [](const RunInfo& run) { return run.network; }},
      {"seed", [](const RunInfo& run) { return std::to_string(run.seed); }},
      {"mode", [](const RunInfo& run) { return std::string(to_string(run.mode)); }},
      {"state", [](const RunInfo& run) { return std::string(to_string(run.state)); }},
      {"kill matrix", [](const RunInfo& run) { return run.suite.kill_matrix.digest; }}};
  for (const auto& [name, text] : parts) {
    std::string was = text(before.run);
    std::string is = text(after.run);
    if (was != is) out.environment.push_back({name, std::move(was), std::move(is)});
  }
}

}  // namespace

Comparison compare(const RunResult& before, const RunResult& after) {
  Comparison out;
  out.before = before.run.id;
  out.after = after.run.id;
  out.cases = changes(before.cases, after.cases);
  out.requirements = changes(before.requirements, after.requirements);
  tightened_cases(before, after, out);
  rows(before, after, out);
  environment(before, after, out);
  return out;
}

}  // namespace parley::judge
