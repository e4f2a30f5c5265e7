#include "harness/cli/driven_seat.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <utility>

#include "harness/base/join.h"
#include "harness/cli/driver_meeting.h"
#include "harness/cli/gatekeeper_acts.h"
#include "harness/driver/driver_session.h"
#include "harness/driver/json_rpc.h"
#include "harness/net/world.h"
#include "harness/run/observability.h"
#include "harness/scenario/payload.h"

extern char** environ;

namespace parley::cli {
namespace {

// What the mock gatekeeper can do.
constexpr std::array<std::string_view, 2> kAddressingModes{"interop", "native"};

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string listed(const std::vector<std::string>& words) {
  return words.empty() ? "none" : joined(words);
}

net::awaitable<Status> introduce_into(net::World& world, const net::Command& command,
                                      const driver::SessionLimits& limits,
                                      driver::DriverHello& hello) {
  PARLEY_CO_ASSIGN(hello, co_await driver::introduce(world, command, limits));
  co_return Status();
}

// No more than its hello.
Status greet(DrivenSeat& seat, const driver::SessionLimits& limits, Log& log) {
  net::SocketOptions sockets;
  sockets.start = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  PARLEY_ASSIGN(const std::unique_ptr<net::World> world, net::make_socket_world(sockets, log));
  const Status met = net::run(*world, introduce_into(*world, seat.command, limits, seat.hello));
  world->shutdown();
  return met;
}

Status examine(DrivenSeat& seat, const Meeting& meeting, Log& log) {
  const MeetingPlace place{driver::seats_behind(seat.seat), meeting.addressing, meeting.claim,
                           meeting.stated};
  PARLEY_ASSIGN(driver::FirstMeeting met, meet_at(seat.command, place, log));
  std::string against = against_a_run(met.lines);
  if (!against.empty()) return make_error(ErrorCode::kInvalid, std::move(against), seat.seat);
  if (!met.hello) return make_error(ErrorCode::kUnsupported, "it cannot be met", seat.seat);
  seat.hello = *std::move(met.hello);
  seat.findings = failed_lines(met.lines);
  return {};
}

Result<DrivenSeat> meet(const DriverOption& option, const Meeting& meeting, Log& log) {
  DrivenSeat seat;
  seat.seat = option.seat;
  seat.command = command_of(option);
  const Status met =
      meeting.examine ? examine(seat, meeting, log) : greet(seat, meeting.stated.limits, log);
  if (!met.ok()) return at("--driver", met.error());
  for (const std::string_view one : driver::seats_behind(option.seat)) {
    if (seat.hello.drives(one)) continue;
    return make_error(ErrorCode::kInvalid,
                      seat.hello.name + " does not drive the seat " + std::string(one) +
                          "; it drives: " + listed(seat.hello.seats),
                      "--driver");
  }
  return seat;
}

// What passes between two of somebody else's programs nobody here sees.
Status alone_at_the_gatekeeper(const std::vector<DriverOption>& options) {
  for (const DriverOption& option : options) {
    if (option.seat != driver::kGatekeeperServerSeat || options.size() == 1) continue;
    return make_error(ErrorCode::kInvalid,
                      "a gatekeeper's server is tested with mocks in all other seats: nobody would "
                      "see what passes between two implementations under test",
                      "--driver");
  }
  return {};
}

// The driver of that actor; null where it is a mock.
const DrivenSeat* driver_of(const DrivenSeats& seats, const scenario::Actor* actor) {
  if (actor == nullptr) return nullptr;
  return seats.holder(run::seat_of_kind(scenario::to_string(actor->kind)));
}

// Only the gatekeeper's side sees a difference between the modes.
std::string wrong_mode(const DrivenSeats& seats, const scenario::TestCase& test_case) {
  if (seats.holder(driver::kGatekeeperClientSeat) == nullptr &&
      seats.holder(driver::kGatekeeperServerSeat) == nullptr) {
    return {};
  }
  for (const scenario::Actor& actor : test_case.actors) {
    const auto mode = get_string(actor.settings, "addressing");
    if (actor.kind == scenario::ActorKind::kGatekeeper && mode && *mode != seats.addressing) {
      return "the test case needs addressing mode " + std::string(*mode) + ", and the run uses " +
             seats.addressing;
    }
  }
  return {};
}

std::string wrong_service(const DrivenSeats& seats, const scenario::TestCase& test_case) {
  const DrivenSeat* client = seats.holder(driver::kGatekeeperClientSeat);
  for (const scenario::Actor& actor : test_case.actors) {
    const auto service = get_string(actor.settings, "service");
    if (client != nullptr && actor.kind == scenario::ActorKind::kWhatsappUser && service &&
        *service != "whatsapp") {
      return client->hello.name + " is no client of " + std::string(*service) + ", which " +
             actor.id + " uses";
    }
  }
  return {};
}

std::string no_operation(const DrivenSeats& seats, const scenario::TestCase& test_case) {
  for (const scenario::Step& step : test_case.steps) {
    const auto* operation = std::get_if<scenario::Operation>(&step.act);
    if (operation == nullptr || operation->expect_error == ErrorCode::kUnsupported) continue;
    const scenario::Actor* actor = test_case.find_actor(operation->actor);
    const DrivenSeat* seat = driver_of(seats, actor);
    if (seat == nullptr || seat->hello.performs(operation->operation)) continue;
    const bool is_gatekeeper = actor->kind == scenario::ActorKind::kGatekeeper;
    if (is_gatekeeper && is_harness_act(operation->operation)) continue;
    return seat->hello.name + " has no operation \"" + operation->operation + "\", which " +
           operation->actor + " performs";
  }
  return {};
}

// A file goes to its driver in one line, in base64.
std::string too_large(const DrivenSeats& seats, const scenario::TestCase& test_case) {
  constexpr std::size_t kLargestFile = driver::RpcLimits().line / 4 * 3 - 64 * 1024;
  for (const scenario::Step& step : test_case.steps) {
    const auto* operation = std::get_if<scenario::Operation>(&step.act);
    const json::object* media =
        operation == nullptr ? nullptr : get_object(operation->arguments, "media");
    if (media == nullptr) continue;
    const DrivenSeat* seat = driver_of(seats, test_case.find_actor(operation->actor));
    const auto payload = scenario::read_payload(*media);
    if (seat == nullptr || !payload.ok() || payload->size <= kLargestFile) continue;
    return "a file of " + std::to_string(payload->size) + " bytes for " + operation->actor +
           " does not fit into a line of the driver contract";
  }
  return {};
}

// Tokens of a server whose clock stands still are none that the others accept. The gatekeeper's
// client holds none.
std::string left_behind(const DrivenSeats& seats, const scenario::TestCase& test_case) {
  for (const scenario::Step& step : test_case.steps) {
    const auto* advance = std::get_if<scenario::Advance>(&step.act);
    if (advance == nullptr) continue;
    for (const scenario::Actor& actor : test_case.actors) {
      const DrivenSeat* seat = driver_of(seats, &actor);
      if (seat == nullptr || actor.kind == scenario::ActorKind::kWhatsappUser) continue;
      if (seat->hello.performs(driver::kPassTime)) continue;
      return seat->hello.name + " has no operation \"" + std::string(driver::kPassTime) +
             "\", by which the clock of " + actor.id + " would follow when " +
             duration_text(advance->by) + " pass";
    }
  }
  return {};
}

}  // namespace

net::Command command_of(const DriverOption& option) {
  net::Command command;
  command.arguments = option.command;
  if (option.hall) {
    command.arguments = {option.hall->url()};
    command.arrived = [hall = option.hall] { return hall->take(); };
    return command;
  }
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    command.environment.emplace_back(*variable);
  }
  return command;
}

