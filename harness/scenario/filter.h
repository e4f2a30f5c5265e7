// Which test cases, and which rows of the catalogue: by id ("text.*", "text.both-ways[to=alice]"),
// by what a test case is about ("tag:media", "milestone:M4"), or by what the requirements are that
// it judges ("req:MSG-001", "clause:7(2)(a)", "seat:partner-client", "phase:base"). Ids, tags and
// requirements take globs.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/scenario/scenario.h"

namespace parley::scenario {

struct Library;
struct Requirement;

struct Filter {
  enum class Kind : std::uint8_t { kId, kTag, kRequirement, kClause, kSeat, kPhase, kMilestone };
  Kind kind = Kind::kId;
  std::string pattern;
  /// Filters add up. Those that narrow do so among their own kind only, and then take away
  /// everything that they do not select.
  bool narrows = false;

  /// As it was written: "tag:media"; with dashes in front where it narrows.
  std::string text() const;
};

/// kInvalid for an empty pattern, an unknown prefix, or an unknown seat, phase or milestone.
Result<Filter> parse_filter(std::string_view text);
Result<Filter> make_filter(Filter::Kind kind, std::string_view pattern, bool narrows);

/// The milestones that the scenario's tags name: "M4", also for "m4-2". Sorted, each once.
std::vector<std::string> milestones_of(const Scenario& scenario);

/// Whether `pattern` means the clause of that document, or a clause around it: "7(2)(a)" means
/// "DMA 7(2)(a)(i)". A document's key may stand in front.
bool clause_matches(std::string_view pattern, std::string_view document, std::string_view clause);

/// What some filters select in a library.
class Selection {
 public:
  /// kNotFound, with a "did you mean", for a filter that selects neither a test case nor a row.
  /// `library` must outlive the selection.
  static Result<Selection> of(const Library& library, std::span<const Filter> filters);

  /// The selected cases, in the order of the library; all of them where there is no filter.
  const std::vector<const TestCase*>& cases() const { return cases_; }
  /// Whether the row itself is selected, or a selected case judges it and no filter excludes it.
  bool has(const Requirement& row) const { return rows_.contains(&row); }

 private:
  std::vector<const TestCase*> cases_;
  std::set<const Requirement*> rows_;
};

}  // namespace parley::scenario
