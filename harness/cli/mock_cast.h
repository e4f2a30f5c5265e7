// Seats the parties: the one place where the engine's idea of a party meets the mocks that we ship
// and the drivers that a user names.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "harness/cli/driven_seat.h"
#include "harness/driver/party.h"
#include "harness/judge/result.h"

namespace parley::wire {
class Profile;
}
namespace parley::mocks {
class Interceptor;
}

namespace parley::cli {

/// Every actor of the cast as a mock that speaks `profile`; WhatsApp users behind the driver, where
/// one is given. `interceptor` interferes with the mocks, where it is not null, and outlives them.
driver::PartyFactory make_parties(std::shared_ptr<const wire::Profile> profile,
                                  std::optional<DrivenSeat> whatsapp_users,
                                  mocks::Interceptor* interceptor = nullptr);

/// Who holds the four seats of a run.
std::vector<judge::SeatHolder> seat_holders(const std::optional<DrivenSeat>& whatsapp_users);

}  // namespace parley::cli
