// Enlistment over HTTPS in a simulated World: the gatekeeper, two partners' servers, and forms that
// are right or wrong in one place.
#include "mocks/gatekeeper/enlistment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/encoding.h"
#include "mocks/gatekeeper/gatekeeper_rig.h"

namespace parley::mocks::gatekeeper {
namespace {

using namespace std::chrono_literals;

class EnlistmentTest : public testing::Test {
 protected:
  /// The reason for which bob's form is refused after `change`.
  std::string reason_after(const std::function<void(FormFields&)>& change) {
    std::string reason;
    rig_.run([&]() -> net::awaitable<void> {
      FormFields fields = rig_.form("bob");
      change(fields);
      const json::object answer = co_await rig_.enlist(std::move(fields));
      reason = get_string(answer, "reason").value_or("");
      EXPECT_EQ(get_string(answer, "status"), reason.empty() ? "ok" : "fail");
      if (!reason.empty()) {
        EXPECT_EQ(rig_.last_reason("enlist-refused"), reason);
      }
    });
    return reason;
  }

  static void set(FormFields& fields, std::string_view name, std::string value) {
    for (auto& [key, old] : fields) {
      if (key == name) old = value;
    }
  }

  std::string bob_token(const std::function<void(json::object&)>& change) {
    return rig_.bird->token("bob@bird.test", change);
  }

