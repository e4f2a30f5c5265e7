// The world: one client's connection and a chat server of a few lines that does what each test
// tells it to, right or hostile, in simulation.
#include "mocks/client/chat_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "harness/evidence/recorder.h"
#include "harness/wire/certificate_chain.h"
#include "mocks/cast/hosts.h"
#include "mocks/cast/test_root.h"
#include "mocks/client/client_login.h"
#include "mocks/client/stanzas.h"

namespace parley::mocks::client {
namespace {

using net::awaitable;
using testing::HasSubstr;

const wire::Node kSuccess("success", {{"t", "1790000000"}});

wire::Node offline(int count) {
  return wire::Node("ib", {{"from", "s.whatsapp.net"}},
                    {wire::Node("offline", {{"count", std::to_string(count)}})});
}

class ChatConnectionTest : public testing::Test {
 protected:
  using Channel = wire::ChatServer;

  ChatConnectionTest()
      : world_(make_world(log_)), recorder_(world_->clock()), random_(world_->random("test")) {
    std::vector<Diagnostic> diagnostics;
    const std::vector<std::filesystem::path> files = {PARLEY_SOURCE_DIR
                                                      "/schemas/wire/wa-public-1.0.3.yaml"};
    auto profile = wire::Profile::load(files, diagnostics);
    EXPECT_TRUE(profile.has_value());
    profile_ = std::make_shared<const wire::Profile>(std::move(*profile));
  }
  ~ChatConnectionTest() override { world_->shutdown(); }

  static std::unique_ptr<net::World> make_world(Log& log) {
    net::SimOptions options;
    options.start = from_unix_seconds(1'790'000'000);
    return net::make_sim_world(options, log);
  }

  void play(std::function<awaitable<void>()> story) {
    const Status status = net::run(*world_, told(std::move(story)));
    EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().text());
  }
  static awaitable<Status> told(std::function<awaitable<void>()> story) {
    co_await story();
    co_return Status();
  }

  /// Listens and serves one connection: `greet` once the handshake is done, `answer` per stanza.
  void serve() {
    listener_ = *world_->network().listen(whatsapp_hosts().chat, net::Security::kPlain);
    world_->spawn(serve_one());
  }

  awaitable<void> serve_one() {
    auto stream = co_await listener_->accept();
    if (!stream.ok()) co_return;
    stream_ = std::move(*stream);
    const auto key = crypto::X25519KeyPair::generate(*random_);
    wire::ChatServerConfig config(key);
    config.certificate_chain = wire::build_valid_certificate_chain(
        root_, crypto::XeddsaKeyPair::generate(*random_), key.public_key(), world_->now());
    channel_ = Channel::create(std::move(config), *random_);
    for (;;) {
      auto bytes = co_await stream_->read_some(4096);
      if (!bytes.ok()) co_return;
      auto events = channel_->feed(*bytes);
      if (!events.ok()) co_return;
      for (wire::ChannelEvent& event : *events) {
        if (auto* stanza = std::get_if<wire::StanzaReceived>(&event)) {
          received_.push_back(stanza->node);
          if (answer) answer(*channel_, stanza->node);
        } else if (greet) {
          greet(*channel_);
        }
      }
      co_await flush();
    }
  }

  awaitable<void> flush() {
    const Bytes output = channel_->take_output();
    if (!output.empty()) (void)(co_await stream_->write(output)).ok();
  }

  awaitable<void> say(wire::Node node) {
    EXPECT_TRUE(channel_->send(node).ok());
    co_await flush();
  }

  awaitable<Result<ChatConnection::Opened>> open() {
    wire::ChatClientConfig channel(crypto::X25519KeyPair::generate(*random_));
    channel.payload = [] {
      return wire::serialize_login_payload(native_login("33612345678", "alice"));
    };
    channel.trust_root = chat_test_root_public();
    channel.now = world_->now();
    ChatTap tap(Observer{&recorder_, evidence::Role::kGatekeeperClient, "alice"}, ChatEnd::kClient,
                profile_, "alice-1", whatsapp_hosts().chat.host);
    ChatConnection::Hooks hooks;
    hooks.on_stanza = [this](wire::Node node) { return handle(std::move(node)); };
    hooks.on_end = [this](const ChatEnding& ending) { endings_.push_back(ending); };
    ChatConnection::Config config{
        {device_host("alice"), whatsapp_hosts().chat, net::Security::kPlain, ""},
        std::move(channel),
        tap,
        std::move(hooks),
        profile_,
        "q"};
    co_return co_await ChatConnection::open(*world_, std::move(config), *random_);
  }

