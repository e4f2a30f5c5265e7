#include "harness/prove/kill_matrix.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "harness/base/glob.h"

namespace parley::prove {
namespace {

using mocks::quirks::Collateral;
using mocks::quirks::Kill;
using mocks::quirks::Quirk;

constexpr std::array<std::pair<RowStatus, std::string_view>, 5> kStatuses{
    {{RowStatus::kKilled, "KILLED"},
     {RowStatus::kKilledByOther, "KILLED_BY_OTHER"},
     {RowStatus::kSurvived, "SURVIVED"},
     {RowStatus::kVoid, "VOID"},
     {RowStatus::kEquivalent, "EQUIVALENT"}}};

bool is_expected(const Quirk& quirk, std::string_view check) {
  const auto named = [check](const Kill& kill) { return kill.check == check; };
  const auto covered = [check](const Collateral& collateral) {
    return std::ranges::any_of(
        collateral.checks, [check](const std::string& glob) { return glob_match(glob, check); });
  };
  return std::ranges::any_of(quirk.kills, named) || std::ranges::any_of(quirk.collateral, covered);
}

bool has_killed(const Row& row, const Kill& kill) {
  const auto found = row.killed.find(kill.check);
  return found != row.killed.end() && (kill.finding == "*" || found->second.contains(kill.finding));
}

bool names(const Quirk& quirk, const Failure& failure) {
  return std::ranges::any_of(quirk.kills, [&failure](const Kill& kill) {
    return kill.check == failure.check && (kill.finding == "*" || kill.finding == failure.finding);
  });
}

void add_trial(const Quirk& quirk, const Trial& trial, std::string_view constant_pass, Row& row) {
  ++row.runs;
  row.applied += trial.applied > 0 ? 1 : 0;
  if (!trial.engine_error.empty()) {
    row.complaints.push_back("the harness stopped in " + trial.test_case + ": " +
                             trial.engine_error);
  }
  if (!quirk.equivalent.empty() && trial.applied > 0) {
    row.shown_by.try_emplace("applied", trial.test_case);
  }
  for (const Failure& failure : trial.failures) {
    if (failure.check == constant_pass) continue;
    if (failure.blames_quirk) {
      row.killed[failure.check].insert(failure.finding);
      if (names(quirk, failure)) {
        row.shown_by.try_emplace(failure.check + "/" + failure.finding, trial.test_case);
      }
    } else {
      row.misplaced.insert(failure.check + "/" + failure.finding);
    }
  }
}

void judge_row(const Quirk& quirk, Row& row) {
  bool by_named = true;
  for (const Kill& kill : quirk.kills) {
    if (has_killed(row, kill)) continue;
    by_named = false;
    row.complaints.push_back("not found by " + kill.check + "/" + kill.finding);
  }
  bool undeclared = false;
  for (const auto& [check, findings] : row.killed) {
    if (is_expected(quirk, check)) continue;
    undeclared = true;
    row.complaints.push_back("also found by " + check + "/" + *findings.begin() +
                             ", which is not declared");
  }
  if (row.applied == 0) {
    row.status = RowStatus::kVoid;
  } else if (!quirk.equivalent.empty()) {
    row.status = row.killed.empty() ? RowStatus::kEquivalent : RowStatus::kKilledByOther;
  } else if (row.killed.empty()) {
    row.status = RowStatus::kSurvived;
  } else {
    row.status = by_named && !undeclared && row.complaints.empty() ? RowStatus::kKilled
                                                                   : RowStatus::kKilledByOther;
  }
}

std::vector<std::string> never_failed(const Baseline& baseline, std::span<const Trial> trials) {
  std::set<std::string, std::less<>> left = baseline.checks;
  for (const Trial& trial : trials) {
    for (const std::string& check : trial.failed) left.erase(check);
  }
  return {left.begin(), left.end()};
}

// A dedicated killer names the check, and was found by it for that reason.
std::vector<std::string> without_killer(std::span<const Quirk> quirks, const KillMatrix& matrix) {
  std::set<std::string, std::less<>> killed;
  for (std::size_t i = 0; i < quirks.size(); ++i) {
    for (const Kill& kill : quirks[i].kills) {
      if (has_killed(matrix.rows[i], kill)) killed.insert(kill.check);
    }
  }
  std::vector<std::string> out;
  for (const std::string& check : matrix.baseline.declared) {
    if (!killed.contains(check)) out.push_back(check);
  }
  return out;
}

std::vector<std::vector<std::string>> killed_alike(const KillMatrix& matrix) {
  std::map<std::string, std::set<std::string>> killers;  // check -> quirks
  for (const Row& row : matrix.rows) {
    for (const auto& [check, findings] : row.killed) killers[check].insert(row.quirk);
  }
  std::map<std::set<std::string>, std::vector<std::string>> groups;
  for (const auto& [check, quirks] : killers) groups[quirks].push_back(check);
  std::vector<std::vector<std::string>> out;
  for (auto& [quirks, checks] : groups) {
    if (checks.size() > 1) out.push_back(std::move(checks));
  }
  return out;
}

void add_twin_lines(const json::object& matrix, std::set<std::string>& out) {
  const json::array* twins = get_array(matrix, "twins");
  for (const json::value& value : twins == nullptr ? json::array() : *twins) {
    const json::object* row = value.if_object();
    const json::array* differs = row == nullptr ? nullptr : get_array(*row, "differs");
    if (differs == nullptr) continue;
    out.insert(std::string(get_string(*row, "check").value_or("")) +
               ": differs from its twins in " + canonical(*differs));
  }
}

void add_impostor_lines(const json::object& matrix, std::set<std::string>& out) {
  const json::array* impostors = get_array(matrix, "impostors");
  if (impostors == nullptr) return;
  for (const json::value& value : *impostors) {
    const json::object* row = value.if_object();
    const json::array* excused = row == nullptr ? nullptr : get_array(*row, "excused");
    if (excused == nullptr) continue;
    const std::string impostor(get_string(*row, "impostor").value_or(""));
    out.insert(impostor + ": fails what it must");
    for (const json::value& test_case : *excused) {
      if (test_case.is_string()) {
        out.insert(impostor + ": passes " + std::string(test_case.get_string()));
      }
    }
  }
}

void add_named_lines(const json::object& row, std::set<std::string>& out) {
  const std::string quirk(get_string(row, "quirk").value_or(""));
  out.insert(quirk + ": " + std::string(get_string(row, "status").value_or("")));
  const json::object* shown_by = get_object(row, "shown_by");
  if (shown_by == nullptr) return;
  for (const auto& [kill, test_case] : *shown_by) out.insert(quirk + ": " + std::string(kill));
}

void add_killed_lines(const json::object& row, std::set<std::string>& out) {
  const std::string quirk(get_string(row, "quirk").value_or(""));
  const json::object* killed = get_object(row, "killed");
  if (killed == nullptr) return;
  for (const auto& [check, findings] : *killed) {
    if (!findings.is_array()) continue;
    for (const json::value& finding : findings.get_array()) {
      if (!finding.is_string()) continue;
      out.insert(quirk + ": " + std::string(check) + "/" + std::string(finding.get_string()));
    }
  }
}

std::set<std::string> lines_of(const json::object& matrix, Compared compared) {
  std::set<std::string> out;
  add_impostor_lines(matrix, out);
  add_twin_lines(matrix, out);
  const bool everything = compared == Compared::kEverything;
  const json::array* unshown = get_array(matrix, "unshown");
  for (const json::value& check : unshown == nullptr ? json::array() : *unshown) {
    if (!everything || !check.is_string()) continue;
    out.insert(std::string(check.get_string()) + ": never seen failing");
  }
  if (const json::array* columns = get_array(matrix, "columns")) {
    for (const json::value& column : *columns) {
      if (column.is_string()) out.insert(std::string(column.get_string()));
    }
  }
  const json::array* rows = get_array(matrix, "rows");
  for (const json::value& value : rows == nullptr ? json::array() : *rows) {
    const json::object* row = value.if_object();
    if (row == nullptr) continue;
    add_named_lines(*row, out);
    if (everything) add_killed_lines(*row, out);
  }
  return out;
}

}  // namespace

bool Failure::operator<(const Failure& other) const {
  return std::tie(check, finding, blames_quirk) <
         std::tie(other.check, other.finding, other.blames_quirk);
}

std::string_view to_string(RowStatus status) {
  return std::ranges::find(kStatuses, status, &std::pair<RowStatus, std::string_view>::first)
      ->second;
}

std::size_t KillMatrix::count(RowStatus status) const {
  return static_cast<std::size_t>(std::ranges::count(rows, status, &Row::status));
}

bool KillMatrix::sound() const {
  return !baseline.declared.empty() && baseline.troubles.empty() &&
         baseline.emitted.size() == baseline.declared.size() && unkilled.empty() &&
         std::ranges::all_of(
             impostors,
             [](const ImpostorRow& row) { return row.green.empty() && row.stopped.empty(); }) &&
         count(RowStatus::kKilled) + count(RowStatus::kEquivalent) == rows.size();
}

KillMatrix evaluate(std::span<const Quirk> quirks, Baseline baseline, std::span<const Trial> trials,
                    std::string_view constant_pass) {
  KillMatrix matrix;
  matrix.baseline = std::move(baseline);
  matrix.runs = matrix.baseline.cases + trials.size();
  matrix.rows.resize(quirks.size());
  for (std::size_t i = 0; i < quirks.size(); ++i) matrix.rows[i].quirk = quirks[i].id;
  for (const Trial& trial : trials) {
    add_trial(quirks[trial.quirk], trial, constant_pass, matrix.rows[trial.quirk]);
  }
  for (std::size_t i = 0; i < quirks.size(); ++i) {
    judge_row(quirks[i], matrix.rows[i]);
  }
  matrix.unkilled = without_killer(quirks, matrix);
  matrix.alike = killed_alike(matrix);
  matrix.unshown = never_failed(matrix.baseline, trials);
  return matrix;
}

json::object to_json(const KillMatrix& matrix) {
  json::array columns;
  for (const std::string& check : matrix.baseline.declared) columns.emplace_back(check);
  json::array rows;
  for (const Row& row : matrix.rows) {
    json::object killed;
    for (const auto& [check, findings] : row.killed) {
      json::array codes;
      for (const std::string& finding : findings) codes.emplace_back(finding);
      killed[check] = std::move(codes);
    }
    json::object shown_by;
    for (const auto& [kill, test_case] : row.shown_by) shown_by[kill] = test_case;
    rows.push_back(json::object{{"quirk", row.quirk},
                                {"status", to_string(row.status)},
                                {"killed", std::move(killed)},
                                {"shown_by", std::move(shown_by)}});
  }
  json::array impostors;
  for (const ImpostorRow& row : matrix.impostors) {
    json::array excused;
    for (const std::string& test_case : row.excused) excused.emplace_back(test_case);
    impostors.push_back(json::object{{"impostor", row.impostor}, {"excused", std::move(excused)}});
  }
  json::array twins;
  for (const auto& [check, differs] : matrix.baseline.twins) {
    json::array pointers;
    for (const std::string& pointer : differs) pointers.emplace_back(pointer);
    twins.push_back(json::object{{"check", check}, {"differs", std::move(pointers)}});
  }
  json::array unshown;
  for (const std::string& check : matrix.unshown) unshown.emplace_back(check);
  return {{"format", "parley-kill-matrix-1"},
          {"columns", std::move(columns)},
          {"rows", std::move(rows)},
          {"scenario_checks", static_cast<std::int64_t>(matrix.baseline.checks.size())},
          {"unshown", std::move(unshown)},
          {"twins", std::move(twins)},
          {"impostors", std::move(impostors)}};
}

std::map<std::string, std::set<std::string>, std::less<>> witnesses(const json::object& accepted) {
  std::map<std::string, std::set<std::string>, std::less<>> out;
  const json::array* rows = get_array(accepted, "rows");
  if (rows == nullptr) return out;
  for (const json::value& value : *rows) {
    const json::object* row = value.if_object();
    const json::object* shown_by = row == nullptr ? nullptr : get_object(*row, "shown_by");
    if (shown_by == nullptr) continue;
    std::set<std::string>& cases = out[std::string(get_string(*row, "quirk").value_or(""))];
    for (const auto& [kill, test_case] : *shown_by) {
      if (test_case.is_string()) cases.insert(std::string(test_case.get_string()));
    }
  }
  return out;
}

std::vector<std::vector<std::string>> unexplained(
    const KillMatrix& matrix, std::span<const mocks::quirks::Separation> separations) {
  std::vector<std::vector<std::string>> out;
  for (const std::vector<std::string>& group : matrix.alike) {
    const auto explains = [&group](const mocks::quirks::Separation& separation) {
      return std::ranges::all_of(group, [&separation](const std::string& check) {
        return std::ranges::find(separation.checks, check) != separation.checks.end();
      });
    };
    if (std::ranges::none_of(separations, explains)) out.push_back(group);
  }
  return out;
}

std::vector<std::string> undeclared(const KillMatrix& matrix,
                                    std::span<const mocks::quirks::Unshown> declared) {
  std::vector<std::string> out;
  for (const std::string& check : matrix.unshown) {
    if (std::ranges::find(declared, check, &mocks::quirks::Unshown::check) != declared.end()) {
      continue;
    }
    out.push_back(check + ": no quirk makes it fail, and nothing says why");
  }
  for (const mocks::quirks::Unshown& one : declared) {
    if (std::ranges::find(matrix.unshown, one.check) != matrix.unshown.end()) continue;
    out.push_back(one.check + (matrix.baseline.checks.contains(one.check)
                                   ? ": is declared as not shown, and was seen failing"
                                   : ": is declared as not shown, and no scenario has it"));
  }
  return out;
}

std::vector<std::string> differences(const json::object& accepted, const json::object& seen,
                                     Compared compared) {
  const std::set<std::string> before = lines_of(accepted, compared);
  const std::set<std::string> after = lines_of(seen, compared);
  std::vector<std::string> out;
  for (const std::string& line : before) {
    if (!after.contains(line)) out.push_back("- " + line);
  }
  for (const std::string& line : after) {
    if (!before.contains(line)) out.push_back("+ " + line);
  }
  return out;
}

std::string extent(const KillMatrix& matrix) {
  std::string out = std::to_string(matrix.count(RowStatus::kEquivalent)) + " equivalent; " +
                    std::to_string(matrix.baseline.declared.size()) + " checks, " +
                    std::to_string(matrix.unkilled.size()) + " without a killer";
  if (!matrix.impostors.empty())
    out += "; " + std::to_string(matrix.impostors.size()) + " impostors";
  return out + "; " + std::to_string(matrix.runs) + " runs";
}

std::string summary(const KillMatrix& matrix) {
  const auto count = [&matrix](RowStatus status) { return std::to_string(matrix.count(status)); };
  std::size_t green = 0;
  for (const ImpostorRow& row : matrix.impostors) green += row.green.size();
  return "killed " + count(RowStatus::kKilled) + ", SURVIVED " + count(RowStatus::kSurvived) +
         ", VOID " + count(RowStatus::kVoid) + ", KILLED_BY_OTHER " +
         count(RowStatus::kKilledByOther) + ", impostors green " + std::to_string(green);
}

}  // namespace parley::prove
