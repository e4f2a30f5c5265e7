// A real product in a seat, behind its driver's process: to the engine a party like any mock.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "harness/driver/contract.h"
#include "harness/driver/driver_pool.h"
#include "harness/driver/driver_session.h"
#include "harness/driver/party.h"

namespace parley::driver {

/// What a driven party is to play.
struct DrivenPart {
  std::string id;  ///< of the actor
  evidence::Role role = evidence::Role::kGatekeeperClient;
  net::Command command;
  /// Where drivers are between their sessions; null: a process has one session.
  std::shared_ptr<DriverPool> pool;
  SessionLimits limits = {};
  /// Asked when every party of the cast was made, so that all endpoints are known.
  std::function<Result<DriverStart>()> start;
  /// Told where the implementation listens, by what `start` asked for; may be empty.
  std::function<Status(const DriverListening&)> listens;
  /// The party whose operation `pair` {of, code} stands for the phone; empty where there is none.
  std::string phone;
};

/// Starts the process, or takes one out of the pool; the rest of the conversation begins with
/// begin(). The party keeps references to `world` and `recorder`.
Result<std::unique_ptr<Party>> make_driver_party(net::World& world, evidence::Recorder& recorder,
                                                 DrivenPart part);

}  // namespace parley::driver
