#include "mocks/partner/token_keys.h"

#include <iterator>
#include <utility>

#include "harness/base/encoding.h"

namespace parley::mocks {

TokenKeys::TokenKeys(std::string name, std::size_t first_key, Duration overlap)
    : name_(std::move(name)), next_key_(first_key), overlap_(overlap) {
  add(TimePoint());
}

std::string TokenKeys::sign(const json::object& claims) const {
  return crypto::sign_jwt(keys_.front().key, keys_.front().kid, claims);
}

std::string TokenKeys::sign(const json::object& claims, const json::object& header) const {
  const std::string input =
      base64url(as_bytes(canonical(header))) + "." + base64url(as_bytes(canonical(claims)));
  return input + "." + base64url(keys_.front().key.sign_rs256(as_bytes(input)));
}

void TokenKeys::rotate(TimePoint now) { add(now); }

void TokenKeys::add(TimePoint now) {
  if (!keys_.empty()) keys_.front().publish_until = now + overlap_;
  keys_.push_front(
      {name_ + "-" + std::to_string(++generation_), crypto::RsaPrivateKey::test_key(next_key_++)});
}

void TokenKeys::retire_old() { keys_.erase(std::next(keys_.begin()), keys_.end()); }

crypto::JwkSet TokenKeys::published(TimePoint now) {
  while (keys_.back().publish_until < now) keys_.pop_back();
  crypto::JwkSet set;
  for (const Key& key : keys_) set.keys.push_back({key.kid, key.key.public_key()});
  return set;
}

}  // namespace parley::mocks
