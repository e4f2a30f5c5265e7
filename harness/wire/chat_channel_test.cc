// A client and a server that talk through memory: all handshakes, all ways to cut the bytes, and
// peers that lie, damage or repeat.
#include "harness/wire/chat_channel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "harness/base/encoding.h"
#include "harness/wire/certificate_chain.h"
#include "harness/wire/login_payload.h"

namespace parley::wire {
namespace {

const TimePoint kNow = from_unix_seconds(1'800'000'000);

struct Frame {
  FrameObservation::Direction direction;
  bool handshake;
  std::uint64_t counter;
  std::string key_id;
  Bytes body;
};

struct Ends {
  SeededRandom random{42, "chat channel"};
  crypto::XeddsaKeyPair root = crypto::XeddsaKeyPair::generate(random);
  crypto::XeddsaKeyPair signer = crypto::XeddsaKeyPair::generate(random);
  crypto::X25519KeyPair server_key = crypto::X25519KeyPair::generate(random);
  crypto::X25519KeyPair client_key = crypto::X25519KeyPair::generate(random);
  ChatClientConfig client_config{client_key};
  ChatServerConfig server_config{server_key};
  std::unique_ptr<ChatClient> client;
  std::unique_ptr<ChatServer> server;
  std::vector<ChannelEvent> client_events;
  std::vector<ChannelEvent> server_events;
  std::vector<Frame> client_frames;
  std::vector<Frame> server_frames;

  Ends() {
    client_config.payload = [] { return to_bytes(std::string_view("login payload")); };
    client_config.trust_root = root.public_key();
    client_config.now = kNow;
    client_config.on_frame = recorder(client_frames);
    server_config.certificate_chain =
        build_valid_certificate_chain(root, signer, server_key.public_key(), kNow);
    server_config.on_frame = recorder(server_frames);
  }

  static FrameObserver recorder(std::vector<Frame>& frames) {
    return [&frames](const FrameObservation& o) {
      frames.push_back(
          {o.direction, o.handshake, o.counter, std::string(o.key_id), to_bytes(o.body)});
    };
  }

  void open() {
    client = ChatClient::create(client_config, random).value();
    server = ChatServer::create(server_config, random);
  }

  // Moves bytes both ways, `portion` at a time, until neither end has any left.
  void pump(std::size_t portion = SIZE_MAX) {
    for (bool moved = true; moved;) {
      moved = move(*client, *server, server_events, portion);
      moved = move(*server, *client, client_events, portion) || moved;
    }
  }

  static bool move(ChatChannel& from, ChatChannel& to, std::vector<ChannelEvent>& events,
                   std::size_t portion) {
    Bytes bytes = from.take_output();
    for (BytesView rest = bytes; !rest.empty() && !to.failure();) {
      std::size_t size = std::min(portion, rest.size());
      Result<std::vector<ChannelEvent>> got = to.feed(rest.first(size));
      if (got.ok()) std::move(got->begin(), got->end(), std::back_inserter(events));
      rest = rest.subspan(size);
    }
    return !bytes.empty();
  }

  const HandshakeComplete& completed(const std::vector<ChannelEvent>& events) {
    return std::get<HandshakeComplete>(events.at(0));
  }

  void expect_established(NoisePattern pattern) {
    ASSERT_TRUE(client->established());
    ASSERT_TRUE(server->established());
    EXPECT_EQ(completed(server_events).pattern, pattern);
    EXPECT_EQ(completed(server_events).peer_static, client_key.public_key());
    EXPECT_EQ(as_text(completed(server_events).payload), "login payload");
    EXPECT_EQ(completed(client_events).pattern, pattern);
    EXPECT_EQ(completed(client_events).peer_static, server_key.public_key());
    EXPECT_EQ(completed(client_events).payload, server_config.certificate_chain);
  }
};

const Node kPing("iq", {{"type", "get"}, {"xmlns", "w:p"}, {"id", "1"}}, Nodes{Node("ping")});

TEST(ChatChannel, EveryHandshakeAndCut) {
  struct Case {
    NoisePattern asked;
    IkAnswer answer;
    bool stale_key;
    NoisePattern got;
  };
  const Case cases[] = {
      {NoisePattern::kXX, IkAnswer::kAccept, false, NoisePattern::kXX},
      {NoisePattern::kXX, IkAnswer::kRefuse, false, NoisePattern::kXX},
      {NoisePattern::kIK, IkAnswer::kAccept, false, NoisePattern::kIK},
      {NoisePattern::kIK, IkAnswer::kAccept, true, NoisePattern::kXXfallback},
      {NoisePattern::kIK, IkAnswer::kFallback, false, NoisePattern::kXXfallback},
      {NoisePattern::kIK, IkAnswer::kFallback, true, NoisePattern::kXXfallback},
  };
  for (const Case& c : cases) {
    for (std::size_t portion : {SIZE_MAX, std::size_t{1}, std::size_t{7}}) {
      Ends ends;
      ends.client_config.pattern = c.asked;
      ends.client_config.routing_info = {1, 2, 3};
      ends.client_config.known_server_static =
          c.stale_key ? ends.signer.public_key() : ends.server_key.public_key();
      ends.server_config.ik = c.answer;
      ends.open();
      ends.pump(portion);
      ends.expect_established(c.got);
      EXPECT_EQ(ends.server->routing_info(), (Bytes{1, 2, 3}));
      ASSERT_TRUE(ends.client->send(kPing).ok());
      ASSERT_TRUE(ends.server->send(Node("success")).ok());
      ends.pump(portion);
      ASSERT_EQ(ends.server_events.size(), 2u);
      ASSERT_EQ(ends.client_events.size(), 2u);
      EXPECT_EQ(std::get<StanzaReceived>(ends.server_events[1]).node, kPing);
      EXPECT_EQ(std::get<StanzaReceived>(ends.server_events[1]).raw, pack_stanza(kPing));
      EXPECT_EQ(std::get<StanzaReceived>(ends.client_events[1]).node, Node("success"));
    }
  }
}

TEST(ChatChannel, SameSeedSameBytes) {
  Bytes first;
  for (int round = 0; round < 2; ++round) {
    Ends ends;
    ends.open();
    Bytes hello = ends.client->take_output();
    if (round == 0) first = hello;
    EXPECT_EQ(hello, first);
  }
}

TEST(ChatChannel, FramesAreObservedAtBothEnds) {
  Ends ends;
  ends.open();
  ends.pump();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(ends.client->send(kPing).ok());
  ASSERT_TRUE(ends.server->send(kPing).ok());
  ends.pump();
  ASSERT_EQ(ends.client_frames.size(), 7u);
  ASSERT_EQ(ends.server_frames.size(), 7u);
  std::set<std::string> keys;
  for (const Frame& sent : ends.client_frames) {
    if (sent.direction != FrameObservation::Direction::kSent) continue;
    auto same = std::find_if(ends.server_frames.begin(), ends.server_frames.end(),
                             [&](const Frame& f) { return f.body == sent.body; });
    ASSERT_NE(same, ends.server_frames.end());
    EXPECT_EQ(same->direction, FrameObservation::Direction::kReceived);
    EXPECT_EQ(same->handshake, sent.handshake);
    EXPECT_EQ(same->counter, sent.counter);
    EXPECT_EQ(same->key_id, sent.key_id);
    if (!sent.handshake) keys.insert(sent.key_id + "/" + std::to_string(sent.counter));
  }
  EXPECT_EQ(keys.size(), 3u) << "one key, three counters";
}

TEST(ChatChannel, NothingFlowsBeforeTheHandshake) {
  Ends ends;
  ends.open();
  EXPECT_EQ(ends.client->send(kPing).error().code, ErrorCode::kClosed);
  EXPECT_EQ(ends.server->send(kPing).error().code, ErrorCode::kClosed);
  EXPECT_TRUE(ends.server->take_output().empty());
}

TEST(ChatChannel, AClosedChannelIsQuiet) {
  Ends ends;
  ends.open();
  ends.pump();
  ASSERT_TRUE(ends.server->send(Node("xmlstreamend")).ok());
  ends.server->close();
  EXPECT_EQ(ends.server->send(kPing).error().code, ErrorCode::kClosed);
  EXPECT_EQ(ends.server->feed(Bytes{1}).error().code, ErrorCode::kClosed);
  EXPECT_FALSE(ends.server->take_output().empty()) << "what was said before goes out";
}

TEST(ChatChannel, TheClientChecksTheCertificates) {
  Ends ends;
  ends.client_config.trust_root = ends.signer.public_key();
  ends.open();
  ends.pump();
  ASSERT_TRUE(ends.client->failure().has_value());
  EXPECT_EQ(ends.client->failure()->code, ErrorCode::kAuth);
  EXPECT_NE(ends.client->failure()->message.find("intermediate-signature"), std::string::npos);
  EXPECT_TRUE(ends.client->take_output().empty()) << "no static key, no token to a stranger";
  EXPECT_TRUE(ends.server_events.empty());
}

TEST(ChatChannel, RefusedIkIsAnError) {
  Ends ends;
  ends.client_config.pattern = NoisePattern::kIK;
  ends.client_config.known_server_static = ends.server_key.public_key();
  ends.server_config.ik = IkAnswer::kRefuse;
  ends.open();
  ends.pump();
  ASSERT_TRUE(ends.server->failure().has_value());
  EXPECT_EQ(ends.server->failure()->code, ErrorCode::kRefused);
}

TEST(ChatChannel, ConfigurationsThatCannotWork) {
  Ends ends;
  ends.client_config.pattern = NoisePattern::kIK;
  EXPECT_EQ(ChatClient::create(ends.client_config, ends.random).error().code, ErrorCode::kInvalid);
  ends.client_config.pattern = NoisePattern::kXXfallback;
  EXPECT_EQ(ChatClient::create(ends.client_config, ends.random).error().code, ErrorCode::kInvalid);
  ends.client_config.pattern = NoisePattern::kXX;
  ends.client_config.payload = nullptr;
  EXPECT_EQ(ChatClient::create(ends.client_config, ends.random).error().code, ErrorCode::kInvalid);
}

TEST(ChatChannel, EventsBeforeAFaultArriveHoweverTheBytesAreCut) {
  for (std::size_t portion : {SIZE_MAX, std::size_t{1}}) {
    Ends ends;
    ends.open();
    ends.pump();
    ASSERT_TRUE(ends.client->send(kPing).ok());
    ASSERT_TRUE(ends.client->send_raw(Bytes{0x00, 0xf0}).ok());  // sealed well, but no node
    ASSERT_TRUE(ends.client->send(kPing).ok());
    ends.pump(portion);
    EXPECT_EQ(ends.server_events.size(), 2u);
    ASSERT_TRUE(ends.server->failure().has_value());
    EXPECT_EQ(ends.server->failure()->code, ErrorCode::kInvalid);
    EXPECT_EQ(ends.server->feed({}).error().code, ErrorCode::kInvalid);
    EXPECT_EQ(ends.server->send(kPing).error().code, ErrorCode::kClosed);
  }
}

TEST(ChatChannel, RepeatedOrDamagedFramesKillTheChannel) {
  Ends repeated;
  repeated.open();
  repeated.pump();
  ASSERT_TRUE(repeated.client->send(kPing).ok());
  Bytes frame = repeated.client->take_output();
  ASSERT_TRUE(repeated.server->feed(frame).ok());
  EXPECT_EQ(repeated.server->feed(frame).error().code, ErrorCode::kAuth);

  Ends reused;  // a client that reuses a nonce is caught by the server's counter
  reused.open();
  reused.pump();
  ASSERT_TRUE(reused.client->send(kPing).ok());
  reused.client->sending_cipher()->set_counter(0);
  ASSERT_TRUE(reused.client->send(kPing).ok());
  reused.pump();
  EXPECT_EQ(reused.server_events.size(), 2u);
  EXPECT_EQ(reused.server->failure()->code, ErrorCode::kAuth);
}

TEST(ChatChannel, LimitsBeforeAndAfterTheHandshake) {
  Ends ends;
  ends.open();
  Bytes big = *encode_opening();
  append(big, Bytes{0x01, 0x00, 0x01});
  EXPECT_EQ(ends.server->feed(big).error().code, ErrorCode::kLimit);

  Ends after;
  after.server_config.limits.frame_bytes = 1000;
  after.open();
  after.pump();
  ASSERT_TRUE(after.client->send(Node("message", {}, Bytes(2000))).ok());
  after.pump();
  EXPECT_EQ(after.server->failure()->code, ErrorCode::kLimit);
}

TEST(ChatChannel, MessagesOutOfOrder) {
  auto hex_frame = [](std::string_view text) { return *encode_frame(decode_hex(text).value()); };
  // A client finish, a server hello and an empty message where a client hello must be.
  for (std::string_view body : {"2200", "1a00", "", "ffff"}) {
    Ends ends;
    ends.open();
    Bytes bytes = concat({*encode_opening(), hex_frame(body)});
    EXPECT_EQ(ends.server->feed(bytes).error().code, ErrorCode::kInvalid) << body;
  }
  for (std::string_view body : {"2200", "1200", "", "1a00", "ffff"}) {
    Ends ends;
    ends.open();
    EXPECT_EQ(ends.client->feed(hex_frame(body)).error().code, ErrorCode::kInvalid) << body;
  }
}

TEST(ChatChannel, DamagedHandshakesNeverEstablish) {
  Ends probe;
  probe.open();
  Bytes hello = probe.client->take_output();
  ASSERT_TRUE(probe.server->feed(hello).ok());
  Bytes answer = probe.server->take_output();
  for (std::size_t i = 0; i < answer.size(); ++i) {
    Ends ends;
    ends.open();
    ends.client->take_output();
    Bytes bad = answer;
    bad[i] ^= 0x10;
    Result<std::vector<ChannelEvent>> result = ends.client->feed(bad);
    EXPECT_TRUE(!result.ok() || result->empty()) << i;
    EXPECT_FALSE(ends.client->established()) << i;
  }
}

TEST(LoginPayload, FactsHoldNoToken) {
  pb::ClientPayload payload;
  payload.set_product(pb::ClientPayload::INTEROP);
  payload.mutable_interop_data()->set_account_id(10853634039893);
  payload.mutable_interop_data()->set_token("header.claims.signature");
  payload.set_surrogate_protocol_version("1.0.3");
  Result<pb::ClientPayload> parsed = parse_login_payload(serialize_login_payload(payload));
  ASSERT_TRUE(parsed.ok());
  json::object facts = login_facts(*parsed);
  EXPECT_EQ(facts.at("account"), "10853634039893");
  EXPECT_EQ(facts.at("product"), "INTEROP");
  EXPECT_EQ(facts.at("protocol_version"), "1.0.3");
  EXPECT_EQ(facts.at("token").as_string().size(), 4u + 16u);
  EXPECT_EQ(canonical(facts).find("claims"), std::string::npos);
}

TEST(LoginPayload, HostileBytes) {
  for (const std::string& version : {std::string("\xff"), std::string(33, '1')}) {
    pb::ClientPayload payload;
    payload.set_surrogate_protocol_version(version);
    EXPECT_EQ(login_facts(payload).at("protocol_version"), "unreadable");
  }
  EXPECT_EQ(parse_login_payload(Bytes{0xff}).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(parse_login_payload(Bytes(kMaxLoginPayloadBytes + 1)).error().code, ErrorCode::kLimit);
}

}  // namespace
}  // namespace parley::wire
