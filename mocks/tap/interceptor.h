// Where a deviation takes hold: the taps ask an interceptor what becomes of everything that passes,
// and the mocks ask it at named places whether they should do otherwise than the rules say.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/base/clock.h"
#include "harness/evidence/record.h"
#include "harness/net/http.h"
#include "harness/wire/node.h"

namespace parley::mocks {

struct Observer;

/// Hooks that every party consults, not only that of one rule.
inline constexpr std::string_view kHangsUp =
    "hang-up";                                    ///< ends a connection on which it is spoken to
inline constexpr std::string_view kLags = "lag";  ///< answers after everybody's patience
inline constexpr std::string_view kReusesNonce =
    "reuse-nonce";  ///< seals a stanza with a used nonce

/// Longer than anybody waits for an answer.
inline constexpr Duration kLag = std::chrono::minutes(3);

class Interceptor {
 public:
  virtual ~Interceptor() = default;

  /// What passes in place of a stanza of that operation of the wire profile (empty: of none), in
  /// that order: nothing where it is dropped. `direction` is the observing party's.
  virtual std::vector<wire::Node> stanza(const Observer& at, evidence::Direction direction,
                                         std::string_view operation, wire::Node node) = 0;

  /// Alters a request that the party makes (out) or gets (in). False: it is dropped.
  virtual bool request(const Observer& at, evidence::Direction direction, std::string_view host,
                       net::HttpRequest& request) = 0;
  /// The same for an answer that it gets (in) or gives (out).
  virtual bool response(const Observer& at, evidence::Direction direction, std::string_view host,
                        const net::HttpRequest& request, net::HttpResponse& response) = 0;

  /// Whether the party departs from the rule that it consults there: "gatekeeper.token.expiry".
  virtual bool departs(const Observer& at, std::string_view hook) = 0;

  /// Alters bytes that a proxy passes on, towards the gatekeeper (out) or its client (in).
  virtual void bytes(const Observer&, evidence::Direction, Bytes&) {}
};

}  // namespace parley::mocks
