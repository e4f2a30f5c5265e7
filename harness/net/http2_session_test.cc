// HTTP/2 connections in memory: a client and a server of ours back to back, and peers that speak
// frames by hand: too many, too large, or broken. No world, no time.
#include "harness/net/http2_session.h"

#include <gtest/gtest.h>

#include <string>

#include "harness/net/http2_frames.h"

namespace parley::net {
namespace {

using Role = Http2Session::Role;

HttpLimits small_limits() {
  HttpLimits limits;
  limits.header_bytes = 1024;
  limits.body_bytes = 4096;
  return limits;
}

class Http2SessionTest : public testing::Test {
 protected:
  explicit Http2SessionTest(const HttpLimits& client = {}, const HttpLimits& server = {})
      : client_(Role::kClient, client), server_(Role::kServer, server) {}

  // Until neither has anything to say.
  void talk() {
    for (bool moved = true; moved;) {
      moved = false;
      if (const Bytes out = client_.take_output(); !out.empty()) {
        moved = true;
        EXPECT_TRUE(server_.receive(out).ok());
      }
      if (const Bytes out = server_.take_output(); !out.empty()) {
        moved = true;
        EXPECT_TRUE(client_.receive(out).ok());
      }
    }
  }

  std::int32_t must_submit(const HttpRequest& request) {
    const auto stream = client_.submit(request, "api.test");
    EXPECT_TRUE(stream.ok());
    return stream.ok() ? *stream : 0;
  }

  Http2Session client_;
  Http2Session server_;
};

HttpRequest post(std::string_view target, std::size_t size) {
  HttpRequest request;
  request.method = "POST";
  request.target = target;
  request.body = Bytes(size, 0x61);
  return request;
}

TEST_F(Http2SessionTest, ARequestArrivesWholeAndIsAnswered) {
  HttpRequest request = post("/push?x=1", 3);
  request.headers = {{"Authorization", "Bearer x"}, {"Connection", "close"}};
  const std::int32_t stream = must_submit(request);
  talk();
  auto received = server_.take_requests();
  ASSERT_EQ(received.size(), 1U);
  const HttpRequest& seen = received.front().request;
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.target, "/push?x=1");
  EXPECT_EQ(as_text(seen.body), "aaa");
  EXPECT_EQ(seen.version, HttpVersion::k2);
  EXPECT_EQ(find_header(seen.headers, "Host"), "api.test");
  EXPECT_EQ(find_header(seen.headers, "authorization"), "Bearer x");
  EXPECT_EQ(find_header(seen.headers, "connection"), "");
  EXPECT_EQ(find_header(seen.headers, "content-length"), "3");

