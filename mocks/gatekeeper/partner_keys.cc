#include "mocks/gatekeeper/partner_keys.h"

#include <utility>

#include "mocks/cast/hosts.h"
#include "mocks/tap/http_tap.h"

namespace parley::mocks::gatekeeper {
namespace {

constexpr std::size_t kMaxKeySetBytes = 256 * 1024;

Result<crypto::JwkSet> read_key_set(const net::HttpResponse& response) {
  if (response.status != 200) {
    return make_error(ErrorCode::kRefused, "status " + std::to_string(response.status));
  }
  PARLEY_ASSIGN(crypto::JwkSet keys, crypto::JwkSet::parse(as_text(response.body)));
  if (keys.keys.empty()) return make_error(ErrorCode::kInvalid, "an empty key set");
  return keys;
}

}  // namespace

bool KeyCache::wants_fetch(std::string_view kid, TimePoint now) const {
  if (usable(now) == nullptr) return true;
  const bool due = now - fetched_ > kKeysFresh || keys_->find(kid) == nullptr;
  return due && now - *attempted_ >= kFetchPause;
}

void KeyCache::fetched(crypto::JwkSet keys, TimePoint now) {
  keys_ = std::move(keys);
  fetched_ = now;
}

const crypto::JwkSet* KeyCache::usable(TimePoint now) const {
  return keys_ && now - fetched_ <= kKeysStale ? &*keys_ : nullptr;
}

PartnerKeys::PartnerKeys(net::World& world, Observer observer, driver::EventLog& events,
                         std::string egress, net::HttpVersion http)
    : world_(world),
      observer_(std::move(observer)),
      events_(events),
      egress_(std::move(egress)),
      http_(http) {}

net::awaitable<Result<crypto::JwkSet>> PartnerKeys::keys(const PartnerSettings& partner,
                                                         std::string kid) {
  std::unique_ptr<Entry>& slot = entries_[partner.id];
  if (slot == nullptr) slot = std::make_unique<Entry>(world_);
  Entry& entry = *slot;
  while (entry.fetching) co_await entry.done.wait();
  if (entry.cache.latest() != nullptr && observer_.departs("key-renewal")) {
    co_return *entry.cache.latest();
  }
  if (entry.cache.wants_fetch(kid, world_.now())) co_await fetch(entry, partner);
  if (const crypto::JwkSet* keys = entry.cache.usable(world_.now())) co_return *keys;
  co_return at("keys of " + partner.id, entry.last_error);
}

net::awaitable<void> PartnerKeys::fetch(Entry& entry, const PartnerSettings& partner) {
  entry.fetching = true;
  entry.cache.attempted(world_.now());
  net::HttpRequest request;
  request.target = kPartnerKeysPath;
  request.version = http_;
  net::HttpLimits limits;
  limits.body_bytes = kMaxKeySetBytes;
  limits.timeout = std::chrono::seconds(10);
  const auto response = co_await tapped_fetch(world_, observer_, egress_, partner_host(partner.id),
                                              net::Security::kTls, std::move(request), limits);
  Result<crypto::JwkSet> keys = response.ok() ? read_key_set(*response) : response.error();
  if (keys.ok()) {
    events_.push("jwks-fetched",
                 {{"partner", partner.id}, {"keys", static_cast<std::int64_t>(keys->keys.size())}});
    entry.cache.fetched(std::move(*keys), world_.now());
  } else {
    entry.last_error = keys.error();
  }
  entry.fetching = false;
  entry.done.notify();
}

}  // namespace parley::mocks::gatekeeper
