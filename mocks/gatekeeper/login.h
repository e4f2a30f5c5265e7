// Who may use the chat channel: the judgement of a client's last handshake payload.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "harness/wire/login_payload.h"
#include "mocks/gatekeeper/backend.h"

namespace parley::mocks::gatekeeper {

/// A refused login: the code in `<failure reason=…>`, and the surrogate word beside it.
struct LoginRefusal {
  std::uint32_t code = 400;
  std::string reason;
  std::optional<policy::Suspension> suspension{};  ///< of "suspended"
};

/// The account that the client may use, or the refusal. `proved` is the static key of the
/// handshake.
net::awaitable<std::variant<Account*, LoginRefusal>> admit(Backend& backend,
                                                           wire::pb::ClientPayload payload,
                                                           crypto::PublicKey proved);

}  // namespace parley::mocks::gatekeeper
