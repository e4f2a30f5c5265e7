#include "mocks/cast/cast.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <limits>
#include <set>
#include <span>
#include <tuple>

#include "harness/base/clock.h"
#include "harness/base/diagnostic.h"
#include "harness/base/encoding.h"
#include "harness/crypto/hash.h"

namespace parley::mocks {
namespace {

Error invalid(std::string_view actor, std::string message) {
  return make_error(ErrorCode::kInvalid, std::move(message), "actor " + std::string(actor));
}

/// Reads the settings of one actor; the first thing wrong with them is kept.
class SettingsReader {
 public:
  SettingsReader(const driver::ActorSpec& actor, std::initializer_list<std::string_view> known)
      : actor_(actor) {
    const std::vector<std::string> names(known.begin(), known.end());
    for (const auto& setting : actor.settings) {
      const std::string key(setting.key());
      if (std::ranges::find(names, key) != names.end()) continue;
      const std::string hint = did_you_mean(key, names);
      fail("no such setting \"" + key + "\"" + (hint.empty() ? "" : "; " + hint));
    }
  }

  void text(std::string_view key, std::string& into) {
    const json::value* value = actor_.settings.if_contains(key);
    if (value == nullptr) return;
    if (const json::string* string = value->if_string()) {
      into = std::string(std::string_view(*string));
    } else {
      fail("setting \"" + std::string(key) + "\" must be a text");
    }
  }

  void choice(std::string_view key, std::string& into, std::span<const std::string_view> words) {
    text(key, into);
    if (std::ranges::find(words, into) != words.end()) return;
    std::string list;
    for (std::string_view word : words) {
      list += (list.empty() ? "" : ", ");
      list += word;
    }
    fail("setting \"" + std::string(key) + "\" must be one of " + list);
  }

  void flag(std::string_view key, bool& into) {
    const json::value* value = actor_.settings.if_contains(key);
    if (value == nullptr) return;
    if (const bool* flag = value->if_bool()) {
      into = *flag;
    } else {
      fail("setting \"" + std::string(key) + "\" must be true or false");
    }
  }

  void texts(std::string_view key, std::vector<std::string>& into) {
    const json::value* value = actor_.settings.if_contains(key);
    if (value == nullptr) return;
    const json::array* array = value->if_array();
    into.clear();
    for (std::size_t i = 0; array != nullptr && i < array->size(); ++i) {
      if (const json::string* string = (*array)[i].if_string()) {
        into.emplace_back(std::string_view(*string));
      } else {
        array = nullptr;
      }
    }
    if (array == nullptr) fail("setting \"" + std::string(key) + "\" must be a list of texts");
  }

  void duration(std::string_view key, std::optional<Duration>& into) {
    std::string spelt;
    text(key, spelt);
    if (spelt.empty()) return;
    const Result<Duration> read = parse_duration(spelt);
    if (read.ok()) {
      into = *read;
    } else {
      fail("setting \"" + std::string(key) + "\" must be a duration such as 30s");
    }
  }

  void integrator(std::string_view key, std::uint16_t& into) {
    if (!actor_.settings.contains(key)) return;
    const std::optional<std::int64_t> number = get_int(actor_.settings, key);
    if (number && *number >= 1 && *number <= std::numeric_limits<std::uint16_t>::max()) {
      into = static_cast<std::uint16_t>(*number);
    } else {
      fail("setting \"" + std::string(key) + "\" must be a whole number from 1 to 65535");
    }
  }

  void count(std::string_view key, std::int64_t& into) {
    if (!actor_.settings.contains(key)) return;
    const std::optional<std::int64_t> number = get_int(actor_.settings, key);
    constexpr std::int64_t kMost = 1'000'000;
    if (number && *number >= 1 && *number <= kMost) {
      into = *number;
    } else {
      fail("setting \"" + std::string(key) + "\" must be a whole number from 1 to 1000000");
    }
  }

  void fail(std::string message) {
    if (!trouble_) trouble_ = invalid(actor_.id, std::move(message));
  }

  Status finish() const { return trouble_ ? Status(*trouble_) : Status(); }

