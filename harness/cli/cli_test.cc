// The world: a person or a nightly job that runs the parley binary and sees its files, its output
// and its exit code. The binary is the one that was built beside this test.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <filesystem>
#include <fstream>
#include <map>

#include "harness/base/file.h"
#include "harness/base/json.h"
#include "harness/cli/mock_cast.h"
#include "harness/cli/suite.h"
#include "harness/judge/result_json.h"
#include "harness/net/world.h"

extern char** environ;

namespace parley::cli {
namespace {

namespace fs = std::filesystem;
using testing::EndsWith;
using testing::HasSubstr;

struct Finished {
  int code = -1;
  std::string out;
  std::string err;
};

class CliTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(testing::TempDir()) /
              ("parley-cli-" + std::string(info->name()) + "-" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    binary_ = fs::read_symlink("/proc/self/exe").parent_path() / "parley";
    ASSERT_TRUE(fs::exists(binary_)) << binary_;
  }
  void TearDown() override { fs::remove_all(folder_); }

  pid_t start(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), binary_.string());
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    const int flags = O_WRONLY | O_CREAT | O_TRUNC;
    const std::string out = (folder_ / "stdout").string();
    const std::string err = (folder_ / "stderr").string();
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, out.c_str(), flags, 0600);
    posix_spawn_file_actions_addopen(&files, 2, err.c_str(), flags, 0600);
    pid_t pid = -1;
    EXPECT_EQ(posix_spawn(&pid, binary_.c_str(), &files, nullptr, argv.data(), environ), 0);
    posix_spawn_file_actions_destroy(&files);
    return pid;
  }

  Finished wait(pid_t pid) {
    int status = 0;
    EXPECT_EQ(::waitpid(pid, &status, 0), pid);
    Finished out;
    out.code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    out.out = read_text_file(folder_ / "stdout").value();
    out.err = read_text_file(folder_ / "stderr").value();
    return out;
  }

  Finished parley(std::vector<std::string> arguments) { return wait(start(std::move(arguments))); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string content(const std::string& name) const {
    Result<std::string> text = read_text_file(folder_ / name);
    EXPECT_TRUE(text.ok()) << (text.ok() ? "" : text.error().text());
    return text.ok() ? *std::move(text) : std::string();
  }

  judge::RunResult result(const std::string& out) const {
    const auto value = parse_json(content(out + "/result.json"), "result.json");
    EXPECT_TRUE(value.ok()) << (value.ok() ? "" : value.error().text());
    if (!value.ok()) return {};
    auto parsed = judge::run_result_from_json(*value);
    EXPECT_TRUE(parsed.ok()) << (parsed.ok() ? "" : parsed.error().text());
    return parsed.ok() ? *std::move(parsed) : judge::RunResult();
  }

  void write(const std::string& name, const std::string& text) {
    fs::create_directories((folder_ / name).parent_path());
    ASSERT_TRUE(write_file_atomically(folder_ / name, text).ok());
  }

  // Until the run has opened its folder.
  void wait_for_file(const std::string& name) {
    for (int i = 0; i < 2000 && !fs::exists(folder_ / name); ++i) {
      const timespec pause{0, 5'000'000};
      ::nanosleep(&pause, nullptr);
    }
    ASSERT_TRUE(fs::exists(folder_ / name));
  }

  fs::path folder_;
  fs::path binary_;
};

std::string last_line(const std::string& text) {
  const std::size_t end = text.find_last_not_of('\n');
  const std::size_t begin = text.rfind('\n', end);
  return text.substr(begin + 1, end - begin);
}

std::map<std::string, std::string> verdicts(const judge::RunResult& result) {
  std::map<std::string, std::string> out;
  for (const judge::CaseResult& test_case : result.cases) {
    out[test_case.id] = test_case.verdict ? judge::to_string(*test_case.verdict) : "none";
  }
  return out;
}

