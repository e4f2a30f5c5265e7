#include "harness/evidence/bundle.h"

#include <algorithm>
#include <utility>

#include "harness/evidence/dsse.h"
#include "harness/evidence/zip_archive.h"

namespace parley::evidence {
namespace {

Result<std::string> manifest_text(const BundleContent& content, const std::string& key_id) {
  BundleManifest manifest;
  manifest.edition = content.edition;
  manifest.run_id = content.statement.run_id;
  manifest.signers = {{"lab", key_id}};
  for (const BundleFile& file : content.files) {
    manifest.files.push_back(
        describe_file(file.name, as_bytes(file.content), file.media_type, file.confidentiality));
  }
  return write_manifest(manifest);
}

}  // namespace

Result<Bytes> write_bundle(BundleContent content, const crypto::SigningKey& lab) {
  if (content.edition == Confidentiality::kPublic) {
    std::erase_if(content.files, [](const BundleFile& file) {
      return file.confidentiality != Confidentiality::kPublic;
    });
  }
  std::ranges::sort(content.files, {}, &BundleFile::name);
  const auto result = std::ranges::find(content.files, kResultFile, &BundleFile::name);
  if (result == content.files.end()) {
    return make_error(ErrorCode::kInvalid, "is not among the files", std::string(kResultFile));
  }
  PARLEY_ASSIGN(const std::string manifest, manifest_text(content, lab.public_key().key_id()));
  content.statement.subjects = {
      {std::string(kManifestFile), crypto::sha256(as_bytes(manifest))},
      {std::string(kResultFile), crypto::sha256(as_bytes(result->content))}};
  PARLEY_ASSIGN(const std::string payload, write_statement(content.statement));
  DsseEnvelope envelope{std::string(kInTotoPayloadType), to_bytes(payload), {}};
  envelope.sign(lab);
  const std::string envelopes = to_line(envelope) + "\n";

  std::vector<ZipEntry> entries{{std::string(kManifestFile), as_bytes(manifest)},
                                {std::string(kEnvelopeFile), as_bytes(envelopes)},
                                {std::string(kChainPemFile), as_bytes(content.chain_pem)}};
  for (const BundleFile& file : content.files) {
    entries.push_back({file.name, as_bytes(file.content)});
  }
  return write_zip(entries);
}

}  // namespace parley::evidence
