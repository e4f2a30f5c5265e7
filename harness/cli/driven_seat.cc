#include "harness/cli/driven_seat.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <utility>

#include "harness/driver/driver_session.h"
#include "harness/net/world.h"

extern char** environ;

namespace parley::cli {
namespace {

// What the mock gatekeeper can do.
constexpr std::array<std::string_view, 2> kAddressingModes{"interop", "native"};

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out.empty() ? "none" : out;
}

net::awaitable<Status> introduce_into(net::World& world, const net::Command& command,
                                      driver::DriverHello& hello) {
  PARLEY_CO_ASSIGN(hello, co_await driver::introduce(world, command));
  co_return Status();
}

}  // namespace

Result<std::string> choose_addressing(const std::string& wanted, const driver::DriverHello& hello) {
  if (!wanted.empty()) {
    if (contains(hello.addressing, wanted)) return wanted;
    return make_error(ErrorCode::kInvalid,
                      hello.implementation.name + " cannot live with addressing mode " + wanted +
                          "; its driver lists: " + joined(hello.addressing),
                      "--addressing");
  }
  for (const std::string& mode : hello.addressing) {
    const auto known = std::find(kAddressingModes.begin(), kAddressingModes.end(), mode);
    if (known != kAddressingModes.end()) return mode;
  }
  return make_error(ErrorCode::kInvalid,
                    "the gatekeeper has no addressing mode that " + hello.implementation.name +
                        " can live with; its driver lists: " + joined(hello.addressing),
                    "--driver");
}

Result<DrivenSeat> meet_driver(const DriverOption& option, const std::string& addressing,
                               Log& log) {
  DrivenSeat seat;
  seat.seat = option.seat;
  seat.command.arguments = option.command;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    seat.command.environment.emplace_back(*variable);
  }
  net::SocketOptions sockets;
  sockets.start = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  PARLEY_ASSIGN(const std::unique_ptr<net::World> world, net::make_socket_world(sockets, log));
  const Status met = net::run(*world, introduce_into(*world, seat.command, seat.hello));
  world->shutdown();
  if (!met.ok()) return at("--driver", met.error());
  if (!contains(seat.hello.seats, option.seat)) {
    return make_error(ErrorCode::kInvalid,
                      seat.hello.name + " does not drive the seat " + option.seat +
                          "; it drives: " + joined(seat.hello.seats),
                      "--driver");
  }
  PARLEY_ASSIGN(seat.addressing, choose_addressing(addressing, seat.hello));
  return seat;
}

std::string cannot_run(const DrivenSeat& seat, const scenario::TestCase& test_case) {
  for (const scenario::Actor& actor : test_case.actors) {
    const auto mode = get_string(actor.settings, "addressing");
    if (actor.kind == scenario::ActorKind::kGatekeeper && mode && *mode != seat.addressing) {
      return "the test case needs addressing mode " + std::string(*mode) + ", and the run uses " +
             seat.addressing;
    }
  }
  for (const scenario::Actor& actor : test_case.actors) {
    const auto service = get_string(actor.settings, "service");
    if (actor.kind == scenario::ActorKind::kWhatsappUser && service && *service != "whatsapp") {
      return seat.hello.name + " is no client of " + std::string(*service) + ", which " + actor.id +
             " uses";
    }
  }
  for (const scenario::Step& step : test_case.steps) {
    const auto* operation = std::get_if<scenario::Operation>(&step.act);
    if (operation == nullptr || operation->expect_error == ErrorCode::kUnsupported) continue;
    const scenario::Actor* actor = test_case.find_actor(operation->actor);
    if (actor == nullptr || actor->kind != scenario::ActorKind::kWhatsappUser) continue;
    if (seat.hello.performs(operation->operation)) continue;
    return seat.hello.name + " has no operation \"" + operation->operation + "\", which " +
           operation->actor + " performs";
  }
  return {};
}

judge::SeatHolder holder_of(const DrivenSeat& seat) {
  return {seat.seat,
          seat.hello.implementation.name,
          seat.hello.implementation.version,
          seat.hello.name,
          seat.hello.version,
          true};
}

}  // namespace parley::cli
