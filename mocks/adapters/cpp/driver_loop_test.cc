// A harness that has written everything beforehand, into a pipe, and a seat that echoes: whatever
// was asked is answered, in sessions of their own, and then the driver leaves.
#include "mocks/adapters/cpp/driver_loop.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <boost/json/object.hpp>
#include <sstream>
#include <utility>
#include <vector>

#include "harness/base/log.h"

namespace parley::adapters {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class EchoSeat final : public Seat {
 public:
  explicit EchoSeat(int& alive)
      : alive_(alive),
        world_(net::make_socket_world({}, log_).value()),
        recorder_(world_->clock()),
        events_(*world_, recorder_, "bob", evidence::Role::kPartnerClient) {
    ++alive_;
  }
  ~EchoSeat() override { --alive_; }
  EchoSeat(const EchoSeat&) = delete;
  EchoSeat& operator=(const EchoSeat&) = delete;

  net::World& world() override { return *world_; }
  net::awaitable<Status> begin() override { co_return Status(); }
  json::object listening() const override { return {{"wake", "127.0.0.1:1"}}; }
  driver::EventLog& events() override { return events_; }
  net::awaitable<Result<json::object>> perform(std::string operation,
                                               json::object arguments) override {
    if (operation == "hang") co_await world_->wait_for(std::chrono::hours(1));
    if (operation != "echo") co_return make_error(ErrorCode::kUnsupported, "only echo");
    events_.push("echoed", {});
    co_return arguments;
  }

 private:
  int& alive_;
  NullLog log_;
  const std::unique_ptr<net::World> world_;
  evidence::Recorder recorder_;
  driver::EventLog events_;
};

driver::DriverHello hello(bool many) {
  driver::DriverHello hello;
  hello.name = "echo";
  hello.version = "1";
  hello.implementation = {"echo", "1"};
  hello.seats = {"partner-client"};
  hello.addressing = {"interop"};
  hello.capabilities = {"echo"};
  hello.many_sessions = many;
  return hello;
}

std::string call(int id, const char* method, const json::object& params) {
  return canonical(
             json::object{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}}) +
         "\n";
}

json::object start(std::string_view seat = "partner-client") {
  driver::DriverStart start;
  start.seat = seat;
  start.actor = {"bob", "partner-user", "birdy", {}};
  start.web_chat = "wss://w.test";
  start.chat = "c.test:1";
  start.media = "m.test:1";
  start.noise_root = "00";
  start.time = "2026-03-02T09:00:00Z";
  start.addressing = "interop";
  return driver::start_params(start);
}

json::object perform(const char* operation) {
  return driver::perform_params(operation, {{"text", operation}});
}

class DriverLoopTest : public testing::Test {
 protected:
  // What the driver writes to those lines, without its hello.
  std::vector<std::string> answers(const std::string& input, bool many = true) {
    std::array<int, 2> pipe{-1, -1};
    EXPECT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
    EXPECT_EQ(::write(pipe[1], input.data(), input.size()), static_cast<ssize_t>(input.size()));
    ::close(pipe[1]);
    const SeatFactory open = [this](const driver::DriverStart&) -> Result<std::unique_ptr<Seat>> {
      return std::unique_ptr<Seat>(std::make_unique<EchoSeat>(alive_));
    };
    std::ostringstream out;
    ended_ = drive(hello(many), open, pipe[0], out);
    ::close(pipe[0]);
    EXPECT_EQ(alive_, 0);
    std::vector<std::string> lines;
    std::istringstream in(out.str());
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    EXPECT_THAT(lines.at(0), HasSubstr("\"hello\""));
    lines.erase(lines.begin());
    return lines;
  }

  int alive_ = 0;
  Status ended_;
};

TEST_F(DriverLoopTest, OneSessionAfterTheOtherBeginsAnew) {
  std::string input;
  for (const int id : {1, 10}) {
    input += call(id, "start", start()) + call(id + 1, "perform", perform("echo")) +
             call(id + 2, "stop", {});
  }
  const auto lines = answers(input);
  EXPECT_TRUE(ended_.ok());
  ASSERT_EQ(lines.size(), 8U);
  for (const std::size_t at : {0U, 4U}) {
    EXPECT_THAT(lines[at], HasSubstr(R"("listening":{"wake":"127.0.0.1:1"})"));
  }
  std::size_t first_events = 0;
  for (const std::string& line : lines) {
    first_events += line.find(R"("sequence":0)") != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(first_events, 2U);
  EXPECT_THAT(lines[3], HasSubstr(R"("id":3,"jsonrpc":"2.0","result":{})"));
  EXPECT_THAT(lines[7], HasSubstr(R"("id":12,"jsonrpc":"2.0","result":{})"));
}

TEST_F(DriverLoopTest, WhatIsOpenWhenTheSessionEndsIsAnsweredBefore) {
  const auto lines = answers(call(1, "start", start()) + call(2, "perform", perform("hang")) +
                             call(3, "stop", {}));
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_THAT(lines[1], testing::AllOf(HasSubstr("-32004"), HasSubstr(R"("id":2)")));
  EXPECT_THAT(lines[2], HasSubstr(R"("id":3)"));
}

TEST_F(DriverLoopTest, WithOneSessionItLeavesAfterIt) {
  const std::string rest = call(3, "start", start());
  EXPECT_EQ(answers(call(1, "start", start()) + call(2, "stop", {}) + rest, false).size(), 2U);
  EXPECT_EQ(answers(call(1, "stop", {}) + rest, false).size(), 1U);
  EXPECT_TRUE(ended_.ok());
}

TEST_F(DriverLoopTest, WhatItCannotDoIsSaid) {
  const auto lines = answers(call(1, "perform", perform("echo")) + call(2, "start", start()) +
                             call(3, "perform", perform("sing")) + call(4, "dance", {}) +
                             call(5, "perform", {}) + call(6, "stop", {}));
  ASSERT_EQ(lines.size(), 6U);
  EXPECT_THAT(lines[0], HasSubstr("-32601"));
  EXPECT_THAT(lines[2] + lines[3] + lines[4],
              testing::AllOf(HasSubstr("-32001"), HasSubstr("-32601"), HasSubstr("-32602")));
  EXPECT_THAT(answers(call(1, "start", start("partner-server"))),
              ElementsAre(HasSubstr("does not drive partner-server")));
  EXPECT_FALSE(ended_.ok());
}

}  // namespace
}  // namespace parley::adapters
