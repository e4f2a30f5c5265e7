// parley adapter: the other side of the driver contract, on this process's standard input and
// output.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cerrno>
#include <memory>
#include <ostream>
#include <utility>

#include "harness/base/file.h"
#include "harness/cli/adapter_seat.h"
#include "harness/cli/command.h"
#include "harness/cli/embedded_files.h"
#include "harness/cli/overlaid_profile.h"
#include "harness/cli/suite.h"
#include "harness/driver/json_rpc.h"

namespace parley::cli {
namespace {

using driver::JsonRpcPeer;
using driver::RpcRequest;
using net::awaitable;

constexpr int kInput = 0;
constexpr std::size_t kReadSize = 64 * 1024;
// Events are looked for again only where none came in a long time of the World's.
constexpr Duration kLongTime = std::chrono::hours(24 * 365);

struct Options {
  std::string seat;
  std::uint64_t seed = 1;
  std::string wire = "wa-public-1.0.3";
  std::vector<std::string> overlays;
};

// The harness's requests before there is a World.
class Overture {
 public:
  explicit Overture(JsonRpcPeer& peer) : peer_(peer) {}

  /// The first request; kClosed where the input ends, kLimit where it does not.
  Result<RpcRequest> wait() {
    for (;;) {
      const std::size_t end = bytes_.find('\n');
      if (end != std::string::npos) {
        const std::string line = bytes_.substr(0, end);
        bytes_.erase(0, end + 1);
        return request(line);
      }
      if (bytes_.size() > driver::RpcLimits().line) {
        return make_error(ErrorCode::kLimit, "the first line is too long");
      }
      std::string more(kReadSize, '\0');
      const ssize_t count = ::read(kInput, more.data(), more.size());
      if (count < 0 && errno == EINTR) continue;
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
    return make_error(ErrorCode::kInvalid, "the first line must be a request");
  }

  JsonRpcPeer& peer_;
  std::string bytes_;
};

// One test case.
class Conversation {
 public:
  Conversation(JsonRpcPeer& peer, std::ostream& out, AdapterSeat& seat)
      : peer_(peer), out_(out), seat_(seat) {}

  awaitable<Status> hold(std::int64_t start_id, net::LineSource& lines) {
    const driver::Stage stage = [this](std::string_view id) {
      return id == seat_.party().id() ? &seat_.party() : nullptr;
    };
    const Status ready = co_await seat_.party().begin(stage);
    say(peer_.answer(start_id, ready.ok() ? Result<json::object>(seat_.listening())
                                          : Result<json::object>(ready.error())));
    seat_.world().spawn(report());
    for (;;) {
      const Result<std::string> line = co_await lines.read_line();
      if (!line.ok() && line.error().code == ErrorCode::kClosed) co_return Status();
      PARLEY_CO_TRY(line.ok() ? Status() : Status(line.error()));
      PARLEY_CO_ASSIGN(driver::RpcMessage message, peer_.take(*line));
      if (auto* request = std::get_if<RpcRequest>(&message)) {
        seat_.world().spawn(answer(std::move(*request)));
      }
    }
  }

 private:
  void say(const std::string& line) { out_ << line << '\n' << std::flush; }

  // What has happened and was not told yet.
  void tell() {
    const std::vector<driver::Event>& events = seat_.party().events().events();
    for (; told_ < events.size(); ++told_) {
      const driver::Event& event = events[told_];
      const auto line = peer_.notification(
          "event", {{"sequence", told_}, {"name", event.name}, {"facts", event.facts}});
      if (line.ok()) say(*line);
    }
  }

  awaitable<void> report() {
    driver::EventLog& log = seat_.party().events();
    for (;;) {
      const auto any = [](const driver::Event&) { return true; };
      (void)(co_await log.wait(told_, any, seat_.world().now() + kLongTime)).ok();
      tell();
    }
  }

  awaitable<void> answer(RpcRequest request) {
    const std::int64_t id = request.id;
    const Result<json::object> outcome = co_await outcome_of(std::move(request));
    tell();  // what came before the answer is told before it
    say(peer_.answer(id, outcome));
  }

