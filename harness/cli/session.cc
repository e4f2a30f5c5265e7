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
#include <utility>

#include "harness/attest/seal_run.h"
#include "harness/attest/selection.h"
#include "harness/base/encoding.h"
#include "harness/cli/console_progress.h"
#include "harness/cli/lab_keys.h"
#include "harness/cli/ledger_folder.h"
#include "harness/cli/mock_cast.h"
#include "harness/cli/output_folder.h"
#include "harness/cli/run_bundle.h"
#include "harness/cli/session_plan.h"
#include "harness/cli/trust_option.h"
#include "harness/net/open_world.h"
#include "harness/run/plan_run.h"
#include "reports/html.h"

namespace parley::cli {
namespace {

std::atomic<bool> interrupted = false;

extern "C" void on_interrupt(int) { interrupted = true; }

// While it lives, the first interrupt asks the run to end; the second one ends the process. A file
// that may not grow is an error like a full disk, and not the end of the process.
class InterruptGuard {
 public:
  InterruptGuard() {
    interrupted = false;
    struct sigaction action{};
    action.sa_handler = on_interrupt;
    action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
    for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &action, &before_[i]);
    action.sa_handler = SIG_IGN;
    sigaction(SIGXFSZ, &action, &before_.back());
  }
  ~InterruptGuard() {
    for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before_[i], nullptr);
    sigaction(SIGXFSZ, &before_.back(), nullptr);
  }
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  static constexpr std::array<int, 2> kSignals{SIGINT, SIGTERM};
  std::array<struct sigaction, 3> before_{};
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

// The parties of every test case, and what the engine must know of them.
void seat_parties(run::CaseEnvironment& environment, const DrivenSeats& driven,
                  std::shared_ptr<const wire::Profile> profile) {
  environment.make_party = make_parties(std::move(profile), driven);
  if (driven.addressing != "interop") {
    environment.settings["gatekeeper"]["addressing"] = driven.addressing;
  }
  if (driven.empty()) return;
  // The engine gives up a little later than the session, and no earlier than with a mock.
  environment.patience = std::max(environment.patience, driven.stated.limits.answer);
  environment.secrets = driven.stated.secrets();
  environment.driven_seats = driven.seats();
  environment.iut_kinds = driven_kinds(driven);
  environment.cannot_run = [driven](const scenario::TestCase& test_case) {
    return cannot_run(driven, test_case);
  };
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

run::WorldFactory world_factory(const SessionOptions& options, TimePoint start, Log& log,
                                const std::string& trust) {
  if (options.network == "sim") {
    return [start, &log](const run::WorldSeeds& seeds) -> Result<std::unique_ptr<net::World>> {
      net::SimOptions sim;
      sim.seed = seeds.people;
      sim.link_seed = seeds.links;
      sim.start = start;
      return net::make_sim_world(sim, log);
    };
  }
  net::OpenOptions open;
  open.trust = trusting(trust);
  return [start, open, &log](const run::WorldSeeds& seeds) -> Result<std::unique_ptr<net::World>> {
    net::SocketOptions sockets;
    sockets.seed = seeds.people;
    sockets.start = start;
    return net::make_open_world(sockets, open, log);
  };
}

Result<TimePoint> start_of(const SessionOptions& options) {
  if (!options.as_of.empty()) return parse_date(options.as_of);
  if (options.network == "sim") return parse_date(kSimulatedStart);
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

namespace {

// Enters the run in the lab's ledger; the proof that it is in there.
Result<std::string> open_in_ledger(judge::RunInfo& info, const SessionOptions& options,
                                   const LabKeys& keys) {
  PARLEY_ASSIGN(LedgerFolder folder, LedgerFolder::open(options.ledger, keys));
  PARLEY_ASSIGN(const Bytes plan, decode_hex(info.plan_digest));
  evidence::RunOpened entry{
      .run_id = {},
      .time = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()),
      .iut = attest::iut_text(info),
      .iut_sha256 = attest::iut_digest(info),
      .profile = attest::profile_text(info),
      .plan_sha256 = to_array<32>(plan),
      .nonce = options.nonce};
  enter_ledger(info, {.origin = keys.ledger_origin,
                      .index = folder.ledger().entries().size(),
                      .previous_runs = folder.ledger().previous_runs(entry)});
  entry.run_id = info.id;
  PARLEY_ASSIGN(const std::uint64_t index, folder.append(entry));
  PARLEY_ASSIGN(const evidence::TlogProof proof, folder.prove(index));
  return evidence::to_text(proof);
}

// The folder as the run begins in it; `session` then has the run's last id.
Result<OutputFolder> begin_folder(const Suite& suite, const SessionOptions& options,
                                  SessionPlan& session) {
  std::optional<LabKeys> keys;
  if (!options.keys.empty()) {
    PARLEY_ASSIGN(keys, load_lab_keys(options.keys));
  }
  Result<OutputFolder> folder = OutputFolder::open(options.out);
  if (!folder.ok()) return at("--out", std::move(folder).error());
  std::vector<std::pair<std::string, std::string>> beside{
      {std::string(attest::kSelectionFile), attest::selection_text(session.plan)}};
  if (!options.ledger.empty()) {
    // Only now: a run that could not even begin should not stand there as one that failed.
    Result<std::string> proof = open_in_ledger(session.info, options, *keys);
    if (!proof.ok()) return at("--ledger", std::move(proof).error());
    beside.emplace_back(kRunOpenFile, *std::move(proof));
  }
  std::optional<crypto::SigningKey> key;
  if (keys) key = keys->key;
  const Status begun = folder->begin(planned_result(suite, session), beside, std::move(key));
  if (!begun.ok()) return at("--out", begun.error());
  return folder;
}

run::CaseEnvironment environment_of(const Suite& suite, const SessionOptions& options,
                                    const SessionPlan& session, Log& log) {
  run::CaseEnvironment environment;
  environment.seed = options.seed;
  environment.make_world = world_factory(options, session.start, log, session.trust);
  seat_parties(environment, session.driven, session.profile);
  environment.media = [&suite](std::string_view name) { return suite.media(name); };
  return environment;
}

// Runs the plan and writes what it was.
SessionOutcome run_in(OutputFolder& folder, const Suite& suite, const SessionOptions& options,
                      const SessionPlan& session, Log& log, Streams& streams) {
  const run::CaseEnvironment environment = environment_of(suite, options, session, log);
  std::vector<Section> sections(session.plan.cases.size());
  run::RunOptions run_options;
  run_options.workers = options.workers;
  run_options.interrupted = &interrupted;
  run_options.documents = session.documents.documents;
  run_options.waivers = session.waivers.waivers;
  run_options.observe = [&](std::size_t index, const judge::CaseResult& result,
                            std::span<const evidence::Record> records) {
    sections[index] = {result.id, result.verdict,
                       reports::render_case_html(result, session.info, records)};
  };
  run_options.transcript = [&](const judge::CaseResult& result, std::string_view lines) {
    // What cannot be kept need not be made.
    if (!folder.append(result, lines).ok()) interrupted = true;
  };
  run::RunOutcome outcome;
  {
    ConsoleProgress progress(streams, session.plan.cases.size());
    outcome = run::run_plan(suite.library, session.plan, *session.profile, environment,
                            session.info, run_options, progress);
  }
  if (session.driven.pool) {
    for (const std::string& trouble : session.driven.pool->dismiss()) log.warning(trouble);
  }
  const Status written = folder.write(
      outcome.result, in_order_of(outcome.result.cases, std::move(sections)), session.proof);
  SessionOutcome out;
  out.report = folder.report().string();
  out.result = std::move(outcome.result);
  out.exit_code = out.result.exit_code;
  if (!written.ok()) {
    streams.err << "parley: " << at("--out", written.error()).text()
                << "\nparley: the run was interrupted; what was written until then is in "
                << options.out << ", and \"parley bundle\" makes a bundle of it\n";
    out.exit_code = kExitHarness;
    out.written = false;
  }
  return out;
}

// What the run was, for others: written last, so that a run whose bundle fails is told all the
// same.
void add_bundle(const Suite& suite, const SessionOptions& options, const reports::Proof& proof,
                SessionOutcome& outcome, Streams& streams) {
  const Result<MadeBundle> made =
      make_bundle({.run = options.out,
                   .keys = options.keys,
                   .ledger = options.ledger,
                   .out = (std::filesystem::path(options.out) / kBundleFile).string(),
                   .nonce = options.nonce},
                  suite, proof);
  if (made.ok()) {
    outcome.bundle = made->path;
    return;
  }
  streams.err << "parley: " << made.error().text() << "\nparley: the run is written in full, in "
              << options.out << ", but has no bundle yet; \"parley bundle\" makes one of it\n";
  outcome.exit_code = kExitHarness;
}

}  // namespace

SessionOutcome run_session(const Suite& suite, const SessionOptions& options, Streams& streams) {
  SessionOutcome out;
  out.exit_code = kExitUsage;
  StreamLog log(streams.err);
  std::optional<SessionPlan> session = plan_session(suite, options, log, streams);
  if (!session) return out;
  // From the moment on at which the folder says "interrupted", an interrupt leaves a whole report.
  const InterruptGuard guard;
  Result<OutputFolder> folder = begin_folder(suite, options, *session);
  if (!folder.ok()) {
    streams.err << "parley: " << folder.error().text() << "\n";
    return out;
  }
  out = run_in(*folder, suite, options, *session, log, streams);
  if (out.written && options.bundle && !options.keys.empty()) {
    add_bundle(suite, options, session->proof, out, streams);
  }
  return out;
}

}  // namespace parley::cli
