#include "harness/driver/driver_pool.h"

#include <algorithm>

namespace parley::driver {

bool DriverPool::has_room() const {
  const std::lock_guard lock(mutex_);
  return kept_.size() < most_;
}

void DriverPool::put(const net::Command& command, IdleDriver driver) {
  const std::lock_guard lock(mutex_);
  kept_.emplace_back(command.arguments, std::move(driver));
  if (kept_.size() > most_) kept_.erase(kept_.begin());
}

std::optional<IdleDriver> DriverPool::take(const net::Command& command) {
  const std::lock_guard lock(mutex_);
  const auto last = std::find_if(kept_.rbegin(), kept_.rend(), [&](const Kept::value_type& one) {
    return one.first == command.arguments;
  });
  if (last == kept_.rend()) return std::nullopt;
  IdleDriver driver = std::move(last->second);
  kept_.erase(std::next(last).base());
  return driver;
}

std::vector<std::string> DriverPool::dismiss() {
  Kept leaving;
  {
    const std::lock_guard lock(mutex_);
    leaving.swap(kept_);
  }
  std::vector<net::IdleProgram> programs;
  for (auto& one : leaving) programs.push_back(std::move(one.second.program));
  const std::vector<net::ProcessEnd> ends = net::dismiss(std::move(programs), kLeavingTime);
  std::vector<std::string> troubles;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    if (ends[i].in_order()) continue;
    troubles.push_back(leaving[i].second.hello.name + " " + ends[i].text() +
                       " when it was to leave after the run");
  }
  return troubles;
}

}  // namespace parley::driver
