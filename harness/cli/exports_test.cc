// Nightly jobs and auditors, who have a run of the binary (or a bundle of it) and want it
// otherwise: in another format, compared, judged again, or with a known fail that somebody answers
// for.
#include <algorithm>

#include "harness/cli/cli_fixture.h"
#include "harness/evidence/zip_archive.h"

namespace parley::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kFormats[] = {"csv",         "ctrf",  "github",        "gitb",
                                    "gitlab",      "html",  "junit",         "md",
                                    "openmetrics", "oscal", "oscal-catalog", "oscal-plan"};

class ExportsTest : public CliTest {
 protected:
  /// The half of the demonstration in which a partner leaks.
  std::string leak() {
    const Finished run = parley({"run", "--profile", "demo-leak", "--out", path("leak")});
    EXPECT_EQ(run.code, 1) << run.out << run.err;
    return path("leak");
  }
  std::string good() {
    const Finished run = parley({"run", "text.both-ways", "--out", path("good")});
    EXPECT_EQ(run.code, 0) << run.out << run.err;
    return path("good");
  }

  /// A waiver for every fail of every requirement that is not satisfied in that run.
  std::string waivers_for(const judge::RunResult& result, const std::string& expires) {
    std::string text = "waivers:\n";
    int number = 0;
    for (const judge::RequirementResult& row : result.requirements) {
      if (row.status != judge::RequirementStatus::kNotSatisfied) continue;
      for (const judge::CheckReference& reference : row.checks) {
        if (reference.verdict != judge::Verdict::kFail) continue;
        const auto test_case =
            std::ranges::find(result.cases, reference.case_id, &judge::CaseResult::id);
        const auto check =
            std::ranges::find(test_case->checks, reference.check_id, &judge::CheckResult::id);
        text += "  - id: W-" + std::to_string(++number) + "\n    owner: head of partner apps\n" +
                "    reason: mended in 3.2\n    expires: " + expires +
                "\n    requirement: " + row.id + "\n    case: \"" + reference.case_id +
                "\"\n    check: " + reference.check_id + "\n    finding: " + check->finding.code +
                "\n";
      }
    }
    EXPECT_GT(number, 0);
    write("waivers.yaml", text);
    return path("waivers.yaml");
  }
};

TEST_F(ExportsTest, EveryFormatComesOutOfAFolder) {
  const std::string run = leak();
  for (const char* format : kFormats) {
    const Finished report = parley({"report", run, "--format", format});
    EXPECT_EQ(report.code, 0) << format << report.err;
    EXPECT_EQ(report.err, "") << format;
    EXPECT_FALSE(report.out.empty()) << format;
    // What steers a terminal or a workflow must not come from a party.
    EXPECT_EQ(report.out.find('\x1b'), std::string::npos) << format;
  }
}

TEST_F(ExportsTest, ReportIsWhatTheRunWrote) {
  const std::string run = leak();
  EXPECT_EQ(parley({"report", run, "--format", "junit"}).out, content("leak/junit.xml"));
  const Finished html = parley({"report", run, "--out", path("again.html")});
  EXPECT_EQ(html.code, 0) << html.err;
  EXPECT_EQ(html.out, "");
  // Made of what was read back, where the run itself wrote it from what it had in memory.
  EXPECT_TRUE(content("again.html") == content("leak/report.html"));
}

TEST_F(ExportsTest, AnnotationsNameFileAndLine) {
  const Finished out = parley({"report", leak(), "--format", "github"});
  EXPECT_THAT(out.out, HasSubstr("::error file=scenarios/cases/demo/"));
  EXPECT_THAT(out.out, HasSubstr("canary-contained"));
}

TEST_F(ExportsTest, RefusesWhatItCannotDo) {
  const std::string run = good();
  EXPECT_EQ(parley({"report", run, "--format", "sarif"}).code, 4);
  EXPECT_EQ(parley({"report", path("nowhere")}).code, 4);
  const Finished previous = parley({"report", run, "--format", "csv", "--previous", run});
  EXPECT_EQ(previous.code, 4);
  EXPECT_THAT(previous.err, HasSubstr("does not show changes"));
  write("good/result.json", "{}");
  EXPECT_EQ(parley({"report", run}).code, 4);
}

