// What clients say to each other, as values and as protobuf, and senders who write neither.
#include "harness/wire/message_content.h"

#include <gtest/gtest.h>

#include <string>

#include "harness/base/encoding.h"
#include "schemas/message.pb.h"

namespace parley::wire {
namespace {

MediaContent media(MediaType type) {
  MediaContent content;
  content.type = type;
  content.mime = "application/octet-stream";
  content.key.fill(0x4b);
  content.file_sha256.fill(0x01);
  content.encrypted_sha256.fill(0x02);
  content.file_length = 12345;
  content.direct_path = "/v/t62/abc?ccb=1";
  content.url = "https://mmg.whatsapp.net/v/t62/abc?ccb=1";
  content.key_timestamp = 1'700'000'000;
  if (type == MediaType::kFile) content.name = "Rechnung – März.pdf";
  if (type != MediaType::kVoice) {
    content.caption = "look 👩‍👩‍👧‍👦";
    content.thumbnail = Bytes{0xff, 0xd8, 0xff};
  }
  if (type == MediaType::kVideo || type == MediaType::kVoice) {
    content.seconds = 12;
    content.sidecar = Bytes(20, 9);
  }
  if (type == MediaType::kVoice) content.waveform = Bytes(64, 100);
  if (type == MediaType::kImage || type == MediaType::kVideo) {
    content.width = 640;
    content.height = 480;
  }
  return content;
}

MessageReference reference() { return {"3EB0AA", "33612345678@s.whatsapp.net", true, ""}; }

std::vector<MessageContent> every_content() {
  const Quote quote{"3EB0FF", "33612345678@s.whatsapp.net", "what?"};
  MediaContent answer = media(MediaType::kImage);
  answer.quote = quote;
  return {
      TextContent{"hello", std::nullopt},
      TextContent{"שלום, e\u0301 👍🏽", std::nullopt},
      TextContent{"this", quote},
      media(MediaType::kImage),
      media(MediaType::kVideo),
      media(MediaType::kVoice),
      media(MediaType::kFile),
      answer,
      ReactionContent{reference(), "👍", 1'700'000'000'123},
      ReactionContent{reference(), "", 0},
      RevokeContent{reference()},
  };
}

Bytes serialize(const proto::Message& message) {
  return to_bytes(as_bytes(message.SerializeAsString()));
}

ErrorCode refusal(const Bytes& bytes) {
  const auto result = decode_content(bytes);
  EXPECT_FALSE(result.ok());
  return result.ok() ? ErrorCode::kInternal : result.error().code;
}

/// Encodes a good image, changes the protobuf, and returns how it is refused.
template <class Change>
std::string image_refusal(Change change) {
  proto::Message message;
  const Bytes good = encode_content(media(MediaType::kImage)).value();
  EXPECT_TRUE(message.ParseFromArray(good.data(), static_cast<int>(good.size())));
  change(*message.mutable_image_message());
  const auto result = decode_content(serialize(message));
  EXPECT_FALSE(result.ok());
  if (result.ok()) return "accepted";
  EXPECT_EQ(result.error().code, ErrorCode::kInvalid);
  return result.error().message;
}

TEST(MessageContent, EveryKindSurvivesARoundTrip) {
  for (const MessageContent& content : every_content()) {
    const auto bytes = encode_content(content);
    ASSERT_TRUE(bytes.ok()) << content_kind(content) << ": " << bytes.error().text();
    const auto back = decode_content(*bytes);
    ASSERT_TRUE(back.ok()) << content_kind(content) << ": " << back.error().text();
    EXPECT_TRUE(*back == content) << content_kind(content);
    EXPECT_EQ(*encode_content(*back), *bytes) << "the same bytes each time";
  }
}

TEST(MessageContent, FieldNumbersAreThoseOfTheProtocol) {
  EXPECT_EQ(hex(*encode_content(TextContent{"hi", std::nullopt})), "0a026869");
  EXPECT_EQ(hex(*encode_content(TextContent{"hi", Quote{"A", "b@c", "q"}})),
            "3214"        // extendedTextMessage, 6
            "0a026869"    // text, 1
            "8a010d"      // contextInfo, 17
            "0a0141"      // stanzaId, 1
            "1203624063"  // participant, 2
            "1a03"        // quotedMessage, 3
            "0a0171");    // conversation, 1
  EXPECT_EQ(hex(*encode_content(ReactionContent{{"A", "b@c", true, ""}, "x", 5})),
            "f20211"      // reactionMessage, 46
            "0a0a"        // key, 1
            "0a03624063"  // remoteJid, 1
            "1001"        // fromMe, 2
            "1a0141"      // id, 3
            "120178"      // text, 2
            "2005");      // senderTimestampMs, 4
  EXPECT_EQ(hex(*encode_content(RevokeContent{{"A", "", true, ""}})),
            "6209"  // protocolMessage, 12
            "0a05"  // key, 1
            "1001"
            "1a0141"
            "1000");  // type REVOKE, 2
}

TEST(MessageContent, ADocumentWithACaptionIsWrapped) {
  proto::Message message;
  const Bytes bytes = encode_content(media(MediaType::kFile)).value();
  ASSERT_TRUE(message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
  EXPECT_FALSE(message.has_document_message());
  ASSERT_TRUE(message.has_document_with_caption_message());
  // Without the wrapper it reads as the same.
  const auto plain = decode_content(serialize(message.document_with_caption_message().message()));
  ASSERT_TRUE(plain.ok());
  EXPECT_TRUE(*plain == MessageContent(media(MediaType::kFile)));
}

TEST(MessageContent, KindsAndStanzaAttributes) {
  EXPECT_EQ(content_kind(media(MediaType::kVoice)), "voice");
  EXPECT_EQ(content_kind(TextContent{}), "text");
  EXPECT_EQ(content_kind(UnsupportedContent{}), "unsupported");
  EXPECT_EQ(stanza_type(media(MediaType::kFile)), "media");
  EXPECT_EQ(stanza_type(ReactionContent{}), "reaction");
  EXPECT_EQ(stanza_type(RevokeContent{}), "text");
  EXPECT_EQ(enc_media_type(MediaType::kVoice), "ptt");
  EXPECT_EQ(enc_media_type(MediaType::kFile), "document");
  EXPECT_EQ(media_kind(MediaType::kVoice), MediaKind::kAudio);
  for (const auto type :
       {MediaType::kImage, MediaType::kVideo, MediaType::kVoice, MediaType::kFile}) {
    EXPECT_EQ(parse_media_type(to_string(type)), type);
  }
  EXPECT_FALSE(parse_media_type("ptt").has_value());
}

TEST(MessageContent, MediaMustBeComplete) {
  using P = proto::ImageMessage;
  EXPECT_EQ(image_refusal([](P& p) { p.clear_media_key(); }), "media key is not 32 bytes long");
  EXPECT_EQ(image_refusal([](P& p) { p.set_media_key(std::string(31, 'k')); }),
            "media key is not 32 bytes long");
  EXPECT_EQ(image_refusal([](P& p) { p.clear_file_sha256(); }),
            "digest of the file is not 32 bytes long");
  EXPECT_EQ(image_refusal([](P& p) { p.set_file_enc_sha256(std::string(33, 'd')); }),
            "digest of the encrypted file is not 32 bytes long");
  EXPECT_EQ(image_refusal([](P& p) { p.clear_file_length(); }), "media lack a length");
  EXPECT_EQ(image_refusal([](P& p) { p.set_file_length(kMaxMediaBytes + 1); }),
            "media are over 2 GiB");
  EXPECT_EQ(image_refusal([](P& p) { p.clear_mimetype(); }), "media lack a MIME type");
  EXPECT_EQ(image_refusal([](P& p) {
              p.clear_url();
              p.clear_direct_path();
            }),
            "media lack an address");
  EXPECT_EQ(image_refusal([](P& p) { p.set_caption("\xff"); }), "caption is no UTF-8");
}

TEST(MessageContent, AWaveformHasALimit) {
  MediaContent voice = media(MediaType::kVoice);
  voice.waveform.assign(1024, 1);
  EXPECT_TRUE(encode_content(voice).ok());
  voice.waveform.push_back(1);
  EXPECT_EQ(encode_content(voice).error().code, ErrorCode::kInvalid);
}

TEST(MessageContent, BrokenMessagesAreRefused) {
  EXPECT_EQ(refusal({}), ErrorCode::kInvalid) << "no content";
  EXPECT_EQ(refusal(Bytes{0x0a, 0x05, 'h'}), ErrorCode::kInvalid) << "torn";
  EXPECT_EQ(refusal(Bytes{0x0b}), ErrorCode::kInvalid) << "open group";
  proto::Message message;
  message.set_conversation("");
  EXPECT_EQ(refusal(serialize(message)), ErrorCode::kInvalid) << "empty text";
  message.set_conversation("\xc3(");
  EXPECT_EQ(refusal(serialize(message)), ErrorCode::kInvalid) << "not UTF-8";
  message.set_conversation("text");
  message.mutable_reaction_message()->mutable_key()->set_id("A");
  message.mutable_reaction_message()->set_text("x");
  EXPECT_EQ(refusal(serialize(message)), ErrorCode::kInvalid) << "two contents";
  message.clear_conversation();
  EXPECT_TRUE(decode_content(serialize(message)).ok());
  message.mutable_reaction_message()->clear_text();
  EXPECT_EQ(refusal(serialize(message)), ErrorCode::kInvalid) << "reaction without text";
  message.mutable_reaction_message()->set_text("x");
  message.mutable_reaction_message()->clear_key();
  EXPECT_EQ(refusal(serialize(message)), ErrorCode::kInvalid) << "reaction without target";
  message.mutable_reaction_message()->mutable_key()->set_id(std::string(257, 'A'));
  EXPECT_EQ(refusal(serialize(message)), ErrorCode::kInvalid) << "endless id";
}

TEST(MessageContent, FieldsOfLaterVersionsAreTolerated) {
  proto::Message message;
  message.set_conversation("text");
  message.mutable_message_context_info()->set_message_secret("s");
  Bytes bytes = serialize(message);
  append(bytes, Bytes{0xc0, 0x3e, 0x01});  // field 1000, varint 1
  const auto content = decode_content(bytes);
  ASSERT_TRUE(content.ok()) << content.error().text();
  EXPECT_TRUE(*content == MessageContent(TextContent{"text", std::nullopt}));
}

TEST(MessageContent, WhatIsNotUnderstoodIsNamedByItsFields) {
  const auto fields = [](const Bytes& bytes) {
    const auto content = decode_content(bytes);
    EXPECT_TRUE(content.ok());
    const auto* unsupported = std::get_if<UnsupportedContent>(&*content);
    EXPECT_NE(unsupported, nullptr);
    return unsupported != nullptr ? unsupported->fields : std::vector<std::uint32_t>{};
  };
  EXPECT_EQ(fields(Bytes{0xc0, 0x3e, 0x01, 0x22, 0x00}), (std::vector<std::uint32_t>{4, 1000}));
  proto::Message message;
  message.mutable_sticker_message()->set_url("x");
  EXPECT_EQ(fields(serialize(message)), std::vector<std::uint32_t>{26});
  message.Clear();
  message.mutable_protocol_message()->set_type(proto::ProtocolMessage::MESSAGE_EDIT);
  EXPECT_EQ(fields(serialize(message)), std::vector<std::uint32_t>{12});
  message.Clear();
  message.mutable_sender_key_distribution_message()->set_group_id("g");
  EXPECT_EQ(fields(serialize(message)), std::vector<std::uint32_t>{2});
  EXPECT_EQ(encode_content(UnsupportedContent{{26}}).error().code, ErrorCode::kInvalid);
}

TEST(MessageContent, DepthAndSizeAreLimited) {
  const auto delimited = [](Bytes tag, const Bytes& content) {
    for (std::size_t size = content.size();; size >>= 7) {
      tag.push_back(static_cast<std::uint8_t>((size & 0x7f) | (size > 0x7f ? 0x80 : 0)));
      if (size <= 0x7f) break;
    }
    append(tag, content);
    return tag;
  };
  const auto nested = [&](int depth) {
    Bytes bytes = *encode_content(TextContent{"deep", {}});
    for (int i = 0; i < depth; ++i) {
      bytes = delimited({0xc2, 0x02}, delimited({0x0a}, bytes));  // ephemeralMessage, message
    }
    return bytes;
  };
  EXPECT_TRUE(decode_content(nested(15)).ok());
  EXPECT_EQ(refusal(nested(18)), ErrorCode::kLimit);
  EXPECT_EQ(refusal(nested(100)), ErrorCode::kLimit);
  EXPECT_NE(refusal(nested(2000)), ErrorCode::kInternal) << "refused, however deep";
  EXPECT_TRUE(encode_content(TextContent{std::string(500'000, 'x'), {}}).ok());
  EXPECT_EQ(encode_content(TextContent{std::string(kMaxContentBytes, 'x'), {}}).error().code,
            ErrorCode::kLimit);
  EXPECT_EQ(refusal(Bytes(kMaxContentBytes + 1)), ErrorCode::kLimit);
}

TEST(MessageContent, PaddingIsItsOwnNumber) {
  const Bytes body = to_bytes("body");
  for (std::uint8_t count = 1; count <= 16; ++count) {
    const Bytes padded = pad_content(body, count);
    EXPECT_EQ(padded.size(), body.size() + count);
    EXPECT_EQ(padded.back(), count);
    EXPECT_EQ(*unpad_content(padded), body);
  }
  SeededRandom random(1, "padding");
  std::array<int, 17> seen{};
  for (int i = 0; i < 2000; ++i) ++seen[pad_content(body, random).back()];
  EXPECT_EQ(seen[0], 0);
  for (std::size_t count = 1; count <= 16; ++count) EXPECT_GT(seen[count], 50) << count;
}

TEST(MessageContent, OtherPaddingIsRefused) {
  for (const Bytes& bad : {Bytes{}, Bytes{'x', 0}, Bytes{'x', 3, 3}, Bytes{'x', 2, 3, 3}, Bytes{2},
                           Bytes(40, 17), Bytes(300, 255)}) {
    EXPECT_FALSE(unpad_content(bad).ok()) << hex(bad);
  }
  EXPECT_TRUE(unpad_content(Bytes{1})->empty());
  EXPECT_TRUE(unpad_content(Bytes(16, 16))->empty());
}

TEST(MessageContent, TranscriptsHoldNoMediaKeys) {
  const Bytes secret(32, 0x4b);
  const auto holds = [&](BytesView bytes) {
    return as_text(bytes).find(as_text(secret)) != std::string_view::npos;
  };
  for (const auto type :
       {MediaType::kImage, MediaType::kVideo, MediaType::kVoice, MediaType::kFile}) {
    const Bytes bytes = encode_content(media(type)).value();
    ASSERT_TRUE(holds(bytes));
    const auto blanked = blank_media_keys(bytes);
    ASSERT_TRUE(blanked.ok());
    EXPECT_FALSE(holds(*blanked)) << to_string(type);
    EXPECT_EQ(blanked->size(), bytes.size());
    MediaContent expected = media(type);
    expected.key = {};
    EXPECT_TRUE(*decode_content(*blanked) == MessageContent(expected));
  }
  const std::string key(32, 0x4b);
  proto::Message hidden;
  hidden.mutable_sticker_message()->set_media_key(key);
  proto::Message quoting;
  *quoting.mutable_extended_text_message()->mutable_context_info()->mutable_quoted_message() =
      hidden;
  proto::Message wrapped;
  *wrapped.mutable_device_sent_message()->mutable_message() = quoting;
  EXPECT_FALSE(holds(*blank_media_keys(serialize(wrapped))));
  EXPECT_EQ(blank_media_keys(Bytes{0x0a}).error().code, ErrorCode::kInvalid);
}

TEST(MessageContent, ExpectationCarriesWhatWasAnnounced) {
  const MediaExpectation expectation = media(MediaType::kVideo).expectation();
  EXPECT_EQ(expectation.file_length, 12345u);
  EXPECT_EQ((*expectation.file_sha256)[0], 1);
  EXPECT_EQ((*expectation.encrypted_sha256)[0], 2);
  EXPECT_EQ(expectation.sidecar.size(), 20u);
}

}  // namespace
}  // namespace parley::wire
