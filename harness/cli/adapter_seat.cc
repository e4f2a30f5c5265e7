#include "harness/cli/adapter_seat.h"

#include <utility>

#include "harness/base/encoding.h"
#include "harness/cli/gatekeeper_acts.h"
#include "harness/cli/version.h"
#include "mocks/adapters/cpp/start_world.h"
#include "mocks/cast/cast.h"
#include "mocks/cast/hosts.h"
#include "mocks/cast/test_root.h"
#include "mocks/gatekeeper/gatekeeper.h"
#include "mocks/partner/partner_client.h"
#include "mocks/partner/partner_proxy.h"
#include "mocks/partner/partner_server.h"

namespace parley::cli {
namespace {

using net::awaitable;

// A partner's proxy alone, which nobody can tell to do anything.
class ProxyParty final : public driver::Party {
 public:
  ProxyParty(net::World& world, evidence::Recorder& recorder, std::string id)
      : id_(std::move(id)), events_(world, recorder, id_, evidence::Role::kPartnerProxy) {}

  Status open(net::World& world, evidence::Recorder& recorder, const mocks::Cast& cast) {
    const mocks::Observer observer{&recorder, evidence::Role::kPartnerProxy, id_, cast.interceptor};
    for (const mocks::GatekeeperSettings& gatekeeper : cast.gatekeepers) {
      const mocks::ServiceHosts* service = mocks::find_service_hosts(gatekeeper.service);
      proxies_.push_back(std::make_unique<mocks::PartnerProxy>(
          world, observer, mocks::partner_host(id_).host, *service, ""));
      PARLEY_TRY(proxies_.back()->start());
    }
    return {};
  }

  const std::string& id() const override { return id_; }
  evidence::Role role() const override { return evidence::Role::kPartnerProxy; }
  driver::Hello hello() const override { return {"parley mock partner proxy", "1", 1, {}}; }
  driver::EventLog& events() override { return events_; }
  awaitable<Result<json::object>> perform(std::string operation, json::object) override {
    co_return make_error(ErrorCode::kUnsupported, "a proxy does not perform \"" + operation + "\"");
  }

