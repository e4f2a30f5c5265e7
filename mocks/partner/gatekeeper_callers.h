// Who calls a partner's server in the name of the gatekeeper: the services that the partner has an
// agreement with, known by their tokens. Each service's keys count for its own tokens alone.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/crypto/jwt.h"
#include "harness/net/world.h"
#include "mocks/cast/cast.h"
#include "mocks/tap/observer.h"

namespace parley::mocks {

class GatekeeperCallers {
 public:
  /// `partner` is the actor id of the one who is called. The world outlives it.
  GatekeeperCallers(net::World& world, Observer observer, const Cast& cast, std::string partner);

  /// The services whose gatekeepers the cast has.
  const std::vector<const ServiceHosts*>& services() const { return services_; }

  struct Caller {
    const ServiceHosts* service = nullptr;
    std::optional<std::string> refusal;  ///< nullopt where its token holds
  };
  /// Whose token it is in `Authorization`.
  net::awaitable<Caller> identify(std::string authorization);

 private:
  net::awaitable<crypto::JwtVerdict> verify(std::string token, const ServiceHosts& service);
  net::awaitable<Status> fetch_keys(const ServiceHosts& service);

  net::World& world_;
  const Observer observer_;
  const std::string partner_;
  std::vector<const ServiceHosts*> services_;
  std::map<std::string, crypto::JwkSet, std::less<>> keys_;  ///< by service
};

}  // namespace parley::mocks
