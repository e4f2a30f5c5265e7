// HTTP/2 between parties over TLS, chosen by ALPN, in memory and over sockets: servers of either
// version, clients that would take either, slow ones, and a listener that is closed in the middle.
#include "harness/net/http2_exchange.h"

#include <gtest/gtest.h>

#include <string>

#include "harness/net/http2_frames.h"
#include "harness/net/world_fixture.h"

namespace parley::net {
namespace {

using namespace std::chrono_literals;

const Address kServer{"api.test", 443};

class Http2ExchangeTest : public WorldTest {
 protected:
  ~Http2ExchangeTest() override { world_->shutdown(); }

  void serve(Protocols protocols, HttpLimits limits = {}, Duration thinking = Duration::zero()) {
    auto listener = world_->network().listen(kServer, Security::kTls, std::move(protocols));
    ASSERT_TRUE(listener.ok());
    listener_ = std::move(*listener);
    const HttpHandler echo = [this, thinking](HttpRequest request) -> awaitable<HttpResponse> {
      if (thinking > Duration::zero()) co_await world_->wait_for(thinking);
      HttpResponse response;
      response.headers = {{"x-version", std::string(to_string(request.version))},
                          {"x-from", request.remote_host}};
      response.body = std::move(request.body);
      co_return response;
    };
    world_->spawn(http_serve(*world_, listener_, echo, limits));
  }

  awaitable<Result<HttpResponse>> post(HttpVersion version, std::string body,
                                       HttpLimits limits = {}) {
    HttpRequest request;
    request.method = "POST";
    request.target = "/push";
    request.version = version;
    request.body = to_bytes(body);
    return http_fetch(*world_, "client.test", kServer, Security::kTls, std::move(request), limits);
  }

  awaitable<Status> expect_version(HttpVersion offered, HttpVersion spoken) {
    PARLEY_CO_ASSIGN(const HttpResponse response, co_await post(offered, "hello"));
    EXPECT_EQ(response.status, 200U);
    EXPECT_EQ(response.version, spoken);
    EXPECT_EQ(find_header(response.headers, "x-version"), to_string(spoken));
    EXPECT_EQ(find_header(response.headers, "x-from"), "client.test");
    EXPECT_EQ(as_text(response.body), "hello");
    co_return Status();
  }

  std::shared_ptr<Listener> listener_;
};

TEST_P(Http2ExchangeTest, TheNewestSharedVersionIsSpoken) {
  serve(http_protocols(HttpVersion::k2));
  run_body([&] { return expect_version(HttpVersion::k2, HttpVersion::k2); });
  run_body([&] { return expect_version(HttpVersion::k1, HttpVersion::k1); });
}

TEST_P(Http2ExchangeTest, AServerOfTheOldVersionAloneIsSpokenToInThat) {
  serve(http_protocols(HttpVersion::k1));
  run_body([&] { return expect_version(HttpVersion::k2, HttpVersion::k1); });
}

TEST_P(Http2ExchangeTest, AServerThatKnowsNoChoiceIsSpokenToInTheOldVersion) {
  serve({});
  run_body([&] { return expect_version(HttpVersion::k2, HttpVersion::k1); });
}

// curl --http1.0 names "http/1.0" alone, and a server that chooses by name once turned it away.
TEST_P(Http2ExchangeTest, AClientThatNamesOnlyTheOldestVersionIsServed) {
  serve(http_served_protocols(HttpVersion::k1));
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(auto stream, co_await world_->network().connect(
                                      "old.test", kServer, Security::kTls, Protocols{"http/1.0"}));
    EXPECT_EQ(stream->protocol(), "http/1.0");
    PARLEY_CO_TRY(co_await stream->write(as_bytes("GET / HTTP/1.0\r\nHost: api.test\r\n\r\n")));
    const std::string answer = co_await read_to_end(*stream);
    EXPECT_NE(answer.find(" 200 "), std::string::npos) << answer;
    co_return Status();
  });
}

TEST_P(Http2ExchangeTest, NothingInCommonIsRefused) {
  serve(http_protocols(HttpVersion::k1));
  run_body([&]() -> awaitable<Status> {
    const auto stream =
        co_await world_->network().connect("client.test", kServer, Security::kTls, Protocols{"h2"});
    EXPECT_FALSE(stream.ok());
    EXPECT_EQ(stream.error().code, ErrorCode::kRefused) << stream.error().text();
    co_return Status();
  });
}

TEST_P(Http2ExchangeTest, LargeBodiesPass) {
  serve(http_protocols(HttpVersion::k2));
  run_body([&]() -> awaitable<Status> {
    const std::string large(3 << 20, 'x');
    PARLEY_CO_ASSIGN(const HttpResponse response, co_await post(HttpVersion::k2, large));
    EXPECT_EQ(response.body.size(), large.size());
    co_return Status();
  });
}

TEST_P(Http2ExchangeTest, AClientGivesUpInTime) {
  serve(http_protocols(HttpVersion::k2), {}, 60s);
  run_body([&]() -> awaitable<Status> {
    HttpLimits limits;
    limits.timeout = 200ms;
    const auto response = co_await post(HttpVersion::k2, "x", limits);
    EXPECT_FALSE(response.ok());
    EXPECT_EQ(response.error().code, ErrorCode::kTimeout);
    co_return Status();
  });
}

TEST_P(Http2ExchangeTest, AHalfRequestHoldsAConnectionOnlySoLong) {
  HttpLimits limits;
  limits.timeout = 200ms;
  serve(http_protocols(HttpVersion::k2), limits);
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(auto stream, co_await world_->network().connect(
                                      "slow.test", kServer, Security::kTls, Protocols{"h2"}));
    EXPECT_EQ(stream->protocol(), "h2");
    const std::string half = frames::greeting() +
                             frames::frame(frames::kHeaders, frames::kEndHeaders, 1,
                                           frames::request_fields("POST", "/push")) +
                             frames::frame(frames::kData, 0, 1, "half");
    PARLEY_CO_TRY(co_await stream->write(as_bytes(half)));
    const TimePoint sent = world_->now();
    (void)co_await read_to_end(*stream);
    EXPECT_LT(world_->now() - sent, 5s);
    co_return Status();
  });
}

TEST_P(Http2ExchangeTest, WhatIsUnderWayIsAnsweredWhenTheListenerCloses) {
  serve(http_protocols(HttpVersion::k2), {}, 300ms);
  run_body([&]() -> awaitable<Status> {
    const auto close = [](World& world, std::shared_ptr<Listener> listener) -> awaitable<void> {
      co_await world.wait_for(250ms);
      listener->close();
    };
    world_->spawn(close(*world_, listener_));
    PARLEY_CO_ASSIGN(const HttpResponse response, co_await post(HttpVersion::k2, "late"));
    EXPECT_EQ(as_text(response.body), "late");
    co_return Status();
  });
}

TEST_P(Http2ExchangeTest, BrokenFramesEndTheConnectionAndNothingElse) {
  serve(http_protocols(HttpVersion::k2));
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(auto stream, co_await world_->network().connect(
                                      "evil.test", kServer, Security::kTls, Protocols{"h2"}));
    PARLEY_CO_TRY(co_await stream->write(as_bytes("GET / HTTP/1.1\r\n\r\n0123456789abcdef")));
    const std::string answer = co_await read_to_end(*stream);
    EXPECT_NE(answer.find(static_cast<char>(frames::kGoAway)), std::string::npos);
    co_return co_await expect_version(HttpVersion::k2, HttpVersion::k2);
  });
}

PARLEY_BOTH_WORLDS(Http2ExchangeTest);

}  // namespace
}  // namespace parley::net
