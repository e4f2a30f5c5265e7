#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <ostream>

#include "harness/base/file.h"
#include "harness/cli/command.h"
#include "harness/cli/ledger_folder.h"
#include "harness/evidence/ledger.h"

namespace parley::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxLedger = std::size_t{1} << 30;

struct Options {
  std::string folder;
  std::string from;
  std::string to;
  std::string out;
};

/// As it is now; what somebody is just writing behind the last entry is not looked at.
Result<evidence::Ledger> read_ledger(const fs::path& folder) {
  const fs::path path = folder / kLedgerFile;
  PARLEY_ASSIGN(const std::string text, read_text_file(path, kMaxLedger));
  auto ledger = evidence::Ledger::read(std::string_view(text).substr(0, text.rfind('\n') + 1));
  if (!ledger.ok()) return at(path.string(), std::move(ledger).error());
  return ledger;
}

Result<evidence::Checkpoint> checkpoint_in(const std::string& note) {
  PARLEY_ASSIGN(const evidence::SignedNote parsed, evidence::parse_note(note));
  return evidence::parse_checkpoint(parsed.text);
}

std::string state_of(const evidence::Ledger& ledger, const std::string& run) {
  const auto closed = ledger.closed(run);
  return closed ? "closed at " + std::to_string(*closed) : "never closed";
}

int list(const Options& options, Streams& streams) {
  const Result<evidence::Ledger> ledger = read_ledger(options.folder);
  if (!ledger.ok()) {
    streams.err << "parley: " << ledger.error().text() << "\n";
    return kExitUsage;
  }
  std::size_t runs = 0;
  std::size_t open = 0;
  for (std::size_t i = 0; i < ledger->entries().size(); ++i) {
    const auto* run = std::get_if<evidence::RunOpened>(&ledger->entries()[i]);
    if (run == nullptr) continue;
    ++runs;
    if (!ledger->closed(run->run_id)) ++open;
    streams.out << fmt::format("{:>6}  {}  {}  {}  {}, {} before it, {}\n", i, utc_text(run->time),
                               run->run_id, run->profile, run->iut,
                               ledger->previous_runs(i).value_or(0),
                               state_of(*ledger, run->run_id));
  }
  streams.out << runs << " runs, " << open << " never closed\n";
  return kExitPass;
}

Result<std::uint64_t> write_growth(const Options& options) {
  PARLEY_ASSIGN(const evidence::Ledger ledger, read_ledger(options.folder));
  PARLEY_ASSIGN(const std::string older_note, read_text_file(options.from));
  PARLEY_ASSIGN(const std::string newer_note,
                read_text_file(options.to.empty() ? fs::path(options.folder) / kCheckpointFile
                                                  : fs::path(options.to)));
  const auto older = checkpoint_in(older_note);
  if (!older.ok()) return at("--from", older.error());
  auto proof = ledger.prove_growth(*older, newer_note);
  if (!proof.ok()) return std::move(proof).error();
  PARLEY_TRY(write_file_atomically(options.out, evidence::to_text(*proof)));
  return proof->old_size;
}

int growth(const Options& options, Streams& streams) {
  const Result<std::uint64_t> from = write_growth(options);
  if (!from.ok()) {
    streams.err << "parley: " << from.error().text() << "\n";
    return kExitUsage;
  }
  streams.out << "proof: " << options.out << " shows that nothing was changed behind the first "
              << *from << " entries\n";
  return kExitPass;
}

}  // namespace

Action add_ledger(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.require_subcommand(1);
  CLI::App* const show = app.add_subcommand("list", "list the runs, also those never closed");
  CLI::App* const grow = app.add_subcommand(
      "growth", "write the proof that the ledger continues an older checkpoint of it");
  for (CLI::App* sub : {show, grow}) {
    sub->add_option("ledger", options->folder, "the folder of the lab's ledger")
        ->type_name("DIR")
        ->required();
  }
  grow->add_option("--from", options->from, "the older checkpoint, of whoever asks")
      ->type_name("FILE")
      ->required();
  grow->add_option("--to", options->to, "the newer one (default: the ledger's newest)")
      ->type_name("FILE");
  grow->add_option("--out", options->out, "the proof")->type_name("FILE")->required();
  return [options, show](Streams& streams) {
    return show->parsed() ? list(*options, streams) : growth(*options, streams);
  };
}

}  // namespace parley::cli
