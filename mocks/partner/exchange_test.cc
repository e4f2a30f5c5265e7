// The world: see exchange_rig.h. bob of birdy and the WhatsApp user alice exchange every kind of
// message through real mock servers, in simulation.
#include "mocks/partner/exchange_rig.h"

namespace parley::mocks {
namespace {

using net::awaitable;

std::string file_of(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
  return base64(bytes);
}

/// Both directions of every exchange.
class Exchange : public ExchangeRig, public testing::WithParamInterface<bool> {
 protected:
  std::string from() const { return GetParam() ? "bob" : "alice"; }
  std::string to() const { return GetParam() ? "alice" : "bob"; }
};

INSTANTIATE_TEST_SUITE_P(BothWays, Exchange, testing::Bool(),
                         [](const auto& info) { return info.param ? "ToWhatsapp" : "ToPartner"; });

TEST_P(Exchange, TextArrivesAndIsAnswered) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    const std::string id = co_await send(from(), to(), "Shall we meet at noon?");
    const json::object shown = co_await event(to(), "message", {{"id", id}});
    EXPECT_EQ(text_of(shown, "text"), "Shall we meet at noon?");
    EXPECT_EQ(text_of(shown, "from_actor"), from());
    EXPECT_EQ(shown.at("resent"), false);
    const std::string answer = co_await send(to(), from(), "Noon it is.");
    EXPECT_EQ(text_of(co_await event(from(), "message", {{"id", answer}}), "text"), "Noon it is.");
    co_await event(from(), "receipt", {{"type", "delivery"}, {"ids", {id}}});
    co_await world_->settle();
    EXPECT_EQ(count(to(), "message"), 1U);
  });
}

TEST_P(Exchange, MediaOfEveryKindArrivesIntact) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    const std::vector<std::pair<std::string, std::string>> kinds = {
        {"image", "image/jpeg"},
        {"video", "video/mp4"},
        {"voice", "audio/ogg; codecs=opus"},
        {"file", "application/pdf"}};
    for (const auto& [kind, mime] : kinds) {
      json::object file{{"to", to()},
                        {"kind", kind},
                        {"name", "x.y"},
                        {"mime", mime},
                        {"content", file_of(70'000)}};
      const json::object sent = co_await ok(from(), "send-media", std::move(file));
      const json::object shown =
          co_await event(to(), "message", {{"id", sent.at("id")}, {"kind", kind}});
      EXPECT_EQ(shown.at("sha256"), sent.at("sha256"));
      EXPECT_EQ(shown.at("size"), 70'000);
      EXPECT_EQ(text_of(shown, "mime"), mime);
      EXPECT_EQ(shown.contains("name"), kind == "file");
    }
  });
}

TEST_P(Exchange, OneReadReceiptNamesSeveralMessages) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    json::array ids;
    for (const char* text : {"One", "Two", "Three"}) {
      ids.emplace_back(co_await send(from(), to(), text));
      co_await event(to(), "message", {{"id", ids.back()}});
    }
    EXPECT_EQ((co_await ok(to(), "read", {{"to", from()}, {"ids", ids}})).at("sent"), true);
    co_await event(from(), "receipt", {{"type", "read"}, {"ids", ids}, {"from_actor", to()}});
    EXPECT_EQ(count(from(), "receipt", {{"type", "read"}}), 1U);
  });
}

TEST_P(Exchange, ADamagedMessageIsAskedForAndSentAgain) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    const std::string whole = co_await send(from(), to(), "whole");
    co_await event(to(), "message", {{"id", whole}});
    co_await ok(from(), "corrupt-next");
    const std::string damaged = co_await send(from(), to(), "damaged");
    co_await event(to(), "undecryptable", {{"id", damaged}});
    co_await event(from(), "retry-requested", {{"id", damaged}});
    const json::object shown = co_await event(to(), "message", {{"id", damaged}});
    EXPECT_EQ(text_of(shown, "text"), "damaged");
    EXPECT_EQ(shown.at("resent"), true);
    const std::string after = co_await send(from(), to(), "after");
    co_await event(to(), "message", {{"id", after}, {"resent", false}});
    co_await world_->settle();
    EXPECT_EQ(count(to(), "message", {{"id", damaged}}), 1U);
  });
}

