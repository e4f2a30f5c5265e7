// The world: alice sends bob what nobody sends in earnest, and bob's client does this or that.
#include <gtest/gtest.h>

#include "harness/judge/staged_case.h"

namespace parley::judge {
namespace {

using Direction = evidence::Direction;

const json::object kAtBob = {{"message", "sent"}, {"at", "bob"}, {"blames", "partner-user"}};

json::object with(json::object object, std::string_view key, json::value value) {
  object[key] = std::move(value);
  return object;
}

StagedCase sent(json::object result = {{"id", "1"}}, json::object arguments = {{"to", "bob"}}) {
  StagedCase staged({"bob"});
  staged.step("sent", "alice", "send-text", std::move(result), std::move(arguments));
  return staged;
}

std::string named(std::string_view name, bool shown = true) {
  StagedCase staged = sent();
  if (shown) staged.event("bob", "message", {{"id", "1"}, {"name", name}});
  staged.end();
  return told(staged.judge("name-safe", kAtBob));
}

TEST(NameSafe, TrapsFailAndHonestNamesPass) {
  for (const char* name :
       {"notes.txt", "\u0645\u0644\u0641.pdf", "\U0001F468\u200D\U0001F469", "a b"}) {
    EXPECT_EQ(named(name), "pass/none/as-expected") << name;
  }
  for (const std::string& name :
       {std::string("../x"), std::string("C:\\x"), std::string(".."), std::string("."),
        std::string("a\u202Eb"), std::string("\u2066a"), std::string("a\nb"), std::string(256, 'n'),
        std::string("a\0b", 3), std::string()}) {
    EXPECT_EQ(named(name), "fail/iut/unsafe-name") << name;
  }
  EXPECT_EQ(named("x", false), "inconclusive/iut/not-shown");
}

std::string loop(const std::vector<std::pair<std::string, std::string>>& shown) {
  StagedCase staged = sent({{"id", "3"}, {"ids", {"1", "2", "3"}}});
  for (const auto& [id, quote] : shown) {
    json::object facts = {{"id", id}};
    if (!quote.empty()) facts["quote"] = quote;
    staged.event("bob", "message", facts);
  }
  staged.end();
  return told(staged.judge("quote-loop-free", kAtBob));
}

TEST(QuoteLoopFree, CirclesOfAnyLengthFail) {
  EXPECT_EQ(loop({{"1", "2"}, {"2", "3"}, {"3", ""}}), "pass/none/as-expected");
  EXPECT_EQ(loop({{"1", "2"}, {"2", "3"}, {"3", "1"}}), "fail/iut/quote-loop");
  EXPECT_EQ(loop({{"1", "1"}}), "fail/iut/quote-loop");
  EXPECT_EQ(loop({{"1", "2"}, {"2", "1"}}), "fail/iut/quote-loop");
  EXPECT_EQ(loop({{"4", "4"}, {"1", ""}}), "pass/none/as-expected") << "not one of them";
  EXPECT_EQ(loop({}), "inconclusive/iut/not-shown");
  StagedCase plain = sent();
  plain.end();
  EXPECT_EQ(told(plain.judge("quote-loop-free", kAtBob)), "error/harness/no-loop");
}

TEST(UnsupportedTold, AnySignIsEnoughAndSilenceIsNot) {
  const auto judge = [](std::string_view actor, std::string_view event) {
    StagedCase staged = sent();
    if (!event.empty()) staged.event(actor, event, {{"id", "1"}});
    staged.end();
    return told(staged.judge("unsupported-told", kAtBob));
  };
  EXPECT_EQ(judge("bob", "unsupported"), "pass/none/as-expected");
  EXPECT_EQ(judge("bob", "message"), "pass/none/as-expected");
  EXPECT_EQ(judge("alice", "send-failed"), "pass/none/as-expected");
  EXPECT_EQ(judge("bob", "undecryptable"), "pass/none/as-expected");
  EXPECT_EQ(judge("bob", ""), "fail/iut/silent-loss");
  EXPECT_EQ(judge("alice", "unsupported"), "fail/iut/silent-loss");
  EXPECT_EQ(told(sent().judge("unsupported-told", kAtBob)), "error/harness/case-cut-off");
}

struct Malformed {
  bool before = true;
  std::string_view event = "undecryptable";
  bool acknowledged = false;  ///< with an error
  bool after = true;
};

std::string malformed(const Malformed& story) {
  StagedCase staged({"bob"});
  staged.step("before", "alice", "send-text", {{"id", "0"}}, {{"text", "a"}});
  if (story.before) staged.event("bob", "message", {{"id", "0"}});
  staged.step("sent", "alice", "send-malformed", {{"id", "1"}}, {{"to", "bob"}});
  if (!story.event.empty()) staged.event("bob", story.event, {{"id", "1"}});
  if (story.acknowledged) {
    wire::Node ack("ack");
    ack.set("id", "1");
    ack.set("error", "491");
    staged.stanza("gatekeeper", Direction::kIn, "bob.device.test", ack);
  }
  staged.step("after", "alice", "send-text", {{"id", "2"}}, {{"text", "b"}});
  if (story.after) staged.event("bob", "message", {{"id", "2"}});
  staged.end();
  return told(
      staged.judge("malformed-refused", with(kAtBob, "twins", json::array{"before", "after"})));
}

TEST(MalformedRefused, OnlyAnOpenRefusalPasses) {
  EXPECT_EQ(malformed({.acknowledged = true}), "pass/none/as-expected");
  EXPECT_EQ(malformed({.event = "", .acknowledged = true}), "pass/none/as-expected");
  // What a client tells its own user, nobody else can see.
  EXPECT_EQ(malformed({}), "inconclusive/iut/no-refusal-seen");
  EXPECT_EQ(malformed({.event = "message"}), "fail/iut/malformed-shown");
  EXPECT_EQ(malformed({.event = "unsupported"}), "fail/iut/malformed-shown");
  EXPECT_EQ(malformed({.after = false}), "fail/iut/did-not-survive");
  EXPECT_EQ(malformed({.before = false}), "inconclusive/iut/twin-not-shown");
  EXPECT_EQ(malformed({.event = ""}), "inconclusive/iut/no-refusal-seen");
}

TEST(IdsUnique, TheSameIdForAnotherMessageFails) {
  const auto judge = [](const std::vector<std::pair<std::string, std::string>>& messages) {
    StagedCase staged({"bob"});
    for (const auto& [id, text] : messages) {
      staged.add(evidence::Tap::kMessage, "bob", "message", {{"id", id}}, Direction::kOut, "alice",
                 to_bytes(std::string_view(text)));
    }
    staged.end();
    return told(staged.judge("ids-unique", {{"actor", "bob"}, {"blames", "partner-user"}}));
  };
  EXPECT_EQ(judge({{"1", "a"}, {"2", "b"}, {"1", "a"}}), "pass/none/as-expected");
  EXPECT_EQ(judge({{"1", "a"}, {"2", "b"}, {"1", "c"}}), "fail/iut/id-reused");
  EXPECT_EQ(judge({{"1", "a"}}), "inconclusive/unknown/too-few");
}

TEST(NativeFunction, IsDemandedWhereNativeUsersHaveIt) {
  const auto judge = [](bool native, bool interop) {
    StagedCase staged({"gatekeeper"});
    staged.step("native", "alice", "send-text", {{"id", "0"}}, {{"to", "mallory"}});
    if (native) staged.event("mallory", "message", {{"id", "0"}});
    staged.step("sent", "alice", "send-text", {{"id", "1"}}, {{"to", "bob"}});
    if (interop) staged.event("bob", "message", {{"id", "1"}});
    staged.end();
    return told(staged.judge(
        "native-function",
        {{"native", "native"}, {"message", "sent"}, {"at", "bob"}, {"blames", "gatekeeper"}}));
  };
  EXPECT_EQ(judge(true, true), "pass/none/as-expected");
  EXPECT_EQ(judge(true, false), "fail/iut/native-only");
  EXPECT_EQ(judge(false, false), "inconclusive/unknown/native-users-have-it-not");
  EXPECT_EQ(judge(false, true), "inconclusive/unknown/native-users-have-it-not");
}

TEST(TimestampSane, TheServersTimeCounts) {
  const auto judge = [](std::int64_t off, bool skewed, bool arrived = true) {
    StagedCase staged({"gatekeeper"});
    json::object arguments = {{"to", "bob"}};
    if (skewed) arguments["skew"] = 100000;
    staged.step("sent", "alice", "send-text", {{"id", "1"}}, std::move(arguments));
    wire::Node message("message");
    message.set("id", "1");
    message.set("t", std::to_string(unix_seconds(staged.now) + off));
    if (arrived) staged.stanza("bob", Direction::kIn, "chat.whatsapp.net", message);
    staged.end();
    return told(staged.judge("timestamp-sane",
                             {{"message", "sent"}, {"at", "bob"}, {"blames", "gatekeeper"}}));
  };
  EXPECT_EQ(judge(0, true), "pass/none/as-expected");
  EXPECT_EQ(judge(-59, true), "pass/none/as-expected");
  EXPECT_EQ(judge(100000, true), "fail/iut/foreign-time");
  EXPECT_EQ(judge(-100000, true), "fail/iut/foreign-time");
  EXPECT_EQ(judge(0, false), "error/harness/no-skew");
  EXPECT_EQ(judge(0, true, false), "inconclusive/iut/no-stanza");
}

}  // namespace
}  // namespace parley::judge
