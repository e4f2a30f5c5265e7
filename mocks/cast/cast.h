// The cast's settings as the mocks read them: typed, with defaults filled in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/driver/party.h"
#include "harness/net/http.h"
#include "harness/net/link_conditions.h"
#include "mocks/cast/service_hosts.h"

namespace parley::mocks {

class Interceptor;

/// How the gatekeeper's own users see partners' users (docs/scenarios.md).
enum class Addressing {
  kInterop,  ///< "{integrator}-{number}@interop"
  kNative    ///< as ordinary users, with a phone number and a LID
};

/// What the gatekeeper allows before it answers that there was too much.
struct GatekeeperLimits {
  std::int64_t pings = 5;          ///< per sender and recipient, in a day
  std::int64_t lookups = 100;      ///< pings and key fetches per partner's user, in a minute
  std::int64_t enlistments = 100;  ///< per partner, in a minute
  std::int64_t messages = 10'000;  ///< per user, native or not, in a minute
};

/// A gatekeeper: the servers of one of its core platform services.
struct GatekeeperSettings {
  std::string id;  ///< empty where there is none
  std::string service = std::string(kWhatsapp);
  Addressing addressing = Addressing::kInterop;
  GatekeeperLimits limits;
  net::HttpVersion http = net::HttpVersion::k1;  ///< the newest that it offers partners
  bool forwards_client_ip = false;               ///< it tells partners which client asks for a file
  bool shares_consent = false;  ///< what its users choose counts at the other services, too
  bool trusts_reports = false;  ///< accepts reports without verifying them
};

/// A native user of one of the gatekeeper's services.
struct WhatsappUserSettings {
  std::string id;
  std::string service;
  std::string number;  ///< digits only
  bool third_party_chats = false;
  std::vector<std::string> apps;  ///< ids of enabled partners
  std::string inbox = "separate";
  bool read_receipts = true;
  bool typing = true;
  bool registered = true;  ///< false: a number that nobody has
  std::string display_name;
  std::vector<std::string> contacts;  ///< of the address book
  std::string fault;
};

struct PartnerSettings {
  std::string id;
  std::uint16_t integrator =
      0;  ///< 1-based position among the partners where the cast says nothing
  std::string identifier_kind = "handle";
  bool proxy = false;  ///< its users' chat connections go through a proxy of its own
  bool sends_media = true;
  std::optional<Duration> key_rotation;  ///< how often it signs with a new key, unasked
  std::optional<Duration> key_overlap;   ///< how long a retired key stays published
  std::string fault;
};

struct PartnerUserSettings {
  std::string id;
  std::string service;     ///< of the gatekeeper with which it enlists
  std::string partner;     ///< id of its partner
  std::string identifier;  ///< user-visible; "<id>@<partner>.test" where the cast says nothing
  std::string transport = "tcp";
  bool auto_connect_on_push = false;
  bool read_receipts = true;
  std::string fault;
  bool auto_reconnect = false;   ///< comes back by itself when the server ends its connection
  std::string location = "eea";  ///< eea or elsewhere
  std::string display_name;
  std::vector<std::string> contacts;  ///< of the address book
  bool bridged = false;   ///< a user of another service, whom the partner would let through
  bool franking = false;  ///< its client commits to what it sends, so that it can be reported
};

/// The whole cast, or the side of one service: what its gatekeeper and its users know of.
struct Cast {
  GatekeeperSettings gatekeeper;  ///< of a side, its own; of the whole cast, the first
  std::vector<GatekeeperSettings> gatekeepers;
  std::optional<net::LinkConditions> links;  ///< of every link, in simulation
  std::vector<WhatsappUserSettings> whatsapp_users;
  std::vector<PartnerSettings> partners;
  std::vector<PartnerUserSettings> partner_users;
  /// Interferes with what the parties do; null where none does. It outlives them.
  Interceptor* interceptor = nullptr;

  const WhatsappUserSettings* whatsapp_user(std::string_view id) const;
  const PartnerSettings* partner(std::string_view id) const;
  const PartnerUserSettings* partner_user(std::string_view id) const;
  const WhatsappUserSettings* by_number(std::string_view number) const;

  /// Where the gatekeeper's service lives.
  const ServiceHosts& hosts() const;
  /// What a gatekeeper or a user has to do with: the gatekeeper and the users of its own service,
  /// and every partner. Partners serve all services: the whole cast.
  Cast seen_by(std::string_view actor) const;
};

/// The whole cast. kInvalid for a setting of the wrong type, an unknown kind, two equal ids or
/// integrators, two gatekeepers of one service, two equal numbers or identifiers at one service, a
/// partner user of no partner, or a user of a service that the cast has no gatekeeper of.
Result<Cast> read_cast(const std::vector<driver::ActorSpec>& actors);

/// What a device shows its partner's server to get a token: synthetic, derived from the actor id,
/// and known to both in place of a sign-up.
std::string device_credential(std::string_view partner_user);

}  // namespace parley::mocks
