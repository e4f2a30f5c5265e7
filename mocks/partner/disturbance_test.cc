// The world: see exchange_rig.h. The gatekeeper disturbs what passes to bob as a scenario orders
// it; every act is an event, and honest clients come through.
#include "mocks/partner/exchange_rig.h"

namespace parley::mocks {
namespace {

using net::awaitable;
using namespace std::chrono_literals;

class Disturbance : public ExchangeRig {
 protected:
  /// bob, alice and a session in both directions.
  awaitable<void> talk() {
    co_await pair_up();
    const std::string hello = co_await send("bob", "alice", "Hello.");
    co_await event("alice", "message", {{"id", hello}});
    const std::string answer = co_await send("alice", "bob", "Hello yourself.");
    co_await event("bob", "message", {{"id", answer}});
    co_await world_->settle();
  }

  awaitable<void> order(std::string kind, json::object more = {}) {
    json::object arguments = {{"kind", kind}, {"to", "bob"}};
    for (const auto& member : more) arguments[member.key()] = member.value();
    co_await ok("gatekeeper", "fault", std::move(arguments));
  }

  /// The texts that bob was shown, in order.
  std::vector<std::string> shown() {
    std::vector<std::string> texts;
    for (const driver::Event& told : parties_.at("bob")->events().events()) {
      if (told.name == "message") texts.push_back(text_of(told.facts, "text"));
    }
    return texts;
  }

  awaitable<ErrorCode> refusal(std::string operation, json::object arguments) {
    const auto result = co_await perform("gatekeeper", std::move(operation), std::move(arguments));
    EXPECT_FALSE(result.ok());
    co_return result.ok() ? ErrorCode::kInternal : result.error().code;
  }
};

TEST_F(Disturbance, OrdersThatMakeNoSenseAreRefused) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    const std::vector<json::object> orders = {
        {{"kind", "dorp"}, {"to", "bob"}},
        {{"kind", "drop"}, {"to", "nobody"}},
        {{"kind", "drop"}, {"to", "bob"}, {"count", 0}},
        {{"kind", "drop"}, {"to", "bob"}, {"count", 101}},
        {{"kind", "drop"}, {"to", "bob"}, {"by", "5s"}},
        {{"kind", "delay"}, {"to", "bob"}},
        {{"kind", "drop"}, {"to", "bob"}, {"code", 401}},
        {{"kind", "refuse-login"}, {"to", "bob"}},
        {{"kind", "refuse-login"}, {"to", "bob"}, {"code", 200}},
        {{"kind", "corrupt-frame"}, {"to", "bob"}, {"count", 2}},
    };
    for (const json::object& order : orders) {
      EXPECT_EQ(co_await refusal("fault", order), ErrorCode::kInvalid) << canonical(order);
    }
    EXPECT_EQ(co_await refusal("cut-connection", {{"to", "bob"}, {"direction", "in"}}),
              ErrorCode::kInvalid);
    EXPECT_EQ(co_await refusal("cut-connection", {{"to", "bob"}, {"after", 3}}),
              ErrorCode::kInvalid);
    EXPECT_EQ(co_await refusal("inject", {{"to", "bob"}, {"what", "sand"}}), ErrorCode::kInvalid);
    EXPECT_EQ(co_await refusal("inject", {{"to", "ben"}, {"what", "zero-frame"}}),
              ErrorCode::kClosed);
    EXPECT_EQ(co_await refusal("set", {{"chat", "sideways"}}), ErrorCode::kInvalid);
    EXPECT_EQ(count("gatekeeper", "disturbed"), 0U);
  });
}

TEST_F(Disturbance, ADroppedMessageComesWithTheNextConnection) {
  play([this]() -> awaitable<void> {
    co_await talk();
    co_await order("drop");
    co_await send("alice", "bob", "one");
    co_await send("alice", "bob", "two");
    co_await world_->settle();
    EXPECT_THAT(shown(), testing::ElementsAre("Hello yourself.", "two"));
    EXPECT_EQ(count("gatekeeper", "disturbed", {{"kind", "drop"}, {"to", "bob"}}), 1U);
    co_await ok("bob", "disconnect");
    co_await ok("bob", "connect");
    co_await world_->settle();
    EXPECT_THAT(shown(), testing::ElementsAre("Hello yourself.", "two", "one"));
  });
}

TEST_F(Disturbance, ADelayedAndAnOvertakenMessageComeLater) {
  play([this]() -> awaitable<void> {
    co_await talk();
    co_await order("delay", {{"by", "5s"}});
    co_await send("alice", "bob", "one");
    co_await send("alice", "bob", "two");
    co_await world_->settle();
    EXPECT_THAT(shown(), testing::ElementsAre("Hello yourself.", "two"));
    co_await world_->advance(6s);
    EXPECT_THAT(shown(), testing::ElementsAre("Hello yourself.", "two", "one"));
    co_await order("reorder");
    co_await send("alice", "bob", "three");
    co_await world_->settle();
    co_await send("alice", "bob", "four");
    co_await world_->settle();
    EXPECT_THAT(shown(), testing::ElementsAre("Hello yourself.", "two", "one", "four", "three"));
  });
}

