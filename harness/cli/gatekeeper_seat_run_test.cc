// The world: the parley binary as harness, and the same binary as adapter, which puts our mock
// gatekeeper into the seat of a gatekeeper's server from a process of its own. Clients, partner
// servers and proxies are mocks in the harness; what they saw is all that there is to judge by.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "harness/cli/cli_fixture.h"

namespace parley::cli {
namespace {

using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::Pair;
using testing::StartsWith;

class GatekeeperSeatRunTest : public CliTest {
 protected:
  // With the adapter's options in quotes of its own; inside of the harness where there are none.
  Finished drive(const std::optional<std::string>& adapter, const std::vector<std::string>& cases,
                 const std::string& out) {
    std::vector<std::string> arguments = {"run",       "--profile", "base",  "--network", "sockets",
                                          "--workers", "2",         "--out", path(out)};
    arguments.insert(arguments.end(), cases.begin(), cases.end());
    if (adapter) {
      arguments.insert(arguments.end(),
                       {"--driver", "gatekeeper-server='" + binary_.string() +
                                        "' adapter --seat gatekeeper-server" + *adapter});
    }
    return parley(arguments);
  }

  // The failing findings of the only case.
  std::vector<judge::CheckResult> failures(const std::string& out) {
    std::vector<judge::CheckResult> all;
    const judge::RunResult run = result(out);
    for (const judge::CheckResult& check : run.cases.at(0).checks) {
      if (check.finding.verdict == judge::Verdict::kFail) all.push_back(check);
    }
    return all;
  }
};

TEST_F(GatekeeperSeatRunTest, AServerOutsideDoesAsOneInside) {
  const std::vector<std::string> cases = {"text.both-ways",
                                          "enlistment.accepted",
                                          "enlistment.refused[fault=bad-token]",
                                          "enlistment.absence",
                                          "push.token",

                                          "media.partner-hosting",
                                          "media.damaged[attack=mac-to-partner]",
                                          "availability.cut-while-receiving[at=17]"};
  const Finished outside = drive("", cases, "outside");
  EXPECT_EQ(outside.code, 0) << outside.out << outside.err;
  EXPECT_THAT(verdicts(result("outside")), Each(Pair(testing::_, "pass"))) << outside.out;
  const std::vector<judge::SeatHolder> seats = result("outside").run.seats;
  const auto held = std::ranges::find(seats, "gatekeeper-server", &judge::SeatHolder::seat);
  ASSERT_NE(held, seats.end());
  EXPECT_TRUE(held->under_test);
  EXPECT_EQ(held->driver, "parley adapter");
  const Finished inside = drive(std::nullopt, cases, "inside");
  EXPECT_EQ(inside.code, 0) << inside.out << inside.err;
  EXPECT_EQ(verdicts(result("inside")), verdicts(result("outside")));
  // No secret of the start is ever written down, and nothing was seen inside of the product.
  const std::string transcript = content("outside/transcript.jsonl");
  EXPECT_THAT(transcript, testing::Not(HasSubstr("PRIVATE KEY")));
  EXPECT_THAT(transcript, testing::Not(HasSubstr("noise_root_private")));
  EXPECT_THAT(transcript, testing::Not(HasSubstr(R"("role":"gatekeeper-server","seq":1,)")));
}

TEST_F(GatekeeperSeatRunTest, WhatAServerDoesWrongIsFoundByTheRightCheckAndIsItsOwn) {
  const struct {
    const char* quirk;
    const char* test_case;
    const char* check;
    const char* finding;
  } defects[] = {
      {"enlists-anybody", "enlistment.failed-means-failed[fault=bad-token]", "http-exchange",
       "wrong-count"},
      {"no-consent", "consent.before-opt-in", "event-absent", "seen"},
      {"push-with-text", "push.token", "push-body-minimal", "push-says-more"},
  };
  for (const auto& defect : defects) {
    const std::string quirk = std::string("gatekeeper-server.") + defect.quirk;
    const Finished run = drive(" --quirk " + quirk, {defect.test_case}, defect.quirk);
    EXPECT_EQ(run.code, 1) << quirk << run.out << run.err;
    const auto failed = failures(defect.quirk);
    EXPECT_TRUE(std::ranges::any_of(failed, [&](const judge::CheckResult& check) {
      return check.kind == defect.check && check.finding.code == defect.finding;
    })) << run.out;
    for (const judge::CheckResult& check : failed) {
      EXPECT_EQ(check.finding.attribution, judge::Attribution::kIut) << quirk << check.kind;
      EXPECT_EQ(check.finding.blamed, "gatekeeper") << quirk << check.kind;
    }
  }
}

TEST_F(GatekeeperSeatRunTest, WhatOnlyTheHarnessDoesIsNotAskedOfAServer) {
  const Finished run = drive("", {"e2e.bad-prekey-signature", "partner.proxy"}, "out");
  EXPECT_EQ(run.code, 2) << "nothing was tested" << run.out << run.err;
  std::map<std::string, judge::CaseResult> cases;
  judge::RunResult parsed = result("out");
  for (judge::CaseResult& one : parsed.cases) cases[one.id] = std::move(one);
  const judge::CaseResult& faulty = cases["e2e.bad-prekey-signature"];
  EXPECT_EQ(faulty.disposition, judge::Disposition::kNotTested);
  EXPECT_THAT(faulty.reason, HasSubstr("\"fault\" in the place of gatekeeper"));
  const judge::CaseResult& proxied = cases["partner.proxy"];
  EXPECT_EQ(proxied.disposition, judge::Disposition::kNotApplicable);
  EXPECT_THAT(proxied.reason, AllOf(StartsWith("not-observable: "), HasSubstr("gatekeeper")));
}

TEST_F(GatekeeperSeatRunTest, TheAdapterOffersWhatIsAGatekeepers) {
  const Finished left = parley({"adapter", "--seat", "gatekeeper-server"});  // no input at all
  EXPECT_EQ(left.code, 0) << left.err;
  EXPECT_THAT(left.out, AllOf(HasSubstr("suspend"), HasSubstr("mailbox"), HasSubstr("pass-time"),
                              testing::Not(HasSubstr("cut-connection"))));
  const Finished none = parley(
      {"adapter", "--seat", "gatekeeper-server", "--quirk", "gatekeeper-server.drops-pushs"});
  EXPECT_NE(none.code, 0);
  EXPECT_THAT(none.err, HasSubstr("there is no quirk"));
}

TEST_F(GatekeeperSeatRunTest, AServerIsTestedAlone) {
  const Finished run =
      parley({"run", "text.both-ways", "--network", "sockets", "--out", path("out"), "--driver",
              "gatekeeper-server=a", "--driver", "partner-server=b"});
  EXPECT_EQ(run.code, 4) << run.out;
  EXPECT_THAT(run.err, HasSubstr("mocks in all other seats"));
}

}  // namespace
}  // namespace parley::cli
