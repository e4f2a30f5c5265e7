// The world: a World over sockets, and beside it, on a thread of its own as in a process of its
// own, a guest World whose parties come in by doors and are reached over routes.
#include "harness/net/outside.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <future>
#include <thread>

#include "harness/net/world_fixture.h"

namespace parley::net {
namespace {

using namespace std::chrono_literals;

const Address kServer{"server.test", 443};
const Address kDevice{"bob.device.test", 443};

TEST(Endpoint, IsNumericAndHasAPort) {
  EXPECT_EQ(parse_endpoint("127.0.0.1:4711").value().text(), "127.0.0.1:4711");
  EXPECT_EQ(parse_endpoint("[::1]:80").value().text(), "[::1]:80");
  for (const char* text : {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536",
                           "127.0.0.1:80x", "localhost:80", "::1:80", "[127.0.0.1]:80", "[::1]",
                           "https://127.0.0.1:80", "127.0.0.1:-1"}) {
    EXPECT_FALSE(parse_endpoint(text).ok()) << text;
  }
}

class OutsideTest : public WorldTest {
 protected:
  ~OutsideTest() override { world_->shutdown(); }
  Outside& outside() { return *outside_of(*world_); }

  std::unique_ptr<World> make_guest(std::vector<std::pair<Address, Endpoint>> routes,
                                    crypto::CertificateAndKey identity = {},
                                    std::map<std::string, std::string> callers = {}) {
    GuestOptions options;
    options.start = kTestStart;
    options.trust_pem = world_->network().ca_pem();
    options.routes = std::move(routes);
    options.identity = std::move(identity);
    options.callers = std::move(callers);
    auto guest = make_guest_world(options, log_);
    if (!guest.ok()) ADD_FAILURE() << guest.error().text();
    return std::move(guest).value();
  }

  // Says a word to `to` and returns what is said back.
  static awaitable<Status> call(World& world, Address to, std::string& heard) {
    PARLEY_CO_ASSIGN(auto stream, co_await world.network().connect("guest", to, Security::kTls));
    const std::string word = "hello";
    PARLEY_CO_TRY(co_await stream->write(as_bytes(word)));
    PARLEY_CO_ASSIGN(const Bytes bytes, co_await stream->read_some(100));
    heard = as_text(bytes);
    co_return Status();
  }

