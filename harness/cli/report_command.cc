#include <CLI/CLI.hpp>
#include <array>
#include <memory>
#include <ostream>
#include <span>

#include "harness/base/file.h"
#include "harness/cli/command.h"
#include "harness/cli/identification_option.h"
#include "harness/cli/pdf_printer.h"
#include "harness/cli/run_source.h"
#include "harness/cli/suite.h"
#include "harness/cli/suite_proof.h"
#include "harness/cli/waiver_option.h"
#include "harness/judge/comparison.h"
#include "harness/judge/waivers.h"
#include "reports/changes.h"
#include "reports/changes_html.h"
#include "reports/csv.h"
#include "reports/ctrf.h"
#include "reports/gitb.h"
#include "reports/github.h"
#include "reports/html.h"
#include "reports/junit.h"
#include "reports/markdown.h"
#include "reports/openmetrics.h"
#include "reports/oscal.h"

namespace parley::cli {
namespace {

struct Options {
  std::string run;
  std::string format = "html";
  std::string out;
  std::string waivers;
  std::string identification;
  std::string as_of;
  std::string previous;
  std::vector<std::string> folders;
};

// Everything that a format may be made of.
struct Material {
  RunSource source;
  std::optional<judge::RunResult> previous;
  const Suite* suite = nullptr;  ///< only for formats that need it: it takes a while to load
};

using Render = Result<std::string> (*)(const Material&);

struct Format {
  std::string_view name;
  std::string_view what;
  Render render;
  bool needs_suite = false;
  bool compares = false;  ///< whether it can show what --previous changed
};

template <std::string (*Function)(const judge::RunResult&)>
Result<std::string> of_result(const Material& material) {
  return Function(material.source.result);
}

Result<std::string> html(const Material& material) {
  const judge::RunResult& result = material.source.result;
  std::vector<Diagnostic> diagnostics;
  const auto proof = accepted_proof(*material.suite, diagnostics);
  if (!proof) return make_error(ErrorCode::kInternal, render(diagnostics));
  std::vector<reports::CaseSection> sections(result.cases.size());
  const auto take = [&](std::string_view id, std::span<const evidence::Record> records) {
    const auto found = std::ranges::find(result.cases, id, &judge::CaseResult::id);
    if (found == result.cases.end()) return;
    sections[static_cast<std::size_t>(found - result.cases.begin())] =
        reports::render_case_html(*found, result.run, records);
  };
  PARLEY_TRY(material.source.each_case(take));
  std::string changes;
  if (material.previous) {
    reports::append_changes(changes, judge::compare(*material.previous, result));
  }
  return reports::render_html(result, sections, *proof, changes);
}

Result<std::string> junit(const Material& material) {
  return reports::render_junit(material.source.result);
}
Result<std::string> gitlab(const Material& material) {
  return reports::render_junit(material.source.result, reports::JunitDialect::kGitlab);
}

Result<std::string> markdown(const Material& material) {
  std::string out = reports::render_markdown(material.source.result);
  if (material.previous) {
    out += "\n" +
           reports::render_changes_md(judge::compare(*material.previous, material.source.result));
  }
  return out;
}

// Where a check stands in its scenario's file; checks of set-ups and invariants stand elsewhere.
Result<std::string> github(const Material& material) {
  const auto line_of = [&](const judge::CaseResult& result, std::string_view check_id) {
    const scenario::TestCase* test_case = material.suite->library.find_case(result.id);
    if (test_case == nullptr) return 0;
    for (const scenario::Check& check : test_case->checks) {
      if (check.id == check_id) return check.mark.line;
    }
    return 0;
  };
  return reports::render_github(material.source.result, line_of);
}

Result<std::string> pdf(const Material& material) {
  PARLEY_ASSIGN(const std::string page, html(material));
  return pdf_of(page);
}

constexpr std::array<Format, 13> kFormats{{
    {"csv", "one row per check, for spreadsheets", of_result<reports::render_csv>},
    {"ctrf", "Common Test Report Format, for CI dashboards", of_result<reports::render_ctrf>},
    {"github", "annotations of a GitHub workflow", github, true},
    {"gitb", "report language of the EU's Interoperability Test Bed",
     of_result<reports::render_gitb>},
    {"gitlab", "JUnit with files, as GitLab reads it", gitlab},
    {"html", "the report for people", html, true, true},
    {"junit", "junit.xml, as CI servers read it", junit},
    {"md", "summary in GitHub's Markdown", markdown, false, true},
    {"openmetrics", "what a monitoring system keeps", of_result<reports::render_openmetrics>},
    {"oscal", "OSCAL 1.1.3 assessment results", of_result<reports::render_oscal_results>},
    {"oscal-catalog", "the requirements, as oscal names them",
     of_result<reports::render_oscal_catalog>},
    {"oscal-plan", "the plan, as oscal names it", of_result<reports::render_oscal_plan>},
    {"pdf", "the report on paper, by the Chromium of this machine", pdf, true, true},
}};

const Format& format_of(const std::string& name) {
  return *std::ranges::find(kFormats, name, &Format::name);  // CLI11 lets known names through only
}

Result<Material> gather(const Options& options) {
  PARLEY_ASSIGN(RunSource source, read_run_source(options.run));
  Material out{std::move(source), std::nullopt};
  if (options.previous.empty()) return out;
  if (!format_of(options.format).compares) {
    return make_error(ErrorCode::kUnsupported,
                      "--format " + options.format + " does not show changes; \"parley diff\" does",
                      "--previous");
  }
  PARLEY_ASSIGN(RunSource previous, read_run_source(options.previous));
  out.previous = std::move(previous.result);
  return out;
}

Status write_report(const std::string& text, const std::string& path, Streams& streams) {
  if (!path.empty()) return write_file_atomically(path, text);
  streams.out << text;
  return {};
}

int refuse(const Error& error, Streams& streams) {
  streams.err << "parley: " << error.text() << "\n";
  return kExitUsage;
}

// The suite, and the result with its waivers, where the options ask for them. An error was told.
bool complete(const Options& options, Material& material, std::optional<Suite>& suite,
              Streams& streams) {
  std::vector<Diagnostic> diagnostics;
  if (!options.identification.empty()) {
    const auto stated = load_identification(options.identification, diagnostics);
    if (!stated) {
      streams.err << render(diagnostics);
      return false;
    }
    material.source.result.run.identification = *stated;
  }
  if (!format_of(options.format).needs_suite && options.waivers.empty()) return true;
  suite = load_suite(options.folders, diagnostics);
  const auto waivers =
      suite ? load_waivers(options.waivers, options.as_of, suite->library, diagnostics)
            : std::nullopt;
  if (!waivers) {
    streams.err << render(diagnostics);
    return false;
  }
  material.suite = &*suite;
  if (options.waivers.empty()) return true;
  Result<judge::RunResult> waived = with_waivers(material.source, *suite, *waivers);
  if (!waived.ok()) {
    refuse(waived.error(), streams);
    return false;
  }
  material.source.result = *std::move(waived);
  return true;
}

int report(const Options& options, Streams& streams) {
  Result<Material> material = gather(options);
  if (!material.ok()) return refuse(material.error(), streams);
  std::optional<Suite> suite;
  if (!complete(options, *material, suite, streams)) return kExitUsage;
  if (!material->source.note.empty()) {
    streams.err << "parley: note: " << material->source.note << "\n";
  }
  const Result<std::string> text = format_of(options.format).render(*material);
  if (!text.ok()) return refuse(text.error(), streams);
  if (const Status written = write_report(*text, options.out, streams); !written.ok()) {
    return refuse(written.error(), streams);
  }
  if (options.waivers.empty()) return kExitPass;
  streams.err << waiver_troubles(material->source.result);
  return judge::waivers_troubled(material->source.result.waivers) ? kExitFail : kExitPass;
}

}  // namespace

Action add_report(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("run", options->run, "a folder of \"parley run --out\", or a bundle")
      ->type_name("RUN|BUNDLE")
      ->required();
  std::vector<std::string> names;
  std::string help;
  for (const Format& one : kFormats) {
    names.emplace_back(one.name);
    help += (help.empty() ? "" : "; ") + std::string(one.name) + ": " + std::string(one.what);
  }
  app.add_option("--format", options->format, help)
      ->check(CLI::IsMember(names))
      ->capture_default_str();
  app.add_option("--out", options->out, "the report (default: standard output)")->type_name("FILE");
  app.add_option("--waivers", options->waivers, "known fails that somebody answers for")
      ->type_name("FILE");
  app.add_option("--identification", options->identification,
                 "who reports to whom on what, in place of what the run was told")
      ->type_name("FILE");
  app.add_option("--as-of", options->as_of,
                 "the day on which waivers must hold (default: today): 2026-11-22");
  app.add_option("--previous", options->previous, "also show what changed since that run")
      ->type_name("RUN|BUNDLE");
  app.add_option("--scenarios", options->folders,
                 "a folder with scenarios that the run was made with; may be repeated")
      ->type_name("DIR")
      ->allow_extra_args(false);
  return [options](Streams& streams) { return report(*options, streams); };
}

}  // namespace parley::cli
