// The mock of a native WhatsApp user's app: an account of the cast, in its own chair. Speaks to the
// gatekeeper over chat and media only; what it shares with a partner's client is in mocks/client.
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

/// The party for the `whatsapp-user` with that actor id. kNotFound where the cast has none. The
/// party keeps references to `world` and `recorder`.
Result<std::unique_ptr<driver::Party>> make_native_client(
    net::World& world, evidence::Recorder& recorder, const Cast& cast, std::string id,
    std::shared_ptr<const wire::Profile> profile);

}  // namespace parley::mocks
