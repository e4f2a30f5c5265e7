// The bytes of Signal messages, session version 3: parsing and writing without any key, so that a
// judge can read a captured message as well as the session that owns it.
//   msg   = version ‖ SignalMessage protobuf ‖ 8-byte MAC
//   pkmsg = version ‖ PreKeySignalMessage protobuf, which carries a whole msg
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "harness/base/bytes.h"
#include "harness/base/result.h"
#include "harness/crypto/curve25519.h"
#include "harness/wire/signal/prekeys.h"

namespace parley::signal {

/// High nibble: the message's version. Low nibble: the newest version that its sender knows; newer
/// senders write 0x34. We write 0x33 and judge by the high nibble alone.
inline constexpr std::uint8_t kVersionByte = 0x33;
inline constexpr std::size_t kMacSize = 8;
/// Far above any text a client sends; media travel elsewhere.
inline constexpr std::size_t kMaxMessageBytes = 1024 * 1024;

/// The `type` attribute of <enc>.
enum class MessageType { kPreKey, kWhisper };
std::string_view to_string(MessageType type);  ///< "pkmsg", "msg"
std::optional<MessageType> parse_message_type(std::string_view text);

/// A "msg".
struct WhisperMessage {
  std::uint8_t version_byte = kVersionByte;
  crypto::PublicKey ratchet_key{};
  std::uint32_t counter = 0;
  std::uint32_t previous_counter = 0;
  Bytes ciphertext;  ///< AES-256-CBC; a positive multiple of 16 bytes
  ByteArray<kMacSize> mac{};

  /// kLimit over kMaxMessageBytes; kUnsupported for a version other than 3; kInvalid for all else
  /// that is malformed. Unknown fields are tolerated: the MAC is over the bytes as they came.
  static Result<WhisperMessage> parse(BytesView bytes);
  /// version ‖ protobuf, that is, the part that the MAC covers.
  Bytes serialize_without_mac() const;
  Bytes serialize() const;
};

/// A "pkmsg".
struct PreKeyMessage {
  std::uint8_t version_byte = kVersionByte;
  std::uint32_t registration_id = 0;
  std::optional<PreKeyId> one_time_prekey_id;
  PreKeyId signed_prekey_id = 0;
  crypto::PublicKey base_key{};
  crypto::PublicKey identity{};
  Bytes message;  ///< a whole WhisperMessage

  /// Errors as WhisperMessage::parse, which reads the message inside. Here that one is only
  /// required to carry the same version byte, because nothing else authenticates the outer one.
  static Result<PreKeyMessage> parse(BytesView bytes);
  Bytes serialize() const;
};

/// What can be read from an encrypted message without a key, for records and checks.
struct MessageHeader {
  MessageType type = MessageType::kWhisper;
  std::uint32_t counter = 0;
  crypto::PublicKey ratchet_key{};
  std::optional<PreKeyId> one_time_prekey_id;
  std::optional<PreKeyId> signed_prekey_id;          ///< pkmsg only
  std::optional<std::uint32_t> registration_id;      ///< pkmsg only
  std::optional<crypto::PublicKey> sender_identity;  ///< pkmsg only
};
Result<MessageHeader> read_header(MessageType type, BytesView bytes);

}  // namespace parley::signal
