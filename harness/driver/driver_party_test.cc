// A World over sockets and a real process beside it: the fake driver, well behaved or with one bad
// habit. Time that nobody should wait for is skipped by setting the World's clock forward.
#include "harness/driver/driver_party.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <filesystem>

#include "harness/net/world_fixture.h"

namespace parley::driver {
namespace {

using namespace std::chrono_literals;
using net::awaitable;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

net::Command fake(std::string habit) {
  net::Command command;
  command.arguments = {
      (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "fake_driver").string(),
      std::move(habit)};
  return command;
}

// The gatekeeper, as far as a phone is concerned.
class Phone final : public Party {
 public:
  Phone(net::World& world, evidence::Recorder& recorder)
      : events_(world, recorder, id_, evidence::Role::kGatekeeperServer) {}
  const std::string& id() const override { return id_; }
  evidence::Role role() const override { return evidence::Role::kGatekeeperServer; }
  Hello hello() const override { return {}; }
  EventLog& events() override { return events_; }
  awaitable<Result<json::object>> perform(std::string operation, json::object arguments) override {
    asked.push_back(operation + " " + canonical(arguments));
    if (refuses) co_return make_error(ErrorCode::kRefused, "the code is old");
    co_return json::object();
  }

  std::vector<std::string> asked;
  bool refuses = false;

 private:
  const std::string id_ = "gatekeeper";
  EventLog events_;
};

class DriverPartyTest : public net::WorldTest {
 protected:
  DriverPartyTest() : recorder_(world_->clock()), phone_(*world_, recorder_) {}
  ~DriverPartyTest() override { world_->shutdown(); }

  Party& party(const std::string& habit) {
    DrivenPart part;
    part.id = "alice";
    part.command = fake(habit);
    part.phone = "gatekeeper";
    part.limits = limits_;
    part.start = [product = product_] {
      DriverStart start;
      start.actor = {"alice", "whatsapp-user", "", {}};
      start.chat = "127.0.0.1:7";
      start.product = product;
      return start;
    };
    auto made = make_driver_party(*world_, recorder_, std::move(part));
    EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().text());
    party_ = std::move(made).value();
    return *party_;
  }
  Stage stage() {
    return [this](std::string_view id) -> Party* { return id == "gatekeeper" ? &phone_ : nullptr; };
  }
  awaitable<Status> begin(Party& party) { co_return co_await party.begin(stage()); }

  static awaitable<void> set_forward(net::World& world, Duration by) { co_await world.advance(by); }

  // Drives `habit` up to begin() and says how that failed.
  std::string failure_of(const std::string& habit, Duration pass = 0s) {
    std::string text = "none";
    run_body([&]() -> awaitable<Status> {
      Party& driven = party(habit);
      if (pass > 0s) world_->spawn(set_forward(*world_, pass));
      const Status begun = co_await begin(driven);
      if (begun.ok()) {
        (void)(co_await driven.perform("connect", {})).ok();
        co_await world_->settle();
      }
      const auto failure = driven.failure();
      if (!failure) co_return Status();
      EXPECT_EQ(failure->code, ErrorCode::kInternal);
      const auto after = co_await driven.perform("connect", {});
      EXPECT_EQ(after.error().text(), failure->text());
      EXPECT_TRUE((co_await driven.finish()).ok());  // told already
      text = failure->text();
      co_return Status();
    });
    return text;
  }

