#include "harness/cli/session_plan.h"

#include <chrono>
#include <ostream>
#include <utility>
#include <vector>

#include "harness/attest/certification.h"
#include "harness/attest/selection.h"
#include "harness/base/encoding.h"
#include "harness/cli/dial_in_option.h"
#include "harness/cli/driver_meeting.h"
#include "harness/cli/identification_option.h"
#include "harness/cli/mock_cast.h"
#include "harness/cli/overlaid_profile.h"
#include "harness/cli/program_digest.h"
#include "harness/cli/standing_endpoints.h"
#include "harness/cli/stated_timers.h"
#include "harness/cli/suite_proof.h"
#include "harness/cli/trust_option.h"
#include "harness/cli/version.h"
#include "harness/crypto/hash.h"
#include "harness/judge/rollup.h"
#include "harness/run/catalogue_plan.h"
#include "harness/run/plan_run.h"

namespace parley::cli {
namespace {

// A run does not wait long for what it can do without.
constexpr Duration kEndpointPatience = std::chrono::seconds(2);

void complain(Streams& streams, const Error& error) {
  streams.err << "parley: " << error.text() << "\n";
}

std::string run_id(std::string_view all) {
  return "run-" + hex(crypto::sha256(as_bytes(all))).substr(0, 26);
}

Result<scenario::Plan> make_plan(const Suite& suite, const SessionOptions& options) {
  PARLEY_ASSIGN(const std::vector<scenario::Filter> filters, options.selection.parse());
  return scenario::make_plan(suite.library, options.profile, filters, options.claim);
}

// The drivers that the options name, met.
Result<DrivenSeats> driven_seats(const SessionOptions& options, const std::string& trust, Log& log,
                                 Streams& streams) {
  auto drivers = parse_driver_options(options.drivers);
  if (!drivers.ok()) return at("--driver", std::move(drivers).error());
  if (!drivers->empty() && options.network != "sockets") {
    return make_error(ErrorCode::kInvalid,
                      "drivers need --network sockets: an external program cannot follow the "
                      "virtual clock of --network " +
                          options.network,
                      "--driver");
  }
  PARLEY_TRY(open_dial_ins(*drivers, options.driver_tokens, log, streams));
  return meet_drivers(*drivers,
                      {options.addressing, options.doctor, options.claim,
                       stated_products(options.ixit, options.accounts, trust)},
                      log);
}

// What was found and does not forbid the run: operations that are claimed and missing, timers that
// the test cases do not go by, addresses at which nobody is.
void warn(const DrivenSeats& driven, const scenario::Plan& plan, const SessionOptions& options,
          Log& log, Streams& streams) {
  if (driven.empty() || !options.doctor) return;
  std::vector<DoctorSection> sections;
  for (const DrivenSeat& seat : driven.drivers)
    sections.push_back({seat.seat, false, seat.findings});
  const std::vector<std::string> seats = driven.seats();
  sections.push_back({std::string(kRunFileSubject), false,
                      failed_lines(examine_timers(plan, options.ixit, seats))});
  EndpointLook look;
  look.patience = kEndpointPatience;
  look.presence_only = true;
  const std::vector<StandingEndpoint> endpoints = standing_endpoints(options.ixit);
  for (DoctorSection& one : examine_endpoints(endpoints, look, log)) {
    one.lines = failed_lines(one.lines);
    sections.push_back(std::move(one));
  }
  for (const DoctorSection& one : sections) {
    if (one.lines.empty()) continue;
    streams.err << "parley: warning: " << one.subject << "\n" << driver::to_text(one.lines);
  }
}

// What the run was told beyond the plan, and the mode that this must suffice for.
void state_mode(judge::RunInfo& info, const SessionOptions& options, std::string& all) {
  info.mode = judge::parse_enum<judge::Mode>(options.mode).value_or(judge::Mode::kNightly);
  if (info.mode == judge::Mode::kCertification) all += "\nmode=certification";
  info.run_file = options.run_file;
  if (info.run_file) all += "\nrun-file=" + info.run_file->digest;
  for (const scenario::IxitAnswer& one : options.ixit) info.ixit.push_back({one.name, one.value});
}

// Before the first message: a run that may state something was told everything.
Status may_begin(const judge::RunInfo& info, const scenario::Plan& plan) {
  if (info.mode != judge::Mode::kCertification) return {};
  const std::vector<std::string> gaps = attest::certification_gaps(info, plan);
  if (gaps.empty()) return {};
  std::string text = "a certification run cannot begin:";
  for (const std::string& gap : gaps) text += "\n  " + gap;
  return make_error(ErrorCode::kInvalid, text, "--mode");
}

judge::RunInfo run_info(const Suite& suite, const SessionOptions& options, TimePoint start,
                        const scenario::Plan& plan, const std::string& register_digest,
                        const WaiverFile& waivers, const DrivenSeats& driven,
                        const OverlaidProfile& wire) {
  judge::RunInfo info;
  info.seed = options.seed;
  info.network = options.network;
  info.started = start;
  info.ended = start;
  info.harness_version = std::string(kVersion);
  info.harness_digest = program_digest();
  info.catalogue_digest = suite.digest;
  // The same question, asked at the same World time, is the same run.
  const std::string question = suite.digest + "\n" + options.profile + "\n" + options.network +
                               "\n" + std::to_string(options.seed) + "\n" +
                               std::to_string(unix_nanos(start));
  std::string all = question;
  for (const std::string& filter : plan.filters) all += "\n" + filter;
  if (!register_digest.empty()) all += "\nregister=" + register_digest;
  info.register_digest = register_digest;
  info.waivers_as_of = waivers.day;
  if (!waivers.day.empty()) all += "\nwaivers=" + waivers.digest + " " + waivers.day;
  run::describe_plan(info, plan);
  info.plan_digest = attest::plan_digest(plan);
  info.seats = seat_holders(driven);
  info.addressing = driven.addressing;
  for (const judge::SeatHolder& holder : info.seats) {
    if (!holder.under_test) continue;
    all += "\n" + holder.seat + "=" + holder.implementation + " " + holder.version;
  }
  for (const judge::WireOverlay& one : wire.overlays) all += "\noverlay=" + one.digest;
  if (driven.addressing != "interop") all += "\naddressing=" + driven.addressing;
  info.wire_profile_id = wire.profile->id();
  info.wire_overlays = wire.overlays;
  state_mode(info, options, all);
  info.id = run_id(all);
  return info;
}

}  // namespace

std::optional<SessionPlan> plan_session(const Suite& suite, const SessionOptions& options, Log& log,
                                        Streams& streams) {
  const auto refused = [&](const Error& error) {
    complain(streams, error);
    return std::nullopt;
  };
  Result<scenario::Plan> plan = make_plan(suite, options);
  if (!plan.ok()) return refused(plan.error());
  const Result<TimePoint> start = start_of(options);
  if (!start.ok()) return refused(at("--as-of", start.error()));
  std::vector<Diagnostic> diagnostics;
  auto wire = load_profile(suite, plan->profile->wire, options.wire_overlays, diagnostics);
  auto documents = load_registers(options.registers, suite.library, diagnostics);
  auto proof = accepted_proof(suite, diagnostics);
  auto waivers = load_waivers(options.waivers, options.as_of, suite.library, diagnostics);
  const auto identification = load_identification(options.identification, diagnostics);
  if (!wire || !documents || !proof || !waivers || !identification) {
    streams.err << render(diagnostics);
    return std::nullopt;
  }
  Result<std::string> trust = read_trust(options.trust);
  if (!trust.ok()) return refused(at("--trust", trust.error()));
  Result<DrivenSeats> driven = driven_seats(options, *trust, log, streams);
  if (!driven.ok()) return refused(driven.error());
  driven->addresses = options.addresses;
  warn(*driven, *plan, options, log, streams);
  judge::RunInfo info =
      run_info(suite, options, *start, *plan, documents->digest, *waivers, *driven, *wire);
  info.suite = suite_info(*proof);
  info.identification = *identification;
  if (const Status begins = may_begin(info, *plan); !begins.ok()) return refused(begins.error());
  return SessionPlan{.plan = *std::move(plan),
                     .start = *start,
                     .profile = std::move(wire->profile),
                     .documents = *std::move(documents),
                     .waivers = *std::move(waivers),
                     .proof = *std::move(proof),
                     .driven = *std::move(driven),
                     .trust = *std::move(trust),
                     .info = std::move(info)};
}

void enter_ledger(judge::RunInfo& info, judge::LedgerReference reference) {
  info.id =
      run_id(info.id + "\nledger=" + reference.origin + "\n" + std::to_string(reference.index));
  info.ledger = std::move(reference);
}

judge::RunResult planned_result(const Suite& suite, const SessionPlan& session) {
  const scenario::Plan& plan = session.plan;
  std::vector<judge::CaseResult> cases;
  for (const scenario::PlannedCase& planned : plan.cases) {
    cases.push_back(judge::not_executed(run::case_plan(suite.library, planned),
                                        judge::Disposition::kNotTested,
                                        "the run was interrupted before this case"));
  }
  for (judge::CaseResult& one : run::not_applicable_cases(suite.library, plan)) {
    cases.push_back(std::move(one));
  }
  judge::RunInfo info = session.info;
  info.state = judge::RunState::kInterrupted;
  const TimePoint as_of = info.started;
  const run::CataloguePlan rows = run::catalogue_plan(suite.library, plan, as_of);
  auto examinations =
      run::examine_rows(suite.library, plan, rows, session.documents.documents, as_of);
  return judge::roll_up(std::move(info), std::move(cases), rows.requirements, rows.obligations,
                        std::move(examinations), session.waivers.waivers);
}

}  // namespace parley::cli
