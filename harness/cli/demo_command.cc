#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "harness/cli/command.h"
#include "harness/cli/session.h"
#include "reports/console.h"

namespace parley::cli {
namespace {

// What the second half of the demonstration must show: this invariant fails, and nothing passes it.
constexpr std::string_view kLeakCheck = "canary-contained";

bool leak_was_caught(const judge::RunResult& result) {
  if (result.cases.empty()) return false;
  for (const judge::CaseResult& test_case : result.cases) {
    bool caught = false;
    for (const judge::CheckResult& check : test_case.checks) {
      caught =
          caught || (check.kind == kLeakCheck && check.finding.verdict == judge::Verdict::kFail);
    }
    if (!caught) return false;
  }
  return true;
}

int demo(const SessionOptions& options, Streams& streams) {
  std::vector<Diagnostic> diagnostics;
  const std::optional<Suite> suite = load_suite({}, diagnostics);
  if (!suite) {
    streams.err << render(diagnostics);
    return kExitHarness;
  }
  streams.out
      << "Parley plays WhatsApp, two partner providers and their users in this process, under "
         "a virtual\nclock: real encryption, real HTTP, real files; thirty days pass in "
         "milliseconds.\n\n1. Everybody behaves.\n\n";
  const SessionOutcome base = run_session(*suite, options, streams);
  if (base.exit_code == kExitUsage) return kExitUsage;
  streams.out << reports::render_findings(base.result, streams.color)
              << reports::render_counts(base.result, streams.color) << "\n";

  SessionOptions leaking = options;
  leaking.profile = "demo-leak";
  leaking.out = options.out + "/leaking-partner";
  streams.out << "2. A partner app leaks: it puts file names in the clear into its uploads and a "
                 "message's\n   text into an attribute of the stanza. Parley must say so.\n\n";
  const SessionOutcome leak = run_session(*suite, leaking, streams);
  if (leak.exit_code == kExitUsage) return kExitUsage;
  streams.out
      << reports::render_findings(leak.result, streams.color) << "\n"
      << "How to read a finding: \"expected\" and \"seen\" say what went wrong; \"evidence\" "
         "gives the numbers\nof the records in transcript.jsonl, the report shows them in the "
         "sequence diagram; \"blamed\"\nnames the party whose fault it is.\n\n";

  const bool caught = leak_was_caught(leak.result);
  if (!caught)
    streams.err << "parley: the leaking partner was not caught: this is a bug in Parley\n";
  streams.out << "report of the good run:    " << base.report << "\n"
              << "report of the leaking app: " << leak.report << "\n"
              << reports::summary_line(base.result)
              << (caught ? "; the leaking app was caught\n" : "; the leaking app was NOT caught\n");
  if (base.exit_code != kExitPass) return base.exit_code;
  return caught ? kExitPass : kExitHarness;
}

}  // namespace

Action add_demo(CLI::App& app) {
  const auto options = std::make_shared<SessionOptions>();
  options->out = "parley-demo";
  app.add_option("--seed", options->seed, "the same seed gives the same bytes")
      ->capture_default_str();
  app.add_option("--out", options->out, "folder for the reports")
      ->type_name("DIR")
      ->capture_default_str();
  return [options](Streams& streams) { return demo(*options, streams); };
}

}  // namespace parley::cli
