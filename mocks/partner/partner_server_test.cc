// The world: one partner's server, its user's device, WhatsApp's egress host, and a stand-in for
// WhatsApp's key host, in simulation.
#include "mocks/partner/partner_server.h"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>

#include "harness/crypto/jwt.h"
#include "harness/net/http.h"
#include "harness/net/world.h"
#include "mocks/cast/hosts.h"
#include "mocks/partner/gatekeeper_callers.h"
#include "mocks/partner/token_keys.h"

namespace parley::mocks {
namespace {

using net::awaitable;
using net::HttpRequest;
using net::HttpResponse;

Cast one_partner(json::object settings = {}) {
  driver::ActorSpec partner{"birdy", "partner", "", std::move(settings)};
  driver::ActorSpec user{"bob", "partner-user", "birdy", {}};
  user.settings["identifier"] = "bob@birdy.example";
  return read_cast({partner, user}).value();
}

class PartnerServerTest : public testing::Test {
 protected:
  explicit PartnerServerTest(json::object settings = {})
      : world_(make_world(log_)), recorder_(world_->clock()) {
    const Cast cast = one_partner(std::move(settings));
    server_ = make_partner_server(*world_, recorder_, cast, "birdy").value();
  }
  ~PartnerServerTest() override { world_->shutdown(); }

  static std::unique_ptr<net::World> make_world(Log& log) {
    net::SimOptions options;
    options.start = from_unix_seconds(1767225600);
    return net::make_sim_world(options, log);
  }

  void play(std::function<awaitable<Status>()> story) {
    const Status status = net::run(*world_, story());
    EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().text());
  }

  awaitable<HttpResponse> call(std::string from, std::string method, std::string target,
                               net::HttpHeaders headers, std::string body) {
    HttpRequest request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.headers = std::move(headers);
    request.body = to_bytes(body);
    auto answer = co_await net::http_fetch(*world_, std::move(from), partner_host("birdy"),
                                           net::Security::kTls, std::move(request));
    EXPECT_TRUE(answer.ok()) << (answer.ok() ? "" : answer.error().text());
    co_return answer.ok() ? *std::move(answer) : HttpResponse();
  }

  net::HttpHeaders credential() const {
    return {{"Authorization", "Bearer " + device_credential("bob")}};
  }

  awaitable<std::string> token(std::string body) {
    const HttpResponse answer =
        co_await call(device_host("bob"), "POST", "/token", credential(), std::move(body));
    const auto value = parse_json(as_text(answer.body));
    if (!value.ok()) co_return std::string();
    co_return std::string(get_string(value->get_object(), "token").value_or(""));
  }

  awaitable<crypto::JwkSet> keys() {
    const HttpResponse answer =
        co_await call(whatsapp_hosts().egress, "GET", std::string(kPartnerKeysPath), {}, "");
    EXPECT_EQ(answer.status, 200U);
    co_return crypto::JwkSet::parse(as_text(answer.body)).value();
  }

