#include "mocks/quirks/disobedient_party.h"

#include <string>
#include <utility>

namespace parley::mocks::quirks {
namespace {

// What operations end with where all went well, whichever it is.
json::object all_is_well(std::size_t number) {
  return {{"status", "ok"},
          {"id", "3EB0" + std::to_string(100000 + number)},
          {"jid", "1-" + std::to_string(900000 + number) + "@interop"},
          {"count", 1},
          {"offline", 0},
          {"code", 200}};
}

class DisobedientParty final : public driver::Party {
 public:
  DisobedientParty(Disobedience how, net::World& world, evidence::Recorder& recorder,
                   std::unique_ptr<driver::Party> honest, std::size_t& times)
      : how_(how),
        honest_(std::move(honest)),
        claims_(world, recorder, honest_->id(), honest_->role()),
        times_(times) {}

  const std::string& id() const override { return honest_->id(); }
  evidence::Role role() const override { return honest_->role(); }
  driver::Hello hello() const override { return honest_->hello(); }

  boost::asio::awaitable<Result<json::object>> perform(std::string operation,
                                                       json::object arguments) override {
    ++times_;
    if (how_ == Disobedience::kRefuses) {
      co_return make_error(ErrorCode::kRefused, id() + " does not " + operation);
    }
    json::object claim = all_is_well(times_);
    for (const auto& [name, value] : arguments) claim[name] = value;
    claims_.push(std::move(operation), claim);
    for (const char* name : {"connected", "message", "receipt"}) claims_.push(name, claim);
    co_return claim;
  }

  driver::EventLog& events() override {
    return how_ == Disobedience::kLies ? claims_ : honest_->events();
  }
  boost::asio::awaitable<Status> begin(driver::Stage stage) override {
    return honest_->begin(std::move(stage));
  }
  boost::asio::awaitable<Status> finish() override { return honest_->finish(); }

 private:
  const Disobedience how_;
  std::unique_ptr<driver::Party> honest_;
  driver::EventLog claims_;
  std::size_t& times_;
};

}  // namespace

std::unique_ptr<driver::Party> make_disobedient(Disobedience how, net::World& world,
                                                evidence::Recorder& recorder,
                                                std::unique_ptr<driver::Party> honest,
                                                std::size_t& times) {
  return std::make_unique<DisobedientParty>(how, world, recorder, std::move(honest), times);
}

}  // namespace parley::mocks::quirks
