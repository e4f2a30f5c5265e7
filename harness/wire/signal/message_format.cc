#include "harness/wire/signal/message_format.h"

#include <algorithm>
#include <limits>
#include <string>

#include "harness/wire/signal/identity.h"
#include "schemas/signal.pb.h"

namespace parley::signal {
namespace {

constexpr std::uint8_t kVersion = kVersionByte >> 4;
constexpr std::size_t kCipherBlock = 16;

Error invalid(std::string message) { return make_error(ErrorCode::kInvalid, std::move(message)); }

/// Judges size and version byte and returns what is behind it.
Result<BytesView> body(BytesView bytes) {
  if (bytes.empty()) return invalid("Signal message is empty");
  if (bytes.size() > kMaxMessageBytes) {
    return make_error(ErrorCode::kLimit, "Signal message is over 1 MiB");
  }
  const int version = bytes[0] >> 4;
  if (version != kVersion) {
    return make_error(ErrorCode::kUnsupported,
                      "Signal message is of version " + std::to_string(version) + ", not 3");
  }
  return bytes.subspan(1);
}

template <class Proto>
bool parse_proto(Proto& proto, BytesView bytes) {
  return proto.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

BytesView view(const std::string& text) { return as_bytes(text); }

template <class Array>
void assign(std::string* to, const Array& bytes) {
  to->assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

/// The version byte, then the protobuf, with room for `extra` bytes behind.
template <class Proto>
Bytes write(std::uint8_t version_byte, const Proto& proto, std::size_t extra) {
  const std::size_t size = proto.ByteSizeLong();
  Bytes out;
  out.reserve(1 + size + extra);
  out.resize(1 + size);
  out[0] = version_byte;
  proto.SerializeWithCachedSizesToArray(out.data() + 1);
  return out;
}

bool valid_id(std::uint32_t id) { return id <= kMaxPreKeyId; }

}  // namespace

std::string_view to_string(MessageType type) {
  return type == MessageType::kPreKey ? "pkmsg" : "msg";
}

std::optional<MessageType> parse_message_type(std::string_view text) {
  if (text == "pkmsg") return MessageType::kPreKey;
  if (text == "msg") return MessageType::kWhisper;
  return std::nullopt;
}

Result<WhisperMessage> WhisperMessage::parse(BytesView bytes) {
  PARLEY_ASSIGN(const BytesView rest, body(bytes));
  if (rest.size() < kMacSize) return invalid("Signal message is shorter than its MAC");
  proto::SignalMessage proto;
  if (!parse_proto(proto, rest.first(rest.size() - kMacSize))) {
    return invalid("Signal message is no protobuf");
  }
  if (!proto.has_ratchet_key() || !proto.has_counter() || !proto.has_ciphertext()) {
    return invalid("Signal message lacks its ratchet key, counter or ciphertext");
  }
  WhisperMessage message;
  message.version_byte = bytes[0];
  PARLEY_ASSIGN(message.ratchet_key, parse_typed_key(view(proto.ratchet_key())));
  message.counter = proto.counter();
  message.previous_counter = proto.previous_counter();
  if (message.counter == std::numeric_limits<std::uint32_t>::max()) {
    return make_error(ErrorCode::kLimit, "Signal message counter is at its end");
  }
  if (proto.ciphertext().empty() || proto.ciphertext().size() % kCipherBlock != 0) {
    return invalid("Signal ciphertext is not a positive multiple of 16 bytes");
  }
  message.ciphertext = to_bytes(proto.ciphertext());
  message.mac = to_array<kMacSize>(rest.last(kMacSize));
  return message;
}

Bytes WhisperMessage::serialize_without_mac() const {
  proto::SignalMessage proto;
  assign(proto.mutable_ratchet_key(), typed_key(ratchet_key));
  proto.set_counter(counter);
  proto.set_previous_counter(previous_counter);
  assign(proto.mutable_ciphertext(), ciphertext);
  return write(version_byte, proto, kMacSize);
}

Bytes WhisperMessage::serialize() const {
  Bytes out = serialize_without_mac();
  append(out, mac);
  return out;
}

Result<PreKeyMessage> PreKeyMessage::parse(BytesView bytes) {
  PARLEY_ASSIGN(const BytesView rest, body(bytes));
  proto::PreKeySignalMessage proto;
  if (!parse_proto(proto, rest)) return invalid("prekey message is no protobuf");
  if (!proto.has_base_key() || !proto.has_identity_key() || !proto.has_message() ||
      !proto.has_registration_id() || !proto.has_signed_pre_key_id()) {
    return invalid("prekey message lacks a required field");
  }
  PreKeyMessage message;
  message.version_byte = bytes[0];
  message.registration_id = proto.registration_id();
  if (proto.has_pre_key_id()) message.one_time_prekey_id = proto.pre_key_id();
  message.signed_prekey_id = proto.signed_pre_key_id();
  if (!valid_id(message.signed_prekey_id) || !valid_id(message.one_time_prekey_id.value_or(0))) {
    return invalid("prekey id is over 24 bits");
  }
  PARLEY_ASSIGN(message.base_key, parse_typed_key(view(proto.base_key())));
  PARLEY_ASSIGN(message.identity, parse_typed_key(view(proto.identity_key())));
  message.message = to_bytes(proto.message());
  if (message.message.empty() || message.message[0] != message.version_byte) {
    return invalid("prekey message and the message inside differ in version");
  }
  return message;
}

Bytes PreKeyMessage::serialize() const {
  proto::PreKeySignalMessage proto;
  if (one_time_prekey_id) proto.set_pre_key_id(*one_time_prekey_id);
  assign(proto.mutable_base_key(), typed_key(base_key));
  assign(proto.mutable_identity_key(), typed_key(identity));
  assign(proto.mutable_message(), message);
  proto.set_registration_id(registration_id);
  proto.set_signed_pre_key_id(signed_prekey_id);
  return write(version_byte, proto, 0);
}

Result<MessageHeader> read_header(MessageType type, BytesView bytes) {
  MessageHeader header;
  header.type = type;
  Bytes inner;
  if (type == MessageType::kPreKey) {
    PARLEY_ASSIGN(PreKeyMessage outer, PreKeyMessage::parse(bytes));
    header.one_time_prekey_id = outer.one_time_prekey_id;
    header.signed_prekey_id = outer.signed_prekey_id;
    header.registration_id = outer.registration_id;
    header.sender_identity = outer.identity;
    inner = std::move(outer.message);
    bytes = inner;
  }
  PARLEY_ASSIGN(const WhisperMessage message, WhisperMessage::parse(bytes));
  header.counter = message.counter;
  header.ratchet_key = message.ratchet_key;
  return header;
}

}  // namespace parley::signal
