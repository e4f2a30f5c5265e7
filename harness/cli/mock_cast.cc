#include "harness/cli/mock_cast.h"

#include "mocks/cast/cast.h"
#include "mocks/gatekeeper/gatekeeper.h"
#include "mocks/gatekeeper/native_client.h"
#include "mocks/partner/partner_client.h"
#include "mocks/partner/partner_server.h"

namespace parley::cli {

driver::PartyFactory mock_parties(std::shared_ptr<const wire::Profile> profile) {
  return [profile](net::World& world, evidence::Recorder& recorder,
                   const std::vector<driver::ActorSpec>& actors,
                   std::size_t index) -> Result<std::unique_ptr<driver::Party>> {
    PARLEY_ASSIGN(const mocks::Cast cast, mocks::read_cast(actors));
    const driver::ActorSpec& actor = actors[index];
    if (actor.kind == "gatekeeper") {
      return mocks::make_gatekeeper(world, recorder, cast, actor.id, profile);
    }
    if (actor.kind == "whatsapp-user") {
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

}  // namespace parley::cli