  awaitable<Result<json::object>> outcome_of(RpcRequest request) {
    if (request.method == "stop") co_return json::object();
    if (request.method != "perform") {
      co_return make_error(ErrorCode::kUnsupported,
                           "there is no method \"" + request.method + "\" now");
    }
    const auto operation = get_string(request.params, "operation");
    const json::object* arguments = get_object(request.params, "arguments");
    if (!operation || arguments == nullptr) {
      co_return make_error(ErrorCode::kInvalid, "operation and arguments are needed", "perform");
    }
    if (*operation == driver::kPassTime) co_return co_await pass_time(*arguments);
    std::string name(*operation);
    json::object with = *arguments;
    co_return co_await seat_.party().perform(std::move(name), std::move(with));
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
  AdapterSeat& seat_;
  std::size_t told_ = 0;  ///< events
};

// One file of the binary's, and what the user lays over it: an adapter is started for every actor.
std::shared_ptr<const wire::Profile> own_profile(const Options& options, Streams& streams) {
  Suite suite;
  for (const EmbeddedFile& file : embedded_files()) {
    suite.files.push_back({std::string(file.path), file.content, nullptr});
  }
  std::vector<Diagnostic> diagnostics;
  auto wire = load_profile(suite, options.wire, options.overlays, diagnostics);
  if (wire) return std::move(wire->profile);
  streams.err << render(diagnostics);
  return nullptr;
}

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
  return params;
}

class ErrorLog final : public Log {
 public:
  explicit ErrorLog(std::ostream& to) : to_(to) {}
  void write(LogLevel level, std::string_view message) override {
    if (level >= LogLevel::kWarning) to_ << message << "\n";
  }

 private:
  std::ostream& to_;
};

Status converse(const Options& options, const std::shared_ptr<const wire::Profile>& profile,
                Streams& streams) {
  JsonRpcPeer peer;
  PARLEY_ASSIGN(const driver::DriverHello hello, adapter_hello(options.seat, profile));
  PARLEY_ASSIGN(const std::string first, peer.notification("hello", hello_params(hello)));
  streams.out << first << '\n' << std::flush;
  Overture overture(peer);
  Result<RpcRequest> request = overture.wait();
  if (!request.ok() && request.error().code == ErrorCode::kClosed) return {};
  PARLEY_TRY(request.ok() ? Status() : Status(request.error()));
  if (request->method == "stop") {
    streams.out << peer.answer(request->id, json::object()) << '\n' << std::flush;
    return {};
  }
  ErrorLog log(streams.err);
  const Result<driver::DriverStart> start = driver::read_start(request->params);
  auto seat = start.ok() && hello.drives(start->seat)
                  ? AdapterSeat::open(*start, profile, options.seed, log)
                  : Result<std::unique_ptr<AdapterSeat>>(
                        start.ok() ? make_error(ErrorCode::kInvalid,
                                                "this is no adapter for " + start->seat)
                                   : start.error());
  if (!seat.ok()) {
    streams.out << peer.answer(request->id, seat.error()) << '\n' << std::flush;
    return seat.error();
  }
  PARLEY_ASSIGN(const auto lines, net::read_lines((*seat)->world(), kInput,
                                                  driver::RpcLimits().line, overture.take_rest()));
  Conversation conversation(peer, streams.out, **seat);
  const Status held = net::run((*seat)->world(), conversation.hold(request->id, *lines));
  (*seat)->world().shutdown();
  return held;
}

int run(const Options& options, Streams& streams) {
  const auto profile = own_profile(options, streams);
  if (profile == nullptr) return kExitUsage;
  const Status held = converse(options, profile, streams);
  if (held.ok()) return kExitPass;
  streams.err << "parley: " << held.error().text() << "\n";
  return kExitHarness;
}

}  // namespace

Action add_adapter(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("--seat", options->seat,
                 "whose mock: partner-client, partner-server, "
                 "partner-proxy, or partner for all three")
      ->check(CLI::IsMember({"partner", "partner-client", "partner-server", "partner-proxy"}))
      ->required();
  app.add_option("--seed", options->seed, "of its keys and ids")->capture_default_str();
  app.add_option("--wire", options->wire, "the wire profile that it speaks")->capture_default_str();
  app.add_option("--wire-overlay", options->overlays,
                 "a file that replaces operations of the wire profile; may be repeated")
      ->type_name("FILE");
  return [options](Streams& streams) { return run(*options, streams); };
}

}  // namespace parley::cli
