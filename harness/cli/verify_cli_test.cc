// The world: a lab makes keys, runs a few test cases, signs them in two editions; and somebody who
// has its root certificate verifies them on the command line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <filesystem>
#include <regex>

#include "harness/attest/selection.h"
#include "harness/base/json.h"
#include "harness/cli/bundle_fixture.h"
#include "harness/cli/cli_fixture.h"
#include "harness/cli/suite.h"
#include "harness/judge/rollup.h"
#include "harness/run/catalogue_plan.h"
#include "reports/junit.h"

namespace parley::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const BundleWorld& world() { return BundleWorld::shared(); }

/// Without what the keys, and the mocks of another day, make different.
std::string settled(std::string text) {
  text = std::regex_replace(text, std::regex("[0-9a-f]{64}"), "HEX");
  text = std::regex_replace(text, std::regex("run-[0-9a-f]{26}"), "RUN");
  return std::regex_replace(text, std::regex("[0-9]+ (lines|records|checks)"), "N $1");
}

Said verify(const std::string& bundle, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments{"verify", world().path(bundle), "--trust",
                                     world().path("lab/roots.pem")};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return say(arguments);
}

std::string root_in(const std::string& bundle) {
  return evidence::parse_manifest(world().files(bundle).at("manifest.json")).ok()
             ? std::string(as_text(statement_in(world().files(bundle)).transcript.root))
             : "";
}

TEST(VerifyCli, ASoundBundle) {
  const Said said = verify("sound.zip", {"--nonce", "regulator-7"});
  EXPECT_EQ(said.code, kExitPass);
  EXPECT_EQ(said.err, "");
  EXPECT_EQ(settled(said.out),
            R"(V01 OK      the archive is of the one form that bundles have: 9 files
V02 OK      the statement is signed by that certificate's key: key HEX
V03 OK      the signer's certificate leads to a trusted root and is valid: CN=Example Lab
V04 OK      the statement is about this manifest and this result: run RUN, no-statement, confidential edition
V05 OK      every file is there as the manifest says, and no other: 6 files
V06 OK      the result is well-formed and is what was signed: 4 test cases, verdict pass
V07 OK      the transcript has the length and the root that were signed: N lines, root HEX
V08 OK      the records are of this run, complete and in order: N records
V09 OK      the plan is the one that this catalogue gives: profile base, 4 test cases, N checks
V10 OK      the result has every planned test case and no other
V11 OK      every verdict follows from the records, judged anew: N checks judged anew
V12 OK      requirements, obligations and statement follow from the verdicts: verdict pass, no-statement
V13 OK      what is waived may be waived: nothing is waived
V14 OK      the bundle answers the one who asked for it: regulator-7
V15 SKIPPED the ledger has the run, opened before it was closed: no ledger in this bundle
V16 SKIPPED earlier runs of the same product are told: no ledger in this bundle: how often this was tried is not known
V17 SKIPPED a time stamp shows when it was signed: no time stamp in this bundle
V18 OK      the reports say what the result says: junit.xml, written anew; report.html with --rederive
V19 SKIPPED the harness is one of those that are known to be sound: no list of sound harnesses was given; it is HEX
V20 OK      the disclosed records are those that were committed to: N records opened
16 OK, 0 FAIL, 4 SKIPPED
)");
}

