#include "harness/cli/mock_cast.h"

#include <utility>

#include "harness/base/encoding.h"
#include "harness/driver/driver_party.h"
#include "mocks/cast/cast.h"
#include "mocks/cast/hosts.h"
#include "mocks/cast/test_root.h"
#include "mocks/gatekeeper/gatekeeper.h"
#include "mocks/gatekeeper/native_client.h"
#include "mocks/partner/partner_client.h"
#include "mocks/partner/partner_server.h"

namespace parley::cli {
namespace {

// Settings that the mocks know although the scenario leaves them out.
driver::ActorSpec filled_in(driver::ActorSpec actor, const mocks::Cast& cast) {
  const mocks::PartnerUserSettings* user = cast.partner_user(actor.id);
  const mocks::PartnerSettings* partner = cast.partner(user == nullptr ? actor.id : user->partner);
  if (user != nullptr) actor.settings["identifier"] = user->identifier;
  if (partner != nullptr) actor.settings["integrator"] = partner->integrator;
  return actor;
}

driver::DriverStart start_of(net::World& world, const std::vector<driver::ActorSpec>& actors,
                             std::size_t index, const mocks::Cast& cast, const DrivenSeat& seat) {
  const net::Network& network = world.network();
  driver::DriverStart start;
  start.seat = seat.seat;
  start.actor = actors[index];
  for (std::size_t i = 0; i < actors.size(); ++i) {
    if (i != index) start.cast.push_back(filled_in(actors[i], cast));
  }
  const mocks::ServiceHosts& hosts = cast.hosts();
  start.web_chat =
      "wss://" + network.external_address(hosts.web_chat) + std::string(mocks::kWebChatPath);
  start.chat = network.external_address(hosts.chat);
  start.media = network.external_address(hosts.media);
  start.noise_root = hex(mocks::chat_test_root_public());
  start.ca_pem = network.ca_pem();
  start.time = utc_text(world.now());
  start.addressing = seat.addressing;
  return start;
}

Result<std::unique_ptr<driver::Party>> make_driven(net::World& world, evidence::Recorder& recorder,
                                                   const std::vector<driver::ActorSpec>& actors,
                                                   std::size_t index, const mocks::Cast& cast,
                                                   const DrivenSeat& seat) {
  driver::DrivenPart part;
  part.id = actors[index].id;
  part.role = evidence::Role::kGatekeeperClient;
  part.command = seat.command;
  part.phone = cast.gatekeeper.id;
  part.start = [&world, actors, index, cast, seat] {
    return start_of(world, actors, index, cast, seat);
  };
  return driver::make_driver_party(world, recorder, std::move(part));
}

}  // namespace

driver::PartyFactory make_parties(std::shared_ptr<const wire::Profile> profile,
                                  std::optional<DrivenSeat> whatsapp_users,
                                  mocks::Interceptor* interceptor) {
  return [profile, driven = std::move(whatsapp_users), interceptor](
             net::World& world, evidence::Recorder& recorder,
             const std::vector<driver::ActorSpec>& actors,
             std::size_t index) -> Result<std::unique_ptr<driver::Party>> {
    PARLEY_ASSIGN(mocks::Cast cast, mocks::read_cast(actors));
    cast.interceptor = interceptor;
    const driver::ActorSpec& actor = actors[index];
    if (actor.kind == "gatekeeper") {
      return mocks::make_gatekeeper(world, recorder, cast, actor.id, profile);
    }
    if (actor.kind == "whatsapp-user") {
      if (driven)
        return make_driven(world, recorder, actors, index, cast.seen_by(actor.id), *driven);
      return mocks::make_native_client(world, recorder, cast, actor.id, profile);
    }
    if (actor.kind == "partner") {
      return mocks::make_partner_server(world, recorder, cast, actor.id);
    }
    if (actor.kind == "partner-user") {
      return mocks::make_partner_client(world, recorder, cast, actor.id, profile);
    }
    return make_error(ErrorCode::kUnsupported, "there is no mock of a \"" + actor.kind + "\"");
  };
}

std::vector<judge::SeatHolder> seat_holders(const std::optional<DrivenSeat>& whatsapp_users) {
  // As the mocks introduce themselves; a test holds the two together.
  std::vector<judge::SeatHolder> holders = {
      {"gatekeeper-server", "parley mock gatekeeper", "0.1.0", "", "", false},
      {"gatekeeper-client", "parley mock WhatsApp client", "1", "", "", false},
      {"partner-server", "parley mock partner server", "1", "", "", false},
      {"partner-client", "parley mock partner client", "1", "", "", false},
  };
  for (judge::SeatHolder& holder : holders) {
    if (whatsapp_users && holder.seat == whatsapp_users->seat) holder = holder_of(*whatsapp_users);
  }
  return holders;
}

}  // namespace parley::cli
