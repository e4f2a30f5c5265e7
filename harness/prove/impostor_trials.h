// Puts universal impostors into every seat, one after another, and sees whether a scenario passes.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/prove/kill_matrix.h"
#include "harness/prove/trials.h"
#include "mocks/quirks/impostor.h"

namespace parley::prove {

/// Test cases that an impostor passes because what it does is right there.
struct Excuse {
  std::string impostor;            ///< glob over ids of impostors
  std::vector<std::string> cases;  ///< globs over ids of test cases
  std::string why;
};

/// Reads mocks/quirks/impostors.yaml. Appends diagnostics for what is wrong.
std::vector<Excuse> read_excuses(const std::string& name, std::string text,
                                 std::vector<Diagnostic>& diagnostics);

/// The first that fits, or null.
const Excuse* find_excuse(std::span<const Excuse> excuses, const std::string& impostor,
                          const std::string& test_case);

/// Ten impostors for each of five roles.
std::vector<mocks::quirks::Impostor> all_impostors();

/// Runs one variant of each scenario that judges the party in its seat with each impostor, all with
/// `options.all_variants`; with `options.only`, of every kSampled-th scenario.
std::vector<ImpostorRow> run_impostors(const scenario::Library& library, const scenario::Plan& plan,
                                       const wire::Profile& profile,
                                       const run::CaseEnvironment& environment,
                                       std::span<const Excuse> excuses,
                                       const TrialOptions& options);

inline constexpr std::size_t kSampled = 48;

}  // namespace parley::prove
