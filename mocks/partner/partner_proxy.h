// A partner's proxy for chat connections to one service: its users' clients connect to it, and it
// connects to the gatekeeper for each of them, says the client's address, and passes bytes both
// ways unread. What it sees of them is recorded.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/net/world.h"
#include "mocks/cast/service_hosts.h"
#include "mocks/tap/observer.h"

namespace parley::mocks {

/// Deliberate defects, as the partner's `fault`.
inline constexpr std::string_view kMultiplexingProxy = "multiplexing-proxy";
inline constexpr std::string_view kKeepsUpstream = "keeps-upstream";
inline constexpr std::string_view kWrongClientIp = "wrong-client-ip";
bool is_proxy_fault(std::string_view fault);

class PartnerProxy {
 public:
  /// `host` is where it listens, on the port of the service's chat host, and from where it connects
  /// to that. The world outlives it.
  PartnerProxy(net::World& world, Observer observer, std::string host, const ServiceHosts& service,
               std::string fault);

  Status start();

 private:
  struct Link;
  static net::awaitable<void> accept_all(net::World& world, std::shared_ptr<net::Listener> listener,
                                         PartnerProxy& proxy);
  net::awaitable<void> serve(std::shared_ptr<net::Stream> client);
  net::awaitable<Result<std::shared_ptr<net::Stream>>> open_upstream(const Link& link);
  net::awaitable<void> pass(std::shared_ptr<Link> link, bool upwards);
  void record(const Link& link, bool upwards, const Bytes& bytes) const;
  /// Whether the proxy has that defect: by its setting, or because somebody interferes.
  bool departs(std::string_view what) const { return fault_ == what || observer_.departs(what); }

  net::World& world_;
  const Observer observer_;
  const std::string host_;
  const ServiceHosts& service_;
  const std::string fault_;
  const std::string name_;  ///< of its connections, up to their number
  std::shared_ptr<net::Listener> listener_;
  std::shared_ptr<net::Stream> shared_upstream_;  ///< of a multiplexing proxy
  std::uint64_t connections_ = 0;
  std::vector<std::weak_ptr<Link>> links_;
};

}  // namespace parley::mocks
