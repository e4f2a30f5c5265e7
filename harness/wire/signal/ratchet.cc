#include "harness/wire/signal/ratchet.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "harness/crypto/aes.h"
#include "harness/crypto/hash.h"
#include "harness/wire/signal/identity.h"

namespace parley::signal {
namespace {

constexpr std::uint8_t kSeedLabel = 0x01;
constexpr std::uint8_t kChainLabel = 0x02;

/// One step of a symmetric chain: moves `chain` on and returns the seed of the message it was at.
MessageSeed advance(ChainKey& chain) {
  crypto::HmacSha256 hmac(chain);
  hmac.update(BytesView(&kSeedLabel, 1));
  const MessageSeed seed = hmac.finish();
  hmac.update(BytesView(&kChainLabel, 1));
  chain = hmac.finish();
  return seed;
}

/// The keys of one message; wiped when they have served.
class MessageKeys {
 public:
  explicit MessageKeys(const MessageSeed& seed)
      : bytes_(crypto::hkdf_sha256<80>({}, seed, as_bytes("WhisperMessageKeys"))) {}
  ~MessageKeys() { crypto::wipe(bytes_); }
  MessageKeys(const MessageKeys&) = delete;
  MessageKeys& operator=(const MessageKeys&) = delete;

  crypto::AesKey cipher() const { return to_array<32>(bytes_); }
  BytesView mac() const { return BytesView(bytes_).subspan(32, 32); }
  crypto::CbcIv iv() const { return to_array<16>(BytesView(bytes_).subspan(64)); }

