// A client says something to a server, and one write of one end is cut or held on its way.
#include "harness/net/stream_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/net/world.h"
#include "harness/net/world_fixture.h"

namespace parley::net {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

// Lets one write of the client meet with the fate, and notes all.
class OneFate final : public StreamWatch {
 public:
  OneFate(std::size_t number, Fate fate) : number_(number), fate_(fate) {}
  Fate writes(const std::string& from, const std::string& to, std::size_t size) override {
    seen.push_back(from + ">" + to + " " + std::to_string(size));
    return seen.size() == number_ + 1 ? fate_ : Fate();
  }
  std::vector<std::string> seen;

 private:
  const std::size_t number_;
  const Fate fate_;
};

struct Heard {
  std::string text;
  std::vector<Duration> at;
  bool ended = false;
  std::string client_error;
};

awaitable<void> listen(World& world, std::shared_ptr<Listener> listener,
                       std::shared_ptr<Heard> heard) {
  auto stream = co_await listener->accept();
  if (!stream.ok()) co_return;
  for (;;) {
    const auto bytes = co_await (*stream)->read_some(100);
    if (!bytes.ok()) break;
    heard->text += as_text(*bytes);
    heard->at.push_back(world.now() - kTestStart);
  }
  heard->ended = true;
}

awaitable<Status> talk(World& world, std::shared_ptr<Heard> heard) {
  PARLEY_CO_ASSIGN(std::shared_ptr<Listener> listener,
                   world.network().listen({"server", 1}, Security::kPlain));
  world.spawn(listen(world, std::move(listener), heard));
  PARLEY_CO_ASSIGN(auto stream,
                   co_await world.network().connect("client", {"server", 1}, Security::kPlain));
  for (const std::string_view word : {"one ", "two ", "three"}) {
    const Status written = co_await stream->write(as_bytes(word));
    if (!written.ok()) heard->client_error = written.error().message;
    if (!written.ok()) break;
  }
  co_await world.wait_for(1h);
  co_return Status();
}

Heard heard_with(OneFate& watch) {
  NullLog log;
  SimOptions options;
  options.start = kTestStart;
  const auto world = make_sim_world(options, log);
  watch_streams(*world, watch);
  const auto heard = std::make_shared<Heard>();
  EXPECT_TRUE(run(*world, talk(*world, heard)).ok());
  world->shutdown();
  return *heard;
}

TEST(StreamWatch, SeesEveryWriteAndChangesNoneByItself) {
  OneFate none(99, {});
  const Heard heard = heard_with(none);
  EXPECT_EQ(heard.text, "one two three");
  EXPECT_FALSE(heard.ended);
  EXPECT_THAT(none.seen, ElementsAre("client>server 4", "client>server 4", "client>server 5"));
}

TEST(StreamWatch, CutsAtAByteForBothEnds) {
  for (const std::size_t passing : {0U, 2U, 4U}) {
    OneFate cut(1, {.held = Duration::zero(), .cut_after = passing});
    const Heard heard = heard_with(cut);
    EXPECT_EQ(heard.text, "one " + std::string("two ").substr(0, passing));
    EXPECT_TRUE(heard.ended);
    EXPECT_EQ(heard.client_error, "the connection was cut");
    EXPECT_EQ(cut.seen.size(), 2U);
  }
}

TEST(StreamWatch, WhatIsHeldHoldsWhatComesBehindIt) {
  OneFate hold(1, {.held = 90s, .cut_after = std::nullopt});
  const Heard heard = heard_with(hold);
  EXPECT_EQ(heard.text, "one two three");
  ASSERT_EQ(heard.at.size(), 3U);
  EXPECT_LT(heard.at[0], 1s);
  EXPECT_GT(heard.at[1], 90s);
  EXPECT_LT(heard.at[1], 91s);
  EXPECT_GE(heard.at[2], heard.at[1]);
}

}  // namespace
}  // namespace parley::net
