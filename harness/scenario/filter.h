// Which test cases: by id ("text.*", "text.both-ways[to=partner]"), by tag ("tag:media"), by
// requirement ("req:MSG-001"). All three take globs.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/scenario/scenario.h"

namespace parley::scenario {

struct Filter {
  enum class Kind { kId, kTag, kRequirement };
  Kind kind = Kind::kId;
  std::string pattern;

  /// As it was written: "tag:media".
  std::string text() const;
};

/// kInvalid for an empty pattern or an unknown prefix.
Result<Filter> parse_filter(std::string_view text);

/// An id filter matches the id of the scenario (then all its cases) or of the test case. A
/// requirement filter matches where one of the case's checks judges the requirement.
bool selects(const Filter& filter, const Scenario& scenario, const TestCase& test_case);

/// The cases of `scenarios` that at least one filter selects, in their order; all of them where
/// there is no filter. kNotFound, with a "did you mean", for a filter that selects nothing.
Result<std::vector<const TestCase*>> select(std::span<const Scenario> scenarios,
                                            std::span<const Filter> filters);

}  // namespace parley::scenario
