// The world: a person or a nightly job that runs the parley binary and sees its files, its output
// and its exit code. The binary is the one that was built beside this test.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fstream>

#include "harness/cli/cli_fixture.h"

namespace parley::cli {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

TEST_F(CliTest, AnotherSeedGivesAnotherTranscriptAndTheSameVerdicts) {
  ASSERT_EQ(parley({"run", "text.*", "--seed", "7", "--out", path("a")}).code, 0);
  ASSERT_EQ(parley({"run", "text.*", "--seed", "8", "--out", path("b")}).code, 0);
  EXPECT_EQ(verdicts(result("a")), verdicts(result("b")));
  for (const char* file : {"result.json", "transcript.jsonl", "report.html", "junit.xml"}) {
    const std::string name = std::string("/") + file;
    EXPECT_FALSE(content("a" + name) == content("b" + name)) << file;
  }
}

TEST_F(CliTest, ListsInThreeFormats) {
  const Finished text = parley({"list"});
  EXPECT_EQ(text.code, 0);
  EXPECT_THAT(last_line(text.err), EndsWith(" test cases"));
  const Finished json_list = parley({"list", "--format", "json"});
  const auto rows = parse_json(json_list.out);
  ASSERT_TRUE(rows.ok());
  EXPECT_GE(rows->get_array().size(), 40U);
  EXPECT_THAT(
      parley({"list", "--requirements", "--format", "csv"}).out,
      HasSubstr(
          "id,voice,modality,basis,phase,method,source,title,statement,binds,seats,excluded\r\n"));
  EXPECT_THAT(parley({"list", "--checks"}).out, HasSubstr("canary-contained"));
}

TEST_F(CliTest, ExplainsCasesRequirementsAndChecks) {
  EXPECT_THAT(parley({"explain", "media.caption"}).out, HasSubstr("content-intact"));
  EXPECT_THAT(parley({"explain", "MSG-001"}).out, HasSubstr("judged by"));
  EXPECT_THAT(parley({"explain", "canary-contained"}).out, HasSubstr("in every test case"));
  const Finished unknown = parley({"explain", "media.captoin"});
  EXPECT_EQ(unknown.code, 4);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean \"media.caption\"?"));
}

TEST_F(CliTest, WrongArgumentsAreUsageErrorsWithHints) {
  const struct {
    std::vector<std::string> arguments;
    const char* says;
  } attempts[] = {
      {{"rnu"}, "did you mean \"run\"?"},
      {{"run", "--sed", "1", "--out", "x"}, "did you mean \"--seed\"?"},
      {{"run", "--network", "carrier-pigeon", "--out", "x"}, "carrier-pigeon"},
      {{"run"}, "--out"},
      {{"run", "--seed", "many", "--out", "x"}, "seed"},
      {{"run", "--workers", "0", "--out", "x"}, "workers"},
      {{"run", "--as-of", "tomorrow", "--out", "x"}, "tomorrow"},
      {{"run", "media.captoin", "--out", "x"}, "did you mean"},
      {{"run", "--profile", "bse", "--out", "x"}, "did you mean"},
      {{"list", "tag:"}, "tag"},
      {{}, "--help"},
  };
  for (const auto& attempt : attempts) {
    const Finished run = parley(attempt.arguments);
    EXPECT_EQ(run.code, 4) << testing::PrintToString(attempt.arguments) << run.out << run.err;
    EXPECT_THAT(run.err, HasSubstr(attempt.says)) << testing::PrintToString(attempt.arguments);
    EXPECT_EQ(run.out, "");
  }
  EXPECT_FALSE(fs::exists("x"));
}

constexpr const char* kGoodScenario =
    "id: own.hello\n"
    "title: Hello\n"
    "purpose: A text of our own.\n"
    "requirements: [MSG-001]\n"
    "tags: [own]\n"
    "setup: one-pair\n"
    "steps:\n"
    "  - {do: send-text, actor: bob, with: {to: alice, text: \"hello ${canary}\"}, as: sent}\n"
    "  - {await: message, actor: alice, where: {id: \"${sent.id}\"}}\n"
    "checks:\n"
    "  - {id: arrives, kind: content-intact, requirements: [MSG-001], message: sent, at: alice, "
    "blames: gatekeeper}\n";

TEST_F(CliTest, RunsScenariosOfTheUser) {
  write("mine/cases/own/hello.yaml", kGoodScenario);
  write("mine/profiles/own.yaml", kOwnProfile);
  const Finished run =
      parley({"run", "--profile", "own", "--scenarios", path("mine"), "--out", path("out")});
  EXPECT_EQ(run.code, 0) << run.out << run.err;
  EXPECT_EQ(result("out").cases.size(), 1U);
}

