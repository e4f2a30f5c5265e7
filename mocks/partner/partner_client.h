// The mock of a partner user's app: enlists with the gatekeeper, connects to its chat server with a
// fresh token each time, and keeps its media on its own provider's server.
#pragma once

#include <memory>
#include <string>

#include "harness/base/result.h"
#include "harness/driver/party.h"
#include "harness/evidence/recorder.h"
#include "harness/net/world.h"
#include "harness/wire/profile.h"
#include "mocks/cast/cast.h"

namespace parley::mocks {

/// The party for the `partner-user` with that actor id. kNotFound where the cast has none, kInvalid
/// for a `fault` setting that this client does not know. The party keeps references to `world` and
/// `recorder`.
Result<std::unique_ptr<driver::Party>> make_partner_client(
    net::World& world, evidence::Recorder& recorder, const Cast& cast, std::string id,
    std::shared_ptr<const wire::Profile> profile);

}  // namespace parley::mocks
