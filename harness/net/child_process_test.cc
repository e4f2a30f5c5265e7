// Small programs of every Unix, well and badly behaved, beside a World over sockets; and a
// simulated World, where there can be none.
#include "harness/net/child_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <cerrno>
#include <optional>

#include "harness/base/file.h"
#include "harness/net/world_fixture.h"

namespace parley::net {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class ChildProcessTest : public WorldTest {
 protected:
  ~ChildProcessTest() override { world_->shutdown(); }

  Result<std::unique_ptr<ChildProcess>> start(std::vector<std::string> arguments,
                                              ProcessLimits limits = {}) {
    Command command;
    command.arguments = std::move(arguments);
    command.environment = {"PATH=/usr/bin:/bin", "GREETING=hello there"};
    return world_->network().start_process(command, limits);
  }
  std::unique_ptr<ChildProcess> shell(const std::string& script, ProcessLimits limits = {}) {
    auto started = start({"sh", "-c", script}, limits);
    EXPECT_TRUE(started.ok()) << (started.ok() ? "" : started.error().text());
    return std::move(started).value();
  }

  // No process of that group, and no zombie either.
  static void expect_gone(pid_t group) {
    EXPECT_EQ(::kill(-group, 0), -1);
    EXPECT_EQ(errno, ESRCH);
  }
  // A dead orphan stays a zombie until whoever adopted it looks; that may be never in a container.
  static bool runs(pid_t pid) {
    const auto stat = read_text_file("/proc/" + std::to_string(pid) + "/stat");
    if (!stat.ok()) return false;
    const std::size_t name_end = stat->rfind(')');
    return name_end != std::string::npos && stat->substr(name_end, 3) != ") Z";
  }
  static awaitable<pid_t> pid_line(ChildProcess& process) {
    const auto line = co_await process.read_line();
    EXPECT_TRUE(line.ok());
    co_return line.ok() ? static_cast<pid_t>(std::stol(*line)) : 0;
  }
};

TEST_P(ChildProcessTest, LinesGoInAndComeOut) {
  run_body([&]() -> awaitable<Status> {
    const auto process = shell("while read -r line; do echo \"<$line>\"; done; exit 3");
    PARLEY_CO_TRY(co_await process->write_line("one"));
    PARLEY_CO_TRY(co_await process->write_line("two two"));
    PARLEY_CO_ASSIGN(const std::string one, co_await process->read_line());
    PARLEY_CO_ASSIGN(const std::string two, co_await process->read_line());
    EXPECT_EQ(one, "<one>");
    EXPECT_EQ(two, "<two two>");
    process->close_input();
    const auto end = co_await process->read_line();
    EXPECT_EQ(end.error().code, ErrorCode::kClosed);
    PARLEY_CO_ASSIGN(const ProcessEnd how, co_await process->wait(world_->now() + 10s));
    EXPECT_EQ(how.text(), "exited with code 3");
    co_return Status();
  });
}

TEST_P(ChildProcessTest, AMegabyteGoesThroughAndBack) {
  run_body([&]() -> awaitable<Status> {
    const auto process = start({"cat"}).value();
    const std::string line(1 << 20, 'x');
    PARLEY_CO_TRY(co_await process->write_line("short"));
    Status written = make_error(ErrorCode::kInternal, "not yet");
    const auto write = [](ChildProcess& to, std::string text, Status& out) -> awaitable<void> {
      out = co_await to.write_line(std::move(text));
    };
    world_->spawn(write(*process, line, written));
    PARLEY_CO_ASSIGN(const std::string first, co_await process->read_line());
    PARLEY_CO_ASSIGN(const std::string second, co_await process->read_line());
    EXPECT_EQ(first, "short");
    EXPECT_TRUE(second == line);
    EXPECT_TRUE(written.ok());
    co_return Status();
  });
}

TEST_P(ChildProcessTest, ALineOverTheLimitIsRefused) {
  run_body([&]() -> awaitable<Status> {
    const auto process = shell("echo 12345; echo 123456; sleep 100", {.line_bytes = 5});
    PARLEY_CO_ASSIGN(const std::string line, co_await process->read_line());
    EXPECT_EQ(line, "12345");
    const auto refused = co_await process->read_line();
    EXPECT_EQ(refused.error().code, ErrorCode::kLimit);
    co_return Status();
  });
}

TEST_P(ChildProcessTest, HalfALineIsNone) {
  run_body([&]() -> awaitable<Status> {
    const auto process = shell("printf half");
    const auto line = co_await process->read_line();
    EXPECT_EQ(line.error().code, ErrorCode::kClosed);
    EXPECT_THAT(line.error().message, HasSubstr("in the middle of a line"));
    co_return Status();
  });
}

TEST_P(ChildProcessTest, OnlyTheEndOfTheLogIsKept) {
  run_body([&]() -> awaitable<Status> {
    const auto process = shell(
        "i=0; while [ $i -lt 3000 ]; do echo \"line $i of the log\" >&2; i=$((i+1)); done; exit 1");
    PARLEY_CO_ASSIGN(const ProcessEnd how, co_await process->wait(world_->now() + 20s));
    EXPECT_EQ(how.exit_code, 1);
    EXPECT_EQ(process->log_tail().size(), 16U * 1024);
    EXPECT_TRUE(process->log_tail().ends_with("line 2999 of the log\n"));
    co_return Status();
  });
}

TEST_P(ChildProcessTest, KillingTakesTheChildrenOfTheChildAlong) {
  run_body([&]() -> awaitable<Status> {
    const auto process = shell("trap '' TERM INT; sleep 1000 & echo $!; wait");
    const pid_t grandchild = co_await pid_line(*process);
    EXPECT_TRUE(runs(grandchild));
    const auto waited = co_await process->wait(world_->now() + 20ms);
    EXPECT_EQ(waited.error().code, ErrorCode::kTimeout);
    process->kill();
    PARLEY_CO_ASSIGN(const ProcessEnd how, co_await process->wait(world_->now() + 10s));
    EXPECT_EQ(how.text(), "was killed by signal 9");
    const auto end = co_await process->read_line();
    EXPECT_EQ(end.error().code, ErrorCode::kClosed);
    const TimePoint last = world_->now() + 10s;
    while (runs(grandchild) && world_->now() < last) co_await world_->wait_for(1ms);
    EXPECT_FALSE(runs(grandchild));
    co_return Status();
  });
}

TEST_P(ChildProcessTest, NothingStaysBehindWhenItIsDropped) {
  pid_t group = 0;
  run_body([&]() -> awaitable<Status> {
    const auto process = shell("echo $$; exec sleep 1000");
    group = co_await pid_line(*process);
    EXPECT_EQ(::kill(-group, 0), 0);
    co_return Status();
  });
  expect_gone(group);
}

TEST_P(ChildProcessTest, NothingStaysBehindWhenTheWorldGoesFirst) {
  std::unique_ptr<ChildProcess> process;
  pid_t group = 0;
  run_body([&]() -> awaitable<Status> {
    process = shell("echo $$; exec sleep 1000");
    group = co_await pid_line(*process);
    co_return Status();
  });
  world_->shutdown();
  process.reset();
  expect_gone(group);
}

TEST_P(ChildProcessTest, WritingToAProgramThatHasEndedIsAnError) {
  run_body([&]() -> awaitable<Status> {
    const auto process = shell("exec 0<&-; echo ready; sleep 1000");
    PARLEY_CO_ASSIGN(const std::string ready, co_await process->read_line());
    const Status written = co_await process->write_line("hello");
    EXPECT_EQ(written.error().code, ErrorCode::kClosed);
    co_return Status();
  });
}

TEST_P(ChildProcessTest, ItHasTheGivenEnvironmentAndNoOtherFiles) {
  run_body([&]() -> awaitable<Status> {
    const auto listener = must_listen({"server.test", 443});
    const auto greeter = shell("echo $GREETING");
    PARLEY_CO_ASSIGN(const std::string greeting, co_await greeter->read_line());
    EXPECT_EQ(greeting, "hello there");
    const auto process = start({"ls", "/proc/self/fd"}).value();
    std::vector<std::string> files;
    for (;;) {
      auto line = co_await process->read_line();
      if (!line.ok()) break;
      files.push_back(*std::move(line));
    }
    EXPECT_THAT(files, testing::ElementsAre("0", "1", "2", "3"));  // the last is what ls looks at
    co_return Status();
  });
}

TEST_P(ChildProcessTest, AProgramThatIsNotThereIsNamed) {
  const auto started = start({"parley-no-such-program"});
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(started.error().message, HasSubstr("parley-no-such-program"));
  EXPECT_EQ(start({}).error().code, ErrorCode::kInvalid);
}

TEST_P(ChildProcessTest, SettlingWaitsUntilTheProgramIsSilent) {
  run_body([&]() -> awaitable<Status> {
    const auto process = shell("seq 20000; exec sleep 1000");
    int seen = 0;
    const auto read = [](ChildProcess& from, int& count) -> awaitable<void> {
      while ((co_await from.read_line()).ok()) ++count;
    };
    world_->spawn(read(*process, seen));
    while (seen == 0) co_await world_->wait_for(1ms);
    co_await world_->settle();
    EXPECT_EQ(seen, 20000);
    process->kill();
    (void)co_await process->wait(world_->now() + 10s);
    co_return Status();
  });
}

TEST_P(ChildProcessTest, GoesFromWorldToWorld) {
  std::optional<IdleProgram> idle;
  pid_t pid = 0;
  run_body([&]() -> awaitable<Status> {
    const auto process = shell("echo $$; while read -r line; do echo \"<$line>\"; done; exit 3");
    pid = co_await pid_line(*process);
    PARLEY_CO_TRY(co_await process->write_line("one"));
    PARLEY_CO_ASSIGN(const std::string one, co_await process->read_line());
    EXPECT_EQ(one, "<one>");
    Result<std::string> pending = std::string();
    const auto read = [](ChildProcess& from, Result<std::string>& into) -> awaitable<void> {
      into = co_await from.read_line();
    };
    world_->spawn(read(*process, pending));
    co_await world_->wait_for(1ms);
    PARLEY_CO_ASSIGN(idle, process->release());
    co_await world_->wait_for(1ms);
    EXPECT_EQ(pending.error().code, ErrorCode::kClosed);
    process->kill();  // not its any more
    EXPECT_FALSE(process->release().ok());
    co_return Status();
  });
  EXPECT_TRUE(runs(pid));
  const auto other = make(WorldKind::kSockets);
  const auto go_on = [&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(const auto process, take_in(*other, *std::move(idle), {}));
    PARLEY_CO_TRY(co_await process->write_line("two"));
    PARLEY_CO_ASSIGN(const std::string two, co_await process->read_line());
    EXPECT_EQ(two, "<two>");
    process->close_input();
    PARLEY_CO_ASSIGN(const ProcessEnd how, co_await process->wait(other->now() + 10s));
    EXPECT_EQ(how.exit_code, 3);
    co_return Status();
  };
  const Status gone = run(*other, go_on());
  EXPECT_TRUE(gone.ok()) << gone.error().text();
  other->shutdown();
  expect_gone(pid);
}

TEST_P(ChildProcessTest, IsNotReleasedWithSomethingUnread) {
  run_body([&]() -> awaitable<Status> {
    const auto process = shell("printf 'one\\ntwo\\n'; exec sleep 1000");
    PARLEY_CO_ASSIGN(const std::string one, co_await process->read_line());
    EXPECT_FALSE(process->release().ok());
    PARLEY_CO_ASSIGN(const std::string two, co_await process->read_line());  // nothing has changed
    EXPECT_EQ(two, "two");
    EXPECT_TRUE(process->release().ok());
    co_return Status();
  });
}

TEST_P(ChildProcessTest, WhoEndsWhileNobodyLooksIsKnownToHaveEnded) {
  for (const bool seen : {true, false}) {
    run_body([&]() -> awaitable<Status> {
      const auto process = shell("read -r line; exit 5");
      PARLEY_CO_TRY(co_await process->write_line("go"));
      if (seen) EXPECT_TRUE((co_await process->wait(world_->now() + 10s)).ok());
      PARLEY_CO_ASSIGN(IdleProgram idle, process->release());
      PARLEY_CO_ASSIGN(const auto again, take_in(*world_, std::move(idle), {}));
      const auto line = co_await again->read_line();
      EXPECT_EQ(line.error().code, ErrorCode::kClosed);
      PARLEY_CO_ASSIGN(const ProcessEnd how, co_await again->wait(world_->now() + 10s));
      EXPECT_EQ(how.text(), "exited with code 5") << seen;
      co_return Status();
    });
  }
}

TEST_P(ChildProcessTest, ThoseWhoAreIdleLeaveTogetherOrAreKilled) {
  std::vector<IdleProgram> idle;
  std::vector<pid_t> pids;
  run_body([&]() -> awaitable<Status> {
    for (const char* script :
         {"echo $$; cat; exit 0", "echo $$; cat; exit 4", "echo $$; exec sleep 1000"}) {
      const auto process = shell(script);
      pids.push_back(co_await pid_line(*process));
      PARLEY_CO_ASSIGN(IdleProgram one, process->release());
      idle.push_back(std::move(one));
    }
    co_return Status();
  });
  const std::vector<ProcessEnd> ends = dismiss(std::move(idle), 300ms);
  ASSERT_EQ(ends.size(), 3U);
  EXPECT_TRUE(ends[0].in_order());
  EXPECT_EQ(ends[1].text(), "exited with code 4");
  EXPECT_EQ(ends[2].text(), "was killed by signal 9");
  for (const pid_t pid : pids) expect_gone(pid);
}

INSTANTIATE_TEST_SUITE_P(Sockets, ChildProcessTest, testing::Values(WorldKind::kSockets));

class NoProcessTest : public WorldTest {};

TEST_P(NoProcessTest, AVirtualClockIsNothingToFollow) {
  Command command;
  command.arguments = {"cat"};
  const auto started = world_->network().start_process(command, {});
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(started.error().message, HasSubstr("--network sockets"));
}

INSTANTIATE_TEST_SUITE_P(Sim, NoProcessTest, testing::Values(WorldKind::kSim));

}  // namespace
}  // namespace parley::net
