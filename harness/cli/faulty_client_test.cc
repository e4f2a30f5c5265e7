// Partner apps with one deliberate defect each, run through the scenarios that are made to find it.
// Every one of them fails the check that it ought to, and it alone is blamed.
#include "harness/cli/cli_fixture.h"

namespace parley::cli {
namespace {

struct Defect {
  const char* scenario;  ///< below scenarios/cases
  const char* fault;
  const char* check;
  const char* test_case = "";  ///< what follows the scenario's id in the case that fails
};
constexpr Defect kDefects[] = {
    {"e2e/replay", "show-replays", "shown-once"},
    {"e2e/stolen-state", "keep-keys", "earlier-messages-stay-closed"},
    {"e2e/private-keys", "leak-private-key", "nowhere-in-the-traffic"},
    {"e2e/padding", "no-padding", "lengths-vary", "[sender=partner]"},
    {"e2e/retry-limit", "endless-retries", "bounded", "[direction=to-partner]"},
    {"e2e/downgrade", "show-plaintext", "not-shown", "[fault=plaintext,direction=to-partner]"},
    {"transport/comes-back", "hasty-reconnect", "pauses"},
    {"availability/sent-twice", "show-replays", "shown-once", "[direction=to-partner]"},
};

/// The scenario with bob's app broken, under an id of its own.
std::string with_fault(std::string text, const std::string& id, const std::string& fault) {
  const std::size_t begin = text.find("\nid: ") + 5;
  text.replace(begin, text.find('\n', begin) - begin, id);
  const std::string bob = "  bob: {";
  const std::string setting = "fault: " + fault;
  if (const std::size_t known = text.find("\n" + bob); known != std::string::npos) {
    text.insert(known + 1 + bob.size(), setting + ", ");
  } else {
    text.insert(text.find("\nsteps:") + 1, "actors:\n" + bob + setting + "}\n");
  }
  return text;
}

TEST_F(CliTest, EveryDefectOfAPartnerAppIsFoundByTheScenarioForIt) {
  int number = 0;
  for (const Defect& defect : kDefects) {
    const std::string name = "case" + std::to_string(++number);
    const auto text = read_text_file(std::string(PARLEY_SOURCE_DIR) + "/scenarios/cases/" +
                                     defect.scenario + ".yaml");
    ASSERT_TRUE(text.ok()) << defect.scenario;
    write("mine/cases/own/" + name + ".yaml", with_fault(*text, "own." + name, defect.fault));
  }
  write("mine/profiles/own.yaml", kOwnProfile);
  const Finished run =
      parley({"run", "--profile", "own", "--scenarios", path("mine"), "--out", path("out")});
  EXPECT_EQ(run.code, 1) << run.out << run.err;
  std::map<std::string, const judge::CheckResult*> failed;
  const judge::RunResult outcome = result("out");
  for (const judge::CaseResult& test_case : outcome.cases) {
    for (const judge::CheckResult& check : test_case.checks) {
      if (check.finding.verdict == judge::Verdict::kFail) {
        failed[test_case.id + " " + check.id] = &check;
      }
    }
  }
  number = 0;
  for (const Defect& defect : kDefects) {
    const std::string id =
        "own.case" + std::to_string(++number) + defect.test_case + " " + defect.check;
    ASSERT_TRUE(failed.contains(id)) << id << " " << defect.fault << run.out;
    EXPECT_EQ(failed[id]->finding.blamed, "partner-user") << id;
  }
}

}  // namespace
}  // namespace parley::cli
