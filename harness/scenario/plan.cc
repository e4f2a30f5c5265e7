#include "harness/scenario/plan.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>

#include "harness/base/diagnostic.h"
#include "harness/base/glob.h"
#include "harness/scenario/applicability.h"

namespace parley::scenario {
namespace {

json::array strings_json(const std::vector<std::string>& strings) {
  return json::array(strings.begin(), strings.end());
}

Result<const Profile*> profile_of(const Library& library, std::string_view id) {
  if (const Profile* profile = library.find_profile(id)) return profile;
  std::vector<std::string> names;
  for (const Profile& profile : library.profiles) names.push_back(profile.id);
  std::string message = "there is no profile \"" + std::string(id) + "\"";
  const std::string hint = did_you_mean(id, names);
  if (!hint.empty()) message += "; " + hint;
  return make_error(ErrorCode::kNotFound, message);
}

PlannedCase planned(const TestCase& test_case, const Profile& profile) {
  PlannedCase out;
  out.test_case = &test_case;
  for (const Check& check : test_case.checks) {
    out.checks.push_back({test_case.id + "/" + check.id, check.kind, false, check.requirements,
                          check.arguments, check.when_observable});
  }
  for (const Invariant& invariant : profile.invariants) {
    out.checks.push_back({test_case.id + "/" + invariant.check,
                          invariant.check,
                          true,
                          invariant.requirements,
                          {},
                          false});
  }
  return out;
}

// Fills in the cases that are both in the profile and selected.
Status add_cases(const Library& library, Plan& plan) {
  std::vector<Filter> members;
  for (const std::string& text : plan.profile->scenarios) {
    PARLEY_ASSIGN(Filter filter, parse_filter(text));
    members.push_back(std::move(filter));
  }
  PARLEY_ASSIGN(const Selection profile, Selection::of(library, members));
  const std::set<const TestCase*> in_profile(profile.cases().begin(), profile.cases().end());
  PARLEY_ASSIGN(const ClaimedCases claimed, ClaimedCases::of(library, plan.claim));
  for (const TestCase* test_case : plan.selection.cases()) {
    if (!in_profile.contains(test_case)) continue;
    const Scenario& scenario = *library.find_scenario(test_case->scenario);
    if (auto reason = not_applicable(scenario, *test_case, *plan.profile)) {
      plan.not_applicable.push_back({test_case, *std::move(reason)});
    } else if (auto left_out = claimed.leaves_out(*test_case)) {
      plan.not_applicable.push_back(
          {test_case, *std::move(left_out), claimed.is_unclaimed(*test_case)});
    } else {
      plan.cases.push_back(planned(*test_case, *plan.profile));
    }
  }
  return {};
}

}  // namespace

std::size_t Plan::check_count() const {
  std::size_t count = 0;
  for (const PlannedCase& one : cases) count += one.checks.size();
  return count;
}

Result<Plan> draft_plan(const Library& library, std::string_view profile_id,
                        std::span<const Filter> filters, const Claim& claim) {
  Plan plan;
  plan.claim = claim;
  PARLEY_ASSIGN(plan.profile, profile_of(library, profile_id));
  PARLEY_ASSIGN(plan.selection, Selection::of(library, filters));
  for (const Filter& filter : filters) plan.filters.push_back(filter.text());
  PARLEY_TRY(add_cases(library, plan));
  return plan;
}

Result<Plan> whole_plan(const Library& library, const Plan& plan) {
  Plan whole;
  whole.profile = plan.profile;
  whole.filters = plan.filters;
  whole.claim = plan.claim;
  whole.selection = plan.selection;
  PARLEY_TRY(add_cases(library, whole));
  return whole;
}

namespace {

// Where the filters mean a requirement that no test case is about, but every one is judged by.
std::string hint_for(const Profile& profile, std::span<const Filter> filters) {
  for (const Filter& filter : filters) {
    if (filter.kind != Filter::Kind::kRequirement) continue;
    for (const Invariant& invariant : profile.invariants) {
      for (const std::string& id : invariant.requirements) {
        if (!glob_match(filter.pattern, id)) continue;
        return id + " is judged by " + invariant.check +
               ", in every test case: choose test cases by another filter, or run all of them";
      }
    }
  }
  return {};
}

}  // namespace

Result<Plan> make_plan(const Library& library, std::string_view profile_id,
                       std::span<const Filter> filters, const Claim& claim) {
  PARLEY_ASSIGN(Plan plan, draft_plan(library, profile_id, filters, claim));
  if (!plan.cases.empty()) return plan;
  if (!plan.not_applicable.empty()) {
    return make_error(ErrorCode::kNotFound,
                      "no selected test case of the profile \"" + plan.profile->id +
                          "\" applies: " + plan.not_applicable.front().reason);
  }
  return make_error(ErrorCode::kNotFound,
                    "the filters select no test case of the profile \"" + plan.profile->id + "\"",
                    hint_for(*plan.profile, filters));
}

json::object to_json(const Plan& plan) {
  json::array cases;
  for (const PlannedCase& one : plan.cases) {
    json::object entry = to_json(*one.test_case);
    json::array checks;
    for (const PlannedCheck& check : one.checks) {
      json::object planned{{"id", check.id},
                           {"kind", check.kind},
                           {"invariant", check.invariant},
                           {"requirements", strings_json(check.requirements)},
                           {"arguments", check.arguments}};
      if (check.when_observable) planned[kWhenObservable] = true;
      checks.push_back(std::move(planned));
    }
    entry["checks"] = std::move(checks);
    cases.push_back(std::move(entry));
  }
  json::array not_applicable;
  for (const NotApplicable& one : plan.not_applicable) {
    not_applicable.push_back(json::object{{"id", one.test_case->id}, {"reason", one.reason}});
  }
  json::object out{{"profile", plan.profile->id},
                   {"version", plan.profile->version},
                   {"wire", plan.profile->wire},
                   {"service", plan.profile->service},
                   {"spec", plan.profile->spec},
                   {"filters", strings_json(plan.filters)},
                   {"not_applicable", std::move(not_applicable)},
                   {"cases", std::move(cases)}};
  if (plan.claim.stated()) out["ics"] = to_json(plan.claim);
  return out;
}

}  // namespace parley::scenario
