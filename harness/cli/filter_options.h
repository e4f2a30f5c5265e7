// The options by which run, plan and list choose: the same everywhere.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/scenario/filter.h"

namespace CLI {
class App;
}

namespace parley::cli {

struct FilterOptions {
  std::vector<std::string> filters;  ///< as they were written; they add up
  std::vector<std::string> requirements, clauses, tags, seats, phases, milestones;  ///< narrow

  /// kInvalid for one that is no filter.
  Result<std::vector<scenario::Filter>> parse() const;
};

/// Declares them on `app`; their values live in `options`.
void add_filter_options(CLI::App& app, FilterOptions& options);

}  // namespace parley::cli
