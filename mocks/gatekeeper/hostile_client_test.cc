// The world: the gatekeeper, two partner users and a WhatsApp user, in simulation and over loopback
// sockets. bob logs in well and then turns hostile on a raw socket: rubbish, half a frame, floods,
// oversized and bottomless stanzas, and never a read. What the server holds for him must stay
// within bounds, he gets an error or is cut off, and ben and alice notice nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/net/websocket.h"
#include "harness/wire/frame.h"
#include "harness/wire/node_codec.h"
#include "mocks/cast/test_root.h"
#include "mocks/gatekeeper/chat_session.h"
#include "mocks/gatekeeper/gatekeeper_rig.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#include <sanitizer/allocator_interface.h>
#define PARLEY_SANITIZER_ALLOCATOR 1
#endif
#endif
#ifndef PARLEY_SANITIZER_ALLOCATOR
#include <malloc.h>
#endif

namespace parley::mocks::gatekeeper {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMiB = 1024 * 1024;

/// What the whole process has allocated: server, network and both kinds of clients. Under a
/// sanitizer every allocation is counted, so that no peak goes unseen; elsewhere the heap is asked
/// now and then.
class Heap {
 public:
  static Heap& instance() {
    static Heap heap;
    return heap;
  }
  std::int64_t now() {
#ifndef PARLEY_SANITIZER_ALLOCATOR
    const struct mallinfo2 info = mallinfo2();
    now_ = static_cast<std::int64_t>(info.uordblks + info.hblkhd);
    peak_ = std::max(peak_.load(), now_.load());
#endif
    return now_;
  }
  std::int64_t peak() { return now(), peak_; }
  void restart() { peak_ = now(); }

 private:
#ifdef PARLEY_SANITIZER_ALLOCATOR
  Heap() { __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free); }
  static void on_malloc(const volatile void*, std::size_t size) {
    const std::int64_t now = now_ += static_cast<std::int64_t>(size);
    if (now > peak_) peak_ = now;
  }
  static void on_free(const volatile void* block) {
    if (block != nullptr) {
      now_ -=
          static_cast<std::int64_t>(__sanitizer_get_allocated_size(const_cast<const void*>(block)));
    }
  }
#endif
  static inline std::atomic<std::int64_t> now_ = 0;
  static inline std::atomic<std::int64_t> peak_ = 0;
};

/// The most that was allocated since, above what was allocated then.
class HighWater {
 public:
  HighWater() { Heap::instance().restart(); }
  void sample() { (void)Heap::instance().now(); }
  std::size_t grown() const {
    return static_cast<std::size_t>(std::max<std::int64_t>(0, Heap::instance().peak() - start_));
  }

 private:
  const std::int64_t start_ = Heap::instance().now();
};

/// A socket with a good login behind it, which reads only when told to.
class HostileClient {
 public:
  HostileClient(std::unique_ptr<wire::ChatClient> channel, std::unique_ptr<net::Stream> stream)
      : channel_(std::move(channel)), stream_(std::move(stream)) {}

  wire::ChatClient& channel() { return *channel_; }

  /// Seals a plaintext into a frame.
  Bytes sealed(BytesView plaintext) {
    EXPECT_TRUE(channel_->send_raw(plaintext).ok());
    return channel_->take_output();
  }

  /// False where the server has closed.
  net::awaitable<bool> write(Bytes bytes) { co_return (co_await stream_->write(bytes)).ok(); }

  /// Reads stanzas until `enough` of them came, the connection ends or the server is silent for
  /// `patience`. The stream's own reader has no deadline: the world's timer closes the stream.
  net::awaitable<void> read_until(net::World& world, std::function<bool()> enough,
                                  Duration patience) {
    std::unique_ptr<net::World::Timer> timer;
    while (!enough() && !ended_) {
      timer = world.call_at(world.now() + patience, [this] {
        silent_ = true;
        stream_->close();
      });
      const Result<Bytes> bytes = co_await stream_->read_some(64 * 1024);
      if (!bytes.ok()) {
        ended_ = true;
        break;
      }
      auto events = channel_->feed(*bytes);
      if (!events.ok()) break;
      for (wire::ChannelEvent& event : *events) {
        if (auto* stanza = std::get_if<wire::StanzaReceived>(&event)) {
          stanzas_.push_back(std::move(stanza->node));
        }
      }
      const Bytes output = channel_->take_output();
      if (!output.empty()) (void)(co_await stream_->write(output)).ok();
    }
  }

