#include "harness/net/socket_network.h"

#include <sys/socket.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <memory>

#include "harness/net/posix_process.h"
#include "harness/net/tcp_stream.h"

namespace parley::net {

namespace {

using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr Duration kAcceptPause = std::chrono::milliseconds(50);

// The queue of a port as a pointer that keeps the port alive.
std::shared_ptr<AcceptQueue> queue_of(const std::shared_ptr<SocketNetwork::Port>& port) {
  return {port, &port->queue};
}

void close_port(SocketNetwork::Port& port) {
  if (port.queue.closed()) return;
  port.registry->ports.erase({port.address.host, port.address.port});
  port.registry->open.erase({port.address.host, port.address.port});
  // The kernel resets whoever has connected and was not accepted.
  std::erase_if(port.registry->callers, [&](auto& entry) {
    auto& [route, caller] = entry;
    if (route.second != port.number) return false;
    caller.pair->accepted = true;
    return caller.pair->ended[0];
  });
  error_code ignored;
  port.acceptor.close(ignored);
  port.queue.close();
}

class SocketListener final : public Listener {
 public:
  explicit SocketListener(std::shared_ptr<SocketNetwork::Port> port) : port_(std::move(port)) {}
  ~SocketListener() override { close_port(*port_); }
  SocketListener(const SocketListener&) = delete;
  SocketListener& operator=(const SocketListener&) = delete;

  asio::awaitable<Result<std::unique_ptr<Stream>>> accept() override {
    return AcceptQueue::accept(queue_of(port_));
  }
  void close() override { close_port(*port_); }
  const Address& address() const override { return port_->address; }

 private:
  const std::shared_ptr<SocketNetwork::Port> port_;
};

// Handshakes run beside each other, so that a silent client holds up nobody.
asio::awaitable<void> greet(std::shared_ptr<SocketNetwork::Port> port,
                            std::unique_ptr<Stream> stream) {
  const std::string from = stream->remote_host();
  auto secured = co_await tls_accept(port->world, port->tls, std::move(stream));
  if (secured.ok()) {
    port->queue.push(std::move(*secured));
  } else {
    port->world.log().debug("TLS from " + from + " to " + port->address.text() + ": " +
                            secured.error().text());
  }
}

// What somebody from outside of the World is called.
std::string name_of(const SocketNetwork::Registry& registry, const tcp::endpoint& remote) {
  if (!registry.by_address) return kExternalHost;
  std::string address = remote.address().to_string();
  const auto named = registry.called.find(address);
  return named == registry.called.end() ? address : named->second;
}

void take(const std::shared_ptr<SocketNetwork::Port>& port, tcp::socket socket) {
  error_code ec;
  const tcp::endpoint remote = socket.remote_endpoint(ec);
  if (ec) return;  // gone already
  TcpEnd end;
  end.traffic = port->traffic;
  end.end = 1;
  const auto caller = port->registry->callers.find({remote.port(), port->number});
  if (caller == port->registry->callers.end()) {
    end.remote_host = name_of(*port->registry, remote);
    port->traffic->expect_external();
  } else {
    end.remote_host = caller->second.host;
    end.pair = caller->second.pair;
    end.pair->accepted = true;
    if (end.pair->ended[0]) port->registry->callers.erase(caller);
  }
  take_in(port, std::move(socket), std::move(end));
}

asio::awaitable<void> accept_all(std::shared_ptr<SocketNetwork::Port> port) {
  while (!port->queue.closed()) {
    auto [ec, socket] = co_await port->acceptor.async_accept(kAwait);
    if (port->queue.closed()) co_return;
    if (ec) {
      port->world.log().warning("accepting on " + port->address.text() + ": " + ec.message());
      co_await port->world.wait_for(kAcceptPause);
      continue;
    }
    take(port, std::move(socket));
  }
}

std::string text_of(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? "[" + address + "]" : address) + ":" +
         std::to_string(endpoint.port());
}

Error io_error(const std::string& what, error_code ec) {
  return make_error(ec == asio::error::connection_refused ? ErrorCode::kRefused : ErrorCode::kIo,
                    what + ": " + ec.message());
}

// Takes the caller off the list when the connection is gone. Where the listening end has not looked
// it up yet, take() or close_port() does; and a later caller from the same port stays.
std::shared_ptr<void> hold_registration(std::shared_ptr<SocketNetwork::Registry> registry,
                                        SocketNetwork::Route route, Traffic::Pair& pair) {
  return {&pair, [registry = std::move(registry), route](Traffic::Pair* gone) {
            const auto caller = registry->callers.find(route);
            if (caller == registry->callers.end() || caller->second.pair.get() != gone) return;
            gone->ended[0] = true;
            if (gone->accepted) registry->callers.erase(caller);
          }};
}

error_code pending_error(tcp::socket& socket) {
  int value = 0;
  socklen_t size = sizeof value;
  ::getsockopt(socket.native_handle(), SOL_SOCKET, SO_ERROR, &value, &size);
  return {value, boost::system::system_category()};
}

}  // namespace

