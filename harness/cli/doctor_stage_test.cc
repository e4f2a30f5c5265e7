// The world: our mocks in all seats, as if they were products; and one of them with
// something wrong with it, which the doctor's lines about its seat have to say.
#include "harness/cli/doctor_stage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "harness/cli/mock_cast.h"
#include "harness/cli/suite.h"

namespace parley::cli {
namespace {

using driver::DoctorOutcome;
using testing::HasSubstr;

// What is wrong with one actor.
struct Oddity {
  std::string actor;
  std::string operation;  ///< that is answered with `answer`
  Result<json::object> answer = json::object();
  json::object set = {};   ///< performed as `set` when it has begun
  bool silent = false;     ///< reports no events
  bool stays_out = false;  ///< does not begin
};

class OddParty final : public driver::Party {
 public:
  OddParty(net::World& world, evidence::Recorder& recorder, std::unique_ptr<driver::Party> inner,
           Oddity oddity)
      : inner_(std::move(inner)),
        oddity_(std::move(oddity)),
        nothing_(world, recorder, inner_->id(), inner_->role()) {}

  const std::string& id() const override { return inner_->id(); }
  evidence::Role role() const override { return inner_->role(); }
  driver::Hello hello() const override { return inner_->hello(); }
  driver::EventLog& events() override { return oddity_.silent ? nothing_ : inner_->events(); }
  net::awaitable<Result<json::object>> perform(std::string operation,
                                               json::object arguments) override {
    if (operation == oddity_.operation) co_return oddity_.answer;
    co_return co_await inner_->perform(std::move(operation), std::move(arguments));
  }
  net::awaitable<Status> begin(driver::Stage stage) override {
    if (oddity_.stays_out) co_return make_error(ErrorCode::kInternal, "the driver broke off");
    PARLEY_CO_TRY(co_await inner_->begin(std::move(stage)));
    if (oddity_.set.empty()) co_return Status();
    json::object set = oddity_.set;
    const auto done = co_await inner_->perform("set", std::move(set));
    co_return done.ok() ? Status() : Status(done.error());
  }
  net::awaitable<Status> finish() override { return inner_->finish(); }

 private:
  const std::unique_ptr<driver::Party> inner_;
  const Oddity oddity_;
  driver::EventLog nothing_;
};

class DoctorStageTest : public testing::Test {
 protected:
  static std::shared_ptr<const wire::Profile> profile() {
    std::vector<Diagnostic> diagnostics;
    const std::optional<Suite> suite = load_suite({}, diagnostics);
    return std::make_shared<const wire::Profile>(
        suite->wire_profile("wa-public-1.0.3", diagnostics).value());
  }

