#include "mocks/gatekeeper/published_keys.h"

#include "harness/crypto/hash.h"
#include "mocks/gatekeeper/policy.h"

namespace parley::mocks::gatekeeper {

void PublishedKeys::replace(std::uint32_t registration_id, const crypto::PublicKey& identity,
                            const signal::PublicSignedPreKey& signed_prekey) {
  clear();
  registration_id_ = registration_id;
  identity_ = identity;
  signed_prekey_ = signed_prekey;
}

Status PublishedKeys::upload(const PrekeyUpload& upload) {
  if (!policy::signed_prekey_holds(upload.identity, upload.signed_prekey)) {
    return make_error(ErrorCode::kAuth, "the signed prekey is not signed by the identity key");
  }
  std::set<signal::PreKeyId> ids;
  std::set<crypto::PublicKey> keys;
  for (const signal::PublicPreKey& known : one_time_) {
    ids.insert(known.id);
    keys.insert(known.key);
  }
  std::vector<signal::PublicPreKey> fresh;
  for (const signal::PublicPreKey& prekey : upload.one_time) {
    if (spent_.contains(prekey.key)) {
      return make_error(ErrorCode::kReplay,
                        "one-time prekey " + std::to_string(prekey.id) + " was handed out before");
    }
    // A client that did not see the answer to an upload sends the same keys again.
    const bool known_id = !ids.insert(prekey.id).second;
    const bool known_key = !keys.insert(prekey.key).second;
    if (known_id && known_key) continue;
    if (known_id || known_key) {
      return make_error(ErrorCode::kInvalid,
                        "one-time prekey " + std::to_string(prekey.id) + " is there already");
    }
    fresh.push_back(prekey);
  }
  if (one_time_.size() + fresh.size() > kMaxPrekeys) {
    return make_error(ErrorCode::kLimit,
                      "more than " + std::to_string(kMaxPrekeys) + " one-time prekeys");
  }
  registration_id_ = upload.registration_id;
  identity_ = upload.identity;
  signed_prekey_ = upload.signed_prekey;
  one_time_.insert(one_time_.end(), fresh.begin(), fresh.end());
  return {};
}

Status PublishedKeys::rotate(const signal::PublicSignedPreKey& signed_prekey) {
  if (!identity_) return make_error(ErrorCode::kNotFound, "no keys were uploaded");
  if (!policy::signed_prekey_holds(*identity_, signed_prekey)) {
    return make_error(ErrorCode::kAuth, "the signed prekey is not signed by the identity key");
  }
  signed_prekey_ = signed_prekey;
  return {};
}

void PublishedKeys::clear() { *this = PublishedKeys(); }

std::optional<signal::PublicPreKey> PublishedKeys::hand_out(bool keep) {
  if (one_time_.empty()) return std::nullopt;
  const signal::PublicPreKey prekey = one_time_.front();
  if (!keep && policy::one_time_prekeys_are_used_once()) one_time_.pop_front();
  spent_.insert(prekey.key);
  return prekey;
}

ByteArray<20> PublishedKeys::digest() const {
  Bytes all;
  if (identity_) append(all, *identity_);
  append(all, signed_prekey_.key);
  append(all, signed_prekey_.signature);
  for (const signal::PublicPreKey& prekey : one_time_) append(all, prekey.key);
  return crypto::sha1(all);
}

}  // namespace parley::mocks::gatekeeper
