// A lab that waives its customer's fail, and would like to waive a little more: on another day, for
// longer, twice, or without anybody who answers for it. It signs whatever it has made up; V13 says
// what of it cannot be, V12 what does not follow.
#include <gmock/gmock.h>

#include "harness/attest/verify.h"
#include "harness/base/json.h"
#include "harness/cli/bundle_fixture.h"
#include "harness/cli/suite.h"
#include "harness/judge/rollup.h"

namespace parley::cli {
namespace {

using ::testing::HasSubstr;

class VerifyWaiversTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("parley-waivers-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    const std::string waivers =
        "waivers:\n"
        "  - {id: W-1, owner: head of partner apps, reason: mended in 3.2, expires: 2026-06-30, "
        "requirement: TRN-008, case: \"demo.leaking-partner[leak=text]\", check: "
        "wire-profile-valid, finding: invalid-stanza}\n";
    ASSERT_TRUE(write_file_atomically(folder_ / "waivers.yaml", waivers).ok());
    ASSERT_EQ(say({"keys", "init", path("lab")}).code, 0);
    ASSERT_EQ(say({"run", "demo.leaking-partner[leak=text]", "--profile", "demo-leak", "--waivers",
                   path("waivers.yaml"), "--as-of", "2026-01-01", "--out", path("run")})
                  .code,
              1);
    ASSERT_EQ(say({"bundle", path("run"), "--keys", path("lab"), "--out", path("run.zip")}).code,
              0);
  }
  static void TearDownTestSuite() { std::filesystem::remove_all(folder_); }

  static std::string path(const std::string& name) { return (folder_ / name).string(); }

  /// The line of that check, where the lab signed what `change` made of its result.
  static std::string line_of(const std::string& check,
                             const std::function<void(judge::RunResult&)>& change) {
    Files files = unpacked(read_file(path("run.zip")).value());
    const auto value = parse_json(files.at("result.json"), "result.json");
    judge::RunResult result = judge::run_result_from_json(value.value()).value();
    change(result);
    files["result.json"] = canonical(judge::to_json(result)) + "\n";
    sign_again(files, load_lab_keys(path("lab")).value().key);
    const attest::OwnCatalogue own{.library = suite().library,
                                   .digest = suite().digest,
                                   .wire_profile = [](const std::string&) { return attest::OwnProfile(); }};
    const attest::VerifyOptions options{.when = parse_date("2027-01-01").value()};
    const auto lines = attest::verify_bundle(packed(files), own, options);
    const auto line = std::ranges::find(lines, check, &attest::CheckLine::id);
    return std::string(attest::to_string(line->outcome)) + " " + line->why;
  }

  // Loaded once: it takes longer than to verify. V11, which needs a wire profile, is not asked for.
  static const Suite& suite() {
    static const Suite loaded = [] {
      std::vector<Diagnostic> diagnostics;
      return load_suite({}, diagnostics).value();
    }();
    return loaded;
  }

  static inline std::filesystem::path folder_;
};

TEST_F(VerifyWaiversTest, TellsHowManyApplyAndOnWhichDay) {
  EXPECT_THAT(line_of("V13", [](auto&) {}), HasSubstr("OK 1 of 1 waivers apply, on 2026-01-01; "
                                                      "0 expired, 0 stale"));
  EXPECT_THAT(line_of("V12", [](auto&) {}), HasSubstr("OK"));
}

TEST_F(VerifyWaiversTest, RefusesWaiversThatCannotBe) {
  const std::vector<std::pair<std::string, std::function<void(judge::RunResult&)>>> bends = {
      {"before the run", [](auto& r) { r.run.waivers_as_of = "2025-12-31"; }},
      {"still to come", [](auto& r) { r.run.waivers_as_of = "2027-06-30"; }},
      {"waivers_as_of", [](auto& r) { r.run.waivers_as_of = "some day"; }},
      {"had expired", [](auto& r) { r.run.waivers_as_of = "2026-07-01"; }},
      {"never expires", [](auto& r) { r.waivers[0].expires = "9999"; }},
      {"lacks owner or reason", [](auto& r) { r.waivers[0].owner.clear(); }},
      {"lacks owner or reason", [](auto& r) { r.waivers[0].reason.clear(); }},
      {"not there", [](auto& r) { r.waivers[0].finding = "something-else"; }},
      {"not there", [](auto& r) { r.waivers.clear(); }},
      {"not for it", [](auto& r) { r.waivers[0].requirement = "E2E-004"; }},
      {"not for it", [](auto& r) { r.waivers[0].state = judge::WaiverState::kStale; }},
      {"two waivers", [](auto& r) { r.waivers.push_back(r.waivers[0]); }}};
  for (const auto& [why, bend] : bends) {
    const std::string line = line_of("V13", bend);
    EXPECT_THAT(line, HasSubstr("FAIL")) << why;
    EXPECT_THAT(line, HasSubstr(why));
  }
}

TEST_F(VerifyWaiversTest, ComputesWhatFollowsFromThem) {
  // One more requirement than the waiver is for.
  EXPECT_THAT(line_of("V12",
                      [](judge::RunResult& r) {
                        for (judge::RequirementResult& row : r.requirements) {
                          if (row.status != judge::RequirementStatus::kNotSatisfied) continue;
                          row.status = judge::RequirementStatus::kUndetermined;
                        }
                        r.summary = judge::summarise(r);
                      }),
              HasSubstr("FAIL"));
  EXPECT_THAT(line_of("V12", [](auto& r) { r.exit_code = 0; }), HasSubstr("exit_code"));
  EXPECT_THAT(line_of("V12", [](auto& r) { r.waivers[0].state = judge::WaiverState::kExpired; }),
              HasSubstr("waivers"));
}

}  // namespace
}  // namespace parley::cli
