// Child processes of a socket world. Included by .cc files of harness/net only.
#pragma once

#include <memory>

#include "harness/net/child_process.h"
#include "harness/net/traffic.h"
#include "harness/net/world.h"

namespace parley::net {

/// Network::start_process of a socket world. What the process writes and is told counts as traffic
/// of an external program.
Result<std::unique_ptr<ChildProcess>> start_process(World& world, std::shared_ptr<Traffic> traffic,
                                                    const Command& command,
                                                    const ProcessLimits& limits);

/// take_in() of a socket world (program.h), as start_process().
Result<std::unique_ptr<Program>> take_in(World& world, std::shared_ptr<Traffic> traffic,
                                         IdleProgram program, const ProcessLimits& limits);

}  // namespace parley::net
