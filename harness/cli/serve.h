// `parley serve`: the mocks of one side stand by over real sockets for a product under development.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/cli/cli.h"
#include "harness/cli/served_cast.h"
#include "harness/scenario/ixit.h"

namespace parley::cli {

struct ServeOptions {
  ServedSide side = ServedSide::kGatekeeper;
  std::uint64_t seed = 1;
  std::string cast;                  ///< served_cast.h
  std::string listen = "127.0.0.1";  ///< an IP address
  std::vector<std::string> ports;    ///< "NAME=NUMBER"
  std::vector<std::string> peers;    ///< "NAME=ADDRESS:PORT"
  /// A run file's: "endpoints.push"; for places that `peers` does not name.
  std::vector<scenario::IxitAnswer> endpoints;
  std::string trust;                       ///< a PEM file; empty: the World's CA only
  std::vector<std::string> wire_overlays;  ///< files
  std::vector<std::string> folders;        ///< of --scenarios
  std::string environment;                 ///< the file to write; empty: none
  std::string ca;                          ///< the file to write; empty: a place of its own
  std::string out;                         ///< the folder of the record; empty: nothing is kept
  bool admin = false;
  bool json = false;
  bool show_bodies = false;
  bool no_frames = false;  ///< the console leaves out frames of the chat connections
  bool color = false;
};

/// Returns after the first SIGINT or SIGTERM: kExitPass. kExitUsage where the options cannot be met
/// and kExitHarness where the session broke or could not be kept, after complaining to
/// `streams.err`.
int serve(const ServeOptions& options, Streams& streams);

}  // namespace parley::cli
