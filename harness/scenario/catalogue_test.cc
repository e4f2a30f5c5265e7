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
  if (file) {
    read_obligations(*file, out.obligations, diagnostics);
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
    "    source: [{document: DMA, clause: 7(7)}, {document: TD, version: 1.0.1}]\n"
    "    basis: I\n"
    "    modality: must\n"
    "    voice: law\n"
    "    concretisation: true\n"
    "    phase: groups\n"
    "    method: examine\n"
    "    examine:\n"
    "      - {kind: complete, document: refusal, has: [reason]}\n";

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
  EXPECT_EQ(row.source, "DMA 7(7); TD (1.0.1)");
  ASSERT_EQ(row.citations.size(), 2U);
  EXPECT_EQ(row.citations[0].clause, "7(7)");
  EXPECT_EQ(row.citations[1].version, "1.0.1");
  EXPECT_EQ(row.basis, Basis::kInference);
  EXPECT_EQ(row.modality, Modality::kMust);
  EXPECT_EQ(row.voice, Voice::kLaw);
  EXPECT_TRUE(row.concretisation);
  EXPECT_EQ(row.phase, Phase::kGroups);
  EXPECT_EQ(row.method, Method::kExamine);
  ASSERT_EQ(row.examinations.size(), 1U);
  EXPECT_EQ(row.examinations[0].kind, "complete");
  EXPECT_EQ(canonical(row.examinations[0].arguments), R"({"document":"refusal","has":["reason"]})");
  EXPECT_THAT(row.seats, IsEmpty());
  EXPECT_EQ(row.mark.line, 2);
}

TEST(Catalogue, TakesBasePhaseAndTestsWhereNothingIsSaid) {
  const Reading reading = read(kRow.substr(0, kRow.find("    phase")));
  ASSERT_EQ(reading.requirements.size(), 1U);
  EXPECT_EQ(reading.requirements[0].phase, Phase::kBase);
  EXPECT_EQ(reading.requirements[0].method, Method::kTest);
  EXPECT_FALSE(reading.requirements[0].exclusion.has_value());
  EXPECT_THAT(reading.requirements[0].seats, ElementsAre("gatekeeper-server", "gatekeeper-client"));
}

TEST(Catalogue, KnowsInWhichSeatsATestCanObserve) {
  const std::string row = kRow.substr(0, kRow.find("    phase"));
  const auto seats = [&](std::string_view binds, std::string_view more = "") {
    const Reading reading =
        read(with(row, "[gatekeeper-server, gatekeeper-client]", binds) + std::string(more));
    EXPECT_THAT(reading.codes, IsEmpty());
    return reading.requirements.at(0).seats;
  };
  EXPECT_THAT(seats("[partner]"), ElementsAre("partner-server", "partner-client"));
  EXPECT_THAT(seats("[partner-proxy]"), ElementsAre("partner-proxy"));
  EXPECT_THAT(seats("[gatekeeper, partner-client]"),
              ElementsAre("gatekeeper-server", "gatekeeper-client", "partner-client"));
  EXPECT_THAT(seats("[partner]", "    seats: [partner-client]\n"), ElementsAre("partner-client"));
  EXPECT_THAT(read(row + "    seats: [gatekeper-client]\n").codes, ElementsAre("unknown-word"));
}

TEST(Catalogue, ReadsWhyARowIsExcludedAndWhoLookedAtIt) {
  const std::string row = kRow.substr(0, kRow.find("    phase"));
  const Reading reading = read(
      row + "    excluded: {reason: not observable, reviewer: test engineer, date: 2026-11-25}\n");
  EXPECT_THAT(reading.codes, IsEmpty());
  ASSERT_TRUE(reading.requirements.at(0).exclusion.has_value());
  EXPECT_EQ(reading.requirements[0].exclusion->reason, "not observable");
  EXPECT_EQ(reading.requirements[0].exclusion->reviewer, "test engineer");
  EXPECT_THAT(reading.requirements[0].seats, IsEmpty());
  EXPECT_THAT(read(row + "    excluded: {reason: because}\n").codes,
              ElementsAre("missing-key", "missing-key"));
  EXPECT_THAT(read(row + "    excluded: because\n").codes, ElementsAre("wrong-type"));
}

TEST(Catalogue, TellsOfRowsWithSomethingWrong) {
  EXPECT_THAT(read(with(kRow, "method: examine", "method: test")).codes, IsEmpty());
  EXPECT_THAT(
      read(kRow + "    excluded: {reason: r, reviewer: test engineer, date: 2026-11-25}\n").codes,
      ElementsAre("contradiction"));
  EXPECT_THAT(read(kRow.substr(0, kRow.find("    examine"))).codes, ElementsAre("missing-key"));
  EXPECT_THAT(read(with(kRow, "{kind: complete, ", "{")).codes, ElementsAre("missing-key"));
  EXPECT_THAT(read(with(kRow, "[{document: DMA, clause: 7(7)}, {document: TD, version: 1.0.1}]",
                        "DMA 7(7)"))
                  .codes,
              ElementsAre("wrong-type"));
  EXPECT_THAT(read(with(kRow, "{document: DMA, clause", "{documnet: DMA, clause")).codes,
              ElementsAre("unknown-key", "missing-key"));
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
}

const std::string kObligation =
    "obligations:\n"
    "  - id: art-7-2-c\n"
    "    article: 7(2)(c)\n"
    "    title: Calls\n"
    "    statement: Users call each other.\n"
    "    binds: gatekeeper\n"
    "    basis: F\n"
    "    phase: calls\n"
    "    requirements: []\n";

TEST(Catalogue, ReadsObligationsWithTheirPhase) {
  const Reading reading = read(kObligation);
  EXPECT_THAT(reading.codes, IsEmpty());
  ASSERT_EQ(reading.obligations.size(), 1U);
  EXPECT_EQ(reading.obligations[0].article, "7(2)(c)");
  EXPECT_EQ(reading.obligations[0].phase, Phase::kCalls);
}

TEST(Catalogue, TellsOfObligationsWithSomethingWrong) {
  EXPECT_THAT(read(with(kObligation, "phase: calls", "phase: soon")).codes,
              ElementsAre("unknown-word"));
  EXPECT_THAT(read(with(kObligation, "binds: gatekeeper", "binds: partner")).codes,
              ElementsAre("unknown-word"));
}

}  // namespace
}  // namespace parley::scenario
