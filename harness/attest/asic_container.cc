#include "harness/attest/asic_container.h"

#include <vector>

#include "harness/base/encoding.h"
#include "harness/crypto/hash.h"

namespace parley::attest {
namespace {

constexpr std::string_view kMimetypeFile = "mimetype";
constexpr std::string_view kMetaFolder = "META-INF/";

std::string media_type_of(std::string_view name) {
  if (name.ends_with(".json")) return "application/json";
  if (name.ends_with(".jsonl")) return "application/jsonl";
  if (name.ends_with(".xml")) return "application/xml";
  if (name.ends_with(".html")) return "text/html";
  if (name.ends_with(".pem")) return "application/x-pem-file";
  return "application/octet-stream";
}

}  // namespace

// Names are those that check_zip_name allows: nothing in them needs escaping in XML or in a URI.
std::string asic_manifest(std::span<const evidence::ZipEntry> files) {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<asic:ASiCManifest xmlns:asic=\"http://uri.etsi.org/02918/v1.2.1#\" "
      "xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">\n"
      "  <asic:SigReference URI=\"";
  out.append(kAsicSignatureFile);
  out += "\" MimeType=\"application/x-pkcs7-signature\"/>\n";
  for (const evidence::ZipEntry& file : files) {
    out += "  <asic:DataObjectReference URI=\"" + file.name + "\" MimeType=\"" +
           media_type_of(file.name) +
           "\">\n    <ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>\n"
           "    <ds:DigestValue>" +
           base64(crypto::sha256(file.content)) +
           "</ds:DigestValue>\n  </asic:DataObjectReference>\n";
  }
  return out + "</asic:ASiCManifest>\n";
}

Result<Bytes> write_asic(std::span<const evidence::ZipEntry> files,
                         const crypto::SealIdentity& signer, TimePoint when) {
  for (const evidence::ZipEntry& file : files) {
    PARLEY_TRY(evidence::check_zip_name(file.name));
    if (file.name != kMimetypeFile && !file.name.starts_with(kMetaFolder)) continue;
    return make_error(ErrorCode::kInvalid, "is a name that containers keep for themselves",
                      file.name);
  }
  const std::string manifest = asic_manifest(files);
  PARLEY_ASSIGN(const Bytes signature, crypto::sign_cades(as_bytes(manifest), signer, when));
  std::vector<evidence::ZipEntry> entries(files.begin(), files.end());
  entries.push_back({std::string(kMimetypeFile), as_bytes(kAsicMimetype)});
  entries.push_back({std::string(kAsicManifestFile), as_bytes(manifest)});
  entries.push_back({std::string(kAsicSignatureFile), signature});
  return evidence::write_zip(entries, {.first = kMimetypeFile});
}

}  // namespace parley::attest
