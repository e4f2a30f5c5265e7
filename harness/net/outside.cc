#include "harness/net/outside.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>

#include "harness/net/socket_network.h"
#include "harness/net/tcp_stream.h"

namespace parley::net {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr Duration kAcceptPause = std::chrono::milliseconds(50);
constexpr std::size_t kReadBytes = 64 * 1024;

Error unreadable(std::string_view text) {
  return make_error(ErrorCode::kInvalid, "\"" + std::string(text) +
                                             "\" is no address: write 127.0.0.1:4711 or "
                                             "[::1]:4711, without a name");
}

tcp::endpoint to_asio(const Endpoint& where) {
  return {asio::ip::make_address(where.ip), where.port};
}

// 127.77.0.1 and on: all of 127/8 is this machine.
constexpr asio::ip::address_v4::uint_type kFirstSource = 0x7F4D0001;

std::size_t source_of(SocketNetwork::Registry& registry, const std::string& host) {
  const auto known = std::ranges::find(registry.sources, host);
  const auto index = static_cast<std::size_t>(known - registry.sources.begin());
  if (known == registry.sources.end()) registry.sources.push_back(host);
  return index;
}

asio::ip::address_v4 source_address(std::size_t index) {
  return asio::ip::address_v4(kFirstSource + static_cast<std::uint32_t>(index));
}

// What one end says goes to the other until it says no more.
awaitable<void> pass(std::shared_ptr<Stream> from, std::shared_ptr<Stream> to) {
  for (;;) {
    const Result<Bytes> bytes = co_await from->read_some(kReadBytes);
    if (!bytes.ok()) break;
    const Status written = co_await to->write(*bytes);
    if (!written.ok()) break;
  }
  to->close_write();
}

awaitable<void> pass_both_ways(std::shared_ptr<SocketNetwork::Door> door,
                               std::shared_ptr<Stream> caller, tcp::endpoint where) {
  auto there = co_await connect_outside(door->world, door->traffic, door->registry, door->caller,
                                        door->to.host, where);
  if (!there.ok()) co_return;
  const std::shared_ptr<Stream> host = std::move(*there);
  door->world.spawn(pass(caller, host));
  co_await pass(host, caller);
}

void admit(const std::shared_ptr<SocketNetwork::Door>& door, tcp::socket socket) {
  door->traffic->expect_external();
  TcpEnd end;
  end.remote_host = door->caller;
  end.traffic = door->traffic;
  end.end = 1;
  const SocketNetwork::Name name{door->to.host, door->to.port};
  const auto open = door->registry->open.find(name);
  if (open != door->registry->open.end()) {
    if (const auto port = open->second.lock()) take_in(port, std::move(socket), std::move(end));
    return;
  }
  const auto route = door->registry->routes.find(name);
  if (route == door->registry->routes.end()) return;
  door->traffic->touch();
  auto stream = make_tcp_stream(door->scheduler, std::move(socket), std::move(end));
  door->world.spawn(pass_both_ways(door, std::move(stream), route->second));
}

awaitable<void> admit_all(std::shared_ptr<SocketNetwork::Door> door) {
  for (;;) {
    auto [ec, socket] = co_await door->acceptor.async_accept(kAwait);
    if (door->scheduler->stopped()) co_return;
    if (ec) {
      door->world.log().warning("a door to " + door->to.text() + ": " + ec.message());
      co_await door->world.wait_for(kAcceptPause);
      continue;
    }
    admit(door, std::move(socket));
  }
}

}  // namespace

std::string Endpoint::text() const {
  const bool six = ip.find(':') != std::string::npos;
  return (six ? "[" + ip + "]" : ip) + ":" + std::to_string(port);
}

Result<Endpoint> parse_endpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return unreadable(text);
  std::string_view ip = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  const bool bracketed = ip.starts_with('[') && ip.ends_with(']');
  if (bracketed) ip = ip.substr(1, ip.size() - 2);
  Endpoint out;
  const auto [end, trouble] =
      std::from_chars(digits.data(), digits.data() + digits.size(), out.port);
  if (trouble != std::errc() || end != digits.data() + digits.size() || out.port == 0) {
    return unreadable(text);
  }
  error_code ec;
  const auto address = asio::ip::make_address(std::string(ip), ec);
  if (ec || address.is_v6() != bracketed) return unreadable(text);
  out.ip = address.to_string();
  return out;
}

