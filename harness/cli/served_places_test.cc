// A product is told where everybody is: by a person who reads, a shell that sources a file, and a
// program. And a cast is told which of its people are the mocks', and which the product's.
#include "harness/cli/served_places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "harness/base/file.h"
#include "harness/cli/serve_plan.h"

namespace parley::cli {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

const Suite& suite() {
  static const Suite loaded = [] {
    std::vector<Diagnostic> diagnostics;
    return load_suite({}, diagnostics).value();
  }();
  return loaded;
}

ServedCast cast_of(const std::string& name, ServedSide side) {
  std::vector<Diagnostic> diagnostics;
  auto cast = load_served_cast(suite(), name, side, diagnostics);
  EXPECT_TRUE(cast) << render(diagnostics);
  return cast.value_or(ServedCast());
}

std::vector<std::string> names_of(const ServedCast& cast, ServedSide side) {
  std::vector<std::string> names;
  for (const ServedPlace& place : places_of(mocks::read_cast(cast.actors).value(), side)) {
    names.push_back(place.name);
  }
  return names;
}

Standing standing_of(ServedSide side, const mocks::Cast& cast) {
  Standing out;
  out.side = side;
  out.seed = 7;
  out.ca_file = "/tmp/it's here/ca.pem";
  out.noise_root = "00ff";
  std::uint16_t port = 41000;
  for (const ServedPlace& place : places_of(cast, side)) {
    out.places.push_back({place, "127.0.0.1:" + std::to_string(++port)});
  }
  return out;
}

TEST(ServedPlaces, AreNamedByWhatTheyAreFor) {
  const ServedCast cast = cast_of("", ServedSide::kGatekeeper);
  EXPECT_THAT(names_of(cast, ServedSide::kGatekeeper),
              ElementsAre("enlistment", "chat", "web-chat", "media", "jwks"));
  EXPECT_THAT(names_of(cast, ServedSide::kPartner), ElementsAre("birdy"));
  const ServedCast two = cast_of("two-services", ServedSide::kGatekeeper);
  EXPECT_THAT(
      names_of(two, ServedSide::kGatekeeper),
      ElementsAre("enlistment", "chat", "web-chat", "media", "jwks", "messenger-enlistment",
                  "messenger-chat", "messenger-web-chat", "messenger-media", "messenger-jwks"));
}

TEST(ServedPlaces, AProxyIsAPlaceOfItsPartner) {
  ServedCast cast = cast_of("", ServedSide::kPartner);
  for (driver::ActorSpec& actor : cast.actors) {
    if (actor.kind == "partner") actor.settings["proxy"] = true;
  }
  EXPECT_THAT(names_of(cast, ServedSide::kPartner), ElementsAre("birdy", "birdy-proxy"));
}

TEST(ServedEnvironment, HasEverythingThatAPartnerNeeds) {
  const ServedCast served = cast_of("", ServedSide::kGatekeeper);
  const mocks::Cast cast = mocks::read_cast(served.actors).value();
  const Variables all = environment_of(standing_of(ServedSide::kGatekeeper, cast), cast);
  EXPECT_THAT(
      all,
      AllOf(Contains(Pair("PARLEY_NOISE_ROOT", "00ff")),
            Contains(Pair("PARLEY_ENLISTMENT_URL", "https://v.whatsapp.net:41001/3p/interop_reg")),
            Contains(Pair("PARLEY_ENLISTMENT_RESOLVE", "v.whatsapp.net:41001:127.0.0.1")),
            Contains(Pair("PARLEY_CHAT_ADDRESS", "127.0.0.1:41002")),
            Contains(Pair("PARLEY_WEB_CHAT_URL", "wss://web.whatsapp.net:41003/ws/chat")),
            Contains(Pair("PARLEY_MEDIA_URL", "https://mmg.whatsapp.net:41004")),
            Contains(Pair("PARLEY_JWKS_URL", "https://whatsapp.com:41005/.well-known/jwks"))));
  EXPECT_THAT(all, AllOf(Contains(Pair("PARLEY_TOKEN_AUDIENCE", "https://v.whatsapp.net")),
                         Contains(Pair("PARLEY_BIRDY_ISSUER", "https://birdy.partner.test")),
                         Contains(Pair("PARLEY_BIRDY_INTEGRATOR", "1")),
                         Contains(Pair("PARLEY_BOB_IDENTIFIER", "bob@birdy.test")),
                         Contains(Pair("PARLEY_ALICE_NUMBER", "33612345678"))));
  for (const auto& [name, value] : all) {
    EXPECT_EQ(std::ranges::count(all, name, &std::pair<std::string, std::string>::first), 1)
        << name;
    EXPECT_THAT(value, Not(HasSubstr("PRIVATE KEY"))) << name;
  }
}

TEST(ServedEnvironment, AShellReadsWhatWasWritten) {
  Variables variables = {
      {"PARLEY_A", "plain-1.0:/@"}, {"PARLEY_B", "it's $HOME `id` \"q\" \\ ; x"}, {"PARLEY_C", ""}};
  const std::string file =
      (std::filesystem::path(testing::TempDir()) / "parley-served.env").string();
  ASSERT_TRUE(write_file_atomically(file, environment_text(variables)).ok());
  const std::string command =
      "set -eu; . '" + file + "'; printf '%s|%s|%s' \"$PARLEY_A\" \"$PARLEY_B\" \"$PARLEY_C\"";
  const std::unique_ptr<FILE, int (*)(FILE*)> shell(::popen(command.c_str(), "r"), ::pclose);
  ASSERT_TRUE(shell);
  std::array<char, 256> read{};
  const std::size_t size = ::fread(read.data(), 1, read.size(), shell.get());
  EXPECT_EQ(std::string(read.data(), size), variables[0].second + "|" + variables[1].second + "|");
  std::filesystem::remove(file);
}

TEST(ServedAnnouncement, SaysWhoIsWhereAndWhoseTheRestIs) {
  const ServedCast served = cast_of("one-pair", ServedSide::kGatekeeper);
  const mocks::Cast cast = mocks::read_cast(served.actors).value();
  const Standing standing = standing_of(ServedSide::kGatekeeper, cast);
  EXPECT_THAT(
      announcement(standing, served),
      AllOf(HasSubstr("the mock gatekeeper stands by (seed 7)"),
            HasSubstr("chat        chat.whatsapp.net:5222 -> 127.0.0.1:41002\n"),
            HasSubstr("the product's: birdy, bob"), HasSubstr("left to the product: bob: enlist")));
  const json::object out = announcement_json(standing, environment_of(standing, cast));
  EXPECT_EQ(get_array(out, "places")->size(), 5U);
  EXPECT_EQ(get_string(*get_object(out, "environment"), "PARLEY_SEED"), "7");
}

std::string network_complaint(const ServeOptions& options) {
  const ServedCast served = cast_of("", options.side);
  const auto network = read_network(options, mocks::read_cast(served.actors).value());
  return network.ok() ? "" : network.error().text();
}

TEST(ServedNetwork, PutsNamesInPlaceOfHosts) {
  ServeOptions options;
  options.ports = {"chat=4000", "admin=4001"};
  options.peers = {"birdy=127.0.0.1:8443"};
  const ServedCast served = cast_of("", options.side);
  const auto network = read_network(options, mocks::read_cast(served.actors).value());
  ASSERT_TRUE(network.ok()) << network.error().text();
  EXPECT_EQ(network->ports.at("chat.whatsapp.net:5222"), 4000);
  EXPECT_EQ(network->ports.at(kAdminPlace.text()), 4001);
  EXPECT_EQ(network->peers.at("birdy.partner.test:443"), "127.0.0.1:8443");
  EXPECT_TRUE(network->local.contains(kAdminPlace.text()));
  EXPECT_FALSE(network->trust);
}

TEST(ServedNetwork, SaysWhichNamesThereAre) {
  ServeOptions options;
  options.ports = {"birdy=4000"};
  EXPECT_THAT(network_complaint(options),
              HasSubstr("--port: nothing is called \"birdy\"; there are: enlistment, chat"));
  options.ports = {"caht=4000"};
  EXPECT_THAT(network_complaint(options), HasSubstr("did you mean \"chat\""));
  for (const char* port : {"chat=70000", "chat=", "chat=0", "chat=-1", "chat=4000x"}) {
    options.ports = {port};
    EXPECT_THAT(network_complaint(options), HasSubstr("no port from 1 to 65535")) << port;
  }
  options.ports = {"chat"};
  EXPECT_THAT(network_complaint(options), HasSubstr("write NAME=VALUE"));
  options.ports = {};
  options.peers = {"chat=127.0.0.1:1"};
  EXPECT_THAT(network_complaint(options), HasSubstr("--peer: nothing is called \"chat\""));
}

TEST(ServedCast, KeepsTheStepsOfItsOwnSide) {
  const ServedCast gatekeeper = cast_of("one-pair", ServedSide::kGatekeeper);
  ASSERT_EQ(gatekeeper.steps.size(), 1U);
  EXPECT_EQ(gatekeeper.steps[0].actor, "alice");
  EXPECT_THAT(gatekeeper.left_to_others, ElementsAre("bob: enlist", "bob: connect"));
  const ServedCast partner = cast_of("one-pair", ServedSide::kPartner);
  EXPECT_EQ(partner.steps.size(), 2U);
  EXPECT_THAT(partner.left_to_others, ElementsAre("alice: connect"));
  EXPECT_THAT(cast_of("strangers", ServedSide::kPartner).left_to_others, IsEmpty());
}

std::string complaint_about(const std::string& text) {
  const std::string file = (std::filesystem::path(testing::TempDir()) / "served.yaml").string();
  EXPECT_TRUE(write_file_atomically(file, text).ok());
  std::vector<Diagnostic> diagnostics;
  EXPECT_FALSE(load_served_cast(suite(), file, ServedSide::kPartner, diagnostics));
  std::filesystem::remove(file);
  return render(diagnostics);
}

TEST(ServedCast, SaysWhatIsWrongWithAFile) {
  std::vector<Diagnostic> diagnostics;
  EXPECT_FALSE(load_served_cast(suite(), "one-pear", ServedSide::kPartner, diagnostics));
  EXPECT_THAT(render(diagnostics), HasSubstr("one of the set-ups one-pair, strangers"));
  EXPECT_THAT(complaint_about("id: x\ntitle: y\nactors: {a: {kind: gatekeper}}\n"),
              HasSubstr("did you mean \"gatekeeper\""));
  EXPECT_THAT(complaint_about("id: x\ntitle: y\nactors: {g: {kind: gatekeeper}}\n"),
              HasSubstr("the cast has no actor of kind partner"));
  EXPECT_THAT(complaint_about("id: x\ntitle: y\nactors: {b: {kind: partner}}\n"
                              "steps:\n  - {advance: 5s}\n"),
              HasSubstr("no-operation"));
}

}  // namespace
}  // namespace parley::cli
