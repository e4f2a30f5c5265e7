#include "harness/driver/conformance.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "harness/driver/driver_session.h"

namespace parley::driver {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kNoMethod = "parley-no-such-method";
constexpr std::size_t kLongText = 1024 * 1024;
constexpr std::string_view kAnyText =
    "quote \" backslash \\ newline \n null \0 \u00e9 \u4e2d \U0001F600 \u2028 \u202e"sv;

struct Driver {
  net::World& world;
  net::Command command;
  DriverStart start;
  DriverHello hello;  ///< as DRV-01 has seen it
};

// What was wrong, in words; ok where the driver did as it should.
using Finding = Status;
using Session = std::shared_ptr<DriverSession>;

Error seen(std::string text) { return make_error(ErrorCode::kInvalid, std::move(text)); }

std::string described(const Result<json::object>& answer) {
  return answer.ok() ? "success" : "\"" + answer.error().text() + "\"";
}

// A process of its own that has said hello. Whoever has it must let it go.
net::awaitable<Result<Session>> meet(Driver& driver) {
  PARLEY_CO_ASSIGN(Session session, DriverSession::open(driver.world, driver.command, {}));
  const auto hello = co_await session->hello();
  if (!hello.ok()) co_return hello.error();
  co_return session;
}

net::awaitable<Result<Session>> meet_and_start(Driver& driver) {
  PARLEY_CO_ASSIGN(Session session, co_await meet(driver));
  const auto started = co_await session->start(start_params(driver.start));
  if (!started.ok()) co_return started.error();
  co_return session;
}

struct Answer {
  Result<json::object> outcome;
};

// The answer to one request, asked of a process of its own; an error where the driver broke off.
net::awaitable<Result<Answer>> answer_to(Driver& driver, std::string method, json::object params) {
  PARLEY_CO_ASSIGN(const Session session, co_await meet_and_start(driver));
  Answer answer{co_await session->call(std::move(method), std::move(params))};
  const std::optional<Error> failure = session->failure();
  session->abandon();
  if (failure) co_return *failure;
  co_return answer;
}

net::awaitable<Finding> says_hello(Driver& driver) {
  PARLEY_CO_ASSIGN(const Session session, DriverSession::open(driver.world, driver.command, {}));
  const auto hello = co_await session->hello();
  session->abandon();
  if (!hello.ok()) co_return hello.error();
  driver.hello = *hello;
  co_return Status();
}

net::awaitable<Finding> has_the_seat(Driver& driver) {
  if (driver.hello.drives(driver.start.seat)) co_return Status();
  std::string listed;
  for (const std::string& seat : driver.hello.seats) listed += (listed.empty() ? "" : ", ") + seat;
  co_return seen("its hello lists: " + (listed.empty() ? "no seat" : listed));
}

net::awaitable<Finding> leaves_before_start(Driver& driver) {
  PARLEY_CO_ASSIGN(const Session session, co_await meet(driver));
  const Status stopped = co_await session->stop();
  session->abandon();
  co_return stopped;
}

net::awaitable<Finding> starts_and_stops(Driver& driver) {
  PARLEY_CO_ASSIGN(const Session session, co_await meet_and_start(driver));
  // Whatever it says beside the answer to start stands before the answer to this.
  (void)(co_await session->perform(std::string(kProbeOperation), {})).ok();
  if (session->failure()) co_return *session->failure();
  const Status stopped = co_await session->stop();
  session->abandon();
  co_return stopped;
}

net::awaitable<Finding> leaves_with_its_input(Driver& driver) {
  PARLEY_CO_ASSIGN(const Session session, co_await meet_and_start(driver));
  const Status left = co_await session->hang_up();
  session->abandon();
  co_return left;
}

Finding expect_error(const Answer& answer, ErrorCode code, std::string_view name) {
  const Result<json::object>& outcome = answer.outcome;
  if (!outcome.ok() && outcome.error().code == code) return {};
  return seen("it answered with " + described(outcome) + ", where " + std::string(name) +
              " was expected");
}

net::awaitable<Finding> refuses_an_unknown_operation(Driver& driver) {
  PARLEY_CO_ASSIGN(const auto answer,
                   co_await answer_to(driver, "perform", perform_params(kProbeOperation, {})));
  co_return expect_error(answer, ErrorCode::kUnsupported, "unsupported (-32001)");
}

net::awaitable<Finding> refuses_an_unknown_method(Driver& driver) {
  PARLEY_CO_ASSIGN(const auto answer, co_await answer_to(driver, std::string(kNoMethod), {}));
  co_return expect_error(answer, ErrorCode::kUnsupported, "method not found (-32601)");
}

net::awaitable<Finding> refuses_what_is_no_operation(Driver& driver) {
  json::object params;
  params["arguments"] = json::object();
  PARLEY_CO_ASSIGN(const auto answer, co_await answer_to(driver, "perform", std::move(params)));
  co_return expect_error(answer, ErrorCode::kInvalid, "invalid parameters (-32602)");
}

net::awaitable<Finding> takes_long_lines(Driver& driver) {
  json::object arguments;
  arguments["text"] = json::string(kLongText, 'x');
  PARLEY_CO_ASSIGN(
      const auto answer,
      co_await answer_to(driver, "perform", perform_params(kProbeOperation, std::move(arguments))));
  co_return expect_error(answer, ErrorCode::kUnsupported, "unsupported (-32001)");
}

net::awaitable<Finding> takes_any_text(Driver& driver) {
  json::object arguments;
  arguments["text"] = json::string(kAnyText);
  PARLEY_CO_ASSIGN(
      const auto answer,
      co_await answer_to(driver, "perform", perform_params(kProbeOperation, std::move(arguments))));
  co_return expect_error(answer, ErrorCode::kUnsupported, "unsupported (-32001)");
}

// kUnsupported where that cannot be told. With arguments that no operation has: what is asked of it
// is only that it knows the name.
net::awaitable<Finding> has_what_it_claims(Driver& driver) {
  if (driver.hello.capabilities.empty()) co_return seen("its hello lists no operation");
  const std::vector<std::string>& seats = driver.hello.seats;
  if (std::ranges::find(seats, driver.start.seat) == seats.end()) {
    co_return make_error(ErrorCode::kUnsupported,
                         "the operations of a whole partner are those of several seats");
  }
  for (const std::string& operation : driver.hello.capabilities) {
    PARLEY_CO_ASSIGN(const auto answer,
                     co_await answer_to(driver, "perform", perform_params(operation, {})));
    const Result<json::object>& outcome = answer.outcome;
    if (outcome.ok() || outcome.error().code != ErrorCode::kUnsupported) continue;
    co_return seen("its hello lists \"" + operation + "\", and it answers it with " +
                   described(outcome));
  }
  co_return Status();
}

net::awaitable<Finding> has_two_at_once(Driver& driver) {
  PARLEY_CO_ASSIGN(const Session first, co_await meet_and_start(driver));
  const auto second = co_await meet_and_start(driver);
  if (!second.ok()) {
    first->abandon();
    co_return at("the second process", second.error());
  }
  const Status first_stopped = co_await first->stop();
  const Status second_stopped = co_await (*second)->stop();
  first->abandon();
  (*second)->abandon();
  if (!first_stopped.ok()) co_return at("the first process", first_stopped.error());
  if (!second_stopped.ok()) co_return at("the second process", second_stopped.error());
  co_return Status();
}

net::awaitable<Finding> takes_another_session(Driver& driver) {
  if (!driver.hello.many_sessions) {
    co_return make_error(ErrorCode::kUnsupported, "its hello does not say sessions: many");
  }
  PARLEY_CO_ASSIGN(const Session first, co_await meet_and_start(driver));
  (void)(co_await first->perform(std::string(kProbeOperation), {})).ok();
  if (first->failure()) co_return *first->failure();
  auto idle = co_await first->pause();
  first->abandon();
  if (!idle.ok()) co_return idle.error();
  if (!*idle) co_return seen("after stop it cannot be given another start");
  PARLEY_CO_ASSIGN(const Session second,
                   DriverSession::resume(driver.world, *std::move(*idle), {}));
  const auto started = co_await second->start(start_params(driver.start));
  if (!started.ok()) co_return started.error();
  Answer answer{co_await second->perform(std::string(kProbeOperation), {})};
  if (second->failure()) co_return *second->failure();
  const Status stopped = co_await second->stop();
  second->abandon();
  PARLEY_CO_TRY(stopped);
  co_return expect_error(answer, ErrorCode::kUnsupported, "unsupported (-32001)");
}

struct Probe {
  std::string_view id;
  std::string_view rule;
  std::string_view fix;
  net::awaitable<Finding> (*tries)(Driver&);
};

constexpr Probe kProbes[] = {
    {"DRV-01", "the first line is a sound hello, within 20 s of the start",
     "write hello first, to standard output, with nothing else on its line; logs go to standard "
     "error",
     says_hello},
    {"DRV-02", "it drives the seat that it is asked for",
     "list the seat in hello's \"seats\", or name another seat", has_the_seat},
    {"DRV-03", "it leaves when it is stopped before it has begun",
     "answer stop with {} at any time and exit with code 0 when standard input ends",
     leaves_before_start},
    {"DRV-04", "it answers start, then stop, and leaves with code 0 within 5 s",
     "answer start when the implementation is ready to be asked, and stop when it has let go",
     starts_and_stops},
    {"DRV-05", "it leaves when its standard input ends, also where nobody said stop",
     "exit when reading standard input comes to its end", leaves_with_its_input},
    {"DRV-06", "it answers an operation that it does not have with unsupported",
     "answer with error -32001; never with success", refuses_an_unknown_operation},
    {"DRV-07", "it answers a method that the contract does not have with an error",
     "answer with error -32601", refuses_an_unknown_method},
    {"DRV-08", "it answers a perform without an operation with an error",
     "answer with error -32602", refuses_what_is_no_operation},
    {"DRV-09", "it reads lines of a megabyte",
     "read up to the next newline, however far that is (32 MiB at most)", takes_long_lines},
    {"DRV-10", "it reads every character that JSON can write",
     "read UTF-8 and JSON's escapes, U+0000 among them", takes_any_text},
    {"DRV-11", "it has every operation that its hello lists",
     "take the operation out of hello's \"capabilities\", or build it", has_what_it_claims},
    {"DRV-12", "two of its processes live side by side",
     "keep no lock, port or file that a second process would need", has_two_at_once},
    {"DRV-13", "its process takes another session as it took the first",
     "let go of everything before you answer stop, count events from 0 again, write nothing in "
     "between; or take \"sessions\" out of hello",
     takes_another_session},
};

}  // namespace

