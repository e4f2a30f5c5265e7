// Parties that connect, talk, hang up and break off, in memory and over sockets: the same code must
// see the same things on both, down to which error ends a read.
#include "harness/net/network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "harness/net/world_fixture.h"

namespace parley::net {
namespace {

using namespace std::chrono_literals;

const Address kServer{"server.test", 443};

struct Ends {
  std::unique_ptr<Stream> client;
  std::unique_ptr<Stream> server;
};

class NetworkTest : public WorldTest {
 protected:
  awaitable<Result<Ends>> connect(Listener& listener, Security security = Security::kPlain) {
    Ends ends;
    PARLEY_CO_ASSIGN(ends.client, co_await world_->network().connect("client.test",
                                                                     listener.address(), security));
    PARLEY_CO_ASSIGN(ends.server, co_await listener.accept());
    co_return ends;
  }
};

TEST_P(NetworkTest, BytesGoBothWaysAndNamesAreKnown) {
  for (const Security security : {Security::kPlain, Security::kTls}) {
    const auto listener = must_listen(kServer, security);
    run_body([&]() -> awaitable<Status> {
      PARLEY_CO_ASSIGN(Ends ends, co_await connect(*listener, security));
      EXPECT_EQ(ends.server->remote_host(), "client.test");
      EXPECT_EQ(ends.client->remote_host(), "server.test");
      PARLEY_CO_TRY(co_await ends.client->write(as_bytes("ping")));
      EXPECT_EQ(co_await read_exactly(*ends.server, 4), "ping");
      PARLEY_CO_TRY(co_await ends.server->write(as_bytes("pong!")));
      EXPECT_EQ(co_await read_exactly(*ends.client, 5), "pong!");
      co_return Status();
    });
  }
}

TEST_P(NetworkTest, ReadsReturnAtMostTheLimitAndKeepTheRest) {
  const auto listener = must_listen(kServer, Security::kTls);
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(Ends ends, co_await connect(*listener, Security::kTls));
    PARLEY_CO_TRY(co_await ends.client->write(as_bytes("abcdef")));
    std::string all;
    while (all.size() < 6) {
      PARLEY_CO_ASSIGN(const Bytes some, co_await ends.server->read_some(2));
      EXPECT_GE(some.size(), 1U);
      EXPECT_LE(some.size(), 2U);
      all.append(as_text(some));
    }
    EXPECT_EQ(all, "abcdef");
    co_return Status();
  });
}

awaitable<void> send_and_close(Stream& stream, BytesView data, Status& status) {
  status = co_await stream.write(data);
  stream.close();
}

// More than any buffer on the way holds, so that the writer has to wait for the reader.
TEST_P(NetworkTest, LargeTransfersArriveWholeAndInOrder) {
  Bytes data(6'000'000);
  world_->random("data")->fill(data);
  for (const Security security : {Security::kPlain, Security::kTls}) {
    const auto listener = must_listen(kServer, security);
    Status written = make_error(ErrorCode::kInternal, "not finished");
    run_body([&]() -> awaitable<Status> {
      PARLEY_CO_ASSIGN(Ends ends, co_await connect(*listener, security));
      world_->spawn(send_and_close(*ends.client, data, written));
      co_await world_->wait_for(1ms);
      const std::string arrived = co_await read_to_end(*ends.server);
      EXPECT_TRUE(std::ranges::equal(as_bytes(arrived), data));
      co_return Status();
    });
    EXPECT_TRUE(written.ok());
  }
}

TEST_P(NetworkTest, AWriterWaitsForAReaderThatDoesNotRead) {
  const auto listener = must_listen(kServer);
  const Bytes data(64'000'000);
  Status written = make_error(ErrorCode::kInternal, "not finished");
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(Ends ends, co_await connect(*listener));
    world_->spawn(send_and_close(*ends.client, data, written));
    co_await world_->settle();
    EXPECT_FALSE(written.ok());
    EXPECT_EQ(written.error().message, "not finished");
    ends.server->close();
    co_await world_->settle();
    EXPECT_FALSE(written.ok());
    EXPECT_EQ(written.error().code, ErrorCode::kClosed);
    co_return Status();
  });
}

