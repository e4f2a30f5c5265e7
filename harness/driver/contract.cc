#include "harness/driver/contract.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <utility>

#include "harness/base/diagnostic.h"
#include "harness/driver/message_reader.h"

namespace parley::driver {
namespace {

constexpr std::size_t kLongestCode = 4096;

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

json::object product_object(const StatedProduct& product) {
  json::object object = {{"endpoints", table_object(product.endpoints)},
                         {"timers", table_object(product.timers)}};
  if (!product.account) return object;
  json::object account = {{"identifier", product.account->identifier}};
  if (!product.account->password.empty()) account["password"] = product.account->password;
  if (!product.account->token.empty()) account["token"] = product.account->token;
  object["account"] = std::move(account);
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

Result<StatedProduct> read_product(const json::object& object) {
  StatedProduct product;
  MessageReader reader("start: product", object);
  if (reader.has("endpoints")) reader.table("endpoints", product.endpoints, kLongestCode);
  if (reader.has("timers")) reader.table("timers", product.timers);
  const json::object* account = reader.has("account") ? reader.object("account") : nullptr;
  if (account != nullptr) {
    MessageReader inner("start: product: account", *account);
    product.account.emplace();
    inner.text("identifier", product.account->identifier, kLongestCode);
    if (inner.has("password")) inner.lines("password", product.account->password);
    if (inner.has("token")) inner.lines("token", product.account->token);
    PARLEY_TRY(inner.finish());
  }
  PARLEY_TRY(reader.finish());
  return product;
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
  if (!start.product.empty()) params["product"] = product_object(start.product);
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
  if (reader.has("product")) {
    if (const json::object* product = reader.object("product")) {
      PARLEY_ASSIGN(start.product, read_product(*product));
    }
  }
  PARLEY_TRY(reader.finish());
  return start;
}

std::vector<std::string> secrets_of(const json::object& start_params) {
  std::vector<std::string> out;
  const json::object* product = get_object(start_params, "product");
  const json::object* account = product == nullptr ? nullptr : get_object(*product, "account");
  for (const std::string_view name : {"password", "token"}) {
    const auto secret = account == nullptr ? std::nullopt : get_string(*account, name);
    if (secret) out.emplace_back(*secret);
  }
  return out;
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
