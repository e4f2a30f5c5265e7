#include "harness/evidence/dsse.h"

#include <algorithm>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/base/json_members.h"

namespace parley::evidence {
namespace {

constexpr JsonLimits kLimits{.bytes = 24 * 1024 * 1024, .depth = 3};
constexpr std::size_t kMaxSignatures = 16;
constexpr std::size_t kMaxEnvelopes = 16;
constexpr std::size_t kMaxPayloadDigits = 22 * 1024 * 1024;
constexpr std::size_t kMaxSignatureDigits = 8192;

Result<Bytes> base64_member(JsonMembers& members, std::string_view name, std::size_t limit) {
  PARLEY_ASSIGN(const std::string digits, members.text(name, limit));
  Result<Bytes> bytes = decode_base64(digits);
  if (!bytes) return at(members.where(name), std::move(bytes).error());
  return bytes;
}

Result<DsseSignature> read_signature(const json::value& value, std::string where) {
  PARLEY_ASSIGN(JsonMembers members, JsonMembers::of(value, std::move(where)));
  DsseSignature signature;
  if (members.has("keyid")) {
    PARLEY_ASSIGN(signature.key_id, members.text("keyid", 256));
  }
  PARLEY_ASSIGN(signature.signature, base64_member(members, "sig", kMaxSignatureDigits));
  PARLEY_TRY(members.end());
  return signature;
}

}  // namespace

Bytes pre_authentication_encoding(std::string_view payload_type, BytesView payload) {
  const std::string head = "DSSEv1 " + std::to_string(payload_type.size()) + " " +
                           std::string(payload_type) + " " + std::to_string(payload.size()) + " ";
  return concat({as_bytes(head), payload});
}

void DsseEnvelope::sign(const crypto::SigningKey& key) {
  signatures.push_back(
      {key.public_key().key_id(), key.sign(pre_authentication_encoding(payload_type, payload))});
}

std::string to_line(const DsseEnvelope& envelope) {
  json::array signatures;
  for (const DsseSignature& signature : envelope.signatures) {
    json::object object{{"sig", base64(signature.signature)}};
    if (!signature.key_id.empty()) object["keyid"] = signature.key_id;
    signatures.push_back(std::move(object));
  }
  return canonical(json::object{{"payloadType", envelope.payload_type},
                                {"payload", base64(envelope.payload)},
                                {"signatures", std::move(signatures)}});
}

Result<DsseEnvelope> parse_envelope(std::string_view line) {
  PARLEY_ASSIGN(const json::value value, parse_json(line, "envelope", kLimits));
  PARLEY_ASSIGN(JsonMembers members, JsonMembers::of(value, "envelope"));
  DsseEnvelope envelope;
  PARLEY_ASSIGN(envelope.payload_type, members.text("payloadType", 256));
  PARLEY_ASSIGN(envelope.payload, base64_member(members, "payload", kMaxPayloadDigits));
  PARLEY_ASSIGN(const json::array* signatures, members.array("signatures", kMaxSignatures));
  if (signatures->empty()) return members.wrong("signatures", "has no signature");
  for (std::size_t i = 0; i < signatures->size(); ++i) {
    PARLEY_ASSIGN(DsseSignature signature,
                  read_signature((*signatures)[i],
                                 members.where("signatures") + "[" + std::to_string(i) + "]"));
    envelope.signatures.push_back(std::move(signature));
  }
  PARLEY_TRY(members.end());
  return envelope;
}

Result<std::vector<DsseEnvelope>> parse_envelopes(std::string_view text) {
  std::vector<DsseEnvelope> envelopes;
  while (!text.empty()) {
    const std::string where = "line " + std::to_string(envelopes.size() + 1);
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      return make_error(ErrorCode::kInvalid, "was cut off: it has no newline", where);
    }
    if (envelopes.size() == kMaxEnvelopes) {
      return make_error(ErrorCode::kLimit,
                        "more than " + std::to_string(kMaxEnvelopes) + " envelopes", where);
    }
    Result<DsseEnvelope> envelope = parse_envelope(text.substr(0, end));
    if (!envelope) return at(where, std::move(envelope).error());
    envelopes.push_back(*std::move(envelope));
    text.remove_prefix(end + 1);
  }
  if (envelopes.empty()) return make_error(ErrorCode::kInvalid, "there is no envelope");
  return envelopes;
}

Result<std::vector<crypto::VerifyKey>> verify_envelope(const DsseEnvelope& envelope,
                                                       std::string_view payload_type,
                                                       std::span<const crypto::VerifyKey> trusted) {
  if (envelope.payload_type != payload_type) {
    return make_error(ErrorCode::kUnsupported, "the payload is of the type \"" +
                                                   envelope.payload_type + "\", not \"" +
                                                   std::string(payload_type) + "\"");
  }
  const Bytes signed_bytes = pre_authentication_encoding(payload_type, envelope.payload);
  std::vector<crypto::VerifyKey> signers;
  for (const crypto::VerifyKey& key : trusted) {
    const bool holds =
        std::ranges::any_of(envelope.signatures, [&](const DsseSignature& signature) {
          return (signature.key_id.empty() || signature.key_id == key.key_id()) &&
                 key.verify(signed_bytes, signature.signature);
        });
    if (holds && std::ranges::find(signers, key) == signers.end()) signers.push_back(key);
  }
  if (!signers.empty()) return signers;
  return make_error(ErrorCode::kAuth, "none of " + std::to_string(envelope.signatures.size()) +
                                          " signatures is one of a trusted key");
}

}  // namespace parley::evidence
