// Drivers that nobody here has started: they dial in, each from a thread of its own, to one place
// where Parley listens for a whole run, while test cases come and go in Worlds of their own.
#include "harness/driver/dial_in.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <boost/json/object.hpp>
#include <functional>
#include <thread>

#include "harness/driver/driver_party.h"
#include "harness/driver/websocket_dialler.h"
#include "harness/net/world_fixture.h"

namespace parley::driver {
namespace {

using namespace std::chrono_literals;
using net::awaitable;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kToken = "open-sesame";
const std::string kShown = "Authorization: Bearer " + kToken;

constexpr std::string_view kHello =
    R"({"jsonrpc":"2.0","method":"hello","params":{"name":"dialled","version":"1","protocol":1,)"
    R"("implementation":{"name":"far away","version":"2"},"seats":["gatekeeper-client"],)"
    R"("addressing":["interop"],"capabilities":["connect"]SESSIONS}})";

// Speaks the contract until the connection ends; `act` may do something else than answer connect.
void speak(WebSocketDialler& line, bool many,
           const std::function<void(WebSocketDialler&)>& act = {}) {
  std::string hello(kHello);
  hello.replace(hello.find("SESSIONS"), 8, many ? R"(,"sessions":"many")" : "");
  hello.insert(1, "\r\n  ");  // a text may have several lines
  line.text(hello);
  for (std::string text = line.next(); !text.empty(); text = line.next()) {
    const json::object message = parse_json(text)->get_object();
    const std::string id = std::to_string(get_int(message, "id").value_or(0));
    const bool probe = text.find("parley-probe") != std::string::npos;
    const bool connect = text.find(R"("connect")") != std::string::npos;
    if (connect && act) {
      act(line);
    } else {
      line.text(R"({"jsonrpc":"2.0","id":)" + id +
                (probe ? R"(,"error":{"code":-32001,"message":"no"}})" : R"(,"result":{}})"));
    }
    if (connect && !act) {
      line.text(R"({"jsonrpc":"2.0","method":"event","params":{"sequence":0,)"
                R"("name":"connected","facts":{}}})");
    }
  }
}

class DialInTest : public net::WorldTest {
 protected:
  DialInTest() {
    auto opened = DialIn::open({.token = kToken, .most = 3}, log_);
    EXPECT_TRUE(opened.ok()) << opened.error().text();
    dial_in_ = std::move(opened).value();
  }
  ~DialInTest() override {
    world_->shutdown();
    dial_in_.reset();
    for (std::thread& one : threads_) one.join();
  }

  // A driver that dials in now.
  void come(bool many = false, std::function<void(WebSocketDialler&)> act = {}) {
    threads_.emplace_back([this, many, act = std::move(act), url = dial_in_->url()] {
      WebSocketDialler line;
      if (line.dial(url, kShown) != 101) return;
      ++came_;
      speak(line, many, act);
    });
  }

  std::unique_ptr<Party> party(net::World& world, evidence::Recorder& recorder) {
    DrivenPart part;
    part.id = "alice";
    part.command.arguments = {dial_in_->url()};
    part.command.arrived = [this] { return dial_in_->take(); };
    part.pool = pool_;
    part.start = [] {
      DriverStart start;
      start.actor = {"alice", "whatsapp-user", "", {}};
      return start;
    };
    return make_driver_party(world, recorder, std::move(part)).value();
  }

  // One test case; what it says of its driver.
  std::string play(Duration pass = 0s) {
    const auto world = make(net::WorldKind::kSockets);
    evidence::Recorder recorder(world->clock());
    const auto driven = party(*world, recorder);
    const auto forward = [](net::World& in, Duration by) -> awaitable<void> {
      co_await in.advance(by);
    };
    if (pass > 0s) world->spawn(forward(*world, pass));
    std::string said;
    EXPECT_TRUE(net::run(*world, act(*world, *driven, said)).ok());
    world->shutdown();
    return said;
  }

  static awaitable<Status> act(net::World& world, Party& driven, std::string& said) {
    const auto nobody = [](std::string_view) -> Party* { return nullptr; };
    const auto any = [](const Event&) { return true; };
    if ((co_await driven.begin(nobody)).ok() && (co_await driven.perform("connect", {})).ok()) {
      const auto seen = co_await driven.events().wait(0, any, world.now() + 10s);
      if (seen.ok()) said = driven.events().events()[0].name;
    }
    if (driven.failure()) said = driven.failure()->text();
    const Status left = co_await driven.finish();
    if (!left.ok()) said += "; " + left.error().text();
    co_return Status();
  }

