// The world: the parley binary as harness, and the same binary as adapter, which puts our mocks
// into a partner's seats from processes of their own. What they are to us is what a partner's
// product is: a driver, and nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

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
                 const std::string& out, const std::string& quirk = {}) {
    std::vector<std::string> arguments = {"run",       "--profile", "base",  "--network", "sockets",
                                          "--workers", "2",         "--out", path(out)};
    arguments.insert(arguments.end(), cases.begin(), cases.end());
    if (!seat.empty()) {
      arguments.insert(arguments.end(),
                       {"--driver", seat + "='" + binary_.string() + "' adapter --seat " + seat +
                                        (quirk.empty() ? "" : " --quirk " + quirk)});
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

const std::vector<std::string> kSeenFromTheOtherEnd = {
    "discovery.outside-the-eea",    "e2e.padding[sender=partner]", "enlistment.accepted",
    "media.ciphertext[file=photo]", "media.partner-hosting",       "partner.proxy"};

// With all its seats under test a partner is known by what the gatekeeper's side saw of it, and
// what only it could see is left out.
TEST_F(AdapterRunTest, AWholePartnerIsJudgedFromTheOtherEnd) {
  expect_passes("partner", kSeenFromTheOtherEnd, 3);
  std::set<std::string> left_out;
  for (const judge::CaseResult& one : result("partner").cases) {
    for (const judge::LeftOutCheck& check : one.left_out) {
      EXPECT_THAT(check.reason, StartsWith("not-observable: "));
      left_out.insert(check.id);
    }
  }
  EXPECT_THAT(left_out, testing::ElementsAre("fetched-from-the-partner", "no-token",
                                             "relayed-unchanged", "stored-at-the-partner",
                                             "token-issued-to-the-device", "unread", "unread-too"));
  std::map<std::string, judge::RequirementStatus> rows;
  for (const judge::RequirementResult& row : result("partner").requirements) {
    rows[row.id] = row.status;
  }
  for (const char* row :
       {"DISC-004", "ENL-017", "MED-001", "MED-002", "MED-005", "TRN-012", "TRN-013", "TRN-014"}) {
    EXPECT_EQ(rows.at(row), judge::RequirementStatus::kSatisfied) << row;
  }
  EXPECT_EQ(rows.at("TRN-015"), judge::RequirementStatus::kUndetermined) << "nobody saw both sides";
  // Whoever reads the run again leaves out the same.
  const Finished again = parley({"replay", path("partner")});
  EXPECT_EQ(again.code, 0) << again.out << again.err;
}

struct Broken {
  const char* quirk;
  const char* test_case;
  const char* check;
  const char* finding;
};

TEST_F(AdapterRunTest, ABrokenPartnerIsFailedForIt) {
  for (const Broken& one : std::vector<Broken>{
           {"partner-proxy.multiplexing-proxy", "partner.proxy", "one-each",
            "no-upstream-of-its-own"},
           {"partner-proxy.keeps-upstream", "partner.proxy", "ends-with-its-client",
            "upstream-kept"},
           {"partner-proxy.wrong-client-ip", "partner.proxy", "address", "wrong-address"},
           {"partner-server.tokens-for-all", "discovery.outside-the-eea", "no-account", "seen"},
           {"partner-client.no-padding", "e2e.padding[sender=partner]", "lengths-vary",
            "length-shows"}}) {
    const Finished run = drive("partner", {one.test_case}, one.quirk, one.quirk);
    EXPECT_EQ(run.code, 1) << one.quirk << "\n" << run.out << run.err;
    const std::vector<judge::CheckResult> checks = result(one.quirk).cases.front().checks;
    const auto found = std::ranges::find(checks, one.check, &judge::CheckResult::id);
    ASSERT_NE(found, checks.end()) << one.quirk;
    EXPECT_EQ(found->finding.verdict, judge::Verdict::kFail) << one.quirk;
    EXPECT_EQ(found->finding.code, one.finding) << one.quirk;
    EXPECT_EQ(found->finding.attribution, judge::Attribution::kIut) << one.quirk;
  }
}

TEST_F(AdapterRunTest, WhatCannotBeSeenFromOutsideDoesNotApply) {
  const Finished run = drive(
      "partner-client", {"text.both-ways", "media.headers[direction=to-partner,size=1]"}, "out");
  EXPECT_EQ(run.code, 0) << run.out << run.err;
  const judge::RunResult parsed = result("out");
  ASSERT_FALSE(parsed.cases.empty());
  // The cases that do not apply by the plan come last; this one was planned.
  ASSERT_EQ(parsed.cases.front().id, "media.headers[direction=to-partner,size=1]");
  EXPECT_EQ(parsed.cases.front().disposition, judge::Disposition::kNotApplicable);
  EXPECT_THAT(parsed.cases.front().reason, AllOf(StartsWith("not-observable: "),
                                                 HasSubstr("download-stated"), HasSubstr("bob")));
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
