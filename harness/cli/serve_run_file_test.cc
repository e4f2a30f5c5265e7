// The world: a run file that was written for runs with a product, and a session in which the same
// product is developed.
#include "harness/cli/serve_run_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/yaml.h"

namespace parley::cli {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

RunFile read(const std::string& text) {
  std::vector<Diagnostic> diagnostics;
  const auto file = parse_yaml("/work/run.yaml", text, diagnostics);
  RunFile out = file ? read_run_file(*file, diagnostics) : RunFile();
  EXPECT_EQ(render(diagnostics), "");
  return out;
}

const Given kNothing = [](std::string_view) { return false; };

constexpr const char* kPartner = R"(profile: base
network: sockets
clock: real
seed: 7
trust: ca.pem
addresses: ["127.0.0.1"]
wire_overlays: [overlay.yaml]
scenarios: [own]
seats: {partner: {driver: {command: node}}}
ics: {media: {image: true}}
ixit:
  endpoints: {jwks: "https://127.0.0.1:8443/jwks", push: "https://127.0.0.1:8443/push"}
  timers: {token-lifetime: 1h}
  accounts: [{id: bob, identifier: bob@x}]
)";

TEST(ServeRunFile, WhatHoldsForARunHoldsForASession) {
  ServeOptions options;
  options.side = ServedSide::kPartner;
  const auto lines = apply_run_file(read(kPartner), kNothing, options);
  ASSERT_TRUE(lines.ok());
  EXPECT_EQ(options.side, ServedSide::kGatekeeper);  // the product is the partner
  EXPECT_EQ(options.seed, 7U);
  EXPECT_EQ(options.trust, "/work/ca.pem");
  EXPECT_THAT(options.wire_overlays, ElementsAre("/work/overlay.yaml"));
  EXPECT_THAT(options.folders, ElementsAre("/work/own"));
  EXPECT_EQ(options.endpoints.size(), 2U);
  ASSERT_EQ(lines->size(), 2U);
  EXPECT_EQ((*lines)[0],
            "a session has no use for \"profile\", \"network\", \"clock\", \"ics\", "
            "\"ixit.timers\", \"ixit.accounts\" of run.yaml");
  EXPECT_THAT((*lines)[1], HasSubstr("no driver of run.yaml is started"));
}

TEST(ServeRunFile, OptionsWinAndSaySo) {
  ServeOptions options;
  options.side = ServedSide::kPartner;
  options.seed = 9;
  const auto lines = apply_run_file(read(kPartner), [](std::string_view) { return true; }, options);
  ASSERT_TRUE(lines.ok());
  EXPECT_EQ(options.side, ServedSide::kPartner);
  EXPECT_EQ(options.seed, 9U);
  EXPECT_EQ(options.trust, "");
  EXPECT_THAT(options.wire_overlays, IsEmpty());
  EXPECT_THAT(*lines,
              testing::Contains("--seed of the command line wins over \"seed\" in run.yaml"));
  EXPECT_THAT(*lines,
              testing::Contains("--as of the command line wins over \"seats\" in run.yaml"));
  EXPECT_EQ(lines->size(), 7U);
}

TEST(ServeRunFile, AProductOfTheGatekeepersIsMetByAPartner) {
  ServeOptions options;
  const RunFile file = read("seats: {gatekeeper-server: {driver: {command: node}}}\n");
  ASSERT_TRUE(apply_run_file(file, kNothing, options).ok());
  EXPECT_EQ(options.side, ServedSide::kPartner);
}

TEST(ServeRunFile, ProductsOfBothSidesNeedAWord) {
  const RunFile file = read(
      "seats: {gatekeeper-client: {driver: {command: a}}, partner-server: {driver: {command: "
      "b}}}\n");
  ServeOptions options;
  const auto lines = apply_run_file(file, kNothing, options);
  ASSERT_FALSE(lines.ok());
  EXPECT_THAT(lines.error().text(), AllOf(HasSubstr("run.yaml: seats"), HasSubstr("--as")));
  const Given as = [](std::string_view option) { return option == "--as"; };
  EXPECT_TRUE(apply_run_file(file, as, options).ok());
}

