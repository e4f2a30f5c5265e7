#include "harness/judge/milestones.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "harness/base/join.h"
#include "harness/judge/counts.h"

namespace parley::judge {
namespace {

constexpr std::string_view kMilestones[] = {"M1", "M2", "M3", "M4", "M5", "M6"};

bool is_denied(const RunInfo& run, std::string_view milestone) {
  return std::ranges::any_of(run.ics, [&](const ClaimStated& one) {
    return one.group == "milestones" && one.item == milestone && !one.claimed;
  });
}

// What became of those that did not pass; empty where all did.
std::string what_is_missing(const Counts& counts) {
  std::string out;
  const auto add = [&out](std::uint64_t number, std::string_view what) {
    if (number == 0) return;
    out += (out.empty() ? "" : ", ") + std::to_string(number) + " " + std::string(what);
  };
  add(counts.fail, "failed");
  add(counts.error, "ended in an error of the test system");
  add(counts.inconclusive, "inconclusive");
  add(counts.not_tested, "not tested");
  add(counts.not_applicable, "not applicable");
  return out.empty() ? out : "of " + std::to_string(counts.total) + " test cases: " + out;
}

}  // namespace

std::vector<MilestoneResult> roll_up_milestones(
    const RunInfo& run, std::span<const CaseResult> cases,
    const std::set<std::string, std::less<>>& unclaimed) {
  std::vector<MilestoneResult> out;
  if (run.mode != Mode::kCertification) return out;
  for (const std::string_view milestone : kMilestones) {
    MilestoneResult one;
    one.id = milestone;
    std::vector<std::string> denied;
    for (const CaseResult& test_case : cases) {
      if (std::ranges::find(test_case.milestones, milestone) == test_case.milestones.end())
        continue;
      count(one.cases, test_case.verdict, test_case.disposition);
      if (unclaimed.contains(test_case.id)) denied.push_back(test_case.id);
    }
    one.reason = what_is_missing(one.cases);
    if (one.cases.fail > 0) {
      one.state = MilestoneState::kNotReached;
    } else if (is_denied(run, milestone)) {
      one.state = MilestoneState::kNotClaimed;
      one.reason = "not claimed (ICS)";
    } else if (one.cases.total == 0) {
      one.reason = "the profile has no test case of it";
    } else if (!denied.empty()) {
      one.reason += "; what these need is not claimed (ICS): " + joined(denied);
    } else if (one.cases.pass > 0 && one.cases.pass + one.cases.not_applicable == one.cases.total) {
      one.state = MilestoneState::kReached;
    }
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace parley::judge