Outside* outside_of(World& world) { return dynamic_cast<SocketNetwork*>(&world.network()); }

SocketNetwork::Door::Door(World& w, Address a, std::string c)
    : world(w),
      scheduler(w.scheduler()),
      to(std::move(a)),
      caller(std::move(c)),
      acceptor(w.executor()) {}

Result<Endpoint> SocketNetwork::open_door(const Address& to, const std::string& caller) {
  const std::pair<Name, std::string> key{{to.host, to.port}, caller};
  if (const auto known = doors_.find(key); known != doors_.end()) return known->second;
  auto door = std::make_shared<Door>(world_, to, caller);
  door->traffic = traffic_;
  door->registry = registry_;
  error_code ec;
  const tcp::endpoint any_port(asio::ip::address_v4::loopback(), 0);
  if (!door->acceptor.open(tcp::v4(), ec) && !door->acceptor.bind(any_port, ec)) {
    door->acceptor.listen(asio::socket_base::max_listen_connections, ec);
  }
  Endpoint at{any_port.address().to_string(), 0};
  if (!ec) at.port = door->acceptor.local_endpoint(ec).port();
  if (ec) return make_error(ErrorCode::kIo, "a door to " + to.text() + ": " + ec.message());
  traffic_->expect_external();
  doors_.emplace(key, at);
  world_.spawn(admit_all(std::move(door)));
  return at;
}

Status SocketNetwork::route(const Address& name, const Endpoint& where) {
  if (registry_->ports.contains({name.host, name.port})) {
    return make_error(ErrorCode::kInvalid, name.text() + " is taken");
  }
  traffic_->expect_external();
  registry_->routes.insert_or_assign({name.host, name.port}, to_asio(where));
  return {};
}

std::vector<std::pair<Address, Endpoint>> SocketNetwork::listening() const {
  std::vector<std::pair<Address, Endpoint>> all;
  const std::string ip = asio::ip::address_v4::loopback().to_string();
  for (const auto& [name, number] : registry_->ports) {
    all.emplace_back(Address{name.first, name.second}, Endpoint{ip, number});
  }
  return all;
}

std::size_t SocketNetwork::followers() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(followers_, [](const auto& one) { return !one.expired(); }));
}

asio::awaitable<void> SocketNetwork::tell_followers(Duration step) {
  leapt_ += step;
  // A copy: what a follower does may bring another one.
  const std::vector<std::weak_ptr<const Follower>> told = followers_;
  for (const std::weak_ptr<const Follower>& one : told) {
    if (const auto follower = one.lock()) co_await (*follower)(step);
  }
}

std::string SocketNetwork::host_at(std::string_view ip) const {
  for (std::size_t i = 0; i < registry_->sources.size(); ++i) {
    if (source_address(i).to_string() == ip) return registry_->sources[i];
  }
  return {};
}

std::string SocketNetwork::address_of(const std::string& host) {
  return source_address(source_of(*registry_, host)).to_string();
}

asio::awaitable<Result<std::unique_ptr<Stream>>> connect_outside(
    World& world, std::shared_ptr<Traffic> traffic,
    std::shared_ptr<SocketNetwork::Registry> registry, std::string from, std::string name,
    tcp::endpoint to) {
  const Traffic::Busy busy(traffic);
  tcp::socket socket(world.executor());
  error_code ec;
  socket.open(to.protocol(), ec);
  if (!ec && to.address().is_v4() && to.address().is_loopback()) {
    socket.bind({source_address(source_of(*registry, from)), 0}, ec);
  }
  if (!ec) {
    const auto [waited] = co_await socket.async_connect(to, kAwait);
    ec = waited;
  }
  if (ec) {
    co_return make_error(
        ec == asio::error::connection_refused ? ErrorCode::kRefused : ErrorCode::kIo,
        "connecting to " + name + " outside: " + ec.message());
  }
  traffic->touch();
  TcpEnd end;
  end.remote_host = std::move(name);
  end.traffic = std::move(traffic);
  co_return make_tcp_stream(world.scheduler(), std::move(socket), std::move(end));
}

}  // namespace parley::net
