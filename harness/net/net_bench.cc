// What the harness's own plumbing costs: an HTTP exchange on a fresh connection, a message there
// and back on an open one, a World made and destroyed. Simulated unless the name says otherwise.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <memory>
#include <utility>

#include "harness/net/http.h"
#include "harness/net/websocket.h"
#include "harness/net/world.h"

namespace parley::net {
namespace {

const Address kServer{"server.test", 443};
constexpr TimePoint kStart{std::chrono::seconds(1'790'000'000)};

std::unique_ptr<World> make_world(bool sockets, Log& log) {
  if (!sockets) {
    SimOptions options;
    options.start = kStart;
    return make_sim_world(options, log);
  }
  SocketOptions options;
  options.start = kStart;
  return make_socket_world(options, log).value();
}

void must(const Status& status) {
  if (!status.ok()) std::abort();
}

void world_lifetime(benchmark::State& state, bool sockets) {
  NullLog log;
  for (auto _ : state) benchmark::DoNotOptimize(make_world(sockets, log));
}
BENCHMARK_CAPTURE(world_lifetime, sim, false);
BENCHMARK_CAPTURE(world_lifetime, sockets, true);

awaitable<HttpResponse> answer(HttpRequest request) {
  HttpResponse response;
  response.body = std::move(request.body);
  co_return response;
}

awaitable<Status> exchange(World& world, Security security, benchmark::State& state) {
  PARLEY_CO_ASSIGN(std::shared_ptr<Listener> listener, world.network().listen(kServer, security));
  world.spawn(http_serve(world, listener, answer));
  for (auto _ : state) {
    HttpRequest request;
    request.method = "POST";
    request.body = Bytes(200);
    PARLEY_CO_ASSIGN(const HttpResponse response,
                     co_await http_fetch(world, "client", kServer, security, std::move(request)));
    if (response.status != 200) std::abort();
  }
  co_return Status();
}

void http_exchange(benchmark::State& state, bool sockets, Security security) {
  NullLog log;
  const auto world = make_world(sockets, log);
  must(run(*world, exchange(*world, security, state)));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(http_exchange, sim, false, Security::kPlain);
BENCHMARK_CAPTURE(http_exchange, sockets, true, Security::kPlain);
BENCHMARK_CAPTURE(http_exchange, sockets_tls, true, Security::kTls);

awaitable<void> echo(World& world, std::shared_ptr<Listener> listener, bool websocket) {
  auto stream = co_await listener->accept();
  if (stream.ok() && websocket) stream = co_await websocket_accept(world, std::move(*stream));
  while (stream.ok()) {
    const Result<Bytes> got = co_await (*stream)->read_some(4096);
    if (!got.ok()) co_return;
    must(co_await (*stream)->write(*got));
  }
}

awaitable<Status> ping_pong(World& world, Security security, bool websocket,
                            benchmark::State& state) {
  PARLEY_CO_ASSIGN(std::shared_ptr<Listener> listener, world.network().listen(kServer, security));
  world.spawn(echo(world, listener, websocket));
  auto stream = websocket ? co_await websocket_connect(world, "client", kServer, security, "/ws")
                          : co_await world.network().connect("client", kServer, security);
  PARLEY_CO_TRY(stream.ok() ? Status() : Status(stream.error()));
  const Bytes message(200);
  for (auto _ : state) {
    PARLEY_CO_TRY(co_await (*stream)->write(message));
    for (std::size_t got = 0; got < message.size();) {
      PARLEY_CO_ASSIGN(const Bytes some, co_await (*stream)->read_some(4096));
      got += some.size();
    }
  }
  co_return Status();
}

void round_trip(benchmark::State& state, bool sockets, Security security, bool websocket) {
  NullLog log;
  const auto world = make_world(sockets, log);
  must(run(*world, ping_pong(*world, security, websocket, state)));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(round_trip, sim, false, Security::kPlain, false);
BENCHMARK_CAPTURE(round_trip, sim_websocket, false, Security::kPlain, true);
BENCHMARK_CAPTURE(round_trip, sockets, true, Security::kPlain, false);
BENCHMARK_CAPTURE(round_trip, sockets_tls, true, Security::kTls, false);
BENCHMARK_CAPTURE(round_trip, sockets_tls_websocket, true, Security::kTls, true);

awaitable<Status> wait_often(World& world, benchmark::State& state) {
  for (auto _ : state) co_await world.wait_for(std::chrono::hours(24));
  co_return Status();
}

void wait_a_day(benchmark::State& state) {
  NullLog log;
  const auto world = make_world(false, log);
  must(run(*world, wait_often(*world, state)));
}
BENCHMARK(wait_a_day);

}  // namespace
}  // namespace parley::net
