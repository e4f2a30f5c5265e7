// The World of a driver's process, as the harness describes it in `start`.
#pragma once

#include <cstdint>

#include "harness/base/result.h"
#include "harness/driver/contract.h"
#include "harness/net/network.h"
#include "harness/net/outside.h"

namespace parley::adapters {

/// "chat.whatsapp.net:5222" as parties spell it; kInvalid for anything else.
Result<net::Address> parse_host(const std::string& text);

/// Time, authority, certificate and hosts of `start`, for net::make_guest_world: whoever lives
/// there reaches these hosts under their names in the World, and nothing else. kInvalid where
/// something is missing or cannot be read. Nobody has another name than their address; see callers.
Result<net::GuestOptions> guest_options(const driver::DriverStart& start, std::uint64_t seed);

}  // namespace parley::adapters
