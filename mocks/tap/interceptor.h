// Where a deviation takes hold: the taps ask an interceptor what becomes of everything that passes,
// and the mocks ask it at named places whether they should do otherwise than the rules say.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/evidence/record.h"
#include "harness/net/http.h"
#include "harness/wire/node.h"

namespace parley::mocks {

struct Observer;

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
};

}  // namespace parley::mocks
