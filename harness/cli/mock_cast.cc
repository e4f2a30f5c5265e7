#include "harness/cli/mock_cast.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "harness/cli/chat_line.h"
#include "harness/cli/driven_start.h"
#include "harness/driver/driver_party.h"
#include "harness/run/observability.h"
#include "mocks/cast/cast.h"
#include "mocks/cast/hosts.h"
#include "mocks/gatekeeper/gatekeeper.h"
#include "mocks/gatekeeper/native_client.h"
#include "mocks/partner/partner_client.h"
#include "mocks/partner/partner_proxy.h"
#include "mocks/partner/partner_server.h"

namespace parley::cli {
namespace {

using net::awaitable;
using Made = Result<std::unique_ptr<driver::Party>>;

// Whoever seats one actor: where, among whom, with what.
struct Seating {
  net::World& world;
  evidence::Recorder& recorder;
  const std::vector<driver::ActorSpec>& actors;
  std::size_t index;
  const mocks::Cast& cast;
  const DrivenSeats& driven;

  const driver::ActorSpec& actor() const { return actors[index]; }
};

evidence::Role role_of(std::string_view seat) {
  const auto role = evidence::parse_role(seat);
  return role.ok() ? *role : evidence::Role::kHarness;
}

Made make_driven(const Seating& at, const DrivenSeat& driver, std::string_view seat,
                 std::shared_ptr<ChatLine> line = nullptr) {
  const StatedProducts& stated = at.driven.stated;
  const DrivenActor actor{std::string(seat),
                          at.actors,
                          at.index,
                          at.cast,
                          at.driven.addressing,
                          stated.told_to(seat, at.actor().id),
                          stated.trust};
  net::World& world = at.world;
  driver::DrivenPart part;
  part.id = at.actor().id;
  part.role = role_of(seat);
  part.command = driver.command;
  part.pool = at.driven.pool;
  part.limits = stated.limits;
  if (seat == driver::kGatekeeperClientSeat) part.phone = at.cast.seen_by(part.id).gatekeeper.id;
  part.start = [&world, actor] { return driven_start(world, actor); };
  part.listens = [&world, actor, addresses = at.driven.addresses,
                  line = std::move(line)](driver::DriverListening listening) -> Status {
    if (line != nullptr) {
      const auto chat = listening.extract("chat");
      if (!chat.empty()) PARLEY_TRY(line->lead_to(chat.mapped()));
    }
    return take_routes(world, actor, listening, addresses);
  };
  return driver::make_driver_party(world, at.recorder, std::move(part));
}

// A gatekeeper's server under test, on a line that can be cut.
Made make_driven_gatekeeper(const Seating& at, const DrivenSeat& driver) {
  const net::Address& chat = at.cast.seen_by(at.actor().id).hosts().chat;
  PARLEY_ASSIGN(const std::shared_ptr<ChatLine> line, ChatLine::open(at.world, chat));
  PARLEY_ASSIGN(auto product, make_driven(at, driver, driver::kGatekeeperServerSeat, line));
  return with_chat_line(std::move(product), line);
}

// A partner whose server and proxy are not of one make: the server is the party, and the proxy,
// driven or a mock, comes and goes with it.
class PartnerWithProxy final : public driver::Party {
 public:
  PartnerWithProxy(std::unique_ptr<driver::Party> server, std::unique_ptr<driver::Party> proxy,
                   std::vector<std::unique_ptr<mocks::PartnerProxy>> mocks)
      : server_(std::move(server)), proxy_(std::move(proxy)), mocks_(std::move(mocks)) {}

  const std::string& id() const override { return server_->id(); }
  evidence::Role role() const override { return server_->role(); }
  driver::Hello hello() const override { return server_->hello(); }
  driver::EventLog& events() override { return server_->events(); }
  awaitable<Result<json::object>> perform(std::string operation, json::object arguments) override {
    return server_->perform(std::move(operation), std::move(arguments));
  }
  awaitable<Status> begin(driver::Stage stage) override {
    PARLEY_CO_TRY(co_await server_->begin(stage));
    if (proxy_) co_return co_await proxy_->begin(std::move(stage));
    co_return Status();
  }
  awaitable<Status> finish() override {
    const Status left = proxy_ ? co_await proxy_->finish() : Status();
    PARLEY_CO_TRY(co_await server_->finish());
    co_return left;
  }
  std::optional<Error> failure() const override {
    const std::optional<Error> failure = server_->failure();
    return failure || !proxy_ ? failure : proxy_->failure();
  }

