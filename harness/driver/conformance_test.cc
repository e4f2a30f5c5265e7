// The world: a driver's author who wants to know whether the driver may be believed. The fake
// driver keeps the contract, or has one bad habit; each habit is found by the rule that it breaks.
#include "harness/driver/conformance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "harness/base/log.h"
#include "harness/net/world.h"

namespace parley::driver {
namespace {

using testing::HasSubstr;

net::awaitable<Status> examine_into(net::World& world, net::Command command, DriverStart start,
                                    std::vector<DoctorLine>& lines) {
  lines = co_await examine_driver(world, std::move(command), std::move(start));
  co_return Status();
}

std::vector<DoctorLine> examine(const std::string& habit) {
  net::Command command;
  command.arguments = {
      (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "fake_driver").string(),
      habit};
  DriverStart start;
  start.actor = {"alice", "whatsapp-user", "", {}};
  start.chat = "127.0.0.1:7";
  NullLog log;
  const std::unique_ptr<net::World> world = net::make_socket_world({}, log).value();
  std::vector<DoctorLine> lines;
  EXPECT_TRUE(
      net::run(*world, examine_into(*world, std::move(command), std::move(start), lines)).ok());
  world->shutdown();
  return lines;
}

TEST(DriverConformance, ASoundDriverKeepsEveryRule) {
  const std::vector<DoctorLine> lines = examine("many");
  EXPECT_EQ(lines.size(), 13U);
  EXPECT_TRUE(healthy(lines));
  for (const DoctorLine& line : lines) {
    EXPECT_EQ(line.outcome, DoctorOutcome::kOk) << line.id << ": " << line.seen;
  }
}

TEST(DriverConformance, EveryHabitIsFoundByTheRuleThatItBreaks) {
  const struct {
    std::string habit;
    std::string id;
    std::string seen;
  } rows[] = {
      {"garbage", "DRV-01", "one JSON-RPC 2.0 object per line"},
      {"other-protocol", "DRV-01", "version 2 of the driver contract"},
      {"event-first", "DRV-01", "the first line must be hello"},
      {"dies-at-once", "DRV-01", "no licence found"},
      {"other-seat", "DRV-02", "its hello lists: partner-client"},
      {"bad-exit", "DRV-03", "exited with code 5"},
      {"mute-at-stop", "DRV-03", "without an answer to stop"},
      {"cannot-start", "DRV-04", "the library is missing"},
      {"answers-twice", "DRV-04", "was answered before"},
      {"answers-nobody", "DRV-04", "there was no request"},
      {"ends-badly", "DRV-05", "exited with code 6"},
      {"says-yes", "DRV-06", "answered with success"},
      {"any-method", "DRV-07", "answered with success"},
      {"any-params", "DRV-08", "answered with success"},
      {"short-lines", "DRV-09", "line too long"},
      {"plain-ascii", "DRV-10", "cannot read this"},
      {"boasts", "DRV-11", "its hello lists \"send-voice\""},
      {"dies", "DRV-11", "Segmentation fault"},
      {"alone", "DRV-12", "another one is running"},
      {"many-leaves", "DRV-13", "exited with code 0"},
      {"many-tells-late", "DRV-13", "wrote more after its answer to stop"},
      {"many-refuses", "DRV-13", "there is a session already"},
      {"many-dies", "DRV-13", "the port is taken"},
  };
  for (const auto& row : rows) {
    const std::vector<DoctorLine> lines = examine(row.habit);
    EXPECT_FALSE(healthy(lines)) << row.habit;
    const auto line = std::ranges::find(lines, row.id, &DoctorLine::id);
    ASSERT_NE(line, lines.end()) << row.id;
    EXPECT_EQ(line->outcome, DoctorOutcome::kFail) << row.habit;
    EXPECT_THAT(line->seen, HasSubstr(row.seen)) << row.habit;
    EXPECT_THAT(to_text(lines), HasSubstr("       driver: " + std::string(line->fix) + "\n"));
  }
}

TEST(DriverConformance, WhoOffersOneSessionIsNotAskedForTwo) {
  const std::vector<DoctorLine> lines = examine("none");
  EXPECT_TRUE(healthy(lines));
  EXPECT_EQ(lines.back().id, "DRV-13");
  EXPECT_EQ(lines.back().outcome, DoctorOutcome::kSkipped);
  EXPECT_THAT(lines.back().seen, HasSubstr("sessions: many"));
}

TEST(DriverConformance, WithoutAHelloNothingElseIsTried) {
  const std::vector<DoctorLine> lines = examine("garbage");
  for (std::size_t i = 1; i < lines.size(); ++i) {
    EXPECT_EQ(lines[i].outcome, DoctorOutcome::kSkipped) << lines[i].id;
    EXPECT_EQ(lines[i].seen, "it has not said hello");
  }
}

}  // namespace
}  // namespace parley::driver