  EXPECT_FALSE(client_.take_response(stream).has_value());
  HttpResponse answer{404, {{"X-Why", "no such thing"}}, to_bytes("none")};
  EXPECT_TRUE(server_.respond(received.front().stream, std::move(answer)).ok());
  talk();
  const auto response = client_.take_response(stream);
  ASSERT_TRUE(response.has_value() && response->ok());
  EXPECT_EQ((*response)->status, 404U);
  EXPECT_EQ((*response)->version, HttpVersion::k2);
  EXPECT_EQ(find_header((*response)->headers, "x-why"), "no such thing");
  EXPECT_EQ(as_text((*response)->body), "none");
  EXPECT_EQ(server_.open_streams(), 0U);
}

TEST_F(Http2SessionTest, LargeBodiesFlowBothWays) {
  const std::int32_t stream = must_submit(post("/media", 5'000'000));
  talk();
  auto received = server_.take_requests();
  ASSERT_EQ(received.size(), 1U);
  EXPECT_EQ(received.front().request.body.size(), 5'000'000U);
  EXPECT_TRUE(
      server_.respond(received.front().stream, HttpResponse{200, {}, Bytes(6'000'000, 7)}).ok());
  talk();
  const auto response = client_.take_response(stream);
  ASSERT_TRUE(response.has_value() && response->ok());
  EXPECT_EQ((*response)->body, Bytes(6'000'000, 7));
}

TEST_F(Http2SessionTest, StreamsAreAnsweredInAnyOrder) {
  const std::int32_t first = must_submit(post("/first", 1));
  const std::int32_t second = must_submit(post("/second", 1));
  talk();
  auto received = server_.take_requests();
  ASSERT_EQ(received.size(), 2U);
  EXPECT_TRUE(server_.respond(received[1].stream, HttpResponse{201, {}, {}}).ok());
  talk();
  EXPECT_FALSE(client_.take_response(first).has_value());
  EXPECT_EQ((*client_.take_response(second))->status, 201U);
}

TEST_F(Http2SessionTest, AHeadRequestGetsTheLengthWithoutTheBody) {
  HttpRequest request;
  request.method = "HEAD";
  const std::int32_t stream = must_submit(request);
  talk();
  EXPECT_TRUE(
      server_
          .respond(server_.take_requests().at(0).stream, HttpResponse{200, {}, to_bytes("12345")})
          .ok());
  talk();
  const auto response = client_.take_response(stream);
  ASSERT_TRUE(response.has_value() && response->ok());
  EXPECT_EQ(find_header((*response)->headers, "content-length"), "5");
  EXPECT_TRUE((*response)->body.empty());
}

TEST_F(Http2SessionTest, WhatCannotBeWrittenIsRefused) {
  HttpRequest request;
  request.target = "/a b";
  EXPECT_EQ(client_.submit(request, "api.test").error().code, ErrorCode::kInvalid);
  request.target = "/";
  request.headers = {{"x-a", "line\r\nbreak"}};
  EXPECT_EQ(client_.submit(request, "api.test").error().code, ErrorCode::kInvalid);

  const std::int32_t stream = must_submit(post("/", 0));
  talk();
  const std::int32_t at_server = server_.take_requests().at(0).stream;
  EXPECT_EQ(server_.respond(at_server, HttpResponse{200, {{"bad name", "x"}}, {}}).error().code,
            ErrorCode::kInvalid);
  talk();
  EXPECT_EQ((*client_.take_response(stream))->status, 500U);
}

TEST_F(Http2SessionTest, AServerThatGoesAwayRefusesWhatItHasNotBegun) {
  const std::int32_t before = must_submit(post("/before", 1));
  talk();
  server_.wind_up();
  const std::int32_t after = must_submit(post("/after", 1));  // crosses the farewell
  const Bytes request = client_.take_output();
  EXPECT_TRUE(client_.receive(server_.take_output()).ok());
  EXPECT_TRUE(server_.receive(request).ok());
  talk();
  const auto refused = client_.take_response(after);
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->error().code, ErrorCode::kRefused);
  EXPECT_TRUE(server_.respond(server_.take_requests().at(0).stream, {}).ok());
  talk();
  EXPECT_TRUE(client_.take_response(before)->ok());
}

TEST_F(Http2SessionTest, AnAnswerMayEndWithinItsBody) {
  HttpLimits keeping;
  keeping.keep_partial = true;
  for (const HttpLimits& limits : {HttpLimits(), keeping}) {
    Http2Session client(Role::kClient, limits);
    Http2Session server(Role::kServer, {});
    const auto stream = client.submit(HttpRequest(), "api.test");
    EXPECT_TRUE(server.receive(client.take_output()).ok());
    HttpResponse response{200, {}, to_bytes("0123456789")};
    response.cut_after = 4;
    EXPECT_TRUE(server.respond(server.take_requests().at(0).stream, std::move(response)).ok());
    EXPECT_TRUE(client.receive(server.take_output()).ok());
    const auto result = client.take_response(*stream);
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->ok(), limits.keep_partial);
    if (!result->ok()) continue;
    EXPECT_FALSE((*result)->whole);
    EXPECT_EQ(as_text((*result)->body), "0123");
  }
}

class Http2SmallServerTest : public Http2SessionTest {
 protected:
  Http2SmallServerTest() : Http2SessionTest({}, small_limits()) {}
};

