#include "harness/wire/login_payload.h"

#include <string>

#include "harness/base/encoding.h"
#include "harness/base/utf8.h"
#include "harness/crypto/hash.h"

namespace parley::wire {
namespace {

constexpr std::size_t kMaxVersionText = 32;

}  // namespace

Result<pb::ClientPayload> parse_login_payload(BytesView bytes) {
  if (bytes.size() > kMaxLoginPayloadBytes) {
    return make_error(ErrorCode::kLimit,
                      "login payload of " + std::to_string(bytes.size()) + " bytes");
  }
  pb::ClientPayload payload;
  if (!payload.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return make_error(ErrorCode::kInvalid, "login payload: malformed protobuf");
  }
  return payload;
}

Bytes serialize_login_payload(const pb::ClientPayload& payload) {
  return to_bytes(as_bytes(payload.SerializeAsString()));
}

json::object login_facts(const pb::ClientPayload& payload) {
  json::object facts;
  if (payload.has_username()) facts["username"] = std::to_string(payload.username());
  if (payload.has_device()) facts["device"] = payload.device();
  if (payload.has_product()) {
    facts["product"] = pb::ClientPayload::Product_Name(payload.product());
  }
  if (payload.has_device_pairing_data()) facts["registration"] = true;
  if (payload.has_passive()) facts["passive"] = payload.passive();
  if (payload.has_surrogate_protocol_version()) {
    // The one text that a client chooses freely: records hold it only where it can be a version.
    const std::string& version = payload.surrogate_protocol_version();
    bool plausible = version.size() <= kMaxVersionText && is_printable_utf8(version);
    facts["protocol_version"] = plausible ? version : "unreadable";
  }
  if (payload.has_interop_data()) {
    const pb::ClientPayload::InteropData& interop = payload.interop_data();
    facts["account"] = std::to_string(interop.account_id());
    if (interop.has_token()) {
      crypto::Digest32 digest = crypto::sha256(as_bytes(interop.token()));
      facts["token"] = "jwt:" + hex(BytesView(digest).first(8));
    }
    if (interop.has_enable_read_receipts()) {
      facts["read_receipts"] = interop.enable_read_receipts();
    }
  }
  return facts;
}

}  // namespace parley::wire
