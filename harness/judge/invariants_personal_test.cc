// alice and bob have names and address books; the other side sees nothing of them, or something.
#include <gtest/gtest.h>

#include "harness/base/encoding.h"
#include "harness/judge/staged_case.h"

namespace parley::judge {
namespace {

using Direction = evidence::Direction;
using Tap = evidence::Tap;

StagedCase with_people(std::vector<std::string> iut = {}) {
  StagedCase staged(std::move(iut));
  json::object& actors = staged.records().front().facts.at("actors").as_object();
  actors.at("alice").as_object()["display_name"] = "Alice Synthetic";
  actors.at("alice").as_object()["contacts"] = json::array{"Carol Made-Up"};
  actors.at("bob").as_object()["contacts"] = json::array{"Dave Invented"};
  return staged;
}

Finding judged(StagedCase& staged, std::string_view party, std::string_view text) {
  staged.add(Tap::kHttp, party, "http.request", {{"target", "/x"}}, Direction::kIn, "peer",
             to_bytes(text));
  staged.end();
  return staged.judge("personal-data-contained");
}

TEST(PersonalDataContained, OwnAndUnrelatedPartiesMaySeeIt) {
  for (const auto& [party, text] :
       std::vector<std::pair<std::string, std::string>>{{"gatekeeper", "Alice Synthetic"},
                                                        {"alice", "Carol Made-Up"},
                                                        {"bob", "Dave Invented"},
                                                        {"acme", "nothing of the kind"}}) {
    StagedCase staged = with_people();
    EXPECT_EQ(told(judged(staged, party, text)), "pass/none/as-expected") << party;
  }
}

TEST(PersonalDataContained, TheOtherSideMayNotNotEvenEncoded) {
  StagedCase name = with_people({"alice"});
  const Finding finding = judged(name, "bob", "hello from Alice Synthetic");
  EXPECT_EQ(told(finding), "fail/iut/personal-data-passed-on");
  EXPECT_EQ(finding.blamed, "whatsapp-user");
  StagedCase encoded = with_people();
  EXPECT_EQ(told(judged(encoded, "acme", base64(as_bytes("Carol Made-Up")))),
            "fail/peer/personal-data-passed-on");
  StagedCase contacts = with_people();
  const Finding book = judged(contacts, "gatekeeper", R"({"contacts":["Dave Invented"]})");
  EXPECT_EQ(told(book), "fail/peer/personal-data-passed-on");
  EXPECT_EQ(book.blamed, "partner-user");
}

// Nobody looks into a product; what was handed to it, the other end has on record.
TEST(PersonalDataContained, WhatAProductWasToldItsOtherEndHasSaid) {
  const auto judge = [](std::vector<std::string> iut, std::string_view text) {
    StagedCase staged = with_people(std::move(iut));
    staged.stanza("gatekeeper", Direction::kOut, "bob",
                  wire::Node("notification", {{"about", std::string(text)}}));
    staged.end();
    return staged.judge("personal-data-contained");
  };
  const Finding told_bob = judge({"bob"}, "Alice Synthetic");
  EXPECT_EQ(told(told_bob), "fail/peer/personal-data-passed-on");
  EXPECT_EQ(told_bob.blamed, "whatsapp-user");
  EXPECT_EQ(told(judge({"bob"}, "nobody")), "pass/none/as-expected");
  EXPECT_EQ(told(judge({}, "Alice Synthetic")), "pass/none/as-expected")
      << "a mock tells what came to it";
}

TEST(PersonalDataContained, WithoutAnyNothingIsShownAndShortOnesProveNothing) {
  StagedCase none;
  none.end();
  EXPECT_EQ(told(none.judge("personal-data-contained")), "pass/none/nothing-to-judge");
  StagedCase staged = with_people();
  staged.records().front().facts.at("actors").at("alice").as_object()["display_name"] = "Al";
  staged.end();
  EXPECT_EQ(told(staged.judge("personal-data-contained")), "error/harness/too-short");
}

}  // namespace
}  // namespace parley::judge
