// The few shapes that findings have, so that none is filled in by halves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/judge/check.h"

namespace parley::judge {

using Evidence = std::vector<std::uint64_t>;

inline Finding passed(std::string expected, std::string observed, Evidence evidence = {}) {
  return {Verdict::kPass,      "as-expected",       std::move(expected),
          std::move(observed), std::move(evidence), Attribution::kNone};
}

inline Finding failed(std::string code, std::string expected, std::string observed,
                      Evidence evidence, Blame blame) {
  return {Verdict::kFail,      std::move(code),   std::move(expected),   std::move(observed),
          std::move(evidence), blame.attribution, std::move(blame.party)};
}

/// The code of an invariant that holds because nothing happened that could have broken it. Such a
/// pass satisfies no requirement.
inline constexpr std::string_view kNothingToJudge = "nothing-to-judge";

/// An invariant that was held to `instances` things and broken by none.
inline Finding upheld(std::string expected, std::string observed, std::size_t instances) {
  Finding finding = passed(std::move(expected), std::move(observed));
  if (instances == 0) finding.code = kNothingToJudge;
  return finding;
}

/// The records do not allow to say either.
inline Finding undecided(std::string code, std::string expected, std::string observed,
                         Evidence evidence, Blame blame) {
  return {Verdict::kInconclusive, std::move(code),   std::move(expected),   std::move(observed),
          std::move(evidence),    blame.attribution, std::move(blame.party)};
}

/// The harness itself is at fault.
inline Finding harness_error(std::string code, std::string expected, std::string observed,
                             Evidence evidence = {}) {
  return {Verdict::kError,     std::move(code),     std::move(expected),
          std::move(observed), std::move(evidence), Attribution::kHarness};
}

}  // namespace parley::judge
