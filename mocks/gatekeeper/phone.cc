#include "mocks/gatekeeper/phone.h"

#include <array>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/crypto/hash.h"
#include "schemas/companion.pb.h"

namespace parley::mocks::gatekeeper {
namespace {

// What the signatures are for, before what they cover.
constexpr std::array<std::uint8_t, 2> kAccountSignature = {6, 0};
constexpr std::array<std::uint8_t, 2> kDeviceSignature = {6, 1};

constexpr std::size_t kMaxCode = 1024;
constexpr std::size_t kSecretBytes = 32;

Bytes joined(std::initializer_list<BytesView> parts) {
  Bytes out;
  for (const BytesView part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

template <class Message>
Bytes serialized(const Message& message) {
  return to_bytes(as_bytes(message.SerializeAsString()));
}

std::string text_of(BytesView bytes) { return std::string(as_text(bytes)); }

Error bad_code(std::string_view what) {
  return make_error(ErrorCode::kInvalid,
                    "pairing code: " + std::string(what) +
                        "; expected \"ref,chat key,identity key,secret\" with 32 bytes each in "
                        "base64");
}

/// The next field of a list with commas; removes it from `text`.
std::string_view take_field(std::string_view& text) {
  const std::size_t comma = std::min(text.find(','), text.size());
  const std::string_view field = text.substr(0, comma);
  text.remove_prefix(std::min(comma + 1, text.size()));
  return field;
}

}  // namespace

Result<PairingCode> parse_pairing_code(std::string_view text) {
  if (text.size() > kMaxCode) return bad_code("too long");
  if (const std::size_t mark = text.find('#'); mark != std::string_view::npos) {
    text.remove_prefix(mark + 1);
  }
  PairingCode code;
  code.ref = take_field(text);
  if (code.ref.empty()) return bad_code("no ref");
  std::array<Bytes, 3> parts;
  for (Bytes& part : parts) {
    Result<Bytes> bytes = decode_base64(take_field(text));
    if (!bytes.ok() || bytes->size() != kSecretBytes) return bad_code("a field does not fit");
    part = *std::move(bytes);
  }
  const Result<crypto::PublicKey> chat_key = signal::parse_raw_key(parts[0]);
  const Result<crypto::PublicKey> identity = signal::parse_raw_key(parts[1]);
  if (!chat_key.ok() || !identity.ok()) return bad_code("a key is none");
  code.chat_key = *chat_key;
  code.identity = *identity;
  code.secret = std::move(parts[2]);
  return code;
}

Phone::Phone(Random& random) : identity_(signal::Identity::generate(random)) {
  keys_.replace(identity_.registration_id, identity_.public_key(),
                signal::SignedPreKey::generate(1, identity_.key, random).public_view());
}

Phone::Voucher Phone::vouch(const PairingCode& code, std::uint32_t key_index, TimePoint now) const {
  wire::pb::DeviceIdentity device;
  device.set_raw_id(identity_.registration_id);
  device.set_timestamp(static_cast<std::uint64_t>(unix_seconds(now)));
  device.set_key_index(key_index);
  Voucher voucher;
  voucher.details = serialized(device);
  const crypto::Signature signature =
      identity_.key.sign(joined({kAccountSignature, voucher.details, code.identity}));
  wire::pb::SignedDeviceIdentity signed_identity;
  signed_identity.set_details(text_of(voucher.details));
  signed_identity.set_account_signature_key(text_of(identity_.public_key()));
  signed_identity.set_account_signature(text_of(signature));
  const Bytes inner = serialized(signed_identity);
  wire::pb::SealedDeviceIdentity sealed;
  sealed.set_details(text_of(inner));
  sealed.set_hmac(text_of(crypto::hmac_sha256(code.secret, inner)));
  voucher.sealed = serialized(sealed);
  return voucher;
}

Status Phone::check(const Voucher& voucher, const crypto::PublicKey& companion,
                    BytesView signed_identity) const {
  wire::pb::SignedDeviceIdentity answer;
  if (!answer.ParseFromArray(signed_identity.data(), static_cast<int>(signed_identity.size())) ||
      answer.device_signature().size() != std::tuple_size_v<crypto::Signature>) {
    return make_error(ErrorCode::kInvalid, "the companion's answer is no signed device identity");
  }
  const BytesView details = as_bytes(answer.details());
  if (!std::ranges::equal(details, voucher.details)) {
    return make_error(ErrorCode::kAuth, "the companion signed another device identity");
  }
  const Bytes covered = joined({kDeviceSignature, details, companion, identity_.public_key()});
  if (!crypto::xeddsa_verify(companion, covered,
                             to_array<64>(as_bytes(answer.device_signature())))) {
    return make_error(ErrorCode::kAuth, "the companion's device signature does not hold");
  }
  return {};
}

}  // namespace parley::mocks::gatekeeper
