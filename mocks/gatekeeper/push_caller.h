// Wakes a partner's user who is not connected: `POST {base}/push` with nothing but the user-visible
// identifier (framework, part 3.2.2).
#pragma once

#include <functional>
#include <set>
#include <string>

#include "harness/base/json.h"
#include "harness/driver/party.h"
#include "harness/net/http.h"
#include "harness/net/world.h"
#include "mocks/gatekeeper/own_keys.h"
#include "mocks/tap/observer.h"

namespace parley::mocks::gatekeeper {

/// A call that fails with 5xx or without an answer is repeated after these pauses.
inline constexpr Duration kPushPauses[] = {std::chrono::seconds(2), std::chrono::seconds(10)};

class PushCaller {
 public:
  /// `http` is the newest version that partners are offered.
  PushCaller(net::World& world, Observer observer, driver::EventLog& events, const OwnKeys& keys,
             net::HttpVersion http = net::HttpVersion::k1);

  /// Calls in the background. One call per user is under way at a time: another activity during
  /// that time is covered by it. `connected` is asked before each attempt; a user who came by then
  /// is not called. `gave_up` is told where the last attempt failed, too.
  void wake(std::string partner, std::string identifier, std::function<bool()> connected,
            std::function<void()> gave_up);

  /// One call with that token. The status, or 0 where there was no answer.
  net::awaitable<unsigned> attempt(std::string partner, std::string identifier, std::string token,
                                   net::TlsVersions tls = {});
  /// The same for what is no push: a body of the gatekeeper's for another path.
  net::awaitable<unsigned> post(std::string partner, std::string path, json::object body,
                                std::string token, net::TlsVersions tls = {});

 private:
  net::awaitable<void> call(std::string partner, std::string identifier,
                            std::function<bool()> connected, std::function<void()> gave_up);
  net::World& world_;
  Observer observer_;
  driver::EventLog& events_;
  const OwnKeys& keys_;
  const net::HttpVersion http_;
  std::set<std::pair<std::string, std::string>> under_way_;
};

}  // namespace parley::mocks::gatekeeper
