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

struct WhatsappUserSettings {
  std::string id;
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
  bool bridged = false;  ///< a user of another service, whom the partner would let through
};

struct Cast {
  std::string gatekeeper;  ///< id of the gatekeeper; empty where there is none
  Addressing addressing = Addressing::kInterop;
  GatekeeperLimits limits;
  net::HttpVersion http = net::HttpVersion::k1;  ///< the newest that the gatekeeper offers partners
  std::optional<net::LinkConditions> links;      ///< of every link, in simulation
  bool forwards_client_ip = false;  ///< the gatekeeper tells partners which client asks for a file
  std::vector<WhatsappUserSettings> whatsapp_users;
  std::vector<PartnerSettings> partners;
  std::vector<PartnerUserSettings> partner_users;
  /// Interferes with what the parties do; null where none does. It outlives them.
  Interceptor* interceptor = nullptr;

  const WhatsappUserSettings* whatsapp_user(std::string_view id) const;
  const PartnerSettings* partner(std::string_view id) const;
  const PartnerUserSettings* partner_user(std::string_view id) const;
  const WhatsappUserSettings* by_number(std::string_view number) const;
};

/// kInvalid for a setting of the wrong type, an unknown kind, two equal ids, numbers, integrators
/// or identifiers, or a partner user of no partner.
Result<Cast> read_cast(const std::vector<driver::ActorSpec>& actors);

/// What a device shows its partner's server to get a token: synthetic, derived from the actor id,
/// and known to both in place of a sign-up.
std::string device_credential(std::string_view partner_user);

}  // namespace parley::mocks