const DrivenSeat* DrivenSeats::holder(std::string_view seat) const {
  for (const DrivenSeat& one : drivers) {
    const auto behind = driver::seats_behind(one.seat);
    if (std::ranges::find(behind, seat) != behind.end()) return &one;
  }
  return nullptr;
}

std::vector<std::string> DrivenSeats::seats() const {
  std::vector<std::string> all;
  for (const DrivenSeat& one : drivers) {
    for (const std::string_view seat : driver::seats_behind(one.seat)) all.emplace_back(seat);
  }
  return all;
}

Result<std::string> choose_addressing(const std::string& wanted, const driver::DriverHello& hello) {
  if (!wanted.empty()) {
    if (contains(hello.addressing, wanted)) return wanted;
    return make_error(ErrorCode::kInvalid,
                      hello.implementation.name + " cannot live with addressing mode " + wanted +
                          "; its driver lists: " + listed(hello.addressing),
                      "--addressing");
  }
  for (const std::string& mode : hello.addressing) {
    const auto known = std::find(kAddressingModes.begin(), kAddressingModes.end(), mode);
    if (known != kAddressingModes.end()) return mode;
  }
  return make_error(ErrorCode::kInvalid,
                    "the gatekeeper has no addressing mode that " + hello.implementation.name +
                        " can live with; its driver lists: " + listed(hello.addressing),
                    "--driver");
}

Result<std::string> addressing_of(const DrivenSeats& seats, const std::string& wanted) {
  for (const std::string_view seat :
       {driver::kGatekeeperClientSeat, driver::kGatekeeperServerSeat}) {
    if (const DrivenSeat* driver = seats.holder(seat)) {
      return choose_addressing(wanted, driver->hello);
    }
  }
  return wanted.empty() ? seats.addressing : wanted;
}

Result<DrivenSeats> meet_drivers(const std::vector<DriverOption>& options, const Meeting& meeting,
                                 Log& log) {
  DrivenSeats seats;
  PARLEY_TRY(alone_at_the_gatekeeper(options));
  for (const DriverOption& option : options) {
    PARLEY_ASSIGN(DrivenSeat seat, meet(option, meeting, log));
    seats.drivers.push_back(std::move(seat));
  }
  seats.pool = std::make_shared<driver::DriverPool>();
  seats.stated = meeting.stated;
  PARLEY_ASSIGN(seats.addressing, addressing_of(seats, meeting.addressing));
  return seats;
}

std::string cannot_run(const DrivenSeats& seats, const scenario::TestCase& test_case) {
  if (seats.holder(driver::kGatekeeperServerSeat) != nullptr) {
    if (std::string why = needs_harness_act(test_case); !why.empty()) return why;
  }
  for (const auto& reason : {wrong_mode, wrong_service, no_operation, too_large, left_behind}) {
    if (std::string why = reason(seats, test_case); !why.empty()) return why;
  }
  return {};
}

judge::SeatHolder holder_of(const DrivenSeat& driver, std::string_view seat) {
  return {std::string(seat),
          driver.hello.implementation.name,
          driver.hello.implementation.version,
          driver.hello.name,
          driver.hello.version,
          true};
}

}  // namespace parley::cli