  /// Whether the server ended the connection, having said so or not.
  net::awaitable<bool> cut_off(net::World& world, Duration patience = 10s) {
    co_await read_until(world, [] { return false; }, patience);
    co_return ended_ && !silent_;
  }

  const std::vector<Node>& stanzas() const { return stanzas_; }
  bool was_told(std::string_view code) const {
    return std::ranges::any_of(stanzas_, [&](const Node& node) {
      return node.tag == "stream:error" && node.attribute("code") == code;
    });
  }

 private:
  std::unique_ptr<wire::ChatClient> channel_;
  std::unique_ptr<net::Stream> stream_;
  std::vector<Node> stanzas_;
  bool ended_ = false;
  bool silent_ = false;
};
using Hostile = std::unique_ptr<HostileClient>;

net::awaitable<void> ignore(net::awaitable<bool> writing) { (void)co_await std::move(writing); }

struct Place {
  WorldKind world;
  Door door;
};

class HostileClientTest : public testing::TestWithParam<Place> {
 protected:
  HostileClientTest() : rig_(GetParam().world) {}

  net::awaitable<Result<std::unique_ptr<net::Stream>>> connect() {
    net::World& world = *rig_.world;
    if (GetParam().door == Door::kTcp) {
      co_return co_await world.network().connect(device_host("bob"), whatsapp_hosts().chat,
                                                 net::Security::kPlain);
    }
    co_return co_await net::websocket_connect(world, device_host("bob"), whatsapp_hosts().web_chat,
                                              net::Security::kTls, std::string(kWebChatPath));
  }

  /// bob, logged in on a raw socket.
  net::awaitable<Hostile> log_in() {
    if (bob_.empty()) bob_ = co_await rig_.enlist("bob");
    wire::ChatClientConfig config(rig_.device("bob").chat);
    const wire::pb::ClientPayload payload = rig_.interop_payload("bob", bob_);
    config.payload = [payload] { return wire::serialize_login_payload(payload); };
    config.trust_root = chat_test_root_public();
    config.now = rig_.world->now();
    auto stream = co_await connect();
    if (!stream.ok()) {
      ADD_FAILURE() << stream.error().text();
      co_return nullptr;
    }
    auto channel = wire::ChatClient::create(std::move(config), *rig_.random);
    auto client = std::make_unique<HostileClient>(std::move(*channel), std::move(*stream));
    (void)co_await client->write(client->channel().take_output());
    const HostileClient& self = *client;
    // The offline count ends the login.
    co_await client->read_until(*rig_.world, [&self] { return self.stanzas().size() >= 3; }, 10s);
    EXPECT_GE(self.stanzas().size(), 3u) << "bob is not logged in";
    co_return client;
  }

  /// ben and alice, whom nothing of it may concern.
  net::awaitable<void> bring_the_others() {
    ben_ = co_await rig_.connect_partner("ben", co_await rig_.enlist("ben"));
    alice_ = co_await rig_.connect_native("alice");
  }
  net::awaitable<void> expect_the_others_unharmed() {
    const std::string id = "after-" + std::to_string(++exchanges_);
    const TimePoint begin = rig_.world->now();
    co_await ben_->send(message(id, kAlice));
    const auto arrived = co_await alice_->take(
        [&id](const Node& node) { return node.tag == "message" && node.attribute("id") == id; });
    EXPECT_TRUE(arrived.has_value()) << "alice got no " << id;
    const auto ack = co_await ben_->take(
        [&id](const Node& node) { return node.tag == "ack" && node.attribute("id") == id; });
    EXPECT_TRUE(ack.has_value()) << "ben got no ack of " << id;
    EXPECT_LT(rig_.world->now() - begin, 5s);
    EXPECT_FALSE(ben_->closed());
    EXPECT_FALSE(alice_->closed());
  }

