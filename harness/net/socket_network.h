// The network of a socket world: loopback TCP on ports that the system chooses, behind the same
// host names as in simulation. Asio-heavy: included by .cc files of harness/net only.
#pragma once

#include <boost/asio/ip/tcp.hpp>
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

class SocketNetwork final : public Network {
 public:
  SocketNetwork(World& world, crypto::TestCa ca, std::shared_ptr<TlsContext> client,
                std::shared_ptr<Traffic> traffic);

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
  asio::awaitable<Result<std::unique_ptr<Stream>>> connect_tcp(std::string from, std::string to,
                                                               std::uint16_t port);

  World& world_;
  const crypto::TestCa ca_;
  const std::shared_ptr<TlsContext> client_;
  const std::shared_ptr<Traffic> traffic_;
  const std::shared_ptr<Registry> registry_;
};

}  // namespace parley::net
