#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <memory>
#include <ostream>

#include "harness/base/json.h"
#include "harness/cli/command.h"
#include "harness/cli/suite.h"

namespace parley::cli {
namespace {

struct Options {
  std::vector<std::string> folders;
  bool as_json = false;
};

// For programs: the list of what is wrong, empty where nothing is.
void print_json(const std::vector<Diagnostic>& diagnostics, std::ostream& out) {
  json::array rows;
  for (const Diagnostic& one : diagnostics) {
    rows.push_back(json::object{{"file", one.file},
                                {"line", one.mark.line},
                                {"column", one.mark.column},
                                {"code", one.code},
                                {"message", one.message},
                                {"hint", one.hint}});
  }
  out << canonical(rows) << "\n";
}

int lint(const Options& options, Streams& streams) {
  std::vector<Diagnostic> diagnostics;
  const std::optional<Suite> suite = load_suite(options.folders, diagnostics, true);
  if (options.as_json) {
    print_json(diagnostics, streams.out);
    return suite ? kExitPass : kExitUsage;
  }
  if (!suite) {
    streams.err << render(diagnostics);
    streams.out << diagnostics.size() << (diagnostics.size() == 1 ? " error\n" : " errors\n");
    return kExitUsage;
  }
  std::size_t cases = 0;
  for (const scenario::Scenario& scenario : suite->library.scenarios) {
    cases += scenario.cases.size();
  }
  streams.out << "no errors in " << suite->files.size() << " files, "
              << suite->library.scenarios.size() << " scenarios, " << cases << " test cases\n";
  return kExitPass;
}

}  // namespace

Action add_lint(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("folder", options->folders,
                 "folders with scenarios of your own, laid out like scenarios/; they are read "
                 "together with the built-in ones")
      ->type_name("DIR");
  app.add_flag("--json", options->as_json, "print what is wrong as a JSON array");
  return [options](Streams& streams) { return lint(*options, streams); };
}

}  // namespace parley::cli
