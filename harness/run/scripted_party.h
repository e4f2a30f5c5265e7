// A party for tests of the engine: it answers by a script and shows no behaviour of its own.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "harness/driver/party.h"

namespace parley::run {

/// "say" {text} -> {id, text} and an event "message" {id, text}; "think" {text} -> {text};
/// "refuse" -> kRefused;
/// "lie" -> an event "message" with an id of its own making; "hang" -> never; "throw" -> an
/// exception; "die" -> the party fails; anything else -> kUnsupported.
class ScriptedParty final : public driver::Party {
 public:
  ScriptedParty(net::World& world, evidence::Recorder& recorder, std::string id)
      : world_(world),
        id_(std::move(id)),
        events_(world, recorder, id_, evidence::Role::kPartnerClient),
        random_(world.random(id_)) {}

  const std::string& id() const override { return id_; }
  evidence::Role role() const override { return evidence::Role::kPartnerClient; }
  driver::Hello hello() const override { return {"scripted", "1", driver::kProtocolVersion, {}}; }
  driver::EventLog& events() override { return events_; }

  net::awaitable<Result<json::object>> perform(std::string operation,
                                               json::object arguments) override {
    co_await world_.wait_for(std::chrono::milliseconds(10));
    if (operation == "say" || operation == "send-text" || operation == "send-media") {
      json::object out;
      out["id"] = std::to_string(random_->below(1'000'000'000));
      out["text"] = json::string(get_string(arguments, "text").value_or(""));
      events_.push("message", out);
      co_return out;
    }
    if (operation == "think") {
      co_return json::object{{"text", get_string(arguments, "text").value_or("")}};
    }
    if (operation == "refuse") co_return make_error(ErrorCode::kRefused, "no");
    if (operation == "lie") {
      events_.push("message", {{"id", "LIE-1"}, {"text", "never sent"}});
      co_return json::object();
    }
    if (operation == "hang") co_await world_.wait_for(std::chrono::hours(1000));
    if (operation == "die") {
      failure_ = make_error(ErrorCode::kInternal, "its driver died");
      events_.end(*failure_);
      co_return *failure_;
    }
    if (operation == "throw") throw std::runtime_error("a party that is broken");
    co_return make_error(ErrorCode::kUnsupported, operation);
  }

  net::awaitable<Status> begin(driver::Stage stage) override {
    if (stage(id_) != this) co_return make_error(ErrorCode::kInternal, "not on stage");
    if (id_ != "late") co_return Status();
    failure_ = make_error(ErrorCode::kInternal, "its driver cannot start");
    co_return *failure_;
  }
  net::awaitable<Status> finish() override {
    events_.push("left", {});
    co_return make_error(ErrorCode::kTimeout, "would not go");
  }
  std::optional<Error> failure() const override { return failure_; }

  /// Makes one for every actor but "nobody", whom it refuses.
  static driver::PartyFactory factory() {
    return [](net::World& world, evidence::Recorder& recorder,
              const std::vector<driver::ActorSpec>& cast,
              std::size_t index) -> Result<std::unique_ptr<driver::Party>> {
      if (cast[index].id == "nobody") return make_error(ErrorCode::kNotFound, "no such party");
      return std::unique_ptr<driver::Party>(
          std::make_unique<ScriptedParty>(world, recorder, cast[index].id));
    };
  }

 private:
  net::World& world_;
  std::string id_;
  driver::EventLog events_;
  std::unique_ptr<Random> random_;
  std::optional<Error> failure_;
};

}  // namespace parley::run
