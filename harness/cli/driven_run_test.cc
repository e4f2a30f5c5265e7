// The world: the parley binary, and in the seat of the WhatsApp user a driver that behaves as it is
// told: well, badly, or not at all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "harness/cli/cli_fixture.h"

namespace parley::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

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
  // The last word is for nobody but left_behind().
  std::string driver(const std::string& habit) const {
    return "gatekeeper-client='" + (binary_.parent_path() / "fake_driver").string() + "' " + habit +
           " '" + folder_.string() + "'";
  }
  // Processes of this test's drivers that are there when nobody should be.
  std::vector<std::string> left_behind() const {
    std::vector<std::string> out;
    for (const auto& process : fs::directory_iterator("/proc")) {
      std::ifstream file(process.path() / "cmdline", std::ios::binary);
      std::ostringstream words;
      words << file.rdbuf();
      const std::string all = words.str();
      const bool driver = all.find("fake_driver") != all.npos;
      if (driver && all.find(folder_.string()) != all.npos) out.push_back(all);
    }
    return out;
  }
  // Whose check nobody meets.
  void add_unmet() {
    add("good",
        "  - {do: connect, actor: alice, as: in, expect: {status: ok}}\n"
        "  - {await: connected, actor: alice}\n",
        "kind: event-seen, actor: alice, event: disconnected, blames: whatsapp-user");
  }
  // In which the driver has no part.
  void add_other() {
    write("mine/cases/own/other.yaml",
          "id: own.other\ntitle: T\npurpose: P.\nrequirements: [MSG-001]\ntags: [own]\n"
          "actors:\n  gatekeeper: {kind: gatekeeper}\n  birdy: {kind: partner}\n"
          "  bob: {kind: partner-user, of: birdy}\nsteps:\n  - {do: enlist, actor: bob, as: e}\n"
          "checks:\n  - {id: c, requirements: [MSG-001], kind: step-result, step: e, equals: "
          "{status: ok}, blames: gatekeeper}\n");
  }
  // The case alone is spoiled, by the driver, for that reason; and nobody is left.
  void expect_spoiled(const Finished& run, const std::string& why) const {
    EXPECT_EQ(run.code, 3) << run.out << run.err;
    const judge::RunResult parsed = result("out");
    ASSERT_EQ(parsed.cases.size(), 2U);
    const judge::CaseResult& spoiled = parsed.cases[0];
    EXPECT_EQ(spoiled.id, "own.good");
    EXPECT_EQ(spoiled.verdict, judge::Verdict::kError);
    EXPECT_THAT(spoiled.engine_error, AllOf(HasSubstr("alice: "), HasSubstr(why)));
    ASSERT_FALSE(spoiled.checks.empty());
    for (const judge::CheckResult& check : spoiled.checks) {
      EXPECT_NE(check.finding.verdict, judge::Verdict::kFail) << check.id;
    }
    EXPECT_EQ(spoiled.checks[0].finding.verdict, judge::Verdict::kError);
    EXPECT_EQ(spoiled.checks[0].finding.attribution, judge::Attribution::kDriver);
    EXPECT_EQ(parsed.cases[1].verdict, judge::Verdict::kPass);
    EXPECT_THAT(left_behind(), testing::IsEmpty());
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
  EXPECT_THAT(content("out/junit.xml"), HasSubstr("NOT TESTED: fake driver has no operation"));
}

