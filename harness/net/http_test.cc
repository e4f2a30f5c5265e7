// HTTP between parties, and from peers that speak it badly: too much, too slowly, half, or not at
// all. Everything runs in memory and over sockets; time limits are World time.
#include "harness/net/http.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/net/world_fixture.h"

namespace parley::net {
namespace {

using namespace std::chrono_literals;

const Address kServer{"api.test", 443};

class HttpTest : public WorldTest {
 protected:
  ~HttpTest() override { world_->shutdown(); }

  void serve(HttpHandler handler, HttpLimits limits = {}, Security security = Security::kPlain) {
    listener_ = std::shared_ptr<Listener>(must_listen(kServer, security));
    world_->spawn(http_serve(*world_, listener_, std::move(handler), limits));
  }
  // Answers with what it was asked: "POST /path body", and the header "x-echo".
  void serve_echo(HttpLimits limits = {}, Security security = Security::kPlain) {
    serve(
        [this](HttpRequest request) -> awaitable<HttpResponse> {
          ++requests_;
          HttpResponse response;
          response.headers.emplace_back("X-Echo", find_header(request.headers, "x-echo"));
          response.headers.emplace_back("X-From", request.remote_host);
          response.body = concat({as_bytes(request.method), as_bytes(" "), as_bytes(request.target),
                                  as_bytes(" "), request.body});
          co_return response;
        },
        limits, security);
  }

  awaitable<Result<HttpResponse>> fetch(HttpRequest request, HttpLimits limits = {},
                                        Security security = Security::kPlain) {
    return http_fetch(*world_, "client.test", kServer, security, std::move(request), limits);
  }

  // Sends `text` as it is and returns all that comes back until the server closes.
  awaitable<Result<std::string>> raw(std::string text) {
    PARLEY_CO_ASSIGN(auto stream,
                     co_await world_->network().connect("raw.test", kServer, Security::kPlain));
    PARLEY_CO_TRY(co_await stream->write(as_bytes(text)));
    co_return co_await read_to_end(*stream);
  }
  void expect_raw(const std::string& text, const std::string& status_line) {
    run_body([&]() -> awaitable<Status> {
      PARLEY_CO_ASSIGN(const std::string answer, co_await raw(text));
      EXPECT_EQ(answer.substr(0, answer.find("\r\n")), status_line)
          << "request: " << text.substr(0, 200);
      co_return Status();
    });
  }

  // A server that sends `text` to whoever connects, and then closes unless `hang`.
  void serve_raw(std::string text, bool hang = false) {
    listener_ = std::shared_ptr<Listener>(must_listen(kServer));
    world_->spawn(answer_raw(*world_, listener_, std::move(text), hang));
  }
  static awaitable<void> answer_raw(World& world, std::shared_ptr<Listener> listener,
                                    std::string text, bool hang) {
    for (;;) {
      auto stream = co_await listener->accept();
      if (!stream.ok()) co_return;
      std::string request;
      while (request.find("\r\n\r\n") == std::string::npos) {
        const auto got = co_await (*stream)->read_some(4096);
        if (!got.ok()) break;
        request.append(as_text(*got));
      }
      const Status sent = co_await (*stream)->write(as_bytes(text));
      if (hang && sent.ok()) co_await world.wait_for(24h);
      (*stream)->close();
    }
  }
  void expect_response(const std::string& text, unsigned status, const std::string& body) {
    serve_raw(text);
    run_body([&]() -> awaitable<Status> {
      PARLEY_CO_ASSIGN(const HttpResponse response, co_await fetch(HttpRequest()));
      EXPECT_EQ(response.status, status);
      EXPECT_EQ(as_text(response.body), body);
      co_return Status();
    });
  }
  void expect_response_error(const std::string& text, ErrorCode code, HttpLimits limits = {}) {
    serve_raw(text);
    run_body([&]() -> awaitable<Status> {
      const auto response = co_await fetch(HttpRequest(), limits);
      EXPECT_FALSE(response.ok());
      EXPECT_EQ(response.error().code, code) << response.error().text();
      co_return Status();
    });
  }

