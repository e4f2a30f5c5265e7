// The cache of a partner's keys: first alone with times given by hand, then in front of a partner's
// server in a simulated World, driven by enlistments.
#include "mocks/gatekeeper/partner_keys.h"

#include <gtest/gtest.h>

#include "mocks/gatekeeper/gatekeeper_rig.h"

namespace parley::mocks::gatekeeper {
namespace {

using namespace std::chrono_literals;

crypto::JwkSet set_of(std::string kid) {
  crypto::JwkSet set;
  set.keys.push_back({std::move(kid), crypto::RsaPrivateKey::test_key(1).public_key()});
  return set;
}

TEST(KeyCache, FetchesWhereItHasNothing) {
  KeyCache cache;
  EXPECT_TRUE(cache.wants_fetch("k1", kRigStart));
  EXPECT_EQ(cache.usable(kRigStart), nullptr);
}

TEST(KeyCache, IsFreshForAnHourAndUsableForADay) {
  KeyCache cache;
  cache.attempted(kRigStart);
  cache.fetched(set_of("k1"), kRigStart);
  EXPECT_FALSE(cache.wants_fetch("k1", kRigStart + 1h));
  EXPECT_TRUE(cache.wants_fetch("k1", kRigStart + 1h + 1s));
  EXPECT_NE(cache.usable(kRigStart + 24h), nullptr);
  EXPECT_EQ(cache.usable(kRigStart + 24h + 1s), nullptr);
}

TEST(KeyCache, AnUnknownKidFetchesOnceAMinute) {
  KeyCache cache;
  cache.attempted(kRigStart);
  cache.fetched(set_of("k1"), kRigStart);
  EXPECT_FALSE(cache.wants_fetch("k2", kRigStart + 59s));
  EXPECT_TRUE(cache.wants_fetch("k2", kRigStart + 60s));
  cache.attempted(kRigStart + 60s);
  EXPECT_FALSE(cache.wants_fetch("k2", kRigStart + 61s));
}

TEST(PartnerKeys, OneFetchServesManyEnlistments) {
  GatekeeperRig rig;
  rig.run([&]() -> net::awaitable<void> {
    co_await rig.enlist("bob");
    co_await rig.enlist("ben");
    EXPECT_EQ(rig.bird->key_fetches, 1);
    co_await rig.world->wait_for(2h);
    co_await rig.enlist("ben");
    EXPECT_EQ(rig.bird->key_fetches, 2);
  });
  EXPECT_EQ(rig.events("jwks-fetched").size(), 2u);
}

TEST(PartnerKeys, SimultaneousEnlistmentsShareAFetch) {
  GatekeeperRig rig;
  rig.run([&]() -> net::awaitable<void> {
    int done = 0;
    auto one = [&](std::string actor) -> net::awaitable<void> {
      co_await rig.enlist(std::move(actor));
      ++done;
    };
    rig.world->spawn(one("bob"));
    rig.world->spawn(one("ben"));
    co_await rig.world->wait_for(30s);
    EXPECT_EQ(done, 2);
    EXPECT_EQ(rig.bird->key_fetches, 1);
  });
}

TEST(PartnerKeys, ARotatedKeyIsFetchedWhenItIsFirstSeen) {
  GatekeeperRig rig;
  rig.run([&]() -> net::awaitable<void> {
    co_await rig.enlist("bob");
    co_await rig.world->wait_for(2min);
    rig.bird->rotate_key(3);
    rig.bird->publish_key();
    co_await rig.enlist("ben");
    EXPECT_EQ(rig.bird->key_fetches, 2);
  });
}

TEST(PartnerKeys, AForgedKidDoesNotKnockTwiceAMinute) {
  GatekeeperRig rig;
  rig.run([&]() -> net::awaitable<void> {
    co_await rig.enlist("bob");
    rig.bird->rotate_key(3);  // never published
    co_await rig.world->wait_for(2min);
    for (int i = 0; i < 5; ++i) {
      const json::object answer = co_await rig.enlist(rig.form("ben"));
      EXPECT_EQ(get_string(answer, "reason"), "bad_token");
    }
    EXPECT_EQ(rig.bird->key_fetches, 2);
  });
}

TEST(PartnerKeys, KeysOutliveTheEndpointForADay) {
  GatekeeperRig rig;
  rig.run([&]() -> net::awaitable<void> {
    co_await rig.enlist("bob");
    rig.bird->break_down();
    co_await rig.world->wait_for(20h);
    co_await rig.enlist("ben");
    co_await rig.world->wait_for(5h);
    const json::object answer = co_await rig.enlist(rig.form("ben"));
    EXPECT_EQ(get_string(answer, "reason"), "keys_unavailable");
    rig.bird->recover();
    co_await rig.enlist("ben");
  });
}

}  // namespace
}  // namespace parley::mocks::gatekeeper