  std::unique_ptr<DialIn> dial_in_;
  const std::shared_ptr<DriverPool> pool_ = std::make_shared<DriverPool>();
  std::atomic<int> came_ = 0;
  std::vector<std::thread> threads_;
};

TEST_P(DialInTest, WhoDialsInIsADriverLikeAnyOther) {
  come();
  EXPECT_EQ(play(), "connected");
  // It offers one session: the next test case takes the next connection.
  come();
  EXPECT_EQ(play(), "connected");
  EXPECT_EQ(came_, 2);
}

TEST_P(DialInTest, AConnectionCarriesOneSessionAfterTheOther) {
  come(true);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(play(), "connected");
  EXPECT_EQ(came_, 1);
  EXPECT_THAT(pool_->dismiss(), IsEmpty());
}

TEST_P(DialInTest, SeveralMayBeThereAtTheSameTime) {
  come();
  come();
  evidence::Recorder recorder(world_->clock());
  run_body([&]() -> awaitable<Status> {
    const auto first = party(*world_, recorder);
    const auto second = party(*world_, recorder);
    std::string said;
    const auto nobody = [](std::string_view) -> Party* { return nullptr; };
    PARLEY_CO_TRY(co_await first->begin(nobody));
    PARLEY_CO_TRY(co_await act(*world_, *second, said));
    EXPECT_EQ(said, "connected");
    PARLEY_CO_TRY(co_await act(*world_, *first, said));
    co_return Status();
  });
}

TEST_P(DialInTest, WithoutTheTokenNobodyComesIn) {
  for (const char* header : {"", "Authorization: Bearer open-sesam",
                             "Authorization: Basic b3BlbjpzZXNhbWU=", "Authorization: Bearer",
                             "Authorization: Bearer open-sesame2"}) {
    WebSocketDialler line;
    EXPECT_EQ(line.dial(dial_in_->url(), header), 401) << header;
    EXPECT_EQ(line.next(), "");
  }
  dial_in_->close();
  WebSocketDialler late;
  EXPECT_EQ(late.dial(dial_in_->url(), kShown), 401);
  EXPECT_FALSE(dial_in_->take().has_value());
  EXPECT_EQ(DialIn::open({}, log_).error().code, ErrorCode::kInvalid);
}

TEST_P(DialInTest, NoMoreComeInThanThereIsRoomFor) {
  std::array<WebSocketDialler, 3> lines;
  for (WebSocketDialler& line : lines) EXPECT_EQ(line.dial(dial_in_->url(), kShown), 101);
  WebSocketDialler next;
  EXPECT_EQ(next.dial(dial_in_->url(), kShown), 503);
  lines[0].hang_up();
  int status = 503;
  while (status == 503) {  // until the other side has seen it
    WebSocketDialler again;
    status = again.dial(dial_in_->url(), kShown);
  }
  EXPECT_EQ(status, 101);
}

TEST_P(DialInTest, WhateverIsAgainstTheRulesIsTheDriversFailure) {
  const struct {
    std::function<void(WebSocketDialler&)> act;
    const char* says;
  } rows[] = {
      {[](WebSocketDialler& line) { line.binary("{}"); }, "a binary message"},
      {[](WebSocketDialler& line) { line.announce(32 * 1024 * 1024 + 1); },
       "exceeded the locally configured limit"},
      {[](WebSocketDialler& line) { line.hang_up(); }, "the process ended its connection"},
      {[](WebSocketDialler& line) { line.text("{\"id\": 1"); }, "one JSON-RPC 2.0 object"},
      {[](WebSocketDialler& line) { line.text("\xff"); }, "WebSocket"},
  };
  for (const auto& row : rows) {
    come(true, row.act);
    EXPECT_THAT(play(), AllOf(HasSubstr("the driver broke off: "), HasSubstr(row.says)));
  }
  // And the others go on.
  come();
  EXPECT_EQ(play(), "connected");
}

TEST_P(DialInTest, ADriverThatDoesNotComeIsGivenUp) {
  EXPECT_THAT(play(21s), AllOf(HasSubstr("no hello within 20s"),
                               HasSubstr("nobody has dialled in at ws://127.0.0.1:")));
}

INSTANTIATE_TEST_SUITE_P(Sockets, DialInTest, testing::Values(net::WorldKind::kSockets));

}  // namespace
}  // namespace parley::driver
