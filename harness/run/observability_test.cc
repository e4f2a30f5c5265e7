// The world: planned cases alone. What is judged of them must be settled before anything is run.
#include "harness/run/observability.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace parley::run {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::vector<std::string> kClient = {"partner-client"};
const std::vector<std::string> kServer = {"partner-server"};
const std::vector<std::string> kGatekeeper = {"gatekeeper-server"};
const std::vector<std::string> kNobody;

class ObservabilityTest : public testing::Test {
 protected:
  ObservabilityTest() {
    using scenario::ActorKind;
    add("gatekeeper", ActorKind::kGatekeeper);
    add("alice", ActorKind::kWhatsappUser);
    add("birdy", ActorKind::kPartner);
    add("bob", ActorKind::kPartnerUser);
  }
  void add(const char* id, scenario::ActorKind kind) {
    scenario::Actor actor;
    actor.id = id;
    actor.kind = kind;
    case_.actors.push_back(std::move(actor));
  }
  void does(const char* label, const char* actor, const char* operation) {
    scenario::Step step;
    step.label = label;
    scenario::Operation act;
    act.actor = actor;
    act.operation = operation;
    step.act = act;
    case_.steps.push_back(std::move(step));
  }
  std::string why(const char* kind, const char* arguments, const std::vector<std::string>& seats,
                  bool invariant = false) {
    scenario::PlannedCheck check;
    check.kind = kind;
    check.invariant = invariant;
    check.arguments = parse_json(arguments).value().get_object();
    return not_observable({&case_, {check}}, seats);
  }

  scenario::TestCase case_;
};

TEST_F(ObservabilityTest, ATestCaseMayBeAboutTheHoldersOfSomeSeatsAlone) {
  case_.seats = {"partner-client", "partner-proxy"};
  const auto at_gatekeeper = [&](const std::vector<std::string>& seats) {
    return why("stanza-seen", R"({"at":"gatekeeper"})", seats);
  };
  EXPECT_EQ(at_gatekeeper(kServer), "it is about who holds partner-client or partner-proxy");
  EXPECT_EQ(at_gatekeeper(kClient), "");
  EXPECT_EQ(at_gatekeeper({"partner-server", "partner-proxy"}), "");
  EXPECT_EQ(at_gatekeeper(kNobody), "");
}

TEST_F(ObservabilityTest, WhatIsSeenInAMocksSeatIsJudged) {
  EXPECT_EQ(why("stanza-seen", R"({"at":"gatekeeper"})", kClient), "");
  EXPECT_EQ(why("http-exchange", R"({"at":"birdy"})", kClient), "");
  EXPECT_EQ(why("http-exchange", R"({"at":"birdy"})", kNobody), "");
  EXPECT_EQ(why("event-seen", R"({"actor":"bob"})", kClient), "");
  EXPECT_EQ(why("content-intact", R"({"message":"sent","at":"bob"})", kClient), "");
}

TEST_F(ObservabilityTest, WhatHappensInsideADrivenSeatIsNot) {
  const std::string reason = why("frames-unchanged", R"({"at":"bob"})", kClient);
  EXPECT_THAT(reason, StartsWith("not-observable: "));
  EXPECT_THAT(reason, HasSubstr("frames-unchanged needs the frames as bob sees them"));
  EXPECT_NE(why("ids-unique", R"({"actor":"bob"})", kClient), "");
  EXPECT_NE(why("http-exchange", R"({"at":"birdy"})", kServer), "") << "with whom?";
  EXPECT_NE(why("http-exchange", R"({"at":"bob","target":"*elsewhere.test*"})", kClient), "");
  EXPECT_EQ(why("frames-unchanged", R"({"at":"bob"})", kClient, true), "") << "an invariant";
}

TEST_F(ObservabilityTest, TheOtherEndSeesTheSame) {
  EXPECT_EQ(why("stanza-seen", R"({"at":"bob"})", kClient), "");
  EXPECT_EQ(why("push-token", R"({"at":"birdy"})", kServer), "");
  EXPECT_EQ(why("key-sets-apart", R"({"at":"birdy"})", kServer), "");
  EXPECT_EQ(why("http-exchange", R"({"at":"birdy","target":"/push"})", kServer), "");
  EXPECT_EQ(why("http-exchange", R"({"at":"bob","target":"/v/t*"})", kClient), "");
  EXPECT_EQ(why("stanza-seen", R"({"at":"gatekeeper"})", {"gatekeeper-server"}), "");
}

