// The suite with a defective product in one chair after another: whether each is found.
#include "harness/cli/cli_fixture.h"

namespace parley::cli {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class MutantsTest : public CliTest {};

// An accepted matrix that claims one thing: a sample of it is one run.
constexpr const char* kOneClaim = R"({"columns": [], "rows": [
  {"quirk": "partner-server.old-tls", "status": "KILLED", "killed": {},
   "shown_by": {"old-tls-refused/old-version": "transport.tls-of-partner"}}]})";

class MatrixFormats : public MutantsTest {
 protected:
  Finished sample(const std::string& format) {
    write("one.json", kOneClaim);
    return parley(
        {"mutants", "matrix", "--sample", "--accepted", path("one.json"), "--format", format});
  }
};

TEST_F(MatrixFormats, InTextWhatIsWrongAndTheCounts) {
  const Finished text = sample("text");
  EXPECT_EQ(text.code, 1) << text.err;
  EXPECT_THAT(text.out, Not(HasSubstr("partner-server.old-tls:")));
  EXPECT_THAT(text.out, HasSubstr("partner-server.http1-only: VOID, 0 runs, applied in 0"));
  EXPECT_THAT(text.out, HasSubstr("order: no quirk shows it failing"));
  EXPECT_THAT(last_line(text.out), HasSubstr("killed 1, SURVIVED 0, VOID "));
}

TEST_F(MatrixFormats, AsMarkdownTheWholeTable) {
  const Finished md = sample("md");
  EXPECT_EQ(md.code, 1) << md.err;
  EXPECT_THAT(md.out, StartsWith("# Kill matrix\n"));
  EXPECT_THAT(md.out, HasSubstr("partner-server.old-tls: old-version"));
  EXPECT_THAT(md.out, HasSubstr("* partner-server.http1-only: VOID"));
  EXPECT_THAT(last_line(md.err), HasSubstr("killed 1, SURVIVED 0, VOID "));
}

TEST_F(MatrixFormats, AsHtmlAPageOfItsOwn) {
  const Finished html = sample("html");
  EXPECT_EQ(html.code, 1) << html.err;
  EXPECT_THAT(html.out, StartsWith("<!DOCTYPE html>"));
  EXPECT_THAT(html.out, HasSubstr("<code>partner-server.old-tls</code>"));
  EXPECT_THAT(html.out, EndsWith("</html>\n"));
  EXPECT_EQ(parley({"mutants", "matrix", "--format", "pdf"}).code, 4);
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
