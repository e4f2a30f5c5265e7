// What a client says of itself at login (ClientPayload).
#pragma once

#include <string>

#include "harness/wire/login_payload.h"
#include "harness/wire/node.h"

namespace parley::mocks::client {

/// The version of the public framework that the mocks speak.
inline constexpr const char* kFrameworkVersion = "1.0.3";

/// A native account, named by its phone number.
wire::pb::ClientPayload native_login(const std::string& number, const std::string& push_name);

/// A partner's account, proved by its server's token. Without a token the field is absent.
wire::pb::ClientPayload interop_login(const wire::Jid& account, const std::string& token,
                                      bool read_receipts);

}  // namespace parley::mocks::client
