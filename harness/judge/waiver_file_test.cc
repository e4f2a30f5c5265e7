// Somebody writes a file of waivers by hand, and gets things wrong: each mistake is told by line
// and column, and none of them widens what is waived.
#include "harness/judge/waiver_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::judge {
namespace {

using ::testing::HasSubstr;

// What the file can be about: one row with an examination, and one test case with one check.
scenario::Library library() {
  scenario::Library out;
  scenario::Requirement row;
  row.id = "MSG-001";
  row.examinations = {scenario::Examination{}};
  row.examinations[0].kind = "renewed";
  out.requirements = {row};
  scenario::Scenario one;
  one.id = "text.plain";
  scenario::TestCase test_case;
  test_case.id = "text.plain[to=partner]";
  test_case.scenario = one.id;
  scenario::Check check;
  check.id = "text-arrives";
  test_case.checks = {check};
  one.cases = {test_case};
  out.scenarios = {one};
  return out;
}

std::string entry(const std::string& key = {}, const std::string& value = {}) {
  std::string out;
  const std::pair<std::string, std::string> lines[] = {{"id", "W-1"},
                                                       {"owner", "head of interoperability"},
                                                       {"reason", "until 3.2 is out"},
                                                       {"expires", "2026-12-31"},
                                                       {"requirement", "MSG-001"},
                                                       {"case", "\"text.plain[to=partner]\""},
                                                       {"check", "text-arrives"},
                                                       {"finding", "not-seen"}};
  for (const auto& [name, text] : lines) {
    if (name == key && value.empty()) continue;
    out += std::string(out.empty() ? "  - " : "    ") + name + ": " + (name == key ? value : text) +
           "\n";
  }
  return out;
}

struct Read {
  std::vector<Waiver> waivers;
  std::string complaints;
};

Read read(const std::string& entries) {
  Read out;
  std::vector<Diagnostic> diagnostics;
  const auto file = parse_yaml("waivers.yaml", "waivers:\n" + entries, diagnostics);
  if (file) read_waivers(*file, library(), out.waivers, diagnostics);
  out.complaints = render(diagnostics);
  return out;
}

TEST(WaiverFile, ReadsWhatItSays) {
  const Read out = read(entry());
  EXPECT_EQ(out.complaints, "");
  ASSERT_EQ(out.waivers.size(), 1U);
  const Waiver& one = out.waivers[0];
  EXPECT_EQ(one.id, "W-1");
  EXPECT_EQ(one.expires, "2026-12-31");
  EXPECT_EQ(one.case_id, "text.plain[to=partner]");
  EXPECT_EQ(one.finding, "not-seen");
  EXPECT_EQ(one.state, WaiverState::kNotJudged);
}

TEST(WaiverFile, KnowsInvariantsAndExaminations) {
  EXPECT_EQ(read(entry("check", "canary-contained")).complaints, "");
  std::string examined = entry("case", "register");
  examined.replace(examined.find("text-arrives"), 12, "MSG-001/renewed");
  EXPECT_EQ(read(examined).complaints, "");
}

TEST(WaiverFile, TellsEachMistakeByItsPlace) {
  const std::vector<std::tuple<std::string, std::string, std::string>> mistakes = {
      {"id", "", "error[missing-key]"},
      {"id", "\"a b\"", "2:9: error[bad-id]"},
      {"owner", "\"\"", "error["},
      {"reason", "", "error[missing-key]"},
      {"expires", "soon", "5:14: error["},
      {"expires", "", "error[missing-key]"},
      {"requirement", "MSG-002", "6:18: error[unknown-requirement]"},
      {"requirement", "MSG-*", "6:18: error[too-wide]"},
      {"requirement", "[MSG-001]", "6:18: error[too-wide]"},
      {"case", "text.plain", "7:11: error[unknown-case]"},
      {"case", "\"text.*\"", "7:11: error[too-wide]"},
      {"case", "register", "8:12: error[unknown-check]"},
      {"check", "text-arrive", "8:12: error[unknown-check]"},
      {"check", "\"*\"", "8:12: error[too-wide]"},
      {"check", "{any: true}", "error[too-wide]"},
      {"finding", "\"*\"", "9:14: error[too-wide]"},
      {"finding", "", "error[missing-key]"}};
  for (const auto& [key, value, complaint] : mistakes) {
    EXPECT_THAT(read(entry(key, value)).complaints, HasSubstr(complaint)) << key << ": " << value;
  }
  EXPECT_THAT(read(entry("check", "text-arrive")).complaints,
              HasSubstr("did you mean \"text-arrives\"?"));
  EXPECT_THAT(read(entry("requirement", "MSG-002")).complaints,
              HasSubstr("did you mean \"MSG-001\"?"));
  EXPECT_THAT(read(entry() + "    until: x\n").complaints, HasSubstr("error[unknown-key]"));
}

TEST(WaiverFile, RefusesTheSameTwice) {
  EXPECT_THAT(read(entry() + entry("finding", "too-late")).complaints,
              HasSubstr("error[repeated-id]"));
  EXPECT_THAT(read(entry() + entry("id", "W-2")).complaints, HasSubstr("error[repeated-finding]"));
  EXPECT_EQ(
      read(entry() + entry("id", "W-2").replace(entry("id", "W-2").find("not-seen"), 8, "too-late"))
          .complaints,
      "");
}

TEST(WaiverFile, HasLimits) {
  EXPECT_THAT(read(entry("reason", "\"" + std::string(3000, 'x') + "\"")).complaints,
              HasSubstr("error[too-long]"));
  std::string many;
  for (int i = 0; i <= 1000; ++i) {
    std::string one = entry("id", "W-" + std::to_string(i));
    many += one.replace(one.find("not-seen"), 8, "code-" + std::to_string(i));
  }
  EXPECT_THAT(read(many).complaints, HasSubstr("error[too-many]"));
}

}  // namespace
}  // namespace parley::judge
