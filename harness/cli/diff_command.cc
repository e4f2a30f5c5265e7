#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "harness/cli/command.h"
#include "harness/cli/run_source.h"
#include "harness/judge/comparison.h"
#include "reports/changes.h"
#include "reports/changes_html.h"

namespace parley::cli {
namespace {

struct Options {
  std::string before;
  std::string after;
  std::string format = "text";
};

std::string rendered(const judge::Comparison& comparison, const std::string& format) {
  if (format == "json") return reports::render_changes_json(comparison);
  if (format == "html") return reports::render_changes_html(comparison);
  if (format == "md") return reports::render_changes_md(comparison);
  return reports::render_changes_text(comparison);
}

int diff(const Options& options, Streams& streams) {
  const Result<RunSource> before = read_run_source(options.before);
  const Result<RunSource> after = read_run_source(options.after);
  for (const auto* one : {&before, &after}) {
    if (!one->ok()) {
      streams.err << "parley: " << one->error().text() << "\n";
      return kExitUsage;
    }
    if (!(*one)->note.empty()) {
      streams.err << "parley: note: " << (*one)->result.run.id << ": " << (*one)->note << "\n";
    }
  }
  const judge::Comparison comparison = judge::compare(before->result, after->result);
  streams.out << rendered(comparison, options.format);
  return comparison.regressed() ? kExitFail : kExitPass;
}

}  // namespace

Action add_diff(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("before", options->before, "the earlier run: a folder, or a bundle")
      ->type_name("RUN|BUNDLE")
      ->required();
  app.add_option("after", options->after, "the later run")->type_name("RUN|BUNDLE")->required();
  app.add_option("--format", options->format, "text, json, html or md")
      ->check(CLI::IsMember({"text", "json", "html", "md"}))
      ->capture_default_str();
  return [options](Streams& streams) { return diff(*options, streams); };
}

}  // namespace parley::cli
