#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <ostream>

#include "harness/attest/asic_container.h"
#include "harness/base/file.h"
#include "harness/cli/command.h"
#include "harness/evidence/zip_archive.h"

namespace parley::cli {
namespace {

constexpr std::size_t kMaxBundle = std::size_t{1} << 30;
constexpr std::size_t kMaxKey = 1024 * 1024;

struct Options {
  std::string bundle;
  std::string key;
  std::string certificates;
  std::string store;
  std::string password_file;
  std::string out;
};

Result<crypto::SealIdentity> identity_of(const Options& options) {
  if (!options.store.empty()) {
    PARLEY_ASSIGN(const Bytes store, read_file(options.store, kMaxKey));
    std::string password;
    if (!options.password_file.empty()) {
      PARLEY_ASSIGN(password, read_text_file(options.password_file, kMaxKey));
      if (password.ends_with('\n')) password.pop_back();
    }
    auto identity = crypto::SealIdentity::from_pkcs12(store, password);
    if (!identity.ok()) return at(options.store, std::move(identity).error());
    return identity;
  }
  if (options.key.empty() || options.certificates.empty()) {
    return make_error(ErrorCode::kInvalid, "say --key and --cert, or --pkcs12");
  }
  PARLEY_ASSIGN(const std::string key, read_text_file(options.key, kMaxKey));
  PARLEY_ASSIGN(const std::string certificates, read_text_file(options.certificates, kMaxKey));
  auto identity = crypto::SealIdentity::from_pem(key, certificates);
  if (!identity.ok()) return at(options.key, std::move(identity).error());
  return identity;
}

Result<std::size_t> write_container(const Options& options) {
  PARLEY_ASSIGN(const crypto::SealIdentity identity, identity_of(options));
  PARLEY_ASSIGN(const Bytes archive, read_file(options.bundle, kMaxBundle));
  const auto files = evidence::read_zip(archive);
  if (!files.ok()) return at(options.bundle, files.error());
  const TimePoint now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  PARLEY_ASSIGN(const Bytes container, attest::write_asic(*files, identity, now));
  PARLEY_TRY(write_file_atomically(options.out, container));
  return files->size();
}

int export_asice(const Options& options, Streams& streams) {
  const Result<std::size_t> files = write_container(options);
  if (!files.ok()) {
    streams.err << "parley: " << files.error().text() << "\n";
    return kExitUsage;
  }
  streams.out << "container: " << options.out << ", " << *files
              << " files of the bundle under one more signature\n";
  return kExitPass;
}

}  // namespace

Action add_asice(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("bundle", options->bundle, "a bundle, from \"parley bundle\"")
      ->type_name("BUNDLE")
      ->required();
  CLI::Option* key = app.add_option("--key", options->key,
                                    "the key that signs, ECDSA over P-256, in PEM (PKCS #8)")
                         ->type_name("FILE");
  app.add_option("--cert", options->certificates, "its certificate, and those above it, in PEM")
      ->type_name("FILE")
      ->needs(key);
  CLI::Option* store =
      app.add_option("--pkcs12", options->store, "key and certificates in one PKCS #12 file")
          ->type_name("FILE")
          ->excludes(key);
  app.add_option("--password-file", options->password_file, "the file with its password")
      ->type_name("FILE")
      ->needs(store);
  app.add_option("--out", options->out, "the container")->type_name("FILE.asice")->required();
  return [options](Streams& streams) { return export_asice(*options, streams); };
}

}  // namespace parley::cli
