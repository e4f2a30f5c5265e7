// The world: a partner who knows three stanzas that Parley has only surrogates for, and keeps them
// in a private overlay (the one of docs/examples); their product, played by the adapter in a
// process of its own, speaks them. Another product has not heard of them yet.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "harness/cli/cli_fixture.h"

namespace parley::cli {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

const std::vector<std::string> kCases = {"consent.reachability-ping", "account.deletion",
                                         "safety.report[addressing=interop,selection=text]"};
const std::string kExample = std::string(PARLEY_SOURCE_DIR) + "/docs/examples/overlay.yaml";
const std::vector<std::string> kReplaced = {"account-delete", "message-send-franked",
                                            "reachability-ping"};

class OverlayRunTest : public CliTest {
 protected:
  Finished run(const std::string& out, std::vector<std::string> more) {
    std::vector<std::string> arguments = {"run", "--profile", "base", "--out", path(out)};
    arguments.insert(arguments.end(), kCases.begin(), kCases.end());
    arguments.insert(arguments.end(), more.begin(), more.end());
    return parley(arguments);
  }
  // Parley has the overlay; a partner's client outside has `own` on its command line.
  Finished drive(const std::string& out, const std::string& own) {
    return run(out,
               {"--network", "sockets", "--wire-overlay", kExample, "--driver",
                "partner-client='" + binary_.string() + "' adapter --seat partner-client" + own});
  }
};

std::set<std::string> overlaid(const judge::RunResult& result) {
  std::set<std::string> out;
  for (const judge::CaseResult& one : result.cases) {
    for (const judge::CheckResult& check : one.checks) {
      out.insert(check.overlaid.begin(), check.overlaid.end());
    }
  }
  return out;
}

TEST_F(OverlayRunTest, AProductThatSpeaksTheOverlayPassesAndOneThatDoesNotFails) {
  const Finished speaks = drive("speaks", " --wire-overlay '" + kExample + "'");
  EXPECT_EQ(speaks.code, 0) << speaks.out << speaks.err;
  EXPECT_THAT(verdicts(result("speaks")), Each(Pair(testing::_, "pass")));
  const Finished mute = drive("mute", "");
  EXPECT_EQ(mute.code, 1) << mute.out << mute.err;
  EXPECT_THAT(verdicts(result("mute")), Each(Pair(testing::_, "fail")));
  for (const judge::CaseResult& one : result("mute").cases) {
    const auto stanzas =
        std::ranges::find(one.checks, "wire-profile-valid", &judge::CheckResult::kind);
    ASSERT_NE(stanzas, one.checks.end()) << one.id;
    EXPECT_EQ(stanzas->finding.verdict, judge::Verdict::kFail) << one.id;
    EXPECT_EQ(stanzas->finding.attribution, judge::Attribution::kIut) << one.id;
    EXPECT_THAT(stanzas->finding.observed, HasSubstr("wa-public-1.0.3+example")) << one.id;
  }
}

TEST_F(OverlayRunTest, TheReportNamesTheOverlayAndWhatRestsOnIt) {
  const Finished sound = run("with", {"--wire-overlay", kExample});
  EXPECT_EQ(sound.code, 0) << sound.out << sound.err;
  const judge::RunResult with = result("with");
  ASSERT_EQ(with.run.wire_overlays.size(), 1U);
  EXPECT_EQ(with.run.wire_overlays[0].id, "example");
  EXPECT_EQ(with.run.wire_overlays[0].operations, kReplaced);
  // No check cites the third one: that a report is taken is seen from what became of it.
  EXPECT_THAT(overlaid(with), ElementsAre("account-delete", "reachability-ping"));
  EXPECT_THAT(content("with/report.html"), AllOf(HasSubstr("Results that rest on an overlay"),
                                                 HasSubstr(with.run.wire_overlays[0].digest)));
  EXPECT_EQ(run("without", {}).code, 0);
  EXPECT_THAT(result("without").run.wire_overlays, IsEmpty());
  EXPECT_THAT(overlaid(result("without")), IsEmpty());
  EXPECT_THAT(content("without/report.html"), Not(HasSubstr("Results that rest on an overlay")));
}

TEST_F(OverlayRunTest, WhoVerifiesNeedsTheSameFile) {
  ASSERT_EQ(parley({"keys", "init", path("lab")}).code, 0);
  ASSERT_EQ(run("with", {"--wire-overlay", kExample, "--keys", path("lab")}).code, 0);
  const std::string bundle = path("with/bundle.zip");
  const Finished same = parley({"verify", bundle, "--wire-overlay", kExample});
  EXPECT_EQ(same.code, 0) << same.out;
  const Finished without = parley({"verify", bundle});
  EXPECT_EQ(without.code, 1);
  EXPECT_THAT(without.out,
              HasSubstr("the run rests on these overlays of the wire profile: example"));
  // One letter more, in a text that no stanza has.
  write("other.yaml", read_text_file(kExample).value() + "# changed\n");
  EXPECT_EQ(parley({"verify", bundle, "--wire-overlay", path("other.yaml")}).code, 1);
}

}  // namespace
}  // namespace parley::cli
