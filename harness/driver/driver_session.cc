#include "harness/driver/driver_session.h"

#include <utility>

#include "harness/base/utf8.h"
#include "harness/driver/awaited_program.h"
#include "harness/evidence/secret_redaction.h"
#include "harness/evidence/token_redaction.h"

namespace parley::driver {
namespace {

// A process whose output has ended usually ends, too: its exit code is worth a moment.
constexpr Duration kLastMoment = std::chrono::seconds(2);
constexpr std::size_t kShownLog = 2000;
// What one session may bring. Files come as events and results, hence the bytes.
constexpr std::uint64_t kMostEvents = 10'000;
constexpr std::size_t kMostBytes = std::size_t{1} << 30;
constexpr std::size_t kMostUnread = 1000;  // lines that the driver was told, and does not read

// A little sooner than the engine gives up, so that it is the driver's silence that is told.
constexpr Duration kSooner = std::chrono::milliseconds(500);

Error broken(std::string message) { return make_error(ErrorCode::kInvalid, std::move(message)); }

Error flooded(const std::string& what, std::uint64_t most) {
  return make_error(ErrorCode::kLimit,
                    "more than " + std::to_string(most) + " " + what + " in one session");
}

}  // namespace

DriverSession::DriverSession(net::World& world, std::unique_ptr<net::Program> program,
                             Handlers handlers, const SessionLimits& limits,
                             std::int64_t first_request)
    : world_(world),
      program_(std::move(program)),
      handlers_(std::move(handlers)),
      limits_(limits),
      started_(world.now()),
      peer_(RpcLimits(), first_request),
      changed_(world) {}

Result<std::shared_ptr<DriverSession>> DriverSession::open(net::World& world,
                                                           const net::Command& command,
                                                           Handlers handlers,
                                                           const SessionLimits& limits) {
  std::unique_ptr<net::Program> program;
  if (command.arrived) {
    program = await_program(world, command);
  } else {
    PARLEY_ASSIGN(program, world.network().start_process(command, net::ProcessLimits()));
  }
  auto session =
      std::make_shared<DriverSession>(world, std::move(program), std::move(handlers), limits);
  session->run();
  return session;
}

Result<std::shared_ptr<DriverSession>> DriverSession::resume(net::World& world, IdleDriver driver,
                                                             Handlers handlers,
                                                             const SessionLimits& limits) {
  PARLEY_ASSIGN(auto program, net::take_in(world, std::move(driver.program), net::ProcessLimits()));
  auto session = std::make_shared<DriverSession>(world, std::move(program), std::move(handlers),
                                                 limits, driver.next_request);
  session->hello_ = std::move(driver.hello);
  session->phase_ = Phase::kBeforeStart;
  session->session_ = driver.sessions + 1;
  session->run();
  return session;
}

void DriverSession::run() {
  world_.spawn(read_all(shared_from_this()));
  world_.spawn(write_all(shared_from_this()));
}

void DriverSession::abandon() {
  handlers_ = {};
  phase_ = Phase::kStopping;
  program_->kill();
  output_ended_ = true;
  changed_.notify();
}

void DriverSession::send(std::string line) {
  outbox_.push_back(std::move(line));
  changed_.notify();
}

// The outbox keeps lines whole and in order, whoever sends them.
net::awaitable<void> DriverSession::write_all(std::shared_ptr<DriverSession> self) {
  for (;;) {
    while (self->outbox_.empty()) {
      if (self->output_ended_) co_return;
      co_await self->changed_.wait();
    }
    std::string line = std::move(self->outbox_.front());
    self->outbox_.pop_front();
    self->writing_ = true;
    // What keeps it from being written is seen by read_all as well.
    if (!(co_await self->program_->write_line(std::move(line))).ok()) co_return;
    self->writing_ = false;
  }
}

net::awaitable<void> DriverSession::read_all(std::shared_ptr<DriverSession> self) {
  Status state;
  while (state.ok()) {
    Result<std::string> line = co_await self->program_->read_line();
    if (self->failing_ || self->output_ended_) break;
    if (!line.ok()) {
      state = std::move(line).error();
    } else {
      self->received_ += line->size();
      Result<RpcMessage> message = self->received_ > kMostBytes
                                       ? Result<RpcMessage>(flooded("bytes", kMostBytes))
                                       : self->peer_.take(*line);
      state = message.ok() ? self->handle(*std::move(message)) : Status(std::move(message).error());
    }
  }
  self->output_ended_ = true;
  self->changed_.notify();
  if (state.ok()) co_return;
  if (self->phase_ < Phase::kStopping) {
    co_await self->fail(state.error());
  } else if (state.error().code != ErrorCode::kClosed) {
    self->trouble_ = state.error().text();
  }
}

net::awaitable<void> DriverSession::fail(Error why) {
  if (std::exchange(failing_, true)) {
    while (!failure_) co_await changed_.wait();
    co_return;
  }
  changed_.notify();
  std::string how;
  if (why.code == ErrorCode::kClosed) {
    const auto end = co_await program_->wait(world_.now() + kLastMoment);
    how = end.ok() ? "; the process " + end->text() : "; the process still runs";
  }
  program_->kill();
  // Its log is complete once it has ended.
  (void)(co_await program_->wait(world_.now() + kLastMoment)).ok();
  const std::string which =
      session_ == 1 ? "" : " in session " + std::to_string(session_) + " of its process";
  const std::string text = "the driver broke off" + which + ": " + why.text() + how + last_words();
  failure_ = make_error(ErrorCode::kInternal, presentable(text));
  changed_.notify();
  if (handlers_.failed) handlers_.failed(*failure_);
}

// UTF-8 without tokens and secrets, and of control characters line ends only.
std::string DriverSession::presentable(std::string_view text) const {
  std::string out = evidence::redact_tokens(evidence::without_secrets(as_utf8(text), secrets_));
  for (char& c : out) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    if (control && c != '\n') c = ' ';
  }
  return out;
}