  awaitable<std::shared_ptr<ChatConnection>> log_in() {
    if (!greet) greet = [](Channel& channel) { EXPECT_TRUE(channel.send(kSuccess).ok()); };
    serve();
    auto opened = co_await open();
    EXPECT_TRUE(opened.ok() && opened->answer.accepted);
    if (!opened.ok() || !opened->connection) co_return nullptr;
    opened->connection->start_dispatch();
    co_return opened->connection;
  }

  awaitable<void> handle(wire::Node node) {
    handled_.push_back(std::move(node));
    co_return;
  }

  static wire::Node question(const std::string& id) {
    return wire::Node("iq", {{"id", id}, {"type", "get"}, {"xmlns", "w:p"}});
  }

  NullLog log_;
  std::unique_ptr<net::World> world_;
  evidence::Recorder recorder_;
  std::unique_ptr<Random> random_;
  std::shared_ptr<const wire::Profile> profile_;
  crypto::XeddsaKeyPair root_ = chat_test_root();
  std::unique_ptr<net::Listener> listener_;
  std::unique_ptr<net::Stream> stream_;
  std::unique_ptr<Channel> channel_;
  std::function<void(Channel&)> greet;
  std::function<void(Channel&, const wire::Node&)> answer;
  std::vector<wire::Node> received_;  ///< at the server
  std::vector<wire::Node> handled_;   ///< at the client's owner
  std::vector<ChatEnding> endings_;
};

TEST_F(ChatConnectionTest, RequestsFindTheirAnswersWhateverTheOrder) {
  play([this]() -> awaitable<void> {
    std::string held;
    answer = [&held](Channel& channel, const wire::Node& node) {
      const std::string id(node.attribute("id"));
      if (held.empty()) {
        held = id;
        return;
      }
      for (const std::string& answered : {id, held}) {
        EXPECT_TRUE(channel
                        .send(wire::Node("iq", {{"id", answered},
                                                {"type", "result"},
                                                {"from", "s.whatsapp.net"},
                                                {"n", answered}}))
                        .ok());
      }
    };
    const auto connection = co_await log_in();
    const std::string first_id = connection->next_id();
    const std::string second_id = connection->next_id();
    EXPECT_NE(first_id, second_id);
    std::string first_answer;
    net::Notifier done(*world_);
    world_->spawn([](auto client, wire::Node iq, std::string& into,
                     net::Notifier& told_when_done) -> awaitable<void> {
      auto got = co_await client->request(std::move(iq));
      into = got.ok() ? std::string(got->attribute("n")) : got.error().text();
      told_when_done.notify();
    }(connection, question(first_id), first_answer, done));
    co_await world_->settle();
    const auto second = co_await connection->request(question(second_id));
    EXPECT_TRUE(second.ok());
    if (second.ok()) EXPECT_EQ(second->attribute("n"), second_id);
    co_await world_->settle();
    EXPECT_EQ(first_answer, first_id);
  });
}

TEST_F(ChatConnectionTest, AnErrorAnswerIsARefusalWithItsCode) {
  play([this]() -> awaitable<void> {
    answer = [](Channel& channel, const wire::Node& node) {
      EXPECT_TRUE(channel
                      .send(wire::Node(
                          "iq", {{"id", std::string(node.attribute("id"))}, {"type", "error"}},
                          {wire::Node("error", {{"code", "404"}, {"text", "item-not-found"}})}))
                      .ok());
    };
    const auto connection = co_await log_in();
    const auto got = co_await connection->request(question(connection->next_id()));
    EXPECT_FALSE(got.ok());
    if (got.ok()) co_return;
    EXPECT_EQ(got.error().code, ErrorCode::kRefused);
    EXPECT_EQ(got.error().message, "404 item-not-found");
  });
}

TEST_F(ChatConnectionTest, ARequestWithoutAnswerEndsAfterAMinute) {
  play([this]() -> awaitable<void> {
    const auto connection = co_await log_in();
    const TimePoint before = world_->now();
    const auto got = co_await connection->request(question(connection->next_id()));
    EXPECT_FALSE(got.ok());
    if (!got.ok()) EXPECT_EQ(got.error().code, ErrorCode::kTimeout);
    EXPECT_EQ(world_->now() - before, kRequestTimeout);
    EXPECT_FALSE(connection->ended());
  });
}

TEST_F(ChatConnectionTest, ARequestEndsWithItsConnection) {
  play([this]() -> awaitable<void> {
    answer = [this](Channel&, const wire::Node&) { stream_->close(); };
    const auto connection = co_await log_in();
    const auto got = co_await connection->request(question(connection->next_id()));
    EXPECT_FALSE(got.ok());
    if (!got.ok()) EXPECT_EQ(got.error().code, ErrorCode::kClosed);
    EXPECT_TRUE(connection->ended());
    EXPECT_EQ(connection->send(question("x")).ok(), false);
  });
}

TEST_F(ChatConnectionTest, PingsAreAnsweredAndNotHandedOn) {
  play([this]() -> awaitable<void> {
    const auto connection = co_await log_in();
    co_await say(wire::Node(
        "iq",
        {{"id", "p1"}, {"type", "get"}, {"xmlns", "urn:xmpp:ping"}, {"from", "s.whatsapp.net"}},
        {wire::Node("ping")}));
    co_await world_->settle();
    EXPECT_EQ(received_.size(), 1U);
    if (received_.empty()) co_return;
    EXPECT_EQ(received_[0].attribute("id"), "p1");
    EXPECT_EQ(received_[0].attribute("type"), "result");
    EXPECT_TRUE(handled_.empty());
  });
}

TEST_F(ChatConnectionTest, StanzasComeInOrderAndTheOfflineCountIsRead) {
  greet = [](Channel& channel) {
    EXPECT_TRUE(channel.send(kSuccess).ok());
    for (const char* id : {"a", "b", "c"}) {
      EXPECT_TRUE(channel.send(wire::Node("message", {{"id", id}})).ok());
    }
    EXPECT_TRUE(channel.send(offline(3)).ok());
  };
  play([this]() -> awaitable<void> {
    const auto connection = co_await log_in();
    const auto count = co_await connection->offline_count();
    EXPECT_TRUE(count.ok());
    if (count.ok()) EXPECT_EQ(*count, 3);
    co_await world_->settle();
    EXPECT_EQ(handled_.size(), 4U);
    if (handled_.size() < 3) co_return;
    EXPECT_EQ(handled_[0].attribute("id"), "a");
    EXPECT_EQ(handled_[2].attribute("id"), "c");
  });
}

TEST_F(ChatConnectionTest, ARefusedLoginIsAnAnswer) {
  greet = [](Channel& channel) {
    EXPECT_TRUE(channel
                    .send(wire::Node("failure", {{"reason", "404"}},
                                     {wire::Node("detail", {{"code", "not-enlisted"}})}))
                    .ok());
  };
  play([this]() -> awaitable<void> {
    serve();
    const auto opened = co_await open();
    EXPECT_TRUE(opened.ok());
    if (!opened.ok()) co_return;
    EXPECT_EQ(opened->connection, nullptr);
    EXPECT_FALSE(opened->answer.accepted);
    EXPECT_EQ(opened->answer.code, 404);
    EXPECT_TRUE(opened->answer.unenlisted);
    EXPECT_EQ(opened->answer.detail, "not-enlisted");
    EXPECT_TRUE(endings_.empty());
  });
}

TEST_F(ChatConnectionTest, AServerUnderAnotherRootGetsNoPayload) {
  root_ = crypto::XeddsaKeyPair::generate(*random_);
  play([this]() -> awaitable<void> {
    bool greeted = false;
    greet = [&greeted](Channel&) { greeted = true; };
    serve();
    const auto opened = co_await open();
    EXPECT_FALSE(opened.ok());
    if (!opened.ok()) EXPECT_EQ(opened.error().code, ErrorCode::kAuth);
    co_await world_->settle();
    EXPECT_FALSE(greeted);
  });
}

TEST_F(ChatConnectionTest, ASilentServerTimesOut) {
  greet = [](Channel&) {};
  play([this]() -> awaitable<void> {
    serve();
    const TimePoint before = world_->now();
    const auto opened = co_await open();
    EXPECT_FALSE(opened.ok());
    if (!opened.ok()) EXPECT_EQ(opened.error().code, ErrorCode::kTimeout);
    EXPECT_LE(world_->now() - before, kLoginTimeout + std::chrono::seconds(1));
  });
}

TEST_F(ChatConnectionTest, AStanzaBeforeTheLoginIsAnsweredIsHostile) {
  greet = [](Channel& channel) {
    EXPECT_TRUE(channel.send(wire::Node("message", {{"id", "a"}})).ok());
  };
  play([this]() -> awaitable<void> {
    serve();
    const auto opened = co_await open();
    EXPECT_FALSE(opened.ok());
    if (!opened.ok()) EXPECT_EQ(opened.error().code, ErrorCode::kInvalid);
  });
}

TEST_F(ChatConnectionTest, NobodyThereIsAnError) {
  play([this]() -> awaitable<void> {
    const auto opened = co_await open();
    EXPECT_FALSE(opened.ok());
  });
}

TEST_F(ChatConnectionTest, GarbageEndsTheConnectionWithATypedReason) {
  play([this]() -> awaitable<void> {
    const auto connection = co_await log_in();
    const Bytes garbage = {0x00, 0x00, 0x05, 1, 2, 3, 4, 5};
    (void)(co_await stream_->write(garbage)).ok();
    co_await world_->settle();
    EXPECT_TRUE(connection->ended());
    EXPECT_EQ(endings_.size(), 1U);
    if (!endings_.empty()) EXPECT_EQ(endings_[0].reason, "protocol-error");
  });
}

TEST_F(ChatConnectionTest, MalformedNodesUnderAGoodCipherEndItToo) {
  play([this]() -> awaitable<void> {
    const auto connection = co_await log_in();
    EXPECT_TRUE(channel_->send_raw(Bytes{0x00, 0xf8, 0x02, 0xff}).ok());
    co_await flush();
    co_await world_->settle();
    EXPECT_EQ(endings_.size(), 1U);
    if (!endings_.empty()) EXPECT_EQ(endings_[0].reason, "protocol-error");
  });
}

TEST_F(ChatConnectionTest, TheServerSaysWhyItEnds) {
  play([this]() -> awaitable<void> {
    const auto connection = co_await log_in();
    co_await say(wire::Node("stream:error", {}, {wire::Node("conflict", {{"type", "replaced"}})}));
    co_await world_->settle();
    EXPECT_TRUE(connection->ended());
    EXPECT_EQ(endings_.size(), 1U);
    if (!endings_.empty()) EXPECT_EQ(endings_[0].reason, "replaced");
  });
}

TEST_F(ChatConnectionTest, GoodbyeIsSentBeforeClosing) {
  play([this]() -> awaitable<void> {
    const auto connection = co_await log_in();
    EXPECT_TRUE(connection->send(wire::Node("presence", {{"type", "available"}})).ok());
    co_await connection->disconnect();
    co_await world_->settle();
    EXPECT_EQ(received_.size(), 2U);
    if (!received_.empty()) EXPECT_EQ(received_.back().tag, "xmlstreamend");
    EXPECT_EQ(endings_.size(), 1U);
    if (!endings_.empty()) EXPECT_EQ(endings_[0].reason, "requested");
    co_await connection->disconnect();
    EXPECT_EQ(endings_.size(), 1U);
  });
}

TEST_F(ChatConnectionTest, BrokenOffItSaysNoGoodbye) {
  play([this]() -> awaitable<void> {
    const auto connection = co_await log_in();
    connection->break_off();
    co_await world_->settle();
    EXPECT_TRUE(received_.empty());
    EXPECT_EQ(endings_.size(), 1U);
    if (!endings_.empty()) EXPECT_EQ(endings_[0].reason, "requested");
  });
}

// Its loop begins later than start_dispatch(), when nobody else may hold the connection any more.
TEST_F(ChatConnectionTest, AConnectionThatEndedBeforeItsDispatchBeganGoesInPeace) {
  play([this]() -> awaitable<void> {
    auto connection = co_await log_in();
    connection->break_off();
    co_await world_->settle();
    connection->start_dispatch();
    const std::weak_ptr<ChatConnection> gone = connection;
    connection.reset();
    co_await world_->settle();
    EXPECT_TRUE(gone.expired());
  });
}

}  // namespace
}  // namespace parley::mocks::client
