// The world: somebody who is about to have a product tested, and asks first whether its driver and
// its server can be tested at all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/cli/cli_fixture.h"

namespace parley::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class DoctorCliTest : public CliTest {
 protected:
  std::string fake(const std::string& habit) const {
    return "gatekeeper-client='" + (binary_.parent_path() / "fake_driver").string() + "' " + habit;
  }
  std::string adapter(const std::string& seat) const {
    return seat + "='" + binary_.string() + "' adapter --seat " + seat;
  }
};

TEST_F(DoctorCliTest, ASoundDriverIsHealthy) {
  const Finished said = parley({"doctor", "--driver-suite", "--driver", fake("none")});
  EXPECT_EQ(said.code, 0) << said.out << said.err;
  EXPECT_THAT(said.out, AllOf(HasSubstr("gatekeeper-client\nDRV-01 OK      the first line"),
                              Not(HasSubstr("FAIL"))));
  EXPECT_EQ(last_line(said.out), "healthy");
}

TEST_F(DoctorCliTest, ABadHabitIsNamedWithItsFix) {
  const Finished said = parley({"doctor", "--driver-suite", "--driver", fake("says-yes")});
  EXPECT_EQ(said.code, 1) << said.err;
  EXPECT_THAT(said.out,
              HasSubstr("DRV-06 FAIL    it answers an operation that it does not have with "
                        "unsupported\n"
                        "       seen: it answered with success, where unsupported (-32001) was "
                        "expected\n"
                        "       driver: answer with error -32001; never with success\n"));
  const Finished as_json =
      parley({"doctor", "--driver-suite", "--json", "--driver", fake("says-yes")});
  EXPECT_EQ(as_json.code, 1);
  const auto lines = parse_json(as_json.out);
  ASSERT_TRUE(lines.ok());
  EXPECT_EQ(lines->get_array().size(), 12U);
}

TEST_F(DoctorCliTest, OurOwnMocksKeepTheContract) {
  const Finished said = parley({"doctor", "--driver-suite", "--driver", adapter("partner")});
  EXPECT_EQ(said.code, 0) << said.out << said.err;
  for (const char* seat :
       {"partner-server\nDRV-01", "partner-client\nDRV-01", "partner-proxy\nDRV-01"}) {
    EXPECT_THAT(said.out, HasSubstr(seat));
  }
}

TEST_F(DoctorCliTest, OurOwnServerIsHealthy) {
  const Finished said = parley({"doctor", "--driver", adapter("partner-server")});
  EXPECT_EQ(said.code, 0) << said.out << said.err;
  EXPECT_THAT(said.out, AllOf(HasSubstr("SRV-01 OK"), HasSubstr("SRV-07 OK"),
                              HasSubstr("SRV-09 OK"), Not(HasSubstr("FAIL"))));
}

TEST_F(DoctorCliTest, WhatCannotBeStartedIsSaid) {
  const struct {
    std::vector<std::string> arguments;
    int code;
    std::string why;
  } rows[] = {{{"doctor"}, 4, "--driver"},
              {{"doctor", "--driver", "node adapter.mjs"}, 4, "has no SEAT="},
              {{"doctor", "--driver", "partner-server=parley-no-such-program"},
               1,
               "parley-no-such-program"}};
  for (const auto& row : rows) {
    const Finished said = parley(row.arguments);
    EXPECT_EQ(said.code, row.code) << said.out << said.err;
    EXPECT_THAT(said.err, HasSubstr(row.why));
  }
}

}  // namespace
}  // namespace parley::cli
