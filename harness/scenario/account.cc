#include "harness/scenario/account.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace parley::scenario {
namespace {

constexpr std::array<std::string_view, kCoverages> kWords = {
    "checked",      "examined", "not-selected", "other-profile", "not-claimed", "later",
    "not-in-force", "excluded", "gap"};

/// Requirement -> the checks of the plan that judge it, in the order of the plan.
using Checks = std::map<std::string, std::vector<CheckAccount>, std::less<>>;

Checks checks_of(const Plan& plan) {
  Checks out;
  std::map<std::pair<std::string, std::string>, std::size_t> places;  // requirement, check
  for (const PlannedCase& one : plan.cases) {
    const std::string& case_id = one.test_case->id;
    for (const PlannedCheck& check : one.checks) {
      // "<case>/<check>" is one check of the scenario, whatever the matrix.
      const std::string id =
          check.invariant ? check.kind : one.test_case->scenario + check.id.substr(case_id.size());
      for (const std::string& requirement : check.requirements) {
        std::vector<CheckAccount>& list = out[requirement];
        const auto [place, added] = places.try_emplace({requirement, id}, list.size());
        if (added) list.push_back({id, check.kind, check.invariant, 0});
        ++list[place->second].cases;
      }
    }
  }
  return out;
}

std::set<std::string> judged_by(const Library& library, const Profile& profile) {
  std::set<std::string> out;
  std::vector<Filter> filters;
  for (const std::string& text : profile.scenarios) {
    Result<Filter> filter = parse_filter(text);
    if (filter.ok()) filters.push_back(*std::move(filter));
  }
  const Result<Selection> selection = Selection::of(library, filters);
  if (!selection.ok()) return out;  // the loader has told of filters that select nothing
  for (const TestCase* test_case : selection->cases()) {
    for (const Check& check : test_case->checks) {
      out.insert(check.requirements.begin(), check.requirements.end());
    }
  }
  if (selection->cases().empty()) return out;
  for (const Invariant& invariant : profile.invariants) {
    out.insert(invariant.requirements.begin(), invariant.requirements.end());
  }
  return out;
}

class Accountant {
 public:
  Accountant(const Library& library, const Plan& plan, TimePoint as_of)
      : library_(library), plan_(plan), as_of_(as_of), checks_(checks_of(plan)) {
    for (const NotApplicable& one : plan.not_applicable) {
      std::set<std::string> ids;
      for (const Check& check : one.test_case->checks) {
        ids.insert(check.requirements.begin(), check.requirements.end());
      }
      for (const std::string& id : ids) {
        not_applicable_.emplace(id, one.reason);
        if (one.unclaimed) unclaimed_[id].push_back(&one);
      }
    }
    for (const Profile& profile : library.profiles) {
      judged_.emplace_back(&profile, judged_by(library, profile));
    }
  }

  RowAccount operator()(const Requirement& row) const {
    RowAccount out;
    out.row = &row;
    out.in_force = in_force(library_, row, plan_.profile->service, as_of_);
    if (const auto it = checks_.find(row.id); it != checks_.end()) out.checks = it->second;
    if (const auto it = unclaimed_.find(row.id); it != unclaimed_.end() && out.in_force.in_force) {
      for (const NotApplicable* one : it->second) out.unclaimed.push_back(one->test_case->id);
    }
    std::tie(out.coverage, out.reason) = coverage(row, out);
    return out;
  }

 private:
  using Verdict = std::pair<Coverage, std::string>;

  Verdict coverage(const Requirement& row, const RowAccount& found) const {
    if (!found.in_force.in_force) return {Coverage::kNotInForce, found.in_force.reason};
    if (!found.checks.empty()) return {Coverage::kChecked, {}};
    if (row.exclusion) {
      return {Coverage::kExcluded, row.exclusion->reason + " (" + row.exclusion->reviewer + ", " +
                                       date_text(row.exclusion->date) + ")"};
    }
    if (row.phase != Phase::kBase) {
      return {Coverage::kLater, "later phase: " + std::string(to_string(row.phase))};
    }
    if (const auto it = unclaimed_.find(row.id); it != unclaimed_.end()) {
      return {Coverage::kNotClaimed, it->second.front()->reason};
    }
    if (const auto it = not_applicable_.find(row.id); it != not_applicable_.end()) {
      return {Coverage::kNotSelected, "its test cases do not apply: " + it->second};
    }
    const Profile* other = nullptr;
    for (const auto& [profile, ids] : judged_) {
      if (!ids.contains(row.id)) continue;
      if (profile == plan_.profile) return {Coverage::kNotSelected, "not selected by the filters"};
      if (other == nullptr) other = profile;
    }
    if (!row.examinations.empty()) {
      if (plan_.selection.has(row)) return {Coverage::kExamined, {}};
      return {Coverage::kNotSelected, "not selected by the filters"};
    }
    if (other != nullptr) {
      return {Coverage::kOtherProfile, "judged by the profile " + other->id};
    }
    return {Coverage::kGap, "no check judges it yet"};
  }

  const Library& library_;
  const Plan& plan_;
  TimePoint as_of_;
  Checks checks_;
  std::map<std::string, std::string, std::less<>> not_applicable_;  // requirement -> reason
  std::map<std::string, std::vector<const NotApplicable*>, std::less<>> unclaimed_;
  std::vector<std::pair<const Profile*, std::set<std::string>>> judged_;
};

}  // namespace

std::string_view to_string(Coverage coverage) { return kWords[static_cast<std::size_t>(coverage)]; }

std::optional<Coverage> parse_coverage(std::string_view word) {
  const auto it = std::find(kWords.begin(), kWords.end(), word);
  if (it == kWords.end()) return std::nullopt;
  return static_cast<Coverage>(it - kWords.begin());
}

std::vector<RowAccount> account(const Library& library, const Plan& plan, TimePoint as_of) {
  const Accountant accountant(library, plan, as_of);
  std::vector<RowAccount> out;
  for (const Requirement& row : library.requirements) out.push_back(accountant(row));
  return out;
}

std::array<std::size_t, kCoverages> count(const std::vector<RowAccount>& accounts) {
  std::array<std::size_t, kCoverages> out{};
  for (const RowAccount& one : accounts) ++out[static_cast<std::size_t>(one.coverage)];
  return out;
}

}  // namespace parley::scenario
