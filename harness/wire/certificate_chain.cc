#include "harness/wire/certificate_chain.h"

#include <string>

#include "schemas/chat.pb.h"

namespace parley::wire {
namespace {

constexpr std::uint32_t kRootSerial = 0;
constexpr std::uint32_t kIntermediateSerial = 1;
constexpr std::uint32_t kLeafSerial = 2;

std::string text_of(BytesView bytes) { return std::string(as_text(bytes)); }

pb::NoiseCertificate sign_details(const crypto::XeddsaKeyPair& issuer,
                                  const CertificateDetails& certificate) {
  pb::NoiseCertificate::Details details;
  details.set_serial(certificate.serial);
  details.set_issuer_serial(certificate.issuer_serial);  // explicit even where 0: readers want it
  details.set_key(text_of(certificate.key));
  details.set_not_before(certificate.not_before);
  details.set_not_after(certificate.not_after);
  pb::NoiseCertificate signed_certificate;
  std::string serialized = details.SerializeAsString();
  signed_certificate.set_signature(text_of(issuer.sign(as_bytes(serialized))));
  signed_certificate.set_details(std::move(serialized));
  return signed_certificate;
}

struct ParsedCertificate {
  pb::NoiseCertificate::Details details;
  crypto::PublicKey key{};
  bool signed_by(const pb::NoiseCertificate& certificate, const crypto::PublicKey& issuer) const {
    return crypto::xeddsa_verify(issuer, as_bytes(certificate.details()),
                                 to_array<64>(as_bytes(certificate.signature())));
  }
};

std::optional<CertificateFault> parse(const pb::NoiseCertificate& certificate,
                                      ParsedCertificate& out) {
  if (!certificate.has_details() || !certificate.has_signature()) {
    return CertificateFault::kMissingPart;
  }
  if (certificate.signature().size() != std::tuple_size_v<crypto::Signature> ||
      !out.details.ParseFromString(certificate.details()) ||
      out.details.key().size() != out.key.size()) {
    return CertificateFault::kMalformed;
  }
  out.key = to_array<32>(as_bytes(out.details.key()));
  return std::nullopt;
}

// A missing bound counts as 1970, so that a certificate without an end has long expired.
std::optional<CertificateFault> check_validity(const pb::NoiseCertificate::Details& details,
                                               TimePoint now, CertificateFault not_yet,
                                               CertificateFault expired) {
  std::int64_t seconds = unix_seconds(now);
  std::uint64_t at = seconds < 0 ? 0 : static_cast<std::uint64_t>(seconds);
  if (at < details.not_before()) return not_yet;
  if (at > details.not_after()) return expired;
  return std::nullopt;
}

}  // namespace

std::string_view to_string(CertificateFault fault) {
  switch (fault) {
    case CertificateFault::kMalformed:
      return "malformed";
    case CertificateFault::kMissingPart:
      return "missing-part";
    case CertificateFault::kIntermediateIssuer:
      return "intermediate-issuer";
    case CertificateFault::kIntermediateSignature:
      return "intermediate-signature";
    case CertificateFault::kLeafIssuer:
      return "leaf-issuer";
    case CertificateFault::kLeafSignature:
      return "leaf-signature";
    case CertificateFault::kLeafKey:
      return "leaf-key";
    case CertificateFault::kIntermediateNotYetValid:
      return "intermediate-not-yet-valid";
    case CertificateFault::kIntermediateExpired:
      return "intermediate-expired";
    case CertificateFault::kLeafNotYetValid:
      return "leaf-not-yet-valid";
    case CertificateFault::kLeafExpired:
      return "leaf-expired";
  }
  return "unknown";
}

Bytes build_certificate_chain(const crypto::XeddsaKeyPair& root,
                              const crypto::XeddsaKeyPair& intermediate,
                              const CertificateDetails& intermediate_details,
                              const CertificateDetails& leaf_details) {
  pb::CertChain chain;
  *chain.mutable_intermediate() = sign_details(root, intermediate_details);
  *chain.mutable_leaf() = sign_details(intermediate, leaf_details);
  return to_bytes(as_bytes(chain.SerializeAsString()));
}

Bytes build_valid_certificate_chain(const crypto::XeddsaKeyPair& root,
                                    const crypto::XeddsaKeyPair& intermediate,
                                    const crypto::PublicKey& server_static, TimePoint now,
                                    Duration validity) {
  CertificateDetails signer;
  signer.serial = kIntermediateSerial;
  signer.issuer_serial = kRootSerial;
  signer.key = intermediate.public_key();
  signer.not_before = static_cast<std::uint64_t>(unix_seconds(now - std::chrono::hours(24)));
  signer.not_after = static_cast<std::uint64_t>(unix_seconds(now + validity));
  CertificateDetails leaf = signer;
  leaf.serial = kLeafSerial;
  leaf.issuer_serial = kIntermediateSerial;
  leaf.key = server_static;
  return build_certificate_chain(root, intermediate, signer, leaf);
}

std::optional<CertificateFault> check_certificate_chain(BytesView chain,
                                                        const CertificateRules& rules) {
  using enum CertificateFault;
  pb::CertChain parsed;
  if (!parsed.ParseFromArray(chain.data(), static_cast<int>(chain.size()))) return kMalformed;
  if (!parsed.has_leaf() || !parsed.has_intermediate()) return kMissingPart;
  ParsedCertificate intermediate;
  ParsedCertificate leaf;
  if (auto fault = parse(parsed.intermediate(), intermediate)) return fault;
  if (auto fault = parse(parsed.leaf(), leaf)) return fault;
  if (intermediate.details.issuer_serial() != kRootSerial) return kIntermediateIssuer;
  if (!intermediate.signed_by(parsed.intermediate(), rules.root)) return kIntermediateSignature;
  if (leaf.details.issuer_serial() != intermediate.details.serial()) return kLeafIssuer;
  if (!leaf.signed_by(parsed.leaf(), intermediate.key)) return kLeafSignature;
  if (leaf.key != rules.server_static) return kLeafKey;
  if (auto fault = check_validity(intermediate.details, rules.now, kIntermediateNotYetValid,
                                  kIntermediateExpired)) {
    return fault;
  }
  return check_validity(leaf.details, rules.now, kLeafNotYetValid, kLeafExpired);
}

}  // namespace parley::wire
