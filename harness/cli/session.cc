#include "harness/cli/session.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <memory>
#include <optional>
#include <ostream>
#include <span>

#include "harness/attest/selection.h"
#include "harness/base/encoding.h"
#include "harness/base/file.h"
#include "harness/cli/console_progress.h"
#include "harness/cli/driven_seat.h"
#include "harness/cli/mock_cast.h"
#include "harness/cli/output_folder.h"
#include "harness/cli/register_files.h"
#include "harness/cli/suite_proof.h"
#include "harness/cli/version.h"
#include "harness/crypto/hash.h"
#include "harness/net/world.h"
#include "harness/run/catalogue_plan.h"
#include "harness/run/plan_run.h"
#include "harness/scenario/plan.h"
#include "reports/html.h"

namespace parley::cli {
namespace {

std::atomic<bool> interrupted = false;

extern "C" void on_interrupt(int) { interrupted = true; }

// While it lives, the first interrupt asks the run to end; the second one ends the process.
class InterruptGuard {
 public:
  InterruptGuard() {
    interrupted = false;
    struct sigaction action{};
    action.sa_handler = on_interrupt;
    action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
    for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &action, &before_[i]);
  }
  ~InterruptGuard() {
    for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before_[i], nullptr);
  }
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  static constexpr std::array<int, 2> kSignals{SIGINT, SIGTERM};
  std::array<struct sigaction, 2> before_{};
};

// Warnings and errors of the harness itself.
class StreamLog final : public Log {
 public:
  explicit StreamLog(std::ostream& to) : to_(to) {}
  void write(LogLevel level, std::string_view message) override {
    if (level < LogLevel::kWarning) return;
    to_ << "parley: " << message << "\n";
  }

 private:
  std::ostream& to_;
};

int refuse(Streams& streams, const Error& error) {
  streams.err << "parley: " << error.text() << "\n";
  return kExitUsage;
}

Result<scenario::Plan> make_plan(const Suite& suite, const SessionOptions& options) {
  PARLEY_ASSIGN(const std::vector<scenario::Filter> filters, options.selection.parse());
  return scenario::make_plan(suite.library, options.profile, filters);
}

// The wire profile with its overlays; null, after complaining, where anything is wrong with them.
std::shared_ptr<const wire::Profile> load_profile(const Suite& suite, const std::string& id,
                                                  const std::vector<std::string>& overlays,
                                                  Streams& streams) {
  std::vector<Diagnostic> diagnostics;
  std::optional<wire::Profile> profile = suite.wire_profile(id, diagnostics);
  for (const std::string& path : overlays) {
    if (!profile) break;
    Result<std::string> text = read_text_file(path);
    if (!text.ok()) {
      refuse(streams, at("--wire-overlay", text.error()));
      return nullptr;
    }
    if (!profile->overlay(path, *std::move(text), diagnostics)) profile.reset();
  }
  if (profile) return std::make_shared<const wire::Profile>(*std::move(profile));
  streams.err << render(diagnostics);
  return nullptr;
}

// The driver that the options name, met; nullopt where they name none.
Result<std::optional<DrivenSeat>> driven_seat(const SessionOptions& options, Log& log) {
  if (options.drivers.empty()) return std::optional<DrivenSeat>();
  if (options.drivers.size() > 1) {
    return make_error(ErrorCode::kInvalid,
                      "a seat has one driver, and " + std::string(driver::kGatekeeperClientSeat) +
                          " is the only seat for one",
                      "--driver");
  }
  auto option = parse_driver_option(options.drivers[0]);
  if (!option.ok()) return at("--driver", std::move(option).error());
  if (options.network != "sockets") {
    return make_error(ErrorCode::kInvalid,
                      "drivers need --network sockets: an external program cannot follow the "
                      "virtual clock of --network " +
                          options.network,
                      "--driver");
  }
  PARLEY_ASSIGN(DrivenSeat seat, meet_driver(*option, options.addressing, log));
  return std::optional<DrivenSeat>(std::move(seat));
}