 private:
  const driver::ActorSpec& actor_;
  std::optional<Error> trouble_;
};

/// Empty where the actor does not say.
void read_service(SettingsReader& reader, std::string& into) {
  reader.text("service", into);
  if (into.empty() || find_service_hosts(into) != nullptr) return;
  reader.fail("there is no mock of the service \"" + into + "\"");
}

Result<WhatsappUserSettings> read_whatsapp_user(const driver::ActorSpec& actor) {
  static constexpr std::array<std::string_view, 2> kInboxes = {"separate", "combined"};
  WhatsappUserSettings user;
  user.id = actor.id;
  SettingsReader reader(
      actor, {"display_name", "contacts", "fault", "number", "third_party_chats", "apps", "inbox",
              "read_receipts", "typing", "registered", "service"});
  read_service(reader, user.service);
  reader.text("number", user.number);
  reader.flag("third_party_chats", user.third_party_chats);
  reader.flag("registered", user.registered);
  reader.texts("apps", user.apps);
  reader.choice("inbox", user.inbox, kInboxes);
  reader.flag("read_receipts", user.read_receipts);
  reader.flag("typing", user.typing);
  reader.text("display_name", user.display_name);
  reader.texts("contacts", user.contacts);
  reader.text("fault", user.fault);
  const bool digits = std::ranges::all_of(user.number, [](char c) { return c >= '0' && c <= '9'; });
  // E.164 numbers have at most fifteen digits, and none begins with 0.
  if (!digits || user.number.size() < 5 || user.number.size() > 15 || user.number[0] == '0') {
    reader.fail(
        "setting \"number\" must be a phone number of 5 to 15 digits with its country code");
  }
  PARLEY_TRY(reader.finish());
  return user;
}

Result<PartnerSettings> read_partner(const driver::ActorSpec& actor, std::uint16_t position) {
  static constexpr std::array<std::string_view, 3> kKinds = {"phone", "handle", "email"};
  PartnerSettings partner;
  partner.id = actor.id;
  partner.integrator = position;
  SettingsReader reader(actor, {"integrator", "identifier_kind", "proxy", "sends_media",
                                "key_rotation", "key_overlap", "fault"});
  reader.integrator("integrator", partner.integrator);
  reader.choice("identifier_kind", partner.identifier_kind, kKinds);
  reader.flag("proxy", partner.proxy);
  reader.flag("sends_media", partner.sends_media);
  reader.duration("key_rotation", partner.key_rotation);
  reader.duration("key_overlap", partner.key_overlap);
  reader.text("fault", partner.fault);
  PARLEY_TRY(reader.finish());
  return partner;
}

Result<PartnerUserSettings> read_partner_user(const driver::ActorSpec& actor) {
  static constexpr std::array<std::string_view, 2> kTransports = {"tcp", "websocket"};
  PartnerUserSettings user;
  user.id = actor.id;
  user.partner = actor.of;
  user.identifier = actor.id + "@" + actor.of + ".test";
  user.transport = "tcp";
  SettingsReader reader(
      actor, {"identifier", "transport", "auto_connect_on_push", "auto_reconnect", "read_receipts",
              "display_name", "contacts", "fault", "location", "bridged", "service", "franking"});
  read_service(reader, user.service);
  reader.text("identifier", user.identifier);
  reader.choice("transport", user.transport, kTransports);
  reader.flag("auto_connect_on_push", user.auto_connect_on_push);
  reader.flag("auto_reconnect", user.auto_reconnect);
  reader.flag("read_receipts", user.read_receipts);
  static constexpr std::array<std::string_view, 2> kLocations = {"eea", "elsewhere"};
  reader.choice("location", user.location, kLocations);
  reader.flag("bridged", user.bridged);
  reader.flag("franking", user.franking);
  reader.text("display_name", user.display_name);
  reader.texts("contacts", user.contacts);
  reader.text("fault", user.fault);
  if (user.identifier.empty()) reader.fail("setting \"identifier\" must not be empty");
  PARLEY_TRY(reader.finish());
  return user;
}

void read_links(SettingsReader& reader, const driver::ActorSpec& actor, Cast& cast) {
  std::optional<Duration> latency;
  std::optional<Duration> jitter;
  reader.duration("latency", latency);
  reader.duration("jitter", jitter);
  const std::int64_t loss = get_int(actor.settings, "loss").value_or(0);
  if (loss < 0 || loss > 500) reader.fail("setting \"loss\" is in thousandths, 500 at most");
  if (!latency) return;
  cast.links = net::LinkConditions{*latency, jitter.value_or(Duration::zero()),
                                   static_cast<std::uint32_t>(loss)};
}

Status read_gatekeeper(const driver::ActorSpec& actor, Cast& cast) {
  static constexpr std::array<std::string_view, 2> kModes = {"interop", "native"};
  static constexpr std::array<std::string_view, 2> kVersions = {"1.1", "2"};
  static constexpr std::array<std::string_view, 4> kFaults = {
      "", "forwards-client-ip", "one-consent-for-all", "trusts-reports"};
  std::string mode = "interop";
  std::string version = "1.1";
  std::string fault;
  GatekeeperSettings gatekeeper;
  gatekeeper.id = actor.id;
  SettingsReader reader(actor,
                        {"addressing", "http", "latency", "jitter", "loss", "fault", "ping_limit",
                         "lookup_limit", "enlistment_limit", "message_limit", "service"});
  read_service(reader, gatekeeper.service);
  reader.choice("addressing", mode, kModes);
  reader.choice("http", version, kVersions);
  reader.choice("fault", fault, kFaults);
  read_links(reader, actor, cast);
  reader.count("ping_limit", gatekeeper.limits.pings);
  reader.count("lookup_limit", gatekeeper.limits.lookups);
  reader.count("enlistment_limit", gatekeeper.limits.enlistments);
  reader.count("message_limit", gatekeeper.limits.messages);
  PARLEY_TRY(reader.finish());
  gatekeeper.http = version == "2" ? net::HttpVersion::k2 : net::HttpVersion::k1;
  gatekeeper.forwards_client_ip = fault == "forwards-client-ip";
  gatekeeper.shares_consent = fault == "one-consent-for-all";
  gatekeeper.trusts_reports = fault == "trusts-reports";
  gatekeeper.addressing = mode == "native" ? Addressing::kNative : Addressing::kInterop;
  for (const GatekeeperSettings& other : cast.gatekeepers) {
    if (other.service != gatekeeper.service) continue;
    return invalid(actor.id,
                   "one gatekeeper of " + gatekeeper.service + " at most; " + other.id + " is one");
  }
  cast.gatekeepers.push_back(std::move(gatekeeper));
  return {};
}

Status add_actor(Cast& cast, const driver::ActorSpec& actor) {
  if (actor.kind == "gatekeeper") {
    PARLEY_TRY(read_gatekeeper(actor, cast));
  } else if (actor.kind == "whatsapp-user") {
    PARLEY_ASSIGN(auto user, read_whatsapp_user(actor));
    cast.whatsapp_users.push_back(std::move(user));
  } else if (actor.kind == "partner") {
    const auto position = static_cast<std::uint16_t>(cast.partners.size() + 1);
    PARLEY_ASSIGN(auto partner, read_partner(actor, position));
    cast.partners.push_back(std::move(partner));
  } else if (actor.kind == "partner-user") {
    PARLEY_ASSIGN(auto user, read_partner_user(actor));
    cast.partner_users.push_back(std::move(user));
  } else {
    const std::vector<std::string> kinds = {"gatekeeper", "whatsapp-user", "partner",
                                            "partner-user"};
    const std::string hint = did_you_mean(actor.kind, kinds);
    return invalid(actor.id, "no such kind of actor: \"" + actor.kind + "\"" +
                                 (hint.empty() ? "" : "; " + hint));
  }
  return {};
}

template <class List, class Id>
auto find_by_id(const List& list, const Id& id) {
  const auto found = std::ranges::find(list, id, &List::value_type::id);
  return found == list.end() ? nullptr : &*found;
}

/// Users who do not say of which service they are belong to the only one that there is, or to
/// WhatsApp.
Status settle_services(Cast& cast) {
  if (!cast.gatekeepers.empty()) cast.gatekeeper = cast.gatekeepers.front();
  const bool one = cast.gatekeepers.size() == 1;
  const std::string usual = one ? cast.gatekeeper.service : std::string(kWhatsapp);
  const auto settle = [&](auto& users) -> Status {
    for (auto& user : users) {
      if (user.service.empty()) user.service = usual;
      const auto& list = cast.gatekeepers;
      const bool served =
          std::ranges::find(list, user.service, &GatekeeperSettings::service) != list.end();
      if (!served && !list.empty()) {
        return invalid(user.id, "user of \"" + user.service + "\", which has no gatekeeper here");
      }
    }
    return {};
  };
  PARLEY_TRY(settle(cast.whatsapp_users));
  return settle(cast.partner_users);
}

/// The rules between actors, once all are read.
Status check_relations(const Cast& cast) {
  std::set<std::pair<std::string, std::string>> numbers;
  for (const WhatsappUserSettings& user : cast.whatsapp_users) {
    if (!numbers.emplace(user.service, user.number).second) {
      return invalid(user.id, "another actor has the number " + user.number);
    }
    for (const std::string& app : user.apps) {
      if (cast.partner(app) == nullptr) {
        return invalid(user.id, "setting \"apps\" names no partner of the cast: \"" + app + "\"");
      }
    }
  }
  std::set<std::uint16_t> integrators;
  for (const PartnerSettings& partner : cast.partners) {
    if (!integrators.insert(partner.integrator).second) {
      return invalid(partner.id,
                     "another partner is integrator " + std::to_string(partner.integrator));
    }
  }
  std::set<std::tuple<std::string, std::string, std::string>> identifiers;
  for (const PartnerUserSettings& user : cast.partner_users) {
    if (cast.partner(user.partner) == nullptr) {
      return invalid(user.id, "user of no partner of the cast: \"" + user.partner + "\"");
    }
    if (!identifiers.emplace(user.service, user.partner, user.identifier).second) {
      return invalid(user.id, "another user of that partner is \"" + user.identifier + "\"");
    }
  }
  return {};
}

}  // namespace

const WhatsappUserSettings* Cast::whatsapp_user(std::string_view id) const {
  return find_by_id(whatsapp_users, id);
}
const PartnerSettings* Cast::partner(std::string_view id) const { return find_by_id(partners, id); }
const PartnerUserSettings* Cast::partner_user(std::string_view id) const {
  return find_by_id(partner_users, id);
}
const WhatsappUserSettings* Cast::by_number(std::string_view number) const {
  const auto found = std::ranges::find(whatsapp_users, number, &WhatsappUserSettings::number);
  return found == whatsapp_users.end() ? nullptr : &*found;
}

const ServiceHosts& Cast::hosts() const {
  const ServiceHosts* hosts = find_service_hosts(gatekeeper.service);
  return hosts == nullptr ? whatsapp_hosts() : *hosts;
}

Cast Cast::seen_by(std::string_view actor) const {
  std::string service;
  if (const auto* own = find_by_id(gatekeepers, actor)) service = own->service;
  if (const auto* user = whatsapp_user(actor)) service = user->service;
  if (const auto* user = partner_user(actor)) service = user->service;
  if (service.empty()) return *this;
  Cast side = *this;
  const auto elsewhere = [&](const auto& one) { return one.service != service; };
  std::erase_if(side.gatekeepers, elsewhere);
  std::erase_if(side.whatsapp_users, elsewhere);
  std::erase_if(side.partner_users, elsewhere);
  side.gatekeeper = side.gatekeepers.empty() ? GatekeeperSettings() : side.gatekeepers.front();
  side.gatekeeper.service = service;
  return side;
}

Result<Cast> read_cast(const std::vector<driver::ActorSpec>& actors) {
  Cast cast;
  std::set<std::string> ids;
  for (const driver::ActorSpec& actor : actors) {
    if (actor.id.empty()) return make_error(ErrorCode::kInvalid, "an actor without an id", "cast");
    if (!ids.insert(actor.id).second) return invalid(actor.id, "another actor has that id");
    PARLEY_TRY(add_actor(cast, actor));
  }
  PARLEY_TRY(settle_services(cast));
  PARLEY_TRY(check_relations(cast));
  return cast;
}

std::string device_credential(std::string_view partner_user) {
  const crypto::Digest32 digest =
      crypto::sha256({as_bytes("parley device credential\n"), as_bytes(partner_user)});
  return base64url(BytesView(digest).first(18));
}

}  // namespace parley::mocks
