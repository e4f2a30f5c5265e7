// The suite's own test cases with one fault at a time: a sample, as the whole takes minutes.
#include "harness/cli/cli_fixture.h"

namespace parley::cli {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class SweepCommandTest : public CliTest {};

TEST_F(SweepCommandTest, NoSingleFaultBreaksARule) {
  const Finished swept =
      parley({"mutants", "sweep", "text.*", "login.*", "--stride", "60", "--workers", "2"});
  EXPECT_EQ(swept.code, 0) << swept.out << swept.err;
  for (const std::string kind : {"drop", "duplicate", "reorder", "delay", "cut", "http-503",
                                 "call-fails", "call-unanswered"}) {
    EXPECT_THAT(swept.out, ContainsRegex(kind + ": [0-9]+ faults in [0-9]+ cases, [0-9.]+ s, 0 "
                                                "violations"));
  }
  EXPECT_THAT(swept.out, Not(HasSubstr("not swept:")));
}

TEST_F(SweepCommandTest, OneCaseIsSweptWhole) {
  const Finished swept =
      parley({"mutants", "sweep", "text.both-ways*", "--stride", "1", "--kind", "call-fails"});
  EXPECT_EQ(swept.code, 0) << swept.out << swept.err;
  EXPECT_THAT(swept.out, Not(HasSubstr("possible")));
}

// A server that acknowledges messages and loses them is found by the sweep without any check.
TEST_F(SweepCommandTest, ADefectiveProductUnderTheFaultIsReported) {
  const Finished swept =
      parley({"mutants", "sweep", "text.both-ways*", "--kind", "duplicate", "--stride", "10",
              "--quirk", "gatekeeper-server.loses-native-messages"});
  EXPECT_EQ(swept.code, 1) << swept.err;
  EXPECT_THAT(swept.out, HasSubstr("lost: the message of step"));
  EXPECT_THAT(swept.out, HasSubstr("parley mutants sweep 'text.both-ways"));
}

TEST_F(SweepCommandTest, WhatIsNotThereIsRefused) {
  EXPECT_EQ(parley({"mutants", "sweep", "--kind", "meteor"}).code, 4);
  EXPECT_EQ(parley({"mutants", "sweep", "--quirk", "none.such"}).code, 4);
  const Finished none = parley({"mutants", "sweep", "text.both-ways*", "--at", "100000"});
  EXPECT_EQ(none.code, 3);
  EXPECT_THAT(none.err, HasSubstr("no place for any fault"));
}

}  // namespace
}  // namespace parley::cli
