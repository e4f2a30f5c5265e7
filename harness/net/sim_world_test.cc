// A world in memory whose clock jumps: thirty days take no time, nothing depends on the machine,
// and a party that waits for what can never come is told so.
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "harness/net/http.h"
#include "harness/net/world.h"
#include "harness/net/world_fixture.h"

namespace parley::net {
namespace {

using namespace std::chrono_literals;

std::unique_ptr<World> sim(Log& log, std::uint64_t seed = 1) {
  SimOptions options;
  options.seed = seed;
  options.start = kTestStart;
  return make_sim_world(options, log);
}

awaitable<Status> wait_thirty_days(World& world) {
  co_await world.wait_for(24h * 30);
  co_return Status();
}

TEST(SimWorldTest, ThirtyDaysPassWithoutWaiting) {
  NullLog log;
  const auto world = sim(log);
  ASSERT_TRUE(run(*world, wait_thirty_days(*world)).ok());
  EXPECT_EQ(world->now(), kTestStart + 24h * 30);
}

awaitable<Status> wait_for_nothing(World& world) {
  Notifier never(world);
  co_await never.wait();
  co_return Status();
}

TEST(SimWorldTest, AStalledWorldIsAnError) {
  NullLog log;
  const auto world = sim(log);
  const Status status = run(*world, wait_for_nothing(*world));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kInternal);
  EXPECT_NE(status.error().text().find("stalled"), std::string::npos);
}

awaitable<Status> return_error() { co_return make_error(ErrorCode::kRefused, "no"); }

TEST(SimWorldTest, TheErrorOfMainIsTheErrorOfTheRun) {
  NullLog log;
  const auto world = sim(log);
  const Status status = run(*world, return_error());
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kRefused);
}

awaitable<void> throw_later(World& world) {
  co_await world.wait_for(1s);
  throw std::runtime_error("a bug");
}

TEST(SimWorldTest, AnExceptionOfASpawnedTaskEndsTheRun) {
  NullLog log;
  const auto world = sim(log);
  world->spawn(throw_later(*world));
  const Status status = run(*world, wait_thirty_days(*world));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kInternal);
  EXPECT_NE(status.error().text().find("a bug"), std::string::npos);
  EXPECT_EQ(world->now(), kTestStart + 1s);
}

TEST(SimWorldTest, AnExceptionOfATimerEndsTheRun) {
  NullLog log;
  const auto world = sim(log);
  const auto timer = world->call_at(kTestStart + 1s, [] { throw std::runtime_error("a bug"); });
  EXPECT_FALSE(run(*world, wait_thirty_days(*world)).ok());
}

TEST(SimWorldTest, ATimerFiresOnceAndNotAfterItsHandleIsGone) {
  NullLog log;
  const auto world = sim(log);
  int fired = 0;
  const auto kept = world->call_at(kTestStart + 1s, [&] { fired += 1; });
  world->call_at(kTestStart + 1s, [&] { fired += 10; }).reset();
  ASSERT_TRUE(run(*world, wait_thirty_days(*world)).ok());
  EXPECT_EQ(fired, 1);
}

awaitable<void> note_after(World& world, Duration d, std::string& notes, char note) {
  co_await world.wait_for(d);
  notes += note;
}

TEST(SimWorldTest, WaitsEndInTheOrderOfTheirDeadlines) {
  NullLog log;
  const auto world = sim(log);
  std::string notes;
  world->spawn(note_after(*world, 3s, notes, 'd'));
  world->spawn(note_after(*world, 1s, notes, 'a'));
  world->spawn(note_after(*world, 2s, notes, 'b'));
  world->spawn(note_after(*world, 2s, notes, 'c'));
  ASSERT_TRUE(run(*world, wait_thirty_days(*world)).ok());
  EXPECT_EQ(notes, "abcd");
}

TEST(SimWorldTest, RandomnessDependsOnSeedAndLabelOnly) {
  NullLog log;
  const auto one = sim(log, 5);
  const auto two = sim(log, 5);
  two->random("somebody else")->next_u64();
  EXPECT_EQ(one->random("bob")->next_u64(), two->random("bob")->next_u64());
  EXPECT_NE(one->random("bob")->next_u64(), one->random("alice")->next_u64());
  EXPECT_NE(one->random("bob")->next_u64(), sim(log, 6)->random("bob")->next_u64());
}

// A little world of chatter: three clients, one echoing server; every arrival is noted with its
// time.
struct Chatter {
  World& world;
  std::vector<std::string> trace;

