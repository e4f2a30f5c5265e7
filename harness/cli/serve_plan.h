// What is settled before `parley serve` opens its first port.
#pragma once

#include <memory>
#include <optional>

#include "harness/cli/serve.h"
#include "harness/cli/suite.h"
#include "harness/net/open_world.h"
#include "harness/wire/profile.h"
#include "mocks/cast/cast.h"
#include "reports/proof.h"

namespace parley::cli {

/// The admin endpoint's name inside the World; outside of it, it has a port of the loopback
/// address.
inline const net::Address kAdminPlace{"admin.parley.test", 80};

struct ServePlan {
  Suite suite;
  ServedCast served;
  mocks::Cast cast;
  std::shared_ptr<const wire::Profile> profile;
  std::vector<judge::WireOverlay> overlays;  ///< that lie on it
  reports::Proof proof;
  net::OpenOptions network;
};

/// What --listen, --port, --peer, --trust and the endpoints of a run file say. kInvalid or
/// kNotFound, with the option and, where a name is not known, the nearest one.
Result<net::OpenOptions> read_network(const ServeOptions& options, const mocks::Cast& cast);

/// nullopt, after complaining to `streams.err`, where anything is wrong with the options.
std::optional<ServePlan> plan_serve(const ServeOptions& options, Streams& streams);

}  // namespace parley::cli