TEST_P(Exchange, TheVeryFirstMessageMayBeDamagedToo) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    co_await ok(from(), "corrupt-next");
    const std::string damaged = co_await send(from(), to(), "first");
    co_await event(to(), "message", {{"id", damaged}, {"resent", true}, {"text", "first"}});
    EXPECT_EQ(count(to(), "undecryptable", {{"id", damaged}}), 1U);
  });
}

TEST_P(Exchange, ReactionsComeAndGo) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    const std::string news = co_await send(to(), from(), "I passed.");
    co_await event(from(), "message", {{"id", news}});
    co_await ok(from(), "react", {{"to", to()}, {"id", news}, {"emoji", "\U0001F389"}});
    co_await event(to(), "reaction", {{"id", news}, {"emoji", "\U0001F389"}});
    co_await ok(from(), "react", {{"to", to()}, {"id", news}, {"emoji", ""}});
    co_await event(to(), "reaction", {{"id", news}, {"emoji", ""}});
  });
}

TEST_P(Exchange, AnAnswerNamesWhatItAnswers) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    const std::string question = co_await send(to(), from(), "Tea?");
    co_await event(from(), "message", {{"id", question}});
    const json::object reply =
        co_await ok(from(), "send-text", {{"to", to()}, {"text", "Yes"}, {"quote", question}});
    co_await event(to(), "message", {{"id", reply.at("id")}, {"quote", question}});
  });
}

TEST_P(Exchange, TypingIsShown) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    for (const char* state : {"composing", "paused"}) {
      co_await ok(from(), "typing", {{"to", to()}, {"state", state}});
      co_await event(to(), "typing", {{"state", state}, {"from_actor", from()}});
    }
  });
}

TEST_P(Exchange, BlockedUsersAreNotHeard) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    co_await event(to(), "message", {{"id", co_await send(from(), to(), "before")}});
    co_await ok(to(), "block", {{"who", from()}});
    EXPECT_EQ((co_await ok(to(), "blocklist")).at("blocked"), json::value({from()}));
    const std::string between = co_await send(from(), to(), "between");
    co_await world_->settle();
    co_await ok(to(), "unblock", {{"who", from()}});
    EXPECT_EQ((co_await ok(to(), "blocklist")).at("blocked"), json::array());
    co_await event(to(), "message", {{"id", co_await send(from(), to(), "after")}});
    EXPECT_EQ(count(to(), "message", {{"id", between}}), 0U);
  });
}

TEST_P(Exchange, MessagesWaitForAnAbsentUser) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    co_await ok(to(), "disconnect");
    co_await event(to(), "disconnected", {{"reason", "requested"}});
    const std::string one = co_await send(from(), to(), "One");
    const std::string two = co_await send(from(), to(), "Two");
    co_await world_->advance(std::chrono::hours(24 * 20));
    EXPECT_EQ((co_await ok(to(), "connect")).at("offline"), 2);
    co_await event(to(), "message", {{"id", one}});
    co_await event(to(), "message", {{"id", two}});
  });
}

TEST_P(Exchange, BothWriteFirst) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    // Two sessions begin at once; both messages arrive, and the talk goes on.
    send_meanwhile("alice", "bob", "from alice");
    const std::string id = co_await send("bob", "alice", "from bob");
    co_await event("alice", "message", {{"id", id}});
    co_await event("bob", "message", {{"text", "from alice"}});
    for (int i = 0; i < 3; ++i) {
      co_await event(to(), "message", {{"id", co_await send(from(), to(), "on")}});
      co_await event(from(), "message", {{"id", co_await send(to(), from(), "and on")}});
    }
    EXPECT_EQ(count("alice", "undecryptable") + count("bob", "undecryptable"), 0U);
  });
}

