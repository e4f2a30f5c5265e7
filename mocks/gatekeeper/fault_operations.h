// The gatekeeper's operations by which a scenario disturbs what passes: `fault`, `cut-connection`,
// `inject`, and `set` of the chat service.
#pragma once

#include "harness/base/json.h"
#include "harness/base/result.h"
#include "mocks/gatekeeper/backend.h"

namespace parley::mocks::gatekeeper {

/// {kind, to, count?, by?, code?}. The order waits until something comes that it can be done to.
Result<json::object> order_fault(Backend& backend, const json::object& arguments);
/// {to, after, direction}: from the client (in) or to it (out).
Result<json::object> cut_connection(Backend& backend, const json::object& arguments);
/// {to, what}: sends the client something that it did not expect, now.
Result<json::object> inject(Backend& backend, const json::object& arguments);
/// "up", "down" or "overload".
Status set_chat_service(Backend& backend, std::string_view chat);

}  // namespace parley::mocks::gatekeeper
