// One run from the command line: selection, Worlds, parties, judge, files.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/cli/cli.h"
#include "harness/cli/filter_options.h"
#include "harness/cli/stated_product.h"
#include "harness/cli/suite.h"
#include "harness/judge/result.h"
#include "harness/run/case_run.h"
#include "harness/scenario/claim.h"
#include "harness/scenario/ixit.h"

namespace parley::cli {

struct SessionOptions {
  FilterOptions selection;
  std::string profile = "base";
  std::string mode = "nightly";
  std::string network = "sim";
  std::uint64_t seed = 1;
  std::size_t workers = 1;
  std::vector<std::string> drivers;  ///< "SEAT=COMMAND", "SEAT=ws"
  /// Secrets: the tokens of drivers that dial in, by seat; who has none is given a new one.
  std::map<std::string, std::string> driver_tokens;
  std::string addressing;                  ///< empty: what the driver can live with
  std::vector<std::string> addresses;      ///< a run file's: all that may be contacted
  std::string trust;                       ///< PEM file: whom to trust beside the World's own CA
  bool doctor = true;                      ///< looks at drivers and endpoints first
  std::vector<std::string> wire_overlays;  ///< files, laid over the wire profile in their order
  std::vector<std::string> registers;      ///< files of the document register
  std::string waivers;                     ///< a file of waivers; empty: none
  std::string identification;              ///< a file that says who reports; empty: none
  std::string out;
  std::string keys;    ///< the lab's, which sign checkpoints and bundle; empty: nothing is signed
  std::string ledger;  ///< the folder of the lab's ledger; needs keys; empty: the run is in none
  std::string nonce;   ///< of who asked for the run; stands in the ledger
  bool bundle = true;  ///< with keys: make the confidential edition's bundle at the end
  std::optional<judge::RunFileReference> run_file;  ///< that much of this comes from
  scenario::Claim claim;                            ///< its ICS
  std::vector<scenario::IxitAnswer> ixit;           ///< its IXIT
  ProductAccounts accounts;                         ///< of the IXIT, with their secrets
  std::string as_of;  ///< a date; empty: the fixed start of simulated time, or today over sockets
};

/// The start of simulated time where nobody asks for another: a fixed day, so that the same seed
/// gives the same bytes on every day.
inline constexpr std::string_view kSimulatedStart = "2026-01-01";

/// Worlds as the options want them; `start` is their time at creation. Over sockets programs
/// outside may show certificates of the authorities in `trust` (PEM), too.
run::WorldFactory world_factory(const SessionOptions& options, TimePoint start, Log& log,
                                const std::string& trust = {});

/// The day on which a run with those options starts; kInvalid where `as_of` is no date.
Result<TimePoint> start_of(const SessionOptions& options);

struct SessionOutcome {
  int exit_code = kExitHarness;
  judge::RunResult result;  ///< meaningful unless exit_code is kExitUsage
  std::string report;       ///< path of report.html
  std::string bundle;       ///< path of bundle.zip; empty: none was made
  bool written = true;      ///< false: what the run had shown could not be written in full
};

/// Runs and writes; complaints go to `streams.err`. An interrupt (SIGINT, SIGTERM) lets running
/// cases end and leaves the others untested.
SessionOutcome run_session(const Suite& suite, const SessionOptions& options, Streams& streams);

}  // namespace parley::cli
