// Which fields may cross which leg between the parties, and for what: schemas/fields/*.yaml.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/diagnostic.h"

namespace parley::judge {

/// From whom to whom. Clients are devices, servers whoever holds that side's servers.
enum class Leg {
  kPartnerClientToGatekeeper,
  kGatekeeperToPartnerClient,
  kGatekeeperToPartnerServer,
  kPartnerServerToGatekeeper,
  kWhatsappClientToGatekeeper,
  kGatekeeperToWhatsappClient,
  kSeenByProxy,
};
inline constexpr std::size_t kLegs = 7;
std::string_view to_string(Leg leg);  ///< "partner-client to gatekeeper", ...

class FieldInventory {
 public:
  /// nullopt, and at least one diagnostic, where `text` is none.
  static std::optional<FieldInventory> parse(const std::string& name, const std::string& text,
                                             std::vector<Diagnostic>& diagnostics);
  /// The one that is built in. Thread-safe; read once.
  static const FieldInventory& built_in();

  /// `field` as it is spelled there: "stanza message@to", "header content-type", "form identifier".
  bool declares(Leg leg, std::string_view field) const {
    return legs_[static_cast<std::size_t>(leg)].contains(field);
  }
  std::size_t size() const;

 private:
  std::array<std::set<std::string, std::less<>>, kLegs> legs_;
};

}  // namespace parley::judge
