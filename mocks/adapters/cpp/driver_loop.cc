#include "mocks/adapters/cpp/driver_loop.h"

#include <poll.h>
#include <unistd.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cerrno>
#include <optional>
#include <ostream>
#include <set>
#include <utility>

#include "harness/driver/json_rpc.h"
#include "harness/net/outside.h"

namespace parley::adapters {
namespace {

using driver::JsonRpcPeer;
using driver::RpcRequest;
using net::awaitable;

constexpr std::size_t kReadSize = 64 * 1024;
// Events are looked for again only where none came in a long time of the World's.
constexpr Duration kLongTime = std::chrono::hours(24 * 365);

// The harness's requests where there is no World: between sessions.
class Interlude {
 public:
  Interlude(JsonRpcPeer& peer, int input, std::string begun)
      : peer_(peer), input_(input), bytes_(std::move(begun)) {}

  /// The next request; kClosed where the input ends, kLimit for a line that does not.
  Result<RpcRequest> wait() {
    for (;;) {
      const std::size_t end = bytes_.find('\n');
      if (end != std::string::npos) {
        const std::string line = bytes_.substr(0, end);
        bytes_.erase(0, end + 1);
        return request(line);
      }
      if (bytes_.size() > driver::RpcLimits().line) {
        return make_error(ErrorCode::kLimit, "a line is too long");
      }
      // A World that has read from it leaves it behind as one that never blocks.
      pollfd watched{input_, POLLIN, 0};
      (void)::poll(&watched, 1, -1);
      std::string more(kReadSize, '\0');
      const ssize_t count = ::read(input_, more.data(), more.size());
      if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (count <= 0) return make_error(ErrorCode::kClosed, "the input ended");
      bytes_.append(more, 0, static_cast<std::size_t>(count));
    }
  }
  /// What was read beyond it.
  std::string take_rest() { return std::move(bytes_); }

 private:
  Result<RpcRequest> request(const std::string& line) {
    PARLEY_ASSIGN(driver::RpcMessage message, peer_.take(line));
    if (auto* one = std::get_if<RpcRequest>(&message)) return std::move(*one);
    return make_error(ErrorCode::kInvalid, "a session begins with a request");
  }

  JsonRpcPeer& peer_;
  const int input_;
  std::string bytes_;
};

// One session in its World.
class Conversation {
 public:
  Conversation(JsonRpcPeer& peer, std::ostream& out, Seat& seat)
      : peer_(peer), out_(out), seat_(seat) {}

  /// Until the harness says stop, or the input ends.
  awaitable<Status> hold(std::int64_t start_id, net::LineSource& lines) {
    const Status ready = co_await seat_.begin();
    say(peer_.answer(start_id, ready.ok() ? started() : Result<json::object>(ready.error())));
    seat_.world().spawn(report());
    while (!stop_id_) {
      const Result<std::string> line = co_await lines.read_line();
      if (!line.ok() && line.error().code == ErrorCode::kClosed) co_return Status();
      PARLEY_CO_TRY(line.ok() ? Status() : Status(line.error()));
      PARLEY_CO_ASSIGN(driver::RpcMessage message, peer_.take(*line));
      auto* request = std::get_if<RpcRequest>(&message);
      if (request == nullptr) continue;
      if (request->method == "stop") {
        stop_id_ = request->id;
      } else {
        open_.insert(request->id);
        seat_.world().spawn(answer(std::move(*request)));
      }
    }
    // What is ready comes first.
    co_await seat_.world().wait_until(seat_.world().now());
    co_return Status();
  }

  /// After hold(): the request that ended the session, and those that were under way then.
  std::optional<std::int64_t> stop_id() const { return stop_id_; }
  const std::set<std::int64_t>& open() const { return open_; }

 private:
  void say(const std::string& line) { out_ << line << '\n' << std::flush; }

  Result<json::object> started() const {
    json::object answer;
    answer["listening"] = seat_.listening();
    return answer;
  }

  // What has happened and was not told yet.
  void tell() {
    const std::vector<driver::Event>& events = seat_.events().events();
    for (; told_ < events.size(); ++told_) {
      const driver::Event& event = events[told_];
      const auto line = peer_.notification(
          "event", {{"sequence", told_}, {"name", event.name}, {"facts", event.facts}});
      if (line.ok()) say(*line);
    }
  }

  awaitable<void> report() {
    driver::EventLog& log = seat_.events();
    for (;;) {
      const auto any = [](const driver::Event&) { return true; };
      (void)(co_await log.wait(told_, any, seat_.world().now() + kLongTime)).ok();
      tell();
    }
  }

  awaitable<void> answer(RpcRequest request) {
    const std::int64_t id = request.id;
    if (request.method != "perform") {
      open_.erase(id);
      say(peer_.answer_no_method(id, request.method));
      co_return;
    }
    const Result<json::object> outcome = co_await outcome_of(std::move(request));
    tell();  // what came before the answer is told before it
    open_.erase(id);
    say(peer_.answer(id, outcome));
  }

