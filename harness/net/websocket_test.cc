// WebSockets between parties: a byte stream like any other, on top of each kind of stream below,
// and against a peer that does not speak it.
#include "harness/net/websocket.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "harness/net/world_fixture.h"

namespace parley::net {
namespace {

using namespace std::chrono_literals;

const Address kServer{"web.test", 443};

struct Ends {
  std::unique_ptr<Stream> client;
  std::unique_ptr<Stream> server;
};

class WebSocketTest : public WorldTest {
 protected:
  ~WebSocketTest() override { world_->shutdown(); }

  awaitable<Result<Ends>> connect(Security security = Security::kPlain) {
    listener_ = must_listen(kServer, security);
    Result<std::unique_ptr<Stream>> accepted = make_error(ErrorCode::kInternal, "not accepted");
    world_->spawn(accept_one(accepted));
    Ends ends;
    PARLEY_CO_ASSIGN(ends.client, co_await websocket_connect(*world_, "client.test", kServer,
                                                             security, "/ws/chat"));
    co_await world_->settle();
    PARLEY_CO_ASSIGN(ends.server, std::move(accepted));
    co_return ends;
  }
  awaitable<void> accept_one(Result<std::unique_ptr<Stream>>& accepted) {
    auto stream = co_await listener_->accept();
    if (stream.ok()) {
      accepted = co_await websocket_accept(*world_, std::move(*stream));
    } else {
      accepted = std::move(stream);
    }
  }

  std::unique_ptr<Listener> listener_;
};

TEST_P(WebSocketTest, BytesGoBothWays) {
  for (const Security security : {Security::kPlain, Security::kTls}) {
    run_body([&]() -> awaitable<Status> {
      PARLEY_CO_ASSIGN(Ends ends, co_await connect(security));
      EXPECT_EQ(ends.server->remote_host(), "client.test");
      EXPECT_EQ(ends.client->remote_host(), "web.test");
      for (int i = 0; i < 3; ++i) {
        PARLEY_CO_TRY(co_await ends.client->write(as_bytes("ping")));
        EXPECT_EQ(co_await read_exactly(*ends.server, 4), "ping");
        PARLEY_CO_TRY(co_await ends.server->write(as_bytes("pong!")));
        EXPECT_EQ(co_await read_exactly(*ends.client, 5), "pong!");
      }
      listener_.reset();
      co_return Status();
    });
  }
}

TEST_P(WebSocketTest, MessageBoundariesCarryNoMeaning) {
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(Ends ends, co_await connect());
    for (const char* text : {"ab", "", "cdef"}) {
      PARLEY_CO_TRY(co_await ends.client->write(as_bytes(text)));
    }
    PARLEY_CO_ASSIGN(const Bytes one, co_await ends.server->read_some(1));
    EXPECT_EQ(as_text(one), "a");
    EXPECT_EQ(co_await read_exactly(*ends.server, 5), "bcdef");
    co_return Status();
  });
}

awaitable<void> send_and_close(Stream& stream, BytesView data, Status& status) {
  status = co_await stream.write(data);
  stream.close();
}

TEST_P(WebSocketTest, LargeMessagesArriveWhole) {
  Bytes data(3'000'000);
  world_->random("data")->fill(data);
  Status written = make_error(ErrorCode::kInternal, "not finished");
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(Ends ends, co_await connect(Security::kTls));
    world_->spawn(send_and_close(*ends.client, data, written));
    const std::string arrived = co_await read_to_end(*ends.server);
    EXPECT_TRUE(std::ranges::equal(as_bytes(arrived), data));
    co_return Status();
  });
  EXPECT_TRUE(written.ok());
}

TEST_P(WebSocketTest, AMessageOverTheLimitEndsTheConnection) {
  const Bytes data(17 * 1024 * 1024);
  Status written;
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(Ends ends, co_await connect());
    world_->spawn(send_and_close(*ends.client, data, written));
    ErrorCode ending = ErrorCode::kInternal;
    for (;;) {
      const auto got = co_await ends.server->read_some(1 << 20);
      if (!got.ok()) {
        ending = got.error().code;
        break;
      }
    }
    EXPECT_EQ(ending, ErrorCode::kLimit);
    co_return Status();
  });
}

awaitable<void> read_once(Stream& stream, std::vector<ErrorCode>& endings) {
  const auto got = co_await stream.read_some(10);
  endings.push_back(got.ok() ? ErrorCode::kInternal : got.error().code);
}

TEST_P(WebSocketTest, ClosingEndsPendingReadsOfBothEnds) {
  std::vector<ErrorCode> endings;
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(Ends ends, co_await connect());
    world_->spawn(read_once(*ends.client, endings));
    world_->spawn(read_once(*ends.server, endings));
    co_await world_->settle();
    ends.client->close();
    ends.client->close();
    co_await world_->settle();
    const Status after = co_await ends.client->write(as_bytes("x"));
    EXPECT_FALSE(after.ok());
    EXPECT_EQ(after.error().code, ErrorCode::kClosed);
    co_return Status();
  });
  EXPECT_EQ(endings, (std::vector<ErrorCode>{ErrorCode::kClosed, ErrorCode::kClosed}));
}

