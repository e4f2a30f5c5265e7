// A socket World with a product outside of it: where it listens, which addresses of others it
// reaches and which it does not, whom it trusts, and how its process tells it to stop.
#include "harness/net/open_world.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>

#include "harness/crypto/test_ca.h"
#include "harness/net/outside.h"
#include "harness/net/process_events.h"

namespace parley::net {
namespace {

using namespace std::chrono_literals;

const Address kServer{"server.test", 443};
const Address kConsole{"console.test", 80};
const Address kProduct{"product.test", 443};

// A listening socket of a program outside of the World, on the loopback address.
class OutsideServer {
 public:
  OutsideServer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof place;
    auto* address = reinterpret_cast<sockaddr*>(&place);
    EXPECT_EQ(::bind(socket_, address, size), 0);
    EXPECT_EQ(::listen(socket_, 4), 0);
    EXPECT_EQ(::getsockname(socket_, address, &size), 0);
    port_ = ntohs(place.sin_port);
  }
  ~OutsideServer() { close(); }
  OutsideServer(const OutsideServer&) = delete;
  OutsideServer& operator=(const OutsideServer&) = delete;

  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }
  std::uint16_t port() const { return port_; }
  bool was_called() const {
    const int connection = ::accept(socket_, nullptr, nullptr);
    if (connection >= 0) ::close(connection);
    return connection >= 0;
  }

 private:
  int socket_;
  std::uint16_t port_ = 0;
};

class OpenWorldTest : public testing::Test {
 protected:
  ~OpenWorldTest() override {
    if (world_) world_->shutdown();
  }

  void open(const OpenOptions& options) {
    auto world = make_open_world({.seed = 1, .start = TimePoint(1790000000s)}, options, log_);
    ASSERT_TRUE(world.ok()) << world.error().text();
    world_ = *std::move(world);
  }

  Status connect(const Address& to) {
    Status outcome;
    const Status ran = run(*world_, connect_into(to, outcome));
    EXPECT_TRUE(ran.ok());
    return outcome;
  }

  awaitable<Status> connect_into(Address to, Status& outcome) {
    auto stream = co_await world_->network().connect("alice.device", to, Security::kPlain);
    if (!stream.ok()) outcome = stream.error();
    co_return Status();
  }

  NullLog log_;
  std::unique_ptr<World> world_;
};

ErrorCode code_of(const OpenOptions& options) {
  NullLog log;
  const auto world = make_open_world({.seed = 1, .start = TimePoint(1790000000s)}, options, log);
  return world.ok() ? ErrorCode::kInternal : world.error().code;
}

TEST_F(OpenWorldTest, ListensWhereItIsTold) {
  OutsideServer free_port;
  const std::uint16_t port = free_port.port();
  free_port.close();
  open({.listen = "127.0.0.2",
        .ports = {{kServer.text(), port}},
        .local = {kConsole.text()},
        .peers = {},
        .trust = {}});
  const auto server = world_->network().listen(kServer, Security::kPlain);
  const auto console = world_->network().listen(kConsole, Security::kPlain);
  ASSERT_TRUE(server.ok() && console.ok());
  EXPECT_EQ(world_->network().external_address(kServer), "127.0.0.2:" + std::to_string(port));
  EXPECT_TRUE(world_->network().external_address(kConsole).starts_with("127.0.0.1:"));
  EXPECT_TRUE(connect(kServer).ok());
  EXPECT_TRUE(connect(kConsole).ok());
}

TEST_F(OpenWorldTest, APortOfSomebodyElseIsAnErrorThatNamesIt) {
  const OutsideServer taken;
  open({.listen = "127.0.0.1",
        .ports = {{kServer.text(), taken.port()}},
        .local = {},
        .peers = {},
        .trust = {}});
  const auto listener = world_->network().listen(kServer, Security::kPlain);
  ASSERT_FALSE(listener.ok());
  EXPECT_NE(listener.error().text().find("127.0.0.1:" + std::to_string(taken.port())),
            std::string::npos)
      << listener.error().text();
}

