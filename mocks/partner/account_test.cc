// The world: see exchange_rig.h. Partner users come, prove themselves, leave and come back; what
// they may not do is refused with its reason.
#include "harness/evidence/token_redaction.h"
#include "mocks/client/signal_account.h"
#include "mocks/partner/exchange_rig.h"

namespace parley::mocks {
namespace {

using net::awaitable;

class Account : public ExchangeRig {};

// Takes the token out of the answers of the partner's server.
class NoToken final : public Interceptor {
 public:
  std::vector<wire::Node> stanza(const Observer&, evidence::Direction, std::string_view,
                                 wire::Node node) override {
    return {std::move(node)};
  }
  bool request(const Observer&, evidence::Direction, std::string_view, net::HttpRequest&) override {
    return true;
  }
  bool response(const Observer& at, evidence::Direction direction, std::string_view,
                const net::HttpRequest& request, net::HttpResponse& response) override {
    const bool hit = at.role == evidence::Role::kPartnerServer &&
                     direction == evidence::Direction::kOut && request.target == "/token";
    if (hit) response.body = to_bytes("{}");
    return true;
  }
  bool departs(const Observer&, std::string_view) override { return false; }
};

struct BadEnlistment {
  std::string fault;
  std::string reason;
};

class RefusedEnlistment : public ExchangeRig, public testing::WithParamInterface<BadEnlistment> {};

INSTANTIATE_TEST_SUITE_P(EachFault, RefusedEnlistment,
                         testing::Values(BadEnlistment{"bad-token", "bad_token"},
                                         BadEnlistment{"expired-token", "expired_token"},
                                         BadEnlistment{"unknown-integrator", "bad_integrator"},
                                         BadEnlistment{"wrong-identifier", "identifier_mismatch"},
                                         BadEnlistment{"bad-prekey-signature",
                                                       "bad_prekey_signature"},
                                         BadEnlistment{"missing-argument", "bad_param"},
                                         BadEnlistment{"wrong-size", "bad_param"},
                                         BadEnlistment{"bad-keytype", "bad_param"}),
                         [](const auto& info) {
                           std::string name = info.param.fault;
                           std::erase(name, '-');
                           return name;
                         });

TEST_P(RefusedEnlistment, IsAnAnswerWithItsReason) {
  play([this]() -> awaitable<void> {
    const json::object refused = co_await ok("bob", "enlist", {{"fault", GetParam().fault}});
    EXPECT_EQ(text_of(refused, "status"), "fail");
    EXPECT_EQ(text_of(refused, "reason"), GetParam().reason);
    EXPECT_EQ(count("bob", "enlist-failed", {{"reason", GetParam().reason}}), 1U);
    // The twin without the fault is accepted.
    EXPECT_EQ(text_of(co_await ok("bob", "enlist"), "status"), "ok");
    EXPECT_EQ(text_of(co_await ok("bob", "connect"), "status"), "ok");
  });
}

TEST_F(Account, AnUnknownFaultOrArgumentIsInvalid) {
  play([this]() -> awaitable<void> {
    const auto fault = co_await perform("bob", "enlist", {{"fault", "bad-tokne"}});
    EXPECT_FALSE(fault.ok());
    if (!fault.ok()) EXPECT_EQ(fault.error().code, ErrorCode::kInvalid);
    const auto argument = co_await perform("bob", "enlist", {{"falut", "bad-token"}});
    EXPECT_FALSE(argument.ok());
    if (!argument.ok()) EXPECT_EQ(argument.error().code, ErrorCode::kInvalid);
    const auto operation = co_await perform("bob", "fly");
    EXPECT_FALSE(operation.ok());
    if (!operation.ok()) EXPECT_EQ(operation.error().code, ErrorCode::kUnsupported);
    const auto early = co_await perform("bob", "connect");
    EXPECT_FALSE(early.ok());
    if (!early.ok()) EXPECT_EQ(early.error().code, ErrorCode::kInvalid);
    const auto offline = co_await perform("alice", "send-text", {{"to", "bob"}, {"text", "x"}});
    EXPECT_FALSE(offline.ok());
    if (!offline.ok()) EXPECT_EQ(offline.error().code, ErrorCode::kClosed);
  });
}

TEST_F(Account, LoginsWithAnotherKeyOrWithoutAGoodTokenAreRefused) {
  play([this]() -> awaitable<void> {
    co_await ok("bob", "enlist");
    const std::vector<json::object> bad = {{{"static_key", "other"}},
                                           {{"token", "expired"}},
                                           {{"token", "bad"}},
                                           {{"token", "absent"}}};
    for (const json::object& arguments : bad) {
      const json::object refused = co_await ok("bob", "connect", arguments);
      EXPECT_EQ(text_of(refused, "status"), "failure") << canonical(arguments);
      EXPECT_EQ(refused.at("code"), 401) << canonical(arguments);
    }
    EXPECT_EQ(count("bob", "connection-refused", {{"code", 401}}), bad.size());
    EXPECT_EQ(text_of(co_await ok("bob", "connect"), "status"), "ok");
  });
}

constexpr int kUploaded = static_cast<int>(client::kPrekeyUpload);

TEST_F(Account, KeysAreUploadedCountedAndUsedOnce) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    EXPECT_EQ((co_await ok("bob", "key-count")).at("count"), kUploaded);
    const json::object first = co_await ok("alice", "fetch-keys", {{"to", "bob"}});
    const json::object second = co_await ok("alice", "fetch-keys", {{"to", "bob"}});
    EXPECT_EQ(first.at("has_prekey"), true);
    EXPECT_NE(first.at("prekey_id"), second.at("prekey_id"));
    EXPECT_EQ((co_await ok("bob", "key-count")).at("count"), kUploaded - 2);
    co_await ok("bob", "upload-keys", {{"count", 5}});
    EXPECT_EQ((co_await ok("bob", "key-count")).at("count"), kUploaded + 3);
  });
}

