// Runs a plan's test cases with one quirk after another.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "harness/prove/kill_matrix.h"
#include "harness/run/case_run.h"
#include "harness/scenario/library.h"
#include "harness/scenario/plan.h"
#include "mocks/quirks/quirk.h"
#include "mocks/tap/interceptor.h"

namespace parley::wire {
class Profile;
}

namespace parley::prove {

/// How many variants of one scenario are run for one quirk.
inline constexpr std::size_t kVariants = 2;

/// The kind of actor that plays a role; empty for the harness.
std::string kind_of(evidence::Role role);

struct TrialOptions {
  std::size_t workers = 1;
  /// Makes the parties of a case with that interceptor among them.
  std::function<driver::PartyFactory(mocks::Interceptor& interceptor)> make_parties;
  /// Where given, only these test cases are run, per quirk; and without any quirk only they.
  std::optional<std::map<std::string, std::set<std::string>, std::less<>>> only = std::nullopt;
  /// Per quirk test cases that are run whatever else is left out: those that are known to show it.
  std::map<std::string, std::set<std::string>, std::less<>> always = {};
  /// Every variant of a scenario in which a quirk finds something to change, not kVariants of them.
  bool all_variants = false;
  /// Whether a faultless party is tried in each seat, as a product under test, too.
  bool seats = false;
  /// Told after each run; may be empty. From any thread, one call at a time.
  std::function<void(std::size_t done, std::size_t total)> progress;
  const std::atomic<bool>* interrupted = nullptr;
};

struct Trials {
  Baseline baseline;
  /// In the order of the quirks and, within one, of the plan. Cases in which a quirk would find
  /// nothing to change are left out: they take the baseline's course. So are those with files of
  /// many megabytes, but for quirks that a check must find which the case declares, and more than
  /// kVariants of one scenario.
  std::vector<Trial> trials;
  bool interrupted = false;
};

/// `environment` as for run::run_plan; its parties are made by `options`.
Trials run_trials(const scenario::Library& library, const scenario::Plan& plan,
                  const wire::Profile& profile, const run::CaseEnvironment& environment,
                  std::span<const mocks::quirks::Quirk> quirks, const TrialOptions& options);

}  // namespace parley::prove