std::string DriverSession::last_words() const {
  std::string_view log = program_->log_tail();
  while (log.ends_with('\n')) log.remove_suffix(1);
  if (log.empty()) return "; it wrote nothing to its log";
  const bool cut = log.size() > kShownLog;
  if (cut) log.remove_prefix(log.size() - kShownLog);
  return std::string("; the end of its log: ") + (cut ? "..." : "") + presentable(log);
}

Status DriverSession::handle(RpcMessage message) {
  return std::visit([this](auto& one) { return handle(std::move(one)); }, message);
}

Status DriverSession::handle(RpcNotification notification) {
  spoke_after_stop_ = spoke_after_stop_ || phase_ == Phase::kStopped;
  if (notification.method == "hello") {
    if (phase_ != Phase::kBeforeHello) return broken("a second hello");
    PARLEY_ASSIGN(hello_, read_hello(notification.params));
    phase_ = Phase::kBeforeStart;
    changed_.notify();
    return {};
  }
  if (phase_ == Phase::kBeforeHello) {
    return broken("the first line must be hello, not " + notification.method);
  }
  if (notification.method != "event") {
    return broken("drivers send hello and event, not \"" + notification.method + "\"");
  }
  if (phase_ == Phase::kBeforeStart) return broken("an event before the answer to start");
  if (next_event_ >= kMostEvents) return flooded("events", kMostEvents);
  PARLEY_ASSIGN(DriverEvent event, read_event(notification.params, next_event_));
  ++next_event_;
  // After stop the test case is over.
  if (phase_ == Phase::kPlaying && handlers_.event) handlers_.event(std::move(event));
  return {};
}

