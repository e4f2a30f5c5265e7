// What the gatekeeper's servers share: the accounts, who is connected, the keys of both sides, and
// the World. One thread, so nothing here is locked.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "harness/driver/party.h"
#include "harness/wire/profile.h"
#include "mocks/cast/cast.h"
#include "mocks/gatekeeper/accounts.h"
#include "mocks/gatekeeper/address_book.h"
#include "mocks/gatekeeper/connections.h"
#include "mocks/gatekeeper/disturbances.h"
#include "mocks/gatekeeper/own_keys.h"
#include "mocks/gatekeeper/pairing.h"
#include "mocks/gatekeeper/partner_keys.h"
#include "mocks/gatekeeper/policy.h"
#include "mocks/gatekeeper/push_caller.h"
#include "mocks/gatekeeper/rate_limit.h"
#include "mocks/gatekeeper/report_desk.h"
#include "mocks/gatekeeper/token_check.h"
#include "mocks/tap/observer.h"

namespace parley::mocks::gatekeeper {

/// A partner's user who does not connect for this long must enlist again (framework, part 1).
inline constexpr Duration kEnlistmentPeriod = std::chrono::hours(24 * 30);

/// How the chat service does, as the scenario has set it.
enum class ChatService {
  kUp,
  kDown,     ///< closes every new connection without a word
  kOverload  ///< answers every login with 503
};

/// The limits as they are counted, each under the setting of the same name.
struct Limits {
  explicit Limits(const GatekeeperLimits& limits)
      : pings(static_cast<std::size_t>(limits.pings), std::chrono::hours(24)),
        lookups(static_cast<std::size_t>(limits.lookups), std::chrono::minutes(1)),
        enlistments(static_cast<std::size_t>(limits.enlistments), std::chrono::minutes(1)),
        messages(static_cast<std::size_t>(limits.messages), std::chrono::minutes(1)) {}
  RateLimit pings;
  RateLimit lookups;
  RateLimit enlistments;
  RateLimit messages;
};

struct Backend {
  Backend(net::World& world_, Observer observer_, Cast cast_,
          std::shared_ptr<const wire::Profile> profile_)
      : world(world_),
        observer(std::move(observer_)),
        cast(std::move(cast_)),
        profile(std::move(profile_)),
        random(world.random(observer.party)),
        events(world, *observer.recorder, observer.party, observer.role),
        accounts(cast, world.random((observer.departs("ids-per-service") ? "all" : observer.party) +
                                    " accounts")),
        addresses(cast, accounts),
        limits(cast.gatekeeper.limits),
        own_keys(cast.hosts(), observer.departs("keys-per-service")),
        reports(*world.random(observer.party + " reports"), cast.gatekeeper.trusts_reports),
        partner_keys(world, observer, events, cast.hosts().egress, cast.gatekeeper.http),
        push(world, observer, events, own_keys, cast.gatekeeper.http) {}
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;

  /// Whether the gatekeeper departs from that rule: a policy quirk's hook (mocks/quirks).
  bool departs(std::string_view rule) const { return observer.departs(rule); }

  net::World& world;
  const Observer observer;
  const Cast cast;
  const std::shared_ptr<const wire::Profile> profile;
  const std::unique_ptr<Random> random;
  driver::EventLog events;
  Accounts accounts;
  AddressBook addresses;
  Limits limits;
  std::map<std::string, policy::Suspension, std::less<>> suspensions;  ///< by address or partner id
  /// Versions of the framework's protocol that end at some time.
  std::map<std::string, TimePoint, std::less<>> version_ends;
  Connections connections;
  Disturbances disturbances;
  ChatService chat = ChatService::kUp;
  PairingDesk pairings;
  /// Of other services, which take over what users choose here: for a gatekeeper with that defect.
  std::vector<Backend*> followers;
  const OwnKeys own_keys;
  const ReportDesk reports;
  PartnerKeys partner_keys;
  PushCaller push;
};

/// Whose token it is, verified with the partner's current keys. At enlistment and at every login.
net::awaitable<std::variant<TokenIdentity, TokenTrouble>> verify_token(Backend& backend,
                                                                       std::string token);

/// The suspension that applies to a partner's user at this time, or null. `address` may be empty
/// for somebody who has none yet.
const policy::Suspension* suspension_of(const Backend& backend, std::string_view partner,
                                        std::string_view address);

/// The number under which the partner's users have their addresses.
std::uint16_t integrator_of(const Backend& backend, const PartnerSettings& partner);

/// Whether that version is spoken at this time.
bool speaks_version_now(const Backend& backend, std::string_view version);

/// Stores a stanza for `to` and sends it where the account is connected; else, for a partner's
/// user, wakes it where `urgent`. `id` and `from` are what its acknowledgement will name. A stanza
/// that the wire profile could not make is logged and goes no further.
void deliver(Backend& backend, Account& to, MailClass kind, std::string id, std::string from,
             const Result<wire::Node>& stanza, bool urgent);

/// Writes down that something went no further.
void note_drop(Backend& backend, std::string_view id, policy::Drop reason);

/// Tells everybody who exchanged something with the account that its identity key is another.
void announce_identity_change(Backend& backend, const Account& account);

/// Lets the enlistment of a partner's user end after kEnlistmentPeriod, unless it connects before.
void start_absence(Backend& backend, Account& account);

/// Takes away keys, mail, blocklist and contacts; a new enlistment gets the same address.
void end_enlistment(Backend& backend, Account& account, std::string_view reason);

/// Removes the account and everything of it.
void delete_account(Backend& backend, Account& account);

}  // namespace parley::mocks::gatekeeper