TEST_P(NetworkTest, ClosingDeliversWhatWasWrittenAndThenTheEnd) {
  for (const Security security : {Security::kPlain, Security::kTls}) {
    const auto listener = must_listen(kServer, security);
    run_body([&]() -> awaitable<Status> {
      PARLEY_CO_ASSIGN(Ends ends, co_await connect(*listener, security));
      PARLEY_CO_TRY(co_await ends.client->write(as_bytes("last words")));
      ends.client->close();
      ends.client->close();
      EXPECT_EQ(co_await read_exactly(*ends.server, 10), "last words");
      const auto at_end = co_await ends.server->read_some(10);
      EXPECT_FALSE(at_end.ok());
      EXPECT_EQ(at_end.error().code, ErrorCode::kClosed);
      const auto own_end = co_await ends.client->read_some(10);
      EXPECT_FALSE(own_end.ok());
      EXPECT_EQ(own_end.error().code, ErrorCode::kClosed);
      const Status after = co_await ends.client->write(as_bytes("more"));
      EXPECT_FALSE(after.ok());
      EXPECT_EQ(after.error().code, ErrorCode::kClosed);
      co_return Status();
    });
  }
}

TEST_P(NetworkTest, AHalfClosedConnectionCarriesTheAnswer) {
  for (const Security security : {Security::kPlain, Security::kTls}) {
    const auto listener = must_listen(kServer, security);
    run_body([&]() -> awaitable<Status> {
      PARLEY_CO_ASSIGN(Ends ends, co_await connect(*listener, security));
      PARLEY_CO_TRY(co_await ends.client->write(as_bytes("question")));
      ends.client->close_write();
      ends.client->close_write();
      EXPECT_EQ(co_await read_to_end(*ends.server), "question");
      const Status more = co_await ends.client->write(as_bytes("x"));
      EXPECT_FALSE(more.ok());
      PARLEY_CO_TRY(co_await ends.server->write(as_bytes("answer")));
      ends.server->close();
      EXPECT_EQ(co_await read_to_end(*ends.client), "answer");
      co_return Status();
    });
  }
}

TEST_P(NetworkTest, DestroyingAStreamEndsTheConnection) {
  for (const Security security : {Security::kPlain, Security::kTls}) {
    const auto listener = must_listen(kServer, security);
    run_body([&]() -> awaitable<Status> {
      PARLEY_CO_ASSIGN(Ends ends, co_await connect(*listener, security));
      ends.server.reset();
      const auto got = co_await ends.client->read_some(10);
      EXPECT_FALSE(got.ok());
      EXPECT_EQ(got.error().code, ErrorCode::kClosed);
      co_return Status();
    });
  }
}

TEST_P(NetworkTest, WritingToAnEndThatIsGoneFailsSoonerOrLater) {
  const auto listener = must_listen(kServer);
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(Ends ends, co_await connect(*listener));
    ends.server.reset();
    co_await world_->settle();
    Status status;
    for (int i = 0; i < 10 && status.ok(); ++i) {
      status = co_await ends.client->write(as_bytes("anybody?"));
      co_await world_->settle();
    }
    EXPECT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, ErrorCode::kClosed);
    co_return Status();
  });
}

awaitable<void> read_once(Stream& stream, std::vector<ErrorCode>& endings) {
  const auto got = co_await stream.read_some(10);
  endings.push_back(got.ok() ? ErrorCode::kInternal : got.error().code);
}

TEST_P(NetworkTest, ClosingEndsAPendingReadOfBothEnds) {
  for (const Security security : {Security::kPlain, Security::kTls}) {
    const auto listener = must_listen(kServer, security);
    std::vector<ErrorCode> endings;
    run_body([&]() -> awaitable<Status> {
      PARLEY_CO_ASSIGN(Ends ends, co_await connect(*listener, security));
      world_->spawn(read_once(*ends.client, endings));
      world_->spawn(read_once(*ends.server, endings));
      co_await world_->settle();
      EXPECT_TRUE(endings.empty());
      ends.client->close();
      co_await world_->settle();
      co_return Status();
    });
    EXPECT_EQ(endings, (std::vector<ErrorCode>{ErrorCode::kClosed, ErrorCode::kClosed}));
  }
}

TEST_P(NetworkTest, AStreamMayBeDestroyedWhileItIsRead) {
  const auto listener = must_listen(kServer);
  std::vector<ErrorCode> endings;
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(Ends ends, co_await connect(*listener));
    world_->spawn(read_once(*ends.client, endings));
    co_await world_->settle();
    ends.client.reset();
    co_await world_->settle();
    co_return Status();
  });
  EXPECT_EQ(endings, std::vector<ErrorCode>{ErrorCode::kClosed});
}

