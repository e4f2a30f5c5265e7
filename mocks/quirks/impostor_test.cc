// A gatekeeper's server, a client and a proxy are taken over by impostors, one pretence after
// another, while an honest partner's server stands beside them.
#include "mocks/quirks/impostor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace parley::mocks::quirks {
namespace {

using evidence::Direction;
using evidence::Role;
using testing::IsEmpty;
using testing::SizeIs;

const Observer kGatekeeper{nullptr, Role::kGatekeeperServer, "gatekeeper"};
const Observer kPartner{nullptr, Role::kPartnerServer, "birdy"};
const Observer kClient{nullptr, Role::kPartnerClient, "bob"};
const Observer kProxy{nullptr, Role::kPartnerProxy, "birdy"};

ImpostorPlay play(Pretence pretence, Role role = Role::kGatekeeperServer) {
  return ImpostorPlay({pretence, role});
}

const wire::Node kYes("iq", {{"id", "1"}, {"type", "result"}});
const wire::Node kNo("iq", {{"id", "2"}, {"type", "error"}});

std::vector<wire::Node> said(ImpostorPlay& play, const wire::Node& node,
                             const Observer& at = kGatekeeper) {
  return play.stanza(at, Direction::kOut, "", node);
}

net::HttpResponse answer(unsigned status, std::string_view body) {
  net::HttpResponse out;
  out.status = status;
  out.body = to_bytes(body);
  return out;
}

TEST(Impostor, ThereAreTenAndEachHasAName) {
  std::set<std::string> ids;
  for (const PretenceName& each : pretences())
    ids.insert(id_of({each.pretence, Role::kPartnerClient}));
  EXPECT_THAT(ids, SizeIs(10));
  EXPECT_TRUE(ids.contains("partner-client.close-on-first"));
}

TEST(Impostor, OthersAreLeftAlone) {
  for (const PretenceName& each : pretences()) {
    ImpostorPlay impostor = play(each.pretence);
    const auto passed = said(impostor, kYes, kPartner);
    ASSERT_THAT(passed, SizeIs(1)) << each.name;
    EXPECT_EQ(passed.front(), kYes) << each.name;
    EXPECT_FALSE(impostor.departs(kPartner, kHangsUp)) << each.name;
    EXPECT_EQ(impostor.applied(), 0U) << each.name;
  }
}

TEST(Impostor, YesToEverythingIsCountedWhereItOughtToBeNo) {
  ImpostorPlay yes = play(Pretence::kAcceptAll);
  EXPECT_EQ(said(yes, kYes).front(), kYes);
  EXPECT_EQ(yes.applied(), 0U);
  EXPECT_EQ(said(yes, kNo).front().attribute("type"), "result");
  net::HttpResponse refusal = answer(200, R"({"status":"fail","reason":"x"})");
  EXPECT_TRUE(yes.response(kGatekeeper, Direction::kOut, "h", {}, refusal));
  EXPECT_EQ(as_text(refusal.body), R"({"status":"ok"})");
  EXPECT_TRUE(yes.departs(kGatekeeper, "suspension"));
  EXPECT_FALSE(yes.departs(kGatekeeper, "deletion")) << "no rule that would have it say no";
  EXPECT_EQ(yes.applied(), 3U);
}

TEST(Impostor, NoToEverything) {
  ImpostorPlay no = play(Pretence::kRejectAll);
  EXPECT_EQ(said(no, kYes).front().attribute("type"), "error");
  EXPECT_EQ(said(no, wire::Node("success")).front().tag, "failure");
  net::HttpResponse fine = answer(200, R"({"status":"ok"})");
  EXPECT_TRUE(no.response(kGatekeeper, Direction::kOut, "h", {}, fine));
  EXPECT_EQ(fine.status, 403U);
}

TEST(Impostor, WhoDiesOfANoIsDeadFromThenOn) {
  ImpostorPlay dies = play(Pretence::kCrashOnNegative);
  EXPECT_EQ(said(dies, kYes).front(), kYes);
  EXPECT_THAT(said(dies, kNo), IsEmpty());
  EXPECT_THAT(said(dies, kYes), IsEmpty());
  EXPECT_TRUE(dies.departs(kGatekeeper, kHangsUp));
}

TEST(Impostor, EchoReplayNoiseAndSilence) {
  ImpostorPlay echo = play(Pretence::kEcho);
  const wire::Node heard("iq", {{"id", "7"}, {"type", "get"}});
  (void)echo.stanza(kGatekeeper, Direction::kIn, "", heard);
  EXPECT_EQ(said(echo, kYes).front(), heard);
  ImpostorPlay replay = play(Pretence::kReplayLast);
  EXPECT_EQ(said(replay, kYes).front(), kYes);
  EXPECT_EQ(said(replay, kNo).front(), kYes);
  ImpostorPlay noise = play(Pretence::kRandomBytes);
  EXPECT_NE(said(noise, kYes).front(), kYes);
  ImpostorPlay mute = play(Pretence::kMute);
  EXPECT_THAT(said(mute, kYes), IsEmpty());
  net::HttpResponse fine = answer(200, "{}");
  EXPECT_FALSE(mute.response(kGatekeeper, Direction::kOut, "h", {}, fine));
}

TEST(Impostor, SlowAndHangingUpAreHooks) {
  EXPECT_TRUE(play(Pretence::kTooSlow).departs(kGatekeeper, kLags));
  EXPECT_TRUE(play(Pretence::kCloseOnFirst).departs(kGatekeeper, kHangsUp));
  EXPECT_FALSE(play(Pretence::kCloseOnFirst).departs(kGatekeeper, kLags));
}

TEST(Impostor, AProxyPassesOtherBytes) {
  for (const Pretence pretence : {Pretence::kMute, Pretence::kRandomBytes}) {
    ImpostorPlay proxy = play(pretence, Role::kPartnerProxy);
    Bytes bytes = to_bytes(std::string_view("a frame of a client"));
    const Bytes honest = bytes;
    proxy.bytes(kProxy, Direction::kOut, bytes);
    EXPECT_NE(bytes, honest);
    EXPECT_EQ(proxy.applied(), 1U);
  }
}

TEST(Impostor, AClientThatRejectsAllCannotReadWhatComes) {
  ImpostorPlay no = play(Pretence::kRejectAll, Role::kPartnerClient);
  const wire::Node message("message", {{"id", "1"}}, wire::Nodes{wire::Node("enc")});
  const auto taken = no.stanza(kClient, Direction::kIn, "message-deliver", message);
  ASSERT_THAT(taken, SizeIs(1));
  EXPECT_NE(taken.front(), message);
  const auto refusal =
      no.stanza(kClient, Direction::kOut, "", wire::Node("receipt", {{"id", "1"}, {"to", "x"}}));
  EXPECT_EQ(refusal.front().attribute("error"), "488");
}

}  // namespace
}  // namespace parley::mocks::quirks