 private:
  const std::unique_ptr<driver::Party> server_;
  const std::unique_ptr<driver::Party> proxy_;  // null where the proxies are mocks
  const std::vector<std::unique_ptr<mocks::PartnerProxy>> mocks_;
};

Result<std::vector<std::unique_ptr<mocks::PartnerProxy>>> mock_proxies(const Seating& at) {
  std::vector<std::unique_ptr<mocks::PartnerProxy>> proxies;
  const std::string& id = at.actor().id;
  const mocks::Observer observer{&at.recorder, evidence::Role::kPartnerProxy, id,
                                 at.cast.interceptor};
  for (const mocks::GatekeeperSettings& gatekeeper : at.cast.gatekeepers) {
    const mocks::ServiceHosts* service = mocks::find_service_hosts(gatekeeper.service);
    proxies.push_back(std::make_unique<mocks::PartnerProxy>(
        at.world, observer, mocks::partner_host(id).host, *service, at.cast.partner(id)->fault));
    PARLEY_TRY(proxies.back()->start());
  }
  return proxies;
}

Made make_partner(const Seating& at) {
  const std::string& id = at.actor().id;
  const DrivenSeat* server = at.driven.holder(driver::kPartnerServerSeat);
  const DrivenSeat* proxy = at.driven.holder(driver::kPartnerProxySeat);
  const mocks::PartnerSettings* settings = at.cast.partner(id);
  const bool proxied = settings != nullptr && settings->proxy;
  if (server == nullptr && (proxy == nullptr || !proxied)) {
    return mocks::make_partner_server(at.world, at.recorder, at.cast, id);
  }
  std::unique_ptr<driver::Party> party;
  if (server != nullptr) {
    PARLEY_ASSIGN(party, make_driven(at, *server, driver::kPartnerServerSeat));
  } else {
    mocks::Cast without = at.cast;  // its proxy is somebody else's
    for (mocks::PartnerSettings& one : without.partners) one.proxy = one.proxy && one.id != id;
    PARLEY_ASSIGN(party, mocks::make_partner_server(at.world, at.recorder, without, id));
  }
  if (!proxied) return party;
  std::unique_ptr<driver::Party> driven;
  std::vector<std::unique_ptr<mocks::PartnerProxy>> proxies;
  if (proxy != nullptr) {
    PARLEY_ASSIGN(driven, make_driven(at, *proxy, driver::kPartnerProxySeat));
  } else {
    PARLEY_ASSIGN(proxies, mock_proxies(at));
  }
  return std::unique_ptr<driver::Party>(
      std::make_unique<PartnerWithProxy>(std::move(party), std::move(driven), std::move(proxies)));
}

Made make_party(const Seating& at, const std::shared_ptr<const wire::Profile>& profile) {
  const driver::ActorSpec& actor = at.actor();
  if (actor.kind == "partner") return make_partner(at);
  const std::string_view seat = run::seat_of_kind(actor.kind);
  const DrivenSeat* driver = at.driven.holder(seat);
  if (driver != nullptr && actor.kind == "gatekeeper") return make_driven_gatekeeper(at, *driver);
  if (driver != nullptr) return make_driven(at, *driver, seat);
  if (actor.kind == "gatekeeper") {
    return mocks::make_gatekeeper(at.world, at.recorder, at.cast, actor.id, profile);
  }
  if (actor.kind == "whatsapp-user") {
    return mocks::make_native_client(at.world, at.recorder, at.cast, actor.id, profile);
  }
  if (actor.kind == "partner-user") {
    return mocks::make_partner_client(at.world, at.recorder, at.cast, actor.id, profile);
  }
  return make_error(ErrorCode::kUnsupported, "there is no mock of a \"" + actor.kind + "\"");
}

}  // namespace

driver::PartyFactory make_parties(std::shared_ptr<const wire::Profile> profile, DrivenSeats driven,
                                  mocks::Interceptor* interceptor) {
  return [profile, seats = std::move(driven), interceptor](
             net::World& world, evidence::Recorder& recorder,
             const std::vector<driver::ActorSpec>& actors, std::size_t index) -> Made {
    PARLEY_ASSIGN(mocks::Cast cast, mocks::read_cast(actors));
    cast.interceptor = interceptor;
    return make_party({world, recorder, actors, index, cast, seats}, profile);
  };
}

std::vector<judge::SeatHolder> seat_holders(const DrivenSeats& driven) {
  // As the mocks introduce themselves; a test holds the two together.
  std::vector<judge::SeatHolder> holders = {
      {"gatekeeper-server", "parley mock gatekeeper", "0.1.0", "", "", false},
      {"gatekeeper-client", "parley mock WhatsApp client", "1", "", "", false},
      {"partner-server", "parley mock partner server", "1", "", "", false},
      {"partner-client", "parley mock partner client", "1", "", "", false},
  };
  for (judge::SeatHolder& holder : holders) {
    if (const DrivenSeat* seat = driven.holder(holder.seat)) holder = holder_of(*seat, holder.seat);
  }
  // A mock's proxy comes with its server.
  if (const DrivenSeat* proxy = driven.holder(driver::kPartnerProxySeat)) {
    holders.push_back(holder_of(*proxy, driver::kPartnerProxySeat));
  }
  return holders;
}

std::vector<std::string> driven_kinds(const DrivenSeats& driven) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kKinds{{
      {driver::kGatekeeperServerSeat, "gatekeeper"},
      {driver::kGatekeeperClientSeat, "whatsapp-user"},
      {driver::kPartnerServerSeat, "partner"},
      {driver::kPartnerProxySeat, "partner"},
      {driver::kPartnerClientSeat, "partner-user"},
  }};
  std::vector<std::string> kinds;
  for (const auto& [seat, kind] : kKinds) {
    if (driven.holder(seat) == nullptr) continue;
    if (std::ranges::find(kinds, kind) == kinds.end()) kinds.emplace_back(kind);
  }
  return kinds;
}

}  // namespace parley::cli