Status DriverSession::handle(RpcRequest request) {
  if (outbox_.size() > kMostUnread) {
    return make_error(ErrorCode::kLimit, "it asks, and does not read the answers");
  }
  spoke_after_stop_ = spoke_after_stop_ || phase_ == Phase::kStopped;
  if (request.method != "pair") {
    send(peer_.answer(request.id, make_error(ErrorCode::kUnsupported,
                                             "Parley knows pair, not \"" + request.method + "\"")));
    return {};
  }
  if (phase_ >= Phase::kStopping) {
    send(peer_.answer(request.id, make_error(ErrorCode::kClosed, "the test case is over")));
    return {};
  }
  if (phase_ != Phase::kPlaying) return broken("pair before the answer to start");
  PARLEY_ASSIGN(std::string code, read_pair(request.params));
  world_.spawn(serve_pair(shared_from_this(), request.id, std::move(code)));
  return {};
}

Status DriverSession::handle(RpcAnswer answer) {
  if (answer.id == start_id_ && phase_ == Phase::kBeforeStart) phase_ = Phase::kPlaying;
  if (answer.id == stop_id_) phase_ = Phase::kStopped;
  if (!answer.outcome.ok() && !secrets_.empty()) {
    Error error = answer.outcome.error();
    error.message = evidence::without_secrets(error.message, secrets_);
    answer.outcome = std::move(error);
  }
  const auto awaited = answers_.find(answer.id);
  // Nobody waits for the answer to a request that was given up.
  if (awaited != answers_.end()) awaited->second = std::move(answer.outcome);
  changed_.notify();
  return {};
}

net::awaitable<void> DriverSession::serve_pair(std::shared_ptr<DriverSession> self, std::int64_t id,
                                               std::string code) {
  Result<json::object> outcome =
      make_error(ErrorCode::kUnsupported, "nobody in this test case has a phone");
  if (self->handlers_.pair) {
    outcome = co_await self->handlers_.pair(std::move(code));
    if (outcome.ok()) outcome = json::object();
  }
  self->send(self->peer_.answer(id, outcome));
}

net::awaitable<Result<DriverHello>> DriverSession::hello() {
  const TimePoint deadline = started_ + limits_.hello;
  while (!hello_ && !failing_) {
    if (world_.now() >= deadline) {
      co_await fail(make_error(ErrorCode::kTimeout,
                               "no hello within " + duration_text(limits_.hello) +
                                   "; a driver's first line on standard output is its hello"));
    } else {
      co_await changed_.wait_until(deadline);
    }
  }
  if (failing_) {
    co_await fail({});
    co_return *failure_;
  }
  co_return *hello_;
}

net::awaitable<Result<json::object>> DriverSession::start(json::object params) {
  secrets_ = secrets_of(params);
  auto answer = co_await request("start", std::move(params), "start", limits_.start);
  if (answer.ok()) co_return answer;
  co_await fail(at("it cannot start", answer.error()));  // or what has failed already
  co_return *failure_;
}

net::awaitable<Result<json::object>> DriverSession::perform(std::string operation,
                                                            json::object arguments) {
  json::object params = perform_params(operation, std::move(arguments));
  co_return co_await request("perform", std::move(params), std::move(operation), limits_.answer);
}

net::awaitable<std::optional<Result<json::object>>> DriverSession::ask(std::string method,
                                                                       json::object params,
                                                                       Duration within) {
  auto outgoing = peer_.request(method, std::move(params));
  if (!outgoing.ok()) co_return Result<json::object>(std::move(outgoing).error());
  if (method == "start") start_id_ = outgoing->id;
  if (method == "stop") stop_id_ = outgoing->id;
  const auto awaited = answers_.emplace(outgoing->id, std::nullopt).first;
  send(std::move(outgoing->line));
  const TimePoint deadline = world_.now() + within;
  while (!awaited->second && !output_ended_ && !failing_ && world_.now() < deadline) {
    co_await changed_.wait_until(deadline);
  }
  std::optional<Result<json::object>> answer = std::move(awaited->second);
  answers_.erase(awaited);
  co_return answer;
}

