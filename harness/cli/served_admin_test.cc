// Somebody who develops a product asks the mocks that stand by for it: with the token and without,
// in words that exist and in words that nearly do. The World is simulated; the parties are the
// mocks of the gatekeeper's side.
#include "harness/cli/served_admin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <memory>
#include <optional>

#include "harness/cli/mock_cast.h"

namespace parley::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kToken = "0123456789abcdef";

const Suite& suite() {
  static const Suite loaded = [] {
    std::vector<Diagnostic> diagnostics;
    return load_suite({}, diagnostics).value();
  }();
  return loaded;
}

class ServedAdminTest : public testing::Test {
 protected:
  ServedAdminTest() {
    std::vector<Diagnostic> diagnostics;
    profile_ = std::make_shared<const wire::Profile>(
        suite().wire_profile("wa-public-1.0.3", diagnostics).value());
    cast_ = load_served_cast(suite(), "", ServedSide::kGatekeeper, diagnostics);
    EXPECT_TRUE(cast_) << render(diagnostics);
    EXPECT_TRUE(
        stage_.enter(cast_->actors, ServedSide::kGatekeeper, make_parties(profile_, {}))
            .ok());
  }
  ~ServedAdminTest() override {
    world_->shutdown();
    stage_.clear();
  }

  struct Answered {
    unsigned status = 0;
    json::object body;
    net::HttpHeaders headers;

    std::string error(std::string_view member) const {
      const json::object* error = get_object(body, "error");
      return error == nullptr ? "" : std::string(get_string(*error, member).value_or(""));
    }
  };

  Answered ask(const std::string& method, const std::string& target, const std::string& body = "",
               const std::string& authorization = std::string("Bearer ") + kToken) {
    net::HttpRequest request;
    request.method = method;
    request.target = target;
    if (!authorization.empty()) request.headers = {{"authorization", authorization}};
    request.body = to_bytes(body);
    net::HttpResponse response;
    const Status ran = net::run(*world_, ask_into(std::move(request), response));
    EXPECT_TRUE(ran.ok()) << ran.error().text();
    Answered out{response.status, {}, response.headers};
    const auto parsed = parse_json(as_text(response.body));
    EXPECT_TRUE(parsed.ok() && parsed->is_object()) << as_text(response.body);
    if (parsed.ok() && parsed->is_object()) out.body = parsed->get_object();
    return out;
  }

  net::awaitable<Status> ask_into(net::HttpRequest request, net::HttpResponse& response) {
    response = co_await admin_.answer(std::move(request));
    co_return Status();
  }

  std::vector<std::string> kinds() {
    record_.flush().ok();
    std::vector<std::string> out;
    for (const evidence::Record& record : shown_) out.push_back(record.kind);
    return out;
  }