  /// Who was cut off may come back.
  net::awaitable<void> expect_bob_can_return() {
    const Hostile again = co_await log_in();
    EXPECT_NE(again, nullptr);
  }

  GatekeeperRig rig_;
  std::string bob_;
  Chat ben_;
  Chat alice_;
  int exchanges_ = 0;
};

/// What takes seconds, over the network that has windows of its own.
class HostileFloodTest : public HostileClientTest {};

TEST_P(HostileClientTest, RubbishAfterAGoodLogin) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await bring_the_others();
    const Bytes noise = rig_.random->bytes(64 * 1024);
    const Bytes small_frame = concat({Bytes{0, 1, 0}, BytesView(noise).first(256)});
    const Bytes large_frame = concat({Bytes{0xee, 0xee, 0xee}, noise});
    const Bytes request = to_bytes(std::string_view("GET /ws/chat HTTP/1.1\r\nHost: x\r\n\r\n"));
    const std::vector<Bytes> kinds = {small_frame, large_frame, request};
    for (const Bytes& rubbish : kinds) {
      HighWater heap;
      const Hostile bob = co_await log_in();
      (void)co_await bob->write(rubbish);
      EXPECT_TRUE(co_await bob->cut_off(*rig_.world));
      EXPECT_LT(heap.grown(), 1 * kMiB);
      co_await expect_the_others_unharmed();
    }
    co_await expect_bob_can_return();
  });
}

TEST_P(HostileClientTest, AFrameThatIsNoStanza) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await bring_the_others();
    const Bytes not_zlib = concat({Bytes{2}, rig_.random->bytes(1000)});
    const Bytes no_node = concat({Bytes{0}, rig_.random->bytes(1000)});
    const Bytes unknown_flag = {0x40, 0xf8, 1, 4};
    const std::vector<Bytes> kinds = {not_zlib, no_node, unknown_flag, Bytes()};
    for (const Bytes& plaintext : kinds) {
      const Hostile bob = co_await log_in();
      (void)co_await bob->write(bob->sealed(plaintext));
      EXPECT_TRUE(co_await bob->cut_off(*rig_.world)) << plaintext.size() << " bytes";
      co_await expect_the_others_unharmed();
    }
    co_await expect_bob_can_return();
  });
}

TEST_P(HostileClientTest, HalfAFrameAndThenNothing) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await bring_the_others();
    HighWater heap;
    const Hostile bob = co_await log_in();
    const Bytes frame = bob->sealed(wire::pack_stanza(iq("half", "get", "w:p")));
    const BytesView half = BytesView(frame).first(frame.size() / 2);
    EXPECT_TRUE(co_await bob->write(to_bytes(half)));
    co_await rig_.world->settle();
    co_await expect_the_others_unharmed();
    co_await rig_.world->advance(kFramePeriod + 1s);
    EXPECT_TRUE(co_await bob->cut_off(*rig_.world));
    EXPECT_TRUE(bob->was_told("400"));
    EXPECT_LT(heap.grown(), 1 * kMiB);
    co_await expect_the_others_unharmed();
    co_await expect_bob_can_return();
  });
}

