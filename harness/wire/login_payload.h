// ClientPayload, the last thing that a client says in the handshake: who it is, and for a partner's
// user the proof.
#pragma once

#include <string_view>

#include "harness/base/bytes.h"
#include "harness/base/json.h"
#include "harness/base/result.h"
#include "schemas/chat.pb.h"

namespace parley::wire {

inline constexpr std::size_t kMaxLoginPayloadBytes = 16 * 1024;

/// kLimit over 16 KB, kInvalid for malformed bytes.
Result<pb::ClientPayload> parse_login_payload(BytesView bytes);
Bytes serialize_login_payload(const pb::ClientPayload& payload);

/// For "login.payload" records: username or account, product, device, protocol_version, whether
/// it asks to be paired, and the token shortened to "jwt:" and the first 16 hex digits of its
/// SHA-256. No key and no token.
json::object login_facts(const pb::ClientPayload& payload);

}  // namespace parley::wire