TEST_P(NetworkTest, UnknownHostsAndSilentPortsAreToldApart) {
  auto listener = must_listen(kServer);
  run_body([&]() -> awaitable<Status> {
    Network& network = world_->network();
    auto stream = co_await network.connect("client", Address{"nobody.test", 1}, Security::kPlain);
    EXPECT_FALSE(stream.ok());
    EXPECT_EQ(stream.error().code, ErrorCode::kNotFound);
    stream = co_await network.connect("client", Address{"server.test", 1}, Security::kPlain);
    EXPECT_FALSE(stream.ok());
    EXPECT_EQ(stream.error().code, ErrorCode::kRefused);
    listener.reset();
    stream = co_await network.connect("client", kServer, Security::kPlain);
    EXPECT_FALSE(stream.ok());
    EXPECT_EQ(stream.error().code, ErrorCode::kRefused);
    co_return Status();
  });
}

TEST_P(NetworkTest, ANameAndPortIsTakenOnceAndFreeAgainAfterClosing) {
  auto listener = must_listen(kServer);
  const auto second = world_->network().listen(kServer, Security::kPlain);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kInvalid);
  listener->close();
  EXPECT_TRUE(world_->network().listen(kServer, Security::kPlain).ok());
}

awaitable<void> accept_once(Listener& listener, std::vector<ErrorCode>& endings) {
  const auto got = co_await listener.accept();
  endings.push_back(got.ok() ? ErrorCode::kInternal : got.error().code);
}

TEST_P(NetworkTest, ClosingAListenerEndsPendingAcceptsAndWhoWasNotAccepted) {
  const auto listener = must_listen(kServer);
  const auto other = must_listen(Address{"other.test", 1});
  std::vector<ErrorCode> endings;
  run_body([&]() -> awaitable<Status> {
    world_->spawn(accept_once(*listener, endings));
    PARLEY_CO_ASSIGN(auto waiting, co_await world_->network().connect("client", other->address(),
                                                                      Security::kPlain));
    listener->close();
    other->close();
    const auto got = co_await waiting->read_some(1);
    EXPECT_FALSE(got.ok());
    EXPECT_EQ(got.error().code, ErrorCode::kClosed);
    co_await world_->settle();
    co_return Status();
  });
  EXPECT_EQ(endings, std::vector<ErrorCode>{ErrorCode::kClosed});
}

TEST_P(NetworkTest, TlsOnOneEndOnlyFails) {
  const auto plain = must_listen(Address{"plain.test", 1}, Security::kPlain);
  const auto secure = must_listen(Address{"secure.test", 1}, Security::kTls);
  std::vector<ErrorCode> endings;
  run_body([&]() -> awaitable<Status> {
    // A plain client finds out when it reads, if not before.
    auto stream = co_await world_->network().connect("client", secure->address(), Security::kPlain);
    if (stream.ok()) {
      PARLEY_CO_TRY(co_await (*stream)->write(as_bytes("GET / HTTP/1.1\r\n\r\n")));
      co_await read_to_end(**stream);
    }
    // A plain server answers a client's hello with something else.
    world_->spawn([](Listener& listener) -> awaitable<void> {
      auto accepted = co_await listener.accept();
      if (!accepted.ok()) co_return;
      const Status sent = co_await (*accepted)->write(as_bytes("HTTP/1.1 400 Bad Request\r\n\r\n"));
      if (sent.ok()) co_await read_to_end(**accepted);
    }(*plain));
    stream = co_await world_->network().connect("client", plain->address(), Security::kTls);
    EXPECT_FALSE(stream.ok());
    co_return Status();
  });
}

