#include "harness/cli/run_source.h"

#include <chrono>
#include <utility>
#include <vector>

#include "harness/attest/selection.h"
#include "harness/base/encoding.h"
#include "harness/base/file.h"
#include "harness/base/json.h"
#include "harness/cli/output_folder.h"
#include "harness/cli/served_session.h"
#include "harness/crypto/certificate_chain.h"
#include "harness/crypto/hash.h"
#include "harness/evidence/bundle.h"
#include "harness/evidence/bundle_manifest.h"
#include "harness/evidence/dsse.h"
#include "harness/evidence/sealed_transcript.h"
#include "harness/evidence/statement.h"
#include "harness/evidence/transcript.h"
#include "harness/evidence/zip_archive.h"
#include "harness/judge/result_json.h"

namespace parley::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxBundle = std::size_t{1} << 30;
constexpr std::size_t kMaxTranscript = std::size_t{1} << 29;
constexpr std::size_t kMaxResult = 64 * 1024 * 1024;

// Keeps the first damage.
class FirstDamage final : public evidence::CorruptionSink {
 public:
  void corruption(std::size_t line, std::size_t, const Error& error) override {
    if (!first) first = at("transcript.jsonl line " + std::to_string(line), error);
  }
  std::optional<Error> first;
};

// Hands on a case's records when those of the next one begin.
class ByCase {
 public:
  explicit ByCase(const CaseRecords& take) : take_(take) {}
  void add(std::string_view test_case, evidence::Record record) {
    if (test_case != case_) finish();
    case_ = test_case;
    records_.push_back(std::move(record));
  }
  void finish() {
    if (!records_.empty()) take_(case_, records_);
    records_.clear();
  }

 private:
  const CaseRecords& take_;
  std::string case_;
  std::vector<evidence::Record> records_;
};

Result<judge::RunResult> read_result(std::string_view text) {
  const std::string name(evidence::kResultFile);
  PARLEY_ASSIGN(const json::value value, parse_json(text, name, {.bytes = kMaxResult}));
  auto result = judge::run_result_from_json(value);
  if (!result.ok()) return at(name, std::move(result).error());
  return result;
}

// What "parley serve" had recorded before it was killed.
Status read_killed_session(const fs::path& folder, RunSource& out) {
  PARLEY_ASSIGN(const std::string cases, read_text_file(folder / kCasesFile, kMaxTranscript));
  PARLEY_ASSIGN(const std::string checkpoints,
                read_text_file(folder / kCheckpointsFile, kMaxTranscript));
  PARLEY_ASSIGN(RecoveredSession session,
                recover_session(std::move(out.result), out.transcript, cases, checkpoints));
  out.result = std::move(session.result);
  out.transcript = std::move(session.transcript);
  out.has_records = true;
  out.note = "the session was killed; this is its record up to the last checkpoint, which leaves " +
             std::to_string(session.left_out) + " bytes out";
  return {};
}

Result<RunSource> read_folder(const fs::path& folder) {
  RunSource out;
  PARLEY_ASSIGN(const std::string text, read_text_file(folder / evidence::kResultFile, kMaxResult));
  PARLEY_ASSIGN(out.result, read_result(text));
  if (fs::exists(folder / attest::kSelectionFile)) {
    PARLEY_ASSIGN(out.selection, read_text_file(folder / attest::kSelectionFile));
  }
  if (fs::exists(folder / evidence::kTranscriptFile)) {
    PARLEY_ASSIGN(out.transcript,
                  read_text_file(folder / evidence::kTranscriptFile, kMaxTranscript));
    // A run that was killed has no digest of it: what it recorded is not what its result is about.
    out.has_records = !out.result.run.transcript_digest.empty();
  }
  if (out.result.run.transcript_digest.empty() && is_served_session(out.result)) {
    PARLEY_TRY(read_killed_session(folder, out));
  } else if (out.result.run.transcript_digest.empty()) {
    out.note = "the run was killed before it ended: its result says nothing";
  }
  return out;
}