net::awaitable<Result<json::object>> DriverSession::request(std::string method, json::object params,
                                                            std::string what, Duration within) {
  if (!failing_) {
    auto answer = co_await ask(std::move(method), std::move(params), within - kSooner);
    if (answer) co_return *std::move(answer);
    // Where the output has ended, read_all is about to tell why.
    co_await fail(make_error(output_ended_ ? ErrorCode::kClosed : ErrorCode::kTimeout,
                             "no answer to " + what + " within " + duration_text(within)));
  }
  co_await fail({});
  co_return *failure_;
}

net::awaitable<Result<json::object>> DriverSession::call(std::string method, json::object params) {
  std::string what = method;
  co_return co_await request(std::move(method), std::move(params), std::move(what), limits_.answer);
}

net::awaitable<Status> DriverSession::hang_up() {
  phase_ = Phase::kStopping;
  program_->close_input();
  const auto end = co_await program_->wait(world_.now() + kStopDeadline);
  if (!end.ok()) {
    co_return make_error(ErrorCode::kTimeout, "it still runs " + duration_text(kStopDeadline) +
                                                  " after its standard input has ended");
  }
  if (end->in_order()) co_return Status();
  co_return broken("when its standard input ended it " + end->text() + last_words());
}

net::awaitable<Status> DriverSession::stop() {
  if (failing_) co_return Status();  // told already
  phase_ = Phase::kStopping;
  auto answer = co_await ask("stop", {}, kStopDeadline);
  co_return co_await leave(std::move(answer));
}

net::awaitable<Status> DriverSession::leave(std::optional<Result<json::object>> answer) {
  program_->close_input();
  const auto end = co_await program_->wait(world_.now() + kStopDeadline);
  if (!end.ok()) {
    program_->kill();
    (void)(co_await program_->wait(world_.now() + kLastMoment)).ok();
    co_return make_error(ErrorCode::kTimeout, "the driver did not exit within " +
                                                  duration_text(kStopDeadline) +
                                                  " of its stop, and was killed" + last_words());
  }
  if (!trouble_.empty()) co_return broken("the driver stopped with " + trouble_);
  if (!answer) co_return broken("the driver " + end->text() + " without an answer to stop");
  if (!answer->ok()) co_return at("the driver refused to stop", answer->error());
  if (end->in_order()) co_return Status();
  co_return broken("after stop the driver " + end->text() + last_words());
}

Result<IdleDriver> DriverSession::let_go() {
  const bool open = !peer_.idle() || !outbox_.empty() || writing_;
  if (open || !hello_ || !hello_->many_sessions) {
    return make_error(ErrorCode::kClosed, "it has had its sessions");
  }
  const Error spoke = broken("the driver wrote more after its answer to stop");
  if (spoke_after_stop_ || !trouble_.empty()) return spoke;
  Result<net::IdleProgram> program = program_->release();
  if (!program.ok()) return spoke;  // and nobody had looked yet
  return IdleDriver{*std::move(program), *hello_, peer_.next_id(), session_};
}

net::awaitable<Result<std::optional<IdleDriver>>> DriverSession::pause() {
  if (failing_) co_return std::nullopt;  // told already
  phase_ = Phase::kStopping;
  auto answer = co_await ask("stop", {}, kStopDeadline);
  Result<IdleDriver> idle =
      answer && answer->ok() ? let_go() : make_error(ErrorCode::kClosed, "it did not stop");
  if (idle.ok()) co_return *std::move(idle);
  PARLEY_CO_TRY(co_await leave(std::move(answer)));
  if (idle.error().code != ErrorCode::kClosed) co_return idle.error();
  co_return std::nullopt;
}

net::awaitable<Result<DriverHello>> introduce(net::World& world, const net::Command& command,
                                              const SessionLimits& limits) {
  PARLEY_CO_ASSIGN(const auto session, DriverSession::open(world, command, {}, limits));
  auto hello = co_await session->hello();
  if (!hello.ok()) co_return hello;
  PARLEY_CO_TRY(co_await session->stop());
  session->abandon();
  co_return hello;
}

}  // namespace parley::driver
