// Made-up cases in which a stanza carries what is listed, more than that, or too much of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/judge/staged_case.h"

namespace parley::judge {
namespace {

using ::testing::HasSubstr;
using wire::Node;
using Direction = evidence::Direction;

const json::object kMinimal = {{"at", "bob"},
                               {"operation", "chatstate"},
                               {"direction", "in"},
                               {"fields", json::array{"@from", "composing"}},
                               {"blames", "gatekeeper"}};

Finding judged(const Node& node, json::object arguments = kMinimal,
               std::vector<std::string> iut = {}) {
  StagedCase staged(std::move(iut));
  staged.stanza("bob", Direction::kIn, "gatekeeper", node, "chatstate");
  staged.end();
  return staged.judge("stanza-fields", std::move(arguments));
}

TEST(StanzaFields, PassesWhereNothingElseIsCarried) {
  EXPECT_EQ(told(judged(Node("chatstate", {{"from", "1-1@interop"}}, {Node("composing")}))),
            "pass/none/as-expected");
  // What is listed may be absent.
  EXPECT_EQ(told(judged(Node("chatstate", {}, {Node("composing")}))), "pass/none/as-expected");
}

TEST(StanzaFields, FailsOnAnythingMore) {
  const Finding attribute =
      judged(Node("chatstate", {{"from", "x"}, {"name", "Bob"}}), kMinimal, {"gatekeeper"});
  EXPECT_EQ(told(attribute), "fail/iut/undeclared-field");
  EXPECT_EQ(attribute.blamed, "gatekeeper");
  EXPECT_THAT(attribute.observed, HasSubstr("@name"));
  EXPECT_THAT(judged(Node("chatstate", {}, {Node("composing", {{"x", "1"}})})).observed,
              HasSubstr("composing@x"));
  EXPECT_THAT(judged(Node("chatstate", {}, {Node("composing", {}, {Node("deep")})})).observed,
              HasSubstr("composing/deep"));
  EXPECT_THAT(
      judged(Node("chatstate", {}, {Node("composing", {}, to_bytes(std::string_view("hi")))}))
          .observed,
      HasSubstr("composing#"));
}

TEST(StanzaFields, FailsOnTooMuch) {
  json::object arguments = kMinimal;
  arguments["size"] = 3;
  EXPECT_EQ(told(judged(Node("chatstate", {{"from", "somebody"}}), arguments)),
            "fail/peer/too-large");
}

TEST(StanzaFields, NeverPassesForWantOfAStanza) {
  StagedCase staged;
  staged.stanza("bob", Direction::kOut, "gatekeeper", Node("chatstate"), "chatstate");
  staged.end();
  EXPECT_EQ(told(staged.judge("stanza-fields", kMinimal)), "inconclusive/unknown/not-seen");
  json::object unknown = kMinimal;
  unknown["operation"] = "nonsense";
  EXPECT_EQ(told(staged.judge("stanza-fields", unknown)), "error/harness/no-such-operation");
  json::object nobody = kMinimal;
  nobody["at"] = "zed";
  EXPECT_EQ(told(staged.judge("stanza-fields", nobody)), "error/harness/no-such-actor");
}

const json::object kNotice = {{"at", "acme"},
                              {"target", "/abuse"},
                              {"fields", json::array{"user", "reason"}},
                              {"blames", "gatekeeper"}};

std::string told_of_body(std::string_view body, std::vector<std::string> iut = {}) {
  StagedCase staged(std::move(iut));
  staged.add(evidence::Tap::kHttp, "acme", "http.request",
             {{"method", "POST"}, {"target", "/abuse"}}, Direction::kIn, "gatekeeper",
             to_bytes(body));
  staged.end();
  return told(staged.judge("http-body-fields", kNotice));
}

TEST(HttpBodyFields, PassesWithWhatIsListedAndFailsOnMore) {
  EXPECT_EQ(told_of_body(R"({"user":"bob","reason":"spam"})"), "pass/none/as-expected");
  EXPECT_EQ(told_of_body(R"({"user":"bob"})"), "pass/none/as-expected");
  EXPECT_EQ(told_of_body(R"({"user":"bob","text":"Buy!"})", {"gatekeeper"}),
            "fail/iut/undeclared-field");
  EXPECT_EQ(told_of_body(R"({"user":{"name":"bob"}})"), "fail/peer/undeclared-field");
  EXPECT_EQ(told_of_body("user=bob"), "fail/peer/no-json-object");
}

TEST(HttpBodyFields, NeverPassesForWantOfARequest) {
  StagedCase staged;
  staged.end();
  EXPECT_EQ(told(staged.judge("http-body-fields", kNotice)), "inconclusive/unknown/not-seen");
  json::object nobody = kNotice;
  nobody["at"] = "zed";
  EXPECT_EQ(told(staged.judge("http-body-fields", nobody)), "error/harness/no-such-actor");
}

}  // namespace
}  // namespace parley::judge
