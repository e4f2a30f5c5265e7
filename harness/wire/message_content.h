// What a decrypted message says: a plain value on one side, the protobuf `Message` of
// schemas/message.proto and its padding on the other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/base/random.h"
#include "harness/base/result.h"
#include "harness/crypto/hash.h"
#include "harness/wire/media_encryption.h"

namespace parley::wire {

inline constexpr std::size_t kMaxContentBytes = 512 * 1024;
inline constexpr int kMaxContentDepth = 32;  ///< nested protobuf messages of any kind

/// The message that this one answers.
struct Quote {
  std::string id;
  std::string participant;  ///< JID of the quoted message's author
  std::string text;         ///< what was quoted, where it was text; may be empty
  bool operator==(const Quote&) const = default;
};

struct TextContent {
  std::string text;
  std::optional<Quote> quote;
  bool operator==(const TextContent&) const = default;
};

/// The spellings of operations and events.
enum class MediaType { kImage, kVideo, kVoice, kFile };
std::string_view to_string(MediaType type);  ///< "image", "video", "voice", "file"
std::optional<MediaType> parse_media_type(std::string_view text);
MediaKind media_kind(MediaType type);             ///< which keys encrypt it
std::string_view enc_media_type(MediaType type);  ///< <enc mediatype>: image, video, ptt, document

struct MediaContent {
  MediaType type = MediaType::kFile;
  std::string mime;
  std::string name;     ///< file name; travels for kFile only
  std::string caption;  ///< not for kVoice
  MediaKey key{};
  crypto::Digest32 file_sha256{};
  crypto::Digest32 encrypted_sha256{};
  std::uint64_t file_length = 0;
  std::string url;                 ///< absolute; at least one of url and direct_path is present
  std::string direct_path;         ///< on the media host
  std::int64_t key_timestamp = 0;  ///< unix seconds; 0: absent
  std::uint32_t seconds = 0;       ///< kVideo, kVoice
  std::uint32_t width = 0;         ///< kImage, kVideo
  std::uint32_t height = 0;
  Bytes waveform;   ///< kVoice: 64 amplitudes 0..100 from the native clients
  Bytes sidecar;    ///< kVideo, kVoice
  Bytes thumbnail;  ///< JPEG; not for kVoice
  std::optional<Quote> quote;

  MediaExpectation expectation() const;
  bool operator==(const MediaContent&) const = default;
};

/// Names a message of the same chat.
struct MessageReference {
  std::string id;
  std::string chat;         ///< JID of the chat
  bool from_me = false;     ///< from the view of the one who writes this reference
  std::string participant;  ///< groups only
  bool operator==(const MessageReference&) const = default;
};

struct ReactionContent {
  MessageReference target;
  std::string emoji;  ///< empty takes the reaction back
  std::int64_t timestamp_ms = 0;
  bool operator==(const ReactionContent&) const = default;
};

/// The sender takes back a message.
struct RevokeContent {
  MessageReference target;
  bool operator==(const RevokeContent&) const = default;
};

/// Well-formed, but nothing that this harness reads: the numbers of the fields that it carries.
struct UnsupportedContent {
  std::vector<std::uint32_t> fields;
  bool operator==(const UnsupportedContent&) const = default;
};

using MessageContent =
    std::variant<TextContent, MediaContent, ReactionContent, RevokeContent, UnsupportedContent>;

/// "text", "image", "video", "voice", "file", "reaction", "revoke", "unsupported".
std::string_view content_kind(const MessageContent& content);
/// The `type` attribute of <message>: text, media, reaction.
std::string_view stanza_type(const MessageContent& content);

/// The protobuf bytes, without padding. Deterministic. kInvalid for UnsupportedContent and for
/// values that decode_content would refuse.
Result<Bytes> encode_content(const MessageContent& content);

/// Reads protobuf bytes without padding. Unknown fields are tolerated. kLimit over
/// kMaxContentBytes or kMaxContentDepth; kInvalid for broken protobuf, an empty message, two
/// contents in one, text that is no UTF-8, or media without a key, digests of 32 bytes, a length,
/// a MIME type or an address. Wrapped messages (ephemeral, view once, document with caption) are
/// read as what they wrap.
Result<MessageContent> decode_content(BytesView protobuf);

/// Appends `count` bytes of value `count`; 1..16.
Bytes pad_content(BytesView protobuf, std::uint8_t count);
Bytes pad_content(BytesView protobuf, Random& random);
/// Strict: kInvalid unless the last byte is 1..16 and so many bytes at the end have that value.
Result<Bytes> unpad_content(BytesView padded);

/// The same protobuf with the bytes of every media key and of the message's own secret set to zero,
/// for transcripts. kInvalid where it is no protobuf.
Result<Bytes> blank_media_keys(BytesView protobuf);

}  // namespace parley::wire
