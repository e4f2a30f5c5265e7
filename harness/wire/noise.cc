#include "harness/wire/noise.h"

#include <algorithm>
#include <span>
#include <utility>

#include "harness/base/encoding.h"

namespace parley::wire {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kTagBytes = 16;

// Tokens of the specification, one letter each: e and s are keys sent, E the agreement of both
// ephemerals ("ee"), S of both statics ("ss"), and I and R the two mixed ones, named after the side
// whose static key takes part ("se" and "es" for the initiator's and the responder's).
struct PatternSteps {
  NoisePattern pattern;
  std::string_view name;
  bool initiator_knows_responder;  // pre-message "<- s"
  bool ephemeral_known;            // pre-message "-> e", and the responder writes first
  std::span<const std::string_view> messages;
};

constexpr std::string_view kXxMessages[] = {"e", "eEsR", "sI"};
constexpr std::string_view kIkMessages[] = {"eRsS", "eEI"};
constexpr std::string_view kXxFallbackMessages[] = {"eEsR", "sI"};

constexpr PatternSteps kPatterns[] = {
    {NoisePattern::kXX, "Noise_XX_25519_AESGCM_SHA256", false, false, kXxMessages},
    {NoisePattern::kIK, "Noise_IK_25519_AESGCM_SHA256", true, false, kIkMessages},
    {NoisePattern::kXXfallback, "Noise_XXfallback_25519_AESGCM_SHA256", false, true,
     kXxFallbackMessages},
};

const PatternSteps& steps_of(NoisePattern pattern) {
  return *std::find_if(std::begin(kPatterns), std::end(kPatterns),
                       [&](const PatternSteps& s) { return s.pattern == pattern; });
}

crypto::GcmNonce nonce_of(std::uint64_t counter) {
  crypto::GcmNonce nonce{};
  for (std::size_t i = 0; i < 8; ++i) {
    nonce[nonce.size() - 1 - i] = static_cast<std::uint8_t>(counter >> (8 * i));
  }
  return nonce;
}

}  // namespace

std::string_view protocol_name(NoisePattern pattern) { return steps_of(pattern).name; }

SymmetricState::SymmetricState(std::string_view protocol_name) {
  hash_ = {};
  if (protocol_name.size() <= hash_.size()) {
    std::copy(protocol_name.begin(), protocol_name.end(), hash_.begin());
  } else {
    hash_ = crypto::sha256(as_bytes(protocol_name));
  }
  chaining_key_ = hash_;
}

void SymmetricState::mix_hash(BytesView data) { hash_ = crypto::sha256({hash_, data}); }

void SymmetricState::mix_key(BytesView input_key_material) {
  ByteArray<64> keys = crypto::hkdf_sha256<64>(chaining_key_, input_key_material, {});
  std::copy_n(keys.begin(), kKeyBytes, chaining_key_.begin());
  std::copy_n(keys.begin() + kKeyBytes, kKeyBytes, key_.begin());
  crypto::wipe(keys);
  cipher_.emplace(key_);
  nonce_ = 0;
}

crypto::GcmNonce SymmetricState::next_nonce() { return nonce_of(nonce_++); }

Bytes SymmetricState::encrypt_and_hash(BytesView plaintext) {
  Bytes out = cipher_ ? cipher_->seal(next_nonce(), hash_, plaintext) : to_bytes(plaintext);
  mix_hash(out);
  return out;
}

Result<Bytes> SymmetricState::decrypt_and_hash(BytesView ciphertext) {
  if (!cipher_) {
    mix_hash(ciphertext);
    return to_bytes(ciphertext);
  }
  PARLEY_ASSIGN(Bytes out, cipher_->open(next_nonce(), hash_, ciphertext));
  mix_hash(ciphertext);
  return out;
}

