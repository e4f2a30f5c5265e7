// The world: protobufs that no client of ours writes in earnest, and the reader that every message
// passes through.
#include "harness/wire/unusual_content.h"

#include <gtest/gtest.h>

namespace parley::wire {
namespace {

MediaContent image() {
  MediaContent media;
  media.type = MediaType::kImage;
  media.mime = "image/jpeg";
  media.direct_path = "/v/t1/abc.enc?oe=1";
  media.file_length = 10;
  return media;
}

std::string kind_of(const Bytes& protobuf) {
  const auto content = decode_content(protobuf);
  return content.ok() ? std::string(content_kind(*content)) : content.error().text();
}

TEST(UnusualContent, NativeKindsAreUnsupportedOrReadAsWhatTheyWrap) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"sticker", "unsupported"},  {"poll", "unsupported"}, {"contact", "unsupported"},
      {"location", "unsupported"}, {"view-once", "image"},  {"disappearing", "text"}};
  for (const auto& [word, kind] : rows) {
    const auto native = parse_native_kind(word);
    ASSERT_TRUE(native) << word;
    EXPECT_EQ(kind_of(native_content(*native, "Shall we?", image())), kind) << word;
  }
  EXPECT_FALSE(parse_native_kind("hologram"));
  EXPECT_TRUE(has_file(NativeKind::kSticker));
  EXPECT_FALSE(has_file(NativeKind::kPoll));
}

TEST(UnusualContent, EveryMalformationIsRefused) {
  for (const std::string_view word :
       {"not-protobuf", "truncated", "bad-text", "two-contents", "empty", "short-digest",
        "too-deep", "too-large", "bad-padding"}) {
    const auto malformation = parse_malformation(word);
    ASSERT_TRUE(malformation) << word;
    const auto plain = unpad_content(malformed_content(*malformation, "Look."));
    EXPECT_EQ(plain.ok(), word != "bad-padding") << word;
    if (plain.ok()) EXPECT_FALSE(decode_content(*plain).ok()) << word;
  }
  EXPECT_FALSE(parse_malformation("fine"));
}

TEST(UnusualContent, UnknownFieldsChangeNothing) {
  for (const MessageContent& content :
       {MessageContent(TextContent{"hello", Quote{"A1", "1@s.whatsapp.net", "hi"}}),
        MessageContent(image())}) {
    const auto plain = encode_content(content);
    ASSERT_TRUE(plain.ok());
    const Bytes extended = with_unknown_fields(*plain);
    EXPECT_GT(extended.size(), plain->size());
    const auto read = decode_content(extended);
    ASSERT_TRUE(read.ok()) << read.error().text();
    EXPECT_TRUE(*read == content);
  }
}

}  // namespace
}  // namespace parley::wire
