// What is asked of a core platform service on a given day.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/base/clock.h"
#include "harness/scenario/library.h"

namespace parley::scenario {

struct InForce {
  bool in_force = true;
  std::optional<TimePoint> since;  ///< the first day; absent where no date decides
  std::string decision;            ///< that extended the time limit; empty where none did
  std::string reason;              ///< why it is not in force, as a sentence; empty where it is
};

/// By the service's date for the obligation's phase, or by an extension with a decision. In force
/// where the catalogue does not know the service.
InForce in_force(const Library& library, const Obligation& obligation, std::string_view service,
                 TimePoint as_of);

/// A requirement of the law: where one of the obligations that list it is in force. One of the
/// reference offer: from the day of the service's offer, or of the version that it cites. Advice:
/// always.
InForce in_force(const Library& library, const Requirement& requirement, std::string_view service,
                 TimePoint as_of);

/// "2024-03-07".
std::string date_text(TimePoint date);

}  // namespace parley::scenario
