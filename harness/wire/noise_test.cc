// Handshakes with published keys: every byte that goes over the wire is known beforehand. Then the
// same with damaged messages and with a peer that sends points of low order.
#include "harness/wire/noise.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "harness/base/encoding.h"
#include "harness/base/random.h"
#include "harness/wire/testdata_reader.h"

namespace parley::wire {
namespace {

crypto::X25519KeyPair key_of(BytesView bytes) {
  return crypto::X25519KeyPair::from_private(to_array<32>(bytes));
}

crypto::X25519KeyPair key_member(const json::object& object, std::string_view name) {
  return key_of(hex_member(object, name));
}

Bytes joined(const HandshakeParts& parts) {
  return concat({parts.ephemeral, parts.static_key, parts.payload});
}

NoisePattern pattern_named(std::string_view name) {
  for (NoisePattern p : {NoisePattern::kXX, NoisePattern::kIK, NoisePattern::kXXfallback}) {
    if (protocol_name(p) == name) return p;
  }
  ADD_FAILURE() << name;
  return NoisePattern::kXX;
}

struct Pair {
  NoiseHandshake initiator;
  NoiseHandshake responder;
};

Pair pair_of(const json::object& v) {
  NoiseConfig base{.pattern = pattern_named(*get_string(v, "protocol_name")),
                   .prologue = hex_member(v, "init_prologue"),
                   .static_key = key_member(v, "init_static"),
                   .ephemeral_key = key_member(v, "init_ephemeral"),
                   .peer_static = {},
                   .peer_ephemeral = {},
                   .mix_empty_payload = true};
  NoiseConfig other = base;
  if (v.contains("init_remote_static")) {
    base.peer_static = to_array<32>(BytesView(hex_member(v, "init_remote_static")));
  }
  other.role = NoiseRole::kResponder;
  other.static_key = key_member(v, "resp_static");
  other.ephemeral_key = key_member(v, "resp_ephemeral");
  if (other.pattern == NoisePattern::kXXfallback) {
    other.peer_ephemeral = base.ephemeral_key.public_key();
  }
  return {NoiseHandshake::create(base).value(), NoiseHandshake::create(other).value()};
}

TEST(NoisePublished, HandshakesAndFirstMessages) {
  json::value file = read_testdata("noise_published.json");
  std::size_t vectors = 0;
  std::size_t transport_messages = 0;
  for (const json::value& entry : *get_array(file.as_object(), "vectors")) {
    const json::object& v = entry.as_object();
    SCOPED_TRACE(std::string(*get_string(v, "source")) + " " +
                 std::string(*get_string(v, "protocol_name")));
    Pair pair = pair_of(v);
    bool initiators_turn = pair.initiator.our_turn();
    std::optional<SymmetricState::Keys> keys;
    std::optional<TransportCipher> to_responder[2], to_initiator[2];
    for (const json::value& m : *get_array(v, "messages")) {
      Bytes payload = hex_member(m.as_object(), "payload");
      std::string_view ciphertext = *get_string(m.as_object(), "ciphertext");
      if (!pair.initiator.complete()) {
        NoiseHandshake& writer = initiators_turn ? pair.initiator : pair.responder;
        NoiseHandshake& reader = initiators_turn ? pair.responder : pair.initiator;
        Bytes message = joined(writer.write(payload).value());
        EXPECT_EQ(hex(message), ciphertext);
        EXPECT_EQ(reader.read_concatenated(message).value(), payload);
      } else {
        if (!keys) {
          keys = pair.initiator.split();
          for (int side : {0, 1}) {
            to_responder[side].emplace(keys->initiator_to_responder);
            to_initiator[side].emplace(keys->responder_to_initiator);
          }
        }
        auto& ciphers = initiators_turn ? to_responder : to_initiator;
        Bytes message = ciphers[0]->seal(payload).value();
        EXPECT_EQ(hex(message), ciphertext);
        EXPECT_EQ(ciphers[1]->open(message).value(), payload);
        ++transport_messages;
      }
      initiators_turn = !initiators_turn;
    }
    ASSERT_TRUE(pair.initiator.complete() && pair.responder.complete());
    EXPECT_EQ(pair.initiator.symmetric().hash(), pair.responder.symmetric().hash());
    EXPECT_EQ(pair.initiator.split().initiator_to_responder,
              pair.responder.split().initiator_to_responder);
    if (v.contains("handshake_hash")) {
      EXPECT_EQ(hex(pair.initiator.symmetric().hash()), *get_string(v, "handshake_hash"));
    }
    ++vectors;
  }
  EXPECT_EQ(vectors, 5u);
  EXPECT_EQ(transport_messages, 3u + 4u + 2u);
}

// The chat protocol's own transcript, which leaves the empty first payload out of the hash.
class ChatHandshake : public testing::Test {
 protected:
  json::object file = read_testdata("chat_handshake.json").as_object();
  const json::object& keys = *get_object(file, "keys");
  NoiseConfig client{.prologue = {0x57, 0x41, 0x06, 0x03},
                     .static_key = key_member(keys, "client_static_priv"),
                     .ephemeral_key = key_member(keys, "client_ephemeral_priv"),
                     .peer_static = {},
                     .peer_ephemeral = {}};
  NoiseConfig server{.role = NoiseRole::kResponder,
                     .prologue = client.prologue,
                     .static_key = key_member(keys, "server_static_priv"),
                     .ephemeral_key = key_member(keys, "server_ephemeral_priv"),
                     .peer_static = {},
                     .peer_ephemeral = {}};

