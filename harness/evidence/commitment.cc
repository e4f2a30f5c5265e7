#include "harness/evidence/commitment.h"

#include "harness/base/encoding.h"
#include "harness/base/json.h"

namespace parley::evidence {
namespace {

/// Keeps these salts apart from whatever else may come to be derived from a run's secret.
constexpr std::string_view kLabel = "parley commitment salt v1";
constexpr JsonLimits kLimits{.bytes = 24 * 1024 * 1024, .depth = 1};

}  // namespace

Commitment commit(const CommitmentSalt& salt, BytesView body) {
  return crypto::sha256({salt, body});
}

SaltKey SaltKey::draw(Random& random) {
  ByteArray<32> secret = random.array<32>();
  SaltKey key(secret);
  crypto::wipe(secret);
  return key;
}

SaltKey::SaltKey(const ByteArray<32>& secret) : secret_(secret) {}
SaltKey::SaltKey(SaltKey&& other) noexcept : secret_(other.secret_) { crypto::wipe(other.secret_); }
SaltKey::~SaltKey() { crypto::wipe(secret_); }

CommitmentSalt SaltKey::salt(std::uint64_t sequence) const {
  Bytes number;
  append_be(number, sequence, 8);
  return crypto::hmac_sha256(secret_, {as_bytes(kLabel), number});
}

Status Opening::check(const Commitment& commitment) const {
  if (commit(salt, body) == commitment) return {};
  return make_error(ErrorCode::kAuth, "body and salt are not what record " +
                                          std::to_string(sequence) + " committed to");
}

std::string to_line(const Opening& opening) {
  return "{\"body\":\"" + base64(opening.body) + "\",\"salt\":\"" + hex(opening.salt) +
         "\",\"seq\":" + std::to_string(opening.sequence) + "}";
}

Result<Opening> parse_opening(std::string_view line) {
  PARLEY_ASSIGN(const json::value value, parse_json(line, "opening", kLimits));
  const json::object* object = value.if_object();
  if (object == nullptr) return make_error(ErrorCode::kInvalid, "an opening is a JSON object");
  const auto body = get_string(*object, "body");
  const auto salt = get_string(*object, "salt");
  const auto sequence = get_int(*object, "seq");
  if (!body || !salt || !sequence || *sequence < 0 || object->size() != 3) {
    return make_error(ErrorCode::kInvalid,
                      "an opening has a string \"body\", a string \"salt\", a number \"seq\" and "
                      "nothing else");
  }
  Opening opening;
  opening.sequence = static_cast<std::uint64_t>(*sequence);
  PARLEY_ASSIGN(opening.body, decode_base64(*body));
  PARLEY_ASSIGN(const Bytes salt_bytes, decode_hex(*salt));
  if (salt_bytes.size() != opening.salt.size()) {
    return make_error(ErrorCode::kInvalid, "\"salt\" must be 64 hex digits");
  }
  opening.salt = to_array<32>(salt_bytes);
  if (to_line(opening) != line) {
    return make_error(ErrorCode::kInvalid, "an opening is written in canonical JSON");
  }
  return opening;
}

}  // namespace parley::evidence