SymmetricState::Keys SymmetricState::split() const {
  ByteArray<64> both = crypto::hkdf_sha256<64>(chaining_key_, {}, {});
  Keys keys{to_array<kKeyBytes>(BytesView(both)),
            to_array<kKeyBytes>(BytesView(both).subspan(kKeyBytes))};
  crypto::wipe(both);
  return keys;
}

NoiseHandshake::NoiseHandshake(NoiseConfig config)
    : config_(std::move(config)), symmetric_(protocol_name(config_.pattern)) {
  symmetric_.mix_hash(config_.prologue);
  mix_pre_messages();
}

Result<NoiseHandshake> NoiseHandshake::create(NoiseConfig config) {
  bool initiator = config.role == NoiseRole::kInitiator;
  const PatternSteps& steps = steps_of(config.pattern);
  if (initiator && steps.initiator_knows_responder && !config.peer_static) {
    return make_error(ErrorCode::kInvalid, "IK needs the responder's static key");
  }
  if (!initiator && steps.ephemeral_known && !config.peer_ephemeral) {
    return make_error(ErrorCode::kInvalid, "XXfallback needs the initiator's ephemeral key");
  }
  return NoiseHandshake(std::move(config));
}

void NoiseHandshake::mix_pre_messages() {
  bool initiator = config_.role == NoiseRole::kInitiator;
  const PatternSteps& steps = steps_of(config_.pattern);
  if (steps.initiator_knows_responder) {
    symmetric_.mix_hash(initiator ? *config_.peer_static : config_.static_key.public_key());
  }
  if (steps.ephemeral_known) {
    symmetric_.mix_hash(initiator ? config_.ephemeral_key.public_key() : *config_.peer_ephemeral);
  }
}

bool NoiseHandshake::complete() const {
  return message_ == steps_of(config_.pattern).messages.size();
}

bool NoiseHandshake::our_turn() const {
  bool initiator_first = !steps_of(config_.pattern).ephemeral_known;
  bool initiators_turn = (message_ % 2 == 0) == initiator_first;
  return !complete() && initiators_turn == (config_.role == NoiseRole::kInitiator);
}

// Mixes in the agreement that `token` names, or does nothing for a token that sends a key.
Status NoiseHandshake::agree(char token) {
  if (token == 'e' || token == 's') return {};
  bool initiator = config_.role == NoiseRole::kInitiator;
  bool own_static = token == 'S' || token == (initiator ? 'I' : 'R');
  bool peer_static = token == 'S' || token == (initiator ? 'R' : 'I');
  const crypto::X25519KeyPair& ours = own_static ? config_.static_key : config_.ephemeral_key;
  const std::optional<crypto::PublicKey>& theirs =
      peer_static ? config_.peer_static : config_.peer_ephemeral;
  if (!theirs) return make_error(ErrorCode::kInternal, "agreement before the peer's key is known");
  PARLEY_ASSIGN(crypto::SharedSecret secret, ours.agree(*theirs));
  symmetric_.mix_key(secret);
  crypto::wipe(secret);
  return {};
}

Result<HandshakeParts> NoiseHandshake::write(BytesView payload) {
  if (failed_) return make_error(ErrorCode::kClosed, "the handshake has failed");
  if (!our_turn()) return make_error(ErrorCode::kInternal, "not our turn in the handshake");
  Result<HandshakeParts> parts = write_message(payload);
  failed_ = !parts.ok();
  return parts;
}

Result<HandshakeParts> NoiseHandshake::write_message(BytesView payload) {
  HandshakeParts parts;
  for (char token : steps_of(config_.pattern).messages[message_]) {
    if (token == 'e') {
      parts.ephemeral = to_bytes(config_.ephemeral_key.public_key());
      symmetric_.mix_hash(parts.ephemeral);
    } else if (token == 's') {
      parts.static_key = symmetric_.encrypt_and_hash(config_.static_key.public_key());
    }
    PARLEY_TRY(agree(token));
  }
  if (symmetric_.has_key() || !payload.empty() || config_.mix_empty_payload) {
    parts.payload = symmetric_.encrypt_and_hash(payload);
  }
  ++message_;
  return parts;
}