// One party reads what it is sent and answers after an hour; the other advances the world.
// What no version in common comes to is a refusal, whoever is the older one.
TEST_P(NetworkTest, TlsVersionsAreAgreedUpon) {
  struct Meeting {
    TlsVersions server, client;
    std::optional<TlsVersion> agreed;
  };
  const auto only = TlsVersions::only;
  const Meeting meetings[] = {
      {{}, {}, TlsVersion::k1_3},
      {{}, only(TlsVersion::k1_2), TlsVersion::k1_2},
      {only(TlsVersion::k1_2), {}, TlsVersion::k1_2},
      {{TlsVersion::k1_1, TlsVersion::k1_3}, only(TlsVersion::k1_1), TlsVersion::k1_1},
      {{}, only(TlsVersion::k1_1), std::nullopt},
      {only(TlsVersion::k1_2), only(TlsVersion::k1_3), std::nullopt}};
  for (const Meeting& meeting : meetings) {
    auto listening =
        world_->network().listen(kServer, Security::kTls, TlsOffer({}, meeting.server));
    ASSERT_TRUE(listening.ok());
    const std::unique_ptr<Listener> listener = std::move(*listening);
    run_body([&]() -> awaitable<Status> {
      auto client = co_await world_->network().connect("client.test", kServer, Security::kTls,
                                                       TlsOffer({}, meeting.client));
      if (!meeting.agreed) {
        EXPECT_FALSE(client.ok());
        if (!client.ok()) EXPECT_EQ(client.error().code, ErrorCode::kRefused);
        co_return Status();
      }
      PARLEY_CO_TRY(client.ok() ? Status() : Status(client.error()));
      PARLEY_CO_ASSIGN(const auto server, co_await listener->accept());
      EXPECT_EQ((*client)->tls_version(), meeting.agreed);
      EXPECT_EQ(server->tls_version(), meeting.agreed);
      co_return Status();
    });
  }
  const auto plain = must_listen(Address{"plain.test", 1}, Security::kPlain);
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(const auto stream, co_await world_->network().connect(
                                            "client.test", plain->address(), Security::kPlain));
    EXPECT_EQ(stream->tls_version(), std::nullopt);
    co_return Status();
  });
}

TEST_P(NetworkTest, AdvancingFiresTimersInOrderAndLetsTheirTrafficArrive) {
  const auto listener = must_listen(kServer);
  std::string order;
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(Ends ends, co_await connect(*listener));
    const auto wait_and_send = [&](Duration d, std::string text) -> awaitable<void> {
      co_await world_->wait_for(d);
      const Status sent = co_await ends.client->write(as_bytes(text));
      EXPECT_TRUE(sent.ok());
    };
    const auto receive = [&]() -> awaitable<void> {
      for (;;) {
        const auto got = co_await ends.server->read_some(1);
        if (!got.ok()) co_return;
        order.append(as_text(*got));
      }
    };
    world_->spawn(receive());
    world_->spawn(wait_and_send(24h * 20, "c"));
    world_->spawn(wait_and_send(24h * 10, "b"));
    world_->spawn(wait_and_send(1h, "a"));
    world_->spawn(wait_and_send(24h * 40, "x"));
    const TimePoint before = world_->now();
    co_await world_->advance(24h * 30);
    EXPECT_EQ(order, "abc");
    EXPECT_GE(world_->now(), before + 24h * 30);
    EXPECT_LT(world_->now(), before + 24h * 30 + 1min);
    ends.client->close();
    co_await world_->settle();
    co_return Status();
  });
  world_->shutdown();
}

// Every hour for thirty days: over sockets each firing may take real time, but very little.
TEST_P(NetworkTest, AdvancingThroughManyTimersLosesNone) {
  int fired = 0;
  const auto tick = [&]() -> awaitable<void> {
    for (;;) {
      co_await world_->wait_for(1h);
      ++fired;
    }
  };
  run_body([&]() -> awaitable<Status> {
    world_->spawn(tick());
    co_await world_->advance(24h * 30);
    co_return Status();
  });
  world_->shutdown();
  EXPECT_GE(fired, 24 * 30 - 1);  // waits start a moment late over sockets
  EXPECT_LE(fired, 24 * 30);
}

TEST_P(NetworkTest, NotifierTellsNoticeFromDeadline) {
  Notifier notifier(*world_);
  run_body([&]() -> awaitable<Status> {
    EXPECT_FALSE(co_await notifier.wait_until(world_->now() + 5ms));
    const auto timer = world_->call_at(world_->now() + 1ms, [&] { notifier.notify(); });
    EXPECT_TRUE(co_await notifier.wait_until(world_->now() + 1h));
    EXPECT_FALSE(co_await notifier.wait_until(world_->now() - 1h));
    co_return Status();
  });
}

PARLEY_BOTH_WORLDS(NetworkTest);

}  // namespace
}  // namespace parley::net