  // Answers one connection with what was heard and who said it.
  static awaitable<Status> answer(Listener& listener) {
    PARLEY_CO_ASSIGN(const auto stream, co_await listener.accept());
    PARLEY_CO_ASSIGN(const Bytes bytes, co_await stream->read_some(100));
    const std::string said = std::string(as_text(bytes)) + " " + stream->remote_host();
    PARLEY_CO_TRY(co_await stream->write(as_bytes(said)));
    (void)(co_await stream->read_some(1)).ok();  // until the other end has gone
    co_return Status();
  }
};

TEST_P(OutsideTest, WhoComesInByADoorIsKnownByTheNameOfTheDoor) {
  const auto door = outside().open_door(kServer, "bob.device.test");
  ASSERT_TRUE(door.ok()) << door.error().text();
  EXPECT_EQ(outside().open_door(kServer, "bob.device.test").value(), *door);
  EXPECT_NE(outside().open_door(kServer, "eve.device.test").value(), *door);
  const auto listener = must_listen(kServer, Security::kTls);  // after the door was opened
  std::string heard;
  std::thread program([&] {
    const auto guest = make_guest({{kServer, *door}});
    EXPECT_TRUE(run(*guest, call(*guest, kServer, heard)).ok());
    guest->shutdown();
  });
  run_body([&] { return answer(*listener); });
  program.join();
  EXPECT_EQ(heard, "hello bob.device.test");
}

TEST_P(OutsideTest, ARouteLeadsToAProgramOutsideForPartiesAndForOtherPrograms) {
  const std::array<std::string, 1> names{kDevice.host};
  const auto identity = outside().issue(names);
  ASSERT_TRUE(identity.ok());
  const auto door = outside().open_door(kDevice, "birdy.partner.test");  // before the route
  ASSERT_TRUE(door.ok());
  std::promise<Endpoint> where;
  std::thread program([&] {
    const auto guest = make_guest({}, *identity);
    const auto listener = guest->network().listen(kDevice, Security::kTls);
    ASSERT_TRUE(listener.ok());
    EXPECT_EQ(outside_of(*guest)->listening().at(0).first, kDevice);
    where.set_value(outside_of(*guest)->listening().at(0).second);
    EXPECT_TRUE(run(*guest, answer(**listener)).ok());
    EXPECT_TRUE(run(*guest, answer(**listener)).ok());
    guest->shutdown();
  });
  ASSERT_TRUE(outside().route(kDevice, where.get_future().get()).ok());
  EXPECT_FALSE(world_->network().listen(kDevice, Security::kTls).ok()) << "the name is taken";
  std::string heard;
  run_body([&] { return call(*world_, kDevice, heard); });
  EXPECT_EQ(heard, "hello 127.77.0.1") << "from its own address";
  EXPECT_EQ(outside().host_at("127.77.0.1"), "guest");
  EXPECT_EQ(outside().host_at("127.77.0.2"), "");

  std::atomic<bool> called = false;
  std::thread other([&] {
    const auto guest = make_guest({{kDevice, *door}});
    std::string again;
    EXPECT_TRUE(run(*guest, call(*guest, kDevice, again)).ok());
    EXPECT_EQ(again, "hello 127.77.0.2");
    guest->shutdown();
    called = true;
  });
  run_body([&]() -> awaitable<Status> {
    while (!called) co_await world_->wait_for(5ms);  // this World passes the bytes on
    co_return Status();
  });
  other.join();
  program.join();
  EXPECT_EQ(outside().host_at("127.77.0.2"), "birdy.partner.test") << "the door's caller";
  EXPECT_EQ(outside().address_of("birdy.partner.test"), "127.77.0.2");
  EXPECT_EQ(outside().address_of("haiku.partner.test"), "127.77.0.3") << "kept for it";
}

TEST_P(OutsideTest, AGuestMayKnowWhoComesFromWhere) {
  const std::array<std::string, 1> names{kDevice.host};
  const auto identity = outside().issue(names);
  ASSERT_TRUE(identity.ok());
  const std::string address = outside().address_of("guest");
  std::promise<Endpoint> where;
  std::thread program([&] {
    const auto guest = make_guest({}, *identity, {{address, "birdy.partner.test"}});
    const auto listener = guest->network().listen(kDevice, Security::kTls);
    ASSERT_TRUE(listener.ok());
    where.set_value(outside_of(*guest)->listening().at(0).second);
    EXPECT_TRUE(run(*guest, answer(**listener)).ok());
    guest->shutdown();
  });
  ASSERT_TRUE(outside().route(kDevice, where.get_future().get()).ok());
  std::string heard;
  run_body([&] { return call(*world_, kDevice, heard); });
  EXPECT_EQ(heard, "hello birdy.partner.test");
  program.join();
}

TEST_P(OutsideTest, BehindADoorToNowhereNobodyIsFound) {
  const auto door = outside().open_door(kServer, "bob.device.test");
  ASSERT_TRUE(door.ok());
  std::atomic<bool> called = false;
  std::thread program([&] {
    const auto guest = make_guest({{kServer, *door}});
    std::string heard;
    EXPECT_FALSE(run(*guest, call(*guest, kServer, heard)).ok());
    EXPECT_FALSE(run(*guest, call(*guest, kDevice, heard)).ok()) << "no route leads there";
    guest->shutdown();
    called = true;
  });
  run_body([&]() -> awaitable<Status> {
    while (!called) co_await world_->wait_for(5ms);
    co_return Status();
  });
  program.join();
}

TEST_P(OutsideTest, ANameOfAPartyIsNoRoute) {
  const auto listener = must_listen(kServer);
  EXPECT_FALSE(outside().route(kServer, {"127.0.0.1", 4711}).ok());
}

TEST_P(OutsideTest, FollowersAreToldOfEveryStepAndWaitedFor) {
  Duration told{};
  int steps = 0;
  auto follower = std::make_shared<const Outside::Follower>([&](Duration by) -> awaitable<void> {
    co_await world_->wait_for(1ms);
    told += by;
    ++steps;
  });
  outside().follow_clock(follower);
  const auto timer = world_->call_at(world_->now() + 24h, [] {});
  run_body([&]() -> awaitable<Status> {
    co_await world_->advance(48h);
    co_return Status();
  });
  EXPECT_GE(steps, 2);  // to the timer, and from there
  EXPECT_GT(told, 47h);
  EXPECT_LE(told, 48h);
  follower.reset();
  steps = 0;
  run_body([&]() -> awaitable<Status> {
    co_await world_->advance(1h);
    co_return Status();
  });
  EXPECT_EQ(steps, 0);
}

TEST_P(OutsideTest, LinesAreReadFromADescriptor) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  auto lines = read_lines(*world_, pipe[0], 10, "be");
  ASSERT_TRUE(lines.ok());
  ASSERT_EQ(::write(pipe[1], "gun\nnext\n0123456789a\n", 21), 21);
  run_body([&]() -> awaitable<Status> {
    EXPECT_EQ((co_await (*lines)->read_line()).value(), "begun");
    EXPECT_EQ((co_await (*lines)->read_line()).value(), "next");
    const auto long_line = co_await (*lines)->read_line();
    EXPECT_FALSE(long_line.ok());
    EXPECT_EQ(long_line.error().code, ErrorCode::kLimit);
    co_return Status();
  });
  auto more = read_lines(*world_, pipe[0], 10, "");
  ::close(pipe[1]);
  run_body([&]() -> awaitable<Status> {
    EXPECT_EQ((co_await (*more)->read_line()).error().code, ErrorCode::kClosed);
    co_return Status();
  });
  ::close(pipe[0]);
}

INSTANTIATE_TEST_SUITE_P(Sockets, OutsideTest, testing::Values(WorldKind::kSockets));

TEST(OutsideOfSimulation, ThereIsNothing) {
  NullLog log;
  const auto world = make_sim_world({}, log);
  EXPECT_EQ(outside_of(*world), nullptr);
}

}  // namespace
}  // namespace parley::net
