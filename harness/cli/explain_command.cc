#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <memory>
#include <ostream>

#include "harness/base/json.h"
#include "harness/cli/command.h"
#include "harness/cli/suite.h"
#include "harness/judge/check.h"
#include "harness/scenario/plan.h"

namespace parley::cli {
namespace {

struct Options {
  std::string id;
  std::vector<std::string> folders;
};

std::string step_text(const scenario::Step& step) {
  std::string out;
  if (const auto* operation = std::get_if<scenario::Operation>(&step.act)) {
    out = operation->actor + ": " + operation->operation;
    if (!operation->arguments.empty()) out += " " + canonical(operation->arguments);
    if (operation->expect) out += ", must answer " + canonical(*operation->expect);
    if (operation->expect_error) {
      out += ", must fail: " + std::string(to_string(*operation->expect_error));
    }
  } else if (const auto* await = std::get_if<scenario::Await>(&step.act)) {
    out = "wait up to " + duration_text(await->within) + " for " + await->event + " at " +
          await->actor;
    if (!await->where.empty()) out += " with " + canonical(await->where);
  } else if (const auto* advance = std::get_if<scenario::Advance>(&step.act)) {
    out = "let " + duration_text(advance->by) + " pass";
  } else {
    out = "let everything come to rest";
  }
  if (!step.label.empty()) out += "   (" + step.label + ")";
  return out;
}

void explain_requirement_line(const Suite& suite, const std::string& id, std::ostream& out) {
  const scenario::Requirement* row = suite.library.find_requirement(id);
  if (row == nullptr) return;
  out << "    " << row->id << " (" << row->source << ", " << scenario::to_string(row->modality)
      << "): " << row->statement << "\n";
}

void explain_case(const Suite& suite, const scenario::Scenario& scenario,
                  const scenario::TestCase& test_case, std::ostream& out) {
  out << test_case.id << "\n  " << scenario.title << "\n\n  purpose: " << scenario.purpose
      << "\n  file:    " << scenario.file << "\n\n  requirements\n";
  for (const std::string& id : scenario.requirements) explain_requirement_line(suite, id, out);
  if (scenario.pairs) {
    out << "\n  pairs: its test cases contain " << scenario.pairs_covered << " of "
        << scenario.pairs_total << " pairs of values\n";
  }
  out << "\n  actors\n";
  for (const scenario::Actor& actor : test_case.actors) {
    out << "    " << actor.id << ": " << scenario::to_string(actor.kind)
        << (actor.of.empty() ? "" : " of " + actor.of)
        << (actor.preset.empty() ? "" : " like " + actor.preset)
        << (actor.settings.empty() ? "" : " " + canonical(actor.settings)) << "\n";
  }
  out << "\n  steps\n";
  int number = 0;
  for (const scenario::Step& step : test_case.steps) {
    out << "    " << ++number << ". " << step_text(step) << "\n";
  }
  out << "\n  checks\n";
  for (const scenario::Check& check : test_case.checks) {
    const judge::CheckKind* kind = judge::find_check_kind(check.kind);
    out << "    " << check.id << ": " << (kind ? kind->summary : check.kind) << "\n      "
        << check.kind << " " << canonical(check.arguments) << "\n";
  }
  out << "    and every invariant (parley list --checks)\n\n  run it: parley run '" << test_case.id
      << "' --out out\n";
}

void explain_requirement(const Suite& suite, const scenario::Requirement& row, std::ostream& out) {
  out << row.id << "  " << row.title << "\n  " << row.statement << "\n\n  source:   " << row.source
      << " (basis " << scenario::to_string(row.basis)
      << ")\n  voice:    " << scenario::to_string(row.voice)
      << "\n  modality: " << scenario::to_string(row.modality) << "\n  binds:   ";
  for (const std::string& seat : row.binds) out << " " << seat;
  out << "\n  phase:    " << scenario::to_string(row.phase)
      << "\n  method:   " << scenario::to_string(row.method) << "\n\n  judged by\n";
  bool any = false;
  for (const scenario::Scenario& scenario : suite.library.scenarios) {
    if (scenario.cases.empty()) continue;
    for (const scenario::Check& check : scenario.cases.front().checks) {
      for (const std::string& id : check.requirements) {
        if (id != row.id) continue;
        any = true;
        out << "    " << scenario.id << "/" << check.id << " (" << check.kind << ")\n";
      }
    }
  }
  for (const scenario::Profile& profile : suite.library.profiles) {
    for (const scenario::Invariant& invariant : profile.invariants) {
      for (const std::string& id : invariant.requirements) {
        if (id != row.id) continue;
        any = true;
        out << "    every test case of profile " << profile.id << ": " << invariant.check << "\n";
      }
    }
  }
  if (!any) out << "    nothing yet: a gap in the coverage\n";
}

std::vector<std::string> known_ids(const Suite& suite) {
  std::vector<std::string> ids;
  for (const scenario::Scenario& scenario : suite.library.scenarios) {
    ids.push_back(scenario.id);
    for (const scenario::TestCase& test_case : scenario.cases) ids.push_back(test_case.id);
  }
  for (const scenario::Requirement& row : suite.library.requirements) ids.push_back(row.id);
  for (const judge::CheckKind& kind : judge::check_kinds()) ids.emplace_back(kind.name);
  return ids;
}

int explain(const Options& options, Streams& streams) {
  std::vector<Diagnostic> diagnostics;
  const std::optional<Suite> suite = load_suite(options.folders, diagnostics);
  if (!suite) {
    streams.err << render(diagnostics);
    return kExitUsage;
  }
  if (const scenario::Requirement* row = suite->library.find_requirement(options.id)) {
    explain_requirement(*suite, *row, streams.out);
    return kExitPass;
  }
  if (const judge::CheckKind* kind = judge::find_check_kind(options.id)) {
    streams.out << kind->name << "\n  " << kind->summary << "\n  judged "
                << (kind->invariant ? "in every test case" : "where a scenario declares it")
                << "\n";
    for (const std::string_view name : kind->required) streams.out << "  argument " << name << "\n";
    for (const std::string_view name : kind->optional) {
      streams.out << "  argument " << name << " (optional)\n";
    }
    return kExitPass;
  }
  for (const scenario::Scenario& scenario : suite->library.scenarios) {
    for (const scenario::TestCase& test_case : scenario.cases) {
      if (test_case.id != options.id && scenario.id != options.id) continue;
      explain_case(*suite, scenario, test_case, streams.out);
      if (test_case.id != options.id && scenario.cases.size() > 1) {
        streams.out << "\n  all its test cases\n";
        for (const scenario::TestCase& other : scenario.cases) {
          streams.out << "    " << other.id << "\n";
        }
      }
      return kExitPass;
    }
  }
  streams.err << "parley: nothing is called \"" << options.id << "\"\n";
  const std::string hint = did_you_mean(options.id, known_ids(*suite));
  if (!hint.empty()) streams.err << "  hint: " << hint << "\n";
  return kExitUsage;
}

}  // namespace

Action add_explain(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("id", options->id, "of a test case, scenario, requirement or kind of check")
      ->required();
  app.add_option("--scenarios", options->folders, "a folder with scenarios of your own")
      ->type_name("DIR");
  return [options](Streams& streams) { return explain(*options, streams); };
}

}  // namespace parley::cli
