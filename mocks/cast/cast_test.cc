// Casts as a scenario file gives them: actors with settings in JSON, right and wrong.
#include "mocks/cast/cast.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/crypto/hash.h"
#include "mocks/cast/test_root.h"

namespace parley::mocks {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<driver::ActorSpec> small_cast() {
  return {
      {"gatekeeper", "gatekeeper", "", {}},
      {"alice", "whatsapp-user", "", {{"number", "33612345678"}}},
      {"bird", "partner", "", {}},
      {"hike", "partner", "", {{"identifier_kind", "phone"}}},
      {"bob", "partner-user", "bird", {}},
  };
}

std::string error_of(const std::vector<driver::ActorSpec>& actors) {
  const Result<Cast> cast = read_cast(actors);
  return cast.ok() ? "" : cast.error().text();
}

TEST(Cast, KnowsHowTheGatekeeperShowsPartnersUsers) {
  std::vector<driver::ActorSpec> actors = small_cast();
  EXPECT_EQ(read_cast(actors)->gatekeeper.addressing, Addressing::kInterop);
  actors[0].settings["addressing"] = "native";
  EXPECT_EQ(read_cast(actors)->gatekeeper.addressing, Addressing::kNative);
  actors[0].settings["addressing"] = "phone";
  EXPECT_THAT(error_of(actors), HasSubstr("must be one of interop, native"));
}

TEST(Cast, KnowsTheHabitsOfPartners) {
  std::vector<driver::ActorSpec> actors = small_cast();
  const auto partner = std::find_if(actors.begin(), actors.end(),
                                    [](const auto& actor) { return actor.id == "bird"; });
  ASSERT_NE(partner, actors.end());
  EXPECT_TRUE(read_cast(actors)->partner("bird")->sends_media);
  EXPECT_FALSE(read_cast(actors)->partner("bird")->proxy);
  EXPECT_EQ(read_cast(actors)->partner("bird")->key_rotation, std::nullopt);
  partner->settings = {
      {"proxy", true}, {"sends_media", false}, {"key_rotation", "7d"}, {"key_overlap", "90m"}};
  const Result<Cast> cast = read_cast(actors);
  ASSERT_TRUE(cast.ok()) << cast.error().text();
  EXPECT_TRUE(cast->partner("bird")->proxy);
  EXPECT_FALSE(cast->partner("bird")->sends_media);
  EXPECT_EQ(cast->partner("bird")->key_rotation, std::chrono::hours(7 * 24));
  EXPECT_EQ(cast->partner("bird")->key_overlap, std::chrono::minutes(90));
  partner->settings["key_rotation"] = "often";
  EXPECT_THAT(error_of(actors), HasSubstr("must be a duration"));
}

TEST(Cast, ReadsWhoMayBeEnlistedAndHowLongKeysStay) {
  std::vector<driver::ActorSpec> actors = small_cast();
  EXPECT_EQ(read_cast(actors)->partner("bird")->key_overlap, std::nullopt);
  EXPECT_EQ(read_cast(actors)->partner_user("bob")->location, "eea");
  actors[1].settings["registered"] = false;
  actors[2].settings["key_overlap"] = "90m";
  actors[4].settings = {{"location", "elsewhere"}, {"bridged", true}, {"franking", true}};
  const Result<Cast> cast = read_cast(actors);
  ASSERT_TRUE(cast.ok()) << cast.error().text();
  EXPECT_FALSE(cast->whatsapp_user("alice")->registered);
  EXPECT_EQ(cast->partner("bird")->key_overlap, std::chrono::minutes(90));
  EXPECT_EQ(cast->partner_user("bob")->location, "elsewhere");
  EXPECT_TRUE(cast->partner_user("bob")->bridged);
  EXPECT_TRUE(cast->partner_user("bob")->franking);
  actors[2].settings["key_overlap"] = "long";
  EXPECT_THAT(error_of(actors), HasSubstr("must be a duration"));
  actors[2].settings = {};
  actors[4].settings = {{"location", "moon"}};
  EXPECT_THAT(error_of(actors), HasSubstr("must be one of eea, elsewhere"));
}

TEST(Cast, ReadsTheGatekeepersLimits) {
  std::vector<driver::ActorSpec> actors = small_cast();
  EXPECT_EQ(read_cast(actors)->gatekeeper.limits.pings, 5);
  actors[0].settings = {
      {"ping_limit", 1}, {"lookup_limit", 2}, {"enlistment_limit", 3}, {"message_limit", 4}};
  const GatekeeperLimits limits = read_cast(actors)->gatekeeper.limits;
  EXPECT_EQ(limits.pings, 1);
  EXPECT_EQ(limits.lookups, 2);
  EXPECT_EQ(limits.enlistments, 3);
  EXPECT_EQ(limits.messages, 4);
  actors[0].settings["ping_limit"] = 0;
  EXPECT_THAT(error_of(actors), HasSubstr("from 1 to 1000000"));
}

TEST(Cast, FillsInDefaults) {
  const Result<Cast> read = read_cast(small_cast());
  ASSERT_TRUE(read.ok()) << read.error().text();
  const Cast& cast = *read;
  EXPECT_EQ(cast.gatekeeper.id, "gatekeeper");
  const WhatsappUserSettings* alice = cast.whatsapp_user("alice");
  ASSERT_NE(alice, nullptr);
  EXPECT_FALSE(alice->third_party_chats);
  EXPECT_TRUE(alice->apps.empty());
  EXPECT_EQ(alice->inbox, "separate");
  EXPECT_TRUE(alice->read_receipts);
  EXPECT_TRUE(alice->typing);
  EXPECT_EQ(cast.partner("bird")->integrator, 1);
  EXPECT_EQ(cast.partner("hike")->integrator, 2);
  EXPECT_EQ(cast.partner("bird")->identifier_kind, "handle");
  const PartnerUserSettings* bob = cast.partner_user("bob");
  ASSERT_NE(bob, nullptr);
  EXPECT_EQ(bob->identifier, "bob@bird.test");
  EXPECT_EQ(bob->transport, "tcp");
  EXPECT_FALSE(bob->auto_connect_on_push);
}

TEST(Cast, ReadsEverySetting) {
  std::vector<driver::ActorSpec> actors = small_cast();
  actors[1].settings = {{"number", "4915112345678"},
                        {"third_party_chats", true},
                        {"apps", json::array{"hike", "bird"}},
                        {"inbox", "combined"},
                        {"read_receipts", false},
                        {"typing", false}};
  actors[2].settings = {{"integrator", 12}, {"fault", "leak-name"}};
  actors[4].settings = {{"identifier", "@bob"},
                        {"transport", "websocket"},
                        {"auto_connect_on_push", true},
                        {"read_receipts", false},
                        {"fault", "leak"}};
  const Result<Cast> cast = read_cast(actors);
  ASSERT_TRUE(cast.ok()) << cast.error().text();
  const WhatsappUserSettings* alice = cast->by_number("4915112345678");
  ASSERT_NE(alice, nullptr);
  EXPECT_EQ(alice->id, "alice");
  EXPECT_TRUE(alice->third_party_chats);
  EXPECT_THAT(alice->apps, ElementsAre("hike", "bird"));
  EXPECT_EQ(alice->inbox, "combined");
  EXPECT_FALSE(alice->read_receipts);
  EXPECT_FALSE(alice->typing);
  EXPECT_EQ(cast->partner("bird")->integrator, 12);
  EXPECT_EQ(cast->partner("bird")->fault, "leak-name");
  const PartnerUserSettings* bob = cast->partner_user("bob");
  EXPECT_EQ(bob->identifier, "@bob");
  EXPECT_EQ(bob->transport, "websocket");
  EXPECT_TRUE(bob->auto_connect_on_push);
  EXPECT_FALSE(bob->read_receipts);
  EXPECT_EQ(bob->fault, "leak");
}

TEST(Cast, UnknownIdsAreNobody) {
  const Result<Cast> cast = read_cast(small_cast());
  ASSERT_TRUE(cast.ok());
  EXPECT_EQ(cast->whatsapp_user("bob"), nullptr);
  EXPECT_EQ(cast->partner("alice"), nullptr);
  EXPECT_EQ(cast->partner_user("alice"), nullptr);
  EXPECT_EQ(cast->by_number("1"), nullptr);
}

TEST(Cast, RefusesASettingOfAnotherTypeOrName) {
  auto with = [](std::size_t index, json::object settings) {
    std::vector<driver::ActorSpec> actors = small_cast();
    for (const auto& setting : settings) actors[index].settings[setting.key()] = setting.value();
    return error_of(actors);
  };
  EXPECT_THAT(with(1, {{"third_party_chats", "yes"}}), HasSubstr("must be true or false"));
  EXPECT_THAT(with(1, {{"apps", "bird"}}), HasSubstr("must be a list of texts"));
  EXPECT_THAT(with(1, {{"apps", json::array{1}}}), HasSubstr("must be a list of texts"));
  EXPECT_THAT(with(1, {{"inbox", "both"}}), HasSubstr("must be one of separate, combined"));
  EXPECT_THAT(with(1, {{"typng", true}}), HasSubstr("did you mean \"typing\"?"));
  EXPECT_THAT(with(1, {{"number", "+33 6"}}), HasSubstr("phone number"));
  EXPECT_THAT(with(1, {{"number", "0612345678"}}), HasSubstr("phone number"));
  EXPECT_THAT(with(2, {{"integrator", 0}}), HasSubstr("from 1 to 65535"));
  EXPECT_THAT(with(2, {{"integrator", 65536}}), HasSubstr("from 1 to 65535"));
  EXPECT_THAT(with(2, {{"integrator", "1"}}), HasSubstr("from 1 to 65535"));
  EXPECT_THAT(with(4, {{"identifier", 7}}), HasSubstr("must be a text"));
  EXPECT_THAT(with(4, {{"identifier", ""}}), HasSubstr("must not be empty"));
  EXPECT_THAT(with(4, {{"transport", "udp"}}), HasSubstr("must be one of tcp, websocket"));
}

TEST(Cast, RefusesActorsThatDoNotFitTogether) {
  auto with = [](driver::ActorSpec actor) {
    std::vector<driver::ActorSpec> actors = small_cast();
    actors.push_back(std::move(actor));
    return error_of(actors);
  };
  EXPECT_THAT(with({"eve", "partner-usr", "bird", {}}),
              HasSubstr("did you mean \"partner-user\"?"));
  EXPECT_THAT(with({"alice", "partner", "", {}}), HasSubstr("another actor has that id"));
  EXPECT_THAT(with({"g2", "gatekeeper", "", {}}), HasSubstr("one gatekeeper"));
  EXPECT_THAT(with({"al", "whatsapp-user", "", {{"number", "33612345678"}}}),
              HasSubstr("another actor has the number"));
  EXPECT_THAT(with({"hawk", "partner", "", {{"integrator", 2}}}), HasSubstr("is integrator 2"));
  EXPECT_THAT(with({"eve", "partner-user", "bird", {{"identifier", "bob@bird.test"}}}),
              HasSubstr("another user of that partner"));
  EXPECT_THAT(with({"eve", "partner-user", "crow", {}}), HasSubstr("user of no partner"));
  EXPECT_THAT(with({"al", "whatsapp-user", "", {{"number", "33611111111"}, {"apps", {"crow"}}}}),
              HasSubstr("names no partner"));
}

TEST(Cast, OneIdentifierMayExistAtTwoPartners) {
  std::vector<driver::ActorSpec> actors = small_cast();
  actors.push_back({"rob", "partner-user", "hike", {{"identifier", "bob@bird.test"}}});
  EXPECT_EQ(error_of(actors), "");
}

std::vector<driver::ActorSpec> cast_of_two_services() {
  std::vector<driver::ActorSpec> actors = small_cast();
  actors.push_back({"messenger", "gatekeeper", "", {{"service", "messenger"}, {"ping_limit", 7}}});
  const json::object number = actors[1].settings;
  actors.push_back({"anna", "whatsapp-user", "", number});
  actors.back().settings["service"] = "messenger";
  actors.push_back(
      {"rob", "partner-user", "bird", {{"identifier", "bob@bird.test"}, {"service", "messenger"}}});
  return actors;
}

TEST(Cast, OnePersonMayBeAUserOfTwoServices) {
  const Result<Cast> cast = read_cast(cast_of_two_services());
  ASSERT_TRUE(cast.ok()) << cast.error().text();
  EXPECT_EQ(cast->gatekeepers.size(), 2u);
  EXPECT_EQ(cast->gatekeeper.id, "gatekeeper");
  EXPECT_EQ(cast->partner_user("bob")->service, "whatsapp");
  EXPECT_EQ(cast->partner_user("rob")->service, "messenger");
}

TEST(Cast, GatekeepersAndUsersSeeTheirServiceAlone) {
  const Cast cast = read_cast(cast_of_two_services()).value();
  for (const std::string_view one : {"messenger", "anna", "rob"}) {
    const Cast seen = cast.seen_by(one);
    EXPECT_EQ(seen.gatekeeper.id, "messenger") << one;
    EXPECT_EQ(seen.gatekeeper.limits.pings, 7) << one;
    EXPECT_EQ(seen.hosts().service, "messenger") << one;
    EXPECT_NE(seen.whatsapp_user("anna"), nullptr) << one;
    EXPECT_NE(seen.partner_user("rob"), nullptr) << one;
    EXPECT_EQ(seen.whatsapp_user("alice"), nullptr) << one;
    EXPECT_EQ(seen.partner_user("bob"), nullptr) << one;
    EXPECT_EQ(seen.partners.size(), 2u) << one;
  }
  EXPECT_EQ(cast.seen_by("gatekeeper").hosts().chat.host, "chat.whatsapp.net");
  EXPECT_EQ(cast.seen_by("bob").whatsapp_user("alice")->id, "alice");
  EXPECT_EQ(cast.seen_by("bird").partner_users.size(), 2u);
}

TEST(Cast, UsersAreOfTheOnlyServiceThereIs) {
  std::vector<driver::ActorSpec> actors = small_cast();
  actors[0].settings = {{"service", "messenger"}};
  const Result<Cast> cast = read_cast(actors);
  ASSERT_TRUE(cast.ok()) << cast.error().text();
  EXPECT_EQ(cast->whatsapp_user("alice")->service, "messenger");
  EXPECT_EQ(cast->hosts().service, "messenger");
}

TEST(Cast, RefusesServicesThatNobodyHas) {
  std::vector<driver::ActorSpec> actors = small_cast();
  actors[4].settings["service"] = "messenger";
  EXPECT_THAT(error_of(actors), HasSubstr("which has no gatekeeper here"));
  actors[4].settings["service"] = "carrier-pigeon";
  EXPECT_THAT(error_of(actors), HasSubstr("no mock of the service \"carrier-pigeon\""));
  actors = cast_of_two_services();
  actors.push_back({"again", "gatekeeper", "", {{"service", "messenger"}}});
  EXPECT_THAT(error_of(actors), HasSubstr("one gatekeeper of messenger at most; messenger is one"));
}

TEST(ServiceHosts, NoTwoServicesShareAHostOrAnIssuer) {
  std::set<std::string> seen;
  for (const ServiceHosts& service : service_hosts()) {
    EXPECT_EQ(find_service_hosts(service.service), &service);
    for (const net::Address& address :
         {service.enlistment, service.chat, service.web_chat, service.media, service.keys}) {
      EXPECT_TRUE(seen.insert(address.host).second) << address.host;
    }
    EXPECT_TRUE(seen.insert(service.egress).second) << service.egress;
    EXPECT_TRUE(seen.insert(std::string(service.issuer)).second) << service.issuer;
    // A partner's one proxy host has a port for each.
    EXPECT_TRUE(seen.insert(std::to_string(service.chat.port)).second) << service.chat.port;
  }
  EXPECT_EQ(find_service_hosts("carrier-pigeon"), nullptr);
  EXPECT_EQ(token_audience(whatsapp_hosts()), "https://v.whatsapp.net");
}

TEST(Cast, DeviceCredentialsDifferPerDevice) {
  EXPECT_EQ(device_credential("bob"), device_credential("bob"));
  EXPECT_NE(device_credential("bob"), device_credential("rob"));
  EXPECT_EQ(device_credential("bob").size(), 24u);
}

TEST(TestRoot, SignsWhatItsPublicKeyVerifies) {
  const Bytes message = to_bytes(std::string_view("certificate"));
  EXPECT_TRUE(
      crypto::xeddsa_verify(chat_test_root_public(), message, chat_test_root().sign(message)));
}

}  // namespace
}  // namespace parley::mocks
