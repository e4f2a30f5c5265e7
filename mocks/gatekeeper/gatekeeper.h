// The mock gatekeeper's servers behind one Party: enlistment, chat, media host, key publication,
// push. It listens on WhatsApp's host names, which resolve inside the World only.
#pragma once

#include <memory>
#include <string>

#include "harness/driver/party.h"
#include "harness/wire/profile.h"
#include "mocks/cast/cast.h"

namespace parley::mocks {

/// Opens the listeners and serves until the World ends. Performs `mailbox` {of} -> {count},
/// `server-ping` {to} -> {answered} and `stream-error` {to, code}; and, for whoever starts external
/// clients, `pair` {of, code} -> {jid, device}: the phone of that user reads the code that a new
/// companion device shows. kInvalid where the host names are taken.
Result<std::unique_ptr<driver::Party>> make_gatekeeper(
    net::World& world, evidence::Recorder& recorder, const Cast& cast, std::string id,
    std::shared_ptr<const wire::Profile> profile);

}  // namespace parley::mocks
