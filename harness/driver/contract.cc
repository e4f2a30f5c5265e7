#include "harness/driver/contract.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <limits>
#include <optional>
#include <utility>

#include "harness/base/diagnostic.h"

namespace parley::driver {
namespace {

constexpr std::size_t kLongestName = 200;
constexpr std::size_t kLongestCode = 4096;
constexpr std::size_t kMostWords = 500;
constexpr std::size_t kLongestText = 1024 * 1024;

// These texts stand in reports and on terminals.
bool is_plain(std::string_view text, std::size_t longest) {
  return !text.empty() && text.size() <= longest &&
         std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// Takes the members of one message; the first thing wrong is kept.
class MessageReader {
 public:
  MessageReader(std::string_view message, const json::object& object)
      : message_(message), object_(object) {}

  void text(std::string_view name, std::string& into, std::size_t longest = kLongestName) {
    const json::value* value = take(name);
    if (value == nullptr) return;
    const json::string* string = value->if_string();
    if (string == nullptr || !is_plain(*string, longest)) {
      return refuse(name, "must be a text of 1 to " + std::to_string(longest) +
                              " bytes without control characters");
    }
    into = std::string(std::string_view(*string));
  }

  void number(std::string_view name, std::int64_t& into) {
    const json::value* value = take(name);
    if (value == nullptr) return;
    const std::int64_t* number = value->if_int64();
    if (number == nullptr || *number < 0 || *number > std::numeric_limits<std::int32_t>::max()) {
      return refuse(name, "must be a whole number from 0 to 2147483647");
    }
    into = *number;
  }

  /// A text of several lines: a certificate.
  void lines(std::string_view name, std::string& into) {
    const json::value* value = take(name);
    if (value == nullptr) return;
    const json::string* string = value->if_string();
    if (string == nullptr || string->size() > kLongestText) return refuse(name, "must be a text");
    into = std::string(std::string_view(*string));
  }

  /// One of these words; nothing happens where the member is left out.
  void word(std::string_view name, std::span<const std::string_view> words, std::string& into) {
    if (!has(name)) return known_.emplace_back(name), void();
    const json::string* string = take(name)->if_string();
    const bool known = string != nullptr && std::ranges::find(words, *string) != words.end();
    if (known) {
      into = std::string(std::string_view(*string));
    } else {
      std::string all;
      for (const std::string_view one : words) all += (all.empty() ? "" : ", ") + std::string(one);
      refuse(name, "must be one of " + all);
    }
  }

  void table(std::string_view name, std::map<std::string, std::string>& into) {
    const json::object* object = this->object(name);
    if (object == nullptr) return;
    bool sound = object->size() <= kMostWords;
    for (const auto& member : *object) {
      const json::string* word = member.value().if_string();
      sound = sound && is_plain(member.key(), kLongestName) && word != nullptr &&
              is_plain(*word, kLongestName);
      if (sound) into.emplace(member.key(), std::string_view(*word));
    }
    if (!sound) {
      refuse(name, "must hold at most " + std::to_string(kMostWords) + " texts of 1 to " +
                       std::to_string(kLongestName) + " bytes");
    }
  }

  bool has(std::string_view name) const { return object_.contains(name); }

  void texts(std::string_view name, std::vector<std::string>& into) {
    const json::value* value = take(name);
    if (value == nullptr) return;
    const json::array* array = value->if_array();
    bool sound = array != nullptr && array->size() <= kMostWords;
    for (std::size_t i = 0; sound && i < array->size(); ++i) {
      const json::string* word = (*array)[i].if_string();
      sound = word != nullptr && is_plain(*word, kLongestName);
      if (sound) into.emplace_back(std::string_view(*word));
    }
    if (!sound) {
      refuse(name, "must be a list of at most " + std::to_string(kMostWords) + " texts of 1 to " +
                       std::to_string(kLongestName) + " bytes");
    }
  }

  const json::object* object(std::string_view name) {
    const json::value* value = take(name);
    if (value == nullptr) return nullptr;
    if (!value->is_object()) refuse(name, "must be an object");
    return value->if_object();
  }

  std::vector<const json::object*> objects(std::string_view name) {
    std::vector<const json::object*> all;
    const json::value* value = take(name);
    if (value == nullptr) return all;
    const json::array* array = value->if_array();
    bool sound = array != nullptr && array->size() <= kMostWords;
    for (std::size_t i = 0; sound && i < array->size(); ++i) {
      all.push_back((*array)[i].if_object());
      sound = all.back() != nullptr;
    }
    if (!sound) {
      all.clear();
      refuse(name, "must be a list of at most " + std::to_string(kMostWords) + " objects");
    }
    return all;
  }

  void refuse(std::string_view name, const std::string& why) {
    if (!trouble_) {
      trouble_ = make_error(ErrorCode::kInvalid, "\"" + std::string(name) + "\" " + why, message_);
    }
  }

  /// To be called when every member was asked for.
  Status finish() {
    for (const auto& member : object_) {
      const std::string key(member.key());
      if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
      const std::string hint = did_you_mean(key, known_);
      refuse(key, "is no member of this message" + (hint.empty() ? "" : "; " + hint));
    }
    return trouble_ ? Status(*trouble_) : Status();
  }

 private:
  const json::value* take(std::string_view name) {
    known_.emplace_back(name);
    const json::value* value = object_.if_contains(name);
    if (value == nullptr) refuse(name, "is missing");
    return value;
  }

  const std::string message_;
  const json::object& object_;
  std::vector<std::string> known_;
  std::optional<Error> trouble_;
};

json::object actor_object(const ActorSpec& actor) {
  json::object object;
  object["id"] = actor.id;
  object["kind"] = actor.kind;
  if (!actor.of.empty()) object["of"] = actor.of;
  object["settings"] = actor.settings;
  return object;
}

json::object service_object(const DriverService& service) {
  return {{"service", service.service},
          {"issuer", service.issuer},
          {"enlistment", service.enlistment},
          {"keys", service.keys},
          {"web_chat", service.web_chat},
          {"chat", service.chat},
          {"media", service.media}};
}

json::object table_object(const std::map<std::string, std::string>& table) {
  json::object object;
  for (const auto& [key, value] : table) object[key] = value;
  return object;
}

json::object surroundings_object(const Surroundings& part) {
  json::object object = {{"hosts", table_object(part.hosts)},
                         {"listen", table_object(part.listen)}};
  if (!part.certificate_pem.empty()) {
    object["certificate_pem"] = part.certificate_pem;
    object["private_key_pem"] = part.private_key_pem;
  }
  return object;
}

json::object partner_object(const PartnerPart& part) {
  json::array services;
  for (const DriverService& service : part.services) services.push_back(service_object(service));
  json::object object = surroundings_object(part);
  object["services"] = std::move(services);
  object["server"] = part.server;
  return object;
}

json::object known_partner_object(const KnownPartner& partner) {
  json::object object = {{"partner", partner.partner},
                         {"integrator", partner.integrator},
                         {"server", partner.server},
                         {"keys", partner.keys}};
  if (!partner.proxy.empty()) object["proxy"] = partner.proxy;
  return object;
}

json::object gatekeeper_object(const GatekeeperPart& part) {
  json::array partners;
  for (const KnownPartner& one : part.partners) partners.push_back(known_partner_object(one));
  json::object object = surroundings_object(part);
  object["service"] = service_object(part.service);
  object["partners"] = std::move(partners);
  object["noise_root_private"] = part.noise_root_private;
  return object;
}

Result<ActorSpec> read_actor(const json::object& object) {
  ActorSpec actor;
  MessageReader reader("start: actor", object);
  reader.text("id", actor.id);
  reader.text("kind", actor.kind);
  if (reader.has("of")) reader.text("of", actor.of);
  if (const json::object* settings = reader.object("settings")) actor.settings = *settings;
  PARLEY_TRY(reader.finish());
  return actor;
}

Result<DriverService> read_service(const json::object& object) {
  DriverService service;
  MessageReader reader("start: services", object);
  reader.text("service", service.service);
  reader.text("issuer", service.issuer);
  reader.text("enlistment", service.enlistment);
  reader.text("keys", service.keys);
  reader.text("web_chat", service.web_chat);
  reader.text("chat", service.chat);
  reader.text("media", service.media);
  PARLEY_TRY(reader.finish());
  return service;
}

void read_surroundings(MessageReader& reader, Surroundings& part) {
  reader.table("hosts", part.hosts);
  reader.table("listen", part.listen);
  if (!reader.has("certificate_pem")) return;
  reader.lines("certificate_pem", part.certificate_pem);
  reader.lines("private_key_pem", part.private_key_pem);
}

Result<PartnerPart> read_partner_part(const json::object& object) {
  PartnerPart part;
  MessageReader reader("start: partner", object);
  reader.text("server", part.server);
  read_surroundings(reader, part);
  for (const json::object* service : reader.objects("services")) {
    PARLEY_ASSIGN(DriverService one, read_service(*service));
    part.services.push_back(std::move(one));
  }
  PARLEY_TRY(reader.finish());
  return part;
}

Result<KnownPartner> read_known_partner(const json::object& object) {
  KnownPartner partner;
  MessageReader reader("start: gatekeeper: partners", object);
  reader.text("partner", partner.partner);
  reader.number("integrator", partner.integrator);
  reader.text("server", partner.server);
  reader.text("keys", partner.keys);
  if (reader.has("proxy")) reader.text("proxy", partner.proxy);
  PARLEY_TRY(reader.finish());
  return partner;
}

Result<GatekeeperPart> read_gatekeeper_part(const json::object& object) {
  GatekeeperPart part;
  MessageReader reader("start: gatekeeper", object);
  read_surroundings(reader, part);
  reader.text("noise_root_private", part.noise_root_private);
  if (const json::object* service = reader.object("service")) {
    PARLEY_ASSIGN(part.service, read_service(*service));
  }
  for (const json::object* partner : reader.objects("partners")) {
    PARLEY_ASSIGN(KnownPartner one, read_known_partner(*partner));
    part.partners.push_back(std::move(one));
  }
  PARLEY_TRY(reader.finish());
  return part;
}

bool is_word(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace

std::span<const std::string_view> drivable_seats() {
  static constexpr std::array<std::string_view, 6> kSeats{
      kGatekeeperClientSeat, kGatekeeperServerSeat, kPartnerSeat,
      kPartnerClientSeat,    kPartnerProxySeat,     kPartnerServerSeat};
  return kSeats;
}

std::vector<std::string_view> seats_behind(std::string_view seat) {
  if (seat != kPartnerSeat) return {seat};
  return {kPartnerServerSeat, kPartnerClientSeat, kPartnerProxySeat};
}

bool DriverHello::drives(std::string_view seat) const {
  return std::ranges::any_of(seats, [seat](const std::string& one) {
    const std::vector<std::string_view> behind = seats_behind(one);
    return one == seat || std::ranges::find(behind, seat) != behind.end();
  });
}

bool DriverHello::performs(std::string_view operation) const {
  return std::find(capabilities.begin(), capabilities.end(), operation) != capabilities.end();
}

const Surroundings* DriverStart::surroundings() const {
  if (partner) return &*partner;
  return gatekeeper ? &*gatekeeper : nullptr;
}

json::object start_params(const DriverStart& start) {
  json::array cast;
  for (const ActorSpec& actor : start.cast) cast.push_back(actor_object(actor));
  json::object params;
  params["seat"] = start.seat;
  params["actor"] = actor_object(start.actor);
  params["cast"] = std::move(cast);
  params["endpoints"] = {
      {"web_chat", start.web_chat}, {"chat", start.chat}, {"media", start.media}};
  params["trust"] = {{"noise_root", start.noise_root}, {"ca_pem", start.ca_pem}};
  params["time"] = start.time;
  params["addressing"] = start.addressing;
  if (start.partner) params["partner"] = partner_object(*start.partner);
  if (start.gatekeeper) params["gatekeeper"] = gatekeeper_object(*start.gatekeeper);
  return params;
}

Result<DriverStart> read_start(const json::object& params) {
  DriverStart start;
  MessageReader reader("start", params);
  reader.text("seat", start.seat);
  reader.text("time", start.time);
  reader.text("addressing", start.addressing);
  if (const json::object* actor = reader.object("actor")) {
    PARLEY_ASSIGN(start.actor, read_actor(*actor));
  }
  for (const json::object* actor : reader.objects("cast")) {
    PARLEY_ASSIGN(ActorSpec one, read_actor(*actor));
    start.cast.push_back(std::move(one));
  }
  if (const json::object* endpoints = reader.object("endpoints")) {
    MessageReader inner("start: endpoints", *endpoints);
    inner.text("web_chat", start.web_chat);
    inner.text("chat", start.chat);
    inner.text("media", start.media);
    PARLEY_TRY(inner.finish());
  }
  if (const json::object* trust = reader.object("trust")) {
    MessageReader inner("start: trust", *trust);
    inner.text("noise_root", start.noise_root);
    inner.lines("ca_pem", start.ca_pem);
    PARLEY_TRY(inner.finish());
  }
  if (reader.has("partner")) {
    if (const json::object* partner = reader.object("partner")) {
      PARLEY_ASSIGN(start.partner, read_partner_part(*partner));
    }
  }
  if (reader.has("gatekeeper")) {
    if (const json::object* gatekeeper = reader.object("gatekeeper")) {
      PARLEY_ASSIGN(start.gatekeeper, read_gatekeeper_part(*gatekeeper));
    }
  }
  PARLEY_TRY(reader.finish());
  return start;
}

json::object perform_params(std::string_view operation, json::object arguments) {
  json::object params;
  params["operation"] = json::string(operation);
  params["arguments"] = std::move(arguments);
  return params;
}

Result<DriverHello> read_hello(const json::object& params) {
  DriverHello hello;
  MessageReader reader("hello", params);
  std::int64_t protocol = 0;
  reader.text("name", hello.name);
  reader.text("version", hello.version);
  reader.number("protocol", protocol);
  if (const json::object* implementation = reader.object("implementation")) {
    MessageReader inner("hello: implementation", *implementation);
    inner.text("name", hello.implementation.name);
    inner.text("version", hello.implementation.version);
    PARLEY_TRY(inner.finish());
  }
  reader.texts("seats", hello.seats);
  reader.texts("addressing", hello.addressing);
  reader.texts("capabilities", hello.capabilities);
  static constexpr std::array<std::string_view, 2> kSessions{"one", "many"};
  std::string sessions;
  reader.word("sessions", kSessions, sessions);
  hello.many_sessions = sessions == "many";
  hello.protocol = static_cast<int>(protocol);
  // Another version may well have other members: its number is told first.
  if (get_int(params, "protocol") && protocol != kProtocolVersion) {
    return make_error(ErrorCode::kUnsupported,
                      "the driver speaks version " + std::to_string(protocol) +
                          " of the driver contract, Parley speaks version " +
                          std::to_string(kProtocolVersion),
                      "hello");
  }
  PARLEY_TRY(reader.finish());
  return hello;
}

Result<DriverListening> read_started(const json::object& result,
                                     const std::map<std::string, std::string>& asked) {
  constexpr std::string_view kMessage = "the answer to start";
  DriverListening listening;
  MessageReader reader(kMessage, result);
  std::map<std::string, std::string> said;
  if (reader.has("listening")) reader.table("listening", said);
  PARLEY_TRY(reader.finish());
  for (const auto& [what, where] : said) {
    if (!asked.contains(what)) {
      std::vector<std::string> words;
      for (const auto& entry : asked) words.push_back(entry.first);
      const std::string hint = did_you_mean(what, words);
      return make_error(ErrorCode::kInvalid,
                        "it listens for \"" + what + "\", which start did not ask for" +
                            (hint.empty() ? "" : "; " + hint),
                        std::string(kMessage));
    }
    Result<net::Endpoint> endpoint = net::parse_endpoint(where);
    if (!endpoint.ok()) {
      return at(std::string(kMessage) + ": " + what, std::move(endpoint).error());
    }
    listening.emplace(what, *std::move(endpoint));
  }
  return listening;
}

Result<DriverEvent> read_event(const json::object& params, std::uint64_t expected_sequence) {
  DriverEvent event;
  MessageReader reader("event", params);
  std::int64_t sequence = 0;
  reader.number("sequence", sequence);
  reader.text("name", event.name);
  if (!is_word(event.name)) reader.refuse("name", "must be small letters, digits and dashes");
  if (const json::object* facts = reader.object("facts")) event.facts = *facts;
  PARLEY_TRY(reader.finish());
  event.sequence = static_cast<std::uint64_t>(sequence);
  if (event.sequence != expected_sequence) {
    return make_error(ErrorCode::kInvalid,
                      "\"sequence\" is " + std::to_string(sequence) + ", and " +
                          std::to_string(expected_sequence) +
                          " was next: events count from 0 without gaps",
                      "event");
  }
  return event;
}

Result<std::string> read_pair(const json::object& params) {
  std::string code;
  MessageReader reader("pair", params);
  reader.text("code", code, kLongestCode);
  PARLEY_TRY(reader.finish());
  return code;
}

}  // namespace parley::driver
