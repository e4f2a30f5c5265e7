// One row of the command table: a command adds itself to the parser and gives back what runs it.
#pragma once

#include <functional>
#include <string_view>

#include "harness/cli/cli.h"

namespace CLI {
class App;
}

namespace parley::cli {

/// Runs the command after its options were read; returns the exit code.
using Action = std::function<int(Streams&)>;

struct Command {
  std::string_view name;
  std::string_view summary;
  /// Declares the command's options on `app`, whose values live in the returned action.
  Action (*add)(CLI::App& app);
};

Action add_adapter(CLI::App& app);
Action add_asice(CLI::App& app);
Action add_bundle(CLI::App& app);
Action add_demo(CLI::App& app);
Action add_diff(CLI::App& app);
Action add_doctor(CLI::App& app);
Action add_explain(CLI::App& app);
Action add_init(CLI::App& app);
Action add_keys(CLI::App& app);
Action add_ledger(CLI::App& app);
Action add_lint(CLI::App& app);
Action add_list(CLI::App& app);
Action add_mutants(CLI::App& app);
Action add_plan(CLI::App& app);
Action add_replay(CLI::App& app);
Action add_report(CLI::App& app);
Action add_schema(CLI::App& app);
Action add_run(CLI::App& app);
Action add_serve(CLI::App& app);
Action add_timestamp(CLI::App& app);
Action add_verify(CLI::App& app);

}  // namespace parley::cli