TEST_F(OpenWorldTest, ReachesListedPeersAndNobodyElse) {
  const OutsideServer product;
  open({.listen = "127.0.0.1",
        .ports = {},
        .local = {},
        .peers = {{kProduct.text(), "127.0.0.1:" + std::to_string(product.port())}},
        .trust = {}});
  EXPECT_TRUE(connect(kProduct).ok());
  EXPECT_TRUE(product.was_called());
  EXPECT_EQ(connect({"product.test", 80}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(connect({"127.0.0.1", product.port()}).error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(product.was_called());
}

TEST_F(OpenWorldTest, APeerThatIsDownRefuses) {
  OutsideServer product;
  open({.listen = "127.0.0.1",
        .ports = {},
        .local = {},
        .peers = {{kProduct.text(), "127.0.0.1:" + std::to_string(product.port())}},
        .trust = {}});
  product.close();
  EXPECT_EQ(connect(kProduct).error().code, ErrorCode::kRefused);
}

TEST_F(OpenWorldTest, APeersNameIsTaken) {
  const OutsideServer product;
  open({.listen = "127.0.0.1",
        .ports = {},
        .local = {},
        .peers = {{kServer.text(), "127.0.0.1:" + std::to_string(product.port())}},
        .trust = {}});
  const auto server = world_->network().listen(kServer, Security::kPlain);
  ASSERT_FALSE(server.ok());
  EXPECT_EQ(server.error().code, ErrorCode::kInvalid);
  EXPECT_TRUE(connect(kServer).ok());
  EXPECT_TRUE(product.was_called());
}

TEST(OpenWorldOptions, WhatIsNoAddressIsRefused) {
  EXPECT_EQ(code_of({.listen = "localhost"}), ErrorCode::kInvalid);
  for (const char* place : {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536",
                            "127.0.0.1:44a", "product.test:443", "::1:"}) {
    EXPECT_EQ(code_of({.peers = {{kProduct.text(), place}}}), ErrorCode::kInvalid) << place;
  }
  EXPECT_EQ(code_of({.peers = {{kProduct.text(), "[::1]:8443"}}}), ErrorCode::kInternal);
  for (const char* name : {"", "product.test", "product.test:", "product.test:44a"}) {
    EXPECT_EQ(code_of({.peers = {{name, "127.0.0.1:8443"}}}), ErrorCode::kInvalid) << name;
  }
}

// The product is a World of its own, with a CA of its own.
class ProductWorldTest : public OpenWorldTest {
 protected:
  ProductWorldTest() {
    auto made = make_socket_world({.seed = 2, .start = TimePoint(1790000000s)}, log_);
    EXPECT_TRUE(made.ok());
    product_ = *std::move(made);
    auto listener = product_->network().listen(kProduct, Security::kTls);
    EXPECT_TRUE(listener.ok());
    listener_ = *std::move(listener);
    place_ = product_->network().external_address(kProduct);
  }
  ~ProductWorldTest() override { product_->shutdown(); }

  // Connects while the product runs beside it, in a thread of its own.
  Status handshake() {
    Status outcome;
    std::thread beside([this] { EXPECT_TRUE(run(*product_, accept_one()).ok()); });
    EXPECT_TRUE(run(*world_, tls_into(outcome)).ok());
    beside.join();
    return outcome;
  }
  awaitable<Status> accept_one() {
    co_await product_->wait_for(500ms);  // handshakes are made beside it
    co_return Status();
  }
  awaitable<Status> tls_into(Status& outcome) {
    auto stream = co_await world_->network().connect("alice.device", kProduct, Security::kTls);
    if (!stream.ok()) outcome = stream.error();
    co_return Status();
  }

  std::unique_ptr<World> product_;
  std::unique_ptr<Listener> listener_;
  std::string place_;
};

TEST_F(ProductWorldTest, IsTrustedAsOftenAsItGetsANewCertificate) {
  Result<std::string> trusted = make_error(ErrorCode::kNotFound, "not there yet");
  open({.listen = "127.0.0.1",
        .ports = {},
        .local = {},
        .peers = {{kProduct.text(), place_}},
        .trust = [&trusted] { return trusted; }});
  EXPECT_EQ(handshake().error().code, ErrorCode::kNotFound);
  trusted = std::string("no certificate\n");
  EXPECT_EQ(handshake().error().code, ErrorCode::kInvalid);
  const auto other = crypto::TestCa::create(TimePoint(1790000000s)).value();
  trusted = other.certificate_pem();
  EXPECT_EQ(handshake().error().code, ErrorCode::kAuth);
  trusted = other.certificate_pem() + product_->network().ca_pem();
  EXPECT_TRUE(handshake().ok());
}

// Its certificate is good for ten years, none of which has passed outside.
TEST_F(ProductWorldTest, DoesNotAgeByTheTimeThatTheWorldLetsPass) {
  const std::string pem = product_->network().ca_pem();
  open({.listen = "127.0.0.1",
        .ports = {},
        .local = {},
        .peers = {{kProduct.text(), place_}},
        .trust = [pem]() -> Result<std::string> { return pem; }});
  const auto leap = [this]() -> awaitable<Status> {
    co_await world_->advance(std::chrono::hours(24 * 365 * 40));
    co_return Status();
  };
  EXPECT_TRUE(run(*world_, leap()).ok());
  const Status seen = handshake();
  EXPECT_TRUE(seen.ok()) << seen.error().text();
}

TEST_F(ProductWorldTest, BesideTheWorldsOwnAuthority) {
  const auto other = crypto::TestCa::create(TimePoint(1790000000s)).value();
  open({.listen = "127.0.0.1",
        .ports = {},
        .local = {},
        .peers = {{kProduct.text(), place_}},
        .trust = [&other]() -> Result<std::string> { return other.certificate_pem(); }});
  const std::array<std::string, 1> names{kProduct.host};
  const auto issued = outside_of(*world_)->issue(names);
  ASSERT_TRUE(issued.ok());
  auto guest = make_guest_world({.seed = 3,
                                 .start = TimePoint(1790000000s),
                                 .trust_pem = world_->network().ca_pem(),
                                 .routes = {},
                                 .callers = {},
                                 .identity = *issued},
                                log_);
  ASSERT_TRUE(guest.ok());
  listener_.reset();
  product_->shutdown();
  product_ = *std::move(guest);
  auto listener = product_->network().listen(kProduct, Security::kTls);
  ASSERT_TRUE(listener.ok());
  listener_ = *std::move(listener);
  const auto moved = parse_endpoint(product_->network().external_address(kProduct));
  ASSERT_TRUE(outside_of(*world_)->route(kProduct, *moved).ok());
  EXPECT_TRUE(handshake().ok());
}

TEST_F(ProductWorldTest, IsNotTrustedForBeingListed) {
  open({.listen = "127.0.0.1",
        .ports = {},
        .local = {},
        .peers = {{kProduct.text(), place_}},
        .trust = {}});
  EXPECT_EQ(handshake().error().code, ErrorCode::kAuth);
}

TEST_F(OpenWorldTest, ASignalOfItsProcessIsAwaited) {
  open({});
  int seen = 0;
  const auto late = [&]() -> awaitable<Status> {
    world_->spawn([](World& world) -> awaitable<void> {
      co_await wait_in_real_time(world, 10ms);
      ::raise(SIGUSR1);
    }(*world_));
    seen = co_await wait_for_signal(*world_, {SIGUSR1, SIGUSR2});
    co_return Status();
  };
  EXPECT_TRUE(run(*world_, late()).ok());
  EXPECT_EQ(seen, SIGUSR1);
}

TEST_F(OpenWorldTest, RealTimeDoesNotCareForTheWorldsClock) {
  open({});
  const TimePoint before = world_->now();
  const auto main = [&]() -> awaitable<Status> {
    co_await world_->advance(std::chrono::hours(24));
    co_await wait_in_real_time(*world_, 5ms);
    co_return Status();
  };
  EXPECT_TRUE(run(*world_, main()).ok());
  EXPECT_GE(world_->now() - before, std::chrono::hours(24));
  EXPECT_LT(world_->now() - before, std::chrono::hours(25));
}

}  // namespace
}  // namespace parley::net
