// The network of a socket world: loopback TCP on ports that the system chooses, behind the same
// host names as in simulation. Asio-heavy: included by .cc files of harness/net only.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "harness/crypto/test_ca.h"
#include "harness/net/accept_queue.h"
#include "harness/net/scheduler.h"
#include "harness/net/tls_stream.h"
#include "harness/net/traffic.h"
#include "harness/net/world.h"

namespace parley::net {

/// Where the network meets programs of others; OpenOptions, read.
struct Outside {
  boost::asio::ip::address listen = boost::asio::ip::address_v4::loopback();
  std::map<std::string, std::uint16_t, std::less<>> ports = {};
  std::set<std::string, std::less<>> local = {};
  std::map<std::string, boost::asio::ip::tcp::endpoint, std::less<>> peers = {};
  std::function<Result<std::string>()> trust = {};

  /// The address on which a listener of that name listens.
  boost::asio::ip::address address_of(const std::string& name) const;
};

class SocketNetwork final : public Network {
 public:
  SocketNetwork(World& world, crypto::TestCa ca, std::shared_ptr<TlsContext> client,
                std::shared_ptr<Traffic> traffic, Outside outside = {});

  Result<std::unique_ptr<Listener>> listen(const Address& address, Security security,
                                           TlsOffer speaks) override;
  asio::awaitable<Result<std::unique_ptr<Stream>>> connect(std::string from, Address to,
                                                           Security security,
                                                           TlsOffer offered) override;
  std::string external_address(const Address& address) const override;
  const std::string& ca_pem() const override { return ca_.certificate_pem(); }
  Result<std::unique_ptr<ChildProcess>> start_process(const Command& command,
                                                      const ProcessLimits& limits) override;

  using Name = std::pair<std::string, std::uint16_t>;
  /// A connection of this World, by the port it comes from and the port it goes to.
  using Route = std::pair<std::uint16_t, std::uint16_t>;
  /// Stays until the connection is gone and the listening end has looked it up.
  struct Caller {
    std::string host;
    std::shared_ptr<Traffic::Pair> pair;
  };
  /// Who listens where and who comes from where. Shared with listeners and connections, which may
  /// outlive the network.
  struct Registry {
    std::map<Name, std::uint16_t> ports;
    std::set<std::string, std::less<>> names;  ///< every host that ever listened
    std::map<Route, Caller> callers;
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
  using Endpoint = boost::asio::ip::tcp::endpoint;
  asio::awaitable<Result<std::unique_ptr<Stream>>> connect_tcp(std::string from, Address to,
                                                               Security security, TlsOffer offered,
                                                               Endpoint remote, bool is_ours);
  asio::awaitable<Result<std::unique_ptr<Stream>>> connect_plain(std::string from, std::string to,
                                                                 Endpoint remote, bool is_ours);
  /// Whom a client trusts at a peer.
  Result<std::shared_ptr<TlsContext>> peer_trust() const;
  /// Where the listener of that name is reached from this machine.
  Endpoint reached_at(const Address& address, std::uint16_t port) const;

  World& world_;
  const crypto::TestCa ca_;
  const std::shared_ptr<TlsContext> client_;
  const std::shared_ptr<Traffic> traffic_;
  const std::shared_ptr<Registry> registry_;
  const Outside outside_;
};

}  // namespace parley::net
