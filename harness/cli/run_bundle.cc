#include "harness/cli/run_bundle.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "harness/attest/recover_run.h"
#include "harness/attest/seal_run.h"
#include "harness/attest/selection.h"
#include "harness/base/file.h"
#include "harness/cli/lab_keys.h"
#include "harness/cli/ledger_folder.h"
#include "harness/cli/output_folder.h"
#include "harness/judge/result_json.h"

namespace parley::cli {
namespace {

namespace fs = std::filesystem;
using evidence::Confidentiality;

constexpr std::size_t kMaxTranscript = std::size_t{1} << 29;
constexpr std::size_t kMaxNonce = 128;

struct FoundRun {
  attest::RunFiles files;
  std::string nonce;
  /// Of a run that was killed, for people; else empty.
  std::string recovered;
};

std::string recovery_text(const attest::RecoveredRun& run) {
  std::string out = "the run was killed; its last checkpoint, " +
                    std::string(run.is_signed ? "signed" : "not signed") + ", covers " +
                    std::to_string(run.cases) + " test cases";
  if (run.left_out != 0) {
    out += "; " + std::to_string(run.left_out) + " bytes that it does not cover are left out";
  }
  return out;
}

Result<judge::RunResult> read_result(const fs::path& path) {
  PARLEY_ASSIGN(const std::string text, read_text_file(path));
  const std::string name(evidence::kResultFile);
  PARLEY_ASSIGN(const json::value value, parse_json(text, name, {.bytes = text.size()}));
  auto result = judge::run_result_from_json(value);
  if (!result.ok()) return at(name, std::move(result).error());
  return result;
}

// What the lab's ledger says of the run that it opened: who asked for it.
Result<std::string> asked_by(const BundleOptions& options, const judge::RunInfo& run) {
  if (!run.ledger) {
    if (options.ledger.empty()) return options.nonce;
    return make_error(ErrorCode::kInvalid,
                      "the run is in no ledger: it would have to be entered before its first "
                      "message, by \"parley run --ledger\"",
                      "--ledger");
  }
  if (options.ledger.empty()) {
    return make_error(
        ErrorCode::kInvalid,
        "the run is in the ledger " + run.ledger->origin + " and must be closed there", "--ledger");
  }
  PARLEY_ASSIGN(const std::string text, read_text_file(fs::path(options.run) / kRunOpenFile));
  PARLEY_ASSIGN(const evidence::TlogProof proof, evidence::parse_tlog_proof(text));
  PARLEY_ASSIGN(const evidence::LedgerEntry entry, evidence::parse_ledger_line(proof.entry));
  const auto* opened = std::get_if<evidence::RunOpened>(&entry);
  if (opened == nullptr || opened->run_id != run.id) {
    return make_error(ErrorCode::kInvalid, "is of another run", kRunOpenFile);
  }
  if (options.nonce.empty() || options.nonce == opened->nonce) return opened->nonce;
  return make_error(ErrorCode::kInvalid,
                    opened->nonce.empty() ? "the run was opened without one"
                                          : "the run was opened for \"" + opened->nonce + "\"",
                    "--nonce");
}

Result<FoundRun> read_run(const BundleOptions& options, const Suite& suite, const LabKeys& keys) {
  const fs::path folder = options.run;
  FoundRun out;
  PARLEY_ASSIGN(out.files.result, read_result(folder / evidence::kResultFile));
  PARLEY_ASSIGN(out.files.selection, read_text_file(folder / attest::kSelectionFile));
  PARLEY_ASSIGN(out.files.transcript,
                read_text_file(folder / evidence::kTranscriptFile, kMaxTranscript));
  PARLEY_ASSIGN(out.nonce, asked_by(options, out.files.result.run));
  if (!attest::was_killed(out.files.result.run)) return out;
  PARLEY_ASSIGN(const std::string cases, read_text_file(folder / kCasesFile, kMaxTranscript));
  PARLEY_ASSIGN(const std::string checkpoints, read_text_file(folder / kCheckpointsFile));
  PARLEY_ASSIGN(attest::RecoveredRun run,
                attest::recover_run(std::move(out.files), cases, checkpoints, suite.library,
                                    suite.digest, keys.key.public_key()));
  out.recovered = recovery_text(run);
  out.files = std::move(run.files);
  return out;
}

Result<evidence::SignedBundle> signed_edition(const FoundRun& run, Confidentiality edition,
                                              const LabKeys& keys, const reports::Proof& proof) {
  PARLEY_ASSIGN(evidence::BundleContent content,
                attest::seal_run(run.files, edition, run.nonce,
                                 attest::salts_of(keys.key, run.files.result.run), proof));
  content.chain_pem = keys.chain_pem;
  return evidence::sign_bundle(std::move(content), keys.key);
}

// The entry that closes the run, which names the statements of both editions: made where the run
// is still open, and the same as before where it is not.
Result<std::uint64_t> close(LedgerFolder& folder, const evidence::RunClosed& wanted) {
  const auto index = folder.ledger().closed(wanted.run_id);
  if (!index) return folder.append(wanted);
  const auto& found = std::get<evidence::RunClosed>(folder.ledger().entries()[*index]);
  if (found.statement_sha256 == wanted.statement_sha256 &&
      found.public_statement_sha256 == wanted.public_statement_sha256) {
    return *index;
  }
  return make_error(ErrorCode::kInvalid,
                    "has the run closed with other statements. Both editions are made by one "
                    "version of Parley, of one and the same run folder",
                    "ledger");
}

evidence::BundleFile proof_file(std::string_view name, const evidence::TlogProof& proof) {
  return {.name = std::string(name),
          .content = evidence::to_text(proof),
          .confidentiality = Confidentiality::kPublic};
}

// Closes the run; the proofs of its two entries, under one checkpoint.
Result<std::vector<evidence::BundleFile>> close_in_ledger(const BundleOptions& options,
                                                          const LabKeys& keys,
                                                          const evidence::RunClosed& entry) {
  PARLEY_ASSIGN(LedgerFolder folder, LedgerFolder::open(options.ledger, keys));
  const auto opened = folder.ledger().opened(entry.run_id);
  if (!opened) {
    return make_error(ErrorCode::kInvalid, "has never opened the run " + entry.run_id,
                      options.ledger);
  }
  PARLEY_ASSIGN(const std::uint64_t closed, close(folder, entry));
  PARLEY_ASSIGN(const evidence::TlogProof open_proof, folder.prove(*opened));
  PARLEY_ASSIGN(const evidence::TlogProof close_proof, folder.prove(closed));
  return std::vector{proof_file(evidence::kOpenProofFile, open_proof),
                     proof_file(evidence::kCloseProofFile, close_proof)};
}

std::string ledger_text(const judge::RunInfo& run) {
  if (!run.ledger) return "none; nothing shows how often this run was tried";
  return run.ledger->origin + ", entry " + std::to_string(run.ledger->index) + ", behind " +
         std::to_string(run.ledger->previous_runs) + " runs of the same products and profile";
}

}  // namespace

Result<MadeBundle> make_bundle(const BundleOptions& options, const Suite& suite,
                               const reports::Proof& proof) {
  if (options.nonce.size() > kMaxNonce) {
    return make_error(ErrorCode::kLimit, "at most 128 bytes", "--nonce");
  }
  PARLEY_ASSIGN(const LabKeys keys, load_lab_keys(options.keys));
  PARLEY_ASSIGN(const FoundRun run, read_run(options, suite, keys));
  const judge::RunInfo& info = run.files.result.run;
  PARLEY_ASSIGN(
      const evidence::SignedBundle bundle,
      signed_edition(run,
                     options.as_public ? Confidentiality::kPublic : Confidentiality::kConfidential,
                     keys, proof));
  std::vector<evidence::BundleFile> proofs;
  if (info.ledger) {
    PARLEY_ASSIGN(
        const evidence::SignedBundle other,
        signed_edition(
            run, options.as_public ? Confidentiality::kConfidential : Confidentiality::kPublic,
            keys, proof));
    const evidence::SignedBundle& confidential = options.as_public ? other : bundle;
    const evidence::SignedBundle& open = options.as_public ? bundle : other;
    auto closed = close_in_ledger(
        options, keys,
        {.run_id = info.id,
         .time = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()),
         .statement_sha256 = confidential.statement_sha256,
         .public_statement_sha256 = open.statement_sha256});
    if (!closed.ok()) return at("--ledger", std::move(closed).error());
    proofs = *std::move(closed);
  }
  MadeBundle made{.path = options.out,
                  .transcript = bundle.statement.transcript,
                  .ledger = ledger_text(info),
                  .recovered = run.recovered};
  if (made.path.empty()) made.path = info.id + (options.as_public ? ".public" : "") + ".parley.zip";
  PARLEY_ASSIGN(const Bytes archive, evidence::pack_bundle(bundle, proofs));
  made.size = archive.size();
  PARLEY_TRY(write_file_atomically(made.path, archive));
  return made;
}

}  // namespace parley::cli
