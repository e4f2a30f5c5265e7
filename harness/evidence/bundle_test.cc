// All pieces together: a lab enters a run in its ledger, records, seals, signs and packs it in two
// editions. Readers take the bundle apart again: ours, and docs/examples/check_bundle.mjs, which
// has none of our code. Then an enemy has it for a while.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>

#include "harness/base/encoding.h"
#include "harness/base/file.h"
#include "harness/crypto/certificate_chain.h"
#include "harness/evidence/bundle_manifest.h"
#include "harness/evidence/dsse.h"
#include "harness/evidence/ledger.h"
#include "harness/evidence/recorder.h"
#include "harness/evidence/sealed_transcript.h"
#include "harness/evidence/statement.h"
#include "harness/evidence/zip_archive.h"

namespace parley::evidence {
namespace {

using crypto::KeyAlgorithm;
using crypto::SigningKey;
using ::testing::HasSubstr;

constexpr TimePoint kNow = TimePoint(std::chrono::seconds(1'800'000'000));
constexpr auto kDay = std::chrono::hours(24);
const std::string kOrigin = "parley.example/lab/example-test-lab";

class FixedClock final : public Clock {
 public:
  TimePoint now() const override { return kNow; }
};

crypto::Digest32 digest(std::string_view text) { return crypto::sha256(as_bytes(text)); }

/// Files by name; what a zip is made of.
using Files = std::map<std::string, std::string>;

Bytes packed(const Files& files) {
  std::vector<ZipEntry> entries;
  for (const auto& [name, content] : files) entries.push_back({name, as_bytes(content)});
  return write_zip(entries).value();
}

class Lab {
 public:
  explicit Lab(KeyAlgorithm algorithm = KeyAlgorithm::kEd25519, std::uint64_t seed = 1)
      : random_(seed, "lab"),
        root_(crypto::make_lab_root(SigningKey::generate(algorithm, random_), "Example Lab Root",
                                    {kNow - kDay, kNow + kDay}, random_)
                  .value()),
        signer_(SigningKey::generate(algorithm, random_)),
        chain_(crypto::issue_signer(root_, signer_.public_key(), "Example Lab",
                                    {kNow - kDay, kNow + kDay}, random_)
                   .value()),
        log_key_(SigningKey::generate(KeyAlgorithm::kEd25519, random_)) {
    // Somebody else's run came before.
    EXPECT_TRUE(ledger_.append(opened("R0")).ok());
  }

  Files run(const std::string& run_id, Confidentiality edition) {
    const std::uint64_t index = ledger_.append(opened(run_id)).value();
    Files files{{"result.json", "{\"a\":1}"}, {"chain.pem", chain_}};
    const TreeHead transcript = seal(run_id, index, edition, files);
    BundleManifest manifest{.edition = edition,
                            .run_id = run_id,
                            .files = {},
                            .signers = {{"lab", signer_.public_key().key_id()}}};
    for (const auto& [name, content] : files) {
      if (name == "chain.pem") continue;
      manifest.files.push_back(describe_file(
          name, as_bytes(content), "application/json",
          name.starts_with("bodies/") ? Confidentiality::kConfidential : Confidentiality::kPublic));
    }
    files["manifest.json"] = write_manifest(manifest).value();
    sign(run_id, transcript, files);
    return files;
  }

  const std::string& root() const { return root_.certificate_pem; }
  NoteKey log() const { return NoteKey::create(kOrigin, log_key_.public_key()).value(); }

 private:
  static RunOpened opened(const std::string& run_id) {
    return {.run_id = run_id,
            .time = kNow,
            .iut = "PartnerApp@3.1.0",
            .iut_sha256 = digest("iut"),
            .profile = "messaging-1to1/2026.11",
            .plan_sha256 = digest("plan")};
  }

  TreeHead seal(const std::string& run_id, std::uint64_t index, Confidentiality edition,
                Files& files) {
    FixedClock clock;
    Recorder recorder(clock);
    for (int i = 0; i < 5; ++i) {
      recorder.record({.party = "bob", .kind = "x", .facts = {{"i", i}}, .body = to_bytes("hi")});
    }
    TranscriptSealer sealer({.run_id = run_id, .time = kNow, .ledger_index = index},
                            SaltKey::draw(random_));
    std::string lines = sealer.begin() + "\n";
    std::string bodies;
    for (const Record& record : recorder.records()) {
      const TranscriptSealer::Sealed sealed = sealer.seal(record, "text.one");
      lines += sealed.line + "\n";
      bodies += sealed.opening + "\n";
    }
    files["transcript.jsonl"] = lines + sealer.end(kNow) + "\n";
    if (edition == Confidentiality::kConfidential) files["bodies/0000.jsonl"] = bodies;
    return sealer.head();
  }

  void sign(const std::string& run_id, const TreeHead& transcript, Files& files) {
    const TestStatement statement{.subjects = {{"manifest.json", digest(files.at("manifest.json"))},
                                               {"result.json", digest(files.at("result.json"))}},
                                  .configuration = {{"plan.json", digest("plan")}},
                                  .passed = {"text.one"},
                                  .warned = {},
                                  .failed = {},
                                  .sentence = "conformant",
                                  .profile = "messaging-1to1/2026.11",
                                  .run_id = run_id,
                                  .nonce = "",
                                  .transcript = transcript};
    DsseEnvelope envelope{
        std::string(kInTotoPayloadType), to_bytes(write_statement(statement).value()), {}};
    envelope.sign(signer_);
    files["bundle.intoto.jsonl"] = to_line(envelope) + "\n";
    const crypto::Digest32 named = crypto::sha256(envelope.payload);
    const bool is_public = !files.contains("bodies/0000.jsonl");
    const RunClosed closed{run_id, kNow, is_public ? digest("other") : named,
                           is_public ? named : digest("other")};
    EXPECT_TRUE(ledger_.append(closed).ok());
    const std::string checkpoint = ledger_.checkpoint(kOrigin, log_key_).value();
    files["ledger.tlog-proof"] =
        to_text(ledger_.prove(*ledger_.opened(run_id), checkpoint).value());
    files["ledger-close.tlog-proof"] =
        to_text(ledger_.prove(*ledger_.closed(run_id), checkpoint).value());
  }

  SeededRandom random_;
  crypto::LabRoot root_;
  SigningKey signer_;
  std::string chain_;
  SigningKey log_key_;
  Ledger ledger_;
};

/// What a verifier does first, with our readers: the statement of the bundle, where all holds.
Result<TestStatement> verified(BytesView archive, const std::string& roots, const NoteKey& log) {
  PARLEY_ASSIGN(const std::vector<ZipEntry> entries, read_zip(archive));
  const auto text = [&](std::string_view name) {
    return std::string(as_text(find_entry(entries, name).value_or(BytesView())));
  };
  const crypto::ChainVerdict chain = crypto::verify_chain(text("chain.pem"), roots, kNow);
  if (!chain.valid()) return make_error(ErrorCode::kAuth, chain.reason);
  PARLEY_ASSIGN(const auto envelopes, parse_envelopes(text("bundle.intoto.jsonl")));
  PARLEY_TRY(verify_envelope(envelopes[0], kInTotoPayloadType, std::vector{*chain.signer}));
  PARLEY_ASSIGN(TestStatement statement, parse_statement(as_text(envelopes[0].payload)));
  PARLEY_ASSIGN(const TlogProof proof, parse_tlog_proof(text("ledger-close.tlog-proof")));
  PARLEY_TRY(verify_logged(as_bytes(proof.entry), proof, log));
  PARLEY_ASSIGN(const LedgerEntry entry, parse_ledger_line(proof.entry));
  const auto* closed = std::get_if<RunClosed>(&entry);
  const crypto::Digest32 signed_one = crypto::sha256(envelopes[0].payload);
  if (closed == nullptr || (signed_one != closed->public_statement_sha256 &&
                            signed_one != closed->statement_sha256)) {
    return make_error(ErrorCode::kAuth, "the ledger names another statement");
  }
  const Artifact* subject = statement.subject("manifest.json");
  if (subject == nullptr || subject->sha256 != digest(text("manifest.json"))) {
    return make_error(ErrorCode::kAuth, "another manifest");
  }
  PARLEY_ASSIGN(const BundleManifest manifest, parse_manifest(text("manifest.json")));
  const std::vector<Error> faults = compare_files(manifest, entries);
  if (!faults.empty()) return faults.front();
  TranscriptVerifier transcript;
  PARLEY_TRY(transcript.text(text("transcript.jsonl")));
  if (transcript.head() != statement.transcript) {
    return make_error(ErrorCode::kAuth, "another transcript");
  }
  return statement;
}

/// What the checker without our code says; its exit code.
class OtherChecker {
 public:
  OtherChecker() { std::filesystem::create_directories(folder_); }
  ~OtherChecker() { std::filesystem::remove_all(folder_); }

  static bool available() { return std::system("node --version >/dev/null 2>&1") == 0; }

  int check(BytesView archive, const std::string& roots, const NoteKey& log) const {
    EXPECT_TRUE(write_file_atomically(folder_ / "bundle.zip", archive).ok());
    EXPECT_TRUE(write_file_atomically(folder_ / "roots.pem", roots).ok());
    const std::string in = " '" + (folder_ / "").string();
    const std::string command = "node '" PARLEY_SOURCE_DIR "/docs/examples/check_bundle.mjs'" + in +
                                "bundle.zip'" + in + "roots.pem' '" + log.text() + "' >" +
                                (folder_ / "said").string() + " 2>&1";
    const int status = std::system(command.c_str());
    said_ = read_text_file(folder_ / "said").value();
    return status;
  }
  const std::string& said() const { return said_; }

 private:
  const std::filesystem::path folder_ =
      std::filesystem::path(::testing::TempDir()) / "parley_bundle_test";
  mutable std::string said_;
};

TEST(Bundle, BothEditionsHoldAndHaveOneRoot) {
  Lab confidential;
  Lab open;
  const auto a = verified(packed(confidential.run("R1", Confidentiality::kConfidential)),
                          confidential.root(), confidential.log());
  const auto b =
      verified(packed(open.run("R1", Confidentiality::kPublic)), open.root(), open.log());
  ASSERT_TRUE(a.ok()) << a.error().text();
  ASSERT_TRUE(b.ok()) << b.error().text();
  EXPECT_EQ(a->transcript, b->transcript);
  EXPECT_EQ(a->sentence, "conformant");
}

TEST(Bundle, AnotherImplementationAgrees) {
  if (!OtherChecker::available()) GTEST_SKIP() << "node is not installed";
  const OtherChecker other;
  for (const KeyAlgorithm algorithm : {KeyAlgorithm::kEd25519, KeyAlgorithm::kEcdsaP256}) {
    for (const auto edition : {Confidentiality::kConfidential, Confidentiality::kPublic}) {
      Lab lab(algorithm);
      lab.run("R1", edition);  // so that the ledger has some depth
      const Bytes archive = packed(lab.run("R2", edition));
      EXPECT_EQ(other.check(archive, lab.root(), lab.log()), 0) << other.said();
    }
  }
}

TEST(Bundle, WhatAnEnemyChangesBothNotice) {
  struct Attack {
    std::string name;
    std::function<void(Files&)> change;
    std::string we_say;
    std::string other_says;
  };
  Lab lab;
  const Files other_run = lab.run("R1", Confidentiality::kConfidential);
  const Files sound = lab.run("R2", Confidentiality::kConfidential);
  Lab stranger(KeyAlgorithm::kEd25519, 2);
  const Files strange = stranger.run("R2", Confidentiality::kConfidential);
  const auto take = [](const Files& from, std::string name) {
    return [&from, name](Files& files) { files[name] = from.at(name); };
  };
  const Attack attacks[] = {
      {"the result", [](Files& f) { f["result.json"] = "{\"a\":2}"; }, "result.json: has another",
       "subjects are the files: result.json"},
      {"a file more", [](Files& f) { f["extra.json"] = "{}"; },
       "extra.json: is in the bundle and not", "extra.json is not listed"},
      {"a file less", [](Files& f) { f.erase("bodies/0000.jsonl"); },
       "bodies/0000.jsonl: is in the manifest and not", "bodies/0000.jsonl is missing"},
      {"another run's manifest", take(other_run, "manifest.json"), "another manifest",
       "subjects are the files: manifest.json"},
      {"another run's transcript", take(other_run, "transcript.jsonl"),
       "transcript.jsonl: has another", "transcript.jsonl was changed"},
      {"another run's envelope", take(other_run, "bundle.intoto.jsonl"), "the ledger names another",
       "ledger names this statement"},
      {"another run's ledger entry", take(other_run, "ledger-close.tlog-proof"),
       "the ledger names another", "another run"},
      {"a stranger's envelope", take(strange, "bundle.intoto.jsonl"), "of a trusted key",
       "not by the signer"},
      {"a stranger's chain", take(strange, "chain.pem"), "local issuer certificate",
       "a foreign root"},
      {"a stranger's ledger", take(strange, "ledger-close.tlog-proof"), "no known key has signed",
       "not signed by the log"},
      {"a stranger's whole bundle", [&](Files& f) { f = strange; }, "local issuer certificate",
       "not signed by the log"},
      {"a line less",
       [](Files& f) { f["transcript.jsonl"].erase(0, f["transcript.jsonl"].find('\n') + 1); },
       "transcript.jsonl: has", "transcript.jsonl was changed"},
      {"no envelope", [](Files& f) { f["bundle.intoto.jsonl"] = ""; }, "there is no envelope",
       "statement is signed"}};
  const bool ask_other = OtherChecker::available();
  const OtherChecker other;
  for (const Attack& attack : attacks) {
    Files files = sound;
    attack.change(files);
    const Bytes archive = packed(files);
    const auto ours = verified(archive, lab.root(), lab.log());
    ASSERT_FALSE(ours.ok()) << attack.name;
    EXPECT_THAT(ours.error().text(), HasSubstr(attack.we_say)) << attack.name;
    if (!ask_other) continue;
    EXPECT_NE(other.check(archive, lab.root(), lab.log()), 0) << attack.name;
    EXPECT_THAT(other.said(), HasSubstr("FAIL")) << attack.name;
    EXPECT_THAT(other.said(), HasSubstr(attack.other_says)) << attack.name;
  }
  EXPECT_TRUE(verified(packed(sound), lab.root(), lab.log()).ok());
}

}  // namespace
}  // namespace parley::evidence