TEST_F(CliTest, TheBaseProfilePassesInSimulationAndSaysSo) {
  const Finished run =
      parley({"run", "--profile", "base", "--network", "sim", "--out", path("out")});
  EXPECT_EQ(run.code, 0) << run.out << run.err;
  EXPECT_EQ(run.err, "");
  const judge::RunResult parsed = result("out");
  EXPECT_GE(parsed.cases.size(), 40U);
  EXPECT_EQ(parsed.summary.cases.pass, parsed.cases.size());
  EXPECT_EQ(parsed.run.state, judge::RunState::kComplete);
  EXPECT_EQ(parsed.statement, judge::Statement::kNoStatement);
  EXPECT_THAT(last_line(run.out), HasSubstr("pass: "));
  for (const char* file : {"transcript.jsonl", "report.html", "junit.xml"}) {
    EXPECT_GT(fs::file_size(folder_ / "out" / file), 1000U) << file;
  }
}

TEST_F(CliTest, SocketsGiveTheVerdictsOfTheSimulation) {
  const Finished sim = parley({"run", "--network", "sim", "--out", path("sim")});
  const Finished sockets = parley({"run", "--network", "sockets", "--out", path("sockets")});
  EXPECT_EQ(sim.code, 0) << sim.out << sim.err;
  EXPECT_EQ(sockets.code, 0) << sockets.out << sockets.err;
  EXPECT_EQ(verdicts(result("sim")), verdicts(result("sockets")));
}

TEST_F(CliTest, OneSeedOneTranscriptWhateverTheWorkers) {
  ASSERT_EQ(parley({"run", "--seed", "7", "--out", path("a")}).code, 0);
  ASSERT_EQ(parley({"run", "--seed", "7", "--out", path("b")}).code, 0);
  ASSERT_EQ(parley({"run", "--seed", "7", "--workers", "2", "--out", path("c")}).code, 0);
  ASSERT_EQ(parley({"run", "--seed", "8", "--out", path("d")}).code, 0);
  for (const char* file : {"result.json", "transcript.jsonl", "report.html", "junit.xml"}) {
    const std::string name = std::string("/") + file;
    EXPECT_TRUE(content("a" + name) == content("b" + name)) << file << " differs between two runs";
    EXPECT_TRUE(content("a" + name) == content("c" + name)) << file << " differs with two workers";
    EXPECT_FALSE(content("a" + name) == content("d" + name))
        << file << " is equal for another seed";
  }
}

template <class Row>
std::optional<judge::RequirementStatus> status_in(const std::vector<Row>& rows,
                                                  std::string_view id) {
  for (const Row& row : rows) {
    if (row.id == id) return row.status;
  }
  return std::nullopt;
}

TEST_F(CliTest, TheDemoPassesAndCatchesTheLeakingApp) {
  const Finished demo = parley({"demo", "--out", path("demo")});
  EXPECT_EQ(demo.code, 0) << demo.out << demo.err;
  EXPECT_THAT(demo.out, HasSubstr("canary-contained"));
  EXPECT_THAT(demo.out, HasSubstr("How to read a finding"));
  EXPECT_THAT(last_line(demo.out), HasSubstr("the leaking app was caught"));
  const judge::RunResult leak = result("demo/leaking-partner");
  ASSERT_EQ(leak.cases.size(), 2U);
  EXPECT_EQ(leak.exit_code, 1);
  for (const judge::CaseResult& test_case : leak.cases) {
    for (const judge::CheckResult& check : test_case.checks) {
      if (check.kind != "canary-contained") continue;
      EXPECT_EQ(check.finding.verdict, judge::Verdict::kFail) << test_case.id;
      EXPECT_FALSE(check.finding.evidence.empty()) << test_case.id;
      EXPECT_EQ(check.finding.blamed, "partner-user") << test_case.id;
    }
  }
  // A partner's leak is no failure of the gatekeeper, who alone is bound by Art. 7(3).
  EXPECT_EQ(status_in(leak.requirements, "E2E-003"), judge::RequirementStatus::kUndetermined);
  EXPECT_EQ(status_in(leak.requirements, "E2E-004"), judge::RequirementStatus::kNotSatisfied);
  EXPECT_EQ(status_in(leak.obligations, "art-7-3"), judge::RequirementStatus::kUndetermined);
}

