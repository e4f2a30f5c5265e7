#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "harness/cli/command.h"
#include "harness/cli/suite.h"

namespace parley::cli {
namespace {

int lint(const std::vector<std::string>& folders, Streams& streams) {
  std::vector<Diagnostic> diagnostics;
  const std::optional<Suite> suite = load_suite(folders, diagnostics);
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
  const auto folders = std::make_shared<std::vector<std::string>>();
  app.add_option("folder", *folders,
                 "folders with scenarios of your own, laid out like scenarios/; they are read "
                 "together with the built-in ones")
      ->type_name("DIR");
  return [folders](Streams& streams) { return lint(*folders, streams); };
}

}  // namespace parley::cli
