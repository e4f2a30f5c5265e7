#include "mocks/gatekeeper/enlistment_form.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "harness/base/encoding.h"
#include "harness/base/json.h"
#include "harness/crypto/jwt.h"
#include "harness/net/http.h"
#include "harness/wire/signal/identity.h"

namespace parley::mocks::gatekeeper {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr std::array<std::string_view, 11> kReasonCodes = {"bad_param",
                                                           "bad_integrator",
                                                           "keys_unavailable",
                                                           "bad_token",
                                                           "expired_token",
                                                           "identifier_mismatch",
                                                           "bad_prekey_signature",
                                                           "bad_version",
                                                           "rate_limited",
                                                           "reserved_name",
                                                           "suspended"};

constexpr std::size_t kMaxIdentifierBytes = 256;
constexpr std::size_t kMaxVersionBytes = 32;

const std::string* find_field(const Fields& fields, std::string_view name) {
  const auto found = std::ranges::find(fields, name, &Fields::value_type::first);
  return found == fields.end() ? nullptr : &found->second;
}

Error bad_argument(std::string_view name, std::string message) {
  return make_error(ErrorCode::kInvalid, std::move(message), std::string(name));
}

/// An argument that decodes to exactly `size` bytes.
Result<Bytes> argument(const Fields& fields, std::string_view name, std::size_t size) {
  const std::string* text = find_field(fields, name);
  if (text == nullptr) return bad_argument(name, "missing");
  Result<Bytes> bytes = decode_base64url(*text);
  if (!bytes.ok()) return bad_argument(name, "not base64url without padding");
  if (bytes->size() != size) {
    return bad_argument(
        name, std::to_string(bytes->size()) + " bytes instead of " + std::to_string(size));
  }
  return bytes;
}

Result<crypto::PublicKey> key_argument(const Fields& fields, std::string_view name) {
  PARLEY_ASSIGN(const Bytes bytes, argument(fields, name, 32));
  Result<crypto::PublicKey> key = signal::parse_raw_key(bytes);
  if (!key.ok()) return at(name, std::move(key).error());
  return key;
}

/// The framework encodes all values in base64url, and a token is that already: both readings are in
/// use, and the dots tell them apart.
Result<std::string> token_argument(const Fields& fields) {
  const std::string* text = find_field(fields, "token");
  if (text == nullptr) return bad_argument("token", "missing");
  std::string token = *text;
  if (token.find('.') == std::string::npos) {
    const Result<Bytes> bytes = decode_base64url(token);
    if (!bytes.ok()) return bad_argument("token", "neither a token nor base64url");
    token = as_text(*bytes);
  }
  if (token.empty() || token.size() > crypto::kMaxTokenBytes) {
    return bad_argument("token", std::to_string(token.size()) + " bytes instead of 1 to " +
                                     std::to_string(crypto::kMaxTokenBytes));
  }
  return token;
}

Result<std::optional<std::string>> text_field(const Fields& fields, std::string_view name,
                                              std::size_t limit) {
  const std::string* text = find_field(fields, name);
  if (text == nullptr) return std::optional<std::string>();
  if (text->empty() || text->size() > limit) return bad_argument(name, "empty or too long");
  return std::optional<std::string>(*text);
}

}  // namespace

Result<EnlistmentForm> read_enlistment_form(std::string_view body) {
  PARLEY_ASSIGN(const Fields fields, net::parse_form(body));
  EnlistmentForm form;
  PARLEY_ASSIGN(form.chat_key, key_argument(fields, "authkey"));
  PARLEY_ASSIGN(const Bytes key_type, argument(fields, "e_keytype", 1));
  if (key_type[0] != signal::kCurveType) return bad_argument("e_keytype", "not 0x05");
  PARLEY_ASSIGN(const Bytes registration, argument(fields, "e_regid", 4));
  form.registration_id = static_cast<std::uint32_t>(read_be(registration));
  PARLEY_ASSIGN(form.identity, key_argument(fields, "e_ident"));
  PARLEY_ASSIGN(const Bytes prekey_id, argument(fields, "e_skey_id", 3));
  form.signed_prekey.id = static_cast<signal::PreKeyId>(read_be(prekey_id));
  PARLEY_ASSIGN(form.signed_prekey.key, key_argument(fields, "e_skey_val"));
  PARLEY_ASSIGN(const Bytes signature, argument(fields, "e_skey_sig", 64));
  form.signed_prekey.signature = to_array<64>(signature);
  PARLEY_ASSIGN(form.token, token_argument(fields));
  PARLEY_ASSIGN(form.identifier, text_field(fields, "identifier", kMaxIdentifierBytes));
  PARLEY_ASSIGN(form.version, text_field(fields, "protocol_version", kMaxVersionBytes));
  return form;
}

std::string_view reason_code(EnlistmentRefusal refusal) {
  return kReasonCodes[static_cast<std::size_t>(refusal)];
}

std::string enlistment_accepted(std::string_view login) {
  return canonical(json::object{{"login", login}, {"status", "ok"}});
}

std::string enlistment_refused(EnlistmentRefusal refusal) {
  return canonical(json::object{{"reason", reason_code(refusal)}, {"status", "fail"}});
}

}  // namespace parley::mocks::gatekeeper
