// The world: people who have set something up wrongly, each in another way: a server that is not
// there, or speaks, shows or publishes the wrong thing; a token that nobody can accept; a driver
// that cannot be met. What the doctor says to each stands in testdata/doctor;
// PARLEY_UPDATE_GOLDEN=1 rewrites it after a change that was meant.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/file.h"
#include "harness/crypto/test_ca.h"
#include "harness/driver/first_meeting.h"
#include "harness/driver/server_examination.h"
#include "harness/driver/token_examination.h"
#include "harness/net/http.h"
#include "harness/net/open_world.h"
#include "harness/net/outside.h"

namespace parley::driver {
namespace {

using namespace std::chrono_literals;
using net::awaitable;
using net::HttpRequest;
using net::HttpResponse;
using net::HttpVersion;

constexpr TimePoint kStart = TimePoint(1'790'000'000s);
const net::Address kServer{"birdy.partner.test", 443};
const net::Address kBehind{"birdy.partner.test", 8443};  // good for the same certificate
const net::Address kOther{"other.partner.test", 443};
constexpr std::string_view kKeysPath = "/keys";

crypto::JwkSet key_set() { return {{{"key-1", crypto::RsaPrivateKey::test_key(0).public_key()}}}; }

std::string http_date(TimePoint time) {
  const std::time_t seconds = unix_seconds(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[64];
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return text;
}

// How a server is set up.
struct Served {
  net::Address at = kServer;
  net::Security security = net::Security::kTls;
  net::TlsOffer speaks{net::http_served_protocols(HttpVersion::k2)};
  Duration skew = 0s;
  unsigned status = 200;
  net::HttpHeaders headers;
  std::string keys = canonical(key_set().to_json());
};

class DoctorGolden : public testing::Test {
 protected:
  ~DoctorGolden() override {
    if (world_) world_->shutdown();
  }

  void SetUp() override { open({}); }
  void open(const net::OpenOptions& options) {
    if (world_) world_->shutdown();
    auto world = net::make_open_world({.seed = 1, .start = kStart}, options, log_);
    ASSERT_TRUE(world.ok()) << world.error().text();
    world_ = *std::move(world);
  }

  void serve(Served setup) {
    auto listener = world_->network().listen(setup.at, setup.security, setup.speaks);
    ASSERT_TRUE(listener.ok()) << listener.error().text();
    net::World& world = *world_;
    world_->spawn(net::http_serve(
        world, std::shared_ptr<net::Listener>(std::move(listener).value()),
        [setup, &world](HttpRequest request) -> awaitable<HttpResponse> {
          HttpResponse response;
          response.status = request.target == kKeysPath ? setup.status : 404;
          response.headers = setup.headers;
          response.headers.emplace_back("Date", http_date(world.now() + setup.skew));
          response.body = to_bytes(std::string_view(setup.keys));
          co_return response;
        }));
  }
  // Who looks for the server is led to where that one listens.
  void lead_to(const net::Address& other) {
    const auto where = net::parse_endpoint(world_->network().external_address(other));
    ASSERT_TRUE(where.ok());
    ASSERT_TRUE(net::outside_of(*world_)->route(kServer, *where).ok());
  }

  std::string examine(Duration patience = 10s) {
    std::vector<DoctorLine> lines;
    EXPECT_TRUE(
        net::run(*world_,
                 examine_into({kServer, "doctor.test", std::string(kKeysPath), patience}, lines))
            .ok());
    return to_text(lines);
  }
  awaitable<Status> examine_into(ServerToExamine server, std::vector<DoctorLine>& lines) {
    lines = co_await examine_server(*world_, std::move(server));
    co_return Status();
  }

  std::string meet(const std::string& habit, std::vector<ClaimedOperation> claimed = {}) {
    const auto folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    net::Command command;
    command.arguments = {(folder / "fake_driver").string(), habit};
    if (habit.empty()) command.arguments = {"parley-no-such-program"};
    MeetingPart part;
    part.seats = {std::string(kGatekeeperClientSeat)};
    part.claimed = std::move(claimed);
    part.start = [](const DriverHello&) -> Result<DriverStart> {
      DriverStart start;
      start.actor = {"alice", "whatsapp-user", "", {}};
      start.chat = "127.0.0.1:7";
      return start;
    };
    std::vector<DoctorLine> lines;
    EXPECT_TRUE(net::run(*world_, meet_into(std::move(command), std::move(part), lines)).ok());
    return to_text(lines);
  }
  awaitable<Status> meet_into(net::Command command, MeetingPart part,
                              std::vector<DoctorLine>& lines) {
    FirstMeeting meeting = co_await meet_driver(*world_, std::move(command), std::move(part));
    lines = std::move(meeting.lines);
    co_return Status();
  }

  static void expect_golden(const std::string& name, const std::string& text) {
    const std::string path =
        std::string(PARLEY_SOURCE_DIR) + "/harness/driver/testdata/doctor/" + name + ".txt";
    if (std::getenv("PARLEY_UPDATE_GOLDEN") != nullptr) {
      ASSERT_TRUE(write_file_atomically(path, text).ok());
    }
    const Result<std::string> golden = read_text_file(path);
    ASSERT_TRUE(golden.ok()) << golden.error().text();
    EXPECT_EQ(text, *golden) << "differs from " << path;
  }

  NullLog log_;
  std::unique_ptr<net::World> world_;
};

TEST_F(DoctorGolden, SoundServer) {
  serve({});
  expect_golden("sound-server", examine());
}

TEST_F(DoctorGolden, WrongPort) {
  auto closed = world_->network().listen(kBehind, net::Security::kTls);
  ASSERT_TRUE(closed.ok());
  lead_to(kBehind);
  (*closed)->close();
  expect_golden("wrong-port", examine());
}

TEST_F(DoctorGolden, NothingAnswers) {
  const auto silent = world_->network().listen(kServer, net::Security::kPlain);
  ASSERT_TRUE(silent.ok());
  expect_golden("nothing-answers", examine(300ms));
}

TEST_F(DoctorGolden, PlainHttp) {
  Served setup;
  setup.security = net::Security::kPlain;
  setup.speaks = {};
  serve(setup);
  expect_golden("plain-http", examine());
}

TEST_F(DoctorGolden, ExpiredCertificate) {
  serve({});
  const auto eleven_years = [this]() -> awaitable<Status> {
    co_await world_->advance(std::chrono::hours(24 * 366 * 11));
    co_return Status();
  };
  ASSERT_TRUE(net::run(*world_, eleven_years()).ok());
  expect_golden("expired-certificate", examine());
}

TEST_F(DoctorGolden, WrongHostNameInTheCertificate) {
  Served setup;
  setup.at = kOther;
  serve(setup);
  lead_to(kOther);
  expect_golden("wrong-host-name", examine());
}

TEST_F(DoctorGolden, UnknownAuthority) {
  const auto known = crypto::TestCa::create(kStart);
  const auto unknown = crypto::TestCa::create(kStart);
  ASSERT_TRUE(known.ok() && unknown.ok());
  const std::vector<std::string> names{kServer.host};
  net::GuestOptions options;
  options.start = kStart;
  options.trust_pem = known->certificate_pem();
  options.identity = unknown->issue(names).value();
  world_->shutdown();
  auto world = net::make_guest_world(options, log_);
  ASSERT_TRUE(world.ok()) << world.error().text();
  world_ = *std::move(world);
  Served setup;
  setup.at = kBehind;
  serve(setup);
  lead_to(kBehind);
  expect_golden("unknown-authority", examine());
}

TEST_F(DoctorGolden, Http1Only) {
  Served setup;
  setup.speaks.protocols = net::http_served_protocols(HttpVersion::k1);
  serve(setup);
  expect_golden("http-1-only", examine());
}

TEST_F(DoctorGolden, OldTlsAccepted) {
  Served setup;
  setup.speaks.versions = {net::TlsVersion::k1_1, net::TlsVersion::k1_3};
  serve(setup);
  expect_golden("old-tls", examine());
}

TEST_F(DoctorGolden, EmptyKeySet) {
  Served setup;
  setup.keys = R"({"keys":[]})";
  serve(setup);
  expect_golden("empty-key-set", examine());
}

TEST_F(DoctorGolden, KeySetThatIsNoJson) {
  Served setup;
  setup.keys = "<html>Welcome</html>";
  serve(setup);
  expect_golden("key-set-no-json", examine());
}

TEST_F(DoctorGolden, PrivateKeyInTheKeySet) {
  json::object keys = key_set().to_json();
  keys["keys"].as_array()[0].as_object()["d"] = "c2VjcmV0";
  Served setup;
  setup.keys = canonical(keys);
  serve(setup);
  const std::string said = examine();
  EXPECT_EQ(said.find("c2VjcmV0"), std::string::npos) << "a secret is not repeated";
  expect_golden("private-key-published", said);
}

TEST_F(DoctorGolden, ClockTenMinutesOff) {
  Served setup;
  setup.skew = 10min;
  serve(setup);
  expect_golden("clock-off", examine());
}

TEST_F(DoctorGolden, RedirectToAnotherHost) {
  Served setup;
  setup.status = 302;
  setup.headers = {{"Location", "https://other.partner.test/keys"}};
  serve(setup);
  int called = 0;
  auto other = world_->network().listen(kOther, net::Security::kTls);
  ASSERT_TRUE(other.ok());
  const std::shared_ptr<net::Listener> trap = *std::move(other);
  const auto watch = [&called](std::shared_ptr<net::Listener> listener) -> awaitable<void> {
    while ((co_await listener->accept()).ok()) ++called;
  };
  world_->spawn(watch(trap));
  expect_golden("redirect", examine());
  EXPECT_EQ(called, 0) << "it was followed";
}

std::string token_signed(std::size_t key, std::string_view kid, Duration skew,
                         std::string_view audience = "gatekeeper") {
  const std::int64_t now = unix_seconds(kStart + skew);
  json::object claims{{"sub", "bob"},    {"iss", "https://birdy.partner.test"},
                      {"aud", audience}, {"iat", now},
                      {"nbf", now},      {"exp", now + 3600}};
  return crypto::sign_jwt(crypto::RsaPrivateKey::test_key(key), kid, claims);
}

std::string examine_token_text(const std::string& token) {
  return to_text(
      examine_token(token, key_set(), {kStart, "https://birdy.partner.test", "gatekeeper"}));
}

TEST_F(DoctorGolden, Tokens) {
  expect_golden("sound-token", examine_token_text(token_signed(0, "key-1", 0s)));
  expect_golden("wrong-kid", examine_token_text(token_signed(0, "key-2", 0s)));
  expect_golden("other-key", examine_token_text(token_signed(1, "key-1", 0s)));
  expect_golden("token-clock-off", examine_token_text(token_signed(0, "key-1", 10min)));
  expect_golden("wrong-audience", examine_token_text(token_signed(0, "key-1", 0s, "else")));
}

TEST_F(DoctorGolden, Drivers) {
  expect_golden("sound-driver", meet("none", {{"send-text", "milestones.M3"}}));
  expect_golden("claimed-operation-missing",
                meet("none", {{"typing", "features.typing"}, {"react", "features.reactions"}}));
  expect_golden("says-yes", meet("says-yes"));
  expect_golden("any-method", meet("any-method"));
  expect_golden("other-protocol", meet("other-protocol"));
  expect_golden("other-seat", meet("other-seat"));
  expect_golden("no-program", meet(""));
  expect_golden("dies-at-once", meet("dies-at-once"));
  expect_golden("log-on-standard-output", meet("garbage"));
  expect_golden("cannot-start", meet("cannot-start"));
  expect_golden("bad-exit", meet("bad-exit"));
}

}  // namespace
}  // namespace parley::driver
