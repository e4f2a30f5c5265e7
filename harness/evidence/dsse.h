// Signed envelopes after DSSE 1.0 (github.com/secure-systems-lab/dsse): a payload, its type, and
// signatures over both. A bundle holds one envelope per line.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/base/result.h"
#include "harness/crypto/signing_key.h"

namespace parley::evidence {

inline constexpr std::string_view kInTotoPayloadType = "application/vnd.in-toto+json";

/// PAE: what is signed. The lengths keep a payload from passing for one of another type.
Bytes pre_authentication_encoding(std::string_view payload_type, BytesView payload);

struct DsseSignature {
  std::string key_id;  ///< a hint only: it is not covered by the signature; may be empty
  Bytes signature;

  bool operator==(const DsseSignature&) const = default;
};

struct DsseEnvelope {
  std::string payload_type;
  Bytes payload;
  std::vector<DsseSignature> signatures;

  /// Adds the signature of `key` over type and payload.
  void sign(const crypto::SigningKey& key);

  bool operator==(const DsseEnvelope&) const = default;
};

/// One line without its newline: canonical JSON.
std::string to_line(const DsseEnvelope& envelope);

/// Reads one line; verifies nothing. Stricter than DSSE asks: standard base64 with padding only, no
/// member that the standard does not name, none twice, and 1 to 16 signatures. kInvalid or kLimit.
Result<DsseEnvelope> parse_envelope(std::string_view line);

/// The envelopes of bundle.intoto.jsonl, 1 to 16, each line ended by a newline. `where` of an error
/// names the line.
Result<std::vector<DsseEnvelope>> parse_envelopes(std::string_view text);

/// Whose signatures over the envelope hold, of those that the reader trusts: at least one, each
/// once. A signature that names another key, or none that is trusted, is passed over. kUnsupported
/// where the payload is not of the type that the reader is about to read, kAuth where nobody's
/// signature holds. Until this succeeds nothing in the payload means anything.
Result<std::vector<crypto::VerifyKey>> verify_envelope(const DsseEnvelope& envelope,
                                                       std::string_view payload_type,
                                                       std::span<const crypto::VerifyKey> trusted);

}  // namespace parley::evidence
