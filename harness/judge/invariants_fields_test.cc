// What passes between bob's client, acme's servers and the gatekeeper, with a field too many here
// and there; and files that are no list of fields.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/judge/field_inventory.h"
#include "harness/judge/staged_case.h"

namespace parley::judge {
namespace {

using testing::HasSubstr;
using Direction = evidence::Direction;
using Tap = evidence::Tap;

std::string judged(const StagedCase& staged) { return told(staged.judge("fields-declared")); }

TEST(FieldsDeclared, KnownFieldsPass) {
  StagedCase staged;
  staged.stanza("gatekeeper", Direction::kIn, "bob",
                wire::Node("message", {{"id", "1"}, {"to", std::string(kAliceJid)}}));
  staged.add(Tap::kHttp, "gatekeeper", "http.request",
             {{"target", "/push"}, {"headers", {{"content-type", "application/json"}}}},
             Direction::kOut, "acme.partner.test", to_bytes(R"({"to":"bob"})"));
  staged.end();
  EXPECT_EQ(judged(staged), "pass/none/as-expected");
}

TEST(FieldsDeclared, WhatEveryHttpServerSendsPassesAndNoMore) {
  const auto answer = [](const std::string& header) {
    StagedCase staged({"acme"});
    staged.add(Tap::kHttp, "gatekeeper", "http.response",
               {{"target", "/push"}, {"status", 200}, {"headers", {{header, "x"}}}}, Direction::kIn,
               "acme.partner.test");
    staged.end();
    return judged(staged);
  };
  EXPECT_EQ(answer("date"), "pass/none/as-expected");
  EXPECT_EQ(answer("transfer-encoding"), "pass/none/as-expected");
  EXPECT_EQ(answer("set-cookie"), "fail/iut/undeclared-field");
}

TEST(FieldsDeclared, AnUnknownOneNamesLegFieldRecordAndSender) {
  StagedCase attribute({"bob"});
  attribute.stanza("gatekeeper", Direction::kIn, "bob",
                   wire::Node("message", {{"address-book", "x"}}));
  attribute.end();
  const Finding finding = attribute.judge("fields-declared");
  EXPECT_EQ(told(finding), "fail/iut/undeclared-field");
  EXPECT_EQ(finding.blamed, "partner-user");
  EXPECT_THAT(finding.observed,
              HasSubstr("partner-client to gatekeeper: stanza message@address-book (record 1)"));

  StagedCase child;
  child.stanza("gatekeeper", Direction::kOut, "bob",
               wire::Node("message", {}, {wire::Node("profile", {})}));
  child.end();
  EXPECT_EQ(child.judge("fields-declared").blamed, "gatekeeper");

  StagedCase member;
  member.add(Tap::kHttp, "gatekeeper", "http.request",
             {{"target", "/push?who=alice"}, {"headers", {{"content-type", "application/json"}}}},
             Direction::kOut, "acme.partner.test", to_bytes(R"({"from":{"name":"Alice"}})"));
  member.end();
  const Finding told_json = member.judge("fields-declared");
  EXPECT_THAT(told_json.observed, HasSubstr("json from.name"));
  EXPECT_THAT(told_json.observed, HasSubstr("query who"));

  StagedCase form;
  form.add(
      Tap::kHttp, "gatekeeper", "http.request",
      {{"target", "/3p/interop_reg"}, {"headers", json::object()}, {"form", {{"contacts", "x"}}}},
      Direction::kIn, "bob.device.test");
  form.end();
  EXPECT_THAT(form.judge("fields-declared").observed, HasSubstr("form contacts"));

  StagedCase login;
  login.add(Tap::kStanza, "gatekeeper", "login.payload", {{"conn", "c"}, {"carrier", "x"}},
            Direction::kIn, "bob");
  login.end();
  EXPECT_THAT(login.judge("fields-declared").observed, HasSubstr("login carrier"));
}

TEST(FieldsDeclared, WhatIsBetweenANativeProductAndItsServerIsItsOwn) {
  for (const bool product : {true, false}) {
    StagedCase staged(product ? std::vector<std::string>{"alice"} : std::vector<std::string>{});
    staged.stanza("gatekeeper", Direction::kIn, "alice", wire::Node("ib", {{"dirty", "1"}}));
    staged.end();
    EXPECT_EQ(judged(staged),
              product ? "pass/none/nothing-to-judge" : "fail/peer/undeclared-field");
  }
}

TEST(FieldInventory, TheBuiltInOneIsReadable) {
  EXPECT_GT(FieldInventory::built_in().size(), 100U);
  EXPECT_TRUE(FieldInventory::built_in().declares(Leg::kGatekeeperToPartnerServer, "json to"));
}

TEST(FieldInventory, FaultyFilesAreRefused) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"fields: x\n", "\"legs\" is missing"},
      {"legs:\n  moon to earth: []\n", "is no leg"},
      {"legs:\n  seen by partner-proxy:\n    - {clause: x, fact: [a]}\n", "\"purpose\" is missing"},
      {"legs:\n  seen by partner-proxy:\n    - {purpose: x, fact: [a]}\n", "\"clause\" is missing"},
      {"legs:\n  seen by partner-proxy:\n    - {purpose: x, clause: y}\n", "without fields"},
      {"legs:\n  seen by partner-proxy:\n    - {purpose: x, clause: y, smell: [a]}\n",
       "is no list of fields"},
      {"legs:\n  seen by partner-proxy:\n    - {purpose: x, clause: y, fact: [a, a]}\n",
       "stands there before"},
  };
  for (const auto& [text, message] : cases) {
    std::vector<Diagnostic> diagnostics;
    EXPECT_FALSE(FieldInventory::parse("fields.yaml", text, diagnostics).has_value());
    EXPECT_THAT(render(diagnostics), HasSubstr(message));
  }
}

}  // namespace
}  // namespace parley::judge
