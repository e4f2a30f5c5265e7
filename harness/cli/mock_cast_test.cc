// The cast as the reports name it against the cast as it introduces itself.
#include "harness/cli/mock_cast.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/cli/suite.h"
#include "harness/net/world.h"
#include "harness/scenario/vocabulary.h"
#include "mocks/cast/service_hosts.h"

namespace parley::cli {
namespace {

TEST(SeatHolders, AreTheMocksThatIntroduceThemselves) {
  NullLog log;
  const auto world = net::make_sim_world({}, log);
  evidence::Recorder recorder(world->clock());
  std::vector<Diagnostic> diagnostics;
  const std::optional<Suite> suite = load_suite({}, diagnostics);
  ASSERT_TRUE(suite);
  const auto profile = std::make_shared<const wire::Profile>(
      suite->wire_profile("wa-public-1.0.3", diagnostics).value());
  const driver::PartyFactory make = make_parties(profile, {});
  std::vector<driver::ActorSpec> cast = {
      {"gatekeeper", "gatekeeper", "", {}},
      {"alice", "whatsapp-user", "", {{"number", "33612345678"}}},
      {"birdy", "partner", "", {}},
      {"bob", "partner-user", "birdy", {}}};
  const std::vector<judge::SeatHolder> holders = seat_holders({});
  ASSERT_EQ(holders.size(), cast.size());
  std::vector<std::unique_ptr<driver::Party>> parties;
  for (std::size_t i = 0; i < cast.size(); ++i) {
    parties.push_back(make(*world, recorder, cast, i).value());
    const driver::Hello hello = parties[i]->hello();
    EXPECT_EQ(evidence::to_string(parties[i]->role()), holders[i].seat);
    EXPECT_EQ(hello.name, holders[i].implementation);
    EXPECT_EQ(hello.version, holders[i].version);
  }
  world->shutdown();
}

TEST(Services, AreTheSameInTheLanguageTheCatalogueAndTheMocks) {
  std::vector<Diagnostic> diagnostics;
  const std::optional<Suite> suite = load_suite({}, diagnostics);
  ASSERT_TRUE(suite);
  std::vector<std::string> catalogued;
  for (const scenario::Service& service : suite->library.services) catalogued.push_back(service.id);
  std::vector<std::string> mocked;
  for (const mocks::ServiceHosts& hosts : mocks::service_hosts()) {
    mocked.emplace_back(hosts.service);
  }
  EXPECT_EQ(mocked, catalogued);
  for (const scenario::ActorKindSpec& kind : scenario::actor_kinds()) {
    const scenario::Field* setting = scenario::find_field(kind.settings, "service");
    EXPECT_EQ(setting == nullptr, kind.kind == scenario::ActorKind::kPartner) << kind.name;
    if (setting != nullptr) EXPECT_EQ(scenario::split_choices(setting->choices), catalogued);
  }
}

}  // namespace
}  // namespace parley::cli
