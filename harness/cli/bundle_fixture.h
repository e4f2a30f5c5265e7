// A lab that runs a few test cases and signs them, and an enemy who has its bundle for a while; and
// its key, where the lab itself is the enemy.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "harness/base/file.h"
#include "harness/cli/cli.h"
#include "harness/cli/lab_keys.h"
#include "harness/crypto/hash.h"
#include "harness/evidence/bundle.h"
#include "harness/evidence/dsse.h"
#include "harness/evidence/zip_archive.h"
#include "harness/judge/result_json.h"

namespace parley::cli {

/// Files of a bundle by name.
using Files = std::map<std::string, std::string>;

inline Files unpacked(BytesView archive) {
  Files out;
  const std::vector<evidence::ZipEntry> entries = evidence::read_zip(archive).value();
  for (const evidence::ZipEntry& entry : entries) {
    out[entry.name] = std::string(as_text(entry.content));
  }
  return out;
}

inline Bytes packed(const Files& files) {
  std::vector<evidence::ZipEntry> entries;
  for (const auto& [name, content] : files) entries.push_back({name, as_bytes(content)});
  return evidence::write_zip(entries).value();
}

inline evidence::TestStatement statement_in(const Files& files) {
  const auto envelopes =
      evidence::parse_envelopes(files.at(std::string(evidence::kEnvelopeFile))).value();
  return evidence::parse_statement(as_text(envelopes[0].payload)).value();
}

using ChangeStatement = std::function<void(evidence::TestStatement&)>;

/// Manifest, statement and signature anew over whatever the files are now.
inline void sign_again(Files& files, const crypto::SigningKey& key,
                       const ChangeStatement& change = {}) {
  const std::string manifest_name(evidence::kManifestFile);
  auto manifest = evidence::parse_manifest(files.at(manifest_name)).value();
  const auto before = manifest;
  manifest.files.clear();
  const auto beside = evidence::files_beside_manifest();
  for (const auto& [name, content] : files) {
    if (std::ranges::find(beside, name) != beside.end()) continue;
    const evidence::ManifestFile* old = before.file(name);
    manifest.files.push_back(evidence::describe_file(
        name, as_bytes(content), old != nullptr ? old->media_type : "application/json",
        old != nullptr ? old->confidentiality : evidence::Confidentiality::kPublic));
  }
  manifest.signers[0].key_id = key.public_key().key_id();
  evidence::TestStatement statement = statement_in(files);
  if (change) change(statement);
  files[manifest_name] = evidence::write_manifest(manifest).value();
  for (evidence::Artifact& subject : statement.subjects) {
    subject.sha256 = crypto::sha256(as_bytes(files.at(subject.name)));
  }
  evidence::DsseEnvelope envelope{std::string(evidence::kInTotoPayloadType),
                                  to_bytes(evidence::write_statement(statement).value()),
                                  {}};
  envelope.sign(key);
  files[std::string(evidence::kEnvelopeFile)] = evidence::to_line(envelope) + "\n";
}

struct Said {
  int code = -1;
  std::string out;
  std::string err;
};

/// The command line, in this process.
inline Said say(const std::vector<std::string>& arguments) {
  std::ostringstream out;
  std::ostringstream err;
  Said said;
  said.code = main(arguments, {out, err});
  said.out = out.str();
  said.err = err.str();
  return said;
}

/// Made once for all tests of a program: it takes longer than they do.
class BundleWorld {
 public:
  BundleWorld()
      : folder_(std::filesystem::path(testing::TempDir()) /
                ("parley-bundles-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    expect({"keys", "init", path("lab"), "--name", "Example Lab"});
    expect({"keys", "init", path("stranger"), "--name", "Example Lab"});
    for (const char* seed : {"1", "2"}) {
      const std::string run = path(std::string("run") + seed);
      expect({"run", "text.both-ways", "text.reply", "--seed", seed, "--out", run});
    }
    const std::string asked = "regulator-7";
    expect({"bundle", path("run1"), "--keys", path("lab"), "--out", path("sound.zip"), "--nonce",
            asked});
    expect({"bundle", path("run1"), "--keys", path("lab"), "--out", path("public.zip"), "--nonce",
            asked, "--public"});
    expect({"bundle", path("run2"), "--keys", path("lab"), "--out", path("other.zip"), "--nonce",
            asked});
    expect({"bundle", path("run1"), "--keys", path("stranger"), "--out", path("strange.zip"),
            "--nonce", asked});
  }
  ~BundleWorld() { std::filesystem::remove_all(folder_); }
  BundleWorld(const BundleWorld&) = delete;
  BundleWorld& operator=(const BundleWorld&) = delete;

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  Bytes archive(const std::string& name) const { return read_file(path(name)).value(); }
  Files files(const std::string& name) const { return unpacked(archive(name)); }
  crypto::SigningKey lab() const { return load_lab_keys(path("lab")).value().key; }
  crypto::SigningKey stranger() const { return load_lab_keys(path("stranger")).value().key; }
  std::string roots() const { return read_text_file(path("lab/roots.pem")).value(); }

  static const BundleWorld& shared() {
    static const BundleWorld world;
    return world;
  }

 private:
  static void expect(const std::vector<std::string>& arguments) {
    const Said said = say(arguments);
    EXPECT_EQ(said.code, 0) << arguments[0] << ": " << said.err;
  }
  std::filesystem::path folder_;
};

}  // namespace parley::cli
