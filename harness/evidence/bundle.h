// A whole bundle in memory: files, the manifest over them, the statement over the manifest, the
// signature over the statement, in one zip archive.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/base/result.h"
#include "harness/crypto/signing_key.h"
#include "harness/evidence/bundle_manifest.h"
#include "harness/evidence/statement.h"

namespace parley::evidence {

inline constexpr std::string_view kManifestFile = "manifest.json";
inline constexpr std::string_view kEnvelopeFile = "bundle.intoto.jsonl";
inline constexpr std::string_view kChainPemFile = "chain.pem";
inline constexpr std::string_view kResultFile = "result.json";
inline constexpr std::string_view kTranscriptFile = "transcript.jsonl";
inline constexpr std::string_view kBodiesFolder = "bodies/";
inline constexpr std::string_view kOpenProofFile = "ledger.tlog-proof";
inline constexpr std::string_view kCloseProofFile = "ledger-close.tlog-proof";
inline constexpr std::string_view kTimeStampFile = "timestamp.tsr";

struct BundleFile {
  std::string name;
  std::string content;
  std::string media_type{};
  Confidentiality confidentiality = Confidentiality::kConfidential;
};

/// What is to be signed and packed.
struct BundleContent {
  Confidentiality edition = Confidentiality::kConfidential;
  std::vector<BundleFile> files;  ///< with result.json and transcript.jsonl; in any order
  std::string chain_pem;
  /// Its subjects are filled in: the manifest and result.json.
  TestStatement statement;
};

/// All files of a bundle but those that are made from its statement.
struct SignedBundle {
  TestStatement statement;
  crypto::Digest32 statement_sha256{};  ///< of the payload
  std::vector<BundleFile> files;
};

/// Confidential files are left out of the public edition. The same content and an Ed25519 key give
/// the same bytes. Errors of write_manifest and write_statement; kInvalid where result.json is not
/// there.
Result<SignedBundle> sign_bundle(BundleContent content, const crypto::SigningKey& lab);

/// The archive, with what stands beside the manifest: the ledger's proofs. Errors of write_zip.
Result<Bytes> pack_bundle(const SignedBundle& bundle, std::span<const BundleFile> beside = {});

/// sign_bundle() and pack_bundle() in one.
Result<Bytes> write_bundle(BundleContent content, const crypto::SigningKey& lab);

}  // namespace parley::evidence