TEST_F(ExportsTest, DiffSaysWhatNewlyFailsAndExitsWithIt) {
  const std::string a = good();
  const std::string b = leak();
  const Finished worse = parley({"diff", a, b});
  EXPECT_EQ(worse.code, 1) << worse.out << worse.err;
  EXPECT_THAT(worse.out, HasSubstr("Newly failing, test cases"));
  EXPECT_THAT(worse.out, HasSubstr("Newly failing, requirements"));
  EXPECT_THAT(worse.out, HasSubstr("profile: base 0.1.0 -> demo-leak"));
  const Finished better = parley({"diff", b, a, "--format", "json"});
  EXPECT_EQ(better.code, 0) << better.err;
  const auto parsed = parse_json(better.out);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->at("regressed"), false);
  EXPECT_EQ(parley({"diff", a, a}).code, 0);
  EXPECT_THAT(parley({"diff", a, b, "--format", "md"}).out, HasSubstr("### Newly failing"));
  const Finished html = parley({"diff", a, b, "--format", "html"});
  EXPECT_THAT(html.out, HasSubstr("<h1>Changes between two runs</h1>"));
  EXPECT_EQ(html.out.find("<script"), std::string::npos);
  EXPECT_EQ(parley({"diff", a, path("nowhere")}).code, 4);
  const Finished md = parley({"report", b, "--format", "md", "--previous", a});
  EXPECT_THAT(md.out, HasSubstr("## Changes: newly failing"));
}

TEST_F(ExportsTest, ReplayJudgesAgainAndFindsWhatWasTurnedRound) {
  const std::string run = leak();
  const Finished same = parley({"replay", run});
  EXPECT_EQ(same.code, 0) << same.out << same.err;
  EXPECT_THAT(same.out, HasSubstr("different: 0"));
  judge::RunResult result = this->result("leak");
  const std::string id = result.cases[0].id;
  EXPECT_EQ(parley({"replay", run, id}).code, 0);
  EXPECT_EQ(parley({"replay", run, id + "x"}).code, 4);
  // A lab that would rather have had another code.
  for (judge::CheckResult& check : result.cases[0].checks) {
    if (check.finding.verdict == judge::Verdict::kFail) check.finding.code = "nothing-much";
  }
  write("leak/result.json", canonical(judge::to_json(result)) + "\n");
  const Finished bent = parley({"replay", run});
  EXPECT_EQ(bent.code, 1) << bent.out << bent.err;
  EXPECT_THAT(bent.out, HasSubstr("differs  " + id));
  EXPECT_THAT(bent.out, HasSubstr("stated as fail (nothing-much)"));
  write("leak/transcript.jsonl", content("leak/transcript.jsonl") + "\n");
  EXPECT_EQ(parley({"replay", run}).code, 4);
}

TEST_F(ExportsTest, AWaivedFailIsStillAFailAndDoesNotFailTheRun) {
  const std::string plain = leak();
  const std::string waivers = waivers_for(result("leak"), "2026-12-31");
  const Finished run = parley({"run", "--profile", "demo-leak", "--waivers", waivers, "--as-of",
                               "2026-01-01", "--out", path("waived")});
  EXPECT_EQ(run.code, 0) << run.out << run.err;
  EXPECT_THAT(last_line(run.out), HasSubstr("fail: 0 of"));
  EXPECT_THAT(last_line(run.out), HasSubstr(", 2 failed test cases waived"));
  const judge::RunResult waived = result("waived");
  EXPECT_EQ(waived.verdict, judge::Verdict::kFail);
  EXPECT_EQ(waived.summary.requirements.not_satisfied, 0U);
  EXPECT_GT(waived.summary.requirements.satisfied_with_waiver, 0U);
  EXPECT_EQ(waived.run.waivers_as_of, "2026-01-01");
  EXPECT_THAT(content("waived/junit.xml"), HasSubstr("[waived] "));
  // The same from the run without them.
  const Finished md =
      parley({"report", plain, "--format", "md", "--waivers", waivers, "--as-of", "2026-01-01"});
  EXPECT_EQ(md.code, 0) << md.err;
  EXPECT_THAT(md.out, HasSubstr("| W-1 | applied |"));
}

