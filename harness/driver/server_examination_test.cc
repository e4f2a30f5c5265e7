// A partner's server that is as it should be, or has one thing wrong with it: each is found by the
// rule that says so, and what cannot be seen then is skipped.
#include "harness/driver/server_examination.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>

#include "harness/crypto/jwt.h"
#include "harness/net/http.h"
#include "harness/net/world_fixture.h"

namespace parley::driver {
namespace {

using namespace std::chrono_literals;
using net::awaitable;
using net::HttpRequest;
using net::HttpResponse;
using net::HttpVersion;
using testing::HasSubstr;

const net::Address kServer{"birdy.partner.test", 443};
constexpr std::string_view kKeysPath = "/keys";

crypto::JwkSet key_set() { return {{{"key-1", crypto::RsaPrivateKey::test_key(0).public_key()}}}; }

// One server, set up as a row wants it.
struct Served {
  net::Security security = net::Security::kTls;
  net::TlsOffer speaks{net::http_served_protocols(HttpVersion::k2)};
  unsigned status = 200;
  std::string keys = canonical(key_set().to_json());
  std::string date = "Mon, 21 Sep 2026 14:13:20 GMT";  ///< the World's; empty: no such header
};

class ServerExaminationTest : public net::WorldTest {
 protected:
  ~ServerExaminationTest() override { world_->shutdown(); }

