// The partner's signing keys over time: the current one signs, retired ones stay published for a
// while, so that no valid token loses its key.
#pragma once

#include <cstddef>
#include <deque>
#include <string>

#include "harness/base/clock.h"
#include "harness/crypto/jwt.h"
#include "harness/crypto/rsa.h"

namespace parley::mocks {

class TokenKeys {
 public:
  /// `first_key` picks the built-in test key to begin with; partners get different ones. `name`
  /// makes the key ids. A retired key stays published for `overlap`.
  TokenKeys(std::string name, std::size_t first_key, Duration overlap);

  const std::string& kid() const { return keys_.front().kid; }
  crypto::RsaPublicKey public_key() const { return keys_.front().key.public_key(); }
  std::string sign(const json::object& claims) const;
  std::string sign(const json::object& claims, const json::object& header) const;

  /// The next key signs from now on.
  void rotate(TimePoint now);
  /// Stops publishing every key but the newest, whatever was signed with them.
  void retire_old();
  /// What to publish at that time: the current key first.
  crypto::JwkSet published(TimePoint now);

 private:
  struct Key {
    std::string kid;
    crypto::RsaPrivateKey key;
    TimePoint publish_until = TimePoint::max();
  };

  void add(TimePoint now);

  std::string name_;
  std::size_t next_key_;
  Duration overlap_;
  std::deque<Key> keys_;  // newest first
  std::size_t generation_ = 0;
};

}  // namespace parley::mocks