/// A byte now and then does not keep an unfinished frame alive; a whole stanza in between does keep
/// the connection.
TEST_P(HostileClientTest, AFrameThatTricklesIn) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await bring_the_others();
    const Hostile bob = co_await log_in();
    const Bytes ping = bob->sealed(wire::pack_stanza(iq("slow", "get", "w:p")));
    for (const std::uint8_t byte : ping) {
      EXPECT_TRUE(co_await bob->write(Bytes{byte}));
      co_await rig_.world->advance((kFramePeriod - 5s) / static_cast<int>(ping.size()));
    }
    const HostileClient& self = *bob;
    co_await bob->read_until(
        *rig_.world, [&self] { return self.stanzas().back().attribute("id") == "slow"; }, 10s);
    EXPECT_EQ(self.stanzas().back().attribute("type"), "result") << "slow, but in time";

    const TimePoint begin = rig_.world->now();
    EXPECT_TRUE(co_await bob->write(Bytes{0x01, 0, 0}));
    while (rig_.world->now() - begin < kFramePeriod - 1s) {
      EXPECT_TRUE(co_await bob->write(Bytes{0})) << "cut off too early";
      co_await rig_.world->advance(1s);
    }
    co_await rig_.world->advance(2s);
    EXPECT_TRUE(co_await bob->cut_off(*rig_.world));
    EXPECT_TRUE(bob->was_told("400"));
    co_await expect_the_others_unharmed();
  });
}

TEST_P(HostileFloodTest, TenThousandRequestsAtOnce) {
  constexpr std::size_t kRequests = 10'000;
  rig_.run([&]() -> net::awaitable<void> {
    co_await bring_the_others();
    HighWater heap;
    const Hostile bob = co_await log_in();
    const std::size_t before = bob->stanzas().size();
    for (std::size_t n = 0; n < kRequests; ++n) {
      EXPECT_TRUE(bob->channel().send(iq("i" + std::to_string(n), "get", "w:p")).ok());
    }
    rig_.world->spawn(ignore(bob->write(bob->channel().take_output())));
    co_await expect_the_others_unharmed();
    const HostileClient& self = *bob;
    co_await bob->read_until(
        *rig_.world, [&] { return self.stanzas().size() >= before + kRequests; }, 10s);
    // Every one is answered, in order.
    EXPECT_EQ(self.stanzas().size(), before + kRequests);
    for (std::size_t n = before; n < self.stanzas().size(); ++n) {
      const Node& answer = self.stanzas()[n];
      EXPECT_EQ(answer.attribute("id"), "i" + std::to_string(n - before));
      EXPECT_EQ(answer.attribute("type"), "result");
    }
    // Mostly the records of 40,000 frames and stanzas, which are the evidence.
    heap.sample();
    (void)rig_.recorder.take();
    EXPECT_LT(heap.grown(), 64 * kMiB);
    co_await expect_the_others_unharmed();
  });
}

TEST_P(HostileClientTest, AFrameOfSixteenMegabytes) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await bring_the_others();
    // Announced only; announced and sent; just above what is taken.
    const Bytes announced = {0xff, 0xff, 0xff};
    const Bytes sent = concat({announced, Bytes(wire::kMaxFrameBytes, 0x55)});
    Bytes above;
    append_be(above, kMaxFrameFromClient + 1, 3);
    const std::vector<Bytes> kinds = {announced, sent, above};
    for (const Bytes& bytes : kinds) {
      HighWater heap;
      const Hostile bob = co_await log_in();
      rig_.world->spawn(ignore(bob->write(bytes)));
      EXPECT_TRUE(co_await bob->cut_off(*rig_.world));
      // The frame itself is held by this test, not by the server: it is refused at its length.
      EXPECT_LT(heap.grown(), bytes.size() + 3 * kMiB);
      co_await expect_the_others_unharmed();
    }
    co_await expect_bob_can_return();
  });
}

/// The largest stanza that is taken passes through whole.
TEST_P(HostileClientTest, AStanzaOfTheLargestSize) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await bring_the_others();
    const Hostile bob = co_await log_in();
    const std::string text(kMaxFrameFromClient - 200, 'x');
    (void)co_await bob->write(bob->sealed(wire::pack_stanza(message("big", kAlice, text))));
    const auto arrived = co_await alice_->take_tag("message");
    EXPECT_TRUE(arrived && arrived->child("enc")->bytes().size() == text.size());
    co_await expect_the_others_unharmed();
  });
}

