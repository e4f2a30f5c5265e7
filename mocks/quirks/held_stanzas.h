// Stanzas that leave later than they should: behind the next one of their connection.
#pragma once

#include <compare>
#include <map>
#include <string>
#include <vector>

#include "harness/evidence/record.h"
#include "harness/wire/node.h"
#include "mocks/tap/observer.h"

namespace parley::mocks::quirks {

/// Each connection has a tap of its own, but the tap of a later connection may stand where that of
/// an earlier one stood: what waits is lost with its connection, and never leaves on another.
class HeldStanzas {
 public:
  void hold(const Observer& tap, wire::Node node);
  /// To be told of every stanza that passes a tap, in either direction, before release().
  void saw(const Observer& tap, const wire::Node& node);
  /// What waited there, in its order; it waits no longer.
  std::vector<wire::Node> release(const Observer& tap);

 private:
  struct Place {
    const Observer* tap;
    evidence::Role role;
    std::string party;
    auto operator<=>(const Place&) const = default;
  };
  static Place place_of(const Observer& tap) { return {&tap, tap.role, tap.party}; }

  std::map<Place, std::vector<wire::Node>> held_;
};

}  // namespace parley::mocks::quirks
