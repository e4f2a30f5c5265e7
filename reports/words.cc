#include "reports/words.h"

#include <fmt/format.h>

namespace parley::reports {

std::string_view word(judge::Verdict verdict) {
  switch (verdict) {
    case judge::Verdict::kPass:
      return "Pass";
    case judge::Verdict::kInconclusive:
      return "Inconclusive";
    case judge::Verdict::kError:
      return "Error";
    case judge::Verdict::kFail:
      return "Fail";
  }
  return "Error";
}

std::string_view symbol(judge::Verdict verdict) {
  switch (verdict) {
    case judge::Verdict::kPass:
      return "✓";
    case judge::Verdict::kInconclusive:
      return "?";
    case judge::Verdict::kError:
      return "!";
    case judge::Verdict::kFail:
      return "✕";
  }
  return "!";
}

std::string_view word(const judge::CaseResult& result) {
  if (result.verdict) return word(*result.verdict);
  return result.disposition == judge::Disposition::kNotApplicable ? "Not applicable" : "Not tested";
}

std::string_view symbol(const judge::CaseResult& result) {
  if (result.verdict) return symbol(*result.verdict);
  return result.disposition == judge::Disposition::kNotApplicable ? "–" : "○";
}

std::string_view word(judge::RequirementStatus status) {
  switch (status) {
    case judge::RequirementStatus::kSatisfied:
      return "Satisfied";
    case judge::RequirementStatus::kSatisfiedWithWaiver:
      return "Satisfied with waiver";
    case judge::RequirementStatus::kNotSatisfied:
      return "Not satisfied";
    case judge::RequirementStatus::kUndetermined:
      return "Undetermined";
    case judge::RequirementStatus::kNotApplicable:
      return "Not applicable";
  }
  return "Undetermined";
}

std::string_view symbol(judge::RequirementStatus status) {
  switch (status) {
    case judge::RequirementStatus::kSatisfied:
    case judge::RequirementStatus::kSatisfiedWithWaiver:
      return "✓";
    case judge::RequirementStatus::kNotSatisfied:
      return "✕";
    case judge::RequirementStatus::kUndetermined:
      return "?";
    case judge::RequirementStatus::kNotApplicable:
      return "–";
  }
  return "?";
}

std::string_view attribution_words(judge::Attribution attribution) {
  switch (attribution) {
    case judge::Attribution::kIut:
      return "the implementation under test";
    case judge::Attribution::kPeer:
      return "a peer of the implementation under test";
    case judge::Attribution::kNetwork:
      return "the network";
    case judge::Attribution::kConfig:
      return "the configuration";
    case judge::Attribution::kDriver:
      return "the driver";
    case judge::Attribution::kHarness:
      return "the harness itself";
    case judge::Attribution::kNone:
      return "nobody";
    case judge::Attribution::kUnknown:
      return "not known";
  }
  return "not known";
}

std::string seconds_text(Duration time) {
  constexpr std::int64_t kDay = 86'400'000;
  const std::int64_t millis = time.count() / 1'000'000;
  const std::int64_t days = millis / kDay;
  const std::string seconds = fmt::format("{}.{:03}", millis % kDay / 1000, millis % 1000);
  return days > 0 ? std::to_string(days) + " d " + seconds : seconds;
}

std::string duration_words(Duration time) { return seconds_text(time) + " s"; }

std::string counted(std::uint64_t count, std::string_view singular) {
  return std::to_string(count) + " " + std::string(singular) + (count == 1 ? "" : "s");
}

std::string blamed(const judge::Finding& finding) {
  std::string out(judge::to_string(finding.attribution));
  if (!finding.blamed.empty()) out += " (" + finding.blamed + ")";
  return out;
}

std::string command_again(const judge::RunInfo& run, std::string_view case_id) {
  std::string out = "parley run '" + std::string(case_id) + "' --profile " + run.profile_id;
  if (run.network != "sim") out += " --network " + run.network;
  for (const judge::SeatHolder& seat : run.seats) {
    if (!seat.driver.empty()) out += " --driver " + seat.seat + "=COMMAND";
  }
  if (run.addressing != "interop") out += " --addressing " + run.addressing;
  return out + " --seed " + std::to_string(run.seed) + " --out out";
}

std::string_view caveat(judge::Basis basis) {
  switch (basis) {
    case judge::Basis::kPublic:
      return "";
    case judge::Basis::kNativeDerived:
      return "inferred from the native protocol";
    case judge::Basis::kSurrogate:
      return "rests on a surrogate: the real shape is not public";
  }
  return "";
}

std::string holder(const judge::SeatHolder& seat) {
  std::string out = seat.implementation + " " + seat.version;
  if (!seat.driver.empty()) out += ", driven by " + seat.driver + " " + seat.driver_version;
  return out;
}

std::string under_test(const judge::RunInfo& run) {
  std::string out;
  for (const judge::SeatHolder& seat : run.seats) {
    if (!seat.under_test) continue;
    out += (out.empty() ? "Under test: " : "; ") + holder(seat) + ", as " + seat.seat;
  }
  if (out.empty()) return "Every seat is held by a mock of Parley.";
  return out + " (addressing mode " + run.addressing +
         "). The other seats are held by mocks of Parley.";
}

}  // namespace parley::reports