  // TLS is no more than a mark in simulation: who wants to know about a server takes sockets.
  std::unique_ptr<net::World> make_world(bool sockets) {
    const TimePoint start{std::chrono::seconds(1'790'000'000)};
    if (sockets) return net::make_socket_world({.seed = 1, .start = start}, log_).value();
    net::SimOptions options;
    options.start = start;
    return net::make_sim_world(options, log_);
  }

  std::vector<DoctorSection> play(const Oddity& oddity, bool sockets = false) {
    static const auto kProfile = profile();
    const auto world = make_world(sockets);
    const DoctorStage::Maker maker = [&](mocks::Interceptor* interceptor) -> driver::PartyFactory {
      const driver::PartyFactory inner = make_parties(kProfile, {}, interceptor);
      return [inner, &oddity](net::World& place, evidence::Recorder& recorder,
                              const std::vector<driver::ActorSpec>& cast,
                              std::size_t index) -> Result<std::unique_ptr<driver::Party>> {
        PARLEY_ASSIGN(auto made, inner(place, recorder, cast, index));
        if (made->id() != oddity.actor) return made;
        return std::unique_ptr<driver::Party>(
            std::make_unique<OddParty>(place, recorder, std::move(made), oddity));
      };
    };
    DoctorStage stage(*world, maker, doctor_cast(true),
                      {"partner-server", "partner-client", "partner-proxy", "gatekeeper-client"});
    EXPECT_TRUE(net::run(*world, stage.play()).ok());
    world->shutdown();
    return stage.sections();
  }

  NullLog log_;

  static const driver::DoctorLine& line(const std::vector<DoctorSection>& sections,
                                        std::string_view seat, std::string_view id) {
    static const driver::DoctorLine kNone{"none", "", "", "", DoctorOutcome::kSkipped, "no line"};
    const auto section = std::ranges::find(sections, seat, &DoctorSection::subject);
    if (section == sections.end()) return kNone;
    const auto found = std::ranges::find(section->lines, id, &driver::DoctorLine::id);
    return found == section->lines.end() ? kNone : *found;
  }
};

TEST_F(DoctorStageTest, SoundProductsReachAndAreReached) {
  const std::vector<DoctorSection> sections = play({}, true);
  ASSERT_EQ(sections.size(), 4U);
  for (const DoctorSection& section : sections) {
    EXPECT_TRUE(driver::healthy(section.lines)) << driver::to_text(section.lines);
    for (const char* id : {"ECH-01", "ECH-02"}) {
      EXPECT_EQ(line(sections, section.subject, id).outcome, DoctorOutcome::kOk)
          << section.subject << " " << line(sections, section.subject, id).seen;
    }
  }
  for (const char* id : {"SRV-09", "TOK-01", "TOK-02", "TOK-06", "TOK-07"}) {
    EXPECT_EQ(line(sections, "partner-server", id).outcome, DoctorOutcome::kOk) << id;
  }
}

TEST_F(DoctorStageTest, AServersClockIsSeenInItsTokens) {
  const std::vector<DoctorSection> sections =
      play({.actor = "birdy", .operation = "", .set = {{"clock_skew", 600}}}, true);
  EXPECT_EQ(line(sections, "partner-server", "TOK-03").outcome, DoctorOutcome::kOk);
  const driver::DoctorLine& valid = line(sections, "partner-server", "TOK-04");
  EXPECT_EQ(valid.outcome, DoctorOutcome::kFail);
  EXPECT_THAT(valid.seen, HasSubstr("nbf 10 min ahead"));
  EXPECT_THAT(line(sections, "partner-server", "TOK-07").seen, HasSubstr("10 min ahead"));
  EXPECT_EQ(line(sections, "partner-server", "ECH-01").outcome, DoctorOutcome::kFail);
  EXPECT_THAT(line(sections, "partner-server", "ECH-01").seen, HasSubstr("bad_token"));
}

TEST_F(DoctorStageTest, WhatIsRefusedIsSaidWithItsReason) {
  const std::vector<DoctorSection> sections =
      play({.actor = "bob",
            .operation = "connect",
            .answer = json::object{{"status", "failure"}, {"reason", "not-authorized"}}});
  EXPECT_EQ(line(sections, "partner-client", "ECH-01").seen,
            "bob: connect: failure, not-authorized");
  EXPECT_EQ(line(sections, "partner-client", "ECH-02").outcome, DoctorOutcome::kSkipped);
  EXPECT_EQ(line(sections, "partner-server", "ECH-01").outcome, DoctorOutcome::kOk);
  EXPECT_EQ(line(sections, "gatekeeper-client", "ECH-01").outcome, DoctorOutcome::kOk);
}

TEST_F(DoctorStageTest, AMissingOperationIsNoFault) {
  const std::vector<DoctorSection> sections =
      play({.actor = "alice",
            .operation = "send-text",
            .answer = make_error(ErrorCode::kUnsupported, "not built yet")});
  EXPECT_EQ(line(sections, "partner-client", "ECH-02").outcome, DoctorOutcome::kSkipped);
  EXPECT_THAT(line(sections, "partner-client", "ECH-02").seen,
              HasSubstr("there is no operation \"send-text\""));
}

TEST_F(DoctorStageTest, WhoReportsNoMessageIsSaidNotToBeReached) {
  const std::vector<DoctorSection> sections =
      play({.actor = "bob", .operation = "", .silent = true});
  EXPECT_EQ(line(sections, "partner-client", "ECH-01").outcome, DoctorOutcome::kOk);
  EXPECT_EQ(line(sections, "partner-client", "ECH-02").outcome, DoctorOutcome::kFail);
  EXPECT_THAT(line(sections, "partner-client", "ECH-02").seen, HasSubstr("no event \"message\""));
  EXPECT_EQ(line(sections, "gatekeeper-client", "ECH-02").outcome, DoctorOutcome::kOk);
}

TEST_F(DoctorStageTest, WhoDoesNotBeginIsNamed) {
  const std::vector<DoctorSection> sections =
      play({.actor = "bob", .operation = "", .stays_out = true});
  EXPECT_EQ(line(sections, "partner-client", "ECH-01").seen, "bob: the driver broke off");
  EXPECT_EQ(line(sections, "partner-client", "ECH-02").seen, "needs ECH-01");
}

}  // namespace
}  // namespace parley::cli
