#include "harness/driver/driver_party.h"

#include <algorithm>
#include <utility>

namespace parley::driver {
namespace {

class DriverParty final : public Party {
 public:
  DriverParty(net::World& world, evidence::Recorder& recorder, DrivenPart part)
      : part_(std::move(part)), events_(world, recorder, part_.id, part_.role) {}
  ~DriverParty() override {
    if (session_) session_->abandon();
  }
  DriverParty(const DriverParty&) = delete;
  DriverParty& operator=(const DriverParty&) = delete;

  Status open(net::World& world);

  const std::string& id() const override { return part_.id; }
  evidence::Role role() const override { return part_.role; }
  Hello hello() const override { return hello_; }
  EventLog& events() override { return events_; }

  net::awaitable<Status> begin(Stage stage) override;
  net::awaitable<Result<json::object>> perform(std::string operation,
                                               json::object arguments) override;
  net::awaitable<Status> finish() override { co_return co_await session_->stop(); }
  std::optional<Error> failure() const override { return session_->failure(); }

 private:
  net::awaitable<Status> probe();
  net::awaitable<Result<json::object>> pair(std::string code);

  const DrivenPart part_;
  EventLog events_;
  Stage stage_;
  Hello hello_;
  std::shared_ptr<DriverSession> session_;
};

Status DriverParty::open(net::World& world) {
  DriverSession::Handlers handlers;
  handlers.event = [this](DriverEvent event) {
    events_.push(std::move(event.name), std::move(event.facts));
  };
  handlers.failed = [this](const Error& error) { events_.end(error); };
  if (!part_.phone.empty()) {
    handlers.pair = [this](std::string code) { return pair(std::move(code)); };
  }
  PARLEY_ASSIGN(session_, DriverSession::open(world, part_.command, std::move(handlers)));
  return {};
}

net::awaitable<Status> DriverParty::begin(Stage stage) {
  stage_ = std::move(stage);
  PARLEY_CO_ASSIGN(const DriverHello hello, co_await session_->hello());
  hello_ = hello;
  const DriverStart start = part_.start();
  if (std::find(hello.seats.begin(), hello.seats.end(), start.seat) == hello.seats.end()) {
    co_await session_->fail(
        make_error(ErrorCode::kUnsupported, hello.name + " does not drive the seat " + start.seat));
    co_return *session_->failure();
  }
  PARLEY_CO_TRY(co_await session_->start(start_params(start)));
  co_return co_await probe();
}

// A driver that answers everything with success would make tests pass.
net::awaitable<Status> DriverParty::probe() {
  const std::string operation(kProbeOperation);
  const auto answer = co_await session_->perform(operation, {});
  if (session_->failure()) co_return *session_->failure();
  if (!answer.ok() && answer.error().code == ErrorCode::kUnsupported) co_return Status();
  co_await session_->fail(
      make_error(ErrorCode::kInvalid,
                 "it answered \"" + operation + "\" with " +
                     (answer.ok() ? std::string("success") : "\"" + answer.error().text() + "\"") +
                     "; an operation that nobody has is answered with unsupported (-32001)"));
  co_return *session_->failure();
}

net::awaitable<Result<json::object>> DriverParty::perform(std::string operation,
                                                          json::object arguments) {
  co_return co_await session_->perform(std::move(operation), std::move(arguments));
}

net::awaitable<Result<json::object>> DriverParty::pair(std::string code) {
  Party* phone = stage_ ? stage_(part_.phone) : nullptr;
  if (phone == nullptr) {
    co_return make_error(ErrorCode::kUnsupported, "the cast has no \"" + part_.phone + "\"");
  }
  json::object arguments;
  arguments["of"] = part_.id;
  arguments["code"] = code;
  co_return co_await phone->perform("pair", std::move(arguments));
}

}  // namespace

Result<std::unique_ptr<Party>> make_driver_party(net::World& world, evidence::Recorder& recorder,
                                                 DrivenPart part) {
  auto party = std::make_unique<DriverParty>(world, recorder, std::move(part));
  PARLEY_TRY(party->open(world));
  return std::unique_ptr<Party>(std::move(party));
}

}  // namespace parley::driver