  SessionLimits limits_;
  StatedProduct product_;
  evidence::Recorder recorder_;
  Phone phone_;
  std::unique_ptr<Party> party_;
};

TEST_P(DriverPartyTest, PerformsOperationsAndReportsEvents) {
  run_body([&]() -> awaitable<Status> {
    Party& driven = party("none");
    PARLEY_CO_TRY(co_await begin(driven));
    EXPECT_EQ(driven.hello().name, "fake driver");
    EXPECT_EQ(driven.role(), evidence::Role::kGatekeeperClient);
    PARLEY_CO_ASSIGN(const json::object connected, co_await driven.perform("connect", {}));
    EXPECT_EQ(get_string(connected, "status"), "ok");
    const std::function<bool(const Event&)> is_connected = [](const Event& event) {
      return event.name == "connected";
    };
    PARLEY_CO_ASSIGN(const std::size_t at,
                     co_await driven.events().wait(0, is_connected, world_->now() + 10s));
    EXPECT_EQ(at, 0U);
    json::object arguments;
    arguments["text"] = "a line\nand another, \u00e9";
    PARLEY_CO_ASSIGN(const json::object sent, co_await driven.perform("send-text", arguments));
    EXPECT_EQ(sent.at("sent"), arguments);
    EXPECT_EQ(sent.at("start").at("endpoints").at("chat"), "127.0.0.1:7");
    EXPECT_EQ(sent.at("start").at("actor").at("id"), "alice");
    PARLEY_CO_TRY(co_await driven.finish());
    EXPECT_FALSE(driven.failure().has_value());
    co_return Status();
  });
  ASSERT_EQ(recorder_.records().size(), 1U);
  EXPECT_EQ(recorder_.records()[0].kind, "event.connected");
  EXPECT_EQ(recorder_.records()[0].party, "alice");
}

TEST_P(DriverPartyTest, ErrorsOfOperationsAreResultsAndNoFailures) {
  const struct {
    const char* habit;
    const char* operation;
    ErrorCode code;
  } rows[] = {{"refuses", "send-text", ErrorCode::kRefused},
              {"fails", "send-text", ErrorCode::kInternal},
              {"none", "react", ErrorCode::kUnsupported}};
  for (const auto& row : rows) {
    run_body([&]() -> awaitable<Status> {
      Party& driven = party(row.habit);
      PARLEY_CO_TRY(co_await begin(driven));
      const auto outcome = co_await driven.perform(row.operation, {});
      EXPECT_EQ(outcome.error().code, row.code) << row.habit;
      EXPECT_FALSE(driven.failure().has_value());
      co_return co_await driven.finish();
    });
  }
}

TEST_P(DriverPartyTest, WhateverIsAgainstTheContractIsTheDriversFailure) {
  const struct {
    const char* habit;
    const char* says;
  } rows[] = {
      {"garbage", "expected one JSON-RPC 2.0 object per line"},
      {"endless-line", "a line is longer than 33554432 bytes"},
      {"event-first", "the first line must be hello"},
      {"two-hellos", "a second hello"},
      {"other-protocol", "speaks version 2"},
      {"other-seat", "does not drive the seat gatekeeper-client"},
      {"early-event", "an event before the answer to start"},
      {"cannot-start", "the library is missing"},
      {"says-yes", "it answered \"parley-probe\" with success"},
      {"answers-twice", "was answered before"},
      {"answers-nobody", "there was no request 1001"},
      {"skips-an-event", "\"sequence\" is 1, and 0 was next"},
      {"fractions", "numbers must be whole"},
      {"floods", "more than 10000 events in one session"},
      {"asks-on", "it asks, and does not read the answers"},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(failure_of(row.habit),
                AllOf(HasSubstr("the driver broke off: "), HasSubstr(row.says)))
        << row.habit;
  }
}

TEST_P(DriverPartyTest, ADriverThatDiesLeavesItsExitCodeAndLastWords) {
  EXPECT_THAT(failure_of("dies"), AllOf(HasSubstr("the process exited with code 3"),
                                        HasSubstr("Segmentation fault (synthetic) \ufffd")));
  EXPECT_THAT(failure_of("dies-at-once"),
              AllOf(HasSubstr("exited with code 7"), HasSubstr("no licence found")));
}

TEST_P(DriverPartyTest, ASilentDriverIsGivenUp) {
  EXPECT_THAT(failure_of("silent", 21s), HasSubstr("no hello within 20s"));
}

// What a run file says of how long it takes.
TEST_P(DriverPartyTest, HasTheTimeThatItIsSaidToNeed) {
  limits_ = {.hello = 2s, .start = 3s, .answer = 4s};
  EXPECT_THAT(failure_of("silent", 3s), HasSubstr("no hello within 2s"));
  run_body([&]() -> awaitable<Status> {
    Party& driven = party("hangs");
    PARLEY_CO_TRY(co_await begin(driven));
    world_->spawn(set_forward(*world_, 4s));
    const auto outcome = co_await driven.perform("connect", {});
    EXPECT_FALSE(outcome.ok());
    EXPECT_THAT(driven.failure()->text(), HasSubstr("no answer to connect within 4s"));
    co_return Status();
  });
}

TEST_P(DriverPartyTest, IsToldItsAccountAndNoErrorRepeatsIt) {
  product_.account = DriverAccount{"alice@product.test", "correct-horse", "t-0815"};
  run_body([&]() -> awaitable<Status> {
    Party& driven = party("none");
    PARLEY_CO_TRY(co_await begin(driven));
    PARLEY_CO_ASSIGN(const json::object sent, co_await driven.perform("send-text", {}));
    const json::value& account = sent.at("start").at("product").at("account");
    EXPECT_EQ(canonical(account),
              R"({"identifier":"alice@product.test","password":"correct-horse",)"
              R"("token":"t-0815"})");
    co_return co_await driven.finish();
  });
  run_body([&]() -> awaitable<Status> {
    Party& driven = party("spills");
    PARLEY_CO_TRY(co_await begin(driven));
    const auto refused = co_await driven.perform("connect", {});
    EXPECT_THAT(refused.error().text(), HasSubstr("no login with [secret]"));
    const auto died = co_await driven.perform("send-text", {});
    EXPECT_THAT(died.error().text(),
                AllOf(HasSubstr("the password is [secret]"), Not(HasSubstr("correct-horse"))));
    co_return Status();
  });
}

TEST_P(DriverPartyTest, AnOperationWithoutAnswerIsGivenUp) {
  run_body([&]() -> awaitable<Status> {
    Party& driven = party("hangs");
    PARLEY_CO_TRY(co_await begin(driven));
    world_->spawn(set_forward(*world_, 60s));
    const auto outcome = co_await driven.perform("connect", {});
    EXPECT_FALSE(outcome.ok());
    EXPECT_TRUE(driven.failure().has_value());
    EXPECT_THAT(driven.failure()->text(), HasSubstr("no answer to connect within 1m"));
    co_return Status();
  });
}

TEST_P(DriverPartyTest, WhoWaitsForAnEventIsToldWhenTheDriverDies) {
  run_body([&]() -> awaitable<Status> {
    Party& driven = party("dies");
    PARLEY_CO_TRY(co_await begin(driven));
    const auto die = [](Party& who) -> awaitable<void> {
      (void)(co_await who.perform("connect", {})).ok();
    };
    world_->spawn(die(driven));
    const std::function<bool(const Event&)> never = [](const Event&) { return false; };
    const auto waited = co_await driven.events().wait(0, never, world_->now() + 1000s);
    EXPECT_THAT(waited.error().text(), HasSubstr("exited with code 3"));
    co_return Status();
  });
}

TEST_P(DriverPartyTest, ThePhoneScansTheCodeAndNobodyWritesItDown) {
  for (const bool refused : {false, true}) {
    phone_.refuses = refused;
    phone_.asked.clear();
    run_body([&]() -> awaitable<Status> {
      Party& driven = party("pairs");
      PARLEY_CO_TRY(co_await begin(driven));
      const std::function<bool(const Event&)> paired = [](const Event& event) {
        return event.name == "paired";
      };
      PARLEY_CO_ASSIGN(const std::size_t at,
                       co_await driven.events().wait(0, paired, world_->now() + 10s));
      EXPECT_EQ(get_bool(driven.events().events()[at].facts, "ok"), !refused);
      co_return co_await driven.finish();
    });
    EXPECT_THAT(phone_.asked,
                testing::ElementsAre(R"(pair {"code":"2@secret,of,the,code","of":"alice"})"));
  }
  for (const evidence::Record& record : recorder_.records()) {
    EXPECT_THAT(canonical(record.facts), Not(HasSubstr("secret")));
  }
}

TEST_P(DriverPartyTest, AskingParleyForAnythingElseIsAnsweredWithNo) {
  run_body([&]() -> awaitable<Status> {
    Party& driven = party("asks");
    PARLEY_CO_TRY(co_await begin(driven));
    const std::function<bool(const Event&)> any = [](const Event&) { return true; };
    PARLEY_CO_ASSIGN(const std::size_t at,
                     co_await driven.events().wait(0, any, world_->now() + 10s));
    EXPECT_EQ(get_bool(driven.events().events()[at].facts, "ok"), false);
    co_return co_await driven.finish();
  });
}

TEST_P(DriverPartyTest, LeavingInDisorderIsToldAndNoFailure) {
  const struct {
    const char* habit;
    const char* says;
  } rows[] = {{"bad-exit", "after stop the driver exited with code 5"},
              {"mute-at-stop", "exited with code 0 without an answer to stop"}};
  for (const auto& row : rows) {
    run_body([&]() -> awaitable<Status> {
      Party& driven = party(row.habit);
      PARLEY_CO_TRY(co_await begin(driven));
      const Status left = co_await driven.finish();
      EXPECT_THAT(left.ok() ? "" : left.error().text(), HasSubstr(row.says));
      EXPECT_FALSE(driven.failure().has_value());
      co_return Status();
    });
  }
}

TEST_P(DriverPartyTest, ADriverThatStaysIsKilled) {
  run_body([&]() -> awaitable<Status> {
    Party& driven = party("stays");
    PARLEY_CO_TRY(co_await begin(driven));
    world_->spawn(set_forward(*world_, 20s));
    const Status left = co_await driven.finish();
    EXPECT_THAT(left.error().text(), HasSubstr("and was killed"));
    co_return Status();
  });
}

TEST_P(DriverPartyTest, IsMetBeforeARunAndLetGo) {
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(const DriverHello hello, co_await introduce(*world_, fake("none")));
    EXPECT_EQ(hello.implementation.name, "nothing");
    EXPECT_TRUE(hello.performs("send-text"));
    const auto missing = co_await introduce(*world_, fake("dies-at-once"));
    EXPECT_THAT(missing.error().text(), HasSubstr("no licence found"));
    co_return Status();
  });
}

INSTANTIATE_TEST_SUITE_P(Sockets, DriverPartyTest, testing::Values(net::WorldKind::kSockets));

}  // namespace
}  // namespace parley::driver
