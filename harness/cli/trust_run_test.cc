// The world: the parley binary, and products in the seats of servers, from processes of their own,
// which show certificates of an authority that is not Parley's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>

#include "harness/cli/cli_fixture.h"
#include "harness/crypto/test_ca.h"

namespace parley::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class TrustRunTest : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    auto ca = crypto::TestCa::create(
        std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()));
    ASSERT_TRUE(ca.ok());
    ca_.emplace(*std::move(ca));
    write("product-ca.pem", ca_->certificate_pem());
  }

  // An adapter that shows a certificate for these names.
  std::string driver(const std::string& seat, const std::vector<std::string>& names) {
    const auto issued = ca_->issue(names);
    EXPECT_TRUE(issued.ok());
    write("shown.pem", issued->certificate_pem);
    write("shown.key", issued->private_key_pem);
    return seat + "='" + binary_.string() + "' adapter --seat " + seat + " --certificate '" +
           path("shown.pem") + "' --key '" + path("shown.key") + "'";
  }
  std::string partner() {
    return driver("partner-server", {"birdy.partner.test", "haiku.partner.test"});
  }
  std::string gatekeeper() {
    return driver("gatekeeper-server", {"v.whatsapp.net", "whatsapp.com", "web.whatsapp.net",
                                        "chat.whatsapp.net", "mmg.whatsapp.net"});
  }
  Finished drive(const std::string& with, const std::vector<std::string>& cases,
                 const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"run",       "--profile", "base", "--network",
                                          "sockets",   "--workers", "2",    "--out",
                                          path("out"), "--driver",  with};
    arguments.insert(arguments.end(), cases.begin(), cases.end());
    arguments.insert(arguments.end(), more.begin(), more.end());
    return parley(arguments);
  }
  // Keys, tokens, pushes and files of a partner; everything that a gatekeeper serves.
  inline static const std::vector<std::string> kCases = {
      "text.both-ways", "keys.rotation", "push.token",
      "media.intact[direction=to-whatsapp,file=photo]"};

  std::optional<crypto::TestCa> ca_;
};

TEST_F(TrustRunTest, APartnersServerOfAnotherAuthorityIsMetWithTrustAlone) {
  write("run.yaml", "trust: product-ca.pem\n");
  const Finished trusted = drive(partner(), kCases, {"--run-file", path("run.yaml")});
  EXPECT_EQ(trusted.code, 0) << trusted.out << trusted.err;
  for (const auto& [id, verdict] : verdicts(result("out"))) EXPECT_EQ(verdict, "pass") << id;
  fs::remove_all(path("out"));

  const Finished refused = drive(partner(), {"enlistment.accepted"});
  EXPECT_EQ(refused.code, 1) << refused.out << refused.err;
  const judge::RunResult parsed = result("out");
  ASSERT_FALSE(parsed.cases.empty());
  // By the check that wants to see a token from it; the others wait for those who asked for one.
  bool blamed = false;
  for (const judge::CheckResult& check : parsed.cases.front().checks) {
    blamed = blamed || (check.finding.verdict == judge::Verdict::kFail &&
                        check.finding.attribution == judge::Attribution::kIut);
  }
  EXPECT_TRUE(blamed);
  EXPECT_THAT(content("out/transcript.jsonl"), HasSubstr("TLS certificate refused"));
}

TEST_F(TrustRunTest, AnAuthorityIsTrustedForTheNameThatWasAskedFor) {
  const Finished run = drive(driver("partner-server", {"another.partner.test"}),
                             {"enlistment.accepted"}, {"--trust", path("product-ca.pem")});
  EXPECT_EQ(run.code, 1) << run.out << run.err;
  EXPECT_THAT(content("out/transcript.jsonl"), HasSubstr("TLS certificate refused"));
}

// Its client and its server show each other what they show the gatekeeper.
TEST_F(TrustRunTest, AWholePartnerOfAnotherAuthority) {
  const Finished run =
      drive(driver("partner", {"birdy.partner.test", "bob.device.test"}),
            {"text.both-ways", "mailbox.offline-delivery"}, {"--trust", path("product-ca.pem")});
  EXPECT_EQ(run.code, 0) << run.out << run.err;
  for (const auto& [id, verdict] : verdicts(result("out"))) EXPECT_EQ(verdict, "pass") << id;
}

TEST_F(TrustRunTest, AGatekeepersServerOfAnotherAuthority) {
  const Finished trusted = drive(gatekeeper(), kCases, {"--trust", path("product-ca.pem")});
  EXPECT_EQ(trusted.code, 0) << trusted.out << trusted.err;
  for (const auto& [id, verdict] : verdicts(result("out"))) EXPECT_EQ(verdict, "pass") << id;
  fs::remove_all(path("out"));
  EXPECT_EQ(drive(gatekeeper(), {"enlistment.accepted"}).code, 1);
}

TEST_F(TrustRunTest, TheDoctorNamesIt) {
  const Finished refused = parley({"doctor", "--driver", partner()});
  EXPECT_EQ(refused.code, 1) << refused.err;
  EXPECT_THAT(refused.out, AllOf(HasSubstr("SRV-03 FAIL"), HasSubstr("\"trust\" in the run file")));
  const Finished trusted =
      parley({"doctor", "--driver", partner(), "--trust", path("product-ca.pem")});
  EXPECT_EQ(trusted.code, 0) << trusted.out << trusted.err;
  EXPECT_THAT(trusted.out, AllOf(HasSubstr("SRV-03 OK"), Not(HasSubstr("FAIL"))));
}

TEST_F(TrustRunTest, WhatCannotBeTrustedIsAUsageError) {
  write("empty.pem", "nothing\n");
  for (const char* file : {"empty.pem", "nowhere.pem"}) {
    const Finished run = drive(partner(), {"text.both-ways"}, {"--trust", path(file)});
    EXPECT_EQ(run.code, 4) << run.out;
    EXPECT_THAT(run.err, AllOf(HasSubstr("--trust"), HasSubstr(file)));
    EXPECT_FALSE(fs::exists(path("out")));
    const Finished doctor = parley({"doctor", "--driver", partner(), "--trust", path(file)});
    EXPECT_EQ(doctor.code, 4) << doctor.out;
    EXPECT_THAT(doctor.err, AllOf(HasSubstr("--trust"), HasSubstr(file)));
  }
}

}  // namespace
}  // namespace parley::cli
