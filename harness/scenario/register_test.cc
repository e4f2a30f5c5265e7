// Registers as people write them: a sound one, and ones with one thing wrong.
#include "harness/scenario/register.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/scenario/library_for_tests.h"

namespace parley::scenario {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Library catalogue() {
  Library out;
  Requirement row;
  row.id = "ONB-001";
  row.citations = {{"DMA", "7(4)", "", {}}};
  row.examinations = {{"document-present", {{"document", "reference-offer"}}, {}}};
  out.requirements = {row};
  Document law;
  law.key = "DMA";
  out.documents = {law};
  Service service;
  service.id = "whatsapp";
  out.services = {service};
  return out;
}

struct Reading {
  std::vector<RegisterEntry> entries;
  std::vector<std::string> codes;
  std::vector<std::string> hints;
};

Reading read(const std::string& text) {
  Reading out;
  std::vector<Diagnostic> diagnostics;
  const auto file = parse_yaml("register.yaml", text, diagnostics);
  if (file) read_register(*file, catalogue(), out.entries, diagnostics);
  for (const Diagnostic& one : diagnostics) {
    out.codes.push_back(one.code);
    out.hints.push_back(one.hint);
  }
  return out;
}

const std::string kOffer =
    "documents:\n"
    "  - document: Offer\n"
    "    kind: reference-offer\n"
    "    date: 2024-03-06\n"
    "    sha256: 675e13e2fada18d6f6a206ca1960047a51859b316e584fdbe750cd835c79819a\n"
    "    supports: [ONB-001, DMA 7(4)]\n"
    "    attested_by: head of compliance\n"
    "    service: whatsapp\n"
    "    facts: {version: 1.0.0, public: true, accounts: 4}\n";

std::string with(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Register, ReadsEveryPartOfADocument) {
  const Reading reading = read(kOffer);
  EXPECT_THAT(reading.codes, IsEmpty());
  ASSERT_EQ(reading.entries.size(), 1U);
  const RegisterEntry& offer = reading.entries[0];
  EXPECT_EQ(offer.document, "Offer");
  EXPECT_EQ(utc_text(offer.date), "2024-03-06T00:00:00Z");
  EXPECT_EQ(offer.attested_by, "head of compliance");
  EXPECT_EQ(canonical(offer.facts), R"({"accounts":4,"public":true,"version":"1.0.0"})");
  EXPECT_TRUE(offer.supports_row(catalogue().requirements[0]));
}

TEST(Register, SupportsByIdOrByClause) {
  const Requirement row = catalogue().requirements[0];
  RegisterEntry entry;
  EXPECT_FALSE(entry.supports_row(row));
  entry.supports = {"DMA 7(4)"};
  EXPECT_TRUE(entry.supports_row(row));
  entry.supports = {"DMA 7(5)", "ONB-002"};
  EXPECT_FALSE(entry.supports_row(row));
}

TEST(Register, TellsWhatIsWrong) {
  EXPECT_THAT(read(with(kOffer, "kind: reference-offer", "kind: reference-offfer")).codes,
              ElementsAre("unknown-word"));
  EXPECT_THAT(read(with(kOffer, "kind: reference-offer", "kind: reference-offfer")).hints,
              ElementsAre("did you mean \"reference-offer\"?"));
  EXPECT_THAT(read(with(kOffer, "2024-03-06", "2024-13-06")).codes, ElementsAre("bad-date"));
  EXPECT_THAT(read(with(kOffer, "675e", "675E")).codes, ElementsAre("bad-digest"));
  EXPECT_THAT(read(with(kOffer, "sha256: 675e", "sha256: 675")).codes, ElementsAre("bad-digest"));
  EXPECT_THAT(read(with(kOffer, "ONB-001", "ONB-011")).hints,
              ElementsAre("did you mean \"ONB-001\"?"));
  EXPECT_THAT(read(with(kOffer, "DMA 7(4)", "DNA 7(4)")).codes, ElementsAre("unknown-requirement"));
  EXPECT_THAT(read(with(kOffer, "service: whatsapp", "service: telegraph")).codes,
              ElementsAre("unknown-word"));
  EXPECT_THAT(read(with(kOffer, "    attested_by: head of compliance\n", "")).codes,
              ElementsAre("missing-key"));
  EXPECT_THAT(
      read(with(kOffer, "facts: {version: 1.0.0, public: true, accounts: 4}", "facts: none")).codes,
      ElementsAre("wrong-type"));
  EXPECT_THAT(read(with(kOffer, "attested_by", "atested_by")).codes,
              ElementsAre("unknown-key", "missing-key"));
  EXPECT_THAT(read("documents: none\n").codes, ElementsAre("wrong-type"));
  EXPECT_THAT(read("- a\n").codes, ElementsAre("wrong-type"));
  EXPECT_THAT(read("entries: []\n").codes, ElementsAre("unknown-key", "missing-key"));
}

}  // namespace
}  // namespace parley::scenario
