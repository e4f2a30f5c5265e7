// Seats the mocks: the one place where the engine's idea of a party meets the parties that we ship.
#pragma once

#include <memory>

#include "harness/driver/party.h"

namespace parley::wire {
class Profile;
}

namespace parley::cli {

/// Every actor of the cast as a mock that speaks `profile`.
driver::PartyFactory mock_parties(std::shared_ptr<const wire::Profile> profile);

}  // namespace parley::cli
