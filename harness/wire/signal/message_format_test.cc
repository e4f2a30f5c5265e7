// Signal messages as bytes: no keys, no sessions, and an author who may write anything.
#include "harness/wire/signal/message_format.h"

#include <gtest/gtest.h>

#include <string>

#include "harness/base/random.h"
#include "harness/wire/signal/identity.h"
#include "schemas/signal.pb.h"

namespace parley::signal {
namespace {

crypto::PublicKey some_key(std::uint8_t value) {
  crypto::PublicKey key;
  key.fill(value);
  return key;
}

WhisperMessage whisper() {
  WhisperMessage message;
  message.ratchet_key = some_key(0x11);
  message.counter = 300;
  message.previous_counter = 4;
  message.ciphertext = Bytes(32, 0xAA);
  message.mac.fill(0x55);
  return message;
}

PreKeyMessage prekey_message() {
  PreKeyMessage message;
  message.registration_id = 77;
  message.one_time_prekey_id = 5;
  message.signed_prekey_id = 6;
  message.base_key = some_key(0x22);
  message.identity = some_key(0x33);
  message.message = whisper().serialize();
  return message;
}

template <class Change>
Bytes changed_whisper(Change change) {
  proto::SignalMessage proto;
  const Bytes body = whisper().serialize_without_mac();
  EXPECT_TRUE(proto.ParseFromArray(body.data() + 1, static_cast<int>(body.size() - 1)));
  change(proto);
  Bytes out{kVersionByte};
  append(out, as_bytes(proto.SerializePartialAsString()));
  append(out, Bytes(kMacSize));
  return out;
}

template <class Change>
Bytes changed_prekey(Change change) {
  proto::PreKeySignalMessage proto;
  const Bytes body = prekey_message().serialize();
  EXPECT_TRUE(proto.ParseFromArray(body.data() + 1, static_cast<int>(body.size() - 1)));
  change(proto);
  Bytes out{kVersionByte};
  append(out, as_bytes(proto.SerializeAsString()));
  return out;
}

ErrorCode whisper_error(BytesView bytes) {
  const auto parsed = WhisperMessage::parse(bytes);
  EXPECT_FALSE(parsed.ok());
  return parsed.ok() ? ErrorCode::kInternal : parsed.error().code;
}
ErrorCode prekey_error(BytesView bytes) {
  const auto parsed = PreKeyMessage::parse(bytes);
  EXPECT_FALSE(parsed.ok());
  return parsed.ok() ? ErrorCode::kInternal : parsed.error().code;
}

TEST(MessageFormat, WhisperMessageHasTheDocumentedBytes) {
  Bytes expected{0x33, 0x0a, 33, 0x05};
  expected.insert(expected.end(), 32, 0x11);
  append(expected, Bytes{0x10, 0xac, 0x02, 0x18, 0x04, 0x22, 32});
  expected.insert(expected.end(), 32, 0xAA);
  EXPECT_EQ(whisper().serialize_without_mac(), expected);
  expected.insert(expected.end(), 8, 0x55);
  EXPECT_EQ(whisper().serialize(), expected);
}

TEST(MessageFormat, BothFormsSurviveARoundTrip) {
  const auto message = WhisperMessage::parse(whisper().serialize());
  ASSERT_TRUE(message.ok());
  EXPECT_EQ(message->serialize(), whisper().serialize());
  EXPECT_EQ(message->counter, 300u);
  EXPECT_EQ(message->previous_counter, 4u);
  const auto outer = PreKeyMessage::parse(prekey_message().serialize());
  ASSERT_TRUE(outer.ok());
  EXPECT_EQ(outer->serialize(), prekey_message().serialize());
  EXPECT_EQ(outer->one_time_prekey_id, 5u);
  PreKeyMessage without = prekey_message();
  without.one_time_prekey_id.reset();
  EXPECT_FALSE(PreKeyMessage::parse(without.serialize())->one_time_prekey_id.has_value());
}

TEST(MessageFormat, HighNibbleDecidesTheVersion) {
  for (int byte = 0; byte < 256; ++byte) {
    Bytes bytes = whisper().serialize();
    bytes[0] = static_cast<std::uint8_t>(byte);
    if (byte >> 4 == 3) {
      const auto message = WhisperMessage::parse(bytes);
      ASSERT_TRUE(message.ok()) << byte;
      EXPECT_EQ(message->version_byte, byte);
    } else {
      EXPECT_EQ(whisper_error(bytes), ErrorCode::kUnsupported) << byte;
    }
  }
  PreKeyMessage newer = prekey_message();
  newer.version_byte = 0x34;
  EXPECT_EQ(prekey_error(newer.serialize()), ErrorCode::kInvalid) << "0x33 inside 0x34";
  newer.message[0] = 0x34;
  EXPECT_TRUE(PreKeyMessage::parse(newer.serialize()).ok());
}

TEST(MessageFormat, RefusesAnIncompleteWhisperMessage) {
  EXPECT_EQ(whisper_error({}), ErrorCode::kInvalid);
  EXPECT_EQ(whisper_error(Bytes{0x33, 1, 2, 3}), ErrorCode::kInvalid);
  using P = proto::SignalMessage;
  EXPECT_EQ(whisper_error(changed_whisper([](P& p) { p.clear_ratchet_key(); })),
            ErrorCode::kInvalid);
  EXPECT_EQ(whisper_error(changed_whisper([](P& p) { p.clear_counter(); })), ErrorCode::kInvalid);
  EXPECT_EQ(whisper_error(changed_whisper([](P& p) { p.clear_ciphertext(); })),
            ErrorCode::kInvalid);
  EXPECT_EQ(whisper_error(changed_whisper([](P& p) { p.set_ciphertext(""); })),
            ErrorCode::kInvalid);
  EXPECT_EQ(whisper_error(changed_whisper([](P& p) { p.set_ciphertext(std::string(17, 'x')); })),
            ErrorCode::kInvalid);
  EXPECT_EQ(whisper_error(changed_whisper([](P& p) { p.set_counter(0xFFFFFFFF); })),
            ErrorCode::kLimit);
  EXPECT_TRUE(
      WhisperMessage::parse(changed_whisper([](P& p) { p.clear_previous_counter(); })).ok());
}

TEST(MessageFormat, RefusesKeysInAnyOtherSpelling) {
  using P = proto::SignalMessage;
  const auto with_key = [](std::string key) {
    return changed_whisper([&](P& p) { p.set_ratchet_key(key); });
  };
  const std::string key(32, '\x11');
  EXPECT_TRUE(WhisperMessage::parse(with_key('\x05' + key)).ok());
  EXPECT_EQ(whisper_error(with_key(key)), ErrorCode::kInvalid);
  EXPECT_EQ(whisper_error(with_key('\x06' + key)), ErrorCode::kInvalid);
  EXPECT_EQ(whisper_error(with_key('\x05' + key + 'x')), ErrorCode::kInvalid);
  EXPECT_EQ(whisper_error(with_key("\x05" + key.substr(1) + "\x91")), ErrorCode::kInvalid)
      << "bit 255";
}

TEST(MessageFormat, RefusesAnIncompletePreKeyMessage) {
  using P = proto::PreKeySignalMessage;
  EXPECT_EQ(prekey_error(changed_prekey([](P& p) { p.clear_base_key(); })), ErrorCode::kInvalid);
  EXPECT_EQ(prekey_error(changed_prekey([](P& p) { p.clear_identity_key(); })),
            ErrorCode::kInvalid);
  EXPECT_EQ(prekey_error(changed_prekey([](P& p) { p.clear_message(); })), ErrorCode::kInvalid);
  EXPECT_EQ(prekey_error(changed_prekey([](P& p) { p.clear_registration_id(); })),
            ErrorCode::kInvalid);
  EXPECT_EQ(prekey_error(changed_prekey([](P& p) { p.clear_signed_pre_key_id(); })),
            ErrorCode::kInvalid);
  EXPECT_EQ(prekey_error(changed_prekey([](P& p) { p.set_pre_key_id(0x1000000); })),
            ErrorCode::kInvalid);
  EXPECT_EQ(prekey_error(changed_prekey([](P& p) { p.set_signed_pre_key_id(0x1000000); })),
            ErrorCode::kInvalid);
  EXPECT_EQ(prekey_error(changed_prekey([](P& p) { p.set_message(""); })), ErrorCode::kInvalid);
}

TEST(MessageFormat, SizeIsLimited) {
  WhisperMessage message = whisper();
  message.ciphertext = Bytes(kMaxMessageBytes - 16 * 8);
  EXPECT_TRUE(WhisperMessage::parse(message.serialize()).ok());
  message.ciphertext = Bytes(kMaxMessageBytes);
  EXPECT_EQ(whisper_error(message.serialize()), ErrorCode::kLimit);
}

TEST(MessageFormat, NoBytesCrashTheParser) {
  SeededRandom random(1, "signal bytes");
  int parsed = 0;
  for (int round = 0; round < 20'000; ++round) {
    Bytes bytes = round % 2 == 0 ? whisper().serialize() : prekey_message().serialize();
    for (std::uint64_t i = random.below(4); i > 0; --i) {
      bytes[random.below(bytes.size())] = static_cast<std::uint8_t>(random.below(256));
    }
    bytes.resize(random.below(4) == 0 ? random.below(bytes.size()) : bytes.size());
    parsed += WhisperMessage::parse(bytes).ok() ? 1 : 0;
    parsed += PreKeyMessage::parse(bytes).ok() ? 1 : 0;
  }
  EXPECT_GT(parsed, 1000);
  EXPECT_LT(parsed, 20'000);
}

TEST(MessageFormat, HeaderTellsWhatIsVisibleWithoutKeys) {
  const auto header = read_header(MessageType::kPreKey, prekey_message().serialize());
  ASSERT_TRUE(header.ok());
  EXPECT_EQ(header->counter, 300u);
  EXPECT_EQ(header->ratchet_key, some_key(0x11));
  EXPECT_EQ(header->one_time_prekey_id, 5u);
  EXPECT_EQ(header->signed_prekey_id, 6u);
  EXPECT_EQ(header->registration_id, 77u);
  EXPECT_EQ(header->sender_identity, some_key(0x33));
  const auto plain = read_header(MessageType::kWhisper, whisper().serialize());
  ASSERT_TRUE(plain.ok());
  EXPECT_FALSE(plain->signed_prekey_id.has_value());
  EXPECT_EQ(read_header(MessageType::kPreKey, whisper().serialize()).error().code,
            ErrorCode::kInvalid);
}

TEST(MessageFormat, TypesHaveTheStanzaSpellings) {
  EXPECT_EQ(to_string(MessageType::kPreKey), "pkmsg");
  EXPECT_EQ(to_string(MessageType::kWhisper), "msg");
  EXPECT_EQ(parse_message_type("pkmsg"), MessageType::kPreKey);
  EXPECT_EQ(parse_message_type("msg"), MessageType::kWhisper);
  EXPECT_FALSE(parse_message_type("skmsg").has_value());
}

}  // namespace
}  // namespace parley::signal
