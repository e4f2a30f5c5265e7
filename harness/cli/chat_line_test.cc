// The world: a World over sockets, in which a client reaches a chat host on the harness's line. The
// product that is tested behind it says back what it hears.
#include "harness/cli/chat_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/net/world_fixture.h"

namespace parley::cli {
namespace {

using net::awaitable;
using net::Security;

const net::Address kChat{"chat.whatsapp.net", 5222};
const net::Address kProduct{"echo.test", 5222};
const std::string kDevice = "bob.device.test";

// A product's party, which tells what it was asked.
class Product final : public driver::Party {
 public:
  Product(net::World& world, evidence::Recorder& recorder)
      : events_(world, recorder, id_, evidence::Role::kGatekeeperServer) {}
  const std::string& id() const override { return id_; }
  evidence::Role role() const override { return evidence::Role::kGatekeeperServer; }
  driver::Hello hello() const override { return {"product", "1", 1, {}}; }
  driver::EventLog& events() override { return events_; }
  awaitable<Result<json::object>> perform(std::string operation, json::object) override {
    co_return json::object{{"asked", operation}};
  }

 private:
  const std::string id_ = "gatekeeper";
  driver::EventLog events_;
};

class ChatLineTest : public net::WorldTest {
 protected:
  void SetUp() override {
    auto line = ChatLine::open(*world_, kChat);
    ASSERT_TRUE(line.ok()) << line.error().text();
    line_ = *line;
    product_ = must_listen(kProduct);
    world_->spawn(serve());
  }
  void lead() {
    const auto where = net::parse_endpoint(world_->network().external_address(kProduct));
    ASSERT_TRUE(where.ok());
    ASSERT_TRUE(line_->lead_to(*where).ok());
  }

  awaitable<void> serve() {
    for (;;) {
      auto stream = co_await product_->accept();
      if (!stream.ok()) co_return;
      for (;;) {
        const Result<Bytes> bytes = co_await (*stream)->read_some(100);
        if (!bytes.ok()) break;
        heard_ += as_text(*bytes);
        if (const Status said = co_await (*stream)->write(*bytes); !said.ok()) break;
      }
      ++ended_;
    }
  }
  awaitable<Result<std::unique_ptr<net::Stream>>> connect() {
    return world_->network().connect(kDevice, kChat, Security::kPlain);
  }
  awaitable<Status> say(net::Stream& stream, std::string words, std::string& answer) {
    PARLEY_CO_TRY(co_await stream.write(as_bytes(words)));
    answer = co_await net::read_exactly(stream, words.size());
    co_return Status();
  }

  std::shared_ptr<ChatLine> line_;
  std::unique_ptr<net::Listener> product_;
  std::string heard_;
  std::size_t ended_ = 0;  ///< connections, as the product saw it
};

TEST_P(ChatLineTest, WhatBothSaidPassesUntilItIsCutOnTheWayToTheClient) {
  lead();
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(auto stream, co_await connect());
    std::string answer;
    PARLEY_CO_TRY(co_await say(*stream, "hello", answer));
    EXPECT_EQ(answer, "hello");
    PARLEY_CO_TRY(line_->cut(kDevice, false, 3));
    PARLEY_CO_TRY(co_await say(*stream, "again", answer));
    EXPECT_EQ(answer, "aga");
    while (ended_ == 0) co_await world_->wait_for(std::chrono::milliseconds(1));
    co_return Status();
  });
  EXPECT_EQ(heard_, "helloagain");
}

TEST_P(ChatLineTest, OfWhatAClientSaysThePartBeforeTheCutComes) {
  lead();
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(auto stream, co_await connect());
    std::string answer;
    PARLEY_CO_TRY(co_await say(*stream, "hello", answer));
    PARLEY_CO_TRY(line_->cut(kDevice, true, 2));
    PARLEY_CO_TRY(co_await stream->write(as_bytes(std::string_view("again"))));
    EXPECT_EQ(co_await net::read_to_end(*stream), "");
    while (ended_ == 0) co_await world_->wait_for(std::chrono::milliseconds(1));
    // Who comes back has a connection that nobody cuts.
    PARLEY_CO_ASSIGN(auto next, co_await connect());
    PARLEY_CO_TRY(co_await say(*next, "back", answer));
    EXPECT_EQ(answer, "back");
    co_return Status();
  });
  EXPECT_EQ(heard_, "helloagback");
}

TEST_P(ChatLineTest, WhereNobodyListensNobodyIsReached) {
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(auto stream, co_await connect());
    EXPECT_EQ(co_await net::read_to_end(*stream), "");
    co_return Status();
  });
  EXPECT_EQ(line_->cut(kDevice, true, 1).error().code, ErrorCode::kClosed);
}

TEST_P(ChatLineTest, TheCutIsTheHarnesssAndEverythingElseTheProducts) {
  lead();
  evidence::Recorder recorder(world_->clock());
  const auto party = with_chat_line(std::make_unique<Product>(*world_, recorder), line_);
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(auto stream, co_await connect());
    std::string answer;
    PARLEY_CO_TRY(co_await say(*stream, "hello", answer));
    PARLEY_CO_ASSIGN(const json::object other, co_await party->perform("mailbox", {}));
    EXPECT_EQ(other.at("asked"), "mailbox");
    json::object arguments = {{"to", "bob"}, {"after", 0}, {"direction", "out"}};
    PARLEY_CO_ASSIGN(const json::object cut, co_await party->perform("cut-connection", arguments));
    EXPECT_TRUE(cut.empty());
    PARLEY_CO_TRY(co_await say(*stream, "again", answer));
    EXPECT_EQ(answer, "");
    arguments["direction"] = "up";
    const auto wrong = co_await party->perform("cut-connection", arguments);
    EXPECT_EQ(wrong.error().code, ErrorCode::kInvalid);
    arguments = {{"to", "alice"}, {"after", 0}, {"direction", "in"}};
    const auto nobody = co_await party->perform("cut-connection", arguments);
    EXPECT_EQ(nobody.error().code, ErrorCode::kClosed);
    co_return Status();
  });
  const auto& events = party->events().events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].name, "disturbed");
  EXPECT_EQ(events[0].facts.at("to"), "bob");
  world_->shutdown();
}

INSTANTIATE_TEST_SUITE_P(Sockets, ChatLineTest, testing::Values(net::WorldKind::kSockets));

}  // namespace
}  // namespace parley::cli
