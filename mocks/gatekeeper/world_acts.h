// What the gatekeeper does at a scenario's word that no client asked for: it announces a partner,
// suspends somebody, sends a push of its own making. One function per operation of the driver
// contract.
#pragma once

#include <span>
#include <string_view>

#include "harness/base/json.h"
#include "mocks/gatekeeper/backend.h"

namespace parley::mocks::gatekeeper {

struct WorldAct {
  std::string_view operation;
  net::awaitable<Result<json::object>> (*perform)(Backend& backend, json::object arguments);
};
std::span<const WorldAct> world_acts();

/// Null where the operation is none of these.
const WorldAct* find_world_act(std::string_view operation);

}  // namespace parley::mocks::gatekeeper
