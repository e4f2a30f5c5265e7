// The reference of the doctor's lines against what the doctor says, and the small pieces that find
// out what it has to look at.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>

#include "harness/base/file.h"
#include "harness/cli/claimed_operations.h"
#include "harness/cli/doctor_stage.h"
#include "harness/cli/endpoint_address.h"
#include "harness/cli/name_lookup.h"
#include "harness/cli/standing_endpoints.h"
#include "harness/cli/stated_timers.h"
#include "harness/driver/conformance.h"
#include "harness/driver/server_examination.h"
#include "harness/driver/token_examination.h"

namespace parley::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<driver::DoctorRule> all_rules() {
  std::vector<driver::DoctorRule> all;
  for (const auto& some :
       {driver::meeting_rules(), endpoint_rules(), std::vector{timers_rule()},
        driver::driver_rules(), driver::server_rules(), driver::token_rules(), echo_rules()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

TEST(DoctorRules, EachHasItsRowInTheDocumentation) {
  const std::string page =
      read_text_file(std::string(PARLEY_SOURCE_DIR) + "/docs/doctor.md").value();
  std::set<std::string> ids;
  for (const driver::DoctorRule& rule : all_rules()) {
    EXPECT_TRUE(ids.insert(std::string(rule.id)).second) << rule.id << " is given twice";
    EXPECT_FALSE(rule.fix.empty()) << rule.id;
    const std::string row = "| " + std::string(rule.id) + " | " + std::string(rule.rule) + " | ";
    EXPECT_NE(page.find("\n" + row), std::string::npos) << row;
  }
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    const bool is_row = line.size() > 10 && line.starts_with("| ") && line[5] == '-';
    if (is_row) {
      EXPECT_TRUE(ids.contains(line.substr(2, 6))) << line;
    }
  }
}

TEST(EndpointAddress, IsReadWithItsPath) {
  const struct {
    const char* text;
    const char* host;
    std::uint16_t port;
    const char* path;
  } rows[] = {{"https://keys.example/jwks", "keys.example", 443, "/jwks"},
              {"https://keys.example:8443/a?b=c#d", "keys.example", 8443, "/a?b=c"},
              {"wss://[::1]:99", "[::1]", 99, ""},
              {"http://keys.example", "keys.example", 80, ""},
              {"chat.example:5222", "chat.example", 5222, ""},
              {"chat.example", "chat.example", 0, ""}};
  for (const auto& row : rows) {
    const auto address = parse_endpoint_address(row.text);
    ASSERT_TRUE(address) << row.text;
    EXPECT_EQ(address->host, row.host) << row.text;
    EXPECT_EQ(address->port, row.port) << row.text;
    EXPECT_EQ(address->path, row.path) << row.text;
  }
  for (const char* text : {"", "https://", "https://bob:secret@keys.example/", "a b", "x:0",
                           "x:65536", "[::1", "x:1y"}) {
    EXPECT_FALSE(parse_endpoint_address(text)) << text;
  }
}

TEST(StandingEndpoints, AreEachAddressOnceWithAllItsUses) {
  const std::vector<scenario::IxitAnswer> ixit = {
      {"endpoints.token", "https://birdy.example/token"},
      {"endpoints.jwks", "https://birdy.example/keys"},
      {"endpoints.proxy", "birdy.example:443"},
      {"endpoints.media", "media.example"},
      {"timers.reconnect", "10s"},
      {"accounts.bob", "bob@birdy.example"}};
  const std::vector<StandingEndpoint> found = standing_endpoints(ixit);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].text(), "birdy.example:443 (token, jwks)");
  EXPECT_EQ(found[0].keys_path, "/keys");
  EXPECT_TRUE(found[0].https);
  EXPECT_EQ(found[1].text(), "birdy.example:443 (proxy)");
  EXPECT_FALSE(found[1].https);
  EXPECT_EQ(found[2].text(), "media.example (media)");
  NullLog log;
  const auto sections = examine_endpoints(std::span(found).subspan(2), {}, log);
  ASSERT_EQ(sections.size(), 1U);
  ASSERT_EQ(sections[0].lines.size(), 1U);
  EXPECT_EQ(sections[0].lines[0].id, "RUN-02");
  EXPECT_EQ(sections[0].lines[0].seen, "\"media.example\" has no port");
}

TEST(StandingEndpoints, NeedSomebodyToTrust) {
  StandingEndpoint endpoint{"", {"127.0.0.1", 1}, {"jwks"}, true, "/"};
  NullLog log;
  EndpointLook look;
  look.machine_trust = "/nowhere/authorities.pem";
  auto sections = examine_endpoints({&endpoint, 1}, look, log);
  EXPECT_EQ(sections[0].lines.back().id, "RUN-04");
  EXPECT_THAT(sections[0].lines.back().seen, HasSubstr("\"trust\" is not stated"));
  look.trust = "/nowhere/ca.pem";
  sections = examine_endpoints({&endpoint, 1}, look, log);
  EXPECT_EQ(sections[0].lines.back().id, "RUN-04");
  EXPECT_THAT(sections[0].lines.back().seen, HasSubstr("/nowhere/ca.pem"));
  look.presence_only = true;  // nobody is asked for a certificate
  sections = examine_endpoints({&endpoint, 1}, look, log);
  EXPECT_EQ(sections[0].lines.back().id, "SRV-01");
  EXPECT_THAT(sections[0].lines.back().seen, HasSubstr("refused"));
}

TEST(NameLookup, AsksNobodyAboutAddresses) {
  EXPECT_EQ(look_up_host("192.0.2.7", std::chrono::seconds(0)).value(), "192.0.2.7");
  EXPECT_EQ(look_up_host("2001:db8::7", std::chrono::seconds(0)).value(), "2001:db8::7");
  EXPECT_EQ(look_up_host("localhost", std::chrono::seconds(20)).value(), "127.0.0.1");
  EXPECT_FALSE(look_up_host("no-such-host.invalid", std::chrono::seconds(5)).ok());
}

TEST(ClaimedOperations, AreThoseOfTheSeatsThatWereSaidToBeThere) {
  const scenario::Claim claim = scenario::make_claim({{"media", "image", true},
                                                      {"media", "voice", true},
                                                      {"features", "typing", true},
                                                      {"features", "reports", true},
                                                      {"features", "block", false}})
                                    .value();
  const auto names = [&](std::vector<std::string_view> seats) {
    std::vector<std::string> out;
    for (const auto& one : claimed_operations(claim, seats)) {
      out.push_back(one.operation + " " + one.claim);
    }
    return out;
  };
  EXPECT_THAT(names({"partner-client"}),
              ElementsAre("send-media media.image", "typing features.typing"));
  EXPECT_THAT(
      names({"gatekeeper-client"}),
      ElementsAre("send-media media.image", "report features.reports", "typing features.typing"));
  EXPECT_THAT(names({"partner-server"}), ElementsAre());
  EXPECT_TRUE(claimed_operations({}, {}).empty());
}

}  // namespace
}  // namespace parley::cli
