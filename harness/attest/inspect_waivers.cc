// Whether what is waived could be waived, on the day that the lab says. What follows from it for
// requirements and statement is V12's to compute.
#include <algorithm>
#include <set>

#include "harness/attest/inspection.h"
#include "harness/scenario/in_force.h"

namespace parley::attest {
namespace {

using judge::Waiver;
using judge::WaiverState;

Status wrong(std::string what) {
  return make_error(ErrorCode::kInvalid, std::move(what), "result.json");
}

// The day on which waivers are said to hold: neither before the run nor still to come.
Status check_day(const Inspection& in) {
  const judge::RunInfo& run = in.result->run;
  const Result<TimePoint> day = parse_date(run.waivers_as_of);
  if (!day.ok()) return at("result.json run.waivers_as_of", day.error());
  if (run.waivers_as_of < scenario::date_text(run.started)) {
    return wrong("waivers are held to a day before the run: " + run.waivers_as_of);
  }
  if (*day > in.options.when) {
    return wrong("waivers are held to a day that is still to come: " + run.waivers_as_of);
  }
  return {};
}

bool occurs(const judge::RunResult& result, const Waiver& waiver) {
  const auto is_it = [&](const auto& one) {
    return one.id == waiver.check_id && one.finding.verdict == judge::Verdict::kFail &&
           one.finding.code == waiver.finding;
  };
  if (waiver.case_id == judge::kRegister) return std::ranges::any_of(result.examinations, is_it);
  const auto test_case = std::ranges::find(result.cases, waiver.case_id, &judge::CaseResult::id);
  return test_case != result.cases.end() && std::ranges::any_of(test_case->checks, is_it);
}

Status check_one(const judge::RunResult& result, const Waiver& waiver) {
  const std::string name = "waiver \"" + waiver.id + "\" ";
  if (waiver.owner.empty() || waiver.reason.empty()) return wrong(name + "lacks owner or reason");
  if (!parse_date(waiver.expires).ok()) return wrong(name + "never expires");
  if (waiver.state != WaiverState::kApplied) return {};
  if (waiver.expires < result.run.waivers_as_of) return wrong(name + "had expired");
  if (!occurs(result, waiver)) return wrong(name + "covers a finding that is not there");
  return {};
}

// Every waiver that a requirement leans on is one that was handed in for it.
Status check_uses(const judge::RunResult& result) {
  for (const judge::RequirementResult& row : result.requirements) {
    for (const std::string& id : row.waivers) {
      const auto waiver = std::ranges::find(result.waivers, id, &Waiver::id);
      if (waiver == result.waivers.end()) {
        return wrong(row.id + " is waived by \"" + id + "\", which is not there");
      }
      if (waiver->requirement != row.id || waiver->state != WaiverState::kApplied) {
        return wrong(row.id + " is waived by \"" + id + "\", which is not for it");
      }
    }
  }
  return {};
}

Status check_all(const Inspection& in) {
  const judge::RunResult& result = *in.result;
  PARLEY_TRY(check_uses(result));
  if (result.waivers.empty()) return {};
  PARLEY_TRY(check_day(in));
  std::set<std::string_view> ids;
  for (const Waiver& one : result.waivers) {
    if (!ids.insert(one.id).second) return wrong("two waivers have the id \"" + one.id + "\"");
    PARLEY_TRY(check_one(result, one));
  }
  return {};
}

}  // namespace

Verdict check_waivers(Inspection& in) {
  const Status checked = check_all(in);
  if (!checked.ok()) return fails(checked.error().text());
  const auto& waivers = in.result->waivers;
  if (waivers.empty()) return holds("nothing is waived");
  const auto count = [&](WaiverState state) {
    return std::to_string(std::ranges::count(waivers, state, &Waiver::state));
  };
  return holds(count(WaiverState::kApplied) + " of " + std::to_string(waivers.size()) +
               " waivers apply, on " + in.result->run.waivers_as_of + "; " +
               count(WaiverState::kExpired) + " expired, " + count(WaiverState::kStale) + " stale");
}

}  // namespace parley::attest