TEST_F(Disturbance, ADoubledOrReplayedMessageIsShownOnce) {
  play([this]() -> awaitable<void> {
    co_await talk();
    for (const char* kind : {"duplicate", "replay-renamed"}) {
      const std::size_t before = records("bob", "stanza").size();
      co_await order(kind);
      co_await send("alice", "bob", kind);
      co_await world_->settle();
      EXPECT_EQ(count("bob", "message", {{"text", kind}}), 1U);
      std::size_t delivered = 0;
      const auto stanzas = records("bob", "stanza");
      for (std::size_t i = before; i < stanzas.size(); ++i) {
        if (text_of(stanzas[i]->facts, "operation") == "message-deliver") ++delivered;
      }
      EXPECT_EQ(delivered, 2U) << kind;
    }
  });
}

TEST_F(Disturbance, ADamagedMessageIsAskedForAgainAndADowngradeIsNotShown) {
  play([this]() -> awaitable<void> {
    co_await talk();
    for (const char* kind : {"corrupt", "old-cipher"}) {
      co_await order(kind);
      const std::string id = co_await send("alice", "bob", kind);
      co_await event("bob", "undecryptable", {{"id", id}});
      co_await event("bob", "message", {{"id", id}, {"resent", true}});
    }
    for (const char* kind : {"plaintext", "old-envelope"}) {
      co_await order(kind);
      const std::string id = co_await send("alice", "bob", kind);
      co_await world_->settle();
      EXPECT_EQ(count("bob", "message", {{"id", id}}), 0U) << kind;
      EXPECT_EQ(count("gatekeeper", "disturbed", {{"id", id}, {"malformed", true}}), 1U) << kind;
    }
  });
}

TEST_F(Disturbance, KeysThatDoNotHoldStartNoSession) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    const std::vector<std::pair<const char*, ErrorCode>> kinds = {
        {"bad-prekey-signature", ErrorCode::kAuth},
        {"zero-prekey", ErrorCode::kInvalid},
        {"low-order-prekey", ErrorCode::kInvalid},
        {"zero-signed-prekey", ErrorCode::kInvalid}};
    for (const auto& [kind, code] : kinds) {
      co_await order(kind);
      const auto sent = co_await perform("bob", "send-text", {{"to", "alice"}, {"text", "?"}});
      EXPECT_FALSE(sent.ok()) << kind;
      if (!sent.ok()) EXPECT_EQ(sent.error().code, code) << kind;
    }
    EXPECT_EQ(records("bob", "message").size(), 0U);
  });
}

TEST_F(Disturbance, ACutConnectionLosesNothingInEitherDirection) {
  play([this]() -> awaitable<void> {
    co_await talk();
    for (const char* direction : {"in", "out"}) {
      co_await ok("gatekeeper", "cut-connection",
                  {{"to", "bob"}, {"after", 20}, {"direction", direction}});
      const bool from_bob = std::string_view(direction) == "in";
      const std::string id =
          from_bob ? co_await send("bob", "alice", "out") : co_await send("alice", "bob", "in");
      co_await world_->settle();
      EXPECT_EQ(count(from_bob ? "alice" : "bob", "message", {{"id", id}}), 0U) << direction;
      co_await ok("bob", "connect");
      co_await world_->settle();
      EXPECT_EQ(count(from_bob ? "alice" : "bob", "message", {{"id", id}}), 1U) << direction;
    }
    EXPECT_EQ(count("bob", "disconnected"), 2U);
  });
}

TEST_F(Disturbance, AThiefOpensWhatComesNextAndNothingElse) {
  play([this]() -> awaitable<void> {
    co_await talk();
    const std::string early = co_await send("alice", "bob", "early");
    co_await event("bob", "message", {{"id", early}});
    const json::object theft = co_await ok("bob", "steal-state");
    const std::string next = co_await send("alice", "bob", "next");
    co_await event("bob", "message", {{"id", next}});
    const std::string question = co_await send("bob", "alice", "question");
    co_await event("alice", "message", {{"id", question}});
    const std::string late = co_await send("alice", "bob", "late");
    co_await event("bob", "message", {{"id", late}});
    const json::object tried = co_await ok(
        "bob", "try-decrypt", {{"theft", theft.at("theft")}, {"ids", {early, next, late}}});
    EXPECT_EQ(tried.at("opened"), (json::array{json::string(next)}));
    EXPECT_EQ(tried.at("closed"), (json::array{json::string(early), json::string(late)}));
    const auto unknown = co_await perform("bob", "try-decrypt", {{"theft", 9}, {"ids", {early}}});
    EXPECT_FALSE(unknown.ok());
  });
}

TEST_F(Disturbance, AnUnavailableServiceTurnsAwayOrSaysSo) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    co_await ok("bob", "disconnect");
    co_await ok("gatekeeper", "set", {{"chat", "down"}});
    const auto silent = co_await perform("bob", "connect");
    EXPECT_FALSE(silent.ok());
    EXPECT_EQ(count("gatekeeper", "turned-away", {{"from_actor", "bob"}}), 1U);
    co_await ok("gatekeeper", "set", {{"chat", "overload"}});
    const json::object told = co_await ok("bob", "connect");
    EXPECT_EQ(told.at("code"), 503);
    co_await ok("gatekeeper", "set", {{"chat", "up"}});
    EXPECT_EQ(text_of(co_await ok("bob", "connect"), "status"), "ok");
  });
}

}  // namespace
}  // namespace parley::mocks
