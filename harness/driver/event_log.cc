#include <utility>

#include "harness/driver/party.h"

namespace parley::driver {

EventLog::EventLog(net::World& world, evidence::Recorder& recorder, std::string party,
                   evidence::Role role)
    : world_(world), recorder_(recorder), party_(std::move(party)), role_(role), arrived_(world) {}

void EventLog::push(std::string name, json::object facts) {
  evidence::Observation observation;
  observation.tap = evidence::Tap::kEvent;
  observation.role = role_;
  observation.party = party_;
  observation.kind = "event." + name;
  observation.facts = facts;
  recorder_.record(std::move(observation));
  events_.push_back({events_.size(), world_.now(), std::move(name), std::move(facts)});
  arrived_.notify();
}

void EventLog::end(Error why) {
  ended_ = std::move(why);
  arrived_.notify();
}

boost::asio::awaitable<Result<std::size_t>> EventLog::wait(std::size_t from,
                                                           std::function<bool(const Event&)> match,
                                                           TimePoint deadline) {
  std::size_t next = from;
  for (;;) {
    for (; next < events_.size(); ++next) {
      if (match(events_[next])) co_return next;
    }
    if (ended_) co_return *ended_;
    if (world_.now() >= deadline) {
      co_return make_error(ErrorCode::kTimeout, "no such event at " + party_);
    }
    co_await arrived_.wait_until(deadline);
  }
}

}  // namespace parley::driver
