#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "harness/base/encoding.h"
#include "harness/cli/command.h"
#include "harness/cli/run_bundle.h"
#include "harness/cli/suite.h"
#include "harness/cli/suite_proof.h"

namespace parley::cli {
namespace {

struct Options {
  BundleOptions bundle;
  std::vector<std::string> folders;
};

int bundle(const Options& options, Streams& streams) {
  std::vector<Diagnostic> diagnostics;
  const std::optional<Suite> suite = load_suite(options.folders, diagnostics);
  const auto proof = suite ? accepted_proof(*suite, diagnostics) : std::nullopt;
  if (!proof) {
    streams.err << render(diagnostics);
    return options.folders.empty() ? kExitHarness : kExitUsage;
  }
  const Result<MadeBundle> made = make_bundle(options.bundle, *suite, *proof);
  if (!made.ok()) {
    streams.err << "parley: " << made.error().text() << "\n";
    return kExitUsage;
  }
  if (!made->recovered.empty()) streams.out << "interrupted: " << made->recovered << "\n";
  streams.out << "edition: "
              << (options.bundle.as_public ? "public, without records and report"
                                           : "confidential, with all records")
              << "\ntranscript: " << made->transcript.size << " lines, root "
              << hex(made->transcript.root) << "\nledger: " << made->ledger
              << "\nbundle: " << made->path << " (" << made->size << " bytes)\n";
  return kExitPass;
}

}  // namespace

Action add_bundle(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("run", options->bundle.run, "the folder that \"parley run --out\" wrote")
      ->type_name("RUN_FOLDER")
      ->required();
  app.add_option("--keys", options->bundle.keys, "the lab's keys, from \"parley keys init\"")
      ->type_name("DIR")
      ->required();
  app.add_option("--ledger", options->bundle.ledger,
                 "the lab's ledger, which the run was entered in: it is closed there")
      ->type_name("DIR");
  app.add_option("--out", options->bundle.out, "the bundle (default: the run's id, in this folder)")
      ->type_name("FILE");
  app.add_flag("--public", options->bundle.as_public,
               "the edition for everybody: no records, no texts from the run");
  app.add_option("--nonce", options->bundle.nonce, "what the one who asked for the run gave you");
  app.add_option("--scenarios", options->folders,
                 "a folder with scenarios that the run was made with, where it was killed; may be "
                 "repeated")
      ->type_name("DIR")
      ->allow_extra_args(false);
  return [options](Streams& streams) { return bundle(*options, streams); };
}

}  // namespace parley::cli
