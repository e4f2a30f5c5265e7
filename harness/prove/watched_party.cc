#include "harness/prove/watched_party.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::prove {
namespace {

using driver::Party;

// Longer than a stalled connection stalls and than a slow file takes: all that was under way has
// come.
constexpr Duration kPatience = std::chrono::minutes(3);

constexpr std::array<std::string_view, 4> kTellings{"message", "undecryptable", "media-failed",
                                                    "unsupported"};

class WatchedParty final : public Party {
 public:
  WatchedParty(net::World& world, std::unique_ptr<Party> party, const CallWatch& watch,
               std::vector<std::string> users, Epilogue* epilogue)
      : world_(world),
        party_(std::move(party)),
        watch_(watch),
        users_(std::move(users)),
        epilogue_(epilogue) {}

  const std::string& id() const override { return party_->id(); }
  evidence::Role role() const override { return party_->role(); }
  driver::Hello hello() const override { return party_->hello(); }
  driver::EventLog& events() override { return party_->events(); }
  std::optional<Error> failure() const override { return party_->failure(); }

  net::awaitable<Result<json::object>> perform(std::string operation,
                                               json::object arguments) override {
    const CallFate fate = watch_(id(), operation);
    if (fate == CallFate::kFails) {
      co_return make_error(ErrorCode::kInternal, "the driver failed this call");
    }
    auto result = co_await party_->perform(std::move(operation), std::move(arguments));
    if (fate == CallFate::kUnanswered) co_await world_.wait_for(2 * driver::kOperationDeadline);
    co_return result;
  }

  // Parties of the same make know each other by their own type.
  net::awaitable<Status> begin(driver::Stage stage) override {
    stage_ = [stage](std::string_view id) -> Party* {
      Party* party = stage(id);
      auto* watched = dynamic_cast<WatchedParty*>(party);
      return watched == nullptr ? party : watched->party_.get();
    };
    return party_->begin(stage_);
  }

  net::awaitable<Status> finish() override {
    if (epilogue_ != nullptr) co_await bring_back();
    co_return co_await party_->finish();
  }

 private:
  net::awaitable<void> bring_back() {
    co_await world_.wait_for(kPatience);
    for (const std::string& user : users_) {
      Party* party = stage_(user);
      (void)(co_await party->perform("disconnect", {})).ok();
      const auto connected = co_await party->perform("connect", {});
      if (connected.ok() && get_string(*connected, "status") == "ok") epilogue_->back.insert(user);
    }
    co_await world_.wait_for(kPatience);
    co_await world_.settle();
    for (const std::string& user : users_) {
      for (const driver::Event& event : stage_(user)->events().events()) {
        if (std::ranges::find(kTellings, event.name) == kTellings.end()) continue;
        if (const auto id = get_string(event.facts, "id")) epilogue_->told[user].emplace(*id);
      }
    }
  }

  net::World& world_;
  const std::unique_ptr<Party> party_;
  const CallWatch& watch_;
  const std::vector<std::string> users_;
  Epilogue* const epilogue_;
  driver::Stage stage_;
};

}  // namespace

driver::PartyFactory watch_parties(driver::PartyFactory make, const CallWatch& watch,
                                   Epilogue* epilogue) {
  return [make = std::move(make), &watch, epilogue](
             net::World& world, evidence::Recorder& recorder,
             const std::vector<driver::ActorSpec>& cast,
             std::size_t index) -> Result<std::unique_ptr<Party>> {
    PARLEY_ASSIGN(std::unique_ptr<Party> party, make(world, recorder, cast, index));
    std::vector<std::string> users;
    for (const driver::ActorSpec& actor : cast) {
      if (actor.kind.ends_with("-user")) users.push_back(actor.id);
    }
    return std::unique_ptr<Party>(std::make_unique<WatchedParty>(
        world, std::move(party), watch, std::move(users), index == 0 ? epilogue : nullptr));
  };
}

}  // namespace parley::prove
