// The world: a laboratory that tests a partner's mocks for the record: a run file that says what
// they offer, a small profile, a ledger, a bundle, and somebody who verifies it. And people who
// forget something, or ask for a part only.
#include <algorithm>
#include <cstdlib>

#include "harness/base/encoding.h"
#include "harness/cli/cli_fixture.h"
#include "harness/crypto/hash.h"

namespace parley::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kSecret = "open-sesame-4711";

class CertificationRun : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    std::string profile = kOwnProfile;
    replace(profile, "scenarios: [\"own.*\"]",
            "scenarios: [text.both-ways, text.reply, media.intact, typing.start-and-stop, "
            "onboarding.media-unclaimed, onboarding.typing-unclaimed]");
    write("mine/profiles/own.yaml", profile);
    write("identification.yaml",
          read_text_file(std::string(PARLEY_SOURCE_DIR) + "/docs/examples/identification.yaml")
              .value());
    EXPECT_EQ(parley({"init", "--out", path("first.yaml")}).code, 0);
    file_ = content("first.yaml");
    replace(file_, "profile: base", "profile: own");
    replace(file_, "mode: nightly", "mode: certification");
    replace(file_, "# identification:", "identification:");
    replace(file_, "# scenarios: [scenarios]", "scenarios: [mine]");
  }

  static void replace(std::string& text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
  }
  // The answers to a question of the ICS.
  void deny(const std::string& item) {
    replace(file_, "  " + item + ": true", "  " + item + ": false");
  }

  Finished run(const std::vector<std::string>& more = {}) {
    write("run.yaml", file_);
    std::vector<std::string> arguments{"run", "--run-file", path("run.yaml"), "--out", path("out")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return parley(arguments);
  }

  void expect_refused(const Finished& refused, const std::string& why) {
    EXPECT_EQ(refused.code, 4) << refused.out;
    EXPECT_THAT(refused.err, HasSubstr(why));
    EXPECT_FALSE(fs::exists(path("out")));
  }

  std::string file_;
};

std::string state_of(const judge::RunResult& result, std::string_view milestone) {
  for (const judge::MilestoneResult& one : result.milestones) {
    if (one.id == milestone) return std::string(judge::to_string(one.state));
  }
  return "none";
}

const judge::CaseResult* find_case(const judge::RunResult& result, std::string_view id) {
  const auto it = std::ranges::find(result.cases, id, &judge::CaseResult::id);
  return it == result.cases.end() ? nullptr : &*it;
}

const judge::RequirementResult& row_of(const judge::RunResult& result, std::string_view id) {
  return *std::ranges::find(result.requirements, id, &judge::RequirementResult::id);
}