  awaitable<Result<json::object>> outcome_of(RpcRequest request) {
    const auto operation = get_string(request.params, "operation");
    const json::object* arguments = get_object(request.params, "arguments");
    if (!operation || arguments == nullptr) {
      co_return make_error(ErrorCode::kInvalid, "operation and arguments are needed", "perform");
    }
    if (*operation == driver::kPassTime) co_return co_await pass_time(*arguments);
    std::string name(*operation);
    json::object with = *arguments;
    co_return co_await seat_.perform(std::move(name), std::move(with));
  }

  awaitable<Result<json::object>> pass_time(json::object arguments) {
    const auto seconds = get_int(arguments, "seconds");
    const auto nanoseconds = get_int(arguments, "nanoseconds");
    if (!seconds || !nanoseconds || *seconds < 0 || *nanoseconds < 0) {
      co_return make_error(ErrorCode::kInvalid, "seconds and nanoseconds are needed", "pass-time");
    }
    co_await seat_.world().advance(std::chrono::seconds(*seconds) +
                                   std::chrono::nanoseconds(*nanoseconds));
    co_return json::object();
  }

  JsonRpcPeer& peer_;
  std::ostream& out_;
  Seat& seat_;
  std::size_t told_ = 0;  ///< events
  std::set<std::int64_t> open_;
  std::optional<std::int64_t> stop_id_;
};

json::array words_of(const std::vector<std::string>& texts) {
  json::array out;
  for (const std::string& text : texts) out.emplace_back(json::string(text));
  return out;
}

json::object hello_params(const driver::DriverHello& hello) {
  json::object params;
  params["name"] = hello.name;
  params["version"] = hello.version;
  params["protocol"] = driver::kProtocolVersion;
  params["implementation"] = {{"name", hello.implementation.name},
                              {"version", hello.implementation.version}};
  params["seats"] = words_of(hello.seats);
  params["addressing"] = words_of(hello.addressing);
  params["capabilities"] = words_of(hello.capabilities);
  if (hello.many_sessions) params["sessions"] = "many";
  return params;
}

class DriverLoop {
 public:
  DriverLoop(const driver::DriverHello& hello, const SeatFactory& open_seat, int input,
             std::ostream& out)
      : hello_(hello), open_seat_(open_seat), input_(input), out_(out) {}

  Status run() {
    PARLEY_ASSIGN(const std::string first, peer_.notification("hello", hello_params(hello_)));
    say(first);
    do {
      Interlude interlude(peer_, input_, std::move(rest_));
      Result<RpcRequest> request = interlude.wait();
      rest_ = interlude.take_rest();
      if (!request.ok() && request.error().code == ErrorCode::kClosed) return {};
      PARLEY_TRY(request.ok() ? Status() : Status(request.error()));
      PARLEY_TRY(take(*std::move(request)));
    } while (!over_);
    return {};
  }

 private:
  void say(const std::string& line) { out_ << line << '\n' << std::flush; }

  Status take(RpcRequest request) {
    if (request.method == "stop") {
      say(peer_.answer(request.id, json::object()));
      over_ = !hello_.many_sessions;
      return {};
    }
    if (request.method != "start") {
      say(peer_.answer_no_method(request.id, request.method));
      return {};
    }
    auto seat = open(request.params);
    if (!seat.ok()) {
      say(peer_.answer(request.id, seat.error()));
      return seat.error();
    }
    return play(*std::move(seat), request.id);
  }

  Result<std::unique_ptr<Seat>> open(const json::object& params) const {
    PARLEY_ASSIGN(const driver::DriverStart start, driver::read_start(params));
    if (hello_.drives(start.seat)) return open_seat_(start);
    return make_error(ErrorCode::kInvalid, hello_.name + " does not drive " + start.seat);
  }

  Status play(std::unique_ptr<Seat> seat, std::int64_t start_id) {
    PARLEY_ASSIGN(const auto lines, net::read_lines(seat->world(), input_, driver::RpcLimits().line,
                                                    std::move(rest_)));
    Conversation conversation(peer_, out_, *seat);
    const Status held = net::run(seat->world(), conversation.hold(start_id, *lines));
    // Nothing of this session is there any more, or can be told, when its end is.
    seat->world().shutdown();
    seat.reset();
    rest_ = lines->take_rest();
    PARLEY_TRY(held);
    over_ = !hello_.many_sessions || !conversation.stop_id();
    if (!conversation.stop_id()) return {};
    for (const std::int64_t id : conversation.open()) {
      say(peer_.answer(id, make_error(ErrorCode::kClosed, "the session is over")));
    }
    say(peer_.answer(*conversation.stop_id(), json::object()));
    return {};
  }

  const driver::DriverHello& hello_;
  const SeatFactory& open_seat_;
  const int input_;
  std::ostream& out_;
  JsonRpcPeer peer_;
  std::string rest_;  ///< read, and not yet taken
  bool over_ = false;
};

}  // namespace

Status drive(const driver::DriverHello& hello, const SeatFactory& open_seat, int input,
             std::ostream& output) {
  return DriverLoop(hello, open_seat, input, output).run();
}

}  // namespace parley::adapters
