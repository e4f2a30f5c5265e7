#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json/array.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <ostream>
#include <utility>

#include "harness/base/json.h"
#include "harness/cli/command.h"
#include "harness/cli/dial_in_option.h"
#include "harness/cli/doctor_stage.h"
#include "harness/cli/driven_seat.h"
#include "harness/cli/driver_meeting.h"
#include "harness/cli/driver_option.h"
#include "harness/cli/mock_cast.h"
#include "harness/cli/overlaid_profile.h"
#include "harness/cli/run_file_option.h"
#include "harness/cli/standing_endpoints.h"
#include "harness/cli/stated_timers.h"
#include "harness/cli/trust_option.h"
#include "harness/driver/conformance.h"
#include "harness/net/open_world.h"

namespace parley::cli {
namespace {

using driver::DoctorLine;

struct Options {
  std::vector<std::string> drivers;
  std::string run_file;
  std::string trust;
  bool suite = false;
  bool as_json = false;
  Given given;  ///< by the command line
};

// What is looked at.
struct Subject {
  std::vector<DriverOption> drivers;
  SessionOptions session;
  std::vector<std::string> folders;
  StatedProducts stated;
  std::vector<StandingEndpoint> endpoints;
  EndpointLook look;

  // With a driver each.
  std::vector<std::string> seats() const {
    std::vector<std::string> out;
    for (const DriverOption& option : drivers) {
      for (const std::string_view seat : driver::seats_behind(option.seat)) out.emplace_back(seat);
    }
    return out;
  }
};

// nullopt after complaining.
std::optional<Subject> read_subject(const Options& options, Streams& streams) {
  const auto refused = [&](const std::string& why) {
    streams.err << "parley: " << why << "\n";
    return std::nullopt;
  };
  Subject out;
  std::string trust;
  out.session.drivers = options.drivers;
  out.session.trust = options.trust;
  if (!take_run_file(options.run_file, options.given, out.session, out.folders, streams)) {
    return std::nullopt;
  }
  if (!out.session.drivers.empty()) {  // endpoints have a line of their own for it
    Result<std::string> pem = read_trust(out.session.trust);
    if (!pem.ok()) return refused(at("--trust", pem.error()).text());
    trust = *std::move(pem);
  }
  out.stated = stated_products(out.session.ixit, out.session.accounts, std::move(trust));
  out.endpoints = standing_endpoints(out.session.ixit);
  out.look.trust = out.session.trust;
  auto drivers = parse_driver_options(out.session.drivers);
  if (!drivers.ok()) return refused("--driver: " + drivers.error().text());
  out.drivers = *std::move(drivers);
  if (out.drivers.empty() && (out.endpoints.empty() || options.suite)) {
    return refused(
        "there is nothing to look at: name a driver with --driver, or a run file that has seats "
        "with drivers or endpoints of a standing server");
  }
  return out;
}

Result<std::unique_ptr<net::World>> world_of_now(Log& log, const std::string& trust = {}) {
  net::SocketOptions sockets;
  sockets.start = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  net::OpenOptions open;
  open.trust = trusting(trust);
  return net::make_open_world(sockets, open, log);
}

net::awaitable<Status> try_suite(net::World& world, net::Command command, DrivenActor actor,
                                 std::vector<DoctorLine>& lines) {
  PARLEY_CO_ASSIGN(driver::DriverStart start, driven_start(world, actor));
  lines = co_await driver::examine_driver(world, std::move(command), std::move(start));
  co_return Status();
}

// The suite of the driver contract, for one driver in one seat.
Result<DoctorSection> examine_conformance(const DriverOption& option, std::string_view seat,
                                          const StatedProducts& stated, Log& log) {
  PARLEY_ASSIGN(DrivenActor actor, doctor_actor(seat, "interop", stated));
  PARLEY_ASSIGN(const std::unique_ptr<net::World> world, world_of_now(log));
  DoctorSection section{std::string(seat), false, {}};
  const Status looked =
      net::run(*world, try_suite(*world, command_of(option), std::move(actor), section.lines));
  world->shutdown();
  if (!looked.ok()) return at(seat, looked.error());
  return section;
}

// The products at work, with mocks in all other seats. Adds to the sections of the seats.
Status examine_at_work(const Subject& subject, DrivenSeats driven,
                       std::vector<DoctorSection>& sections, Log& log) {
  std::vector<Diagnostic> diagnostics;
  const std::optional<Suite> suite = load_suite(subject.folders, diagnostics);
  const scenario::Profile* wanted =
      suite ? suite->library.find_profile(subject.session.profile) : nullptr;
  if (wanted == nullptr) {
    return make_error(
        ErrorCode::kInvalid,
        suite ? "there is no profile \"" + subject.session.profile + "\"" : render(diagnostics));
  }
  const auto wire = load_profile(*suite, wanted->wire, subject.session.wire_overlays, diagnostics);
  if (!wire) return make_error(ErrorCode::kInvalid, render(diagnostics));
  std::vector<driver::ActorSpec> cast =
      doctor_cast(driven.holder(driver::kPartnerProxySeat) != nullptr);
  if (driven.addressing != "interop") cast[0].settings["addressing"] = driven.addressing;
  const DoctorStage::Maker maker = [&](mocks::Interceptor* interceptor) {
    return make_parties(wire->profile, driven, interceptor);
  };
  PARLEY_ASSIGN(const std::unique_ptr<net::World> world, world_of_now(log, subject.stated.trust));
  DoctorStage stage(*world, maker, std::move(cast), driven.seats());
  const Status played = net::run(*world, stage.play());
  world->shutdown();
  for (const DoctorSection& seen : stage.sections()) {
    const auto section = std::ranges::find(sections, seen.subject, &DoctorSection::subject);
    section->lines.insert(section->lines.end(), seen.lines.begin(), seen.lines.end());
  }
  return played;
}

// Each driver alone, and then, where nothing spoils it, all of them at work.
Status examine_drivers(const Subject& subject, std::vector<DoctorSection>& sections, Log& log) {
  DrivenSeats driven;
  std::vector<DoctorLine> spoiling;
  for (const DriverOption& option : subject.drivers) {
    DrivenSeat one{option.seat, command_of(option), {}};
    for (const std::string_view seat : driver::seats_behind(option.seat)) {
      const MeetingPlace place{
          {seat}, subject.session.addressing, subject.session.claim, subject.stated};
      PARLEY_ASSIGN(driver::FirstMeeting met, meet_at(one.command, place, log));
      if (met.hello) one.hello = *met.hello;
      std::ranges::copy_if(met.lines, std::back_inserter(spoiling), driver::spoils_a_run);
      sections.push_back({std::string(seat), false, std::move(met.lines)});
    }
    driven.drivers.push_back(std::move(one));
  }
  if (!spoiling.empty()) {
    for (DoctorSection& section : sections) {
      for (const driver::DoctorRule& rule : echo_rules()) {
        section.lines.push_back(driver::skipped_line(rule, spoiling.front().id));
      }
    }
    return {};
  }
  driven.addresses = subject.session.addresses;
  driven.stated = subject.stated;
  PARLEY_ASSIGN(driven.addressing, addressing_of(driven, subject.session.addressing));
  return examine_at_work(subject, std::move(driven), sections, log);
}

// What the file says of the product's timers, beside what the profile's test cases go by.
Status examine_run_file(const Subject& subject, std::vector<DoctorSection>& sections) {
  if (subject.stated.timers.empty()) return {};
  std::vector<Diagnostic> diagnostics;
  const std::optional<Suite> suite = load_suite(subject.folders, diagnostics);
  if (!suite) return make_error(ErrorCode::kInvalid, render(diagnostics));
  PARLEY_ASSIGN(
      const scenario::Plan plan,
      scenario::draft_plan(suite->library, subject.session.profile, {}, subject.session.claim));
  auto lines = examine_timers(plan, subject.session.ixit, subject.seats());
  if (!lines.empty()) sections.push_back({std::string(kRunFileSubject), false, std::move(lines)});
  return {};
}

Result<std::vector<DoctorSection>> examine(const Subject& subject, bool suite, Log& log) {
  std::vector<DoctorSection> sections;
  if (suite) {
    for (const DriverOption& option : subject.drivers) {
      for (const std::string_view seat : driver::seats_behind(option.seat)) {
        PARLEY_ASSIGN(DoctorSection section,
                      examine_conformance(option, seat, subject.stated, log));
        sections.push_back(std::move(section));
      }
    }
    return sections;
  }
  PARLEY_TRY(examine_run_file(subject, sections));
  if (!subject.drivers.empty()) PARLEY_TRY(examine_drivers(subject, sections, log));
  for (DoctorSection& one : examine_endpoints(subject.endpoints, subject.look, log)) {
    sections.push_back(std::move(one));
  }
  return sections;
}

json::array to_json(const std::vector<DoctorSection>& sections) {
  json::array out;
  for (const DoctorSection& section : sections) {
    const char* what = section.endpoint                     ? "endpoint"
                       : section.subject == kRunFileSubject ? "file"
                                                            : "seat";
    for (const DoctorLine& line : section.lines) {
      out.push_back(json::object{{what, section.subject},
                                 {"id", line.id},
                                 {"rule", line.rule},
                                 {"outcome", driver::to_string(line.outcome)},
                                 {"seen", line.seen},
                                 {"owner", line.owner},
                                 {"fix", line.fix}});
    }
  }
  return out;
}

int doctor(const Options& options, Streams& streams) {
  std::optional<Subject> subject = read_subject(options, streams);
  if (!subject) return kExitUsage;
  NullLog log;
  const Status dialled =
      open_dial_ins(subject->drivers, subject->session.driver_tokens, log, streams);
  if (!dialled.ok()) {
    streams.err << "parley: " << dialled.error().text() << "\n";
    return kExitUsage;
  }
  const auto sections = examine(*subject, options.suite, log);
  if (!sections.ok()) {
    streams.err << "parley: " << sections.error().text() << "\n";
    return kExitUsage;
  }
  std::size_t failed = 0;
  for (const DoctorSection& section : *sections) failed += failed_lines(section.lines).size();
  if (options.as_json) {
    streams.out << canonical(to_json(*sections)) << "\n";
  } else {
    for (const DoctorSection& section : *sections) {
      streams.out << section.subject << "\n" << driver::to_text(section.lines);
    }
    streams.out << (failed == 0 ? "healthy" : std::to_string(failed) + " failed") << "\n";
  }
  return failed == 0 ? kExitPass : kExitFail;
}

}  // namespace

Action add_doctor(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  options->given = given_to(app);
  app.add_option("--driver", options->drivers,
                 "who holds a seat, and the driver that steers it: partner-server=\"node "
                 "adapter.mjs\"; may be repeated")
      ->type_name("SEAT=COMMAND")
      ->allow_extra_args(false);
  app.add_option("--run-file", options->run_file,
                 "looks at what a run file names: drivers, and the endpoints of a standing server")
      ->type_name("FILE");
  app.add_option("--trust", options->trust,
                 "whose certificates products may show, beside those of this machine's authorities")
      ->type_name("PEM");
  app.add_flag("--driver-suite", options->suite,
               "try every rule of the driver contract on each driver, and look at nothing else");
  app.add_flag("--json", options->as_json, "a line of JSON, for programs");
  return [options](Streams& streams) { return doctor(*options, streams); };
}

}  // namespace parley::cli
