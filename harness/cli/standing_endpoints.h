// What a run file says where a product stands (IXIT), for a doctor: each address once, with what it
// is for, and what is to be seen there. Only addresses that the run file lists come so far: its
// reader refuses every other one.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/log.h"
#include "harness/base/result.h"
#include "harness/driver/doctor_line.h"
#include "harness/net/network.h"
#include "harness/scenario/ixit.h"

namespace parley::cli {

struct StandingEndpoint {
  std::string stated;             ///< as the run file has it, where no address can be made of it
  net::Address name;              ///< port 0: none was stated
  std::vector<std::string> uses;  ///< "jwks", "token"
  bool https = true;              ///< false: a chat connection, which has no TLS
  std::string keys_path;          ///< of the key set; empty: none is stated to be there

  std::string text() const;  ///< "keys.example:8443 (jwks, token)"
};

/// In the order in which they were stated.
std::vector<StandingEndpoint> standing_endpoints(std::span<const scenario::IxitAnswer> ixit);

/// What was seen at one of them, or in one seat.
struct DoctorSection {
  std::string subject;  ///< "partner-server", or StandingEndpoint::text()
  bool endpoint = false;
  std::vector<driver::DoctorLine> lines;
};

/// RUN-02 to RUN-04.
std::vector<driver::DoctorRule> endpoint_rules();

struct EndpointLook {
  std::string trust;  ///< a PEM file of authorities beside the machine's; empty: none
  std::string machine_trust = "/etc/ssl/certs/ca-certificates.crt";  ///< of the machine's
  Duration patience = std::chrono::seconds(10);
  bool presence_only = false;  ///< whether somebody is there, and nothing else
};

/// Looks at each, in a World that reaches them and nothing else.
std::vector<DoctorSection> examine_endpoints(std::span<const StandingEndpoint> endpoints,
                                             const EndpointLook& look, Log& log);

}  // namespace parley::cli
