#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <memory>
#include <ostream>

#include "harness/cli/command.h"
#include "harness/cli/lab_keys.h"
#include "harness/crypto/certificate_chain.h"
#include "harness/crypto/system_random.h"
#include "harness/evidence/signed_note.h"

namespace parley::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string folder;
  std::string name = "Parley lab";
  std::string ledger;
  int years = 5;
};

constexpr auto kYear = std::chrono::hours(24 * 365);

// What a lab has after `keys init`: the root's own key is not kept, so that nobody can issue more
// certificates under it.
struct NewKeys {
  std::string key;
  std::string chain;
  std::string roots;
  std::string ledger_key;
  std::string key_id;
};

Result<NewKeys> make_keys(const Options& options) {
  crypto::SystemRandom random;
  const TimePoint now = std::chrono::time_point_cast<Duration>(
      std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
  // An hour of clock difference between lab and reader does no harm.
  const crypto::ValidityPeriod period{now - std::chrono::hours(1), now + options.years * kYear};
  PARLEY_ASSIGN(const crypto::LabRoot root,
                crypto::make_lab_root(crypto::SigningKey::generate(crypto::KeyAlgorithm::kEd25519),
                                      options.name + " root", period, random));
  const auto key = crypto::SigningKey::generate(crypto::KeyAlgorithm::kEd25519);
  PARLEY_ASSIGN(const std::string leaf,
                crypto::issue_signer(root, key.public_key(), options.name, period, random));
  const std::string origin =
      options.ledger.empty() ? default_ledger_origin(key.public_key()) : options.ledger;
  const auto ledger_key = evidence::NoteKey::create(origin, key.public_key());
  if (!ledger_key.ok()) return at("--ledger-name", ledger_key.error());
  return NewKeys{key.pem(), leaf + root.certificate_pem, root.certificate_pem,
                 ledger_key->text() + "\n", key.public_key().key_id()};
}

// A new file, which only its owner may read where it is secret. kIo also where it is there already.
Status write_new(const fs::path& path, std::string_view text, mode_t mode) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (file < 0) return make_error(ErrorCode::kIo, std::strerror(errno), path.string());
  std::size_t written = 0;
  int failure = 0;
  while (written < text.size() && failure == 0) {
    const ssize_t count = ::write(file, text.data() + written, text.size() - written);
    if (count >= 0) {
      written += static_cast<std::size_t>(count);
    } else if (errno != EINTR) {
      failure = errno;
    }
  }
  if (::close(file) != 0 && failure == 0) failure = errno;
  if (failure != 0) return make_error(ErrorCode::kIo, std::strerror(failure), path.string());
  return {};
}

Status write_keys(const fs::path& folder, const NewKeys& keys) {
  std::error_code ec;
  fs::create_directories(folder, ec);
  if (ec) return make_error(ErrorCode::kIo, ec.message(), folder.string());
  for (const char* name : {kKeyFile, kChainFile, kRootsFile, kLedgerKeyFile}) {
    if (!fs::exists(fs::symlink_status(folder / name, ec))) continue;
    return make_error(ErrorCode::kInvalid,
                      "is there already, and keys are never overwritten: choose another folder",
                      (folder / name).string());
  }
  PARLEY_TRY(write_new(folder / kKeyFile, keys.key, 0600));
  PARLEY_TRY(write_new(folder / kChainFile, keys.chain, 0644));
  PARLEY_TRY(write_new(folder / kLedgerKeyFile, keys.ledger_key, 0644));
  return write_new(folder / kRootsFile, keys.roots, 0644);
}

int init(const Options& options, Streams& streams) {
  const Result<NewKeys> keys = make_keys(options);
  const Status written = keys.ok() ? write_keys(options.folder, *keys) : Status(keys.error());
  if (!written.ok()) {
    streams.err << "parley: " << written.error().text() << "\n";
    return kExitUsage;
  }
  const fs::path folder = options.folder;
  streams.out << "secret: " << (folder / kKeyFile).string()
              << " signs in the lab's name. Keep it to yourself, and keep a copy.\n"
              << "public: " << (folder / kChainFile).string() << " goes into every bundle\n"
              << "public: " << (folder / kRootsFile).string()
              << " is for those who verify; give it to them by a way that they trust\n"
              << "public: " << (folder / kLedgerKeyFile).string()
              << " is the ledger's name and key, for those who check it by other tools\n"
              << "made a lab key, id " << keys->key_id << "\n";
  return kExitPass;
}

}  // namespace

Action add_keys(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* make = app.add_subcommand(
      "init", "make a lab's signing key, its certificate and the root that others trust");
  app.require_subcommand(1);
  make->add_option("folder", options->folder,
                   "where key.pem, chain.pem, roots.pem and ledger.vkey are put")
      ->type_name("DIR")
      ->required();
  make->add_option("--name", options->name, "the lab's name in its certificate")
      ->capture_default_str();
  make->add_option("--ledger-name", options->ledger,
                   "the name of the lab's ledger, without spaces: example.org/lab (default: one "
                   "from the key)");
  make->add_option("--years", options->years, "how long the certificates hold")
      ->check(CLI::Range(1, 30))
      ->capture_default_str();
  return [options](Streams& streams) { return init(*options, streams); };
}

}  // namespace parley::cli