TEST_F(CertificationRun, GoesFromTheRunFileToABundleThatHolds) {
  ASSERT_EQ(parley({"keys", "init", path("lab"), "--ledger-name", "example.org/lab"}).code, 0);
  replace(file_, "# keys: lab", "keys: lab");
  replace(file_, "# ledger: ledger", "ledger: ledger");
  const Finished finished = run();
  EXPECT_EQ(finished.code, 2) << finished.out << finished.err;  // a part of the catalogue is open
  const judge::RunResult stated = result("out");
  EXPECT_EQ(stated.run.mode, judge::Mode::kCertification);
  EXPECT_EQ(stated.statement, judge::Statement::kNoStatement);
  ASSERT_FALSE(stated.obstacles.empty());
  EXPECT_THAT(finished.out, HasSubstr("milestone M3: reached"));
  EXPECT_THAT(finished.out, HasSubstr("statement:    no-statement\n  " + stated.obstacles[0]));
  EXPECT_EQ(stated.verdict, judge::Verdict::kPass);
  ASSERT_TRUE(stated.run.run_file.has_value());
  EXPECT_EQ(stated.run.run_file->name, "run.yaml");
  EXPECT_EQ(stated.run.run_file->digest, hex(crypto::sha256(as_bytes(content("run.yaml")))));
  ASSERT_EQ(stated.milestones.size(), 6U);
  EXPECT_EQ(state_of(stated, "M3"), "reached");
  EXPECT_EQ(state_of(stated, "M4"), "reached");
  EXPECT_EQ(state_of(stated, "M5"), "undetermined");  // the profile has nothing about it
  for (const judge::CaseResult& one : stated.cases) EXPECT_LE(one.attempts.size(), 1U) << one.id;
  const std::string html = content("out/report.html");
  for (const char* text : {"Milestones of the framework", "✓ Reached", "run.yaml, SHA-256",
                           "Implementation conformance statement (ICS)", "certification"}) {
    EXPECT_THAT(html, HasSubstr(text));
  }
  for (const char* edition : {"sound.zip", "public.zip"}) {
    std::vector<std::string> arguments{"bundle",   path("out"),    "--keys", path("lab"),
                                       "--ledger", path("ledger"), "--out",  path(edition)};
    if (std::string_view(edition) == "public.zip") arguments.emplace_back("--public");
    const Finished bundled = parley(arguments);
    EXPECT_EQ(bundled.code, 0) << bundled.err;
    const Finished verified = parley({"verify", path(edition), "--trust", path("lab/roots.pem"),
                                      "--scenarios", path("mine"), "--rederive"});
    EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
    EXPECT_THAT(verified.out, HasSubstr("V09 OK"));
  }
}

TEST_F(CertificationRun, AsksForTheWholeProfile) {
  expect_refused(run({"text.*"}), "the filter \"text.*\" leaves out a part of the profile");
  expect_refused(run({"--tag", "text"}), "the filter \"--tag text\"");
  expect_refused(run({"--milestone", "M3"}), "the filter \"--milestone M3\"");
}

TEST_F(CertificationRun, NeedsARunFile) {
  expect_refused(parley({"run", "--mode", "certification", "--out", path("out")}),
                 "no run file says what the items under test offer");
}

TEST_F(CertificationRun, NeedsEveryAnswer) {
  replace(file_, "    voice: true", "    # voice: true");
  expect_refused(run(), "ics: media.voice is not answered");
}

TEST_F(CertificationRun, NeedsTheIdentification) {
  replace(file_, "\nidentification:", "\n# identification:");
  expect_refused(run(), "identification: laboratory.name (7.8.2.1 b) is not stated");
}

TEST_F(CertificationRun, NightlyRunsStateNothing) {
  const Finished nightly = run({"--mode", "nightly"});
  EXPECT_EQ(nightly.code, 0) << nightly.out << nightly.err;
  EXPECT_THAT(nightly.err, HasSubstr("--mode of the command line wins over \"mode\" in run.yaml"));
  const judge::RunResult stated = result("out");
  EXPECT_EQ(stated.run.mode, judge::Mode::kNightly);
  EXPECT_EQ(stated.statement, judge::Statement::kNoStatement);
  EXPECT_THAT(stated.milestones, IsEmpty());
  EXPECT_THAT(content("out/report.html"), Not(HasSubstr("Milestones of the framework")));
}

