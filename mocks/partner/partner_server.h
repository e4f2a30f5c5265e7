// The mock partner's server: issues tokens to its authenticated devices, publishes its keys, hosts
// media that its users send, and receives push calls (framework, parts 1.3, 3.2.2 and 5.1).
#pragma once

#include <memory>
#include <string>

#include "harness/driver/party.h"
#include "mocks/cast/cast.h"

namespace parley::mocks {

/// The partner with that actor id, listening on its host. kNotFound where the cast has no such
/// partner.
///
/// Operations: `rotate-keys` {} signs new tokens with the next key and keeps publishing the old one
/// until the last token that it signed has expired; `set` {endpoint: up|down|slow|error} changes
/// how keys, media and push answer the gatekeeper. Events: `push` {to, accepted, reason?},
/// `media-stored` {reference, size}, `media-served` {reference, to}, `jwks-served` {keys}.
Result<std::unique_ptr<driver::Party>> make_partner_server(net::World& world,
                                                           evidence::Recorder& recorder,
                                                           const Cast& cast, std::string id);

}  // namespace parley::mocks
