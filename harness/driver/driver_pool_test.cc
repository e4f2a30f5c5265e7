// Worlds over sockets, one after the other as test cases have them, and the fake driver, which
// takes many sessions: well behaved, or as one who only says so.
#include "harness/driver/driver_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <boost/json/object.hpp>
#include <cerrno>
#include <filesystem>
#include <thread>

#include "harness/driver/driver_party.h"
#include "harness/net/world_fixture.h"

namespace parley::driver {
namespace {

using namespace std::chrono_literals;
using net::awaitable;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

net::Command fake(std::string habit) {
  net::Command command;
  command.arguments = {
      (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "fake_driver").string(),
      std::move(habit)};
  return command;
}

// What one test case saw of its driver.
struct Seen {
  std::int64_t process = 0;
  std::vector<std::uint64_t> events;  ///< their numbers
  std::string failure;
  std::string left;  ///< what was not in order when it was let go
};

bool is_connected(const Event& event) { return event.name == "connected"; }

class DriverPoolTest : public net::WorldTest {
 protected:
  ~DriverPoolTest() override { world_->shutdown(); }

  // One test case, in a World of its own.
  Seen play(const std::string& habit) {
    const auto world = make(net::WorldKind::kSockets);
    evidence::Recorder recorder(world->clock());
    DrivenPart part;
    part.id = "alice";
    part.command = fake(habit);
    part.pool = pool_;
    part.start = [] {
      DriverStart start;
      start.actor = {"alice", "whatsapp-user", "", {}};
      return start;
    };
    auto party = make_driver_party(*world, recorder, std::move(part));
    EXPECT_TRUE(party.ok()) << party.error().text();
    Seen seen;
    EXPECT_TRUE(net::run(*world, act(*world, **party, seen)).ok());
    world->shutdown();
    return seen;
  }

  static awaitable<Status> act(net::World& world, Party& party, Seen& seen) {
    const auto nobody = [](std::string_view) -> Party* { return nullptr; };
    if ((co_await party.begin(nobody)).ok()) {
      (void)(co_await party.perform("connect", {})).ok();
      (void)(co_await party.events().wait(0, is_connected, world.now() + 10s)).ok();
      const auto sent = co_await party.perform("send-text", {});
      if (sent.ok()) seen.process = get_int(*sent, "process").value_or(0);
    }
    if (party.failure()) seen.failure = party.failure()->text();
    for (const Event& event : party.events().events()) seen.events.push_back(event.sequence);
    const Status left = co_await party.finish();
    if (!left.ok()) seen.left = left.error().text();
    co_return Status();
  }

  static bool runs(std::int64_t process) { return ::kill(static_cast<pid_t>(process), 0) == 0; }

  const std::shared_ptr<DriverPool> pool_ = std::make_shared<DriverPool>();
};

TEST_P(DriverPoolTest, OneProcessPlaysInOneTestCaseAfterTheOther) {
  const Seen first = play("many");
  EXPECT_NE(first.process, 0);
  for (int i = 0; i < 3; ++i) {
    const Seen next = play("many");
    EXPECT_EQ(next.process, first.process);
    EXPECT_THAT(next.events, ElementsAre(0));
    EXPECT_EQ(next.failure + next.left, "");
  }
  EXPECT_TRUE(runs(first.process));
  EXPECT_THAT(pool_->dismiss(), IsEmpty());
  EXPECT_FALSE(runs(first.process));
  EXPECT_NE(play("many").process, first.process);
}

TEST_P(DriverPoolTest, WhoDoesNotOfferItHasOneSession) {
  const Seen first = play("none");
  EXPECT_FALSE(runs(first.process));
  EXPECT_NE(play("none").process, first.process);
  EXPECT_THAT(pool_->dismiss(), IsEmpty());
}

TEST_P(DriverPoolTest, ADriverThatOnlySaysThatItTakesManyFailsItsSecondSession) {
  const struct {
    const char* habit;
    const char* says;
  } rows[] = {
      {"many-leaves", "exited with code 0"},
      {"many-counts-on", "\"sequence\" is 1, and 0 was next"},
      {"many-dies", "the port is taken"},
      {"many-refuses", "there is a session already"},
      {"many-answers-late", "was answered before"},
      {"many-tells-early", "an event before the answer to start"},
  };
  for (const auto& row : rows) {
    const Seen first = play(row.habit);
    EXPECT_EQ(first.failure + first.left, "") << row.habit;
    const Seen second = play(row.habit);
    EXPECT_THAT(second.failure, AllOf(HasSubstr("the driver broke off in session 2 of its process"),
                                      HasSubstr(row.says)))
        << row.habit;
    EXPECT_FALSE(runs(first.process)) << row.habit;
    // What it did is over with its process.
    const Seen third = play(row.habit);
    EXPECT_EQ(third.failure, "") << row.habit;
    EXPECT_NE(third.process, first.process) << row.habit;
  }
}

TEST_P(DriverPoolTest, WhoWritesAfterItsAnswerToStopGetsNoOtherSession) {
  for (int i = 0; i < 2; ++i) {
    const Seen seen = play("many-tells-late");
    EXPECT_EQ(seen.failure, "");
    EXPECT_THAT(seen.left, HasSubstr("wrote more after its answer to stop"));
    EXPECT_FALSE(runs(seen.process));
  }
}

TEST_P(DriverPoolTest, LeavingAtTheEndOfTheRunIsLookedAt) {
  const Seen badly = play("many-ends-badly");
  EXPECT_THAT(pool_->dismiss(),
              ElementsAre("fake driver exited with code 6 when it was to leave after the run"));
  EXPECT_FALSE(runs(badly.process));
}

TEST_P(DriverPoolTest, WhoIsStillInItIsKilledWithIt) {
  std::int64_t process = 0;
  {
    IdleDriver driver = [&] {
      process = play("many-stays").process;
      return *pool_->take(fake("many-stays"));
    }();
    DriverPool pool;
    pool.put(fake("many-stays"), std::move(driver));
    EXPECT_TRUE(runs(process));
  }
  EXPECT_FALSE(runs(process));
}

TEST_P(DriverPoolTest, KeepsNoMoreThanItsLimitAndGivesTheLastOneBackFirst) {
  DriverPool small(2);
  std::vector<std::int64_t> processes;
  for (int i = 0; i < 3; ++i) {
    processes.push_back(play("many").process);
    small.put(fake("many"), *pool_->take(fake("many")));
  }
  EXPECT_FALSE(small.has_room());
  EXPECT_FALSE(runs(processes[0]));
  EXPECT_FALSE(small.take(fake("many-stays")).has_value());
  ASSERT_TRUE(small.take(fake("many")));  // and dropped at once
  EXPECT_FALSE(runs(processes[2]));
  EXPECT_TRUE(runs(processes[1]));
  EXPECT_TRUE(small.has_room());
}

INSTANTIATE_TEST_SUITE_P(Sockets, DriverPoolTest, testing::Values(net::WorldKind::kSockets));

}  // namespace
}  // namespace parley::driver