  GatekeeperRig rig_;
};

TEST_F(EnlistmentTest, GivesAnInternalIdentifier) {
  rig_.run([&]() -> net::awaitable<void> {
    const std::string bob = co_await rig_.enlist("bob");
    const std::string hal = co_await rig_.enlist("hal");
    EXPECT_THAT(bob, testing::MatchesRegex("1-[0-9]{14}@interop"));
    EXPECT_THAT(hal, testing::MatchesRegex("2-[0-9]{14}@interop"));
  });
  ASSERT_EQ(rig_.events("enlisted").size(), 2u);
  EXPECT_EQ(get_int(rig_.events("enlisted")[1], "integrator"), 2);
}

TEST_F(EnlistmentTest, TheSameIdentifierKeepsItsAddress) {
  rig_.run([&]() -> net::awaitable<void> {
    const std::string first = co_await rig_.enlist("bob");
    const std::string again = co_await rig_.enlist("bob");
    const std::string other = co_await rig_.enlist("ben");
    EXPECT_EQ(first, again);
    EXPECT_NE(first, other);
  });
}

TEST_F(EnlistmentTest, RefusesABadForm) {
  EXPECT_EQ(reason_after([](FormFields& f) { f.erase(f.begin() + 2); }), "bad_param");
  EXPECT_EQ(reason_after([](FormFields& f) { set(f, "e_regid", "AAAA"); }), "bad_param");
  EXPECT_EQ(reason_after([](FormFields& f) { set(f, "e_keytype", "Bg"); }), "bad_param");
}

TEST_F(EnlistmentTest, RefusesAnIntegratorThatNobodyKnows) {
  EXPECT_EQ(reason_after([&](FormFields& f) {
              set(f, "token", bob_token([](json::object& c) { c["iss"] = "https://crow.test"; }));
            }),
            "bad_integrator");
  EXPECT_EQ(reason_after([&](FormFields& f) {
              set(f, "token", bob_token([](json::object& c) { c["integrator"] = 2; }));
            }),
            "bad_integrator");
  EXPECT_EQ(rig_.bird->key_fetches, 0) << "nobody was asked for keys";
}

TEST_F(EnlistmentTest, RefusesATokenThatDoesNotHold) {
  EXPECT_EQ(reason_after([](FormFields& f) { set(f, "token", "eyJh.eyJi.c2ln"); }), "bad_token");
  EXPECT_EQ(reason_after([&](FormFields& f) {
              std::string token = bob_token({});
              token[token.size() - 5] = token[token.size() - 5] == 'A' ? 'B' : 'A';
              set(f, "token", token);
            }),
            "bad_token");
  EXPECT_EQ(reason_after([&](FormFields& f) {
              set(f, "token", bob_token([](json::object& c) { c["aud"] = "https://else.test"; }));
            }),
            "bad_token");
  EXPECT_EQ(reason_after([&](FormFields& f) {
              // Signed by hike, in the name of bird.
              set(f, "token", rig_.hike->token("bob@bird.test", [](json::object& c) {
                c["iss"] = partner_base_url("bird");
                c["integrator"] = 1;
              }));
            }),
            "bad_token");
}

TEST_F(EnlistmentTest, RefusesAnExpiredToken) {
  EXPECT_EQ(reason_after([&](FormFields& f) {
              set(f, "token", bob_token([&](json::object& c) {
                    c["exp"] = unix_seconds(rig_.world->now()) - 3600;
                  }));
            }),
            "expired_token");
}

TEST_F(EnlistmentTest, RefusesAnotherUsersToken) {
  EXPECT_EQ(
      reason_after([&](FormFields& f) { set(f, "token", rig_.bird->token("ben@bird.test")); }),
      "identifier_mismatch");
}

TEST_F(EnlistmentTest, RefusesAForgedPrekeySignature) {
  EXPECT_EQ(reason_after([&](FormFields& f) {
              signal::PublicSignedPreKey prekey = rig_.device("bob").signed_prekey.public_view();
              prekey.signature[0] ^= 1;
              set(f, "e_skey_sig", base64url(prekey.signature));
            }),
            "bad_prekey_signature");
}

TEST_F(EnlistmentTest, RefusesAVersionThatIsNotPublished) {
  EXPECT_EQ(reason_after([](FormFields& f) { f.emplace_back("protocol_version", "9.9.9"); }),
            "bad_version");
  EXPECT_EQ(reason_after([](FormFields& f) { f.emplace_back("protocol_version", "1.0.3"); }), "");
}

TEST_F(EnlistmentTest, ARefusalCreatesNothing) {
  EXPECT_EQ(reason_after([](FormFields& f) { set(f, "identifier", "mallory"); }),
            "identifier_mismatch");
  rig_.run([&]() -> net::awaitable<void> {
    const auto mail = co_await rig_.party->perform("mailbox", {{"of", "bob"}});
    EXPECT_FALSE(mail.ok());
  });
}

TEST_F(EnlistmentTest, KeysUnavailableIsAReasonOfItsOwn) {
  rig_.bird->break_down();
  EXPECT_EQ(reason_after([](FormFields&) {}), "keys_unavailable");
}

TEST_F(EnlistmentTest, OnlyTheRightRequestIsAnEnlistment) {
  rig_.run([&]() -> net::awaitable<void> {
    net::HttpRequest get;
    get.target = "/3p/interop_reg";
    EXPECT_EQ((co_await rig_.fetch(whatsapp_hosts().enlistment, get)).status, 405u);
    net::HttpRequest elsewhere;
    elsewhere.method = "POST";
    elsewhere.target = "/3p/other";
    EXPECT_EQ((co_await rig_.fetch(whatsapp_hosts().enlistment, elsewhere)).status, 404u);
    net::HttpRequest json;
    json.method = "POST";
    json.target = "/3p/interop_reg";
    json.headers = {{"Content-Type", "application/json"}};
    json.body = to_bytes(std::string_view("{}"));
    const net::HttpResponse response = co_await rig_.fetch(whatsapp_hosts().enlistment, json);
    EXPECT_EQ(response.status, 200u);
    EXPECT_EQ(as_text(response.body), R"({"reason":"bad_param","status":"fail"})");
  });
}

TEST_F(EnlistmentTest, ANewIdentityIsToldToWhoeverTalkedWithTheUser) {
  rig_.run([&]() -> net::awaitable<void> {
    const std::string address = co_await rig_.enlist("bob");
    const Chat bob = co_await rig_.connect_partner("bob", address);
    const Chat alice = co_await rig_.connect_native("alice");
    const Chat anna = co_await rig_.connect_native("anna");
    co_await bob->send(message("m1", kAlice));
    EXPECT_TRUE((co_await alice->take_tag("message")).has_value());
    rig_.device("bob") = DeviceKeys(*rig_.random);
    const std::string again = co_await rig_.enlist("bob");
    EXPECT_EQ(again, address);
    const auto notice = co_await alice->take_tag("notification");
    EXPECT_TRUE(notice && notice->child("identity") != nullptr);
    if (notice) EXPECT_EQ(notice->attribute("from"), address);
    EXPECT_TRUE(co_await bob->ended()) << "the old installation's connection";
    EXPECT_FALSE((co_await anna->take_tag("notification")).has_value());
  });
}

TEST_F(EnlistmentTest, NoTokenReachesTheTranscript) {
  std::string plain;
  rig_.run([&]() -> net::awaitable<void> {
    FormFields fields = rig_.form("bob");
    plain = fields[7].second;
    co_await rig_.enlist(fields);
    fields[7].second = base64url(as_bytes(plain));
    co_await rig_.enlist(std::move(fields));
  });
  const std::string wrapped = base64url(as_bytes(plain));
  int forms = 0;
  for (const evidence::Record& record : rig_.recorder.records()) {
    const std::string line = evidence::to_line(record, "case");
    for (const std::string& secret : {plain, wrapped}) {
      EXPECT_EQ(line.find(secret), std::string::npos);
      EXPECT_EQ(as_text(record.body).find(secret), std::string_view::npos);
    }
    if (const json::object* form = get_object(record.facts, "form")) {
      ++forms;
      EXPECT_TRUE(get_string(*form, "token").value_or("").starts_with("jwt:"));
    }
  }
  EXPECT_EQ(forms, 2);
}

}  // namespace
}  // namespace parley::mocks::gatekeeper
