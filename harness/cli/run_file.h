// `run.yaml`: everything that a run with a product needs to be told, in one file that can be kept,
// shown and asked about: what it is, what it offers (ICS), where it listens (IXIT), who drives it,
// whom it is held to. Secrets stand in it as references.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/base/yaml.h"
#include "harness/cli/secret_reference.h"
#include "harness/scenario/claim.h"
#include "harness/scenario/ixit.h"

namespace parley::cli {

/// A seat that an item under test holds, and what steers it there.
struct RunFileSeat {
  std::string seat;       ///< "partner-client"
  std::string command;    ///< of a driver that Parley starts, as a shell's words; or empty
  std::string websocket;  ///< address on which a driver dials in; or empty
  std::optional<SecretReference> token;  ///< that it must show there
};

/// An account of the product that tests may use.
struct RunFileAccount {
  std::string id;          ///< "bob"
  std::string identifier;  ///< "bob@birdy.test"
  std::optional<SecretReference> password;
  std::optional<SecretReference> token;
};

/// Empty texts and lists were not stated. Paths are complete: what the file says is relative to it.
struct RunFile {
  std::string name;              ///< without its folder
  std::filesystem::path folder;  ///< that paths are relative to
  std::string digest;            ///< hex SHA-256
  std::string profile, mode, network, clock, addressing, as_of, nonce;
  std::optional<std::uint64_t> seed;
  std::optional<std::uint64_t> workers;
  std::string ca;  ///< file of certificates to trust beside those of the harness
  std::string waivers, identification, keys, ledger;
  std::vector<std::string> registers, wire_overlays, scenarios;
  std::vector<std::string> addresses;  ///< that may be contacted: "host" or "host:port"
  std::vector<RunFileSeat> seats;
  scenario::Claim claim;
  std::vector<scenario::IxitAnswer> ixit;  ///< endpoints, timers, timeouts
  std::vector<RunFileAccount> accounts;

  /// Whether a run may contact that address: it is listed, with its port or without any.
  bool allows(std::string_view host, std::uint16_t port) const;
  /// What was stated for testing, accounts included, with references in place of secrets.
  std::vector<scenario::IxitAnswer> stated_ixit() const;
};

/// Reads such a file. Everything wrong is reported; a file with something wrong must not be used.
/// No diagnostic shows a line in which a secret may stand.
RunFile read_run_file(const YamlFile& file, std::vector<Diagnostic>& diagnostics);

/// The same from a path. nullopt, and at least one diagnostic, where it cannot be read, is over 256
/// KiB, or anything in it is wrong.
std::optional<RunFile> load_run_file(const std::string& path, std::vector<Diagnostic>& diagnostics);

}  // namespace parley::cli
