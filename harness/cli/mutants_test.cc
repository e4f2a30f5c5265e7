// The suite with a defective product in one chair after another: whether each is found.
#include "harness/cli/cli_fixture.h"

namespace parley::cli {
namespace {

using testing::ElementsAreArray;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

class MutantsTest : public CliTest {};

// Kinds of check that no quirk has shown failing yet. Only to become shorter.
const std::vector<std::string> kWithoutKiller = {
    "addresses-round-trip", "malformed-refused",      "messages-unsigned",
    "noise-nonces-unique",  "references-unguessable", "sent-by-device",
    "size-limit",           "tokens-redacted",        "upstream-ends"};

std::vector<std::string> lines_ending_with(const std::string& text, const std::string& end) {
  std::vector<std::string> out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with(end)) out.push_back(line.substr(0, line.size() - end.size()));
  }
  return out;
}

// One run for each thing that the accepted matrix claims; the whole of it takes minutes.
TEST_F(MutantsTest, EveryQuirkIsFoundByTheCheckAndForTheReasonThatItNames) {
  const Finished sample = parley({"mutants", "matrix", "--sample", "--workers", "2"});
  EXPECT_THAT(sample.out, HasSubstr("SURVIVED 0, VOID 0, KILLED_BY_OTHER 0")) << sample.err;
  EXPECT_THAT(sample.out, Not(HasSubstr("without any quirk:")));
  EXPECT_THAT(lines_ending_with(sample.out, ": no quirk shows it failing"),
              ElementsAreArray(kWithoutKiller));
}

TEST_F(MutantsTest, OneQuirkIsRunWhereItFindsSomethingToChange) {
  const Finished run = parley({"mutants", "run", "partner-server.old-tls", "--sample"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("transport.tls-of-partner  old-tls-refused/old-version"));
  EXPECT_THAT(run.out, EndsWith("partner-server.old-tls: KILLED\n"));
}

TEST_F(MutantsTest, ExplainsWhatAQuirkDoesAndWhoFindsIt) {
  const Finished explained = parley({"mutants", "explain", "partner-server.old-tls"});
  EXPECT_EQ(explained.code, 0);
  EXPECT_THAT(explained.out, HasSubstr("Speaks TLS 1.1 too."));
  EXPECT_THAT(explained.out, HasSubstr("found by:     old-tls-refused, finding old-version"));
  const Finished list = parley({"mutants", "list"});
  EXPECT_EQ(list.code, 0);
  EXPECT_THAT(list.out, HasSubstr("partner-server.old-tls"));
}

TEST_F(MutantsTest, AnUnknownQuirkIsAUsageErrorWithAHint) {
  const Finished run = parley({"mutants", "run", "partner-server.old-tlss"});
  EXPECT_EQ(run.code, 4);
  EXPECT_THAT(run.err, HasSubstr("no such quirk: partner-server.old-tlss"));
  EXPECT_THAT(run.err, HasSubstr("did you mean \"partner-server.old-tls\"?"));
  EXPECT_EQ(parley({"mutants"}).code, 4);
}

TEST_F(MutantsTest, AnAcceptedMatrixThatCannotBeReadIsAUsageError) {
  write("bad.json", "[]");
  const Finished run = parley({"mutants", "matrix", "--sample", "--accepted", path("bad.json")});
  EXPECT_EQ(run.code, 4);
  EXPECT_THAT(run.err, HasSubstr("is no JSON object"));
  EXPECT_EQ(parley({"mutants", "matrix", "--sample", "--accepted", path("none.json")}).code, 4);
}

}  // namespace
}  // namespace parley::cli
