// For tests: the two worlds behind one parameter, so that one test body shows that party code
// behaves alike on both.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <ostream>
#include <string>
#include <utility>

#include "harness/net/world.h"

namespace parley::net {

enum class WorldKind { kSim, kSockets };

inline void PrintTo(WorldKind kind, std::ostream* out) {
  *out << (kind == WorldKind::kSim ? "sim" : "sockets");
}

inline constexpr TimePoint kTestStart{std::chrono::seconds(1'790'000'000)};

class WorldTest : public testing::TestWithParam<WorldKind> {
 protected:
  WorldTest() : world_(make(GetParam())) {}

  /// Runs `body`, which co_returns a Status, and expects it to end well.
  template <class Body>
  void run_body(Body body) {
    const Status status = run(*world_, body());
    EXPECT_TRUE(status.ok()) << status.error().text();
  }

  std::unique_ptr<Listener> must_listen(const Address& address,
                                        Security security = Security::kPlain) {
    auto listener = world_->network().listen(address, security);
    if (!listener.ok()) ADD_FAILURE() << listener.error().text();
    return std::move(listener).value();
  }

  std::unique_ptr<World> make(WorldKind kind) {
    if (kind == WorldKind::kSim) {
      SimOptions options;
      options.start = kTestStart;
      return make_sim_world(options, log_);
    }
    SocketOptions options;
    options.start = kTestStart;
    auto world = make_socket_world(options, log_);
    if (!world.ok()) ADD_FAILURE() << world.error().text();
    return std::move(world).value();
  }

  NullLog log_;
  const std::unique_ptr<World> world_;
};

/// Everything that arrives until the stream ends.
inline awaitable<std::string> read_to_end(Stream& stream) {
  std::string all;
  for (;;) {
    const Result<Bytes> more = co_await stream.read_some(4096);
    if (!more.ok()) co_return all;
    all.append(as_text(*more));
  }
}

/// Exactly `count` bytes, or what came before the end.
inline awaitable<std::string> read_exactly(Stream& stream, std::size_t count) {
  std::string all;
  while (all.size() < count) {
    const Result<Bytes> more = co_await stream.read_some(count - all.size());
    if (!more.ok()) break;
    all.append(as_text(*more));
  }
  co_return all;
}

#define PARLEY_BOTH_WORLDS(suite)                                                                \
  INSTANTIATE_TEST_SUITE_P(Worlds, suite, testing::Values(WorldKind::kSim, WorldKind::kSockets), \
                           [](const testing::TestParamInfo<WorldKind>& param_info) {             \
                             return testing::PrintToString(param_info.param);                    \
                           })

}  // namespace parley::net