TEST_F(CliTest, ListsInThreeFormats) {
  const Finished text = parley({"list"});
  EXPECT_EQ(text.code, 0);
  EXPECT_THAT(last_line(text.out), EndsWith(" test cases"));
  const Finished json_list = parley({"list", "--format", "json"});
  const auto rows = parse_json(json_list.out);
  ASSERT_TRUE(rows.ok());
  EXPECT_GE(rows->get_array().size(), 40U);
  EXPECT_THAT(parley({"list", "--requirements", "--format", "csv"}).out,
              HasSubstr("id,voice,modality,basis,source,statement\r\n"));
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

constexpr const char* kOwnProfile =
    "id: own\ntitle: Our own\nversion: 1.0.0\nwire: wa-public-1.0.3\nservice: whatsapp\n"
    "scenarios: [\"own.*\"]\n"
    "invariants:\n"
    "  - {check: canary-contained, requirements: [E2E-003]}\n"
    "  - {check: noise-nonces-unique, requirements: [TRN-006]}\n"
    "  - {check: one-time-prekeys-used-once, requirements: [E2E-008]}\n"
    "  - {check: push-body-minimal, requirements: [PRIV-003]}\n"
    "  - {check: tokens-redacted, requirements: [AUTH-015]}\n"
    "  - {check: whatsapp-client-address-hidden, requirements: [PRIV-008]}\n"
    "  - {check: wire-profile-valid, requirements: [TRN-008]}\n";

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

// A run in which the fake driver holds alice's seat.
class DriverCliTest : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    write("mine/profiles/own.yaml", kOwnProfile);
  }
  void add(const std::string& id, const std::string& steps, const std::string& check) {
    write("mine/cases/own/" + id + ".yaml",
          "id: own." + id +
              "\ntitle: T\npurpose: P.\nrequirements: [MSG-001]\ntags: [own]\n"
              "actors:\n  gatekeeper: {kind: gatekeeper}\n"
              "  alice: {kind: whatsapp-user, number: \"33612345678\"}\n"
              "steps:\n" +
              steps + "checks:\n  - {id: c, requirements: [MSG-001], " + check + "}\n");
  }
  void add_good() {
    add("good",
        "  - {do: connect, actor: alice, as: in, expect: {status: ok}}\n"
        "  - {await: connected, actor: alice}\n",
        "kind: event-seen, actor: alice, event: connected, blames: whatsapp-user");
  }
  std::string driver(const std::string& habit) const {
    return "gatekeeper-client='" + (binary_.parent_path() / "fake_driver").string() + "' " + habit;
  }
  Finished drive(const std::string& habit, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"run",         "--profile", "own",      "--scenarios",
                                          path("mine"),  "--network", "sockets",  "--driver",
                                          driver(habit), "--out",     path("out")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return parley(arguments);
  }
};

TEST_F(DriverCliTest, ADrivenSeatIsTestedAndNamed) {
  add_good();
  const Finished run = drive("none");
  EXPECT_EQ(run.code, 0) << run.out << run.err;
  EXPECT_EQ(run.err, "");
  EXPECT_THAT(run.out, HasSubstr("Under test: nothing 0.0, driven by fake driver 1.2, as "
                                 "gatekeeper-client (addressing mode interop)"));
  const judge::RunResult parsed = result("out");
  ASSERT_EQ(parsed.run.seats.size(), 4U);
  const judge::SeatHolder& seat = parsed.run.seats[1];
  EXPECT_EQ(seat.seat, "gatekeeper-client");
  EXPECT_EQ(seat.implementation + " " + seat.version, "nothing 0.0");
  EXPECT_EQ(seat.driver + " " + seat.driver_version, "fake driver 1.2");
  EXPECT_TRUE(seat.under_test);
  EXPECT_EQ(parsed.run.seats[0].implementation, "parley mock gatekeeper");
  EXPECT_EQ(parsed.run.addressing, "interop");
  EXPECT_THAT(content("out/transcript.jsonl"), HasSubstr(R"("iut":["alice"])"));
  EXPECT_THAT(content("out/report.html"), HasSubstr("nothing 0.0, driven by fake driver 1.2"));
  EXPECT_THAT(content("out/junit.xml"), HasSubstr("seat.gatekeeper-client"));
}

