// A driver of nothing, for tests: it follows the contract, but for one habit that its argument
// names; one that begins with "many" takes many sessions. It reads and writes plain lines and
// shares no code with the side that it tests.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdlib>
#include <iostream>
#include <string>

#include "harness/base/json.h"

namespace {

using namespace parley;

class FakeDriver {
 public:
  explicit FakeDriver(std::string habit) : habit_(std::move(habit)) {}

  int run() {
    if (habit_ == "alone") be_alone();
    if (habit_ == "garbage") say("Welcome to the driver!");
    if (habit_ == "endless-line") endless_line();
    if (habit_ == "dies-at-once") die("no licence found", 7);
    if (habit_ == "event-first") event("connected", R"({"offline":0})");
    if (habit_ != "silent") say_hello();
    if (habit_ == "two-hellos") say_hello();
    if (habit_ == "early-event") event("connected", R"({"offline":0})");
    for (std::string line; std::getline(std::cin, line);) {
      if (is("short-lines") && line.size() > 64 * 1024) die("line too long", 2);
      if (is("plain-ascii") && !is_plain(line)) die("cannot read this", 2);
      const auto message = parse_json(line);
      if (!message.ok() || !message->is_object()) die("Parley sent no JSON", 9);
      if (!take(message->get_object())) return habit_ == "bad-exit" ? 5 : 0;
    }
    // A driver leaves when its standard input ends. This one stays.
    while (is("stays") || is("many-stays")) ::pause();
    return is("ends-badly") || is("many-ends-badly") ? 6 : 0;
  }

 private:
  bool is(std::string_view habit) const { return habit_ == habit; }
  bool takes_many() const { return habit_.starts_with("many"); }