TEST_F(Account, AClientThatRunsLowUploadsMore) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    for (int i = 0; i < kUploaded - 1; ++i) co_await ok("alice", "fetch-keys", {{"to", "bob"}});
    co_await world_->settle();
    const json::object left = co_await ok("bob", "key-count");
    EXPECT_GE(left.at("count").as_int64(), kUploaded);
  });
}

TEST_F(Account, APushWakesADeviceWhichThenFetchesItsMail) {
  with("bob", {{"auto_connect_on_push", true}});
  play([this]() -> awaitable<void> {
    co_await pair_up();
    co_await ok("bob", "disconnect");
    co_await world_->settle();
    const std::string id = co_await send("alice", "bob", "Wake up.");
    co_await event("birdy", "push", {{"to", "bob@birdy.test"}, {"accepted", true}});
    co_await event("bob", "connected", {{"offline", 1}});
    co_await event("bob", "message", {{"id", id}, {"text", "Wake up."}});
  });
}

TEST_F(Account, ASecondConnectionReplacesTheFirst) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    EXPECT_EQ(text_of(co_await ok("bob", "connect"), "status"), "ok");
    co_await event("bob", "disconnected", {{"reason", "replaced"}});
    const std::string id = co_await send("alice", "bob", "Which one hears me?");
    co_await event("bob", "message", {{"id", id}});
    co_await world_->settle();
    EXPECT_EQ(count("bob", "message"), 1U);
    co_await ok("bob", "server-ping");
  });
}

TEST_F(Account, ThirtyDaysOfAbsenceEndAnEnlistment) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    co_await ok("bob", "disconnect");
    co_await world_->advance(std::chrono::hours(24 * 31));
    const json::object refused = co_await ok("bob", "connect");
    EXPECT_EQ(text_of(refused, "status"), "failure");
    EXPECT_EQ(count("bob", "unenlisted"), 1U);
    EXPECT_EQ(text_of(co_await ok("bob", "enlist"), "status"), "ok");
    EXPECT_EQ(text_of(co_await ok("bob", "connect"), "status"), "ok");
    const std::string id = co_await send("alice", "bob", "Welcome back.");
    co_await event("bob", "message", {{"id", id}});
  });
}

TEST_F(Account, ADeletedAccountIsGoneAndANewOneIsAnother) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    const std::string before = co_await send("alice", "bob", "Hello.");
    co_await event("bob", "message", {{"id", before}});
    co_await ok("bob", "delete-account");
    co_await world_->settle();
    EXPECT_EQ(text_of(co_await ok("bob", "connect"), "status"), "failure");
    const json::object again = co_await ok("bob", "enlist");
    EXPECT_EQ(text_of(again, "status"), "ok");
    EXPECT_EQ(text_of(co_await ok("bob", "connect"), "status"), "ok");
    const std::string id = co_await send("alice", "bob", "Is that you?");
    co_await event("bob", "message", {{"id", id}});
    const std::string answer = co_await send("bob", "alice", "It is.");
    const json::object shown = co_await event("alice", "message", {{"id", answer}});
    EXPECT_EQ(shown.at("from"), again.at("jid"));
    EXPECT_EQ(text_of(shown, "from_actor"), "bob");
  });
}

TEST_F(Account, ANewIdentityIsToldOnce) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    co_await event("bob", "message", {{"id", co_await send("alice", "bob", "Hello.")}});
    co_await event("alice", "message", {{"id", co_await send("bob", "alice", "Hi.")}});
    co_await ok("bob", "disconnect");
    co_await ok("bob", "enlist", {{"fresh_keys", true}});
    co_await ok("bob", "connect");
    co_await event("alice", "message", {{"id", co_await send("bob", "alice", "New phone.")}});
    co_await event("bob", "message", {{"id", co_await send("alice", "bob", "Nice.")}});
    co_await world_->settle();
    EXPECT_EQ(count("alice", "identity-changed", {{"of_actor", "bob"}}), 1U);
    EXPECT_EQ(count("bob", "identity-changed"), 0U);
  });
}