TEST_F(DriverCliTest, WhatTheDriverCannotDoIsNotTestedAndSaysSo) {
  add_good();
  add("beyond", "  - {do: connect, actor: alice}\n  - {do: blocklist, actor: alice, as: list}\n",
      "kind: step-result, step: list, equals: {blocked: []}, blames: whatsapp-user");
  const Finished run = drive("none");
  EXPECT_EQ(run.code, 2) << run.out << run.err;
  const judge::RunResult parsed = result("out");
  ASSERT_EQ(parsed.cases.size(), 2U);
  EXPECT_EQ(parsed.cases[0].id, "own.beyond");
  EXPECT_EQ(parsed.cases[0].disposition, judge::Disposition::kNotTested);
  EXPECT_THAT(parsed.cases[0].reason, HasSubstr("fake driver has no operation \"blocklist\""));
  EXPECT_EQ(parsed.cases[1].verdict, judge::Verdict::kPass);
  EXPECT_THAT(content("out/junit.xml"), HasSubstr("not-tested: fake driver has no operation"));
}

TEST_F(DriverCliTest, ADriverThatDiesSpoilsItsOwnCasesOnly) {
  add_good();
  write("mine/cases/own/other.yaml",
        "id: own.other\ntitle: T\npurpose: P.\nrequirements: [MSG-001]\ntags: [own]\n"
        "actors:\n  gatekeeper: {kind: gatekeeper}\n  birdy: {kind: partner}\n"
        "  bob: {kind: partner-user, of: birdy}\nsteps:\n  - {do: enlist, actor: bob, as: e}\n"
        "checks:\n  - {id: c, requirements: [MSG-001], kind: step-result, step: e, equals: "
        "{status: ok}, blames: gatekeeper}\n");
  const Finished run = drive("dies", {"--workers", "2"});
  EXPECT_EQ(run.code, 3) << run.out << run.err;
  const judge::RunResult parsed = result("out");
  ASSERT_EQ(parsed.cases.size(), 2U);
  const judge::CaseResult& died = parsed.cases[0];
  EXPECT_EQ(died.id, "own.good");
  EXPECT_EQ(died.verdict, judge::Verdict::kError);
  EXPECT_THAT(died.engine_error, HasSubstr("alice: the driver broke off: "));
  EXPECT_THAT(died.engine_error, HasSubstr("exited with code 3"));
  EXPECT_THAT(died.engine_error, HasSubstr("Segmentation fault (synthetic)"));
  EXPECT_EQ(died.checks[0].finding.attribution, judge::Attribution::kDriver);
  EXPECT_EQ(died.checks[0].finding.verdict, judge::Verdict::kError);
  EXPECT_EQ(parsed.cases[1].verdict, judge::Verdict::kPass);
}

TEST_F(DriverCliTest, ADriverThatCannotBeMetIsAUsageError) {
  add_good();
  const struct {
    const char* habit;
    const char* says;
  } rows[] = {
      {"garbage", "expected one JSON-RPC 2.0 object per line"},
      {"dies-at-once", "no licence found"},
      {"other-protocol", "speaks version 2"},
      {"other-seat", "does not drive the seat gatekeeper-client; it drives: partner-client"},
  };
  for (const auto& row : rows) {
    const Finished run = drive(row.habit);
    EXPECT_EQ(run.code, 4) << row.habit << run.out << run.err;
    EXPECT_THAT(run.err, HasSubstr("--driver: ")) << row.habit;
    EXPECT_THAT(run.err, HasSubstr(row.says)) << row.habit;
    EXPECT_FALSE(fs::exists(folder_ / "out")) << row.habit;
  }
}

