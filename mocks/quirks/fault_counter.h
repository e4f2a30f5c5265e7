// Counts the opportunities for a fault in one run, and says at which of them to strike.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace parley::mocks::quirks {

/// A place in a run where a fault is possible.
struct Opportunity {
  std::string at;    ///< actor id, or host name
  std::string what;  ///< "message-deliver", "POST /v1/enlist", "send-text"

  bool operator==(const Opportunity&) const = default;
};

class FaultCounter {
 public:
  /// Strikes at the opportunity of that number, from 0; never, where there is none: a scout.
  explicit FaultCounter(std::optional<std::size_t> number) : number_(number) {}

  /// Counts one opportunity; true where the fault happens there.
  bool strikes(std::string at, std::string what) {
    const bool now = number_ == seen_.size();
    seen_.push_back({std::move(at), std::move(what)});
    return now;
  }

  /// All so far, in their order.
  const std::vector<Opportunity>& seen() const { return seen_; }
  /// The one at which the fault happened; null where none did yet.
  const Opportunity* struck() const {
    return number_ && *number_ < seen_.size() ? &seen_[*number_] : nullptr;
  }

 private:
  std::optional<std::size_t> number_;
  std::vector<Opportunity> seen_;
};

}  // namespace parley::mocks::quirks