TEST_F(DriverCliTest, ADriverThatDiesSpoilsItsOwnCasesOnly) {
  add_good();
  add_other();
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
      {"other-seat", "asked for gatekeeper-client; its hello lists: partner-client"},
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
      {{"--network", "sockets", "--driver", "gatekeeper=x"}, "can be driven"},
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

TEST_F(DriverCliTest, ADriverThatSaysYesToEverythingIsNotRun) {
  add_good();
  const Finished refused = drive("says-yes");
  EXPECT_EQ(refused.code, 4) << refused.out;
  EXPECT_THAT(refused.err, HasSubstr("DRV-06 FAIL    it answers an operation that it does not have "
                                     "with unsupported\n       seen: it answered with success"));
  EXPECT_THAT(refused.err, HasSubstr("driver: answer with error -32001"));
  EXPECT_THAT(refused.err, HasSubstr("--no-doctor"));
  EXPECT_FALSE(fs::exists(folder_ / "out"));
  const Finished forced = drive("says-yes", {"--no-doctor"});
  EXPECT_EQ(forced.code, 3) << forced.out << forced.err;  // each test case finds it out again
  const Finished misplaced = drive("other-seat", {"--no-doctor"});
  EXPECT_EQ(misplaced.code, 4) << misplaced.out;
  EXPECT_THAT(misplaced.err, HasSubstr("does not drive the seat gatekeeper-client; it drives: "
                                       "partner-client"));
}

TEST_F(DriverCliTest, ADriverThatFloodsIsEnded) {
  add_unmet();
  add_other();
  const Finished refused = drive("floods");
  EXPECT_EQ(refused.code, 4) << refused.out << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("more than 10000 events in one session"));
  EXPECT_FALSE(fs::exists(folder_ / "out"));
  EXPECT_THAT(left_behind(), testing::IsEmpty());
  // One that begins when it is put to work is found out there.
  expect_spoiled(drive("floods-at-work"), "more than 10000 events in one session");
}

TEST_F(DriverCliTest, ADriverThatLiesSpoilsItsOwnCasesOnly) {
  add_unmet();
  add_other();
  expect_spoiled(drive("lies"), "the driver told of a message \"LIE-1\"");
}

TEST_F(DriverCliTest, ADriverOfOneSessionHasAProcessForEachAndNoSecondPart) {
  add("one", "  - {do: send-text, actor: alice, with: {to: alice, text: One}, as: sent}\n",
      "kind: step-result, step: sent, equals: {id: FAKE-1}, blames: whatsapp-user");
  add("two", "  - {do: send-text, actor: alice, with: {to: alice, text: Two}, as: sent}\n",
      "kind: step-result, step: sent, equals: {id: FAKE-1}, blames: whatsapp-user");
  for (const char* habit : {"one-session", "comes-back"}) {
    const Finished run = drive(habit);
    EXPECT_EQ(run.code, 0) << habit << run.out << run.err;
    // How a driver leaves is no outcome of a test case, and is told.
    EXPECT_EQ(run.err.find("the driver stopped with a second hello") != run.err.npos,
              habit == std::string("comes-back"))
        << run.err;
    std::set<std::string> processes;
    std::istringstream lines(content("out/transcript.jsonl"));
    for (std::string line; std::getline(lines, line);) {
      const std::size_t at = line.find("\"process\":");
      if (at != line.npos) processes.insert(line.substr(at, line.find(',', at) - at));
    }
    EXPECT_EQ(processes.size(), 2U) << habit;
    EXPECT_THAT(left_behind(), testing::IsEmpty()) << habit;
    fs::remove_all(path("out"));
  }
}

TEST_F(DriverCliTest, TheTimeThatARunFileStatesIsTheLimit) {
  add_good();
  add_other();
  write("run.yaml", "ixit: {timeouts: {answer: 2s}}\n");
  expect_spoiled(drive("hangs", {"--run-file", path("run.yaml")}),
                 "no answer to connect within 2s");
}

