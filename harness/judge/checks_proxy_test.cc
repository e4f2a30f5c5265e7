// acme's proxy between bob's device and the gatekeeper: as it should be, and as it should not.
#include <gtest/gtest.h>

#include "harness/judge/staged_case.h"

namespace parley::judge {
namespace {

using namespace std::chrono_literals;
using Direction = evidence::Direction;
using Tap = evidence::Tap;

void opened(StagedCase& staged, std::string_view address, std::string_view connection) {
  staged.event("gatekeeper", "proxied",
               {{"partner", "acme"}, {"address", address}, {"connection", connection}});
}
void ended(StagedCase& staged, std::string_view connection) {
  staged.event("gatekeeper", "proxied-end",
               {{"partner", "acme"}, {"address", "bob.device.test"}, {"connection", connection}});
}
void connects(StagedCase& staged, std::vector<std::string> addresses, std::string_view label = "on",
              std::string_view actor = "bob") {
  staged.begin_step(label, actor, "connect");
  for (const std::string& address : addresses) {
    opened(staged, address, "gatekeeper-" + std::string(label));
  }
  staged.end_step(label, actor, "connect", {{"status", "ok"}});
}

json::object arguments(json::object more = {}) {
  json::object all = {{"at", "acme"}, {"connections", {"on"}}, {"blames", "partner"}};
  for (auto& member : more) all[member.key()] = std::move(member.value());
  return all;
}

std::string judged(const StagedCase& staged, std::string_view kind, json::object more = {}) {
  return told(staged.judge(kind, arguments(std::move(more))));
}

TEST(OneUpstreamEach, EachClientHasOne) {
  StagedCase staged({"acme"});
  connects(staged, {"bob.device.test"});
  connects(staged, {"mallory.device.test"}, "on-too", "mallory");
  staged.end();
  EXPECT_EQ(judged(staged, "one-upstream-each", {{"connections", {"on", "on-too"}}}),
            "pass/none/as-expected");
}

TEST(OneUpstreamEach, NoneAndTwoAreWrong) {
  StagedCase none({"acme"});
  connects(none, {});
  none.end();
  EXPECT_EQ(judged(none, "one-upstream-each"), "fail/iut/no-upstream-of-its-own");
  StagedCase two;
  connects(two, {"bob.device.test", "bob.device.test"});
  two.end();
  EXPECT_EQ(judged(two, "one-upstream-each"), "fail/peer/several-upstreams");
}

TEST(OneUpstreamEach, WhatWasReachedIsJudgedWhereACaseEndedEarly) {
  StagedCase staged;
  connects(staged, {});
  staged.end(false);
  EXPECT_EQ(judged(staged, "one-upstream-each", {{"connections", {"on", "on-too"}}}),
            "fail/peer/no-upstream-of-its-own");
}

TEST(OneUpstreamEach, AStepThatWasNeverReachedIsUndecided) {
  StagedCase staged;
  staged.end(false);
  EXPECT_EQ(judged(staged, "one-upstream-each").substr(0, 12), "inconclusive");
}

TEST(ClientAddressPassed, MustBeTheClientsOwn) {
  StagedCase right;
  connects(right, {"bob.device.test"});
  right.end();
  EXPECT_EQ(judged(right, "client-address-passed"), "pass/none/as-expected");
  StagedCase wrong;
  connects(wrong, {"acme.partner.test"});
  wrong.end();
  EXPECT_EQ(judged(wrong, "client-address-passed"), "fail/peer/wrong-address");
  StagedCase none;
  connects(none, {});
  none.end();
  EXPECT_EQ(judged(none, "client-address-passed"), "fail/peer/no-address");
}

TEST(UpstreamEnds, SoonAfterTheClient) {
  StagedCase staged;
  connects(staged, {"bob.device.test"});
  staged.step("off", "bob", "disconnect");
  staged.now += 1s;
  ended(staged, "gatekeeper-on");
  staged.end();
  EXPECT_EQ(judged(staged, "upstream-ends", {{"after", "off"}}), "pass/none/as-expected");
  EXPECT_EQ(judged(staged, "upstream-ends", {{"after", "off"}, {"within", "500ms"}}),
            "fail/peer/upstream-kept");
}

TEST(UpstreamEnds, NeverIsAFailOnceTheTimeHasPassed) {
  for (const Duration later : {Duration(1s), Duration(10s)}) {
    StagedCase staged;
    connects(staged, {"bob.device.test"});
    staged.step("off", "bob", "disconnect");
    staged.now += later;
    ended(staged, "gatekeeper-other");
    staged.end();
    EXPECT_EQ(judged(staged, "upstream-ends", {{"after", "off"}}),
              later > 5s ? "fail/peer/upstream-kept" : "inconclusive/harness/too-early");
  }
}

TEST(UpstreamEnds, BeforeTheClientIsALossAndWithoutAConnectionNothingIsShown) {
  StagedCase early;
  connects(early, {"bob.device.test"});
  ended(early, "gatekeeper-on");
  early.step("off", "bob", "disconnect");
  early.end();
  EXPECT_EQ(judged(early, "upstream-ends", {{"after", "off"}}), "fail/peer/upstream-lost");
  StagedCase none;
  connects(none, {});
  none.step("off", "bob", "disconnect");
  none.end();
  EXPECT_EQ(judged(none, "upstream-ends", {{"after", "off"}}),
            "inconclusive/unknown/no-connection");
}

void frame(StagedCase& staged, std::string_view party, Direction direction,
           std::string_view content) {
  staged.add(Tap::kNoise, party, "noise.frame", {{"conn", std::string(party) + "-1"}}, direction,
             "other", to_bytes(content));
}

std::string frames_judged(const StagedCase& staged) {
  return told(staged.judge("frames-unchanged", {{"at", "bob"}, {"blames", "partner"}}));
}

TEST(FramesUnchanged, EqualAtBothEnds) {
  StagedCase staged;
  frame(staged, "bob", Direction::kOut, "hello");
  frame(staged, "gatekeeper", Direction::kIn, "hello");
  frame(staged, "gatekeeper", Direction::kOut, "welcome");
  frame(staged, "bob", Direction::kIn, "welcome");
  frame(staged, "bob", Direction::kOut, "lost on the way at the end");
  staged.end();
  EXPECT_EQ(frames_judged(staged), "pass/none/as-expected");
}

TEST(FramesUnchanged, AnotherHandshakeOrAnotherFrameIsFound) {
  StagedCase handshake({"acme"});
  frame(handshake, "bob", Direction::kOut, "hello");
  frame(handshake, "gatekeeper", Direction::kIn, "proxy's own hello");
  handshake.end();
  EXPECT_EQ(frames_judged(handshake), "fail/iut/frames-changed");
  for (const bool upwards : {true, false}) {
    StagedCase staged;
    frame(staged, "bob", Direction::kOut, "hello");
    frame(staged, "gatekeeper", Direction::kIn, "hello");
    frame(staged, upwards ? "bob" : "gatekeeper", Direction::kOut, "a");
    frame(staged, upwards ? "gatekeeper" : "bob", Direction::kIn, "b");
    staged.end();
    EXPECT_EQ(frames_judged(staged), "fail/peer/frames-changed");
  }
}

TEST(FramesUnchanged, WithoutFramesNothingIsShown) {
  StagedCase staged;
  staged.end();
  EXPECT_EQ(frames_judged(staged), "inconclusive/unknown/no-frames");
}

std::string request_from(std::string_view peer) {
  StagedCase staged;
  staged.add(Tap::kHttp, "gatekeeper", "http.request",
             {{"method", "POST"}, {"target", "/3p/interop_reg"}}, Direction::kIn,
             std::string(peer));
  staged.end();
  return told(staged.judge(
      "sent-by-device", {{"actor", "bob"}, {"target", "/3p/interop_reg"}, {"blames", "partner"}}));
}

TEST(SentByDevice, OnlyDevicesMaySend) {
  EXPECT_EQ(request_from("bob.device.test"), "pass/none/as-expected");
  EXPECT_EQ(request_from("acme.partner.test"), "fail/peer/not-from-the-device");
  EXPECT_EQ(request_from("external"), "fail/peer/not-from-the-device");
  // Somebody else's device shows nothing of bob's.
  EXPECT_EQ(request_from("mallory.device.test"), "inconclusive/unknown/no-request");
}

}  // namespace
}  // namespace parley::judge
