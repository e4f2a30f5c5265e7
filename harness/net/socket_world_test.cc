// What only a world over sockets has: certificates that are really verified, programs from outside,
// a clock that runs, and file descriptors that must not run out.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>

#include "harness/crypto/test_ca.h"
#include "harness/net/http.h"
#include "harness/net/tls_stream.h"
#include "harness/net/world_fixture.h"

namespace parley::net {
namespace {

using namespace std::chrono_literals;

const Address kServer{"server.test", 443};

class SocketWorldTest : public WorldTest {
 protected:
  ~SocketWorldTest() override { world_->shutdown(); }

  awaitable<void> accept_tls(Listener& listener, std::shared_ptr<TlsContext> context,
                             Status& outcome) {
    auto below = co_await listener.accept();
    if (!below.ok()) co_return;
    auto stream = co_await tls_accept(*world_, context, std::move(*below));
    outcome = stream.ok() ? Status() : Status(stream.error());
    if (stream.ok()) co_await read_to_end(**stream);
  }

  // A TLS client that trusts `authority` and asks for `host`, against a server named server.test.
  awaitable<Status> handshake(const crypto::TestCa& authority, std::string host, Status& server) {
    const std::array<std::string, 1> names{"server.test"};
    PARLEY_CO_ASSIGN(const auto identity, authority_of_server_.issue(names));
    PARLEY_CO_ASSIGN(auto server_context, make_tls_server(identity));
    PARLEY_CO_ASSIGN(auto client_context, make_tls_client({authority.certificate_pem()}));
    const auto listener = must_listen(kServer);
    world_->spawn(accept_tls(*listener, server_context, server));
    PARLEY_CO_ASSIGN(auto below,
                     co_await world_->network().connect("client", kServer, Security::kPlain));
    auto stream = co_await tls_connect(*world_, client_context, std::move(below), host);
    co_await world_->settle();
    if (!stream.ok()) co_return stream.error();
    co_return Status();
  }

  const crypto::TestCa authority_of_server_ = crypto::TestCa::create(kTestStart).value();
};

TEST_P(SocketWorldTest, ACertificateForTheNameIsAccepted) {
  Status client;
  Status server = make_error(ErrorCode::kInternal, "no handshake");
  run_body([&]() -> awaitable<Status> {
    client = co_await handshake(authority_of_server_, "server.test", server);
    co_return Status();
  });
  EXPECT_TRUE(client.ok());
  EXPECT_TRUE(server.ok());
}

TEST_P(SocketWorldTest, ACertificateForAnotherNameIsRefused) {
  Status client;
  Status server;
  run_body([&]() -> awaitable<Status> {
    client = co_await handshake(authority_of_server_, "other.test", server);
    co_return Status();
  });
  ASSERT_FALSE(client.ok());
  EXPECT_EQ(client.error().code, ErrorCode::kAuth);
  EXPECT_FALSE(server.ok());  // told by an alert
}

TEST_P(SocketWorldTest, ACertificateOfAnotherAuthorityIsRefused) {
  const auto stranger = crypto::TestCa::create(kTestStart);
  ASSERT_TRUE(stranger.ok());
  Status client;
  Status server;
  run_body([&]() -> awaitable<Status> {
    client = co_await handshake(*stranger, "server.test", server);
    co_return Status();
  });
  ASSERT_FALSE(client.ok());
  EXPECT_EQ(client.error().code, ErrorCode::kAuth);
}

// Certificates are valid for ten years of World time, however fast these pass.
TEST_P(SocketWorldTest, CertificatesExpireInWorldTime) {
  const auto listener = must_listen(kServer, Security::kTls);
  run_body([&]() -> awaitable<Status> {
    co_await world_->advance(24h * 365 * 9);
    auto stream = co_await world_->network().connect("client", kServer, Security::kTls);
    EXPECT_TRUE(stream.ok());
    co_await world_->advance(24h * 365 * 2);
    stream = co_await world_->network().connect("client", kServer, Security::kTls);
    EXPECT_FALSE(stream.ok());
    EXPECT_EQ(stream.error().code, ErrorCode::kAuth);
    co_return Status();
  });
}

TEST_P(SocketWorldTest, TheClockRuns) {
  const TimePoint before = world_->now();
  const auto real_before = std::chrono::steady_clock::now();
  run_body([&]() -> awaitable<Status> {
    co_await world_->wait_for(3ms);
    co_return Status();
  });
  EXPECT_GE(world_->now() - before, 3ms);
  EXPECT_GE(std::chrono::steady_clock::now() - real_before, 3ms);
  EXPECT_GE(before, kTestStart);
}

// A program from outside, played by plain system calls.
class Outsider {
 public:
  explicit Outsider(const std::string& address) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const std::size_t colon = address.find(':');
    sockaddr_in to = {};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
    inet_pton(AF_INET, address.substr(0, colon).c_str(), &to.sin_addr);
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }
  ~Outsider() { ::close(socket_); }
  Outsider(const Outsider&) = delete;
  Outsider& operator=(const Outsider&) = delete;

