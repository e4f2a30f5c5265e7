#include "harness/cli/filter_options.h"

#include <CLI/CLI.hpp>
#include <utility>

namespace parley::cli {

Result<std::vector<scenario::Filter>> FilterOptions::parse() const {
  using Kind = scenario::Filter::Kind;
  std::vector<scenario::Filter> out;
  for (const std::string& text : filters) {
    PARLEY_ASSIGN(scenario::Filter filter, scenario::parse_filter(text));
    out.push_back(std::move(filter));
  }
  const std::pair<Kind, const std::vector<std::string>*> narrowing[] = {
      {Kind::kRequirement, &requirements},
      {Kind::kClause, &clauses},
      {Kind::kTag, &tags},
      {Kind::kSeat, &seats},
      {Kind::kPhase, &phases},
      {Kind::kMilestone, &milestones}};
  for (const auto& [kind, patterns] : narrowing) {
    for (const std::string& pattern : *patterns) {
      PARLEY_ASSIGN(scenario::Filter filter, scenario::make_filter(kind, pattern, true));
      out.push_back(std::move(filter));
    }
  }
  return out;
}

void add_filter_options(CLI::App& app, FilterOptions& options) {
  app.add_option("filter", options.filters,
                 "ids of test cases or scenarios, tag:NAME, req:ID, clause:CLAUSE, seat:SEAT, "
                 "phase:PHASE, milestone:M1; ids and names take * and ?; filters add up");
  const auto narrowing = [&](const char* name, std::vector<std::string>& values, const char* help,
                             const char* type) {
    app.add_option(name, values, help)->type_name(type)->allow_extra_args(false);
  };
  narrowing("--requirement", options.requirements, "only what judges it; may be repeated", "ID");
  narrowing("--clause", options.clauses, "only that part of a source: \"7(2)(a)\", \"TD 1.1\"",
            "CLAUSE");
  narrowing("--tag", options.tags, "only scenarios with the tag", "TAG");
  narrowing("--seat", options.seats, "only what can be observed in that seat", "SEAT");
  narrowing("--phase", options.phases, "only requirements of that phase: base, groups, calls",
            "PHASE");
  narrowing("--milestone", options.milestones, "only scenarios of that milestone: M1 to M6", "M");
}

}  // namespace parley::cli
