// A set of message ids with a bound: the oldest are forgotten first, so that no peer can make a
// client remember without end.
#pragma once

#include <cstddef>
#include <deque>
#include <set>
#include <string>
#include <string_view>

namespace parley::mocks::client {

class RecentIds {
 public:
  explicit RecentIds(std::size_t most) : most_(most) {}

  bool contains(std::string_view id) const { return ids_.contains(id); }

  /// False where it was there already.
  bool insert(std::string id) {
    if (!ids_.insert(id).second) return false;
    order_.push_back(std::move(id));
    if (order_.size() > most_) {
      ids_.erase(order_.front());
      order_.pop_front();
    }
    return true;
  }

  std::size_t size() const { return order_.size(); }

 private:
  std::size_t most_;
  std::set<std::string, std::less<>> ids_;
  std::deque<std::string> order_;
};

}  // namespace parley::mocks::client
