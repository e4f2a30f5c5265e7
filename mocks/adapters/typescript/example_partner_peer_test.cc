// The world: the example partner in TypeScript in all of a partner's seats, each actor in a process
// of its own with its own sockets, and the parley binary as a person would run it. Once as it is;
// then with one defect after the other, which the right check must find and hold against the
// product.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/file.h"
#include "harness/base/json.h"
#include "harness/judge/result_json.h"
#include "mocks/peers/peers.h"

namespace parley::peers {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExample = "/mocks/adapters/typescript/src/main.ts";
constexpr auto kPatience = std::chrono::seconds(600);

/// A defect of the example, and what finds it.
struct Variant {
  std::string_view defect;
  std::string_view test_case;
  std::array<std::string_view, 2> checks;
  std::string_view code;  ///< of the first of them
  std::string_view blamed;
};

constexpr auto kVariants = std::to_array<Variant>({
    {"no-delivery-receipt",
     "receipts.delivery[direction=to-partner]",
     {"receipt-shown"},
     "no-receipt",
     "partner-user"},
    {"shows-damaged-files",
     "media.damaged[attack=mac-to-partner]",
     {"damaged-refused"},
     "damaged-file-shown",
     "partner-user"},
    {"drops-quote",
     "text.reply[direction=to-whatsapp]",
     {"quotes-the-first"},
     "quote-differs",
     "partner-user"},
    {"shows-malformed",
     "messages.malformed[kind=truncated]",
     {"refused"},
     "malformed-shown",
     "partner-user"},
    {"accepts-any-push",
     "push.bad-token[token=forged]",
     {"refused", "refusal-on-record"},
     "accepted",
     "partner"},
    {"drops-old-keys",
     "keys.rotation-overlap[rotated-after=50m]",
     {"old-token-still-good"},
     "result-differs",
     "partner"},
    {"guessable-references", "media.references", {"unguessable"}, "guessable", "partner"},
});

std::string quoted(const std::string& word) { return "'" + word + "'"; }

class ExamplePartner : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(fs::exists(node_program(folders_))) << kInstallHint;
    out_ = fs::path(testing::TempDir()) / ("parley-example-" + std::to_string(::getpid()));
    fs::remove_all(out_);
  }
  void TearDown() override {
    if (!HasFailure()) fs::remove_all(out_);
  }

  /// The example with these words behind its name, in these test cases.
  Result<ProgramOutput> run(const std::string& words, std::vector<std::string> cases) const {
    const std::string example =
        quoted(node_program(folders_)) + " " + quoted(folders_.source + std::string(kExample));
    std::vector<std::string> command = {folders_.binary + "/parley", "run"};
    command.insert(command.end(), cases.begin(), cases.end());
    const std::vector<std::string> options = {
        "--profile", "base",       "--network", "sockets",
        "--workers", "2",          "--driver",  "partner=" + example + " " + words,
        "--out",     out_.string()};
    command.insert(command.end(), options.begin(), options.end());
    return run_program(std::move(command), "Build the target parley.", kPatience);
  }

  judge::RunResult result() const {
    const auto text = read_text_file(out_ / "result.json");
    EXPECT_TRUE(text.ok()) << (text.ok() ? "" : text.error().text());
    if (!text.ok()) return {};
    const auto value = parse_json(*text, "result.json");
    EXPECT_TRUE(value.ok()) << (value.ok() ? "" : value.error().text());
    if (!value.ok()) return {};
    auto parsed = judge::run_result_from_json(*value);
    EXPECT_TRUE(parsed.ok()) << (parsed.ok() ? "" : parsed.error().text());
    return parsed.ok() ? *std::move(parsed) : judge::RunResult();
  }

  const Folders folders_ = build_folders();
  fs::path out_;
};

TEST_F(ExamplePartner, PassesWhereItsVariantsFail) {
  std::set<std::string> cases;
  for (const Variant& variant : kVariants) cases.emplace(variant.test_case);
  const auto finished = run("", {cases.begin(), cases.end()});
  ASSERT_TRUE(finished.ok()) << finished.error().text();
  EXPECT_EQ(finished->status, 0) << finished->out << "\nThe report stays in " << out_;
  const judge::RunResult parsed = result();
  EXPECT_EQ(parsed.cases.size(), cases.size());
  for (const judge::CaseResult& test_case : parsed.cases) {
    EXPECT_EQ(test_case.verdict, judge::Verdict::kPass) << test_case.id << test_case.reason;
  }
  ASSERT_GE(parsed.run.seats.size(), 2U);
  const auto ours = std::ranges::count_if(parsed.run.seats, [](const judge::SeatHolder& seat) {
    return seat.under_test && seat.implementation == "partner example in TypeScript";
  });
  EXPECT_EQ(ours, 3) << "client, server and proxy";
}

class ExampleVariant : public ExamplePartner, public testing::WithParamInterface<Variant> {};

TEST_P(ExampleVariant, IsFailedByTheRightCheckAndBlamed) {
  const Variant& variant = GetParam();
  const auto finished =
      run("--defect " + std::string(variant.defect), {std::string(variant.test_case)});
  ASSERT_TRUE(finished.ok()) << finished.error().text();
  EXPECT_EQ(finished->status, 1) << finished->out << "\nThe report stays in " << out_;
  const judge::RunResult parsed = result();
  ASSERT_EQ(parsed.cases.size(), 1U);
  EXPECT_EQ(parsed.cases[0].verdict, judge::Verdict::kFail) << parsed.cases[0].engine_error;
  std::vector<std::string> failed;
  for (const judge::CheckResult& check : parsed.cases[0].checks) {
    if (check.finding.verdict == judge::Verdict::kPass) continue;
    EXPECT_EQ(check.finding.verdict, judge::Verdict::kFail) << check.id;
    EXPECT_EQ(check.finding.attribution, judge::Attribution::kIut) << check.id;
    EXPECT_EQ(check.finding.blamed, variant.blamed) << check.id;
    if (failed.empty()) {
      EXPECT_EQ(check.finding.code, variant.code) << check.finding.observed;
    }
    failed.push_back(check.id);
  }
  std::vector<std::string> wanted(variant.checks.begin(), variant.checks.end());
  std::erase(wanted, std::string());
  EXPECT_EQ(failed, wanted);
}

std::string name_of(const testing::TestParamInfo<Variant>& variant) {
  std::string name(variant.param.defect);
  std::ranges::replace(name, '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Defects, ExampleVariant, testing::ValuesIn(kVariants), name_of);

}  // namespace
}  // namespace parley::peers
