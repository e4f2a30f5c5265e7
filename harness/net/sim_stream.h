// A connection in memory: two directions, each of which delivers in order after its latency.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "harness/base/clock.h"
#include "harness/net/link_conditions.h"
#include "harness/net/network.h"
#include "harness/net/scheduler.h"

namespace parley::net {

struct SimLink {
  std::string from;  ///< the connecting host
  std::string to;
  Duration there;  ///< one way, from the connecting to the listening host
  Duration back;
  std::string protocol = {};  ///< that both ends agreed upon
  std::optional<TlsVersion> tls_version = {};
  LinkConditions conditions = {};  ///< beyond the latency
  std::uint64_t seed = 0;          ///< of the chance in them
  std::uint64_t number = 0;        ///< tells connections apart
};

/// At most this much is written and not yet read per direction; writers wait beyond.
inline constexpr std::size_t kSimWindow = 1 << 20;

/// The connecting end and the listening end. close() delivers what was written before and then the
/// end of the stream, as TCP does; destroying an end without close() does the same and says
/// "reset".
std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>> make_sim_connection(
    std::shared_ptr<Scheduler> scheduler, const Clock& clock, const SimLink& link);

}  // namespace parley::net