TEST_F(Account, PingsReachUsersWhoHaveNotOptedInAndContentDoesNot) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    co_await ok("anna", "connect");
    co_await ok("bob", "ping-user", {{"to", "anna"}});
    co_await event("anna", "ping", {{"from_actor", "bob"}});
    const std::string early = co_await send("bob", "anna", "Too early.");
    co_await world_->settle();
    co_await ok("anna", "set", {{"third_party_chats", true}, {"apps", {"birdy"}}});
    const std::string late = co_await send("bob", "anna", "Thank you.");
    co_await event("anna", "message", {{"id", late}, {"inbox", "separate"}});
    EXPECT_EQ(count("anna", "message", {{"id", early}}), 0U);
    co_await ok("anna", "set", {{"inbox", "combined"}});
    co_await event("anna", "message",
                   {{"id", co_await send("bob", "anna", "And now?")}, {"inbox", "combined"}});
  });
}

TEST_F(Account, AUserWhoHasThirdPartyChatsOffCannotWriteToThem) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    co_await ok("anna", "connect");
    const std::string id = co_await send("anna", "bob", "Hello?");
    co_await event("anna", "send-failed", {{"id", id}, {"reason", "third-party-chats-off"}});
    co_await ok("anna", "set", {{"third_party_chats", true}});
    const std::string other = co_await send("anna", "bob", "Hello?");
    co_await event("anna", "send-failed", {{"id", other}, {"reason", "app-off"}});
    co_await world_->settle();
    EXPECT_EQ(count("bob", "message"), 0U);
    const auto unknown = co_await perform("anna", "set", {{"apps", json::array{"nobody"}}});
    EXPECT_FALSE(unknown.ok());
  });
}

TEST_F(Account, PrivateUsersShowNeitherReadingNorTyping) {
  with("alice", {{"read_receipts", false}, {"typing", false}});
  play([this]() -> awaitable<void> {
    co_await pair_up();
    const std::string id = co_await send("bob", "alice", "Seen?");
    co_await event("alice", "message", {{"id", id}});
    const json::object read =
        co_await ok("alice", "read", {{"to", "bob"}, {"ids", json::array{id}}});
    EXPECT_EQ(read.at("sent"), false);
    const json::object typing =
        co_await ok("alice", "typing", {{"to", "bob"}, {"state", "composing"}});
    EXPECT_EQ(typing.at("sent"), false);
    co_await world_->settle();
    EXPECT_EQ(count("bob", "receipt", {{"type", "read"}}), 0U);
    EXPECT_EQ(count("bob", "typing"), 0U);
  });
}

TEST_F(Account, ATokenIsGivenToItsUser) {
  play([this]() -> awaitable<void> {
    EXPECT_EQ(text_of(co_await ok("bob", "request-token"), "status"), "ok");
  });
}

TEST_F(Account, AnAnswerWithoutATokenFailsForThatReason) {
  static NoToken no_token;
  intercept(no_token);
  play([this]() -> awaitable<void> {
    const json::object answer = co_await ok("bob", "request-token");
    EXPECT_EQ(text_of(answer, "status"), "fail");
    EXPECT_EQ(text_of(answer, "reason"), "no-token");
  });
}

TEST_F(Account, TheChatChannelRunsOverWebSocketToo) {
  with("bob", {{"transport", "websocket"}});
  play([this]() -> awaitable<void> {
    co_await pair_up();
    co_await event("alice", "message", {{"id", co_await send("bob", "alice", "Loud?")}});
    co_await event("bob", "message", {{"id", co_await send("alice", "bob", "And clear.")}});
    EXPECT_EQ((co_await ok("gatekeeper", "server-ping", {{"to", "bob"}})).at("answered"), true);
  });
}

TEST_F(Account, NoTokenAndNoCredentialIsEverRecorded) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    co_await event("alice", "message", {{"id", co_await send("bob", "alice", "Hello.")}});
    for (const evidence::Record& record : recorder_->records()) {
      const std::string facts = canonical(record.facts);
      const std::string body(as_text(record.body));
      for (const std::string& text : {facts, body}) {
        EXPECT_FALSE(evidence::find_token(text).has_value()) << text;
        EXPECT_EQ(text.find(device_credential("bob")), std::string::npos) << text;
        // The enlistment form carries the token in base64url once more.
        EXPECT_EQ(text.find(base64url(as_bytes("eyJhbGciO"))), std::string::npos) << text;
      }
    }
  });
}

}  // namespace
}  // namespace parley::mocks