std::vector<DoctorRule> driver_rules() {
  std::vector<DoctorRule> rules;
  for (const Probe& probe : kProbes) rules.push_back({probe.id, probe.rule, "driver", probe.fix});
  return rules;
}

net::awaitable<std::vector<DoctorLine>> examine_driver(net::World& world, net::Command command,
                                                       DriverStart start) {
  Driver driver{world, std::move(command), std::move(start), {}};
  std::vector<DoctorLine> lines;
  for (const Probe& probe : kProbes) {
    DoctorLine line{.id = probe.id, .rule = probe.rule, .owner = "driver", .fix = probe.fix};
    if (lines.empty() || lines.front().outcome == DoctorOutcome::kOk) {
      const Finding finding = co_await probe.tries(driver);
      const bool untold = !finding.ok() && finding.error().code == ErrorCode::kUnsupported;
      line.outcome = finding.ok() ? DoctorOutcome::kOk
                     : untold     ? DoctorOutcome::kSkipped
                                  : DoctorOutcome::kFail;
      if (!finding.ok()) line.seen = finding.error().text();
    } else {
      line.outcome = DoctorOutcome::kSkipped;
      line.seen = "it has not said hello";
    }
    lines.push_back(std::move(line));
  }
  co_return lines;
}

}  // namespace parley::driver