TEST_P(WebSocketTest, ABrokenConnectionIsClosed) {
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(Ends ends, co_await connect());
    ends.client.reset();
    const auto got = co_await ends.server->read_some(10);
    EXPECT_FALSE(got.ok());
    EXPECT_EQ(got.error().code, ErrorCode::kClosed);
    co_return Status();
  });
}

TEST_P(WebSocketTest, APlainRequestIsAnswered400) {
  listener_ = must_listen(kServer);
  Result<std::unique_ptr<Stream>> accepted = make_error(ErrorCode::kInternal, "not accepted");
  run_body([&]() -> awaitable<Status> {
    world_->spawn(accept_one(accepted));
    PARLEY_CO_ASSIGN(auto stream,
                     co_await world_->network().connect("raw", kServer, Security::kPlain));
    PARLEY_CO_TRY(co_await stream->write(as_bytes("GET /ws/chat HTTP/1.1\r\nHost: a\r\n\r\n")));
    const std::string answer = co_await read_to_end(*stream);
    EXPECT_EQ(answer.substr(0, answer.find("\r\n")), "HTTP/1.1 400 Bad Request");
    co_return Status();
  });
  ASSERT_FALSE(accepted.ok());
  EXPECT_EQ(accepted.error().code, ErrorCode::kInvalid);
}

TEST_P(WebSocketTest, AServerThatDeclinesIsARefusal) {
  listener_ = must_listen(kServer);
  const auto decline = [&]() -> awaitable<void> {
    auto stream = co_await listener_->accept();
    if (!stream.ok()) co_return;
    const Result<Bytes> request = co_await (*stream)->read_some(4096);
    EXPECT_TRUE(request.ok());
    const Status sent =
        co_await (*stream)->write(as_bytes("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"));
    EXPECT_TRUE(sent.ok());
  };
  run_body([&]() -> awaitable<Status> {
    world_->spawn(decline());
    const auto stream =
        co_await websocket_connect(*world_, "client", kServer, Security::kPlain, "/ws/chat");
    EXPECT_FALSE(stream.ok());
    EXPECT_EQ(stream.error().code, ErrorCode::kRefused);
    co_return Status();
  });
}

TEST_P(WebSocketTest, GarbageInsteadOfFramesIsInvalid) {
  listener_ = must_listen(kServer);
  Result<std::unique_ptr<Stream>> accepted = make_error(ErrorCode::kInternal, "not accepted");
  run_body([&]() -> awaitable<Status> {
    world_->spawn(accept_one(accepted));
    PARLEY_CO_ASSIGN(auto stream,
                     co_await world_->network().connect("raw", kServer, Security::kPlain));
    PARLEY_CO_TRY(co_await stream->write(
        as_bytes("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                 "\r\n")));
    co_await world_->settle();
    EXPECT_TRUE(accepted.ok());
    // An unmasked frame with reserved bits set.
    PARLEY_CO_TRY(co_await stream->write(as_bytes("\xF2\x05hello")));
    const auto got = co_await (*accepted)->read_some(10);
    EXPECT_FALSE(got.ok());
    EXPECT_EQ(got.error().code, ErrorCode::kInvalid);
    co_return Status();
  });
}

TEST_P(WebSocketTest, ASilentServerIsATimeout) {
  listener_ = must_listen(kServer);
  std::optional<ErrorCode> code;
  const auto ask = [&]() -> awaitable<void> {
    const auto stream =
        co_await websocket_connect(*world_, "client", kServer, Security::kPlain, "/");
    code = stream.ok() ? ErrorCode::kInternal : stream.error().code;
  };
  run_body([&]() -> awaitable<Status> {
    world_->spawn(ask());
    co_await world_->advance(29s);
    EXPECT_FALSE(code);
    co_await world_->advance(2s);
    EXPECT_EQ(code, ErrorCode::kTimeout);
    co_return Status();
  });
}

// For AddressSanitizer: both ends are waiting when the world goes, in either order.
TEST_P(WebSocketTest, StreamsMayOutliveTheirWorld) {
  Ends kept;
  std::vector<ErrorCode> endings;
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(kept, co_await connect(Security::kTls));
    world_->spawn(read_once(*kept.client, endings));
    world_->spawn(read_once(*kept.server, endings));
    co_await world_->settle();
    co_return Status();
  });
  world_->shutdown();
  kept.client->close();
  kept = {};
  EXPECT_TRUE(endings.empty());
}

PARLEY_BOTH_WORLDS(WebSocketTest);

}  // namespace
}  // namespace parley::net
