#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <ostream>
#include <thread>

#include "harness/attest/verify.h"
#include "harness/base/file.h"
#include "harness/base/json.h"
#include "harness/cli/command.h"
#include "harness/cli/overlaid_profile.h"
#include "harness/cli/register_files.h"
#include "harness/cli/suite.h"
#include "harness/cli/suite_proof.h"

namespace parley::cli {
namespace {

constexpr std::size_t kMaxBundle = std::size_t{1} << 30;
constexpr std::size_t kMaxRoots = 256 * 1024;

struct Options {
  std::string bundle;
  std::string roots;
  std::string nonce;
  bool has_nonce = false;
  std::string as_of;
  std::string checkpoint;
  std::string growth;
  std::string entries;
  std::string tsa_roots;
  std::string harnesses;
  std::vector<std::string> folders;
  std::vector<std::string> overlays;
  std::vector<std::string> registers;
  std::size_t workers = std::max(1U, std::thread::hardware_concurrency());
  bool as_json = false;
  bool rederive = false;
};

// The file's text; nothing where none was named.
Result<std::optional<std::string>> text_of(const std::string& path, std::size_t limit) {
  if (path.empty()) return std::optional<std::string>();
  PARLEY_ASSIGN(std::string text, read_text_file(path, limit));
  return std::optional(std::move(text));
}

// Whom to trust, what to ask for, and when.
Result<attest::VerifyOptions> verify_options(const Options& options) {
  attest::VerifyOptions out;
  out.workers = options.workers;
  out.rederive = options.rederive;
  if (options.has_nonce) out.nonce = options.nonce;
  PARLEY_ASSIGN(out.roots_pem, text_of(options.roots, kMaxRoots));
  PARLEY_ASSIGN(out.ledger_checkpoint, text_of(options.checkpoint, kMaxRoots));
  PARLEY_ASSIGN(out.ledger_growth, text_of(options.growth, kMaxRoots));
  PARLEY_ASSIGN(out.ledger_entries, text_of(options.entries, kMaxBundle));
  PARLEY_ASSIGN(out.tsa_roots_pem, text_of(options.tsa_roots, kMaxRoots));
  PARLEY_ASSIGN(const std::optional<std::string> list, text_of(options.harnesses, kMaxRoots));
  if (list) {
    auto harnesses = attest::parse_harness_list(*list);
    if (!harnesses.ok()) return at(options.harnesses, std::move(harnesses).error());
    out.harnesses = *std::move(harnesses);
  }
  if (options.as_of.empty()) {
    out.when = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    return out;
  }
  const Result<TimePoint> day = parse_date(options.as_of);
  if (!day.ok()) return at("--at", day.error());
  out.when = *day;
  return out;
}

template <class T>
const Error* error_of(const Result<T>& result) {
  return result.ok() ? nullptr : &result.error();
}

std::string summary(std::span<const attest::CheckLine> lines) {
  const auto count = [&](attest::Outcome outcome) {
    return std::ranges::count(lines, outcome, &attest::CheckLine::outcome);
  };
  std::string out = fmt::format("{} OK, {} FAIL, {} SKIPPED", count(attest::Outcome::kOk),
                                count(attest::Outcome::kFail), count(attest::Outcome::kSkipped));
  const auto first = std::ranges::find(lines, attest::Outcome::kFail, &attest::CheckLine::outcome);
  if (first != lines.end()) out += fmt::format("; first: {}", first->id);
  return out;
}

void print_text(std::span<const attest::CheckLine> lines, std::ostream& out) {
  for (const attest::CheckLine& line : lines) {
    out << fmt::format("{} {:<8}{}{}{}\n", line.id, attest::to_string(line.outcome), line.text,
                       line.why.empty() ? "" : ": ", line.why);
  }
  out << summary(lines) << "\n";
}

void print_json(std::span<const attest::CheckLine> lines, std::ostream& out) {
  json::array checks;
  for (const attest::CheckLine& line : lines) {
    checks.push_back(json::object{{"id", line.id},
                                  {"text", line.text},
                                  {"outcome", attest::to_string(line.outcome)},
                                  {"why", line.why}});
  }
  out << canonical(json::object{{"checks", std::move(checks)}, {"sound", attest::sound(lines)}})
      << "\n";
}

int verify(const Options& options, Streams& streams) {
  // The two that take their time, one beside the other.
  std::future<Result<Bytes>> reading =
      std::async(std::launch::async, [&] { return read_file(options.bundle, kMaxBundle); });
  std::vector<Diagnostic> diagnostics;
  const std::optional<Suite> suite = load_suite(options.folders, diagnostics);
  const auto documents =
      suite ? load_registers(options.registers, suite->library, diagnostics) : std::nullopt;
  if (!documents) {
    streams.err << render(diagnostics);
    return kExitUsage;
  }
  const auto proof = accepted_proof(*suite, diagnostics);
  const Result<attest::VerifyOptions> how = verify_options(options);
  const Result<Bytes> archive = reading.get();
  const Result<std::vector<OverlayFile>> overlays = read_overlays(options.overlays);
  for (const Error* error : {error_of(how), error_of(archive), error_of(overlays)}) {
    if (error == nullptr) continue;
    streams.err << "parley: " << error->text() << "\n";
    return kExitUsage;
  }
  const attest::OwnCatalogue own{.library = suite->library,
                                 .digest = suite->digest,
                                 .wire_profile =
                                     [&](const std::string& id) {
                                       std::vector<Diagnostic> unfit;
                                       auto wire = overlaid_profile(*suite, id, *overlays, unfit);
                                       return wire ? attest::OwnProfile{std::move(wire->profile),
                                                                        std::move(wire->overlays)}
                                                   : attest::OwnProfile();
                                     },
                                 .documents = documents->documents,
                                 .register_digest = documents->digest,
                                 .proof = proof ? &*proof : nullptr};
  const std::vector<attest::CheckLine> lines = attest::verify_bundle(*archive, own, *how);
  options.as_json ? print_json(lines, streams.out) : print_text(lines, streams.out);
  return attest::sound(lines) ? kExitPass : kExitFail;
}

}  // namespace

Action add_verify(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("bundle", options->bundle, "a bundle, from \"parley bundle\"")
      ->type_name("BUNDLE")
      ->required();
  app.add_option("--trust", options->roots,
                 "root certificates that you trust; without them nobody vouches for the signer")
      ->type_name("FILE");
  CLI::Option* nonce =
      app.add_option("--nonce", options->nonce, "what you gave the lab when you asked for the run");
  app.add_option("--at", options->as_of,
                 "the day on which certificates must be valid (default: today): 2026-11-22");
  app.add_option(
         "--ledger", options->checkpoint,
         "a checkpoint of the lab's ledger that you hold on to: the bundle must continue it")
      ->type_name("FILE");
  app.add_option("--ledger-growth", options->growth,
                 "the lab's proof that your checkpoint and the bundle's are of one ledger")
      ->type_name("FILE");
  app.add_option("--ledger-entries", options->entries,
                 "the whole ledger (ledger.jsonl): shows how often this was tried")
      ->type_name("FILE");
  app.add_option("--tsa", options->tsa_roots,
                 "root certificates of authorities whose time stamps you believe")
      ->type_name("FILE");
  app.add_option("--harness-list", options->harnesses,
                 "programs that you know to be sound, as sha256sum writes them")
      ->type_name("FILE");
  app.add_option("--scenarios", options->folders,
                 "a folder with scenarios that the run was made with; may be repeated")
      ->type_name("DIR")
      ->allow_extra_args(false);
  app.add_option("--wire-overlay", options->overlays,
                 "an overlay that the run was made with; may be repeated")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option("--register", options->registers,
                 "the document register that the run was made with; may be repeated")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option("--workers", options->workers, "threads that judge (default: all processors)")
      ->check(CLI::Range(1, 256));
  app.add_flag("--rederive", options->rederive, "render report.html anew as well, byte for byte");
  app.add_flag("--json", options->as_json, "the checks as JSON");
  return [options, nonce](Streams& streams) {
    options->has_nonce = nonce->count() > 0;
    return verify(*options, streams);
  };
}

}  // namespace parley::cli