TEST_F(DriverCliTest, WrongDriverArgumentsAreUsageErrorsWithHints) {
  add_good();
  const struct {
    std::vector<std::string> arguments;
    const char* says;
  } rows[] = {
      {{"--driver", driver("none")}, "drivers need --network sockets"},
      {{"--network", "sockets", "--driver", "gatekeeper-client=parley-no-such-program"},
       "cannot start \"parley-no-such-program\""},
      {{"--network", "sockets", "--driver", "node adapter.mjs"}, "has no SEAT="},
      {{"--network", "sockets", "--driver", "partner-client=x"}, "can be driven"},
      {{"--network", "sockets", "--driver", "gatekeeper-client='x"}, "does not end"},
      {{"--network", "sockets", "--driver", driver("none"), "--driver", driver("none")},
       "a seat has one driver"},
      {{"--network", "sockets", "--driver", driver("native-only"), "--addressing", "interop"},
       "cannot live with addressing mode interop; its driver lists: native"},
      {{"--addressing", "sideways"}, "sideways"},
  };
  for (const auto& row : rows) {
    std::vector<std::string> arguments = {"run",        "--profile", "own",      "--scenarios",
                                          path("mine"), "--out",     path("out")};
    arguments.insert(arguments.end(), row.arguments.begin(), row.arguments.end());
    const Finished run = parley(arguments);
    EXPECT_EQ(run.code, 4) << row.says << run.out << run.err;
    EXPECT_THAT(run.err, HasSubstr(row.says));
    EXPECT_FALSE(fs::exists(folder_ / "out")) << row.says;
  }
}

TEST(SeatHolders, AreTheMocksThatIntroduceThemselves) {
  NullLog log;
  const auto world = net::make_sim_world({}, log);
  evidence::Recorder recorder(world->clock());
  std::vector<Diagnostic> diagnostics;
  const std::optional<Suite> suite = load_suite({}, diagnostics);
  ASSERT_TRUE(suite);
  const auto profile = std::make_shared<const wire::Profile>(
      suite->wire_profile("wa-public-1.0.3", diagnostics).value());
  const driver::PartyFactory make = make_parties(profile, std::nullopt);
  std::vector<driver::ActorSpec> cast = {
      {"gatekeeper", "gatekeeper", "", {}},
      {"alice", "whatsapp-user", "", {{"number", "33612345678"}}},
      {"birdy", "partner", "", {}},
      {"bob", "partner-user", "birdy", {}}};
  const std::vector<judge::SeatHolder> holders = seat_holders(std::nullopt);
  ASSERT_EQ(holders.size(), cast.size());
  std::vector<std::unique_ptr<driver::Party>> parties;
  for (std::size_t i = 0; i < cast.size(); ++i) {
    parties.push_back(make(*world, recorder, cast, i).value());
    const driver::Hello hello = parties[i]->hello();
    EXPECT_EQ(evidence::to_string(parties[i]->role()), holders[i].seat);
    EXPECT_EQ(hello.name, holders[i].implementation);
    EXPECT_EQ(hello.version, holders[i].version);
  }
  world->shutdown();
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
  for (const char* file : {"transcript.jsonl", "report.html", "junit.xml"}) {
    EXPECT_FALSE(fs::exists(folder_ / "out" / file)) << file;
  }
}

// A JSON Web Token begins like this; in the base64 of a key set the same letters are followed by no
// dot.
bool holds_token(const std::string& text) {
  constexpr std::string_view kStart = "eyJhbGciOi";
  for (std::size_t at = text.find(kStart); at != std::string::npos;
       at = text.find(kStart, at + 1)) {
    const std::size_t end = text.find_first_not_of(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", at);
    if (end != std::string::npos && text[end] == '.') return true;
  }
  return false;
}

TEST_F(CliTest, NoTokenAndNoCertifyingWordLeavesTheHarness) {
  ASSERT_EQ(parley({"run", "--out", path("out")}).code, 0);
  EXPECT_TRUE(holds_token("x eyJhbGciOiJSUzI1NiJ9.eyJ9.c2ln"));
  for (const char* file : {"result.json", "transcript.jsonl", "report.html", "junit.xml"}) {
    const std::string text = content(std::string("out/") + file);
    EXPECT_FALSE(holds_token(text)) << file;
    for (const char* word : {"certified", "DMA compliant", "violates Article"}) {
      EXPECT_TRUE(text.find(word) == std::string::npos) << file << " says " << word;
    }
  }
}

}  // namespace
}  // namespace parley::cli
