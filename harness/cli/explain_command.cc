#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <memory>
#include <ostream>

#include "harness/base/json.h"
#include "harness/cli/command.h"
#include "harness/cli/explain_catalogue.h"
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
    if (check.when_observable) {
      out << "      left out where it cannot be judged (" << scenario::kWhenObservable << ")\n";
    }
  }
  out << "    and every invariant (parley list --checks)\n\n  run it: parley run '" << test_case.id
      << "' --out out\n";
}

std::vector<std::string> known_ids(const Suite& suite) {
  std::vector<std::string> ids = catalogue_ids(suite);
  for (const scenario::Scenario& scenario : suite.library.scenarios) {
    ids.push_back(scenario.id);
    for (const scenario::TestCase& test_case : scenario.cases) ids.push_back(test_case.id);
  }
  return ids;
}

int explain(const Options& options, Streams& streams) {
  std::vector<Diagnostic> diagnostics;
  const std::optional<Suite> suite = load_suite(options.folders, diagnostics);
  if (!suite) {
    streams.err << render(diagnostics);
    return kExitUsage;
  }
  if (explain_catalogue(*suite, options.id, streams.out)) return kExitPass;
  // "text.reply/quotes-the-question" is a check of that scenario or test case.
  const std::string id =
      options.id.substr(0, options.id.find("]/") == std::string::npos ? options.id.find('/')
                                                                      : options.id.find("]/") + 1);
  for (const scenario::Scenario& scenario : suite->library.scenarios) {
    for (const scenario::TestCase& test_case : scenario.cases) {
      if (test_case.id != id && scenario.id != id) continue;
      explain_case(*suite, scenario, test_case, streams.out);
      if (test_case.id != id && scenario.cases.size() > 1) {
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
  app.add_option("id", options->id,
                 "of a test case, scenario, requirement, obligation or kind of check")
      ->required();
  app.add_option("--scenarios", options->folders, "a folder with scenarios of your own")
      ->type_name("DIR");
  return [options](Streams& streams) { return explain(*options, streams); };
}

}  // namespace parley::cli
