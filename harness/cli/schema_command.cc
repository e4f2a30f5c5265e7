#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "harness/cli/command.h"
#include "harness/judge/check.h"
#include "harness/scenario/schema.h"

namespace parley::cli {
namespace {

int print_schema(const std::string& name, Streams& streams) {
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
  const auto names = scenario::schema_names();
  app.add_option("name", *name, "scenario, setup, fragment or preset")
      ->check(CLI::IsMember(std::vector<std::string>(names.begin(), names.end())))
      ->capture_default_str();
  return [name](Streams& streams) { return print_schema(*name, streams); };
}

}  // namespace parley::cli
