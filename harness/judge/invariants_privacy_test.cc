// Secrets that leak: what alice wrote turns up at a server in one disguise or another, her address
// at the partner's server, a token in the transcript. Each leak is built by hand and must be found;
// the same secret where it belongs must not be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/judge/disguises.h"
#include "harness/judge/staged_case.h"

namespace parley::judge {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Direction = evidence::Direction;
using Tap = evidence::Tap;

constexpr std::string_view kCanary = "canary-0123456789abcdef";

StagedCase with_canary(std::vector<std::string> iut = {}) {
  StagedCase staged(std::move(iut));
  staged.step_record("canary", {{"label", "sent"}, {"of", "text"}, {"value", kCanary}});
  staged.step("sent", "alice", "send-text", {{"id", "1"}},
              {{"text", "hello " + std::string(kCanary)}});
  return staged;
}

TEST(CanaryContained, PassesWhereOnlyClientsSeeIt) {
  StagedCase staged = with_canary();
  staged.message("bob", Direction::kIn, {{"text", kCanary}});
  staged.add(Tap::kHttp, "acme", "http.request", {{"method", "POST"}}, Direction::kIn, "bob",
             Bytes(5000, 0xA7));
  const Finding finding = staged.judge("canary-contained");
  EXPECT_EQ(told(finding), "pass/none/as-expected");
  EXPECT_THAT(finding.observed, HasSubstr("1 record at servers searched for 1 canary"));
}

TEST(CanaryContained, FindsEveryDisguiseInBodiesAndFactsAtEveryServerTap) {
  for (const Disguise& disguise : disguises(kCanary)) {
    for (const Tap tap : {Tap::kHttp, Tap::kNoise, Tap::kStanza, Tap::kEvent}) {
      for (const std::string_view server : {"gatekeeper", "acme"}) {
        StagedCase staged = with_canary();
        const auto seq = staged
                             .add(tap, server, "k", {}, Direction::kIn, "bob",
                                  concat({Bytes(1000, 1), as_bytes(disguise.bytes), Bytes(9, 2)}))
                             .seq;
        const Finding finding = staged.judge("canary-contained");
        EXPECT_EQ(told(finding), "fail/peer/plaintext-at-server") << disguise.encoding;
        EXPECT_THAT(finding.evidence, ElementsAre(seq));
        EXPECT_THAT(finding.observed, HasSubstr(std::string(to_string(tap)) + " tap of " +
                                                std::string(server) + ", body"));
        EXPECT_THAT(finding.observed, HasSubstr("as " + disguise.encoding));
      }
    }
    StagedCase staged = with_canary();
    staged.add(Tap::kStanza, "gatekeeper", "stanza",
               {{"node", {{"children", json::array{{{"attrs", {{"x", "a" + disguise.bytes}}}}}}}}});
    EXPECT_THAT(staged.judge("canary-contained").observed,
                HasSubstr("facts.node.children[0].attrs.x"))
        << disguise.encoding;
    StagedCase named = with_canary();
    named.add(Tap::kHttp, "acme", "http.request", {{"headers", {{disguise.bytes, "v"}}}});
    EXPECT_EQ(named.judge("canary-contained").verdict, Verdict::kFail) << disguise.encoding;
  }
}

// What a user selects for a report it shows to the gatekeeper: in that report, and nowhere else.
TEST(CanaryContained, LetsThroughWhatAUserReportsAndNothingElse) {
  struct {
    std::string selected;
    std::string operation;
    std::string server;
    std::string told;
  } const kCases[] = {
      {"1", "message-report", "gatekeeper", "pass/none/as-expected"},
      {"2", "message-report", "gatekeeper", "fail/iut/plaintext-at-server"},
      {"1", "message-send", "gatekeeper", "fail/iut/plaintext-at-server"},
      {"1", "message-report", "acme", "fail/iut/plaintext-at-server"},
  };
  for (const auto& test : kCases) {
    StagedCase staged = with_canary({"alice"});
    staged.begin_step("report", "alice", "report",
                      {{"from", "bob"}, {"messages", json::array{test.selected}}});
    const wire::Node node("iq", {{"id", "i"}}, to_bytes(as_bytes(kCanary)));
    staged.stanza(test.server, Direction::kIn, "alice", node, test.operation);
    staged.end_step("report", "alice", "report", {{"status", "ok"}});
    EXPECT_EQ(told(staged.judge("canary-contained")), test.told)
        << test.selected << " " << test.operation << " " << test.server;
  }
  // The same stanza later belongs to no report of the user's.
  StagedCase staged = with_canary({"alice"});
  staged.step("report", "alice", "report", {{"status", "ok"}},
              {{"from", "bob"}, {"messages", json::array{"1"}}});
  const wire::Node node("iq", {{"id", "i"}}, to_bytes(as_bytes(kCanary)));
  staged.stanza("gatekeeper", Direction::kIn, "alice", node, "message-report");
  EXPECT_EQ(told(staged.judge("canary-contained")), "fail/iut/plaintext-at-server");
}

TEST(CanaryContained, FindsThePieceOfAFileThatStandsForIt) {
  const Bytes piece = {0, 255, 7, 13, 200, 0, 1, 2, 3, 99, 98, 97, 5, 6, 7, 8};
  for (const bool leaks : {false, true}) {
    StagedCase staged;
    staged.step_record("canary", {{"label", "sent"}, {"of", "content"}, {"base64", base64(piece)}});
    staged.step("sent", "bob", "send-media", {{"id", "1"}});
    staged.add(Tap::kHttp, "acme", "http.request", {}, Direction::kIn, "bob",
               concat({Bytes(500, 1), leaks ? BytesView(piece) : BytesView(), Bytes(500, 2)}));
    EXPECT_EQ(told(staged.judge("canary-contained")),
              leaks ? "fail/peer/plaintext-at-server" : "pass/none/as-expected");
  }
}

TEST(CanaryContained, ABodyOfWhichOnlyTheBeginningIsKeptMustBeAKnownCiphertext) {
  const auto judge = [](std::string_view announced, std::string_view shown) {
    StagedCase staged = with_canary();
    evidence::Record& upload = staged.add(Tap::kHttp, "acme", "http.request", {}, Direction::kIn,
                                          "bob", Bytes(1000, 0xA7));
    upload.body_size = 5'000'000;
    staged.message(
        "alice", Direction::kIn,
        {{"id", "2"},
         {"sha256", "plain"},
         {"encrypted_sha256", announced.empty() ? upload.body_sha256 : std::string(announced)}});
    staged.event("alice", "message", {{"id", "2"}, {"sha256", shown}});
    return told(staged.judge("canary-contained"));
  };
  EXPECT_EQ(judge("", "plain"), "pass/none/as-expected");
  EXPECT_EQ(judge("", "other"), "inconclusive/harness/body-cut-off");
  EXPECT_EQ(judge("other", "plain"), "inconclusive/harness/body-cut-off");
}

TEST(CanaryContained, OfABodyThatAServerRefusedAsTooLargeTheBeginningIsEnough) {
  const auto judge = [](std::int64_t status, std::string_view target) {
    StagedCase staged = with_canary();
    staged
        .add(Tap::kHttp, "acme", "http.request", {{"target", "/media"}}, Direction::kIn, "bob",
             Bytes(1000, 0xA7))
        .body_size = 17'000'000;
    staged.add(Tap::kHttp, "acme", "http.response", {{"target", target}, {"status", status}},
               Direction::kOut, "bob");
    return told(staged.judge("canary-contained"));
  };
  EXPECT_EQ(judge(413, "/media"), "pass/none/as-expected");
  EXPECT_EQ(judge(201, "/media"), "inconclusive/harness/body-cut-off");
  EXPECT_EQ(judge(413, "/push"), "inconclusive/harness/body-cut-off");
}

TEST(CanaryContained, BlamesWhoSentItWhereItWasFirstSeen) {
  for (const std::string_view iut : {"alice", "gatekeeper", "bob"}) {
    StagedCase staged = with_canary({std::string(iut)});
    staged.add(Tap::kStanza, "gatekeeper", "stanza", {{"x", kCanary}}, Direction::kIn, "alice");
    staged.add(Tap::kStanza, "gatekeeper", "stanza", {{"x", kCanary}}, Direction::kOut, "bob");
    const Finding finding = staged.judge("canary-contained");
    EXPECT_EQ(told(finding),
              iut == "alice" ? "fail/iut/plaintext-at-server" : "fail/peer/plaintext-at-server");
    EXPECT_EQ(finding.blamed, "whatsapp-user");
  }
}

TEST(CanaryContained, KnowsASenderByItsHostAndElseBlamesWhoWroteIt) {
  const std::pair<std::string_view, std::string_view> peers[] = {
      {"bob.device.test", "partner-user"},
      {"acme.partner.test", "partner"},
      {"egress.whatsapp.net", "gatekeeper"},
      {"external", "whatsapp-user"},
      {"", "whatsapp-user"}};
  for (const auto& [peer, blamed] : peers) {
    StagedCase staged = with_canary();
    staged.add(Tap::kHttp, "acme", "http.request", {{"x", kCanary}}, Direction::kIn,
               std::string(peer));
    EXPECT_EQ(staged.judge("canary-contained").blamed, blamed) << peer;
  }
}

TEST(CanaryContained, OfALongTextTheBeginningIsEnough) {
  StagedCase staged;
  std::string text;
  while (text.size() < 20'000) text += "many words that nobody else should read. ";
  staged.step_record("canary", {{"label", "sent"}, {"of", "text"}, {"value", text}});
  staged.add(Tap::kEvent, "gatekeeper", "event.x", {{"preview", text.substr(0, 100)}});
  EXPECT_EQ(staged.judge("canary-contained").verdict, Verdict::kFail);
}

TEST(CanaryContained, AnUnsearchedTailIsNoPass) {
  StagedCase staged = with_canary();
  staged.add(Tap::kHttp, "acme", "http.request", {}, Direction::kIn, "bob", Bytes(10, 1))
      .body_size = 11;
  EXPECT_EQ(told(staged.judge("canary-contained")), "inconclusive/harness/body-cut-off");
}

TEST(CanaryContained, AShortCanaryProvesNothing) {
  StagedCase staged;
  staged.step_record("canary", {{"label", "sent"}, {"of", "text"}, {"value", "ok"}});
  EXPECT_EQ(told(staged.judge("canary-contained")), "error/harness/canary-too-short");
}

TEST(CanaryContained, SaysHowLittleItSearched) {
  const StagedCase nothing({}, false);
  const Finding finding = nothing.judge("canary-contained");
  EXPECT_EQ(told(finding), "pass/none/nothing-to-judge");
  EXPECT_THAT(finding.observed, HasSubstr("0 records at servers searched for 0 canaries"));
}

evidence::Record& request(StagedCase& staged, json::object headers, std::string peer) {
  return staged.add(Tap::kHttp, "acme", "http.request",
                    {{"method", "GET"}, {"target", "/m"}, {"headers", std::move(headers)}},
                    Direction::kIn, std::move(peer));
}

TEST(ClientAddressHidden, PassesBehindTheProxy) {
  StagedCase staged;
  request(staged, {{"host", "acme.partner.test"}}, "egress.whatsapp.net");
  request(staged, {{"x-forwarded-for", "10.0.0.1"}}, "bob.device.test");  // its own client
  staged.add(Tap::kHttp, "gatekeeper", "http.request", {}, Direction::kIn, "alice.device.test");
  const Finding finding = staged.judge("whatsapp-client-address-hidden");
  EXPECT_EQ(told(finding), "pass/none/as-expected");
  EXPECT_THAT(finding.observed, HasSubstr("2 records"));
}

TEST(ClientAddressHidden, FindsTheAddressWhereverItStands) {
  const std::string address = "alice.device.test";
  StagedCase connected;
  request(connected, {}, address);
  EXPECT_EQ(told(connected.judge("whatsapp-client-address-hidden")), "fail/peer/client-connected");
  StagedCase by_id({"gatekeeper"});
  request(by_id, {}, "alice");
  EXPECT_EQ(told(by_id.judge("whatsapp-client-address-hidden")), "fail/iut/client-connected");
  // A product under test comes from outside, and has no name in the World.
  StagedCase product({"alice"});
  request(product, {}, "external");
  EXPECT_EQ(told(product.judge("whatsapp-client-address-hidden")), "fail/iut/client-connected");
  StagedCase other({"bob"});
  request(other, {}, "external");
  EXPECT_EQ(told(other.judge("whatsapp-client-address-hidden")), "pass/none/as-expected");
  for (const std::string_view header : {"forwarded", "x-forwarded-for", "x-real-ip"}) {
    StagedCase staged;
    request(staged, {{header, "192.0.2.1"}}, "egress.whatsapp.net");
    EXPECT_EQ(told(staged.judge("whatsapp-client-address-hidden")), "fail/peer/forwarding-header");
  }
  StagedCase in_header;
  request(in_header, {{"referer", "https://" + address + "/"}}, "egress.whatsapp.net");
  EXPECT_EQ(told(in_header.judge("whatsapp-client-address-hidden")),
            "fail/peer/address-in-content");
  StagedCase in_body;
  in_body.add(Tap::kHttp, "acme", "http.request", {}, Direction::kIn, "egress.whatsapp.net",
              to_bytes("{\"from\":\"" + address + "\"}"));
  EXPECT_EQ(told(in_body.judge("whatsapp-client-address-hidden")), "fail/peer/address-in-content");
}

const std::string kToken = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJib2IifQ.c2lnbmF0dXJl";

TEST(TokensRedacted, FindsTokensPlainAndEncodedOnceMore) {
  for (const std::string& text :
       {kToken, "Bearer " + kToken, base64(as_bytes(kToken)), base64(as_bytes("x" + kToken)),
        base64url(as_bytes("xy" + kToken)), hex(as_bytes(kToken))}) {
    StagedCase in_facts;
    in_facts.event("bob", "x", {{"headers", {{"authorization", text}}}});
    EXPECT_EQ(told(in_facts.judge("tokens-redacted")), "error/harness/token-in-transcript") << text;
    StagedCase in_body;
    in_body.add(Tap::kHttp, "bob", "http.request", {}, Direction::kOut, "x", to_bytes(text));
    EXPECT_EQ(told(in_body.judge("tokens-redacted")), "error/harness/token-in-transcript") << text;
  }
}

TEST(TokensRedacted, PassesOnWhatTheRecorderLeaves) {
  StagedCase staged;
  staged.event("bob", "x", {{"authorization", "Bearer jwt:0123456789abcdef"}});
  const Finding finding = staged.judge("tokens-redacted");
  EXPECT_EQ(told(finding), "pass/none/as-expected");
  EXPECT_THAT(finding.observed, HasSubstr("2 records searched"));
}

}  // namespace
}  // namespace parley::judge
