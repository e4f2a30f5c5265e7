#include "harness/wire/unusual_content.h"

#include <algorithm>
#include <array>
#include <utility>

namespace parley::wire {
namespace {

// Numbers of the chat protocol's Message fields.
constexpr std::uint32_t kConversation = 1;
constexpr std::uint32_t kImage = 3;
constexpr std::uint32_t kContact = 4;
constexpr std::uint32_t kLocation = 5;
constexpr std::uint32_t kExtendedText = 6;
constexpr std::uint32_t kSticker = 26;
constexpr std::uint32_t kViewOnce = 37;
constexpr std::uint32_t kEphemeral = 40;
constexpr std::uint32_t kPoll = 49;

void put_varint(Bytes& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
  out.push_back(static_cast<std::uint8_t>(value));
}

/// One field, written by hand: what is built here protobuf's own writer would refuse to write.
class FieldWriter {
 public:
  FieldWriter& number(std::uint32_t field, std::uint64_t value) {
    put_varint(bytes_, std::uint64_t{field} << 3);
    put_varint(bytes_, value);
    return *this;
  }
  FieldWriter& bytes(std::uint32_t field, BytesView value) {
    put_varint(bytes_, std::uint64_t{field} << 3 | 2);
    put_varint(bytes_, value.size());
    append(bytes_, value);
    return *this;
  }
  FieldWriter& text(std::uint32_t field, std::string_view value) {
    return bytes(field, as_bytes(value));
  }
  Bytes take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

Bytes field(std::uint32_t number, BytesView value) {
  return FieldWriter().bytes(number, value).take();
}

/// A message inside one of the wrappers, whose field 1 it is.
Bytes wrapped(std::uint32_t wrapper, BytesView message) {
  return field(wrapper, field(1, message));
}

Bytes text_message(std::string_view text) { return field(kConversation, as_bytes(text)); }

Bytes sticker(const MediaContent& file) {
  FieldWriter sticker;
  sticker.bytes(2, file.file_sha256).bytes(3, file.encrypted_sha256).bytes(4, file.key);
  sticker.text(5, "image/webp").number(6, 512).number(7, 512);
  sticker.text(8, file.direct_path).number(9, file.file_length);
  return field(kSticker, sticker.take());
}

Bytes poll(const std::string& question) {
  FieldWriter poll;
  poll.bytes(1, Bytes(32, 7)).text(2, question);
  for (const std::string_view option : {"Yes", "No"}) {
    poll.bytes(3, FieldWriter().text(1, option).take());
  }
  return field(kPoll, poll.number(4, 1).take());
}

Bytes contact(const std::string& name) {
  const std::string card = "BEGIN:VCARD\nVERSION:3.0\nFN:" + name + "\nEND:VCARD";
  return field(kContact, FieldWriter().text(1, name).text(16, card).take());
}

Bytes location(const std::string& name) {
  FieldWriter location;
  // Latitude and longitude are doubles: wire type 1, eight bytes, here 0 for both.
  Bytes bytes = {1 << 3 | 1, 0, 0, 0, 0, 0, 0, 0, 0, 2 << 3 | 1, 0, 0, 0, 0, 0, 0, 0, 0};
  append(bytes, FieldWriter().text(3, name).take());
  return field(kLocation, bytes);
}

Bytes disappearing(const std::string& text) {
  const Bytes context = FieldWriter().number(25, 86'400).take();
  const Bytes extended = FieldWriter().text(1, text).bytes(17, context).take();
  return wrapped(kEphemeral, field(kExtendedText, extended));
}

Bytes short_digest() {
  FieldWriter image;
  image.text(2, "image/jpeg").bytes(4, Bytes(31, 1)).number(5, 10).bytes(8, Bytes(32, 2));
  image.bytes(9, Bytes(32, 3)).text(11, "/v/t1/none.enc?oe=1");
  return field(kImage, image.take());
}

Bytes too_deep(std::string_view text) {
  Bytes message = text_message(text);
  for (int depth = 0; depth < kMaxContentDepth; ++depth) message = wrapped(kEphemeral, message);
  return message;
}

Bytes two_contents(std::string_view text) {
  Bytes message = text_message(text);
  append(message, field(kExtendedText, FieldWriter().text(1, text).take()));
  return message;
}

constexpr std::array<std::pair<std::string_view, NativeKind>, 6> kNativeKinds = {{
    {"sticker", NativeKind::kSticker},
    {"poll", NativeKind::kPoll},
    {"contact", NativeKind::kContact},
    {"location", NativeKind::kLocation},
    {"view-once", NativeKind::kViewOnce},
    {"disappearing", NativeKind::kDisappearing},
}};

constexpr std::array<std::pair<std::string_view, Malformation>, 9> kMalformations = {{
    {"not-protobuf", Malformation::kNotProtobuf},
    {"truncated", Malformation::kTruncated},
    {"bad-text", Malformation::kBadText},
    {"two-contents", Malformation::kTwoContents},
    {"empty", Malformation::kEmpty},
    {"short-digest", Malformation::kShortDigest},
    {"too-deep", Malformation::kTooDeep},
    {"too-large", Malformation::kTooLarge},
    {"bad-padding", Malformation::kBadPadding},
}};

template <class Table>
auto find_word(const Table& table, std::string_view text) {
  using Value = typename Table::value_type::second_type;
  const auto found = std::ranges::find(table, text, &Table::value_type::first);
  return found == table.end() ? std::optional<Value>() : std::optional<Value>(found->second);
}

Bytes malformed_protobuf(Malformation malformation, const std::string& text) {
  switch (malformation) {
    case Malformation::kNotProtobuf:
      return Bytes(64, 0xFF);
    case Malformation::kTruncated: {
      Bytes message = text_message(text);
      message.resize(message.size() - 1);
      return message;
    }
    case Malformation::kBadText:
      return text_message(text + "\xC3\x28");
    case Malformation::kTwoContents:
      return two_contents(text);
    case Malformation::kEmpty:
      return {};
    case Malformation::kShortDigest:
      return short_digest();
    case Malformation::kTooDeep:
      return too_deep(text);
    case Malformation::kTooLarge:
      return text_message(text + std::string(kMaxContentBytes, 'x'));
    case Malformation::kBadPadding:
      break;
  }
  return text_message(text);
}

}  // namespace

std::optional<NativeKind> parse_native_kind(std::string_view text) {
  return find_word(kNativeKinds, text);
}

std::optional<Malformation> parse_malformation(std::string_view text) {
  return find_word(kMalformations, text);
}

bool has_file(NativeKind kind) {
  return kind == NativeKind::kSticker || kind == NativeKind::kViewOnce;
}

Bytes native_content(NativeKind kind, const std::string& text, const MediaContent& file) {
  switch (kind) {
    case NativeKind::kSticker:
      return sticker(file);
    case NativeKind::kPoll:
      return poll(text);
    case NativeKind::kContact:
      return contact(text);
    case NativeKind::kLocation:
      return location(text);
    case NativeKind::kViewOnce: {
      const Result<Bytes> image = encode_content(file);
      return wrapped(kViewOnce, image.ok() ? BytesView(*image) : BytesView());
    }
    case NativeKind::kDisappearing:
      break;
  }
  return disappearing(text);
}

Bytes malformed_content(Malformation malformation, const std::string& text) {
  Bytes message = malformed_protobuf(malformation, text);
  if (malformation != Malformation::kBadPadding) return pad_content(message, std::uint8_t{4});
  append(message, Bytes{1, 2, 3, 4});
  return message;
}

Bytes with_unknown_fields(BytesView protobuf) {
  Bytes message = to_bytes(protobuf);
  FieldWriter more;
  more.number(5001, 42).text(5002, "of a later version");
  more.bytes(5003, FieldWriter().number(1, 1).text(2, "nested").take());
  append(message, more.take());
  return message;
}

}  // namespace parley::wire