  void say(const std::string& line) { std::cout << line << std::endl; }
  static std::string answer_text(std::int64_t id, const std::string& result) {
    return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"result":)" + result + "}";
  }
  void answer(std::int64_t id, const std::string& result) { say(answer_text(id, result)); }
  void refuse(std::int64_t id, int code, const std::string& message) {
    say(R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"error":{"code":)" +
        std::to_string(code) + R"(,"message":")" + message + "\"}}");
  }
  void event(const std::string& name, const std::string& facts) {
    const int number = events_++;
    say(R"({"jsonrpc":"2.0","method":"event","params":{"sequence":)" + std::to_string(number) +
        R"(,"name":")" + name + R"(","facts":)" + facts + "}}");
  }
  [[noreturn]] static void die(const std::string& last_words, int code) {
    std::cerr << last_words << std::endl;
    std::_Exit(code);
  }
  // The lock is on the program itself, and goes with the process.
  static void be_alone() {
    const int self = ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (::flock(self, LOCK_EX | LOCK_NB) != 0) die("another one is running", 8);
  }
  static bool is_plain(const std::string& line) {
    return line.find("\\u") == line.npos &&
           std::ranges::all_of(line, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  }
  [[noreturn]] static void endless_line() {
    const std::string piece(64 * 1024, 'x');
    for (;;) std::cout << piece << std::flush;
  }

  void say_hello() {
    const char* protocol = is("other-protocol") ? "2" : "1";
    const char* seat = is("other-seat") ? "partner-client" : "gatekeeper-client";
    const char* modes = is("native-only") ? R"(["native"])" : R"(["interop","native"])";
    say(std::string(R"({"jsonrpc":"2.0","method":"hello","params":{"name":"fake driver",)") +
        R"("version":"1.2","protocol":)" + protocol +
        R"(,"implementation":{"name":"nothing","version":"0.0"},"seats":[")" + seat +
        R"("],"addressing":)" + modes + R"(,"capabilities":["connect","disconnect","send-text")" +
        (is("boasts") ? R"(,"send-voice")" : "") + "]" +
        (takes_many() ? R"(,"sessions":"many")" : "") +
        (is("one-session") || is("comes-back") ? R"(,"sessions":"one")" : "") + "}}");
  }

  // False where it is time to go.
  bool take(const json::object& message) {
    const auto method = get_string(message, "method");
    const std::int64_t id = get_int(message, "id").value_or(0);
    if (!method) {
      event("paired", message.contains("result") ? R"({"ok":true})" : R"({"ok":false})");
      return true;
    }
    const json::object* params = get_object(message, "params");
    if (*method == "stop" && is("stays")) return true;
    if (*method == "stop") {
      if (is("many-tells-late")) {  // both in one piece
        std::cout << answer_text(id, "{}") << "\n";
        event("connected", R"({"offline":0})");
      } else if (!is("mute-at-stop")) {
        answer(id, "{}");
      }
      last_id_ = id;
      if (is("comes-back") && performed_) {  // only where somebody worked with it
        say_hello();
        return true;
      }
      return takes_many() && !is("many-leaves");
    }
    const auto operation = get_string(*params, "operation");
    const json::object* arguments = get_object(*params, "arguments");
    if (*method == "start") {
      start(id, *params);
    } else if (*method != "perform") {
      is("any-method") ? answer(id, "{}") : refuse(id, -32601, "no such method");
    } else if (!operation || arguments == nullptr) {
      is("any-params") ? answer(id, "{}") : refuse(id, -32602, "what shall be performed?");
    } else {
      perform(id, std::string(*operation), *arguments);
    }
    return true;
  }

  void start(std::int64_t id, const json::object& params) {
    ++sessions_;
    if (is("cannot-start")) return refuse(id, -32000, "the library is missing");
    if (sessions_ > 1 && is("many-refuses")) {
      return refuse(id, -32000, "there is a session already");
    }
    if (sessions_ > 1) again();
    started_ = canonical(params);
    answer(id, "{}");
    if (is("answers-twice")) answer(id, "{}");
    if (is("answers-nobody")) answer(id + 1000, "{}");
    if (is("skips-an-event")) ++events_;
    if (is("fractions")) event("connected", R"({"offline":0.5})");
    if (is("skips-an-event")) event("connected", R"({"offline":0})");
    if (is("pairs")) {
      say(R"({"jsonrpc":"2.0","id":1,"method":"pair","params":{"code":"2@secret,of,the,code"}})");
    }
    while (is("floods")) event("connected", R"({"offline":0})");
    for (int i = 100; is("asks-on"); ++i) {
      say(R"({"jsonrpc":"2.0","id":)" + std::to_string(i) + R"(,"method":"weather","params":{}})");
    }
    if (is("asks")) say(R"({"jsonrpc":"2.0","id":8,"method":"weather","params":{}})");
  }

  // What a driver may get wrong when it begins anew.
  void again() {
    if (!is("many-counts-on")) events_ = 0;
    if (is("many-dies")) die("the port is taken", 4);
    if (is("many-answers-late")) answer(last_id_, "{}");
    if (is("many-tells-early")) event("connected", R"({"offline":0})");
  }

  void perform(std::int64_t id, const std::string& operation, const json::object& arguments) {
    if (is("says-yes")) return answer(id, "{}");
    if (operation == "parley-probe") return refuse(id, -32001, "no such operation");
    performed_ = true;
    if (is("dies")) die("Segmentation fault (synthetic) \xff", 3);
    if (is("hangs")) return;
    if (is("spills") && operation == "send-text") die("the password is " + password(), 3);
    if (is("spills")) return refuse(id, -32005, "no login with " + password());
    if (operation == "connect") {
      answer(id, R"({"status":"ok","offline":0})");
      event("connected", R"({"offline":0})");
      if (is("lies")) event("message", R"({"id":"LIE-1","text":"never sent"})");
      while (is("floods-at-work")) event("connected", R"({"offline":0})");
    } else if (operation == "disconnect") {
      answer(id, "{}");
      event("disconnected", R"({"reason":"asked"})");
    } else if (operation == "send-text") {
      if (is("refuses")) return refuse(id, -32002, "the other side said no");
      if (is("fails")) return refuse(id, -32000, "out of paper");
      answer(id, R"({"id":"FAKE-1","process":)" + std::to_string(::getpid()) + R"(,"sent":)" +
                     canonical(arguments) + R"(,"start":)" + started_ + "}");
    } else {
      refuse(id, -32001, "nothing cannot do that");
    }
  }

  // That of the account that it was told.
  std::string password() const {
    const auto start = parse_json(started_);
    return std::string(start->at("product").at("account").at("password").as_string());
  }

  const std::string habit_;
  std::string started_ = "{}";
  bool performed_ = false;
  int events_ = 0;
  int sessions_ = 0;
  std::int64_t last_id_ = 0;
};

}  // namespace

int main(int argc, char** argv) { return FakeDriver(argc > 1 ? argv[1] : "none").run(); }