TEST_F(DriverCliTest, AnAccountIsForTheDriverAlone) {
  add("good",
      "  - {do: connect, actor: alice, as: in}\n"
      "  - {do: send-text, actor: alice, with: {to: alice, text: One}, as: sent}\n",
      "kind: step-result, step: sent, equals: {id: FAKE-1}, blames: whatsapp-user");
  write("secret", "correct-horse\n");
  write("run.yaml",
        "ixit:\n  timers: {reconnect: 10s}\n  accounts:\n    - {id: alice, identifier: "
        "a@product.test, password: \"file:secret\"}\n");
  const auto nowhere = [this](const Finished& run) {
    EXPECT_THAT(run.out + run.err, Not(HasSubstr("correct-horse")));
    for (const auto& file : fs::recursive_directory_iterator(folder_ / "out")) {
      if (!file.is_regular_file()) continue;
      std::ostringstream text;
      text << std::ifstream(file.path(), std::ios::binary).rdbuf();
      EXPECT_THAT(text.str(), Not(HasSubstr("correct-horse"))) << file.path();
    }
  };
  // The fake repeats its whole part in the result.
  const Finished run = drive("none", {"--run-file", path("run.yaml")});
  EXPECT_EQ(run.code, 0) << run.out << run.err;
  EXPECT_THAT(content("out/transcript.jsonl"),
              AllOf(HasSubstr(R"("account":{"identifier":"a@product.test","password":"[secret]"})"),
                    HasSubstr(R"("timers":{"reconnect":"10s"})")));
  EXPECT_THAT(content("out/report.html"), HasSubstr("password file:secret"));
  nowhere(run);
  fs::remove_all(path("out"));
  const Finished spilled = drive("spills", {"--run-file", path("run.yaml")});
  EXPECT_THAT(content("out/transcript.jsonl"), HasSubstr("no login with [secret]"));
  nowhere(spilled);
}

TEST_F(DriverCliTest, WhatDoesNotForbidARunIsAWarning) {
  add_good();
  write("run.yaml",
        "addresses: [\"127.0.0.1\"]\nics:\n  features: {typing: true}\nixit:\n  endpoints: {jwks: "
        "\"https://127.0.0.1:1/keys\"}\n");
  const Finished run = drive("none", {"--run-file", path("run.yaml")});
  EXPECT_EQ(run.code, 0) << run.out << run.err;
  EXPECT_THAT(run.err, HasSubstr("parley: warning: gatekeeper-client\nICS-01 FAIL"));
  EXPECT_THAT(run.err, HasSubstr("parley: warning: 127.0.0.1:1 (jwks)\nSRV-01 FAIL"));
  EXPECT_THAT(run.err, Not(HasSubstr("RUN-05")));
  EXPECT_EQ(drive("none", {"--run-file", path("run.yaml"), "--no-doctor"}).err, "");
}

// A test case of the suite's own that a stated timer contradicts.
TEST_F(DriverCliTest, ATimerThatATestCaseContradictsIsToldBefore) {
  write("run.yaml",
        "profile: base\nnetwork: sockets\nclock: real\nseats:\n  partner-server:\n    driver: "
        "{command: \"'" +
            binary_.string() +
            "' adapter --seat partner-server\"}\nixit: {timers: {token-lifetime: 5m}}\n");
  const char* says =
      "timers.token-lifetime is 5m, and keys.rotation-overlap lets 50m pass and expects it not to "
      "be over";
  const Finished plan = parley({"plan", "--run-file", path("run.yaml")});
  EXPECT_EQ(plan.code, 0);
  EXPECT_THAT(plan.err,
              AllOf(HasSubstr("parley: warning: run file\nRUN-05 FAIL"), HasSubstr(says)));
  const Finished doctor = parley({"doctor", "--run-file", path("run.yaml")});
  EXPECT_EQ(doctor.code, 1) << doctor.err;
  EXPECT_THAT(doctor.out, AllOf(HasSubstr("run file\nRUN-05 FAIL"), HasSubstr(says)));
  const Finished run = parley(
      {"run", "keys.rotation-overlap", "--run-file", path("run.yaml"), "--out", path("out")});
  EXPECT_EQ(run.code, 0) << run.out << run.err;  // what the product does is tested
  EXPECT_THAT(run.err, HasSubstr(says));
  const Finished other =
      parley({"run", "push.token", "--run-file", path("run.yaml"), "--out", path("other")});
  EXPECT_EQ(other.code, 0) << other.out << other.err;
  EXPECT_THAT(other.err, Not(HasSubstr("RUN-05")));
}

}  // namespace
}  // namespace parley::cli
