#include "harness/cli/standing_endpoints.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <utility>

#include "harness/base/file.h"
#include "harness/cli/endpoint_address.h"
#include "harness/cli/name_lookup.h"
#include "harness/cli/trust_option.h"
#include "harness/driver/server_examination.h"
#include "harness/net/open_world.h"

namespace parley::cli {
namespace {

using driver::DoctorLine;
using driver::DoctorRule;

constexpr std::string_view kGroup = "endpoints.";
constexpr std::string_view kDoctorHost = "doctor.test";
constexpr std::size_t kMaxTrust = 4 * 1024 * 1024;  // of the machine's

constexpr DoctorRule kPort{"RUN-02", "its address says where to connect", "run file",
                           "write https://host/path, or host:port"};
constexpr DoctorRule kName{"RUN-03", "its host can be looked up", "run file",
                           "correct the host's name, or have it entered in the name service that "
                           "this machine asks"};
constexpr DoctorRule kTrust{"RUN-04", "there are authorities to trust", "run file",
                            "name a PEM file with the authority of the product's certificates "
                            "under \"trust\""};

// Where the machine that this runs on reaches it.
std::string place_of(const std::string& ip, std::uint16_t port) {
  const bool six = ip.find(':') != std::string::npos;
  return (six ? "[" + ip + "]" : ip) + ":" + std::to_string(port);
}

Result<std::string> trusted(const EndpointLook& look) {
  PARLEY_ASSIGN(std::string pem, read_trust(look.trust));
  if (!pem.empty()) pem += "\n";
  const Result<std::string> machine = read_text_file(look.machine_trust, kMaxTrust);
  if (machine.ok()) pem += *machine;
  if (!pem.empty()) return pem;
  return make_error(ErrorCode::kNotFound,
                    "\"trust\" is not stated, and this machine has no " + look.machine_trust);
}

net::awaitable<Status> look_into(net::World& world, driver::ServerToExamine server,
                                 bool presence_only, std::vector<DoctorLine>& lines) {
  if (presence_only) {
    lines.push_back(co_await driver::examine_presence(world, std::move(server)));
    co_return Status();
  }
  std::vector<DoctorLine> seen = co_await driver::examine_server(world, std::move(server));
  std::ranges::move(seen, std::back_inserter(lines));
  co_return Status();
}

// A World of its own for each, so that what is wrong with one is not in the way of another.
Status look_at(const StandingEndpoint& endpoint, const std::string& ip, const std::string& trust,
               const EndpointLook& look, Log& log, std::vector<DoctorLine>& lines) {
  net::SocketOptions sockets;
  sockets.start = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  net::OpenOptions open;
  open.peers[endpoint.name.text()] = place_of(ip, endpoint.name.port);
  open.trust = trusting(trust);
  PARLEY_ASSIGN(const std::unique_ptr<net::World> world, net::make_open_world(sockets, open, log));
  driver::ServerToExamine server{endpoint.name, std::string(kDoctorHost), endpoint.keys_path,
                                 look.patience};
  const bool presence = look.presence_only || !endpoint.https;
  const Status looked = net::run(*world, look_into(*world, std::move(server), presence, lines));
  world->shutdown();
  return looked;
}

std::vector<DoctorLine> examine(const StandingEndpoint& endpoint, const EndpointLook& look,
                                Log& log) {
  std::vector<DoctorLine> lines;
  const auto failed = [&lines] { return lines.back().outcome == driver::DoctorOutcome::kFail; };
  lines.push_back(driver::line_for(
      kPort, endpoint.name.port != 0
                 ? Status()
                 : make_error(ErrorCode::kInvalid, "\"" + endpoint.stated + "\" has no port")));
  if (failed()) return lines;
  const auto ip = look_up_host(endpoint.name.host, look.patience);
  lines.push_back(driver::line_for(kName, ip.ok() ? Status() : Status(ip.error())));
  if (failed()) return lines;
  std::string trust;
  if (endpoint.https && !look.presence_only) {
    auto pem = trusted(look);
    lines.push_back(driver::line_for(kTrust, pem.ok() ? Status() : Status(pem.error())));
    if (failed()) return lines;
    trust = *std::move(pem);
  }
  const Status looked = look_at(endpoint, *ip, trust, look, log, lines);
  if (!looked.ok()) lines.push_back(driver::line_for(kName, looked));
  return lines;
}

}  // namespace

std::string StandingEndpoint::text() const {
  std::string list;
  for (const std::string& use : uses) list += (list.empty() ? "" : ", ") + use;
  return (name.port == 0 ? stated : name.text()) + " (" + list + ")";
}

std::vector<StandingEndpoint> standing_endpoints(std::span<const scenario::IxitAnswer> ixit) {
  std::vector<StandingEndpoint> out;
  for (const scenario::IxitAnswer& answer : ixit) {
    if (!answer.name.starts_with(kGroup)) continue;
    const std::string use = answer.name.substr(kGroup.size());
    const auto address = parse_endpoint_address(answer.value);
    if (!address) continue;
    std::string host = address->host;
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    StandingEndpoint one{answer.value, {host, address->port}, {use}, true, {}};
    one.https = use != "chat" && use != "proxy";
    if (use == "jwks") one.keys_path = (address->path.starts_with('/') ? "" : "/") + address->path;
    const auto known = std::ranges::find_if(out, [&](const StandingEndpoint& other) {
      return other.name == one.name && other.https == one.https && one.name.port != 0;
    });
    if (known == out.end()) {
      out.push_back(std::move(one));
      continue;
    }
    known->uses.push_back(use);
    if (!one.keys_path.empty()) known->keys_path = one.keys_path;
  }
  return out;
}

std::vector<driver::DoctorRule> endpoint_rules() { return {kPort, kName, kTrust}; }

std::vector<DoctorSection> examine_endpoints(std::span<const StandingEndpoint> endpoints,
                                             const EndpointLook& look, Log& log) {
  std::vector<DoctorSection> out;
  for (const StandingEndpoint& one : endpoints) {
    out.push_back({one.text(), true, examine(one, look, log)});
  }
  return out;
}

}  // namespace parley::cli