TEST_F(CertificationRun, WhatIsNotClaimedIsLeftOutAndLookedFor) {
  deny("image");
  replace(file_, "  # others: {\"req:MSG-018\": false}",
          "  others: {\"media.intact[*file=notes]\": false}");
  const Finished finished = run();
  EXPECT_EQ(finished.code, 2) << finished.out << finished.err;
  const judge::RunResult stated = result("out");
  const auto* image = find_case(stated, "media.intact[direction=to-whatsapp,file=photo]");
  ASSERT_NE(image, nullptr);
  EXPECT_EQ(image->disposition, judge::Disposition::kNotApplicable);
  EXPECT_EQ(image->reason, "not claimed (ICS): media.image");
  const auto* probe = find_case(stated, "onboarding.media-unclaimed[file=image]");
  ASSERT_NE(probe, nullptr);
  EXPECT_EQ(probe->verdict, judge::Verdict::kPass);
  const auto* other = find_case(stated, "onboarding.media-unclaimed[file=voice]");
  ASSERT_NE(other, nullptr);
  EXPECT_EQ(other->disposition, judge::Disposition::kNotApplicable);
  EXPECT_THAT(other->reason, HasSubstr("which is claimed"));
  const judge::RequirementResult& row = row_of(stated, "MSG-003");
  EXPECT_EQ(row.status, judge::RequirementStatus::kUndetermined);
  EXPECT_EQ(row.coverage, scenario::Coverage::kNotClaimed);
  EXPECT_EQ(row.reason, "not claimed (ICS): media.image");
  // A recommendation is judged by what is left of it, a duty never.
  EXPECT_EQ(row_of(stated, "MED-010").status, judge::RequirementStatus::kSatisfied);
  const judge::RequirementResult& files = row_of(stated, "MSG-006");
  EXPECT_EQ(files.status, judge::RequirementStatus::kUndetermined);
  EXPECT_EQ(std::ranges::count(files.checks, "media.intact[direction=to-partner,file=notes]",
                               &judge::CheckReference::case_id),
            1);
  EXPECT_EQ(state_of(stated, "M4"), "undetermined");
  EXPECT_EQ(state_of(stated, "M3"), "reached");
  for (const judge::ObligationResult& point : stated.obligations) {
    if (std::ranges::count(point.requirements, "MSG-003") == 0) continue;
    EXPECT_NE(point.status, judge::RequirementStatus::kSatisfied) << point.id;
  }
}

// Every feature of a partner's client is asked for where it is not claimed, and the mock has them
// all.
TEST_F(CertificationRun, LooksForEveryFeatureThatIsNotClaimed) {
  std::string profile = content("mine/profiles/own.yaml");
  replace(profile, "onboarding.typing-unclaimed", "\"onboarding.*-unclaimed\"");
  write("mine/profiles/own.yaml", profile);
  const std::vector<std::string> features{"block",     "deletion",      "ping",
                                          "reactions", "read-receipts", "typing"};
  for (const std::string& feature : features) deny(feature);
  const Finished finished = run({"--mode", "nightly", "onboarding.*-unclaimed"});
  EXPECT_EQ(finished.code, 1) << finished.out << finished.err;
  const auto stated = result("out");
  for (const std::string& feature : features) {
    const auto* probe = find_case(stated, "onboarding." + feature + "-unclaimed");
    ASSERT_NE(probe, nullptr) << feature;
    ASSERT_FALSE(probe->checks.empty()) << feature << probe->reason;
    EXPECT_EQ(probe->checks[0].finding.verdict, judge::Verdict::kFail) << feature;
    // What the mock sends may come after it has answered.
    EXPECT_THAT(probe->checks[0].finding.code, testing::AnyOf("sent-all-the-same", "accepted"))
        << feature;
  }
}

TEST_F(CertificationRun, FindsOutWhoDoesWhatIsNotClaimed) {
  deny("typing");  // and the mock shows typing all the same
  const Finished finished = run({"--mode", "nightly"});
  EXPECT_EQ(finished.code, 1) << finished.out << finished.err;
  const auto stated = result("out");
  const auto* probe = find_case(stated, "onboarding.typing-unclaimed");
  ASSERT_NE(probe, nullptr);
  EXPECT_EQ(probe->verdict, judge::Verdict::kFail);
  const auto& absent = probe->checks.at(0);
  EXPECT_EQ(absent.id, "absent");
  EXPECT_EQ(absent.finding.verdict, judge::Verdict::kFail);
  EXPECT_EQ(absent.finding.blamed, "partner-user");
}