TEST_F(CliTest, FaultyScenariosAreShownWithPlaceLineCaretAndHint) {
  const struct {
    const char* from;
    const char* to;
    const char* says;
  } slips[] = {
      {"requirements: [MSG-001]\ntags", "requirments: [MSG-001]\ntags", "error[unknown-key]"},
      {"do: send-text", "do: send-txt", "did you mean \"send-text\"?"},
      {"kind: content-intact", "kind: content-intakt", "did you mean \"content-intact\"?"},
      {"title: Hello", "title: [Hello]", "error[wrong-type]"},
      {"actor: alice, where", "actor: alcie, where", "did you mean \"alice\"?"},
      {"setup: one-pair", "setup: one-pear", "did you mean \"one-pair\"?"},
      {"text: \"hello ${canary}\"", "media: foto.jpg, kind: image", "error["},
      {"title: Hello", "title: Hello\ntitle: Again", "error[duplicate-key]"},
  };
  write("mine/profiles/own.yaml", kOwnProfile);
  for (const auto& slip : slips) {
    std::string text = kGoodScenario;
    const std::size_t where = text.find(slip.from);
    ASSERT_NE(where, std::string::npos) << slip.from;
    text.replace(where, std::string(slip.from).size(), slip.to);
    write("mine/cases/own/hello.yaml", text);
    const Finished run =
        parley({"run", "--profile", "own", "--scenarios", path("mine"), "--out", path("out")});
    EXPECT_EQ(run.code, 4) << slip.to << run.out << run.err;
    EXPECT_THAT(run.err, HasSubstr("mine/cases/own/hello.yaml:")) << slip.to;
    EXPECT_THAT(run.err, HasSubstr(slip.says)) << slip.to;
    EXPECT_THAT(run.err, HasSubstr("^")) << slip.to;
    EXPECT_FALSE(fs::exists(folder_ / "out")) << slip.to;
  }
}

TEST_F(CliTest, LintTellsWhatIsWrongAndThatNothingIs) {
  const Finished sound = parley({"lint"});
  EXPECT_EQ(sound.code, 0) << sound.err;
  EXPECT_THAT(sound.out, HasSubstr("no errors in "));
  write("mine/profiles/own.yaml", "id: own\ntitel: Our own\n");
  const Finished faulty = parley({"lint", path("mine")});
  EXPECT_EQ(faulty.code, 4);
  EXPECT_THAT(faulty.err, HasSubstr("mine/profiles/own.yaml:2:"));
  EXPECT_THAT(last_line(faulty.out), testing::MatchesRegex("[0-9]+ errors?"));
}

TEST_F(CliTest, LintTellsProgramsTheSameAndAsksForTheEditorsLine) {
  write("mine/setups/own.yaml",
        "id: own\ntitle: T\nactors:\n  gatekeeper: {kind: gatekeeper}\nsteps: []\n");
  const Finished faulty = parley({"lint", "--json", path("mine")});
  EXPECT_EQ(faulty.code, 4);
  const auto found = parse_json(faulty.out);
  ASSERT_TRUE(found.ok()) << faulty.out;
  ASSERT_EQ(found->as_array().size(), 1U);
  EXPECT_EQ(found->as_array()[0].at("code"), "missing-header");
  EXPECT_EQ(found->as_array()[0].at("line"), 1);
  const Finished sound = parley({"lint", "--json"});
  EXPECT_EQ(sound.code, 0);
  EXPECT_EQ(sound.out, "[]\n");
}

TEST_F(CliTest, SchemaPrintsTheCommittedFiles) {
  for (const char* name : {"scenario", "setup", "fragment", "preset", "result"}) {
    const Finished printed = parley({"schema", name});
    EXPECT_EQ(printed.code, 0) << printed.err;
    const auto committed =
        read_file(std::string(PARLEY_SOURCE_DIR) + "/schemas/" + name + ".schema.json");
    ASSERT_TRUE(committed.ok());
    EXPECT_TRUE(printed.out == as_text(*committed))
        << "run: parley schema " << name << " > schemas/" << name << ".schema.json";
  }
  EXPECT_EQ(parley({"schema", "nothing"}).code, 4);
}

