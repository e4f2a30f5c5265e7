// Messages that Parley's own clients never write in earnest: kinds that interoperability need not
// carry, protobufs that nobody may render, and fields of a later version. For showing that
// receivers deal with them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/bytes.h"
#include "harness/wire/message_content.h"

namespace parley::wire {

/// Kinds of message that native users have and Article 7(2) does not name.
enum class NativeKind { kSticker, kPoll, kContact, kLocation, kViewOnce, kDisappearing };
/// "sticker", "poll", "contact", "location", "view-once", "disappearing"; nullopt for another word.
std::optional<NativeKind> parse_native_kind(std::string_view text);
/// The protobuf of one, without padding. `text` stands where people would read it; `file` is what a
/// sticker or a view-once image refers to.
Bytes native_content(NativeKind kind, const std::string& text, const MediaContent& file);
/// Whether that kind refers to a file.
bool has_file(NativeKind kind);

/// What is wrong with a malformed message. decode_content refuses each.
enum class Malformation {
  kNotProtobuf,  ///< random-looking bytes
  kTruncated,    ///< ends within a field
  kBadText,      ///< a text that is no UTF-8
  kTwoContents,  ///< a text and an image at once
  kEmpty,        ///< no content
  kShortDigest,  ///< media with a digest of 31 bytes
  kTooDeep,      ///< wrapped over and over
  kTooLarge,     ///< over kMaxContentBytes
  kBadPadding,   ///< sound, but the padding's bytes differ from their number
};
/// "not-protobuf", "truncated", "bad-text", ...; nullopt for another word.
std::optional<Malformation> parse_malformation(std::string_view text);
/// The bytes as they are encrypted, with their padding. `text` stands in them where it can.
Bytes malformed_content(Malformation malformation, const std::string& text);

/// The same message with fields of numbers that no version uses: a number, a text and a nested
/// message.
Bytes with_unknown_fields(BytesView protobuf);

}  // namespace parley::wire
