// The world: the gatekeeper and the partners birdy and wren over loopback sockets, and npm jose,
// which judges our tokens by the key sets that we serve over HTTPS, and makes tokens of its own,
// well and badly, for us to judge.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <map>
#include <string>
#include <vector>

#include "harness/base/encoding.h"
#include "harness/crypto/jwt.h"
#include "mocks/gatekeeper/token_check.h"
#include "mocks/partner/enlistment_request.h"
#include "mocks/peers/peer_world.h"
#include "mocks/peers/peers.h"

namespace parley::peers {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::int64_t kLeeway = 300;  // seconds, as crypto::JwtRules has it

class JosePeerTest : public PeerWorld {
 protected:
  void SetUp() override {
    auto process = start_node_peer(build_folders(), "jose.mjs");
    ASSERT_TRUE(process.ok()) << process.error().text();
    jose_ = std::make_unique<PeerProcess>(std::move(*process));
    const auto trusted = jose_->call({{"do", "trust"}, {"pem", world_->network().ca_pem()}});
    ASSERT_TRUE(trusted.ok()) << trusted.error().text();
    auto generated = jose_->call({{"do", "generate"}, {"kid", kKid}});
    ASSERT_TRUE(generated.ok()) << generated.error().text();
    jwks_ = *get_object(*generated, "jwks");
  }

  /// Asks jose while the World goes on.
  net::awaitable<Result<json::object>> ask(json::object request) {
    co_return co_await meanwhile<Result<json::object>>(
        [this, request] { return jose_->call(request); });
  }

  /// jose's verdict on a token of ours, by the keys at `url`: its claims, or the error's name.
  net::awaitable<Result<json::object>> judge(std::string token, std::string url, std::string issuer,
                                             std::string audience) {
    co_return co_await ask({{"do", "verify"},
                            {"token", token},
                            {"url", url},
                            {"issuer", issuer},
                            {"audience", audience},
                            {"now", unix_seconds(world_->now())},
                            {"leeway", kLeeway}});
  }

  /// A token by jose's key.
  std::string make(std::string_view how, json::object claims, std::string_view kid = kKid) {
    const auto answer =
        jose_->call({{"do", "make"}, {"how", how}, {"claims", claims}, {"kid", kid}});
    EXPECT_TRUE(answer.ok()) << how << ": " << (answer.ok() ? "" : answer.error().text());
    return answer.ok() ? std::string(get_string(*answer, "token").value_or("")) : "";
  }

  json::object wendys_claims() {
    const std::int64_t now = unix_seconds(world_->now());
    return {{"iss", mocks::partner_base_url("wren")},
            {"sub", "wendy@wren.test"},
            {"aud", mocks::token_audience(mocks::whatsapp_hosts())},
            {"integrator", 2},
            {"iat", now},
            {"nbf", now},
            {"exp", now + 3600}};
  }

  /// wren's host, at which jose's key set lies.
  void serve_wren() {
    serve(mocks::partner_host("wren"),
          [this](net::HttpRequest request) -> net::awaitable<net::HttpResponse> {
            return answer_as_wren(std::move(request));
          });
  }
  net::awaitable<net::HttpResponse> answer_as_wren(net::HttpRequest request) {
    net::HttpResponse response;
    if (request.target == mocks::kPartnerKeysPath) {
      response.headers = {{"Content-Type", "application/json"}};
      response.body = to_bytes(json::serialize(jwks_));
    } else if (request.target == "/push") {
      push_authorization_ = net::find_header(request.headers, "Authorization");
    } else {
      response.status = 404;
    }
    co_return response;
  }

  net::awaitable<net::HttpResponse> post(net::Address to, std::string target,
                                         net::HttpHeaders headers, std::string body) {
    net::HttpRequest request;
    request.method = "POST";
    request.target = std::move(target);
    request.headers = std::move(headers);
    request.body = to_bytes(body);
    const auto answer = co_await net::http_fetch(*world_, mocks::device_host("bob"), to,
                                                 net::Security::kTls, std::move(request));
    EXPECT_TRUE(answer.ok()) << (answer.ok() ? "" : answer.error().text());
    co_return answer.ok() ? *answer : net::HttpResponse();
  }

