// The network of a socket world: loopback TCP on ports that the system chooses, behind the same
// host names as in simulation. Asio-heavy: included by .cc files of harness/net only.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/crypto/test_ca.h"
#include "harness/net/accept_queue.h"
#include "harness/net/outside.h"
#include "harness/net/program.h"
#include "harness/net/scheduler.h"
#include "harness/net/tcp_stream.h"
#include "harness/net/tls_stream.h"
#include "harness/net/traffic.h"
#include "harness/net/world.h"

namespace parley::net {

/// Where the network meets programs of others; OpenOptions, read.
struct OpenPlaces {
  boost::asio::ip::address listen = boost::asio::ip::address_v4::loopback();
  std::map<std::string, std::uint16_t, std::less<>> ports = {};
  std::set<std::string, std::less<>> local = {};
  std::function<Result<std::string>()> trust = {};

  /// The address on which a listener of that name listens.
  boost::asio::ip::address address_of(const std::string& name) const;
};

class SocketNetwork final : public Network, public Outside {
 public:
  SocketNetwork(World& world, crypto::TestCa ca, std::shared_ptr<TlsContext> client,
                std::shared_ptr<Traffic> traffic, OpenPlaces places = {});

  Result<std::unique_ptr<Listener>> listen(const Address& address, Security security,
                                           TlsOffer speaks) override;
  asio::awaitable<Result<std::unique_ptr<Stream>>> connect(std::string from, Address to,
                                                           Security security,
                                                           TlsOffer offered) override;
  std::string external_address(const Address& address) const override;
  const std::string& ca_pem() const override { return ca_.certificate_pem(); }
  Result<std::unique_ptr<ChildProcess>> start_process(const Command& command,
                                                      const ProcessLimits& limits) override;
  Result<std::unique_ptr<Program>> take_in(IdleProgram program, const ProcessLimits& limits);

  // Outside
  Result<Endpoint> open_door(const Address& to, const std::string& caller) override;
  Status route(const Address& name, const Endpoint& where) override;
  std::string host_at(std::string_view ip) const override;
  std::string address_of(const std::string& host) override;
  std::vector<std::pair<Address, Endpoint>> listening() const override;
  Result<crypto::CertificateAndKey> issue(std::span<const std::string> names) const override {
    return ca_.issue(names);
  }
  void follow_clock(std::weak_ptr<const Follower> follower) override {
    followers_.push_back(std::move(follower));
  }
  asio::awaitable<void> tell_followers(Duration step);
  /// Those who are there.
  std::size_t followers() const;

  /// Listeners show it from now on in place of a certificate of the World's own authority.
  void show(crypto::CertificateAndKey identity) { shown_ = std::move(identity); }
  /// Programs outside are called by their addresses from now on.
  void name_by_address() { registry_->by_address = true; }
  /// And these by names.
  void name_callers(std::map<std::string, std::string> names) {
    registry_->called = std::move(names);
  }

  using Name = std::pair<std::string, std::uint16_t>;
  /// A connection of this World, by the port it comes from and the port it goes to.
  using Route = std::pair<std::uint16_t, std::uint16_t>;
  /// Stays until the connection is gone and the listening end has looked it up.
  struct Caller {
    std::string host;
    std::shared_ptr<Traffic::Pair> pair;
  };
  struct Port;
  /// Who listens where and who comes from where. Shared with listeners and connections, which may
  /// outlive the network.
  struct Registry {
    std::map<Name, std::uint16_t> ports;
    std::map<Name, std::weak_ptr<Port>> open;  ///< the listeners behind `ports`
    std::set<std::string, std::less<>> names;  ///< every host that ever listened
    std::map<Route, Caller> callers;
    std::map<Name, boost::asio::ip::tcp::endpoint> routes;  ///< hosts outside of the World
    std::vector<std::string> sources;  ///< hosts that connected to one, each from its own address
    bool by_address = false;           ///< what programs outside are called
    std::map<std::string, std::string> called;  ///< those of them that have a name, by address
  };

  /// Where a program outside of the World comes in.
  struct Door {
    Door(World& w, Address a, std::string c);
    World& world;
    const std::shared_ptr<Scheduler> scheduler;  ///< outlives the acceptor
    const Address to;
    const std::string caller;
    boost::asio::ip::tcp::acceptor acceptor;
    std::shared_ptr<Traffic> traffic;
    std::shared_ptr<Registry> registry;
  };

  /// One open listener.
  struct Port {
    Port(World& w, const Address& a);
    World& world;
    const std::shared_ptr<Scheduler> scheduler;  ///< outlives the acceptor
    const Address address;
    boost::asio::ip::tcp::acceptor acceptor;
    std::uint16_t number = 0;
    AcceptQueue queue;
    std::shared_ptr<TlsContext> tls;  ///< empty for plain TCP
    std::shared_ptr<Traffic> traffic;
    std::shared_ptr<Registry> registry;
  };

 private:
  asio::awaitable<Result<std::unique_ptr<Stream>>> connect_plain(
      std::string from, std::string to, boost::asio::ip::tcp::endpoint remote);
  /// To a program outside of the World.
  asio::awaitable<Result<std::unique_ptr<Stream>>> connect_by_route(
      std::string from, Address to, boost::asio::ip::tcp::endpoint where, Security security,
      TlsOffer offered);
  /// Whom a client trusts out there.
  Result<std::shared_ptr<TlsContext>> outside_trust();
  /// Where the listener of that name is reached from this machine.
  boost::asio::ip::tcp::endpoint reached_at(const Address& address, std::uint16_t port) const;

  World& world_;
  const crypto::TestCa ca_;
  const std::shared_ptr<TlsContext> client_;
  const std::shared_ptr<Traffic> traffic_;
  const std::shared_ptr<Registry> registry_;
  const OpenPlaces places_;
  std::optional<crypto::CertificateAndKey> shown_;
  std::pair<std::string, std::shared_ptr<TlsContext>> outside_;  ///< whom `trust` last named
  Duration leapt_{};  ///< by how much the clock was set forward
  std::map<std::pair<Name, std::string>, Endpoint> doors_;
  std::vector<std::weak_ptr<const Follower>> followers_;
};

/// Takes in a connection that somebody else has accepted, as one of `remote_host`.
void take_in(const std::shared_ptr<SocketNetwork::Port>& port, boost::asio::ip::tcp::socket socket,
             TcpEnd end);

/// A connection of the host `from` to one outside of the World, whose records call it `name`.
asio::awaitable<Result<std::unique_ptr<Stream>>> connect_outside(
    World& world, std::shared_ptr<Traffic> traffic,
    std::shared_ptr<SocketNetwork::Registry> registry, std::string from, std::string name,
    boost::asio::ip::tcp::endpoint to);

}  // namespace parley::net