TEST(VerifyCli, ABrokenBundle) {
  Files files = world().files("sound.zip");
  files["bodies/0000.jsonl"][40] ^= 1;
  ASSERT_TRUE(write_file_atomically(world().path("broken.zip"), packed(files)).ok());
  const Said said = verify("broken.zip");
  EXPECT_EQ(said.code, kExitFail);
  EXPECT_EQ(settled(said.out),
            R"(V01 OK      the archive is of the one form that bundles have: 9 files
V02 OK      the statement is signed by that certificate's key: key HEX
V03 OK      the signer's certificate leads to a trusted root and is valid: CN=Example Lab
V04 OK      the statement is about this manifest and this result: run RUN, no-statement, confidential edition
V05 FAIL    every file is there as the manifest says, and no other: bodies/0000.jsonl: has another SHA-256 than the manifest
V06 OK      the result is well-formed and is what was signed: 4 test cases, verdict pass
V07 SKIPPED the transcript has the length and the root that were signed: needs V05, which is not OK
V08 SKIPPED the records are of this run, complete and in order: needs V05, which is not OK
V09 SKIPPED the plan is the one that this catalogue gives: needs V05, which is not OK
V10 SKIPPED the result has every planned test case and no other: needs V09, which is not OK
V11 SKIPPED every verdict follows from the records, judged anew: needs V10, which is not OK
V12 SKIPPED requirements, obligations and statement follow from the verdicts: needs V10, which is not OK
V13 OK      what is waived may be waived: nothing is waived
V14 SKIPPED the bundle answers the one who asked for it: it answers "regulator-7"; ask with --nonce
V15 SKIPPED the ledger has the run, opened before it was closed: no ledger in this bundle
V16 SKIPPED earlier runs of the same product are told: no ledger in this bundle: how often this was tried is not known
V17 SKIPPED a time stamp shows when it was signed: no time stamp in this bundle
V18 SKIPPED the reports say what the result says: needs V05, which is not OK
V19 SKIPPED the harness is one of those that are known to be sound: no list of sound harnesses was given; it is HEX
V20 SKIPPED the disclosed records are those that were committed to: needs V07, which is not OK
6 OK, 1 FAIL, 13 SKIPPED; first: V05
)");
}

TEST(VerifyCli, BothEditionsHoldUnderOneRoot) {
  EXPECT_EQ(verify("public.zip").code, kExitPass);
  EXPECT_EQ(root_in("public.zip"), root_in("sound.zip"));
  EXPECT_THAT(verify("public.zip").out, HasSubstr("V11 SKIPPED"));
  // The same run and key give the same bytes.
  const std::string again = world().path("again.zip");
  ASSERT_EQ(say({"bundle", world().path("run1"), "--keys", world().path("lab"), "--out", again,
                 "--nonce", "regulator-7"})
                .code,
            0);
  EXPECT_TRUE(world().archive("again.zip") == world().archive("sound.zip"));
}

TEST(VerifyCli, ThePublicEditionHasNothingThatWasSaid) {
  const Files files = world().files("public.zip");
  EXPECT_FALSE(files.contains("bodies/0000.jsonl"));
  EXPECT_FALSE(files.contains("report.html"));
  const std::string records = world().files("sound.zip").at("bodies/0000.jsonl");
  // Telephone numbers of the cast, hosts, tokens' digests, facts and bodies: each of them is in the
  // records and nowhere in the public edition.
  for (const char* canary : {"@s.whatsapp.net", "@interop", "jwt:", "\"body\"", "\"facts\"",
                             "\"text\":", "http.request\",\"path", ".example"}) {
    for (const auto& [name, content] : files) {
      EXPECT_EQ(content.find(canary), std::string::npos) << canary << " in " << name;
    }
  }
  EXPECT_THAT(records, HasSubstr("jwt:"));
  EXPECT_THAT(records, HasSubstr("\"facts\""));
  EXPECT_THAT(records, HasSubstr("@interop"));
}

TEST(VerifyCli, WithoutRootsNobodyVouches) {
  const Said said = say({"verify", world().path("strange.zip")});
  EXPECT_EQ(said.code, kExitPass);
  EXPECT_THAT(said.out, HasSubstr("V03 SKIPPED"));
  EXPECT_THAT(said.out, HasSubstr("anybody can say that"));
}

TEST(VerifyCli, AsJson) {
  const Said said = verify("sound.zip", {"--json", "--workers", "2"});
  EXPECT_EQ(said.code, kExitPass);
  const auto value = parse_json(said.out);
  ASSERT_TRUE(value.ok());
  EXPECT_EQ(value->at("checks").as_array().size(), 20U);
  EXPECT_EQ(value->at("checks").as_array()[10].at("id").as_string(), "V11");
  EXPECT_EQ(value->at("checks").as_array()[10].at("outcome").as_string(), "OK");
  EXPECT_TRUE(value->at("sound").as_bool());
}

