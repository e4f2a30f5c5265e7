// The world: see exchange_rig.h. alice sends bob what nobody sends in earnest, and her host is in
// trouble. A sound client lives through it; one with a deliberate fault shows what a check can see.
#include "mocks/cast/hosts.h"
#include "mocks/partner/exchange_rig.h"

namespace parley::mocks {
namespace {

using net::awaitable;

class CarelessClient : public ExchangeRig {
 protected:
  awaitable<std::string> send_file(std::string name) {
    json::object file{{"to", "bob"},
                      {"kind", "file"},
                      {"name", name},
                      {"mime", "application/pdf"},
                      {"content", base64(Bytes(5000, 7))}};
    co_return text_of(co_await ok("alice", "send-media", std::move(file)), "id");
  }
  awaitable<std::string> react(std::string id, std::string emoji, int skew) {
    json::object reaction{{"to", "bob"}, {"id", id}, {"emoji", emoji}, {"skew", skew}};
    co_return text_of(co_await ok("alice", "react", std::move(reaction)), "id");
  }
  std::vector<std::string> reactions_at_bob() {
    std::vector<std::string> emojis;
    for (const driver::Event& event : parties_.at("bob")->events().events()) {
      if (event.name == "reaction") emojis.push_back(text_of(event.facts, "emoji"));
    }
    return emojis;
  }
  void with_fault(const std::string& fault) { with("bob", {{"fault", fault}}); }
};

TEST_F(CarelessClient, ADownloadGoesOnWhereItEnded) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    co_await ok("gatekeeper", "set", {{"media", "aborted"}});
    const std::string id = co_await send_file("a.pdf");
    co_await event("bob", "message", {{"id", id}});
    EXPECT_EQ(count("bob", "media-failed"), 0U);
  });
}

TEST_F(CarelessClient, NoResume) {
  with_fault("no-resume");
  play([this]() -> awaitable<void> {
    co_await pair_up();
    co_await ok("gatekeeper", "set", {{"media", "aborted"}});
    const std::string id = co_await send_file("a.pdf");
    co_await event("bob", "media-failed", {{"id", id}});
    EXPECT_EQ(count("bob", "message"), 0U);
  });
}

TEST_F(CarelessClient, ASecondTryShowsTheFile) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    co_await ok("gatekeeper", "set", {{"media", "missing"}});
    const std::string id = co_await send_file("a.pdf");
    co_await event("bob", "media-failed", {{"id", id}, {"reason", "http-404"}});
    const json::object again = co_await ok("bob", "retry-media", {{"id", id}});
    EXPECT_EQ(again.at("shown"), false);
    co_await ok("gatekeeper", "set", {{"media", "up"}});
    EXPECT_EQ((co_await ok("bob", "retry-media", {{"id", id}})).at("shown"), true);
    EXPECT_EQ(count("bob", "message", {{"id", id}}), 1U);
    const json::object part =
        co_await ok("bob", "probe-media", {{"id", id}, {"range", "bytes=0-9"}});
    EXPECT_EQ(part.at("status"), 206);
    EXPECT_EQ(part.at("size"), 10);
    EXPECT_EQ((co_await perform("bob", "retry-media", {{"id", "none"}})).error().code,
              ErrorCode::kNotFound);
    EXPECT_EQ((co_await perform("bob", "probe-media", {{"id", "none"}})).error().code,
              ErrorCode::kNotFound);
  });
}

TEST_F(CarelessClient, NamesAreMadeHarmless) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    const std::string id = co_await send_file("../../etc/passwd");
    const json::object shown = co_await event("bob", "message", {{"id", id}});
    EXPECT_EQ(text_of(shown, "name"), "passwd");
  });
}

TEST_F(CarelessClient, TrustFileNames) {
  with_fault("trust-file-names");
  play([this]() -> awaitable<void> {
    co_await pair_up();
    const std::string id = co_await send_file("../../etc/passwd");
    const json::object shown = co_await event("bob", "message", {{"id", id}});
    EXPECT_EQ(text_of(shown, "name"), "../../etc/passwd");
  });
}

class StrangeMessages : public CarelessClient {
 protected:
  awaitable<void> play_strange() {
    co_await pair_up();
    json::object poll{{"to", "bob"}, {"kind", "poll"}, {"text", "Shall we?"}};
    co_await ok("alice", "send-unsupported", std::move(poll));
    json::object broken{{"to", "bob"}, {"kind", "two-contents"}, {"text", "Broken"}};
    co_await ok("alice", "send-malformed", std::move(broken));
    const std::string id = co_await send("alice", "bob", "Sound.");
    co_await event("bob", "message", {{"id", id}});
    co_await world_->settle();
    EXPECT_EQ(count("bob", "message"), 1U);
  }
};