// The parties of every test case, and what the engine must know of them.
void seat_parties(run::CaseEnvironment& environment, const std::optional<DrivenSeat>& driven,
                  const std::string& addressing, std::shared_ptr<const wire::Profile> profile) {
  environment.make_party = make_parties(std::move(profile), driven);
  if (addressing != "interop") environment.settings["gatekeeper"]["addressing"] = addressing;
  if (!driven) return;
  environment.iut_kinds = {"whatsapp-user"};
  environment.cannot_run = [driven](const scenario::TestCase& test_case) {
    return cannot_run(*driven, test_case);
  };
}

judge::RunInfo run_info(const Suite& suite, const SessionOptions& options, TimePoint start,
                        const scenario::Plan& plan, const std::string& register_digest,
                        const std::optional<DrivenSeat>& driven, const std::string& addressing) {
  judge::RunInfo info;
  info.seed = options.seed;
  info.network = options.network;
  info.started = start;
  info.ended = start;
  info.harness_version = std::string(kVersion);
  info.catalogue_digest = suite.digest;
  // The same question, asked at the same World time, is the same run.
  const std::string question = suite.digest + "\n" + options.profile + "\n" + options.network +
                               "\n" + std::to_string(options.seed) + "\n" +
                               std::to_string(unix_nanos(start));
  std::string all = question;
  for (const std::string& filter : plan.filters) all += "\n" + filter;
  if (!register_digest.empty()) all += "\nregister=" + register_digest;
  info.register_digest = register_digest;
  run::describe_plan(info, plan);
  info.seats = seat_holders(driven);
  info.addressing = addressing;
  if (driven) {
    const judge::SeatHolder holder = holder_of(*driven);
    all += "\n" + holder.seat + "=" + holder.implementation + " " + holder.version;
  }
  if (addressing != "interop") all += "\naddressing=" + addressing;
  info.id = "run-" + hex(crypto::sha256(as_bytes(all))).substr(0, 26);
  return info;
}

// What is known before the first message, as result.json shows it should the run be killed.
judge::RunResult planned_result(const Suite& suite, const scenario::Plan& plan,
                                const wire::Profile& profile, judge::RunInfo info) {
  std::vector<judge::CaseResult> cases;
  for (const scenario::PlannedCase& planned : plan.cases) {
    cases.push_back(judge::not_executed(run::case_plan(suite.library, planned),
                                        judge::Disposition::kNotTested,
                                        "the run was interrupted before this case"));
  }
  for (judge::CaseResult& one : run::not_applicable_cases(suite.library, plan)) {
    cases.push_back(std::move(one));
  }
  info.state = judge::RunState::kInterrupted;
  info.wire_profile_id = profile.id();
  const run::CataloguePlan rows = run::catalogue_plan(suite.library, plan, info.started);
  return judge::roll_up(std::move(info), std::move(cases), rows.requirements, rows.obligations);
}

// What report.html says of a case, rendered while its records were there.
struct Section {
  std::string case_id;
  std::optional<judge::Verdict> verdict;
  reports::CaseSection section;
};

// In the order of the cases; empty for one that the section does not speak of as it was judged in
// the end.
std::vector<reports::CaseSection> in_order_of(std::span<const judge::CaseResult> cases,
                                              std::vector<Section> sections) {
  std::vector<reports::CaseSection> out(cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto section = std::ranges::find(sections, cases[i].id, &Section::case_id);
    if (section == sections.end() || section->verdict != cases[i].verdict) continue;
    out[i] = std::move(section->section);
  }
  return out;
}

}  // namespace

