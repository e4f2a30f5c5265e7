#include "harness/driver/first_meeting.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "harness/driver/conformance.h"
#include "harness/driver/driver_session.h"

namespace parley::driver {
namespace {

constexpr std::string_view kNoMethod = "parley-no-such-method";

constexpr DoctorRule kProgram{
    "RUN-01", "the driver's program can be started", "run file",
    "correct the command: a program in PATH or with its path, and its arguments"};
constexpr DoctorRule kClaims{
    "ICS-01", "it has the operations of everything that is claimed", "driver",
    "build the operation and list it in hello's \"capabilities\", or answer the question with "
    "false in the run file's \"ics\""};

constexpr std::string_view kHelloAsStated =
    "the first line is a sound hello, within what timeouts.start says";

constexpr std::array<Remedy, 5> kHelloRemedies{{
    {"of the driver contract, Parley speaks",
     "build the driver for the version that Parley speaks, or take a Parley that speaks the "
     "driver's"},
    {"one JSON-RPC 2.0 object per line",
     "write nothing to standard output but JSON-RPC, hello first; logs go to standard error"},
    {"the process exited with",
     "run the command by hand: the end of its log says why it does not stay"},
    {"the process was killed",
     "run the command by hand: the end of its log says why it does not stay"},
    {"no hello within", "write hello first, and flush standard output after it"},
}};

constexpr std::array<Remedy, 3> kEndRemedies{{
    {"it cannot start", "mend what it says: it is to take up the part that start describes"},
    {"after stop the driver", "exit with code 0 when stop is answered and standard input ends"},
    {"did not exit within", "leave when standard input ends, and let go of what keeps it"},
}};

DoctorRule rule(std::string_view id) {
  const std::vector<DoctorRule> all = driver_rules();
  return *std::ranges::find(all, id, &DoctorRule::id);
}

Error seen(std::string text) { return make_error(ErrorCode::kInvalid, std::move(text)); }

Status has_seats(const DriverHello& hello, const MeetingPart& part) {
  for (const std::string& seat : part.seats) {
    if (hello.drives(seat)) continue;
    std::string listed;
    for (const std::string& one : hello.seats) listed += (listed.empty() ? "" : ", ") + one;
    return seen("asked for " + seat + "; its hello lists: " + (listed.empty() ? "none" : listed));
  }
  return {};
}

Status has_claims(const DriverHello& hello, const MeetingPart& part) {
  std::string missing;
  for (const ClaimedOperation& one : part.claimed) {
    if (hello.performs(one.operation)) continue;
    missing += (missing.empty() ? "" : ", ") + one.operation + " (" + one.claim + ")";
  }
  if (missing.empty()) return {};
  return seen("claimed, and not among its capabilities: " + missing);
}

Status expect_unsupported(const Result<json::object>& answer, std::string_view expected) {
  if (!answer.ok() && answer.error().code == ErrorCode::kUnsupported) return {};
  return seen("it answered with " +
              (answer.ok() ? std::string("success") : "\"" + answer.error().text() + "\"") +
              ", where " + std::string(expected) + " was expected");
}

// One conversation, line by line.
class Meeting {
 public:
  Meeting(std::shared_ptr<DriverSession> session, MeetingPart part, FirstMeeting& out)
      : session_(std::move(session)), part_(std::move(part)), out_(out) {}

  net::awaitable<void> hold() {
    const auto hello = co_await session_->hello();
    add("DRV-01", hello.ok() ? Status() : Status(hello.error()));
    if (part_.limits.hello != kHelloDeadline) out_.lines.back().rule = kHelloAsStated;
    choose_fix(out_.lines.back(), kHelloRemedies);
    if (hello.ok()) {
      out_.hello = *hello;
      add("DRV-02", has_seats(*hello, part_));
      if (!part_.claimed.empty())
        out_.lines.push_back(line_for(kClaims, has_claims(*hello, part_)));
    } else {
      skip("DRV-02", "DRV-01");
      if (!part_.claimed.empty()) out_.lines.push_back(skipped_line(kClaims, "DRV-01"));
    }
    const bool welcome = hello.ok() && has_seats(*hello, part_).ok();
    Status started;
    if (welcome && part_.start) started = co_await start();
    if (welcome && part_.start && started.ok()) {
      co_await ask();
    } else if (part_.start) {
      const std::string_view needed = !hello.ok() ? "DRV-01" : !welcome ? "DRV-02" : "DRV-04";
      for (const std::string_view id : {"DRV-06", "DRV-07"}) skip(id, needed);
    }
    co_await leave(started, !hello.ok() ? "DRV-01" : welcome ? "" : "DRV-02");
  }

 private:
  void add(std::string_view id, const Status& finding) {
    out_.lines.push_back(line_for(rule(id), finding));
  }
  void skip(std::string_view id, std::string_view needed) {
    out_.lines.push_back(skipped_line(rule(id), needed));
  }

  net::awaitable<Status> start() {
    PARLEY_CO_ASSIGN(const DriverStart start, part_.start(*out_.hello));
    const auto answer = co_await session_->start(start_params(start));
    if (!answer.ok()) co_return answer.error();
    static const std::map<std::string, std::string> kNothing;
    const Surroundings* around = start.surroundings();
    const auto listening = read_started(*answer, around != nullptr ? around->listen : kNothing);
    co_return listening.ok() ? Status() : Status(listening.error());
  }

  // What it says to something that nobody has; where it breaks off, that is what was seen.
  net::awaitable<void> ask() {
    const auto operation = co_await session_->perform(std::string(kProbeOperation), {});
    if (session_->failure()) {
      add("DRV-06", *session_->failure());
      co_return skip("DRV-07", "DRV-06");
    }
    add("DRV-06", expect_unsupported(operation, "unsupported (-32001)"));
    const auto method = co_await session_->call(std::string(kNoMethod), {});
    add("DRV-07", session_->failure() ? Status(*session_->failure())
                                      : expect_unsupported(method, "method not found (-32601)"));
  }

  net::awaitable<void> leave(Status started, std::string_view needed) {
    const bool broken = session_->failure().has_value();
    const Status stopped = co_await session_->stop();
    session_->abandon();
    if (!needed.empty()) {
      skip("DRV-04", needed);
    } else if (started.ok() && broken) {
      skip("DRV-04", "DRV-06 and DRV-07");
    } else {
      add("DRV-04", started.ok() ? stopped : started);
      choose_fix(out_.lines.back(), kEndRemedies);
    }
  }

  const std::shared_ptr<DriverSession> session_;
  const MeetingPart part_;
  FirstMeeting& out_;
};

}  // namespace

std::vector<DoctorRule> meeting_rules() { return {kProgram, kClaims}; }

net::awaitable<FirstMeeting> meet_driver(net::World& world, net::Command command,
                                         MeetingPart part) {
  FirstMeeting out;
  auto session = DriverSession::open(world, command, {}, part.limits);
  out.lines.push_back(line_for(kProgram, session.ok() ? Status() : Status(session.error())));
  if (session.ok()) {
    Meeting meeting(*std::move(session), std::move(part), out);
    co_await meeting.hold();
  } else {
    out.lines.push_back(skipped_line(rule("DRV-01"), kProgram.id));
  }
  std::ranges::stable_sort(out.lines.begin() + 1, out.lines.end(), {}, &DoctorLine::id);
  co_return out;
}

bool spoils_a_run(const DoctorLine& line) {
  return line.outcome == DoctorOutcome::kFail && line.id != kClaims.id;
}

}  // namespace parley::driver
