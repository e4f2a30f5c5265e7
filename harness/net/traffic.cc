#include "harness/net/traffic.h"

#include <algorithm>
#include <utility>

namespace parley::net {

Traffic::Pair::Pair(std::shared_ptr<Traffic> traffic) : traffic_(std::move(traffic)) {
  traffic_->pairs_.insert(this);
}

Traffic::Pair::~Pair() { traffic_->pairs_.erase(this); }

bool Traffic::Pair::quiet() const {
  // The listener takes every connection, unless the connecting end has gone already.
  if (!accepted && !ended[0]) return false;
  for (int writer : {0, 1}) {
    const int reader = 1 - writer;
    if (reading[reader] && (written[writer] != read[reader] || ended[writer])) return false;
  }
  return true;
}

Traffic::Busy::Busy(std::shared_ptr<Traffic> traffic) : traffic_(std::move(traffic)) {
  ++traffic_->busy_;
}

Traffic::Busy::~Busy() { --traffic_->busy_; }

bool Traffic::quiet() const {
  return busy_ == 0 && std::ranges::all_of(pairs_, [](const Pair* pair) { return pair->quiet(); });
}

}  // namespace parley::net
