// The world: the parley binary as harness, and the same binary as adapter, which puts our mocks
// into a partner's seats from processes of their own. What they are to us is what a partner's
// product is: a driver, and nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/cli/cli_fixture.h"

namespace parley::cli {
namespace {

using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::Pair;
using testing::StartsWith;

class AdapterRunTest : public CliTest {
 protected:
  Finished drive(const std::string& seat, const std::vector<std::string>& cases,
                 const std::string& out) {
    std::vector<std::string> arguments = {"run",       "--profile", "base",  "--network", "sockets",
                                          "--workers", "2",         "--out", path(out)};
    arguments.insert(arguments.end(), cases.begin(), cases.end());
    if (!seat.empty()) {
      arguments.insert(arguments.end(),
                       {"--driver", seat + "='" + binary_.string() + "' adapter --seat " + seat});
    }
    return parley(arguments);
  }

  // All pass, and the seats are said to be held by the adapter.
  void expect_passes(const std::string& seat, const std::vector<std::string>& cases,
                     std::size_t seats_under_test) {
    const Finished run = drive(seat, cases, seat);
    EXPECT_EQ(run.code, 0) << run.out << run.err;
    EXPECT_THAT(verdicts(result(seat)), Each(Pair(testing::_, "pass"))) << run.out;
    std::size_t under_test = 0;
    for (const judge::SeatHolder& holder : result(seat).run.seats) {
      if (!holder.under_test) continue;
      ++under_test;
      EXPECT_EQ(holder.driver, "parley adapter");
    }
    EXPECT_EQ(under_test, seats_under_test);
    // No private key is ever written down.
    EXPECT_THAT(content(seat + "/transcript.jsonl"), testing::Not(HasSubstr("PRIVATE KEY")));
  }
};

TEST_F(AdapterRunTest, APartnersClientOutsideDoesAsOneInside) {
  const std::vector<std::string> cases = {"text.both-ways", "enlistment.accepted", "receipts.read",
                                          "mailbox.offline-delivery"};
  expect_passes("partner-client", cases, 1);
  const Finished inside = drive("", cases, "inside");
  EXPECT_EQ(inside.code, 0) << inside.out << inside.err;
  EXPECT_EQ(verdicts(result("inside")), verdicts(result("partner-client")));
}

TEST_F(AdapterRunTest, APartnersServerOutsideServesTokensKeysFilesAndPushes) {
  expect_passes("partner-server", {"text.both-ways", "keys.rotation", "discovery.relocation"}, 1);
}

TEST_F(AdapterRunTest, AWholePartnerOutsideTalksWithinItself) {
  expect_passes("partner", {"text.both-ways", "keys.rotation"}, 3);
}

TEST_F(AdapterRunTest, AProxyOutsideIsKnownByWhatItTellsTheGatekeeper) {
  expect_passes("partner-proxy", {"partner.proxy"}, 1);
}

TEST_F(AdapterRunTest, WhatCannotBeSeenFromOutsideDoesNotApply) {
  const Finished run =
      drive("partner-client", {"text.both-ways", "e2e.padding[sender=partner]"}, "out");
  EXPECT_EQ(run.code, 0) << run.out << run.err;
  const judge::RunResult parsed = result("out");
  ASSERT_FALSE(parsed.cases.empty());
  // The cases that do not apply by the plan come last; this one was planned.
  ASSERT_EQ(parsed.cases.front().id, "e2e.padding[sender=partner]");
  EXPECT_EQ(parsed.cases.front().disposition, judge::Disposition::kNotApplicable);
  EXPECT_THAT(parsed.cases.front().reason,
              AllOf(StartsWith("not-observable: "), HasSubstr("padding-varies"), HasSubstr("bob")));
}

// The worked example in C++ is a program of its own, which has nothing of the mocks'.
TEST_F(AdapterRunTest, TheExampleInCppVouchesForItsUsersAndTakesPushes) {
  const Finished run =
      parley({"run", "push.token", "text.both-ways", "--profile", "base", "--network", "sockets",
              "--workers", "2", "--out", path("out"), "--driver",
              "partner-server='" + (binary_.parent_path() / "token_server").string() + "'"});
  EXPECT_EQ(run.code, 0) << run.out << run.err;
  for (const auto& [id, verdict] : verdicts(result("out"))) EXPECT_EQ(verdict, "pass") << id;
  EXPECT_THAT(run.out, HasSubstr("token server in C++ 1.0"));
}

TEST_F(AdapterRunTest, AnAdapterSaysWhatItIsAndLeavesWithItsInput) {
  const Finished left = parley({"adapter", "--seat", "partner-server"});  // no input at all
  EXPECT_EQ(left.code, 0) << left.err;
  EXPECT_THAT(left.out, AllOf(HasSubstr(R"("method":"hello")"), HasSubstr("rotate-keys"),
                              HasSubstr("pass-time")));
  EXPECT_EQ(parley({"adapter", "--seat", "gatekeeper-client"}).code, 4);
}

}  // namespace
}  // namespace parley::cli