TEST(ServeRunFile, OneThatSaysNothingChangesNothing) {
  ServeOptions options;
  const auto lines = apply_run_file(read("seed: 1\n"), kNothing, options);
  ASSERT_TRUE(lines.ok());
  EXPECT_THAT(*lines, IsEmpty());
  EXPECT_EQ(options.side, ServedSide::kGatekeeper);
}

class StatedPeersTest : public testing::Test {
 protected:
  // The error's text, or none.
  std::string add(const std::vector<scenario::IxitAnswer>& endpoints, ServedSide side) {
    const Status added = add_stated_peers(endpoints, cast_, side, peers_);
    return added.ok() ? "" : added.error().text();
  }
  void cast(const std::vector<driver::ActorSpec>& actors) {
    auto read = mocks::read_cast(actors);
    ASSERT_TRUE(read.ok());
    cast_ = *std::move(read);
  }
  void SetUp() override {
    cast({{"gatekeeper", "gatekeeper", "", {}},
          {"birdy", "partner", "", {{"proxy", true}}},
          {"bob", "partner-user", "birdy", {}}});
  }

  mocks::Cast cast_;
  std::map<std::string, std::string, std::less<>> peers_;
};

TEST_F(StatedPeersTest, APartnersEndpointsAreOneHostAndItsProxy) {
  EXPECT_EQ(add({{"endpoints.jwks", "https://localhost:8443/jwks"},
                 {"endpoints.push", "https://localhost:8443/push"},
                 {"endpoints.token", "https://localhost:8443/token"},
                 {"endpoints.proxy", "[::1]:9443"}},
                ServedSide::kGatekeeper),
            "");
  EXPECT_THAT(peers_,
              testing::UnorderedElementsAre(Pair("birdy.partner.test:443", "127.0.0.1:8443"),
                                            Pair("birdy.partner.test:5222", "[::1]:9443")));
}

TEST_F(StatedPeersTest, AGatekeepersAreItsHosts) {
  EXPECT_EQ(add({{"endpoints.jwks", "https://127.0.0.1:1/jwks"},
                 {"endpoints.chat", "127.0.0.1:2"},
                 {"endpoints.web-chat", "wss://127.0.0.1:3/ws"},
                 {"endpoints.media", "https://127.0.0.1:4"}},
                ServedSide::kPartner),
            "");
  EXPECT_THAT(peers_, testing::UnorderedElementsAre(Pair("whatsapp.com:443", "127.0.0.1:1"),
                                                    Pair("chat.whatsapp.net:5222", "127.0.0.1:2"),
                                                    Pair("web.whatsapp.net:443", "127.0.0.1:3"),
                                                    Pair("mmg.whatsapp.net:443", "127.0.0.1:4")));
}

TEST_F(StatedPeersTest, WhatAnOptionNamesIsNotAskedFor) {
  peers_["birdy.partner.test:443"] = "127.0.0.1:1";
  EXPECT_EQ(add({{"endpoints.push", "https://no-such-host.invalid/push"}}, ServedSide::kGatekeeper),
            "");
  EXPECT_THAT(peers_, ElementsAre(Pair("birdy.partner.test:443", "127.0.0.1:1")));
}

TEST_F(StatedPeersTest, OneNameHasOneAddress) {
  const std::string why = add({{"endpoints.jwks", "https://127.0.0.1:1/jwks"},
                               {"endpoints.push", "https://127.0.0.1:2/push"}},
                              ServedSide::kGatekeeper);
  EXPECT_THAT(why, AllOf(HasSubstr("endpoints.push"), HasSubstr("\"jwks\""),
                         HasSubstr("--peer birdy=ADDRESS:PORT")));
}

TEST_F(StatedPeersTest, WhereThatCannotBeSaid) {
  EXPECT_THAT(add({{"endpoints.push", "birdy.example"}}, ServedSide::kGatekeeper),
              HasSubstr("has no port"));
  EXPECT_THAT(add({{"endpoints.push", "https://no-such-host.invalid/"}}, ServedSide::kGatekeeper),
              HasSubstr("endpoints.push"));
  cast({{"gatekeeper", "gatekeeper", "", {}},
        {"birdy", "partner", "", {}},
        {"bird", "partner", "", {}}});
  EXPECT_THAT(add({{"endpoints.push", "https://127.0.0.1:1/"}}, ServedSide::kGatekeeper),
              HasSubstr("several partners"));
}

}  // namespace
}  // namespace parley::cli
