#include "harness/wire/signal/store.h"

#include <utility>

namespace parley::signal {
namespace {

Error no_session(std::string_view peer) {
  return make_error(ErrorCode::kNotFound, "no session", std::string(peer));
}

Error no_prekey(std::string_view kind, PreKeyId id) {
  return make_error(ErrorCode::kNotFound,
                    "no " + std::string(kind) + " prekey " + std::to_string(id));
}

}  // namespace

Store Store::create(Random& random) {
  Identity identity = Identity::generate(random);
  SignedPreKey signed_prekey = SignedPreKey::generate(1, identity.key, random);
  return Store(std::move(identity), std::move(signed_prekey));
}

Store::Store(Identity identity, SignedPreKey signed_prekey) : identity_(std::move(identity)) {
  add_signed_prekey(std::move(signed_prekey));
}

const SignedPreKey& Store::signed_prekey() const {
  return signed_prekeys_.at(newest_signed_prekey_);
}

const SignedPreKey& Store::rotate_signed_prekey(Random& random) {
  add_signed_prekey(
      SignedPreKey::generate(next_prekey_id(newest_signed_prekey_), identity_.key, random));
  return signed_prekey();
}

void Store::add_signed_prekey(SignedPreKey key) {
  newest_signed_prekey_ = key.id;
  signed_prekeys_.insert_or_assign(key.id, std::move(key));
}

std::vector<PublicPreKey> Store::add_one_time_prekeys(std::size_t count, Random& random) {
  std::vector<PublicPreKey> added;
  added.reserve(count);
  for (OneTimePreKey& key : generate_one_time_prekeys(next_one_time_prekey_, count, random)) {
    added.push_back(key.public_view());
    add_one_time_prekey(std::move(key));
  }
  return added;
}

void Store::add_one_time_prekey(OneTimePreKey key) {
  next_one_time_prekey_ = next_prekey_id(key.id);
  one_time_prekeys_.insert_or_assign(key.id, std::move(key));
}

std::vector<PublicPreKey> Store::one_time_prekeys() const {
  std::vector<PublicPreKey> keys;
  keys.reserve(one_time_prekeys_.size());
  for (const auto& [id, key] : one_time_prekeys_) keys.push_back(key.public_view());
  return keys;
}

PreKeyBundle Store::bundle(std::optional<PublicPreKey> one_time) const {
  return {identity_.registration_id, identity_.public_key(), signed_prekey().public_view(),
          one_time};
}

std::vector<std::pair<std::string, crypto::PrivateKey>> Store::private_keys() const {
  std::vector<std::pair<std::string, crypto::PrivateKey>> keys;
  keys.emplace_back("identity", identity_.key.agreement().private_key());
  for (const auto& [id, key] : signed_prekeys_) {
    keys.emplace_back("signed prekey " + std::to_string(id), key.key.private_key());
  }
  for (const auto& [id, key] : one_time_prekeys_) {
    keys.emplace_back("one-time prekey " + std::to_string(id), key.key.private_key());
  }
  return keys;
}

Result<IdentityNews> Store::start_session(std::string_view peer, const PreKeyBundle& bundle,
                                          Random& random) {
  PARLEY_ASSIGN(Session session, Session::initiate(identity_, bundle, random));
  return adopt(peer, std::move(session));
}

const Session* Store::session(std::string_view peer) const {
  const auto it = sessions_.find(peer);
  return it == sessions_.end() ? nullptr : &it->second;
}

void Store::delete_session(std::string_view peer) {
  const auto it = sessions_.find(peer);
  if (it != sessions_.end()) sessions_.erase(it);
}

std::optional<crypto::PublicKey> Store::peer_identity(std::string_view peer) const {
  const auto it = peer_identities_.find(peer);
  if (it == peer_identities_.end()) return std::nullopt;
  return it->second;
}

Result<EncryptedMessage> Store::encrypt(std::string_view peer, BytesView plaintext,
                                        Random& random) {
  const auto it = sessions_.find(peer);
  if (it == sessions_.end()) return no_session(peer);
  return it->second.encrypt(plaintext, random);
}

Result<DecryptedMessage> Store::decrypt(std::string_view peer, MessageType type, BytesView bytes) {
  return type == MessageType::kPreKey ? decrypt_prekey(peer, bytes) : decrypt_whisper(peer, bytes);
}

Result<DecryptedMessage> Store::decrypt_whisper(std::string_view peer, BytesView bytes) {
  PARLEY_ASSIGN(const WhisperMessage message, WhisperMessage::parse(bytes));
  const auto it = sessions_.find(peer);
  if (it == sessions_.end()) return no_session(peer);
  DecryptedMessage out;
  PARLEY_ASSIGN(out.plaintext, it->second.decrypt(message, bytes));
  out.counter = message.counter;
  return out;
}

Result<DecryptedMessage> Store::decrypt_prekey(std::string_view peer, BytesView bytes) {
  PARLEY_ASSIGN(const PreKeyMessage message, PreKeyMessage::parse(bytes));
  DecryptedMessage out;
  PARLEY_ASSIGN(const WhisperMessage inner, WhisperMessage::parse(message.message));
  out.counter = inner.counter;
  out.signed_prekey_id = message.signed_prekey_id;
  out.registration_id = message.registration_id;
  const auto known = sessions_.find(peer);
  if (known != sessions_.end() && known->second.knows(message.base_key)) {
    PARLEY_ASSIGN(out.plaintext, known->second.decrypt_known(message, inner));
    return out;
  }

  const auto signed_prekey = signed_prekeys_.find(message.signed_prekey_id);
  if (signed_prekey == signed_prekeys_.end()) return no_prekey("signed", message.signed_prekey_id);
  const OneTimePreKey* one_time = nullptr;
  if (message.one_time_prekey_id) {
    const auto it = one_time_prekeys_.find(*message.one_time_prekey_id);
    if (it == one_time_prekeys_.end()) return no_prekey("one-time", *message.one_time_prekey_id);
    one_time = &it->second;
  }
  PARLEY_ASSIGN(Session::Accepted accepted,
                Session::respond(identity_, signed_prekey->second, one_time, message, inner));
  out.plaintext = std::move(accepted.plaintext);
  out.new_session = true;
  out.identity = adopt(peer, std::move(accepted.session));
  if (message.one_time_prekey_id) {
    out.one_time_prekey_id = message.one_time_prekey_id;
    one_time_prekeys_.erase(*message.one_time_prekey_id);
  }
  return out;
}

IdentityNews Store::adopt(std::string_view peer, Session session) {
  const crypto::PublicKey identity = session.peer_identity();
  const auto known = peer_identities_.find(peer);
  IdentityNews news = IdentityNews::kSame;
  if (known == peer_identities_.end()) {
    news = IdentityNews::kFirstSeen;
    peer_identities_.emplace(peer, identity);
  } else if (known->second != identity) {
    news = IdentityNews::kChanged;
    known->second = identity;
    delete_session(peer);  // the old installation must not be able to speak any more
  }
  const auto earlier = sessions_.find(peer);
  if (earlier == sessions_.end()) {
    sessions_.emplace(peer, std::move(session));
  } else {
    earlier->second.supersede(std::move(session));
  }
  return news;
}

}  // namespace parley::signal
