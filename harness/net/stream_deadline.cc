#include "harness/net/stream_deadline.h"

#include <optional>
#include <utility>

namespace parley::net {

namespace {

// A connection attempt cannot be taken back, so that it runs on its own and is dropped when it
// comes late.
struct Attempt {
  explicit Attempt(World& world) : ended(world) {}
  Notifier ended;
  std::optional<Result<std::unique_ptr<Stream>>> outcome;
};

awaitable<void> attempt_connect(World& world, std::shared_ptr<Attempt> attempt, std::string from,
                                Address to, Security security, TlsOffer offered) {
  attempt->outcome.emplace(co_await world.network().connect(std::move(from), std::move(to),
                                                            security, std::move(offered)));
  attempt->ended.notify();
}

}  // namespace

awaitable<Result<std::unique_ptr<Stream>>> connect_by(World& world, TimePoint deadline,
                                                      std::string from, Address to,
                                                      Security security, TlsOffer offered) {
  auto attempt = std::make_shared<Attempt>(world);
  world.spawn(attempt_connect(world, attempt, std::move(from), std::move(to), security,
                              std::move(offered)));
  while (!attempt->outcome) {
    if (!co_await attempt->ended.wait_until(deadline))
      co_return make_error(ErrorCode::kTimeout, "not connected in time");
  }
  co_return std::move(*attempt->outcome);
}

}  // namespace parley::net
