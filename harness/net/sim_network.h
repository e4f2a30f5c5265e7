// The simulated network: named hosts in memory, latency per link drawn from the seed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "harness/net/accept_queue.h"
#include "harness/net/link_conditions.h"
#include "harness/net/scheduler.h"
#include "harness/net/stream_watch.h"
#include "harness/net/world.h"

namespace parley::net {

class SimNetwork final : public Network {
 public:
  SimNetwork(std::shared_ptr<Scheduler> scheduler, const Clock& clock, const SimOptions& options);

  Result<std::unique_ptr<Listener>> listen(const Address& address, Security security,
                                           TlsOffer speaks) override;
  asio::awaitable<Result<std::unique_ptr<Stream>>> connect(std::string from, Address to,
                                                           Security security,
                                                           TlsOffer offered) override;
  std::string external_address(const Address& address) const override { return address.text(); }
  const std::string& ca_pem() const override { return no_ca_; }
  Result<std::unique_ptr<ChildProcess>> start_process(const Command& command,
                                                      const ProcessLimits& limits) override;

  void set_conditions(const LinkConditions& conditions) { conditions_ = conditions; }

  void set_watch(StreamWatch& watch) { watch_ = &watch; }

  /// Who listens where. Shared with the listeners, which may outlive the network.
  struct Hosts {
    struct Entry {
      std::shared_ptr<AcceptQueue> queue;
      Security security;
      TlsOffer speaks;
    };
    std::map<std::pair<std::string, std::uint16_t>, Entry> listening;
    std::set<std::string, std::less<>> names;  ///< every host that ever listened
  };

 private:
  Duration latency(const std::string& from, const std::string& to) const;

  const std::shared_ptr<Scheduler> scheduler_;
  const Clock& clock_;
  const SimOptions options_;
  const std::shared_ptr<Hosts> hosts_;
  const std::string no_ca_;
  std::optional<LinkConditions> conditions_;
  StreamWatch* watch_ = nullptr;
  std::uint64_t connections_ = 0;
};

}  // namespace parley::net