void take_in(const std::shared_ptr<SocketNetwork::Port>& port, tcp::socket socket, TcpEnd end) {
  port->traffic->touch();
  auto stream = make_tcp_stream(port->world.scheduler(), std::move(socket), std::move(end));
  if (port->tls) {
    port->world.spawn(greet(port, std::move(stream)));
  } else {
    port->queue.push(std::move(stream));
  }
}

SocketNetwork::Port::Port(World& w, const Address& a)
    : world(w),
      scheduler(w.scheduler()),
      address(a),
      acceptor(w.executor()),
      queue(w.scheduler()) {}

asio::ip::address OpenPlaces::address_of(const std::string& name) const {
  if (local.contains(name)) return asio::ip::address_v4::loopback();
  return listen;
}

SocketNetwork::SocketNetwork(World& world, crypto::TestCa ca, std::shared_ptr<TlsContext> client,
                             std::shared_ptr<Traffic> traffic, OpenPlaces places)
    : world_(world),
      ca_(std::move(ca)),
      client_(std::move(client)),
      traffic_(std::move(traffic)),
      registry_(std::make_shared<Registry>()),
      places_(std::move(places)) {}

Result<std::unique_ptr<Listener>> SocketNetwork::listen(const Address& address, Security security,
                                                        TlsOffer speaks) {
  const Name name{address.host, address.port};
  if (registry_->ports.contains(name) || registry_->routes.contains(name)) {
    return make_error(ErrorCode::kInvalid, address.text() + " is taken");
  }
  auto port = std::make_shared<Port>(world_, address);
  port->traffic = traffic_;
  port->registry = registry_;
  if (security == Security::kTls) {
    const std::array<std::string, 1> names{address.host};
    crypto::CertificateAndKey identity;
    if (shown_) {
      identity = *shown_;
    } else {
      PARLEY_ASSIGN(identity, ca_.issue(names));
    }
    PARLEY_ASSIGN(port->tls, make_tls_server(identity, std::move(speaks)));
  }
  error_code ec;
  const auto fixed = places_.ports.find(address.text());
  const bool is_fixed = fixed != places_.ports.end();
  const tcp::endpoint place(places_.address_of(address.text()), is_fixed ? fixed->second : 0);
  port->acceptor.open(place.protocol(), ec);
  // A port that was somebody's a moment ago may be taken again at once.
  if (!ec && is_fixed) port->acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec && !port->acceptor.bind(place, ec)) {
    port->acceptor.listen(asio::socket_base::max_listen_connections, ec);
  }
  if (!ec) port->number = port->acceptor.local_endpoint(ec).port();
  if (ec) return io_error("listening on " + text_of(place) + " for " + address.text(), ec);
  registry_->ports.emplace(name, port->number);
  registry_->open.emplace(name, port);
  registry_->names.insert(address.host);
  world_.spawn(accept_all(port));
  std::unique_ptr<Listener> listener = std::make_unique<SocketListener>(std::move(port));
  return listener;
}

Result<std::unique_ptr<ChildProcess>> SocketNetwork::start_process(const Command& command,
                                                                   const ProcessLimits& limits) {
  return net::start_process(world_, traffic_, command, limits);
}

Result<std::unique_ptr<Program>> SocketNetwork::take_in(IdleProgram program,
                                                        const ProcessLimits& limits) {
  return net::take_in(world_, traffic_, std::move(program), limits);
}

Result<std::unique_ptr<Program>> take_in(World& world, IdleProgram program,
                                         const ProcessLimits& limits) {
  auto* network = dynamic_cast<SocketNetwork*>(&world.network());
  if (network != nullptr) return network->take_in(std::move(program), limits);
  return make_error(ErrorCode::kUnsupported,
                    "an external program cannot follow a virtual clock: use --network sockets");
}