  void note(const std::string& what) {
    trace.push_back(std::to_string(unix_nanos(world.now())) + " " + what);
  }
  awaitable<void> echo(std::shared_ptr<Stream> stream) {
    for (;;) {
      const Result<Bytes> got = co_await stream->read_some(100);
      if (!got.ok()) co_return;
      note("server got " + std::string(as_text(*got)) + " from " + stream->remote_host());
      const Status sent = co_await stream->write(*got);
      if (!sent.ok()) co_return;
    }
  }
  awaitable<void> serve(std::shared_ptr<Listener> listener) {
    for (;;) {
      auto stream = co_await listener->accept();
      if (!stream.ok()) co_return;
      world.spawn(echo(std::shared_ptr<Stream>(std::move(*stream))));
    }
  }
  awaitable<void> talk(std::string name) {
    auto stream = co_await world.network().connect(name, Address{"server", 1}, Security::kPlain);
    if (!stream.ok()) co_return;
    const auto random = world.random(name);
    for (int i = 0; i < 5; ++i) {
      co_await world.wait_for(Duration(random->below(100'000'000)));
      const std::string text = name + std::to_string(i);
      const Status sent = co_await (*stream)->write(as_bytes(text));
      if (!sent.ok()) co_return;
      note(name + " got " + co_await read_exactly(**stream, text.size()));
    }
  }
};

std::vector<std::string> chatter_trace(std::uint64_t seed) {
  NullLog log;
  const auto world = sim(log, seed);
  Chatter chatter{*world, {}};
  auto listener = world->network().listen(Address{"server", 1}, Security::kPlain);
  world->spawn(chatter.serve(std::shared_ptr<Listener>(std::move(listener).value())));
  for (const char* name : {"ann", "bob", "cid"}) world->spawn(chatter.talk(name));
  EXPECT_TRUE(run(*world, wait_thirty_days(*world)).ok());
  world->shutdown();
  return chatter.trace;
}

TEST(SimWorldTest, OneSeedGivesOneTrace) {
  const auto trace = chatter_trace(11);
  EXPECT_EQ(trace.size(), 30U);
  EXPECT_EQ(trace, chatter_trace(11));
  EXPECT_NE(trace, chatter_trace(12));
}

// The 24 hours lie in the exchange itself: the handler waits them out.
awaitable<Status> exchange_many(World& world, int count, int& answered) {
  auto listening = world.network().listen(Address{"server", 80}, Security::kPlain);
  PARLEY_CO_ASSIGN(std::unique_ptr<Listener> owned, std::move(listening));
  std::shared_ptr<Listener> listener = std::move(owned);
  HttpHandler handler = [&world](HttpRequest request) -> awaitable<HttpResponse> {
    co_await world.wait_for(24h);
    HttpResponse response;
    response.body = std::move(request.body);
    co_return response;
  };
  HttpLimits limits;
  limits.timeout = 25h;
  world.spawn(http_serve(world, listener, handler, limits));
  for (int i = 0; i < count; ++i) {
    HttpRequest request;
    request.method = "POST";
    request.body = to_bytes(std::to_string(i));
    const Bytes sent = request.body;
    PARLEY_CO_ASSIGN(HttpResponse response,
                     co_await http_fetch(world, "client", Address{"server", 80}, Security::kPlain,
                                         std::move(request), limits));
    if (response.status == 200 && response.body == sent) ++answered;
  }
  listener->close();
  co_return Status();
}

TEST(SimWorldTest, TwentyThousandExchangesOfADayEach) {
  NullLog log;
  const auto world = sim(log);
  int answered = 0;
  const Status status = run(*world, exchange_many(*world, 20'000, answered));
  ASSERT_TRUE(status.ok()) << status.error().text();
  EXPECT_EQ(answered, 20'000);
  EXPECT_GE(world->now(), kTestStart + 24h * 20'000);
}

awaitable<void> wait_for_notice(Notifier& notifier, std::string& notes, char note) {
  co_await notifier.wait();
  notes += note;
}

awaitable<Status> destroy_notifier(World& world, std::string& notes) {
  auto notifier = std::make_unique<Notifier>(world);
  world.spawn(wait_for_notice(*notifier, notes, 'x'));
  co_await world.wait_for(1s);
  notifier.reset();
  co_await world.wait_for(24h);
  co_return Status();
}

TEST(SimWorldTest, WaitersOfADestroyedNotifierAreNeverResumed) {
  NullLog log;
  const auto world = sim(log);
  std::string notes;
  ASSERT_TRUE(run(*world, destroy_notifier(*world, notes)).ok());
  EXPECT_EQ(notes, "");
}

awaitable<Status> settle_in_chatter(World& world, Chatter& chatter, TimePoint& rested) {
  world.spawn(chatter.talk("ann"));
  co_await world.settle();
  rested = world.now();
  co_return Status();
}

TEST(SimWorldTest, SettlingWaitsForTrafficAndNotForTimeouts) {
  NullLog log;
  const auto world = sim(log);
  Chatter chatter{*world, {}};
  auto listener = world->network().listen(Address{"server", 1}, Security::kPlain);
  world->spawn(chatter.serve(std::shared_ptr<Listener>(std::move(listener).value())));
  const auto timeout = world->call_at(kTestStart + 30s, [] {});
  TimePoint rested;
  ASSERT_TRUE(run(*world, settle_in_chatter(*world, chatter, rested)).ok());
  EXPECT_GE(rested, kTestStart + 10ms);  // the connection took a way there and back
  EXPECT_LT(rested, kTestStart + 1s);
  world->shutdown();
}

}  // namespace
}  // namespace parley::net
