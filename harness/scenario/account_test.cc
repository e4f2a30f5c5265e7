// A small catalogue in which every row has another fate, and the repository's own: every row is
// accounted for, and nothing counts as checked that no planned check names.
#include "harness/scenario/account.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "harness/scenario/library_for_tests.h"

namespace parley::scenario {
namespace {

using testing::HasSubstr;

Requirement row(std::string id, Phase phase = Phase::kBase, Method method = Method::kTest) {
  Requirement out;
  out.id = std::move(id);
  out.phase = phase;
  out.method = method;
  return out;
}

Scenario scenario(const std::string& id, const std::string& requirement, int cases) {
  Scenario out;
  out.id = id;
  for (int i = 0; i < cases; ++i) {
    TestCase one;
    one.scenario = id;
    one.id = id + "[n=" + std::to_string(i) + "]";
    one.checks = {{"seen", "event-seen", {requirement}, {}, false, {}}};
    out.cases.push_back(one);
  }
  return out;
}

class AccountTest : public testing::Test {
 protected:
  AccountTest() {
    library_.requirements = {row("A-001"),
                             row("A-002"),
                             row("A-003"),
                             row("A-004"),
                             row("A-005", Phase::kBase, Method::kExamine),
                             row("A-006", Phase::kGroups),
                             row("A-007"),
                             row("A-008")};
    library_.requirements[4].examinations = {{"complete", {}, {}}};
    library_.requirements[6].exclusion =
        RowExclusion{"nobody can see it", "test engineer", parse_date("2026-11-25").value()};
    library_.requirements[7].voice = Voice::kLaw;
    library_.scenarios = {scenario("a.one", "A-001", 3), scenario("a.two", "A-002", 1),
                          scenario("b.three", "A-003", 1)};
    Profile a;
    a.id = "a";
    a.service = "s";
    a.scenarios = {"a.*"};
    a.invariants = {{"canary-contained", {"A-001"}, {}}};
    Profile b;
    b.id = "b";
    b.service = "s";
    b.scenarios = {"b.*"};
    library_.profiles = {a, b};
    Service service;
    service.id = "s";
    service.title = "S";
    service.due.fill(parse_date("2024-03-07").value());
    library_.services = {service};
  }

  std::map<std::string, RowAccount> rows(const std::vector<std::string>& texts = {},
                                         std::string_view as_of = "2026-01-01") {
    std::vector<Filter> filters;
    for (const std::string& text : texts) filters.push_back(parse_filter(text).value());
    plan_ = draft_plan(library_, "a", filters).value();
    std::map<std::string, RowAccount> out;
    for (RowAccount& one : account(library_, plan_, parse_date(as_of).value())) {
      const std::string id = one.row->id;
      out.emplace(id, std::move(one));
    }
    EXPECT_EQ(out.size(), library_.requirements.size());
    return out;
  }

  Library library_;
  Plan plan_;
};

TEST_F(AccountTest, GivesEveryRowItsFateAndAReason) {
  const auto all = rows();
  const std::map<std::string, Coverage> expected = {
      {"A-001", Coverage::kChecked},      {"A-002", Coverage::kChecked},
      {"A-003", Coverage::kOtherProfile}, {"A-004", Coverage::kGap},
      {"A-005", Coverage::kExamined},     {"A-006", Coverage::kLater},
      {"A-007", Coverage::kExcluded},     {"A-008", Coverage::kGap}};
  for (const auto& [id, coverage] : expected) {
    EXPECT_EQ(to_string(all.at(id).coverage), to_string(coverage)) << id;
    const bool judged = coverage == Coverage::kChecked || coverage == Coverage::kExamined;
    EXPECT_EQ(all.at(id).reason.empty(), judged) << id;
  }
  EXPECT_EQ(all.at("A-007").reason, "nobody can see it (test engineer, 2026-11-25)");
  EXPECT_THAT(all.at("A-003").reason, HasSubstr("profile b"));
}

TEST_F(AccountTest, CountsTheCasesOfEveryCheck) {
  const auto all = rows();
  const std::vector<CheckAccount>& checks = all.at("A-001").checks;
  ASSERT_EQ(checks.size(), 2U);
  EXPECT_EQ(checks[0].id, "a.one/seen");
  EXPECT_EQ(checks[0].cases, 3U);
  EXPECT_EQ(checks[1].id, "canary-contained");
  EXPECT_TRUE(checks[1].invariant);
  EXPECT_EQ(checks[1].cases, 4U);
}

TEST_F(AccountTest, SaysWhatFiltersLeftOut) {
  const auto all = rows({"a.one[n=0]"});
  EXPECT_EQ(all.at("A-001").checks[0].cases, 1U);
  EXPECT_EQ(all.at("A-002").coverage, Coverage::kNotSelected);
  EXPECT_EQ(all.at("A-005").coverage, Coverage::kNotSelected);
  EXPECT_EQ(all.at("A-006").coverage, Coverage::kLater);
}

TEST_F(AccountTest, PutsWhatIsNotAskedYetFirst) {
  const auto all = rows({}, "2024-01-01");
  EXPECT_EQ(all.at("A-008").coverage, Coverage::kNotInForce);
  EXPECT_THAT(all.at("A-008").reason, HasSubstr("not in force before 2024-03-07"));
  EXPECT_EQ(all.at("A-001").coverage, Coverage::kChecked);
}

TEST_F(AccountTest, ACheckWinsOverAnExclusion) {
  library_.requirements[0].exclusion = library_.requirements[6].exclusion;
  EXPECT_EQ(rows().at("A-001").coverage, Coverage::kChecked);
}

TEST(Account, AddsUpToTheWholeCatalogue) {
  const std::vector<NamedText> files = repository_files();
  std::vector<Diagnostic> diagnostics;
  const auto library = load_library(as_sources(files), repository_surroundings(), diagnostics);
  ASSERT_TRUE(library.has_value()) << render(diagnostics);
  std::array<std::size_t, kCoverages> before{};
  for (const char* as_of : {"2024-01-01", "2024-03-08", "2025-09-07", "2027-09-07"}) {
    const Plan plan = make_plan(*library, "base", {}).value();
    const auto counts = count(account(*library, plan, parse_date(as_of).value()));
    std::size_t total = 0;
    for (const std::size_t one : counts) total += one;
    EXPECT_EQ(total, 274U);
    EXPECT_NE(counts, before) << as_of;
    before = counts;
  }
}

}  // namespace
}  // namespace parley::scenario