TEST_F(CliTest, AWireOverlayTakesPartInTheRunAndIsNamed) {
  write("overlay.yaml",
        "overlay: acme\noperations:\n  reachability-ping:\n    direction: client-to-server\n"
        "    basis: public\n    source: acme's private documents\n    stanza:\n      tag: iq\n"
        "      attributes: {id: \"$id:id\", type: set, xmlns: \"acme:reachability\", to: "
        "\"$to:jid\"}\n      children: [{tag: hello}]\n");
  const Finished run = parley({"run", "consent.reachability-ping*", "--wire-overlay",
                               path("overlay.yaml"), "--out", path("out")});
  EXPECT_EQ(run.code, 0) << run.out << run.err;
  EXPECT_EQ(result("out").run.wire_profile_id, "wa-public-1.0.3+acme");
  EXPECT_TRUE(content("out/transcript.jsonl").find("acme:reachability") != std::string::npos);
  const Finished missing =
      parley({"run", "text.*", "--wire-overlay", path("none.yaml"), "--out", path("o2")});
  EXPECT_EQ(missing.code, 4);
  EXPECT_THAT(missing.err, HasSubstr("none.yaml"));
}

TEST_F(CliTest, AMissingMediaFileIsNamed) {
  std::string text = kGoodScenario;
  const std::string from =
      "do: send-text, actor: bob, with: {to: alice, text: \"hello ${canary}\"}";
  text.replace(text.find(from), from.size(),
               "do: send-media, actor: bob, with: {to: alice, kind: image, media: phto.jpg}");
  write("mine/cases/own/hello.yaml", text);
  write("mine/profiles/own.yaml", kOwnProfile);
  const Finished run =
      parley({"run", "--profile", "own", "--scenarios", path("mine"), "--out", path("out")});
  EXPECT_EQ(run.code, 4);
  EXPECT_THAT(run.err, HasSubstr("error[missing-media]"));
  EXPECT_THAT(run.err, HasSubstr("did you mean \"photo.jpg\"?"));
}

TEST_F(CliTest, EveryReportSaysHowTheSuiteWasProven) {
  ASSERT_EQ(parley({"run", "text.reply", "--out", path("out")}).code, 0);
  const judge::KillMatrixReference matrix = result("out").run.suite.kill_matrix;
  EXPECT_EQ(matrix.digest.size(), 64U);
  EXPECT_GE(matrix.quirks, 200U);
  const std::string report = content("out/report.html");
  EXPECT_THAT(report, HasSubstr("How this suite was proven"));
  EXPECT_THAT(report, HasSubstr("Its SHA-256 is <code>" + matrix.digest));
  EXPECT_THAT(report, HasSubstr(std::to_string(matrix.checks) + " kinds of check."));
}

TEST_F(CliTest, AnUnusableOutputFolderIsAUsageError) {
  write("file", "not a folder");
  const Finished file = parley({"run", "text.*", "--out", path("file")});
  EXPECT_EQ(file.code, 4);
  EXPECT_THAT(file.err, HasSubstr("--out"));
  const Finished proc = parley({"run", "text.*", "--out", "/proc/parley"});
  EXPECT_EQ(proc.code, 4);
  EXPECT_THAT(proc.err, HasSubstr("/proc/parley"));
}

TEST_F(CliTest, AnInterruptedRunSaysSoAndExitsTwo) {
  const pid_t pid = start({"run", "--network", "sockets", "--out", path("out")});
  wait_for_file("out/result.json");
  ::kill(pid, SIGINT);
  const Finished run = wait(pid);
  EXPECT_EQ(run.code, 2) << run.out << run.err;
  const judge::RunResult parsed = result("out");
  EXPECT_EQ(parsed.run.state, judge::RunState::kInterrupted);
  EXPECT_GT(parsed.summary.cases.not_tested, 0U);
  EXPECT_THAT(last_line(run.out), HasSubstr("interrupted"));
  EXPECT_THAT(content("out/report.html"), HasSubstr("This run was interrupted"));
}

TEST_F(CliTest, AKilledRunLeavesNothingThatLooksComplete) {
  ASSERT_EQ(parley({"run", "text.*", "--out", path("out")}).code, 0);
  const pid_t pid = start({"run", "--network", "sockets", "--out", path("out")});
  // The earlier run's files are gone before the new run begins.
  for (int i = 0; i < 2000 && fs::exists(folder_ / "out/report.html"); ++i) {
    const timespec pause{0, 5'000'000};
    ::nanosleep(&pause, nullptr);
  }
  wait_for_file("out/result.json");
  ::kill(pid, SIGKILL);
  EXPECT_EQ(wait(pid).code, -SIGKILL);
  EXPECT_EQ(result("out").run.state, judge::RunState::kInterrupted);
  EXPECT_EQ(result("out").exit_code, 2);
  for (const char* file : {"report.html", "junit.xml"}) {
    EXPECT_FALSE(fs::exists(folder_ / "out" / file)) << file;
  }
}

}  // namespace
}  // namespace parley::cli
