#include "harness/cli/driven_start.h"

#include <utility>

#include "harness/base/encoding.h"
#include "harness/cli/endpoint_address.h"
#include "mocks/cast/hosts.h"
#include "mocks/cast/test_root.h"

namespace parley::cli {
namespace {

constexpr std::string_view kEnlistmentPath = "/3p/interop_reg";

// Settings that the mocks know although the scenario leaves them out.
driver::ActorSpec filled_in(driver::ActorSpec actor, const mocks::Cast& cast) {
  const mocks::PartnerUserSettings* user = cast.partner_user(actor.id);
  const mocks::PartnerSettings* partner = cast.partner(user == nullptr ? actor.id : user->partner);
  if (user != nullptr) actor.settings["identifier"] = user->identifier;
  if (partner != nullptr) actor.settings["integrator"] = partner->integrator;
  return actor;
}

const driver::ActorSpec& spec(const DrivenActor& actor) { return actor.actors[actor.index]; }

// The services with which the actor has to do: a gatekeeper and a user with their own, a partner
// with all.
std::vector<const mocks::ServiceHosts*> services_of(const DrivenActor& actor) {
  if (actor.seat == driver::kPartnerClientSeat || actor.seat == driver::kGatekeeperServerSeat) {
    return {&actor.cast.seen_by(spec(actor).id).hosts()};
  }
  std::vector<const mocks::ServiceHosts*> all;
  for (const mocks::GatekeeperSettings& gatekeeper : actor.cast.gatekeepers) {
    all.push_back(mocks::find_service_hosts(gatekeeper.service));
  }
  if (all.empty()) all.push_back(&actor.cast.hosts());
  return all;
}

std::string partner_of(const DrivenActor& actor) {
  const driver::ActorSpec& one = spec(actor);
  return one.of.empty() ? one.id : one.of;
}

// The host name as which its connections count.
std::string caller_of(const DrivenActor& actor) {
  if (actor.seat == driver::kPartnerClientSeat) return mocks::device_host(spec(actor).id);
  if (actor.seat == driver::kGatekeeperServerSeat) return services_of(actor).front()->egress;
  return mocks::partner_host(partner_of(actor)).host;
}

std::vector<net::Address> reached(const DrivenActor& actor) {
  std::vector<net::Address> all;
  if (actor.seat == driver::kGatekeeperServerSeat) {
    for (const mocks::PartnerSettings& partner : actor.cast.partners) {
      all.push_back(mocks::partner_host(partner.id));
    }
    return all;
  }
  const std::string partner = partner_of(actor);
  for (const mocks::ServiceHosts* service : services_of(actor)) {
    if (actor.seat == driver::kPartnerProxySeat) {
      all.push_back(service->chat);
      continue;
    }
    for (const net::Address& host :
         {service->enlistment, service->keys, service->media, service->web_chat}) {
      all.push_back(host);
    }
    if (actor.seat != driver::kPartnerClientSeat) continue;
    all.push_back(service->chat);
    const mocks::PartnerSettings* settings = actor.cast.partner(partner);
    if (settings != nullptr && settings->proxy) {
      all.push_back(mocks::partner_proxy_host(partner, *service));
    }
  }
  if (actor.seat == driver::kPartnerClientSeat) all.push_back(mocks::partner_host(partner));
  if (actor.seat == driver::kPartnerServerSeat) {
    for (const mocks::PartnerUserSettings& user : actor.cast.partner_users) {
      if (user.partner == partner) all.push_back(mocks::wake_host(user.id));
    }
  }
  return all;
}

std::string url(const net::Address& host, std::string_view path,
                std::string_view scheme = "https") {
  return std::string(scheme) + "://" + host.host + std::string(path);
}

driver::DriverService service_part(const mocks::ServiceHosts& hosts) {
  return {std::string(hosts.service),
          std::string(hosts.issuer),
          url(hosts.enlistment, kEnlistmentPath),
          url(hosts.keys, mocks::kGatekeeperKeysPath),
          url(hosts.web_chat, mocks::kWebChatPath, "wss"),
          hosts.chat.text(),
          hosts.media.text()};
}

// Opens the doors, and issues the certificate for what may be listened for.
Status surround(net::Outside& outside, const DrivenActor& actor, driver::Surroundings& part) {
  const std::string caller = caller_of(actor);
  for (const net::Address& host : reached(actor)) {
    PARLEY_ASSIGN(const net::Endpoint door, outside.open_door(host, caller));
    part.hosts[host.text()] = door.text();
  }
  std::vector<std::string> names;
  for (const auto& [what, name] : driven_names(actor)) {
    part.listen[what] = name.text();
    names.push_back(name.host);
  }
  PARLEY_ASSIGN(const crypto::CertificateAndKey identity, outside.issue(names));
  part.certificate_pem = identity.certificate_pem;
  part.private_key_pem = identity.private_key_pem;
  return {};
}

Result<driver::PartnerPart> partner_part(net::Outside& outside, const DrivenActor& actor) {
  driver::PartnerPart part;
  part.server = mocks::partner_base_url(partner_of(actor));
  for (const mocks::ServiceHosts* service : services_of(actor)) {
    part.services.push_back(service_part(*service));
  }
  PARLEY_TRY(surround(outside, actor, part));
  return part;
}

driver::KnownPartner known_partner(net::Outside& outside, const mocks::PartnerSettings& partner) {
  const net::Address host = mocks::partner_host(partner.id);
  driver::KnownPartner known{partner.id, partner.integrator, url(host, ""),
                             url(host, mocks::kPartnerKeysPath), ""};
  if (partner.proxy) known.proxy = outside.address_of(host.host);
  return known;
}

Result<driver::GatekeeperPart> gatekeeper_part(net::Outside& outside, const DrivenActor& actor) {
  driver::GatekeeperPart part;
  part.service = service_part(*services_of(actor).front());
  for (const mocks::PartnerSettings& partner : actor.cast.partners) {
    part.partners.push_back(known_partner(outside, partner));
  }
  part.noise_root_private = hex(mocks::chat_test_root().agreement().private_key());
  PARLEY_TRY(surround(outside, actor, part));
  return part;
}

std::map<std::string, net::Address> gatekeeper_names(const mocks::ServiceHosts& service) {
  return {{"enlistment", service.enlistment},
          {"keys", service.keys},
          {"web_chat", service.web_chat},
          {"chat", service.chat},
          {"media", service.media}};
}

Status may_contact(std::string_view what, const net::Endpoint& where,
                   const std::vector<std::string>& addresses) {
  const std::string text = where.text();
  const std::string host = text.substr(0, text.rfind(':'));
  const bool allowed = addresses.empty() ? host.starts_with("127.") || host == "[::1]"
                                         : may_be_contacted(addresses, host, where.port);
  if (allowed) return {};
  return make_error(ErrorCode::kInvalid,
                    text + " is not contacted: " +
                        (addresses.empty() ? "it is not on this machine, and no run file lists it "
                                             "under \"addresses\""
                                           : "the run file does not list it under \"addresses\""),
                    std::string(what));
}

}  // namespace

std::map<std::string, net::Address> driven_names(const DrivenActor& actor) {
  if (actor.seat == driver::kGatekeeperServerSeat) {
    return gatekeeper_names(*services_of(actor).front());
  }
  const std::string partner = partner_of(actor);
  if (actor.seat == driver::kPartnerClientSeat) {
    return {{"wake", mocks::wake_host(spec(actor).id)}};
  }
  if (actor.seat == driver::kPartnerServerSeat) return {{"https", mocks::partner_host(partner)}};
  std::map<std::string, net::Address> names;
  if (actor.seat != driver::kPartnerProxySeat) return names;
  for (const mocks::ServiceHosts* service : services_of(actor)) {
    const bool usual = service->service == mocks::kWhatsapp;
    names["proxy" + (usual ? "" : "-" + std::string(service->service))] =
        mocks::partner_proxy_host(partner, *service);
  }
  return names;
}

Result<driver::DriverStart> driven_start(net::World& world, const DrivenActor& actor) {
  const net::Network& network = world.network();
  driver::DriverStart start;
  start.seat = actor.seat;
  start.noise_root = hex(mocks::chat_test_root_public());
  start.ca_pem = network.ca_pem() + actor.trust;
  start.time = utc_text(world.now());
  start.addressing = actor.addressing;
  start.product = actor.product;
  start.actor = spec(actor);
  for (std::size_t i = 0; i < actor.actors.size(); ++i) {
    if (i != actor.index) start.cast.push_back(filled_in(actor.actors[i], actor.cast));
  }
  const mocks::ServiceHosts& hosts = actor.cast.seen_by(spec(actor).id).hosts();
  if (actor.seat == driver::kGatekeeperClientSeat) {
    start.web_chat =
        "wss://" + network.external_address(hosts.web_chat) + std::string(mocks::kWebChatPath);
    start.chat = network.external_address(hosts.chat);
    start.media = network.external_address(hosts.media);
    return start;
  }
  start.actor = filled_in(std::move(start.actor), actor.cast);
  start.web_chat = url(hosts.web_chat, mocks::kWebChatPath, "wss");
  start.chat = hosts.chat.text();
  start.media = hosts.media.text();
  net::Outside* outside = net::outside_of(world);
  if (outside == nullptr) {
    return make_error(ErrorCode::kUnsupported, "no program outside can take part in simulation");
  }
  if (actor.seat == driver::kGatekeeperServerSeat) {
    PARLEY_ASSIGN(start.gatekeeper, gatekeeper_part(*outside, actor));
  } else {
    PARLEY_ASSIGN(start.partner, partner_part(*outside, actor));
  }
  return start;
}

Status take_routes(net::World& world, const DrivenActor& actor,
                   const driver::DriverListening& listening,
                   const std::vector<std::string>& addresses) {
  for (const auto& [what, where] : listening) PARLEY_TRY(may_contact(what, where, addresses));
  net::Outside* outside = net::outside_of(world);
  const std::map<std::string, net::Address> names = driven_names(actor);
  for (const auto& [what, where] : listening) {
    const auto name = names.find(what);
    if (outside == nullptr || name == names.end()) continue;
    PARLEY_TRY(outside->route(name->second, where));
  }
  return {};
}

}  // namespace parley::cli