  std::shared_ptr<Listener> listener_;
  int requests_ = 0;
};

TEST_P(HttpTest, ARequestIsAnsweredOverPlainAndTls) {
  for (const Security security : {Security::kPlain, Security::kTls}) {
    serve_echo({}, security);
    run_body([&]() -> awaitable<Status> {
      HttpRequest request;
      request.method = "POST";
      request.target = "/token?x=1";
      request.headers.emplace_back("X-Echo", "value with spaces");
      request.body = to_bytes("a=1");
      PARLEY_CO_ASSIGN(const HttpResponse response,
                       co_await fetch(std::move(request), HttpLimits(), security));
      EXPECT_EQ(response.status, 200U);
      EXPECT_EQ(as_text(response.body), "POST /token?x=1 a=1");
      EXPECT_EQ(find_header(response.headers, "x-ECHO"), "value with spaces");
      EXPECT_EQ(find_header(response.headers, "x-from"), "client.test");
      EXPECT_EQ(find_header(response.headers, "absent"), "");
      listener_->close();
      co_return Status();
    });
  }
}

TEST_P(HttpTest, LargeBodiesArriveWhole) {
  serve_echo();
  Bytes body(5'000'000);
  world_->random("body")->fill(body);
  run_body([&]() -> awaitable<Status> {
    HttpRequest request;
    request.method = "PUT";
    request.body = body;
    PARLEY_CO_ASSIGN(const HttpResponse response, co_await fetch(std::move(request)));
    EXPECT_EQ(response.body, concat({as_bytes("PUT / "), body}));
    co_return Status();
  });
}

TEST_P(HttpTest, AnAnswerCutOffIsAnErrorUnlessItsBeginningIsWanted) {
  for (const Security security : {Security::kPlain, Security::kTls}) {
    serve(
        [](HttpRequest) -> awaitable<HttpResponse> {
          HttpResponse response;
          response.body = Bytes(200'000, 7);
          response.cut_after = 70'000;
          co_return response;
        },
        {}, security);
    run_body([&]() -> awaitable<Status> {
      const auto refused = co_await fetch(HttpRequest(), {}, security);
      EXPECT_FALSE(refused.ok());
      EXPECT_EQ(refused.error().code, ErrorCode::kClosed);
      HttpLimits limits;
      limits.keep_partial = true;
      PARLEY_CO_ASSIGN(const HttpResponse part, co_await fetch(HttpRequest(), limits, security));
      EXPECT_FALSE(part.whole);
      EXPECT_EQ(part.status, 200U);
      EXPECT_EQ(part.body, Bytes(70'000, 7));
      EXPECT_EQ(find_header(part.headers, "Content-Length"), "200000");
      listener_->close();
      co_return Status();
    });
  }
}

TEST_P(HttpTest, HeadHasAHeaderOnly) {
  serve_echo();
  run_body([&]() -> awaitable<Status> {
    HttpRequest request;
    request.method = "HEAD";
    PARLEY_CO_ASSIGN(const HttpResponse response, co_await fetch(std::move(request)));
    EXPECT_EQ(response.status, 200U);
    EXPECT_EQ(find_header(response.headers, "Content-Length"), "7");
    EXPECT_TRUE(response.body.empty());
    co_return Status();
  });
}

// Two requests in one piece, on one connection: the second must not be lost or mixed up.
TEST_P(HttpTest, AConnectionCarriesOneRequestAfterTheOther) {
  serve_echo();
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(const std::string answers,
                     co_await raw("GET /one HTTP/1.1\r\nHost: a\r\n\r\n"
                                  "POST /two HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
                                  "GET /three HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    const auto one = answers.find("GET /one ");
    const auto two = answers.find("POST /two abc");
    const auto three = answers.find("GET /three ");
    EXPECT_TRUE(one < two && two < three && three != std::string::npos) << answers;
    co_return Status();
  });
  EXPECT_EQ(requests_, 3);
}

TEST_P(HttpTest, ChunkedBodiesAreAccepted) {
  serve_echo();
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(const std::string answer,
                     co_await raw("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                                  "Transfer-Encoding: chunked\r\n\r\n"
                                  "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"));
    EXPECT_NE(answer.find("POST / abcde"), std::string::npos) << answer;
    co_return Status();
  });
}

TEST_P(HttpTest, AClientThatExpectsPermissionToSendGetsIt) {
  serve_echo();
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(auto stream,
                     co_await world_->network().connect("raw.test", kServer, Security::kPlain));
    PARLEY_CO_TRY(
        co_await stream->write(as_bytes("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                                        "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n")));
    const std::string permission = "HTTP/1.1 100 Continue\r\n\r\n";
    EXPECT_EQ(co_await read_exactly(*stream, permission.size()), permission);
    PARLEY_CO_TRY(co_await stream->write(as_bytes("body")));
    const std::string answer = co_await read_to_end(*stream);
    EXPECT_NE(answer.find("POST / body"), std::string::npos) << answer;
    co_return Status();
  });
}

TEST_P(HttpTest, MalformedRequestsAreAnswered400) {
  serve_echo();
  const std::string bad = "HTTP/1.1 400 Bad Request";
  expect_raw("nonsense\r\n\r\n", bad);
  expect_raw("GET / HTTP/9.9\r\nHost: a\r\n\r\n", bad);
  expect_raw("GET / HTTP/1.1\r\n\r\n", bad);
  expect_raw("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", bad);
  expect_raw("GET / HTTP/1.1\r\nHost a\r\n\r\n", bad);
  expect_raw("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", bad);
  expect_raw("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", bad);
  expect_raw("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", bad);
  expect_raw(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
      bad);
  expect_raw(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + "\r\n\r\n", bad);
  EXPECT_EQ(requests_, 0);
}

TEST_P(HttpTest, OversizedRequestsAreRefusedAndTheAnswerArrives) {
  HttpLimits limits;
  limits.header_bytes = 1000;
  limits.body_bytes = 2000;
  serve_echo(limits);
  expect_raw("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n",
             "HTTP/1.1 431 Request Header Fields Too Large");
  expect_raw("GET /" + std::string(100'000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n",
             "HTTP/1.1 431 Request Header Fields Too Large");
  expect_raw(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n" + std::string(3'000'000, 'x'),
      "HTTP/1.1 413 Payload Too Large");
  std::string chunks = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 30; ++i) chunks += "64\r\n" + std::string(100, 'x') + "\r\n";
  expect_raw(chunks, "HTTP/1.1 413 Payload Too Large");
  EXPECT_EQ(requests_, 0);
}

TEST_P(HttpTest, TheClientReadsARefusalThatComesBeforeItHasSentAll) {
  HttpLimits small;
  small.body_bytes = 1000;
  serve_echo(small);
  run_body([&]() -> awaitable<Status> {
    HttpRequest request;
    request.method = "POST";
    request.body = Bytes(5'000'000);
    PARLEY_CO_ASSIGN(const HttpResponse response, co_await fetch(std::move(request)));
    EXPECT_EQ(response.status, 413U);
    co_return Status();
  });
}

// Slow loris: a byte a second. The server gives up at its limit, not ours.
TEST_P(HttpTest, ARequestThatTricklesInIsAnswered408) {
  HttpLimits limits;
  limits.timeout = 10s;
  serve_echo(limits);
  std::string answer;
  const auto drip = [&]() -> awaitable<void> {
    auto stream = co_await world_->network().connect("slow.test", kServer, Security::kPlain);
    if (!stream.ok()) co_return;
    for (const char c : std::string("GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")) {
      const Bytes one(1, static_cast<std::uint8_t>(c));
      const Status sent = co_await (*stream)->write(one);
      if (!sent.ok()) break;
      co_await world_->wait_for(1s);
    }
    answer = co_await read_to_end(**stream);
  };
  run_body([&]() -> awaitable<Status> {
    world_->spawn(drip());
    co_await world_->advance(60s);
    co_return Status();
  });
  EXPECT_EQ(answer.substr(0, answer.find("\r\n")), "HTTP/1.1 408 Request Timeout");
  EXPECT_EQ(requests_, 0);
}

TEST_P(HttpTest, AnIdleConnectionIsClosedWithoutAWord) {
  HttpLimits limits;
  limits.timeout = 10s;
  serve_echo(limits);
  bool ended = false;
  std::string answer;
  const auto sit = [&]() -> awaitable<void> {
    auto stream = co_await world_->network().connect("idle.test", kServer, Security::kPlain);
    if (stream.ok()) answer = co_await read_to_end(**stream);
    ended = true;
  };
  run_body([&]() -> awaitable<Status> {
    world_->spawn(sit());
    co_await world_->advance(9s);
    EXPECT_FALSE(ended);
    co_await world_->advance(2s);
    EXPECT_TRUE(ended);
    co_return Status();
  });
  EXPECT_EQ(answer, "");
}

TEST_P(HttpTest, ClosingTheListenerEndsIdleConnectionsButNotRequestsInHand) {
  serve([this](HttpRequest) -> awaitable<HttpResponse> {
    co_await world_->wait_for(1s);
    HttpResponse response;
    response.status = 204;
    co_return response;
  });
  std::vector<std::string> answers;
  const auto talk = [&](std::string text) -> awaitable<void> {
    auto answer = co_await raw(std::move(text));
    answers.push_back(answer.ok() ? *answer : answer.error().text());
  };
  run_body([&]() -> awaitable<Status> {
    world_->spawn(talk("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    world_->spawn(talk(""));
    co_await world_->settle();
    listener_->close();
    co_await world_->settle();
    EXPECT_EQ(answers, std::vector<std::string>{""});
    co_await world_->advance(2s);
    co_return Status();
  });
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[1], "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
}

TEST_P(HttpTest, ResponsesOfAllFramingsAreRead) {
  expect_response("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", 200, "abc");
  listener_->close();
  expect_response(
      "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n", 404,
      "ab");
  listener_->close();
  expect_response("HTTP/1.0 200 OK\r\n\r\nuntil the end", 200, "until the end");
  listener_->close();
  expect_response("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", 204, "");
}

TEST_P(HttpTest, BadResponsesAreErrors) {
  HttpLimits limits;
  limits.header_bytes = 1000;
  limits.body_bytes = 1000;
  expect_response_error("", ErrorCode::kClosed);
  listener_->close();
  expect_response_error("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", ErrorCode::kClosed);
  listener_->close();
  expect_response_error("HTTP/1.1 200 OK\r\nContent-", ErrorCode::kClosed);
  listener_->close();
  expect_response_error("SSH-2.0-x\r\n\r\n", ErrorCode::kInvalid);
  listener_->close();
  expect_response_error("HTTP/1.1 200 OK\r\nX: " + std::string(2000, 'x') + "\r\n\r\n",
                        ErrorCode::kLimit, limits);
  listener_->close();
  expect_response_error("HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n", ErrorCode::kLimit,
                        limits);
  listener_->close();
  expect_response_error("HTTP/1.0 200 OK\r\n\r\n" + std::string(2000, 'x'), ErrorCode::kLimit,
                        limits);
}

TEST_P(HttpTest, AServerThatDoesNotAnswerIsATimeout) {
  serve_raw("HTTP/1.1 200 OK\r\n", true);
  HttpLimits limits;
  limits.timeout = 10s;
  std::optional<ErrorCode> code;
  const auto ask = [&]() -> awaitable<void> {
    const auto response = co_await fetch(HttpRequest(), limits);
    code = response.ok() ? ErrorCode::kInternal : response.error().code;
  };
  run_body([&]() -> awaitable<Status> {
    world_->spawn(ask());
    co_await world_->advance(9s);
    EXPECT_FALSE(code);
    co_await world_->advance(2s);
    EXPECT_EQ(code, ErrorCode::kTimeout);
    co_return Status();
  });
}

TEST_P(HttpTest, NobodyThereIsToldWithTheAddress) {
  run_body([&]() -> awaitable<Status> {
    const auto response = co_await fetch(HttpRequest());
    EXPECT_FALSE(response.ok());
    EXPECT_EQ(response.error().code, ErrorCode::kNotFound);
    EXPECT_NE(response.error().text().find("GET api.test:443/"), std::string::npos);
    co_return Status();
  });
}

TEST_P(HttpTest, NothingIsSentThatWouldBreakTheFraming) {
  serve_echo();
  std::vector<HttpRequest> requests(4);
  requests[0].method = "GET /evil";
  requests[1].target = "/a b";
  requests[2].headers.emplace_back("X", "a\r\nY: b");
  requests[3].headers.emplace_back("X:", "a");
  for (const HttpRequest& request : requests) {
    run_body([&]() -> awaitable<Status> {
      const auto response = co_await fetch(request);
      EXPECT_FALSE(response.ok());
      EXPECT_EQ(response.error().code, ErrorCode::kInvalid);
      co_return Status();
    });
  }
  EXPECT_EQ(requests_, 0);
}

TEST_P(HttpTest, AHandlerThatBreaksTheFramingIsAnswered500) {
  serve([](HttpRequest) -> awaitable<HttpResponse> {
    HttpResponse response;
    response.headers.emplace_back("X", "a\nb");
    co_return response;
  });
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(const HttpResponse response, co_await fetch(HttpRequest()));
    EXPECT_EQ(response.status, 500U);
    co_return Status();
  });
}

PARLEY_BOTH_WORLDS(HttpTest);

TEST(HttpFormTest, ReadsAndWritesFields) {
  const auto fields = parse_form("a=1&b=two+words&c=%C3%A9%26&empty=&bare&&");
  ASSERT_TRUE(fields.ok());
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"a", "1"}, {"b", "two words"}, {"c", "\xC3\xA9&"}, {"empty", ""}, {"bare", ""}};
  EXPECT_EQ(*fields, expected);
  const std::string text = encode_form(expected);
  EXPECT_EQ(text, "a=1&b=two+words&c=%C3%A9%26&empty=&bare=");
  EXPECT_EQ(*parse_form(text), expected);
  EXPECT_TRUE(parse_form("")->empty());
}

TEST(HttpFormTest, EveryByteSurvives) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
  const std::vector<std::pair<std::string, std::string>> fields = {{all, all}};
  EXPECT_EQ(*parse_form(encode_form(fields)), fields);
}

TEST(HttpFormTest, RefusesBadEscapesRepetitionsAndFloods) {
  for (const char* bad : {"a=%", "a=%4", "a=%zz", "%=1", "a=1&a=2", "a=1&%61=2"}) {
    const auto fields = parse_form(bad);
    ASSERT_FALSE(fields.ok()) << bad;
    EXPECT_EQ(fields.error().code, ErrorCode::kInvalid) << bad;
  }
  std::string many;
  for (int i = 0; i < 64; ++i) many += "f" + std::to_string(i) + "=1&";
  EXPECT_TRUE(parse_form(many).ok());
  const auto fields = parse_form(many + "one_more=1");
  ASSERT_FALSE(fields.ok());
  EXPECT_EQ(fields.error().code, ErrorCode::kLimit);
}

}  // namespace
}  // namespace parley::net
