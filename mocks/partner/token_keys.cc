#include "mocks/partner/token_keys.h"

#include <utility>

namespace parley::mocks {

// A verifier may allow for five minutes of clock skew beyond a token's life.
constexpr Duration kSkew = std::chrono::minutes(5);

TokenKeys::TokenKeys(std::string name, std::size_t first_key, Duration token_life)
    : name_(std::move(name)), next_key_(first_key), token_life_(token_life) {
  add(TimePoint());
}

std::string TokenKeys::sign(const json::object& claims) const {
  return crypto::sign_jwt(keys_.front().key, keys_.front().kid, claims);
}

void TokenKeys::rotate(TimePoint now) { add(now); }

void TokenKeys::add(TimePoint now) {
  if (!keys_.empty()) keys_.front().publish_until = now + token_life_ + kSkew;
  keys_.push_front(
      {name_ + "-" + std::to_string(++generation_), crypto::RsaPrivateKey::test_key(next_key_++)});
}

crypto::JwkSet TokenKeys::published(TimePoint now) {
  while (keys_.back().publish_until < now) keys_.pop_back();
  crypto::JwkSet set;
  for (const Key& key : keys_) set.keys.push_back({key.kid, key.key.public_key()});
  return set;
}

}  // namespace parley::mocks
