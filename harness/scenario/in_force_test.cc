// What is asked of WhatsApp and of Messenger on the days around the dates of the Regulation, of the
// reference offer's versions, and of an extension; over the repository's own catalogue.
#include "harness/scenario/in_force.h"

#include <gtest/gtest.h>

#include "harness/scenario/library_for_tests.h"

namespace parley::scenario {
namespace {

TimePoint day(std::string_view text) { return parse_date(text).value(); }

class InForceTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const std::vector<NamedText> files = repository_files();
    std::vector<Diagnostic> diagnostics;
    auto loaded = load_library(as_sources(files), repository_surroundings(), diagnostics);
    ASSERT_TRUE(loaded.has_value()) << render(diagnostics);
    loaded_ = new Library(std::move(*loaded));
  }
  static void TearDownTestSuite() {
    delete loaded_;
    loaded_ = nullptr;
  }
  void SetUp() override {
    ASSERT_NE(loaded_, nullptr);
    library_ = *loaded_;
  }

  std::string obligations(std::string_view date, std::string_view service = "whatsapp") const {
    std::string out;
    for (const Obligation& one : library_.obligations) {
      if (!one.article.starts_with("7(2)")) continue;
      if (in_force(library_, one, service, day(date)).in_force) out += one.article + " ";
    }
    return out;
  }
  InForce row(const std::string& id, std::string_view date,
              std::string_view service = "whatsapp") const {
    return in_force(library_, *library_.find_requirement(id), service, day(date));
  }

  Library library_;

 private:
  static Library* loaded_;
};
Library* InForceTest::loaded_ = nullptr;

TEST_F(InForceTest, TheFunctionsComeInThreeSteps) {
  EXPECT_EQ(obligations("2024-01-01"), "");
  EXPECT_EQ(obligations("2024-03-06"), "");
  EXPECT_EQ(obligations("2024-03-07"), "7(2)(a)(i) 7(2)(a)(ii) ");
  EXPECT_EQ(obligations("2025-09-07"), "7(2)(a)(i) 7(2)(a)(ii) 7(2)(b)(i) 7(2)(b)(ii) ");
  EXPECT_EQ(obligations("2027-09-07"),
            "7(2)(a)(i) 7(2)(a)(ii) 7(2)(b)(i) 7(2)(b)(ii) 7(2)(c)(i) 7(2)(c)(ii) 7(2)(c)(iii) "
            "7(2)(c)(iv) ");
}

TEST_F(InForceTest, NothingOfArticle7IsInForceBeforeTheFirstDay) {
  for (const Obligation& one : library_.obligations) {
    EXPECT_FALSE(in_force(library_, one, "whatsapp", day("2024-01-01")).in_force) << one.id;
  }
}

TEST_F(InForceTest, EachServiceHasItsDates) {
  EXPECT_EQ(obligations("2024-03-08", "messenger"), "");
  EXPECT_EQ(obligations("2024-09-06", "messenger"), "7(2)(a)(i) 7(2)(a)(ii) ");
  EXPECT_TRUE(row("MSG-008", "2024-03-08").in_force);
  EXPECT_FALSE(row("MSG-008", "2024-03-08", "messenger").in_force);
}

TEST_F(InForceTest, SaysSinceWhenAndWhyNot) {
  const InForce text = row("MSG-001", "2024-01-01");
  EXPECT_FALSE(text.in_force);
  EXPECT_EQ(date_text(*text.since), "2024-03-07");
  EXPECT_EQ(text.reason, "not in force before 2024-03-07 (Art. 7(2)(a)(i), WhatsApp)");
  EXPECT_EQ(row("MSG-001", "2024-03-08").reason, "");
}

TEST_F(InForceTest, TheReferenceOfferAsksByVersions) {
  EXPECT_TRUE(row("MSG-008", "2024-03-06").in_force);
  EXPECT_FALSE(row("MSG-013", "2024-09-05").in_force);
  EXPECT_TRUE(row("MSG-013", "2024-09-06").in_force);
  EXPECT_FALSE(row("MSG-014", "2025-09-07").in_force);
  EXPECT_EQ(row("MSG-014", "2025-09-07").reason, "not in force before 2025-09-26 (TD 1.0.3)");
  EXPECT_TRUE(row("MSG-014", "2025-09-26").in_force);
}

TEST_F(InForceTest, AdviceIsAlwaysGiven) { EXPECT_TRUE(row("MSG-025", "2020-01-01").in_force); }

TEST_F(InForceTest, GroupsAndCallsAreNotDueBeforeTheirFunctions) {
  EXPECT_FALSE(row("GRP-005", "2025-09-05").in_force);  // serves 7(3), which is in force
  EXPECT_TRUE(row("GRP-005", "2025-09-06").in_force);
  EXPECT_FALSE(row("CALL-010", "2027-09-05").in_force);
  EXPECT_TRUE(row("CALL-010", "2027-09-06").in_force);
}

TEST_F(InForceTest, AnExtensionCountsWithADecisionOnly) {
  library_.extensions = {{"art-7-2-b-i", "messenger", day("2026-03-06"), "", "", {}}};
  EXPECT_TRUE(row("GRP-001", "2025-10-01", "messenger").in_force);
  library_.extensions[0].decision = "C(2025) 1";
  EXPECT_FALSE(row("GRP-001", "2025-10-01", "messenger").in_force);
  EXPECT_EQ(row("GRP-001", "2025-10-01", "messenger").reason,
            "not in force before 2026-03-06 (Art. 7(2)(b)(i), Messenger, extended by C(2025) 1)");
  EXPECT_EQ(row("GRP-001", "2026-03-06", "messenger").decision, "C(2025) 1");
  EXPECT_TRUE(row("GRP-001", "2025-10-01", "whatsapp").in_force);
  EXPECT_EQ(obligations("2025-10-01", "messenger"), "7(2)(a)(i) 7(2)(a)(ii) 7(2)(b)(ii) ");
}

TEST_F(InForceTest, AnExtensionNeverShortens) {
  library_.extensions = {{"art-7-2-b-i", "whatsapp", day("2025-01-01"), "C(2025) 1", "", {}}};
  EXPECT_FALSE(row("GRP-001", "2025-03-01").in_force);
}

}  // namespace
}  // namespace parley::scenario
