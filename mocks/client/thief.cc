#include "mocks/client/thief.h"

#include <algorithm>
#include <utility>

#include "mocks/client/signal_account.h"

namespace parley::mocks::client {

void Thief::overhear(const std::string& id, const wire::Jid& from, signal::MessageType type,
                     BytesView bytes) {
  if (overheard_.size() >= kMostOverheard && !overheard_.contains(id)) return;
  overheard_.insert_or_assign(id, Overheard{session_name(from), type, to_bytes(bytes)});
}

Result<std::size_t> Thief::steal(std::vector<signal::Store> state) {
  if (stolen_.size() >= kMostThefts) {
    return make_error(ErrorCode::kLimit, "a device can be broken into 100 times");
  }
  stolen_.push_back(std::move(state));
  return stolen_.size();
}

Result<Thief::Outcome> Thief::try_decrypt(std::size_t theft,
                                          const std::vector<std::string>& ids) const {
  if (theft == 0 || theft > stolen_.size()) {
    return make_error(ErrorCode::kNotFound, "nothing was stolen under that number");
  }
  const std::vector<signal::Store>& as_stolen = stolen_[theft - 1];
  std::vector<signal::Store> moved_on = as_stolen;
  Outcome outcome;
  for (const std::string& id : ids) {
    const auto found = overheard_.find(id);
    if (found == overheard_.end()) {
      return make_error(ErrorCode::kNotFound, "no message " + id + " was overheard");
    }
    const Overheard& message = found->second;
    const auto opens = [&](signal::Store& store) {
      return store.decrypt(message.from, message.type, message.bytes).ok();
    };
    std::vector<signal::Store> fresh = as_stolen;
    // Not any_of: every copy has to see the message.
    const auto opened =
        std::ranges::count_if(moved_on, opens) + std::ranges::count_if(fresh, opens);
    (opened > 0 ? outcome.opened : outcome.closed).push_back(id);
  }
  return outcome;
}

}  // namespace parley::mocks::client
