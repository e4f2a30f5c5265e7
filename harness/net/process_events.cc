#include "harness/net/process_events.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace parley::net {

namespace {

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

}  // namespace

awaitable<int> wait_for_signal(World& world, std::vector<int> signals) {
  asio::signal_set set(world.executor());
  boost::system::error_code ec;
  for (const int signal : signals) {
    set.add(signal, ec);
    if (ec) co_return 0;
  }
  const auto [failed, number] = co_await set.async_wait(kAwait);
  co_return failed ? 0 : number;
}

awaitable<void> wait_in_real_time(World& world, std::chrono::milliseconds time) {
  asio::steady_timer timer(world.executor(), time);
  co_await timer.async_wait(kAwait);
}

}  // namespace parley::net