  NullLog log_;
  std::unique_ptr<net::World> world_;
  evidence::Recorder recorder_;
  std::unique_ptr<driver::Party> server_;
};

TEST_F(PartnerServerTest, IssuesATokenThatItsPublishedKeysVerify) {
  play([this]() -> awaitable<Status> {
    const std::string jwt = co_await token(R"({"identifier":"bob@birdy.example"})");
    const crypto::JwkSet set = co_await keys();
    const crypto::JwtRules rules{world_->now(), std::chrono::minutes(5),
                                 "https://birdy.partner.test", "https://v.whatsapp.net"};
    const crypto::JwtVerdict verdict = crypto::verify_jwt(jwt, set, rules);
    EXPECT_TRUE(verdict.valid) << crypto::to_string(verdict.refusal);
    EXPECT_EQ(get_string(verdict.claims, "sub"), "bob@birdy.example");
    co_return Status();
  });
}

TEST_F(PartnerServerTest, IssuesNothingToStrangersOrForOthers) {
  play([this]() -> awaitable<Status> {
    const std::string own = R"({"identifier":"bob@birdy.example"})";
    const net::HttpHeaders wrong = {{"Authorization", "Bearer nonsense"}};
    EXPECT_EQ((co_await call("x.device.test", "POST", "/token", {}, own)).status, 401U);
    EXPECT_EQ((co_await call("x.device.test", "POST", "/token", wrong, own)).status, 401U);
    EXPECT_EQ((co_await call("x.device.test", "POST", "/token", credential(),
                             R"({"identifier":"eve@birdy.example"})"))
                  .status,
              403U);
    EXPECT_EQ((co_await call("x.device.test", "POST", "/token", credential(), "no json")).status,
              400U);
    co_return Status();
  });
}

TEST_F(PartnerServerTest, TestMembersMoveAndMisnameTokens) {
  play([this]() -> awaitable<Status> {
    const crypto::JwkSet set = co_await keys();
    const crypto::JwtRules rules{world_->now(), std::chrono::minutes(5),
                                 "https://birdy.partner.test", ""};
    const std::string expired =
        co_await token(R"({"identifier":"bob@birdy.example","issued_at_offset_seconds":-86400})");
    EXPECT_EQ(crypto::verify_jwt(expired, set, rules).refusal, crypto::JwtRefusal::kExpired);
    const std::string unknown =
        co_await token(R"({"identifier":"bob@birdy.example","issuer":"unknown"})");
    EXPECT_EQ(crypto::verify_jwt(unknown, set, rules).refusal, crypto::JwtRefusal::kIssuer);
    co_return Status();
  });
}

TEST_F(PartnerServerTest, KeepsARetiredKeyPublishedAsLongAsItsTokensLive) {
  play([this]() -> awaitable<Status> {
    const std::string old = co_await token(R"({"identifier":"bob@birdy.example"})");
    EXPECT_TRUE((co_await server_->perform("rotate-keys", {})).ok());
    const crypto::JwtRules rules{world_->now(), std::chrono::minutes(5), "", ""};
    const crypto::JwkSet both = co_await keys();
    EXPECT_EQ(both.keys.size(), 2U);
    EXPECT_TRUE(crypto::verify_jwt(old, both, rules).valid);
    const std::string fresh = co_await token(R"({"identifier":"bob@birdy.example"})");
    EXPECT_TRUE(crypto::verify_jwt(fresh, both, rules).valid);
    co_await world_->advance(std::chrono::hours(2));
    EXPECT_EQ((co_await keys()).keys.size(), 1U);
    co_return Status();
  });
}

class RotatingPartnerTest : public PartnerServerTest {
 protected:
  RotatingPartnerTest() : PartnerServerTest({{"key_rotation", "7d"}, {"key_overlap", "1h"}}) {}
};

TEST_F(RotatingPartnerTest, ChangesItsKeyByItself) {
  play([this]() -> awaitable<Status> {
    const std::string first = (co_await keys()).keys.at(0).kid;
    co_await world_->advance(std::chrono::hours(24 * 7) - std::chrono::minutes(1));
    EXPECT_EQ((co_await keys()).keys.at(0).kid, first);
    co_await world_->advance(std::chrono::minutes(2));
    const crypto::JwkSet both = co_await keys();
    EXPECT_EQ(both.keys.size(), 2U);
    EXPECT_NE(both.keys.at(0).kid, first);
    EXPECT_EQ(both.keys.at(1).kid, first);
    co_await world_->advance(std::chrono::hours(1));
    EXPECT_EQ((co_await keys()).keys.size(), 1U);
    co_await world_->advance(std::chrono::hours(24 * 30));
    const std::string later = co_await token(R"({"identifier":"bob@birdy.example"})");
    const crypto::JwtRules rules{world_->now(), std::chrono::minutes(5), "", ""};
    const crypto::JwkSet now = co_await keys();
    EXPECT_NE(now.keys.at(0).kid, both.keys.at(0).kid);
    EXPECT_TRUE(crypto::verify_jwt(later, now, rules).valid);
    co_return Status();
  });
}

TEST_F(PartnerServerTest, HostsMediaForThirtyDays) {
  play([this]() -> awaitable<Status> {
    EXPECT_EQ((co_await call("x.device.test", "POST", "/media", {}, "cipher")).status, 401U);
    const HttpResponse stored =
        co_await call(device_host("bob"), "POST", "/media", credential(), "cipher");
    EXPECT_EQ(stored.status, 201U);
    const json::value answer = parse_json(as_text(stored.body)).value();
    const std::string target =
        "/" + std::string(get_string(answer.get_object(), "storage_reference").value());
    EXPECT_GE(target.size(), 23U);  // 128 bits at least
    const HttpResponse served = co_await call(whatsapp_hosts().egress, "GET", target, {}, "");
    EXPECT_EQ(served.status, 200U);
    EXPECT_EQ(as_text(served.body), "cipher");
    EXPECT_EQ((co_await call(whatsapp_hosts().egress, "GET", "/nothing", {}, "")).status, 404U);
    EXPECT_EQ((co_await call(whatsapp_hosts().egress, "GET", "/../token", {}, "")).status, 404U);
    co_await world_->advance(std::chrono::hours(24 * 30));
    EXPECT_EQ((co_await call(whatsapp_hosts().egress, "GET", target, {}, "")).status, 410U);
    co_return Status();
  });
}

// WhatsApp's key host, with one test key.
awaitable<HttpResponse> whatsapp_keys(HttpRequest) {
  crypto::JwkSet set;
  set.keys.push_back({"wa-1", crypto::RsaPrivateKey::test_key(0).public_key()});
  HttpResponse out;
  out.body = to_bytes(canonical(set.to_json()));
  co_return out;
}

std::string push_token(TimePoint now, std::string_view issuer, std::string_view audience,
                       std::size_t key) {
  json::object claims;
  claims["iss"] = json::string(issuer);
  claims["aud"] = json::string(audience);
  claims["exp"] = unix_seconds(now) + 3600;
  return crypto::sign_jwt(crypto::RsaPrivateKey::test_key(key), "wa-1", claims);
}

TEST_F(PartnerServerTest, TakesPushesFromWhatsAppAlone) {
  std::shared_ptr<net::Listener> listener =
      world_->network().listen(whatsapp_hosts().keys, net::Security::kTls).value();
  world_->spawn(net::http_serve(*world_, listener, whatsapp_keys));
  play([this]() -> awaitable<Status> {
    const std::string audience = partner_base_url("birdy");
    const std::string body = R"({"to":"bob@birdy.example"})";
    struct Attempt {
      std::string token;
      std::string body;
      unsigned status;
    };
    const TimePoint now = world_->now();
    const std::vector<Attempt> attempts = {
        {push_token(now, "WHATSAPP", audience, 0), body, 200},
        {push_token(now, "WHATSAPP", audience, 1), body, 401},
        {push_token(now, "SOMEBODY", audience, 0), body, 401},
        {push_token(now, "WHATSAPP", "https://other.partner.test", 0), body, 401},
        {push_token(now - std::chrono::hours(2), "WHATSAPP", audience, 0), body, 401},
        {push_token(now, "WHATSAPP", audience, 0), "no json", 400},
        {push_token(now, "WHATSAPP", audience, 0), R"({"to":"nobody"})", 200},
    };
    for (const Attempt& attempt : attempts) {
      net::HttpHeaders headers = {{"Authorization", "Bearer " + attempt.token}};
      const HttpResponse answer =
          co_await call(whatsapp_hosts().egress, "POST", "/push", headers, attempt.body);
      EXPECT_EQ(answer.status, attempt.status) << attempt.token;
    }
    EXPECT_EQ((co_await call(whatsapp_hosts().egress, "POST", "/push", {}, body)).status, 401U);
    std::size_t accepted = 0;
    for (const driver::Event& event : server_->events().events()) {
      if (event.name == "push" && get_bool(event.facts, "accepted") == true) ++accepted;
    }
    EXPECT_EQ(accepted, 2U);
    co_return Status();
  });
}

TEST(GatekeeperCallers, AreKnownByTheTokensOfTheirServices) {
  const std::vector<driver::ActorSpec> actors = {
      {"wa", "gatekeeper", "", {}},
      {"me", "gatekeeper", "", {{"service", "messenger"}}},
      {"birdy", "partner", "", {}}};
  NullLog log;
  const auto world = net::make_sim_world({}, log);
  evidence::Recorder recorder(world->clock());
  GatekeeperCallers callers(*world, Observer{&recorder, evidence::Role::kPartnerServer, "birdy"},
                            read_cast(actors).value(), "birdy");
  // Both hosts publish the key that WhatsApp's tokens are signed with under the same key id, so
  // that only the issuer tells whose token it is.
  for (const ServiceHosts& service : service_hosts()) {
    world->spawn(net::http_serve(
        *world, world->network().listen(service.keys, net::Security::kTls).value(), whatsapp_keys));
  }
  const auto story = [&]() -> awaitable<Status> {
    const std::string audience = partner_base_url("birdy");
    const std::string bearer = "Bearer ";
    for (const ServiceHosts& service : service_hosts()) {
      const auto caller =
          co_await callers.identify(bearer + push_token(world->now(), service.issuer, audience, 0));
      EXPECT_EQ(caller.service->service, service.service);
      EXPECT_EQ(caller.refusal, std::nullopt) << service.service;
    }
    const auto forged =
        co_await callers.identify(bearer + push_token(world->now(), "MESSENGER", audience, 1));
    EXPECT_EQ(forged.service->service, "messenger");
    EXPECT_TRUE(forged.refusal.has_value());
    EXPECT_EQ((co_await callers.identify("")).refusal, "no-token");
    co_return Status();
  };
  EXPECT_TRUE(net::run(*world, story()).ok());
  std::size_t fetches = 0;
  for (const evidence::Record& record : recorder.take()) {
    fetches += record.kind == "http.request" ? 1 : 0;
  }
  EXPECT_EQ(fetches, 2U);  // one from each service's host
  world->shutdown();
}

TEST_F(PartnerServerTest, AnEndpointCanBeBroken) {
  play([this]() -> awaitable<Status> {
    json::object arguments;
    arguments["endpoint"] = "down";
    EXPECT_TRUE((co_await server_->perform("set", arguments)).ok());
    EXPECT_EQ((co_await call(whatsapp_hosts().egress, "GET", std::string(kPartnerKeysPath), {}, ""))
                  .status,
              503U);
    // Its own devices still get their tokens.
    EXPECT_FALSE((co_await token(R"({"identifier":"bob@birdy.example"})")).empty());
    arguments["endpoint"] = "upside-down";
    EXPECT_EQ((co_await server_->perform("set", arguments)).error().code, ErrorCode::kInvalid);
    EXPECT_EQ((co_await server_->perform("dance", {})).error().code, ErrorCode::kUnsupported);
    co_return Status();
  });
}

}  // namespace
}  // namespace parley::mocks