TEST(VerifyCli, ReportsAreRenderedAnew) {
  EXPECT_THAT(
      verify("sound.zip", {"--rederive"}).out,
      HasSubstr("V18 OK      the reports say what the result says: junit.xml and report.html"));
  // A lab that signs a report that says more than its result.
  Files files = world().files("sound.zip");
  std::string& report = files["report.html"];
  report.insert(report.find("</body>"), "<p>Everything is well.</p>");
  sign_again(files, world().lab());
  ASSERT_TRUE(write_file_atomically(world().path("praise.zip"), packed(files)).ok());
  const Said said = verify("praise.zip", {"--rederive"});
  EXPECT_EQ(said.code, kExitFail);
  EXPECT_THAT(said.out, HasSubstr("first: V18"));
}

// A test case of our own in which a partner's app tells whom its user knows.
constexpr const char* kFailing =
    "id: own.leak\n"
    "title: Hello\n"
    "purpose: A text of an app that says too much.\n"
    "requirements: [MSG-001]\n"
    "tags: [own]\n"
    "setup: one-pair\n"
    "actors:\n"
    "  bob: {fault: leaks-contacts}\n"
    "steps:\n"
    "  - {do: send-text, actor: bob, with: {to: alice, text: \"hello ${canary}\"}, as: sent}\n"
    "  - {await: message, actor: alice, where: {id: \"${sent.id}\"}}\n"
    "checks:\n"
    "  - {id: arrives, kind: content-intact, requirements: [MSG-001], message: sent, at: alice, "
    "blames: gatekeeper}\n";

/// The result with every fail turned into a pass, and everything above the verdicts as it follows.
judge::RunResult turned(judge::RunResult result, const Suite& suite, std::string_view selection) {
  for (judge::CaseResult& one : result.cases) {
    for (judge::CheckResult& check : one.checks) check.finding.verdict = judge::Verdict::kPass;
    one.verdict = judge::Verdict::kPass;
    one.attempts.back().verdict = judge::Verdict::kPass;
  }
  const auto plan = attest::plan_of_selection(selection, suite.library).value();
  const auto rows = run::catalogue_plan(suite.library, plan, result.run.started);
  return judge::roll_up(result.run, result.cases, rows.requirements, rows.obligations,
                        result.examinations);
}

TEST(VerifyCli, AFailStaysAFail) {
  const std::string mine = world().path("mine");
  std::filesystem::create_directories(mine + "/cases/own");
  std::filesystem::create_directories(mine + "/profiles");
  ASSERT_TRUE(
      write_file_atomically(mine + "/cases/own/leak.yaml", std::string_view(kFailing)).ok());
  ASSERT_TRUE(
      write_file_atomically(mine + "/profiles/own.yaml", std::string_view(kOwnProfile)).ok());
  const Said ran =
      say({"run", "--profile", "own", "--scenarios", mine, "--out", world().path("leak")});
  ASSERT_EQ(ran.code, kExitFail) << ran.out << ran.err;
  ASSERT_EQ(say({"bundle", world().path("leak"), "--keys", world().path("lab"), "--out",
                 world().path("leak.zip")})
                .code,
            0);
  const Said sound = verify("leak.zip", {"--scenarios", mine});
  EXPECT_EQ(sound.code, kExitPass) << sound.out;
  EXPECT_THAT(sound.out, HasSubstr("verdict fail"));
  EXPECT_THAT(verify("leak.zip").out, HasSubstr("first: V09")) << "with another catalogue";

  std::vector<Diagnostic> diagnostics;
  const Suite suite = load_suite({mine}, diagnostics).value();
  Files files = world().files("leak.zip");
  const auto stated = judge::run_result_from_json(parse_json(files["result.json"]).value()).value();
  const judge::RunResult better = turned(stated, suite, files["selection.json"]);
  files["result.json"] = canonical(judge::to_json(better)) + "\n";
  files["junit.xml"] = reports::render_junit(better);
  sign_again(files, world().lab(),
             [](auto& statement) { std::swap(statement.passed, statement.failed); });
  ASSERT_TRUE(write_file_atomically(world().path("better.zip"), packed(files)).ok());
  const Said said = verify("better.zip", {"--scenarios", mine});
  EXPECT_EQ(said.code, kExitFail);
  EXPECT_THAT(said.out, HasSubstr("first: V11")) << said.out;
  EXPECT_THAT(said.out, HasSubstr("is stated as pass; the records give"));
}