TEST_P(Exchange, BothEndsRecordTheMessageAndNeitherItsKeys) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    json::object file{{"to", to()},          {"kind", "image"},        {"name", "x.y"},
                      {"mime", "image/png"}, {"content", file_of(10)}, {"caption", "the view"}};
    const json::object sent = co_await ok(from(), "send-media", std::move(file));
    co_await event(to(), "message", {{"id", sent.at("id")}});
    const auto out = records(from(), "message");
    const auto in = records(to(), "message");
    EXPECT_EQ(out.size(), 1U);
    EXPECT_EQ(in.size(), 1U);
    if (out.size() != 1 || in.size() != 1) co_return;
    EXPECT_EQ(out[0]->body, in[0]->body);
    EXPECT_EQ(text_of(in[0]->facts, "caption"), "the view");
    EXPECT_EQ(in[0]->facts.at("signal"), out[0]->facts.at("signal"));
    EXPECT_EQ(text_of(in[0]->facts.at("signal").as_object(), "type"), "pkmsg");
    const auto content = wire::decode_content(in[0]->body);
    EXPECT_TRUE(content.ok());
    if (!content.ok()) co_return;
    EXPECT_EQ(std::get<wire::MediaContent>(*content).key, wire::MediaKey{});
  });
}

TEST_P(Exchange, TheSameSeedGivesTheSameRecords) {
  std::vector<std::string> first;
  for (int round = 0; round < 2; ++round) {
    start();
    play([this]() -> awaitable<void> {
      co_await pair_up();
      send_meanwhile(to(), from(), "Crossing.");
      const std::string id = co_await send(from(), to(), "Hello.");
      co_await event(to(), "message", {{"id", id}});
      co_await world_->settle();
    });
    std::vector<std::string> lines;
    for (const evidence::Record& record : recorder_->records()) {
      lines.push_back(evidence::to_line(record, "case"));
    }
    if (round == 0) {
      first = std::move(lines);
    } else {
      EXPECT_GT(first.size(), 50U);
      EXPECT_EQ(lines, first);
    }
    world_->shutdown();
    parties_.clear();
  }
}

TEST_P(Exchange, UsersOfAPartnerWithoutMediaSendNoneAndGetThem) {
  with("birdy", {{"sends_media", false}});
  play([this]() -> awaitable<void> {
    co_await pair_up();
    json::object file{{"to", to()},
                      {"kind", "file"},
                      {"name", "x.pdf"},
                      {"mime", "application/pdf"},
                      {"content", file_of(100)}};
    const auto sent = co_await perform(from(), "send-media", std::move(file));
    EXPECT_EQ(sent.ok(), from() == "alice");
    if (sent.ok()) {
      co_await event(to(), "message", {{"id", sent->at("id")}, {"kind", "file"}});
    } else {
      EXPECT_EQ(sent.error().code, ErrorCode::kUnsupported);
    }
    const std::string id = co_await send(from(), to(), "Texts arrive.");
    co_await event(to(), "message", {{"id", id}});
  });
}

TEST_P(Exchange, RunsOverSocketsUnchanged) {
  over_sockets_ = true;
  with("bob", {{"transport", GetParam() ? "websocket" : "tcp"}});
  play([this]() -> awaitable<void> {
    co_await pair_up();
    const std::string id = co_await send(from(), to(), "Over the wire.");
    co_await event(to(), "message", {{"id", id}, {"text", "Over the wire."}});
    json::object file{{"to", to()},
                      {"kind", "image"},
                      {"name", "x.png"},
                      {"mime", "image/png"},
                      {"content", file_of(100'000)}};
    const json::object sent = co_await ok(from(), "send-media", std::move(file));
    co_await event(to(), "message", {{"id", sent.at("id")}, {"sha256", sent.at("sha256")}});
    co_await event(from(), "receipt", {{"type", "delivery"}, {"ids", {id}}});
  });
}

}  // namespace
}  // namespace parley::mocks
