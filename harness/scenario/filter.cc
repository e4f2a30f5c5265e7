#include "harness/scenario/filter.h"

#include <algorithm>
#include <array>
#include <map>

#include "harness/base/diagnostic.h"
#include "harness/base/glob.h"
#include "harness/scenario/library.h"

namespace parley::scenario {
namespace {

using Kind = Filter::Kind;

struct Prefix {
  Kind kind;
  std::string_view text;    ///< in front of a filter
  std::string_view option;  ///< of the command line, where it narrows
};
constexpr std::array<Prefix, 7> kPrefixes{{{Kind::kId, "", ""},
                                           {Kind::kTag, "tag:", "--tag "},
                                           {Kind::kRequirement, "req:", "--requirement "},
                                           {Kind::kClause, "clause:", "--clause "},
                                           {Kind::kSeat, "seat:", "--seat "},
                                           {Kind::kPhase, "phase:", "--phase "},
                                           {Kind::kMilestone, "milestone:", "--milestone "}}};

const Prefix& prefix_of(Kind kind) { return kPrefixes[static_cast<std::size_t>(kind)]; }

// The words that a kind of filter takes; none where it takes any.
std::vector<std::string> words_of(Kind kind) {
  switch (kind) {
    case Kind::kSeat:
      return seat_names();
    case Kind::kPhase:
      return {"base", "groups", "calls"};
    case Kind::kMilestone:
      return {"M1", "M2", "M3", "M4", "M5", "M6"};
    default:
      return {};
  }
}

// A milestone's tag is its name in lower case, and "m4-2" is a part of M4.
bool is_of_milestone(const std::string& tag, std::string_view milestone) {
  return tag.size() >= 2 && tag[0] == 'm' && tag[1] == milestone[1] &&
         (tag.size() == 2 || tag[2] == '-');
}

// The obligations' articles count as clauses of the Regulation.
bool is_of_clause(const Library& library, const Requirement& row, std::string_view pattern) {
  if (std::any_of(row.citations.begin(), row.citations.end(), [&](const Citation& one) {
        return clause_matches(pattern, one.document, one.clause);
      })) {
    return true;
  }
  return std::any_of(library.obligations.begin(), library.obligations.end(),
                     [&](const Obligation& one) {
                       const auto& ids = one.requirements;
                       return clause_matches(pattern, "DMA", one.article) &&
                              std::find(ids.begin(), ids.end(), row.id) != ids.end();
                     });
}

bool selects_row(const Library& library, const Filter& filter, const Requirement& row) {
  switch (filter.kind) {
    case Kind::kRequirement:
      return glob_match(filter.pattern, row.id);
    case Kind::kClause:
      return is_of_clause(library, row, filter.pattern);
    case Kind::kSeat:
      return std::find(row.seats.begin(), row.seats.end(), filter.pattern) != row.seats.end();
    case Kind::kPhase:
      return to_string(row.phase) == filter.pattern;
    default:
      return false;  // cases decide
  }
}

bool is_about_rows(Kind kind) {
  return kind != Kind::kId && kind != Kind::kTag && kind != Kind::kMilestone;
}

// One filter with what it selects, looked up once for all cases.
struct Matcher {
  const Filter* filter;
  std::set<std::string> rows;  ///< ids
  bool used = false;

