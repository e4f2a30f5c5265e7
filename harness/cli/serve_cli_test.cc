// A product is being developed against mocks that stand by in processes of their own. Its part is
// played by an HTTP client of ours, which knows what the environment file says and nothing else;
// and once by the mocks of the other side, in a second process.
#include <signal.h>

#include <boost/json/array.hpp>
#include <map>
#include <memory>
#include <optional>

#include "harness/cli/cli.h"
#include "harness/cli/cli_fixture.h"
#include "harness/evidence/transcript.h"
#include "harness/net/http.h"
#include "harness/net/open_world.h"

namespace parley::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

using Environment = std::map<std::string, std::string>;

void pause() {
  const timespec time{0, 10'000'000};
  ::nanosleep(&time, nullptr);
}

// A process that stands by; it does not outlive its test.
class Standing {
 public:
  Standing(pid_t pid, fs::path folder, std::string name)
      : pid_(pid), folder_(std::move(folder)), name_(std::move(name)) {
    fs::rename(folder_ / "stdout", folder_ / (name_ + ".out"));
    fs::rename(folder_ / "stderr", folder_ / (name_ + ".err"));
  }
  ~Standing() {
    if (pid_ > 0) stop(SIGKILL);
  }
  Standing(const Standing&) = delete;
  Standing& operator=(const Standing&) = delete;

  /// The exit code, or the signal's number below 0.
  int stop(int signal) {
    int status = 0;
    ::kill(pid_, signal);
    EXPECT_EQ(::waitpid(pid_, &status, 0), pid_);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  std::string out() const { return read_text_file(folder_ / (name_ + ".out")).value(); }
  std::string err() const { return read_text_file(folder_ / (name_ + ".err")).value(); }
  /// Waits for the console to say that.
  void wait_for(const std::string& text) const {
    for (int i = 0; i < 3000 && out().find(text) == std::string::npos; ++i) pause();
    ASSERT_THAT(out(), HasSubstr(text)) << err();
  }
  Environment environment() const {
    Environment all;
    std::istringstream lines(read_text_file(folder_ / (name_ + ".env")).value());
    for (std::string line; std::getline(lines, line);) {
      const std::size_t equals = line.find('=');
      if (equals != line.npos) all[line.substr(0, equals)] = line.substr(equals + 1);
    }
    return all;
  }
  std::string token() const {
    const std::string text = out();
    const std::size_t begin = text.find("admin token");
    if (begin == text.npos) return {};
    const std::size_t word = text.find_first_not_of(' ', begin + std::string("admin token").size());
    return text.substr(word, text.find('\n', word) - word);
  }

 private:
  pid_t pid_;
  const fs::path folder_;
  const std::string name_;
};

// The product's HTTP client.
class Product {
 public:
  explicit Product(const Environment& all) {
    net::OpenOptions options;
    for (const char* place : {"ENLISTMENT", "JWKS", "MEDIA", "BIRDY"}) {
      const std::string name = std::string("PARLEY_") + place;
      if (!all.contains(name + "_ADDRESS")) continue;
      options.peers[all.at(name + "_HOST") + ":443"] = all.at(name + "_ADDRESS");
    }
    if (all.contains("PARLEY_ADMIN_URL")) {
      options.peers[kAdmin.text()] =
          all.at("PARLEY_ADMIN_URL").substr(std::string("http://").size());
    }
    options.trust = [file = all.at("PARLEY_CA_FILE")] { return read_text_file(file); };
    const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    world_ = net::make_open_world({.seed = 3, .start = now}, options, log_).value();
  }
  ~Product() { world_->shutdown(); }