  NullLog log_;
  std::unique_ptr<net::World> world_ =
      net::make_sim_world({.start = from_unix_seconds(1'767'225'600)}, log_);
  evidence::Recorder recorder_{world_->clock()};
  std::vector<evidence::Record> shown_;
  std::shared_ptr<const wire::Profile> profile_;
  std::optional<ServedCast> cast_;
  ServedStage stage_{*world_, recorder_, [](std::string_view name) { return suite().media(name); }};
  ServedRecord record_{world_->clock(), recorder_, nullptr,
                       [this](const evidence::Record& record) { shown_.push_back(record); }};
  ServedAdmin admin_{*world_, stage_, record_, kToken};
};

TEST_F(ServedAdminTest, NobodyLearnsAnythingWithoutTheToken) {
  for (const char* authorization :
       {"", "Bearer", "Bearer ", "Bearer 0123456789abcde", "Bearer 0123456789abcdef0",
        "Bearer 0123456789ABCDEF", "Basic 0123456789abcdef", "0123456789abcdef"}) {
    for (const char* path : {"/status", "/nothing"}) {
      const Answered answer = ask("GET", path, "", authorization);
      EXPECT_EQ(answer.status, 401U) << authorization;
      EXPECT_EQ(answer.error("code"), "auth");
      EXPECT_EQ(net::find_header(answer.headers, "www-authenticate"), "Bearer");
      EXPECT_THAT(canonical(answer.body), Not(HasSubstr(kToken)));
    }
  }
}

TEST_F(ServedAdminTest, StatusSaysWhoIsThereAndWhatTheyCan) {
  const Answered answer = ask("GET", "/status");
  ASSERT_EQ(answer.status, 200U);
  EXPECT_EQ(get_string(answer.body, "time"), "2026-01-01T00:00:00Z");
  const json::array* parties = get_array(answer.body, "parties");
  ASSERT_EQ(parties->size(), 2U);
  EXPECT_EQ(get_string((*parties)[0].get_object(), "actor"), "gatekeeper");
  EXPECT_EQ(get_string((*parties)[1].get_object(), "role"), "gatekeeper-client");
  EXPECT_THAT(canonical(*get_array((*parties)[1].get_object(), "operations")),
              HasSubstr("\"send-text\""));
}

TEST_F(ServedAdminTest, AMockActsAndEverybodySeesIt) {
  const Answered answer = ask("POST", "/perform", R"({"actor":"alice","operation":"connect"})");
  ASSERT_EQ(answer.status, 200U) << canonical(answer.body);
  EXPECT_EQ(get_string(*get_object(answer.body, "result"), "status"), "ok");
  EXPECT_THAT(kinds(), testing::IsSupersetOf({"case.begin", "step.begin", "noise.handshake",
                                              "login.payload", "step.end", "event.connected"}));
  for (std::size_t i = 0; i < shown_.size(); ++i) EXPECT_EQ(shown_[i].seq, i);

  const Answered events = ask("GET", "/events?actor=alice&from=0");
  ASSERT_EQ(events.status, 200U);
  const json::array* list = get_array(events.body, "events");
  ASSERT_GE(list->size(), 1U);
  EXPECT_EQ(get_string((*list)[0].get_object(), "name"), "connected");
  const auto next = static_cast<std::int64_t>(list->size());
  EXPECT_EQ(get_int(events.body, "next"), next);
  const Answered later = ask("GET", "/events?actor=alice&from=" + std::to_string(next));
  EXPECT_EQ(get_array(later.body, "events")->size(), 0U);

  const Answered status = ask("GET", "/status");
  const json::array* connections = get_array(status.body, "connections");
  ASSERT_EQ(connections->size(), 2U);  // one, seen from both ends
  EXPECT_GT(get_int((*connections)[0].get_object(), "frames").value_or(0), 1);
}

TEST_F(ServedAdminTest, TheClockIsMovedAndWhatIsDueHappens) {
  bool fired = false;
  const auto timer = world_->call_at(world_->now() + std::chrono::hours(24), [&] { fired = true; });
  const Answered answer = ask("POST", "/clock/advance", R"({"by":"30d"})");
  ASSERT_EQ(answer.status, 200U) << canonical(answer.body);
  EXPECT_EQ(get_string(answer.body, "time"), "2026-01-31T00:00:00Z");
  EXPECT_TRUE(fired);
  EXPECT_THAT(kinds(), testing::Contains("advance"));
  for (const char* body : {R"({"by":"0s"})", R"({"by":"401d"})", R"({"by":"soon"})", R"({"by":30})",
                           R"({})", R"({"by":"1d","at":"x"})"}) {
    const Answered refused = ask("POST", "/clock/advance", body);
    EXPECT_EQ(refused.status, 400U) << body;
    EXPECT_FALSE(refused.error("message").empty());
  }
  EXPECT_EQ(utc_text(world_->now()), "2026-01-31T00:00:00Z");
}

TEST_F(ServedAdminTest, TwoCannotMoveTheClockAtOnce) {
  net::HttpResponse first;
  net::HttpResponse second;
  const auto request = [] {
    net::HttpRequest out;
    out.method = "POST";
    out.target = "/clock/advance";
    out.headers = {{"authorization", std::string("Bearer ") + kToken}};
    out.body = to_bytes(std::string_view(R"({"by":"1d"})"));
    return out;
  };
  const auto advance_into = [this](net::HttpRequest asked,
                                   net::HttpResponse& response) -> net::awaitable<void> {
    response = co_await admin_.answer(std::move(asked));
  };
  const auto both = [&]() -> net::awaitable<Status> {
    world_->spawn(advance_into(request(), first));
    co_await world_->wait_for(std::chrono::milliseconds(1));
    second = co_await admin_.answer(request());
    co_await world_->wait_for(std::chrono::hours(25));
    co_return Status();
  };
  ASSERT_TRUE(net::run(*world_, both()).ok());
  EXPECT_EQ(first.status, 200U);
  EXPECT_EQ(second.status, 409U);
}

TEST_F(ServedAdminTest, WhatIsNearlyRightIsToldTheRightWord) {
  const Answered actor = ask("POST", "/perform", R"({"actor":"alcie","operation":"connect"})");
  EXPECT_EQ(actor.status, 404U);
  EXPECT_THAT(actor.error("message"), HasSubstr("did you mean \"alice\""));
  const Answered product = ask("POST", "/perform", R"({"actor":"bob","operation":"connect"})");
  EXPECT_EQ(product.status, 404U);
  const Answered operation = ask("POST", "/perform", R"({"actor":"alice","operation":"send-txt"})");
  EXPECT_EQ(operation.status, 501U);
  EXPECT_THAT(operation.error("message"), HasSubstr("did you mean \"send-text\""));
  const Answered other = ask("POST", "/perform", R"({"actor":"alice","operation":"zzzzzzzzzz"})");
  EXPECT_EQ(other.status, 501U);
  EXPECT_EQ(other.error("code"), "unsupported");
  const Answered path = ask("GET", "/statsu");
  EXPECT_EQ(path.status, 404U);
  EXPECT_THAT(path.error("hint"), HasSubstr("did you mean \"/status\""));
  const Answered method = ask("POST", "/status");
  EXPECT_EQ(method.status, 405U);
  EXPECT_EQ(net::find_header(method.headers, "allow"), "GET");
  const Answered events = ask("GET", "/events?actor=alise");
  EXPECT_EQ(events.status, 404U);
  EXPECT_THAT(events.error("message"), HasSubstr("did you mean \"alice\""));
}

TEST_F(ServedAdminTest, WhatIsWrongIsRefusedWithItsPlace) {
  for (const char* body : {"[1]", "{", R"({"actor":"alice"})",
                           R"({"actor":"alice","operation":"connect","arguments":[]})",
                           R"({"actor":"alice","operation":"connect","argument":{}})",
                           R"({"actor":"alice","actor":"alice","operation":"connect"})"}) {
    const Answered answer = ask("POST", "/perform", body);
    EXPECT_EQ(answer.status, 400U) << body;
    EXPECT_THAT(answer.error("message"), HasSubstr("body")) << body;
  }
  const Answered arguments =
      ask("POST", "/perform", R"({"actor":"alice","operation":"send-text"})");
  EXPECT_THAT(arguments.status, testing::AnyOf(400U, 409U));
  EXPECT_EQ(ask("GET", "/events?actor=alice&from=-1").status, 400U);
  EXPECT_EQ(ask("GET", "/events?actor=alice&until=1").status, 400U);
  const Answered large = ask("POST", "/perform", std::string(kMaxAdminBody + 1, ' '));
  EXPECT_EQ(large.status, 413U);
  EXPECT_EQ(large.error("code"), "limit");
}

TEST_F(ServedAdminTest, FilesAndPairingCodesAreNotInTheRecord) {
  ask("POST", "/perform",
      R"({"actor":"gatekeeper","operation":"pair","arguments":{"of":"alice","code":"a-secret"}})");
  ask("POST", "/perform",
      R"({"actor":"alice","operation":"send-media","arguments":{"to":"bob","media":"photo.jpg"}})");
  kinds();
  std::string all;
  for (const evidence::Record& record : shown_) {
    if (record.kind == "step.begin") all += canonical(record.facts) + "\n";
  }
  EXPECT_THAT(all, AllOf(Not(HasSubstr("a-secret")), Not(HasSubstr("\"content\"")),
                         HasSubstr("\"sha256\""), HasSubstr("\"photo.jpg\"")));
}

}  // namespace
}  // namespace parley::cli