/// <a><a>...</a></a>, by hand: the codec of this side has limits too.
Bytes nested(std::size_t depth) {
  Bytes plaintext{0};
  for (std::size_t n = 1; n < depth; ++n) append(plaintext, Bytes{0xf8, 2, 4, 0xf8, 1});
  append(plaintext, Bytes{0xf8, 1, 4});
  return plaintext;
}

TEST_P(HostileClientTest, ANodeNestedAThousandDeep) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await bring_the_others();
    const std::vector<std::size_t> depths = {1'000, 300'000};
    for (const std::size_t depth : depths) {
      HighWater heap;
      const Hostile bob = co_await log_in();
      (void)co_await bob->write(bob->sealed(nested(depth)));
      EXPECT_TRUE(co_await bob->cut_off(*rig_.world)) << depth;
      EXPECT_LT(heap.grown(), 16 * kMiB) << depth;
      co_await expect_the_others_unharmed();
    }
    co_await expect_bob_can_return();
  });
}

TEST_P(HostileClientTest, AStanzaThatInflatesToALot) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await bring_the_others();
    const Node bomb("iq", {{"id", "bomb"}}, Bytes(64 * kMiB, 0));
    const Bytes plaintext = wire::pack_stanza(bomb, wire::Compression::kZlib);
    EXPECT_LT(plaintext.size(), kMaxFrameFromClient);
    HighWater heap;
    const Hostile bob = co_await log_in();
    (void)co_await bob->write(bob->sealed(plaintext));
    EXPECT_TRUE(co_await bob->cut_off(*rig_.world));
    // The inflated bytes, while their buffer grows to hold them.
    EXPECT_LT(heap.grown(), 3 * wire::NodeLimits().inflated_bytes + 8 * kMiB);
    co_await expect_the_others_unharmed();
  });
}

/// bob asks and asks and never reads an answer. The server keeps up to a limit for him, then lets
/// go.
TEST_P(HostileFloodTest, AClientThatNeverReads) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await bring_the_others();
    HighWater heap;
    const Hostile bob = co_await log_in();
    // Every message for bob is queued at the server once his window is full.
    const std::string text(64 * 1024, 'x');
    std::size_t sent = 0;
    while (sent < 60 * kMiB && rig_.events("stored").empty()) {
      co_await alice_->send(message("m" + std::to_string(sent), bob_, text));
      sent += text.size();
      (void)alice_->drain();
      // The records are the evidence, and grow with what is said; what the server itself holds is
      // the rest.
      (void)rig_.recorder.take();
      heap.sample();
      co_await rig_.world->wait_for(1ms);
    }
    EXPECT_GT(sent, kMaxQueuedBytes);
    EXPECT_FALSE(rig_.events("stored").empty()) << "the server still queues for bob";
    std::printf("  %zu MiB sent to a client that never reads, %zu MiB allocated at most\n",
                sent / kMiB, heap.grown() / kMiB);
    // bob's mailbox; what is being written, and what is queued in a buffer that grows.
    EXPECT_LT(heap.grown(), sent + 4 * kMaxQueuedBytes);
    co_await rig_.world->advance(6s);
    co_await expect_the_others_unharmed();
    // What had arrived before can still be read; then the connection has ended.
    EXPECT_TRUE(co_await bob->cut_off(*rig_.world));
    co_await expect_bob_can_return();
  });
}

std::string name_of(const testing::TestParamInfo<Place>& info) {
  if (info.param.world == WorldKind::kSim) return "Simulated";
  return info.param.door == Door::kTcp ? "Tcp" : "WebSocket";
}
INSTANTIATE_TEST_SUITE_P(Networks, HostileClientTest,
                         testing::Values(Place{WorldKind::kSim, Door::kTcp},
                                         Place{WorldKind::kSockets, Door::kTcp},
                                         Place{WorldKind::kSockets, Door::kWebSocket}),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Networks, HostileFloodTest,
                         testing::Values(Place{WorldKind::kSockets, Door::kTcp}), name_of);

}  // namespace
}  // namespace parley::mocks::gatekeeper