  /// bob's token from birdy.
  net::awaitable<std::string> bobs_token() {
    net::HttpHeaders headers = {{"Authorization", "Bearer " + mocks::device_credential("bob")}};
    const auto answer = co_await post(mocks::partner_host("birdy"), "/token", std::move(headers),
                                      R"({"identifier":"bob@birdy.test"})");
    const auto body = parse_json(as_text(answer.body));
    EXPECT_TRUE(body.ok() && body->is_object());
    if (!body.ok() || !body->is_object()) co_return "";
    co_return std::string(get_string(body->get_object(), "token").value_or(""));
  }

  /// Enlists wendy with that token; the answer.
  net::awaitable<json::object> enlist_wendy(std::string token) {
    mocks::EnlistmentRequest request;
    request.chat_key = keys_.identity().public_key();
    request.token = std::move(token);
    request.identifier = "wendy@wren.test";
    const auto fields = mocks::enlistment_fields(request, keys_, mocks::EnlistmentFault::kNone);
    net::HttpHeaders headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    const auto answer = co_await post(mocks::whatsapp_hosts().enlistment, "/3p/interop_reg",
                                      std::move(headers), net::encode_form(fields));
    const auto body = parse_json(as_text(answer.body));
    EXPECT_TRUE(body.ok() && body->is_object()) << answer.status;
    co_return body.ok() && body->is_object() ? body->get_object() : json::object();
  }

