#include "harness/prove/impostor_trials.h"

#include <algorithm>
#include <array>
#include <utility>

#include "harness/base/glob.h"
#include "harness/prove/share_out.h"
#include "harness/run/plan_run.h"
#include "harness/scenario/yaml_reader.h"

namespace parley::prove {
namespace {

using mocks::quirks::Impostor;
using mocks::quirks::ImpostorPlay;

bool has_seat(const scenario::TestCase& test_case, evidence::Role role) {
  const std::string kind = kind_of(role);
  return std::ranges::any_of(test_case.actors, [&](const scenario::Actor& actor) {
    return scenario::to_string(actor.kind) == kind &&
           (role != evidence::Role::kPartnerProxy ||
            get_bool(actor.settings, "proxy").value_or(false));
  });
}

// Whether some check of the case judges who sits there: else it may do what it likes.
bool is_judged(const scenario::PlannedCase& planned, evidence::Role role) {
  const std::string kind = kind_of(role);
  return std::ranges::any_of(planned.checks, [&](const scenario::PlannedCheck& check) {
    return get_string(check.arguments, "blames") == kind;
  });
}

// For each scenario one of its test cases, another for the next impostor; or all.
std::vector<std::size_t> cases_of(const scenario::Plan& plan, evidence::Role role, std::size_t turn,
                                  const TrialOptions& options) {
  std::vector<std::vector<std::size_t>> scenarios;
  std::string last;
  for (std::size_t i = 0; i < plan.cases.size(); ++i) {
    const scenario::TestCase& test_case = *plan.cases[i].test_case;
    if (is_heavy(test_case) || !has_seat(test_case, role)) continue;
    if (!is_judged(plan.cases[i], role)) continue;
    if (scenarios.empty() || test_case.scenario != last) scenarios.emplace_back();
    last = test_case.scenario;
    scenarios.back().push_back(i);
  }
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    if (options.only && (i + turn) % kSampled != 0) continue;
    if (options.all_variants) {
      out.insert(out.end(), scenarios[i].begin(), scenarios[i].end());
    } else {
      out.push_back(scenarios[i][turn % scenarios[i].size()]);
    }
  }
  return out;
}

struct Performance {
  std::size_t impostor = 0;
  std::size_t test_case = 0;
  std::size_t applied = 0;
  bool passed = false;
  std::string engine_error;
};

void add(const Performance& seen, const std::string& test_case, std::span<const Excuse> excuses,
         ImpostorRow& row) {
  ++row.runs;
  if (!seen.engine_error.empty()) row.stopped.push_back(test_case + ": " + seen.engine_error);
  if (seen.applied == 0) return;
  ++row.applied;
  if (!seen.passed) return;
  if (find_excuse(excuses, row.impostor, test_case) != nullptr) {
    row.excused.insert(test_case);
  } else {
    row.green.push_back(test_case);
  }
}

}  // namespace

std::vector<Excuse> read_excuses(const std::string& name, std::string text,
                                 std::vector<Diagnostic>& diagnostics) {
  std::vector<Excuse> out;
  const std::optional<YamlFile> file = parse_yaml(name, std::move(text), diagnostics);
  if (!file) return out;
  scenario::YamlReader in(*file, diagnostics);
  if (!in.mapping(file->root, "a file of excuses", {"excuses"})) return out;
  const YamlNode* list = in.need(file->root, "excuses");
  if (list == nullptr) return out;
  for (const YamlNode& node : list->items) {
    if (!in.mapping(node, "an excuse", {"impostor", "cases", "why"})) continue;
    out.push_back(
        {in.need_text(node, "impostor"), in.texts(node, "cases"), in.need_text(node, "why")});
  }
  return out;
}

const Excuse* find_excuse(std::span<const Excuse> excuses, const std::string& impostor,
                          const std::string& test_case) {
  const auto found = std::ranges::find_if(excuses, [&](const Excuse& excuse) {
    return glob_match(excuse.impostor, impostor) &&
           std::ranges::any_of(
               excuse.cases, [&](const std::string& glob) { return glob_match(glob, test_case); });
  });
  return found == excuses.end() ? nullptr : &*found;
}

std::vector<Impostor> all_impostors() {
  static constexpr std::array kRoles{evidence::Role::kGatekeeperServer,
                                     evidence::Role::kGatekeeperClient,
                                     evidence::Role::kPartnerServer, evidence::Role::kPartnerClient,
                                     evidence::Role::kPartnerProxy};
  std::vector<Impostor> out;
  for (const evidence::Role role : kRoles) {
    for (const auto& each : mocks::quirks::pretences()) out.push_back({each.pretence, role});
  }
  return out;
}

std::vector<ImpostorRow> run_impostors(const scenario::Library& library, const scenario::Plan& plan,
                                       const wire::Profile& profile,
                                       const run::CaseEnvironment& environment,
                                       std::span<const Excuse> excuses,
                                       const TrialOptions& options) {
  const std::vector<Impostor> impostors = all_impostors();
  std::vector<ImpostorRow> rows(impostors.size());
  std::vector<Performance> performances;
  for (std::size_t i = 0; i < impostors.size(); ++i) {
    rows[i].impostor = id_of(impostors[i]);
    for (const std::size_t test_case : cases_of(plan, impostors[i].role, i, options)) {
      performances.push_back({i, test_case, 0, false, {}});
    }
  }
  crypto::Memo memo;
  const Sharing sharing{options.workers, options.progress, options.interrupted};
  share_out(performances.size(), sharing, memo, [&](std::size_t i) {
    Performance& each = performances[i];
    ImpostorPlay play(impostors[each.impostor]);
    run::CaseEnvironment own = environment;
    own.make_party = play.seat(options.make_parties(play));
    own.iut_kinds = {kind_of(impostors[each.impostor].role)};
    const judge::CaseResult result =
        run::run_and_judge(library, plan.cases[each.test_case], profile, own).result;
    each.applied = play.applied();
    each.passed = result.verdict == judge::Verdict::kPass;
    each.engine_error = result.engine_error;
  });
  for (const Performance& each : performances) {
    add(each, plan.cases[each.test_case].test_case->id, excuses, rows[each.impostor]);
  }
  return rows;
}

}  // namespace parley::prove