asio::awaitable<Result<std::unique_ptr<Stream>>> SocketNetwork::connect(std::string from,
                                                                        Address to,
                                                                        Security security,
                                                                        TlsOffer offered) {
  if (world_.scheduler()->stopped()) {
    co_return make_error(ErrorCode::kClosed, "the world has been shut down");
  }
  const auto route = registry_->routes.find({to.host, to.port});
  if (route != registry_->routes.end()) {
    co_return co_await connect_by_route(std::move(from), std::move(to), route->second, security,
                                        std::move(offered));
  }
  if (!registry_->names.contains(to.host)) {
    co_return make_error(ErrorCode::kNotFound, "no host is named " + to.host);
  }
  const auto port = registry_->ports.find({to.host, to.port});
  if (port == registry_->ports.end()) {
    co_return make_error(ErrorCode::kRefused, "nobody listens on " + to.text());
  }
  auto stream = co_await connect_plain(std::move(from), to.host, reached_at(to, port->second));
  if (!stream.ok() || security == Security::kPlain) co_return stream;
  co_return co_await tls_connect(world_, client_, std::move(*stream), to.host, std::move(offered));
}

asio::awaitable<Result<std::unique_ptr<Stream>>> SocketNetwork::connect_by_route(
    std::string from, Address to, tcp::endpoint where, Security security, TlsOffer offered) {
  auto there = co_await connect_outside(world_, traffic_, registry_, from, to.host, where);
  if (!there.ok() || security == Security::kPlain) co_return there;
  Result<std::shared_ptr<TlsContext>> trust = outside_trust();
  if (!trust.ok()) {
    world_.log().warning("whom to trust at " + to.text() + ": " + trust.error().text());
    co_return trust.error();
  }
  // A product's certificate is for the time of the machine: thirty days that a scenario lets pass
  // make it no older.
  const TimePoint when = world_.now() - leapt_;
  co_return co_await tls_connect(world_, *std::move(trust), std::move(*there), to.host,
                                 std::move(offered), when);
}

tcp::endpoint SocketNetwork::reached_at(const Address& address, std::uint16_t port) const {
  asio::ip::address where = places_.address_of(address.text());
  if (where.is_unspecified()) {
    if (where.is_v6()) {
      where = asio::ip::address_v6::loopback();
    } else {
      where = asio::ip::address_v4::loopback();
    }
  }
  return {where, port};
}

Result<std::shared_ptr<TlsContext>> SocketNetwork::outside_trust() {
  if (!places_.trust) return client_;
  PARLEY_ASSIGN(std::string pem, places_.trust());
  if (!outside_.second || outside_.first != pem) {
    PARLEY_ASSIGN(auto context, make_tls_client({pem, ca_.certificate_pem()}));
    outside_ = {std::move(pem), std::move(context)};
  }
  return outside_.second;
}

asio::awaitable<Result<std::unique_ptr<Stream>>> SocketNetwork::connect_plain(
    std::string from, std::string to, tcp::endpoint remote) {
  const Traffic::Busy busy(traffic_);
  error_code ec;
  tcp::socket socket(world_.executor());
  socket.open(remote.protocol(), ec);
  if (!ec) socket.native_non_blocking(true, ec);
  if (ec) co_return io_error("connecting to " + to, ec);
  // The port that the kernel chooses must be registered before the listening end looks it up, hence
  // no async_connect.
  if (::connect(socket.native_handle(), remote.data(), static_cast<socklen_t>(remote.size())) !=
          0 &&
      errno != EINPROGRESS) {
    co_return io_error("connecting to " + to, {errno, boost::system::system_category()});
  }
  const Route route{socket.local_endpoint(ec).port(), remote.port()};
  if (ec) co_return io_error("connecting to " + to, ec);
  TcpEnd end;
  end.remote_host = to;
  end.traffic = traffic_;
  end.pair = std::make_shared<Traffic::Pair>(traffic_);
  registry_->callers.insert_or_assign(route, Caller{std::move(from), end.pair});
  end.registration = hold_registration(registry_, route, *end.pair);
  auto [waited] = co_await socket.async_wait(tcp::socket::wait_write, kAwait);
  if (!waited) waited = pending_error(socket);
  if (waited) co_return io_error("connecting to " + to, waited);
  traffic_->touch();
  co_return make_tcp_stream(world_.scheduler(), std::move(socket), std::move(end));
}

std::string SocketNetwork::external_address(const Address& address) const {
  traffic_->expect_external();
  const auto port = registry_->ports.find({address.host, address.port});
  const std::uint16_t number = port == registry_->ports.end() ? 0 : port->second;
  return text_of(reached_at(address, number));
}

}  // namespace parley::net