  static constexpr std::string_view kKid = "jose-1";
  std::unique_ptr<PeerProcess> jose_;
  json::object jwks_;
  std::string push_authorization_;
  SeededRandom random_{6, "jose"};
  signal::Store keys_ = signal::Store::create(random_);
};

TEST_F(JosePeerTest, VerifiesThePartnersTokensByItsServedKeys) {
  add_partner("birdy");
  play([this]() -> net::awaitable<void> {
    const std::string keys = url(mocks::partner_host("birdy"), mocks::kPartnerKeysPath);
    const std::string issuer = mocks::partner_base_url("birdy");
    const std::string token = co_await bobs_token();
    const auto good =
        co_await judge(token, keys, issuer, mocks::token_audience(mocks::whatsapp_hosts()));
    EXPECT_TRUE(good.ok()) << (good.ok() ? "" : good.error().text());
    if (good.ok()) {
      EXPECT_EQ(get_string(*get_object(*good, "claims"), "sub"), "bob@birdy.test");
      EXPECT_EQ(get_string(*get_object(*good, "header"), "alg"), "RS256");
    }
    const auto damaged = co_await judge(mocks::with_damaged_signature(token), keys, issuer,
                                        mocks::token_audience(mocks::whatsapp_hosts()));
    EXPECT_FALSE(damaged.ok());
    const auto elsewhere = co_await judge(token, keys, issuer, "https://else.test");
    EXPECT_FALSE(elsewhere.ok());

    // Tokens of before and after a change of keys hold, each by its key.
    const auto rotated = co_await parties_.at("birdy")->perform("rotate-keys", {});
    EXPECT_TRUE(rotated.ok());
    const std::string newer = co_await bobs_token();
    for (const std::string& either : {token, newer}) {
      const auto verdict =
          co_await judge(either, keys, issuer, mocks::token_audience(mocks::whatsapp_hosts()));
      EXPECT_TRUE(verdict.ok()) << (verdict.ok() ? "" : verdict.error().text());
    }
  });
}

TEST_F(JosePeerTest, VerifiesTheGatekeepersPushTokens) {
  add_gatekeeper();
  add_alice();
  serve_wren();
  play([this]() -> net::awaitable<void> {
    const json::object enlisted = co_await enlist_wendy(make("good", wendys_claims()));
    EXPECT_EQ(get_string(enlisted, "status"), "ok") << canonical(enlisted);
    // wendy is away: a message for her makes the gatekeeper push.
    EXPECT_TRUE((co_await parties_.at("alice")->perform("connect", {})).ok());
    const auto sent = co_await parties_.at("alice")->perform(
        "send-text", {{"to", "wendy"}, {"text", "Are you there?"}});
    EXPECT_TRUE(sent.ok()) << (sent.ok() ? "" : sent.error().text());
    for (int n = 0; n < 1000 && push_authorization_.empty(); ++n) {
      co_await world_->wait_for(std::chrono::milliseconds(10));
    }
    EXPECT_THAT(push_authorization_, StartsWith("Bearer "));
    if (!push_authorization_.starts_with("Bearer ")) co_return;
    const std::string token = push_authorization_.substr(7);
    const std::string keys = url(mocks::whatsapp_hosts().keys, mocks::kGatekeeperKeysPath);
    const auto good = co_await judge(token, keys, "WHATSAPP", mocks::partner_base_url("wren"));
    EXPECT_TRUE(good.ok()) << (good.ok() ? "" : good.error().text());
    const auto other = co_await judge(token, keys, "WHATSAPP", mocks::partner_base_url("birdy"));
    EXPECT_FALSE(other.ok()) << "another partner's push token";
  });
}

TEST_F(JosePeerTest, ItsTokensEnlistAUser) {
  add_gatekeeper();
  serve_wren();
  play([this]() -> net::awaitable<void> {
    const json::object good = co_await enlist_wendy(make("good", wendys_claims()));
    EXPECT_EQ(get_string(good, "status"), "ok") << canonical(good);
    EXPECT_THAT(std::string(get_string(good, "login").value_or("")), StartsWith("2-"));

    json::object old = wendys_claims();
    old["exp"] = unix_seconds(world_->now()) - 3600;
    EXPECT_EQ(get_string(co_await enlist_wendy(make("good", old)), "reason"), "expired_token");
    const std::vector<std::string> bad = {
        "none", "hs256_with_public_key", "embedded_jwk", "other_key", "critical", "ps256"};
    for (const std::string& how : bad) {
      const json::object answer = co_await enlist_wendy(make(how, wendys_claims()));
      EXPECT_EQ(get_string(answer, "reason"), "bad_token") << how;
    }
    EXPECT_EQ(get_string(co_await enlist_wendy(make("good", wendys_claims(), "jose-2")), "reason"),
              "bad_token");
  });
}

TEST_F(JosePeerTest, ItsTokensPushToThePartner) {
  add_partner("birdy");
  serve(mocks::whatsapp_hosts().keys,
        [this](net::HttpRequest) -> net::awaitable<net::HttpResponse> {
          net::HttpResponse response;
          response.body = to_bytes(json::serialize(jwks_));
          co_return response;
        });
  play([this]() -> net::awaitable<void> {
    json::object claims{{"iss", "WHATSAPP"},
                        {"aud", mocks::partner_base_url("birdy")},
                        {"exp", unix_seconds(world_->now()) + 3600}};
    net::HttpHeaders headers = {{"Authorization", "Bearer " + make("good", claims)}};
    const auto good = co_await post(mocks::partner_host("birdy"), "/push", std::move(headers),
                                    R"({"to":"bob@birdy.test"})");
    EXPECT_EQ(good.status, 200u);
    net::HttpHeaders forged = {{"Authorization", "Bearer " + make("other_key", claims)}};
    const auto bad = co_await post(mocks::partner_host("birdy"), "/push", std::move(forged),
                                   R"({"to":"bob@birdy.test"})");
    EXPECT_EQ(bad.status, 401u);
  });
}

/// One token, judged by both. Where the two disagree, `ours` is the stricter, on purpose.
struct Row {
  const char* name;
  const char* how;                            ///< jose.mjs makes it that way
  std::function<void(json::object&)> change;  ///< of the claims
  const char* ours;                           ///< our refusal; "" where we accept
  bool jose_accepts;
  const char* kid = "jose-1";
};

std::vector<Row> rows(std::int64_t now) {
  const auto set = [](const char* claim, json::value value) {
    return [claim, value](json::object& claims) { claims[claim] = value; };
  };
  const auto drop = [](const char* claim) {
    return [claim](json::object& claims) { claims.erase(claim); };
  };
  const auto as_it_is = [](json::object&) {};
  return {
      {"good", "good", as_it_is, "", true},
      {"audience in a list", "good",
       set("aud", json::array{"x", mocks::token_audience(mocks::whatsapp_hosts())}), "", true},
      {"no iat", "good", drop("iat"), "", true},
      {"no nbf", "good", drop("nbf"), "", true},
      {"expires a second after now minus leeway", "good", set("exp", now - kLeeway + 1), "", true},
      {"expires at now minus leeway", "good", set("exp", now - kLeeway), "expired", false},
      {"valid from now plus leeway", "good", set("nbf", now + kLeeway), "", true},
      {"valid a second later", "good", set("nbf", now + kLeeway + 1), "not-yet-valid", false},
      {"alg none", "none", as_it_is, "algorithm", false},
      {"HS256 by the public key", "hs256_with_public_key", as_it_is, "algorithm", false},
      {"PS256 by the right key", "ps256", as_it_is, "algorithm", false},
      {"signed by the key it brings", "embedded_jwk", as_it_is, "embedded-key", false},
      {"signed by another key", "other_key", as_it_is, "signature", false},
      {"unknown critical extension", "critical", as_it_is, "critical-extension", false},
      {"unknown kid", "good", as_it_is, "unknown-key", false, "jose-2"},
      {"expired", "good", set("exp", now - 3600), "expired", false},
      {"no expiry", "good", drop("exp"), "no-expiry", false},
      {"another audience", "good", set("aud", "https://else.test"), "audience", false},
      {"no audience", "good", drop("aud"), "audience", false},
      {"another issuer", "good", set("iss", "https://birdy.partner.test"), "issuer", false},
      {"no issuer", "good", drop("iss"), "issuer", false},
      {"expiry as text", "good", set("exp", json::string(std::to_string(now + 3600))), "malformed",
       false},
      // RFC 7519 allows fractions; libraries round them differently.
      {"expiry with a fraction", "good", set("exp", static_cast<double>(now) + 3600.5), "malformed",
       true},
      // jose takes the only key of a set where the token names none; the framework names keys.
      {"no kid", "no_kid", as_it_is, "unknown-key", true},
      // jose passes over a header that it does not use.
      {"right key, and another one embedded", "right_key_embedded_jwk", as_it_is, "embedded-key",
       true},
  };
}

TEST_F(JosePeerTest, BothJudgeTheSameTokens) {
  const auto keys = crypto::JwkSet::parse(json::serialize(jwks_));
  ASSERT_TRUE(keys.ok()) << keys.error().text();
  const std::int64_t now = unix_seconds(world_->now());
  const TimePoint judged_at = from_unix_seconds(now);
  const mocks::PartnerSettings& wren = *cast_.partner("wren");
  for (const Row& row : rows(now)) {
    json::object claims = wendys_claims();
    row.change(claims);
    const std::string token = make(row.how, claims, row.kid);
    crypto::JwtRules rules;
    rules.now = judged_at;
    rules.issuer = mocks::partner_base_url("wren");
    rules.audience = mocks::token_audience(mocks::whatsapp_hosts());
    const crypto::JwtVerdict verdict = crypto::verify_jwt(token, *keys, rules);
    EXPECT_EQ(verdict.valid ? "" : to_string(verdict.refusal), row.ours) << row.name;
    const auto check = mocks::gatekeeper::judge_token(
        token, wren, mocks::token_audience(mocks::whatsapp_hosts()), *keys, judged_at);
    EXPECT_EQ(std::holds_alternative<mocks::gatekeeper::TokenIdentity>(check), verdict.valid)
        << row.name;

    const auto theirs = jose_->call({{"do", "verify"},
                                     {"token", token},
                                     {"jwks", jwks_},
                                     {"issuer", rules.issuer},
                                     {"audience", rules.audience},
                                     {"now", now},
                                     {"leeway", kLeeway}});
    EXPECT_EQ(theirs.ok(), row.jose_accepts)
        << row.name << ": " << (theirs.ok() ? "accepted" : theirs.error().text());
    if (!theirs.ok()) {
      EXPECT_EQ(theirs.error().code, ErrorCode::kRefused) << row.name;
    }
    if (verdict.valid && theirs.ok()) {
      EXPECT_EQ(canonical(verdict.claims), canonical(*get_object(*theirs, "claims"))) << row.name;
    }
  }
}

}  // namespace
}  // namespace parley::peers