TEST_F(Http2SmallServerTest, OversizedRequestsAreAnswered) {
  const std::int32_t body = must_submit(post("/", 100'000));
  HttpRequest request;
  request.headers = {{"x-long", std::string(2000, 'x')}};
  const std::int32_t header = must_submit(request);
  const std::int32_t fits = must_submit(post("/", 4096));
  talk();
  EXPECT_EQ((*client_.take_response(body))->status, 413U);
  EXPECT_EQ((*client_.take_response(header))->status, 431U);
  const auto received = server_.take_requests();
  ASSERT_EQ(received.size(), 1U);
  EXPECT_EQ(received.front().stream, fits);
}

class Http2SmallClientTest : public Http2SessionTest {
 protected:
  Http2SmallClientTest() : Http2SessionTest(small_limits(), {}) {}
};

TEST_F(Http2SmallClientTest, OversizedResponsesAreRefused) {
  for (HttpResponse& response : std::vector<HttpResponse>{
           {200, {}, Bytes(5000, 1)}, {200, {{"x-long", std::string(2000, 'x')}}, {}}}) {
    const std::int32_t stream = must_submit(post("/", 1));
    talk();
    EXPECT_TRUE(server_.respond(server_.take_requests().at(0).stream, std::move(response)).ok());
    talk();
    const auto result = client_.take_response(stream);
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->error().code, ErrorCode::kLimit);
  }
}

// A server that is spoken to by hand.
class Http2HandTest : public testing::Test {
 protected:
  Status say(const std::string& text) { return server_.receive(as_bytes(text)); }
  // The last frame that the server writes is the one that ends the connection, with this code.
  void expect_farewell(std::uint32_t code) {
    const Bytes out = server_.take_output();
    ASSERT_GE(out.size(), 17U);
    std::string last;
    for (std::size_t at = 0; at + 9 <= out.size();) {
      const std::size_t size =
          static_cast<std::size_t>(out[at]) << 16 | out[at + 1] << 8 | out[at + 2];
      last = std::string(as_text(BytesView(out).subspan(at, 9 + size)));
      at += 9 + size;
    }
    EXPECT_EQ(last[3], frames::kGoAway);
    EXPECT_EQ(last.substr(13, 4), frames::word(code));
    EXPECT_TRUE(server_.finished());
  }

  Http2Session server_{Role::kServer, small_limits(), {4, 8192, 100, 1000}};
};

constexpr std::uint32_t kProtocolError = 1;
constexpr std::uint32_t kCalmDown = 11;

TEST_F(Http2HandTest, ARequestByHandArrives) {
  const std::string head = frames::request_fields("GET", "/jwks");
  ASSERT_TRUE(say(frames::greeting()).ok());
  // In two pieces, cut within a frame.
  const std::string get =
      frames::frame(frames::kHeaders, frames::kEndStream | frames::kEndHeaders, 1, head);
  ASSERT_TRUE(say(get.substr(0, 20)).ok());
  EXPECT_TRUE(server_.take_requests().empty());
  ASSERT_TRUE(say(get.substr(20)).ok());
  ASSERT_EQ(server_.take_requests().size(), 1U);
}

TEST_F(Http2HandTest, WhatIsNoHttp2IsInvalid) {
  EXPECT_EQ(say("GET / HTTP/1.1\r\nHost: api.test\r\n\r\n").error().code, ErrorCode::kInvalid);
  expect_farewell(kProtocolError);
}

TEST_F(Http2HandTest, AFloodOfContinuationsEndsTheConnection) {
  ASSERT_TRUE(say(frames::greeting()).ok());
  std::string flood =
      frames::frame(frames::kHeaders, frames::kEndStream, 1, frames::request_fields("GET", "/"));
  for (int i = 0; i < 20; ++i) {
    flood += frames::frame(frames::kContinuation, 0, 1, frames::fields({{"x-a", "b"}}));
  }
  EXPECT_FALSE(say(flood).ok());
  EXPECT_TRUE(server_.take_requests().empty());
}

TEST_F(Http2HandTest, RapidResetsEndTheConnection) {
  ASSERT_TRUE(say(frames::greeting()).ok());
  Status status;
  std::uint32_t stream = 1;
  for (; status.ok() && stream < 2001; stream += 2) {
    status = say(frames::frame(frames::kHeaders, frames::kEndHeaders, stream,
                               frames::request_fields("GET", "/")) +
                 frames::frame(frames::kReset, 0, stream, frames::word(8)));
  }
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kLimit);
  EXPECT_EQ(stream, 2 * 101 + 1U);
  EXPECT_EQ(server_.open_streams(), 0U);
  expect_farewell(kCalmDown);
}

TEST_F(Http2HandTest, FramesThatCarryNothingAreBounded) {
  ASSERT_TRUE(say(frames::greeting()).ok());
  ASSERT_TRUE(say(frames::frame(frames::kHeaders, frames::kEndHeaders, 1,
                                frames::request_fields("POST", "/")))
                  .ok());
  Status status;
  int frames_sent = 0;
  for (; status.ok() && frames_sent < 5000; ++frames_sent) {
    status = say(frames::frame(frames::kData, 0, 1));
  }
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kLimit);
  EXPECT_LE(frames_sent, 1001);
}

TEST_F(Http2HandTest, UnansweredPingsAreBounded) {
  ASSERT_TRUE(say(frames::greeting()).ok());
  std::string pings;
  for (int i = 0; i < 500; ++i) pings += frames::frame(frames::kPing, 0, 0, "12345678");
  EXPECT_EQ(say(pings).error().code, ErrorCode::kLimit);
}

