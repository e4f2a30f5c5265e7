#include "mocks/gatekeeper/rate_limit.h"

namespace parley::mocks::gatekeeper {
namespace {

/// Keys may be chosen by whoever is limited: with this many, those that no longer count are
/// dropped.
constexpr std::size_t kManyKeys = 1'000;

}  // namespace

bool RateLimit::admit(std::string_view key, TimePoint now) {
  if (admitted_.size() >= kManyKeys) forget_expired(now);
  const auto found = admitted_.try_emplace(std::string(key)).first;
  std::deque<TimePoint>& times = found->second;
  while (!times.empty() && now - times.front() >= period_) times.pop_front();
  if (times.size() >= count_) return false;
  times.push_back(now);
  return true;
}

void RateLimit::forget_expired(TimePoint now) {
  std::erase_if(admitted_, [&](const auto& entry) {
    return entry.second.empty() || now - entry.second.back() >= period_;
  });
}

}  // namespace parley::mocks::gatekeeper