TEST(VerifyCli, PlansAnewWhatFiltersSelected) {
  ASSERT_EQ(say({"run", "text.*", "--requirement", "MSG-011", "--seat", "partner-client", "--out",
                 world().path("narrow")})
                .code,
            0);
  ASSERT_EQ(say({"bundle", world().path("narrow"), "--keys", world().path("lab"), "--out",
                 world().path("narrow.zip")})
                .code,
            0);
  const Said said = verify("narrow.zip");
  EXPECT_EQ(said.code, kExitPass) << said.out;
  EXPECT_THAT(said.out, HasSubstr("V09 OK"));
}

TEST(VerifyCli, UnusableArguments) {
  EXPECT_EQ(verify("nowhere.zip").code, kExitUsage);
  EXPECT_EQ(verify("sound.zip", {"--at", "soon"}).code, kExitUsage);
  EXPECT_EQ(verify("sound.zip", {"--wire-overlay", world().path("nowhere.yaml")}).code, kExitUsage);
  EXPECT_EQ(say({"verify", world().path("sound.zip"), "--trust", world().path("none.pem")}).code,
            kExitUsage);
  EXPECT_EQ(say({"verify"}).code, kExitUsage);
}

TEST(KeysCli, TheKeyIsSecretAndNeverOverwritten) {
  struct stat info{};
  ASSERT_EQ(::stat(world().path("lab/key.pem").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  const std::string before = read_text_file(world().path("lab/key.pem")).value();
  const Said again = say({"keys", "init", world().path("lab")});
  EXPECT_EQ(again.code, kExitUsage);
  EXPECT_THAT(again.err, HasSubstr("never overwritten"));
  EXPECT_EQ(read_text_file(world().path("lab/key.pem")).value(), before);
  EXPECT_EQ(say({"keys", "init", world().path("run1/result.json")}).code, kExitUsage);
  EXPECT_EQ(say({"keys"}).code, kExitUsage);
}

TEST(KeysCli, SaysWhatIsSecretAndShowsNoneOfIt) {
  const Said said = say({"keys", "init", world().path("more")});
  EXPECT_EQ(said.code, kExitPass);
  EXPECT_THAT(said.out, HasSubstr("secret: "));
  EXPECT_THAT(said.out, Not(HasSubstr("PRIVATE")));
}

class BundleCli : public ::testing::Test {
 protected:
  // A run folder in which something is not as the run left it.
  std::string folder_with(const std::string& file, const std::string& content) {
    const std::filesystem::path copy = world().path("copy");
    std::filesystem::remove_all(copy);
    std::filesystem::copy(world().path("run1"), copy);
    EXPECT_TRUE(write_file_atomically(copy / file, content).ok());
    return copy.string();
  }
  Said bundle(const std::string& folder, const std::string& keys = "lab") {
    return say({"bundle", folder, "--keys", world().path(keys), "--out", world().path("x.zip")});
  }
};

TEST_F(BundleCli, RefusesWhatIsNotAWholeRun) {
  const std::string transcript = read_text_file(world().path("run1/transcript.jsonl")).value();
  const Said cut = bundle(folder_with("transcript.jsonl", transcript.substr(0, 5000)));
  EXPECT_EQ(cut.code, kExitUsage);
  EXPECT_THAT(cut.err, HasSubstr("is not the transcript that result.json names"));
  EXPECT_EQ(bundle(folder_with("result.json", "{}")).code, kExitUsage);
  EXPECT_EQ(bundle(world().path("nowhere")).code, kExitUsage);
  EXPECT_EQ(bundle(world().path("run1"), "nowhere").code, kExitUsage);
}

TEST_F(BundleCli, RefusesAKeyThatOthersMayRead) {
  ASSERT_EQ(say({"keys", "init", world().path("open")}).code, kExitPass);
  ASSERT_EQ(::chmod(world().path("open/key.pem").c_str(), 0644), 0);
  const Said said = bundle(world().path("run1"), "open");
  EXPECT_EQ(said.code, kExitUsage);
  EXPECT_THAT(said.err, HasSubstr("chmod 600"));
}

}  // namespace
}  // namespace parley::cli
