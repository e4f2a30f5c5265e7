// The messages of the driver contract as values: schemas/driver.proto in C++, with the limits and
// rules that a schema does not tell.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/json.h"
#include "harness/base/result.h"
#include "harness/driver/party.h"
#include "harness/net/outside.h"

namespace parley::driver {

inline constexpr std::string_view kGatekeeperClientSeat = "gatekeeper-client";
inline constexpr std::string_view kGatekeeperServerSeat = "gatekeeper-server";
inline constexpr std::string_view kPartnerClientSeat = "partner-client";
inline constexpr std::string_view kPartnerServerSeat = "partner-server";
inline constexpr std::string_view kPartnerProxySeat = "partner-proxy";
/// A whole partner: one driver that plays in the three seats of a partner's, in a process each.
inline constexpr std::string_view kPartnerSeat = "partner";

/// Every word that a user may name as a seat with a driver.
std::span<const std::string_view> drivable_seats();
/// The seats in which a driver of `seat` plays: itself, or a partner's three.
std::vector<std::string_view> seats_behind(std::string_view seat);

/// No implementation has it: whoever performs it answers everything with success.
inline constexpr std::string_view kProbeOperation = "parley-probe";

/// An operation of drivers alone, {seconds, nanoseconds}: the World's clock was set forward by
/// that, and the implementation's own follows. Who has it in its capabilities can take part where
/// time passes.
inline constexpr std::string_view kPassTime = "pass-time";

struct Implementation {
  std::string name;
  std::string version;
};

/// A driver's introduction of itself and of what it drives.
struct DriverHello : Hello {
  Implementation implementation;
  std::vector<std::string> seats;
  std::vector<std::string> addressing;
  /// Its process takes another session when one has ended.
  bool many_sessions = false;

  bool performs(std::string_view operation) const;
  /// In that seat of an actor; who drives a whole partner does so in each of a partner's.
  bool drives(std::string_view seat) const;
};

/// One of the gatekeeper's services: URLs and addresses by their names in the World.
struct DriverService {
  std::string service;  ///< "whatsapp"
  std::string issuer;   ///< `iss` of its tokens
  std::string enlistment;
  std::string keys;
  std::string web_chat;
  std::string chat;   ///< host:port
  std::string media;  ///< host:port
};

/// What whoever listens for others is told of the World around it.
struct Surroundings {
  /// Where every host is that it may have to do with: "chat.whatsapp.net:5222" ->
  /// "127.0.0.1:41002".
  std::map<std::string, std::string> hosts;
  /// What it may listen for, and under which name others look for it: "https" ->
  /// "birdy.partner.test:443".
  std::map<std::string, std::string> listen;
  std::string certificate_pem;  ///< for those names; both empty where it listens for nothing
  std::string private_key_pem;  ///< a secret: never recorded
};

/// What only a partner's implementation is told.
struct PartnerPart : Surroundings {
  std::vector<DriverService> services;
  std::string server;  ///< the URL of the partner's own server
};

/// A partner, as a gatekeeper's server knows it.
struct KnownPartner {
  std::string partner;          ///< its actor id
  std::int64_t integrator = 0;  ///< the number that its users' addresses begin with
  std::string server;           ///< the URL under which it is pushed; the audience of such tokens
  std::string keys;             ///< the URL of its key set
  std::string proxy;            ///< the numeric address its proxy comes from; empty without one
};

/// What only a gatekeeper's server is told.
struct GatekeeperPart : Surroundings {
  DriverService service;  ///< its own
  std::vector<KnownPartner> partners;
  /// Hex: signs the certificate chain of the chat server. The test root's, which is secret from
  /// nobody; never recorded all the same.
  std::string noise_root_private;
};

/// An account of the product's, with which a client may log in.
struct DriverAccount {
  std::string identifier;  ///< by which the product knows the person
  std::string password;    ///< secrets: never recorded; empty where there is none
  std::string token;
};

/// What whoever knows the product has stated of it (IXIT).
struct StatedProduct {
  std::map<std::string, std::string> endpoints;  ///< "push" -> "https://partner.example/push"
  std::map<std::string, std::string> timers;     ///< "reconnect" -> "10s"
  std::optional<DriverAccount> account;          ///< of the actor; clients only

  bool empty() const { return endpoints.empty() && timers.empty() && !account; }
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
  std::optional<PartnerPart> partner;        ///< in a partner's seats
  std::optional<GatekeeperPart> gatekeeper;  ///< in that of a gatekeeper's server
  StatedProduct product;                     ///< empty where nothing was stated

  /// Of either part; null for a gatekeeper's client.
  const Surroundings* surroundings() const;
};

/// What a driver answers to start: where it listens, by the names of Surroundings::listen.
using DriverListening = std::map<std::string, net::Endpoint>;

struct DriverEvent {
  std::uint64_t sequence = 0;
  std::string name;
  json::object facts;
};

json::object start_params(const DriverStart& start);
/// The reverse, for drivers of our own.
Result<DriverStart> read_start(const json::object& params);
/// The secrets of an account in the params of a start.
std::vector<std::string> secrets_of(const json::object& start_params);
json::object perform_params(std::string_view operation, json::object arguments);

/// The readers refuse members that are missing, unknown, of another type or too long: kInvalid,
/// with the message's name and the member in the text. Another version of the contract is
/// kUnsupported.
Result<DriverHello> read_hello(const json::object& params);
/// Of a driver that was asked to listen for `asked`; kInvalid also for anything else that it names,
/// and for what is no numeric address.
Result<DriverListening> read_started(const json::object& result,
                                     const std::map<std::string, std::string>& asked);
/// Also where the event is not the one with that number.
Result<DriverEvent> read_event(const json::object& params, std::uint64_t expected_sequence);
/// The code that the phone scans. It is a secret: it stands in no error.
Result<std::string> read_pair(const json::object& params);

}  // namespace parley::driver
