#include "harness/cli/stated_timers.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <variant>

#include "harness/base/clock.h"

namespace parley::cli {
namespace {

using driver::DoctorRule;

constexpr DoctorRule kTimersRule{
    "RUN-05", "the timers that it states are those that the test cases go by", "run file",
    "correct the timer where it was written down wrongly; where the product keeps it, these test "
    "cases will fail: answer for them with a waiver"};

// The scenarios wait for what the framework says, and have no word for whose timer that is.
constexpr std::array<TimerExpectation, 5> kExpectations{{
    {"mailbox", "mailbox.weeks", true},
    {"mailbox", "mailbox.dropped-after-30-days", false},
    {"push-retry", "push.retries", false},
    {"token-lifetime", "keys.rotation-overlap", true},
    {"reconnect", "transport.comes-back", false},
}};

std::optional<Duration> stated(std::span<const scenario::IxitAnswer> ixit, std::string_view timer) {
  const std::string name = "timers." + std::string(timer);
  const auto found = std::ranges::find(ixit, name, &scenario::IxitAnswer::name);
  if (found == ixit.end()) return std::nullopt;
  const Result<Duration> duration = parse_duration(found->value);
  if (!duration.ok()) return std::nullopt;
  return *duration;
}

bool is_kept_in(std::string_view timer, std::span<const std::string> seats) {
  return std::ranges::any_of(scenario::ixit_items(), [&](const scenario::IxitItem& item) {
    return item.group == "timers" && item.name == timer &&
           std::ranges::any_of(item.seats, [&](std::string_view seat) {
             return std::ranges::find(seats, seat) != seats.end();
           });
  });
}

// The longest that the planned cases of the scenario let pass at once; nullopt where it has none.
std::optional<Duration> longest_leap(const scenario::Plan& plan, std::string_view scenario) {
  std::optional<Duration> out;
  for (const scenario::PlannedCase& planned : plan.cases) {
    if (planned.test_case->scenario != scenario) continue;
    for (const scenario::Step& step : planned.test_case->steps) {
      const auto* advance = std::get_if<scenario::Advance>(&step.act);
      if (advance != nullptr && (!out || *out < advance->by)) out = advance->by;
    }
  }
  return out;
}

std::string contradiction(const TimerExpectation& expected, Duration timer, Duration leap) {
  return "timers." + std::string(expected.timer) + " is " + duration_text(timer) + ", and " +
         std::string(expected.scenario) + " lets " + duration_text(leap) + " pass and expects it " +
         (expected.outlasts ? "not to be over" : "to be over");
}

}  // namespace

driver::DoctorRule timers_rule() { return kTimersRule; }

std::span<const TimerExpectation> timer_expectations() { return kExpectations; }

std::vector<driver::DoctorLine> examine_timers(const scenario::Plan& plan,
                                               std::span<const scenario::IxitAnswer> ixit,
                                               std::span<const std::string> seats) {
  std::string seen;
  const auto add = [&seen](const std::string& one) { seen += (seen.empty() ? "" : "; ") + one; };
  for (const TimerExpectation& expected : kExpectations) {
    const auto timer = stated(ixit, expected.timer);
    const auto leap = longest_leap(plan, expected.scenario);
    if (!timer || !leap || !is_kept_in(expected.timer, seats)) continue;
    const bool holds = expected.outlasts ? *timer > *leap : *timer <= *leap;
    if (!holds) add(contradiction(expected, *timer, *leap));
  }
  const auto life = stated(ixit, "token-lifetime");
  const auto overlap = stated(ixit, "key-overlap");
  if (life && overlap && *overlap < *life && is_kept_in("key-overlap", seats)) {
    add("timers.key-overlap is " + duration_text(*overlap) + ", and timers.token-lifetime " +
        duration_text(*life) +
        ": a key stays published until every token is over that it signed (AUTH-012)");
  }
  const bool any = std::ranges::any_of(scenario::ixit_items(), [&](const auto& item) {
    return item.group == "timers" && stated(ixit, item.name) && is_kept_in(item.name, seats);
  });
  if (!any) return {};
  return {driver::line_for(kTimersRule,
                           seen.empty() ? Status() : make_error(ErrorCode::kInvalid, seen))};
}

}  // namespace parley::cli
