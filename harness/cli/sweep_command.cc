#include "harness/cli/sweep_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <iomanip>
#include <memory>
#include <ostream>
#include <sstream>

#include "harness/base/file.h"
#include "harness/cli/mock_cast.h"
#include "harness/cli/session.h"
#include "harness/cli/suite.h"
#include "harness/prove/sweep.h"

namespace parley::cli {
namespace {

using prove::FaultKind;

// Every so manieth fault, so that the whole base profile takes a minute or two on two cores. What
// happens once per case or so is swept whole.
constexpr std::size_t usual_stride(FaultKind kind) {
  switch (kind) {
    case FaultKind::kUnavailable:
      return 1;
    case FaultKind::kCallFails:
    case FaultKind::kCallUnanswered:
      return 4;
    case FaultKind::kDelay:
    case FaultKind::kCut:
      return 24;
    default:
      return 20;
  }
}
constexpr std::size_t kShownViolations = 20;

struct Options {
  SessionOptions session;
  std::vector<std::string> kinds;
  std::size_t stride = 0;  ///< 0: the usual one of each kind
  std::optional<std::size_t> at;
  std::size_t place = 0;
  std::string quirk;
  std::string transcript;  ///< where to write the records of the one run of --at
  bool all = false;
};

int complain(Streams& streams, const std::string& text) {
  streams.err << "parley: " << text << "\n";
  return kExitUsage;
}

std::string command_for(const prove::FoundViolation& found) {
  std::string out = "parley mutants sweep '" + found.test_case + "' --kind " +
                    std::string(prove::to_string(found.fault.kind)) + " --at " +
                    std::to_string(found.fault.number);
  if (found.fault.kind == FaultKind::kCut) {
    out += " --place " + std::to_string(static_cast<int>(found.fault.place));
  }
  return out;
}

void print(const prove::FoundViolation& found, std::ostream& out) {
  out << "  " << found.violation.rule << ": " << found.violation.detail
      << "\n    fault: " << prove::to_string(found.fault.kind);
  if (found.fault.kind == FaultKind::kCut) out << " " << prove::to_string(found.fault.place);
  out << ", " << found.at.what << " at " << found.at.at << "\n    " << command_for(found) << "\n";
}

void print(const prove::SweepOutcome& outcome, double seconds, const Options& options,
           std::ostream& out) {
  std::ostringstream line;
  line << prove::to_string(outcome.kind) << ": " << outcome.faults << " faults in " << outcome.cases
       << " cases, " << std::fixed << std::setprecision(1) << seconds << " s, "
       << outcome.violations.size() << " violations";
  if (outcome.consequences > 0) line << ", " << outcome.consequences << " consequences";
  if (outcome.faults < outcome.possible) line << " (of " << outcome.possible << " possible faults)";
  out << line.str() << "\n";
  std::size_t shown = 0;
  for (const prove::FoundViolation& found : outcome.violations) {
    if (!options.all && ++shown > kShownViolations) break;
    print(found, out);
  }
  if (!options.all && outcome.violations.size() > kShownViolations) {
    out << "  and " << outcome.violations.size() - kShownViolations << " more; --all shows them\n";
  }
}

// The kinds that are asked for, all where none is; empty after complaining.
std::vector<FaultKind> kinds_of(const Options& options, Streams& streams) {
  std::vector<FaultKind> out;
  for (const std::string& text : options.kinds) {
    const auto kind = prove::parse_fault_kind(text);
    if (!kind) {
      std::string known;
      for (const FaultKind one : prove::fault_kinds()) {
        known += " " + std::string(prove::to_string(one));
      }
      complain(streams, "no such kind of fault: " + text + "; there are" + known);
      return {};
    }
    out.push_back(*kind);
  }
  if (options.kinds.empty()) {
    out.assign(prove::fault_kinds().begin(), prove::fault_kinds().end());
  }
  return out;
}

int run_sweep(const prove::SweepBench& bench, std::span<const FaultKind> kinds,
              const Options& options, Streams& streams) {
  const auto begun = std::chrono::steady_clock::now();
  const auto seconds_since = [](std::chrono::steady_clock::time_point then) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - then).count();
  };
  const std::vector<prove::Scouted> scouted = prove::scout(bench);
  std::size_t troubled = 0;
  for (const prove::Scouted& one : scouted) {
    if (one.trouble.empty()) continue;
    ++troubled;
    streams.out << "not swept: " << one.planned->test_case->id << ": " << one.trouble << "\n";
  }
  std::size_t faults = 0;
  std::size_t violations = 0;
  for (const FaultKind kind : kinds) {
    std::optional<prove::Fault> only;
    if (options.at) only = prove::Fault{kind, *options.at, prove::kCutPlaces[options.place]};
    const std::size_t stride = options.stride == 0 ? usual_stride(kind) : options.stride;
    const auto start = std::chrono::steady_clock::now();
    const prove::SweepOutcome outcome = prove::sweep(bench, scouted, kind, stride, only);
    if (streams.progress) streams.err << "\r\x1b[K" << std::flush;
    print(outcome, seconds_since(start), options, streams.out);
    streams.out << std::flush;
    faults += outcome.faults;
    violations += outcome.violations.size();
  }
  std::ostringstream line;
  line << "all: " << faults << " faults in " << scouted.size() - troubled << " cases, "
       << std::fixed << std::setprecision(1) << seconds_since(begun) << " s, " << violations
       << " violations";
  streams.out << line.str() << "\n";
  if (faults == 0) return complain(streams, "there was no place for any fault"), kExitHarness;
  return violations == 0 && troubled == 0 ? kExitPass : kExitFail;
}