  Result<net::HttpResponse> call(const std::string& host, const std::string& method,
                                 const std::string& target, const std::string& body = "",
                                 const net::HttpHeaders& headers = {}) {
    const bool admin = host == kAdmin.host;
    net::HttpRequest request;
    request.method = method;
    request.target = target;
    request.headers = headers;
    request.body = to_bytes(body);
    std::optional<Result<net::HttpResponse>> response;
    const Status ran = net::run(
        *world_, call_into(admin ? kAdmin : net::Address{host, 443},
                           admin ? net::Security::kPlain : net::Security::kTls, request, response));
    EXPECT_TRUE(ran.ok());
    return *response;
  }

  /// The admin endpoint's answer to who has that token.
  std::pair<unsigned, json::object> ask(const std::string& token, const std::string& method,
                                        const std::string& target, const std::string& body = "") {
    const auto answer =
        call(kAdmin.host, method, target, body, {{"Authorization", "Bearer " + token}});
    if (!answer.ok()) {
      ADD_FAILURE() << answer.error().text();
      return {};
    }
    return {answer->status, parse_json(as_text(answer->body))->as_object()};
  }

  static inline const net::Address kAdmin{"admin.test", 80};

 private:
  net::awaitable<Status> call_into(net::Address to, net::Security security,
                                   net::HttpRequest request,
                                   std::optional<Result<net::HttpResponse>>& response) {
    response = co_await net::http_fetch(*world_, "product.test", to, security, std::move(request));
    co_return Status();
  }