  std::string text(std::string_view name) { return std::string(*get_string(file, name)); }
  std::string text(std::string_view object, std::string_view name) {
    return std::string(*get_string(*get_object(file, object), name));
  }
};

TEST_F(ChatHandshake, MatchesTheTranscript) {
  NoiseHandshake initiator = NoiseHandshake::create(client).value();
  NoiseHandshake responder = NoiseHandshake::create(server).value();
  EXPECT_EQ(hex(initiator.symmetric().hash()), text("h_after_header"));
  HandshakeParts hello = initiator.write({}).value();
  EXPECT_TRUE(hello.payload.empty());
  EXPECT_EQ(hex(initiator.symmetric().hash()), text("h_after_e"));
  EXPECT_EQ(*responder.read(hello), Bytes());

  HandshakeParts answer = responder.write(decode_hex(text("cert_plain")).value()).value();
  EXPECT_EQ(hex(answer.static_key), text("enc_server_static"));
  EXPECT_EQ(hex(answer.payload), text("enc_cert"));
  EXPECT_EQ(hex(responder.symmetric().chaining_key()), text("after_es", "ck"));
  EXPECT_EQ(hex(responder.symmetric().cipher_key()), text("after_es", "k"));
  EXPECT_EQ(hex(initiator.read(answer).value()), text("cert_plain"));

  HandshakeParts finish = initiator.write(decode_hex(text("payload_plain")).value()).value();
  EXPECT_EQ(hex(finish.static_key), text("enc_client_static"));
  EXPECT_EQ(hex(finish.payload), text("enc_payload"));
  EXPECT_EQ(hex(initiator.symmetric().chaining_key()), text("after_se", "ck"));
  EXPECT_EQ(hex(responder.read(finish).value()), text("payload_plain"));

  SymmetricState::Keys split = responder.split();
  EXPECT_EQ(hex(split.initiator_to_responder), text("split", "client_to_server"));
  EXPECT_EQ(hex(split.responder_to_initiator), text("split", "server_to_client"));
  TransportCipher cipher(split.initiator_to_responder);
  Bytes frame =
      cipher.seal(decode_hex(text("first_transport_frame_c2s", "plaintext")).value()).value();
  EXPECT_EQ(hex(frame), text("first_transport_frame_c2s", "ciphertext"));
}

TEST_F(ChatHandshake, EveryFlippedBitIsRefused) {
  NoiseHandshake initiator = NoiseHandshake::create(client).value();
  NoiseHandshake responder = NoiseHandshake::create(server).value();
  HandshakeParts hello = initiator.write({}).value();
  ASSERT_TRUE(responder.read(hello).ok());
  HandshakeParts answer = responder.write(as_bytes("certificates")).value();
  for (Bytes HandshakeParts::* part :
       {&HandshakeParts::ephemeral, &HandshakeParts::static_key, &HandshakeParts::payload}) {
    for (std::size_t bit = 0; bit < (answer.*part).size() * 8; ++bit) {
      HandshakeParts bad = answer;
      (bad.*part)[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
      NoiseHandshake victim = NoiseHandshake::create(client).value();
      ASSERT_TRUE(victim.write({}).ok());
      Result<Bytes> result = victim.read(bad);
      ASSERT_FALSE(result.ok());
      EXPECT_EQ(result.error().code, ErrorCode::kAuth);
      EXPECT_EQ(victim.write({}).error().code, ErrorCode::kClosed);
    }
  }
}

TEST_F(ChatHandshake, PartsOfTheWrongSizeAreRefused) {
  auto refused = [&](HandshakeParts parts) {
    NoiseHandshake responder = NoiseHandshake::create(server).value();
    return responder.read(parts).error().code;
  };
  EXPECT_EQ(refused({{}, {}, {}}), ErrorCode::kInvalid);
  EXPECT_EQ(refused({Bytes(31), {}, {}}), ErrorCode::kInvalid);
  EXPECT_EQ(refused({Bytes(33), {}, {}}), ErrorCode::kInvalid);
  EXPECT_EQ(refused({Bytes(32, 9), Bytes(48), {}}), ErrorCode::kInvalid) << "XX has no static here";
}

TEST_F(ChatHandshake, PointsOfLowOrderAreRefused) {
  for (std::uint8_t first : {0, 1}) {
    Bytes point(32);
    point[0] = first;
    NoiseHandshake responder = NoiseHandshake::create(server).value();
    ASSERT_TRUE(responder.read({point, {}, {}}).ok()) << "XX agrees on nothing yet";
    EXPECT_EQ(responder.write({}).error().code, ErrorCode::kInvalid);
  }
}

TEST_F(ChatHandshake, TurnsAreKept) {
  NoiseHandshake initiator = NoiseHandshake::create(client).value();
  NoiseHandshake responder = NoiseHandshake::create(server).value();
  EXPECT_TRUE(initiator.our_turn());
  EXPECT_FALSE(responder.our_turn());
  EXPECT_EQ(responder.write({}).error().code, ErrorCode::kInternal);
  EXPECT_EQ(initiator.read({}).error().code, ErrorCode::kInternal);
}

TEST_F(ChatHandshake, MissingKeysAreNamedAtTheStart) {
  client.pattern = NoisePattern::kIK;
  EXPECT_EQ(NoiseHandshake::create(client).error().code, ErrorCode::kInvalid);
  server.pattern = NoisePattern::kXXfallback;
  EXPECT_EQ(NoiseHandshake::create(server).error().code, ErrorCode::kInvalid);
}

TEST(TransportCipher, CountsAndRefusesReplay) {
  TransportCipher sender(crypto::AesKey{1}), receiver(crypto::AesKey{1});
  EXPECT_EQ(sender.key_id(), receiver.key_id());
  EXPECT_EQ(sender.key_id().size(), 16u);
  Bytes one = sender.seal(as_bytes("one")).value();
  EXPECT_EQ(sender.counter(), 1u);
  EXPECT_TRUE(receiver.open(one).ok());
  EXPECT_EQ(receiver.open(one).error().code, ErrorCode::kAuth);
  EXPECT_EQ(receiver.counter(), 1u) << "a refused frame uses no nonce";
  EXPECT_TRUE(receiver.open(sender.seal(as_bytes("two")).value()).ok());
}

TEST(TransportCipher, NeverWraps) {
  TransportCipher sender(crypto::AesKey{1}, UINT32_MAX), receiver(crypto::AesKey{1}, UINT32_MAX);
  Bytes last = sender.seal(as_bytes("last")).value();
  EXPECT_TRUE(receiver.open(last).ok());
  EXPECT_EQ(sender.seal(as_bytes("over")).error().code, ErrorCode::kLimit);
  EXPECT_EQ(receiver.open(last).error().code, ErrorCode::kLimit);
}

}  // namespace
}  // namespace parley::wire