TEST_F(CertificationRun, ThePlanRestsOnTheStatement) {
  ASSERT_EQ(parley({"keys", "init", path("lab")}).code, 0);
  deny("image");
  ASSERT_EQ(run().code, 2);
  const std::string selection = content("out/selection.json");
  EXPECT_THAT(selection, HasSubstr("\"image\":false"));
  std::string other = selection;
  replace(other, "\"image\":false", "\"image\":true");
  write("out/selection.json", other);
  const Finished bundled =
      parley({"bundle", path("out"), "--keys", path("lab"), "--out", path("bent.zip")});
  ASSERT_EQ(bundled.code, 0) << bundled.err;
  const Finished verified = parley(
      {"verify", path("bent.zip"), "--trust", path("lab/roots.pem"), "--scenarios", path("mine")});
  EXPECT_NE(verified.code, 0);
  EXPECT_THAT(verified.out, HasSubstr("V09 FAIL"));
}

TEST_F(CertificationRun, SecretsGoNowhere) {
  ASSERT_EQ(::setenv("PARLEY_TEST_PASSWORD", kSecret, 1), 0);
  file_ +=
      "\nixit:\n  accounts:\n    - {id: bob, identifier: bob@birdy.test, password: "
      "env:PARLEY_TEST_PASSWORD}\n";
  const Finished finished = run({"--mode", "nightly"});
  ASSERT_EQ(::unsetenv("PARLEY_TEST_PASSWORD"), 0);
  EXPECT_EQ(finished.code, 0) << finished.err;
  EXPECT_THAT(finished.out + finished.err, Not(HasSubstr(kSecret)));
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(path("out"))) {
    if (!entry.is_regular_file()) continue;
    ++files;
    EXPECT_TRUE(content(fs::relative(entry.path(), folder_).string()).find(kSecret) ==
                std::string::npos)
        << entry.path();
  }
  EXPECT_GE(files, 5U);
  EXPECT_THAT(content("out/report.html"), HasSubstr("password env:PARLEY_TEST_PASSWORD"));
  fs::remove_all(path("out"));
  expect_refused(run(), "env:PARLEY_TEST_PASSWORD");  // not set any more
  replace(file_, "env:PARLEY_TEST_PASSWORD", kSecret);
  const Finished literal = run();
  expect_refused(literal, "literal-secret");
  EXPECT_THAT(literal.err, Not(HasSubstr(kSecret)));
}

TEST_F(CertificationRun, LedgersNeedKeysWhereverTheyAreNamed) {
  expect_refused(run({"--ledger", path("ledger")}), "--ledger needs --keys");
  expect_refused(run({"--nonce", "x"}), "--nonce needs --ledger");
}

TEST_F(CertificationRun, InitLeavesWhatIsThereAndIsReadBackForEverySeat) {
  const Finished again = parley({"init", "--out", path("first.yaml")});
  EXPECT_EQ(again.code, 4);
  EXPECT_THAT(again.err, HasSubstr("is there already"));
  for (const char* seat : {"gatekeeper-server", "gatekeeper-client", "partner-server",
                           "partner-client", "partner-proxy", "partner"}) {
    const std::string name = std::string(seat) + ".yaml";
    EXPECT_EQ(parley({"init", "--out", path(name), "--seat", seat}).code, 0);
    // The accounts of the example have a password that is not there.
    ASSERT_EQ(::setenv("ALICE_PASSWORD", "x", 1), 0);
    ASSERT_EQ(::setenv("BOB_PASSWORD", "x", 1), 0);
    const Finished plan = parley({"plan", "--run-file", path(name)});
    EXPECT_EQ(plan.code, 0) << seat << plan.err;
    ASSERT_EQ(::unsetenv("ALICE_PASSWORD"), 0);
    ASSERT_EQ(::unsetenv("BOB_PASSWORD"), 0);
  }
  EXPECT_EQ(parley({"init", "--out", path("x.yaml"), "--seat", "partner-clent"}).code, 4);
}

TEST_F(CertificationRun, PlansShowWhatIsLeftOut) {
  deny("typing");
  write("run.yaml", file_);
  const Finished plan = parley({"plan", "--run-file", path("run.yaml")});
  EXPECT_EQ(plan.code, 0) << plan.err;
  EXPECT_THAT(plan.out, HasSubstr("not claimed (ICS): features.typing"));
}

}  // namespace
}  // namespace parley::cli