int sweep(const Options& options, Streams& streams) {
  const std::vector<FaultKind> kinds = kinds_of(options, streams);
  if (kinds.empty()) return kExitUsage;
  std::vector<Diagnostic> diagnostics;
  const std::optional<Suite> suite = load_suite({}, diagnostics);
  std::vector<mocks::quirks::Quirk> quirks;
  if (suite) quirks = suite->quirks(diagnostics);
  if (!suite || !diagnostics.empty()) {
    streams.err << render(diagnostics);
    return kExitUsage;
  }
  const auto quirk = std::ranges::find(quirks, options.quirk, &mocks::quirks::Quirk::id);
  if (!options.quirk.empty() && quirk == quirks.end()) {
    return complain(streams, "no such quirk: " + options.quirk);
  }
  const auto filters = options.session.selection.parse();
  if (!filters.ok()) return complain(streams, filters.error().text());
  const auto plan = scenario::make_plan(suite->library, options.session.profile, *filters);
  if (!plan.ok()) return complain(streams, plan.error().text());
  auto parsed = suite->wire_profile(plan->profile->wire, diagnostics);
  if (!parsed) {
    streams.err << render(diagnostics);
    return kExitUsage;
  }
  const auto profile = std::make_shared<const wire::Profile>(*std::move(parsed));
  const Result<TimePoint> start = start_of(options.session);
  if (!start.ok()) return complain(streams, start.error().text());
  NullLog log;
  run::CaseEnvironment environment;
  environment.seed = options.session.seed;
  environment.make_world = world_factory(options.session, *start, log);
  environment.media = [&suite](std::string_view name) { return suite->media(name); };
  prove::SweepBench bench{.library = suite->library,
                          .plan = *plan,
                          .profile = *profile,
                          .environment = environment,
                          .make_parties =
                              [profile](mocks::Interceptor& interceptor) {
                                return make_parties(profile, {}, &interceptor);
                              },
                          .quirk = options.quirk.empty() ? nullptr : &*quirk};
  bench.sharing.workers = options.session.workers;
  if (streams.progress) {
    bench.sharing.progress = [&streams](std::size_t done, std::size_t total) {
      if (done % 50 == 0) streams.err << "\r[" << done << "/" << total << "]" << std::flush;
    };
  }
  std::string transcript;
  if (!options.transcript.empty()) {
    bench.sharing.workers = 1;
    bench.observe = [&transcript](const std::string& id,
                                  std::span<const evidence::Record> records) {
      for (const evidence::Record& one : records) transcript += evidence::to_line(one, id) + "\n";
    };
  }
  const int code = run_sweep(bench, kinds, options, streams);
  if (options.transcript.empty()) return code;
  const Status written = write_file_atomically(options.transcript, transcript);
  return written.ok() ? code : complain(streams, written.error().text());
}

}  // namespace

Action add_sweep(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  add_filter_options(app, options->session.selection);
  app.add_option("--kind", options->kinds, "only these kinds of fault; may be repeated")
      ->type_name("KIND")
      ->allow_extra_args(false);
  app.add_option("--stride", options->stride,
                 "only every n-th fault; 1: all of them; 0: so many of each kind that it "
                 "takes a minute or two")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  app.add_option("--at", options->at, "only the fault at that opportunity, from 0");
  app.add_option("--place", options->place, "of --at with --kind cut: 0 to 3, where in the write")
      ->check(CLI::Range(0, 3));
  app.add_option("--quirk", options->quirk,
                 "a quirk that is in force as well, to see that the sweep finds it")
      ->type_name("ID");
  app.add_option("--transcript", options->transcript, "where to write the records of --at")
      ->type_name("FILE")
      ->needs("--at");
  app.add_flag("--all", options->all, "show all violations");
  app.add_option("--profile", options->session.profile, "whose test cases")->capture_default_str();
  app.add_option("--seed", options->session.seed, "the same seed gives the same sweep")
      ->capture_default_str();
  app.add_option("--workers", options->session.workers, "runs at the same time")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  return [options](Streams& streams) { return sweep(*options, streams); };
}

}  // namespace parley::cli