TEST_F(ExportsTest, ExpiredAndStaleWaiversFailTheRunByName) {
  const std::string plain = leak();
  const std::string waivers = waivers_for(result("leak"), "2025-12-31");
  const Finished expired = parley({"run", "--profile", "demo-leak", "--waivers", waivers, "--as-of",
                                   "2026-01-01", "--out", path("expired")});
  EXPECT_EQ(expired.code, 1);
  EXPECT_THAT(expired.out, HasSubstr("waiver-expired: \"W-1\""));
  EXPECT_GT(result("expired").summary.requirements.not_satisfied, 0U);
  std::string stale = content("waivers.yaml");
  stale.replace(stale.find("    finding: "), 13, "    finding: not-");
  write("stale.yaml", stale);
  const Finished report = parley({"report", plain, "--format", "md", "--waivers",
                                  path("stale.yaml"), "--as-of", "2025-12-01"});
  EXPECT_EQ(report.code, 1);
  EXPECT_THAT(report.err, HasSubstr("waiver-stale: \"W-1\""));
  // Today's day is the machine's: by then they have expired.
  EXPECT_EQ(parley({"report", plain, "--format", "md", "--waivers", waivers}).code, 1);
}

TEST_F(ExportsTest, AFileOfWaiversWithAMistakeIsRefusedBeforeTheRun) {
  write("wide.yaml",
        "waivers:\n  - id: W-1\n    owner: x\n    reason: x\n    expires: 2026-12-31\n"
        "    requirement: MSG-001\n    case: \"*\"\n    check: x\n    finding: x\n");
  const Finished run =
      parley({"run", "text.both-ways", "--waivers", path("wide.yaml"), "--out", path("never")});
  EXPECT_EQ(run.code, 4);
  EXPECT_THAT(run.err, HasSubstr("wide.yaml:7:11: error[too-wide]"));
  EXPECT_FALSE(fs::exists(path("never")));
  EXPECT_EQ(
      parley({"run", "text.both-ways", "--waivers", path("none.yaml"), "--out", path("never")})
          .code,
      4);
}

TEST_F(ExportsTest, BundlesAreReadWithAWordOnWhoVouches) {
  ASSERT_EQ(parley({"keys", "init", path("lab")}).code, 0);
  const std::string run = leak();
  const std::string waivers = waivers_for(result("leak"), "2026-12-31");
  ASSERT_EQ(parley({"run", "--profile", "demo-leak", "--waivers", waivers, "--as-of", "2026-01-01",
                    "--out", path("waived")})
                .code,
            0);
  ASSERT_EQ(
      parley({"bundle", path("waived"), "--keys", path("lab"), "--out", path("run.zip")}).code, 0);
  ASSERT_EQ(parley({"bundle", path("waived"), "--keys", path("lab"), "--out", path("open.zip"),
                    "--public"})
                .code,
            0);
  const Finished verified = parley({"verify", path("run.zip")});
  EXPECT_EQ(verified.code, 0) << verified.out;
  EXPECT_THAT(verified.out, HasSubstr("waivers apply, on 2026-01-01; 0 expired, 0 stale"));
  EXPECT_EQ(parley({"verify", path("open.zip")}).code, 0);
  EXPECT_THAT(parley({"report", path("open.zip"), "--format", "md"}).out,
              Not(HasSubstr("head of partner apps")));
  const Finished junit = parley({"report", path("run.zip"), "--format", "junit"});
  EXPECT_EQ(junit.code, 0) << junit.err;
  EXPECT_THAT(junit.err, HasSubstr("nobody vouches here"));
  EXPECT_EQ(junit.out, content("waived/junit.xml"));
  const Bytes archive = read_file(path("run.zip")).value();
  const auto files = evidence::read_zip(archive);
  ASSERT_TRUE(files.ok());
  EXPECT_TRUE(parley({"report", path("run.zip")}).out ==
              as_text(*evidence::find_entry(*files, "report.html")));
  EXPECT_EQ(parley({"replay", path("run.zip")}).code, 0);
  EXPECT_EQ(parley({"replay", path("open.zip")}).code, 4);
  EXPECT_EQ(parley({"diff", run, path("run.zip")}).code, 0);
  // One byte of a body: no file of such a bundle is read.
  std::string bytes = content("run.zip");
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  write("bent.zip", bytes);
  EXPECT_EQ(parley({"report", path("bent.zip"), "--format", "junit"}).code, 4);
}

}  // namespace
}  // namespace parley::cli
