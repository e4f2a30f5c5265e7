#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "harness/cli/command.h"
#include "harness/cli/run_file_option.h"
#include "harness/cli/session.h"
#include "harness/cli/waiver_option.h"
#include "reports/console.h"

namespace parley::cli {
namespace {

struct Options {
  SessionOptions session;
  std::vector<std::string> folders;
  std::string run_file;
  Given given;  ///< by the command line
};

bool has_what_it_needs(const SessionOptions& session, Streams& streams) {
  const char* missing = !session.ledger.empty() && session.keys.empty() ? "--ledger needs --keys"
                        : !session.nonce.empty() && session.ledger.empty()
                            ? "--nonce needs --ledger"
                            : nullptr;
  if (missing == nullptr) return true;
  streams.err << "parley: " << missing << ", or the same in a run file\n";
  return false;
}

int run(Options options, Streams& streams) {
  if (!take_run_file(options.run_file, options.given, options.session, options.folders, streams) ||
      !has_what_it_needs(options.session, streams)) {
    return kExitUsage;
  }
  std::vector<Diagnostic> diagnostics;
  const std::optional<Suite> suite = load_suite(options.folders, diagnostics);
  if (!suite) {
    streams.err << render(diagnostics);
    return kExitUsage;
  }
  const SessionOutcome outcome = run_session(*suite, options.session, streams);
  if (outcome.exit_code == kExitUsage) return kExitUsage;
  streams.out << reports::render_seats(outcome.result)
              << reports::render_findings(outcome.result, streams.color)
              << reports::render_counts(outcome.result, streams.color)
              << waiver_troubles(outcome.result);
  if (outcome.written) streams.out << "report: " << outcome.report << "\n";
  if (!outcome.bundle.empty()) streams.out << "bundle: " << outcome.bundle << "\n";
  streams.out << reports::summary_line(outcome.result) << "\n";
  return outcome.exit_code;
}

}  // namespace

Action add_run(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  SessionOptions& session = options->session;
  options->given = given_to(app);
  app.add_option("--run-file", options->run_file,
                 "what to run against what, from \"parley init\"; options win over it")
      ->type_name("FILE");
  add_filter_options(app, session.selection);
  app.add_option("--profile", session.profile, "what to run")->capture_default_str();
  app.add_option(
         "--mode", session.mode,
         "certification: a frozen plan, one attempt, everything stated; the report then says "
         "where the items under test stand")
      ->check(CLI::IsMember({"nightly", "certification"}))
      ->capture_default_str();
  app.add_option("--network", session.network, "sim: virtual time, in memory; sockets: loopback")
      ->check(CLI::IsMember({"sim", "sockets"}))
      ->capture_default_str();
  app.add_option("--seed", session.seed, "the same seed gives the same bytes in simulation")
      ->capture_default_str();
  app.add_option("--workers", session.workers, "test cases that run at the same time")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_option(
      "--as-of", session.as_of,
      "date at which the run's time begins, and whose obligations are in force: 2026-11-22");
  app.add_option("--register", session.registers,
                 "a document register for what is not on the wire; may be repeated")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option("--identification", session.identification,
                 "who reports to whom on what: a file that the report is headed by")
      ->type_name("FILE");
  app.add_option("--waivers", session.waivers,
                 "known fails that somebody answers for until a day: they stay fails, and do not "
                 "fail the run")
      ->type_name("FILE");
  app.add_option("--scenarios", options->folders,
                 "a folder with scenarios of your own, laid out like scenarios/; may be repeated")
      ->type_name("DIR");
  app.add_option("--driver", session.drivers,
                 "who holds a seat in place of our mock, and the driver that steers it: "
                 "gatekeeper-client=\"node adapter.mjs\", or SEAT=ws for one that dials in; one "
                 "for each of gatekeeper-client, gatekeeper-server, partner-client, "
                 "partner-server, partner-proxy, or partner for its three")
      ->type_name("SEAT=COMMAND")
      ->allow_extra_args(false);
  app.add_option("--addressing", session.addressing,
                 "how the gatekeeper's users see partners' users (default: interop, or the first "
                 "mode of the driver)")
      ->check(CLI::IsMember({"interop", "native"}));
  app.add_option("--trust", session.trust,
                 "whose certificates products may show, beside those of the run's own authority")
      ->type_name("PEM");
  app.add_flag("!--no-doctor", session.doctor,
               "does not look at drivers and endpoints before the run");
  app.add_option("--wire-overlay", session.wire_overlays,
                 "a file that replaces operations of the wire profile; may be repeated")
      ->type_name("FILE");
  app.add_option("--out", session.out,
                 "folder for result.json, selection.json, transcript.jsonl, report.html, "
                 "junit.xml, and what is left of a run that is killed")
      ->type_name("DIR")
      ->required();
  app.add_option(
         "--keys", session.keys,
         "the lab's keys, from \"parley keys init\": they sign the run's checkpoints, and its "
         "bundle, bundle.zip, which is then made as well")
      ->type_name("DIR");
  app.add_option("--ledger", session.ledger,
                 "the lab's ledger: the run is entered before its first message (needs --keys)")
      ->type_name("DIR");
  app.add_option("--nonce", session.nonce,
                 "what the one who asked for the run gave you (needs --ledger)");
  app.add_flag("!--no-bundle", session.bundle,
               "with --keys: make no bundle, and leave the run open in the ledger; \"parley "
               "bundle\" does both later");
  return [options](Streams& streams) { return run(*options, streams); };
}

}  // namespace parley::cli
