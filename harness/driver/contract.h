// The messages of the driver contract as values: schemas/driver.proto in C++, with the limits and
// rules that a schema does not tell.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/json.h"
#include "harness/base/result.h"
#include "harness/driver/party.h"

namespace parley::driver {

inline constexpr std::string_view kGatekeeperClientSeat = "gatekeeper-client";

/// No implementation has it: whoever performs it answers everything with success.
inline constexpr std::string_view kProbeOperation = "parley-probe";

struct Implementation {
  std::string name;
  std::string version;
};

/// A driver's introduction of itself and of what it drives.
struct DriverHello : Hello {
  Implementation implementation;
  std::vector<std::string> seats;
  std::vector<std::string> addressing;

  bool performs(std::string_view operation) const;
};

/// What Parley tells a driver before the first operation.
struct DriverStart {
  std::string seat{kGatekeeperClientSeat};
  ActorSpec actor;
  std::vector<ActorSpec> cast;  ///< everybody else
  std::string web_chat;         ///< URL
  std::string chat;             ///< host:port
  std::string media;            ///< host:port
  std::string noise_root;       ///< hex
  std::string ca_pem;
  std::string time;
  std::string addressing;
};

struct DriverEvent {
  std::uint64_t sequence = 0;
  std::string name;
  json::object facts;
};

json::object start_params(const DriverStart& start);
json::object perform_params(std::string_view operation, json::object arguments);

/// The readers refuse members that are missing, unknown, of another type or too long: kInvalid,
/// with the message's name and the member in the text. Another version of the contract is
/// kUnsupported.
Result<DriverHello> read_hello(const json::object& params);
/// Also where the event is not the one with that number.
Result<DriverEvent> read_event(const json::object& params, std::uint64_t expected_sequence);
/// The code that the phone scans. It is a secret: it stands in no error.
Result<std::string> read_pair(const json::object& params);

}  // namespace parley::driver
