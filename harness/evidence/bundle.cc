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

Result<SignedBundle> sign_bundle(BundleContent content, const crypto::SigningKey& lab) {
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
  PARLEY_ASSIGN(std::string manifest, manifest_text(content, lab.public_key().key_id()));
  content.statement.subjects = {
      {std::string(kManifestFile), crypto::sha256(as_bytes(manifest))},
      {std::string(kResultFile), crypto::sha256(as_bytes(result->content))}};
  PARLEY_ASSIGN(const std::string payload, write_statement(content.statement));
  DsseEnvelope envelope{std::string(kInTotoPayloadType), to_bytes(payload), {}};
  envelope.sign(lab);

  SignedBundle out;
  out.statement_sha256 = crypto::sha256(as_bytes(payload));
  out.statement = std::move(content.statement);
  out.files = std::move(content.files);
  out.files.push_back({.name = std::string(kManifestFile), .content = std::move(manifest)});
  out.files.push_back({.name = std::string(kEnvelopeFile), .content = to_line(envelope) + "\n"});
  out.files.push_back(
      {.name = std::string(kChainPemFile), .content = std::move(content.chain_pem)});
  return out;
}

Result<Bytes> pack_bundle(const SignedBundle& bundle, std::span<const BundleFile> beside) {
  std::vector<ZipEntry> entries;
  for (const BundleFile& file : bundle.files)
    entries.push_back({file.name, as_bytes(file.content)});
  for (const BundleFile& file : beside) entries.push_back({file.name, as_bytes(file.content)});
  return write_zip(entries);
}

Result<Bytes> write_bundle(BundleContent content, const crypto::SigningKey& lab) {
  PARLEY_ASSIGN(const SignedBundle bundle, sign_bundle(std::move(content), lab));
  return pack_bundle(bundle);
}

}  // namespace parley::evidence