Status check_signature(const std::vector<evidence::ZipEntry>& entries,
                       const crypto::VerifyKey& signer) {
  const auto lines = evidence::find_entry(entries, evidence::kEnvelopeFile);
  if (!lines) {
    return make_error(ErrorCode::kAuth, "is not in the bundle",
                      std::string(evidence::kEnvelopeFile));
  }
  PARLEY_ASSIGN(const auto envelopes, evidence::parse_envelopes(as_text(*lines)));
  for (const evidence::DsseEnvelope& envelope : envelopes) {
    const auto by = evidence::verify_envelope(envelope, evidence::kInTotoPayloadType, {{signer}});
    if (!by.ok()) continue;
    PARLEY_ASSIGN(const auto statement, evidence::parse_statement(as_text(envelope.payload)));
    const evidence::Artifact* manifest = statement.subject(evidence::kManifestFile);
    const auto content = evidence::find_entry(entries, evidence::kManifestFile);
    if (manifest != nullptr && manifest->sha256 == crypto::sha256(*content)) return {};
  }
  return make_error(ErrorCode::kAuth, "no signature over this manifest holds",
                    std::string(evidence::kEnvelopeFile));
}

// Who signed, as far as that can be said without a root that anybody trusts.
Result<std::string> signer_note(const std::vector<evidence::ZipEntry>& entries) {
  const auto chain = evidence::find_entry(entries, evidence::kChainPemFile);
  if (!chain) return std::string("the bundle is unsigned");
  const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  const crypto::ChainVerdict verdict = crypto::verify_chain(as_text(*chain), as_text(*chain), now);
  if (!verdict.valid()) return "the bundle's signature was not checked: " + verdict.reason;
  PARLEY_TRY(check_signature(entries, *verdict.signer));
  return "the bundle is signed by " + verdict.subject +
         ", for whom nobody vouches here: \"parley verify --trust\" asks who that is";
}

Result<RunSource> read_bundle(const fs::path& path) {
  RunSource out;
  PARLEY_ASSIGN(out.archive, read_file(path, kMaxBundle));
  PARLEY_ASSIGN(const std::vector<evidence::ZipEntry> entries, evidence::read_zip(out.archive));
  const auto manifest_text = evidence::find_entry(entries, evidence::kManifestFile);
  const auto result_text = evidence::find_entry(entries, evidence::kResultFile);
  if (!manifest_text || !result_text) {
    return make_error(ErrorCode::kInvalid, "is no bundle: it lacks manifest.json or result.json",
                      path.string());
  }
  PARLEY_ASSIGN(const auto manifest, evidence::parse_manifest(as_text(*manifest_text)));
  const std::vector<Error> wrong = evidence::compare_files(manifest, entries);
  if (!wrong.empty()) return wrong.front();
  PARLEY_ASSIGN(out.note, signer_note(entries));
  PARLEY_ASSIGN(out.result, read_result(as_text(*result_text)));
  if (const auto selection = evidence::find_entry(entries, attest::kSelectionFile)) {
    out.selection = as_text(*selection);
  }
  out.has_records = manifest.edition == evidence::Confidentiality::kConfidential;
  return out;
}

Status each_in_folder(const RunSource& source, ByCase& cases) {
  if (hex(crypto::sha256(as_bytes(source.transcript))) != source.result.run.transcript_digest) {
    return make_error(ErrorCode::kAuth, "is not the transcript that result.json names",
                      std::string(evidence::kTranscriptFile));
  }
  FirstDamage damage;
  evidence::TranscriptReader reader(
      [&](std::string_view test_case, evidence::Record record) {
        cases.add(test_case, std::move(record));
      },
      damage);
  reader.text(source.transcript);
  if (damage.first) return *damage.first;
  return {};
}

Status each_in_bundle(const RunSource& source, ByCase& cases) {
  PARLEY_ASSIGN(const auto entries, evidence::read_zip(source.archive));
  const auto lines = evidence::find_entry(entries, evidence::kTranscriptFile);
  if (!lines) {
    return make_error(ErrorCode::kInvalid, "is not in the bundle",
                      std::string(evidence::kTranscriptFile));
  }
  evidence::TranscriptVerifier transcript;
  PARLEY_TRY(transcript.text(as_text(*lines)));
  for (const evidence::ZipEntry& entry : entries) {
    if (!entry.name.starts_with(evidence::kBodiesFolder)) continue;
    std::string_view rest = as_text(entry.content);
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      PARLEY_ASSIGN(auto opened, transcript.open(rest.substr(0, end)));
      cases.add(opened.test_case, std::move(opened.record));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return {};
}

}  // namespace

Status RunSource::each_case(const CaseRecords& take) const {
  if (!has_records) return {};
  ByCase cases(take);
  PARLEY_TRY(archive.empty() ? each_in_folder(*this, cases) : each_in_bundle(*this, cases));
  cases.finish();
  return {};
}

Result<RunSource> read_run_source(const fs::path& path) {
  std::error_code ec;
  return fs::is_directory(path, ec) ? read_folder(path) : read_bundle(path);
}

}  // namespace parley::cli
