#include "harness/driver/company.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace parley::driver {
namespace {

struct Pending {
  explicit Pending(net::World& world) : done(world) {}
  net::Notifier done;
  std::optional<Result<json::object>> result;
};

net::awaitable<void> perform_into(Party& party, std::string operation, json::object arguments,
                                  std::shared_ptr<Pending> pending) {
  pending->result = co_await party.perform(std::move(operation), std::move(arguments));
  pending->done.notify();
}

}  // namespace

net::awaitable<Status> begin_all(std::vector<Party*> parties) {
  const Stage stage = [parties](std::string_view id) -> Party* {
    const auto found = std::ranges::find(parties, id, [](const Party* one) { return one->id(); });
    return found == parties.end() ? nullptr : *found;
  };
  for (Party* one : parties) {
    const Status ready = co_await one->begin(stage);
    if (!ready.ok()) co_return at(one->id(), ready.error());
  }
  co_return Status();
}

net::awaitable<std::optional<Result<json::object>>> perform_within(net::World& world, Party& party,
                                                                   std::string operation,
                                                                   json::object arguments,
                                                                   Duration within) {
  auto pending = std::make_shared<Pending>(world);
  world.spawn(perform_into(party, std::move(operation), std::move(arguments), pending));
  const TimePoint deadline = world.now() + within;
  while (!pending->result && world.now() < deadline) {
    co_await pending->done.wait_until(deadline);
  }
  co_return std::move(pending->result);
}

}  // namespace parley::driver
