// The world: somebody who is about to have a product tested, and asks first whether its driver and
// its server can be tested at all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

#include "harness/cli/cli_fixture.h"
#include "harness/driver/conformance.h"
#include "harness/net/http.h"
#include "harness/net/process_events.h"
#include "harness/net/world.h"

namespace parley::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class DoctorCliTest : public CliTest {
 protected:
  std::string fake(const std::string& habit) const {
    return "gatekeeper-client='" + (binary_.parent_path() / "fake_driver").string() + "' " + habit;
  }
  std::string adapter(const std::string& seat) const {
    return seat + "='" + binary_.string() + "' adapter --seat " + seat;
  }
};

TEST_F(DoctorCliTest, ASoundDriverIsHealthy) {
  const Finished said = parley({"doctor", "--driver-suite", "--driver", fake("none")});
  EXPECT_EQ(said.code, 0) << said.out << said.err;
  EXPECT_THAT(said.out, AllOf(HasSubstr("gatekeeper-client\nDRV-01 OK      the first line"),
                              Not(HasSubstr("FAIL"))));
  EXPECT_EQ(last_line(said.out), "healthy");
}

TEST_F(DoctorCliTest, ABadHabitIsNamedWithItsFix) {
  const Finished said = parley({"doctor", "--driver-suite", "--driver", fake("says-yes")});
  EXPECT_EQ(said.code, 1) << said.err;
  EXPECT_THAT(said.out,
              HasSubstr("DRV-06 FAIL    it answers an operation that it does not have with "
                        "unsupported\n"
                        "       seen: it answered with success, where unsupported (-32001) was "
                        "expected\n"
                        "       driver: answer with error -32001; never with success\n"));
  const Finished as_json =
      parley({"doctor", "--driver-suite", "--json", "--driver", fake("says-yes")});
  EXPECT_EQ(as_json.code, 1);
  const auto lines = parse_json(as_json.out);
  ASSERT_TRUE(lines.ok());
  EXPECT_EQ(lines->get_array().size(), driver::driver_rules().size());
}

TEST_F(DoctorCliTest, OurOwnMocksKeepTheContract) {
  const Finished said = parley({"doctor", "--driver-suite", "--driver", adapter("partner")});
  EXPECT_EQ(said.code, 0) << said.out << said.err;
  for (const char* seat :
       {"partner-server\nDRV-01", "partner-client\nDRV-01", "partner-proxy\nDRV-01"}) {
    EXPECT_THAT(said.out, HasSubstr(seat));
  }
}

TEST_F(DoctorCliTest, OurOwnServerIsHealthy) {
  const Finished said = parley({"doctor", "--driver", adapter("partner-server")});
  EXPECT_EQ(said.code, 0) << said.out << said.err;
  EXPECT_THAT(said.out, AllOf(HasSubstr("SRV-01 OK"), HasSubstr("SRV-07 OK"),
                              HasSubstr("SRV-09 OK"), Not(HasSubstr("FAIL"))));
}

TEST_F(DoctorCliTest, WhatCannotBeStartedIsSaid) {
  const struct {
    std::vector<std::string> arguments;
    std::string why;
  } rows[] = {{{"doctor"}, "there is nothing to look at"},
              {{"doctor", "--driver", "node adapter.mjs"}, "has no SEAT="},
              {{"doctor", "--run-file", "/nowhere/run.yaml"}, "/nowhere/run.yaml"}};
  for (const auto& row : rows) {
    const Finished said = parley(row.arguments);
    EXPECT_EQ(said.code, 4) << said.out << said.err;
    EXPECT_THAT(said.err, HasSubstr(row.why));
  }
  const Finished said = parley({"doctor", "--driver", "partner-server=parley-no-such-program"});
  EXPECT_EQ(said.code, 1) << said.err;
  EXPECT_THAT(said.out, AllOf(HasSubstr("RUN-01 FAIL"), HasSubstr("parley-no-such-program"),
                              HasSubstr("ECH-01 SKIPPED"), HasSubstr("needs RUN-01")));
}

