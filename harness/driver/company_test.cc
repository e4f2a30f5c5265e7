// The world: a simulated World with parties that come, stay out, answer, or never do.
#include "harness/driver/company.h"

#include <gtest/gtest.h>

#include <memory>

namespace parley::driver {
namespace {

using namespace std::chrono_literals;
using net::awaitable;

class Guest final : public Party {
 public:
  Guest(net::World& world, evidence::Recorder& recorder, std::string id)
      : world_(world),
        id_(std::move(id)),
        events_(world, recorder, id_, evidence::Role::kPartnerClient) {}

  const std::string& id() const override { return id_; }
  evidence::Role role() const override { return evidence::Role::kPartnerClient; }
  Hello hello() const override { return {}; }
  EventLog& events() override { return events_; }
  awaitable<Result<json::object>> perform(std::string operation, json::object arguments) override {
    co_await world_.wait_for(operation == "dawdle" ? 1h : 1s);
    if (operation == "refuse") co_return make_error(ErrorCode::kRefused, "no");
    co_return arguments;
  }
  awaitable<Status> begin(Stage stage) override {
    if (id_ == "shy") co_return make_error(ErrorCode::kInternal, "too many people");
    began = true;
    sees_bob = stage("bob") != nullptr && stage("bob")->id() == "bob";
    sees_nobody = stage("nobody") == nullptr;
    co_return Status();
  }

  bool began = false;
  bool sees_bob = false;
  bool sees_nobody = false;

 private:
  net::World& world_;
  const std::string id_;
  EventLog events_;
};

class CompanyTest : public testing::Test {
 protected:
  ~CompanyTest() override { world_->shutdown(); }

  Status begin(std::vector<Party*> parties) {
    return net::run(*world_, begin_all(std::move(parties)));
  }
  std::optional<Result<json::object>> perform(std::string operation, Duration within) {
    std::optional<Result<json::object>> outcome;
    EXPECT_TRUE(net::run(*world_, perform_into(std::move(operation), within, outcome)).ok());
    return outcome;
  }
  awaitable<Status> perform_into(std::string operation, Duration within,
                                 std::optional<Result<json::object>>& outcome) {
    json::object arguments{{"n", 1}};
    outcome = co_await perform_within(*world_, alice_, std::move(operation), std::move(arguments),
                                      within);
    co_return Status();
  }

  NullLog log_;
  std::unique_ptr<net::World> world_ = net::make_sim_world({}, log_);
  evidence::Recorder recorder_{world_->clock()};
  Guest alice_{*world_, recorder_, "alice"};
  Guest bob_{*world_, recorder_, "bob"};
  Guest shy_{*world_, recorder_, "shy"};
};

TEST_F(CompanyTest, EverybodyGetsReadyAndFindsTheOthers) {
  EXPECT_TRUE(begin({&alice_, &bob_}).ok());
  EXPECT_TRUE(alice_.began && bob_.began);
  EXPECT_TRUE(alice_.sees_bob);
  EXPECT_TRUE(alice_.sees_nobody);
  EXPECT_TRUE(begin({}).ok());
}

TEST_F(CompanyTest, TheFirstWhoCannotEndsIt) {
  const Status begun = begin({&alice_, &shy_, &bob_});
  ASSERT_FALSE(begun.ok());
  EXPECT_EQ(begun.error().text(), "shy: too many people");
  EXPECT_TRUE(alice_.began);
  EXPECT_FALSE(bob_.began);
}

TEST_F(CompanyTest, AnOutcomeComesInTimeOrNotAtAll) {
  const auto echo = perform("echo", 10s);
  ASSERT_TRUE(echo.has_value() && echo->ok());
  EXPECT_EQ(get_int(**echo, "n"), 1);
  const auto refused = perform("refuse", 10s);
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->error().code, ErrorCode::kRefused);
  const TimePoint before = world_->now();
  EXPECT_FALSE(perform("dawdle", 10s).has_value());
  EXPECT_EQ(world_->now() - before, Duration(10s));
}

}  // namespace
}  // namespace parley::driver
