#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <ostream>
#include <utility>

#include "harness/attest/seal_run.h"
#include "harness/attest/selection.h"
#include "harness/base/encoding.h"
#include "harness/base/file.h"
#include "harness/cli/command.h"
#include "harness/cli/lab_keys.h"
#include "harness/cli/suite.h"
#include "harness/cli/suite_proof.h"
#include "harness/judge/result_json.h"

namespace parley::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxTranscript = std::size_t{1} << 29;
constexpr std::size_t kMaxNonce = 128;

struct Options {
  std::string run;
  std::string keys;
  std::string out;
  std::string nonce;
  bool as_public = false;
};

Result<attest::RunFiles> read_run(const fs::path& folder) {
  attest::RunFiles files;
  const std::string name(evidence::kResultFile);
  PARLEY_ASSIGN(const std::string text, read_text_file(folder / name));
  PARLEY_ASSIGN(const json::value value, parse_json(text, name, {.bytes = text.size()}));
  auto result = judge::run_result_from_json(value);
  if (!result.ok()) return at(name, std::move(result).error());
  files.result = *std::move(result);
  PARLEY_ASSIGN(files.selection, read_text_file(folder / attest::kSelectionFile));
  PARLEY_ASSIGN(files.transcript,
                read_text_file(folder / evidence::kTranscriptFile, kMaxTranscript));
  return files;
}

struct Made {
  std::string path;
  std::size_t size = 0;
  evidence::TreeHead transcript;
};

Result<Made> make_bundle(const Options& options, const reports::Proof& proof) {
  if (options.nonce.size() > kMaxNonce) {
    return make_error(ErrorCode::kLimit, "at most 128 bytes", "--nonce");
  }
  PARLEY_ASSIGN(const LabKeys keys, load_lab_keys(options.keys));
  PARLEY_ASSIGN(const attest::RunFiles files, read_run(options.run));
  const auto edition = options.as_public ? evidence::Confidentiality::kPublic
                                         : evidence::Confidentiality::kConfidential;
  PARLEY_ASSIGN(evidence::BundleContent content,
                attest::seal_run(files, edition, options.nonce,
                                 attest::salts_of(keys.key, files.result.run), proof));
  content.chain_pem = keys.chain_pem;
  Made made;
  made.transcript = content.statement.transcript;
  made.path = options.out.empty()
                  ? files.result.run.id + (options.as_public ? ".public" : "") + ".parley.zip"
                  : options.out;
  PARLEY_ASSIGN(const Bytes archive, evidence::write_bundle(std::move(content), keys.key));
  made.size = archive.size();
  PARLEY_TRY(write_file_atomically(made.path, archive));
  return made;
}

int bundle(const Options& options, Streams& streams) {
  std::vector<Diagnostic> diagnostics;
  const std::optional<Suite> suite = load_suite({}, diagnostics);
  const auto proof = suite ? accepted_proof(*suite, diagnostics) : std::nullopt;
  if (!proof) {
    streams.err << render(diagnostics);
    return kExitHarness;
  }
  const Result<Made> made = make_bundle(options, *proof);
  if (!made.ok()) {
    streams.err << "parley: " << made.error().text() << "\n";
    return kExitUsage;
  }
  streams.out << "edition: "
              << (options.as_public ? "public, without records and report"
                                    : "confidential, with all records")
              << "\ntranscript: " << made->transcript.size << " lines, root "
              << hex(made->transcript.root)
              << "\nledger: none; nothing shows how often this run was tried\n"
              << "bundle: " << made->path << " (" << made->size << " bytes)\n";
  return kExitPass;
}

}  // namespace

Action add_bundle(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("run", options->run, "the folder that \"parley run --out\" wrote")
      ->type_name("RUN_FOLDER")
      ->required();
  app.add_option("--keys", options->keys, "the lab's keys, from \"parley keys init\"")
      ->type_name("DIR")
      ->required();
  app.add_option("--out", options->out, "the bundle (default: the run's id, in this folder)")
      ->type_name("FILE");
  app.add_flag("--public", options->as_public,
               "the edition for everybody: no records, no texts from the run");
  app.add_option("--nonce", options->nonce, "what the one who asked for the run gave you");
  return [options](Streams& streams) { return bundle(*options, streams); };
}

}  // namespace parley::cli