TEST_F(Http2HandTest, ManyUnfinishedRequestsHoldNoMoreThanAConnectionMay) {
  ASSERT_TRUE(say(frames::greeting()).ok());
  for (const std::uint32_t stream : {1, 3, 5}) {
    ASSERT_TRUE(say(frames::frame(frames::kHeaders, frames::kEndHeaders, stream,
                                  frames::request_fields("POST", "/")) +
                    frames::frame(frames::kData, 0, stream, std::string(3000, 'x')))
                    .ok());
  }
  (void)server_.take_output();
  EXPECT_EQ(server_.open_streams(), 2U);  // the third would be beyond 8192 bytes
  // The others are unharmed.
  ASSERT_TRUE(say(frames::frame(frames::kData, frames::kEndStream, 1, "y")).ok());
  EXPECT_EQ(server_.take_requests().at(0).request.body.size(), 3001U);
}

TEST_F(Http2HandTest, MoreStreamsThanAllowedAreNotBegun) {
  std::string all = frames::greeting();
  ASSERT_TRUE(say(all).ok());
  (void)server_.take_output();
  ASSERT_TRUE(say(frames::frame(frames::kSettings, 1, 0)).ok());  // the client knows the bound
  for (std::uint32_t stream = 1; stream < 20; stream += 2) {
    (void)say(frames::frame(frames::kHeaders, frames::kEndHeaders, stream,
                            frames::request_fields("POST", "/")));
  }
  EXPECT_LE(server_.open_streams(), 4U);
}

TEST_F(Http2HandTest, ConnectIsNotServed) {
  ASSERT_TRUE(say(frames::greeting()).ok());
  ASSERT_TRUE(say(frames::frame(frames::kHeaders, frames::kEndHeaders | frames::kEndStream, 1,
                                frames::fields({{":method", "CONNECT"}, {":authority", "a:1"}})))
                  .ok());
  EXPECT_TRUE(server_.take_requests().empty());
  (void)server_.take_output();
  EXPECT_EQ(server_.open_streams(), 0U);
}

TEST(Http2Client, AResetOrBrokenResponseIsAnError) {
  struct Case {
    std::string bytes;
    ErrorCode code;
  };
  const std::string start = frames::frame(frames::kSettings, 0, 0);
  const std::string ok = frames::fields({{":status", "200"}});
  const std::vector<Case> cases = {
      {start + frames::frame(frames::kReset, 0, 1, frames::word(2)), ErrorCode::kClosed},
      {start + frames::frame(frames::kReset, 0, 1, frames::word(7)), ErrorCode::kRefused},
      {start + frames::frame(frames::kReset, 0, 1, frames::word(11)), ErrorCode::kLimit},
      {start + frames::frame(frames::kGoAway, 0, 0, frames::word(0) + frames::word(0)),
       ErrorCode::kRefused},
      // A length that does not hold.
      {start +
           frames::frame(frames::kHeaders, frames::kEndHeaders, 1,
                         ok + frames::fields({{"content-length", "9"}})) +
           frames::frame(frames::kData, frames::kEndStream, 1, "short"),
       ErrorCode::kInvalid},
  };
  for (const Case& example : cases) {
    Http2Session client(Role::kClient, {});
    const auto stream = client.submit(HttpRequest(), "api.test");
    ASSERT_TRUE(stream.ok());
    (void)client.take_output();
    EXPECT_TRUE(client.receive(as_bytes(example.bytes)).ok());
    (void)client.take_output();
    const auto response = client.take_response(*stream);
    ASSERT_TRUE(response.has_value());
    ASSERT_FALSE(response->ok());
    EXPECT_EQ(response->error().code, example.code) << response->error().text();
  }
}

TEST(Http2Client, InterimResponsesAndTrailersAreNotTheAnswer) {
  Http2Session client(Role::kClient, {});
  const auto stream = client.submit(HttpRequest(), "api.test");
  (void)client.take_output();
  const std::string answer =
      frames::frame(frames::kSettings, 0, 0) +
      frames::frame(frames::kHeaders, frames::kEndHeaders, 1,
                    frames::fields({{":status", "103"}, {"x-early", "1"}})) +
      frames::frame(frames::kHeaders, frames::kEndHeaders, 1,
                    frames::fields({{":status", "200"}, {"x-final", "1"}})) +
      frames::frame(frames::kData, 0, 1, "body") +
      frames::frame(frames::kHeaders, frames::kEndHeaders | frames::kEndStream, 1,
                    frames::fields({{"x-trailer", "1"}}));
  EXPECT_TRUE(client.receive(as_bytes(answer)).ok());
  const auto response = client.take_response(*stream);
  ASSERT_TRUE(response.has_value() && response->ok());
  EXPECT_EQ((*response)->status, 200U);
  EXPECT_EQ(as_text((*response)->body), "body");
  ASSERT_EQ((*response)->headers.size(), 1U);
  EXPECT_EQ((*response)->headers[0].first, "x-final");
}

}  // namespace
}  // namespace parley::net
