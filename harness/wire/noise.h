// The Noise Protocol Framework (revision 34), as far as the chat protocol uses it: patterns XX, IK
// and XXfallback over X25519, AES-256-GCM and SHA-256; both roles.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/bytes.h"
#include "harness/base/result.h"
#include "harness/crypto/aes.h"
#include "harness/crypto/curve25519.h"
#include "harness/crypto/hash.h"

namespace parley::wire {

enum class NoisePattern { kXX, kIK, kXXfallback };
enum class NoiseRole { kInitiator, kResponder };

/// "Noise_XX_25519_AESGCM_SHA256" and so on.
std::string_view protocol_name(NoisePattern pattern);

/// SymmetricState of the specification, section 5.2: chaining key, hash, and the cipher of the
/// handshake once a key is mixed in.
class SymmetricState {
 public:
  /// A name shorter than 32 bytes is padded with zeros, a longer one is hashed.
  explicit SymmetricState(std::string_view protocol_name);

  void mix_hash(BytesView data);
  void mix_key(BytesView input_key_material);
  bool has_key() const { return cipher_.has_value(); }
  /// Without a key the text passes through unencrypted; either way it enters the hash.
  Bytes encrypt_and_hash(BytesView plaintext);
  Result<Bytes> decrypt_and_hash(BytesView ciphertext);

  struct Keys {
    crypto::AesKey initiator_to_responder;
    crypto::AesKey responder_to_initiator;
  };
  Keys split() const;

  const crypto::Digest32& hash() const { return hash_; }
  const crypto::Digest32& chaining_key() const { return chaining_key_; }
  /// The handshake cipher's key. For checking against published transcripts only.
  const crypto::AesKey& cipher_key() const { return key_; }

 private:
  crypto::GcmNonce next_nonce();

  crypto::Digest32 hash_;
  crypto::Digest32 chaining_key_;
  crypto::AesKey key_{};
  std::optional<crypto::AesGcm> cipher_;
  std::uint32_t nonce_ = 0;
};

/// The three parts that a handshake message may have. The chat protocol carries them as separate
/// protobuf fields; concatenated in this order they are the message of the Noise specification.
struct HandshakeParts {
  Bytes ephemeral;
  Bytes static_key;
  Bytes payload;
};

struct NoiseConfig {
  NoisePattern pattern = NoisePattern::kXX;
  NoiseRole role = NoiseRole::kInitiator;
  Bytes prologue;
  crypto::X25519KeyPair static_key;
  crypto::X25519KeyPair ephemeral_key;              ///< ours, fresh for this handshake
  std::optional<crypto::PublicKey> peer_static;     ///< IK initiator: the responder's key
  std::optional<crypto::PublicKey> peer_ephemeral;  ///< XXfallback responder: from the client hello
  /// The specification mixes the empty, unencrypted payload of XX's first message into the hash;
  /// the chat protocol does not. True only for published Noise vectors.
  bool mix_empty_payload = false;
};

/// One handshake, message by message; write() and read() alternate as the pattern says. After an
/// error the handshake is over: every further call is kClosed.
class NoiseHandshake {
 public:
  /// kInvalid where the configuration lacks a key that the pattern needs at the start.
  static Result<NoiseHandshake> create(NoiseConfig config);

  /// Our next message. kInternal where it is not our turn.
  Result<HandshakeParts> write(BytesView payload);
  /// The peer's next message; its payload. kInvalid for a missing, surplus or badly sized part or a
  /// low-order point, kAuth where a tag does not hold.
  Result<Bytes> read(const HandshakeParts& message);
  /// The same for a message in the specification's concatenated form.
  Result<Bytes> read_concatenated(BytesView message);

  bool complete() const;
  bool our_turn() const;
  NoisePattern pattern() const { return config_.pattern; }
  const SymmetricState& symmetric() const { return symmetric_; }
  const std::optional<crypto::PublicKey>& peer_static() const { return config_.peer_static; }
  /// Only once complete().
  SymmetricState::Keys split() const { return symmetric_.split(); }

 private:
  explicit NoiseHandshake(NoiseConfig config);
  void mix_pre_messages();
  Status agree(char token);
  Result<HandshakeParts> write_message(BytesView payload);
  Result<Bytes> read_message(const HandshakeParts& message);

  NoiseConfig config_;
  SymmetricState symmetric_;
  std::size_t message_ = 0;
  bool failed_ = false;
};

/// One direction of the channel after the handshake: AES-256-GCM without associated data, the nonce
/// a counter from 0. A used nonce is never used again: at 2^32 messages it refuses (kLimit).
class TransportCipher {
 public:
  explicit TransportCipher(const crypto::AesKey& key, std::uint64_t counter = 0);

  Result<Bytes> seal(BytesView plaintext);
  /// kAuth where the tag does not hold; the counter then stays.
  Result<Bytes> open(BytesView ciphertext);

  std::uint64_t counter() const { return counter_; }  ///< of the next message
  /// The first 16 hex digits of SHA-256 of the key: names the key in records without giving it
  /// away.
  const std::string& key_id() const { return key_id_; }
  /// Breaks the promise above. For deliberately defective products and for tests.
  void set_counter(std::uint64_t counter) { counter_ = counter; }

 private:
  crypto::AesGcm cipher_;
  std::uint64_t counter_;
  std::string key_id_;
};

}  // namespace parley::wire
