#include <CLI/CLI.hpp>
#include <array>
#include <boost/json/array.hpp>
#include <chrono>
#include <memory>
#include <ostream>
#include <utility>

#include "harness/base/json.h"
#include "harness/cli/command.h"
#include "harness/cli/driven_seat.h"
#include "harness/cli/driven_start.h"
#include "harness/cli/driver_option.h"
#include "harness/driver/conformance.h"
#include "harness/driver/driver_session.h"
#include "harness/driver/server_examination.h"
#include "harness/net/outside.h"
#include "mocks/cast/hosts.h"

namespace parley::cli {
namespace {

using driver::DoctorLine;

constexpr std::string_view kDoctorHost = "doctor.test";

struct Options {
  std::vector<std::string> drivers;
  bool suite = false;
  bool as_json = false;
};

// A user of each side and a partner: enough for any seat.
std::vector<driver::ActorSpec> small_cast() {
  return {{"gatekeeper", "gatekeeper", "", {}},
          {"alice", "whatsapp-user", "", {{"number", "33612345678"}}},
          {"birdy", "partner", "", {}},
          {"bob", "partner-user", "birdy", {}}};
}

// The actor who would sit there.
std::size_t actor_in(std::string_view seat) {
  if (seat == driver::kGatekeeperServerSeat) return 0;
  if (seat == driver::kGatekeeperClientSeat) return 1;
  return seat == driver::kPartnerClientSeat ? 3 : 2;
}

Result<DrivenActor> actor_of(std::string_view seat) {
  DrivenActor actor{std::string(seat), small_cast(), actor_in(seat), {}, "interop"};
  PARLEY_ASSIGN(actor.cast, mocks::read_cast(actor.actors));
  return actor;
}

// Where the server listens that the driver has started; the process lives as long as `session`.
net::awaitable<Result<std::shared_ptr<driver::DriverSession>>> start_server(
    net::World& world, net::Command command, const DrivenActor& actor) {
  PARLEY_CO_ASSIGN(auto session, driver::DriverSession::open(world, command, {}));
  const auto hello = co_await session->hello();
  if (!hello.ok()) co_return hello.error();
  PARLEY_CO_ASSIGN(const driver::DriverStart start, driven_start(world, actor));
  const auto answer = co_await session->start(driver::start_params(start));
  if (!answer.ok()) co_return answer.error();
  PARLEY_CO_ASSIGN(const driver::DriverListening listening,
                   driver::read_started(*answer, start.partner->listen));
  PARLEY_CO_TRY(take_routes(world, actor, listening));
  co_return session;
}

net::awaitable<Status> look_at_server(net::World& world, net::Command command, DrivenActor actor,
                                      std::vector<DoctorLine>& lines) {
  PARLEY_CO_ASSIGN(const auto session, co_await start_server(world, std::move(command), actor));
  const net::Address server = mocks::partner_host(actor.actors[actor.index].id);
  std::vector<DoctorLine> seen = co_await driver::examine_server(
      world, {server, std::string(kDoctorHost), std::string(mocks::kPartnerKeysPath)});
  lines.insert(lines.end(), std::make_move_iterator(seen.begin()),
               std::make_move_iterator(seen.end()));
  const Status stopped = co_await session->stop();
  session->abandon();
  co_return stopped;
}

net::awaitable<Status> look_at_driver(net::World& world, net::Command command, DrivenActor actor,
                                      std::vector<DoctorLine>& lines) {
  PARLEY_CO_ASSIGN(driver::DriverStart start, driven_start(world, actor));
  lines = co_await driver::examine_driver(world, std::move(command), std::move(start));
  co_return Status();
}

// One driver in one seat, in a World in which nothing else is.
Result<std::vector<DoctorLine>> examine(const DriverOption& option, std::string_view seat,
                                        bool suite, Log& log) {
  PARLEY_ASSIGN(const DrivenActor actor, actor_of(seat));
  net::SocketOptions sockets;
  sockets.start = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  PARLEY_ASSIGN(const std::unique_ptr<net::World> world, net::make_socket_world(sockets, log));
  std::vector<DoctorLine> lines;
  const Status looked =
      net::run(*world, suite ? look_at_driver(*world, command_of(option), actor, lines)
                             : look_at_server(*world, command_of(option), actor, lines));
  world->shutdown();
  if (!looked.ok()) return at(seat, looked.error());
  return lines;
}

json::array to_json(std::string_view seat, const std::vector<DoctorLine>& lines) {
  json::array out;
  for (const DoctorLine& line : lines) {
    out.push_back(json::object{{"seat", seat},
                               {"id", line.id},
                               {"rule", line.rule},
                               {"outcome", driver::to_string(line.outcome)},
                               {"seen", line.seen},
                               {"owner", line.owner},
                               {"fix", line.fix}});
  }
  return out;
}

struct Findings {
  std::size_t failed = 0;
  json::array lines;
};

void tell(std::string_view seat, const std::vector<DoctorLine>& lines, const Options& options,
          Findings& findings, std::ostream& out) {
  for (const DoctorLine& line : lines) {
    findings.failed += line.outcome == driver::DoctorOutcome::kFail ? 1 : 0;
  }
  if (options.as_json) {
    for (json::value& line : to_json(seat, lines)) findings.lines.push_back(std::move(line));
  } else {
    out << seat << "\n" << driver::to_text(lines);
  }
}

int doctor(const Options& options, Streams& streams) {
  const auto drivers = parse_driver_options(options.drivers);
  if (!drivers.ok()) {
    streams.err << "parley: --driver: " << drivers.error().text() << "\n";
    return kExitUsage;
  }
  Findings findings;
  NullLog log;
  for (const DriverOption& option : *drivers) {
    for (const std::string_view seat : driver::seats_behind(option.seat)) {
      // Of the other seats' holders there is nothing to be seen but what their drivers do.
      if (!options.suite && seat != driver::kPartnerServerSeat) continue;
      const auto lines = examine(option, seat, options.suite, log);
      if (!lines.ok()) {
        streams.err << "parley: " << lines.error().text() << "\n";
        return kExitFail;
      }
      tell(seat, *lines, options, findings, streams.out);
    }
  }
  if (options.as_json) {
    streams.out << canonical(findings.lines) << "\n";
  } else {
    streams.out << (findings.failed == 0 ? "healthy" : std::to_string(findings.failed) + " failed")
                << "\n";
  }
  return findings.failed == 0 ? kExitPass : kExitFail;
}

}  // namespace

Action add_doctor(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("--driver", options->drivers,
                 "who holds a seat, and the driver that steers it: partner-server=\"node "
                 "adapter.mjs\"; may be repeated")
      ->type_name("SEAT=COMMAND")
      ->allow_extra_args(false)
      ->required();
  app.add_flag("--driver-suite", options->suite,
               "try the rules of the driver contract on each driver, in place of looking at the "
               "servers that they start");
  app.add_flag("--json", options->as_json, "a line of JSON, for programs");
  return [options](Streams& streams) { return doctor(*options, streams); };
}

}  // namespace parley::cli
