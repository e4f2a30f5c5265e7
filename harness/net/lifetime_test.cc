// The end of a world: coroutines are left waiting in every place where one can wait, and parties,
// streams and listeners go before or after the world. Nothing may be resumed, nothing may leak, and
// nothing may be touched that is gone; AddressSanitizer is the judge of the last two.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/net/http.h"
#include "harness/net/world_fixture.h"

namespace parley::net {
namespace {

using namespace std::chrono_literals;

const Address kParty{"party.test", 1};
const Address kSilent{"silent.test", 1};

class WaitingParty {
 public:
  WaitingParty(World& world, WorldKind kind) : world_(world), kind_(kind), news_(world) {}

  Status start() {
    PARLEY_ASSIGN(listener_, world_.network().listen(kParty, Security::kTls));
    PARLEY_ASSIGN(silent_, world_.network().listen(kSilent, Security::kPlain));
    world_.spawn(wait_for_news());
    world_.spawn(wait_with_deadline());
    world_.spawn(wait_for_connections());
    world_.spawn(read_and_flood());
    world_.spawn(connect_at_the_last_moment());
    timer_ = world_.call_at(world_.now() + 100h, [this] { ++resumed_; });
    return {};
  }
  int resumed() const { return resumed_; }
  int unwound() const { return unwound_; }

 private:
  // Touches the party and its streams when the coroutine is destroyed.
  struct Touch {
    explicit Touch(WaitingParty& p) : party(p) {}
    ~Touch() {
      ++party.unwound_;
      party.news_.notify();
      if (!party.streams_.empty()) party.streams_.front()->close();
    }
    WaitingParty& party;
  };

  awaitable<void> wait_for_news() {
    const Touch touch(*this);
    co_await news_.wait();
    ++resumed_;
  }
  awaitable<void> wait_with_deadline() {
    const Touch touch(*this);
    co_await news_.wait_until(world_.now() + 100h);
    ++resumed_;
  }
  awaitable<void> wait_for_connections() {
    const Touch touch(*this);
    for (;;) {
      auto accepted = co_await listener_->accept();
      if (!accepted.ok()) break;
      streams_.push_back(std::move(*accepted));
    }
    ++resumed_;
  }
  awaitable<void> read_and_flood() {
    const Touch touch(*this);
    auto stream = co_await world_.network().connect("itself", kParty, Security::kTls);
    if (!stream.ok()) co_return;
    world_.spawn(read_forever(**stream));
    const Bytes flood(64'000'000);
    const Status written = co_await (*stream)->write(flood);
    ++resumed_;
  }
  awaitable<void> read_forever(Stream& stream) {
    const Touch touch(*this);
    const Result<Bytes> got = co_await stream.read_some(10);
    ++resumed_;
  }
  // In memory the connection is still travelling at the end; over sockets its handshake hangs.
  awaitable<void> connect_at_the_last_moment() {
    const Touch touch(*this);
    co_await world_.wait_for(1h - 1ms);
    const Security security = kind_ == WorldKind::kSim ? Security::kPlain : Security::kTls;
    auto stream = co_await world_.network().connect("itself", kSilent, security);
    ++resumed_;
  }

  World& world_;
  const WorldKind kind_;
  Notifier news_;
  int resumed_ = 0;
  int unwound_ = 0;
  std::unique_ptr<Listener> listener_;
  std::unique_ptr<Listener> silent_;
  std::vector<std::unique_ptr<Stream>> streams_;
  std::unique_ptr<World::Timer> timer_;
};

class LifetimeTest : public WorldTest {
 protected:
  static awaitable<Status> one_hour(World& world) {
    co_await world.advance(1h);
    co_return Status();
  }
};

TEST_P(LifetimeTest, ShutdownDestroysWhatWaitsWithoutResumingIt) {
  WaitingParty party(*world_, GetParam());
  ASSERT_TRUE(party.start().ok());
  ASSERT_TRUE(run(*world_, one_hour(*world_)).ok());
  EXPECT_EQ(party.unwound(), 0);
  world_->shutdown();
  EXPECT_EQ(party.unwound(), 6);
  EXPECT_EQ(party.resumed(), 0);
  world_->shutdown();
}

TEST_P(LifetimeTest, PartiesMayOutliveTheirWorld) {
  auto world = make(GetParam());
  WaitingParty party(*world, GetParam());
  ASSERT_TRUE(party.start().ok());
  ASSERT_TRUE(run(*world, one_hour(*world)).ok());
  world.reset();
  EXPECT_EQ(party.unwound(), 6);
  EXPECT_EQ(party.resumed(), 0);
}

TEST_P(LifetimeTest, AWorldThatNeverRanIsDestroyedWithItsTasks) {
  WaitingParty party(*world_, GetParam());
  ASSERT_TRUE(party.start().ok());
  world_->shutdown();
  EXPECT_EQ(party.resumed(), 0);
}

awaitable<void> note_soon(World& world, std::string& notes) {
  co_await world.wait_for(0s);
  notes += 'x';
}

TEST_P(LifetimeTest, AfterShutdownNothingStarts) {
  auto listener = must_listen(kParty);
  world_->shutdown();
  bool fired = false;
  std::string notes;
  const auto timer = world_->call_at(world_->now(), [&] { fired = true; });
  world_->spawn(note_soon(*world_, notes));
  const Status status = run(*world_, one_hour(*world_));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kInternal);
  EXPECT_FALSE(fired);
  EXPECT_EQ(notes, "");
}

awaitable<Status> run_within(World& world) {
  co_return run(world, [](World& w) -> awaitable<Status> {
    co_await w.settle();
    co_return Status();
  }(world));
}

TEST_P(LifetimeTest, AWorldRunsOnceAtATimeAndAgainLater) {
  const Status nested = run(*world_, run_within(*world_));
  ASSERT_FALSE(nested.ok());
  EXPECT_EQ(nested.error().code, ErrorCode::kInternal);
  EXPECT_TRUE(run(*world_, one_hour(*world_)).ok());
  EXPECT_TRUE(run(*world_, one_hour(*world_)).ok());
}

// A server with a request in hand, a kept-alive connection and a client that waits for it.
TEST_P(LifetimeTest, AServerInTheMiddleOfARequestIsDestroyedQuietly) {
  std::shared_ptr<Listener> listener = must_listen(kParty, Security::kTls);
  int finished = 0;
  HttpHandler handler = [&](HttpRequest) -> awaitable<HttpResponse> {
    co_await world_->wait_for(100h);
    ++finished;
    co_return HttpResponse();
  };
  world_->spawn(http_serve(*world_, listener, handler));
  const auto ask = [&]() -> awaitable<void> {
    const auto response =
        co_await http_fetch(*world_, "client.test", kParty, Security::kTls, HttpRequest());
    ++finished;
  };
  world_->spawn(ask());
  run_body([&]() -> awaitable<Status> {
    co_await world_->settle();
    co_return Status();
  });
  world_->shutdown();
  EXPECT_EQ(finished, 0);
}

PARLEY_BOTH_WORLDS(LifetimeTest);

}  // namespace
}  // namespace parley::net
