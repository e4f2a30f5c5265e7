// manifest.json of a bundle: every file with its size and digest, and who must have signed. The
// statement names the manifest's digest, so that nothing in a bundle can be added, taken or
// changed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/base/result.h"
#include "harness/crypto/hash.h"
#include "harness/evidence/zip_archive.h"

namespace parley::evidence {

inline constexpr std::string_view kBundleFormat = "parley-bundle/1";

/// Whom a file, or a whole edition of a bundle, may be shown.
enum class Confidentiality { kPublic, kConfidential };
std::string_view to_string(Confidentiality confidentiality);  ///< "public", "confidential"

struct ManifestFile {
  std::string path;  ///< as check_zip_name allows
  std::uint64_t size = 0;
  crypto::Digest32 sha256{};
  std::string media_type;  ///< "application/json"; lower case, without parameters
  Confidentiality confidentiality = Confidentiality::kConfidential;

  bool operator==(const ManifestFile&) const = default;
};

ManifestFile describe_file(std::string path, BytesView content, std::string media_type,
                           Confidentiality confidentiality);

/// A signature that must be there: without this, a line of bundle.intoto.jsonl could be deleted.
struct RequiredSigner {
  std::string role;    ///< "lab", "waiver-authority"
  std::string key_id;  ///< 64 hex digits

  bool operator==(const RequiredSigner&) const = default;
};

struct BundleManifest {
  Confidentiality edition = Confidentiality::kConfidential;
  std::string run_id;
  std::vector<ManifestFile> files;      ///< sorted by path
  std::vector<RequiredSigner> signers;  ///< 1 to 16, sorted by role; one for each role

  const ManifestFile* file(std::string_view path) const;  ///< nullptr where it is not listed

  bool operator==(const BundleManifest&) const = default;
};

/// Files of a bundle that no manifest can list, because they are made from it: the manifest itself,
/// the envelopes, the signers' certificates, the ledger's proofs of the run's entries, the time
/// stamp.
std::span<const std::string_view> files_beside_manifest();

/// Canonical JSON. kInvalid where files or signers are not sorted or stand twice, a path or media
/// type is no such, a file is one of those beside the manifest, or a public edition holds a
/// confidential file; kLimit over 20,000 files.
Result<std::string> write_manifest(const BundleManifest& manifest);

/// Accepts only what write_manifest would have written, byte for byte. kInvalid, kLimit, and
/// kUnsupported for another format.
Result<BundleManifest> parse_manifest(std::string_view text);

/// Everything in which the bundle's files are not as the manifest says: missing, of another size or
/// digest, or not listed. Empty where all is well; at most 100 are named. `where` is the file.
/// Files are digested on that many threads.
std::vector<Error> compare_files(const BundleManifest& manifest, std::span<const ZipEntry> entries,
                                 std::size_t workers = 1);

}  // namespace parley::evidence
