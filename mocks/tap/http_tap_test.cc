// HTTP between a client and a server in a simulated World, both ends tapped.
#include "mocks/tap/http_tap.h"

#include <gtest/gtest.h>

#include "harness/base/encoding.h"
#include "harness/crypto/jwt.h"

namespace parley::mocks {
namespace {

using evidence::Direction;
using evidence::Role;

std::string some_token() {
  return crypto::sign_jwt(crypto::RsaPrivateKey::test_key(0), "k", {{"sub", "bob"}});
}

class HttpTapTest : public testing::Test {
 protected:
  HttpTapTest() {
    net::SimOptions options;
    options.start = from_unix_seconds(1'790'000'000);
    world_ = net::make_sim_world(options, log_);
    recorder_ = std::make_unique<evidence::Recorder>(world_->clock());
    auto listener = world_->network().listen({"server.test", 443}, net::Security::kTls);
    EXPECT_TRUE(listener.ok());
    world_->spawn(net::http_serve(
        *world_, std::move(*listener),
        tapped_handler(*world_, {recorder_.get(), Role::kPartnerServer, "bird"}, "server.test",
                       [](net::HttpRequest request) -> net::awaitable<net::HttpResponse> {
                         net::HttpResponse response;
                         response.status = request.target == "/none" ? 404 : 200;
                         response.headers = {{"Content-Type", "text/plain"}};
                         response.body = to_bytes(std::string_view("answer"));
                         co_return response;
                       })));
  }
  ~HttpTapTest() override { world_->shutdown(); }

  Result<net::HttpResponse> fetch(net::HttpRequest request, std::string host = "server.test") {
    Result<net::HttpResponse> response = make_error(ErrorCode::kInternal, "not run");
    const Status status = net::run(*world_, fetch_into(std::move(request), host, response));
    EXPECT_TRUE(status.ok());
    return response;
  }
  net::awaitable<Status> fetch_into(net::HttpRequest request, std::string host,
                                    Result<net::HttpResponse>& response) {
    response = co_await tapped_fetch(*world_, {recorder_.get(), Role::kPartnerClient, "bob"},
                                     "bob.device.test", {std::move(host), 443}, net::Security::kTls,
                                     std::move(request));
    co_return Status();
  }
  const std::vector<evidence::Record>& records() { return recorder_->records(); }

  NullLog log_;
  std::unique_ptr<net::World> world_;
  std::unique_ptr<evidence::Recorder> recorder_;
};

TEST_F(HttpTapTest, BothEndsSeeRequestAndResponse) {
  net::HttpRequest request;
  request.target = "/none";
  ASSERT_TRUE(fetch(request).ok());
  ASSERT_EQ(records().size(), 4u);
  const std::pair<const char*, Direction> expected[] = {{"bob", Direction::kOut},
                                                        {"bird", Direction::kIn},
                                                        {"bird", Direction::kOut},
                                                        {"bob", Direction::kIn}};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(records()[i].party, expected[i].first);
    EXPECT_EQ(records()[i].direction, expected[i].second);
    EXPECT_EQ(records()[i].kind, i < 2 ? "http.request" : "http.response");
    EXPECT_EQ(get_string(records()[i].facts, "method"), "GET");
    EXPECT_EQ(get_string(records()[i].facts, "target"), "/none");
    EXPECT_EQ(get_string(records()[i].facts, "host"), "server.test");
  }
  EXPECT_EQ(records()[0].peer, "server.test");
  EXPECT_EQ(records()[1].peer, "bob.device.test");
  EXPECT_EQ(get_int(records()[3].facts, "status"), 404);
  EXPECT_EQ(as_text(records()[3].body), "answer");
  const json::object* headers = get_object(records()[2].facts, "headers");
  ASSERT_NE(headers, nullptr);
  EXPECT_EQ(get_string(*headers, "content-type"), "text/plain");
}

TEST_F(HttpTapTest, FormsAreTakenApart) {
  net::HttpRequest request;
  request.method = "POST";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
  request.body = to_bytes(net::encode_form({{"who", "b o b"}, {"n", "1"}}));
  ASSERT_TRUE(fetch(request).ok());
  for (const std::size_t i : {0u, 1u}) {
    const json::object* form = get_object(records()[i].facts, "form");
    ASSERT_NE(form, nullptr);
    EXPECT_EQ(get_string(*form, "who"), "b o b");
  }
  request.headers.clear();
  ASSERT_TRUE(fetch(request).ok());
  EXPECT_FALSE(records()[4].facts.contains("form"));
}

// Too long for any verifier, and a bearer of secrets all the same.
TEST_F(HttpTapTest, AWrappedTokenOfAnySizeStaysOut) {
  const std::string token =
      "eyJhbGciOiJSUzI1NiJ9." + std::string(5000, 'p') + "." + std::string(342, 's');
  net::HttpRequest request;
  request.method = "POST";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = to_bytes(net::encode_form({{"token", base64url(as_bytes(token))}}));
  ASSERT_TRUE(fetch(request).ok());
  for (const evidence::Record& record : records()) {
    const std::string text = evidence::to_line(record, "case") + std::string(as_text(record.body));
    EXPECT_EQ(text.find(base64url(as_bytes(token)).substr(0, 40)), std::string::npos);
  }
}

TEST_F(HttpTapTest, CredentialsStayOut) {
  const std::string token = some_token();
  net::HttpRequest request;
  request.method = "POST";
  request.headers = {{"Authorization", "Bearer " + token},
                     {"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = to_bytes(net::encode_form({{"token", base64url(as_bytes(token))}}));
  ASSERT_TRUE(fetch(request).ok());
  request.headers = {{"Authorization", "Bearer a-device-credential"}};
  request.body = {};
  ASSERT_TRUE(fetch(request).ok());
  request.headers = {{"Authorization", "a-device-credential"}};
  ASSERT_TRUE(fetch(request).ok());
  for (const evidence::Record& record : records()) {
    const std::string text = evidence::to_line(record, "case") + std::string(as_text(record.body));
    EXPECT_EQ(text.find(token), std::string::npos);
    EXPECT_EQ(text.find(base64url(as_bytes(token))), std::string::npos);
    EXPECT_EQ(text.find("a-device-credential"), std::string::npos);
  }
  const auto authorization = [&](std::size_t i) {
    return std::string(
        get_string(*get_object(records()[i].facts, "headers"), "authorization").value_or(""));
  };
  EXPECT_TRUE(authorization(0).starts_with("Bearer jwt:"));
  EXPECT_EQ(authorization(4), "Bearer redacted");
  EXPECT_EQ(authorization(8), "redacted");
  EXPECT_TRUE(get_string(*get_object(records()[0].facts, "form"), "token")
                  .value_or("")
                  .starts_with("jwt:"));
}

TEST_F(HttpTapTest, AFailureIsSeenByWhoAsked) {
  EXPECT_FALSE(fetch({}, "nowhere.test").ok());
  ASSERT_EQ(records().size(), 2u);
  EXPECT_EQ(records()[1].kind, "http.failure");
  EXPECT_EQ(get_string(records()[1].facts, "error"), "not-found");
}

TEST(HttpFacts, RepeatedHeadersAreJoined) {
  net::HttpRequest request;
  request.headers = {{"Accept", "a"}, {"ACCEPT", "b"}};
  const json::object facts = request_facts(request, "h");
  EXPECT_EQ(get_string(*get_object(facts, "headers"), "accept"), "a, b");
}

}  // namespace
}  // namespace parley::mocks
