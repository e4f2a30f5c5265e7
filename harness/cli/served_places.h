// Where the parties of `parley serve` stand, in the words of whoever has to reach them: names,
// URLs, and an environment file for the product. No private key is in any of it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/json.h"
#include "harness/cli/served_cast.h"
#include "harness/net/network.h"
#include "mocks/cast/cast.h"

namespace parley::cli {

/// One host name and port of a side.
struct ServedPlace {
  std::string name;      ///< "enlistment", "web-chat", "birdy"; what --port and --peer say
  net::Address address;  ///< as parties spell it: v.whatsapp.net:443
  std::string scheme;    ///< "https", "wss"; "tcp" has no URL
  std::string path;      ///< of its URL; empty where it has many
};

/// All of that side, those of the gatekeeper's first service or of the first partner first. Places
/// of a further service have its name before them: "messenger-chat".
std::vector<ServedPlace> places_of(const mocks::Cast& cast, ServedSide side);

/// A place as this World's network reaches it.
struct StandingPlace : ServedPlace {
  std::string reached_at;  ///< "127.0.0.1:41234"
  std::string url()
      const;  ///< with the name of the host, and the port there: "https://v.wh…:41234/"
};

/// Everything that a product needs to know.
struct Standing {
  ServedSide side = ServedSide::kGatekeeper;
  std::uint64_t seed = 1;
  std::string ca_file;
  std::string noise_root;  ///< hex
  std::vector<StandingPlace> places;
  std::string admin;        ///< URL; empty where there is no admin endpoint
  std::string admin_token;  ///< for whoever started it, and no file
};

using Variables = std::vector<std::pair<std::string, std::string>>;

/// "PARLEY_ENLISTMENT_URL" and so on; docs/serve.md lists them.
Variables environment_of(const Standing& standing, const mocks::Cast& cast);

/// To be sourced by a POSIX shell, whatever is in the values.
std::string environment_text(const Variables& variables);

/// What is printed first, for people.
std::string announcement(const Standing& standing, const ServedCast& cast);
/// The same as one JSON object.
json::object announcement_json(const Standing& standing, const Variables& variables);

}  // namespace parley::cli