  void serve(const Served& setup) {
    auto listener = world_->network().listen(kServer, setup.security, setup.speaks);
    ASSERT_TRUE(listener.ok()) << listener.error().text();
    world_->spawn(
        net::http_serve(*world_, std::shared_ptr<net::Listener>(std::move(listener).value()),
                        [setup](HttpRequest request) -> awaitable<HttpResponse> {
                          HttpResponse response;
                          response.status = request.target == kKeysPath ? setup.status : 404;
                          if (!setup.date.empty())
                            response.headers.emplace_back("Date", setup.date);
                          response.body = to_bytes(std::string_view(setup.keys));
                          co_return response;
                        }));
  }
  std::vector<DoctorLine> examine() {
    std::vector<DoctorLine> lines;
    run_body([&]() -> awaitable<Status> {
      ServerToExamine server{kServer, "doctor.test", std::string(kKeysPath)};
      lines = co_await examine_server(*world_, std::move(server));
      co_return Status();
    });
    return lines;
  }
};

const DoctorLine& line_of(const std::vector<DoctorLine>& lines, std::string_view id) {
  const auto line = std::ranges::find(lines, id, &DoctorLine::id);
  EXPECT_NE(line, lines.end()) << id;
  return *line;
}

TEST_P(ServerExaminationTest, ASoundServerKeepsEveryRule) {
  serve({});
  const std::vector<DoctorLine> lines = examine();
  EXPECT_EQ(lines.size(), server_rules().size());
  for (const DoctorLine& line : lines) {
    EXPECT_EQ(line.outcome, DoctorOutcome::kOk) << line.id << ": " << line.seen;
  }
}

TEST_P(ServerExaminationTest, WhereNobodyListensNothingElseIsSeen) {
  const std::vector<DoctorLine> lines = examine();
  EXPECT_EQ(lines[0].outcome, DoctorOutcome::kFail);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    EXPECT_EQ(lines[i].outcome, DoctorOutcome::kSkipped) << lines[i].id;
  }
  EXPECT_EQ(line_of(lines, "SRV-03").seen, "needs SRV-02");
}

class OneThingWrongTest : public ServerExaminationTest {
 protected:
  void expect(const Served& setup, std::string_view id, const std::string& seen) {
    serve(setup);
    const std::vector<DoctorLine> lines = examine();
    EXPECT_FALSE(healthy(lines));
    const DoctorLine& found = line_of(lines, id);
    EXPECT_EQ(found.outcome, DoctorOutcome::kFail) << id;
    EXPECT_THAT(found.seen, HasSubstr(seen));
    for (const DoctorLine& line : lines) {
      if (line.id != id) {
        EXPECT_NE(line.outcome, DoctorOutcome::kFail) << line.id << ": " << line.seen;
      }
    }
  }
};

TEST_P(OneThingWrongTest, PlainHttp) {
  Served setup;
  setup.security = net::Security::kPlain;
  setup.speaks = {};
  expect(setup, "SRV-02", "it answers HTTP without TLS: status 200");
}
TEST_P(OneThingWrongTest, NoTls13) {
  Served setup;
  setup.speaks.versions = net::TlsVersions::only(net::TlsVersion::k1_2);
  expect(setup, "SRV-04", "");
}
TEST_P(OneThingWrongTest, NoTls12) {
  Served setup;
  setup.speaks.versions = net::TlsVersions::only(net::TlsVersion::k1_3);
  expect(setup, "SRV-11", "");
}
TEST_P(OneThingWrongTest, Http1Only) {
  Served setup;
  setup.speaks.protocols = net::http_served_protocols(HttpVersion::k1);
  expect(setup, "SRV-07", "it chose HTTP/1.1");
}
TEST_P(OneThingWrongTest, Http2Only) {
  Served setup;
  setup.speaks.protocols = {"h2"};
  serve(setup);
  const std::vector<DoctorLine> lines = examine();
  EXPECT_EQ(line_of(lines, "SRV-06").outcome, DoctorOutcome::kFail);
  EXPECT_EQ(line_of(lines, "SRV-07").outcome, DoctorOutcome::kOk);
  EXPECT_EQ(line_of(lines, "SRV-08").seen, "needs SRV-13");
}
TEST_P(OneThingWrongTest, NoKeySetAtThePath) {
  Served setup;
  setup.status = 404;
  expect(setup, "SRV-08", "GET /keys is answered with status 404");
}
TEST_P(OneThingWrongTest, NoJson) {
  Served setup;
  setup.keys = "<html>Welcome</html>";
  expect(setup, "SRV-08", "GET /keys");
}
TEST_P(OneThingWrongTest, AnEmptyKeySet) {
  Served setup;
  setup.keys = R"({"keys":[]})";
  expect(setup, "SRV-09", "no RSA key");
}
TEST_P(OneThingWrongTest, AClockTenMinutesAhead) {
  Served setup;
  setup.date = "Mon, 21 Sep 2026 14:23:20 GMT";
  expect(setup, "SRV-10", "ahead");
}
TEST_P(OneThingWrongTest, AClockTenMinutesBehind) {
  Served setup;
  setup.date = "Mon, 21 Sep 2026 14:03:20 GMT";
  expect(setup, "SRV-10", "behind");
}
TEST_P(OneThingWrongTest, WithoutADateNobodyKnows) {
  Served setup;
  setup.date = "";
  serve(setup);
  const std::vector<DoctorLine> lines = examine();
  EXPECT_TRUE(healthy(lines));
  EXPECT_EQ(line_of(lines, "SRV-10").outcome, DoctorOutcome::kSkipped);
  EXPECT_EQ(line_of(lines, "SRV-10").seen, "it sends no Date header");
}
TEST_P(OneThingWrongTest, ADateThatIsNone) {
  Served setup;
  setup.date = "today";
  expect(setup, "SRV-10", "its Date header");
}

INSTANTIATE_TEST_SUITE_P(Sockets, ServerExaminationTest, testing::Values(net::WorldKind::kSockets));
INSTANTIATE_TEST_SUITE_P(Sockets, OneThingWrongTest, testing::Values(net::WorldKind::kSockets));

TEST(DoctorText, SaysWhatWasSeenWhoseItIsAndWhatToDo) {
  const std::vector<DoctorLine> lines{
      {"SRV-01", "somebody listens", "product", "start it", DoctorOutcome::kOk, ""},
      {"SRV-02", "it speaks TLS", "product", "serve HTTPS", DoctorOutcome::kFail,
       "plain \x1b[31mHTTP\n"},
      {"SRV-03", "a good certificate", "product", "renew it", DoctorOutcome::kSkipped,
       "needs SRV-02"}};
  EXPECT_EQ(to_text(lines),
            "SRV-01 OK      somebody listens\n"
            "SRV-02 FAIL    it speaks TLS\n"
            "       seen: plain ?[31mHTTP \n"
            "       product: serve HTTPS\n"
            "SRV-03 SKIPPED a good certificate: needs SRV-02\n");
}

}  // namespace
}  // namespace parley::driver
