// What whoever has several parties act together does with them: all of them get ready, and each
// performs what it is asked for, for so long and no longer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/driver/party.h"

namespace parley::driver {

/// Everybody gets ready, in this order, and finds the others by their ids. The first error, with
/// the id of who could not; the others are then not asked.
net::awaitable<Status> begin_all(std::vector<Party*> parties);

/// The outcome of an operation; nullopt where the party has not answered within that World time. It
/// runs in a coroutine of its own, so that a party that never answers holds up nobody.
net::awaitable<std::optional<Result<json::object>>> perform_within(net::World& world, Party& party,
                                                                   std::string operation,
                                                                   json::object arguments,
                                                                   Duration within);

}  // namespace parley::driver
