#include "harness/evidence/bundle_manifest.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/base/json_members.h"
#include "harness/base/share_out.h"

namespace parley::evidence {
namespace {

constexpr JsonLimits kLimits{.bytes = 16 * 1024 * 1024, .depth = 3};
constexpr std::size_t kMaxFiles = 20'000;
constexpr std::size_t kMaxSigners = 16;
constexpr std::size_t kMaxFaults = 100;
constexpr std::size_t kMaxName = 512;

constexpr std::array<std::string_view, 6> kBeside{"bundle.intoto.jsonl",     "chain.pem",
                                                  "ledger-close.tlog-proof", "ledger.tlog-proof",
                                                  "manifest.json",           "timestamp.tsr"};

Error wrong(std::string what, std::string where = "manifest") {
  return make_error(ErrorCode::kInvalid, std::move(what), std::move(where));
}

bool is_token(std::string_view text, std::string_view also) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || also.find(c) != also.npos;
  });
}

/// "type/subtype" (RFC 6838), in lower case and without parameters.
bool is_media_type(std::string_view text) {
  const std::size_t slash = text.find('/');
  return slash != std::string_view::npos && is_token(text.substr(0, slash), "-") &&
         is_token(text.substr(slash + 1), ".+-");
}

Status check_file(const ManifestFile& file, Confidentiality edition) {
  if (Status sound = check_zip_name(file.path); !sound) {
    return wrong(sound.error().message, "manifest, \"" + file.path + "\"");
  }
  if (std::ranges::find(kBeside, file.path) != kBeside.end()) {
    return wrong("is made from the manifest and cannot be listed in it", file.path);
  }
  if (!is_media_type(file.media_type)) {
    return wrong("\"" + file.media_type + "\" is no media type in lower case", file.path);
  }
  if (edition == Confidentiality::kPublic &&
      file.confidentiality == Confidentiality::kConfidential) {
    return wrong("is confidential, in a public edition", file.path);
  }
  return {};
}

Status check(const BundleManifest& manifest) {
  if (manifest.files.size() > kMaxFiles) {
    return make_error(ErrorCode::kLimit, "lists more than 20000 files", "manifest");
  }
  for (std::size_t i = 0; i < manifest.files.size(); ++i) {
    PARLEY_TRY(check_file(manifest.files[i], manifest.edition));
    if (i > 0 && manifest.files[i - 1].path >= manifest.files[i].path) {
      return wrong("is not in the order of the paths, or is there twice", manifest.files[i].path);
    }
  }
  if (manifest.signers.empty() || manifest.signers.size() > kMaxSigners) {
    return wrong("must name 1 to 16 signers");
  }
  for (std::size_t i = 0; i < manifest.signers.size(); ++i) {
    if (!is_token(manifest.signers[i].role, "-")) return wrong("a signer's role is no word");
    if (i > 0 && manifest.signers[i - 1].role >= manifest.signers[i].role) {
      return wrong("the signers are not in the order of their roles, or one is there twice");
    }
  }
  return {};
}

json::object to_json(const BundleManifest& manifest) {
  json::array files;
  for (const ManifestFile& file : manifest.files) {
    files.push_back(json::object{{"path", file.path},
                                 {"size", file.size},
                                 {"sha256", hex(file.sha256)},
                                 {"mediaType", file.media_type},
                                 {"confidentiality", to_string(file.confidentiality)}});
  }
  json::array signers;
  for (const RequiredSigner& signer : manifest.signers) {
    signers.push_back(json::object{{"role", signer.role}, {"keyid", signer.key_id}});
  }
  return {{"format", kBundleFormat},
          {"edition", to_string(manifest.edition)},
          {"runId", manifest.run_id},
          {"files", std::move(files)},
          {"signers", std::move(signers)}};
}

Result<Confidentiality> confidentiality_member(JsonMembers& members, std::string_view name) {
  PARLEY_ASSIGN(const std::string word, members.text(name));
  for (const auto known : {Confidentiality::kPublic, Confidentiality::kConfidential}) {
    if (to_string(known) == word) return known;
  }
  return members.wrong(name, "must be \"public\" or \"confidential\"");
}

Result<ManifestFile> read_file_row(const json::value& value, std::string where) {
  PARLEY_ASSIGN(JsonMembers members, JsonMembers::of(value, std::move(where)));
  ManifestFile file;
  PARLEY_ASSIGN(file.path, members.text("path", kMaxName));
  PARLEY_ASSIGN(file.size, members.count("size"));
  PARLEY_ASSIGN(const Bytes sha256, members.hex_bytes("sha256", 32));
  file.sha256 = to_array<32>(sha256);
  PARLEY_ASSIGN(file.media_type, members.text("mediaType", kMaxName));
  PARLEY_ASSIGN(file.confidentiality, confidentiality_member(members, "confidentiality"));
  PARLEY_TRY(members.end());
  return file;
}

