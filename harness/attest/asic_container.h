// A bundle as an Associated Signature Container (ASiC-E with CAdES, ETSI EN 319 162-1), the form in
// which authorities in the Union take signed files. The bundle's own signature stays what it is;
// this is one more, by whoever files it.
#pragma once

#include <span>
#include <string>

#include "harness/base/bytes.h"
#include "harness/base/clock.h"
#include "harness/base/result.h"
#include "harness/crypto/cades.h"
#include "harness/evidence/zip_archive.h"

namespace parley::attest {

inline constexpr std::string_view kAsicMimetype = "application/vnd.etsi.asic-e+zip";
inline constexpr std::string_view kAsicManifestFile = "META-INF/ASiCManifest001.xml";
inline constexpr std::string_view kAsicSignatureFile = "META-INF/signature001.p7s";

/// ASiCManifest001.xml: every file with the SHA-256 of its content, in the order given.
std::string asic_manifest(std::span<const evidence::ZipEntry> files);

/// The container: "mimetype" first, then the files, the manifest over them and the signature over
/// the manifest. kInvalid where a file has one of those names, and the errors of write_zip.
Result<Bytes> write_asic(std::span<const evidence::ZipEntry> files,
                         const crypto::SealIdentity& signer, TimePoint when);

}  // namespace parley::attest
