// For tests: the two ends of a Signal session behind one interface, ours and another
// implementation's, so that either can play either role.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/wire/signal/store.h"
#include "mocks/peers/peer_process.h"

namespace parley::peers {

/// An encrypted message on its way.
struct Letter {
  signal::MessageType type = signal::MessageType::kWhisper;
  Bytes bytes;
};

/// What became of a letter: its text, or why it was refused.
struct Reading {
  std::optional<Bytes> plaintext;
  std::string refusal;  ///< an error code of ours, or the peer's word for it
};

class Side {
 public:
  virtual ~Side() = default;
  /// What this account publishes, with one one-time prekey at most.
  virtual signal::PreKeyBundle bundle() = 0;
  virtual Status start(const signal::PreKeyBundle& other) = 0;
  virtual Result<Letter> write(BytesView plaintext) = 0;
  virtual Reading read(const Letter& letter) = 0;
};

class OurSide final : public Side {
 public:
  OurSide(std::uint64_t seed, bool one_time_prekey)
      : random_(seed, "parley"), store_(signal::Store::create(random_)) {
    if (one_time_prekey) one_time_ = store_.add_one_time_prekeys(1, random_).front();
  }

  signal::PreKeyBundle bundle() override { return store_.bundle(one_time_); }
  Status start(const signal::PreKeyBundle& other) override {
    PARLEY_TRY(store_.start_session(kPeer, other, random_));
    return {};
  }
  Result<Letter> write(BytesView plaintext) override {
    PARLEY_ASSIGN(signal::EncryptedMessage message, store_.encrypt(kPeer, plaintext, random_));
    return Letter{message.type, std::move(message.bytes)};
  }
  Reading read(const Letter& letter) override {
    auto message = store_.decrypt(kPeer, letter.type, letter.bytes);
    if (!message.ok()) return {std::nullopt, std::string(to_string(message.error().code))};
    return {std::move(message->plaintext), {}};
  }
  /// What a server hands out once the one-time prekeys are used up.
  signal::PreKeyBundle bundle_without_one_time_prekey() const { return store_.bundle(); }

 private:
  static constexpr std::string_view kPeer = "peer";
  SeededRandom random_;
  signal::Store store_;
  std::optional<signal::PublicPreKey> one_time_;
};

/// The account in a process that takes the requests of libsignal_c/main.cc. A process that fails
/// answers with refusals that begin with "process".
class PeerSide final : public Side {
 public:
  static Result<PeerSide> create(PeerProcess process, std::uint64_t seed, bool one_time_prekey) {
    PARLEY_ASSIGN(
        json::object answer,
        process.call(
            {{"do", "account"}, {"seed", seed}, {"one_time_prekeys", one_time_prekey ? 1 : 0}}));
    PARLEY_ASSIGN(signal::PreKeyBundle bundle, read_bundle(answer));
    return PeerSide(std::move(process), std::move(bundle));
  }

  signal::PreKeyBundle bundle() override { return bundle_; }
  Status start(const signal::PreKeyBundle& other) override {
    PARLEY_TRY(process_.call({{"do", "start"}, {"peer", "parley"}, {"bundle", to_json(other)}}));
    return {};
  }
  Result<Letter> write(BytesView plaintext) override {
    PARLEY_ASSIGN(
        const json::object answer,
        process_.call({{"do", "encrypt"}, {"peer", "parley"}, {"plaintext", hex(plaintext)}}));
    const auto type = signal::parse_message_type(get_string(answer, "type").value_or(""));
    if (!type) return make_error(ErrorCode::kInvalid, "no message type");
    PARLEY_ASSIGN(Bytes bytes, decode_hex(get_string(answer, "bytes").value_or("")));
    return Letter{*type, std::move(bytes)};
  }
  Reading read(const Letter& letter) override {
    const auto answer = process_.call({{"do", "decrypt"},
                                       {"peer", "parley"},
                                       {"type", signal::to_string(letter.type)},
                                       {"bytes", hex(letter.bytes)}});
    if (!answer.ok()) {
      const Error& error = answer.error();
      const bool refused = error.code == ErrorCode::kRefused;
      return {std::nullopt, refused ? error.message : "process: " + error.text()};
    }
    auto plaintext = decode_hex(get_string(*answer, "plaintext").value_or("?"));
    if (!plaintext.ok()) return {std::nullopt, "process: no plaintext"};
    return {std::move(*plaintext), {}};
  }
  const PeerProcess& process() const { return process_; }

  static json::object to_json(const signal::PreKeyBundle& bundle) {
    json::array one_time;
    if (bundle.one_time_prekey) {
      one_time.push_back(json::object{{"id", bundle.one_time_prekey->id},
                                      {"key", typed(bundle.one_time_prekey->key)}});
    }
    json::object signed_prekey{{"id", bundle.signed_prekey.id},
                               {"key", typed(bundle.signed_prekey.key)},
                               {"signature", hex(bundle.signed_prekey.signature)}};
    return {{"registration_id", bundle.registration_id},
            {"identity", typed(bundle.identity)},
            {"signed_prekey", std::move(signed_prekey)},
            {"one_time_prekeys", std::move(one_time)}};
  }

 private:
  PeerSide(PeerProcess process, signal::PreKeyBundle bundle)
      : process_(std::move(process)), bundle_(std::move(bundle)) {}

  static std::string typed(const crypto::PublicKey& key) { return hex(signal::typed_key(key)); }

  static Result<crypto::PublicKey> read_key(const json::object& object, std::string_view name) {
    PARLEY_ASSIGN(const Bytes bytes, decode_hex(get_string(object, name).value_or("")));
    return signal::parse_typed_key(bytes);
  }

  static Result<signal::PreKeyBundle> read_bundle(const json::object& answer) {
    const json::object* signed_prekey = get_object(answer, "signed_prekey");
    const json::array* one_time = get_array(answer, "one_time_prekeys");
    if (signed_prekey == nullptr || one_time == nullptr) {
      return make_error(ErrorCode::kInvalid, "no bundle");
    }
    signal::PreKeyBundle bundle;
    bundle.registration_id =
        static_cast<std::uint32_t>(get_int(answer, "registration_id").value_or(0));
    PARLEY_ASSIGN(bundle.identity, read_key(answer, "identity"));
    bundle.signed_prekey.id =
        static_cast<signal::PreKeyId>(get_int(*signed_prekey, "id").value_or(0));
    PARLEY_ASSIGN(bundle.signed_prekey.key, read_key(*signed_prekey, "key"));
    PARLEY_ASSIGN(const Bytes signature,
                  decode_hex(get_string(*signed_prekey, "signature").value_or("")));
    if (signature.size() != 64) return make_error(ErrorCode::kInvalid, "no signature");
    bundle.signed_prekey.signature = to_array<64>(signature);
    if (!one_time->empty()) {
      const json::object& first = one_time->front().as_object();
      signal::PublicPreKey key;
      key.id = static_cast<signal::PreKeyId>(get_int(first, "id").value_or(0));
      PARLEY_ASSIGN(key.key, read_key(first, "key"));
      bundle.one_time_prekey = key;
    }
    return bundle;
  }

  PeerProcess process_;
  signal::PreKeyBundle bundle_;
};

}  // namespace parley::peers
