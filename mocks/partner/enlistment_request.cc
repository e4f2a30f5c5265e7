#include "mocks/partner/enlistment_request.h"

#include <algorithm>
#include <array>

#include "harness/base/encoding.h"
#include "mocks/partner/token_flaw.h"

namespace parley::mocks {
namespace {

constexpr std::array<std::pair<std::string_view, EnlistmentFault>, 9> kFaults = {{
    {"", EnlistmentFault::kNone},
    {"bad-token", EnlistmentFault::kBadToken},
    {"expired-token", EnlistmentFault::kExpiredToken},
    {"unknown-integrator", EnlistmentFault::kUnknownIntegrator},
    {"wrong-identifier", EnlistmentFault::kWrongIdentifier},
    {"bad-prekey-signature", EnlistmentFault::kBadPrekeySignature},
    {"missing-argument", EnlistmentFault::kMissingArgument},
    {"wrong-size", EnlistmentFault::kWrongSize},
    {"bad-keytype", EnlistmentFault::kBadKeyType},
}};

constexpr std::int64_t kLongAgoSeconds = -7 * 86400;

Bytes big_endian(std::uint64_t value, std::size_t size) {
  Bytes out;
  append_be(out, value, size);
  return out;
}

}  // namespace

Result<EnlistmentFault> parse_enlistment_fault(std::string_view text) {
  std::string known;
  for (const auto& [name, fault] : kFaults) {
    if (name == text) return fault;
    if (!name.empty()) known += (known.empty() ? "" : ", ") + std::string(name);
  }
  if (parse_token_flaw(text)) return EnlistmentFault::kFlawedToken;
  return make_error(ErrorCode::kInvalid,
                    "unknown enlistment fault \"" + std::string(text) + "\"; known: " + known);
}

FormFields enlistment_fields(const EnlistmentRequest& request, const signal::Store& keys,
                             EnlistmentFault fault) {
  const signal::Identity& identity = keys.identity();
  const signal::PublicSignedPreKey prekey = keys.signed_prekey().public_view();
  crypto::Signature signature = prekey.signature;
  if (fault == EnlistmentFault::kBadPrekeySignature) signature[0] ^= 1;
  const std::uint8_t key_type = fault == EnlistmentFault::kBadKeyType ? 0x06 : signal::kCurveType;
  const std::size_t prekey_id_size = fault == EnlistmentFault::kWrongSize ? 2 : 3;
  const std::string identifier =
      fault == EnlistmentFault::kWrongIdentifier ? "not-" + request.identifier : request.identifier;
  FormFields fields = {
      {"authkey", base64url(request.chat_key)},
      {"e_keytype", base64url(big_endian(key_type, 1))},
      {"e_regid", base64url(big_endian(identity.registration_id, 4))},
      {"e_ident", base64url(identity.public_key())},
      {"e_skey_id", base64url(big_endian(prekey.id, prekey_id_size))},
      {"e_skey_val", base64url(prekey.key)},
      {"e_skey_sig", base64url(signature)},
      {"token", base64url(as_bytes(request.token))},
      {"identifier", identifier},
      {"protocol_version", request.version},
  };
  if (fault == EnlistmentFault::kMissingArgument) {
    std::erase_if(fields, [](const auto& field) { return field.first == "e_regid"; });
  }
  return fields;
}

json::object token_request(std::string_view identifier, EnlistmentFault fault,
                           std::string_view name) {
  json::object body;
  if (fault == EnlistmentFault::kFlawedToken) body["flaw"] = json::string(name);
  body["identifier"] = json::string(identifier);
  if (fault == EnlistmentFault::kExpiredToken) body["issued_at_offset_seconds"] = kLongAgoSeconds;
  if (fault == EnlistmentFault::kUnknownIntegrator) body["issuer"] = "unknown";
  return body;
}

std::string with_damaged_signature(std::string_view token) {
  const std::size_t dot = token.rfind('.');
  auto signature = decode_base64url(token.substr(dot + 1));
  if (dot == std::string_view::npos || !signature.ok() || signature->empty()) {
    return std::string(token) + "x";
  }
  signature->back() ^= 1;
  return std::string(token.substr(0, dot + 1)) + base64url(*signature);
}

}  // namespace parley::mocks