 private:
  ByteArray<80> bytes_;
};

ByteArray<kMacSize> message_mac(const MessageKeys& keys, const crypto::PublicKey& sender,
                                const crypto::PublicKey& receiver, BytesView covered) {
  return to_array<kMacSize>(
      crypto::hmac_sha256(keys.mac(), {typed_key(sender), typed_key(receiver), covered}));
}

struct RootStep {
  RootKey root;
  ChainKey chain;
};

Result<RootStep> turn(const RootKey& root, const crypto::X25519KeyPair& own,
                      const crypto::PublicKey& peer) {
  PARLEY_ASSIGN(crypto::SharedSecret secret, own.agree(peer));
  auto keys = crypto::hkdf_sha256<64>(root, secret, as_bytes("WhisperRatchet"));
  const RootStep step{to_array<32>(keys), to_array<32>(BytesView(keys).subspan(32))};
  crypto::wipe(secret);
  crypto::wipe(keys);
  return step;
}

}  // namespace

struct Ratchet::Step {
  std::optional<RootKey> new_root;  ///< where the message starts a receiving chain
  bool from_skipped = false;        ///< its key was kept; the chain does not move
  ChainKey chain{};                 ///< behind the message
  std::vector<SkippedKey> skipped;  ///< leapt over by it
  MessageSeed seed{};
};

Ratchet::Ratchet(const RootKey& root, const crypto::PublicKey& own_identity,
                 const crypto::PublicKey& peer_identity, crypto::X25519KeyPair own_key)
    : root_(root),
      own_identity_(own_identity),
      peer_identity_(peer_identity),
      own_key_(std::move(own_key)) {}

Result<Ratchet> Ratchet::initiator(const RootKey& root, const crypto::PublicKey& own_identity,
                                   const crypto::PublicKey& peer_identity,
                                   const crypto::PublicKey& peer_signed_prekey, Random& random) {
  const auto key = crypto::X25519KeyPair::generate(random);
  Ratchet ratchet(root, own_identity, peer_identity, key);
  PARLEY_TRY(ratchet.turn_sending(key, peer_signed_prekey));
  return ratchet;
}

Ratchet Ratchet::responder(const RootKey& root, const crypto::PublicKey& own_identity,
                           const crypto::PublicKey& peer_identity,
                           const crypto::X25519KeyPair& own_signed_prekey) {
  return Ratchet(root, own_identity, peer_identity, own_signed_prekey);
}

Status Ratchet::turn_sending(const crypto::X25519KeyPair& key, const crypto::PublicKey& peer_key) {
  PARLEY_ASSIGN(const RootStep step, turn(root_, key, peer_key));
  root_ = step.root;
  own_key_ = key;
  sending_ = SendingChain{step.chain, 0};
  return {};
}

Result<SealedMessage> Ratchet::encrypt(BytesView plaintext, Random& random) {
  if (!sending_) {
    if (receiving_.empty()) {
      return make_error(ErrorCode::kInvalid, "a responder cannot send before it has received");
    }
    PARLEY_TRY(turn_sending(crypto::X25519KeyPair::generate(random), receiving_.back().peer_key));
  }
  if (sending_->next == std::numeric_limits<std::uint32_t>::max()) {
    return make_error(ErrorCode::kLimit, "the sending chain is at its end");
  }
  MessageSeed seed = advance(sending_->chain);
  const MessageKeys keys(seed);
  crypto::wipe(seed);

  WhisperMessage message;
  message.ratchet_key = own_key_->public_key();
  message.counter = sending_->next++;
  message.previous_counter = previous_counter_;
  message.ciphertext = crypto::aes_cbc_encrypt(keys.cipher(), keys.iv(), plaintext);
  SealedMessage sealed{message.serialize_without_mac(), message.counter};
  append(sealed.bytes, message_mac(keys, own_identity_, peer_identity_, sealed.bytes));
  return sealed;
}

Result<Bytes> Ratchet::decrypt(const WhisperMessage& message, BytesView bytes) {
  PARLEY_ASSIGN(Step step, plan(message));
  PARLEY_ASSIGN(Bytes plaintext, open(message, bytes, step.seed));
  crypto::wipe(step.seed);
  commit(message, std::move(step));
  return plaintext;
}

std::size_t Ratchet::chain_index(const crypto::PublicKey& ratchet_key) const {
  // The newest chain is the likeliest.
  std::size_t i = receiving_.size();
  while (i > 0 && receiving_[i - 1].peer_key != ratchet_key) --i;
  return i == 0 ? kNoChain : i - 1;
}

Result<Ratchet::Step> Ratchet::plan(const WhisperMessage& message) const {
  Step step;
  std::uint32_t next = 0;
  const std::size_t index = chain_index(message.ratchet_key);
  if (index != kNoChain) {
    next = receiving_[index].next;
    step.chain = receiving_[index].chain;
  }
  if (message.counter < next) {
    const auto& skipped = receiving_[index].skipped;
    const auto kept = std::ranges::lower_bound(skipped, message.counter, {}, &SkippedKey::counter);
    if (kept == skipped.end() || kept->counter != message.counter) {
      return make_error(ErrorCode::kReplay, "Signal message number was used before");
    }
    step.from_skipped = true;
    step.seed = kept->seed;
    return step;
  }
  if (message.counter - next > kMaxSkipped) {
    return make_error(ErrorCode::kLimit, "Signal message is too far ahead");
  }
  if (index == kNoChain) PARLEY_TRY(plan_turn(message, step));
  step.skipped.reserve(message.counter - next);
  for (; next < message.counter; ++next) step.skipped.push_back({next, advance(step.chain)});
  step.seed = advance(step.chain);
  return step;
}

Status Ratchet::plan_turn(const WhisperMessage& message, Step& step) const {
  if (!own_key_) {
    // The peer turns only when it has seen a new key of ours, and it has answered the last one.
    return make_error(ErrorCode::kAuth, "Signal message turns the ratchet out of turn");
  }
  PARLEY_ASSIGN(const RootStep turned, turn(root_, *own_key_, message.ratchet_key));
  step.new_root = turned.root;
  step.chain = turned.chain;
  return {};
}

Result<Bytes> Ratchet::open(const WhisperMessage& message, BytesView bytes,
                            const MessageSeed& seed) const {
  const MessageKeys keys(seed);
  const auto mac =
      message_mac(keys, peer_identity_, own_identity_, bytes.first(bytes.size() - kMacSize));
  if (!crypto::equal_constant_time(mac, message.mac)) {
    return make_error(ErrorCode::kAuth, "Signal message's MAC does not hold");
  }
  return crypto::aes_cbc_decrypt(keys.cipher(), keys.iv(), message.ciphertext);
}

void Ratchet::commit(const WhisperMessage& message, Step step) {
  if (step.new_root) {
    root_ = *step.new_root;
    if (receiving_.size() == kMaxReceivingChains) {
      skipped_total_ -= receiving_.front().skipped.size();
      receiving_.erase(receiving_.begin());
    }
    receiving_.push_back({message.ratchet_key, {}, 0, {}});
    // As the native clients count it: the last number used, not how many there were.
    previous_counter_ = sending_ && sending_->next > 0 ? sending_->next - 1 : 0;
    own_key_.reset();
    sending_.reset();
  }
  ReceivingChain& chain = receiving_[chain_index(message.ratchet_key)];
  if (step.from_skipped) {
    chain.skipped.erase(
        std::ranges::lower_bound(chain.skipped, message.counter, {}, &SkippedKey::counter));
    --skipped_total_;
    return;
  }
  chain.chain = step.chain;
  chain.next = message.counter + 1;
  keep(chain, std::move(step.skipped));
}

void Ratchet::keep(ReceivingChain& chain, std::vector<SkippedKey> skipped) {
  skipped_total_ += skipped.size();
  std::ranges::move(skipped, std::back_inserter(chain.skipped));
  while (skipped_total_ > kMaxSkipped) drop_oldest_skipped_key();
}

void Ratchet::drop_oldest_skipped_key() {
  const auto oldest =
      std::ranges::find_if(receiving_, [](const auto& chain) { return !chain.skipped.empty(); });
  oldest->skipped.pop_front();
  --skipped_total_;
}

bool Ratchet::operator==(const Ratchet& other) const {
  const auto public_half = [](const Ratchet& ratchet) {
    return ratchet.own_key_ ? std::optional(ratchet.own_key_->public_key()) : std::nullopt;
  };
  return root_ == other.root_ && own_identity_ == other.own_identity_ &&
         peer_identity_ == other.peer_identity_ && public_half(*this) == public_half(other) &&
         sending_ == other.sending_ && previous_counter_ == other.previous_counter_ &&
         receiving_ == other.receiving_ && skipped_total_ == other.skipped_total_;
}

}  // namespace parley::signal