 private:
  const std::string id_;
  driver::EventLog events_;
  std::vector<std::unique_ptr<mocks::PartnerProxy>> proxies_;
};

Result<std::unique_ptr<driver::Party>> make_mock(net::World& world, evidence::Recorder& recorder,
                                                 const mocks::Cast& cast, std::string_view seat,
                                                 const std::string& id,
                                                 std::shared_ptr<const wire::Profile> profile) {
  if (seat == driver::kGatekeeperServerSeat) {
    return mocks::make_gatekeeper(world, recorder, cast, id, std::move(profile));
  }
  if (seat == driver::kPartnerClientSeat) {
    return mocks::make_partner_client(world, recorder, cast, id, std::move(profile));
  }
  if (seat == driver::kPartnerServerSeat) {
    mocks::Cast without = cast;  // its proxy is a program of its own
    for (mocks::PartnerSettings& one : without.partners) one.proxy = one.proxy && one.id != id;
    return mocks::make_partner_server(world, recorder, without, id);
  }
  if (seat == driver::kPartnerProxySeat) {
    auto proxy = std::make_unique<ProxyParty>(world, recorder, id);
    PARLEY_TRY(proxy->open(world, recorder, cast));
    return std::unique_ptr<driver::Party>(std::move(proxy));
  }
  return make_error(ErrorCode::kInvalid, "there is no adapter for the seat " + std::string(seat));
}

// The smallest cast that has all seats.
std::vector<driver::ActorSpec> sample_cast() {
  return {{"gatekeeper", "gatekeeper", "", {}},
          {"birdy", "partner", "", {}},
          {"bob", "partner-user", "birdy", {}}};
}

std::string actor_in_sample(std::string_view seat) {
  if (seat == driver::kGatekeeperServerSeat) return "gatekeeper";
  return seat == driver::kPartnerClientSeat ? "bob" : "birdy";
}

// Partners' proxies by the addresses that they come from.
Result<std::map<std::string, std::string>> callers_of(const driver::GatekeeperPart& part) {
  constexpr std::string_view kScheme = "https://";
  std::map<std::string, std::string> callers;
  for (const driver::KnownPartner& partner : part.partners) {
    if (!partner.server.starts_with(kScheme)) {
      return make_error(ErrorCode::kInvalid, "\"" + partner.server + "\" is no https URL",
                        "start: gatekeeper: server");
    }
    if (!partner.proxy.empty()) callers[partner.proxy] = partner.server.substr(kScheme.size());
  }
  return callers;
}

// The mock gatekeeper signs with the test root, and knows no other.
Status check_root(const driver::GatekeeperPart& part) {
  if (part.noise_root_private == hex(mocks::chat_test_root().agreement().private_key())) return {};
  return make_error(ErrorCode::kUnsupported,
                    "the mock gatekeeper signs with Parley's test root only",
                    "start: gatekeeper: noise_root_private");
}

// The World of the seat, and who comes into it from where.
Result<net::GuestOptions> surroundings(const driver::DriverStart& start, std::uint64_t seed) {
  PARLEY_ASSIGN(net::GuestOptions options, adapters::guest_options(start, seed));
  if (start.gatekeeper) {
    PARLEY_TRY(check_root(*start.gatekeeper));
    PARLEY_ASSIGN(options.callers, callers_of(*start.gatekeeper));
  }
  return options;
}

}  // namespace

Result<driver::DriverHello> adapter_hello(std::string_view seat,
                                          const std::shared_ptr<const wire::Profile>& profile) {
  driver::DriverHello hello;
  hello.name = "parley adapter";
  hello.version = kVersion;
  hello.implementation = {"parley mock " + std::string(seat), std::string(kVersion)};
  hello.seats = {std::string(seat)};
  hello.addressing = {"interop", "native"};
  hello.capabilities = {std::string(driver::kPassTime)};
  hello.many_sessions = true;
  PARLEY_ASSIGN(const mocks::Cast cast, mocks::read_cast(sample_cast()));
  NullLog log;
  for (const std::string_view one : driver::seats_behind(seat)) {
    const auto world = net::make_sim_world({}, log);
    evidence::Recorder recorder(world->clock());
    PARLEY_ASSIGN(const auto party,
                  make_mock(*world, recorder, cast, one, actor_in_sample(one), profile));
    for (std::string& operation : party->hello().capabilities) {
      if (one == driver::kGatekeeperServerSeat && is_harness_act(operation)) continue;
      hello.capabilities.push_back(std::move(operation));
    }
    world->shutdown();
  }
  return hello;
}

AdapterSeat::~AdapterSeat() {
  if (world_) world_->shutdown();
}

Result<std::unique_ptr<AdapterSeat>> AdapterSeat::open(const driver::DriverStart& start,
                                                       std::shared_ptr<const wire::Profile> profile,
                                                       std::uint64_t seed, Log& log,
                                                       const mocks::quirks::Quirk* quirk) {
  PARLEY_ASSIGN(const net::GuestOptions options, surroundings(start, seed));
  std::unique_ptr<AdapterSeat> seat(new AdapterSeat());
  PARLEY_ASSIGN(seat->world_, net::make_guest_world(options, log));
  seat->asked_ = start.surroundings()->listen;
  if (quirk != nullptr) seat->deviation_ = std::make_unique<mocks::quirks::QuirkSwitch>(*quirk);
  PARLEY_TRY(seat->seat(start, std::move(profile)));
  return seat;
}

Status AdapterSeat::seat(const driver::DriverStart& start,
                         std::shared_ptr<const wire::Profile> profile) {
  recorder_ = std::make_unique<evidence::Recorder>(world_->clock());
  std::vector<driver::ActorSpec> actors = start.cast;
  actors.push_back(start.actor);
  for (driver::ActorSpec& actor : actors) {
    // Told of a user for those who do not look its partner up.
    if (actor.kind == "partner-user") actor.settings.erase("integrator");
  }
  PARLEY_ASSIGN(mocks::Cast cast, mocks::read_cast(actors));
  cast.interceptor = deviation_.get();
  PARLEY_ASSIGN(
      party_, make_mock(*world_, *recorder_, cast, start.seat, start.actor.id, std::move(profile)));
  return {};
}

awaitable<Status> AdapterSeat::begin() {
  driver::Stage stage = [this](std::string_view id) {
    return id == party_->id() ? party_.get() : nullptr;
  };
  return party_->begin(std::move(stage));
}

json::object AdapterSeat::listening() const {
  json::object where;
  for (const auto& [name, endpoint] : net::outside_of(*world_)->listening()) {
    for (const auto& [what, asked] : asked_) {
      if (asked == name.text()) where[what] = endpoint.text();
    }
  }
  return where;
}

}  // namespace parley::cli