  bool connected() const { return connected_; }
  bool send(const std::string& text) {
    return ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(text.size());
  }
  std::string receive() {
    std::array<char, 1000> buffer;
    const ssize_t count = ::recv(socket_, buffer.data(), buffer.size(), 0);
    return {buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
  }

 private:
  const int socket_;
  bool connected_ = false;
};

TEST_P(SocketWorldTest, AnExternalProgramReachesAListener) {
  const auto listener = must_listen(kServer);
  const std::string address = world_->network().external_address(kServer);
  EXPECT_EQ(address.substr(0, 10), "127.0.0.1:");
  run_body([&]() -> awaitable<Status> {
    Outsider outsider(address);
    EXPECT_TRUE(outsider.connected());
    EXPECT_TRUE(outsider.send("hello"));
    PARLEY_CO_ASSIGN(auto stream, co_await listener->accept());
    EXPECT_EQ(stream->remote_host(), kExternalHost);
    EXPECT_EQ(co_await read_exactly(*stream, 5), "hello");
    PARLEY_CO_TRY(co_await stream->write(as_bytes("welcome")));
    EXPECT_EQ(outsider.receive(), "welcome");
    co_return Status();
  });
}

TEST_P(SocketWorldTest, SettlingIsInstantAmongPartiesAndPatientWithExternalPrograms) {
  using Steady = std::chrono::steady_clock;
  const auto listener = must_listen(kServer);
  run_body([&]() -> awaitable<Status> {
    const auto begun = Steady::now();
    for (int i = 0; i < 100; ++i) co_await world_->settle();
    const auto instant = Steady::now() - begun;
    EXPECT_LT(instant, 1s);  // 100 times 20 ms would be two
    Outsider outsider(world_->network().external_address(kServer));
    const auto patient_from = Steady::now();
    co_await world_->settle();
    EXPECT_GE(Steady::now() - patient_from, 20ms);
    co_return Status();
  });
}

TEST_P(SocketWorldTest, SilentAndGarbageTlsClientsHoldUpNobody) {
  const auto listener = must_listen(kServer, Security::kTls);
  run_body([&]() -> awaitable<Status> {
    Outsider silent(world_->network().external_address(kServer));
    Outsider garbage(world_->network().external_address(kServer));
    EXPECT_TRUE(garbage.send("GET / HTTP/1.1\r\n\r\n"));
    auto stream = co_await world_->network().connect("client.test", kServer, Security::kTls);
    EXPECT_TRUE(stream.ok());
    PARLEY_CO_ASSIGN(auto accepted, co_await listener->accept());
    EXPECT_EQ(accepted->remote_host(), "client.test");
    co_await world_->advance(31s);  // the silent one is given up
    EXPECT_EQ(silent.receive(), "");
    co_return Status();
  });
}

TEST_P(SocketWorldTest, ThousandsOfConnectionsLeaveNoDescriptorBehind) {
  const auto listener = must_listen(kServer);
  const auto next_descriptor = [] {
    const int fd = ::dup(0);
    ::close(fd);
    return fd;
  };
  int before = 0;
  run_body([&]() -> awaitable<Status> {
    for (int i = 0; i < 3000; ++i) {
      PARLEY_CO_ASSIGN(auto client, co_await world_->network().connect("client" + std::to_string(i),
                                                                       kServer, Security::kPlain));
      PARLEY_CO_ASSIGN(auto server, co_await listener->accept());
      EXPECT_EQ(server->remote_host(), "client" + std::to_string(i));
      client.reset();
      if (i == 10) before = next_descriptor();
    }
    co_return Status();
  });
  EXPECT_LE(next_descriptor(), before);
}

INSTANTIATE_TEST_SUITE_P(Worlds, SocketWorldTest, testing::Values(WorldKind::kSockets),
                         [](const auto&) { return "sockets"; });

}  // namespace
}  // namespace parley::net
