#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "harness/cli/command.h"
#include "harness/cli/run_file_schema.h"
#include "harness/judge/check.h"
#include "harness/judge/result_schema.h"
#include "harness/scenario/schema.h"

namespace parley::cli {
namespace {

// That of what Parley writes; the others are of what people write.
constexpr std::string_view kResult = "result";
constexpr std::string_view kRun = "run";

int print_schema(const std::string& name, Streams& streams) {
  if (name == kResult) {
    streams.out << judge::result_schema_text();
    return kExitPass;
  }
  if (name == kRun) {
    streams.out << run_schema_text();
    return kExitPass;
  }
  std::vector<scenario::CheckSpec> checks;
  for (const judge::CheckKind& kind : judge::check_kinds()) {
    checks.push_back({kind.name, kind.required, kind.optional, kind.invariant});
  }
  const std::optional<std::string> text = scenario::schema_text(name, checks);
  if (!text) return kExitUsage;  // CLI11 lets known names through only
  streams.out << *text;
  return kExitPass;
}

}  // namespace

Action add_schema(CLI::App& app) {
  const auto name = std::make_shared<std::string>("scenario");
  const auto of_files = scenario::schema_names();
  std::vector<std::string> names(of_files.begin(), of_files.end());
  names.emplace_back(kRun);
  names.emplace_back(kResult);
  app.add_option("name", *name, "scenario, setup, fragment, preset, run or result")
      ->check(CLI::IsMember(names))
      ->capture_default_str();
  return [name](Streams& streams) { return print_schema(*name, streams); };
}

}  // namespace parley::cli