Result<RequiredSigner> read_signer(const json::value& value, std::string where) {
  PARLEY_ASSIGN(JsonMembers members, JsonMembers::of(value, std::move(where)));
  RequiredSigner signer;
  PARLEY_ASSIGN(signer.role, members.text("role", kMaxName));
  PARLEY_ASSIGN(const Bytes key_id, members.hex_bytes("keyid", 32));
  signer.key_id = hex(key_id);
  PARLEY_TRY(members.end());
  return signer;
}

/// All of it but its spelling.
Result<BundleManifest> read(std::string_view text) {
  PARLEY_ASSIGN(const json::value value, parse_json(text, "manifest", kLimits));
  PARLEY_ASSIGN(JsonMembers members, JsonMembers::of(value, "manifest"));
  PARLEY_ASSIGN(const std::string format, members.text("format"));
  if (format != kBundleFormat) {
    return make_error(
        ErrorCode::kUnsupported,
        "is \"" + format + "\", where \"" + std::string(kBundleFormat) + "\" is understood",
        members.where("format"));
  }
  BundleManifest manifest;
  PARLEY_ASSIGN(manifest.edition, confidentiality_member(members, "edition"));
  PARLEY_ASSIGN(manifest.run_id, members.text("runId", kMaxName));
  PARLEY_ASSIGN(const json::array* files, members.array("files", kMaxFiles));
  for (std::size_t i = 0; i < files->size(); ++i) {
    PARLEY_ASSIGN(ManifestFile file,
                  read_file_row((*files)[i], "manifest.files[" + std::to_string(i) + "]"));
    manifest.files.push_back(std::move(file));
  }
  PARLEY_ASSIGN(const json::array* signers, members.array("signers", kMaxSigners));
  for (std::size_t i = 0; i < signers->size(); ++i) {
    PARLEY_ASSIGN(RequiredSigner signer,
                  read_signer((*signers)[i], "manifest.signers[" + std::to_string(i) + "]"));
    manifest.signers.push_back(std::move(signer));
  }
  PARLEY_TRY(members.end());
  PARLEY_TRY(check(manifest));
  return manifest;
}

}  // namespace

std::string_view to_string(Confidentiality confidentiality) {
  return confidentiality == Confidentiality::kPublic ? "public" : "confidential";
}

ManifestFile describe_file(std::string path, BytesView content, std::string media_type,
                           Confidentiality confidentiality) {
  return {std::move(path), content.size(), crypto::sha256(content), std::move(media_type),
          confidentiality};
}

const ManifestFile* BundleManifest::file(std::string_view path) const {
  const auto found = std::ranges::lower_bound(files, path, {}, &ManifestFile::path);
  return found == files.end() || found->path != path ? nullptr : &*found;
}

std::span<const std::string_view> files_beside_manifest() { return kBeside; }

Result<std::string> write_manifest(const BundleManifest& manifest) {
  PARLEY_TRY(check(manifest));
  std::string text = canonical(to_json(manifest));
  PARLEY_TRY(read(text));  // nobody should sign what a reader refuses
  return text;
}

Result<BundleManifest> parse_manifest(std::string_view text) {
  PARLEY_ASSIGN(BundleManifest manifest, read(text));
  if (canonical(to_json(manifest)) != text) return wrong("is not written in canonical JSON");
  return manifest;
}

std::vector<Error> compare_files(const BundleManifest& manifest, std::span<const ZipEntry> entries,
                                 std::size_t workers) {
  std::vector<crypto::Digest32> digests(entries.size());
  share_out(entries.size(), workers,
            [&](std::size_t i) { digests[i] = crypto::sha256(entries[i].content); });
  std::vector<Error> faults;
  const auto report = [&](ErrorCode code, std::string what, const std::string& path) {
    if (faults.size() < kMaxFaults) faults.push_back(make_error(code, std::move(what), path));
  };
  std::map<std::string_view, std::size_t> found;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const ZipEntry& entry = entries[i];
    found.emplace(entry.name, i);
    const bool beside = std::ranges::find(kBeside, entry.name) != kBeside.end();
    if (!beside && manifest.file(entry.name) == nullptr) {
      report(ErrorCode::kInvalid, "is in the bundle and not in its manifest", entry.name);
    }
  }
  for (const ManifestFile& file : manifest.files) {
    const auto index = found.find(file.path);
    if (index == found.end()) {
      report(ErrorCode::kNotFound, "is in the manifest and not in the bundle", file.path);
      continue;
    }
    const std::size_t size = entries[index->second].content.size();
    if (size != file.size) {
      report(ErrorCode::kAuth,
             "has " + std::to_string(size) + " bytes, where the manifest has " +
                 std::to_string(file.size),
             file.path);
    } else if (digests[index->second] != file.sha256) {
      report(ErrorCode::kAuth, "has another SHA-256 than the manifest", file.path);
    }
  }
  return faults;
}

}  // namespace parley::evidence
