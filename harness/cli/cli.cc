#include "harness/cli/cli.h"

#include <CLI/CLI.hpp>
#include <array>
#include <iterator>
#include <ostream>

#include "harness/base/diagnostic.h"
#include "harness/cli/command.h"
#include "harness/cli/version.h"

namespace parley::cli {
namespace {

constexpr auto kCommands = std::to_array<Command>({
    {"adapter", "put a mock into a seat from outside, behind the driver contract", add_adapter},
    {"asice", "put a bundle into a container for filing (ASiC-E)", add_asice},
    {"bundle", "sign and pack what a run wrote, for others to verify", add_bundle},
    {"demo", "run the base profile in simulation, then show a product that fails", add_demo},
    {"diff", "say what is different between two runs", add_diff},
    {"doctor", "look at a product and its driver before a run: what is wrong, whose it is, the fix",
     add_doctor},
    {"explain", "say what a test case, scenario, requirement, obligation or check is about",
     add_explain},
    {"init", "write a run file to fill in: run.yaml", add_init},
    {"keys", "make the keys with which a lab signs", add_keys},
    {"ledger", "list the runs of a lab's ledger, or prove that it has only grown", add_ledger},
    {"lint", "tell everything that is wrong with scenario files", add_lint},
    {"list", "list test cases, requirements or checks", add_list},
    {"mutants", "show that every check can fail: defective products and who finds them",
     add_mutants},
    {"plan", "say what a run would judge, row by row of the catalogue", add_plan},
    {"replay", "judge a run again from its records", add_replay},
    {"report", "write a run in another format, for people or for programs", add_report},
    {"run", "run test cases and write the report", add_run},
    {"schema", "print a JSON Schema: of files that people write, for editors, or of result.json",
     add_schema},
    {"serve", "let the mocks of one side stand by for a product under development", add_serve},
    {"timestamp", "ask an authority when a bundle was signed, and keep its answer", add_timestamp},
    {"verify", "check a bundle, and judge every verdict in it anew", add_verify},
});

// The first word that is no option and no command: what the user took for one.
std::string stray_word(const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    if (!argument.starts_with("-")) return argument;
  }
  return {};
}

int complain(const CLI::ParseError& error, const CLI::App& app,
             const std::vector<std::string>& arguments, Streams& streams) {
  streams.err << "parley: " << error.what() << "\n";
  if (app.get_subcommands().empty()) {
    std::vector<std::string> names;
    for (const Command& command : kCommands) names.emplace_back(command.name);
    const std::string hint = did_you_mean(stray_word(arguments), names);
    if (!hint.empty()) streams.err << "  hint: " << hint << "\n";
    streams.err << "  run \"parley --help\" for the commands\n";
  } else {
    const CLI::App* used = app.get_subcommands().front();
    std::vector<std::string> names;
    for (const CLI::Option* option : used->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
    for (const std::string& argument : arguments) {
      if (!argument.starts_with("--")) continue;
      const std::string word = argument.substr(0, argument.find('='));
      if (std::find(names.begin(), names.end(), word) != names.end()) continue;
      const std::string hint = did_you_mean(word, names);
      if (!hint.empty()) streams.err << "  hint: " << hint << "\n";
      break;
    }
    streams.err << "  run \"parley " << used->get_name() << " --help\" for its options\n";
  }
  return kExitUsage;
}

}  // namespace

int main(const std::vector<std::string>& arguments, Streams streams) {
  CLI::App app(
      "Parley: a conformance test harness for messaging interoperability under Article 7 "
      "of Regulation (EU) 2022/1925.",
      "parley");
  app.set_version_flag("--version", std::string("parley ") + std::string(kVersion));
  app.require_subcommand(1);
  std::vector<std::pair<CLI::App*, Action>> actions;
  for (const Command& command : kCommands) {
    CLI::App* sub = app.add_subcommand(std::string(command.name), std::string(command.summary));
    actions.emplace_back(sub, command.add(*sub));
  }
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::Success& request) {  // --help, --version
    app.exit(request, streams.out, streams.err);
    return kExitPass;
  } catch (const CLI::ParseError& error) {
    return complain(error, app, arguments, streams);
  }
  for (const auto& [sub, action] : actions) {
    if (sub->parsed()) return action(streams);
  }
  return kExitUsage;
}

}  // namespace parley::cli