TEST_F(ObservabilityTest, UnlessThatIsUnderTestAsWell) {
  const std::vector<std::string> both = {"partner-client", "partner-server"};
  const char* own = R"({"at":"birdy","target":"/token"})";
  EXPECT_EQ(why("http-exchange", own, kServer), "") << "the client is a mock";
  EXPECT_NE(why("http-exchange", own, both), "");
  EXPECT_NE(why("http-exchange", R"({"at":"bob","target":"/wake"})", both), "");
  EXPECT_NE(why("stanza-seen", R"({"at":"bob"})", {"partner-client", "gatekeeper-server"}), "");
  EXPECT_NE(why("http-exchange", R"({"at":"birdy","target":"/links/*"})",
                {"partner-server", "gatekeeper-client"}),
            "");
}

TEST_F(ObservabilityTest, WhatAPartnerServesTheGatekeeperHasSeen) {
  const std::vector<std::string> whole = {"partner-server", "partner-client", "partner-proxy"};
  const char* at_birdy = R"({"message":"sent","at":"birdy"})";
  EXPECT_EQ(why("ciphertext-only", at_birdy, whole), "");
  EXPECT_NE(why("ciphertext-only", at_birdy, {"partner-server", "gatekeeper-server"}), "");
  EXPECT_NE(why("http-exchange", R"({"at":"birdy","target":"/media"})", whole), "");
}

TEST_F(ObservabilityTest, HowLongAMessageWasWhoOpenedItKnows) {
  EXPECT_EQ(why("padding-varies", R"({"at":"bob"})", kClient), "");
  EXPECT_EQ(why("padding-varies", R"({"at":"alice"})", {"gatekeeper-client"}), "");
  EXPECT_NE(why("padding-varies", R"({"at":"bob"})", {"partner-client", "gatekeeper-client"}), "");
  EXPECT_NE(why("padding-varies", R"({"at":"bob"})", {"partner-client", "gatekeeper-server"}), "");
  does("sent", "bob", "send-media");
  EXPECT_NE(why("proxy-refused", R"({"message":"sent","at":"alice"})", kClient), "")
      << "which path its message named is in the message";
}

class LeftOutTest : public ObservabilityTest {
 protected:
  LeftOutTest() { planned_.test_case = &case_; }
  scenario::PlannedCheck& add_check(const char* kind, const char* arguments, bool marked) {
    scenario::PlannedCheck check;
    check.id = kind;
    check.kind = kind;
    check.arguments = parse_json(arguments).value().get_object();
    check.when_observable = marked;
    planned_.checks.push_back(std::move(check));
    return planned_.checks.back();
  }
  scenario::PlannedCase planned_;
};

TEST_F(LeftOutTest, AMarkedCheckIsLeftOutAndTheRestStands) {
  add_check("event-seen", R"({"actor":"bob"})", false);
  add_check("frames-unchanged", R"({"at":"bob"})", true);
  EXPECT_EQ(not_observable(planned_, kClient), "");
  EXPECT_THAT(why_left_out(planned_, planned_.checks[1], kClient),
              StartsWith("not-observable: the check frames-unchanged needs the frames as bob"));
  EXPECT_EQ(why_left_out(planned_, planned_.checks[0], kClient), "");
  EXPECT_EQ(why_left_out(planned_, planned_.checks[1], kServer), "") << "there it is judged";
  EXPECT_EQ(why_left_out(planned_, planned_.checks[1], kNobody), "");
}

TEST_F(LeftOutTest, WithoutTheMarkTheWholeCaseDoesNotApply) {
  add_check("frames-unchanged", R"({"at":"bob"})", false);
  add_check("frames-unchanged", R"({"at":"bob"})", true);
  EXPECT_NE(not_observable(planned_, kClient), "");
  EXPECT_EQ(why_left_out(planned_, planned_.checks[0], kClient), "")
      << "nobody said that it may be";
}

TEST_F(LeftOutTest, SeatsAreThoseThatDriversHeld) {
  judge::RunInfo run;
  run.seats.resize(3);
  run.seats[0].seat = "partner-client";
  run.seats[0].driver = "somebody's";
  run.seats[1].seat = "partner-server";
  run.seats[1].under_test = true;  // a mock may be called so
  run.seats[2].seat = "gatekeeper-server";
  EXPECT_EQ(driven_seats_of(run), kClient);
}

TEST_F(ObservabilityTest, PausesAreNotSeenWhereTimeLeaps) {
  EXPECT_THAT(why("reconnects-spread", R"({"at":"bob"})", kClient), StartsWith("not-observable: "));
  EXPECT_EQ(why("reconnects-spread", R"({"at":"bob"})", kServer), "");
}

TEST_F(ObservabilityTest, WhatAGatekeeperExchangedItsCounterpartsHaveSeen) {
  EXPECT_EQ(why("http-exchange", R"({"at":"gatekeeper"})", kGatekeeper), "");
  EXPECT_EQ(why("stanza-seen", R"({"at":"gatekeeper"})", kGatekeeper), "");
  EXPECT_EQ(why("stanza-fields", R"({"at":"gatekeeper"})", kGatekeeper), "");
  EXPECT_THAT(why("download-stated", R"({"at":"gatekeeper"})", kGatekeeper),
              HasSubstr("the HTTP exchanges as gatekeeper sees them"));
  EXPECT_EQ(why("stanza-seen", R"({"at":"bob"})", kGatekeeper), "");
}

TEST_F(ObservabilityTest, WhatAProxyTellsItsGatekeeperNobodyElseSees) {
  for (const char* check :
       {"client-address-passed", "one-upstream-each", "sent-by-device", "upstream-ends"}) {
    EXPECT_THAT(why(check, R"({"partner":"birdy"})", kGatekeeper), HasSubstr(check));
    EXPECT_EQ(why(check, R"({"partner":"birdy"})", kClient), "") << check;
  }
}

TEST_F(ObservabilityTest, ChecksThatNameAStepLookAtWhoPerformsIt) {
  does("sent", "bob", "send-media");
  does("answer", "alice", "send-media");
  const char* of_bob = R"({"message":"sent","at":"alice","twins":[]})";
  const char* of_alice = R"({"message":"answer","at":"bob","twins":[]})";
  EXPECT_NE(why("media-refused", of_bob, kClient), "");
  EXPECT_EQ(why("media-refused", of_alice, kClient), "");
  const char* both = R"({"giving":["sent"],"withdrawing":["answer"]})";
  EXPECT_EQ(why("withdrawal-as-easy", both, kClient), "") << "the gatekeeper got the requests";
  EXPECT_NE(why("withdrawal-as-easy", both, {"partner-client", "gatekeeper-server"}), "");
}

TEST_F(ObservabilityTest, ListsOfActorsMayBeNested) {
  EXPECT_NE(
      why("not-degraded", R"({"baseline":["alice","alice"],"compared":["bob","alice"]})", kClient),
      "");
  EXPECT_NE(why("not-degraded", R"({"baseline":[["alice","bob"]],"compared":[]})", kClient), "");
  EXPECT_EQ(why("not-degraded", R"({"baseline":["alice"],"compared":["alice"]})", kClient), "");
}

TEST_F(ObservabilityTest, ARefusalIsReportedByWhoAskedOrStandsInTheAnswerOnly) {
  does("enlisted", "bob", "enlist");
  does("said", "bob", "send-text");
  does("pinged", "bob", "ping-user");
  does("native", "alice", "ping-user");
  EXPECT_EQ(why("refused-with", R"({"step":"enlisted"})", kClient), "");
  EXPECT_EQ(why("refused-with", R"({"step":"said"})", kClient), "");
  EXPECT_EQ(why("refused-with", R"({"step":"pinged"})", kClient), "") << "the gatekeeper answers";
  EXPECT_THAT(why("refused-with", R"({"step":"pinged"})", {"partner-client", "gatekeeper-server"}),
              HasSubstr("refused-with"));
  EXPECT_EQ(why("refused-with", R"({"step":"native"})", kClient), "");
}

TEST_F(ObservabilityTest, AnErrorAloneGivesNoReason) {
  does("outside", "bob", "enlist");
  std::get<scenario::Operation>(case_.steps.back().act).expect_error = ErrorCode::kRefused;
  EXPECT_NE(why("refused-with", R"({"step":"outside"})", kClient), "");
  EXPECT_EQ(why("refused-with", R"({"step":"outside"})", kServer), "");
}

TEST_F(ObservabilityTest, WhoOpensALargeFileMustBeSeen) {
  does("sent", "alice", "send-media");
  auto& sending = std::get<scenario::Operation>(case_.steps.back().act);
  sending.arguments = parse_json(R"({"to":"bob","media":{"size":"2MiB","type":"application/zip"}})")
                          .value()
                          .get_object();
  EXPECT_THAT(why("event-seen", R"({"actor":"bob"})", kClient), StartsWith("not-observable: "));
  EXPECT_EQ(why("event-seen", R"({"actor":"bob"})", kServer), "");
  sending.arguments["media"].as_object()["size"] = 1000;
  EXPECT_EQ(why("event-seen", R"({"actor":"bob"})", kClient), "");
}

TEST_F(ObservabilityTest, VersionsOfTlsAreSeenByWhoOffersThem) {
  EXPECT_EQ(why("old-tls-refused", R"({"at":"birdy"})", kServer), "") << "the gatekeeper calls";
  does("probe", "birdy", "probe-tls");
  EXPECT_NE(why("old-tls-refused", R"({"at":"gatekeeper"})", kServer), "");
}

TEST_F(ObservabilityTest, EveryKindOfActorHasASeat) {
  EXPECT_EQ(seat_of_kind("partner-user"), "partner-client");
  EXPECT_EQ(seat_of_kind("partner"), "partner-server");
  EXPECT_EQ(seat_of_kind("whatsapp-user"), "gatekeeper-client");
  EXPECT_EQ(seat_of_kind("gatekeeper"), "gatekeeper-server");
  EXPECT_EQ(seat_of_kind("harness"), "");
}

}  // namespace
}  // namespace parley::run
