// A laboratory writes down who it is, for whom it tests and who answers for the report: complete,
// with gaps, and with one thing wrong.
#include "harness/judge/identification.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "harness/base/file.h"

namespace parley::judge {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// docs/examples/identification.yaml, which shows all that can be said.
const std::string kComplete =
    read_text_file(PARLEY_SOURCE_DIR "/docs/examples/identification.yaml").value();

struct Reading {
  Identification identification;
  std::vector<std::string> problems;  ///< "code@line"
};

Reading read(const std::string& text) {
  Reading out;
  std::vector<Diagnostic> diagnostics;
  const auto file = parse_yaml("identification.yaml", text, diagnostics);
  if (file) out.identification = read_identification(*file, diagnostics);
  for (const Diagnostic& one : diagnostics) {
    out.problems.push_back(one.code + "@" + std::to_string(one.mark.line));
  }
  return out;
}

std::string with(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Identification, ACompleteOneStatesAllThatTheStandardDemands) {
  const Reading reading = read(kComplete);
  EXPECT_THAT(reading.problems, IsEmpty());
  EXPECT_THAT(unstated(reading.identification), IsEmpty());
  EXPECT_EQ(reading.identification.report, "CTR-2026-0117");
  EXPECT_EQ(reading.identification.party, "third");
  EXPECT_EQ(reading.identification.received, "2026-11-20");
  EXPECT_EQ(reading.identification.amends, "");
  ASSERT_EQ(reading.identification.opinions.size(), 1U);
  EXPECT_EQ(reading.identification.opinions.front().by, "Ada Example");
}

TEST(Identification, EachGapIsNamedWithItsClause) {
  EXPECT_THAT(
      unstated(
          read(with(kComplete, "  address: 1 Example Street, Exampletown\n", "")).identification),
      ElementsAre("laboratory.address (7.8.2.1 b)"));
  EXPECT_THAT(unstated(read(with(kComplete, "  issued: 2026-11-26\n", "")).identification),
              ElementsAre("report.issued (7.8.2.1 j)"));
  EXPECT_EQ(unstated(Identification()).size(), 14U);
  EXPECT_EQ(unstated(Identification()).front(), "laboratory.name (7.8.2.1 b)");
}

TEST(Identification, WhatIsWrongIsNamedWhereItStands) {
  EXPECT_THAT(read(with(kComplete, "2026-11-26", "yesterday")).problems, ElementsAre("bad-date@4"));
  EXPECT_THAT(read(with(kComplete, "party: third", "party: fourth")).problems,
              ElementsAre("unknown-word@10"));
  EXPECT_THAT(read(with(kComplete, "authorised_by", "authorized_by")).problems,
              ElementsAre("unknown-key@5"));
  EXPECT_THAT(read(with(kComplete, ", by: \"Ada Example\"", "")).problems,
              ElementsAre("missing-key@19"));
  EXPECT_THAT(read("- a list\n").problems, ElementsAre("wrong-type@1"));
  EXPECT_THAT(read("laboratory: us\n").problems, ElementsAre("wrong-type@1"));
}

TEST(Identification, OpinionsHaveALimit) {
  std::string text = "opinions:\n";
  for (int i = 0; i <= 100; ++i) text += "  - {text: Fine., by: Ada}\n";
  const Reading reading = read(text);
  EXPECT_THAT(reading.problems, ElementsAre("too-many@102"));
  EXPECT_EQ(reading.identification.opinions.size(), 100U);
}

}  // namespace
}  // namespace parley::judge
