#include "harness/wire/message_content.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>
#include <array>
#include <utility>

#include "harness/wire/content_rules.h"
#include "schemas/message.pb.h"

namespace parley::wire {
namespace {

constexpr std::uint8_t kMaxPadding = 16;
/// How deep to look before damage and depth can be told apart.
constexpr int kSearchDepth = 8 * kMaxContentDepth;

Error invalid(std::string message) { return make_error(ErrorCode::kInvalid, std::move(message)); }

struct MediaTypeNames {
  std::string_view name;
  std::string_view enc;
  MediaKind kind;
};
constexpr std::array<MediaTypeNames, 4> kMediaTypes = {{
    {"image", "image", MediaKind::kImage},
    {"video", "video", MediaKind::kVideo},
    {"voice", "ptt", MediaKind::kAudio},
    {"file", "document", MediaKind::kDocument},
}};
const MediaTypeNames& names(MediaType type) { return kMediaTypes[static_cast<std::size_t>(type)]; }

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

// --- Writing -------------------------------------------------------------------------------------

void assign(std::string* to, BytesView bytes) {
  to->assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

void write(const Quote& quote, proto::ContextInfo& info) {
  info.set_stanza_id(quote.id);
  if (!quote.participant.empty()) info.set_participant(quote.participant);
  // A quote of something other than text still has to quote a message.
  info.mutable_quoted_message()->set_conversation(quote.text);
}

void write(const MessageReference& target, proto::MessageKey& key) {
  if (!target.chat.empty()) key.set_remote_jid(target.chat);
  key.set_from_me(target.from_me);
  key.set_id(target.id);
  if (!target.participant.empty()) key.set_participant(target.participant);
}

/// The fields that all four media messages share, whatever their numbers.
template <class Proto>
void write_common(const MediaContent& media, Proto& out) {
  if (!media.url.empty()) out.set_url(media.url);
  if (!media.direct_path.empty()) out.set_direct_path(media.direct_path);
  out.set_mimetype(media.mime);
  assign(out.mutable_file_sha256(), media.file_sha256);
  assign(out.mutable_file_enc_sha256(), media.encrypted_sha256);
  assign(out.mutable_media_key(), media.key);
  out.set_file_length(media.file_length);
  if (media.key_timestamp != 0) out.set_media_key_timestamp(media.key_timestamp);
  if (media.quote) write(*media.quote, *out.mutable_context_info());
  if constexpr (requires { out.set_caption(""); }) {
    if (!media.caption.empty()) out.set_caption(media.caption);
  }
  if constexpr (requires { out.set_width(0); }) {
    if (media.width != 0) out.set_width(media.width);
    if (media.height != 0) out.set_height(media.height);
  }
  if constexpr (requires { out.set_seconds(0); }) {
    if (media.seconds != 0) out.set_seconds(media.seconds);
  }
  if constexpr (requires { out.mutable_streaming_sidecar(); }) {
    if (!media.sidecar.empty()) assign(out.mutable_streaming_sidecar(), media.sidecar);
  }
  if constexpr (requires { out.mutable_waveform(); }) {
    if (!media.waveform.empty()) assign(out.mutable_waveform(), media.waveform);
  }
  if constexpr (requires { out.mutable_jpeg_thumbnail(); }) {
    if (!media.thumbnail.empty()) assign(out.mutable_jpeg_thumbnail(), media.thumbnail);
  }
}

void write(const MediaContent& media, proto::Message& out) {
  switch (media.type) {
    case MediaType::kImage:
      return write_common(media, *out.mutable_image_message());
    case MediaType::kVideo:
      return write_common(media, *out.mutable_video_message());
    case MediaType::kVoice:
      out.mutable_audio_message()->set_ptt(true);
      return write_common(media, *out.mutable_audio_message());
    case MediaType::kFile:
      break;
  }
  // The native clients wrap a document that has a caption, so that old ones show at least the file.
  proto::Message& holder =
      media.caption.empty() ? out : *out.mutable_document_with_caption_message()->mutable_message();
  proto::DocumentMessage& document = *holder.mutable_document_message();
  write_common(media, document);
  if (!media.name.empty()) {
    document.set_file_name(media.name);
    document.set_title(media.name);
  }
}

void write(const TextContent& text, proto::Message& out) {
  if (!text.quote) {
    out.set_conversation(text.text);
    return;
  }
  out.mutable_extended_text_message()->set_text(text.text);
  write(*text.quote, *out.mutable_extended_text_message()->mutable_context_info());
}

void write(const ReactionContent& reaction, proto::Message& out) {
  proto::ReactionMessage& to = *out.mutable_reaction_message();
  write(reaction.target, *to.mutable_key());
  to.set_text(reaction.emoji);
  if (reaction.timestamp_ms != 0) to.set_sender_timestamp_ms(reaction.timestamp_ms);
}

void write(const RevokeContent& revoke, proto::Message& out) {
  write(revoke.target, *out.mutable_protocol_message()->mutable_key());
  out.mutable_protocol_message()->set_type(proto::ProtocolMessage::REVOKE);
}

void write(const UnsupportedContent&, proto::Message&) {}

Bytes serialize(const proto::Message& message) {
  Bytes out(message.ByteSizeLong());
  message.SerializeWithCachedSizesToArray(out.data());
  return out;
}

// --- Reading -------------------------------------------------------------------------------------

Result<proto::Message> parse(BytesView protobuf) {
  if (protobuf.size() > kMaxContentBytes) {
    return make_error(ErrorCode::kLimit, "message content is over 512 KiB");
  }
  // Protobuf reports only that it failed. A wider limit on a second try tells depth from damage.
  proto::Message message;
  for (const int depth : {kMaxContentDepth, kSearchDepth}) {
    google::protobuf::io::CodedInputStream in(protobuf.data(), static_cast<int>(protobuf.size()));
    in.SetRecursionLimit(depth);
    message.Clear();
    if (!message.ParseFromCodedStream(&in) || !in.ConsumedEntireMessage()) continue;
    if (depth == kMaxContentDepth) return message;
    return make_error(ErrorCode::kLimit, "message content is nested too deeply");
  }
  return invalid("message content is no protobuf");
}

template <std::size_t N>
Status read_array(const std::string& from, ByteArray<N>& to, std::string_view what) {
  if (from.size() != N) {
    return invalid(std::string(what) + " is not " + std::to_string(N) + " bytes long");
  }
  std::ranges::copy(as_bytes(from), to.begin());
  return {};
}

std::string_view text_of(const proto::Message& message) {
  return message.has_conversation() ? std::string_view(message.conversation())
                                    : std::string_view(message.extended_text_message().text());
}

template <class Proto>
std::optional<Quote> read_quote(const Proto& from) {
  if (from.context_info().stanza_id().empty()) return std::nullopt;
  const proto::ContextInfo& info = from.context_info();
  return Quote{info.stanza_id(), info.participant(), std::string(text_of(info.quoted_message()))};
}

template <class Proto>
Result<MessageContent> read_media(MediaType type, const Proto& from) {
  MediaContent media;
  media.type = type;
  PARLEY_TRY(read_array(from.media_key(), media.key, "media key"));
  PARLEY_TRY(read_array(from.file_sha256(), media.file_sha256, "digest of the file"));
  PARLEY_TRY(
      read_array(from.file_enc_sha256(), media.encrypted_sha256, "digest of the encrypted file"));
  if (!from.has_file_length()) return invalid("media lack a length");
  media.mime = from.mimetype();
  media.url = from.url();
  media.direct_path = from.direct_path();
  media.file_length = from.file_length();
  media.key_timestamp = from.media_key_timestamp();
  media.quote = read_quote(from);
  if constexpr (requires { from.caption(); }) media.caption = from.caption();
  if constexpr (requires { from.file_name(); }) {
    media.name = from.has_file_name() ? from.file_name() : from.title();
  }
  if constexpr (requires { from.width(); }) {
    media.width = from.width();
    media.height = from.height();
  }
  if constexpr (requires { from.seconds(); }) media.seconds = from.seconds();
  if constexpr (requires { from.streaming_sidecar(); }) {
    media.sidecar = to_bytes(from.streaming_sidecar());
  }
  if constexpr (requires { from.waveform(); }) media.waveform = to_bytes(from.waveform());
  if constexpr (requires { from.jpeg_thumbnail(); }) {
    media.thumbnail = to_bytes(from.jpeg_thumbnail());
  }
  PARLEY_TRY(check(media));
  return MessageContent(std::move(media));
}

MessageReference read_reference(const proto::MessageKey& key) {
  return {key.id(), key.remote_jid(), key.from_me(), key.participant()};
}

template <class Content>
Result<MessageContent> checked_content(Content content) {
  PARLEY_TRY(check(content));
  return MessageContent(std::move(content));
}

Result<MessageContent> read_reaction(const proto::ReactionMessage& from) {
  // Without the field, a reaction taken back could not be told from a damaged one.
  if (!from.has_text()) return invalid("reaction lacks its text");
  return checked_content(
      ReactionContent{read_reference(from.key()), from.text(), from.sender_timestamp_ms()});
}

/// The numbers of the fields present, but for those that only accompany a content.
std::vector<std::uint32_t> content_fields(const proto::Message& message) {
  constexpr std::array<int, 2> kCompanions = {
      proto::Message::kSenderKeyDistributionMessageFieldNumber,
      proto::Message::kMessageContextInfoFieldNumber};
  std::vector<const google::protobuf::FieldDescriptor*> present;
  message.GetReflection()->ListFields(message, &present);
  std::vector<std::uint32_t> fields;
  for (const auto* field : present) {
    if (std::ranges::find(kCompanions, field->number()) != kCompanions.end()) continue;
    fields.push_back(static_cast<std::uint32_t>(field->number()));
  }
  const auto& unknown = message.GetReflection()->GetUnknownFields(message);
  for (int i = 0; i < unknown.field_count(); ++i) {
    fields.push_back(static_cast<std::uint32_t>(unknown.field(i).number()));
  }
  std::ranges::sort(fields);
  fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
  return fields;
}

Result<MessageContent> read(const proto::Message& message);

Result<MessageContent> read_field(const proto::Message& message, std::uint32_t field) {
  using M = proto::Message;
  switch (field) {
    case M::kConversationFieldNumber:
      return checked_content(TextContent{message.conversation(), std::nullopt});
    case M::kExtendedTextMessageFieldNumber:
      return checked_content(TextContent{message.extended_text_message().text(),
                                         read_quote(message.extended_text_message())});
    case M::kImageMessageFieldNumber:
      return read_media(MediaType::kImage, message.image_message());
    case M::kVideoMessageFieldNumber:
      return read_media(MediaType::kVideo, message.video_message());
    case M::kPtvMessageFieldNumber:
      return read_media(MediaType::kVideo, message.ptv_message());
    case M::kAudioMessageFieldNumber:
      return read_media(MediaType::kVoice, message.audio_message());
    case M::kDocumentMessageFieldNumber:
      return read_media(MediaType::kFile, message.document_message());
    case M::kReactionMessageFieldNumber:
      return read_reaction(message.reaction_message());
    case M::kProtocolMessageFieldNumber:
      if (!message.protocol_message().has_type() ||
          message.protocol_message().type() != proto::ProtocolMessage::REVOKE) {
        break;
      }
      return checked_content(RevokeContent{read_reference(message.protocol_message().key())});
    case M::kViewOnceMessageFieldNumber:
      return read(message.view_once_message().message());
    case M::kEphemeralMessageFieldNumber:
      return read(message.ephemeral_message().message());
    case M::kDocumentWithCaptionMessageFieldNumber:
      return read(message.document_with_caption_message().message());
    default:
      break;
  }
  return MessageContent(UnsupportedContent{{field}});
}

Result<MessageContent> read(const proto::Message& message) {
  std::vector<std::uint32_t> fields = content_fields(message);
  const bool distributes_key = message.has_sender_key_distribution_message();
  if (fields.empty() && distributes_key) {
    fields.push_back(proto::Message::kSenderKeyDistributionMessageFieldNumber);
    return MessageContent(UnsupportedContent{std::move(fields)});
  }
  if (fields.empty()) return invalid("message has no content");
  // Fields of later versions may accompany a content that we know; two that we know contradict.
  const auto known = [](std::uint32_t field) {
    return proto::Message::descriptor()->FindFieldByNumber(static_cast<int>(field)) != nullptr;
  };
  const auto count = std::ranges::count_if(fields, known);
  if (count > 1) return invalid("message has two contents");
  if (count == 0) return MessageContent(UnsupportedContent{std::move(fields)});
  return read_field(message, *std::ranges::find_if(fields, known));
}

// --- Blanking ------------------------------------------------------------------------------------

void blank(std::string* key) { std::ranges::fill(*key, '\0'); }

void blank(proto::Message& message);

template <class Proto>
void blank_quoted(Proto& from) {
  if (from.has_context_info() && from.context_info().has_quoted_message()) {
    blank(*from.mutable_context_info()->mutable_quoted_message());
  }
}

template <class Proto>
void blank_media(Proto& media) {
  if (media.has_media_key()) blank(media.mutable_media_key());
  blank_quoted(media);
}

void blank(proto::Message& message) {
  if (message.message_context_info().has_message_secret()) {
    blank(message.mutable_message_context_info()->mutable_message_secret());
  }
  if (message.has_image_message()) blank_media(*message.mutable_image_message());
  if (message.has_video_message()) blank_media(*message.mutable_video_message());
  if (message.has_ptv_message()) blank_media(*message.mutable_ptv_message());
  if (message.has_sticker_message()) blank_media(*message.mutable_sticker_message());
  if (message.has_audio_message()) blank_media(*message.mutable_audio_message());
  if (message.has_document_message()) blank_media(*message.mutable_document_message());
  if (message.has_extended_text_message()) blank_quoted(*message.mutable_extended_text_message());
  const auto wrapped = [](auto& wrapper) {
    if (wrapper.has_message()) blank(*wrapper.mutable_message());
  };
  if (message.has_view_once_message()) wrapped(*message.mutable_view_once_message());
  if (message.has_ephemeral_message()) wrapped(*message.mutable_ephemeral_message());
  if (message.has_document_with_caption_message()) {
    wrapped(*message.mutable_document_with_caption_message());
  }
  if (message.has_edited_message()) wrapped(*message.mutable_edited_message());
  if (message.has_device_sent_message()) wrapped(*message.mutable_device_sent_message());
  if (message.has_protocol_message() && message.protocol_message().has_edited_message()) {
    blank(*message.mutable_protocol_message()->mutable_edited_message());
  }
}

}  // namespace

std::string_view to_string(MediaType type) { return names(type).name; }

std::optional<MediaType> parse_media_type(std::string_view text) {
  for (std::size_t i = 0; i < kMediaTypes.size(); ++i) {
    if (kMediaTypes[i].name == text) return static_cast<MediaType>(i);
  }
  return std::nullopt;
}

MediaKind media_kind(MediaType type) { return names(type).kind; }
std::string_view enc_media_type(MediaType type) { return names(type).enc; }

MediaExpectation MediaContent::expectation() const {
  return {encrypted_sha256, file_sha256, file_length, sidecar};
}

std::string_view content_kind(const MessageContent& content) {
  return std::visit(Overloaded{
                        [](const TextContent&) { return std::string_view("text"); },
                        [](const MediaContent& media) { return to_string(media.type); },
                        [](const ReactionContent&) { return std::string_view("reaction"); },
                        [](const RevokeContent&) { return std::string_view("revoke"); },
                        [](const UnsupportedContent&) { return std::string_view("unsupported"); },
                    },
                    content);
}

std::string_view stanza_type(const MessageContent& content) {
  if (std::holds_alternative<MediaContent>(content)) return "media";
  if (std::holds_alternative<ReactionContent>(content)) return "reaction";
  return "text";
}

Result<Bytes> encode_content(const MessageContent& content) {
  return std::visit(
      [](const auto& value) -> Result<Bytes> {
        PARLEY_TRY(check(value));
        proto::Message message;
        write(value, message);
        Bytes bytes = serialize(message);
        if (bytes.size() > kMaxContentBytes) {
          return make_error(ErrorCode::kLimit, "message content is over 512 KiB");
        }
        return bytes;
      },
      content);
}

Result<MessageContent> decode_content(BytesView protobuf) {
  PARLEY_ASSIGN(const proto::Message message, parse(protobuf));
  return read(message);
}

Bytes pad_content(BytesView protobuf, std::uint8_t count) {
  assert(count >= 1 && count <= kMaxPadding);
  Bytes padded = to_bytes(protobuf);
  padded.insert(padded.end(), count, count);
  return padded;
}

Bytes pad_content(BytesView protobuf, Random& random) {
  return pad_content(protobuf, static_cast<std::uint8_t>(1 + random.below(kMaxPadding)));
}

Result<Bytes> unpad_content(BytesView padded) {
  if (padded.empty()) return invalid("padded message is empty");
  const std::uint8_t count = padded.back();
  if (count < 1 || count > kMaxPadding || count > padded.size()) {
    return invalid("padding length is out of range");
  }
  if (!std::ranges::all_of(padded.last(count), [&](auto byte) { return byte == count; })) {
    return invalid("padding bytes differ from their number");
  }
  return to_bytes(padded.first(padded.size() - count));
}

Result<Bytes> blank_media_keys(BytesView protobuf) {
  PARLEY_ASSIGN(proto::Message message, parse(protobuf));
  blank(message);
  return serialize(message);
}

}  // namespace parley::wire