Result<Bytes> NoiseHandshake::read(const HandshakeParts& message) {
  if (failed_) return make_error(ErrorCode::kClosed, "the handshake has failed");
  if (our_turn() || complete()) {
    return make_error(ErrorCode::kInternal, "not the peer's turn in the handshake");
  }
  Result<Bytes> payload = read_message(message);
  failed_ = !payload.ok();
  return payload;
}

Result<Bytes> NoiseHandshake::read_message(const HandshakeParts& message) {
  std::string_view tokens = steps_of(config_.pattern).messages[message_];
  bool wants_ephemeral = tokens.find('e') != std::string_view::npos;
  bool wants_static = tokens.find('s') != std::string_view::npos;
  std::size_t static_size = wants_static ? kKeyBytes + kTagBytes : 0;
  if (message.ephemeral.size() != (wants_ephemeral ? kKeyBytes : 0)) {
    return make_error(ErrorCode::kInvalid, "handshake: ephemeral key of " +
                                               std::to_string(message.ephemeral.size()) + " bytes");
  }
  if (message.static_key.size() != static_size) {
    return make_error(ErrorCode::kInvalid, "handshake: encrypted static key of " +
                                               std::to_string(message.static_key.size()) +
                                               " bytes");
  }
  for (char token : tokens) {
    if (token == 'e') {
      config_.peer_ephemeral = to_array<kKeyBytes>(BytesView(message.ephemeral));
      symmetric_.mix_hash(message.ephemeral);
    } else if (token == 's') {
      PARLEY_ASSIGN(Bytes key, symmetric_.decrypt_and_hash(message.static_key));
      config_.peer_static = to_array<kKeyBytes>(BytesView(key));
    }
    PARLEY_TRY(agree(token));
  }
  Bytes payload;
  if (symmetric_.has_key() || !message.payload.empty() || config_.mix_empty_payload) {
    PARLEY_ASSIGN(payload, symmetric_.decrypt_and_hash(message.payload));
  }
  ++message_;
  return payload;
}

Result<Bytes> NoiseHandshake::read_concatenated(BytesView message) {
  if (complete()) return make_error(ErrorCode::kInternal, "the handshake is complete");
  HandshakeParts parts;
  bool key = symmetric_.has_key();
  for (char token : steps_of(config_.pattern).messages[message_]) {
    if (token != 'e' && token != 's') {
      key = true;
      continue;
    }
    std::size_t size = kKeyBytes + (token == 's' && key ? kTagBytes : 0);
    if (message.size() < size) {
      failed_ = true;
      return make_error(ErrorCode::kInvalid, "handshake: message cut short");
    }
    (token == 'e' ? parts.ephemeral : parts.static_key) = to_bytes(message.first(size));
    message = message.subspan(size);
  }
  parts.payload = to_bytes(message);
  return read(parts);
}

TransportCipher::TransportCipher(const crypto::AesKey& key, std::uint64_t counter)
    : cipher_(key), counter_(counter) {
  crypto::Digest32 digest = crypto::sha256(key);
  key_id_ = hex(BytesView(digest).first(8));
}

namespace {
Status check_counter(std::uint64_t counter) {
  if (counter <= UINT32_MAX) return {};
  return make_error(ErrorCode::kLimit, "2^32 messages under one key: the nonce is used up");
}
}  // namespace

Result<Bytes> TransportCipher::seal(BytesView plaintext) {
  PARLEY_TRY(check_counter(counter_));
  return cipher_.seal(nonce_of(counter_++), {}, plaintext);
}

Result<Bytes> TransportCipher::open(BytesView ciphertext) {
  PARLEY_TRY(check_counter(counter_));
  PARLEY_ASSIGN(Bytes plaintext, cipher_.open(nonce_of(counter_), {}, ciphertext));
  ++counter_;
  return plaintext;
}

}  // namespace parley::wire
