#include "harness/cli/driver_meeting.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "harness/cli/claimed_operations.h"
#include "harness/cli/doctor_stage.h"
#include "harness/cli/driven_seat.h"
#include "harness/net/world.h"

namespace parley::cli {
namespace {

net::awaitable<Status> meet_into(net::World& world, net::Command command, driver::MeetingPart part,
                                 driver::FirstMeeting& meeting) {
  meeting = co_await driver::meet_driver(world, std::move(command), std::move(part));
  co_return Status();
}

Result<driver::DriverStart> start_for(net::World& world, const MeetingPlace& place,
                                      const driver::DriverHello& hello) {
  const std::string_view seat = place.seats.front();
  std::string addressing = place.addressing.empty() ? "interop" : place.addressing;
  if (seat == driver::kGatekeeperClientSeat || seat == driver::kGatekeeperServerSeat) {
    PARLEY_ASSIGN(addressing, choose_addressing(place.addressing, hello));
  }
  PARLEY_ASSIGN(const DrivenActor actor, doctor_actor(seat, addressing, place.stated));
  return driven_start(world, actor);
}

}  // namespace

Result<driver::FirstMeeting> meet_at(const net::Command& command, const MeetingPlace& place,
                                     Log& log) {
  net::SocketOptions sockets;
  sockets.start = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  PARLEY_ASSIGN(const std::unique_ptr<net::World> world, net::make_socket_world(sockets, log));
  driver::MeetingPart part;
  part.limits = place.stated.limits;
  for (const std::string_view seat : place.seats) part.seats.emplace_back(seat);
  part.claimed = claimed_operations(place.claim, place.seats);
  net::World& met_in = *world;
  part.start = [&met_in, &place](const driver::DriverHello& hello) {
    return start_for(met_in, place, hello);
  };
  driver::FirstMeeting meeting;
  const Status met = net::run(*world, meet_into(*world, command, std::move(part), meeting));
  world->shutdown();
  if (!met.ok()) return met.error();
  return meeting;
}

std::vector<driver::DoctorLine> failed_lines(const std::vector<driver::DoctorLine>& lines) {
  std::vector<driver::DoctorLine> out;
  std::ranges::copy_if(lines, std::back_inserter(out), [](const driver::DoctorLine& line) {
    return line.outcome == driver::DoctorOutcome::kFail;
  });
  return out;
}

std::string against_a_run(const std::vector<driver::DoctorLine>& lines) {
  if (std::ranges::none_of(lines, driver::spoils_a_run)) return {};
  std::string text = driver::to_text(failed_lines(lines));
  while (text.ends_with('\n')) text.pop_back();
  return "nothing could be said of the product behind this driver; --no-doctor runs all the "
         "same:\n" +
         text;
}

}  // namespace parley::cli
