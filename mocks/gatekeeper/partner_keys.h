// The partners' public keys: fetched from each partner's key endpoint, kept, and fetched again.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "harness/crypto/jwt.h"
#include "harness/driver/party.h"
#include "harness/net/world.h"
#include "mocks/cast/cast.h"
#include "mocks/tap/observer.h"

namespace parley::mocks::gatekeeper {

/// Keys older than this are fetched anew before they are used.
inline constexpr Duration kKeysFresh = std::chrono::hours(1);
/// While the endpoint does not answer, keys up to this age are still used.
inline constexpr Duration kKeysStale = std::chrono::hours(24);
/// With usable keys at hand a fetch is tried at most this often, so that forged tokens with unknown
/// key ids cannot make us knock at a partner's door at will.
inline constexpr Duration kFetchPause = std::chrono::minutes(1);

/// What is known of one partner's keys at some time, without the fetching.
class KeyCache {
 public:
  bool wants_fetch(std::string_view kid, TimePoint now) const;
  void attempted(TimePoint now) { attempted_ = now; }
  void fetched(crypto::JwkSet keys, TimePoint now);
  /// Null where there are none, or only such as are too old.
  const crypto::JwkSet* usable(TimePoint now) const;
  /// However old; null before the first fetch.
  const crypto::JwkSet* latest() const { return keys_ ? &*keys_ : nullptr; }

 private:
  std::optional<crypto::JwkSet> keys_;
  TimePoint fetched_;
  std::optional<TimePoint> attempted_;
};

class PartnerKeys {
 public:
  /// Keys are fetched from the host `egress`. `http` is the newest version that partners are
  /// offered.
  PartnerKeys(net::World& world, Observer observer, driver::EventLog& events, std::string egress,
              net::HttpVersion http = net::HttpVersion::k1);

  /// The partner's keys, fetched before where that is due or `kid` is not among them. One fetch per
  /// partner at a time. kTimeout, kIo, ... from the last fetch where there is nothing usable.
  net::awaitable<Result<crypto::JwkSet>> keys(const PartnerSettings& partner, std::string kid);

 private:
  struct Entry {
    explicit Entry(net::World& world) : done(world) {}
    KeyCache cache;
    bool fetching = false;
    net::Notifier done;
    Error last_error = make_error(ErrorCode::kNotFound, "never fetched");
  };
  net::awaitable<void> fetch(Entry& entry, const PartnerSettings& partner);

  net::World& world_;
  Observer observer_;
  driver::EventLog& events_;
  const std::string egress_;
  const net::HttpVersion http_;
  std::map<std::string, std::unique_ptr<Entry>> entries_;  ///< by partner id
};

}  // namespace parley::mocks::gatekeeper
