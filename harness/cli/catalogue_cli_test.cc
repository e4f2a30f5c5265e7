// The world: an auditor who asks the parley binary what the catalogue holds, what a run would show
// of it on a given day, and what a run did show; with and without a document register.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>

#include "harness/cli/cli_fixture.h"

namespace parley::cli {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::size_t kRows = 274;
const std::string kRegisterFile = std::string(PARLEY_SOURCE_DIR) + "/docs/examples/register.yaml";

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

const judge::RequirementResult& row(const judge::RunResult& result, std::string_view id) {
  const auto it = std::find_if(result.requirements.begin(), result.requirements.end(),
                               [&](const auto& one) { return one.id == id; });
  EXPECT_NE(it, result.requirements.end()) << id;
  return *it;
}

TEST_F(CliTest, ListsTheWholeCatalogueOneLinePerRow) {
  const Finished text = parley({"list", "--requirements"});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_EQ(lines(text.out), kRows);
  EXPECT_EQ(text.err, "274 requirements\n");
  const Finished csv = parley({"list", "--requirements", "--format", "csv"});
  EXPECT_EQ(lines(csv.out), kRows + 1);
  EXPECT_THAT(csv.out, StartsWith("id,voice,modality,basis,phase,method,source,title,"));
  const auto rows = parse_json(parley({"list", "--requirements", "--format", "json"}).out);
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(rows->get_array().size(), kRows);
}

TEST_F(CliTest, ListsTheQuirksWithWhatFindsThem) {
  const Finished text = parley({"list", "--quirks"});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_EQ(text.err, std::to_string(lines(text.out)) + " quirks\n");
  const auto rows = parse_json(parley({"list", "--quirks", "--format", "json"}).out);
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(rows->get_array().size(), lines(text.out));
  for (const json::value& row : rows->get_array()) {
    const json::object& quirk = row.get_object();
    const bool is_found = get_string(quirk, "killers") != "";
    EXPECT_NE(is_found, get_string(quirk, "equivalent") != "") << canonical(quirk);
  }
  EXPECT_EQ(parley({"list", "--quirks", "--checks"}).code, 4);
}

TEST_F(CliTest, ListsTheRowsThatFiltersSelect) {
  EXPECT_EQ(lines(parley({"list", "--requirements", "--phase", "calls"}).out), 10U);
  EXPECT_EQ(lines(parley({"list", "--requirements", "--requirement", "ONB-*"}).out), 19U);
  EXPECT_THAT(parley({"list", "--requirements", "--clause", "7(4)"}).out, HasSubstr("ONB-001"));
  const Finished m6 = parley({"list", "--milestone", "M6"});
  EXPECT_EQ(m6.code, 0) << m6.err;
  EXPECT_THAT(m6.out, HasSubstr("consent.reachability-ping"));
}

TEST_F(CliTest, PlansEveryRowAndPassesOverNone) {
  const Finished text = parley({"plan", "--profile", "base"});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_THAT(last_line(text.out), StartsWith("plan: "));
  EXPECT_THAT(last_line(text.out), HasSubstr("274 requirements"));
  const auto plan = parse_json(parley({"plan", "--profile", "base", "--json"}).out);
  ASSERT_TRUE(plan.ok());
  const json::array& rows = plan->at("requirements").as_array();
  ASSERT_EQ(rows.size(), kRows);
  for (const json::value& one : rows) {
    const std::string id(one.at("id").as_string());
    const bool judged =
        !one.at("checks").as_array().empty() || !one.at("examinations").as_array().empty();
    EXPECT_TRUE(judged || !one.at("reason").as_string().empty()) << id << " is unaccounted for";
    EXPECT_THAT(text.out, HasSubstr("\n  " + id + " ")) << id;
  }
  std::int64_t total = 0;
  for (const auto& count : plan->at("counts").as_object()) {
    total += count.value().to_number<std::int64_t>();
  }
  EXPECT_EQ(total, static_cast<std::int64_t>(kRows));
}

TEST_F(CliTest, PlansWithFiltersAndSaysWhatTheyLeaveOut) {
  const Finished plan = parley({"plan", "text.*", "--requirement", "MSG-001"});
  EXPECT_EQ(plan.code, 0) << plan.err;
  EXPECT_THAT(plan.out, HasSubstr("not selected by the filters"));
  const Finished groups = parley({"plan", "--phase", "groups"});
  EXPECT_EQ(groups.code, 0) << groups.err;
  EXPECT_THAT(groups.out, HasSubstr("test cases: 0 selected"));
  EXPECT_THAT(groups.out, HasSubstr("later phase: groups"));
}

TEST_F(CliTest, UnmatchedFiltersAreUsageErrorsWithHints) {
  const struct {
    std::vector<std::string> arguments;
    const char* says;
  } attempts[] = {
      {{"run", "--tag", "meida", "--out", "x"}, "did you mean \"--tag media\"?"},
      {{"plan", "--requirement", "MSG-0O1"}, "did you mean \"--requirement MSG-001\"?"},
      {{"plan", "--clause", "7(2)(a)(x)"}, "did you mean \"--clause 7(2)(a)"},
      {{"list", "--seat", "partner-cleint"}, "did you mean \"partner-client\"?"},
      {{"list", "--phase", "grups"}, "did you mean \"groups\"?"},
      {{"run", "--milestone", "M9", "--out", "x"}, "M1, M2, M3"},
      {{"run", "--phase", "groups", "--out", "x"}, "select no test case"},
      {{"plan", "--as-of", "soon"}, "soon"},
      {{"plan", "--register", "no-such-file.yaml"}, "no-such-file.yaml"},
  };
  for (const auto& attempt : attempts) {
    const Finished run = parley(attempt.arguments);
    EXPECT_EQ(run.code, 4) << testing::PrintToString(attempt.arguments) << run.out << run.err;
    EXPECT_THAT(run.err, HasSubstr(attempt.says)) << testing::PrintToString(attempt.arguments);
    EXPECT_EQ(run.out, "");
  }
}

TEST_F(CliTest, ExplainsFromTheArticleToTheCheckAndBack) {
  const Finished obligation = parley({"explain", "7(2)(a)(i)"});
  EXPECT_EQ(obligation.code, 0) << obligation.err;
  EXPECT_THAT(obligation.out, HasSubstr("WhatsApp: from 2024-03-07"));
  EXPECT_THAT(obligation.out, HasSubstr("MSG-001"));
  EXPECT_THAT(obligation.out, HasSubstr("text.both-ways/"));
  EXPECT_EQ(parley({"explain", "art-7-2-a-i"}).out, obligation.out);
  EXPECT_THAT(parley({"explain", "MSG-001"}).out, HasSubstr("obligation: Art. 7(2)(a)(i)"));
  EXPECT_THAT(parley({"explain", "quote-intact"}).out, HasSubstr("text.reply/"));
  EXPECT_THAT(parley({"explain", "text.reply/quotes-the-question"}).out, HasSubstr("purpose:"));
  EXPECT_THAT(parley({"explain", "requests-operational"}).out, HasSubstr("ONB-004"));
  EXPECT_THAT(parley({"explain", "GRP-001"}).out, HasSubstr("later phase"));
  EXPECT_THAT(parley({"explain", "art-7-2-a-ii-"}).err, HasSubstr("did you mean"));
}

std::set<std::string> in_force(const judge::RunResult& result) {
  std::set<std::string> out;
  for (const judge::ObligationResult& one : result.obligations) {
    if (one.in_force) out.insert(one.clause);
  }
  return out;
}

TEST_F(CliTest, TheDayDecidesWhatIsInForce) {
  std::vector<std::set<std::string>> sets;
  for (const std::string date : {"2024-01-01", "2024-03-08", "2025-09-07", "2027-09-07"}) {
    const Finished run = parley({"run", "text.both-ways", "--as-of", date, "--out", path(date)});
    EXPECT_EQ(run.code, 0) << run.out << run.err;
    const judge::RunResult parsed = result(date);
    EXPECT_EQ(parsed.run.as_of, date);
    EXPECT_EQ(parsed.requirements.size(), kRows);
    sets.push_back(in_force(parsed));
    EXPECT_THAT(content(date + "/report.html"), HasSubstr("<td>" + date + "</td>"));
  }
  EXPECT_EQ(sets[0].size(), 0U);
  EXPECT_TRUE(sets[1].contains("Art. 7(2)(a)(i)"));
  EXPECT_FALSE(sets[1].contains("Art. 7(2)(b)(i)"));
  EXPECT_TRUE(sets[2].contains("Art. 7(2)(b)(i)"));
  EXPECT_FALSE(sets[2].contains("Art. 7(2)(c)(i)"));
  EXPECT_TRUE(sets[3].contains("Art. 7(2)(c)(i)"));

  const judge::RunResult before = result("2024-01-01");
  EXPECT_EQ(row(before, "MSG-001").status, judge::RequirementStatus::kNotApplicable);
  EXPECT_THAT(row(before, "MSG-001").reason, HasSubstr("not in force before 2024-03-07"));
  EXPECT_THAT(content("2024-01-01/report.html"), HasSubstr("not in force before 2024-03-07"));
  EXPECT_EQ(row(result("2024-03-08"), "MSG-001").status, judge::RequirementStatus::kSatisfied);

  const judge::RunResult groups = result("2025-09-07");
  EXPECT_EQ(row(groups, "GRP-001").coverage, scenario::Coverage::kLater);
  EXPECT_EQ(row(groups, "GRP-001").disposition, judge::Disposition::kNotTested);
  EXPECT_EQ(row(groups, "GRP-001").reason, "later phase: groups");
  EXPECT_EQ(row(groups, "CALL-001").disposition, judge::Disposition::kNotApplicable);
  EXPECT_EQ(row(result("2027-09-07"), "CALL-001").coverage, scenario::Coverage::kLater);
}

TEST_F(CliTest, TheReportHasAListOfWhatTheRunDoesNotShow) {
  ASSERT_EQ(parley({"run", "text.both-ways", "--out", path("out")}).code, 0);
  const std::string html = content("out/report.html");
  const std::size_t gaps = html.find("What this run does not show");
  ASSERT_NE(gaps, std::string::npos);
  const std::string section = html.substr(gaps, html.find("</section>", gaps) - gaps);
  EXPECT_THAT(section, HasSubstr("Functions of later phases, not tested"));
  EXPECT_THAT(section, HasSubstr("GRP-001"));
  EXPECT_THAT(section, HasSubstr("Excluded"));
  EXPECT_THAT(section, HasSubstr("Not in force on the day of this report"));
  EXPECT_THAT(section, HasSubstr("CALL-001"));
  EXPECT_THAT(section, Not(HasSubstr("MSG-001<")));
  // Every row has a place of its own.
  for (const judge::RequirementResult& one : result("out").requirements) {
    EXPECT_THAT(html, HasSubstr(" id=\"" + one.id + "\"><th scope=\"row\">" + one.id + " "));
  }
}

TEST_F(CliTest, CoverageIsComputedFromWhatWasEmitted) {
  ASSERT_EQ(parley({"run", "text.*", "--out", path("out")}).code, 0);
  const judge::RunResult parsed = result("out");
  std::set<std::string> emitted;
  for (const judge::CaseResult& test_case : parsed.cases) {
    std::set<std::string> once;
    for (const judge::CheckResult& check : test_case.checks) {
      EXPECT_TRUE(once.insert(check.id).second) << test_case.id << " " << check.id;
      EXPECT_NE(check.finding.code, "not-emitted") << test_case.id << " " << check.id;
      emitted.insert(test_case.id + "/" + check.id);
    }
  }
  for (const judge::RequirementResult& one : parsed.requirements) {
    for (const judge::CheckReference& reference : one.checks) {
      if (reference.case_id == judge::kRegister || reference.check_id.empty()) continue;
      EXPECT_TRUE(emitted.contains(reference.case_id + "/" + reference.check_id)) << one.id;
    }
    if (one.status == judge::RequirementStatus::kSatisfied) {
      EXPECT_FALSE(one.checks.empty()) << one.id;
    }
  }
}

TEST_F(CliTest, ARegisterDecidesExaminedRows) {
  ASSERT_EQ(parley({"run", "--requirement", "ONB-*", "--requirement", "MSG-001", "--out",
                    path("without")})
                .code,
            0);
  EXPECT_EQ(row(result("without"), "ONB-001").status, judge::RequirementStatus::kUndetermined);
  const Finished with = parley({"run", "--requirement", "ONB-*", "--requirement", "MSG-001",
                                "--register", kRegisterFile, "--out", path("with")});
  ASSERT_EQ(with.code, 0) << with.out << with.err;
  const judge::RunResult parsed = result("with");
  EXPECT_EQ(row(parsed, "ONB-001").status, judge::RequirementStatus::kSatisfied);
  EXPECT_EQ(row(parsed, "ONB-004").status, judge::RequirementStatus::kSatisfied);
  EXPECT_EQ(parsed.run.register_digest.size(), 64U);
  EXPECT_THAT(content("with/report.html"), HasSubstr("Reference offer 1.0.3"));
  EXPECT_THAT(content("with/report.html"), HasSubstr("attested by head of compliance"));

  // The same register, with a request that came a day too late.
  std::string text = read_text_file(kRegisterFile).value();
  const std::string date = "image: 2025-02-03";
  text.replace(text.find(date), date.size(), "image: 2025-02-05");
  write("late.yaml", text);
  const Finished late = parley({"run", "--requirement", "ONB-*", "--requirement", "MSG-001",
                                "--register", path("late.yaml"), "--out", path("late")});
  EXPECT_EQ(late.code, 1) << late.out << late.err;
  EXPECT_THAT(late.out, HasSubstr("ONB-004/requests-operational"));
  EXPECT_EQ(row(result("late"), "ONB-004").status, judge::RequirementStatus::kNotSatisfied);
  EXPECT_THAT(parley({"plan", "--register", path("late.yaml")}).out,
              HasSubstr("requests-operational: fail (late)"));
}

TEST_F(CliTest, AnExtensionOfTheUsersCatalogueShiftsADate) {
  write("mine/catalogue/extensions.yaml",
        "extensions:\n  - {obligation: art-7-2-b-i, service: whatsapp, until: 2026-09-06, "
        "decision: C(2026) 1}\n");
  const Finished plan =
      parley({"plan", "--scenarios", path("mine"), "--as-of", "2026-01-01", "--json"});
  EXPECT_EQ(plan.code, 0) << plan.err;
  EXPECT_THAT(plan.out, HasSubstr("not in force before 2026-09-06 (Art. 7(2)(b)(i), WhatsApp, "
                                  "extended by C(2026) 1)"));
}

}  // namespace
}  // namespace parley::cli
