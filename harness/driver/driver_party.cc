#include "harness/driver/driver_party.h"

#include <algorithm>
#include <utility>

namespace parley::driver {
namespace {

class DriverParty final : public Party {
 public:
  DriverParty(net::World& world, evidence::Recorder& recorder, DrivenPart part)
      : world_(world), part_(std::move(part)), events_(world, recorder, part_.id, part_.role) {}
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
  net::awaitable<Status> finish() override;
  std::optional<Error> failure() const override { return session_->failure(); }

 private:
  net::awaitable<Status> take_up(DriverStart start);
  net::awaitable<Status> probe();
  net::awaitable<void> pass_time(Duration by);
  net::awaitable<Result<json::object>> pair(std::string code);

  net::World& world_;
  const DrivenPart part_;
  EventLog events_;
  Stage stage_;
  Hello hello_;
  std::shared_ptr<DriverSession> session_;
  std::shared_ptr<const net::Outside::Follower> follower_;
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
  auto former = part_.pool ? part_.pool->take(part_.command) : std::nullopt;
  if (former) {
    PARLEY_ASSIGN(session_, DriverSession::resume(world, *std::move(former), std::move(handlers),
                                                  part_.limits));
  } else {
    PARLEY_ASSIGN(session_,
                  DriverSession::open(world, part_.command, std::move(handlers), part_.limits));
  }
  return {};
}

net::awaitable<Status> DriverParty::finish() {
  if (!part_.pool || !part_.pool->has_room()) co_return co_await session_->stop();
  PARLEY_CO_ASSIGN(std::optional<IdleDriver> idle, co_await session_->pause());
  if (idle) part_.pool->put(part_.command, *std::move(idle));
  co_return Status();
}

net::awaitable<Status> DriverParty::begin(Stage stage) {
  stage_ = std::move(stage);
  PARLEY_CO_ASSIGN(const DriverHello hello, co_await session_->hello());
  hello_ = hello;
  PARLEY_CO_ASSIGN(DriverStart start, part_.start());
  if (!hello.drives(start.seat)) {
    co_await session_->fail(
        make_error(ErrorCode::kUnsupported, hello.name + " does not drive the seat " + start.seat));
    co_return *session_->failure();
  }
  if (hello.performs(kPassTime)) {
    follower_ = std::make_shared<const net::Outside::Follower>(
        [this](Duration by) { return pass_time(by); });
    if (net::Outside* outside = net::outside_of(world_)) outside->follow_clock(follower_);
  }
  co_return co_await take_up(std::move(start));
}

net::awaitable<Status> DriverParty::take_up(DriverStart start) {
  PARLEY_CO_ASSIGN(const json::object answer, co_await session_->start(start_params(start)));
  static const std::map<std::string, std::string> kNothing;
  const Surroundings* around = start.surroundings();
  const auto listening = read_started(answer, around != nullptr ? around->listen : kNothing);
  Status routed = listening.ok() ? Status() : Status(listening.error());
  if (listening.ok() && part_.listens) routed = part_.listens(*listening);
  if (!routed.ok()) {
    co_await session_->fail(routed.error());
    co_return *session_->failure();
  }
  co_return co_await probe();
}

// What it answers is nobody's outcome; what follows of it is seen elsewhere.
net::awaitable<void> DriverParty::pass_time(Duration by) {
  if (session_->failure()) co_return;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(by);
  json::object arguments = {{"seconds", seconds.count()},
                            {"nanoseconds", Duration(by - seconds).count()}};
  (void)(co_await session_->perform(std::string(kPassTime), std::move(arguments))).ok();
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