// A partner's server that stands somewhere, in a thread of its own, and one beside it that nobody
// has named.
class StandingServer {
 public:
  explicit StandingServer(unsigned status) {
    auto world = net::make_socket_world(
        {.seed = 1,
         .start = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now())},
        log_);
    EXPECT_TRUE(world.ok());
    world_ = *std::move(world);
    serve(kNamed, status);
    serve(kOther, 200);
    thread_ = std::thread([this] { EXPECT_TRUE(net::run(*world_, stand()).ok()); });
  }
  ~StandingServer() {
    over_ = true;
    thread_.join();
    world_->shutdown();
  }
  StandingServer(const StandingServer&) = delete;
  StandingServer& operator=(const StandingServer&) = delete;

  const std::string& place() const { return places_[0]; }
  const std::string& other_place() const { return places_[1]; }
  std::string ca() const { return world_->network().ca_pem(); }
  int requests() const { return requests_; }
  int requests_of_other() const { return requests_of_other_; }

 private:
  inline static const net::Address kNamed{"birdy.partner.test", 443};
  inline static const net::Address kOther{"other.partner.test", 443};

  void serve(const net::Address& address, unsigned status) {
    auto listener =
        world_->network().listen(address, net::Security::kTls,
                                 net::TlsOffer(net::http_served_protocols(net::HttpVersion::k2)));
    ASSERT_TRUE(listener.ok());
    places_.push_back(world_->network().external_address(address));
    std::atomic<int>& count = address == kNamed ? requests_ : requests_of_other_;
    world_->spawn(net::http_serve(
        *world_, std::shared_ptr<net::Listener>(std::move(listener).value()),
        [this, &count, status](net::HttpRequest) -> net::awaitable<net::HttpResponse> {
          ++count;
          net::HttpResponse response;
          response.status = status;
          if (status == 302) {
            response.headers.emplace_back("Location", "https://" + places_[1] + "/keys");
          }
          response.body = to_bytes(std::string_view(R"({"keys":[]})"));
          co_return response;
        }));
  }
  net::awaitable<Status> stand() {
    while (!over_) co_await net::wait_in_real_time(*world_, std::chrono::milliseconds(10));
    co_return Status();
  }

  NullLog log_;
  std::unique_ptr<net::World> world_;
  std::vector<std::string> places_;
  std::atomic<int> requests_ = 0;
  std::atomic<int> requests_of_other_ = 0;
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

class DoctorRunFileTest : public DoctorCliTest {
 protected:
  Finished examine(const StandingServer& server, const std::string& addresses,
                   const std::string& more = "") {
    write("ca.pem", server.ca());
    write("run.yaml", "profile: base\nnetwork: sockets\nclock: real\n" + more + "addresses: [\"" +
                          addresses + "\"]\nixit:\n  endpoints: {jwks: \"https://" +
                          server.place() + "/keys\", token: \"https://" + server.place() +
                          "/token\"}\n");
    return parley({"doctor", "--run-file", path("run.yaml")});
  }
};

TEST_F(DoctorRunFileTest, AStandingServerIsLookedAtWhereTheFileSaysItIs) {
  const StandingServer server(200);
  const Finished said = examine(server, "127.0.0.1", "trust: ca.pem\n");
  EXPECT_EQ(said.code, 1) << said.err;
  EXPECT_THAT(said.out,
              AllOf(HasSubstr(server.place() + " (jwks, token)\nRUN-02 OK"), HasSubstr("SRV-03 OK"),
                    HasSubstr("SRV-07 OK"), HasSubstr("SRV-08 OK"), HasSubstr("SRV-09 FAIL")));
  EXPECT_EQ(last_line(said.out), "1 failed");
  EXPECT_GT(server.requests(), 0);
}

TEST_F(DoctorRunFileTest, WhoseAuthorityNobodyNamesIsNotTrusted) {
  const StandingServer server(200);
  const Finished said = examine(server, "127.0.0.1");
  EXPECT_EQ(said.code, 1) << said.err;
  EXPECT_THAT(said.out, AllOf(HasSubstr("SRV-03 FAIL"), HasSubstr("\"trust\" in the run file")));
}

TEST_F(DoctorRunFileTest, ARedirectIsToldAndNotFollowed) {
  const StandingServer server(302);
  const Finished said = examine(server, "127.0.0.1", "trust: ca.pem\n");
  EXPECT_EQ(said.code, 1) << said.err;
  EXPECT_THAT(said.out, AllOf(HasSubstr("SRV-12 FAIL"),
                              HasSubstr("sends on to https://" + server.other_place() + "/keys")));
  EXPECT_EQ(server.requests_of_other(), 0);
}

TEST_F(DoctorRunFileTest, WhatTheFileDoesNotListIsNeverContacted) {
  const StandingServer server(200);
  const Finished said = examine(server, server.other_place(), "trust: ca.pem\n");
  EXPECT_EQ(said.code, 4) << said.out;
  EXPECT_THAT(said.err, HasSubstr("unlisted-address"));
  EXPECT_EQ(server.requests(), 0);
  EXPECT_EQ(server.requests_of_other(), 0);
}

TEST_F(DoctorRunFileTest, DriversAndWhatIsClaimedOfThem) {
  write("run.yaml",
        "profile: base\nnetwork: sockets\nclock: real\nseats:\n  gatekeeper-client:\n    driver: "
        "{command: \"'" +
            (binary_.parent_path() / "fake_driver").string() +
            "' refuses\"}\nics:\n  features: {typing: true, block: false}\n");
  const Finished said = parley({"doctor", "--json", "--run-file", path("run.yaml")});
  EXPECT_EQ(said.code, 1) << said.err;
  const auto lines = parse_json(said.out);
  ASSERT_TRUE(lines.ok());
  bool found = false;
  for (const json::value& line : lines->get_array()) {
    if (get_string(line.get_object(), "id") != "ICS-01") continue;
    found = true;
    EXPECT_EQ(get_string(line.get_object(), "seat"), "gatekeeper-client");
    EXPECT_EQ(get_string(line.get_object(), "outcome"), "FAIL");
    EXPECT_EQ(get_string(line.get_object(), "seen"),
              "claimed, and not among its capabilities: typing (features.typing)");
  }
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace parley::cli