  bool selects(const Scenario& scenario, const TestCase& test_case) const {
    const auto fits = [&](const std::string& text) { return glob_match(filter->pattern, text); };
    switch (filter->kind) {
      case Kind::kId:
        return fits(scenario.id) || fits(test_case.id);
      case Kind::kTag:
        return std::any_of(scenario.tags.begin(), scenario.tags.end(), fits);
      case Kind::kMilestone:
        return std::any_of(scenario.tags.begin(), scenario.tags.end(), [&](const std::string& tag) {
          return is_of_milestone(tag, filter->pattern);
        });
      default:
        return std::any_of(test_case.checks.begin(), test_case.checks.end(), [&](const Check& c) {
          return std::any_of(c.requirements.begin(), c.requirements.end(),
                             [&](const std::string& id) { return judges(id); });
        });
    }
  }
  bool judges(const std::string& id) const {
    return filter->kind == Kind::kRequirement ? glob_match(filter->pattern, id) : rows.contains(id);
  }
};

// Whether filters that each say yes or no let something through.
template <class Says>
bool passes(const std::vector<Matcher>& matchers, const Says& says) {
  bool any_adding = false;
  bool added = false;
  std::map<Kind, bool> narrowed;
  for (const Matcher& matcher : matchers) {
    const bool yes = says(matcher);
    if (matcher.filter->narrows) {
      narrowed[matcher.filter->kind] |= yes;
    } else {
      any_adding = true;
      added |= yes;
    }
  }
  return (added || !any_adding) &&
         std::all_of(narrowed.begin(), narrowed.end(), [](const auto& one) { return one.second; });
}

std::vector<std::string> candidates(Kind kind, const Library& library) {
  if (const auto words = words_of(kind); !words.empty()) return words;
  std::set<std::string> out;
  if (kind == Kind::kClause) {
    for (const Requirement& row : library.requirements) {
      for (const Citation& one : row.citations) {
        if (!one.clause.empty()) out.insert(one.document + " " + one.clause);
        if (one.document == "DMA" && !one.clause.empty()) out.insert(one.clause);
      }
    }
    for (const Obligation& one : library.obligations) out.insert(one.article);
  }
  if (kind == Kind::kRequirement) {
    for (const Requirement& row : library.requirements) out.insert(row.id);
  }
  for (const Scenario& scenario : library.scenarios) {
    if (kind == Kind::kTag) out.insert(scenario.tags.begin(), scenario.tags.end());
    if (kind == Kind::kRequirement) {
      out.insert(scenario.requirements.begin(), scenario.requirements.end());
    }
    if (kind != Kind::kId) continue;
    out.insert(scenario.id);
    for (const TestCase& test_case : scenario.cases) out.insert(test_case.id);
  }
  return {out.begin(), out.end()};
}

Error nothing_selected(const Filter& filter, const Library& library) {
  std::string message = "the filter \"" + filter.text() + "\" selects no test case";
  const std::string near = nearest(filter.pattern, candidates(filter.kind, library));
  if (!near.empty() && near != filter.pattern) {
    Filter better = filter;
    better.pattern = near;
    message += "; did you mean \"" + better.text() + "\"?";
  }
  return make_error(ErrorCode::kNotFound, message);
}

std::vector<Matcher> matchers_of(const Library& library, std::span<const Filter> filters) {
  std::vector<Matcher> out;
  for (const Filter& filter : filters) {
    Matcher matcher{&filter, {}, false};
    for (const Requirement& row : library.requirements) {
      if (selects_row(library, filter, row)) matcher.rows.insert(row.id);
    }
    out.push_back(std::move(matcher));
  }
  return out;
}

}  // namespace

std::string Filter::text() const {
  const Prefix& prefix = prefix_of(kind);
  return std::string(narrows ? prefix.option : prefix.text) + pattern;
}

Result<Filter> make_filter(Filter::Kind kind, std::string_view pattern, bool narrows) {
  Filter filter{kind, std::string(pattern), narrows};
  if (pattern.empty()) {
    return make_error(ErrorCode::kInvalid, "the filter \"" + filter.text() + "\" is empty");
  }
  if (kind == Kind::kMilestone && pattern[0] == 'm') filter.pattern[0] = 'M';
  const std::vector<std::string> words = words_of(kind);
  if (!words.empty() && std::find(words.begin(), words.end(), filter.pattern) == words.end()) {
    std::string all;
    for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
    const std::string hint = did_you_mean(filter.pattern, words);
    return make_error(ErrorCode::kInvalid, "the filter \"" + filter.text() + "\" is none of " +
                                               all + (hint.empty() ? "" : "; " + hint));
  }
  return filter;
}

Result<Filter> parse_filter(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return make_filter(Kind::kId, text, false);
  const std::string_view prefix = text.substr(0, colon + 1);
  std::string known;
  for (const Prefix& one : kPrefixes) {
    if (one.text == prefix) return make_filter(one.kind, text.substr(colon + 1), false);
    if (!one.text.empty()) known += (known.empty() ? "" : ", ") + std::string(one.text);
  }
  return make_error(ErrorCode::kInvalid,
                    "the filter \"" + std::string(text) + "\" begins with none of " + known);
}

std::vector<std::string> milestones_of(const Scenario& scenario) {
  std::vector<std::string> out;
  for (const std::string& milestone : words_of(Kind::kMilestone)) {
    if (std::any_of(scenario.tags.begin(), scenario.tags.end(),
                    [&](const std::string& tag) { return is_of_milestone(tag, milestone); })) {
      out.push_back(milestone);
    }
  }
  return out;
}

bool clause_matches(std::string_view pattern, std::string_view document, std::string_view clause) {
  const std::size_t space = pattern.find(' ');
  if (space != std::string_view::npos) {
    if (pattern.substr(0, space) != document && pattern.substr(0, space) != "Art.") return false;
    if (pattern.substr(0, space) == "Art." && document != "DMA") return false;
    pattern.remove_prefix(space + 1);
  } else if (pattern == document) {
    return true;
  }
  if (!clause.starts_with(pattern) || pattern.empty()) return false;
  const std::string_view rest = clause.substr(pattern.size());
  return rest.empty() || rest[0] == '(' || rest[0] == '.' || rest[0] == ' ';
}

Result<Selection> Selection::of(const Library& library, std::span<const Filter> filters) {
  Selection out;
  std::vector<Matcher> matchers = matchers_of(library, filters);
  std::set<std::string> judged;
  for (const Scenario& scenario : library.scenarios) {
    for (const TestCase& test_case : scenario.cases) {
      for (Matcher& one : matchers) one.used = one.used || one.selects(scenario, test_case);
      if (!passes(matchers, [&](const Matcher& one) { return one.selects(scenario, test_case); })) {
        continue;
      }
      out.cases_.push_back(&test_case);
      for (const Check& check : test_case.checks) {
        judged.insert(check.requirements.begin(), check.requirements.end());
      }
    }
  }
  for (const Requirement& row : library.requirements) {
    const auto says = [&](const Matcher& one) {
      return is_about_rows(one.filter->kind) ? one.rows.contains(row.id) : judged.contains(row.id);
    };
    if (passes(matchers, says)) out.rows_.insert(&row);
  }
  for (const Matcher& matcher : matchers) {
    if (!matcher.used && matcher.rows.empty()) return nothing_selected(*matcher.filter, library);
  }
  return out;
}

}  // namespace parley::scenario
