// Catalogue files: a whole row, and rows in which one thing is wrong.
#include "harness/scenario/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::scenario {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Reading {
  std::vector<Requirement> requirements;
  std::vector<Obligation> obligations;
  std::vector<std::string> codes;
};

Reading read(const std::string& text) {
  Reading out;
  std::vector<Diagnostic> diagnostics;
  const auto file = parse_yaml("catalogue.yaml", text, diagnostics);
  if (file && file->root.find("obligations") != nullptr) {
    read_obligations(*file, out.obligations, diagnostics);
  } else if (file) {
    read_requirements(*file, out.requirements, diagnostics);
  }
  for (const Diagnostic& diagnostic : diagnostics) out.codes.push_back(diagnostic.code);
  return out;
}

const std::string kRow =
    "requirements:\n"
    "  - id: CONS-004\n"
    "    title: Nothing is kept\n"
    "    statement: Nothing is stored after an opt-out.\n"
    "    binds: [gatekeeper-server, gatekeeper-client]\n"
    "    source: DMA 7(7)\n"
    "    basis: I\n"
    "    modality: must\n"
    "    voice: law\n"
    "    concretisation: true\n"
    "    phase: groups\n"
    "    method: examine\n"
    "    excluded: not observable\n";

std::string with(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(Catalogue, ReadsEveryPartOfARow) {
  const Reading reading = read(kRow);
  EXPECT_THAT(reading.codes, IsEmpty());
  ASSERT_EQ(reading.requirements.size(), 1U);
  const Requirement& row = reading.requirements[0];
  EXPECT_EQ(row.id, "CONS-004");
  EXPECT_THAT(row.binds, ElementsAre("gatekeeper-server", "gatekeeper-client"));
  EXPECT_EQ(row.source, "DMA 7(7)");
  EXPECT_EQ(row.basis, Basis::kInference);
  EXPECT_EQ(row.modality, Modality::kMust);
  EXPECT_EQ(row.voice, Voice::kLaw);
  EXPECT_TRUE(row.concretisation);
  EXPECT_EQ(row.phase, Phase::kGroups);
  EXPECT_EQ(row.method, Method::kExamine);
  EXPECT_EQ(row.excluded, "not observable");
  EXPECT_EQ(row.mark.line, 2);
}

TEST(Catalogue, TakesBasePhaseAndTestsWhereNothingIsSaid) {
  const Reading reading = read(kRow.substr(0, kRow.find("    phase")));
  ASSERT_EQ(reading.requirements.size(), 1U);
  EXPECT_EQ(reading.requirements[0].phase, Phase::kBase);
  EXPECT_EQ(reading.requirements[0].method, Method::kTest);
  EXPECT_EQ(reading.requirements[0].excluded, "");
}

TEST(Catalogue, TellsOfRowsWithSomethingWrong) {
  EXPECT_THAT(read(with(kRow, "CONS-004", "cons-4")).codes, ElementsAre("bad-id"));
  EXPECT_THAT(read(with(kRow, "gatekeeper-client", "whatsapp")).codes, ElementsAre("unknown-word"));
  EXPECT_THAT(read(with(kRow, "[gatekeeper-server, gatekeeper-client]", "[]")).codes,
              ElementsAre("missing-key"));
  EXPECT_THAT(read(with(kRow, "basis: I", "basis: X")).codes, ElementsAre("unknown-word"));
  EXPECT_THAT(read(with(kRow, "    voice: law\n", "")).codes,
              ElementsAre("missing-key", "misplaced-concretisation"));
  EXPECT_THAT(read(with(kRow, "voice: law", "voice: advisory")).codes,
              ElementsAre("misplaced-concretisation"));
  EXPECT_THAT(read(with(kRow, "concretisation: true", "concretisation: maybe")).codes,
              ElementsAre("wrong-type"));
  EXPECT_THAT(read(with(kRow, "title:", "titel:")).codes,
              ElementsAre("unknown-key", "missing-key"));
  EXPECT_THAT(read("requirements: none\n").codes, ElementsAre("wrong-type"));
  EXPECT_THAT(read("- a\n").codes, ElementsAre("wrong-type"));
}

const std::string kObligation =
    "obligations:\n"
    "  - id: art-7-2-c\n"
    "    article: 7(2)(c)\n"
    "    title: Calls\n"
    "    statement: Users call each other.\n"
    "    binds: gatekeeper\n"
    "    basis: F\n"
    "    in_force: {whatsapp: 2027-09-06}\n"
    "    requirements: []\n";

TEST(Catalogue, ReadsObligationsWithTheirDates) {
  const Reading reading = read(kObligation);
  EXPECT_THAT(reading.codes, IsEmpty());
  ASSERT_EQ(reading.obligations.size(), 1U);
  EXPECT_EQ(reading.obligations[0].article, "7(2)(c)");
  ASSERT_TRUE(reading.obligations[0].in_force.contains("whatsapp"));
  EXPECT_EQ(utc_text(reading.obligations[0].in_force.at("whatsapp")), "2027-09-06T00:00:00Z");
}

TEST(Catalogue, TellsOfObligationsWithSomethingWrong) {
  EXPECT_THAT(read(with(kObligation, "2027-09-06", "2027-13-06")).codes, ElementsAre("bad-date"));
  EXPECT_THAT(read(with(kObligation, "{whatsapp: 2027-09-06}", "soon")).codes,
              ElementsAre("wrong-type"));
  EXPECT_THAT(read(with(kObligation, "binds: gatekeeper", "binds: partner")).codes,
              ElementsAre("unknown-word"));
}

}  // namespace
}  // namespace parley::scenario
