#include "harness/scenario/filter.h"

#include <algorithm>
#include <set>

#include "harness/base/diagnostic.h"
#include "harness/base/glob.h"

namespace parley::scenario {
namespace {

std::string_view prefix_of(Filter::Kind kind) {
  switch (kind) {
    case Filter::Kind::kTag:
      return "tag:";
    case Filter::Kind::kRequirement:
      return "req:";
    case Filter::Kind::kId:
      break;
  }
  return "";
}

/// Everything that a filter of this kind could have meant.
std::vector<std::string> candidates(Filter::Kind kind, std::span<const Scenario> scenarios) {
  std::set<std::string> words;
  for (const Scenario& scenario : scenarios) {
    if (kind == Filter::Kind::kTag) {
      words.insert(scenario.tags.begin(), scenario.tags.end());
    } else if (kind == Filter::Kind::kRequirement) {
      words.insert(scenario.requirements.begin(), scenario.requirements.end());
    } else {
      words.insert(scenario.id);
      for (const TestCase& test_case : scenario.cases) words.insert(test_case.id);
    }
  }
  return {words.begin(), words.end()};
}

Error nothing_selected(const Filter& filter, std::span<const Scenario> scenarios) {
  std::string message = "the filter \"" + filter.text() + "\" selects no test case";
  const std::string near = nearest(filter.pattern, candidates(filter.kind, scenarios));
  if (!near.empty()) {
    message += "; did you mean \"" + std::string(prefix_of(filter.kind)) + near + "\"?";
  }
  return make_error(ErrorCode::kNotFound, message);
}

}  // namespace

std::string Filter::text() const { return std::string(prefix_of(kind)) + pattern; }

Result<Filter> parse_filter(std::string_view text) {
  Filter filter;
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    filter.pattern = text;
  } else {
    const std::string_view prefix = text.substr(0, colon + 1);
    if (prefix == "tag:") {
      filter.kind = Filter::Kind::kTag;
    } else if (prefix == "req:") {
      filter.kind = Filter::Kind::kRequirement;
    } else {
      return make_error(ErrorCode::kInvalid, "the filter \"" + std::string(text) +
                                                 "\" begins with neither tag: nor req:");
    }
    filter.pattern = text.substr(colon + 1);
  }
  if (filter.pattern.empty()) {
    return make_error(ErrorCode::kInvalid, "the filter \"" + std::string(text) + "\" is empty");
  }
  return filter;
}

bool selects(const Filter& filter, const Scenario& scenario, const TestCase& test_case) {
  const auto fits = [&](const std::string& text) { return glob_match(filter.pattern, text); };
  switch (filter.kind) {
    case Filter::Kind::kId:
      return fits(scenario.id) || fits(test_case.id);
    case Filter::Kind::kTag:
      return std::any_of(scenario.tags.begin(), scenario.tags.end(), fits);
    case Filter::Kind::kRequirement:
      return std::any_of(test_case.checks.begin(), test_case.checks.end(), [&](const Check& check) {
        return std::any_of(check.requirements.begin(), check.requirements.end(), fits);
      });
  }
  return false;
}

Result<std::vector<const TestCase*>> select(std::span<const Scenario> scenarios,
                                            std::span<const Filter> filters) {
  std::vector<const TestCase*> selected;
  std::vector<bool> used(filters.size(), false);
  for (const Scenario& scenario : scenarios) {
    for (const TestCase& test_case : scenario.cases) {
      bool wanted = filters.empty();
      for (std::size_t i = 0; i < filters.size(); ++i) {
        if (!selects(filters[i], scenario, test_case)) continue;
        used[i] = true;
        wanted = true;
      }
      if (wanted) selected.push_back(&test_case);
    }
  }
  for (std::size_t i = 0; i < filters.size(); ++i) {
    if (!used[i]) return nothing_selected(filters[i], scenarios);
  }
  return selected;
}

}  // namespace parley::scenario