TEST_F(StrangeMessages, HaveAPlaceholderOrARefusal) {
  play([this]() -> awaitable<void> {
    co_await play_strange();
    EXPECT_EQ(count("bob", "unsupported"), 1U);
    EXPECT_EQ(count("bob", "undecryptable"), 1U);
    EXPECT_EQ(count("alice", "retry-requested"), 0U) << "another copy would be no better";
  });
}

TEST_F(StrangeMessages, SilentFailure) {
  with_fault("silent-failure");
  play([this]() -> awaitable<void> {
    co_await play_strange();
    EXPECT_EQ(count("bob", "unsupported"), 0U);
    EXPECT_EQ(count("bob", "undecryptable"), 0U);
  });
}

TEST_F(CarelessClient, ALateReactionDoesNotUndoWhatWasTakenBack) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    const std::string id = co_await send("bob", "alice", "Well?");
    co_await event("alice", "message", {{"id", id}});
    co_await react(id, "", 0);
    co_await react(id, "late", -60);
    co_await react(id, "far", 100'000'000);
    co_await react(id, "", 0);
    co_await world_->settle();
    EXPECT_EQ(reactions_at_bob(), (std::vector<std::string>{"", "far", ""}));
  });
}

TEST_F(CarelessClient, TrustTimestamps) {
  with_fault("trust-timestamps");
  play([this]() -> awaitable<void> {
    co_await pair_up();
    const std::string id = co_await send("bob", "alice", "Well?");
    co_await event("alice", "message", {{"id", id}});
    co_await react(id, "far", 100'000'000);
    co_await react(id, "", 0);
    co_await world_->settle();
    EXPECT_EQ(reactions_at_bob(), (std::vector<std::string>{"far"}));
  });
}

class QuoteLoops : public CarelessClient {
 protected:
  /// How many of three messages in a circle bob shows with their quotes.
  awaitable<std::size_t> quotes_shown() {
    co_await pair_up();
    const json::object loop =
        co_await ok("alice", "send-loop", {{"to", "bob"}, {"length", 3}, {"text", "x"}});
    co_await world_->settle();
    EXPECT_EQ(count("bob", "message"), 3U);
    EXPECT_EQ(loop.at("ids").as_array().size(), 3U);
    std::size_t quotes = 0;
    for (const driver::Event& event : parties_.at("bob")->events().events()) {
      if (event.name == "message" && event.facts.contains("quote")) ++quotes;
    }
    co_return quotes;
  }
};

TEST_F(QuoteLoops, AreOpened) {
  play([this]() -> awaitable<void> { EXPECT_EQ(co_await quotes_shown(), 2U); });
}

TEST_F(QuoteLoops, FollowQuotes) {
  with_fault("follow-quotes");
  play([this]() -> awaitable<void> { EXPECT_EQ(co_await quotes_shown(), 3U); });
}

class Links : public CarelessClient {
 protected:
  awaitable<std::size_t> visits() {
    co_await pair_up();
    const std::string id =
        co_await send("alice", "bob", "See https://mmg.whatsapp.net/links/1 now");
    co_await event("bob", "message", {{"id", id}});
    co_await world_->settle();
    std::size_t visits = 0;
    for (const evidence::Record* record : records("gatekeeper", "http.request")) {
      if (get_string(record->facts, "target") == "/links/1") ++visits;
    }
    co_return visits;
  }
};

TEST_F(Links, AreNotFollowed) {
  play([this]() -> awaitable<void> { EXPECT_EQ(co_await visits(), 0U); });
}

TEST_F(Links, FetchLinks) {
  with_fault("fetch-links");
  play([this]() -> awaitable<void> { EXPECT_EQ(co_await visits(), 1U); });
}

TEST_F(CarelessClient, AMessageSentOnceMoreIsShownOnce) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    const std::string id = co_await send("alice", "bob", "Once.");
    co_await event("bob", "message", {{"id", id}});
    co_await ok("alice", "resend", {{"id", id}});
    co_await world_->settle();
    EXPECT_EQ(count("bob", "message", {{"id", id}}), 1U);
    EXPECT_EQ((co_await perform("alice", "resend", {{"id", "none"}})).error().code,
              ErrorCode::kNotFound);
  });
}

}  // namespace
}  // namespace parley::mocks
