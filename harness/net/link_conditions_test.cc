// Links of a simulated world with conditions: alike for all, jittery, lossy. Pieces are numbered
// bytes, written every ten milliseconds, and their arrivals are what is looked at.
#include "harness/net/link_conditions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "harness/net/world_fixture.h"

namespace parley::net {
namespace {

using namespace std::chrono_literals;

const Address kServer{"server.test", 80};

struct Arrivals {
  std::string bytes;
  std::vector<Duration> taken;  // from each byte's writing to its arrival
};

awaitable<void> write_all(World& world, Stream& stream, int count, std::vector<TimePoint>& sent) {
  for (int i = 0; i < count; ++i) {
    const Bytes one(1, static_cast<std::uint8_t>(i));
    sent.push_back(world.now());
    (void)co_await stream.write(one);
    co_await world.wait_for(10ms);
  }
}

awaitable<Status> transmit(World& world, Listener& listener, int count, std::string from,
                           Arrivals& out) {
  PARLEY_CO_ASSIGN(auto near,
                   co_await world.network().connect(std::move(from), kServer, Security::kPlain));
  PARLEY_CO_ASSIGN(auto far, co_await listener.accept());
  std::vector<TimePoint> sent;
  world.spawn(write_all(world, *near, count, sent));
  while (out.bytes.size() < static_cast<std::size_t>(count)) {
    PARLEY_CO_ASSIGN(const Bytes more, co_await far->read_some(1));
    out.taken.push_back(world.now() - sent[out.bytes.size()]);
    out.bytes.append(as_text(more));
  }
  co_return Status();
}

Arrivals arrivals(const LinkConditions& conditions, std::string from = "client.test",
                  int count = 100) {
  NullLog log;
  SimOptions options;
  options.start = kTestStart;
  const auto world = make_sim_world(options, log);
  set_link_conditions(*world, conditions);
  const auto listener = world->network().listen(kServer, Security::kPlain);
  EXPECT_TRUE(listener.ok());
  Arrivals out;
  const Status status = run(*world, transmit(*world, **listener, count, std::move(from), out));
  EXPECT_TRUE(status.ok());
  world->shutdown();
  return out;
}

bool in_order(const std::string& bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (static_cast<std::uint8_t>(bytes[i]) != i) return false;
  }
  return true;
}

TEST(LinkConditions, LatencyIsEqualForAllLinks) {
  for (const char* from : {"a.test", "b.test"}) {
    const Arrivals seen = arrivals({30ms, Duration(0), 0}, from);
    EXPECT_EQ(seen.taken, std::vector<Duration>(100, 30ms)) << from;
  }
}

TEST(LinkConditions, JitterSpreadsArrivalsAndKeepsTheirOrder) {
  const Arrivals seen = arrivals({30ms, 50ms, 0});
  EXPECT_TRUE(in_order(seen.bytes));
  const auto [least, most] = std::minmax_element(seen.taken.begin(), seen.taken.end());
  EXPECT_GE(*least, 30ms);
  EXPECT_LE(*most, 80ms);
  EXPECT_GT(*most - *least, 20ms);
}

TEST(LinkConditions, WhatIsLostComesLater) {
  const Arrivals seen = arrivals({30ms, Duration(0), 100});
  EXPECT_TRUE(in_order(seen.bytes));
  EXPECT_GE(*std::max_element(seen.taken.begin(), seen.taken.end()), 30ms + kRetransmission);
  EXPECT_EQ(*std::min_element(seen.taken.begin(), seen.taken.end()), 30ms);
}

TEST(LinkConditions, ChanceComesFromTheSeed) {
  EXPECT_EQ(arrivals({30ms, 50ms, 100}).taken, arrivals({30ms, 50ms, 100}).taken);
}

}  // namespace
}  // namespace parley::net
