// Committed scenarios with a mock that has a defect: each of the checks that are there to find it
// does, and lays it to whoever has it. The binary is run on copies of the scenario files.
#include "harness/cli/cli_fixture.h"

namespace parley::cli {
namespace {

struct Defect {
  std::string scenario;  ///< "partner.proxy"
  std::string line;      ///< of the file, which is replaced
  std::string by;
  std::vector<std::string> failing;  ///< checks of any of its test cases
  std::string blamed;
};

void PrintTo(const Defect& defect, std::ostream* out) { *out << defect.scenario << defect.by; }

class DefectTest : public CliTest, public testing::WithParamInterface<Defect> {
 protected:
  // The scenario as "own.…", changed in that line.
  std::string changed() const {
    std::string name = GetParam().scenario;
    std::string path = std::string(PARLEY_SOURCE_DIR) + "/scenarios/cases/" + name + ".yaml";
    path.replace(path.rfind(name), name.size(),
                 name.substr(0, name.find('.')) + "/" + name.substr(name.find('.') + 1));
    std::string text = read_text_file(path).value();
    const auto replace = [&text](const std::string& from, const std::string& to) {
      const std::size_t at = text.find(from);
      ASSERT_NE(at, std::string::npos) << from;
      text.replace(at, from.size(), to);
    };
    replace("id: " + name, "id: own.defect");
    replace(GetParam().line, GetParam().by);
    return text;
  }
};

TEST_P(DefectTest, IsFound) {
  write("mine/cases/own/defect.yaml", changed());
  write("mine/profiles/own.yaml", kOwnProfile);
  const Finished run =
      parley({"run", "--scenarios", path("mine"), "--profile", "own", "--out", path("out")});
  EXPECT_EQ(run.code, 1) << run.out << run.err;
  std::map<std::string, std::string> failing;
  for (const judge::CaseResult& test_case : result("out").cases) {
    for (const judge::CheckResult& check : test_case.checks) {
      if (check.finding.verdict == judge::Verdict::kFail) failing[check.id] = check.finding.blamed;
    }
  }
  // A defect may be seen by other checks too.
  for (const std::string& check : GetParam().failing) {
    EXPECT_EQ(failing[check], GetParam().blamed) << check;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Mocks, DefectTest,
    testing::Values(Defect{"partner.http-versions",
                           "  gatekeeper:",
                           "  birdy: {fault: http1-only}\n  gatekeeper:",
                           {"every-endpoint", "media"},
                           "partner"},
                    Defect{"transport.tls-of-partner",
                           "steps:\n",
                           "actors:\n  birdy: {fault: old-tls}\nsteps:\n",
                           {"old-refused"},
                           "partner"},
                    Defect{"push.tls",
                           "steps:\n",
                           "actors:\n  birdy: {fault: no-new-tls}\nsteps:\n",
                           {"newest-accepted"},
                           "partner"},
                    Defect{"partner.proxy",
                           "birdy: {proxy: true}",
                           "birdy: {proxy: true, fault: multiplexing-proxy}",
                           {"one-each", "address"},
                           "partner"},
                    Defect{"partner.proxy",
                           "birdy: {proxy: true}",
                           "birdy: {proxy: true, fault: wrong-client-ip}",
                           {"address"},
                           "partner"},
                    Defect{"privacy.personal-data",
                           "  bob: {",
                           "  bob: {fault: leaks-contacts, ",
                           {"fields-declared", "personal-data-contained", "wire-profile-valid"},
                           "partner-user"},
                    Defect{"privacy.personal-data",
                           "  alice: {",
                           "  alice: {fault: leaks-name, ",
                           {"personal-data-contained", "the-answer-arrives-alone"},
                           "whatsapp-user"},
                    Defect{"privacy.personal-data",
                           "actors:\n",
                           "actors:\n  gatekeeper: {fault: forwards-client-ip}\n",
                           {"fields-declared", "whatsapp-client-address-hidden"},
                           "gatekeeper"},
                    Defect{"consent.service-opt-in",
                           "steps:\n",
                           "actors:\n  whatsapp: {fault: one-consent-for-all}\nsteps:\n",
                           {"consent-stays-here", "nothing-chosen-there", "nothing-shown-there"},
                           "gatekeeper"},
                    Defect{"consent.service-withdrawal",
                           "actors:\n",
                           "actors:\n  whatsapp: {fault: one-consent-for-all}\n",
                           {"withdrawal-stays-here"},
                           "gatekeeper"},
                    Defect{
                        "discovery.service-namespaces",
                        "  bob: {kind: partner-user, of: birdy, identifier: \"bob@birdy.test\"}\n"
                        "  bob-m: {",
                        "  bob: {kind: partner-user, of: birdy, identifier: \"bob@birdy.test\", "
                        "fault: one-key-for-all}\n  bob-m: {fault: one-key-for-all, ",
                        {"keys-differ"},
                        "partner-user"},
                    Defect{"safety.report",
                           "  bob: {franking: true}",
                           "  bob: {franking: true}\n  alice: {fault: report-chat}",
                           {"selected-only", "canary-contained"},
                           "whatsapp-user"},
                    Defect{"safety.report-forged",
                           "actors:\n",
                           "actors:\n  gatekeeper: {fault: trusts-reports}\n",
                           {"refused"},
                           "gatekeeper"},
                    Defect{"degradation.text",
                           "steps:\n",
                           "steps:\n  - {do: fault, actor: gatekeeper, with: {kind: delay, to: "
                           "bob, count: 40, by: 2s}}\n",
                           {"to-partner"},
                           "gatekeeper"}));

}  // namespace
}  // namespace parley::cli