run::WorldFactory world_factory(const SessionOptions& options, TimePoint start, Log& log) {
  if (options.network == "sim") {
    return [start, &log](const run::WorldSeeds& seeds) -> Result<std::unique_ptr<net::World>> {
      net::SimOptions sim;
      sim.seed = seeds.people;
      sim.link_seed = seeds.links;
      sim.start = start;
      return net::make_sim_world(sim, log);
    };
  }
  return [start, &log](const run::WorldSeeds& seeds) -> Result<std::unique_ptr<net::World>> {
    net::SocketOptions sockets;
    sockets.seed = seeds.people;
    sockets.start = start;
    return net::make_socket_world(sockets, log);
  };
}

Result<TimePoint> start_of(const SessionOptions& options) {
  if (!options.as_of.empty()) return parse_date(options.as_of);
  if (options.network == "sim") return parse_date(kSimulatedStart);
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

SessionOutcome run_session(const Suite& suite, const SessionOptions& options, Streams& streams) {
  SessionOutcome out;
  const auto usage = [&](const Error& error) {
    out.exit_code = refuse(streams, error);
    return out;
  };
  const Result<scenario::Plan> plan = make_plan(suite, options);
  if (!plan.ok()) return usage(plan.error());
  const Result<TimePoint> start = start_of(options);
  if (!start.ok()) return usage(at("--as-of", start.error()));

  const auto profile = load_profile(suite, plan->profile->wire, options.wire_overlays, streams);
  if (profile == nullptr) {
    out.exit_code = kExitUsage;
    return out;
  }
  std::vector<Diagnostic> diagnostics;
  const auto documents = load_registers(options.registers, suite.library, diagnostics);
  const auto proof = accepted_proof(suite, diagnostics);
  if (!documents || !proof) {
    streams.err << render(diagnostics);
    out.exit_code = kExitUsage;
    return out;
  }
  StreamLog log(streams.err);
  const Result<std::optional<DrivenSeat>> driven = driven_seat(options, log);
  if (!driven.ok()) return usage(driven.error());
  const std::string addressing = *driven                      ? (*driven)->addressing
                                 : options.addressing.empty() ? "interop"
                                                              : options.addressing;
  judge::RunInfo info =
      run_info(suite, options, *start, *plan, documents->digest, *driven, addressing);
  info.suite = suite_info(*proof);
  // From the moment on at which the folder says "interrupted", an interrupt leaves a whole report.
  const InterruptGuard guard;
  Result<OutputFolder> folder =
      OutputFolder::open(options.out, planned_result(suite, *plan, *profile, info));
  if (!folder.ok()) return usage(at("--out", folder.error()));
  if (const Status asked = folder->write_selection(attest::selection_text(*plan)); !asked.ok()) {
    return usage(at("--out", asked.error()));
  }

  run::CaseEnvironment environment;
  environment.seed = options.seed;
  environment.make_world = world_factory(options, *start, log);
  seat_parties(environment, *driven, addressing, profile);
  environment.media = [&suite](std::string_view name) { return suite.media(name); };

  std::vector<Section> sections(plan->cases.size());
  run::RunOptions run_options;
  run_options.workers = options.workers;
  run_options.interrupted = &interrupted;
  run_options.documents = documents->documents;
  run_options.observe = [&](std::size_t index, const judge::CaseResult& result,
                            std::span<const evidence::Record> records) {
    sections[index] = {result.id, result.verdict, reports::render_case_html(result, info, records)};
  };
  run_options.transcript = [&folder](std::string_view lines) { folder->append_transcript(lines); };
  run::RunOutcome outcome;
  {
    ConsoleProgress progress(streams, plan->cases.size());
    outcome =
        run::run_plan(suite.library, *plan, *profile, environment, info, run_options, progress);
  }
  const Status written =
      folder->write(outcome.result, in_order_of(outcome.result.cases, std::move(sections)), *proof);
  out.report = folder->report().string();
  out.result = std::move(outcome.result);
  out.exit_code = out.result.exit_code;
  if (!written.ok()) {
    streams.err << "parley: " << at("--out", written.error()).text() << "\n";
    out.exit_code = kExitHarness;
  }
  return out;
}

}  // namespace parley::cli
