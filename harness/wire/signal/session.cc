#include "harness/wire/signal/session.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "harness/wire/signal/x3dh.h"

namespace parley::signal {

Session::Session(State state) { states_.push_back(std::move(state)); }

Result<Session> Session::initiate(const Identity& own, const PreKeyBundle& bundle, Random& random) {
  PARLEY_TRY(bundle.verify());
  const auto base = crypto::X25519KeyPair::generate(random);
  PARLEY_ASSIGN(const RootKey root, agree_as_initiator(own.key, base, bundle));
  PARLEY_ASSIGN(Ratchet ratchet, Ratchet::initiator(root, own.public_key(), bundle.identity,
                                                    bundle.signed_prekey.key, random));
  Pending pending{std::nullopt, bundle.signed_prekey.id};
  if (bundle.one_time_prekey) pending.one_time_prekey_id = bundle.one_time_prekey->id;
  return Session({std::move(ratchet), base.public_key(), own.registration_id, pending});
}

Result<Session::Accepted> Session::respond(const Identity& own, const SignedPreKey& signed_prekey,
                                           const OneTimePreKey* one_time,
                                           const PreKeyMessage& message,
                                           const WhisperMessage& inner) {
  PARLEY_ASSIGN(const RootKey root, agree_as_responder(own.key, signed_prekey, one_time,
                                                       message.identity, message.base_key));
  Ratchet ratchet = Ratchet::responder(root, own.public_key(), message.identity, signed_prekey.key);
  PARLEY_ASSIGN(Bytes plaintext, ratchet.decrypt(inner, message.message));
  return Accepted{
      Session({std::move(ratchet), message.base_key, own.registration_id, std::nullopt}),
      std::move(plaintext)};
}

Result<EncryptedMessage> Session::encrypt(BytesView plaintext, Random& random) {
  State& state = states_.front();
  PARLEY_ASSIGN(SealedMessage sealed, state.ratchet.encrypt(plaintext, random));
  EncryptedMessage out{MessageType::kWhisper, std::move(sealed.bytes), sealed.counter, {}, {}};
  if (!state.pending) return out;

  PreKeyMessage outer;
  outer.registration_id = state.own_registration_id;
  outer.one_time_prekey_id = state.pending->one_time_prekey_id;
  outer.signed_prekey_id = state.pending->signed_prekey_id;
  outer.base_key = state.base_key;
  outer.identity = state.ratchet.own_identity();
  outer.message = std::move(out.bytes);
  out.type = MessageType::kPreKey;
  out.bytes = outer.serialize();
  out.one_time_prekey_id = outer.one_time_prekey_id;
  out.signed_prekey_id = outer.signed_prekey_id;
  return out;
}

Result<Bytes> Session::decrypt(const WhisperMessage& message, BytesView bytes) {
  const auto owner = std::ranges::find_if(states_, [&](const State& state) {
    return state.ratchet.has_receiving_chain(message.ratchet_key);
  });
  if (owner != states_.end()) {
    return decrypt_with(static_cast<std::size_t>(owner - states_.begin()), message, bytes);
  }
  Result<Bytes> first = decrypt_with(0, message, bytes);
  for (std::size_t i = 1; i < states_.size() && !first; ++i) {
    Result<Bytes> other = decrypt_with(i, message, bytes);
    if (other) return other;
  }
  return first;
}

bool Session::knows(const crypto::PublicKey& base_key) const {
  return std::ranges::find(states_, base_key, &State::base_key) != states_.end();
}

Result<Bytes> Session::decrypt_known(const PreKeyMessage& message, const WhisperMessage& inner) {
  const auto state = std::ranges::find(states_, message.base_key, &State::base_key);
  if (state == states_.end()) {
    return make_error(ErrorCode::kNotFound, "no session was set up with this base key");
  }
  if (state->ratchet.peer_identity() != message.identity) {
    return make_error(ErrorCode::kAuth, "prekey message names another identity than its session");
  }
  return decrypt_with(static_cast<std::size_t>(state - states_.begin()), inner, message.message);
}

Result<Bytes> Session::decrypt_with(std::size_t index, const WhisperMessage& message,
                                    BytesView bytes) {
  PARLEY_ASSIGN(Bytes plaintext, states_[index].ratchet.decrypt(message, bytes));
  states_[index].pending.reset();  // the peer has answered
  promote(index);
  return plaintext;
}

void Session::promote(std::size_t index) {
  const auto state = states_.begin() + static_cast<std::ptrdiff_t>(index);
  std::rotate(states_.begin(), state, state + 1);
}

void Session::supersede(Session newer) {
  std::ranges::move(states_, std::back_inserter(newer.states_));
  states_ = std::move(newer.states_);
  if (states_.size() > 1 + kMaxArchivedStates) {
    states_.erase(states_.begin() + 1 + kMaxArchivedStates, states_.end());
  }
}

std::size_t Session::skipped_keys() const {
  std::size_t total = 0;
  for (const State& state : states_) total += state.ratchet.skipped_keys();
  return total;
}

}  // namespace parley::signal