  NullLog log_;
  std::unique_ptr<net::World> world_;
};

class ServeTest : public CliTest {
 protected:
  // A report is too long to be printed.
  bool shows(const std::string& file, const std::string& text) const {
    return content(file).find(text) != std::string::npos;
  }
  std::unique_ptr<Standing> serve(const std::string& name, std::vector<std::string> more) {
    std::vector<std::string> arguments = {"serve", "--env", path(name + ".env")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    auto standing = std::make_unique<Standing>(start(std::move(arguments)), folder_, name);
    standing->wait_for("What passes:\n");
    return standing;
  }
};

TEST_F(ServeTest, StandsByForAProductAndKeepsWhatPassed) {
  const auto mocks = serve("mock", {"--admin", "--out", path("session")});
  ASSERT_FALSE(HasFatalFailure());
  const Environment all = mocks->environment();
  Product product(all);

  const auto keys = product.call("whatsapp.com", "GET", "/.well-known/jwks");
  ASSERT_TRUE(keys.ok()) << keys.error().text();
  EXPECT_EQ(keys->status, 200U);
  EXPECT_THAT(std::string(as_text(keys->body)), HasSubstr("\"kid\":\"whatsapp-1\""));
  const auto refused =
      product.call("v.whatsapp.net", "POST", "/3p/interop_reg", "authkey=AAAA&note=between-us",
                   {{"Content-Type", "application/x-www-form-urlencoded"}});
  ASSERT_TRUE(refused.ok()) << refused.error().text();
  EXPECT_THAT(std::string(as_text(refused->body)), HasSubstr("bad_param"));

  const std::string token = mocks->token();
  ASSERT_EQ(token.size(), 48U);
  EXPECT_EQ(product.call(Product::kAdmin.host, "GET", "/status")->status, 401U);
  EXPECT_EQ(product.ask(token + "0", "GET", "/status").first, 401U);
  mocks->wait_for("step.end actor=alice operation=connect ok=true");
  const auto [advanced, clock] = product.ask(token, "POST", "/clock/advance", R"({"by":"30d"})");
  EXPECT_EQ(advanced, 200U) << canonical(clock);
  const auto [status, state] = product.ask(token, "GET", "/status");
  EXPECT_EQ(status, 200U);
  const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  EXPECT_GE(get_int(state, "time_ns").value_or(0),
            unix_nanos(now + std::chrono::hours(24 * 30) - std::chrono::minutes(1)));
  const auto [ponged, pong] =
      product.ask(token, "POST", "/perform",
                  R"({"actor":"gatekeeper","operation":"mailbox","arguments":{"of":"alice"}})");
  EXPECT_EQ(ponged, 200U) << canonical(pong);
  const auto [listed, events] = product.ask(token, "GET", "/events?actor=gatekeeper&from=0");
  EXPECT_EQ(listed, 200U);
  EXPECT_THAT(canonical(events), HasSubstr("enlist-refused"));

  EXPECT_EQ(mocks->stop(SIGTERM), kExitPass) << mocks->err();
  const std::string console = mocks->out();
  EXPECT_THAT(console,
              AllOf(HasSubstr("gatekeeper <- external  GET whatsapp.com/.well-known/jwks"),
                    HasSubstr("form=authkey,note"),
                    HasSubstr("reason=bad_param detail=\"authkey: 3 bytes instead of 32\""),
                    HasSubstr("advance by=30d"), HasSubstr("parley serve: ended after")));
  EXPECT_THAT(console, AllOf(Not(HasSubstr("between-us")), Not(HasSubstr("\x1b"))));
  EXPECT_EQ(console.find(token), console.rfind(token)) << "the token is printed once";
  EXPECT_EQ(mocks->err(), "");

  const std::string transcript = content("session/transcript.jsonl");
  EXPECT_THAT(transcript, AllOf(HasSubstr("\"kind\":\"http.request\""), Not(HasSubstr(token))));
  const judge::RunResult kept = result("session");
  EXPECT_EQ(kept.statement, judge::Statement::kNoStatement);
  EXPECT_EQ(kept.run.state, judge::RunState::kComplete);
  EXPECT_EQ(kept.summary.requirements.satisfied + kept.summary.requirements.not_satisfied, 0U);
  ASSERT_EQ(kept.cases.size(), 1U);
  EXPECT_EQ(kept.cases[0].disposition, judge::Disposition::kNotTested);
  EXPECT_THAT(kept.cases[0].reason, HasSubstr("makes no statement"));
  EXPECT_EQ(kept.cases[0].records,
            static_cast<std::uint64_t>(std::ranges::count(transcript, '\n')));

  const Finished report = parley({"report", path("session"), "--out", path("report.html")});
  EXPECT_EQ(report.code, kExitPass) << report.err;
  EXPECT_TRUE(shows("report.html", "POST /3p/interop_reg"));
  EXPECT_TRUE(shows("report.html", "makes no statement"));
  const Finished replay = parley({"replay", path("session")});
  EXPECT_EQ(replay.code, kExitUsage);
  EXPECT_THAT(replay.err, HasSubstr("which judged nothing"));
}

TEST_F(ServeTest, WhatWasRecordedOutlivesTheProcess) {
  const auto mocks = serve("mock", {"--out", path("session")});
  ASSERT_FALSE(HasFatalFailure());
  mocks->wait_for("step.end actor=alice operation=connect ok=true");
  for (int i = 0; i < 500 && content("session/checkpoints.jsonl").empty(); ++i) pause();
  EXPECT_EQ(mocks->stop(SIGKILL), -SIGKILL);
  EXPECT_EQ(result("session").run.transcript_digest, "");
  const Finished report = parley({"report", path("session"), "--out", path("report.html")});
  EXPECT_EQ(report.code, kExitPass);
  EXPECT_THAT(report.err, HasSubstr("the session was killed; this is its record"));
  EXPECT_TRUE(shows("report.html", "login.payload"));

  // Whoever changes a record of it afterwards cuts it off there.
  std::string transcript = content("session/transcript.jsonl");
  const std::size_t party = transcript.find("\"party\":\"alice\"");
  ASSERT_NE(party, std::string::npos);
  transcript.replace(party, 15, "\"party\":\"alicf\"");
  write("session/transcript.jsonl", transcript);
  const Finished changed = parley({"report", path("session"), "--out", path("changed.html")});
  EXPECT_EQ(changed.code, kExitPass);
  EXPECT_FALSE(shows("changed.html", "alicf"));
}

TEST_F(ServeTest, TheSameSeedGivesTheSameIdentities) {
  std::vector<std::string> numbers;
  for (const char* seed : {"7", "7"}) {
    const auto partner = serve(std::string("mock") + std::to_string(numbers.size()),
                               {"--as", "partner", "--seed", seed});
    ASSERT_FALSE(HasFatalFailure());
    Product product(partner->environment());
    const auto keys = product.call("birdy.partner.test", "GET", "/.well-known/oauth/openid/jwks");
    ASSERT_TRUE(keys.ok()) << keys.error().text();
    numbers.emplace_back(as_text(keys->body));
    EXPECT_EQ(partner->stop(SIGINT), kExitPass);
  }
  EXPECT_EQ(numbers[0], numbers[1]);
  EXPECT_THAT(numbers[0], HasSubstr("\"keys\""));
}

TEST_F(ServeTest, TwoSidesInTwoProcessesUnderstandEachOther) {
  // Each must know where the other one is: the partner's port is the system's choice of a moment
  // ago.
  const auto first = serve("first", {"--as", "partner"});
  ASSERT_FALSE(HasFatalFailure());
  const std::string place = first->environment().at("PARLEY_BIRDY_ADDRESS");
  EXPECT_EQ(first->stop(SIGTERM), kExitPass);
  const std::string port = place.substr(place.rfind(':') + 1);

  const auto gatekeeper = serve("gatekeeper", {"--admin", "--ca", path("g.pem"), "--peer",
                                               "birdy=" + place, "--trust", path("p.pem")});
  ASSERT_FALSE(HasFatalFailure());
  const Environment there = gatekeeper->environment();
  std::vector<std::string> more = {"--as",   "partner",      "--admin", "--no-frames",
                                   "--ca",   path("p.pem"),  "--trust", path("g.pem"),
                                   "--port", "birdy=" + port};
  for (const auto& [name, variable] : {std::pair("enlistment", "ENLISTMENT"),
                                       {"chat", "CHAT"},
                                       {"media", "MEDIA"},
                                       {"jwks", "JWKS"}}) {
    more.insert(more.end(),
                {"--peer", std::string(name) + "=" +
                               there.at(std::string("PARLEY_") + variable + "_ADDRESS")});
  }
  const auto partner = serve("partner", more);
  ASSERT_FALSE(HasFatalFailure());

  Product at_partner(partner->environment());
  Product at_gatekeeper(there);
  for (const char* body :
       {R"({"actor":"bob","operation":"enlist"})", R"({"actor":"bob","operation":"connect"})"}) {
    const auto [status, answer] = at_partner.ask(partner->token(), "POST", "/perform", body);
    EXPECT_EQ(status, 200U) << canonical(answer) << partner->err() << gatekeeper->err();
  }
  const auto [sent, answer] = at_gatekeeper.ask(
      gatekeeper->token(), "POST", "/perform",
      R"({"actor":"alice","operation":"send-text","arguments":{"to":"bob","text":"hello there"}})");
  EXPECT_EQ(sent, 200U) << canonical(answer);
  partner->wait_for("event.message");
  const auto [listed, events] = at_partner.ask(partner->token(), "GET", "/events?actor=bob&from=0");
  EXPECT_EQ(listed, 200U);
  EXPECT_THAT(canonical(events), HasSubstr("hello there"));
  EXPECT_THAT(partner->out(), AllOf(Not(HasSubstr("hello there")), Not(HasSubstr("noise.frame"))));
  EXPECT_EQ(partner->stop(SIGTERM), kExitPass);
  EXPECT_EQ(gatekeeper->stop(SIGTERM), kExitPass);
}

TEST_F(ServeTest, TheProductsRunFileSaysWhereItIsAndWhomToTrust) {
  const auto first = serve("first", {"--as", "partner"});
  ASSERT_FALSE(HasFatalFailure());
  const std::string place = first->environment().at("PARLEY_BIRDY_ADDRESS");
  EXPECT_EQ(first->stop(SIGTERM), kExitPass);
  write("run.yaml",
        "profile: base\nseed: 7\ntrust: p.pem\naddresses: [\"127.0.0.1\"]\nseats:\n  partner: "
        "{driver: {command: nobody}}\nixit:\n  endpoints: {jwks: \"https://" +
            place + "/keys\", push: \"https://" + place + "/push\"}\n");
  const auto gatekeeper =
      serve("gatekeeper", {"--ca", path("g.pem"), "--run-file", path("run.yaml")});
  ASSERT_FALSE(HasFatalFailure());
  const Environment there = gatekeeper->environment();
  EXPECT_EQ(there.at("PARLEY_SIDE"), "gatekeeper");
  EXPECT_EQ(there.at("PARLEY_SEED"), "7");
  EXPECT_THAT(gatekeeper->err(), HasSubstr("a session has no use for \"profile\" of run.yaml"));

  // The product, which comes by itself.
  const auto partner =
      serve("partner", {"--as", "partner", "--admin", "--ca", path("p.pem"), "--trust",
                        path("g.pem"), "--port", "birdy=" + place.substr(place.rfind(':') + 1),
                        "--peer", "enlistment=" + there.at("PARLEY_ENLISTMENT_ADDRESS"), "--peer",
                        "jwks=" + there.at("PARLEY_JWKS_ADDRESS")});
  ASSERT_FALSE(HasFatalFailure());
  Product at_partner(partner->environment());
  const auto [status, answer] = at_partner.ask(partner->token(), "POST", "/perform",
                                               R"({"actor":"bob","operation":"enlist"})");
  EXPECT_EQ(status, 200U) << canonical(answer) << gatekeeper->err();
  EXPECT_THAT(canonical(answer), HasSubstr(R"("status":"ok")"));
  EXPECT_EQ(partner->stop(SIGTERM), kExitPass);
  EXPECT_EQ(gatekeeper->stop(SIGTERM), kExitPass);
}

TEST_F(ServeTest, PrintsJsonForPrograms) {
  auto standing = std::make_unique<Standing>(
      start({"serve", "--json", "--show-bodies", "--env", path("mock.env")}), folder_, "mock");
  standing->wait_for("\"operation\":\"connect\"");
  EXPECT_EQ(standing->stop(SIGTERM), kExitPass);
  std::istringstream lines(standing->out());
  std::vector<json::object> all;
  for (std::string line; std::getline(lines, line);) {
    const auto value = parse_json(line);
    ASSERT_TRUE(value.ok()) << line;
    all.push_back(value->get_object());
  }
  ASSERT_GT(all.size(), 2U);
  EXPECT_EQ(get_string(all[0], "serving"), "gatekeeper");
  for (std::size_t i = 1; i < all.size(); ++i) {
    EXPECT_EQ(get_int(all[i], "seq"), static_cast<std::int64_t>(i - 1));
    EXPECT_TRUE(all[i].contains("facts"));
  }
}

TEST_F(ServeTest, RefusesWhatItCannotDo) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> refused = {
      {{"--port", "enlistmant=4000"}, "did you mean \"enlistment\""},
      {{"--peer", "birdy=birdy.example:443"}, "is no address"},
      {{"--listen", "192.0.2.1"}, "listening on 192.0.2.1"},
      {{"--wire-overlay", "/nonexistent"}, "--wire-overlay"},
      {{"--out", "/proc/nothing/here"}, "--out"},
      {{"--as", "somebody"}, "--as"},
      {{"--run-file", "/nowhere/run.yaml"}, "/nowhere/run.yaml"},
  };
  for (const auto& [more, said] : refused) {
    std::vector<std::string> arguments = {"serve"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Finished done = parley(arguments);
    EXPECT_EQ(done.code, kExitUsage) << more[0] << " " << more.back();
    EXPECT_THAT(done.err, HasSubstr(said));
  }
}

}  // namespace
}  // namespace parley::cli
